// Tidies trees of operations: signs move to where they read best (`x + -a * b` is `x - a * b`), choices between truth values become
// logic, tests lose double negations. No bit of a primal changes: every rewriting is exact for NaN, infinities and both zeros.
// Assumes the nested stage.
import type { Block, Expr, Func, Stmt, Var } from "../ir/ir.ts";
import { BOOLEAN, constant, isConst, op, typeOf } from "../ir/build.ts";
import { mapOperands, mapStmt, statements } from "../ir/walk.ts";
import { holderOf, isAbsent, isArithmetic, isDerivative, isRealTyped, keyOf, negated, sameExpr } from "../ir/facts.ts";

export function tidyExpressions(func: Func): Func {
  const tests = new Map<Var, Expr>();
  for (const s of statements(func.body)) if (s.kind === "let" && !s.variable.mutable && s.value.kind === "op" && s.value.op === "isNullish") tests.set(s.variable, s.value);
  const each = (b: Block): Block => b.map((s) => {
    const derivative = isDerivativeWork(s);
    const clean = (e: Expr): Expr => {
      const tidied = tidy(e, derivative, tests);
      return derivative && typeOf(tidied).kind === "real" ? collectTerms(tidied) : tidied;
    };
    return mapStmt(s, clean, each);
  });
  return { ...func, body: each(func.body), result: func.result && tidy(func.result, false, tests) };
}

function isDerivativeWork(s: Stmt): boolean {
  switch (s.kind) {
    case "let": case "assign": return isDerivative(s.variable) && s.variable.type.kind === "real";
    // the program adds to its own objects, too
    case "accumulate": case "store": { const holder = holderOf(s.place); return holder !== null && isDerivative(holder); }
    default: return false;
  }
}

type Tests = ReadonlyMap<Var, Expr>;

function tidy(e: Expr, derivative: boolean, tests: Tests): Expr {
  const inner = mapOperands(e, (x) => tidy(x, derivative, tests));
  if (inner.kind === "load") return listed(inner) ?? inner;
  if (inner.kind !== "op") return inner;
  const tidied = tidyOp(inner, tests);
  return derivative && tidied.kind === "op" ? tidyDerivative(tidied) : tidied;
}

/** `[a, b][0]` is `a` */
function listed(e: Expr & { readonly kind: "load" }): Expr | null {
  if (e.place.kind !== "element" || e.place.base.kind !== "array" || e.place.index.kind !== "const") return null;
  const { elements } = e.place.base;
  return elements.some((x) => x.spread) ? null : elements[Number(e.place.index.value)]?.value ?? null;
}

/** is it there by its form? What a variable held may have been chosen here */
function isSurelyThere(e: Expr): boolean {
  if (e.kind === "const") return !isAbsent(e);
  if (e.kind !== "op") return false;
  return e.op === "select" ? e.args.slice(1).every(isSurelyThere) : isArithmetic(e.op) && e.type.kind === "real";
}

type Op = Expr & { readonly kind: "op" };
const NO_TESTS: Tests = new Map();

function tidyOp(e: Op, tests: Tests = NO_TESTS): Expr {
  const [a, b, c] = e.args;
  if (a === undefined) return e;
  switch (e.op) {
    case "neg": return negated(a) ?? pushSign(a) ?? e;
    case "+": {
      if (b === undefined || !isRealTyped(a, b)) return e;
      const right = negated(b);
      if (right) return op("-", [a, right]);
      const left = a.kind === "const" ? null : negated(a);
      if (left) return op("-", [b, left]);
      return a.kind === "var" && sameExpr(a, b) ? op("*", [constant(2), a]) : e;
    }
    case "-": {
      if (b === undefined || !isRealTyped(a, b)) return e;
      const right = negated(b);
      return right ? op("+", [a, right]) : e;
    }
    case "*": case "/": {
      // signs go to the front of a product
      if (b?.kind !== "op" || b.op !== "neg" || !isRealTyped(a)) return e;
      return tidyOp({ ...e, args: [pushSign(a) ?? op("neg", [a]), b.args[0]!] });
    }
    case "??": return isSurelyThere(a) ? a : e;
    case "!": return negate(a);
    case "stopGradient": return a;
    case "select": return b && c ? absent(a, b, c, e, tests) ?? choice(e, a, b, c) : e;
    default: return e;
  }
}

/** what derivative code may do beyond: products have no order, zeros no sign */
function tidyDerivative(e: Op): Expr {
  const [a] = e.args;
  if (e.op === "neg" && a?.kind === "op" && a.op === "select" && isConst(a.args[1]!, 0)) {
    const value = a.args[2]!;
    return { ...a, args: [a.args[0]!, a.args[1]!, negated(value) ?? pushSign(value) ?? op("neg", [value])] };
  }
  if (e.op === "+" && e.args.length === 2 && isRealTyped(...e.args)) {
    const right = negated(e.args[1]!, true);
    return right ? op("-", [a!, right]) : e;
  }
  if (e.op === "/") return divided(e);
  return e.op === "*" ? constantFirst(e) : e;
}

/** `(2 * x) / 4` as `0.5 * x` */
function divided(e: Op): Expr {
  const [a, b] = e.args;
  if (!a || b?.kind !== "const" || typeof b.value !== "number" || b.value === 0) return e;
  const { by, rest } = coefficient(a);
  const ratio = by / b.value;
  return by === 1 || rest === null || String(ratio).length > 5 ? e : scaled(ratio, rest);
}

/** constant factors meet at the front, as long as they stay short and of ordinary size */
function constantFirst(e: Op): Expr {
  const [a, b] = e.args;
  if (!a || !b || !isRealTyped(a, b)) return e;
  // `(c / s) * x` as `c * x / s`
  if (a.kind === "op" && a.op === "/" && a.args[0]?.kind === "const" && typeof a.args[0].value === "number" && a.args[1]?.kind !== "const") return divided({ ...a, args: [constantFirst({ ...e, args: [a.args[0], b] }), a.args[1]!] });
  const [left, right] = [coefficient(a), coefficient(b)];
  const isPlain = left.rest !== null && right.rest !== null;
  if (isPlain && right.by === 1) return e;
  const by = left.by * right.by;
  if (String(by).length > 8 || Math.abs(by) > 1e6 || Math.abs(by) < 1e-6) return e;
  const [first, ...others] = [left.rest, right.rest].filter((x) => x !== null);
  if (!first) return constant(by);
  return others.reduce((product, x) => op("*", [product, x]), scaled(by, first));
}

/** `c * rest`; a constant alone has no rest */
function coefficient(e: Expr): { readonly by: number; readonly rest: Expr | null } {
  if (e.kind === "const" && typeof e.value === "number") return { by: e.value, rest: null };
  if (e.kind !== "op" || e.args.length !== 2 && e.op !== "neg") return { by: 1, rest: e };
  const [a, b] = e.args;
  if (e.op === "neg") { const inner = coefficient(a!); return { by: -inner.by, rest: inner.rest }; }
  if (e.op !== "*" && e.op !== "/") return { by: 1, rest: e };
  const inner = coefficient(a!);
  if (inner.by === 1) return { by: 1, rest: e };
  if (inner.rest === null) return e.op === "*" ? { by: inner.by, rest: b! } : { by: 1, rest: e };
  return { by: inner.by, rest: op(e.op, [inner.rest, b!]) };
}

/** the product with a constant in front */
function scaled(by: number, e: Expr): Expr {
  if (by === 1) return e;
  if (by === -1) return pushSign(e) ?? op("neg", [e]);
  if (e.kind === "op" && (e.op === "*" || e.op === "/") && isRealTyped(...e.args)) return op(e.op, [scaled(by, e.args[0]!), e.args[1]!]);
  return op("*", [constant(by), e]);
}

// ------------------------------------------------------------------------------------------------- sums of derivative code

interface Term {
  readonly by: number;
  readonly rest: Expr;
  readonly key: string;
}

const isSum = (e: Expr): e is Op => e.kind === "op" && (e.op === "+" || e.op === "-") && e.args.length === 2 && isRealTyped(...e.args);

/** terms that differ by a constant factor become one */
function collectTerms(e: Expr): Expr {
  if (!isSum(e)) return e;
  const terms: Term[] = [];
  const collect = (x: Expr, sign: number): void => {
    if (isSum(x)) {
      collect(x.args[0]!, sign);
      collect(x.args[1]!, x.op === "+" ? sign : -sign);
      return;
    }
    const { by, rest } = coefficient(x);
    const whole = rest ?? constant(1);
    terms.push({ by: sign * by, rest: whole, key: factorsOf(whole).map(keyOf).sort().join(" * ") });
  };
  collect(e, 1);
  const merged = new Map<string, Term>();
  for (const t of terms) {
    const known = merged.get(t.key);
    merged.set(t.key, known ? { ...known, by: known.by + t.by } : t);
  }
  const [first, ...others] = merged.values();
  // what cancels may be infinite
  if (!first || merged.size === terms.length || [...merged.values()].some((t) => t.by === 0)) return e;
  return others.reduce((sum, t) => op(t.by < 0 ? "-" : "+", [sum, scaled(Math.abs(t.by), t.rest)]), scaled(first.by, first.rest));
}

const factorsOf = (e: Expr): Expr[] => (e.kind === "op" && e.op === "*" && isRealTyped(...e.args) ? e.args.flatMap(factorsOf) : [e]);

/** `x == null ? other : x` as `x ?? other` */
function absent(test: Expr, a: Expr, b: Expr, e: Op, tests: Tests): Expr | null {
  const known = test.kind === "var" ? tests.get(test.variable) ?? test : test;
  if (known.kind !== "op") return null;
  const opposite = known.op === "!" && known.args[0]?.kind === "op" ? known.args[0] : null;
  const [asked, other, value] = opposite ? [opposite, b, a] : [known, a, b];
  if (asked.kind !== "op" || asked.op !== "isNullish" || value.kind !== "var" || !sameExpr(asked.args[0]!, value)) return null;
  return op("??", [value, other], e.type);
}

/** `-(a * b)` as `-a * b` */
function pushSign(e: Expr): Expr | null {
  if (e.kind === "const") return typeof e.value === "number" ? constant(-e.value) : null;
  if (e.kind !== "op" || (e.op !== "*" && e.op !== "/")) return null;
  const [a, b] = e.args;
  return a && b ? op(e.op, [pushSign(a) ?? op("neg", [a]), b]) : null;
}

function choice(e: Op, test: Expr, a: Expr, b: Expr): Expr {
  if (test.kind === "op" && test.op === "!") return choice(e, test.args[0]!, b, a);
  if (typeOf(a).kind !== "boolean" || typeOf(b).kind !== "boolean") return test === e.args[0] ? e : { ...e, args: [test, a, b] };
  if (isConst(b, false)) return isConst(a, true) ? test : op("&&", [test, a], BOOLEAN);
  if (isConst(a, true)) return op("||", [test, b], BOOLEAN);
  if (isConst(a, false)) return isConst(b, true) ? negate(test) : op("&&", [negate(test), b], BOOLEAN);
  if (isConst(b, true)) return op("||", [negate(test), a], BOOLEAN);
  return test === e.args[0] ? e : { ...e, args: [test, a, b] };
}

const OPPOSITE: ReadonlyMap<string, string> = new Map([["===", "!=="], ["!==", "==="], ["==", "!="], ["!=", "=="]]);

/** the opposite of a truth value; an ordering keeps its sense, because NaN is neither */
export function negate(test: Expr): Expr {
  if (test.kind === "const") return constant(!test.value);
  if (test.kind === "op") {
    if (test.op === "!") return test.args[0]!;
    const opposite = OPPOSITE.get(test.op);
    if (opposite) return { ...test, op: opposite };
  }
  return op("!", [test], BOOLEAN);
}
