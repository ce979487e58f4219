// Derivatives by differences, the origin of truth that knows nothing of the compiler.
// Central differences, extrapolated to step zero; of several first steps the one whose own error estimate is smallest.
// Assumes a function that is smooth on the points it is asked for.
import { cellsOf, leavesOf, moved, type Direction, type Path } from "./structure.ts";

export interface Estimate {
  readonly value: number;
  /** how far the last two extrapolations are apart: not a bound, but of its size */
  readonly error: number;
}

const FIRST_STEPS: readonly number[] = [1e-1, 1e-2, 1e-3, 1e-4];
const FINEST_STEP = 1e-5;
const LEVELS = 4;

function extrapolated(f: (t: number) => number, first: number): Estimate {
  let previous: number[] = [];
  let best: Estimate = { value: Number.NaN, error: Infinity };
  for (let level = 0; level < LEVELS; level++) {
    const step = first / 2 ** level;
    const row = [(f(step) - f(-step)) / (2 * step)];
    for (const [order, coarse] of previous.entries()) {
      const fine = row[order] ?? Number.NaN;
      row.push(fine + (fine - coarse) / (4 ** (order + 1) - 1));
    }
    const value = row.at(-1) ?? Number.NaN;
    const last = previous.at(-1);
    if (last !== undefined) {
      const error = Math.abs(value - last);
      if (error <= best.error) best = { value, error };
    }
    previous = row;
  }
  return best;
}

const isNear = (a: Estimate, b: Estimate, tolerance: number): boolean => Math.abs(a.value - b.value) <= tolerance * (1 + Math.abs(b.value));

/** those that the next coarser or finer step confirms: one that stands alone may be an accident */
const confirmed = (estimates: readonly Estimate[]): readonly Estimate[] =>
  estimates.filter((one, i) => [estimates[i - 1], estimates[i + 1]].some((other) => other !== undefined && isNear(other, one, 1e-4)));

/**
 * The derivative of `f` at 0. Steps are tried from coarse to fine and the most consistent answer is kept, unless the finest two agree on
 * another one: a function that jumps some way off may look consistent to coarse steps. Where no two steps agree, the function oscillates
 * within most of them; rounding forbids steps that are finer still to all others.
 */
export function derivative(f: (t: number) => number, unit = 1): Estimate {
  let estimates = FIRST_STEPS.map((step) => extrapolated(f, step * unit));
  if (confirmed(estimates).length === 0) estimates = [...estimates, extrapolated(f, FINEST_STEP * unit)];
  const agreeing = confirmed(estimates);
  const best = (agreeing.length > 0 ? agreeing : estimates).reduce((kept, next) => (next.error < kept.error ? next : kept));
  const [finer, finest] = estimates.slice(-2);
  return finer !== undefined && finest !== undefined && isNear(finer, finest, 1e-6) && !isNear(best, finer, 1e-4) ? finer : best;
}

export type Callable = (...args: readonly unknown[]) => unknown;

/** The typical size of a value's numbers, the unit in which a step through it is measured. */
function unitOf(value: unknown): number {
  let largest = 0;
  for (const number of leavesOf(value).values()) if (Number.isFinite(number)) largest = Math.max(largest, Math.abs(number));
  return largest === 0 ? 1 : Math.min(Math.max(largest, 1e-3), 1);
}

const weigh = (result: unknown, weights: Direction): number => {
  let sum = 0;
  for (const [path, number] of leavesOf(result)) sum += (weights.get(path) ?? 0) * number;
  return sum;
};

/** The derivative of the weighted sum of f's results at `args` along a direction. Every call gets fresh arguments; steps to where f throws tell nothing. */
export function directional(f: Callable, args: readonly unknown[], direction: Direction, weights: Direction = new Map([["", 1]])): Estimate {
  return derivative((t) => {
    try {
      return weigh(f(...moved(args, direction, t)), weights);
    } catch {
      return Number.NaN;
    }
  }, unitOf(args));
}

/** The gradient of a function that returns a number, cell by cell. */
export function numericGradient(f: Callable, args: readonly unknown[]): ReadonlyMap<Path, Estimate> {
  const gradient = new Map<Path, Estimate>();
  for (const path of cellsOf(args).keys()) gradient.set(path, directional(f, args, new Map([[path, 1]])));
  return gradient;
}
