// Merges what branches agree on: a join that both branches of an `if` set to the same value has that value anyway, and so has a sum
// of two joins that is the same at both ends: an adjoint that one branch hands on and the other keeps.
// Assumes the versioned stage. What is left of such branches is dead code.
import type { Block, Expr, Func, Stmt, Var } from "../ir/ir.ts";
import { assignedInClosures } from "../ir/variables.ts";
import { isConst } from "../ir/build.ts";
import { blocks, mapList, mapStmt, statements } from "../ir/walk.ts";
import { isDerivative, sameExpr } from "../ir/facts.ts";
import { replaceVariables } from "./rewrite.ts";

export function mergeBranches(func: Func): Func {
  return mergeSums(mergeJoins(func));
}

/** how often a variable is assigned behind its declaration */
function assignmentCounts(func: Func): ReadonlyMap<Var, number> {
  const counts = new Map<Var, number>();
  for (const s of statements(func.body)) if (s.kind === "assign") counts.set(s.variable, (counts.get(s.variable) ?? 0) + 1);
  for (const v of assignedInClosures(func.body)) counts.set(v, Infinity);
  return counts;
}

function mergeJoins(func: Func): Func {
  const counts = assignmentCounts(func);
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

/** what a join holds at the ends of the branches of an `if` */
interface Ends {
  readonly branch: Stmt;
  readonly then: Expr;
  readonly else: Expr;
}

/** sums of derivatives, which have no order and whose zeros have no sign */
function mergeSums(func: Func): Func {
  const counts = assignmentCounts(func);
  const each = (block: Block): Block => {
    const initial = new Map<Var, Expr>();
    const ends = new Map<Var, Ends>();
    return mapList(block, (s) => {
      if (s.kind === "let" && s.variable.mutable) initial.set(s.variable, s.value);
      if (s.kind === "if") {
        const [then, otherwise] = [setBy(s.then), setBy(s.else)];
        for (const [v, value] of initial) {
          const [a, b] = [then.get(v), otherwise.get(v)];
          if (counts.get(v) === (a === undefined ? 0 : 1) + (b === undefined ? 0 : 1)) ends.set(v, { branch: s, then: a ?? value, else: b ?? value });
        }
      }
      if (s.kind === "let" && isDerivative(s.variable)) {
        const same = sameAtBoth(s.value, ends);
        if (same !== null) return { ...s, value: same };
      }
      return mapStmt(s, (e) => e, each);
    });
  };
  const body = each(func.body);
  return body === func.body ? func : { ...func, body };
}

/** of the sum of two joins of one branch: the atom that it is at both ends */
function sameAtBoth(e: Expr, ends: ReadonlyMap<Var, Ends>): Expr | null {
  if (e.kind !== "op" || e.op !== "+") return null;
  const [a, b] = e.args.map((x) => (x.kind === "var" ? ends.get(x.variable) : undefined));
  if (a === undefined || b === undefined || a.branch !== b.branch) return null;
  const sum = (x: Expr, y: Expr): Expr | null => (isConst(x, 0) ? y : isConst(y, 0) ? x : null);
  const [then, otherwise] = [sum(a.then, b.then), sum(a.else, b.else)];
  return then !== null && otherwise !== null && sameExpr(then, otherwise) && isOutside(then, a.branch) ? then : null;
}
