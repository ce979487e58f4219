// How often variables are read, and where closures read them.
// Assumes any stage after structuring. A read inside a closure counts as many: the closure may run any number of times, later.
import type { Expr, Func, Var } from "./ir.ts";
import { assignedInside, readInside } from "./variables.ts";
import { eachExpression, eachOperand, visitStatements } from "./walk.ts";

export interface Uses {
  /** reads in the text of the function, Infinity where a closure reads */
  count(v: Var): number;
  isCaptured(v: Var): boolean;
}

export function countUses(func: Func): Uses {
  const counts = new Map<Var, number>();
  const once = (e: Expr): void => {
    if (e.kind === "var") counts.set(e.variable, (counts.get(e.variable) ?? 0) + 1);
    else if (e.kind === "closure") captured(e.func);
    else eachOperand(e, once);
  };
  const captured = (func: Func): void => {
    for (const v of readInside(func)) counts.set(v, Infinity);
    for (const v of assignedInside(func)) counts.set(v, Infinity);
  };
  visitStatements(func.body, (s) => { eachExpression(s, once); });
  if (func.result) once(func.result);
  return { count: (v) => counts.get(v) ?? 0, isCaptured: (v) => counts.get(v) === Infinity };
}
