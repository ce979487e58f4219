// Expressions: random trees of all operators print as text that computes the same bits, with the parentheses that are needed and
// those that help.
import { describe, expect, it } from "vitest";
import { emitFunction } from "../../packages/compiler/src/emit/module.ts";
import { BOOLEAN, constant, element, length, load, op, REAL, STRING, typeOf, use } from "../../packages/compiler/src/ir/build.ts";
import type { Expr, Type } from "../../packages/compiler/src/ir/ir.ts";
import { evaluate } from "../harness/evaluate.ts";
import { callableOf } from "../harness/interpreter.ts";
import { createRandom, type Random } from "../harness/random.ts";
import { $, FLOATS, num, NUMBERS, ops, Writer } from "./writing.ts";

const w = new Writer();
const [a, b, c] = [w.variable("a"), w.variable("b"), w.variable("c")];
const x = w.variable("x", NUMBERS);
const maybe = w.variable("maybe", { kind: "nullable", inner: REAL, nothing: ["undefined"] });

const text = (e: Expr, type: Type = typeOf(e)): string => {
  const emitted = emitFunction(w.func("f", [a, b, c, x, maybe], [], e, type), { exported: false, taken: new Set(), language: "ts" }).text;
  return /return ([^]*);\n\}/.exec(emitted)?.[1] ?? emitted;
};

const ARITHMETIC = ["+", "-", "*", "/", "%", "**", "&", "|", "^", "<<", ">>", ">>>"];
const COMPARISONS = ["<", "<=", ">", ">=", "===", "!=="];

function real(random: Random, depth: number): Expr {
  if (depth === 0) return random.chance(0.4) ? num(random.pick([0, -0, 1, -1, 2, 0.5, -3, 1e21, NaN, Infinity, -Infinity])) : random.pick([$(a), $(b), $(c), length($(x))]);
  const dice = random.uniform();
  if (dice < 0.12) return ops("neg", real(random, depth - 1));
  if (dice < 0.16) return ops("~", real(random, depth - 1));
  if (dice < 0.24) return op("select", [boolean(random, depth - 1), real(random, depth - 1), real(random, depth - 1)]);
  if (dice < 0.3) return ops("Math.max", real(random, depth - 1), real(random, depth - 1));
  if (dice < 0.34) return op("??", [$(maybe), real(random, depth - 1)]);
  return ops(random.pick(ARITHMETIC), real(random, depth - 1), real(random, depth - 1));
}

function boolean(random: Random, depth: number): Expr {
  if (depth === 0) return ops(random.pick(COMPARISONS), real(random, 0), real(random, 0));
  const dice = random.uniform();
  if (dice < 0.2) return ops("!", boolean(random, depth - 1));
  if (dice < 0.5) return ops(random.pick(["&&", "||"]), boolean(random, depth - 1), boolean(random, depth - 1));
  if (dice < 0.6) return op("truthy", [real(random, depth - 1)], BOOLEAN);
  if (dice < 0.65) return op("isNullish", [$(maybe)], BOOLEAN);
  return ops(random.pick(COMPARISONS), real(random, depth - 1), real(random, depth - 1));
}

describe("printed expressions", () => {
  it("compute the same bits as the trees", () => {
    for (let seed = 1; seed <= 2000; seed++) {
      const random = createRandom(seed);
      const func = w.func("f", [a, b, c, x, maybe], [], real(random, 1 + random.below(4)));
      const emitted = emitFunction(func, { exported: false, taken: new Set(), language: "js" }).text;
      const compiled = evaluate(`${emitted}\nmodule.exports = f;`, "f.js") as (...args: readonly unknown[]) => unknown;
      const oracle = callableOf({ ...func, result: withoutDefaults(func.result!) });
      for (const args of [[0.5, -2, 3, [1, 2], 7], [-0, 1, NaN, [], undefined], [7, 3, 1.5, [1], undefined]]) {
        expect(compiled(...args), `seed ${seed}: ${emitted}`).toBe(oracle(...args));
      }
    }
  });

  it.each<[string, Expr]>([
    ["a + (b + c)", ops("+", $(a), ops("+", $(b), $(c)))],
    ["a + b + c", ops("+", ops("+", $(a), $(b)), $(c))],
    ["a - (b - c)", ops("-", $(a), ops("-", $(b), $(c)))],
    ["a * b * c", ops("*", ops("*", $(a), $(b)), $(c))],
    ["(a * b) / c", ops("/", ops("*", $(a), $(b)), $(c))],
    ["(a * b) % c", ops("%", ops("*", $(a), $(b)), $(c))],
    ["(-a) ** b", ops("**", ops("neg", $(a)), $(b))],
    ["-(a ** b)", ops("neg", ops("**", $(a), $(b)))],
    ["a ** b ** c", ops("**", $(a), ops("**", $(b), $(c)))],
    ["(a ** b) ** c", ops("**", ops("**", $(a), $(b)), $(c))],
    ["2 ** -a", ops("**", num(2), ops("neg", $(a)))],
    ["(-2) ** a", ops("**", num(-2), $(a))],
    ["-(-a)", ops("neg", ops("neg", $(a)))],
    ["a - -1", ops("-", $(a), num(-1))],
    ["(a && b) || c", op("||", [op("&&", [$(a), $(b)], BOOLEAN), $(c)], BOOLEAN)],
    ["!(a < b)", ops("!", ops("<", $(a), $(b)))],
    ["a < b ? b : c < b ? c : a", op("select", [ops("<", $(a), $(b)), $(b), op("select", [ops("<", $(c), $(b)), $(c), $(a)])])],
    ["maybe == null ? 0 : a", op("select", [op("isNullish", [$(maybe)], BOOLEAN), num(0), $(a)])],
    ["maybe != null", ops("!", op("isNullish", [$(maybe)], BOOLEAN))],
    ["(maybe ?? 0) + a", ops("+", op("??", [$(maybe), num(0)]), $(a))],
    ["x[x.length - 1]", load(element($(x), ops("-", length($(x)), num(1))), REAL)],
    ["Boolean(a)", op("truthy", [$(a)], BOOLEAN)],
    ["`a = ${a + b}`", op("template", [constant("a = "), ops("+", $(a), $(b)), constant("")], STRING)],
    ["\"t\" + (a + b)", op("concat", [constant("t"), ops("+", $(a), $(b))], STRING)],
    ["(5).toFixed(2)", op(".toFixed", [num(5), num(2)], STRING)],
    ["(a + b).toFixed(2)", op(".toFixed", [ops("+", $(a), $(b)), num(2)], STRING)],
    ["x.slice(1)", { kind: "copy", source: $(x), start: num(1), end: null, type: NUMBERS }],
    ["x.slice(0, 2)", { kind: "copy", source: $(x), start: null, end: num(2), type: NUMBERS }],
    ["new Float64Array(x)", { kind: "copy", source: $(x), start: null, end: null, type: FLOATS }],
    ["new Array<number>(3).fill(0)", { kind: "new", length: num(3), zeroed: true, type: NUMBERS }],
    ["new Array<number>(x.length).fill(0)", { kind: "zeros", like: $(x), type: NUMBERS }],
    ["[a, ...x]", { kind: "array", elements: [{ value: use(a), spread: false }, { value: use(x), spread: true }], type: NUMBERS }],
  ])("prints %s", (expected, e) => {
    expect(text(e)).toBe(expected);
  });
});

/** the interpreter knows the operations of the rule tables, not those that only print */
function withoutDefaults(e: Expr): Expr {
  if (e.kind !== "op") return e;
  const args = e.args.map(withoutDefaults);
  return e.op === "??" ? op("select", [op("isNullish", [args[0]!], BOOLEAN), args[1]!, args[0]!]) : { ...e, args };
}
