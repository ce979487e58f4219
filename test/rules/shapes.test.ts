// How contributions and tangents are written: as a person would. The texts are the specification here, the numbers stand in
// rules.test.ts and edges.test.ts.
import { describe, expect, it } from "vitest";
import { constant, ONE, REAL, Supply, use } from "../../packages/compiler/src/ir/build.ts";
import type { Expr, Var } from "../../packages/compiler/src/ir/ir.ts";
import { mapOperands, operands } from "../../packages/compiler/src/ir/walk.ts";
import { contribution, partial, partials, tangent } from "../../packages/compiler/src/rules/derive.ts";
import { writtenGuard } from "../../packages/compiler/src/rules/simplify.ts";

const supply = new Supply();
const variable = (name: string): Var => supply.fresh(name, REAL);
const [x, y, z] = [use(variable("x")), use(variable("y")), use(variable("z"))];
const [xDot, yDot, zBar] = [use(variable("xDot")), use(variable("yDot")), use(variable("zBar"))];

const BINARY = new Set(["+", "-", "*", "/", "**", "<", "<=", ">", ">=", "===", "||", "&&"]);
const STRENGTH: Readonly<Record<string, number>> = { "||": 1, "&&": 2, "===": 3, "<": 4, "<=": 4, ">": 4, ">=": 4, "+": 5, "-": 5, "*": 6, "/": 6, neg: 7, "**": 8 };

/** guards as the optimizer writes them */
function spelled(e: Expr): Expr {
  const inner = mapOperands(e, spelled);
  const [a, b] = operands(inner);
  return inner.kind === "op" && inner.op === "guarded*" && a !== undefined && b !== undefined ? writtenGuard(a, b) : inner;
}

/** JavaScript, with the parentheses that are needed and no others (but all around choices) */
function text(e: Expr, above = 0): string {
  if (e.kind === "const") return String(e.value);
  if (e.kind === "var") return e.variable.name;
  if (e.kind !== "op") throw new Error(e.kind);
  const [a, b, c] = e.args;
  if (a === undefined) throw new Error(e.op);
  const strength = STRENGTH[e.op] ?? 9;
  const closed = (s: string): string => (strength < above ? `(${s})` : s);
  if (e.op === "neg") return closed(`-${text(a, strength)}`);
  if (e.op === "select" && b !== undefined && c !== undefined) return `(${text(a)} ? ${text(b)} : ${text(c)})`;
  if (BINARY.has(e.op) && b !== undefined) return closed(`${text(a, e.op === "**" ? strength + 1 : strength)} ${e.op} ${text(b, e.op === "**" ? strength : strength + 1)}`);
  return `${e.op}(${e.args.map((o) => text(o)).join(", ")})`;
}

const bar = (name: string, args: readonly Expr[], index: number, adjoint: Expr = zBar): string | null => {
  const plan = partial(name, args, z, index);
  return plan === null ? null : text(spelled(contribution(adjoint, plan, plan.singular)));
};

describe("contributions", () => {
  const cases: readonly (readonly [string, readonly Expr[], readonly (string | null)[]])[] = [
    ["+", [x, y], ["zBar", "zBar"]],
    ["-", [x, y], ["zBar", "-zBar"]],
    ["*", [x, y], ["zBar * y", "zBar * x"]],
    ["*", [constant(3), x], [null, "3 * zBar"]],
    ["*", [x, constant(-2)], ["-(2 * zBar)"]],
    ["*", [x, constant(-1)], ["-zBar"]],
    ["*", [x, constant(0)], [null]],
    ["/", [x, y], ["(zBar === 0 ? 0 : zBar / y)", "-(zBar === 0 ? 0 : zBar / y * z)"]],
    ["/", [x, constant(3)], ["zBar / 3"]],
    ["/", [x, constant(-2)], ["-(zBar / 2)"]],
    ["/", [constant(1), x], [null, "-(zBar === 0 ? 0 : zBar * z * z)"]],
    ["neg", [x], ["-zBar"]],
    ["**", [x, constant(2)], ["2 * x * zBar"]],
    ["**", [x, constant(3)], ["3 * x * x * zBar"]],
    ["**", [x, constant(1)], ["zBar"]],
    ["**", [x, constant(0)], [null]],
    ["**", [x, constant(10)], ["10 * x ** 9 * zBar"]],
    ["**", [x, constant(0.5)], ["(zBar === 0 ? 0 : 0.5 * zBar / z)"]],
    ["**", [x, constant(1.5)], ["1.5 * Math.sqrt(x) * zBar"]],
    ["**", [x, constant(-2)], ["-(zBar === 0 ? 0 : 2 * z * zBar / x)"]],
    ["Math.pow", [x, constant(2.5)], ["2.5 * Math.pow(x, 1.5) * zBar"]],
    ["**", [constant(2), x], [null, "(zBar === 0 ? 0 : zBar * z * Math.log(2))"]],
    ["**", [x, y], ["(zBar === 0 || y === 0 ? 0 : zBar * y * x ** (y - 1))", "(zBar === 0 || x === 0 && y >= 0 ? 0 : zBar * z * Math.log(x))"]],
    ["Math.sqrt", [x], ["(zBar === 0 ? 0 : 0.5 * zBar / z)"]],
    ["Math.exp", [x], ["(zBar === 0 ? 0 : zBar * z)"]],
    ["Math.log", [x], ["(zBar === 0 ? 0 : zBar / x)"]],
    ["Math.sin", [x], ["zBar * Math.cos(x)"]],
    ["Math.cos", [x], ["-(zBar * Math.sin(x))"]],
    ["Math.tan", [x], ["zBar * (1 + z * z)"]],
    ["Math.abs", [x], ["zBar * Math.sign(x)"]],
    ["Math.max", [x, y], ["(x >= y ? zBar : 0)", "(x >= y ? 0 : zBar)"]],
    ["Math.max", [x, constant(0)], ["(x >= 0 ? zBar : 0)"]],
    ["Math.hypot", [x, y], ["(z === 0 ? 0 : zBar / z * x)", "(z === 0 ? 0 : zBar / z * y)"]],
    ["Number", [x], ["zBar"]],
    ["Math.floor", [x], [null]],
  ];
  it.each(cases)("%s", (name, args, wanted) => {
    for (const [index, expected] of wanted.entries()) {
      if (args[index]?.kind !== "const") expect(bar(name, args, index)).toBe(expected);
    }
  });

  it("of a unit seed are the partials themselves", () => {
    expect(bar("*", [x, y], 0, ONE)).toBe("y");
    expect(bar("/", [x, y], 0, ONE)).toBe("1 / y");
    expect(bar("Math.sqrt", [x], 0, ONE)).toBe("0.5 / z");
  });

  it("of a variable that stands twice in a product or a sum are one", () => {
    const merged = (name: string): readonly (string | number)[] => [...partials(name, [x, x], z, () => true)].flatMap(([i, p]) => [i, text(contribution(zBar, p, p.singular))]);
    expect(merged("*")).toEqual([0, "2 * x * zBar"]);
    expect(merged("+")).toEqual([0, "2 * zBar"]);
    expect(merged("-")).toEqual([]);
    expect(merged("/")).toHaveLength(4);
  });

  it("know constant partials", () => {
    expect(partial("-", [x, y], z, 1)?.constant).toBe(-1);
    expect(partial("/", [x, constant(3)], z, 0)?.constant).toBe(1 / 3);
    expect(partial("/", [x, constant(3)], z, 0)?.singular).toBe(false);
    expect(partial("/", [x, y], z, 0)?.singular).toBe(true);
    expect(partial("*", [x, y], z, 0)?.constant).toBeNull();
  });
});

describe("tangents", () => {
  const cases: readonly (readonly [string, readonly Expr[], readonly (Expr | null)[], string])[] = [
    ["+", [x, y], [xDot, yDot], "xDot + yDot"],
    ["-", [x, y], [xDot, yDot], "xDot - yDot"],
    ["-", [x, y], [null, yDot], "-yDot"],
    ["*", [x, y], [xDot, yDot], "xDot * y + x * yDot"],
    ["*", [x, x], [xDot, xDot], "2 * x * xDot"],
    ["*", [constant(2), y], [null, yDot], "2 * yDot"],
    ["/", [x, y], [xDot, yDot], "(xDot - z * yDot) / y"],
    ["/", [x, y], [xDot, null], "xDot / y"],
    ["/", [x, y], [null, yDot], "-z * yDot / y"],
    ["/", [constant(1), y], [null, yDot], "-yDot * z * z"],
    ["**", [x, constant(2)], [xDot, null], "2 * x * xDot"],
    ["Math.cos", [x], [xDot], "-xDot * Math.sin(x)"],
    ["Math.max", [x, y], [xDot, yDot], "(x >= y ? xDot : yDot)"],
    ["Math.max", [x, y], [xDot, null], "(x >= y ? xDot : 0)"],
    ["Math.hypot", [x, y], [xDot, yDot], "(z === 0 ? 0 : xDot / z * x + yDot / z * y)"],
    ["Math.atan2", [x, y], [xDot, yDot], "(Math.hypot(x, y) === 0 ? 0 : xDot / Math.hypot(x, y) * (y / Math.hypot(x, y)) - yDot / Math.hypot(x, y) * (x / Math.hypot(x, y)))"],
    ["Math.sqrt", [x], [xDot], "0.5 * xDot / z"],
    ["guarded*", [x, y], [xDot, yDot], "(xDot === 0 ? 0 : xDot * y) + (x === 0 ? 0 : x * yDot)"],
    ["Math.floor", [x], [xDot], "0"],
    ["Math.exp", [x], [null], "0"],
  ];
  it.each(cases)("%s", (name, args, dots, wanted) => {
    expect(text(spelled(tangent(name, args, z, dots)))).toBe(wanted);
  });
});
