// Each pass alone on a few lines of IR: what it must do, and what it must leave alone.
import { describe, expect, it } from "vitest";
import type { Block, Expr, Func, Stmt, Type, Var } from "../../packages/compiler/src/ir/ir.ts";
import { BOOLEAN, length, load } from "../../packages/compiler/src/ir/build.ts";
import { printBlock, printFunc } from "../../packages/compiler/src/ir/print.ts";
import { eliminateDeadCode } from "../../packages/compiler/src/optimize/eliminate-dead-code.ts";
import { foldConstants } from "../../packages/compiler/src/optimize/fold-constants.ts";
import { hoistInvariants } from "../../packages/compiler/src/optimize/hoist-invariants.ts";
import { mergeBranches } from "../../packages/compiler/src/optimize/merge-branches.ts";
import { propagateCopies } from "../../packages/compiler/src/optimize/propagate-copies.ts";
import { removeJoins } from "../../packages/compiler/src/optimize/remove-joins.ts";
import { shareSubexpressions } from "../../packages/compiler/src/optimize/share-subexpressions.ts";
import { verify } from "../../packages/compiler/src/verify.ts";
import { $, at, dot, EFFECT, FLOATS, num, NUMBERS, ops, POINT, ROWS, Writer } from "./writing.ts";

const lines = (func: Func): string[] => {
  verify(func, "versioned", "test");
  return printFunc(func).split("\n").slice(1).map((l) => l.replace(/^ {2}/, ""));
};

/** a writer with parameters to work on */
function setup(): { w: Writer; a: Var; b: Var; x: Var; y: Var; m: Var; f: Var; func: (body: Block, result?: Expr | null, type?: Type) => Func } {
  const w = new Writer();
  const [a, b, x, y, m, f] = [w.variable("a"), w.variable("b"), w.variable("x", FLOATS), w.variable("y", NUMBERS), w.variable("m", ROWS), w.variable("f", EFFECT)];
  return { w, a, b, x, y, m, f, func: (body, result = null, type = { kind: "real" }) => w.func("f", [a, b, x, y, m, f], body, result, type) };
}

describe("folding constants", () => {
  const folded = (name: string, value: (a: Var, b: Var) => Expr): string => {
    const { w, a, b, func } = setup();
    const v = w.variable(name);
    return lines(foldConstants(func([w.let(v, value(a, b))], $(v))))[0]!.replace(/^let \w+ = /, "");
  };

  it.each<[name: string, value: (a: Var, b: Var) => Expr, expected: string]>([
    ["s", (a) => ops("*", num(1), $(a)), "a"],
    ["s", (a) => ops("*", $(a), num(-1)), "neg a"],
    ["s", (a) => ops("-", $(a), num(0)), "a"],
    ["s", (a) => ops("+", $(a), num(0)), "a + 0"], // -0 + 0 is 0
    ["s", (a) => ops("+", $(a), num(-0)), "a"],
    ["sBar", (a) => ops("+", num(0), $(a)), "a"],
    ["sDot", (a) => ops("*", num(0), $(a)), "0"],
    ["s", (a) => ops("*", num(0), $(a)), "0 * a"], // NaN, infinities
    ["s", (a) => ops("-", $(a), $(a)), "a - a"],
    ["s", (a) => ops("+", $(a), num(-2)), "a - 2"],
    ["s", () => ops("*", num(2), num(3)), "6"],
    ["s", () => ops("/", num(1), num(3)), "1 / 3"], // reads better than its value
    ["s", () => ops("Math.sqrt", num(2)), "Math.sqrt(2)"],
  ])("defines %s, printed as $2", (name, value, expected) => {
    expect(folded(name, value)).toBe(expected);
  });

  it("takes a user's variable for what it is, whatever its name", () => {
    const { w, a, func } = setup();
    const thetaDot = w.supply.fresh("thetaDot", { kind: "real" });
    expect(lines(foldConstants(func([w.let(thetaDot, ops("+", num(0), $(a)))], $(thetaDot))))[0]).toBe("let thetaDot = 0 + a");
  });

  it("knows the outcome of the tests around", () => {
    const { w, a, b, func } = setup();
    const [test, s, t] = [w.variable("test", BOOLEAN), w.join("s"), w.variable("t")];
    const made = foldConstants(func([
      w.let(test, ops("<", $(a), $(b))), w.let(s, num(0)),
      w.if(test, [w.let(t, ops("select", $(test), $(a), $(b))), w.set(s, $(t))]),
    ], $(s)));
    expect(lines(made)).toContain("  let t = a");
  });

  it("replaces a branch that is always taken by what it does", () => {
    const { w, a, func } = setup();
    const [test, s, t] = [w.variable("test", BOOLEAN), w.join("s"), w.variable("t")];
    const always = { ...w.if(test, [w.let(t, ops("Math.sin", $(a))), w.set(s, $(t))]), test: { kind: "const", value: true } } as Stmt;
    expect(lines(foldConstants(func([w.let(s, num(0)), always], $(s))))).toEqual(["let t = Math.sin(a)", "result t"]);
  });
});

describe("propagating copies", () => {
  it("replaces names of names, but not snapshots of joins that change", () => {
    const { w, a, func } = setup();
    const [b, s, s1, s2, t, i] = [w.variable("b"), w.join("s"), w.variable("s"), w.variable("s"), w.variable("t"), w.variable("i")];
    const made = propagateCopies(func([
      w.let(b, $(a)), w.let(s, $(b)),
      w.for(i, num(0), num(3), [w.let(s1, $(s)), w.let(s2, ops("*", $(s1), $(b))), w.set(s, $(s2))]),
      w.let(t, $(s)),
    ], $(t)));
    expect(lines(made)).toEqual(["let mut s = a", "for i from 0 while < 3 step 1", "  let s_1 = s", "  let s_2 = s_1 * a", "  s = s_2", "result s"]);
  });

  it("keeps a copy that tells the type checker more", () => {
    const { w, func } = setup();
    const maybe = w.variable("maybe", { kind: "nullable", inner: { kind: "real" }, nothing: ["undefined"] });
    const value = w.variable("value");
    const made = func([w.let(maybe, load(dot($(w.variable("o", POINT)), "p"), maybe.type)), w.let(value, $(maybe))], $(value));
    expect(lines(propagateCopies(made))).toContain("let value = maybe");
  });
});

describe("removing joins", () => {
  it("removes joins that feed each other and never change", () => {
    const { w, a, func } = setup();
    const [s, s1, t, t1, i, j] = [w.join("sBar"), w.variable("sBar"), w.join("sBar"), w.variable("sBar"), w.variable("i"), w.variable("j")];
    const made = removeJoins(func([
      w.let(s, num(0)),
      w.for(i, num(0), $(a), [
        w.let(s1, $(s)), w.let(t, $(s1)),
        w.for(j, num(0), $(a), [w.let(t1, $(t)), w.set(t, $(t1))]),
        w.set(s, $(t)),
      ]),
    ], $(s)));
    expect(lines(made).at(-1)).toBe("result 0");
    expect(printBlock(made.body)).not.toContain("mut");
  });

  it("ends where joins of equal constants feed each other in a ring", () => {
    const { w, a, func } = setup();
    const [s, t, u, i] = [w.join("s"), w.join("t"), w.join("u"), w.variable("i")];
    // each starts from a constant of its own, so that each is given two expressions that are equal and not the same
    const made = removeJoins(func([
      w.let(s, num(0)), w.let(t, num(0)), w.let(u, num(0)),
      w.for(i, num(0), $(a), [w.set(s, $(t)), w.set(t, $(u)), w.set(u, $(s))]),
    ], ops("+", $(s), $(u))));
    expect(printBlock(made.body)).not.toContain("mut");
  });
});

describe("merging branches", () => {
  it("takes out what both branches set alike", () => {
    const { w, a, b, func } = setup();
    const [test, s] = [w.variable("test", BOOLEAN), w.join("s")];
    const made = mergeBranches(func([w.let(test, ops("<", $(a), $(b))), w.let(s, num(0)), w.if(test, [w.set(s, $(b))], [w.set(s, $(b))])], $(s)));
    expect(lines(made).at(-1)).toBe("result b");
  });
});

describe("eliminating dead code", () => {
  it("drops stores into an array that nobody reads, and the array", () => {
    const { w, a, func } = setup();
    const [local, i] = [w.variable("local", FLOATS), w.variable("i")];
    const made = eliminateDeadCode(func([
      w.let(local, { kind: "new", length: num(3), zeroed: true, type: FLOATS }),
      w.for(i, num(0), num(3), [w.store(local, $(i), $(a)), w.add(local, $(i), $(a))]),
    ], $(a)));
    expect(lines(made)).toEqual(["result a"]);
  });

  it("keeps stores to arguments, to returned arrays, and calls", () => {
    const { w, a, x, f, func } = setup();
    const [local, unused] = [w.variable("local", FLOATS), w.variable("unused")];
    const body = [
      w.let(local, { kind: "new", length: num(3), zeroed: true, type: FLOATS }),
      w.store(local, num(0), $(a)),
      w.store(x, num(0), $(a)),
      { kind: "call", callee: { kind: "value", value: $(f) }, args: [$(a)], result: unused, origin: w.statement() } as Stmt,
    ];
    expect(eliminateDeadCode(func(body, $(local), FLOATS)).body).toHaveLength(4);
  });

  it("drops joins that only feed themselves", () => {
    const { w, a, func } = setup();
    const [s, s1, s2, i] = [w.join("s"), w.variable("s"), w.variable("s"), w.variable("i")];
    const made = eliminateDeadCode(func([
      w.let(s, num(0)),
      w.for(i, num(0), $(a), [w.let(s1, $(s)), w.let(s2, ops("+", $(s1), $(a))), w.set(s, $(s2))]),
    ], $(a)));
    expect(lines(made)).toEqual(["result a"]);
  });
});

describe("sharing subexpressions", () => {
  const count = (func: Func, text: string): number => printBlock(func.body).split(text).length - 1;

  it("computes the same thing once, also with operands exchanged", () => {
    const { w, a, b, func } = setup();
    const [s, t, u] = [w.variable("s"), w.variable("t"), w.variable("u")];
    const made = shareSubexpressions(func([w.let(s, ops("*", $(a), $(b))), w.let(t, ops("*", $(b), $(a))), w.let(u, ops("+", $(s), $(t)))], $(u)));
    expect(lines(made)).toEqual(["let s = a * b", "let u = s + s", "result u"]);
  });

  it("loads again where a store, a call or another trip may have changed the place", () => {
    for (const disturb of ["store", "call", "nothing", "typed"] as const) {
      const { w, a, x, y, f, func } = setup();
      const [s, t, u] = [w.variable("s"), w.variable("t"), w.variable("u")];
      const between: Block = disturb === "store" ? [w.store(y, num(1), $(a))]
        : disturb === "typed" ? [w.store(x, num(1), $(a))]
        : disturb === "call" ? [{ kind: "call", callee: { kind: "value", value: $(f) }, args: [$(a)], result: null, origin: w.statement() }] : [];
      const made = shareSubexpressions(func([w.let(s, at(y, $(a))), ...between, w.let(t, at(y, $(a))), w.let(u, ops("+", $(s), $(t)))], $(u)));
      expect(count(made, "y[a]"), disturb).toBe(disturb === "store" || disturb === "call" ? 2 : 1);
    }
  });

  it("does not see values of a branch behind it", () => {
    const { w, a, b, func } = setup();
    const [test, s, t, u] = [w.variable("test", BOOLEAN), w.join("s"), w.variable("t"), w.variable("u")];
    const made = shareSubexpressions(func([
      w.let(test, ops("<", $(a), $(b))), w.let(s, num(0)),
      w.if(test, [w.let(t, ops("Math.sin", $(a))), w.set(s, $(t))]),
      w.let(u, ops("Math.sin", $(a))),
    ], $(u)));
    expect(count(made, "Math.sin")).toBe(2);
  });
});

describe("hoisting", () => {
  it("takes rows out of loops that do not change them, and leaves what they change", () => {
    const { w, a, m, func } = setup();
    const [i, j, row, other, v, s, n] = [w.variable("i"), w.variable("j"), w.variable("row", { ...NUMBERS }), w.variable("other"), w.variable("v"), w.variable("s"), w.variable("n")];
    const made = hoistInvariants(func([
      w.let(n, length($(m))),
      w.for(i, num(0), $(n), [w.for(j, num(0), $(n), [
        w.let(row, at(m, $(i), NUMBERS)), w.let(v, at(row, $(j))), w.let(other, at(row, num(0))), w.let(s, ops("+", $(v), $(other))), w.store(row, $(j), $(s)),
      ])]),
    ], $(a)));
    expect(printBlock(made.body).split("\n").map((l) => l.trim()).slice(1, 5)).toEqual([
      "for i from 0 while < n step 1", "let row = m[i]", "for j from 0 while < n step 1", "let v = row[j]",
    ]);
    expect(printBlock(made.body)).toMatch(/ {4}let other = row\[0\]/);
  });
});
