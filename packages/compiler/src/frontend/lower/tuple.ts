// Tuples that are made of the elements of other tuples: position by position, so that each element keeps its own derivative.
// Assumes that a tuple is as long as its type says, but for an end that may be left out.
import type { ts } from "ts-morph";
import type { Element, Expr, Type } from "../../ir/ir.ts";
import { BOOLEAN, constant, element, length, load, op, typeOf, use } from "../../ir/build.ts";
import { mayBeLeftOut } from "../../ir/facts.ts";
import { orUndefined, present } from "../types.ts";
import type { Body } from "./body.ts";

type Tuple = Type & { readonly kind: "tuple" };

/** an element that may be missing: whether it is there, and what stands there */
interface Loose {
  readonly isThere: Expr;
  readonly value: Expr;
}

export type Position = Expr | Loose;

export const isTuple = (t: Type): t is Tuple => t.kind === "tuple";

/** the elements of a tuple as they are now, from a position on */
export function positionsOf(b: Body, tuple: Expr, from: number, node: ts.Node): readonly Position[] {
  const type = present(typeOf(tuple));
  if (!isTuple(type)) return [];
  return type.elements.slice(from).map((t, k): Position => {
    const at = constant(from + k);
    if (!mayBeLeftOut(type, from + k)) return b.settle(load(element(tuple, at), t), node);
    return { isThere: b.settle(op(">", [b.settle(length(tuple), node), at], BOOLEAN), node, "isThere"), value: b.settle(load(element(tuple, at), orUndefined(t), true), node) };
  });
}

/** a tuple of these positions; null where one that may be missing stands before others, whose place is not known then */
export function tupleOf(b: Body, positions: readonly Position[], type: Tuple, node: ts.Node): Expr | null {
  const isLoose = (x: Position): x is Loose => "isThere" in x;
  const fixed = positions.filter((x): x is Expr => !isLoose(x));
  const loose = positions.filter(isLoose);
  if (positions.slice(0, fixed.length).some(isLoose)) return null;
  const literal: Expr = { kind: "array", type, elements: fixed.map((value): Element => ({ value, spread: false })) };
  if (loose.length === 0) return literal;
  const made = b.define("list", literal, node);
  loose.forEach(({ isThere, value }, k) => {
    b.branch(isThere, () => { b.emit({ kind: "store", place: element(use(made), constant(fixed.length + k)), value, origin: b.origin(node) }); }, () => undefined, node);
  });
  return use(made);
}
