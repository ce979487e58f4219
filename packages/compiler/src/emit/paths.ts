// Names for what TypeScript follows through a function: variables, and properties of them.
import type { Expr, Place, Var } from "../ir/ir.ts";

/** `#3`, `#3.next` */
export type Path = string;

export const variablePath = (v: Var): Path => `#${v.id}`;

/** a variable and properties of it: what TypeScript narrows */
export function pathOf(e: Expr): Path | null {
  if (e.kind === "var") return variablePath(e.variable);
  return e.kind === "load" ? propertyPath(e.place) : null;
}

export function propertyPath(place: Place): Path | null {
  const base = place.kind === "field" ? pathOf(place.base) : null;
  return place.kind !== "field" || base === null ? null : `${base}.${place.field}`;
}
