// What an object walks over that can be iterated because it has a method `[Symbol.iterator]`: an instance, or an object of a literal.
import type { ts } from "ts-morph";
import type { Expr, Type } from "../../ir/ir.ts";
import { load, typeOf, use } from "../../ir/build.ts";
import { present } from "../../ir/facts.ts";
import { walked } from "../../ir/walkable.ts";
import type { Body, Walk } from "./body.ts";
import { classesOf, iteratorOfInstance } from "./instance.ts";

const ITERATOR = "[Symbol.iterator]";

const methodOfLiteral = (type: Type): Type | undefined => (type.kind === "struct" && !type.isClass ? type.fields.find((x) => x.name === ITERATOR)?.type : undefined);

/** may an object of this type have such a method that makes a generator? */
export function isIterable(type: Type): boolean {
  const method = methodOfLiteral(type);
  return classesOf(type) !== null || (method?.kind === "function" && method.params.length === 0 && walked(method.result) !== null);
}

/** what such an object walks over; null if it is none */
export function ownIterator(b: Body, object: Expr, node: ts.Node): Walk | null {
  const walk = classesOf(typeOf(object)) !== null ? iteratorOfInstance(b, object, ITERATOR, node) : iteratorOfLiteral(b, object, node);
  const made = walk === null ? null : walked(present(typeOf(walk)));
  return walk === null || made === null ? null : { ...made, callee: { kind: "value", value: walk }, args: [] };
}

function iteratorOfLiteral(b: Body, object: Expr, node: ts.Node): Expr | null {
  const type = methodOfLiteral(present(typeOf(object)));
  if (type?.kind !== "function" || walked(type.result) === null) return null;
  const method = b.settle(load({ kind: "field", base: object, field: ITERATOR }, type), node);
  const walk = b.unit.supply.fresh("walk", type.result);
  b.emit({ kind: "call", callee: { kind: "value", value: method }, args: [], result: walk, origin: b.origin(node) });
  return use(walk);
}
