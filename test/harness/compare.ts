// When two results count as equal. NaN equals NaN and an infinity equals itself; nothing else is forgiven.
import { isDeepStrictEqual } from "node:util";
import { cellsOf, leavesOf, type Direction, type Path } from "./structure.ts";

/** |a - b| <= tolerance * scale, where the scale is never less than the numbers themselves. */
export function close(a: number, b: number, tolerance: number, scale = 0): boolean {
  if (Object.is(a, b) || a === b) return true;
  return Math.abs(a - b) <= tolerance * Math.max(scale, Math.abs(a), Math.abs(b));
}

/** Equal to the bit: structure, prototypes, numbers, NaN, the sign of zero. */
export const sameBits = (a: unknown, b: unknown): boolean => isDeepStrictEqual(a, b);

export interface Sum {
  readonly value: number;
  /** the sum of the terms' absolute values: what rounding errors are proportional to */
  readonly scale: number;
}

/** The inner product of a gradient and a direction over the cells of `value`, each cell once. */
export function dot(value: unknown, gradient: unknown, direction: Direction): Sum {
  const numbers = leavesOf(gradient);
  let sum = 0;
  let scale = 0;
  for (const path of cellsOf(value).keys()) {
    const along = direction.get(path) ?? 0;
    if (along === 0) continue;
    const term = (numbers.get(path) ?? Number.NaN) * along;
    sum += term;
    scale += Math.abs(term);
  }
  return { value: sum, scale };
}

/** Where a gradient does not have the numbers, at the paths, that the value has; empty when the shapes agree. */
export function shapeProblems(value: unknown, gradient: unknown): readonly Path[] {
  const expected = leavesOf(value);
  const actual = leavesOf(gradient);
  const missing = [...expected.keys()].filter((path) => !actual.has(path)).map((path) => `no number at ${path || "the root"}`);
  const extra = [...actual.keys()].filter((path) => !expected.has(path)).map((path) => `a number at ${path || "the root"}, where the value has none`);
  return [...missing, ...extra];
}
