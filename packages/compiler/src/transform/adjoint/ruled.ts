// The plan of a call of a function with a rule: the sweep calls the function, the reverse the rule, at the arguments and the value as they were.
// Assumes what analysis/ruled.ts found: the function changes nothing that it is given and returns nothing of it.
import type { Expr, Stmt } from "../../ir/ir.ts";
import { BOOLEAN, branch, define, length, op, REAL, runtime, runtimeCall, typeOf, use, ZERO } from "../../ir/build.ts";
import { isReal, isRealArray, isReference } from "../../analysis/activity.ts";
import { pulledBack, ruledArguments, type RuledCall } from "../ruled.ts";
import type { Context, Region } from "./context.ts";
import { hold } from "./runtime.ts";
import { addElements } from "./value.ts";

export function planRuled(s: RuledCall, context: Context): Region {
  const { origin, result, callee } = s;
  if (result === null || !(context.isActive(use(result)) || context.hasCompanion(use(result)))) return { sweep: [s], reverse: [] };
  const given = ruledArguments(s);
  const sweep: Stmt[] = [];
  const reverse: Stmt[] = [];
  const held = s.args.map((a) => asItIs(a, sweep, context, s));
  const [args, captured] = [held.slice(0, given.length), held.slice(given.length)];
  sweep.push(s);
  const value = asItIs(use(result), sweep, context, s);
  let cotangent: Expr;
  const cleared: Stmt[] = [];
  if (isReference(result.type)) {
    const companion = context.supply.fresh(`${result.name}Bar`, context.companionType(result.type));
    sweep.push(define(companion, { kind: "zeros", like: use(result), type: companion.type }, origin));
    context.setCompanion(result, use(companion));
    const { companion: whole, skeleton } = hold(use(result), sweep, context, origin);
    cotangent = whole;
    if (skeleton !== null) {
      const read = context.supply.fresh(`${result.name}Bar`, companion.type);
      reverse.push(define(read, runtime("readSkeleton", [skeleton], read.type), origin));
      cotangent = use(read);
    }
    if (context.isKept) cleared.push(skeleton !== null ? runtimeCall("clearSkeleton", [skeleton], origin) : isRealArray(result.type) ? { kind: "mutate", operation: "fill", array: whole, args: [ZERO], result: null, origin } : runtimeCall("clear", [whole], origin));
  } else cotangent = use(context.bar(result));
  const rules = { supply: context.supply, types: context.shared.types, ...context.shared.rules };
  const isWanted = (i: number): boolean => context.isActive(given[i]!) || context.hasCompanion(given[i]!);
  const entries = pulledBack(callee, { args, captured, origin }, value, cotangent, isWanted, rules, reverse);
  entries.forEach((entry, i) => { if (entry !== null) addEntry(given[i]!, entry, sweep, reverse, context, s); });
  reverse.push(...cleared);
  return { sweep, reverse };
}

/** memory that something writes to, or that the caller gets hold of, is copied */
function asItIs(e: Expr, sweep: Stmt[], context: Context, { origin }: RuledCall): Expr {
  if (e.kind !== "var" || !isReference(e.variable.type)) return e;
  const objects = context.shared.alias.reach(context.objects(e));
  const { recording } = context.shared;
  if (!recording.isWritten(objects) && !recording.isExposed(context.original(e.variable))) return e;
  const copy = context.supply.fresh(e.variable.name, e.variable.type);
  sweep.push(define(copy, isRealArray(copy.type) ? { kind: "copy", source: e, start: null, end: null, type: copy.type } : runtime("snapshot", [e], copy.type), origin));
  return use(copy);
}

/** what the rule gives for an argument; null says that there is nothing */
function addEntry(argument: Expr, entry: Expr, sweep: Stmt[], reverse: Stmt[], context: Context, { origin }: RuledCall): void {
  const { supply } = context;
  const type = typeOf(entry);
  const add = (value: Expr, out: Stmt[]): void => {
    const t = typeOf(argument);
    if (isReal(t) && !isReference(t)) return context.accumulate(argument, value, out, origin);
    const held = hold(argument, sweep, context, origin);
    if (held.skeleton !== null) out.push(runtimeCall("addToSkeleton", [held.skeleton, value], origin));
    else if (isRealArray(t)) out.push(...addElements(held.companion, ZERO, value, ZERO, counted(value, out, context, origin), context, origin));
    else out.push(runtimeCall("addInto", [held.companion, value], origin));
  };
  if (type.kind !== "nullable") return add(entry, reverse);
  const missing = supply.fresh("isMissing", BOOLEAN);
  const there: Stmt[] = [];
  const present = supply.fresh("entry", type.inner);
  there.push(define(present, entry, origin));
  add(use(present), there);
  reverse.push(define(missing, op("isNullish", [entry], BOOLEAN), origin), branch(use(missing), [], there, origin));
}

function counted(array: Expr, out: Stmt[], context: Context, origin: RuledCall["origin"]): Expr {
  const count = context.supply.fresh("count", REAL);
  out.push(define(count, length(array), origin));
  return use(count);
}
