// Exits: what they name, and which of them leave a statement.
import type { Exit, LoopHeader, Origin, Stmt, Target } from "../ir/ir.ts";
import { blocks } from "../ir/walk.ts";

/** what a `throw` leaves */
export const ATTEMPT = "attempt";

/** the target of a structured `break`: the loop around it */
export const INNERMOST: Target = { label: "loop" };

export const loopTarget = (h: LoopHeader): Target => (h.kind === "general" ? h.target : INNERMOST);

export function breakLoop(origin: Origin): Stmt {
  return { kind: "exit", exit: { kind: "break", target: INNERMOST }, origin };
}

export const sameExit = (a: Exit, b: Exit): boolean =>
  a.kind === "return" || b.kind === "return" ? a.kind === b.kind : a.kind === b.kind && a.target === b.target;

/** found once for each statement: structuring asks at every level of nesting */
const known = new WeakMap<Stmt, readonly Exit[]>();

/** the exits of a statement that leave it */
export function escapes(s: Stmt): readonly Exit[] {
  if (s.kind === "exit") return [s.exit];
  if (blocks(s).length === 0) return [];
  const found = known.get(s) ?? escapesOf(s);
  known.set(s, found);
  return found;
}

function escapesOf(s: Stmt): readonly Exit[] {
  const own = s.kind === "loop" ? loopTarget(s.header) : s.kind === "block" ? s.target : null;
  const found: Exit[] = [];
  for (const b of blocks(s)) for (const inner of b) for (const e of escapes(inner)) {
    if (e.kind !== "return" && own !== null && e.target === own) continue;
    if (!found.some((f) => sameExit(f, e))) found.push(e);
  }
  return found;
}
