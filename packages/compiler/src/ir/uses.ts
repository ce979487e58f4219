// How often variables are read, and where closures read them.
// Assumes any stage after structuring. A read inside a closure counts as many: the closure may run any number of times, later.
import type { Block, Expr, Func, Var } from "./ir.ts";
import { expressions, operands, statements } from "./walk.ts";

export interface Uses {
  /** reads in the text of the function, Infinity where a closure reads */
  count(v: Var): number;
  isCaptured(v: Var): boolean;
}

export function countUses(func: Func): Uses {
  const counts = new Map<Var, number>();
  const each = (e: Expr, weight: number): void => {
    if (e.kind === "var") counts.set(e.variable, (counts.get(e.variable) ?? 0) + weight);
    else if (e.kind === "closure") {
      block(e.func.body, Infinity);
      if (e.func.result) each(e.func.result, Infinity);
    } else for (const o of operands(e)) each(o, weight);
  };
  const block = (b: Block, weight: number): void => {
    for (const s of statements(b)) {
      for (const e of expressions(s)) each(e, weight);
      if (weight === Infinity && s.kind === "assign") counts.set(s.variable, Infinity);
    }
  };
  block(func.body, 1);
  if (func.result) each(func.result, 1);
  return { count: (v) => counts.get(v) ?? 0, isCaptured: (v) => counts.get(v) === Infinity };
}
