// Closures that inlining copied from one literal differ in what was put in place of their free variables, and in nothing else.
// The free atoms of a function, in a fixed order, tell how.
import type { Expr, Func, Var } from "../../ir/ir.ts";
import { variablesDeclared } from "../../ir/variables.ts";
import { mapOperands, mapStmt, visitExpressions } from "../../ir/walk.ts";
import { printConstant } from "../../ir/print.ts";

/** every variable that a function or a closure in it declares */
function ownVariables(func: Func): Set<Var> {
  const own = new Set<Var>();
  const add = ({ params, body }: Func): void => {
    for (const p of params) own.add(p.variable);
    for (const v of variablesDeclared(body)) own.add(v);
  };
  add(func);
  visitExpressions(func.body, (e) => { if (e.kind === "closure") add(e.func); });
  return own;
}

/** replaces free variables, constants and functions, in a fixed order */
export function mapFree(func: Func, replace: (e: Expr) => Expr): Func {
  const own = ownVariables(func);
  const expr = (e: Expr): Expr => {
    switch (e.kind) {
      case "var": return own.has(e.variable) ? e : replace(e);
      case "const": case "function": return replace(e);
      case "closure": return { ...e, func: each(e.func) };
      default: return mapOperands(e, expr);
    }
  };
  const block = (b: Func["body"]): Func["body"] => b.map((s) => mapStmt(s, expr, block));
  const each = (f: Func): Func => ({ ...f, body: block(f.body), result: f.result && expr(f.result) });
  return each(func);
}

export function freeAtoms(func: Func): Expr[] {
  const found: Expr[] = [];
  mapFree(func, (e) => { found.push(e); return e; });
  return found;
}

/** the same for two functions that differ in their free atoms alone */
export function shapeOf(func: Func): string {
  const own = ownVariables(func);
  const numbers = new Map<Var, number>();
  const number = (v: Var): string => {
    if (!own.has(v)) return "?";
    if (!numbers.has(v)) numbers.set(v, numbers.size);
    return `#${numbers.get(v)}${v.type.kind}`;
  };
  const skipped = new Set(["origin", "typeText", "resultText", "type", "resultType", "id", "name"]);
  return JSON.stringify({ params: func.params, body: func.body, result: func.result }, (key, value: unknown) => {
    if (skipped.has(key)) return undefined;
    if (typeof value === "bigint") return String(value);
    if (typeof value !== "object" || value === null) return value;
    if (isVar(value)) return number(value);
    if ("kind" in value && (value.kind === "const" || value.kind === "function" || (value.kind === "var" && !own.has((value as Expr & { kind: "var" }).variable)))) return "?";
    if ("file" in value && "exported" in value && "name" in value) return `${String(value.file)}#${String(value.name)}`;
    return value;
  });
}

const isVar = (value: object): value is Var => "mutable" in value && "id" in value && "name" in value && !("file" in value);

/** equal for the same atom, and for no others */
export function atomKey(e: Expr): string {
  switch (e.kind) {
    case "const": return `${typeof e.value} ${printConstant(e.value)}`;
    case "var": return `#${e.variable.id}`;
    case "function": return `function ${e.func}`;
    default: return "other";
  }
}

