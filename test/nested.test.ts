// Gradients inside gradients: the two programs with which Pearlmutter and Siskind compared systems (Reverse-mode AD in a functional framework,
// TOPLAS 30(2), 2008; the benchmarks `saddle` and `particle`), in all four combinations of modes. Expected values are the published ones.
import { describe, expect, it } from "vitest";
import { close } from "./harness/compare.ts";
import { functionOf } from "./harness/modules.ts";
import { createWorkbench, describeDiagnostic } from "./harness/workbench.ts";

type Mode = "forward" | "reverse";

const MODES: readonly (readonly [outer: Mode, inner: Mode])[] = [["forward", "forward"], ["forward", "reverse"], ["reverse", "forward"], ["reverse", "reverse"]];

/** the gradient of `f` at `x` in one mode */
const slope = (mode: Mode, f: string, x: string): string =>
  (mode === "reverse" ? `grad(${f})(${x})` : `${x}.map((_, i) => jvp(${f})([${x}], [${x}.map((__, j) => (i === j ? 1 : 0))])[1])`);

/** gradient descent whose steps grow while they succeed */
const argmin = (name: string, mode: Mode): string => `
function ${name}(f: Differentiable<(x: number[]) => number>, start: number[]): number[] {
  let x = start;
  let value = f(x);
  let slopes = ${slope(mode, "f", "x")};
  let step = 1e-5;
  let successes = 0;
  for (;;) {
    if (magnitude(slopes) <= 1e-5) return x;
    if (successes === 10) {
      step *= 2;
      successes = 0;
      continue;
    }
    const next = x.map((item, i) => item - step * slopes[i]!);
    if (magnitude(next.map((item, i) => item - x[i]!)) <= 1e-5) return x;
    const nextValue = f(next);
    if (nextValue < value) {
      x = next;
      value = nextValue;
      slopes = ${slope(mode, "f", "x")};
      successes++;
    } else {
      step /= 2;
      successes = 0;
    }
  }
}`;

const HEAD = `import { type Differentiable, grad, jvp } from "cotangent";

const magnitude = (v: number[]): number => Math.sqrt(v.reduce((sum, item) => sum + item * item, 0));
`;

const saddle = (outer: Mode, inner: Mode): string => `${HEAD}${argmin("descend", outer)}
${argmin("descendInside", inner)}

const f = (a: number[], b: number[]): number => a[0]! * a[0]! + a[1]! * a[1]! - (b[0]! * b[0]! + b[1]! * b[1]!);

function highest(a: number[]): number {
  const b = descendInside((x: number[]): number => -f(a, x), [1, 1]);
  return f(a, b);
}

export function run(): number[] {
  const a = descend((x: number[]): number => highest(x), [1, 1]);
  return [...a, ...descendInside((x: number[]): number => -f(a, x), [1, 1])];
}
`;

const particle = (outer: Mode, inner: Mode): string => `${HEAD}${argmin("descend", outer)}

function missed(w: number): number {
  const charges = [[10, 10 - w], [10, 0]];
  const potential = (x: number[]): number => charges.reduce((sum, [cx, cy]) => sum + 1 / Math.sqrt((x[0]! - cx!) ** 2 + (x[1]! - cy!) ** 2), 0);
  let x = [0, 8];
  let velocity = [0.75, 0];
  for (;;) {
    const force = ${slope(inner, "potential", "x")};
    const next = x.map((item, i) => item + 0.1 * velocity[i]!);
    if (next[1]! <= 0) break;
    velocity = velocity.map((item, i) => item - 0.1 * force[i]!);
    x = next;
  }
  const rest = -x[1]! / velocity[1]!;
  const hit = x[0]! + rest * velocity[0]!;
  return hit * hit;
}

export function run(): number[] {
  return descend((w: number[]): number => missed(w[0]!), [0]);
}
`;

function run(text: string): readonly number[] {
  const bench = createWorkbench({ "/program.ts": text });
  try {
    const outcome = bench.transform("/program.ts");
    if (outcome.kind === "crashed") throw outcome.error;
    if (outcome.kind === "refused") throw new Error(outcome.diagnostics.map(describeDiagnostic).join("\n"));
    return functionOf(bench.load("/program.ts"), "run")() as readonly number[];
  } finally {
    bench.dispose();
  }
}

describe.each(MODES)("%s over %s", (outer, inner) => {
  it("a saddle point, by descent inside descent", () => {
    const found = run(saddle(outer, inner));
    expect(found.every((x) => close(x, 8.246324826140356e-6, 1e-9))).toBe(true);
  });

  it("a particle, steered through a field whose force is a gradient", () => {
    const [w] = run(particle(outer, inner));
    expect(close(w ?? Number.NaN, 0.20719187464861194, 1e-9)).toBe(true);
  });
});
