// Numbers that every trip of a loop changes by the same whole constant: counters, whatever ends the loop.
// Assumes the versioned stage: a join is read by a snapshot at the top of the body, and assigned at the ends of the paths through it.
import type { Block, Expr, Stmt, Var } from "../ir/ir.ts";
import { variablesAssigned } from "../ir/variables.ts";
import { blocks, statements } from "../ir/walk.ts";

type Loop = Stmt & { readonly kind: "loop" };

export interface Step {
  readonly join: Var;
  /** what the trip calls the value that the join has at its start */
  readonly snapshot: Var;
  readonly by: number;
}

/** the counters of a loop; time is linear in its text */
export function stepsOf(loop: Loop): readonly Step[] {
  const snapshots = new Map<Var, Var>();
  for (const s of loop.body) if (s.kind === "let" && s.value.kind === "var" && s.value.variable.mutable && s.value.variable.type.kind === "real") snapshots.set(s.value.variable, s.variable);
  if (snapshots.size === 0) return [];
  const definitions = new Map<Var, Expr>();
  for (const s of statements(loop.body)) if (s.kind === "let" && !s.variable.mutable) definitions.set(s.variable, s.value);
  const changed = changesOf(loop.body, (join, value) => { const snapshot = snapshots.get(join); return snapshot === undefined ? null : distance(value, snapshot, definitions); });
  return [...changed ?? []].flatMap(([join, by]) => { const snapshot = snapshots.get(join); return by === null || by === 0 || snapshot === undefined ? [] : [{ join, snapshot, by }]; });
}

/** by how much a block changes joins, null where that is not known; or nothing where it leaves the loop, and nobody counts any more */
type Changes = ReadonlyMap<Var, number | null> | null;

function changesOf(block: Block, distanceOf: (join: Var, value: Expr) => number | null): Changes {
  const found = new Map<Var, number | null>();
  for (const s of block) {
    if (s.kind === "exit" || s.kind === "throw") return null;
    if (s.kind === "assign") found.set(s.variable, distanceOf(s.variable, s.value));
    else if (s.kind === "if") {
      const [then, otherwise] = [changesOf(s.then, distanceOf), changesOf(s.else, distanceOf)];
      if (then === null && otherwise === null) return null;
      for (const [join, by] of then ?? []) found.set(join, otherwise === null || otherwise.get(join) === by ? by : null);
      for (const [join, by] of otherwise ?? []) if (then === null || !then.has(join)) found.set(join, then === null ? by : null);
    } else if (blocks(s).length > 0) for (const join of variablesAssigned([s])) found.set(join, null);
  }
  return found;
}

/** c where the value is the snapshot and c */
function distance(e: Expr, snapshot: Var, definitions: ReadonlyMap<Var, Expr>): number | null {
  if (e.kind === "var") {
    if (e.variable === snapshot) return 0;
    const value = definitions.get(e.variable);
    return value === undefined ? null : distance(value, snapshot, definitions);
  }
  if (e.kind !== "op" || (e.op !== "+" && e.op !== "-")) return null;
  const [a, b] = e.args;
  const [base, amount] = e.op === "+" && a?.kind === "const" ? [b, a] : [a, b];
  if (base === undefined || amount?.kind !== "const" || !Number.isInteger(amount.value)) return null;
  const before = distance(base, snapshot, definitions);
  return before === null ? null : before + (e.op === "+" ? Number(amount.value) : -Number(amount.value));
}
