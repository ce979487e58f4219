// The names by which code after a loop may reach what the loop worked on.
import type { Block, Func, Stmt, Var } from "../../ir/ir.ts";
import { variablesRead, visitVariables } from "../../ir/variables.ts";
import { blocks, declared, statements } from "../../ir/walk.ts";

/** variables that are there before the loop and read after it, or in a loop around it */
export function namesAfter(func: Func, loop: Stmt): ReadonlySet<Var> {
  const before = new Set<Var>(func.params.map((p) => p.variable));
  const read = new Set<Var>();
  const inside = new Set(statements([loop]));
  const note = (block: Block): void => { for (const v of variablesRead(block)) read.add(v); };
  const outsideOf = (block: Block): void => { for (const s of block) if (!inside.has(s)) { if (blocks(s).length === 0) note([s]); else blocks(s).forEach(outsideOf); } };
  const visit = (block: Block): void => {
    const at = block.findIndex((s) => s === loop || statements([s]).includes(loop));
    for (const s of block.slice(0, at)) for (const v of declared(s)) before.add(v);
    note(block.slice(at + 1));
    const holder = block[at];
    if (holder === undefined || holder === loop) return;
    for (const v of declared(holder)) before.add(v);
    if (holder.kind === "loop") blocks(holder).forEach(outsideOf);
    for (const b of blocks(holder)) if (statements(b).includes(loop)) visit(b);
  };
  visit(func.body);
  if (func.result) visitVariables(func.result, (v) => read.add(v));
  return new Set([...read].filter((v) => before.has(v)));
}
