// Types as TypeScript text. Declared object types are written by name, where they have one; literals are written out.
// Assumes that the caller makes named types visible (`named` tells which).
import type { StringType, StructType, Type, UnionType } from "../ir/ir.ts";
import { mayBeLeftOut, withoutUndefined } from "../ir/facts.ts";
import { propertyText } from "./names.ts";

export interface TypePrinter {
  text(t: Type): string;
  /** is the type written by name? */
  isNamed(t: StructType): boolean;
  /** declared types that were written by name */
  readonly named: ReadonlySet<StructType>;
}

// object types in one that is written out; nobody reads as many
const MOST_WRITTEN = 300;

/** `nameOf`: the name that stands for an object type, a union or an enumeration where the text goes; null writes its structure */
export function createTypePrinter(nameOf: (t: StructType | UnionType | StringType) => string | null = (t) => (t.kind === "struct" ? t.name : null)): TypePrinter {
  const named = new Set<StructType>();
  const open = new Set<StructType>();
  let written = 0;
  const text = (t: Type): string => {
    if (open.size === 0) written = 0;
    switch (t.kind) {
      case "string": {
        const name = t.enumeration === undefined ? null : nameOf(t);
        if (t.enumeration !== undefined) return name === null ? t.kind : t.enumeration.members?.map((x) => `${name}.${x}`).join(" | ") ?? name;
        return t.literals === undefined ? t.kind : t.literals.map((x) => JSON.stringify(x)).join(" | ");
      }
      case "real": case "boolean": return t.literals === undefined ? (t.kind === "real" ? "number" : t.kind) : t.literals.map((x) => JSON.stringify(x)).join(" | ");
      case "bigint": return t.kind;
      case "void": return "undefined";
      case "opaque": return t.of === undefined ? t.text : text(t.of);
      case "array": return t.array === "Array" ? `${access(t)}${element(t.element)}[]` : t.array;
      case "tuple": return `${access(t)}[${t.elements.map((x, i) => (mayBeLeftOut(t, i) ? `${element(withoutUndefined(x))}?` : text(x))).join(", ")}]`;
      case "map": return t.container.endsWith("Set") ? `${t.container}<${text(t.value)}>` : `${t.container === "Object" ? "Record" : t.container}<${text(t.key)}, ${text(t.value)}>`;
      case "function": return `(${t.params.map((p, i) => `${parameterName(i)}: ${text(p)}`).join(", ")}) => ${t.result.kind === "void" ? "void" : text(t.result)}`;
      case "nullable": return [element(t.inner), ...t.nothing].join(" | ");
      case "union": return nameOf(t) ?? [...new Set(t.members.map(element))].join(" | ");
      case "struct": return struct(t);
    }
  };
  const struct = (t: StructType): string => {
    const name = nameOf(t);
    if (name !== null) { named.add(t); return name; }
    // a literal type cannot contain itself, nor ever larger instances of itself
    if (open.has(t) || written++ > MOST_WRITTEN) return "unknown";
    open.add(t);
    const fields = t.fields.map((f) => `${propertyText(f.name)}${f.optional ? "?" : ""}: ${text(f.type)}`);
    open.delete(t);
    return fields.length === 0 ? "Record<string, never>" : `{ ${fields.join("; ")} }`;
  };
  const isCompound = (t: Type): boolean => {
    switch (t.kind) {
      case "array": case "tuple": return t.readonly === true;
      case "function": case "nullable": return true;
      case "union": return nameOf(t) === null;
      case "string": return t.enumeration === undefined ? (t.literals?.length ?? 0) > 1 : nameOf(t) !== null && (t.enumeration.members?.length ?? 1) > 1;
      case "real": case "boolean": return (t.literals?.length ?? 0) > 1;
      default: return false;
    }
  };
  const element = (t: Type): string => (isCompound(t) ? `(${text(t)})` : text(t));
  return { text, named, isNamed: (t) => nameOf(t) !== null };
}

const access = (t: { readonly readonly?: true }): string => (t.readonly === true ? "readonly " : "");

const parameterName = (index: number): string => "abcdefgh"[index] ?? `p${index}`;
