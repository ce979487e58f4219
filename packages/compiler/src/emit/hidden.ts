// What the types of a structure do not show to code outside of its classes.
import type { Type } from "../ir/ir.ts";

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
