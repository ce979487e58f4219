// The derivatives of the functions of `Math`, one row each. The table is total: a function that the standard library declares and
// that has no row does not compile. Conventions at kinks are those of docs/conventions.md.
// A partial is said of the result (`y`) where that is cheaper, because the result is at hand, and not where it loses digits.
import {
  add, and, call, d1, d2, div, eq, ge, guarded, inert, kills, le, lt, mul, neg, or, pow, refused, select, sub, variadic,
  type MathFunction,
} from "./formula.ts";
import type { Formula, Rule, ScalarRule } from "./rule.ts";

const UNIT = [-0.9, 0.9] as const;
const POSITIVE = [0.1, 3] as const;

const INT32 = "it truncates to a 32-bit integer";

/**
 * x ** y, the operator and the function. In x: nothing at y = 0, where y · x ** -1 may be 0 · Infinity; a second power and not
 * x ** y · y / x, which is wrong wherever x ** y underflows or overflows and the derivative does not. A guarded product and
 * no choice on y = 0, so that it has its slope in y there.
 * In y: nothing at x = 0 and y ≥ 0, where x ** y · log(x) would be 0 · -Infinity.
 */
export const power: ScalarRule = d2(
  (x, y, z) => [
    guarded(y, pow(x, sub(y, 1))),
    select(and(eq(x, 0), ge(y, 0)), 0, mul(z, call("log", x))),
  ],
  { cost: 82, on: [[0.2, 3]], singular: true },
);

/**
 * The derivative goes to the first operand that attains the result. NaN attains nothing and leaves the last operand, so that
 * the derivative never vanishes altogether.
 */
const extremum = (wins: (a: Formula, b: Formula) => Formula): ScalarRule =>
  variadic(
    (operands, y) => {
      const [a, b] = operands;
      if (a === undefined || b === undefined) return operands.map(() => 1);
      if (operands.length === 2) return [select(wins(a, b), 1, 0), select(wins(a, b), 0, 1)];
      return operands.map((x, i) => {
        const own = i === operands.length - 1 ? 1 : select(eq(x, y), 1, 0);
        return i === 0 ? own : select(operands.slice(0, i).map((earlier) => eq(earlier, y)).reduce(or), 0, own);
      });
    },
    { cost: 1 },
  );

/** Along each operand x / r; nothing at the origin, where the slope of the cone is any number from -1 to 1. */
const hypotenuse: ScalarRule = variadic(
  (operands, r) => (operands.length === 1
    ? operands.map((x) => call("sign", x))
    : operands.map((x) => select(eq(r, 0), 0, div(x, r)))),
  { cost: 34 },
);

/** Divides by r twice: x² + y² underflows at 1e-200 and overflows at 1e200. Nothing at the origin, where every slope is met. */
const angle: ScalarRule = d2(
  (y, x) => {
    const r = call("hypot", y, x);
    const along = (coordinate: Formula): Formula => div(div(coordinate, r), r);
    return [select(eq(r, 0), 0, along(x)), select(eq(r, 0), 0, neg(along(y)))];
  },
  { cost: 10 },
);

export const math: Readonly<Record<MathFunction, Rule>> = {
  // exponentials and logarithms
  exp: d1((_x, y) => y, { cost: 11, singular: true }),
  expm1: d1((x) => call("exp", x), { cost: 11, singular: true }), // y + 1 has no digit left below -36
  log: d1((x) => div(1, x), { cost: 11, on: [POSITIVE], singular: true }),
  log1p: d1((x) => div(1, add(1, x)), { cost: 11, on: [[-0.8, 3]], singular: true }),
  log2: d1((x) => div(Math.LOG2E, x), { cost: 12, on: [POSITIVE], singular: true }),
  log10: d1((x) => div(Math.LOG10E, x), { cost: 14, on: [POSITIVE], singular: true }),

  // powers
  pow: power,
  sqrt: d1((_x, y) => div(0.5, y), { cost: 4, on: [POSITIVE], singular: true }),
  cbrt: d1((_x, y) => div(1, mul(mul(3, y), y)), { cost: 11, on: [POSITIVE], singular: true }),
  hypot: hypotenuse,

  // circular functions
  sin: d1((x) => call("cos", x), { cost: 7 }),
  cos: d1((x) => neg(call("sin", x)), { cost: 7 }),
  tan: d1((_x, y) => add(1, mul(y, y)), { cost: 9, on: [[-1.2, 1.2]] }),
  asin: d1((x) => div(1, call("sqrt", mul(sub(1, x), add(1, x)))), { cost: 7, on: [UNIT], singular: true }),
  acos: d1((x) => neg(div(1, call("sqrt", mul(sub(1, x), add(1, x))))), { cost: 7, on: [UNIT], singular: true }),
  atan: d1((x) => div(1, add(1, mul(x, x))), { cost: 7 }),
  atan2: angle,

  // hyperbolic functions
  sinh: d1((x) => call("cosh", x), { cost: 14, singular: true }),
  cosh: d1((x) => call("sinh", x), { cost: 12, singular: true }),
  // 1 - y² on the result is cheap and has lost three digits at 0.999; from there on 1 / cosh² x = u (1 + |y|)² with u = exp(-2 |x|), since
  // 1 + |y| = 2 / (1 + u): it loses none, and where cosh x overflows it is 0 with all of its derivatives
  tanh: d1(
    (x, y) => select(lt(call("abs", y), 0.999), mul(sub(1, y), add(1, y)), mul(call("exp", mul(-2, call("abs", x))), pow(add(1, call("abs", y)), 2))),
    { cost: 24, on: [[-6, 6]] },
  ),
  asinh: d1((x) => div(1, call("hypot", 1, x)), { cost: 15 }), // sqrt(1 + x²) overflows at 1e200
  acosh: d1((x) => div(1, mul(call("sqrt", sub(x, 1)), call("sqrt", add(x, 1)))), { cost: 14, on: [[1.1, 4]], singular: true }),
  atanh: d1((x) => div(1, mul(sub(1, x), add(1, x))), { cost: 14, on: [UNIT], singular: true }),

  // corners
  abs: d1((x) => call("sign", x), { cost: 0.3 }),
  max: extremum(ge),
  min: extremum(le),

  // steps: flat almost everywhere, and used as such
  sign: inert(0.3),
  floor: inert(0.3),
  ceil: inert(0.3),
  round: inert(0.5),
  trunc: inert(0.3),
  imul: kills(0.5, INT32),
  clz32: kills(0.5, INT32),

  // rounding to a narrower format is not a step that anybody means
  fround: d1(() => 1, { cost: 0.3 }),
  f16round: d1(() => 1, { cost: 3 }),

  random: refused("it draws a new number at every call, which is an effect and not an operation"),
  sumPrecise: refused("it takes a whole array; add the elements in a loop"),
};
