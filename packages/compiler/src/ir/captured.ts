// Free variables of functions.
import type { Expr, Func, Var } from "./ir.ts";
import { expressions, statements, variablesDeclared, visitExpr } from "./walk.ts";

/** free variables of a function, closures inside included, in the order of their ids */
export function capturesOf(func: Func): Var[] {
  const own = new Set<Var>([...func.params.map((p) => p.variable), ...variablesDeclared(func.body)]);
  const found = new Set<Var>();
  const inFunc = (f: Func, bound: ReadonlySet<Var>): void => {
    const visitVar = (e: Expr): void => {
      if (e.kind === "var" && !bound.has(e.variable)) found.add(e.variable);
      if (e.kind === "closure") inFunc(e.func, new Set([...bound, ...e.func.params.map((p) => p.variable), ...variablesDeclared(e.func.body)]));
    };
    for (const s of statements(f.body)) {
      if (s.kind === "assign" && !bound.has(s.variable)) found.add(s.variable);
      for (const e of expressions(s)) visitExpr(e, visitVar);
    }
    if (f.result) visitExpr(f.result, visitVar);
  };
  inFunc(func, own);
  return [...found].sort((a, b) => a.id - b.id);
}
