// Settles loop headers: a general loop becomes `forever`, with its test in its body. Which loops count is seen in the versioned stage (count-loops.ts).
// Assumes the structured stage, after inlining. Guarantees: no general header.
import type { Block, Expr, Func, Stmt } from "../ir/ir.ts";
import { branch, type Supply, TRUE } from "../ir/build.ts";
import { mapOperands, mapStmt } from "../ir/walk.ts";
import { breakLoop, INNERMOST } from "./exits.ts";
import { sequence } from "./structure.ts";

export function settleLoops(func: Func, supply: Supply): Func {
  const inClosures = (e: Expr): Expr => (e.kind === "closure" ? { ...e, func: settleLoops(e.func, supply) } : mapOperands(e, inClosures));
  const each = (block: Block): Block => block.map((s) => {
    const inner = mapStmt(s, inClosures, each);
    return inner.kind === "loop" ? settled(inner, supply) : inner;
  });
  return { ...func, body: each(func.body) };
}

function settled(loop: Stmt & { readonly kind: "loop" }, supply: Supply): Stmt {
  if (loop.header.kind !== "general") return loop;
  const { before, test, testFirst, update } = loop.header;
  const leave: Block = [breakLoop(loop.origin)];
  const raw: Block = testFirst
    ? [...before, branch(test ?? TRUE, [...loop.body, ...update], leave, loop.origin)]
    : [...loop.body, ...before, branch(test ?? TRUE, [...update], leave, loop.origin)];
  const body = test === null ? [...before, ...loop.body, ...update] : raw;
  return { ...loop, header: { kind: "forever" }, body: sequence(body, (exit, origin) => (exit.kind === "break" && exit.target === INNERMOST ? [breakLoop(origin)] : []), supply) };
}
