// What statements read and assign of what stands outside of them, remembered per statement: passes ask at every level of nesting, and
// a chain of a thousand branches would be walked a thousand times.
// Assumes that statements do not change once they were asked about, which holds for the input of every pass.
import type { Block, Expr, Stmt, Var } from "./ir.ts";
import { assignedInside, visitClosures, visitVariables } from "./variables.ts";
import { blocks, declared, eachExpression, mapList, mapStmt, substituteExpr } from "./walk.ts";

const NOTHING: ReadonlySet<Var> = new Set();
const assigned = new WeakMap<Stmt, ReadonlySet<Var>>();
const read = new WeakMap<Stmt, ReadonlySet<Var>>();

type Own = (s: Stmt, visit: (v: Var) => void) => void;

/** gathers over the blocks of a statement and takes away what they declare; only statements with blocks are remembered */
function beyond(s: Stmt, known: WeakMap<Stmt, ReadonlySet<Var>>, own: Own): ReadonlySet<Var> {
  let found: Set<Var> | null = null;
  const add = (v: Var): void => { (found ??= new Set()).add(v); };
  const inner = blocks(s);
  if (inner.length === 0) {
    own(s, add);
    return found ?? NOTHING;
  }
  const before = known.get(s);
  if (before !== undefined) return before;
  own(s, add);
  const all: Set<Var> = found ?? new Set();
  for (const b of inner) for (const x of b) visitBeyond(x, known, own, (v) => { all.add(v); });
  for (const b of inner) for (const x of b) for (const v of declared(x)) all.delete(v);
  for (const v of declared(s)) all.delete(v);
  known.set(s, all);
  return all;
}

/** the same without a set where there are no blocks */
function visitBeyond(s: Stmt, known: WeakMap<Stmt, ReadonlySet<Var>>, own: Own, visit: (v: Var) => void): void {
  if (blocks(s).length === 0) own(s, visit);
  else beyond(s, known, own).forEach(visit);
}

const assignsOwn: Own = (s, visit) => {
  if (s.kind === "assign") visit(s.variable);
  visitClosures(s, (f) => { assignedInside(f).forEach(visit); });
};

const readsOwn: Own = (s, visit) => { eachExpression(s, (e) => { visitVariables(e, visit); }); };

/** the variables that a statement assigns but does not declare inside; what closures in it assign counts */
export const assignedBeyond = (s: Stmt): ReadonlySet<Var> => beyond(s, assigned, assignsOwn);

/** the variables that a statement reads but does not declare inside; what closures in it read counts */
export const readBeyond = (s: Stmt): ReadonlySet<Var> => beyond(s, read, readsOwn);

/** visits what `assignedBeyond` gives, some of it repeatedly */
export const visitAssignedBeyond = (s: Stmt, visit: (v: Var) => void): void => { visitBeyond(s, assigned, assignsOwn, visit); };

/** visits what `readBeyond` gives, some of it repeatedly */
export const visitReadBeyond = (s: Stmt, visit: (v: Var) => void): void => { visitBeyond(s, read, readsOwn, visit); };

/** what the statements of a block assign, less what the block declares */
export function assignedBeyondBlock(block: Block): Set<Var> {
  const found = new Set<Var>();
  for (const s of block) visitAssignedBeyond(s, (v) => { found.add(v); });
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
