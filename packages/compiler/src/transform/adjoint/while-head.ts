// The head of a `while` loop: what runs before a test that may end it.
import type { Block, Stmt } from "../../ir/ir.ts";
import { breaks } from "../structure.ts";

export interface WhileHead {
  /** what runs before the test; nobody sees its values when the test fails */
  readonly before: Block;
  readonly test: Stmt & { readonly kind: "if" };
}

/** `before; if (test) { body } else { break }`, with definitions only before the test: reverse runs once per completed trip */
export function whileHead(s: Stmt & { readonly kind: "loop" }): WhileHead | null {
  const test = s.body.at(-1);
  if (s.header.kind !== "forever" || test?.kind !== "if" || test.else.length !== 1 || test.else[0]!.kind !== "exit" || breaks(test.then)) return null;
  const before = s.body.slice(0, -1);
  return before.every((x) => x.kind === "let" && !x.variable.mutable) ? { before, test } : null;
}
