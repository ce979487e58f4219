// Free variables of functions.
import type { Expr, Func, Var } from "./ir.ts";
import { variablesDeclared } from "./variables.ts";
import { expressions, statements, visitExpr } from "./walk.ts";

/** free variables of a function, closures inside included, in the order of their ids */
export function capturesOf(func: Func): Var[] {
  // what the functions around the walk declare: each takes its own back, which costs what it declares and not what stands around it
  const bound = new Set<Var>();
  const found = new Set<Var>();
  const visitVar = (e: Expr): void => {
    if (e.kind === "var" && !bound.has(e.variable)) found.add(e.variable);
    if (e.kind === "closure") inFunc(e.func);
  };
  const inFunc = (f: Func): void => {
    const own = [...f.params.map((p) => p.variable), ...variablesDeclared(f.body)].filter((v) => !bound.has(v));
    for (const v of own) bound.add(v);
    for (const s of statements(f.body)) {
      if (s.kind === "assign" && !bound.has(s.variable)) found.add(s.variable);
      for (const e of expressions(s)) visitExpr(e, visitVar);
    }
    if (f.result) visitExpr(f.result, visitVar);
    for (const v of own) bound.delete(v);
  };
  inFunc(func);
  return [...found].sort((a, b) => a.id - b.id);
}
