// What the types of a structure do not show to code outside of its classes, and to what TypeScript computes from them.
import type { Type } from "../ir/ir.ts";

/** is there an object somewhere whose declared type is a base class or an interface, which says less than its class? */
export function hasDescendants(t: Type, seen: Set<Type>): boolean {
  switch (t.kind) {
    case "array": return hasDescendants(t.element, seen);
    case "tuple": return t.elements.some((x) => hasDescendants(x, seen));
    case "union": return t.members.some((x) => (x.kind === "struct" && x.isClass) || hasDescendants(x, seen));
    case "nullable": return hasDescendants(t.inner, seen);
    case "map": return hasDescendants(t.value, seen);
    case "struct": {
      if (seen.has(t)) return false;
      seen.add(t);
      return t.fields.some((f) => hasDescendants(f.type, seen));
    }
    default: return false;
  }
}

/** are there numbers in a structure that its type hides? */
export function hasHidden(t: Type, seen: Set<Type>): boolean {
  switch (t.kind) {
    case "array": return hasHidden(t.element, seen);
    case "tuple": return t.elements.some((x) => hasHidden(x, seen));
    case "union": return t.members.some((x) => hasHidden(x, seen));
    case "nullable": return hasHidden(t.inner, seen);
    case "map": return hasHidden(t.value, seen);
    case "struct": {
      if (seen.has(t)) return false;
      seen.add(t);
      return t.fields.some((f) => f.hidden === true || hasHidden(f.type, seen));
    }
    default: return false;
  }
}
