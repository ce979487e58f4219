// Curves through data: d3-interpolate, whose functions return functions.
import { interpolateBasis, interpolateBasisClosed, interpolateNumber } from "d3-interpolate";
import { mix, mixCubic, mixQuadratic, smoothStep } from "@thi.ng/math";

export const basis = (points: number[], t: number): number => interpolateBasis(points)(t);
export const closed = (points: number[], t: number): number => interpolateBasisClosed(points)(t);
export const linear = (from: number, to: number, t: number): number => interpolateNumber(from, to)(t);

/** a Bézier segment that is faded in */
export function faded(a: number, b: number, c: number, d: number, t: number): number {
  return mix(0, mixCubic(a, b, c, d, t), smoothStep(0.1, 0.9, t)) + mixQuadratic(a, b, c, t);
}

export const samples = { basis: [[[1, 3, 2, 5], 0.4]], closed: [[[1, 3, 2, 5], 0.7]], linear: [[1, 4, 0.3]], faded: [[1, 3, 2, 5, 0.4]] };
