// Calls of `checkpoint(f)`: a region of the text that reverse runs again, as a loop of one trip that says so. Reverse mode asks for it
// (adjoint/checkpoint.ts); what else goes over loops sees one, and before code is written it is a block again.
import type { Block, Expr, Func, LoopHeader, Stmt, Var } from "../ir/ir.ts";
import { assign, define, ONE, REAL, type Supply, UNDEFINED, use, ZERO } from "../ir/build.ts";
import { holdsFunctions } from "../ir/facts.ts";
import { variablesDeclared, variablesRead } from "../ir/variables.ts";
import { mapOperands, mapStmt } from "../ir/walk.ts";
import { notReplayable } from "../diagnostics/catalog.ts";
import type { Finding } from "../diagnostics/diagnostic.ts";
import { version } from "./version.ts";

type Call = Stmt & { readonly kind: "call" };

interface Context {
  readonly supply: Supply;
  readonly report: (finding: Finding) => void;
}

const once = (supply: Supply): LoopHeader => ({ kind: "counted", index: supply.fresh("once", REAL), start: ZERO, stop: ONE, compare: "<", step: 1 });

/** a call, `expand`ed, as a region */
export function checkpointed(s: Call, expand: (call: Call) => Block, { supply, report }: Context): Block {
  const { origin, result } = s;
  if (result !== null && holdsFunctions(result.type)) report(notReplayable(origin.span, "it gives a function"));
  const value = result && supply.like(result);
  const held = result && supply.like(result, { mutable: true });
  const expanded = expand({ ...s, result: value });
  const body = value && held ? [...expanded, assign(held, use(value), origin)] : expanded;
  const region: Stmt = { kind: "loop", header: once(supply), body, origin: { ...origin, comments: [] }, checkpoint: { kind: "call" } };
  return held && result ? [define(held, UNDEFINED, origin), region, define(result, use(held), origin)] : [region];
}

export const isRegion = (s: Stmt): boolean => s.kind === "loop" && s.checkpoint?.kind === "call";

/** the body of a region as part of the text around it: its breaks stand where nothing follows */
export const withoutBreaks = (block: Block): Block =>
  block.flatMap((s): Block => (s.kind === "exit" ? [] : s.kind === "loop" ? [s] : [mapStmt(s, (e) => e, withoutBreaks)]));

/** regions as part of the text around them */
export function dissolveRegions(func: Func, supply: Supply): Func {
  const body = dissolved(func.body);
  return body === func.body ? func : version({ ...func, body }, supply);
}

function dissolved(block: Block): Block {
  const expr = (e: Expr): Expr => {
    if (e.kind !== "closure") return mapOperands(e, expr);
    const body = dissolved(e.func.body);
    return body === e.func.body ? e : { ...e, func: { ...e.func, body } };
  };
  const made = block.flatMap((s): Block => {
    const inner = mapStmt(s, expr, dissolved);
    return inner.kind === "loop" && isRegion(inner) ? withoutBreaks(inner.body) : [inner];
  });
  return made.length === block.length && made.every((s, i) => s === block[i]) ? block : made;
}

/** without what a plan has declared in the block, beside the program's own, and nobody reads in it: values of no effect */
export function withoutUnread(block: Block, own: ReadonlySet<Var>): Block {
  const read = variablesRead(block);
  const declared = variablesDeclared(block);
  const isUnread = (v: Var): boolean => declared.has(v) && !own.has(v) && !read.has(v);
  const isDropped = (s: Stmt): boolean => s.kind === "assign" ? isUnread(s.variable) : s.kind === "let" && isUnread(s.variable);
  let isChanged = false;
  const each = (b: Block): Block => b.flatMap((s): Block => {
    isChanged ||= isDropped(s);
    return isDropped(s) ? [] : [mapStmt(s, (e) => e, each)];
  });
  const made = each(block);
  return isChanged ? withoutUnread(made, own) : block;
}
