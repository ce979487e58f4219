// Plans of what derivative code calls of the runtime, where derivative code is itself differentiated: structures added into structures, cleared,
// copied, remembered and read. All of it is linear, so reverse adds the other way. A structure whose references may have moved
// by then is remembered in the sweep (`skeletonOf`), where the statement stands.
import type { Expr, Origin, Stmt, Var } from "../../ir/ir.ts";
import { define, runtime, runtimeCall, TRUE, typeOf, use } from "../../ir/build.ts";
import { notReplayable } from "../../diagnostics/catalog.ts";
import { ADDING, ENTERING } from "../../rules/runtime.ts";
import { holdsEntries, zerosOf } from "../companion.ts";
import type { Context, Region } from "./context.ts";
import { isViewed } from "./live-state.ts";

/** an adjoint structure as it is where a statement stands, for its reverse */
interface Held {
  readonly companion: Expr;
  /** remembered, where references in it may have moved by then */
  readonly skeleton: Expr | null;
}

/** a companion is as long as its array ever was: the structure has the lengths of what it belongs to, and its numbers are not those of a gradient yet */
function skeletonOf(of: Expr, companion: Expr, resizes: boolean, sweep: Stmt[], context: Context, origin: Origin): Expr {
  const skeleton = context.supply.fresh("skeleton", context.shared.types.skeleton(typeOf(companion)));
  sweep.push(define(skeleton, runtime("skeletonOf", resizes ? [companion, of, TRUE] : [companion], skeleton.type), origin));
  return use(skeleton);
}

/** the companion as it is here, to be read in reverse */
export function hold(of: Expr, sweep: Stmt[], context: Context, origin: Origin): Held {
  const companion = context.companion(of);
  const { moves, resizes } = of.kind === "var" ? context.shared.changes(context.original(of.variable)) : { moves: false, resizes: false };
  if ((moves || resizes) && holdsEntries(typeOf(of))) enterAll(of, companion, sweep, context, origin);
  return { companion, skeleton: moves || resizes ? skeletonOf(of, companion, resizes, sweep, context, origin) : null };
}

/** adjoints of maps may lack entries; a structure that is remembered has all of them */
export function enterAll(of: Expr, companion: Expr, sweep: Stmt[], context: Context, origin: Origin): void {
  const zeros = context.supply.fresh("zeros", typeOf(companion));
  sweep.push(define(zeros, zerosOf(of, zeros.type), origin), runtimeCall("enterZeros", [companion, use(zeros)], origin));
}

/** `into += from`, structure by structure */
function add(into: Held, from: Held, out: Stmt[], context: Context, origin: Origin): void {
  let source = from.companion;
  if (from.skeleton !== null) {
    const read = context.supply.fresh("added", typeOf(from.companion));
    out.push(define(read, runtime("readSkeleton", [from.skeleton], read.type), origin));
    source = use(read);
  }
  out.push(into.skeleton === null ? runtimeCall("addInto", holdsEntries(typeOf(into.companion)) ? [into.companion, source, TRUE] : [into.companion, source], origin) : runtimeCall("addToSkeleton", [into.skeleton, source], origin));
}

/** for a record that is reversed again: zeros in all of what the variable holds here, wherever it is by then */
export function clearHeld(variable: Var, sweep: Stmt[], out: Stmt[], context: Context, origin: Origin): void {
  const { companion, skeleton } = hold(use(variable), sweep, context, origin);
  out.push(skeleton === null ? runtimeCall("clear", [companion], origin) : runtimeCall("clearSkeleton", [skeleton], origin));
}

/** adjoints of views are views of adjoints, and adjoints of maps have the entries that something was added to: sums by structure know neither */
function refuseSnapshot(variable: Var, context: Context, origin: Origin): void {
  const isView = isViewed(context.shared.alias.reach(context.objects(use(variable))), context, null);
  if (!isView && !holdsEntries(variable.type)) return;
  const why = `its state has ${isView ? "views of one buffer" : "maps or records"}, and reverse is asked for a second time`;
  context.shared.report(notReplayable(origin.span, why, `take the second derivative in forward mode, with \`hvp\` or \`jvp\`, or use ${isView ? "one array" : "arrays or fields"}`));
}

/** `variable = skeletonOf(…)`, `readSkeleton(…)`, `copyOf(…)`; the companion of the variable is set */
export function planRuntime(variable: Var, value: Expr & { readonly kind: "runtime" }, sweep: Stmt[], reverse: Stmt[], context: Context, origin: Origin): void {
  const [of, primal] = value.args;
  const type = context.companionType(variable.type);
  const companion = context.supply.fresh(`${variable.name}Bar`, type);
  context.setCompanion(variable, use(companion));
  if (value.name === "skeletonOf" && of !== undefined && context.hasCompanion(of)) {
    const bar = context.companion(of);
    sweep.push(define(companion, runtime("skeletonOf", primal === undefined ? [bar] : [bar, primal, TRUE], type), origin));
    return;
  }
  if (value.name === "snapshot") refuseSnapshot(variable, context, origin);
  sweep.push(define(companion, { kind: "zeros", like: use(variable), type }, origin));
  if (value.name === "stopGradient" || of === undefined || !context.hasCompanion(of)) {
    if (context.isKept) reverse.push(runtimeCall("clear", [use(companion)], origin));
    return;
  }
  const made = hold(use(variable), sweep, context, origin);
  if (value.name === "readSkeleton") add({ companion: context.companion(of), skeleton: context.companion(of) }, made, reverse, context, origin);
  else add(hold(of, sweep, context, origin), made, reverse, context, origin);
  if (context.isKept) reverse.push(made.skeleton === null ? runtimeCall("clear", [made.companion], origin) : runtimeCall("clearSkeleton", [made.skeleton], origin));
}

/** calls for their effect: what adds one structure into another, and what clears one */
export function planRuntimeCall(s: Stmt & { readonly kind: "call" }, name: string, context: Context): Region {
  const { origin } = s;
  const [into, from] = s.args;
  const sweep: Stmt[] = [s];
  const reverse: Stmt[] = [];
  if (into === undefined || name === ENTERING || !context.hasCompanion(into)) return { sweep, reverse };
  if (ADDING.has(name)) {
    if (from === undefined || !context.hasCompanion(from)) return { sweep, reverse };
    const target = name === "cotangent:addToSkeleton" ? { companion: context.companion(into), skeleton: context.companion(into) } : hold(into, sweep, context, origin);
    add(hold(from, sweep, context, origin), target, reverse, context, origin);
  } else if (name === "cotangent:clearSkeleton") {
    reverse.push(runtimeCall("clearSkeleton", [context.companion(into)], origin));
  } else {
    const cleared = hold(into, sweep, context, origin);
    reverse.push(cleared.skeleton === null ? runtimeCall("clear", [cleared.companion], origin) : runtimeCall("clearSkeleton", [cleared.skeleton], origin));
  }
  return { sweep, reverse };
}
