// The front door: raw IR means what the program means (executed beside it, to the bit), and keeps the laws of the raw stage.
import { describe, expect, test, vi } from "vitest";
import { printBlock, printFunc } from "../../packages/compiler/src/ir/print.ts";
import type { Block, Func, Stmt, Var } from "../../packages/compiler/src/ir/ir.ts";
import { expressions, operands, statements, visitExpressions } from "../../packages/compiler/src/ir/walk.ts";
import { isAtom } from "../../packages/compiler/src/ir/build.ts";
import type { Lowered } from "../../packages/compiler/src/frontend/lower/program.ts";
import { readPitfalls } from "../pitfalls/cases.ts";
import { instantiate, lowerAll, lowerText, openSource, runBoth } from "./lower-source.ts";
import { SNIPPETS } from "./snippets.ts";

const rootOf = ({ program, root }: Lowered): Func => {
  const func = program.functions.get(root);
  if (func === undefined) throw new Error(`${root} did not lower`);
  return func;
};

/** the raw IR of `f`, as text */
function raw(text: string): string {
  const lowered = lowerText(text);
  expect(lowered.findings).toEqual([]);
  return printFunc(rootOf(lowered));
}

const lines = (...text: readonly string[]): string => text.join("\n");

const lowerings = lowerAll(SNIPPETS.map(([, code]) => code));
const all = SNIPPETS.map((snippet, i) => [snippet[0], lowerings[i] ?? lowerText(snippet[1]), snippet] as const);

describe("raw IR means what the program means", () => {
  test.each(all)("%s", (_name, lowered, [, code, ...calls]) => {
    expect(lowered.findings).toEqual([]);
    expect(calls.length).toBeGreaterThan(0);
    for (const args of calls) {
      const { expected, actual } = runBoth(code, lowered, () => structuredClone(args));
      expect(actual).toStrictEqual(expected);
    }
  });
});

test("raw IR means the same where elements may be undefined as far as TypeScript knows", () => {
  const cautious = lowerAll(SNIPPETS.map(([, code]) => code), { noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true });
  SNIPPETS.forEach(([name, code, ...calls], i) => {
    const lowered = cautious[i];
    if (lowered === undefined) return;
    expect(lowered.findings, name).toEqual([]);
    for (const args of calls) {
      const { expected, actual } = runBoth(code, lowered, () => structuredClone(args));
      expect(actual, name).toStrictEqual(expected);
    }
  });
});

describe("the pitfalls mean what they mean, or are refused where they stand", () => {
  const pitfalls = readPitfalls() ?? [];
  const lowered = lowerAll(pitfalls.map((x) => x.code));

  test("all of them", () => {
    vi.spyOn(Math, "random").mockReturnValue(0.625);
    vi.spyOn(Date, "now").mockReturnValue(1e12);
    let executed = 0;
    pitfalls.forEach(({ id, code, args }, i) => {
      const it = lowered[i];
      if (it === undefined) return;
      for (const x of it.findings) expect([x.code.slice(0, 3), x.span.file, code.slice(x.span.start, x.span.end)], id).toEqual(["CT1", `/part-${i}.ts`, expect.stringMatching(/\S/)]);
      if (it.findings.length > 0 || code.includes("cotangent")) return;
      const { expected, actual } = runBoth(code, it, args);
      expect(actual, id).toStrictEqual(expected);
      executed++;
    });
    vi.restoreAllMocks();
    expect(executed).toBeGreaterThanOrEqual(pitfalls.length === 0 ? 0 : 120);
  });
});

// ---------------------------------------------------------------------------------------------------- laws of the stage

function* bodies(block: Block): Generator<Block> {
  yield block;
  const inner: Block[] = [];
  visitExpressions(block, (e) => { if (e.kind === "closure") inner.push(e.func.body); });
  yield* inner;
}

function everyStatement(lowered: Lowered): readonly Stmt[] {
  return [...lowered.program.functions.values()].flatMap((f) => [...bodies(f.body)].flatMap((b) => [...statements(b)]));
}

describe("laws of the raw stage", () => {
  test.each(all)("operands are atoms: %s", (_name, lowered) => {
    for (const s of everyStatement(lowered)) {
      for (const e of expressions(s)) {
        if (s.kind === "let" || s.kind === "assign") expect(operands(e).every(isAtom)).toBe(true);
        else expect(isAtom(e)).toBe(true);
      }
    }
  });

  test.each(all)("variables that are assigned are marked, and read only by copying: %s", (_name, lowered) => {
    for (const s of everyStatement(lowered)) {
      if (s.kind === "assign") expect(s.variable.mutable).toBe(true);
      const isCopy = (s.kind === "let" || s.kind === "assign") && s.value.kind === "var";
      const read = isCopy ? [] : expressions(s).flatMap((e) => [e, ...operands(e)]);
      const mutable = read.flatMap((e): Var[] => (e.kind === "var" && e.variable.mutable ? [e.variable] : []));
      expect(mutable.map((v) => v.name)).toEqual([]);
    }
  });

  test.each(all)("every statement says where it comes from: %s", (_name, lowered) => {
    for (const { origin } of everyStatement(lowered)) {
      expect(origin.span.file).toMatch(/^\/part-\d+\.ts$/);
      expect(origin.span.end).toBeGreaterThan(origin.span.start);
    }
  });
});

// ---------------------------------------------------------------------------------------------------- form

describe("form", () => {
  test("a value goes straight into the variable that is declared with it", () => {
    expect(raw("const g = (x: number) => x;\nexport function f(x: number) { const a = x * 2 + 1, b = g(a), c = [a, b]; return c[0]! + b; }")).toBe(lines(
      "f(x: real): real",
      "  let product = x * 2",
      "  let a = product + 1",
      "  let b = call /main.ts#g(a)",
      "  let c = [a, b]",
      "  let c0 = c[0]",
      "  let sum = c0 + b",
      "  return sum",
    ));
  });

  test("a for loop has a general header with its test and update", () => {
    expect(raw("export function f(v: Float64Array) { let s = 0; for (let i = 0; i < v.length; i++) s += v[i]! * v[i]!; return s; }")).toBe(lines(
      "f(v: Float64Array): real",
      "  let mut s = 0",
      "  let mut i = 0",
      "  loop loop",
      "    before",
      "      let i_1 = i",
      "      let length = v.length",
      "      let isLess = i_1 < length",
      "    test isLess",
      "    body",
      "      let s_1 = s",
      "      let i_2 = i",
      "      let vi = v[i_2]",
      "      let i_3 = i",
      "      let vi_1 = v[i_3]",
      "      let product = vi * vi_1",
      "      s = s_1 + product",
      "    update",
      "      let i_4 = i",
      "      i = i_4 + 1",
      "  let s_2 = s",
      "  return s_2",
    ));
  });

  test("a conditional is an if that assigns its result", () => {
    expect(raw("export function f(x: number) { const y = x > 0 ? x : -x; return y; }")).toBe(lines(
      "f(x: real): real",
      "  let isGreater = x > 0",
      "  let mut y = undefined",
      "  if isGreater",
      "    y = x",
      "  else",
      "    y = neg x",
      "  let y_1 = y",
      "  return y_1",
    ));
  });

  test("no array is made to swap, and none to destructure a literal", () => {
    const text = raw("export function f(v: number[]) { let [a, b] = [v[0]!, 2]; [a, b] = [b, a]; [v[0], v[1]] = [v[1]!, v[0]!]; return a - b; }");
    expect(text).not.toMatch(/= \[/);
  });

  test("comments stand on the first statement of what they precede", () => {
    const lowered = lowerText("export function f(x: number) {\n  // squares\n  /* twice */\n  const y = x * x * x; // trailing\n  return y;\n}");
    const [first, ...others] = rootOf(lowered).body;
    expect(first?.origin.comments).toEqual(["// squares", "/* twice */"]);
    expect(others.flatMap((s) => s.origin.comments)).toEqual([]);
  });

  test("elements that may be absent are marked", () => {
    const text = raw("export function f(v: number[], t: [number, number], o: { a?: number }) { const x = v[9]; let s = x === undefined ? 0 : x; s += v[0] ?? 1; s += v[1]!; s += t[0]; s += o.a ?? 2; s += v.at(-1)!; if (v[3]) s++; const y: number | undefined = v[4]; return y; }");
    expect([...text.matchAll(/= (\S+\])\?$/gm)].map((x) => x[1])).toEqual(["v[9]", "v[0]", "v[3]", "v[4]"]);
    expect(text).toMatch(/= v\[1\]$/m);
    expect(text).toMatch(/= t\[0\]$/m);
    expect(text).toMatch(/= o\.a\?$/m);
    expect(text).toMatch(/= v\[last\]$/m);
  });

  test("a tested right side without effects stays an operation, any other becomes an if", () => {
    expect(raw("export function f(x: number, y: number) { return x > 0 && y > 0 ? 1 : 2; }")).toMatch(/isGreater && isGreater_1/);
    expect(raw("export function f(x: number, v: number[]) { return x > 0 && v[x]! > 0 ? 1 : 2; }")).not.toMatch(/&&/);
  });

  test("a callback is called in one explicit loop, and a typed array stays one", () => {
    expect(raw("export function f(v: Float64Array) { return v.map(Math.exp); }")).toBe(lines(
      "f(v: Float64Array): Float64Array",
      "  let length = v.length",
      "  let mapped = new Float64Array(length)",
      "  let mut i = 0",
      "  loop loop",
      "    before",
      "      let i_1 = i",
      "      let isLess = i_1 < length",
      "    test isLess",
      "    body",
      "      let i_2 = i",
      "      let vi = v[i_2]",
      "      let exp = Math.exp(vi)",
      "      mapped[i_2] = exp",
      "    update",
      "      let i_3 = i",
      "      i = i_3 + 1",
      "  return mapped",
    ));
  });
});

// ---------------------------------------------------------------------------------------------------- programs

describe("programs", () => {
  test("functions of other files are lowered too, under stable names", () => {
    const source = openSource({
      "/main.ts": 'import { scale as s, type P } from "./lib/index.js";\nimport * as lib from "./lib/index.js";\nexport const f = (p: P) => s(p.x) + lib.shift(p.x) + lib.K;\n',
      "/lib/index.ts": 'export { scale } from "./scale.ts";\nexport type { P } from "./types.ts";\nexport const shift = (x: number) => x + base;\nconst base = 3;\nexport const K = base * 2;\n',
      "/lib/scale.ts": "export function scale(x: number): number { return x * 2; }\n",
      "/lib/types.ts": "export interface P { x: number }\n",
    });
    const lowered = source.lower("f");
    expect(lowered.findings).toEqual([]);
    expect([...lowered.program.functions.keys()].toSorted()).toEqual(["/lib/index.ts#shift", "/lib/scale.ts#scale", "/main.ts#f"]);
    expect(printFunc(rootOf(lowered))).toMatch(/ \+ 6$/m);
  });

  test.each([
    ["that no import connects with it", "export const ones = [new Disc()];\n", {}],
    ["that a third one imports with it", "export const ones = [new Disc()];\n", { "/both.ts": 'import { f } from "./main.ts";\nimport { ones } from "./disc.ts";\nexport const all = ones.map(f);\n' }],
    ["that a third one loads with it", "export const ones = [new Disc()];\n", { "/both.ts": 'export const all = async () => (await import("./disc.ts")).ones.map((await import("./main.ts")).f);\n' }],
    ["that is no module", "const ones = [new Disc()];\n", {}],
  ] as const)("an interface means the classes that fit it, but not one in a file %s", (where, made, others) => {
    const disc = `${made.startsWith("export") ? "export " : ""}class Disc {\n  width = 2;\n  area(): number { return 3; }\n}\n${made}`;
    const source = openSource({ "/main.ts": "export interface Shape { readonly width: number; area(): number }\nexport const f = (s: Shape): number => s.width * s.area();\n", "/disc.ts": disc, ...others });
    const [shape] = rootOf(source.lower("f")).params;
    expect(shape?.variable.type).toMatchObject({ kind: "struct", isClass: !where.includes("no import") });
  });

  test("generic functions are lowered once per type argument", () => {
    const lowered = lowerText("const last = <T>(v: readonly T[]): T => v[v.length - 1]!;\nexport const f = (m: number[][]) => last(last(m)) + last([1, 2]);");
    expect([...lowered.program.functions.keys()]).toEqual(["/main.ts#f", "/main.ts#last<real[]>", "/main.ts#last<real>"]);
    expect(lowered.program.functions.get("/main.ts#last<real[]>")?.resultType).toMatchObject({ kind: "array", element: { kind: "real" } });
  });

  test("an inline root's captures are reported, and captured functions come along", () => {
    const code = "import { grad } from 'cotangent';\nexport function g(a: number) { const twice = (t: number) => t * a; return grad((x: number) => twice(x) + a)(1); }\nexport const f = (y: number) => g(y);";
    const lowered = openSource({ "/main.ts": code }).lower("g");
    expect(printFunc(rootOf(lowered))).toMatch(/let innerGrad = grad inner wrt 0/);
    expect(lowered.captures).toEqual([]);
  });

  test("variables of modules are cells, constants are not", () => {
    const lowered = lowerText("const TAU = 2 * Math.PI; let n = 0; export const table = [1, 2];\nexport function f(x: number) { n += 1; return x * TAU + table[0]! + n; }");
    const cells = new Map(everyStatement(lowered).flatMap((s) => expressions(s).flatMap((e) => (e.kind === "load" && e.place.kind === "cell" ? [[e.place.cell.name, e.place.cell] as const] : []))));
    expect([...cells.keys()]).toEqual(["n", "table"]);
    expect(cells.get("n")).toMatchObject({ mutable: true, exported: false, file: "/main.ts", imported: null, type: { kind: "real" } });
    expect(cells.get("table")).toMatchObject({ mutable: false, exported: true });
    expect(printBlock(rootOf(lowered).body)).toMatch(/x \* 6\.283185307179586/);
  });

  test("long sums and deep types do not exhaust the stack", () => {
    const sum = Array.from({ length: 4000 }, (_, i) => `x * ${i}`).join(" + ");
    const types = Array.from({ length: 3000 }, (_, i) => `interface T${i} { x: number; next: T${i + 1} | null }`).join("\n");
    const code = `${types}\ninterface T3000 { x: number }\nexport function f(x: number, t: T0 | null) { return ${sum} + (t === null ? 0 : t.x); }`;
    const lowered = lowerText(code);
    expect(lowered.findings).toEqual([]);
    const { expected, actual } = runBoth(code, lowered, () => [0.1, null]);
    expect(actual).toStrictEqual(expected);
    expect(instantiate(code).exports["f"]).toBeTypeOf("function");
  });
});

test("types and instances without end come to an end", () => {
  const lowered = lowerText("interface Box<T> { value: T; more: Box<T[]> | null }\ntype F<T> = (x: T) => F<T[]>;\nfunction deeper<T>(x: T, n: number): number { return n <= 0 ? 0 : 1 + deeper([x], n - 1); }\nexport function f(b: Box<number>, g: F<number> | null) { return b.value + (g === null ? 1 : 2) + deeper(b.value, 3); }");
  expect(lowered.findings).toEqual([]);
  expect(lowered.program.functions.size).toBeLessThan(100);
  expect(lowerText("export function f(x: number) { return globalThis.Math === undefined ? 0 : x; }").findings.map((x) => x.code)).toEqual(["CT1025"]);
});

// ---------------------------------------------------------------------------------------------------- refusals

const REFUSED: readonly (readonly [code: string, spot: string, program: string])[] = [
  ["CT1002", "Pair", "class Pair { constructor(public a: number) {} }\nexport const f = (x: number) => { const made = (C: typeof Pair) => 1; return made(Pair) * x; };"],
  ["CT1037", "p.twice", "class Pair { constructor(public a: number) {} twice() { return 2 * this.a; } }\nexport const f = (x: number) => { const p = new Pair(x); const g = p.twice; return g(); };"],
  ["CT1038", "new Items()", "class Items extends Array<number> { sum() { return this[0]!; } }\nexport const f = (x: number) => new Items().sum() * x;"],
  ["CT1039", "new Scale(2)", "export function f(x: number) { class Scale { constructor(public k: number) {} get() { return this.k * x; } } return new Scale(2).get(); }"],
  ["CT1003", "this: { k: number }", "export function f(this: { k: number }, x: number) { return x * this.k; }"],
  ["CT1004", "size", "export function f(x: number) { const o: { size: number } = { get size() { return x; } }; return o.size; }"],
  ["CT1005", "export function* f(x: number) { yield x; }", "export function* f(x: number) { yield x; }"],
  ["CT1045", "yield x", "export function f(x: number) { function* g() { try { yield x; } catch { x = 0; } } let s = x; for (const y of g()) s += y; return s; }"],
  ["CT1046", "g(x)", "let d = 1; function* g(x: number, y = d) { yield x * y; } export function f(x: number) { const it = g(x); let s = x; for (const y of it) s += y; return s; }"],
  ["CT1047", "it.next()", "function* g(x: number) { yield x; } export function f(x: number) { const it = g(x); it.next(); return x; }"],
  ["CT1006", "async () => 1", "export function f(x: number) { const g = async () => 1; void g(); return x; }"],
  ["CT1007", "delete a[0]", "export function f(a: number[]) { delete a[0]; return 1; }"],
  ["CT1008", "String.raw`a${x}`", "export function f(x: number) { return String.raw`a${x}`.length; }"],
  ["CT1009", "arguments", "export function f(_x: number) { return arguments[0] as number; }"],
  ["CT1010", "eval('1')", "export function f(x: number) { eval('1'); return x; }"],
  ["CT1012", "for (const k in o) s += k.length;", "export function f(o: Map<string, number>) { let s = 0; for (const k in o) s += k.length; return s; }"],
  ["CT1014", "o[k]", "export function f(o: { a: number; b: string }, k: 'a' | 'b') { return o[k]; }"],
  ["CT1015", "...v", "const g = (a: number, b = 1, ...c: number[]) => a * b + c.length;\nexport const f = (v: [number, ...number[]]) => g(...v);"],
  ["CT1016", "g", "const g = (...v: number[]) => v.length;\nexport const f = (x: number) => [x].map((t) => [t].map(g).length)[0]!;"],
  ["CT1017", "...o", "class P { constructor(public a: number) {} }\nexport function f(x: number) { const o = new P(x); const p = { ...o }; return p.a; }"],
  ["CT1018", "f(x)", "export function f(x: number): number { (f(x) as number)++; return x; }"],
  ["CT1019", "{ message }", "export function f(x: number) { try { return x; } catch ({ message }) { return 1; } }"],
  ["CT1101", "new Array<number>(2).reduce((a, b) => a + b)", "export function f(x: number) { return x * new Array<number>(2).reduce((a, b) => a + b); }"],
  ["CT1105", "new Float32Array(v.buffer)", "export function f(v: Float64Array) { return new Float32Array(v.buffer)[0]!; }"],
  ["CT1201", "x * k", "export function f(x: number) { const k = JSON.parse('2'); return x * k; }"],
  ["CT1203", "JSON.parse(JSON.stringify(o)) as { x: number }", "export function f(o: { x: number }) { const p = JSON.parse(JSON.stringify(o)) as { x: number }; return p.x; }"],
  ["CT1203", "k", "export function f(x: number) { const k: number = JSON.parse('2'); return x * k; }"],
];

describe("refusals", () => {
  const refused = lowerAll(REFUSED.map(([, , program]) => program));

  test.each(REFUSED.map((x, i) => [...x, i] as const))("%s at `%s`", (code, spot, program, i) => {
    const findings = refused[i]?.findings ?? [];
    const found = findings.map((x) => [x.code, program.slice(x.span.start, x.span.end)]);
    expect(found).toContainEqual([code, spot]);
    for (const x of findings) expect(x.help ?? x.message).not.toBe("");
  });

  test("all findings of the slice are reported, and what lowered is still there", () => {
    const lowered = lowerText("const a = (o: number[]) => { delete o[0]; return 1; };\nconst b = (x: number) => x * 2;\nconst c = (v: number[]) => v.length * new Array<number>(2).reduce((p, q) => p + q);\nexport const f = (x: number) => a([x]) + b(x) + c([x]);");
    expect(lowered.findings.map((x) => x.code).toSorted()).toEqual(["CT1007", "CT1101"]);
    expect([...lowered.program.functions.keys()].toSorted()).toEqual(["/main.ts#b", "/main.ts#f"]);
  });
});
