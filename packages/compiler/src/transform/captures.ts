// Captured variables made local, and captured objects as parameters.
import type { Block, Func, Param, Stmt, Var } from "../ir/ir.ts";
import { assign, define, parameterOf, type Supply, UNDEFINED, use } from "../ir/build.ts";
import { capturesOf } from "../ir/captured.ts";
import { variablesAssigned } from "../ir/variables.ts";
import { expressions, statements, visitExpr } from "../ir/walk.ts";
import { isReference } from "../analysis/activity.ts";
import { cloneFunc, type Renaming } from "../ir/clone.ts";

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

/** does the function write to any object? */
function writes(block: Block): boolean {
  const isWrite = (s: Stmt): boolean => ((s.kind === "store" || s.kind === "accumulate") && s.place.kind !== "cell") || s.kind === "mutate" || s.kind === "call";
  let found = statements(block).some(isWrite);
  for (const s of statements(block)) for (const e of expressions(s)) visitExpr(e, (x) => { if (x.kind === "closure") found ||= writes(x.func.body); });
  return found;
}

/** objects around a function that it may write to: what it writes carries derivatives until it returns */
export const capturedObjects = (func: Func): readonly Var[] => (writes(func.body) ? capturesOf(func).filter((v) => isReference(v.type)) : []);

export interface Opened {
  readonly func: Func;
  /** the parameters that stand for what was captured, the last ones */
  readonly stands: ReadonlyMap<Var, Var>;
}

/** the function with captured objects as parameters */
export function withCaptures(func: Func, captured: readonly Var[], supply: Supply): Opened {
  const stands = new Map(captured.map((v) => [v, supply.like(v, { mutable: false })]));
  const open = cloneFunc(func, new Map([...stands].map(([v, stand]) => [v, use(stand)])), supply);
  const params = [...stands.values()].map((v): Param => ({ ...parameterOf(v), captured: true }));
  return { func: { ...open, params: [...open.params, ...params] }, stands };
}

/** the function without these parameters, which are what they stand for */
export function closeCaptures(func: Func, stands: ReadonlyMap<Var, Var>): Func {
  return { ...func, params: func.params.filter((p) => p.captured !== true), body: [...[...stands].map(([v, stand]) => define(stand, use(v), func.origin)), ...func.body] };
}
