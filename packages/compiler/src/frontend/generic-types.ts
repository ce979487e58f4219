// Types that are computed from type parameters: `S[K]`, `keyof S`, `Partial<S>`, `Pick<S, K>`, `S & Partial<S>`. TypeScript leaves them as they are inside of a
// generic function; here the parameters stand for types, and so do these.
// Assumes a table that knows what the parameters stand for. What cannot be computed has no type (`unknown`): a value of it is no number that
// is left out in silence, but one that nobody may use before its type is known.
import { ts } from "ts-morph";
import type { Field, Type } from "../ir/ir.ts";
import { STRING } from "../ir/build.ts";
import { isMapped } from "./type-parts.ts";
import { oneOfNumbers, orUndefined, present, sameType } from "../ir/facts.ts";

/** what a table of types (types.ts) lends */
export interface GenericTypes {
  readonly checker: ts.TypeChecker;
  readonly of: (type: ts.Type) => Type;
  readonly within: (parameters: ReadonlyMap<ts.Type, Type>) => GenericTypes;
  /** is it a type parameter that stands for something here? */
  readonly isGiven: (type: ts.Type) => boolean;
  readonly struct: (fields: readonly Field[]) => Type;
}

export const NO_TYPE: Type = { kind: "opaque", text: "unknown" };

const namesIn = (type: Type): readonly string[] | null => (type.kind === "string" && type.literals !== undefined ? type.literals.map(String) : null);

/** `S[K]` */
export function accessType({ objectType, indexType }: ts.IndexedAccessType, { of }: GenericTypes): Type {
  const object = present(of(objectType));
  const names = namesIn(of(indexType));
  if (object.kind === "array") return object.element;
  if (object.kind === "map") return object.value;
  if (object.kind !== "struct" || names === null) return NO_TYPE;
  const types = names.map((name) => { const field = object.fields.find((f) => f.name === name); return field === undefined ? NO_TYPE : field.optional ? orUndefined(field.type) : field.type; });
  const [first] = types;
  if (first === undefined) return NO_TYPE;
  if (types.every((x) => x.kind === "real")) return oneOfNumbers(types);
  return types.every((x) => sameType(x, first)) ? first : NO_TYPE;
}

/** `keyof S` */
export function keyType({ type }: ts.IndexType, { of }: GenericTypes): Type {
  const object = present(of(type));
  return object.kind === "struct" && object.fields.length > 0 ? { kind: "string", literals: object.fields.map((f) => f.name) } : STRING;
}

/** `S & T`, which is also what TypeScript calls `{ ...s, ...t }`: of a property that both have the later one, or the earlier where the later may be missing; null where neither is open */
export function mergedType({ types: members }: ts.IntersectionType, types: GenericTypes): Type | null {
  if (!members.some((x) => types.isGiven(x) || (x.flags & ts.TypeFlags.Instantiable) !== 0 || isMapped(x) && mappedType(x, types) !== null)) return null;
  const fields = new Map<string, Field>();
  for (const member of members.map(types.of)) {
    if (member.kind !== "struct" || member.isClass) return NO_TYPE;
    for (const field of member.fields) {
      const before = fields.get(field.name);
      if (before !== undefined && field.optional && !sameType(present(before.type), present(field.type))) return NO_TYPE;
      if (before === undefined || !field.optional) fields.set(field.name, field);
    }
  }
  return types.struct([...fields.values()]);
}

/** what is mapped over a type that the text does not name; null for other types */
export function mappedType(type: ts.Type, types: GenericTypes): Type | null {
  const node = type.symbol?.declarations?.find(ts.isMappedTypeNode);
  const constraint = node?.typeParameter.constraint;
  if (node === undefined || constraint === undefined || node.type === undefined) return null;
  const { checker } = types;
  const given = argumentsOf(type, node, checker);
  const keys = checker.getTypeFromTypeNode(constraint);
  const meant = (x: ts.Type): ts.Type => given.get(x) ?? x;
  const source = keys.flags & ts.TypeFlags.Index ? meant((keys as ts.IndexType).type) : null;
  const open = source ?? meant(keys);
  // of one that stands in another alias TypeScript has put in what the parameters mean
  if ((open.flags & ts.TypeFlags.Instantiable) === 0 || (given.size === 0 && !types.isGiven(open))) return null;
  const inside = given.size === 0 ? types : types.within(new Map([...given].map(([x, to]) => [x, types.of(to)])));
  const object = source === null ? null : present(types.of(source));
  const fields = object?.kind === "struct" ? object.fields : null;
  const names = fields?.map((f) => f.name) ?? (source === null ? namesIn(inside.of(keys)) : null);
  if (names === null || node.nameType !== undefined) return NO_TYPE;
  const named = checker.getSymbolAtLocation(node.typeParameter.name);
  if (named === undefined) return NO_TYPE;
  const key = checker.getDeclaredTypeOfSymbol(named);
  const template = checker.getTypeFromTypeNode(node.type);
  // `Pick<S, K>` is mapped over names of a type, which are as optional as they are there
  const from = template.flags & ts.TypeFlags.IndexedAccess ? present(inside.of((template as ts.IndexedAccessType).objectType)) : null;
  const made = names.map((name): Field => {
    const own = fields?.find((f) => f.name === name) ?? (from?.kind === "struct" ? from.fields.find((f) => f.name === name) : undefined);
    const optional = node.questionToken === undefined ? own?.optional === true : node.questionToken.kind !== ts.SyntaxKind.MinusToken;
    const isOwn = own !== undefined && from !== null && (template as ts.IndexedAccessType).indexType === key;
    return { name, type: isOwn ? own.type : inside.within(new Map([[key, { kind: "string", literals: [name] }]])).of(template), optional };
  });
  return made.some((f) => f.type === NO_TYPE) ? NO_TYPE : types.struct(made);
}

/** what the parameters of the alias stand for that declares a mapped type */
function argumentsOf({ aliasSymbol, aliasTypeArguments }: ts.Type, node: ts.MappedTypeNode, checker: ts.TypeChecker): ReadonlyMap<ts.Type, ts.Type> {
  const alias = aliasSymbol?.declarations?.find(ts.isTypeAliasDeclaration);
  if (alias === undefined || alias.type !== node) return new Map();
  return new Map((alias.typeParameters ?? []).flatMap((x, i) => (aliasTypeArguments?.[i] === undefined ? [] : [[checker.getTypeAtLocation(x), aliasTypeArguments[i]] as const])));
}
