// What types are made of, as far as their conversion (types.ts) looks, and whether it meets a type parameter on the way.
// Assumes one checker. Guarantees that the checker is asked once for each type, and that each table of types walks each type once.
import { ts } from "ts-morph";
import { type ClassNode, privateKey } from "./classes.ts";
import { REAL } from "../ir/build.ts";
import type { Field, Literals, StructType, Type } from "../ir/ir.ts";

export const isLibraryFile = (path: string): boolean => /(^|\/)lib(\.[a-z0-9.]+)?\.d\.ts$/.test(path);

export const isFromLibrary = (symbol: ts.Symbol | undefined): boolean => symbol?.declarations?.some((x) => isLibraryFile(x.getSourceFile().fileName)) ?? false;

/** the class that a type is instances of */
export function classNode(type: ts.Type): ClassNode | null {
  const { symbol } = type;
  if (symbol === undefined || (symbol.flags & ts.SymbolFlags.Class) === 0 || isFromLibrary(symbol)) return null;
  return symbol.declarations?.find(ts.isClassLike) ?? null;
}

/** accessors and methods of classes are code */
export const isField = (property: ts.Symbol, { symbol }: ts.Type): boolean =>
  !(property.flags & ts.SymbolFlags.Accessor) && !(property.flags & ts.SymbolFlags.Method && symbol !== undefined && symbol.flags & ts.SymbolFlags.Class);

/** the key under which an object of a literal holds the code of an accessor */
export const accessorKey = (kind: "get" | "set", name: string): string => `${kind} ${name}`;

/** what an object of a literal holds for a property that it computes: code */
export function accessorFields({ name, declarations = [] }: ts.Symbol, type: Type): readonly Field[] {
  return declarations.flatMap((x): Field[] => {
    if (!ts.isObjectLiteralExpression(x.parent)) return [];
    if (ts.isGetAccessorDeclaration(x)) return [{ name: accessorKey("get", name), type: { kind: "function", params: [], result: type }, optional: false }];
    return ts.isSetAccessorDeclaration(x) ? [{ name: accessorKey("set", name), type: { kind: "function", params: [type], result: { kind: "void" } }, optional: false }] : [];
  });
}

/** declared so, or by a mapped type; what TypeScript computes for itself is told by flags that only it knows */
export const isReadonly = (symbol: ts.Symbol): boolean =>
  symbol.valueDeclaration !== undefined && (ts.getCombinedModifierFlags(symbol.valueDeclaration) & ts.ModifierFlags.Readonly) !== 0;

/** `#x` is called `__#1@#x` inside TypeScript, `[Symbol.iterator]` `__@iterator@12` */
export function fieldName(symbol: ts.Symbol, program: ts.Program | null): string {
  const { name, valueDeclaration } = symbol;
  if (name.startsWith("__@")) return `[Symbol.${name.slice(3).split("@", 1)[0] ?? ""}]`;
  if (!name.startsWith("__#")) return name;
  const short = name.slice(name.indexOf("@") + 1);
  return valueDeclaration !== undefined && program !== null && ts.isClassLike(valueDeclaration.parent) ? privateKey(valueDeclaration.parent, short, program) : short;
}

const isReference = (type: ts.Type): type is ts.TypeReference => ((type as ts.ObjectType).objectFlags & ts.ObjectFlags.Reference) !== 0;

/** The types that each type is made of. */
export class Parts {
  readonly #checker: ts.TypeChecker;
  readonly #known = new Map<ts.Type, readonly ts.Type[]>();

  constructor(checker: ts.TypeChecker) {
    this.#checker = checker;
  }

  of(type: ts.Type): readonly ts.Type[] {
    let known = this.#known.get(type);
    if (known === undefined) this.#known.set(type, (known = this.#find(type)));
    return known;
  }

  #find(type: ts.Type): readonly ts.Type[] {
    const checker = this.#checker;
    if (type.isUnionOrIntersection()) return type.types;
    if (type.flags & ts.TypeFlags.Instantiable) {
      const constraint = checker.getBaseConstraintOfType(type);
      const { objectType, indexType } = type as ts.IndexedAccessType;
      const made = type.flags & ts.TypeFlags.IndexedAccess ? [objectType, indexType] : type.flags & ts.TypeFlags.Index ? [(type as ts.IndexType).type] : type.flags & ts.TypeFlags.Conditional ? [(type as ts.ConditionalType).checkType, (type as ts.ConditionalType).extendsType] : [];
      return constraint === undefined ? made : [...made, constraint];
    }
    if (!(type.flags & ts.TypeFlags.Object)) return [];
    const given = [...(isReference(type) ? checker.getTypeArguments(type) : []), ...type.aliasTypeArguments ?? []];
    if (checker.isTupleType(type) || checker.isArrayType(type) || isFromLibrary(type.symbol)) return given;
    const signature = type.getCallSignatures().at(-1);
    if (signature !== undefined) return [...signature.parameters.map((x) => checker.getTypeOfSymbol(x)), checker.getReturnTypeOfSignature(signature)];
    const fields = checker.getPropertiesOfType(type).filter((x) => isField(x, type));
    return [...given, ...fields.map((x) => checker.getTypeOfSymbol(x)), ...checker.getIndexInfosOfType(type).map((x) => x.type)];
  }
}

/** types that contain ever larger ones have no end: they are taken to mention every parameter */
const MOST_SEEN = 2000;

/** The types that lead to one of some parameters. */
export class Mentions {
  readonly #parts: Parts;
  readonly #known: Map<ts.Type, boolean>;

  constructor(parts: Parts, parameters: ReadonlyMap<ts.Type, unknown>) {
    this.#parts = parts;
    this.#known = new Map([...parameters.keys()].map((x) => [x, true]));
  }

  /** stops at the first way to a parameter; where there is none, none of what was seen leads to one */
  has(type: ts.Type): boolean {
    const known = this.#known.get(type);
    if (known !== undefined) return known;
    const comesFrom = new Map<ts.Type, ts.Type[]>([[type, []]]);
    for (const x of comesFrom.keys()) {
      const mentions = this.#known.get(x);
      if (mentions === undefined) for (const part of this.#parts.of(x)) {
        const from = comesFrom.get(part);
        if (from === undefined) comesFrom.set(part, [x]);
        else from.push(x);
      }
      if (mentions === true) this.#note([x], comesFrom);
      if (comesFrom.size > MOST_SEEN) this.#note([...comesFrom.keys()], comesFrom);
      if (this.#known.get(type) === true) return true;
    }
    for (const x of comesFrom.keys()) if (!this.#known.has(x)) this.#known.set(x, false);
    return false;
  }

  /** what leads to these leads to a parameter */
  #note(found: ts.Type[], comesFrom: ReadonlyMap<ts.Type, readonly ts.Type[]>): void {
    const marked = new Set<ts.Type>();
    for (let x = found.pop(); x !== undefined; x = found.pop()) {
      if (marked.has(x)) continue;
      marked.add(x);
      this.#known.set(x, true);
      found.push(...comesFrom.get(x) ?? []);
    }
  }
}

// nobody's numbers are behind that many other types: where all types of a library lead to all others, the near ones are known
const NEAR = 3;
const MOST_NEAR = 20_000;
const MOST_FAR = 5000;

/** How far types are from those that were asked for, in object types in between, and how many were looked at. */
export class Reach {
  readonly #distances = new WeakMap<StructType, number>();
  /** of the types that are being converted */
  #distance = 0;
  #near = 0;
  #far = 0;

  meet(struct: StructType): void {
    const known = this.#distances.get(struct);
    if (known === undefined || known > this.#distance) this.#distances.set(struct, this.#distance);
  }

  /** looks at the fields of an object type that was met */
  into<T>(struct: StructType, look: () => T): T {
    const outer = this.#distance;
    this.#distance = (this.#distances.get(struct) ?? 0) + 1;
    try {
      return look();
    } finally {
      this.#distance = outer;
    }
  }

  /** is the next type too far away? What is asked for itself never is */
  isFar(): boolean {
    if (this.#distance === 0) return false;
    return this.#distance <= NEAR ? this.#near++ > MOST_NEAR : this.#far++ > MOST_FAR;
  }
}

/** the members of a union, with the texts that a string among them is one of: `number | "auto"` */
export function withTexts(members: readonly Type[], { types }: ts.UnionType): readonly Type[] {
  const texts = types.filter((x) => (x.flags & ts.TypeFlags.StringLike) !== 0);
  const literals = texts.flatMap((x) => (x.isStringLiteral() && (x.flags & ts.TypeFlags.EnumLiteral) === 0 ? [x.value] : []));
  return literals.length < texts.length ? members : members.map((x) => (x.kind === "string" ? { ...x, literals } : x));
}

/** what is null or undefined in a type, and the rest */
function apart(type: ts.Type): { readonly nothing: ("null" | "undefined")[]; readonly rest: readonly ts.Type[] } {
  const { TypeFlags } = ts;
  const parts = type.isUnion() ? type.types : [type];
  const nothing = parts.flatMap((x): ("null" | "undefined")[] => (x.flags & TypeFlags.Null ? ["null"] : x.flags & TypeFlags.Undefined ? ["undefined"] : []));
  return { nothing: nothing.sort(), rest: parts.filter((x) => (x.flags & (TypeFlags.Null | TypeFlags.Undefined)) === 0) };
}

const orNothing = (inner: Type, nothing: ("null" | "undefined")[]): Type => (nothing.length === 0 ? inner : { kind: "nullable", inner, nothing });

/** one of a few texts, numbers or truth values; null for all other types. Members of enumerations go by their names (`membersOf`). */
export function literalOf(type: ts.Type): Type | null {
  const { TypeFlags } = ts;
  const { nothing, rest } = apart(type);
  const [first] = rest;
  if (first === undefined || type.flags & TypeFlags.Boolean || !rest.every((x) => x.flags & TypeFlags.Literal && (x.flags & TypeFlags.EnumLiteral) === 0 && (x.flags & TypeFlags.Literal) === (first.flags & TypeFlags.Literal))) return null;
  const isBoolean = (first.flags & TypeFlags.BooleanLiteral) !== 0;
  if (isBoolean && rest.length > 1) return null;
  const literals = rest.flatMap((x): Literals => (isBoolean ? [(x as ts.Type & { readonly intrinsicName?: string }).intrinsicName === "true"] : x.isStringLiteral() || x.isNumberLiteral() ? [x.value] : []));
  if (literals.length < rest.length) return null;
  const made: Type = { kind: isBoolean ? "boolean" : first.isStringLiteral() ? "string" : "real", literals };
  return orNothing(made, nothing);
}

/** which numbers a type names, where it names a few */
export function numbersAmong(type: ts.Type): { readonly literals?: Literals } {
  const found = literalOf(type);
  return found?.kind === "real" && found.literals !== undefined ? { literals: found.literals } : {};
}

/** `Record<"a" | "b", T>` and its like: fields that no declaration stands for */
export const isMapped = (type: ts.Type): boolean => (type.flags & ts.TypeFlags.Object) !== 0 && ((type as ts.ObjectType).objectFlags & ts.ObjectFlags.Mapped) !== 0;

/** the type of an element, with the numbers that it is one of */
export function withNumbers(type: ts.Type, of: (type: ts.Type) => Type): Type {
  const found = literalOf(type);
  return found !== null && (found.kind === "nullable" ? found.inner : found).kind === "real" ? found : of(type);
}

/** one of some texts of an enumeration; null for all other types, and for members that have no name in a type */
export function membersOf(type: ts.Type, checker: ts.TypeChecker, idOf: (enumeration: ts.Symbol) => number): Type | null {
  const { nothing, rest } = apart(type);
  const found = rest.flatMap((x) => {
    const member = x.isStringLiteral() && (x.flags & ts.TypeFlags.EnumLiteral) !== 0 ? x.symbol.valueDeclaration : undefined;
    return member !== undefined && ts.isEnumMember(member) && ts.isIdentifier(member.name) ? [{ value: (x as ts.StringLiteralType).value, name: member.name.text, of: member.parent }] : [];
  });
  const [first] = found;
  if (first === undefined || found.length < rest.length || found.some((x) => x.of !== first.of)) return null;
  const symbol = checker.getSymbolAtLocation(first.of.name);
  if (symbol === undefined || symbol.declarations?.length !== 1) return null;
  const made: Type = { kind: "string", literals: found.map((x) => x.value), enumeration: { id: idOf(symbol), members: found.length === first.of.members.length ? null : found.map((x) => x.name) } };
  return orNothing(made, nothing);
}

/** an enumeration as an object: numbers go by their names, and names by their numbers. `enum Mode { Off }` is `{ 0: "Off", Off: 0 }`, in the order of JavaScript */
export function enumFields(symbol: ts.Symbol, checker: ts.TypeChecker): readonly Field[] {
  const types = new Map<string, Type>();
  for (const member of (symbol.declarations ?? []).filter(ts.isEnumDeclaration).flatMap((x) => x.members)) {
    const value = checker.getConstantValue(member);
    const isNumber = typeof value !== "string";
    if (!ts.isComputedPropertyName(member.name)) types.set(member.name.text, isNumber ? REAL : { kind: "string" });
    if (isNumber && value !== undefined) types.set(String(value), { kind: "string" });
  }
  const isIndex = (name: string): boolean => /^(?:0|[1-9]\d*)$/.test(name) && Number(name) < 2 ** 32 - 1;
  const names = [...types.keys()];
  const ordered = [...names.filter(isIndex).sort((x, y) => Number(x) - Number(y)), ...names.filter((x) => !isIndex(x))];
  return ordered.map((name) => ({ name, type: types.get(name) ?? { kind: "string" }, optional: false, readonly: true }));
}
