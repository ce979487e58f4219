// Refusals that need activity: active values that reach what has no derivative. Found before any transform runs, so that the
// transforms never meet what they cannot do.
import type { Callee, Cell, Expr, Func, FuncId, MutationName, Place, Stmt, Type, Var } from "../ir/ir.ts";
import { allocates, mapOf, privateNames } from "../ir/facts.ts";
import { variablesDeclared } from "../ir/variables.ts";
import { expressions, statements } from "../ir/walk.ts";
import { activeCallRefused, activeKeys, activeMutationRefused, activeOperationRefused, comparatorWithEffects, escapingFunction, foreignContainer, mixedValue, privateKeys, sparseInside, unknownCallee, unreadablePackage } from "../diagnostics/catalog.ts";
import type { Finding, Span } from "../diagnostics/diagnostic.ts";
import { factsOfCall } from "../rules/external.ts";
import { COLLECTING, isLinearCall } from "../rules/runtime.ts";
import { ruleOf } from "../rules/table.ts";
import { type Activity, isReal } from "./activity.ts";
import { type Alias, isReference } from "./alias.ts";
import { typeOf, UNDEFINED } from "../ir/build.ts";

/** an iterator over the keys of a map carries none of its numbers */

/** in-place operations with a plan in both modes; an array that holds both numbers and references has none */
const PLANNED: ReadonlySet<MutationName> = new Set(["push", "pop", "shift", "unshift", "splice", "fill", "reverse", "copyWithin", "set", "length"]);

const isPlanned = (operation: MutationName, array: Type): boolean => operation === "delete" || operation === "clear" || (PLANNED.has(operation) && !isMixed(array));

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

/** may an object have private fields that its type there does not say? What is emitted could not leave them out of the keys */
function hidesNames(of: Expr, alias: Alias): boolean {
  const known = privateNames(typeOf(of));
  return [...alias.pointsTo(of)].some((o) => privateNames(o.type).some((x) => !known.includes(x)));
}

export function findRefusals(func: Func, activity: Activity, functionOf: (id: FuncId) => Func | undefined, alias: Alias): Finding[] {
  const found: Finding[] = [];
  const mixed = [...func.params.map((p) => p.variable), ...variablesDeclared(func.body)].filter((v) => isReal(v.type) && isReference(v.type) && (activity.isVaried(v) || activity.hasCompanion(v)));
  for (const v of mixed) found.push(mixedValue(func.origin.span, v.name));
  for (const s of statements(func.body)) {
    const finding = refusalOf(s, activity, functionOf, alias);
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

function refusalOf(s: Stmt, activity: Activity, functionOf: (id: FuncId) => Func | undefined, alias: Alias): Finding | null {
  switch (s.kind) {
    case "let": case "assign": {
      if (s.value.kind === "keys" && activity.hasCompanion(s.variable)) return activeKeys(s.origin.span);
      if (s.value.kind === "keys" && hidesNames(s.value.of, alias)) return privateKeys(s.origin.span);
      if (s.value.kind === "load" && isForeign(s.value.place, alias) && (activity.isActive(s.variable) || activity.hasCompanion(s.variable))) return foreignContainer(s.origin.span, mapOf(typeOf(baseOf(s.value.place)))?.container ?? "Set");
      if (s.value.kind === "runtime" && s.value.name === "sparseMatrix" && s.value.args.some((a) => a.kind === "var" && activity.holdsVaried(a.variable))) return sparseInside(s.origin.span);
      if (s.value.kind !== "op") return null;
      const rule = ruleOf(s.value.op);
      const active = s.value.args.some((a) => a.kind === "var" && activity.isVaried(a.variable));
      return rule?.kind === "refused" && active ? activeOperationRefused(s.origin.span, s.value.op, rule.reason) : null;
    }
    case "mutate":
      return s.array.kind === "var" && activity.hasCompanion(s.array.variable) && !isPlanned(s.operation, s.array.variable.type) ? activeMutationRefused(s.origin.span, s.operation) : null;
    case "call": {
      if (s.callee.kind === "ruled" || (s.callee.kind === "function" && functionOf(s.callee.func))) return null;
      // a function of the caller: it may be called with constants, and its result is one
      const name = s.callee.kind === "external" ? s.callee.name : s.callee.kind === "function" ? s.callee.func : null;
      if (s.callee.kind === "external" && isHarmless(s.callee, s.result)) return null;
      // what it reads need not be useful here: that it makes something of it is all there is to know
      const isActiveArgument = s.args.some((a) => a.kind === "var" && (isReference(a.variable.type) ? activity.hasCompanion(a.variable) || activity.holdsVaried(a.variable) : activity.isVaried(a.variable)));
      if (isActiveArgument && name !== null && COLLECTING.has(name)) return sparseInside(s.origin.span);
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

const baseOf = (p: Place): Expr => (p.kind === "cell" ? UNDEFINED : p.base);

/** is it an entry of a container that the function did not make, of which there is no way to list or hand out the entries? */
function isForeign(p: Place, alias: Alias): boolean {
  const map = mapOf(typeOf(baseOf(p)));
  if (p.kind !== "element" || map === null || map.container === "Map" || map.container === "Object") return false;
  const isKept = map.container === "WeakMap" && !isReference(map.value);
  return [...alias.pointsTo(p.base)].some((o) => o.origin === "parameter" || (o.origin !== "allocation" && !isKept));
}

/** what only looks and gives nothing back, the iterators of the compiler, and calls of the runtime that both modes know */
const isHarmless = (callee: Callee & { readonly kind: "external" }, result: Var | null): boolean =>
  callee.does === "iterate" || isLinearCall(callee.name) || (result === null && !factsOfCall(callee).writes);
