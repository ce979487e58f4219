// `/** @checkpoint */` in front of a loop: reverse mode keeps some states and runs trips again instead of recording them all. `slots=50` says
// how many states; without it the runtime chooses.
import { ts } from "ts-morph";
import type { Checkpoint, Stmt } from "../../ir/ir.ts";
import { misplacedCheckpoint, unclearCheckpoint } from "../../diagnostics/catalog.ts";
import { spanOf } from "../nodes.ts";
import type { Body } from "./body.ts";

interface Directive {
  readonly node: ts.Node;
  /** what follows the tag in its line */
  readonly text: string;
}

const TAG = /^[\s/*]*@checkpoint\b(.*)$/m;

/** the directive in the comment right before a statement */
export function checkpointDirective(node: ts.Statement): Directive | null {
  const { text } = node.getSourceFile();
  const comment = ts.getLeadingCommentRanges(text, node.getFullStart())?.at(-1);
  if (comment === undefined || !text.startsWith("/**", comment.pos)) return null;
  const found = TAG.exec(text.slice(comment.pos, comment.end));
  return found === null ? null : { node, text: (found[1] ?? "").replace(/\*\/$/, "").trim() };
}

/** lowers a statement with a directive: the loop that it is, marked */
export function checkpointedLoop(b: Body, { node, text }: Directive, lower: () => void): void {
  const slots = /^slots\s*=\s*(\d+)$/.exec(text)?.[1];
  if (text !== "" && (slots === undefined || Number(slots) < 1)) b.report(unclearCheckpoint(spanOf(node), text));
  const checkpoint: Checkpoint = { kind: "loop", slots: slots === undefined ? null : Number(slots) };
  const made = b.block(lower);
  const loop = ts.isIterationStatement(node, true) ? made.findLast((s) => s.kind === "loop") : undefined;
  if (loop === undefined) b.report(misplacedCheckpoint(spanOf(node)));
  for (const s of made) b.emit(s === loop ? { ...loop, checkpoint } as Stmt : s);
}
