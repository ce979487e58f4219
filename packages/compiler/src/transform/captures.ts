// Free variables of functions, and captured variables made local.
import type { Block, Expr, Func, Var } from "../ir/ir.ts";
import { assign, define, type Supply, UNDEFINED, use } from "../ir/build.ts";
import { expressions, statements, variablesAssigned, variablesDeclared, visitExpr } from "../ir/walk.ts";
import { cloneFunc, type Renaming } from "./clone.ts";

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

/** captured variables that the function assigns become locals: read at entry, written back at the end */
export function localizeCaptures(func: Func, supply: Supply): Func {
  const assigned = variablesAssigned(func.body);
  const written = capturesOf(func).filter((v) => assigned.has(v));
  if (written.length === 0) return func;
  const renaming: Renaming = new Map();
  const entry = written.map((v) => {
    const local = supply.like(v, { mutable: true });
    renaming.set(v, use(local));
    return define(local, use(v), func.origin);
  });
  const clone = cloneFunc(func, renaming, supply);
  const exit = (): Block => written.map((v) => assign(v, renaming.get(v)!, func.origin));
  if (![...statements(clone.body)].some((s) => s.kind === "throw")) return { ...clone, body: [...entry, ...clone.body, ...exit()] };
  // what was written before an exception stays written
  const { origin } = func;
  const thrown = supply.fresh("thrown", { kind: "opaque", text: "unknown" });
  const result = clone.result && supply.fresh("result", func.resultType, true);
  const body: Block = result && clone.result ? [...clone.body, assign(result, clone.result, origin)] : clone.body;
  const handler: Block = [...exit(), { kind: "throw", value: use(thrown), origin }];
  return {
    ...clone, result: result && use(result),
    body: [...entry, ...(result ? [define(result, UNDEFINED, origin)] : []), { kind: "try", body, caught: thrown, handler, finalizer: null, origin }, ...exit()],
  };
}
