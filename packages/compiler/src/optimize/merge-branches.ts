// Merges what branches agree on: a join that both branches of an `if` set to the same value has that value anyway.
// Assumes the versioned stage. What is left of such branches is dead code.
import type { Block, Expr, Func, Stmt, Var } from "../ir/ir.ts";
import { assignedInClosures } from "../ir/variables.ts";
import { blocks, mapStmt, statements } from "../ir/walk.ts";
import { sameExpr } from "../ir/facts.ts";
import { replaceVariables } from "./rewrite.ts";

export function mergeBranches(func: Func): Func {
  const counts = new Map<Var, number>();
  for (const s of statements(func.body)) if (s.kind === "assign") counts.set(s.variable, (counts.get(s.variable) ?? 0) + 1);
  for (const v of assignedInClosures(func.body)) counts.set(v, Infinity);
  const settled = new Map<Var, Expr>();
  const visit = (block: Block): void => {
    const declared = new Set<Var>();
    for (const s of block) {
      if (s.kind === "let" && s.variable.mutable) declared.add(s.variable);
      if (s.kind !== "if") continue;
      const otherwise = setBy(s.else);
      for (const [v, value] of setBy(s.then)) {
        const other = otherwise.get(v);
        if (declared.has(v) && counts.get(v) === 2 && other && sameExpr(value, other) && isOutside(value, s)) settled.set(v, value);
      }
    }
    for (const s of block) for (const b of blocks(s)) visit(b);
  };
  visit(func.body);
  if (settled.size === 0) return func;
  const drop = (b: Block): Block => b.flatMap((s): Stmt[] => ((s.kind === "let" || s.kind === "assign") && settled.has(s.variable) ? [] : [mapStmt(s, (e) => e, drop)]));
  const follow = (v: Var): Expr | undefined => {
    const to = settled.get(v);
    return to?.kind === "var" ? follow(to.variable) ?? to : to;
  };
  return replaceVariables({ ...func, body: drop(func.body) }, follow);
}

/** what the block itself assigns, not its inner blocks */
function setBy(block: Block): Map<Var, Expr> {
  const found = new Map<Var, Expr>();
  for (const s of block) if (s.kind === "assign") found.set(s.variable, s.value);
  return found;
}

/** is the atom defined before the `if`? */
function isOutside(value: Expr, s: Stmt): boolean {
  if (value.kind === "const" || value.kind === "function") return true;
  if (value.kind !== "var" || value.variable.mutable) return false;
  for (const inner of statements([s])) if (inner.kind === "let" && inner.variable === value.variable) return false;
  for (const inner of statements([s])) if ((inner.kind === "call" || inner.kind === "mutate") && inner.result === value.variable) return false;
  return true;
}
