// Returns where the result is known: a function that ends in branches which set the result returns from them instead.
// Assumes the nested stage. Only a variable that exists for the result alone goes away.
import type { Block, Expr, Func, Stmt, Var } from "../ir/ir.ts";
import { statements } from "../ir/walk.ts";
import { countUses } from "../ir/uses.ts";
import { leaves } from "./rewrite.ts";
import { sizeOf } from "./size.ts";

/** a last choice that fits a line stays an expression */
const SHORT = 60;

export function returnEarly(func: Func): Func {
  const { result, body } = func;
  if (result?.kind !== "var" || countUses(func).count(result.variable) !== 1) return func;
  const last = body.at(-1);
  if (last?.kind !== "if") return func;
  const variable = result.variable;
  const at = body.findLastIndex((s) => s.kind === "let" && s.variable === variable);
  const declaration = body[at];
  if (declaration?.kind !== "let" || assignedIn(body.slice(at, -1), variable)) return func;
  const initial = isUnset(declaration.value) ? null : declaration.value;
  if (initial !== null && initial.kind !== "const") return func;
  const tail = returns([last], variable, initial);
  if (tail === null) return func;
  return { ...func, body: [...body.slice(0, at), ...body.slice(at + 1, -1), ...tail], result: null };
}

const isUnset = (e: Expr): boolean => e.kind === "const" && e.value === undefined;

function assignedIn(block: Block, v: Var): boolean {
  for (const s of statements(block)) if (s.kind === "assign" && s.variable === v) return true;
  return false;
}

/** the block with a return at the end of each path; null where a path does not set the result */
function returns(block: Block, variable: Var, initial: Expr | null): Block | null {
  const last = block.at(-1);
  const rest = block.slice(0, -1);
  if (last?.kind === "throw") return block;
  if (last?.kind === "assign" && last.variable === variable && !assignedIn(rest, variable)) return [...rest, giveBack(last.value, last)];
  if (last?.kind === "if" && !assignedIn(rest, variable)) {
    const then = returns(last.then, variable, initial);
    const otherwise = returns(last.else, variable, initial);
    if (then === null || otherwise === null) return null;
    return leaves(then) ? [...rest, { ...last, then, else: [] }, ...otherwise] : [...rest, { ...last, then, else: otherwise }];
  }
  if (initial === null || assignedIn(block, variable) || sizeOf(initial) > SHORT) return null;
  const at = last?.origin;
  return at ? [...block, { kind: "exit", exit: { kind: "return", value: initial }, origin: { ...at, comments: [] } }] : null;
}

const giveBack = (value: Expr, s: Stmt): Stmt => ({ kind: "exit", exit: { kind: "return", value }, origin: s.origin });
