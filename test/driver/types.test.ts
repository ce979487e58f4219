// What comes out type checks where the source does, under the strictest flags: transformed modules and siblings alike.
import { Project, ts } from "ts-morph";
import { describe, expect, it } from "vitest";
import { CARRIED_DECLARATIONS } from "../../packages/compiler/src/frontend/declarations.ts";
import { compilerOf, succeeded, type Files } from "./compile.ts";

const OPTIONS = {
  target: "es2022", module: "esnext", moduleResolution: "bundler", strict: true, noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true, noImplicitReturns: true,
  noPropertyAccessFromIndexSignature: true, isolatedModules: true, verbatimModuleSyntax: true, erasableSyntaxOnly: true, noFallthroughCasesInSwitch: true, noImplicitOverride: true,
} as const;

/** the problems that TypeScript has with these texts */
function problems(files: Files, flags: object = {}): readonly string[] {
  const { options } = ts.convertCompilerOptionsFromJson({ ...OPTIONS, ...flags, noEmit: true, allowImportingTsExtensions: true }, "/");
  const project = new Project({ useInMemoryFileSystem: true, compilerOptions: options });
  const system = project.getFileSystem();
  for (const [name, text] of Object.entries(CARRIED_DECLARATIONS)) system.writeFileSync(`/node_modules/cotangent/${name}`, text);
  system.writeFileSync("/node_modules/cotangent/package.json", '{ "name": "cotangent", "types": "./index.d.ts" }');
  for (const [path, text] of Object.entries(files)) project.createSourceFile(path, text);
  return project.getPreEmitDiagnostics().map((x) => `${x.getSourceFile()?.getFilePath() ?? ""}: ${ts.flattenDiagnosticMessageText(x.compilerObject.messageText, " ")}\n${x.getSourceFile()?.getFullText() ?? ""}`);
}

const program = (body: string): string => `import { grad, jvp, valueAndGrad, vjp } from "cotangent";\n${body}\n`;

describe("transformed modules", () => {
  it.each([
    ["results have the types that the markers promise", `function f(p: { readonly w: readonly number[]; b?: number; name: string }, x: Float64Array): number { let s = p.b ?? 0; for (let i = 0; i < x.length; i++) s += p.w[i]! * x[i]!; return s; }
const g: { w: number[]; b?: number } = grad(f)({ w: [1], name: "a" }, new Float64Array(1));
const [value, [dp, dx]] = valueAndGrad(f, { wrt: [0, 1] })({ w: [1], b: 2, name: "a" }, new Float64Array(1));
const a: number = value; const b: number[] = dp.w; const c: Float64Array = dx;
export { g, a, b, c };`],
    ["vjp and jvp", `function f(x: number[], k: number): number[] { return x.map((v) => v * k); }
const [y, pullback] = vjp(f)([1], 2); const [dx, dk] = pullback([1]); const a: number[] = dx; const b: number = dk; const c: number[] = y;
const [, tangent] = jvp(f)([[1], 2], [null, 1]); const d: number[] = tangent;
export { a, b, c, d };`],
    ["functions that functions make", `function makeLoss(data: readonly number[], weight = 1): (w: number[]) => number {
  let calls = 0;
  if (data.length === 0) return function (w) { calls++; return calls * w[0]!; };
  return (w) => w.reduce((t, x, i) => t + weight * (x - data[i]!) ** 2, 0);
}
const line = (a: number) => (b: number) => (x: number): number => a * x + b;
const scaled = <T extends number>(k: T) => (x: number): number => k * x;
const loss = makeLoss([1]);
export const a: number[] = grad(loss)([1]);
export const b: [number, number[]] = valueAndGrad(makeLoss([2], 3))([1]);
export const c: [value: number, pullback: (y: number) => [number[]]] = vjp(loss)([1]);
export const d: [number, number] = jvp(line(1)(2))([1], [1]);
export const e: number = grad(scaled(2))(1);`],
    ["captures of every operator", `export function f(k: number, w: readonly number[]): number {
  let count = 0;
  const loss = (x: number[]): number => { count++; return k * x[0]! * w[0]!; };
  const d: number[] = grad(loss)([1]); const [v, g] = valueAndGrad(loss)([1]); const [, back] = vjp(loss)([1]); const [, t] = jvp(loss)([[1]], [[1]]);
  const [b]: [number[]] = back(1);
  return d[0]! + v + g[0]! + b[0]! + t + count;
}`],
    ["captures that are only read", `export function f(k: number, w: readonly number[]): number {
  const [, back] = vjp((x: number, y: number) => k * x * y * w[0]!)(1, 2); const [, t] = jvp((x: number, y: number) => k * x * y * w[0]!)([1, 2], [null, 1]);
  const [a, b]: [number, number] = back(1);
  return a + b + t + grad((x: number, ...ys: number[]) => k * x * ys[0]!)(1, 2) + grad((x: number, y = 2) => k * x * y)(3);
}`],
    ["recursion", "const power = (x: number, n: number): number => (n <= 0 ? 1 : x * power(x, n - 1));\nexport const slope: (x: number, n: number) => number = grad(power);"],
    ["tuples and matrices", `type Pair = readonly [number, number];
const f = (m: readonly (readonly number[])[], [a, b]: Pair): number => m[0]![0]! * a + b;
const [dm, dp] = grad(f, { wrt: "all" })([[1]], [2, 3]); const a: number[][] = dm; const b: [number, number] = dp;
export { a, b };`],
    ["second derivatives", "const f = (x: number): number => x ** 4;\nexport const h: number = grad(grad(f))(1);\nexport const [, t]: [number, number] = jvp(grad(f))([1], [1]);"],
  ])("%s", (_, body) => {
    const { code } = succeeded(compilerOf({ "/a.ts": program(body) }, OPTIONS).transform("/a.ts"));
    expect(problems({ "/a.ts": code })).toEqual([]);
  });
});

describe("siblings", () => {
  it.each([
    ["of nested objects", "export interface P { readonly layers: readonly { readonly w: readonly (readonly number[])[]; readonly b: number }[]; label: string; skip?: boolean }\n/**\n * @grad\n * @valueAndGrad\n * @jvp\n * @vjp\n */\nexport function f(p: P): number { let s = 0; for (const { w, b } of p.layers) { for (const row of w) for (const x of row) s += x * b; } return s; }\n"],
    ["of recursion", "/**\n * @grad\n * @jvp\n * @vjp\n */\nexport function power(x: number, n: number): number { return n <= 0 ? 1 : x * power(x, n - 1); }\n"],
    ["of optional and rest parameters", "/** @grad wrt=x,k */\nexport function f(x: number, k = 2, ...rest: readonly number[]): number { return x ** k + rest.length; }\n/** @grad */\nexport function g(x: number, k?: number): number { return x * (k ?? 1); }\n"],
    ["of copied types and constants", "interface Hidden { readonly k: number }\ntype Pair = readonly [Hidden, number];\nconst table: readonly number[] = [1, 2];\n/** @grad wrt=x */\nexport function f(p: Pair, x: number): number { return p[0].k * p[1] * x * table[1]!; }\n"],
    ["of generic functions", "/** @grad */\nexport function f<T extends { readonly x: number }>(p: T, xs: ReadonlyArray<T>): number { return p.x * p.x + xs.length; }\n"],
    ["of loops with a condition", "/** @grad */\nexport function f(x: number): number { let s = x; while (s < 100) s = s * s + 1; return s; }\n"],
  ])("%s", (_, text) => {
    const { code } = succeeded(compilerOf({ "/f.ts": text }, OPTIONS).generate("/f.ts"));
    expect(problems({ "/f.ts": text, "/f.grad.ts": code }, { noUnusedLocals: true, noUnusedParameters: true, isolatedDeclarations: true, declaration: true })).toEqual([]);
  });
});
