// Derivatives of functions that functions make: `grad(makeLoss(data))`. What is made is made once, and keeps its state.
import { describe, expect, it } from "vitest";
import { callable, codesOf, compilerOf, run, transformed, type Files } from "./compile.ts";

const STRICT = { strict: true, allowImportingTsExtensions: true, noEmit: true };
const at = (body: string, name = "g", files: Files = {}): ((...args: readonly unknown[]) => unknown) =>
  callable(run({ "/main.ts": body, ...files }, "/main.ts", STRICT)[name]);
const codes = (body: string, files: Files = {}): readonly string[] => codesOf(compilerOf({ "/main.ts": body, ...files }, STRICT).transform("/main.ts"));

/** ∇ Σ (w·t − y)² / 2 = Σ (w·t − y)·t */
const LEAST_SQUARES = `export interface Sample { readonly t: number; readonly y: number }
export function makeLoss(samples: readonly Sample[]): (w: number) => number {
  return (w) => {
    let total = 0;
    for (const { t, y } of samples) total += (w * t - y) ** 2 / 2;
    return total;
  };
}
`;

describe("the result of a call", () => {
  it.each([
    ["where the marker stands", 'export const g = grad(makeLoss([{ t: 2, y: 1 }, { t: 1, y: 3 }]));'],
    ["behind a const", 'const loss = makeLoss([{ t: 2, y: 1 }, { t: 1, y: 3 }]);\nexport const g = grad(loss);'],
    ["behind another name", 'const loss = makeLoss([{ t: 2, y: 1 }, { t: 1, y: 3 }]);\nconst same = loss;\nexport const g = grad(same);'],
    ["in a function", 'export function g(w: number): number { const loss = makeLoss([{ t: 2, y: 1 }, { t: 1, y: 3 }]); return grad(loss)(w); }'],
  ])("may be differentiated %s", (_, text) => {
    // 2(2w − 1) + (w − 3) at 4
    expect(at(`import { grad } from "cotangent";\nimport { makeLoss } from "./loss.ts";\n${text}`, "g", { "/loss.ts": LEAST_SQUARES })(4)).toBe(15);
    expect(at(`import { grad } from "cotangent";\n${LEAST_SQUARES}${text}`)(4)).toBe(15);
  });

  it("comes with every marker", () => {
    const text = `import { grad, jvp, valueAndGrad, vjp } from "cotangent";
const scaled = (k: number) => (x: number, y: number) => k * x * y;
const f = scaled(3);
export const g = (): unknown[] => [grad(f)(2, 5), grad(f, { wrt: 1 })(2, 5), grad(f, { wrt: "all" })(2, 5), valueAndGrad(f)(2, 5), jvp(f)([2, 5], [1, 1]), vjp(f)(2, 5)[1](2)];`;
    expect(at(text)()).toEqual([15, 6, [15, 6], [30, 15], [30, 21], [30, 12]]);
  });

  it("is made once, where the marker stands", () => {
    const text = `import { grad } from "cotangent";
let made = 0;
function makeLoss(data: number[]): (x: number) => number {
  made++;
  const sum = data.reduce((a, b) => a + b, 0);
  return (x) => sum * x * x;
}
const data = [1, 2];
const slope = grad(makeLoss(data));
data[0] = 100;
export const g = (): number[] => [slope(1), slope(2), made];`;
    expect(at(text)()).toEqual([6, 12, 1]);
  });

  it("keeps its state across calls, the function's own included", () => {
    const text = `import { grad } from "cotangent";
function counter(): (x: number) => number {
  let count = 0;
  return (x) => { count++; return count * x; };
}
const f = counter();
const slope = grad(f);
export const g = (): number[] => [slope(7), f(7), slope(7), f(1)];`;
    expect(at(text)()).toEqual([1, 14, 3, 4]);
  });

  it("may be one of several functions", () => {
    const text = `import { grad } from "cotangent";
const cube = (x: number): number => x ** 3;
function power(n: number): (x: number) => number {
  if (n === 3) return cube;
  const square = (x: number): number => x * x;
  return n === 2 ? square : function (x) { return x ** n; };
}
export const g = (n: number, x: number): number => grad(power(n))(x);`;
    const g = at(text);
    expect([g(3, 2), g(2, 2), g(4, 2)]).toEqual([12, 4, 32]);
  });

  it("may be made step by step", () => {
    const text = `import { grad } from "cotangent";
const line = (a: number) => (b: number) => (x: number): number => a * x + b * x * x;
const bowl = (b: number): ((x: number) => number) => line(0)(b);
export const g = (x: number): number[] => [grad(line(2)(3))(x), grad(bowl(2))(x)];`;
    expect(at(text)(1)).toEqual([8, 4]);
  });

  it("may be made by a method", () => {
    const text = `import { grad } from "cotangent";
const models = { linear(k: number) { return (x: number): number => k * x; } };
export const g = grad(models.linear(5));`;
    expect(at(text)(1)).toBe(5);
  });

  it("may take a derivative in its arguments", () => {
    const text = `import { grad } from "cotangent";
const square = (x: number): number => x * x;
const at = (k: number) => (x: number): number => k * x;
export const g = grad(at(grad(square)(3)));`;
    expect(at(text)(1)).toBe(6);
  });

  it("reads as it is written", () => {
    const code = transformed({ "/main.ts": `import { grad } from "cotangent";\n${LEAST_SQUARES}export const g = grad(makeLoss([]));\n` }, "/main.ts", STRICT);
    expect(code).toContain('export const g = (derivativeOf(makeLoss([]), "grad", "main.ts:10:18") as Grad<ReturnType<typeof makeLoss>>);');
    expect(code).toContain("return differentiable((w) => {");
  });

  it("is differentiated in differentiated code too", () => {
    const text = `import { grad } from "cotangent";
const scaled = (k: number) => (x: number): number => k * x * x;
const f = (t: number): number => grad(scaled(t))(t);
export const g = grad(f);`;
    expect(at(text)(3)).toBe(12);
  });
});

describe("refusals", () => {
  it("of functions that are not made in sight", () => {
    expect(codes('import { grad } from "cotangent";\nconst table = [(x: number): number => x];\nconst pick = (i: number): ((x: number) => number) => table[i]!;\nexport const g = grad(pick(0));')).toEqual(["CT3035"]);
    expect(codes('import { grad } from "cotangent";\nconst same = (f: (x: number) => number): ((x: number) => number) => f;\nexport const g = grad(same((x) => x));')).toEqual(["CT3035"]);
  });

  it("of what a marker refuses", () => {
    expect(codes('import { grad } from "cotangent";\nconst make = () => (x: number): number[] => [x];\nexport const g = grad(make());')).toEqual(["CT3011"]);
    expect(codes('import { grad } from "cotangent";\nconst make = () => (x: number): number => x;\nexport const g = grad(make(), { wrt: 2 });')).toEqual(["CT3007"]);
  });

  it("of a derivative of a function with state, inside of differentiated code", () => {
    const text = `import { grad } from "cotangent";
const make = (k: number) => { let count = 0; return (x: number): number => { count++; return k * x * count; }; };
const slope = grad(make(2));
const f = (x: number): number => x * slope(x);
export const g = grad(f);`;
    expect(codes(text)).not.toEqual([]);
    const other = `import { grad } from "cotangent";
const make = (k: number) => { let count = 0; return (x: number): number => { count++; return k * x * count; }; };
const loss = make(2);
const slope = grad(loss);
const f = (x: number): number => x * slope(x);
export const g = grad(f);`;
    expect(codes(other)).not.toEqual([]);
  });
});
