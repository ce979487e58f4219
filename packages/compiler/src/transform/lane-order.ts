// What of the primal may run before statements on tangents that stand before it, so that these run for one direction after the other without a break.
// Tangents never decide what the primal does, and each direction writes to places of its own, so only what tangents read of the primal holds it back.
import type { Block, Expr, Stmt, Var } from "../ir/ir.ts";
import { typeOf } from "../ir/build.ts";
import { variablesAssigned, variablesRead } from "../ir/variables.ts";
import { declared, expressions, operands, statements, visitExpr } from "../ir/walk.ts";
import { isReference } from "../analysis/activity.ts";

/** is the first that looks at the variable a branch, both sides of which set it in any case? */
export function isSetByBoth(v: Var, rest: Block): boolean {
  for (const s of rest) {
    const isRead = variablesRead([s]).has(v);
    if (s.kind === "if" && !isRead && [s.then, s.else].every((b) => b.some((x) => x.kind === "assign" && x.variable === v))) return true;
    if (isRead || variablesAssigned([s]).has(v)) return false;
  }
  return false;
}

/** the same as two branches: what is done once, and what is done for each lane; null where one needs what the other makes */
export function splitBranch(s: Stmt & { readonly kind: "if" }, isOfLanes: (s: Stmt) => boolean, runsOnce: (s: Stmt) => boolean, isPrivate: (e: Expr) => boolean): Block | null {
  // what leaves a loop does so in the end
  if (statements([s]).some((x) => x.kind === "exit")) return null;
  const sides = [s.then, s.else].map((block) => {
    const once: Stmt[] = [];
    const lanes: Stmt[] = [];
    for (const x of block) {
      if (isOfLanes(x)) lanes.push(x);
      else if (runsOnce(x) && canPrecede(x, lanes, isPrivate)) once.push(x);
      else return null;
    }
    const own = new Set(statements(once).flatMap(declared));
    return [...variablesRead(lanes)].some((v) => own.has(v)) ? null : { once, lanes };
  });
  const [then, otherwise] = sides;
  if (!then || !otherwise) return null;
  const assigned = variablesAssigned([...then.once, ...otherwise.once]);
  if ([...variablesRead([...then.lanes, ...otherwise.lanes, { ...s, then: [], else: [] }])].some((v) => assigned.has(v))) return null;
  return [{ ...s, then: then.once, else: otherwise.once }, { ...s, then: then.lanes, else: otherwise.lanes }];
}

/** may a statement of the primal run before statements of lanes that stand before it? */
export function canPrecede(s: Stmt, pending: readonly Stmt[], isVarying: (e: Expr) => boolean): boolean {
  if (pending.length === 0) return true;
  const inside = statements([s]);
  if (inside.some((x) => x.kind === "exit" || x.kind === "throw")) return false;
  const isPure = inside.every((x) => x.kind === "let" || x.kind === "assign" || x.kind === "if" || x.kind === "loop");
  // what lanes write into an object of all lanes may be read here
  if (pending.some((p) => writesShared(p, isVarying)) && !(s.kind === "let" && operands(s.value).every((e) => !isReference(typeOf(e))))) return false;
  if (!isPure && pending.some((p) => readsShared(p, isVarying))) return false;
  const assigned = variablesAssigned([s]);
  if (assigned.size === 0) return true;
  return ![...variablesRead(pending)].some((v) => assigned.has(v));
}

/** do statements of lanes look into objects of the primal? */
function readsShared(s: Stmt, isVarying: (e: Expr) => boolean): boolean {
  let found = false;
  for (const x of statements([s])) {
    for (const e of expressions(x)) visitExpr(e, (part) => { found ||= part.kind === "var" && isReference(part.variable.type) && !isVarying(part); });
  }
  return found;
}

const writesShared = (s: Stmt, isVarying: (e: Expr) => boolean): boolean =>
  statements([s]).some((x) => ((x.kind === "store" || x.kind === "accumulate") && (x.place.kind === "cell" || !isVarying(x.place.base))) || (x.kind === "mutate" && !isVarying(x.array)));
