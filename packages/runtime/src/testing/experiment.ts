// A function at a point: what it gives there, and what it gives when the numbers of its arguments are moved.
// Assumes nothing of the function. Guarantees that it sees fresh arguments at each run, and that a run which throws counts as not finite.
import { byParameter, parametersOf, separateCopy, sharedCopy, toArguments, type Given, type Parameters } from "./arguments.ts";
import type { Comparison } from "./compare.ts";
import { layoutOf, layoutOfEach, pathIn, place, type ArgumentLayout, type Layout } from "./layout.ts";
import type { CheckOptions, Chosen } from "./options.ts";
import type { Failure } from "./report.ts";

export type Callable = (...args: readonly never[]) => unknown;

/** not a power of two, so that functions that repeat themselves are not met at the same place again and again */
const STEP = 0.0371;
const TOLERANCE = 1e-7;
const SEED = 20_240_601;

/** mulberry32: the same numbers on every machine */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What a derivative says, for one choice of weights of the results. */
export interface Claim {
  readonly along: (direction: Float64Array) => number;
  readonly gradient: Float64Array | null;
  readonly missing: Uint8Array | null;
}

export const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  // a zero takes no part, whatever it is multiplied by
  for (let i = 0; i < a.length; i++) if (a[i] !== 0 && b[i] !== 0) sum += a[i]! * b[i]!;
  return sum;
};

export const pointFailure = (path: string, text: string): Failure => ({ what: "point", path, derivative: Number.NaN, expected: Number.NaN, error: Number.NaN, text });

export class Experiment {
  readonly parameters: Parameters;
  readonly names: readonly string[];
  readonly chosen: readonly number[];
  readonly layout: ArgumentLayout;
  /** of what the function returns */
  readonly result: Layout;
  readonly random: () => number;
  readonly options: CheckOptions;
  readonly #isNothing: boolean;
  readonly #f: Callable;
  readonly #given: Given;

  /** `like`: a derivative that takes the same arguments; a rest parameter is one only if both have it, since a wrapper may take `...args` */
  constructor(f: Callable, like: Callable | null, given: Given, wrt: Chosen, options: CheckOptions) {
    this.#f = f;
    this.#given = given;
    this.options = options;
    const { names, rest } = parametersOf(f);
    this.parameters = { names, rest: like === null || parametersOf(like).rest === rest ? rest : -1 };
    this.names = options.names ?? names;
    const values = this.values();
    this.chosen = wrt === "all" ? values.map((_, i) => i) : typeof wrt === "number" ? [wrt] : wrt;
    this.layout = layoutOfEach(values, this.chosen);
    this.random = randomNumbers(options.seed ?? SEED);
    const result = this.#run(values);
    this.result = layoutOf(result);
    this.#isNothing = typeof result !== "object" && typeof result !== "number";
  }

  get count(): number {
    return this.layout.values.length;
  }

  /** fresh values of the parameters, for the derivative: what they share is shared */
  values(): unknown[] {
    return byParameter(sharedCopy(this.#given), this.parameters.rest);
  }

  /** the same as arguments of a call */
  args(): readonly unknown[] {
    return sharedCopy(this.#given);
  }

  /** Why there is nothing to compare with; null if there is. */
  problem(): Failure | null {
    const { values, root } = this.result;
    if (this.#isNothing) return pointFailure("", "the function returns nothing that has a derivative");
    const lost = values.findIndex((x) => !Number.isFinite(x));
    if (lost >= 0) return pointFailure(pathIn(root, lost, "result") ?? "result", `the function is ${values[lost]} at this point`);
    const again = layoutOf(this.#run(this.values())).values;
    const other = values.findIndex((x, i) => !Object.is(x, again[i]));
    if (other < 0 && again.length === values.length) return null;
    return pointFailure(pathIn(root, Math.max(0, other), "result") ?? "result", `the function gives ${values[other]} and then ${again[other]} for the same arguments, so that differences mean nothing`);
  }

  /** the function as a number: the weighted sum of its results */
  weighed(weights: Float64Array): (values: Float64Array) => number {
    return (values) => {
      try {
        const params = byParameter(separateCopy(this.#given), this.parameters.rest);
        for (const i of this.chosen) if (i < params.length) params[i] = place(this.layout.parts[i]!, params[i], values);
        const result = this.#run(params);
        if (typeof result === "number") return result * (weights[0] ?? Number.NaN);
        const numbers = layoutOf(result).values;
        return numbers.length === weights.length ? dot(numbers, weights) + notFinite(numbers) : Number.NaN;
      } catch {
        return Number.NaN;
      }
    };
  }

  comparison(weights: Float64Array, claim: Claim): Comparison {
    const { tolerance = TOLERANCE, step = STEP, directions } = this.options;
    const hasSingles = this.result.single.includes(1);
    return {
      ...claim, layout: this.layout, names: this.names, evaluate: this.weighed(weights), step, directions, random: this.random,
      tolerance: hasSingles ? Math.max(tolerance, 1e-6) : tolerance,
    };
  }

  /** weights under which each result counts, whatever its size; exact in single precision */
  randomWeights(): Float64Array {
    const { values, scale } = this.result;
    if (values.length === 1) return Float64Array.of(1);
    return values.map((x, i) => Math.fround((this.random() < 0.5 ? -1 : 1) * (0.5 + this.random())) / (2 ** Math.round(Math.log2(Math.max(Math.abs(x), 0.1 * scale[i]!) || 1))));
  }

  #run(values: readonly unknown[]): unknown {
    return this.#f(...(toArguments(values, this.parameters.rest) as never[]));
  }
}

/** zero, or not a number where one of the numbers is not finite, however small its weight */
const notFinite = (numbers: Float64Array): number => (numbers.every(Number.isFinite) ? 0 : Number.NaN);
