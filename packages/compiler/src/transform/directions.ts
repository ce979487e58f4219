// How many numbers there are in what a function takes and gives, as far as types say: how many directions its derivative has, forwards and backwards.
import type { Func, Type } from "../ir/ir.ts";
import { typeOf } from "../ir/build.ts";
import { isReal, isReference } from "../analysis/activity.ts";
import { isDifferentiable } from "./companion.ts";
import { unfitShape } from "./shape.ts";

/** a number, or none where there may be none */
export const isNumber = (t: Type): boolean => isReal(t) && !isReference(t);

/** can the numbers of the input and of the output be counted off by their types? */
export function hasColumns(func: Func, indices: readonly number[]): boolean {
  const inputs = indices.map((i) => func.params[i]?.variable.type);
  return [...inputs, func.result ? typeOf(func.result) : undefined].every((t) => t !== undefined && unfitShape(t, new Set()) === null) && !inputs.some((t) => t !== undefined && holdsSets(t));
}

/** how many numbers are in every value of a type; null where that is no matter of the type */
export function numbersIn(t: Type): number | null {
  if (!isDifferentiable(t)) return 0;
  switch (t.kind) {
    case "real": return 1;
    case "tuple": return t.optional !== undefined ? null : sumOf(t.elements.map(numbersIn));
    case "struct": return unfitShape(t, new Set()) !== null || t.fields.some((f) => f.optional) ? null : sumOf(t.fields.map((f) => numbersIn(f.type)));
    default: return null;
  }
}

export const sumOf = (counts: readonly (number | null)[]): number | null => counts.reduce((sum, x) => (sum === null || x === null ? null : sum + x), 0);

/** how many directions the parameters have; null where their types do not say */
export const directionsOf = (func: Func, indices: readonly number[]): number | null =>
  sumOf(indices.map((i) => { const t = func.params[i]?.variable.type; return t === undefined ? 0 : isDifferentiable(t) && isNumber(t) ? 1 : numbersIn(t); }));

function holdsSets(t: Type): boolean {
  switch (t.kind) {
    case "map": return (t.container !== "Map" && t.container !== "Object") || holdsSets(t.value);
    case "array": return holdsSets(t.element);
    case "tuple": return t.elements.some(holdsSets);
    case "nullable": return holdsSets(t.inner);
    case "struct": return t.fields.some((f) => holdsSets(f.type));
    default: return false;
  }
}
