// Numbers that every trip of a loop changes by the same whole constant: counters, whatever ends the loop.
// Assumes the versioned stage: a join is read by a snapshot at the top of the body, and assigned at the ends of the paths through it.
import type { Block, Expr, Stmt, Var } from "../ir/ir.ts";
import { statements, variablesAssigned } from "../ir/walk.ts";

type Loop = Stmt & { readonly kind: "loop" };

export interface Step {
  readonly join: Var;
  /** what the trip calls the value that the join has at its start */
  readonly snapshot: Var;
  readonly by: number;
}

/** the counters of a loop */
export function stepsOf(loop: Loop): readonly Step[] {
  const snapshots = new Map<Var, Var>();
  for (const s of loop.body) if (s.kind === "let" && s.value.kind === "var" && s.value.variable.mutable) snapshots.set(s.value.variable, s.variable);
  if (snapshots.size === 0) return [];
  const definitions = new Map<Var, Expr>();
  for (const s of statements(loop.body)) if (s.kind === "let" && !s.variable.mutable) definitions.set(s.variable, s.value);
  const assigned = variablesAssigned(loop.body);
  return [...snapshots].flatMap(([join, snapshot]) => {
    const by = assigned.has(join) && join.type.kind === "real" ? change(loop.body, join, (value) => distance(value, snapshot, definitions)) : null;
    return typeof by === "number" && by !== 0 ? [{ join, snapshot, by }] : [];
  });
}

/** how a block leaves a join: changed by so much, in a way that is not known (null), or as it was (undefined); or it leaves the loop, where nobody counts any more */
type Change = number | null | undefined | "leaves";

function change(block: Block, join: Var, distanceOf: (value: Expr) => number | null): Change {
  let found: Change;
  for (const s of block) {
    if (s.kind === "exit" || s.kind === "throw") return "leaves";
    if (s.kind === "assign" && s.variable === join) found = distanceOf(s.value);
    else if (s.kind === "if") {
      const [then, otherwise] = [change(s.then, join, distanceOf), change(s.else, join, distanceOf)];
      if (then === "leaves" && otherwise === "leaves") return "leaves";
      const own = then === "leaves" ? otherwise : otherwise === "leaves" || then === otherwise ? then : null;
      if (own !== undefined) found = own;
    } else if (variablesAssigned([s]).has(join)) found = null;
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
  const before = base === undefined ? null : distance(base, snapshot, definitions);
  if (before === null || amount?.kind !== "const" || !Number.isInteger(amount.value)) return null;
  return before + (e.op === "+" ? Number(amount.value) : -Number(amount.value));
}
