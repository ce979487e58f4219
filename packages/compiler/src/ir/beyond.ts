// What statements read and assign of what stands outside of them, remembered per statement: passes ask at every level of nesting, and
// a chain of a thousand branches would be walked a thousand times.
// Assumes that statements do not change once they were asked about, which holds for the input of every pass.
import type { Block, Expr, Stmt, Var } from "./ir.ts";
import { assignedInside, eachClosure, visitVariables } from "./variables.ts";
import { blocks, declared, eachExpression, mapList, mapStmt, substituteExpr } from "./walk.ts";

const NOTHING: ReadonlySet<Var> = new Set();
const assigned = new WeakMap<Stmt, ReadonlySet<Var>>();
const read = new WeakMap<Stmt, ReadonlySet<Var>>();

/** gathers over the blocks of a statement and takes away what they declare; only statements with blocks are remembered */
function beyond(s: Stmt, known: WeakMap<Stmt, ReadonlySet<Var>>, own: (s: Stmt, found: Set<Var>) => void): ReadonlySet<Var> {
  const before = known.get(s);
  if (before !== undefined) return before;
  const inner = blocks(s);
  const found = new Set<Var>();
  own(s, found);
  if (inner.length === 0) return found.size === 0 ? NOTHING : found;
  for (const b of inner) for (const x of b) for (const v of beyond(x, known, own)) found.add(v);
  for (const b of inner) for (const x of b) for (const v of declared(x)) found.delete(v);
  for (const v of declared(s)) found.delete(v);
  known.set(s, found);
  return found;
}

/** the variables that a statement assigns but does not declare inside; what closures in it assign counts */
export const assignedBeyond = (s: Stmt): ReadonlySet<Var> => beyond(s, assigned, (x, found) => {
  if (x.kind === "assign") found.add(x.variable);
  eachClosure(x, (f) => { for (const v of assignedInside(f)) found.add(v); });
});

/** the variables that a statement reads but does not declare inside; what closures in it read counts */
export const readBeyond = (s: Stmt): ReadonlySet<Var> => beyond(s, read, (x, found) => {
  eachExpression(x, (e) => { visitVariables(e, (v) => { found.add(v); }); });
});

/** what the statements of a block assign, less what the block declares */
export function assignedBeyondBlock(block: Block): Set<Var> {
  const found = new Set<Var>();
  for (const s of block) for (const v of assignedBeyond(s)) found.add(v);
  for (const s of block) for (const v of declared(s)) found.delete(v);
  return found;
}

/** replaces variables that are declared outside of the block; what does not read them is not walked */
export function substituteBeyond(block: Block, values: ReadonlyMap<Var, Expr>): Block {
  if (values.size === 0) return block;
  const reads = (s: Stmt): boolean => {
    for (const v of readBeyond(s)) if (values.has(v)) return true;
    return false;
  };
  const expr = (e: Expr): Expr => substituteExpr(e, (v) => values.get(v));
  const each = (b: Block): Block => mapList(b, (s) => (reads(s) ? mapStmt(s, expr, each) : s));
  return each(block);
}
