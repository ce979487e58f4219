// Summaries of data: d3-array, whose functions take whatever can be iterated, with an accessor or without.
import { cumsum, fsum, mean, sum, variance } from "d3-array";

export const average = (xs: number[]): number => mean(xs) ?? 0;
export const spread = (xs: number[]): number => variance(xs) ?? 0;
export const total = (xs: number[]): number => sum(xs, (x, i) => x * x * i);
/** sums exactly, in an object that is a number where one is wanted */
export const exact = (xs: number[]): number => fsum(xs);
export const running = (xs: number[]): number => cumsum(xs)[2]!;

const lists = [[[1, 4, 2.5, 7]]];
export const samples = { average: lists, spread: lists, total: lists, exact: lists, running: lists };
