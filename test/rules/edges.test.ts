// The rules where differences are of no use: kinks, ties, singular points, signed zeros, and the ends of the range of doubles.
// Every expected number is a closed form or a convention of docs/conventions.md.
import { describe, expect, it } from "vitest";
import type { Var } from "../../packages/compiler/src/ir/ir.ts";
import { partial } from "../../packages/compiler/src/rules/derive.ts";
import { application, dual, pulled, slope, type Dual } from "./applications.ts";

interface Edge {
  readonly op: string;
  readonly at: readonly number[];
  readonly slopes: readonly number[];
  /** relative; default a few units in the last place */
  readonly tolerance?: number;
}

const sech2 = (x: number): number => (2 / (Math.exp(x) + Math.exp(-x))) ** 2;

const EDGES: readonly Edge[] = [
  // corners
  { op: "Math.abs", at: [0], slopes: [0] },
  { op: "Math.abs", at: [-0], slopes: [0] },
  { op: "Math.abs", at: [-2e-308], slopes: [-1] },
  { op: "Math.max", at: [3, 3], slopes: [1, 0] },
  { op: "Math.max", at: [0, -0], slopes: [1, 0] },
  { op: "Math.max", at: [-0, 0], slopes: [1, 0] },
  { op: "Math.min", at: [3, 3], slopes: [1, 0] },
  { op: "Math.max", at: [1, 2, 2], slopes: [0, 1, 0] },
  { op: "Math.max", at: [2, 1, 2], slopes: [1, 0, 0] },
  { op: "Math.max", at: [1, 2, 3], slopes: [0, 0, 1] },
  { op: "Math.min", at: [2, 1, 1, 1], slopes: [0, 1, 0, 0] },
  { op: "Math.max", at: [7], slopes: [1] },
  { op: "Math.max", at: [Number.NaN, 1], slopes: [0, 1] },
  { op: "Math.max", at: [1, Number.NaN], slopes: [0, 1] },
  { op: "Math.max", at: [1, Number.NaN, 2], slopes: [0, 0, 1] },
  { op: "Math.max", at: [-Infinity, -Infinity], slopes: [1, 0] },

  // powers
  { op: "**", at: [0, 2], slopes: [0, 0] },
  { op: "**", at: [0, 1], slopes: [1, 0] },
  { op: "**", at: [0, 0], slopes: [0, 0] },
  { op: "**", at: [0, 0.5], slopes: [Infinity, 0] },
  { op: "**", at: [0, -1], slopes: [-Infinity, -Infinity] },
  { op: "**", at: [-2, 3], slopes: [12, Number.NaN] },
  { op: "**", at: [-2, 2], slopes: [-4, Number.NaN] },
  { op: "**", at: [-2, 0], slopes: [0, Number.NaN] },
  { op: "**", at: [1e-200, 2], slopes: [2e-200, 0] },
  { op: "**", at: [1e200, 2], slopes: [2e200, Infinity] },
  { op: "Math.pow", at: [2, 10], slopes: [5120, 1024 * Math.LN2] },
  { op: "Math.pow", at: [0, 3], slopes: [0, 0] },
  { op: "Math.sqrt", at: [0], slopes: [Infinity] },
  { op: "Math.sqrt", at: [1e-200], slopes: [0.5e100] },
  { op: "Math.sqrt", at: [1e200], slopes: [0.5e-100] },
  { op: "Math.cbrt", at: [0], slopes: [Infinity] },
  { op: "Math.cbrt", at: [-8], slopes: [1 / 12] },
  { op: "Math.cbrt", at: [1e-300], slopes: [1e200 / 3] },

  // lengths and angles
  { op: "Math.hypot", at: [0, 0], slopes: [0, 0] },
  { op: "Math.hypot", at: [0, 0, 0], slopes: [0, 0, 0] },
  { op: "Math.hypot", at: [0], slopes: [0] },
  { op: "Math.hypot", at: [-5], slopes: [-1] },
  { op: "Math.hypot", at: [3e-200, 4e-200], slopes: [0.6, 0.8] },
  { op: "Math.hypot", at: [3e200, -4e200], slopes: [0.6, -0.8] },
  { op: "Math.hypot", at: [2e-200, 3e-200, 6e-200], slopes: [2 / 7, 3 / 7, 6 / 7] },
  { op: "Math.atan2", at: [0, 0], slopes: [0, 0] },
  { op: "Math.atan2", at: [1, -2], slopes: [-0.4, -0.2] },
  { op: "Math.atan2", at: [0, -1], slopes: [-1, 0] },
  { op: "Math.atan2", at: [-0, -1], slopes: [-1, 0] },
  { op: "Math.atan2", at: [1, 0], slopes: [0, -1] },
  { op: "Math.atan2", at: [3e-200, 4e-200], slopes: [1.6e199, -1.2e199] },
  { op: "Math.atan2", at: [3e200, 4e200], slopes: [1.6e-201, -1.2e-201] },

  // exponentials and logarithms
  { op: "Math.exp", at: [-Infinity], slopes: [0] },
  { op: "Math.exp", at: [0], slopes: [1] },
  { op: "Math.expm1", at: [1e-12], slopes: [Math.exp(1e-12)] },
  { op: "Math.expm1", at: [-40], slopes: [Math.exp(-40)] },
  { op: "Math.expm1", at: [0], slopes: [1] },
  { op: "Math.log", at: [0], slopes: [Infinity] },
  { op: "Math.log", at: [1e-200], slopes: [1e200] },
  { op: "Math.log", at: [1e200], slopes: [1e-200] },
  { op: "Math.log2", at: [8], slopes: [1 / (8 * Math.LN2)] },
  { op: "Math.log10", at: [1000], slopes: [1 / (1000 * Math.LN10)] },
  { op: "Math.log10", at: [1e200], slopes: [1e-200 / Math.LN10] },
  { op: "Math.log1p", at: [1e-12], slopes: [1 / (1 + 1e-12)] },
  { op: "Math.log1p", at: [0], slopes: [1] },
  { op: "Math.log1p", at: [-1], slopes: [Infinity] },
  { op: "Math.log1p", at: [1e200], slopes: [1e-200] },

  // inverse circular and hyperbolic functions
  { op: "Math.asin", at: [1], slopes: [Infinity] },
  { op: "Math.asin", at: [0.9999999999], slopes: [1 / Math.sqrt((1 - 0.9999999999) * (1 + 0.9999999999))] },
  { op: "Math.asin", at: [1 - 2 ** -53], slopes: [2 ** 26 / Math.sqrt(1 - 2 ** -54)] },
  { op: "Math.acos", at: [-1], slopes: [-Infinity] },
  { op: "Math.acos", at: [0], slopes: [-1] },
  { op: "Math.atan", at: [1e200], slopes: [0] },
  { op: "Math.atan", at: [1e100], slopes: [1e-200] },
  { op: "Math.asinh", at: [0], slopes: [1] },
  { op: "Math.asinh", at: [1e200], slopes: [1e-200] },
  { op: "Math.asinh", at: [-1e200], slopes: [1e-200] },
  { op: "Math.acosh", at: [1], slopes: [Infinity] },
  { op: "Math.acosh", at: [1 + 2 ** -52], slopes: [2 ** 26 / Math.sqrt(2 + 2 ** -52)] },
  { op: "Math.acosh", at: [1e200], slopes: [1e-200] },
  { op: "Math.atanh", at: [1], slopes: [Infinity] },
  { op: "Math.atanh", at: [1 - 2 ** -53], slopes: [2 ** 53 / (2 - 2 ** -53)] },
  { op: "Math.tanh", at: [0], slopes: [1] },
  { op: "Math.tanh", at: [-0], slopes: [1] },
  { op: "Math.tanh", at: [3.79], slopes: [sech2(3.79)], tolerance: 1e-12 },
  { op: "Math.tanh", at: [3.81], slopes: [sech2(3.81)] },
  { op: "Math.tanh", at: [20], slopes: [1.6993417021166355e-17] },
  { op: "Math.tanh", at: [-20], slopes: [1.6993417021166355e-17] },
  { op: "Math.tanh", at: [300], slopes: [4 * Math.exp(-600)], tolerance: 1e-12 },
  { op: "Math.tanh", at: [1e200], slopes: [0] },
  { op: "Math.tan", at: [0], slopes: [1] },

  // quotients and remainders
  { op: "/", at: [1, 0], slopes: [Infinity, -Infinity] },
  { op: "/", at: [1, -0], slopes: [-Infinity, -Infinity] },
  { op: "/", at: [6, 3], slopes: [1 / 3, -2 / 3] },
  { op: "/", at: [1e-200, 1e-200], slopes: [1e200, -1e200] },
  { op: "/", at: [1e200, 1e200], slopes: [1e-200, -1e-200] },
  { op: "%", at: [7.5, 2], slopes: [1, -3] },
  { op: "%", at: [-7.5, 2], slopes: [1, 3] },
  { op: "%", at: [7.5, -2], slopes: [1, 3] },
  { op: "%", at: [1.5, 2], slopes: [1, 0] },

  // identities and steps
  { op: "Math.fround", at: [5.5], slopes: [1] },
  { op: "Number", at: [5.5], slopes: [1] },
  { op: "neg", at: [0], slopes: [-1] },
  { op: "Math.floor", at: [2.3], slopes: [0] },
  { op: "Math.sign", at: [0], slopes: [0] },
  { op: "Math.imul", at: [3, 4], slopes: [0, 0] },
];

const label = (e: Edge): string => `${e.op}(${e.at.map((x) => (Object.is(x, -0) ? "-0" : String(x))).join(", ")})`;

function expectNear(actual: number, wanted: number, tolerance: number): void {
  if (Number.isFinite(wanted)) expect(Math.abs(actual - wanted)).toBeLessThanOrEqual(tolerance * Math.abs(wanted));
  else expect(actual).toBe(wanted);
}

describe("edges", () => {
  it.each(EDGES.map((e) => [label(e), e] as const))("%s", (_label, e) => {
    const a = application(e.op, e.at.length);
    for (const [index, wanted] of e.slopes.entries()) expectNear(slope(a, e.at, index), wanted, e.tolerance ?? 2e-15);
  });

  // the same points with one operand written as a constant, where other formulas apply
  const partly = EDGES.filter((e) => e.at.length > 1).flatMap((e) => e.at.map((value, fixed) => [`${label(e)}, operand ${fixed} constant`, e, fixed, value] as const));
  it.each(partly)("%s", (_label, e, fixed, value) => {
    const a = application(e.op, e.at.length, { [fixed]: value });
    for (const [index, wanted] of e.slopes.entries()) if (index !== fixed) expectNear(slope(a, e.at, index), wanted, e.tolerance ?? 2e-15);
  });
});

describe("a constant exponent", () => {
  const exponents = [-3, -2, -1, -0.5, 0, 0.3, 0.5, 1, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9, 12, 1 / 3];
  const bases = [0, 0.4, 1, 2.7, 1e-100, 1e100, -1.5];
  it.each(exponents)("%d gives the slope of the power", (exponent) => {
    for (const base of bases) {
      const wanted = exponent === 0 ? 0 : exponent * base ** (exponent - 1);
      expectNear(slope(application("**", 2, { 1: exponent }), [base, exponent], 0), wanted, 1e-14);
      expectNear(slope(application("Math.pow", 2, { 1: exponent }), [base, exponent], 0), wanted, 1e-14);
    }
  });
});

describe("the second slopes of a power", () => {
  // ∂²/∂x∂y x ** y = x ** (y - 1) · (1 + y · log x), by either order
  it.each([[2, 0], [3, 1], [0.5, -1], [2, 2.5]])("at (%d, %d) are one", (x, y) => {
    const a = application("**", 2);
    const wanted = x ** (y - 1) * (1 + y * Math.log(x));
    for (const [outer, inner] of [[0, 1], [1, 0]] as const) {
      const plan = partial(a.name, a.args, a.result, inner);
      if (plan === null) throw new Error("a power has two slopes");
      const moving = new Map<Var, Dual>(a.variables.map((v, i) => [v, { value: [x, y][i] ?? NaN, dot: i === outer ? 1 : 0 }]));
      moving.set(a.resultVariable, { value: x ** y, dot: slope(a, [x, y], outer) });
      expectNear(dual(plan.formula, moving).dot, wanted, 1e-14);
    }
  });
});

describe("a zero adjoint", () => {
  const singular: readonly (readonly [string, readonly number[]])[] = [
    ["Math.sqrt", [0]], ["Math.sqrt", [-1]], ["Math.cbrt", [0]], ["Math.log", [0]], ["Math.log2", [0]], ["Math.log10", [0]],
    ["Math.log1p", [-1]], ["/", [1, 0]], ["/", [0, 0]], ["**", [0, 0.5]], ["**", [0, -1]], ["**", [-2, 0.5]], ["**", [-2, 3]],
    ["Math.pow", [0, 0.5]], ["Math.asin", [1]], ["Math.asin", [2]], ["Math.acos", [1]], ["Math.acosh", [1]], ["Math.acosh", [0]],
    ["Math.atanh", [1]], ["Math.hypot", [0, 0]], ["Math.atan2", [0, 0]],
  ];
  it.each(singular)("contributes zero at %s(%j)", (op, at) => {
    for (const index of at.keys()) {
      expect(Math.abs(pulled(application(op, at.length), at, index, 0))).toBe(0);
      for (const [fixed, value] of at.entries()) {
        if (fixed !== index) expect(Math.abs(pulled(application(op, at.length, { [fixed]: value }), at, index, 0))).toBe(0);
      }
    }
  });
});
