// Objects of which TypeScript does not see that they have a property: as what they are asserted.
import type { Expr, Field, Place, Type, UnionType } from "../ir/ir.ts";
import { isUntyped, present, structsOf } from "../ir/facts.ts";
import { typeOf } from "../ir/build.ts";
import type { EmitContext } from "./context.ts";
import { propertyText } from "./names.ts";
import { isDisguised, membersWith } from "./shapes.ts";

type FieldPlace = Place & { readonly kind: "field" };

type Context = Pick<EmitContext, "language" | "types" | "typing" | "narrowing">;

/** ` as T`, to stand behind the object that has the property; null where TypeScript sees it. `read`: the type of what is read */
export const told = (p: FieldPlace, read: Type | null, isWritten: boolean, context: Context): string | null =>
  (context.language !== "ts" ? null : caught(p, context) ?? undeclared(p, context) ?? impossible(p, read, context) ?? (isWritten ? opened(p, context) : null) ?? lacking(p, context) ?? viewed(p, read, context) ?? member(p.base, p.field, read, context));

/** an object that is written out here, maybe as one of several, without a property that its type has */
function lacking({ base, field }: FieldPlace, { types }: Context): string | null {
  const lacks = (e: Expr): boolean => (e.kind === "struct" ? !e.fields.some((f) => f.name === field) : e.kind === "op" && (e.op === "select" || e.op === "??") && e.args.some(lacks));
  const type = present(typeOf(base));
  return lacks(base) && type.kind === "struct" ? ` as ${types.text(type)}` : null;
}

/** an object of several types, as one that has the field: which it is, the program knows by a test that need not stand around this text */
function member(base: Expr, field: string, read: Type | null, { narrowing, types, typing }: Context): string | null {
  const shown = present(typing.shown(base));
  const union = shown.kind === "union" ? shown : present(typeOf(base));
  if (union.kind !== "union") return null;
  const possible = union.members.filter((x) => !narrowing.isExcluded(base, x, true));
  const fieldsOf = (members: readonly Type[]): readonly Field[] => membersWith(members, field, read).flatMap((x) => x.fields.filter((f) => f.name === field));
  const found = fieldsOf(possible);
  const [first] = found;
  // where TypeScript has excluded all that have it, it is read behind a test that never holds
  const [excluded] = first === undefined ? fieldsOf(union.members) : [];
  if (excluded !== undefined) return ` as unknown as { ${propertyText(field)}: ${types.text(excluded.type)} }`;
  if (first === undefined || found.length === possible.length) return null;
  return ` as { ${propertyText(field)}${first.optional ? "?: " : ": "}${types.text(first.type)} }`;
}

/** what was caught, where no test around this text says what it is: only exceptions have properties that are read of a value of no type */
const caught = ({ base }: FieldPlace, { typing, narrowing }: Context): string | null =>
  (isUntyped(present(typing.shown(base))) && !narrowing.isInstance(base) ? " as Error" : null);

/** an object that tests have shown to be of none of its types, for all that TypeScript sees: it is read where they never lead */
function impossible({ base, field }: FieldPlace, read: Type | null, { narrowing, types, typing }: Context): string | null {
  const shown = present(typing.shown(base));
  if (shown.kind !== "union" || !shown.members.every((x) => narrowing.isExcluded(base, x, false))) return null;
  const [held] = membersWith(shown.members, field, read).flatMap((x) => x.fields.filter((f) => f.name === field));
  return held === undefined ? null : ` as unknown as { ${propertyText(field)}: ${types.text(held.type)} }`;
}

/** an instance of a package's class as one that has a property of which the package says nothing */
function undeclared({ base, field }: FieldPlace, { types, typing }: Context): string | null {
  const type = present(typing.shown(base));
  const owner = structsOf(type).find((x) => x.fields.some((f) => f.name === field && f.undeclared === true));
  const first = owner?.fields.find((f) => f.name === field);
  return owner === undefined || first === undefined || !types.isNamed(owner) ? null : ` as unknown as { ${propertyText(field)}: ${types.text(first.type)} }`;
}

/** an object as one whose property may be written: it is made here, whatever its declared type forbids others */
function opened({ base, field }: FieldPlace, { types, typing }: Context): string | null {
  const type = present(typing.shown(base));
  if (type.kind === "union" && type.shows?.get(field) === "readonly") return writable(type, field, types);
  const found = type.kind === "struct" && types.isNamed(type) ? type.fields.find((f) => f.name === field) : undefined;
  if (found?.readonly !== true || found.hidden === true) return null;
  return ` as { ${propertyText(field)}${found.optional ? "?: " : ": "}${types.text(found.type)} }`;
}

/** an instance of one of several classes as one of those that let a property be written which their interface does not */
function writable({ members }: UnionType, field: string, types: Context["types"]): string | null {
  const having = membersWith(members, field, null);
  const fields = having.flatMap((x) => x.fields.filter((f) => f.name === field));
  const [first] = fields;
  if (first === undefined) return null;
  const isOpen = fields.every((f) => f.readonly !== true && f.hidden !== true) && !having.some((x) => isDisguised(x, types));
  return isOpen ? ` as ${types.text({ kind: "union", members: having })}` : ` as { ${propertyText(field)}: ${types.text(first.type)} }`;
}

/** an instance of one of several classes, as one of those that have the field */
function viewed({ base, field }: FieldPlace, read: Type | null, { types, typing }: Context): string | null {
  const inner = present(typeOf(base));
  const shown = present(typing.shown(base));
  // one of several with a private member of that name: which, a test has told that need not stand around this text
  if (inner.kind === "struct" && inner.isClass && shown.kind === "union" && inner.fields.some((f) => f.name === field && f.hidden === true)) return ` as unknown as ${types.text(inner)}`;
  // what TypeScript sees is one of the object's classes, which a test has told to be another
  if (read !== null && inner.kind === "struct" && !inner.fields.some((f) => f.name === field)) return ` as unknown as { ${propertyText(field)}: ${types.text(read)} }`;
  if (inner.kind !== "union" || !inner.members.some((x) => x.kind === "struct" && x.isClass)) return null;
  const having = membersWith(inner.members, field, read);
  const [only] = having;
  const owners = new Set(having.map((x) => x.fields.find((f) => f.name === field && f.hidden === true)?.owner));
  // private members of several classes are those of each of them
  if (only !== undefined && owners.size > 1) return ` as unknown as ${types.text(only)}`;
  if (having.length === inner.members.length && inner.shows?.has(field) !== false) return null;
  const isPlain = having.some((x) => isDisguised(x, types));
  return only === undefined ? null : `${isPlain ? " as unknown as " : " as "}${types.text(having.length === 1 ? only : { kind: "union", members: having })}`;
}
