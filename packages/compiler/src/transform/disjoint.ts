// Two ways to one memory that a function writes to must not both be handed in (SEMANTICS §1): each has a derivative of its own, and what is
// written through one would be missed through the other. Where the compiler cannot exclude it, compiled code asks at entry.
import type { Expr, Func, Param, Stmt, Type, Var } from "../ir/ir.ts";
import { constant, define, runtimeCall, type Supply, use } from "../ir/build.ts";
import { isReference } from "../analysis/activity.ts";

/** `writes`: may the function write to what the variable holds? */
export function requireDisjoint(func: Func, wrt: readonly number[], writes: (holder: Var) => boolean, supply: Supply, out: Stmt[]): void {
  const references = func.params.filter((p) => isReference(p.variable.type));
  if (references.length < 2 || !references.some((p) => writes(p.variable))) return;
  // what is written into captured objects carries derivatives, too
  const isActive = (p: Param): boolean => wrt.includes(func.params.indexOf(p)) || (p.captured === true && writes(p.variable));
  const named = (params: readonly Param[]): Expr => {
    const fields = params.map((p) => ({ name: p.name, type: p.variable.type, optional: false }));
    const type: Type = { kind: "struct", id: -3_000_000 - (params[0]?.variable.id ?? 0), name: null, isClass: false, fields };
    const held = supply.fresh("parameters", type);
    out.push(define(held, { kind: "struct", type, fields: params.map((p) => ({ name: p.name, value: use(p.variable) })) }, func.origin));
    return use(held);
  };
  const active = references.filter(isActive);
  const others = references.filter((p) => !isActive(p));
  if (active.length === 0) return;
  out.push(runtimeCall("requireDisjoint", [constant(func.name), named(active), ...(others.length > 0 ? [named(others)] : [])], func.origin));
}
