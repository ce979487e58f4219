// Which values, and where in objects, may be numbers that carry a derivative.
import type { Type } from "../ir/ir.ts";
import { ELEMENTS, isReference, type ObjectId } from "./alias.ts";

/** a type whose values may carry a derivative themselves */
export const isReal = (t: Type): boolean =>
  t.kind === "real" || (t.kind === "nullable" && isReal(t.inner)) || (t.kind === "union" && t.members.some(isReal));

/** arrays that hold numbers themselves */
export const isRealArray = (t: Type): boolean => (t.kind === "array" && isReal(t.element) && !isReference(t.element)) || (t.kind === "nullable" && isRealArray(t.inner));

/** arrays and tuples without references in them */
export const holdsNumbers = (t: Type): boolean => isRealArray(t) || (t.kind === "tuple" && !t.elements.some(isReference)) || (t.kind === "nullable" && holdsNumbers(t.inner));

/** the keys under which a value of a type may hold numbers, whichever of several types it has */
export function realKeys(t: Type): readonly string[] {
  switch (t.kind) {
    case "array": case "map": return [ELEMENTS];
    case "tuple": return [ELEMENTS, ...t.elements.map((_, i) => String(i))];
    case "struct": return t.fields.filter((f) => isReal(f.type)).map((f) => f.name);
    case "nullable": return realKeys(t.inner);
    case "union": return t.members.flatMap(realKeys);
    default: return [];
  }
}

const INTEGER_ARRAYS = /^(Int|Uint)/;
/** storing into integers rounds: no derivative goes in or comes out */
export const holdsReals = (o: ObjectId): boolean => !(o.type.kind === "array" && INTEGER_ARRAYS.test(o.type.array));
