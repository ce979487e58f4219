// Alternatives that come to one type: what is read from them is the same whichever is there.
import { sameType } from "../ir/facts.ts";
import type { Type } from "../ir/ir.ts";

/** `[number, number] | ArrayLike<number>` is a way to say "two numbers, in whatever holds numbers" */
export function arrayOf(members: readonly Type[]): Type | null {
  const array = members.find((x) => x.kind === "array" && x.array === "Array");
  if (array?.kind !== "array") return null;
  const isSame = (x: Type): boolean => x === array || (x.kind === "tuple" && x.elements.every((y) => sameType(y, array.element)));
  return members.every(isSame) ? array : null;
}
