// Entries: what stands under a key of a map, a set, a record, or of an object whose fields are named at run time; and keys as
// something to iterate over.
import { ts } from "ts-morph";
import type { Expr, MapType, Type } from "../../ir/ir.ts";
import { constant, element, keysOf, length, load, op, REAL, STRING, typeOf, use } from "../../ir/build.ts";
import { bare } from "../nodes.ts";
import { carriesNumbers, orUndefined, present, sameType } from "../../ir/facts.ts";
import type { Body } from "./body.ts";

/** Entries of `of`, whose keys stand in `array`, as something to iterate over. */
export interface Keyed {
  readonly kind: "keyed";
  readonly array: Expr;
  readonly element: Type;
  readonly of: Expr;
  readonly shows: "keys" | "values" | "entries";
  readonly key: Type;
  readonly value: Type;
  /** `Object.keys` and its kin: what is shown stands in a fresh array */
  readonly isListed?: true;
}

/** the elements that a tuple can have, as one type */
export function elementType(type: Type & { readonly kind: "array" | "tuple" }): Type {
  if (type.kind === "array") return type.element;
  const [first] = type.elements;
  return first !== undefined && type.elements.every((x) => x.kind === first.kind && x.kind !== "struct") ? first : { kind: "union", members: type.elements };
}

export const isRecord = (type: Type): boolean => type.kind === "map" && type.container === "Object";

export const isSet = (type: MapType): boolean => type.container.endsWith("Set");

// ---------------------------------------------------------------------------------------------------- entries

/** the key of an entry: what names a property is text */
export function keyAtom(type: Type, key: Expr): Expr {
  return isRecord(type) && key.kind === "const" && typeof key.value === "number" ? constant(String(key.value)) : key;
}

/** the type that all these fields have, or one of several types of objects; null where they differ otherwise */
function commonType(types: readonly Type[]): Type | null {
  const distinct: Type[] = [];
  for (const x of types.map(present)) if (!distinct.some((y) => sameType(x, y))) distinct.push(x);
  const [first] = distinct;
  if (first === undefined || (distinct.length > 1 && !distinct.every((x) => x.kind === "struct" && !x.isClass))) return null;
  const inner: Type = distinct.length === 1 ? first : { kind: "union", members: distinct };
  const nothing = [...new Set(types.flatMap((x) => (x.kind === "nullable" ? x.nothing : [])))];
  return nothing.length === 0 ? inner : { kind: "nullable", inner, nothing };
}

/** the fields of an object that a key of this type can name */
function fieldTypes(type: Type & { readonly kind: "struct" }, key: ts.Type | null): readonly Type[] {
  const names = key === null ? null : key.isUnion() ? key.types : [key];
  const isLiteral = names?.every((x) => x.isStringLiteral()) ?? false;
  const fields = isLiteral ? type.fields.filter((f) => names?.some((x) => x.isStringLiteral() && x.value === f.name)) : type.fields;
  return fields.map((f) => (f.optional ? orUndefined(f.type) : f.type));
}

/** the type of what stands under a key that is known at run time only; null where there is no one type */
export function entryType(type: Type, key: ts.Type | null): Type | null {
  switch (type.kind) {
    case "map": return type.value;
    case "array": case "tuple": return elementType(type);
    case "struct": return type.isClass ? null : commonType(fieldTypes(type, key));
    default: return null;
  }
}

/** what stands under a key of an object */
export function entryAt(b: Body, of: Expr, key: Expr, type: Type, mayMiss: boolean, node: ts.Node): Expr {
  const owner = present(typeOf(of));
  const isIndexed = owner.kind === "array" || owner.kind === "tuple";
  const index = isIndexed ? b.settle(op("Number", [key], REAL), node, "index") : keyAtom(owner, key);
  return load(element(of, index), mayMiss ? orUndefined(type) : type, mayMiss);
}

// ---------------------------------------------------------------------------------------------------- iteration

/** the keys of an object as something to iterate over; what the elements of a set refer to is found through the set */
export function keyed(b: Body, of: Expr, shows: "keys" | "values" | "entries", value: Type, node: ts.Node): Keyed {
  const owner = present(typeOf(of));
  const own = owner.kind === "map" && owner.container !== "Object" ? owner.key : STRING;
  const isOwnKey = owner.kind === "map" && isSet(owner);
  const key: Type = isOwnKey && carriesNumbers(own) && own.kind !== "real" ? { kind: "opaque", text: "unknown", of: own } : own;
  const keys = use(b.define("keys", keysOf(of, key), node));
  const types: Record<typeof shows, Type> = { keys: own, values: value, entries: { kind: "tuple", elements: [isOwnKey ? value : own, value] } };
  return { kind: "keyed", array: keys, element: isOwnKey && shows === "keys" ? value : types[shows], of, shows: isOwnKey && shows === "keys" ? "values" : shows, value, key };
}

/** `Object.keys(o)` and its kin, `m.keys()` and its kin, a map or set itself; null (nothing emitted) for anything else */
export function keyedIterable(b: Body, given: ts.Expression): Keyed | null {
  const node = bare(given);
  const found = ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression) ? walkCall(b, node, node.expression) : null;
  if (found !== null) return found;
  const type = present(b.typeOf(node));
  if (type.kind !== "map" || type.container === "Object" || type.container.startsWith("Weak")) return null;
  return keyed(b, b.atom(given), isSet(type) ? "values" : "entries", type.value, node);
}

const SHOWN: ReadonlySet<string> = new Set(["keys", "values", "entries"]);

function walkCall(b: Body, node: ts.CallExpression, access: ts.PropertyAccessExpression): Keyed | null {
  const name = access.name.text;
  if (!SHOWN.has(name)) return null;
  const shows = name as "keys" | "values" | "entries";
  if (isObjectFunction(b, access)) {
    const [argument] = node.arguments;
    const owner = argument === undefined || node.arguments.length !== 1 ? null : present(b.typeOf(bare(argument)));
    if (argument === undefined || owner === null) return null;
    const value = entryType(owner, null) ?? (shows === "keys" && owner.kind === "struct" ? REAL : null);
    return value === null ? null : { ...keyed(b, b.atom(argument), shows, value, node), isListed: true };
  }
  const owner = present(b.typeOf(bare(access.expression)));
  if (owner.kind !== "map" || owner.container === "Object" || node.arguments.length > 0) return null;
  return keyed(b, b.atom(access.expression), shows, owner.value, node);
}

function isObjectFunction(b: Body, access: ts.PropertyAccessExpression): boolean {
  if (!ts.isIdentifier(access.expression) || access.expression.text !== "Object") return false;
  const symbol = b.symbolOf(access.expression);
  return symbol !== undefined && b.fromLibrary(symbol);
}

/** what an iteration shows of the entry under a key */
export function shown(b: Body, source: Keyed, key: Expr, node: ts.Node): Expr {
  const value = (): Expr => entryAt(b, source.of, key, source.value, false, node);
  if (source.shows === "keys") return key;
  if (source.shows === "values") return value();
  const entry = b.settle(value(), node);
  const owner = present(typeOf(source.of));
  const first = owner.kind === "map" && isSet(owner) ? entry : key;
  return { kind: "array", elements: [{ value: first, spread: false }, { value: entry, spread: false }], type: source.element };
}

/** how many entries a map or set has; null for what is no map */
export const sizeOf = (type: Type, base: Expr, name: string): Expr | null => (type.kind === "map" && type.container !== "Object" && name === "size" ? length(base) : null);

/** the text that a name stands for in a generic function that is lowered for it: `k: K`, where `K` is `"x"` */
export function knownText(b: Body, node: ts.Expression): string | null {
  const symbol = ts.isIdentifier(node) ? b.symbolOf(node) : undefined;
  const variable = symbol === undefined ? undefined : b.lookup(symbol);
  if (variable === undefined || variable.mutable || variable.type.kind !== "string" || variable.type.literals?.length !== 1 || variable.type.enumeration !== undefined) return null;
  return String(variable.type.literals[0]);
}
