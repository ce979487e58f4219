// How passes rebuild a function: replacing expressions everywhere, reaching into closures, and running passes.
import type { Block, Expr, Func, Var } from "../ir/ir.ts";
import { hasClosures } from "../ir/variables.ts";
import { mapList, mapOperands, mapStmt, substitute } from "../ir/walk.ts";

/** A transformation of one function, versioned to versioned; the function itself where there is nothing to do. */
export type Pass = (func: Func) => Func;

/** runs `pass` on the functions of all closures that stand in the function, inner ones first, and then on the function */
export function throughClosures(func: Func, pass: Pass): Func {
  if (!hasClosures(func)) return pass(func);
  const expr = (e: Expr): Expr => {
    if (e.kind !== "closure") return mapOperands(e, expr);
    const inner = throughClosures(e.func, pass);
    return inner === e.func ? e : { ...e, func: inner };
  };
  const each = (b: Block): Block => mapList(b, (s) => mapStmt(s, expr, each));
  const body = each(func.body);
  const result = func.result && expr(func.result);
  return pass(body === func.body && result === func.result ? func : { ...func, body, result });
}

/** replaces variables throughout a function, its result included */
export function replaceVariables(func: Func, replace: (v: Var) => Expr | undefined): Func {
  const body = substitute(func.body, replace);
  const [holder] = func.result === null ? [] : substitute([{ kind: "throw", value: func.result, origin: func.origin }], replace);
  const result = holder?.kind === "throw" ? holder.value : func.result;
  return body === func.body && result === func.result ? func : { ...func, body, result };
}

/** rebuilds every block, innermost first */
export function mapBlocks(block: Block, f: (b: Block) => Block): Block {
  return f(mapList(block, (s) => mapStmt(s, (e) => e, (b) => mapBlocks(b, f))));
}

/** does control never reach what follows the block? */
export function leaves(block: Block): boolean {
  const last = block.at(-1);
  if (!last) return false;
  if (last.kind === "exit" || last.kind === "throw") return true;
  return last.kind === "if" && leaves(last.then) && leaves(last.else);
}

/** the `break`s of the loop that the block is the body of */
export function hasBreak(block: Block): boolean {
  return block.some((s) => (s.kind === "exit" && s.exit.kind !== "return") || (s.kind === "if" && (hasBreak(s.then) || hasBreak(s.else))) || (s.kind === "try" && hasBreak(s.body)));
}
