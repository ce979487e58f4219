// What happens to an allocation after somebody looked at it for the last time: stores go, and a copy that is all that is left of it is the
// allocation itself. Assumes the versioned stage; looks at allocations that nothing else reaches, in the block that makes them.
import type { Block, Expr, Func, Stmt, Var } from "../ir/ir.ts";
import { use } from "../ir/build.ts";
import { sameType } from "../ir/facts.ts";
import { variablesRead } from "../ir/variables.ts";
import { findOwnership, type Ownership } from "./ownership.ts";
import { mapBlocks, replaceVariables } from "./rewrite.ts";

export function settleLastUses(func: Func): Func {
  const ownership = findOwnership(func);
  const moved = new Map<Var, Var>();
  const body = mapBlocks(func.body, (block) => settled(block, ownership, moved));
  if (body === func.body) return func;
  const follow = (v: Var): Expr | undefined => {
    const to = moved.get(v);
    return to === undefined ? undefined : follow(to) ?? use(to);
  };
  return replaceVariables({ ...func, body }, follow);
}

function settled(block: Block, ownership: Ownership, moved: Map<Var, Var>): Block {
  const open = new Set<Var>();
  for (const s of block) if (s.kind === "let" && ownership.rootOf(use(s.variable)) === s.variable && !ownership.returned.has(s.variable)) open.add(s.variable);
  if (open.size === 0) return block;
  const dropped = new Set<Stmt>();
  for (let i = block.length - 1; i >= 0 && open.size > 0; i--) {
    const s = block[i]!;
    const changed = changedBy(s, ownership);
    if (changed !== null && open.has(changed)) {
      dropped.add(s);
      continue;
    }
    const source = copied(s);
    if (source !== null && s.kind === "let" && open.has(source)) {
      dropped.add(s);
      moved.set(s.variable, source);
    }
    for (const v of variablesRead([s])) {
      const root = ownership.rootOf(use(v));
      if (root !== null) open.delete(root);
    }
  }
  return dropped.size === 0 ? block : block.filter((s) => !dropped.has(s));
}

/** the allocation that a statement changes, where it does nothing else */
function changedBy(s: Stmt, ownership: Ownership): Var | null {
  switch (s.kind) {
    case "store": case "accumulate": return s.place.kind === "cell" ? null : ownership.rootOf(s.place.base);
    case "mutate": return s.operation === "fill" || s.operation === "reverse" ? ownership.rootOf(s.array) : null;
    default: return null;
  }
}

/** the array that a statement makes a copy of, all of it and of the same kind */
function copied(s: Stmt): Var | null {
  if (s.kind !== "let" || s.variable.mutable || s.value.kind !== "copy" || s.value.source.kind !== "var") return null;
  const { source, start, end } = s.value;
  const isWhole = (start === null || (start.kind === "const" && start.value === 0)) && end === null;
  return isWhole && sameType(source.variable.type, s.variable.type) ? source.variable : null;
}
