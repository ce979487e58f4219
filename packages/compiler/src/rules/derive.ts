// From a row to IR: what an operation contributes to the adjoints of its operands and to the tangent of its result.
// Operands, results and adjoints are given as atoms and may be repeated in what comes back, which is a tree that the caller flattens.
// Forward and reverse mode read the same plans, so that they agree by construction; only reverse guards (SEMANTICS §5).
import { constant, isConst, ONE, op, ZERO } from "../ir/build.ts";
import type { Expr, OpName } from "../ir/ir.ts";
import { operands } from "../ir/walk.ts";
import type { Formula } from "./rule.ts";
import { both, choose, compare, either, guardedTimes, isComparison, isZero, minus, negate, numberOf, over, plus, same, settleSign, times } from "./simplify.ts";
import { ruleOf } from "./table.ts";

/** ∂ result / ∂ operand at one operation of a program. */
export interface PartialPlan {
  readonly formula: Expr;
  /** the operands that the formula reads; constants are never needed */
  readonly needsArgs: ReadonlySet<number>;
  readonly needsResult: boolean;
  /** may it be infinite or NaN at finite operands? */
  readonly singular: boolean;
  /** its value, where that is known; never 0 (then there is no plan) */
  readonly constant: number | null;
}

interface Slope {
  readonly formula: Expr;
  readonly singular: boolean;
}

// ---------------------------------------------------------------------------------------------------- partials

/** The partial in one operand, null where it is zero almost everywhere or the operation carries no derivative. */
export function partial(name: OpName, args: readonly Expr[], result: Expr, index: number): PartialPlan | null {
  const slope = specialSlope(name, args, result, index) ?? rowSlope(name, args, result, index);
  return slope === null ? null : planOf(slope, args, result);
}

/**
 * The partials in the wanted operands. Where one variable stands at several operands of a sum or a product it gets one plan, at
 * its first place: `2 * x` for `x * x`, nothing for `x - x`.
 */
export function partials(name: OpName, args: readonly Expr[], result: Expr, wanted: (index: number) => boolean): ReadonlyMap<number, PartialPlan> {
  const plans = new Map<number, PartialPlan>();
  for (const [index, arg] of args.entries()) {
    if (!wanted(index)) continue;
    const plan = partial(name, args, result, index);
    if (plan === null) continue;
    const first = MERGED.has(name) ? args.findIndex((other, i) => i < index && wanted(i) && same(other, arg)) : -1;
    const merged = first < 0 ? plan : planOf({ formula: plus(plans.get(first)?.formula ?? ZERO, plan.formula), singular: false }, args, result);
    const place = first < 0 ? index : first;
    if (merged === null) plans.delete(place);
    else plans.set(place, merged);
  }
  return plans;
}

const MERGED: ReadonlySet<OpName> = new Set(["+", "-", "*"]);

function planOf(slope: Slope, args: readonly Expr[], result: Expr): PartialPlan | null {
  const { formula, singular } = slope;
  if (isZero(formula)) return null;
  const needsArgs = new Set<number>();
  for (const [i, arg] of args.entries()) if (arg.kind !== "const" && contains(formula, arg)) needsArgs.add(i);
  return { formula, needsArgs, needsResult: contains(formula, result), singular, constant: valueOf(formula) };
}

const contains = (e: Expr, part: Expr): boolean => same(e, part) || operands(e).some((x) => contains(x, part));

/** constants, and quotients of them that were not folded because they are not exact */
function valueOf(e: Expr): number | null {
  if (e.kind !== "op") return numberOf(e);
  const values = e.args.map(valueOf);
  const [a = null, b = null] = values;
  if (e.op === "neg" && a !== null) return -a;
  return e.op === "/" && a !== null && b !== null ? a / b : null;
}

function rowSlope(name: OpName, args: readonly Expr[], result: Expr, index: number): Slope | null {
  const rule = ruleOf(name);
  if (rule?.kind !== "scalar") return null;
  const formula = (rule.expand === null ? rule.partials : rule.expand(args.length))[index] ?? null;
  const singular = rule.singular[rule.variadic ? 0 : index] ?? false;
  return formula === null ? null : { formula: instantiate(formula, args, result), singular };
}

/** a row's formula over the operands at hand */
function instantiate(formula: Formula, args: readonly Expr[], result: Expr): Expr {
  switch (formula.kind) {
    case "arg": return args[formula.index] ?? ZERO;
    case "result": return result;
    case "number": return constant(formula.value);
    case "apply": return applied(formula.op, formula.args.map((f) => instantiate(f, args, result)));
  }
}

function applied(name: OpName, args: readonly Expr[]): Expr {
  const [a = ZERO, b = ZERO, c = ZERO] = args;
  switch (name) {
    case "+": return plus(a, b);
    case "-": return minus(a, b);
    case "*": return times(a, b);
    case "/": return over(a, b);
    case "neg": return negate(a);
    case "guarded*": return guardedTimes(a, b);
    case "select": return choose(a, b, c);
    case "&&": return both(a, b);
    case "||": return either(a, b);
    default: return isComparison(name) ? compare(name, a, b) : op(name, args);
  }
}

// ---------------------------------------------------------------------------------------------------- constant operands

/** What a person would write where an operand is a constant; null where the row says it as well. */
function specialSlope(name: OpName, args: readonly Expr[], result: Expr, index: number): Slope | null {
  const [a = ZERO, b = ZERO] = args;
  switch (name) {
    case "/": return quotientSlope(a, b, result, index);
    case "**": case "Math.pow": return index === 0 ? constantExponent(name, a, numberOf(b), result) : constantBase(numberOf(a), result);
    default: return null;
  }
}

function quotientSlope(a: Expr, b: Expr, result: Expr, index: number): Slope | null {
  const [numerator, divisor] = [numberOf(a), numberOf(b)];
  if (index === 0) return divisor !== null && divisor !== 0 ? { formula: over(ONE, b), singular: false } : null;
  if (numerator === 0) return { formula: ZERO, singular: false };
  // 1 / b is there already, and squared it is the slope
  return numerator === 1 || numerator === -1 ? { formula: times(constant(-numerator), times(result, result)), singular: true } : null;
}

/** up to here the derivative of an integer power is multiplied out: a power costs as much as forty multiplications */
const LARGEST_PRODUCT = 8;

function constantExponent(name: OpName, x: Expr, exponent: number | null, result: Expr): Slope | null {
  if (exponent === null) return null;
  const coefficient = constant(exponent);
  const singular = exponent < 1 && exponent !== 0;
  const slope = (formula: Expr): Slope => ({ formula, singular });
  if (exponent === 0) return slope(ZERO);
  if (Number.isInteger(exponent) && exponent > 0 && exponent <= LARGEST_PRODUCT) {
    return slope(Array.from({ length: exponent - 1 }, () => x).reduce(times, coefficient));
  }
  if (exponent === 0.5) return slope(over(coefficient, result));
  if (exponent === 1.5) return slope(times(coefficient, op("Math.sqrt", [x])));
  if (exponent === -1) return slope(negate(times(result, result)));
  // where the exponent is negative, result / x leaves the range of doubles only where the slope does
  if (exponent < 0) return slope(over(times(coefficient, result), x));
  return slope(times(coefficient, op(name, [x, constant(exponent - 1)])));
}

function constantBase(base: number | null, result: Expr): Slope | null {
  if (base === null || !(base > 0)) return null;
  if (base === 1) return { formula: ZERO, singular: false };
  if (base === Math.E) return { formula: result, singular: true };
  return { formula: times(result, op("Math.log", [constant(base)])), singular: true };
}

// ---------------------------------------------------------------------------------------------------- reverse

/**
 * adjoint · partial, as a person would write it; `guarded*` of them where the partial is singular and may be met there: a zero adjoint contributes zero.
 * A negative contribution has `neg` at its top.
 */
export const contribution = (adjoint: Expr, plan: PartialPlan, guard: boolean): Expr =>
  (guard ? guardedTimes(adjoint, plan.formula) : times(adjoint, plan.formula));

// ---------------------------------------------------------------------------------------------------- forward

/** may a tangent of zero meet a partial that is infinite or NaN, and contribute zero? */
export type IsGuarded = (name: OpName, args: readonly Expr[], result: Expr, plan: PartialPlan) => boolean;

/** The tangent of the result; `dots` holds the tangents of the operands, null for those that have none. Exponents are guarded, others where told. */
export function tangent(name: OpName, args: readonly Expr[], result: Expr, dots: readonly (Expr | null)[], isGuarded: IsGuarded = () => false): Expr {
  return settleSign(shapedTangent(name, args, result, dots, isGuarded) ?? summedTangent(name, args, result, dots, isGuarded));
}

function summedTangent(name: OpName, args: readonly Expr[], result: Expr, dots: readonly (Expr | null)[], isGuarded: IsGuarded): Expr {
  return dots.reduce<Expr>((sum, dot, index) => {
    const plan = dot === null ? null : partial(name, args, result, index);
    if (dot === null || plan === null) return sum;
    // a power of a negative number has no derivative in its exponent; an exponent that does not move needs none
    const isExponent = index === 1 && (name === "**" || name === "Math.pow") && numberOf(args[0] ?? ZERO) === null;
    if (!isExponent && isGuarded(name, args, result, plan)) return plus(sum, guardedTimes(dot, plan.formula));
    return plus(sum, isExponent ? choose(compare("===", dot, ZERO), ZERO, times(dot, plan.formula)) : times(dot, plan.formula));
  }, ZERO);
}

/** products and quotients as textbooks write them, and what keeps its guards */
function shapedTangent(name: OpName, args: readonly Expr[], result: Expr, dots: readonly (Expr | null)[], isGuarded: IsGuarded): Expr | null {
  const [a = ZERO, b = ZERO] = args;
  const [aDot = null, bDot = null] = dots;
  if (name === "*") {
    if (aDot !== null && bDot !== null && same(a, b) && same(aDot, bDot)) return times(constant(2), times(a, aDot));
    return plus(aDot === null ? ZERO : times(aDot, b), bDot === null ? ZERO : times(a, bDot));
  }
  if (name === "guarded*") return plus(aDot === null ? ZERO : guardedTimes(aDot, b), bDot === null ? ZERO : guardedTimes(a, bDot));
  const guards = (index: number): boolean => { const plan = partial(name, args, result, index); return plan !== null && isGuarded(name, args, result, plan); };
  if (name === "/" && bDot !== null && !isConst(a) && !(aDot !== null && guards(0)) && !guards(1)) return over(minus(aDot ?? ZERO, times(result, bDot)), b);
  return null;
}
