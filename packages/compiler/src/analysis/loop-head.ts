// The head of a `while` loop: what runs before a test that may end it.
// Assumes the versioned stage.
import type { Block, Stmt } from "../ir/ir.ts";
import { blocks } from "../ir/walk.ts";

type Loop = Stmt & { readonly kind: "loop" };

export interface LoopHead {
  /** what runs before the test; nobody sees its values when the test fails */
  readonly before: readonly (Stmt & { readonly kind: "let" })[];
  readonly test: Stmt & { readonly kind: "if" };
}

/** `before; if (test) { body } else { break }`, with definitions only before the test */
export function loopHead(s: Loop): LoopHead | null {
  const test = s.body.at(-1);
  if (s.header.kind !== "forever" || test?.kind !== "if" || test.else.length !== 1 || test.else[0]!.kind !== "exit") return null;
  const before = s.body.slice(0, -1).flatMap((x) => (x.kind === "let" && !x.variable.mutable ? [x] : []));
  return before.length === s.body.length - 1 ? { before, test } : null;
}

/** the head, where nothing else ends the loop: reverse runs once per completed trip */
export function whileHead(s: Loop): LoopHead | null {
  const head = loopHead(s);
  return head === null || breaks(head.test.then) ? null : head;
}

/** has the block a `break` of the loop around it? */
export function breaks(block: Block): boolean {
  return block.some((s) => s.kind === "exit" || (s.kind !== "loop" && blocks(s).some(breaks)));
}
