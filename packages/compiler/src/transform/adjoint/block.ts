// A block is the sweeps of its statements in order and their reverses in opposite order. Which plan belongs to which statement is
// handed over by the root (adjoint.ts), so that plans of statements with blocks can come back here.
import type { Block, Stmt } from "../../ir/ir.ts";
import { define, ZERO } from "../../ir/build.ts";
import { declared } from "../../ir/walk.ts";
import type { Context, Region } from "./context.ts";

export interface Plan extends Region {
  /** declarations of the adjoints of what the block declares: scopes of adjoints mirror scopes of primals */
  readonly declares: readonly Stmt[];
}

export function planBlock(block: Block, context: Context): Plan {
  const sweep: Stmt[] = [];
  const reverses: (readonly Stmt[])[] = [];
  context.inBlock(block, () => {
    for (const s of block) {
      const plan = context.shared.planStatement(s, context);
      for (const x of plan.sweep) sweep.push(x);
      reverses.push(plan.reverse);
    }
  });
  return { sweep, reverse: reverses.reverse().flat(), declares: declaresOf(block, context) };
}

/** to be asked for when all code that may contribute to the block's variables is planned */
export function declaresOf(block: Block, context: Context): Stmt[] {
  const declares: Stmt[] = [];
  for (const s of block) for (const v of declared(s)) {
    const bar = s.kind === "loop" ? undefined : context.bars.get(v);
    if (bar) declares.push(define(bar, ZERO, s.origin));
  }
  return declares;
}

/** a block with the declarations of its adjoints in place */
export function planRegion(block: Block, context: Context): Region {
  const { sweep, reverse, declares } = planBlock(block, context);
  return { sweep, reverse: reverse.length > 0 ? [...declares, ...reverse] : [] };
}

