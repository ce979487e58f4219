// Programs with checkpoints have the values, to the bit, and the derivatives, to rounding, that they have without: gradients, pullbacks that are
// asked twice, tangents, Hessians, a gradient of the gradient, and of the tangent.
import { describe, expect, it, vi } from "vitest";
import { CHECKPOINT_PROGRAMS, type CheckpointProgram, withoutMarks } from "./harness/checkpoint-programs.ts";
import { close } from "./harness/compare.ts";
import { functionOf } from "./harness/modules.ts";
import { createWorkbench, describeDiagnostic } from "./harness/workbench.ts";

const ONCE = `import { grad, hvp, jvp, valueAndGrad, vjp } from "cotangent";
import { f } from "./program.ts";
const pulled = vjp(f);
const product = hvp(f);
const ones = (x: number[]): number[] => x.map((_, i) => 1 + i);
export const first = valueAndGrad(f);
export const along = (x: number[]): readonly unknown[] => jvp(f)([x], [ones(x)]);
export const twice = (x: number[]): readonly unknown[] => { const [value, pullback] = pulled(x); return [value, pullback(1), pullback(1), pullback(-2)]; };
export const forwardOverReverse = (x: number[]): unknown => product([x], ones(x));
export const reverseOverForward = grad((x: number[]): number => jvp(f)([x], [ones(x)])[1]);
`;

const AGAIN = `import { grad, hessian } from "cotangent";
import { f } from "./program.ts";
const slope = grad(f);
export const matrix = hessian(f);
export const reverseTwice = grad((x: number[]): number => slope(x).reduce((sum, item, i) => sum + item * (1 + i), 0));
`;

interface Ran {
  readonly refused: readonly string[];
  readonly values: Readonly<Record<string, unknown>>;
}

function run({ text, at }: CheckpointProgram, asked: string): Ran {
  const bench = createWorkbench({ "/program.ts": text, "/asked.ts": asked });
  try {
    const outcome = bench.transform("/asked.ts");
    if (outcome.kind === "crashed") throw outcome.error;
    if (outcome.kind === "refused") return { refused: outcome.diagnostics.map(describeDiagnostic), values: {} };
    const exports = bench.load("/asked.ts");
    return { refused: [], values: Object.fromEntries(Object.keys(exports).map((name) => [name, functionOf(exports, name)([...at])])) };
  } finally {
    bench.dispose();
  }
}

const numbersIn = (value: unknown): readonly number[] => (typeof value === "number" ? [value] : Object.values(value as object).flatMap(numbersIn));

function compare(found: Ran, expected: Ran): void {
  expect(found.refused).toEqual([]);
  expect(Object.keys(found.values)).toEqual(Object.keys(expected.values));
  for (const [name, value] of Object.entries(expected.values)) {
    const [numbers, plain] = [numbersIn(found.values[name]), numbersIn(value)];
    const scale = Math.max(...plain.map(Math.abs));
    const isClose = numbers.length === plain.length && numbers.every((x, i) => close(x, plain[i]!, 1e-11, scale));
    expect(isClose ? [] : [name, numbers, plain]).toEqual([]);
  }
}

describe.each(CHECKPOINT_PROGRAMS.map((program) => [program.name, program] as const))("%s", (_, program) => {
  it("reversed once", () => {
    const [found, plain] = [run(program, ONCE), run(withoutMarks(program), ONCE)];
    compare(found, plain);
    expect((found.values["first"] as readonly unknown[])[0]).toBe((plain.values["first"] as readonly unknown[])[0]);
  });

  it("reversed again", () => {
    const found = run(program, AGAIN);
    if (program.isReversedOnce) expect(found.refused[0]).toContain("CT2030");
    else compare(found, run(withoutMarks(program), AGAIN));
  });
});

function exportsOf(text: string): Readonly<Record<string, unknown>> {
  const bench = createWorkbench({ "/program.ts": text });
  const outcome = bench.transform("/program.ts");
  if (outcome.kind === "crashed") throw outcome.error;
  if (outcome.kind === "refused") throw new Error(outcome.diagnostics.map(describeDiagnostic).join("\n"));
  const exports = bench.load("/program.ts");
  bench.dispose();
  return exports;
}

type Gradient = (x: number[]) => readonly number[];

describe("what others see", () => {
  it("is said once and in order, and arguments end as the function leaves them", () => {
    const said = vi.spyOn(console, "log").mockImplementation(() => {});
    const gradient = exportsOf(`import { checkpoint, grad } from "cotangent";
declare const console: { log(...args: readonly unknown[]): void };
const step = checkpoint((x: number[], k: number): void => { console.log("step", k); x[0] = Math.sin(x[0]!) + k; });
export const slope = grad((x: number[]): number => {
  /** @checkpoint slots=2 */
  for (let k = 0; k < 4; k++) { console.log("trip", k); step(x, k); }
  return x[0]! * x[1]!;
});`)["slope"] as Gradient;
    const x = [0.3, 2];
    gradient(x);
    const calls = said.mock.calls.map((c) => c.join(" "));
    said.mockRestore();
    expect(calls).toEqual([0, 1, 2, 3].flatMap((k) => [`trip ${k}`, `step ${k}`]));
    let expected = 0.3;
    for (let k = 0; k < 4; k++) expected = Math.sin(expected) + k;
    expect(x).toEqual([expected, 2]);
  });

  it("an exception leaves as it does without", () => {
    const gradient = exportsOf(`import { grad } from "cotangent";
export const slope = grad((x: number[]): number => {
  let y = x[0]!;
  /** @checkpoint slots=2 */
  for (let k = 0; k < 9; k++) { y *= 2; if (y > 100) throw new RangeError(\`at \${k}\`); }
  return y;
});`)["slope"] as Gradient;
    expect(() => gradient([1])).toThrow("at 6");
    expect(gradient([0.1])).toEqual([512]);
  });

  it("what is thrown out of a loop that is checkpointed, and may be anything, is refused there", () => {
    expect(() => exportsOf(`import { grad } from "cotangent";
class Fault { constructor(readonly amount: number) {} }
function risky(q: number): number { if (q > 5) throw new Fault(q * 0.3); return q * q; }
export const slope = grad((x: number[]): number => {
  let y = x[0]!;
  let z = x[1]!;
  try {
    /** @checkpoint */
    for (let k = 0; k < 3; k++) {
      try { y += risky(y); z = risky(z); }
      catch (fault) { if (!(fault instanceof Fault)) throw fault; y += fault.amount; }
    }
  } finally { if (x.length > 3) return 0.7; y *= 2; }
  return y * z;
});`)).toThrow("CT2030");
  });

  it("a caller may write to the value before it pulls back", () => {
    const pulled = exportsOf(`import { checkpoint, vjp } from "cotangent";
const grown = checkpoint((y: number[]): number[] => y.map((v) => v * v));
export const pulled = vjp((x: number[]): number[][] => { const y = x.map((v) => 2 * v); return [y, grown(y)]; });`)["pulled"] as (x: number[]) => readonly [number[][], (bar: number[][]) => readonly [readonly number[]]];
    const [value, pullback] = pulled([1, 3]);
    value[0]!.fill(99);
    value[1]!.fill(99);
    for (const _ of [1, 2]) expect(pullback([[0, 0], [1, 1]])).toEqual([[8, 24]]);
  });
});
