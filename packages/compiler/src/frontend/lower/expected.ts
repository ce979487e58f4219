// The types of literals and of choices between them: where they go says more than what they hold. An object that is written for a
// declared type is of that type, with the fields that it lacks; so is what a conditional or `??` makes of such objects.
import type { ts } from "ts-morph";
import { present, sameType } from "../../ir/facts.ts";
import type { Type } from "../../ir/ir.ts";
import type { Body } from "./body.ts";

/** the type that a literal is made for: where it goes says more than what it holds */
export function literalType(b: Body, node: ts.Expression, fits: (type: Type) => boolean): Type {
  const contextual = b.checker.getContextualType(node);
  if (contextual !== undefined) {
    const expected = present(b.types.of(contextual));
    if (fits(expected)) return expected;
    const [only, another] = expected.kind === "union" ? expected.members.filter(fits) : [];
    if (only !== undefined && another === undefined) return only;
    // members that have the same fields differ in what these may be
    const own = b.checker.getTypeAtLocation(node);
    const member = only === undefined || !contextual.isUnion() ? undefined : contextual.types.find((x) => fits(b.types.of(x)) && b.checker.isTypeAssignableTo(own, x));
    if (member !== undefined) return b.types.of(member);
  }
  return b.typeOf(node);
}

/** the type of a choice between values: of object literals, the declared type that they are written for */
export function choiceType(b: Body, node: ts.Expression): Type {
  const own = b.typeOf(node);
  const contextual = isMadeHere(present(own)) ? b.checker.getContextualType(node) : undefined;
  if (contextual === undefined) return own;
  const expected = present(b.types.of(contextual));
  const isDeclared = isObject(expected) || (expected.kind === "union" && expected.members.every(isObject));
  if (!isDeclared) return own;
  return own.kind === "nullable" ? { ...own, inner: expected } : expected;
}

/** the type of an array that a method makes of several types of values: where it goes says what else it may get to hold */
export function filledType(b: Body, node: ts.Expression): Type {
  const own = present(b.typeOf(node));
  if (own.kind !== "array" || own.element.kind !== "union") return own;
  const contextual = b.checker.getContextualType(node);
  const expected = contextual === undefined ? own : present(b.types.of(contextual));
  return expected.kind === "array" && sameType(expected, own) ? { ...own, element: expected.element } : own;
}

const isObject = (type: Type): boolean => type.kind === "struct" && !type.isClass;

/** may it be the type of object literals alone, or among others? */
const isMadeHere = (type: Type): boolean => (type.kind === "struct" && type.name === null) || (type.kind === "union" && type.members.some((x) => x.kind === "struct" && x.name === null));
