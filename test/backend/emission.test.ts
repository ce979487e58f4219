// The text of functions: names, declarations, comments, layout, both languages, and what the text says that it refers to.
import { describe, expect, it } from "vitest";
import { emitFunction, type EmitOptions } from "../../packages/compiler/src/emit/module.ts";
import { finish } from "../../packages/compiler/src/optimize/index.ts";
import { BOOLEAN, constant, length, load, REAL, UNDEFINED } from "../../packages/compiler/src/ir/build.ts";
import type { Cell, Func, Stmt, StructType, Type } from "../../packages/compiler/src/ir/ir.ts";
import { $, at, dot, EFFECT, FLOATS, num, NUMBERS, ops, Writer } from "./writing.ts";

const OPTIONS: EmitOptions = { exported: false, taken: new Set(), language: "ts" };
const emit = (func: Func, options: Partial<EmitOptions> = {}): string => emitFunction(func, { ...OPTIONS, ...options }).text;

describe("names", () => {
  it("stay apart where both are visible, and are used again in sibling blocks", () => {
    const w = new Writer();
    const [x, x1, i, j, t, t1] = [w.variable("x"), w.variable("x"), w.variable("i"), w.variable("i"), w.variable("t"), w.variable("t")];
    const [f] = [w.variable("f", EFFECT)];
    const call = (v: typeof x): Stmt => ({ kind: "call", callee: { kind: "value", value: $(f) }, args: [$(v)], result: null, origin: w.statement() });
    const func = w.func("names", [x, f], [
      w.let(x1, ops("*", $(x), $(x))), call(x1), call(x1),
      w.for(i, num(0), num(2), [w.let(t, ops("+", $(i), $(x1))), call(t), call(t)]),
      w.for(j, num(0), num(2), [w.let(t1, ops("-", $(j), $(x))), call(t1), call(t1)]),
    ], null, { kind: "void" });
    expect(emit(func)).toBe([
      "function names(x: number, f: (a: number) => number): void {",
      "  const x_1 = x * x;", "  f(x_1);", "  f(x_1);",
      "  for (let i = 0; i < 2; i++) {", "    const t = i + x_1;", "    f(t);", "    f(t);", "  }",
      "  for (let i = 0; i < 2; i++) {", "    const t = i - x;", "    f(t);", "    f(t);", "  }", "}",
    ].join("\n"));
  });

  it("avoid reserved words, what the function refers to, and unused parameters are marked", () => {
    const w = new Writer();
    const [a, b, c] = [w.variable("delete"), w.variable("Math"), w.variable("count")];
    const cell: Cell = { name: "count", file: "m.ts", type: REAL, mutable: true, exported: true, imported: null };
    const func = w.func("f", [a, b, c], [], ops("+", ops("Math.sin", $(a)), load({ kind: "cell", cell }, REAL)));
    const emitted = emitFunction(func, OPTIONS);
    expect(emitted.text).toBe("function f(delete_1: number, _Math: number, _count: number): number {\n  return Math.sin(delete_1) + count;\n}");
    expect([...emitted.cells]).toEqual([cell]);
  });

  it("of the function itself avoid what the module has", () => {
    const w = new Writer();
    expect(emitFunction(w.func("lossGrad", [], [], num(1)), { ...OPTIONS, taken: new Set(["lossGrad"]) }).name).toBe("lossGrad_1");
  });
});

describe("declarations", () => {
  const w = new Writer();
  const f = w.variable("f", EFFECT);
  const x = w.variable("x");

  it("carry a type where TypeScript would infer another one", () => {
    const list = w.variable("list", NUMBERS);
    const pair = w.variable("pair", { kind: "tuple", elements: [REAL, REAL] });
    const func = w.func("f", [x], [
      w.let(list, { kind: "array", elements: [], type: NUMBERS }),
      { kind: "mutate", operation: "push", array: $(list), args: [$(x)], result: null, origin: w.statement() },
      w.let(pair, { kind: "array", elements: [{ value: $(x), spread: false }, { value: length($(list)), spread: false }], type: pair.type }),
    ], $(pair), pair.type);
    expect(emit(func)).toContain("const list: number[] = [];\n  list.push(x);\n  const pair: [number, number] = [x, list.length];");
    expect(emit(func, { language: "js" })).toContain("/** @type {number[]} */ const list = [];");
  });

  it("start without a value only where the type checker sees that one comes", () => {
    const [test, sure, unsure, object] = [w.variable("test", BOOLEAN), w.join("sure"), w.join("unsure"), w.join("object", FLOATS)];
    const made = (): Stmt => w.set(object, { kind: "new", length: num(1), zeroed: true, type: FLOATS });
    const func = w.func("f", [x], [
      w.let(test, ops("<", $(x), num(0))),
      w.let(sure, UNDEFINED), w.let(unsure, UNDEFINED), w.let(object, UNDEFINED),
      w.if(test, [w.set(sure, num(1)), w.set(unsure, num(2)), made()], [w.set(sure, num(3))]),
    ], ops("+", ops("+", $(sure), $(unsure)), at(object, num(0))));
    expect(emit(func)).toContain("let sure: number;\n  let unsure = 0;\n  let object!: Float64Array;");
  });

  it("of results that nobody reads are left out", () => {
    const unused = w.variable("unused");
    const call: Stmt = { kind: "call", callee: { kind: "value", value: $(f) }, args: [num(1)], result: unused, origin: w.statement() };
    expect(emit(w.func("g", [f], [call], null, { kind: "void" }))).toContain("{\n  f(1);\n}");
  });

  it("of results that the next statement alone reads stand there", () => {
    const result = w.variable("result");
    const call: Stmt = { kind: "call", callee: { kind: "function", func: "file.ts#fact" }, args: [num(1)], result, origin: w.statement() };
    const emitted = emitFunction(w.func("g", [x], [call], ops("*", $(x), $(result))), { ...OPTIONS, functionName: () => "fact" });
    expect(emitted.text).toContain("return x * fact(1);");
    expect([...emitted.functions]).toEqual(["file.ts#fact"]);
    // an element is read before the call, as it was
    const [xs, first] = [w.variable("xs", NUMBERS), w.variable("first")];
    const after = { ...call, result: first };
    expect(emit(w.func("g", [xs], [after], ops("*", at(xs, num(0)), $(first))), { functionName: () => "fact" })).toContain("const first = fact(1);");
  });
});

describe("statements", () => {
  it("change variables and elements in place, as people write it", () => {
    const w = new Writer();
    const [x, xs, s] = [w.variable("x"), w.variable("xs", NUMBERS), w.join("s")];
    const body: Stmt[] = [
      w.let(s, num(0)),
      w.set(s, ops("+", $(s), $(x))), w.set(s, ops("*", $(x), $(s))), w.set(s, ops("-", $(s), num(1))), w.set(s, ops("-", $(x), $(s))),
      w.store(xs, num(0), ops("/", at(xs, num(0)), $(s))), w.add(xs, num(1), ops("neg", $(x))), w.add(xs, num(2), ops("*", num(-2), $(x))), w.store(xs, num(3), ops("+", ops("+", at(xs, num(3)), $(x)), $(s))),
    ];
    const text = emit(w.func("f", [x, xs], body, null, { kind: "void" }), { uncheckedIndex: true });
    expect(text.split("\n").slice(2, -1).map((l) => l.trim())).toEqual([
      "s += x;", "s *= x;", "s--;", "s = x - s;", "xs[0]! /= s;", "xs[1]! -= x;", "xs[2]! -= 2 * x;", "xs[3] = xs[3]! + x + s;",
    ]);
  });

  it("carry the user's comments once, and chain branches", () => {
    const w = new Writer();
    const [x, y] = [w.variable("x"), w.join("y")];
    const [first, second] = [w.variable("first", BOOLEAN), w.variable("second", BOOLEAN)];
    const origin = w.statement("// choose", "/* well */");
    const func = w.func("f", [x, first, second], [
      w.let(y, num(0), origin),
      w.if(first, [w.set(y, num(1), origin)], [w.if(second, [w.set(y, num(2))], [w.set(y, num(3))])]),
    ], $(y));
    expect(emit(func)).toBe([
      "function f(_x: number, first: boolean, second: boolean): number {",
      "  // choose", "  /* well */", "  let y = 0;",
      "  if (first) {", "    y = 1;", "  } else if (second) {", "    y = 2;", "  } else {", "    y = 3;", "  }", "  return y;", "}",
    ].join("\n"));
  });

  it("return early where branches end the function", () => {
    const w = new Writer();
    const [x, result, test, big] = [w.variable("x"), w.join("result"), w.variable("test", BOOLEAN), w.variable("big")];
    const func = w.func("f", [x], [
      w.let(test, ops("<", $(x), num(0))), w.let(result, UNDEFINED),
      w.if(test, [w.set(result, num(0))], [w.let(big, ops("Math.exp", $(x))), w.set(result, $(big))]),
    ], $(result));
    const long = { ...func, params: func.params.map((p) => ({ ...p, variable: x })) };
    expect(emit(finish(long, w.supply))).toBe("function f(x: number): number {\n  return x < 0 ? 0 : Math.exp(x);\n}");
    const loops = w.func("g", [x], [
      w.let(test, ops("<", $(x), num(0))), w.let(result, UNDEFINED),
      w.if(test, [w.set(result, num(0))], [w.for(w.variable("i"), num(0), $(x), [{ kind: "call", callee: { kind: "external", name: "console.log", cell: null }, args: [], result: null, origin: w.statement() }]), w.set(result, $(x))]),
    ], $(result));
    expect(emit(finish(loops, w.supply))).toContain("  if (x < 0) {\n    return 0;\n  }\n  for (");
  });
});

describe("layout", () => {
  it("breaks long parameter lists, sums and calls at 100 columns", () => {
    const w = new Writer();
    const params = Array.from({ length: 12 }, (_, i) => w.variable(`parameter${i}`));
    const total = params.slice(1).reduce((sum, p) => ops("+", sum, $(p)), $(params[0]!));
    const text = emit(w.func("f", params, [], ops("Math.max", total, total)));
    expect(Math.max(...text.split("\n").map((l) => l.length))).toBeLessThanOrEqual(100);
    expect(text).toContain("(\n  parameter0: number,\n");
    expect(text).toContain("  return Math.max(\n    parameter0 +\n      parameter1 +\n");
  });

  it("prints function literals, with their types and names apart from those around", () => {
    const w = new Writer();
    const [x, seed, product, pullback] = [w.variable("x"), w.variable("x"), w.variable("xBar"), w.variable("pullback", { kind: "function", params: [REAL], result: { kind: "tuple", elements: [REAL] } })];
    const inner = w.func("pullback", [seed], [w.let(product, ops("*", $(seed), $(x)))], { kind: "array", elements: [{ value: $(product), spread: false }], type: { kind: "tuple", elements: [REAL] } }, { kind: "tuple", elements: [REAL] });
    const func = w.func("f", [x], [w.let(pullback, { kind: "closure", func: inner, type: pullback.type })], $(pullback), pullback.type);
    expect(emit(func)).toBe([
      "function f(x: number): (a: number) => [number] {",
      "  const pullback = (x_1: number): [number] => {", "    const xBar = x_1 * x;", "    return [xBar];", "  };", "  return pullback;", "}",
    ].join("\n"));
  });

  it("writes types in comments for JavaScript", () => {
    const w = new Writer();
    const xs = w.variable("xs", FLOATS);
    expect(emit(w.func("f", [xs], [], length($(xs))), { language: "js", doc: ["The length."], exported: true })).toBe(
      "/**\n * The length.\n * @param {Float64Array} xs\n * @returns {number}\n */\nexport function f(xs) {\n  return xs.length;\n}",
    );
  });

  it("maps statements to their source", () => {
    const w = new Writer();
    const [x, y] = [w.variable("x"), w.variable("y")];
    const origin = w.statement();
    const { text, mappings } = emitFunction(w.func("f", [x], [w.let(y, ops("*", $(x), $(x)), origin)], $(y)), OPTIONS);
    expect(mappings).toEqual([{ offset: text.indexOf("const y"), span: origin.span }]);
  });
});

describe("types", () => {
  it("are written out, by name where they have one", () => {
    const w = new Writer();
    const point: StructType = { kind: "struct", id: 7, name: "Point", isClass: false, fields: [] };
    const types: readonly [Type, string][] = [
      [{ kind: "array", array: "Array", element: { kind: "nullable", inner: REAL, nothing: ["null"] } }, "(number | null)[]"],
      [{ kind: "map", container: "Map", key: { kind: "string" }, value: point }, "Map<string, Point>"],
      [{ kind: "struct", id: 8, name: null, isClass: false, fields: [{ name: "a-b", type: REAL, optional: true }] }, "{ \"a-b\"?: number }"],
      [{ kind: "function", params: [REAL, BOOLEAN], result: { kind: "void" } }, "(a: number, b: boolean) => void"],
    ];
    for (const [type, expected] of types) {
      const emitted = emitFunction(w.func("f", [w.variable("x", type)], [], null, { kind: "void" }), OPTIONS);
      expect(emitted.text).toBe(`function f(_x: ${expected}): void {}`);
    }
    expect([...emitFunction(w.func("f", [w.variable("x", point)], [], constant(1)), OPTIONS).types]).toEqual([point]);
  });

  it("say where values may be missing", () => {
    const w = new Writer();
    const type: StructType = { kind: "struct", id: 9, name: null, isClass: false, fields: [{ name: "p", type: REAL, optional: true }] };
    const o = w.variable("o", type);
    const func = w.func("f", [o], [{ kind: "accumulate", place: dot($(o), "p"), value: num(2), origin: w.statement() }], load(dot($(o), "p"), REAL));
    expect(emit(func)).toContain("o.p! += 2;\n  return o.p!;");
    expect(emit(func, { language: "js" })).toContain("o.p += 2;\n  return o.p;");
  });
});
