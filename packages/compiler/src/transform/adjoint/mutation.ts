// Plans of in-place operations on arrays. Companions of number arrays never shrink: a popped cell keeps its adjoint.
import type { Expr, Stmt } from "../../ir/ir.ts";
import { BOOLEAN, branch, define, element, length, load, ONE, op, REAL, store, typeOf, UNDEFINED, use, ZERO } from "../../ir/build.ts";
import { isReference } from "../../analysis/activity.ts";
import { CompilerBug } from "../../diagnostics/diagnostic.ts";
import { isRealArray } from "../companion.ts";
import type { Context, Region } from "./context.ts";
import { partOf } from "./value.ts";

type Mutate = Stmt & { readonly kind: "mutate" };

export function planMutate(s: Mutate, context: Context): Region {
  if (!context.hasCompanion(s.array)) return { sweep: [s], reverse: [] };
  switch (s.operation) {
    case "push": return planPush(s, context);
    case "pop": return planPop(s, context);
    case "fill": return planFill(s, context);
    case "reverse": return planReverse(s, context);
    case "length": return { sweep: [s], reverse: [] };
    default: throw new CompilerBug("adjoint", `no plan for ${s.operation}`);
  }
}

/** in-place operations that have a plan, in both modes */
export const PLANNED: ReadonlySet<string> = new Set(["push", "pop", "fill", "reverse", "length"]);

function planPush(s: Mutate, context: Context): Region {
  const { origin } = s;
  const companion = context.companion(s.array);
  const t = typeOf(s.array);
  const isTape = t.kind === "array" && t.array === "Tape";
  const sweep: Stmt[] = [];
  const reverse: Stmt[] = [];
  const before: Expr = context.flatten(length(s.array), sweep, "end", origin);
  sweep.push(s);
  let at = before;
  for (const value of s.args) {
    const part = isReference(typeOf(value)) || context.hasCompanion(value) ? partOf(value, context) : ZERO;
    sweep.push(isTape ? { ...s, array: companion, args: [part], result: null } : store(element(companion, at), part, origin));
    if (context.isActive(value)) context.accumulate(value, context.takePlace(element(companion, at), true, false, "pushedBar", reverse, origin), reverse, origin);
    if (s.args.length > 1) at = context.flatten(op("+", [at, ONE]), sweep, "end", origin);
  }
  return { sweep, reverse };
}

function planPop(s: Mutate, context: Context): Region {
  const { origin } = s;
  const companion = context.companion(s.array);
  const sweep: Stmt[] = [s];
  const reverse: Stmt[] = [];
  if (!s.result) return { sweep, reverse };
  const at = context.flatten(length(s.array), sweep, "end", origin);
  if (context.hasCompanion(use(s.result))) {
    const part = context.supply.fresh(`${s.result.name}Bar`, context.companionType(s.result.type));
    sweep.push(define(part, load(element(companion, at), part.type, true), origin));
    context.setCompanion(s.result, use(part));
  }
  if (context.isActive(use(s.result))) {
    // nothing was popped off an empty array
    const missed = context.flatten(op("isNullish", [use(s.result)], BOOLEAN), sweep, "missed", origin);
    reverse.push(branch(missed, [], [{ kind: "accumulate", place: element(companion, at), value: use(context.bar(s.result)), origin }], origin));
  }
  return { sweep, reverse };
}

/** `fill(value, start, end)`: the adjoint of the value is the sum over the cells, which become zero */
function planFill(s: Mutate, context: Context): Region {
  const { origin } = s;
  const [value, start, end] = s.args;
  const companion = context.companion(s.array);
  const sweep: Stmt[] = [s];
  if (s.result) {
    if (context.hasCompanion(use(s.result))) context.setCompanion(s.result, companion);
  }
  if (!isRealArray(typeOf(s.array))) {
    return { sweep: [...sweep, { ...s, array: companion, args: [value ? partOf(value, context) : UNDEFINED, ...s.args.slice(1)], result: null }], reverse: [] };
  }
  const reverse: Stmt[] = [];
  const size = context.flatten(length(s.array), sweep, "size", origin);
  const bound = (e: Expr | undefined, otherwise: Expr, name: string): Expr => {
    if (e === undefined || (e.kind === "const" && e.value === undefined)) return otherwise;
    const negative = op("<", [e, ZERO], BOOLEAN);
    return context.flatten(op("select", [negative, op("Math.max", [op("+", [size, e]), ZERO]), op("Math.min", [e, size])]), sweep, name, origin);
  };
  const from = bound(start, ZERO, "from");
  const to = bound(end, size, "to");
  const k = context.supply.fresh("k", REAL);
  const body: Stmt[] = [];
  const taken = context.takePlace(element(companion, use(k)), true, false, "cellBar", body, origin);
  if (value && context.isActive(value)) context.accumulate(value, taken, body, origin);
  reverse.push({ kind: "loop", header: { kind: "counted", index: k, start: from, stop: to, compare: "<", step: 1 }, body, origin });
  return { sweep, reverse };
}

/** `reverse()`: adjoints are where the numbers were, so they turn around as well */
function planReverse(s: Mutate, context: Context): Region {
  const companion = context.companion(s.array);
  if (s.result && context.hasCompanion(use(s.result))) context.setCompanion(s.result, companion);
  const turned: Stmt = { ...s, array: companion, result: null };
  return isRealArray(typeOf(s.array)) ? { sweep: [s], reverse: [turned] } : { sweep: [s, turned], reverse: [] };
}

