// Alternatives that come to one type: what is read from them is the same whichever is there.
import { sameType } from "../ir/facts.ts";
import type { Type } from "../ir/ir.ts";
import { orUndefined, present } from "./types.ts";

/** `[number, number] | ArrayLike<number>` is a way to say "two numbers, in whatever holds numbers" */
export function arrayOf(members: readonly Type[]): Type | null {
  const array = members.find((x) => x.kind === "array" && x.array === "Array");
  if (array?.kind !== "array") return null;
  const isSame = (x: Type): boolean => x === array || (x.kind === "tuple" && x.elements.every((y) => sameType(y, array.element)));
  return members.every(isSame) ? array : null;
}

/** `[number, number] | [undefined, undefined]` holds at each place what the alternatives hold there */
export function tupleOf(members: readonly Type[]): Type | null {
  const [first] = members;
  if (first?.kind !== "tuple") return null;
  const elements: Type[] = [];
  for (let i = 0; i < first.elements.length; i++) {
    const here = members.map((x) => (x.kind === "tuple" && x.elements.length === first.elements.length ? x.elements[i] : undefined));
    const values = here.filter((x) => x?.kind !== "void");
    const [value] = values;
    if (value === undefined || !values.every((x) => x !== undefined && sameType(present(x), present(value)))) return null;
    elements.push(here.some((x) => x?.kind === "void") ? orUndefined(value) : value);
  }
  return { kind: "tuple", elements };
}
