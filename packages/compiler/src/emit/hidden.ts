// What the types of a structure do not show to code outside of its classes, and to what TypeScript computes from them.
import { holds } from "../ir/facts.ts";
import type { Type } from "../ir/ir.ts";

/** is there an object somewhere whose declared type is a base class or an interface, which says less than its class? */
export const hasDescendants = (t: Type): boolean => holds(t, (x) => x.kind === "union" && x.members.some((m) => m.kind === "struct" && m.isClass));

/** are there numbers in a structure that its type hides? */
export const hasHidden = (t: Type): boolean => holds(t, (x) => x.kind === "struct" && x.fields.some((f) => f.hidden === true || f.undeclared === true));
