// Slopes at shrinking steps, extrapolated to step zero. Each estimate comes with an estimate of its own error.
// Richardson's table (L. F. Richardson 1911) for central differences, whose error is a series in h², and for one-sided ones, a series in h;
// Aitken's Δ² (A. C. Aitken 1926) where the error is another power of h, as beside x ** 1.5. The error estimate is that of
// Ridders' method (C. Ridders 1982): how far the last corner of the table is from its neighbours.

export interface Estimate {
  readonly value: number;
  /** not a bound, but of its size, and rather too large */
  readonly error: number;
}

/** how many slopes go into an estimate */
export const WINDOW = 4;
/** by how much each step is smaller than the one before; near no simple fraction, because numbers that are rounded to a grid are rounded alike at steps that are halved */
export const SHRINK = 2.09;

const NOT_FINITE: Estimate = { value: Number.NaN, error: Infinity };

/** `base` is the factor by which the first term of the error shrinks from one slope to the next, its powers those of the other terms */
function richardson(slopes: readonly number[], base: number): Estimate {
  let column = slopes;
  let before = slopes;
  for (let factor = base; column.length > 1; factor *= base) {
    before = column;
    const fine = column.slice(1);
    column = fine.map((x, i) => x + (x - before[i]!) / (factor - 1));
  }
  const value = column[0]!;
  return { value, error: Math.max(...before.map((x) => Math.abs(value - x))) };
}

/** where a geometric sequence goes; it must shrink at each term, and by the same ratio */
function aitken(slopes: readonly number[]): Estimate {
  const steps = slopes.slice(1).map((x, i) => x - slopes[i]!);
  const ratios = steps.slice(1).map((x, i) => x / steps[i]!);
  if (!ratios.every((x) => Math.abs(x) < 0.93)) return NOT_FINITE;
  const limits = ratios.map((ratio, i) => slopes[i + 2]! + (steps[i + 1]! * ratio) / (1 - ratio));
  const value = limits.at(-1)!;
  const unequal = Math.max(...ratios) - Math.min(...ratios);
  return { value, error: Math.max(...limits.map((x) => Math.abs(value - x))) + unequal * Math.abs(value - slopes.at(-1)!) };
}

const better = (a: Estimate, b: Estimate): Estimate => (b.error < a.error ? b : a);

/** The limit of slopes at steps that shrink; each of `bases` is by how much an error of theirs may shrink with them; `noise` is the error of the last slope through rounding. */
export function limitOf(slopes: readonly number[], bases: readonly number[], noise: number): Estimate {
  if (!slopes.every(Number.isFinite)) return NOT_FINITE;
  const best = [...bases.map((base) => richardson(slopes, base)), aitken(slopes)].reduce(better);
  return { value: best.value, error: best.error + noise };
}

export type Trend = "jump" | "steep" | "none";

/** Do slopes grow without bound? Those across a jump grow as steps shrink, those at the end of a root more slowly. */
export function trendOf(slopes: readonly number[]): Trend {
  if (!slopes.every(Number.isFinite)) return "none";
  const ratios = slopes.slice(1).map((x, i) => x / slopes[i]!);
  if (ratios.every((x) => x > 0.985 * SHRINK && x < 1.015 * SHRINK)) return "jump";
  return ratios.every((x) => x > 1.03 && x < 0.985 * SHRINK) && Math.max(...ratios) - Math.min(...ratios) < 0.05 ? "steep" : "none";
}
