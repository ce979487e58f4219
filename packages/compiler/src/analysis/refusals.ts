// Refusals that need activity: active values that reach what has no derivative. Found before any transform runs, so that the
// transforms never meet what they cannot do.
import type { Cell, Expr, Func, FuncId, MutationName, Stmt, Type, Var } from "../ir/ir.ts";
import { allocates } from "../ir/facts.ts";
import { expressions, statements, variablesDeclared } from "../ir/walk.ts";
import { activeCallRefused, activeMutationRefused, activeOperationRefused, comparatorWithEffects, escapingFunction, mixedValue, unknownCallee, unreadablePackage } from "../diagnostics/catalog.ts";
import type { Finding, Span } from "../diagnostics/diagnostic.ts";
import { ruleOf } from "../rules/table.ts";
import { type Activity, isReal } from "./activity.ts";
import { isReference } from "./alias.ts";

/** in-place operations with a plan in both modes; an array that holds both numbers and references has none */
const PLANNED: ReadonlySet<MutationName> = new Set(["push", "pop", "shift", "unshift", "splice", "fill", "reverse", "copyWithin", "set", "length"]);

const isPlanned = (operation: MutationName, array: Type): boolean => PLANNED.has(operation) && !isMixed(array);

function isMixed(t: Type): boolean {
  switch (t.kind) {
    case "array": return isMixedElement([t.element]);
    case "tuple": return isMixedElement(t.elements);
    case "nullable": return isMixed(t.inner);
    default: return true;
  }
}

function isMixedElement(elements: readonly Type[]): boolean {
  return elements.some(isReal) && elements.some(isReference);
}

export function findRefusals(func: Func, activity: Activity, functionOf: (id: FuncId) => Func | undefined, isForward: boolean): Finding[] {
  const found: Finding[] = [];
  const mixed = [...func.params.map((p) => p.variable), ...variablesDeclared(func.body)].filter((v) => isReal(v.type) && isReference(v.type) && (activity.isVaried(v) || activity.hasCompanion(v)));
  for (const v of mixed) found.push(mixedValue(func.origin.span, v.name));
  for (const s of statements(func.body)) {
    const finding = refusalOf(s, activity, functionOf, isForward);
    if (finding) found.push(finding);
    for (const e of expressions(s)) if (e.kind === "runtime") for (const a of e.args) if (a.kind === "closure" && !isQuiet(a.func)) found.push(comparatorWithEffects(s.origin.span));
    for (const e of expressions(s)) if (e.kind === "closure" || e.kind === "derivative") found.push(escapingFunction(s.origin.span));
  }
  return found;
}

/** a function that writes to nothing but its own variables and objects */
function isQuiet(func: Func): boolean {
  const own = variablesDeclared(func.body);
  const made = new Set<Var>();
  for (const s of statements(func.body)) if (s.kind === "let" && !s.variable.mutable && allocates(s.value)) made.add(s.variable);
  const isOwn = (e: Expr): boolean => e.kind === "var" && made.has(e.variable);
  return [...statements(func.body)].every((s) => {
    switch (s.kind) {
      case "let": case "if": case "loop": case "exit": case "throw": return true;
      case "assign": return own.has(s.variable);
      case "store": case "accumulate": return s.place.kind !== "cell" && isOwn(s.place.base);
      case "mutate": return isOwn(s.array);
      default: return false;
    }
  });
}

function refusalOf(s: Stmt, activity: Activity, functionOf: (id: FuncId) => Func | undefined, isForward: boolean): Finding | null {
  switch (s.kind) {
    case "let": case "assign": {
      if (s.value.kind === "runtime" && !isForward && activity.hasCompanion(s.variable)) return activeOperationRefused(s.origin.span, s.value.name, "reverse mode over a reverse sweep that moves references is not available yet");
      if (s.value.kind !== "op") return null;
      const rule = ruleOf(s.value.op);
      const active = s.value.args.some((a) => a.kind === "var" && activity.isVaried(a.variable));
      return rule?.kind === "refused" && active ? activeOperationRefused(s.origin.span, s.value.op, rule.reason) : null;
    }
    case "mutate":
      return s.array.kind === "var" && activity.hasCompanion(s.array.variable) && !isPlanned(s.operation, s.array.variable.type) ? activeMutationRefused(s.origin.span, s.operation) : null;
    case "call": {
      if (s.callee.kind === "function" && functionOf(s.callee.func)) return null;
      // a function of the caller: it may be called with constants, and its result is one
      const name = s.callee.kind === "external" ? s.callee.name : s.callee.kind === "function" ? s.callee.func : null;
      if (name !== null && isHarmless(name, isForward)) return null;
      // what it reads need not be useful here: that it makes something of it is all there is to know
      const isActiveArgument = s.args.some((a) => a.kind === "var" && (isReference(a.variable.type) ? activity.hasCompanion(a.variable) || activity.holdsVaried(a.variable) : activity.isVaried(a.variable)));
      const yieldsNumber = s.result !== null && (s.result.type.kind === "real" || isReference(s.result.type));
      const keepsArray = s.args.some((a) => a.kind === "var" && activity.hasCompanion(a.variable));
      if (!isActiveArgument || !(yieldsNumber || keepsArray)) return null;
      return name === null ? unknownCallee(s.origin.span) : callRefused(s.origin.span, name, s.callee.kind === "external" ? s.callee.cell : null);
    }
    default: return null;
  }
}

function callRefused(span: Span, name: string, cell: Cell | null): Finding {
  return cell?.unreadable === undefined ? activeCallRefused(span, name) : unreadablePackage(span, `\`${name}()\``, cell.unreadable.file, cell.unreadable.why);
}

/** externals that only look; and calls of the runtime, which are linear (forward mode repeats them on tangents) */
const isHarmless = (name: string, isForward: boolean): boolean => name.startsWith("console.") || name.startsWith("cotangent:require") || (isForward && name.startsWith("cotangent:"));
