// Removes joins that join nothing: whatever is assigned is what the join holds anyway. Sums of no contribution end this way.
// Assumes the versioned stage. Joins that only feed each other go one after another; joins that nobody reads are dead code.
import type { Block, Expr, Func, Stmt, Var } from "../ir/ir.ts";
import { isAtom } from "../ir/build.ts";
import { assignedInClosures } from "../ir/variables.ts";
import { mapStmt, statements } from "../ir/walk.ts";
import { replaceVariables } from "./rewrite.ts";
import { sameExpr } from "../ir/facts.ts";

interface Join {
  readonly initial: Expr;
  readonly assigned: Expr[];
}

export function removeJoins(func: Func): Func {
  const joins = new Map<Var, Join>();
  const snapshots = new Map<Var, Var>();
  for (const s of statements(func.body)) {
    if (s.kind === "let" && s.variable.mutable) joins.set(s.variable, { initial: s.value, assigned: [] });
    if (s.kind === "let" && !s.variable.mutable && s.value.kind === "var") snapshots.set(s.variable, s.value.variable);
    if (s.kind === "assign") joins.get(s.variable)?.assigned.push(s.value);
  }
  for (const v of assignedInClosures(func.body)) joins.delete(v);
  const snapshotsOf = new Map<Var, Var[]>();
  for (const [snapshot, of] of snapshots) {
    const known = snapshotsOf.get(of);
    if (known === undefined) snapshotsOf.set(of, [snapshot]);
    else known.push(snapshot);
  }
  const replaced = new Map<Var, Expr>(constantJoins(joins, snapshots));
  for (const [join, value] of replaced) for (const snapshot of snapshotsOf.get(join) ?? []) replaced.set(snapshot, value);
  const resolve = (e: Expr): Expr => {
    for (let at = e; ;) {
      const to: Expr | undefined = at.kind === "var" ? replaced.get(at.variable) : undefined;
      if (to === undefined) return at;
      at = to;
    }
  };
  for (let changed = true; changed;) {
    changed = false;
    for (const [join, { initial, assigned }] of joins) {
      if (replaced.has(join)) continue;
      const value = onlyValue(join, initial, assigned, resolve, snapshots);
      if (value === null) continue;
      replaced.set(join, value);
      for (const snapshot of snapshotsOf.get(join) ?? []) replaced.set(snapshot, value);
      changed = true;
    }
  }
  if (replaced.size === 0) return func;
  const body = dropDeclarations(func.body, replaced);
  return replaceVariables({ ...func, body }, (v) => (replaced.has(v) ? resolve({ kind: "var", variable: v }) : undefined));
}

/**
 * Joins that hold one constant whatever happens, also where they are assigned each other around loops: all are supposed to,
 * until one is seen not to (the optimistic constants of Wegman and Zadeck 1991, without their reachability).
 */
function constantJoins(joins: ReadonlyMap<Var, Join>, snapshots: ReadonlyMap<Var, Var>): ReadonlyMap<Var, Expr> {
  const values = new Map<Var, Expr | null>(); // null: more than one value
  const valueOf = (e: Expr): Expr | null | undefined => {
    if (e.kind === "const") return e;
    const join = e.kind === "var" ? snapshots.get(e.variable) ?? e.variable : undefined;
    return join !== undefined && joins.has(join) ? values.get(join) : null;
  };
  for (let changed = true; changed;) {
    changed = false;
    for (const [join, { initial, assigned }] of joins) {
      const before = values.get(join);
      if (before === null) continue;
      // equal constants are different expressions: the first is kept, so that this ends
      let value: Expr | null | undefined = before;
      for (const e of [initial, ...assigned]) {
        const given = valueOf(e);
        if (given === undefined || value === null) continue;
        value = given === null || (value !== undefined && !sameExpr(value, given)) ? null : value ?? given;
      }
      if (value === undefined || value === before) continue;
      values.set(join, value);
      changed = true;
    }
  }
  return new Map([...values].flatMap(([join, value]) => (value === null ? [] : [[join, value] as const])));
}

/** the one value that a join ever holds */
function onlyValue(join: Var, initial: Expr, assigned: readonly Expr[], resolve: (e: Expr) => Expr, snapshots: ReadonlyMap<Var, Var>): Expr | null {
  const value = resolve(initial);
  const isOwn = (e: Expr): boolean => e.kind === "var" && (e.variable === join || snapshots.get(e.variable) === join);
  // what stands for its own snapshot would be replaced by itself, without end
  if (!isAtom(value) || isOwn(value)) return null;
  return assigned.every((e) => isOwn(e) || isOwn(resolve(e)) || sameExpr(resolve(e), value)) ? value : null;
}

function dropDeclarations(block: Block, replaced: ReadonlyMap<Var, Expr>): Block {
  return block.flatMap((s): Stmt[] => {
    if ((s.kind === "let" || s.kind === "assign") && replaced.has(s.variable)) return [];
    return [mapStmt(s, (e) => e, (b) => dropDeclarations(b, replaced))];
  });
}
