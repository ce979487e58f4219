// Numbers that every trip of a loop changes by the same whole constant: counters, whatever ends the loop.
// Assumes the versioned stage: a join is read by a snapshot at the top of the body, and assigned at the ends of the paths through it.
import type { Block, Expr, Stmt, Var } from "../ir/ir.ts";
import { statements } from "../ir/walk.ts";

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
  const assigned = new Map<Var, Expr | null>();
  const definitions = new Map<Var, Expr>();
  const path = new Set(throughPath(loop.body));
  const leaving = new Set([...path].flatMap((s) => (s.kind === "if" ? leavingBranches(s) : [])).flatMap((b) => [...statements(b)]));
  for (const s of statements(loop.body)) {
    if (s.kind === "let" && !s.variable.mutable) definitions.set(s.variable, s.value);
    // on a path that leaves the loop nobody counts any more
    if (s.kind === "assign" && snapshots.has(s.variable) && !leaving.has(s)) assigned.set(s.variable, path.has(s) && !assigned.has(s.variable) ? s.value : null);
  }
  return [...assigned].flatMap(([join, value]) => {
    const snapshot = snapshots.get(join)!;
    const by = value === null ? null : distance(value, snapshot, definitions);
    return by === null || by === 0 ? [] : [{ join, snapshot, by }];
  });
}

/** the statements that every trip runs which is followed by another */
function throughPath(block: Block): Stmt[] {
  return block.flatMap((s, i) => {
    const leaving = s.kind === "if" && i === block.length - 1 ? leavingBranches(s) : [];
    return s.kind === "if" && leaving.length === 1 ? [s, ...throughPath(leaving[0] === s.then ? s.else : s.then)] : [s];
  });
}

const leavingBranches = (s: Stmt & { readonly kind: "if" }): readonly Block[] => [s.then, s.else].filter(leaves);

/** does every path through the block leave the loop, or the function? */
function leaves(block: Block): boolean {
  const last = block.at(-1);
  return last?.kind === "exit" || last?.kind === "throw" || (last?.kind === "if" && leaves(last.then) && leaves(last.else));
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
