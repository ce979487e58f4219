// Small questions that printing an expression asks of types and operands.
import type { Cell, Expr, Place, StructType, Type, Var } from "../ir/ir.ts";
import { mayBeLeftOut, present, sameType } from "../ir/facts.ts";
import { operands } from "../ir/walk.ts";
import { isIdentifier } from "./names.ts";
import { infixOf } from "./operators.ts";
import type { TypePrinter } from "./types.ts";

/** numbers, and at most one array of numbers */
export function isFlat(type: Type & { readonly kind: "struct" }): boolean {
  const others = type.fields.filter((f) => f.type.kind !== "real");
  return type.fields.length > 0 && type.fields.every((f) => !f.optional) && others.length <= 1 && others.every((f) => f.type.kind === "array" && f.type.element.kind === "real");
}

/** a type without null and undefined */
export const isPresent = (t: Type): boolean => t.kind !== "nullable" && t.kind !== "void";

/** an element that may be null but is never absent: `!` takes the undefined away that noUncheckedIndexedAccess adds */
export const isNullElement = (e: Expr): boolean =>
  e.kind === "load" && e.place.kind === "element" && !e.mayMiss && e.type.kind === "nullable" && !e.type.nothing.includes("undefined");

/**
 * What keeps private storage, or functions as data, is an instance that TypeScript sees as something else here; and what goes by the name of a
 * record is none of the alternatives to which it may have narrowed.
 */
export function isDisguised(type: Type, types: TypePrinter): boolean {
  const t = present(type);
  if (t.kind === "union") return t.members.some((x) => isDisguised(x, types));
  if (t.kind !== "struct") return false;
  return types.isNamed(t) ? types.text(t) !== t.name : t.isClass;
}

/** is the field private to a class that the text names? */
export function isHidden(t: Type, name: string, types: TypePrinter): boolean {
  switch (t.kind) {
    case "nullable": return isHidden(t.inner, name, types);
    case "union": return t.members.some((x) => isHidden(x, name, types));
    case "struct": return (t.isStatic === true || t.isClass && types.isNamed(t)) && t.fields.some((x) => x.name === name && x.hidden === true);
    default: return false;
  }
}

/** one of several classes that a test has told apart, which need not stand around the text */
export function isNarrower(type: Type, given: Type): boolean {
  const from = present(given);
  const to = present(type);
  if (from.kind !== "union" || !from.members.some((x) => x.kind === "struct")) return false;
  return to.kind === "struct" || (to.kind === "union" && to.members.length < from.members.length);
}

/** the object types among several that hold what is read under a name: it may be of another type in others */
export function membersWith(members: readonly Type[], field: string, read: Type | null): readonly StructType[] {
  const having = members.filter((x): x is StructType => x.kind === "struct" && x.fields.some((f) => f.name === field));
  const typeOf = (x: StructType): Type | undefined => x.fields.find((f) => f.name === field)?.type;
  const meant = having.filter((x) => { const type = typeOf(x); return read !== null && type !== undefined && sameType(present(type), present(read)); });
  return meant.length > 0 ? meant : having;
}

export const isStruct = (t: Type): boolean => t.kind === "struct" || (t.kind === "nullable" && isStruct(t.inner));

/** a variable, of a module too, and fields of it: what `typeof` takes in a type */
export const isPath = (e: Expr): boolean => e.kind === "var" || (e.kind === "load" && isPresent(e.type) && (e.place.kind === "cell" || (e.place.kind === "field" && isIdentifier(e.place.field) && isPath(e.place.base))));

export const mayLackAny = (t: Type): boolean => (t.kind === "nullable" ? mayLackAny(t.inner) : t.kind === "union" ? t.members.some(mayLackAny) : t.kind === "struct" && t.fields.some((f) => f.optional || !isPresent(f.type)));

/** the name of a member of an enumeration, by its number: an element that may be missing, to TypeScript */
export const isReversed = ({ base, field }: Place & { readonly kind: "field" }): boolean => base.kind === "load" && base.place.kind === "cell" && /^\d+$/.test(field);

/** may the type of an object lack a value for the field? */
export function mayLack(t: Type, name: string): boolean {
  if (t.kind === "nullable") return mayLack(t.inner, name);
  if (t.kind === "union") return t.members.some((x) => mayLack(x, name));
  const field = t.kind === "struct" ? t.fields.find((f) => f.name === name) : undefined;
  return field !== undefined && (field.optional || !isPresent(field.type));
}

/** does it print as a run of operators? */
export function isInfix(e: Expr): boolean {
  if (e.kind !== "op") return false;
  if (e.op === "!") return e.args[0]?.kind === "op" && e.args[0].op === "isNullish";
  return e.op === "isNullish" || infixOf(e.op) !== undefined;
}

/** an element that is there, whatever index access is checked */
export const isTupleElement = (t: Type, index: Expr): boolean => t.kind === "tuple" && index.kind === "const" && Number(index.value) < t.elements.length && !isOptionalElement(t, index);

/** an element that a tuple may do without */
export const isOptionalElement = (t: Type, index: Expr): boolean => t.kind === "tuple" && (index.kind === "const" ? mayBeLeftOut(t, Number(index.value)) : t.optional !== undefined);

/** a name that is known here, of a field that is */
export const isFieldOf = (t: Type, name: Expr): name is Expr & { readonly kind: "const" } =>
  name.kind === "const" && typeof name.value === "string" && t.kind === "struct" && t.fields.some((f) => f.name === name.value);

/** an instance as the arguments of its constructor; null where the constructor may do more than fill these fields, or calls would change their order */
export function positionalArguments(e: Expr & { readonly kind: "struct" }, { positional }: Cell, calls: ReadonlyMap<Var, unknown>): readonly Expr[] | null {
  if (positional === undefined || positional.length !== e.fields.length) return null;
  const args = positional.flatMap((name) => e.fields.filter((f) => f.name === name).map((f) => f.value));
  if (args.length !== positional.length) return null;
  const isOrdered = positional.every((name, i) => e.fields[i]?.name === name);
  const calling = (x: Expr): boolean => (x.kind === "var" && calls.has(x.variable)) || operands(x).some(calling);
  return isOrdered || !args.some(calling) ? args : null;
}

/** the arguments of `slice` and `subarray` */
export const rangeOf = (e: Expr & { readonly kind: "copy" | "view" }): readonly Expr[] => [...(e.start ? [e.start] : e.end ? [{ kind: "const", value: 0 } as const] : []), ...(e.end ? [e.end] : [])];
