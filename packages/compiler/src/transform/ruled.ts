// Functions whose derivative the program gives. A call of one stays a call while there is anything to derive: its reverse calls the rule's `vjp`,
// its tangent the rule's `jvp`. A rule that gives only one of the two is transposed: each is linear in what it propagates, so the other is its
// derivative with respect to that, in reverse, at any point. In the end the functions stand where they are called, as rules do from the start.
import type { Block, Expr, Func, FuncId, Origin, Ruled, Stmt, Type, Var } from "../ir/ir.ts";
import { constant, define, element, load, parameterOf, type Supply, typeOf, UNDEFINED, use } from "../ir/build.ts";
import { cloneBlock, cloneExpr, type Renaming } from "../ir/clone.ts";
import { mapOperands, mapStmt, statements, visitExpressions } from "../ir/walk.ts";
import { isRealArray } from "../analysis/activity.ts";
import { sameType } from "../ir/facts.ts";
import { CompilerBug } from "../diagnostics/diagnostic.ts";
import { type CompanionTypes, isDifferentiable, NULL, zeroLike } from "./companion.ts";
import { promote } from "./promote.ts";
import type { Rules } from "./rules.ts";

export type RuledCall = Stmt & { readonly kind: "call" } & { readonly callee: Ruled };

export const isRuled = (s: Stmt): s is RuledCall => s.kind === "call" && s.callee.kind === "ruled";

export function callsRuled(func: Func): boolean {
  let found = [...statements(func.body)].some(isRuled);
  visitExpressions(func.body, (e) => { if (e.kind === "closure") found ||= callsRuled(e.func); });
  return found;
}

/** calls of functions with a rule become what the functions do: nothing is derived any more */
export function withoutRules(func: Func, context: Pick<RuleContext, "supply" | "normal">): Func {
  const expr = (e: Expr): Expr => (e.kind === "closure" ? { ...e, func: { ...e.func, body: each(e.func.body) } } : mapOperands(e, expr));
  const each = (block: Block): Block => block.flatMap((s) => (isRuled(s) ? expand(context.normal(s.callee.primal), s.args, s.result, context.supply, s.origin) : [mapStmt(s, expr, each)]));
  return { ...func, body: each(func.body) };
}

/** the body of a versioned function in place of a call */
function expand(func: Func, args: readonly Expr[], result: Var | null, supply: Supply, origin: Origin): Block {
  const renaming: Renaming = new Map(func.params.map((p, i) => [p.variable, args[i] ?? UNDEFINED]));
  const body = cloneBlock(func.body, renaming, supply);
  return result === null ? body : [...body, define(result, func.result ? cloneExpr(func.result, renaming, supply) : UNDEFINED, origin)];
}

/** arguments and entries of rules come as tuples, which nobody needs to see; also in pullbacks */
export function promoteAll(func: Func, supply: Supply): Func {
  const each = (e: Expr): Expr => (e.kind === "closure" ? { ...e, func: promoteAll(e.func, supply) } : e);
  return promote({ ...func, body: func.body.map((s) => mapStmt(s, each, (b) => b)) }, supply);
}

/** the arguments that the rule speaks of */
export const ruledArguments = (s: RuledCall): readonly Expr[] => s.args.slice(0, s.args.length - s.callee.captured);

/** what a call of a rule is made of */
export interface RuleContext extends Pick<Rules, "normal" | "settled"> {
  readonly supply: Supply;
  readonly types: CompanionTypes;
}

interface At {
  readonly args: readonly Expr[];
  readonly captured: readonly Expr[];
  readonly origin: Origin;
}

/** the adjoints of the arguments that are asked for: `vjp(args, value, cotangent)`, or the transpose of the tangent */
export function pulledBack(rule: Ruled, at: At, value: Expr, cotangent: Expr, isWanted: (i: number) => boolean, context: RuleContext, out: Stmt[]): (Expr | null)[] {
  const { jvp, vjp } = rule;
  const { args, origin } = at;
  if (vjp !== null) {
    const entries = called(vjp, [packed(vjp, 0, args, context, out, origin), value, cotangent], at, context, out);
    const types = elementsOf(typeOf(entries));
    return args.map((_, i) => (isWanted(i) && isDifferentiable(types(i)) ? named("entry", load(element(entries, constant(i)), types(i)), types(i), context, out, origin) : null));
  }
  if (jvp === null) throw new CompilerBug("rules", "a rule without functions");
  const wanted = args.flatMap((_, i) => (isWanted(i) ? [i] : []));
  const bars = transposed({ parts: args.length * 2, of: (parts, captured, body) => {
    const [primals, tangents] = [parts.slice(0, args.length), parts.slice(args.length)];
    const pair = called(jvp, [packed(jvp, 0, primals, context, body, origin), packed(jvp, 1, tangents, context, body, origin)], { ...at, captured }, context, body);
    return named("tangent", load(element(pair, constant(1)), typeOf(cotangent)), typeOf(cotangent), context, body, origin);
  } }, [...args, ...args.map((a) => anyOf(a, context, out, origin))], wanted.map((i) => args.length + i), cotangent, at, context, out);
  return args.map((_, i) => (wanted.includes(i) ? bars[wanted.indexOf(i)] ?? null : null));
}

/** the tangent of the value: the second part of `jvp(primals, tangents)`, or the transpose of the pullback. A tangent is null where there is none */
export function pushedForward(rule: Ruled, at: At, value: Expr, tangents: readonly (Expr | null)[], context: RuleContext, out: Stmt[]): Expr {
  const { jvp, vjp } = rule;
  const { args, origin } = at;
  const type = context.types.of(typeOf(value));
  if (jvp !== null) {
    const all = tangents.map((t, i) => t ?? zeroLike(args[i]!, context, out, origin));
    const pair = called(jvp, [packed(jvp, 0, args, context, out, origin), packed(jvp, 1, all, context, out, origin)], at, context, out);
    return named("tangent", load(element(pair, constant(1)), type), type, context, out, origin);
  }
  if (vjp === null) throw new CompilerBug("rules", "a rule without functions");
  const types = elementsOf(context.normal(vjp).resultType);
  const along = tangents.flatMap((t, i) => (t !== null && isDifferentiable(types(i)) ? [{ tangent: t, i }] : []));
  if (along.length === 0) return zeroLike(value, context, out, origin);
  const [bar] = transposed({ parts: args.length + 2, of: (parts, captured, body) => {
    const entries = called(vjp, [packed(vjp, 0, parts.slice(0, args.length), context, body, origin), ...parts.slice(args.length)], { ...at, captured }, context, body);
    return tuple(along.map(({ i }) => named("entry", load(element(entries, constant(i)), types(i)), types(i), context, body, origin)), context, body, origin);
  } }, [...args, value, anyOf(value, context, out, origin)], [args.length + 1], tuple(along.map((x) => x.tangent), context, out, origin), at, context, out);
  return bar ?? zeroLike(value, context, out, origin);
}

/** the types of the positions of a tuple; of an array, that of its elements */
export function elementsOf(t: Type): (i: number) => Type {
  const own = t.kind === "nullable" ? t.inner : t;
  return (i) => (own.kind === "tuple" ? own.elements[i] ?? NULL : own.kind === "array" ? own.element : NULL);
}

/** `f(…)`, in place */
function called(id: FuncId, args: readonly Expr[], { captured, origin }: At, context: RuleContext, out: Stmt[]): Expr {
  const func = context.normal(id);
  const result = context.supply.fresh("entries", func.resultType);
  out.push(...expand(func, [...args, ...captured], result, context.supply, origin));
  return use(result);
}

interface Linear {
  /** how many arguments it takes before what is captured */
  readonly parts: number;
  readonly of: (parts: readonly Expr[], captured: readonly Expr[], body: Stmt[]) => Expr;
}

/** what the pullback of a function with respect to parameters in which it is linear makes of a seed; in place */
function transposed(linear: Linear, given: readonly Expr[], wrt: readonly number[], seed: Expr, { captured, origin }: At, context: RuleContext, out: Stmt[]): readonly Expr[] {
  const { supply, types } = context;
  const params = (): Var[] => [...given, ...captured].map((e) => supply.fresh(e.kind === "var" ? e.variable.name : "x", typeOf(e)));
  const [inner, outer] = [params(), params()];
  const body: Stmt[] = [];
  const result = linear.of(inner.slice(0, linear.parts).map(use), inner.slice(linear.parts).map(use), body);
  const base = { resultText: null, origin };
  const id = `transposed${supply.fresh("transposed", typeOf(result)).id}`;
  const func: Func = { ...base, id: `${id}$of`, name: "linear", params: inner.map(parameterOf), resultType: typeOf(result), body, result };
  const bars: Type = { kind: "tuple", elements: wrt.map((i) => types.of(inner[i]?.type ?? NULL)) };
  const pullbackType: Type = { kind: "function", params: [typeOf(seed)], result: bars };
  const pair: Type = { kind: "tuple", elements: [func.resultType, pullbackType] };
  const target: Expr = { kind: "closure", func, type: { kind: "function", params: inner.map((v) => v.type), result: func.resultType } };
  const derivative: Expr = { kind: "derivative", request: { operator: "vjp", wrt, mode: null }, target, type: { kind: "function", params: inner.map((v) => v.type), result: pair } };
  const [own, made, pullback, entries] = [supply.fresh("seed", typeOf(seed)), supply.fresh("made", pair), supply.fresh("pullback", pullbackType), supply.fresh("bars", bars)];
  const transpose = context.settled({
    ...base, id, name: "transposed", params: [...outer, own].map(parameterOf), resultType: bars, result: use(entries),
    body: [
      { kind: "call", callee: { kind: "value", value: derivative }, args: outer.map(use), result: made, origin },
      define(pullback, load(element(use(made), constant(1)), pullbackType), origin),
      { kind: "call", callee: { kind: "value", value: use(pullback) }, args: [use(own)], result: entries, origin },
    ],
  });
  const together = supply.fresh("bars", bars);
  out.push(...expand(transpose, [...given, ...captured, seed], together, supply, origin));
  return wrt.map((i, k) => named(`${given[i]?.kind === "var" ? given[i].variable.name : "x"}Bar`, load(element(use(together), constant(k)), types.of(inner[i]?.type ?? NULL)), types.of(inner[i]?.type ?? NULL), context, out, origin));
}

/** the arguments of a rule together, typed as its parameter */
function packed(id: FuncId, parameter: number, parts: readonly Expr[], context: RuleContext, out: Stmt[], origin: Origin): Expr {
  const declared = context.normal(id).params[parameter]?.variable.type;
  const type: Type = declared?.kind === "tuple" && declared.elements.length === parts.length ? declared : { kind: "tuple", elements: parts.map(typeOf) };
  return named(parameter === 0 ? "args" : "tangents", literal(parts, type), type, context, out, origin);
}

function tuple(parts: readonly Expr[], context: RuleContext, out: Stmt[], origin: Origin): Expr {
  const type: Type = { kind: "tuple", elements: parts.map((x) => (x.kind === "const" && x.value === null ? NULL : typeOf(x))) };
  return named("seed", literal(parts, type), type, context, out, origin);
}

const literal = (parts: readonly Expr[], type: Type): Expr => ({ kind: "array", type, elements: parts.map((value) => ({ value, spread: false })) });

/** where a linear function is derived makes no difference: something of the type of the derivative of a value */
function anyOf(e: Expr, context: RuleContext, out: Stmt[], origin: Origin): Expr {
  const t = typeOf(e);
  return isRealArray(t) && sameType(t, context.types.of(t)) ? e : zeroLike(e, context, out, origin);
}

function named(name: string, value: Expr, type: Type, { supply }: RuleContext, out: Stmt[], origin: Origin): Expr {
  const v = supply.fresh(name, type);
  out.push(define(v, value, origin));
  return use(v);
}
