// Statistics: simple-statistics, ES modules with their own declarations.
import * as ss from "simple-statistics";
import { mean, standardDeviation } from "simple-statistics";

export const average = (xs: number[]): number => mean(xs);
export const deviation = (xs: number[]): number => standardDeviation(xs);
export const variance = (xs: number[]): number => ss.variance(xs);
export const geometric = (xs: number[]): number => ss.geometricMean(xs);
export const skewness = (xs: number[]): number => ss.sampleSkewness(xs);
export const correlation = (xs: number[], ys: number[]): number => ss.sampleCorrelation(xs, ys);
export const slope = (points: [number, number][]): number => ss.linearRegression(points).m;
export const erf = (x: number): number => ss.errorFunction(x);
/** reads a table of coefficients that its module keeps */
export const logGamma = (x: number): number => ss.gammaln(x);

const lists = [[[1, 2, 4]], [[0.5, 3, 2.5, 7]]];
export const samples = {
  average: lists, deviation: lists, variance: lists, geometric: lists, skewness: lists, correlation: [[[1, 2, 4], [2, 1, 5]]], slope: [[[[0, 1], [1, 2.2], [2, 2.9]]]], erf: [[0.4], [-1.3]], logGamma: [[2.3], [7.1]],
};
