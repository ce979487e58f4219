// Programs with checkpoints have the values, to the bit, and the derivatives, to rounding, that they have without: gradients, pullbacks that are
// asked twice, tangents, Hessians, a gradient of the gradient, and of the tangent.
import { describe, expect, it } from "vitest";
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
