// Between which bounds numbers lie, whatever the inputs are: decides where a singular partial is harmless, so that its guard is left out.
// Intervals over variables that are defined once; joins, loads, parameters and results of calls may be any number. Bounds speak of
// finite operands and of arithmetic that does not overflow: what overflows beside them is not a pole.
import type { Expr, Func, OpName, Var } from "../ir/ir.ts";
import { constant } from "../ir/build.ts";
import { statements } from "../ir/walk.ts";
import { numberOf, same } from "../rules/simplify.ts";

export interface Ranges {
  /** is a partial of `result = name(args)` finite at all finite operands within their bounds? `formula` stands over `args` and `result` */
  isHarmless(name: OpName, args: readonly Expr[], result: Expr, formula: Expr): boolean;
}

interface Range {
  readonly low: number;
  readonly high: number;
}

const ANY: Range = { low: -Infinity, high: Infinity };
const NOT_NEGATIVE: Range = { low: 0, high: Infinity };
const UNIT: Range = { low: -1, high: 1 };

/** the largest argument whose exponential is finite is 709.78; the hyperbolic functions divide it by two */
const LARGEST_EXPONENT = 709;
/** divisors from here on are no poles: quotients of ordinary numbers stay within the range of doubles */
const SMALLEST_DIVISOR = 1e-100;

export function analyzeRanges(functions: readonly Func[]): Ranges {
  const definitions = new Map<Var, Expr>();
  const ranges = new Map<Var, Range>();

  const rangeOf = (e: Expr): Range => {
    const value = numberOf(e);
    if (value !== null) return Number.isNaN(value) ? ANY : { low: value, high: value };
    switch (e.kind) {
      case "var": return ranges.get(e.variable) ?? ANY;
      case "length": return NOT_NEGATIVE;
      case "op": return bounded(e);
      default: return ANY;
    }
  };

  const bounded = (e: Expr & { readonly kind: "op" }): Range => {
    const [a, b] = e.args;
    if (e.op === "*" && a && b) return square(a, b) ?? squared(a, b) ?? squared(b, a) ?? within("*", e.args.map(rangeOf));
    return within(e.op, e.args.map(rangeOf));
  };
  const square = (a: Expr, b: Expr): Range | null => (same(a, b) ? within("Math.abs", [within("*", [within("Math.abs", [rangeOf(a)]), within("Math.abs", [rangeOf(b)])])]) : null);
  /** `(c * x) * x` has the sign of `c`, and `-x * x` is not positive */
  const squared = (product: Expr, x: Expr): Range | null => {
    const inner = product.kind === "var" ? definitions.get(product.variable) : product;
    if (inner?.kind !== "op" || x.kind === "const") return null;
    const [p, q] = inner.op === "neg" ? [inner.args[0], constant(-1)] : inner.op === "*" ? inner.args : [];
    const other = p && q ? (same(p, x) ? q : same(q, x) ? p : null) : null;
    const sign = other && square(x, x);
    return sign && within("*", [rangeOf(other), sign]);
  };

  for (const f of functions) {
    for (const s of statements(f.body)) {
      if (s.kind === "let" && !s.variable.mutable && s.variable.type.kind === "real") {
        definitions.set(s.variable, s.value);
        const range = rangeOf(s.value);
        if (range !== ANY) ranges.set(s.variable, range);
      } else if (s.kind === "loop" && s.header.kind === "counted") {
        const { index, start, step } = s.header;
        const { low, high } = rangeOf(start);
        ranges.set(index, step > 0 ? { low, high: Infinity } : { low: -Infinity, high });
      }
    }
  }

  const isTame = (e: Expr, name: OpName, args: readonly Expr[], result: Expr): boolean => {
    if (same(e, result)) return hasNoPole(name, args.map(rangeOf));
    if (e.kind !== "op") return true;
    return hasNoPole(e.op, e.args.map((a) => (same(a, result) ? within(name, args.map(rangeOf)) : rangeOf(a)))) && e.args.every((a) => isTame(a, name, args, result));
  };

  return {
    isHarmless: (name, args, result, formula) => name !== "guarded*" && isTame(formula, name, args, result),
  };
}

/** Is the result finite at all finite operands within these bounds, overflow of arithmetic apart? */
function hasNoPole(name: OpName, args: readonly Range[]): boolean {
  const [a = ANY, b = ANY] = args;
  switch (name) {
    case "/": case "%": return excludesZero(b);
    case "**": case "Math.pow": return isTamePower(a, b);
    case "Math.exp": case "Math.expm1": return a.high <= LARGEST_EXPONENT;
    case "Math.sinh": case "Math.cosh": return a.high <= LARGEST_EXPONENT && a.low >= -LARGEST_EXPONENT;
    case "Math.sqrt": return a.low >= 0;
    case "Math.log": case "Math.log2": case "Math.log10": return a.low >= SMALLEST_DIVISOR;
    case "Math.log1p": return a.low > -1;
    case "Math.asin": case "Math.acos": case "Math.atanh": return a.low > -1 && a.high < 1;
    case "Math.acosh": return a.low >= 1;
    case "guarded*": return false;
    default: return true;
  }
}

/** an exponent that grows is an exponential; one that stands is arithmetic, with a pole at 0 if it is negative */
function isTamePower(base: Range, exponent: Range): boolean {
  if (exponent.low === exponent.high) return (exponent.low >= 0 || excludesZero(base)) && (base.low >= 0 || Number.isInteger(exponent.low));
  return excludesZero(base) && base.low > 0 && products(exponent, { low: Math.log(base.low), high: Math.log(base.high) }).high <= LARGEST_EXPONENT;
}

const excludesZero = ({ low, high }: Range): boolean => low >= SMALLEST_DIVISOR || high <= -SMALLEST_DIVISOR;

/** The bounds of an operation on numbers within bounds. */
function within(name: OpName, args: readonly Range[]): Range {
  const [a = ANY, b = ANY, c = ANY] = args;
  switch (name) {
    case "+": return range(a.low + b.low, a.high + b.high);
    case "-": return range(a.low - b.high, a.high - b.low);
    case "neg": return range(-a.high, -a.low);
    case "*": return products(a, b);
    case "/": return quotients(a, b);
    case "**": case "Math.pow": return a.low >= 0 || (b.low === b.high && b.low % 2 === 0) ? NOT_NEGATIVE : ANY;
    case "select": return range(Math.min(b.low, c.low), Math.max(b.high, c.high));
    case "Math.abs": return a.low >= 0 ? a : a.high <= 0 ? range(-a.high, -a.low) : range(0, Math.max(-a.low, a.high));
    case "Math.max": return range(Math.max(...args.map((x) => x.low)), Math.max(...args.map((x) => x.high)));
    case "Math.min": return range(Math.min(...args.map((x) => x.low)), Math.min(...args.map((x) => x.high)));
    case "Math.exp": return range(Math.exp(a.low), Math.exp(a.high));
    case "Math.expm1": return range(-1, Math.expm1(a.high));
    case "Math.sqrt": return range(Math.sqrt(Math.max(a.low, 0)), Math.sqrt(Math.max(a.high, 0)));
    case "Math.log1p": return a.low >= 0 ? NOT_NEGATIVE : ANY;
    case "Math.log": return a.low >= 1 ? NOT_NEGATIVE : ANY;
    case "Math.hypot": case "Math.acosh": return NOT_NEGATIVE;
    case "Math.cosh": return range(1, Infinity);
    case "Math.sin": case "Math.cos": case "Math.tanh": case "Math.sign": return UNIT;
    case "Math.atan": case "Math.asin": return range(-Math.PI / 2, Math.PI / 2);
    case "Math.acos": return range(0, Math.PI);
    case "Math.random": return range(0, 1);
    case "Math.floor": case "Math.trunc": case "Math.round": case "Math.ceil": return range(Math.floor(a.low), Math.ceil(a.high));
    default: return ANY;
  }
}

/** bounds that are no numbers (∞ - ∞) say nothing */
const range = (low: number, high: number): Range => (Number.isNaN(low) || Number.isNaN(high) || (low === -Infinity && high === Infinity) ? ANY : { low, high });

function products(a: Range, b: Range): Range {
  const corners = [a.low, a.high].flatMap((x) => [b.low, b.high].map((y) => (x === 0 || y === 0 ? 0 : x * y)));
  return range(Math.min(...corners), Math.max(...corners));
}

function quotients(a: Range, b: Range): Range {
  if (excludesZero(b)) return products(a, { low: 1 / b.high, high: 1 / b.low });
  const positive = b.low >= 0 ? a : b.high <= 0 ? range(-a.high, -a.low) : ANY;
  return positive.low >= 0 ? NOT_NEGATIVE : positive.high <= 0 ? { low: -Infinity, high: 0 } : ANY;
}
