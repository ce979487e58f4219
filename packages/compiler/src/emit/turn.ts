// Where the reverse part of a function begins: a blank line stands there.
// Assumes the nested stage.
import type { Block, Stmt, Var } from "../ir/ir.ts";
import { holderOf, isDerivative } from "../ir/facts.ts";
import { variablesAssigned } from "../ir/variables.ts";

/** where the reverse part starts: behind the last statement that belongs to the sweep alone, with what is declared for it */
export function turningPoint(block: Block): number {
  const last = block.findLastIndex((s) => s.kind !== "let" && !isReverse(s) && !isCleaning(s));
  const first = block.findIndex((s, i) => i > last && isReverse(s));
  if (first <= 0) return -1;
  const set = variablesAssigned(block.slice(first));
  let at = first;
  while (at > last + 1) {
    const before = block[at - 1]!;
    if (before.kind !== "let" || !set.has(before.variable)) break;
    at--;
  }
  // a part of its own is more than a few declarations
  const before = block.slice(0, at);
  return before.some((s) => s.kind !== "let") || before.length > 4 ? at : -1;
}

/** a companion is cleared or reset: that may stand in either part */
function isCleaning(s: Stmt): boolean {
  const base = s.kind === "store" && s.place.kind !== "cell" ? s.place.base : s.kind === "mutate" ? s.array : null;
  return base?.kind === "var" && isAdjoint(base.variable);
}

/** an adjoint, not a tangent */
const isAdjoint = (v: Var): boolean => isDerivative(v) && /Bar\d*$/.test(v.name);

function isReverse(s: Stmt): boolean {
  switch (s.kind) {
    case "let": case "assign": return isAdjoint(s.variable) && s.variable.type.kind === "real";
    case "accumulate": { const holder = holderOf(s.place); return holder !== null && isAdjoint(holder); }
    case "if": return s.then.some(isReverse) || s.else.some(isReverse);
    case "loop": return s.body.some(isReverse);
    default: return false;
  }
}
