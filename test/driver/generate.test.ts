// Siblings: what tags ask for, in every flavor of source; the header; copies and imports; what is refused.
import { describe, expect, it } from "vitest";
import * as cotangent from "cotangent";
import { transformSync } from "esbuild";
import { evaluate } from "../harness/evaluate.ts";
import { createHash } from "node:crypto";
import { callable, codesOf, compilerOf, succeeded, type Files } from "./compile.ts";

const generated = (files: Files, path: string, options?: object): string => succeeded(compilerOf(files, options).generate(path)).code;

const exportsOf = (code: string): Readonly<Record<string, unknown>> =>
  evaluate(transformSync(code, { loader: "ts", format: "cjs", target: "es2022" }).code, "sibling", () => cotangent) as Readonly<Record<string, unknown>>;

describe("tags", () => {
  const text = `/**
 * A product.
 * @grad
 * @grad wrt=c,a as=slopes
 * @valueAndGrad wrt=b
 * @jvp
 * @vjp
 */
export function f(a: number, b: number, c: number): number { return a * b * b * c; }
`;

  it("name what is exported, and the parameters", () => {
    const { fGrad, slopes, fValueAndGrad, fJvp, fVjp } = exportsOf(generated({ "/f.ts": text }, "/f.ts"));
    expect(callable(fGrad)(2, 3, 5)).toBe(45);
    expect(callable(slopes)(2, 3, 5)).toEqual([18, 45]);
    expect(callable(fValueAndGrad)(2, 3, 5)).toEqual([90, 60]);
    expect(callable(fJvp)([2, 3, 5], [1, 1, 1])).toEqual([90, 45 + 60 + 18]);
    const [value, pullback] = callable(fVjp)(2, 3, 5) as [number, (x: number) => unknown];
    expect([value, pullback(2)]).toEqual([90, [90, 120, 36]]);
  });

  it.each([
    ["a const arrow", "/** @grad */\nexport const f = (x: number): number => x * x;"],
    ["a function that is not exported", "/** @grad */\nfunction f(x: number): number { return x * x; }\nexport { f as other };"],
    ["a named default export", "/** @grad */\nexport default function f(x: number): number { return x * x; }"],
    ["the first of some overloads", "/** @grad */\nexport function f(x: number): number;\nexport function f(x: number, k: number): number;\nexport function f(x: number, k = 2): number { return x ** k; }"],
  ])("may stand on %s", (_, source) => {
    expect(callable(exportsOf(generated({ "/f.ts": source }, "/f.ts"))["fGrad"])(3)).toBe(6);
  });

  it.each([
    ["an unknown option", "/** @grad by=x */\nexport function f(x: number): number { return x; }", "CT3020"],
    ["wrt on jvp", "/** @jvp wrt=x */\nexport function f(x: number): number { return x; }", "CT3020"],
    ["an unknown parameter", "/** @grad wrt=y */\nexport function f(x: number): number { return x; }", "CT3021"],
    ["a name that is none", "/** @grad as=a-b */\nexport function f(x: number): number { return x; }", "CT3022"],
    ["a method", "export class A {\n  /** @grad */\n  f(x: number): number { return x; }\n}", "CT3023"],
    ["a function in a function", "export function g(): void {\n  /** @grad */\n  function f(x: number): number { return x; }\n  void f;\n}", "CT3023"],
    ["an anonymous default export", "/** @grad */\nexport default (x: number): number => x;", "CT3024"],
    ["two tags of one name", "/** @grad as=d */\nexport function f(x: number): number { return x; }\n/** @grad as=d */\nexport function g(x: number): number { return x; }", "CT3025"],
    ["state that is not exported", "let n = 0;\nexport const count = (): number => n;\n/** @grad */\nexport function f(x: number): number { n++; return x; }", "CT3026"],
    ["a function that calls a marker", 'import { grad } from "cotangent";\nconst g = (x: number): number => x * x;\n/** @grad */\nexport function f(x: number): number { return grad(g)(x); }', "CT3028"],
    ["no parameters", "/** @grad */\nexport function f(): number { return 1; }", "CT3007"],
    ["a parameter named twice", "/** @grad wrt=x,x */\nexport function f(x: number): number { return x; }", "CT3007"],
  ])("refused: %s", (_, source, code) => {
    const result = compilerOf({ "/f.ts": source }).generate("/f.ts");
    expect(codesOf(result)).toEqual([code]);
    expect(result.diagnostics.every((x) => x.end > x.start)).toBe(true);
  });

  it("@nograd silences warnings and nothing else", () => {
    const source = (tag: string): string => `/**\n * @grad\n${tag} */\nexport function f(x: number): number { return x * (x | 0); }\n`;
    const diagnostics = (tag: string): readonly string[] => codesOf(compilerOf({ "/f.ts": source(tag) }).generate("/f.ts"));
    expect(diagnostics("").length).toBeGreaterThan(0);
    expect(diagnostics(" * @nograd\n")).toEqual([]);
  });

  it("a file without tags has no sibling", () => {
    expect(compilerOf({ "/f.ts": "export const a = 1;\n" }).generate("/f.ts")).toMatchObject({ ok: true, changed: false });
  });
});

describe("the header", () => {
  const text = "/** @grad */\nexport function f(x: number): number {\n  return x * x;\n}\n";
  const hashOf = (code: string): string => /sha256:([0-9a-f]{64})/.exec(code)?.[1] ?? "";

  it("names the tool, its version, the source and a hash, and turns linters off", () => {
    const lines = generated({ "/src/f.ts": text }, "/src/f.ts").split("\n");
    expect(lines[0]).toMatch(/^\/\/ Generated by cotangent \d+\.\d+ from \.\/f\.ts \(sha256:[0-9a-f]{64}\); do not edit\.$/);
    expect(lines.slice(1, 5)).toEqual(["// @generated", "/* eslint-disable */", "/* oxlint-disable */", "// biome-ignore-all lint: generated code"]);
  });

  it("changes with the slice and with nothing else", () => {
    const base = hashOf(generated({ "/f.ts": text }, "/f.ts"));
    expect(hashOf(generated({ "/f.ts": `export const unrelated = 1;\n${text}` }, "/f.ts"))).toBe(base);
    expect(hashOf(generated({ "/f.ts": text.replaceAll("\n", "\r\n") }, "/f.ts"))).toBe(base);
    expect(hashOf(generated({ "/elsewhere/f.ts": text }, "/elsewhere/f.ts"))).toBe(base);
    expect(hashOf(generated({ "/f.ts": text.replace("x * x", "x * x * x") }, "/f.ts"))).not.toBe(base);
  });

  it("covers helpers and types of other files", () => {
    const files = (helper: string, type: string): Files => ({
      "/f.ts": 'import { h } from "./h.ts";\nimport type { P } from "./p.ts";\n/** @grad */\nexport function f(p: P): number { return h(p.a); }\n',
      "/h.ts": `export const h = (x: number): number => ${helper};\nexport const other = 1;\n`, "/p.ts": `export interface P { ${type} }\n`,
    });
    const base = hashOf(generated(files("x * x", "a: number"), "/f.ts"));
    expect(hashOf(generated(files("x + x", "a: number"), "/f.ts"))).not.toBe(base);
    expect(hashOf(generated(files("x * x", "a: number; b: number"), "/f.ts"))).not.toBe(base);
  });

  it("hashes as SHA-256 does", async () => {
    const { sha256 } = await import("../../packages/compiler/src/driver/sha256.ts");
    for (const x of ["", "abc", "é".repeat(55), "x".repeat(56), "y".repeat(1000)]) expect(sha256(x)).toBe(createHash("sha256").update(x).digest("hex"));
  });
});

describe("flavors", () => {
  const text = 'import type { P } from "SPECIFIER";\n/** @grad */\nexport function f(p: P): number { return p.a * p.a; }\n';
  const p = "export interface P { readonly a: number }\n";

  it.each([
    ["/f.ts", "./p", "/p.ts"], ["/f.ts", "./p.js", "/p.ts"], ["/f.ts", "./p.ts", "/p.ts"], ["/f.mts", "./p.mjs", "/p.mts"], ["/f.tsx", "./p", "/p.ts"],
  ])("%s that imports %s", (path, specifier, other) => {
    expect(generated({ [path]: text.replace("SPECIFIER", specifier), [other]: p }, path)).toContain(`import type { P } from "${specifier}";`);
  });

  it.each([["./q", "./f"], ["./q.js", "./f.js"], ["./q.ts", "./f.ts"]])("types of the source itself in the style of %s", (style, expected) => {
    const source = `import { q } from "${style}";\nexport interface P { readonly a: number }\n/** @grad */\nexport function f(p: P): number { return p.a * q; }\n`;
    expect(generated({ "/f.ts": source, "/q.ts": "export const q = 2;\n" }, "/f.ts")).toContain(`import type { P } from "${expected}";`);
  });

  it("JavaScript has its types in JSDoc", () => {
    const source = "/**\n * @grad wrt=x\n * @param {number[]} x\n * @param {{ k: number }} o\n * @returns {number}\n */\nexport function f(x, o) { let s = 0; for (const v of x) s += v * v * o.k; return s; }\n";
    const code = generated({ "/f.js": source }, "/f.js");
    expect(code).toContain("@param {number[]} x");
    expect(code).toContain("@returns {number[]}");
    expect(callable(exportsOf(code)["fGrad"])([1, 2], { k: 3 })).toEqual([6, 12]);
  });
});

describe("types", () => {
  it("that are not exported are copied with what they need; exported ones are imported", () => {
    const source = 'import type { Far } from "./far.ts";\ninterface Inner { k: number }\nexport interface Shown { readonly inner: Inner; far: Far }\ntype Hidden = Inner & { readonly m: Shown };\n/** @grad */\nexport function f(h: Hidden): number { return h.k * h.m.far.d; }\n';
    const code = generated({ "/f.ts": source, "/far.ts": "export interface Far { d: number }\n" }, "/f.ts");
    expect(code).toContain("interface Inner { k: number }");
    expect(code).toContain("type Hidden = Inner & { readonly m: Shown };");
    expect(code).toContain('import type { Shown } from "./f.ts";');
    expect(callable(exportsOf(code)["fGrad"])({ k: 2, m: { inner: { k: 1 }, far: { d: 5 } } })).toEqual({ k: 5, m: { inner: { k: 0 }, far: { d: 2 } } });
  });

  it("parameters collapse to their constraints", () => {
    expect(generated({ "/f.ts": "/** @grad */\nexport function f<T extends readonly number[]>(x: T): number { return x[0]! * x[1]!; }\n" }, "/f.ts")).toContain("fGrad(x: readonly number[]): number[]");
  });

  it("that contain themselves go by name", () => {
    const source = "interface Chain { v: number; next: Chain | null }\n/** @grad */\nexport function f(c: Chain): number { let s = 0; for (let at: Chain | null = c; at !== null; at = at.next) s += at.v * at.v; return s; }\n";
    expect(generated({ "/f.ts": source }, "/f.ts")).toContain("fGrad(c: Chain): Cotangent<Chain>");
  });
});

describe("before the first build", () => {
  const files: Files = {
    "/f.ts": 'import { fGrad } from "./f.grad.js";\n/** @grad */\nexport function f(x: number): number { return x * x; }\nexport const slope: number = fGrad(2);\nexport const wrong: string = fGrad(2);\n',
    "/use.ts": 'import { fGrad } from "./f.grad.js";\nimport { grad } from "cotangent";\nconst x: number = fGrad(1);\nexport const g = grad((y: number) => x * y);\n',
  };

  it("a sibling that does not exist blocks neither its source nor those who import it", () => {
    const compiler = compilerOf(files);
    expect(compiler.generate("/f.ts").ok).toBe(true);
    expect(compiler.transform("/use.ts").ok).toBe(true);
  });
});

describe("constants", () => {
  const source = (before: string): string => `${before}\n/** @grad */\nexport function f(x: number): number { let s = 0; for (const w of weights) s += w * x * x; return s; }\n`;

  it.each([
    ["const weights = [1, 2];", "const weights = [1, 2];"],
    ["const half = 1 / 2;\nconst base = [half, 2];\nconst weights: readonly number[] = [base[0]!, 3];", null],
    ["const weights = new Float64Array([1, Math.PI]);", "const weights = new Float64Array([1, Math.PI]);"],
    ["const weights: readonly number[] = [1, 2];\nexport const total = weights.reduce((a, b) => a + b);", "const weights: readonly number[] = [1, 2];"],
  ])("that are made of literals and only read are copied: %s", (before, copy) => {
    const result = compilerOf({ "/f.ts": source(before) }).generate("/f.ts");
    if (copy === null) return expect(codesOf(result)).toEqual(["CT3026"]);
    const { code } = succeeded(result);
    expect(code).toContain(copy);
    expect(code).not.toContain("import");
    const sum = (exportsOf(code)["fGrad"] as (x: number) => number)(1) / 2;
    expect(sum).toBeCloseTo(before.includes("PI") ? 1 + Math.PI : 3, 12);
  });

  it.each([
    ["that are written to", "const weights = [1, 2];\nexport const set = (x: number): void => { weights[0] = x; };"],
    ["that grow", "const weights = [1, 2];\nexport const add = (x: number): void => { weights.push(x); };"],
    ["that escape", "const weights = [1, 2];\nexport const hand = (): number[] => weights;"],
    ["that are passed to who might write", "const weights = [1, 2];\nconst fill = (xs: number[]): void => { xs[0] = 9; };\nfill(weights);"],
    ["that are made by a call", "const make = (): number[] => [1, 2];\nconst weights = make();"],
    ["that may be assigned", "let weights = [1, 2];\nexport const reset = (): void => { weights = []; };"],
  ])("%s must be exported", (_, before) => {
    expect(codesOf(compilerOf({ "/f.ts": source(before) }).generate("/f.ts"))).toEqual(["CT3026"]);
  });

  it("that are exported are imported, unless that closes a cycle", () => {
    const before = "const make = (): number[] => [1, 2];\nexport const weights = make();";
    expect(generated({ "/f.ts": source(before) }, "/f.ts")).toContain('import { weights } from "./f";');
    const cyclic = `import { fGrad } from "./f.grad.ts";\n${source(before)}export const slope = fGrad;\n`;
    expect(codesOf(compilerOf({ "/f.ts": cyclic }).generate("/f.ts"))).toEqual(["CT3030"]);
  });
});
