// Arguments of a function that is called through a type that knows less of its parameters: what is left out is undefined, and what is
// left over is packed for a rest parameter. A call that knows of the rest parameter has packed it already.
import type { Expr, Origin, Param, Stmt, Type } from "../ir/ir.ts";
import { define, type Supply, typeOf, UNDEFINED, use } from "../ir/build.ts";
import { sameType } from "../ir/facts.ts";

/** an argument for each parameter, so that others can follow */
export function everyArgument(params: readonly Param[], args: readonly Expr[], supply: Supply, out: Stmt[], origin: Origin): readonly Expr[] {
  const given = params.map((_, i) => args[i] ?? UNDEFINED);
  const last = params.at(-1);
  if (!last?.rest) return given;
  const fixed = params.length - 1;
  const first = args[fixed];
  if (first && args.length === params.length && isPacked(typeOf(first), last.variable.type)) return given;
  const rest = supply.like(last.variable, { mutable: false });
  out.push(define(rest, { kind: "array", elements: args.slice(fixed).map((value) => ({ value, spread: false })), type: rest.type }, origin));
  return [...given.slice(0, fixed), use(rest)];
}

/** an array of what the parameter holds: generic code may know less of its elements */
const isPacked = (given: Type, rest: Type): boolean => (rest.kind === "array" ? depth(given) === depth(rest) : sameType(given, rest));

const depth = (t: Type): number => (t.kind === "array" ? 1 + depth(t.element) : t.kind === "nullable" ? depth(t.inner) : 0);
