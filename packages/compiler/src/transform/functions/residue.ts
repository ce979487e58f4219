// What is left of function values once calls with one known target are inlined: whether anything is, and what nobody uses.
// Assumes the structured stage.
import type { Expr, Func, FuncId, Stmt, Var } from "../../ir/ir.ts";
import { typeOf } from "../../ir/build.ts";
import { holdsFunctions } from "../../ir/facts.ts";
import { variablesRead } from "../../ir/variables.ts";
import { expressions, mapStmt, operands, statements, visitExpressions } from "../../ir/walk.ts";
import { ELEMENTS } from "./classes.ts";

/** does a function take or give function values? */
export const isHigherOrder = (func: Func): boolean => holdsFunctions(func.resultType) || func.params.some((p) => holdsFunctions(p.variable.type));

const isFunctionValue = (e: Expr): boolean => e.kind === "closure" || e.kind === "function" || (e.kind === "derivative" && e.type.kind === "function");

/** is there a function value, or a call of one? What the runtime calls (a comparator) stays a literal and is none. `isPending` names functions of the program that take function values and stay calls */
export function hasFunctionValues(func: Func, isPending: (id: FuncId) => boolean): boolean {
  for (const s of statements(func.body)) if (s.kind === "call" && (s.callee.kind === "value" || (s.callee.kind === "function" && isPending(s.callee.func)))) return true;
  const isThere = (e: Expr): boolean => {
    if (isFunctionValue(e)) return true;
    return operands(e).some((x) => (e.kind === "runtime" && x.kind === "closure" ? hasFunctionValues(x.func, isPending) : isThere(x)));
  };
  for (const s of statements(func.body)) if (expressions(s).some(isThere)) return true;
  return func.result !== null && isThere(func.result);
}

/** drops definitions of function values, and of what holds them, that nobody reads: their calls were inlined */
export function dropUnused(func: Func): Func {
  const needs = new Map<Var, Set<Var>>();
  const live: Var[] = func.result ? [...variablesRead([{ kind: "throw", value: func.result, origin: func.origin }])] : [];
  for (const s of statements(func.body)) {
    const reads = variablesRead([withoutBlocks(s)]);
    const target = removable(s);
    if (target === null) live.push(...reads);
    else needs.set(target, new Set([...(needs.get(target) ?? []), ...reads]));
  }
  const seen = new Set<Var>();
  for (let v = live.pop(); v !== undefined; v = live.pop()) {
    if (seen.has(v)) continue;
    seen.add(v);
    live.push(...(needs.get(v) ?? []));
  }
  const each = (block: readonly Stmt[]): Stmt[] => block.flatMap((s): Stmt[] => {
    const target = removable(s);
    return target !== null && !seen.has(target) ? [] : [mapStmt(s, (e) => e, each)];
  });
  return { ...func, body: each(func.body) };
}

const withoutBlocks = (s: Stmt): Stmt => mapStmt(s, (e) => e, () => []);

/** the variable that a statement only exists for */
function removable(s: Stmt): Var | null {
  if ((s.kind !== "let" && s.kind !== "assign") || !holdsFunctions(s.variable.type)) return null;
  return s.value.kind === "copy" || s.value.kind === "new" || s.value.kind === "runtime" ? null : s.variable;
}

/** where functions are stored after they were made: names of fields, and elements */
export function replacedFunctions(functions: Iterable<Func>): ReadonlySet<string> {
  const found = new Set<string>();
  const note = (s: Stmt): void => {
    if (s.kind === "store" && s.place.kind !== "cell" && holdsFunctions(typeOf(s.value))) found.add(s.place.kind === "field" ? s.place.field : ELEMENTS);
    if (s.kind === "mutate" && holdsFunctions(typeOf(s.array))) found.add(ELEMENTS);
  };
  for (const func of functions) {
    for (const s of statements(func.body)) note(s);
    visitExpressions(func.body, (e) => { if (e.kind === "closure") for (const s of statements(e.func.body)) note(s); });
  }
  return found;
}
