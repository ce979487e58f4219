// Constructors of scalar expressions that write them as a person would: constants folded where that is exact, no multiplication
// by one, signs in front. They assume that operands were made by them too, and guarantee that a negative value has `neg` at its
// top (or is a negative constant), so that whoever adds it up can subtract instead.
// A constant zero factor is a structural zero and swallows the other factor, NaN included.
import { BOOLEAN, constant, isConst, ONE, op, ZERO } from "../ir/build.ts";
import type { Expr, OpName } from "../ir/ir.ts";

type Op = Extract<Expr, { readonly kind: "op" }>;

const TWO: Expr = constant(2);

const isOp = (e: Expr, name: OpName): e is Op => e.kind === "op" && e.op === name;
const argument = (e: Op, index: number): Expr => e.args[index] ?? ZERO;

/** the value of a numeric constant */
export const numberOf = (e: Expr): number | null => (e.kind === "const" && typeof e.value === "number" ? e.value : null);

export const isZero = (e: Expr): boolean => numberOf(e) === 0;

/** do two expressions surely have one value? Only what is built of variables and constants is compared */
export function same(a: Expr, b: Expr): boolean {
  if (a === b) return true;
  if (a.kind === "const") return b.kind === "const" && Object.is(a.value, b.value);
  if (a.kind === "var") return b.kind === "var" && a.variable === b.variable;
  return a.kind === "op" && b.kind === "op" && a.op === b.op && a.args.length === b.args.length
    && a.args.every((x, i) => same(x, argument(b, i)));
}

// ---------------------------------------------------------------------------------------------------- signs

interface Signed {
  readonly negative: boolean;
  readonly magnitude: Expr;
}

function signed(e: Expr): Signed {
  if (isOp(e, "neg")) return { negative: true, magnitude: argument(e, 0) };
  const value = numberOf(e);
  if (value !== null && value < 0) return { negative: true, magnitude: constant(-value) };
  return { negative: false, magnitude: e };
}

const withSign = (negative: boolean, e: Expr): Expr => (negative ? negate(e) : e);

export function negate(e: Expr): Expr {
  const value = numberOf(e);
  if (value !== null) return value === 0 ? ZERO : constant(-value);
  return isOp(e, "neg") ? argument(e, 0) : op("neg", [e]);
}

/** moves a sign at the top to where a person writes it: `-y * b`, not `-(y * b)` */
export function settleSign(e: Expr): Expr {
  if (!isOp(e, "neg")) return e;
  const inner = argument(e, 0);
  if (inner.kind !== "op") return negate(inner);
  const [first = ZERO, ...rest] = inner.args;
  if (inner.op === "*" || inner.op === "/") return { ...inner, args: [settleSign(negate(first)), ...rest] };
  if (inner.op === "select") return { ...inner, args: [first, ...rest.map((arm) => settleSign(negate(arm)))] };
  return e;
}

// ---------------------------------------------------------------------------------------------------- products

/** coefficient · factors / divisor */
interface Product {
  readonly coefficient: number;
  readonly factors: readonly Expr[];
  readonly divisor: Expr | null;
}

const single = (e: Expr): Product => ({ coefficient: 1, factors: [e], divisor: null });

function productOf(e: Expr): Product {
  const value = numberOf(e);
  if (value !== null) return { coefficient: value, factors: [], divisor: null };
  if (isOp(e, "*")) {
    const parts = e.args.map(productOf);
    if (parts.some((p) => p.divisor !== null)) return single(e);
    return { coefficient: parts.reduce((c, p) => c * p.coefficient, 1), factors: parts.flatMap((p) => p.factors), divisor: null };
  }
  if (isOp(e, "/")) {
    const numerator = productOf(argument(e, 0));
    // a quotient of a quotient stays as it is: multiplied out it would overflow where it does not now
    const kept = numerator.divisor === null ? numerator : single(argument(e, 0));
    return { ...kept, divisor: argument(e, 1) };
  }
  return single(e);
}

function multiplied(factors: readonly Expr[]): Expr {
  const [first = ONE, ...rest] = factors;
  return rest.reduce((a, b) => op("*", [a, b]), first);
}

/**
 * a · b, written for b a partial and a the derivative that it scales: a constant in front (`2 * x * a`), a quotient divided
 * first (`a / r * x`: the quotient `a / r` is shared by all coordinates), else in order (`a * b`). A choice with an arm of zero is
 * scaled inside, so that the zero stands for itself.
 */
export function times(a: Expr, b: Expr): Expr {
  const [left, right] = [signed(a), signed(b)];
  return withSign(left.negative !== right.negative, scaled(left.magnitude, right.magnitude));
}

function scaled(a: Expr, b: Expr): Expr {
  if (isZero(a) || isZero(b)) return ZERO;
  if (isConst(a, 1)) return b;
  if (isConst(b, 1)) return a;
  if (isOp(b, "select") && b.args.slice(1).some(isZero)) return choose(argument(b, 0), times(a, argument(b, 1)), times(a, argument(b, 2)));
  const scale = productOf(b);
  const whole = productOf(a);
  const base = whole.divisor === null ? whole : single(a);
  const coefficient = base.coefficient * scale.coefficient;
  if (coefficient !== 1) return over(multiplied([constant(coefficient), ...scale.factors, ...base.factors]), scale.divisor ?? ONE);
  return multiplied([over(multiplied(base.factors), scale.divisor ?? ONE), ...scale.factors]);
}

/** a · b, 0 where a is 0 whatever b is */
export function guardedTimes(a: Expr, b: Expr): Expr {
  const factor = numberOf(a);
  if (factor !== null) return factor === 0 ? ZERO : times(a, b);
  const [left, right] = [signed(a), signed(b)];
  if (isZero(right.magnitude)) return ZERO;
  return withSign(left.negative !== right.negative, op("guarded*", [left.magnitude, right.magnitude]));
}

/** the same with the operations of JavaScript */
export const writtenGuard = (a: Expr, b: Expr): Expr => choose(compare("===", a, ZERO), ZERO, times(a, b));

export function over(a: Expr, b: Expr): Expr {
  const [above, below] = [signed(a), signed(b)];
  return withSign(above.negative !== below.negative, quotient(above.magnitude, below.magnitude));
}

function quotient(a: Expr, b: Expr): Expr {
  if (isZero(a)) return ZERO;
  if (isConst(b, 1)) return a;
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x !== null && y !== null && isExact(x, y)) return constant(x / y);
  return op("/", [a, b]);
}

const isExact = (x: number, y: number): boolean => Number.isSafeInteger(x) && Number.isSafeInteger(y) && Number.isSafeInteger(x / y);

// ---------------------------------------------------------------------------------------------------- sums

export function plus(a: Expr, b: Expr): Expr {
  if (isZero(a)) return b;
  if (isZero(b)) return a;
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x !== null && y !== null) return constant(x + y);
  const [left, right] = [signed(a), signed(b)];
  if (left.negative && right.negative) return negate(plus(left.magnitude, right.magnitude));
  if (isOp(left.magnitude, "select") && isOp(right.magnitude, "select") && same(argument(left.magnitude, 0), argument(right.magnitude, 0))) {
    const arm = (index: number): Expr => plus(armOf(left, index), armOf(right, index));
    return choose(argument(left.magnitude, 0), arm(1), arm(2));
  }
  if (left.negative) return op("-", [b, left.magnitude]);
  if (right.negative) return op("-", [a, right.magnitude]);
  return same(a, b) ? times(TWO, a) : op("+", [a, b]);
}

const armOf = (choice: Signed, index: number): Expr =>
  (choice.magnitude.kind === "op" ? withSign(choice.negative, argument(choice.magnitude, index)) : ZERO);

export const minus = (a: Expr, b: Expr): Expr => plus(a, negate(b));

// ---------------------------------------------------------------------------------------------------- choices

/** `test ? a : b` */
export function choose(test: Expr, a: Expr, b: Expr): Expr {
  if (test.kind === "const") return test.value === true ? a : b;
  if (same(a, b)) return a;
  const [left, right] = [signed(a), signed(b)];
  if ((left.negative || isZero(a)) && (right.negative || isZero(b))) return negate(choose(test, left.magnitude, right.magnitude));
  if (isZero(a) && isOp(b, "select") && isZero(argument(b, 1))) return choose(either(test, argument(b, 0)), ZERO, argument(b, 2));
  return op("select", [test, a, b]);
}

export function either(a: Expr, b: Expr): Expr {
  if (a.kind === "const") return a.value === true ? a : b;
  if (b.kind === "const") return b.value === true ? b : a;
  return op("||", [a, b], BOOLEAN);
}

export function both(a: Expr, b: Expr): Expr {
  if (a.kind === "const") return a.value === true ? b : a;
  if (b.kind === "const") return b.value === true ? a : b;
  return op("&&", [a, b], BOOLEAN);
}

const COMPARISONS: Readonly<Record<string, (x: number, y: number) => boolean>> = {
  "<": (x, y) => x < y,
  "<=": (x, y) => x <= y,
  ">": (x, y) => x > y,
  ">=": (x, y) => x >= y,
  "===": (x, y) => x === y,
  "!==": (x, y) => x !== y,
};

export const isComparison = (name: OpName): boolean => name in COMPARISONS;

export function compare(name: OpName, a: Expr, b: Expr): Expr {
  const [x, y] = [numberOf(a), numberOf(b)];
  const holds = COMPARISONS[name];
  return x !== null && y !== null && holds !== undefined ? constant(holds(x, y)) : op(name, [a, b], BOOLEAN);
}
