// Arguments of a function with a rest parameter that is called through a type without one: what is left is packed.
// A call that knows of the rest parameter has packed it already.
import type { Expr, Origin, Param, Stmt, Type } from "../ir/ir.ts";
import { define, type Supply, typeOf, use } from "../ir/build.ts";
import { sameType } from "../ir/facts.ts";

export function packRest(params: readonly Param[], args: readonly Expr[], supply: Supply, out: Stmt[], origin: Origin): readonly Expr[] {
  const last = params.at(-1);
  if (!last?.rest) return args;
  const fixed = params.length - 1;
  const [first] = args.slice(fixed);
  if (first && args.length === params.length && isPacked(typeOf(first), last.variable.type)) return args;
  const rest = supply.like(last.variable, { mutable: false });
  const padded = Array.from({ length: fixed }, (_, i): Expr => args[i] ?? { kind: "const", value: undefined });
  out.push(define(rest, { kind: "array", elements: args.slice(fixed).map((value) => ({ value, spread: false })), type: rest.type }, origin));
  return [...padded, use(rest)];
}

/** an array of what the parameter holds: generic code may know less of its elements */
const isPacked = (given: Type, rest: Type): boolean => (rest.kind === "array" ? depth(given) === depth(rest) : sameType(given, rest));

const depth = (t: Type): number => (t.kind === "array" ? 1 + depth(t.element) : t.kind === "nullable" ? depth(t.inner) : 0);
