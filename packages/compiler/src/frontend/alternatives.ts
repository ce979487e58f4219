// Alternatives that come to one type: what is read from them is the same whichever is there.
import { oneOfNumbers, orUndefined, present, sameType } from "../ir/facts.ts";
import type { Type } from "../ir/ir.ts";

/** `[number, number] | ArrayLike<number>` is a way to say "two numbers, in whatever holds numbers" */
export function arrayOf(members: readonly Type[]): Type | null {
  const array = members.find((x) => x.kind === "array" && x.array === "Array");
  if (array?.kind !== "array") return null;
  const isSame = (x: Type): boolean => x === array || (x.kind === "tuple" && x.elements.every((y) => sameType(y, array.element)));
  return members.every(isSame) ? array : null;
}

/** `[number, number] | [undefined, undefined] | [number]` holds at each place what the alternatives hold there */
export function tupleOf(members: readonly Type[]): Type | null {
  const tuples = members.filter((x) => x.kind === "tuple");
  if (tuples.length < members.length) return null;
  const longest = Math.max(...tuples.map((x) => x.elements.length));
  const shortest = Math.min(...tuples.map((x) => x.elements.length - (x.optional ?? 0)));
  const elements: Type[] = [];
  for (let i = 0; i < longest; i++) {
    const here = tuples.flatMap((x) => x.elements[i] ?? []);
    const values = here.filter((x) => x.kind !== "void");
    const [value] = values;
    if (value === undefined || !values.every((x) => sameType(present(x), present(value)))) return null;
    const all = value.kind === "real" ? oneOfNumbers(values) : value;
    elements.push(i >= shortest || here.length > values.length ? orUndefined(all) : all);
  }
  return { kind: "tuple", elements, ...(longest > shortest ? { optional: longest - shortest } : {}) };
}
