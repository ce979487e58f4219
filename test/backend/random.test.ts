// Random functions: what the optimizer makes of them computes the same, to the bit where the primal is concerned.
import { describe, expect, it } from "vitest";
import { emitFunction } from "../../packages/compiler/src/emit/module.ts";
import { printFunc } from "../../packages/compiler/src/ir/print.ts";
import type { Func } from "../../packages/compiler/src/ir/ir.ts";
import { finish, simplify } from "../../packages/compiler/src/optimize/index.ts";
import { verify } from "../../packages/compiler/src/verify.ts";
import { evaluate } from "../harness/evaluate.ts";
import { callableOf } from "../harness/interpreter.ts";
import { createRandom } from "../harness/random.ts";
import { type Flavor, Generator, SIZE } from "./generator.ts";

const PRIMAL: Flavor = { names: ["s", "t", "u", "value", "sum", "product"], accumulates: false };
const DERIVATIVE: Flavor = { names: ["sBar", "tBar", "xDot", "s", "t"], accumulates: true };

const INPUTS: readonly (readonly [number, number])[] = [[0.5, -1.25], [0, 3], [-0, 0.1], [2, 2], [NaN, 1], [Infinity, -1]];

interface Outcome {
  readonly result: unknown;
  /** everything that the function can reach, and what it did to the outside in order */
  readonly state: readonly number[];
}

type Run = (...args: readonly unknown[]) => unknown;

function emitted(func: Func): Run {
  const { text, name } = emitFunction(func, { exported: false, taken: new Set(), language: "js" });
  return evaluate(`${text}\nmodule.exports = ${name};`, "generated.js") as Run;
}

function run(compiled: Run, a: number, b: number): Outcome {
  const x = Float64Array.from({ length: SIZE }, (_, i) => 0.5 * i - 0.7);
  const y = Array.from({ length: SIZE }, (_, i) => 1.1 - i);
  const m = Array.from({ length: SIZE }, (_, i) => Array.from({ length: SIZE }, (__, j) => i - 0.3 * j));
  const o = { p: 0.25, q: -3 };
  const log: number[] = [];
  // changes everything that it can reach, so that nothing may be read on the other side of it
  const effect = (v: number): number => {
    log.push(v);
    x[0]! += 1;
    y[1] = log.length;
    m[1]![2] = v;
    o.p -= 1;
    return 0.5 * v - log.length;
  };
  const result = compiled(a, b, x, y, m, o, effect);
  return { result, state: [...x, ...y, ...m.flat(), o.p, o.q, ...log] };
}

const numbersOf = ({ result, state }: Outcome): number[] => [Number(result), ...state];

/** equal to the bit; a NaN is a NaN whatever its sign and payload */
function exact(a: Outcome, b: Outcome): boolean {
  const right = numbersOf(b);
  return right.length === numbersOf(a).length && numbersOf(a).every((v, i) => Object.is(v, right[i]));
}

/** equal up to rounding, where nothing overflows: sums of derivative code have no order */
function close(a: Outcome, b: Outcome): boolean {
  const left = numbersOf(a);
  const right = numbersOf(b);
  if (![...left, ...right].every(Number.isFinite)) return true;
  if (left.length !== right.length) return false;
  const scale = Math.max(1, ...left.map(Math.abs));
  return left.every((v, i) => Math.abs(v - right[i]!) <= 1e-7 * scale);
}

function check(seed: number, flavor: Flavor, same: (a: Outcome, b: Outcome) => boolean): void {
  const generator = new Generator(createRandom(seed), flavor);
  const func = generator.func();
  verify(func, "raw", "generator");
  const simple = simplify(func);
  verify(simple, "versioned", `simplify, seed ${seed}`);
  const finished = finish(func, generator.w.supply);
  verify(finished, "nested", `finish, seed ${seed}`);
  const oracle = callableOf(func);
  const stages = [["emitted", func, emitted(func)], ["simplified", simple, emitted(simple)], ["finished", finished, emitted(finished)]] as const;
  for (const [a, b] of INPUTS) {
    const expected = run(oracle, a, b);
    for (const [stage, f, compiled] of stages) {
      const actual = run(compiled, a, b);
      if (!same(expected, actual)) expect.fail(`seed ${seed}, ${stage}, f(${a}, ${b}) is ${numbersOf(actual)} instead of ${numbersOf(expected)}\n${printFunc(func)}\n\n${printFunc(f)}`);
    }
  }
}

describe("the optimizer on random functions", () => {
  it("keeps the bits of primal code", () => {
    for (let seed = 1; seed <= 300; seed++) check(seed, PRIMAL, exact);
  });

  it("keeps derivative code up to rounding", () => {
    for (let seed = 1001; seed <= 1200; seed++) check(seed, DERIVATIVE, close);
  });
});
