// Functions that travel with their derivatives: places of type `Differentiable<F>` (API §5). Expected numbers are closed forms.
import { describe, expect, it } from "vitest";
import { callable, codesOf, compilerOf, run, succeeded, transformed, type Files } from "./compile.ts";

const STRICT = { strict: true, allowImportingTsExtensions: true, noEmit: true };

const DESCENT = `import { grad, type Differentiable } from "cotangent";
export function descend(f: Differentiable<(x: number[]) => number>, start: number[], rate: number, steps: number): number[] {
  const slope = grad(f);
  let x = start;
  for (let k = 0; k < steps; k++) {
    const g = slope(x);
    x = x.map((v, i) => v - rate * g[i]!);
  }
  return x;
}
`;

describe("a place of type Differentiable", () => {
  it("takes declarations, constants and literals of a module that calls no marker", () => {
    const files: Files = {
      "/descent.ts": DESCENT,
      "/main.ts": `import { descend } from "./descent.ts";
function bowl(x: number[]): number { return (x[0]! - 1) ** 2 + (x[1]! + 2) ** 2; }
const valley = (x: number[]): number => (x[0]! - 3) ** 2;
export const declared = (): number[] => descend(bowl, [0, 0], 0.5, 1);
export const constant = (): number[] => descend(valley, [0], 0.25, 1);
export const literal = (target: number): number[] => descend((x) => (x[0]! - target) ** 2, [0], 0.5, 1);
`,
    };
    const exports = run(files, "/main.ts", STRICT);
    // one step of half the inverse curvature lands on the minimum, of a quarter half way
    expect(callable(exports["declared"])()).toEqual([1, -2]);
    expect(callable(exports["constant"])()).toEqual([1.5]);
    expect(callable(exports["literal"])(7)).toEqual([7]);
  });

  it("is passed on, through functions, option fields and destructuring", () => {
    const files: Files = {
      "/descent.ts": DESCENT,
      "/fit.ts": `import type { Differentiable } from "cotangent";
import { valueAndGrad } from "cotangent";
import { descend } from "./descent.ts";
export interface Problem { readonly loss: Differentiable<(x: number[]) => number>; readonly start: number[] }
export function fit({ loss, start }: Problem): number[] { return descend(loss, start, 0.5, 1); }
export function lossAt(problem: Problem): [number, number[]] { return valueAndGrad(problem.loss)(problem.start); }
`,
      "/main.ts": `import { fit, lossAt } from "./fit.ts";
const loss = (x: number[]): number => (x[0]! - 4) ** 2;
export const fitted = (): number[] => fit({ loss, start: [1] });
export const at = (): [number, number[]] => lossAt({ loss: (x) => 3 * x[0]!, start: [2] });
`,
    };
    const exports = run(files, "/main.ts", STRICT);
    expect(callable(exports["fitted"])()).toEqual([4]);
    expect(callable(exports["at"])()).toEqual([6, [3]]);
  });

  it("brings only what is asked of it", () => {
    const files: Files = {
      "/descent.ts": DESCENT,
      "/other.ts": `import { vjp, type Differentiable } from "cotangent";\nexport const seeds = (g: Differentiable<(x: number) => number>): unknown => vjp(g)(1);\n`,
      "/main.ts": `import { descend } from "./descent.ts";\nexport const x = descend((v) => v[0]! ** 2, [1], 0.1, 1);\n`,
    };
    const code = transformed(files, "/main.ts", STRICT);
    expect(code).toContain("differentiable((v) => v[0]! ** 2, { grad: ");
    expect(code).not.toContain("vjp");
  });

  it("asks options of a marker by name", () => {
    const files: Files = {
      "/main.ts": `import { grad, type Differentiable } from "cotangent";
function both(f: Differentiable<(a: number, b: number) => number>): [number, number] { return grad(f, { wrt: [0, 1] })(2, 5); }
export const slopes = (): [number, number] => both((a, b) => a * b);
`,
    };
    expect(callable(run(files, "/main.ts", STRICT)["slopes"])()).toEqual([5, 2]);
  });

  it("takes state of another module along", () => {
    const files: Files = {
      "/descent.ts": DESCENT,
      "/state.ts": "let calls = 0;\nexport function counted(x: number[]): number { calls++; return x[0]! ** 2; }\nexport const count = (): number => calls;\n",
      "/main.ts": `import { descend } from "./descent.ts";\nimport { counted } from "./state.ts";\nexport { count } from "./state.ts";\nexport const x = (): number[] => descend(counted, [1], 0.5, 3);\n`,
    };
    const exports = run(files, "/main.ts", STRICT);
    expect(callable(exports["x"])()).toEqual([0]);
    expect(callable(exports["count"])()).toBe(3);
  });

  it("is in the index of what there is to do", () => {
    const files: Files = { "/descent.ts": DESCENT, "/main.ts": `import { descend } from "./descent.ts";\nexport const x = descend((v) => v[0]! ** 2, [1], 0.1, 1);\n` };
    expect(compilerOf(files, STRICT).files().map(({ path, calls }) => [path, calls.map((x) => x.operator)])).toEqual([["/descent.ts", ["grad"]], ["/main.ts", ["grad"]]]);
  });

  it("is transformed once", () => {
    const files: Files = { "/descent.ts": DESCENT, "/main.ts": `import { descend } from "./descent.ts";\nexport const x = descend((v) => v[0]! ** 2, [1], 0.1, 1);\n` };
    const compiled = { "/descent.ts": transformed(files, "/descent.ts", STRICT), "/main.ts": transformed(files, "/main.ts", STRICT) };
    for (const path of Object.keys(compiled)) expect(succeeded(compilerOf(compiled, STRICT).transform(path)).changed).toBe(false);
  });

  it("says where a function without a derivative came in", () => {
    const files: Files = { "/descent.ts": DESCENT };
    const descend = callable(run(files, "/descent.ts", STRICT)["descend"]);
    expect(() => descend((x: readonly number[]) => x[0], [1], 0.1, 1)).toThrow(/CT9002: descent\.ts:3:17: .* carries no grad/);
  });

  it("refuses a function that cannot be found", () => {
    const files: Files = {
      "/descent.ts": DESCENT,
      "/main.ts": `import { descend } from "./descent.ts";\nexport const x = (f: (x: number[]) => number): number[] => descend(f, [1], 0.1, 1);\n`,
    };
    const result = compilerOf(files, STRICT).transform("/main.ts");
    expect(codesOf(result)).toEqual(["CT3045"]);
    expect(result.diagnostics[0]).toMatchObject({ line: 2, column: 68 });
  });
});

describe("a solver over a Differentiable function", () => {
  const SOLVER: Files = {
    "/descent.ts": DESCENT,
    "/main.ts": `import { grad, jvp } from "cotangent";
import { descend } from "./descent.ts";
const best = (t: number): number => descend((x) => (x[0]! - t * t) ** 2, [0], 0.5, 2)[0]!;
export const reverse = grad(best);
export const forward = jvp(best);
export const second = grad(grad(best));
`,
  };

  it("is differentiable itself", () => {
    const exports = run(SOLVER, "/main.ts", STRICT);
    // the minimum is reached in one step and stays: best(t) = t^2
    expect(callable(exports["reverse"])(1.5)).toBeCloseTo(3, 12);
    expect(callable(exports["forward"])([1.5], [1])).toEqual([2.25, 3]);
    expect(callable(exports["second"])(1.5)).toBeCloseTo(2, 12);
  });
});
