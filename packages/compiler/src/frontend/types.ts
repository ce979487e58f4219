// TypeScript's types → our own (ir.ts `Type`): what the compiler asks of a type after the front door.
// Assumes a checker whose libraries resolve. Guarantees one StructType object per declared type (so recursive types are
// cyclic), the same Type for the same ts.Type, and termination on every type: what cannot be said becomes `opaque`.
import { ts } from "ts-morph";
import type { Field, StructType, Type, UnionType } from "../ir/ir.ts";
import { BOOLEAN, REAL, STRING, VOID } from "../ir/build.ts";
import { orUndefined, sameType } from "../ir/facts.ts";
import { walkType } from "../ir/walkable.ts";
import { accessorFields, classNode, enumFields, fieldName, isField, isFromLibrary, isMapped, isReadonly, literalOf, membersOf, Mentions, Parts, Reach, withNumbers, withTexts } from "./type-parts.ts";
import { baseNode, chainOf, classKey, declaringClass, type ClassInstance, type ClassNode, heritageOf, instanceType, isAbstract, isException, subclassesOf } from "./classes.ts";
import { arrayOf, tupleOf } from "./alternatives.ts";
import { NO_PACKAGES, type PackageClasses } from "./package-classes.ts";
import { accessType, keyType, mappedType, mergedType, NO_TYPE } from "./generic-types.ts";
import { CONTAINERS, isTypedArrayName, WALKS } from "./library-types.ts";
import { fits, implementersOf, inferParameters } from "./implementers.ts";

export interface TypeTable {
  readonly of: (type: ts.Type) => Type;
  /** of an instance of this class itself: `of` a class with subclasses is the union of all that an instance may be */
  readonly exact: (type: ts.Type) => Type;
  /** the class whose instances an object type describes; null for other object types */
  readonly classOf: (struct: StructType) => ClassInstance | null;
  /** the table inside a generic function whose type parameters stand for these types */
  readonly within: (parameters: ReadonlyMap<ts.Type, Type>) => TypeTable;
  /** what declares the object type with this id by a name that stands for it alone; null for literals and generic types */
  readonly symbolOf: (struct: number) => ts.Symbol | null;
  /** the alias that declares a union */
  readonly aliasOf: (union: UnionType) => ts.Symbol | null;
}

const opaque = (text: string): Type => ({ kind: "opaque", text });

/** shared by a table and those made from it */
interface Registry {
  readonly checker: ts.TypeChecker;
  readonly program: ts.Program | null;
  /** the code of a class that a package declares */
  readonly code: PackageClasses;
  readonly classes: Map<number, () => ClassInstance>;
  readonly structs: { count: number };
  readonly reach: Reach;
  readonly symbols: Map<number, ts.Symbol>;
  /** ids of enumerations of texts */
  readonly enumerations: Map<ts.Symbol, number>;
  readonly aliases: Map<UnionType, ts.Symbol>;
  /** how many types each declaration has become so far */
  readonly instances: Map<ts.Symbol, number>;
  readonly parts: Parts;
}

// a generic type that contains ever larger instances of itself has no end; nobody's numbers are that deep
const MOST_INSTANCES = 200;
const DEEPEST = 100;

class Table implements TypeTable {
  readonly #registry: Registry;
  readonly #outer: Table | null;
  readonly #parameters: ReadonlyMap<ts.Type, Type>;
  readonly #known = new Map<ts.Type, Type>();
  readonly #exact = new Map<ts.Type, Type>();
  /** the types whose conversion depends on the parameters */
  readonly #mentions: Mentions;
  readonly #open = new Set<ts.Type>();

  constructor(registry: Registry, outer: Table | null, parameters: ReadonlyMap<ts.Type, Type>) {
    this.#registry = registry;
    this.#outer = outer;
    this.#parameters = parameters;
    this.#mentions = new Mentions(registry.parts, parameters);
  }

  readonly symbolOf = (struct: number): ts.Symbol | null => this.#registry.symbols.get(struct) ?? null;

  readonly aliasOf = (union: UnionType): ts.Symbol | null => this.#registry.aliases.get(union) ?? null;

  readonly classOf = (struct: StructType): ClassInstance | null => this.#registry.classes.get(struct.id)?.() ?? null;

  readonly exact = (type: ts.Type): Type => {
    if (this.#outer !== null && !this.#mentions.has(type)) return this.#outer.exact(type);
    const known = this.#exact.get(type);
    if (known !== undefined) return this.#met(known);
    const made = classNode(type) === null ? this.of(type) : this.#struct(type);
    this.#exact.set(type, made);
    return made;
  };

  readonly within = (parameters: ReadonlyMap<ts.Type, Type>): Table =>
    (parameters.size === 0 ? this : new Table(this.#registry, this, new Map([...this.#parameters, ...parameters])));

  readonly of = (type: ts.Type): Type => {
    const known = this.#known.get(type);
    if (known !== undefined) return this.#met(known);
    if (this.#outer !== null && !this.#mentions.has(type)) return this.#outer.of(type);
    // a type that contains itself without an object type in between cannot be written down: what is in there is not known
    if (this.#open.has(type) || this.#open.size > DEEPEST) return NO_TYPE;
    this.#open.add(type);
    const made = this.#convert(type);
    this.#open.delete(type);
    this.#known.set(type, made);
    return made;
  };

  #met(type: Type): Type {
    if (type.kind === "struct") this.#registry.reach.meet(type);
    return type;
  }

  #convert(type: ts.Type): Type {
    const { flags } = type;
    const { TypeFlags } = ts;
    if (flags & TypeFlags.Any) return opaque("any");
    if (flags & TypeFlags.Unknown) return opaque("unknown");
    if (flags & TypeFlags.Never) return opaque("never");
    if (flags & TypeFlags.NumberLike) return REAL;
    if (flags & TypeFlags.StringLike) return STRING;
    if (flags & TypeFlags.BooleanLike) return BOOLEAN;
    if (flags & TypeFlags.BigIntLike) return { kind: "bigint" };
    if (flags & TypeFlags.ESSymbolLike) return opaque("symbol");
    if (flags & (TypeFlags.Undefined | TypeFlags.Null | TypeFlags.Void)) return VOID;
    if (this.#registry.reach.isFar()) return opaque(type.symbol?.name ?? "object");
    if (type.isUnion()) return this.#union(type);
    if (flags & TypeFlags.Object) return this.#object(type);
    if (type.isIntersection()) return this.#intersection(type);
    return this.#constrained(type);
  }

  /** type parameters and what is computed from them */
  #constrained(type: ts.Type): Type {
    const given = this.#parameters.get(type);
    if (given !== undefined) return given;
    if (type.flags & ts.TypeFlags.IndexedAccess) return accessType(type as ts.IndexedAccessType, this);
    if (type.flags & ts.TypeFlags.Index) return keyType(type as ts.IndexType, this);
    const constraint = this.#registry.checker.getBaseConstraintOfType(type);
    const known = constraint === undefined || constraint === type ? opaque(this.#registry.checker.typeToString(type)) : this.of(constraint);
    // an object that has more than its constraint says, and a value without one, may hold numbers
    return (type.flags & ts.TypeFlags.Instantiable) !== 0 && (known.kind === "opaque" || (type.flags & ts.TypeFlags.Conditional) !== 0) ? NO_TYPE : known;
  }

  #union(type: ts.UnionType): Type {
    const nothing: ("null" | "undefined")[] = [];
    const members: Type[] = [];
    for (const x of type.types) {
      if (x.flags & ts.TypeFlags.Null) nothing.push("null");
      else if (x.flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Void)) nothing.push("undefined");
      else {
        const found = this.of(x);
        // an interface that classes fit is several in turn
        for (const member of found.kind === "union" ? found.members : [found]) if (!members.some((y) => sameType(member, y))) members.push(member);
      }
    }
    const kinds = [...new Set(nothing)].sort();
    const [first] = members;
    if (first === undefined) return VOID;
    const inner: Type = members.length === 1 ? first : arrayOf(members) ?? tupleOf(members) ?? { kind: "union", members: withTexts(members, type) };
    if (inner.kind === "union" && kinds.length === 0 && type.aliasSymbol !== undefined && !isInstance(type)) this.#registry.aliases.set(inner, type.aliasSymbol);
    return kinds.length === 0 || inner.kind === "opaque" ? inner : { kind: "nullable", inner, nothing: kinds };
  }

  /** branded primitives and functions are what they brand; the rest is one object with all the fields */
  #intersection(type: ts.IntersectionType): Type {
    const behind = this.#implemented(type);
    if (behind !== null) return behind;
    for (const x of type.types) {
      const member = this.of(x);
      if (member.kind !== "struct" && member.kind !== "opaque") return member;
    }
    return mergedType(type, this) ?? this.#struct(type);
  }

  #object(type: ts.Type): Type {
    const { checker } = this.#registry;
    if (checker.isTupleType(type)) return this.#tuple(type as ts.TypeReference);
    const { symbol } = type;
    if (checker.isArrayType(type)) return { kind: "array", array: "Array", element: withNumbers(checker.getTypeArguments(type as ts.TypeReference)[0] ?? checker.getAnyType(), this.of), ...(symbol?.name === "ReadonlyArray" ? { readonly: true } : {}) };
    if (symbol !== undefined && symbol.flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.Class) && isFromLibrary(symbol)) return this.#library(type, symbol.name);
    const signature = type.getCallSignatures().at(-1);
    if (signature !== undefined) return this.#function(signature);
    if (type.getConstructSignatures().length > 0) return opaque(checker.typeToString(type));
    const node = classNode(type);
    if (node === null) return (isMapped(type) ? mappedType(type, this) : null) ?? this.#implemented(type) ?? this.#struct(type);
    if (isException(node, checker)) return opaque("Error");
    const behind = this.#registry.code.classBehind(node);
    const real = behind === node ? null : instanceType(behind, checker);
    return real === null ? this.#instances(type, node) : this.of(real);
  }

  /** all that may stand behind an object type that classes fit: their instances, and objects made by literals; null where fields are all there is */
  #implemented(type: ts.Type): Type | null {
    const { program } = this.#registry;
    const { symbol } = type;
    // a value's own type, and what is no object of the program
    if (program === null || symbol === undefined || isFromLibrary(symbol) || (symbol.flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.TypeLiteral)) === 0 && !type.isIntersection()) return null;
    const found = implementersOf(type, program);
    if (found === null) return null;
    const members = found.classes.flatMap((x) => this.#implementer(x, type));
    if (members.length === 0) return null;
    if (found.isWritten) members.push(this.#struct(type));
    const [only] = members;
    return members.length === 1 && only !== undefined ? only : this.#interface(members, type);
  }

  /** what goes by the name of an interface, or of a class that others extend */
  #interface(members: readonly Type[], type: ts.Type): Type {
    const declared = type.aliasSymbol ?? ((type.symbol?.flags ?? 0) & (ts.SymbolFlags.Interface | ts.SymbolFlags.Class) ? type.symbol : undefined);
    if (declared === undefined || isInstance(type)) return { kind: "union", members };
    const union: UnionType = { kind: "union", members, shows: new Map(this.#registry.checker.getPropertiesOfType(type).map((x) => [x.name, isReadonly(x) ? "readonly" : "writable"])) };
    this.#registry.aliases.set(union, declared);
    return union;
  }

  /** a class as one of what an object type may be; none where its types differ */
  #implementer(node: ClassNode, wanted: ts.Type): readonly Type[] {
    const { checker } = this.#registry;
    const type = instanceType(node, checker);
    if (type === null) return [];
    const pairs = checker.getPropertiesOfType(wanted).flatMap((x) => {
      const own = checker.getPropertyOfType(type, x.name);
      return own === undefined ? [] : [[checker.getTypeOfSymbol(own), checker.getTypeOfSymbol(x)] as const];
    });
    const parameters = new Map<ts.Type, ts.Type>();
    for (const x of typeParameters(node, checker)) parameters.set(x, x);
    for (const [own, meant] of pairs) inferParameters(own, meant, parameters, checker);
    const inside = this.within(new Map([...parameters].flatMap(([x, meant]) => (x === meant ? [] : [[x, this.of(meant)] as const]))));
    return pairs.every(([own, meant]) => fits(inside.of(own), this.of(meant))) ? [inside.exact(type)] : [];
  }

  /** all that an instance of a class may be: one of the classes that extend it, or of itself */
  #instances(type: ts.Type, node: ClassNode): Type {
    const own = this.exact(type);
    const { program } = this.#registry;
    const below = program === null ? [] : subclassesOf(node, program);
    if (below.length === 0) return own;
    const others = below.filter((x) => !isAbstract(x)).flatMap((x) => this.#subclass(x, type, node));
    const members = isAbstract(node) ? others : [own, ...others];
    const [only] = members;
    return only === undefined ? own : members.length === 1 ? only : this.#interface(members, type);
  }

  /** a subclass as one of what a type of its base may be */
  #subclass(node: ClassNode, base: ts.Type, baseClass: ClassNode): readonly Type[] {
    const { checker } = this.#registry;
    const type = instanceType(node, checker);
    if (type === null) return [];
    const parameters = typeParameters(node, checker);
    if (parameters.length === 0) return checker.isTypeAssignableTo(type, base) || !isInstance(base) ? [this.exact(type)] : [];
    // parameters that are handed on to the base: what they stand for there
    const map = new Map<ts.Type, Type>();
    const heritage = heritageOf(node);
    const given = heritage === null || baseNode(node, checker) !== baseClass ? [] : checker.getTypeArguments(checker.getTypeAtLocation(heritage) as ts.TypeReference);
    const meant = checker.getTypeArguments(base as ts.TypeReference);
    given.forEach((x, i) => { const at = meant[i]; if (at !== undefined && parameters.includes(x)) map.set(x, this.of(at)); });
    return [this.within(map).exact(type)];
  }

  #library(type: ts.Type, name: string): Type {
    const { checker } = this.#registry;
    if (isTypedArrayName(name)) return { kind: "array", array: name, element: REAL };
    if (name === "TemplateStringsArray") return { kind: "array", array: "Array", element: STRING };
    if (name === "ArrayLike") return this.#indexed(type) ?? opaque(checker.typeToString(type));
    const [key, value] = checker.getTypeArguments(type as ts.TypeReference);
    const container = CONTAINERS.get(name);
    if (container !== undefined && key !== undefined) return { kind: "map", container, key: this.of(key), value: withNumbers(container.endsWith("Set") ? key : value ?? key, this.of) };
    if (WALKS.has(name) && key !== undefined) return walkType(this.of(key), value === undefined ? VOID : this.of(value));
    return opaque(checker.typeToString(type));
  }

  #tuple(type: ts.TypeReference): Type {
    const target = type.target as ts.TupleType;
    const variable = target.elementFlags.some((x) => (x & ts.ElementFlags.Variable) !== 0);
    const elements = this.#registry.checker.getTypeArguments(type).map((x) => (variable ? this.of(x) : withNumbers(x, this.of)));
    const access = target.readonly ? { readonly: true as const } : {};
    if (!variable) {
      const isOptional = (i: number): boolean => ((target.elementFlags[i] ?? 0) & ts.ElementFlags.Optional) !== 0;
      const optional = elements.filter((_, i) => isOptional(i)).length;
      return { kind: "tuple", elements: elements.map((x, i) => (isOptional(i) ? orUndefined(x) : x)), ...(optional > 0 ? { optional } : {}), ...access };
    }
    const distinct = elements.filter((x, i) => elements.findIndex((y) => sameType(x, y)) === i);
    return { kind: "array", array: "Array", element: distinct.length === 1 ? distinct[0] ?? VOID : { kind: "union", members: distinct }, ...access };
  }

  #function(signature: ts.Signature): Type {
    const { checker } = this.#registry;
    return { kind: "function", params: signature.parameters.map((x) => this.of(checker.getTypeOfSymbol(x))), result: this.of(checker.getReturnTypeOfSignature(signature)) };
  }

  #struct(type: ts.Type): Type {
    const { checker, structs, symbols, reach } = this.#registry;
    const { symbol } = type;
    const indexed = this.#indexed(type);
    if (indexed !== null) return indexed;
    if (symbol !== undefined && symbol.flags & ts.SymbolFlags.RegularEnum) return this.#enumeration(type, symbol);
    const record = this.#record(type);
    if (record !== null) return record;
    if (checker.getIndexInfosOfType(type).length > 0 || !this.#isAnother(symbol)) return opaque(checker.typeToString(type));
    const properties = checker.getPropertiesOfType(type);
    const isClass = symbol !== undefined && (symbol.flags & ts.SymbolFlags.Class) !== 0;
    const declared = type.aliasSymbol ?? (symbol !== undefined && symbol.flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.Class) ? symbol : undefined);
    const node = classNode(type);
    const lineage = node === null ? {} : { lineage: chainOf(node, checker).map(classKey) };
    const accessors = properties.some((x) => (x.flags & ts.SymbolFlags.Accessor) !== 0) ? { hasAccessors: true } as const : {};
    let fields: readonly Field[] | null = null;
    const fieldsOf = (struct: StructType): readonly Field[] => reach.into(struct, () => properties.flatMap((x) => (isField(x, type) ? [this.#field(x, isMapped(type), node)] : accessorFields(x, this.of(checker.getTypeOfSymbol(x))))));
    // what nobody looks into is not converted: from one type of a library all others may be reached
    const struct: StructType = { kind: "struct", id: structs.count++, name: declared?.name ?? null, isClass, ...lineage, ...accessors, get fields() { return (fields ??= fieldsOf(this)); } };
    reach.meet(struct);
    if (node === null) this.#known.set(type, struct);
    else {
      this.#exact.set(type, struct);
      this.#registry.classes.set(struct.id, () => ({ node, parameters: this.#arguments(type, node) }));
    }
    if (declared !== undefined && !isInstance(type)) symbols.set(struct.id, declared);
    return struct;
  }

  /** for types that are computed here (generic-types.ts) */
  get checker(): ts.TypeChecker {
    return this.#registry.checker;
  }

  readonly isGiven = (type: ts.Type): boolean => this.#parameters.has(type);

  readonly struct = (fields: readonly Field[]): Type => ({ kind: "struct", id: this.#registry.structs.count++, name: null, isClass: false, fields });

  #enumeration(type: ts.Type, symbol: ts.Symbol): Type {
    const struct: StructType = { kind: "struct", id: this.#registry.structs.count++, name: null, isClass: false, fields: enumFields(symbol, this.#registry.checker) };
    this.#known.set(type, struct);
    return struct;
  }

  /** the id of a declared enumeration */
  readonly #enumerated = (symbol: ts.Symbol): number => {
    const { enumerations, structs, symbols } = this.#registry;
    const id = enumerations.get(symbol) ?? structs.count++;
    enumerations.set(symbol, id);
    symbols.set(id, symbol);
    return id;
  };

  #field(property: ts.Symbol, isMapped: boolean, owner: ClassNode | null): Field {
    const { checker, program, code } = this.#registry;
    const { valueDeclaration, flags } = property;
    const declared = checker.getTypeOfSymbol(property);
    // what only the defaults of a pattern declare, in `const { gain = 1 } = {}`, may hold other values too
    const literal = property.declarations === undefined && !isMapped ? null : literalOf(declared) ?? membersOf(declared, checker, this.#enumerated);
    const isHidden = valueDeclaration !== undefined && (ts.getCombinedModifierFlags(valueDeclaration) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) !== 0;
    return {
      name: fieldName(property, program), type: literal ?? this.of(declared), optional: (flags & ts.SymbolFlags.Optional) !== 0,
      ...(isReadonly(property) ? { readonly: true } : {}), ...(isHidden ? { hidden: true, ...declaringClass(valueDeclaration) } : {}),
      ...(owner !== null && code.isUndeclared(owner, property.name) ? { undeclared: true } : {}),
    };
  }

  /** `{ length: number; [index: number]: T }`: whatever it is, it is read and written as an array */
  #indexed(type: ts.Type): Type | null {
    const { checker } = this.#registry;
    const [info] = checker.getIndexInfosOfType(type);
    if (info === undefined || !(info.keyType.flags & ts.TypeFlags.Number) || checker.getPropertyOfType(type, "length") === undefined) return null;
    return { kind: "array", array: "Array", element: this.of(info.type) };
  }

  /** an object with an index signature, whatever else it declares: its keys are known at run time only */
  #record(type: ts.Type): Type | null {
    const [index] = this.#registry.checker.getIndexInfosOfType(type);
    if (index === undefined || index.type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return null;
    return { kind: "map", container: "Object", key: index.keyType.flags & ts.TypeFlags.Number ? REAL : STRING, value: withNumbers(index.type, this.of) };
  }

  /** what the parameters of a class stand for in one of its types */
  #arguments(type: ts.Type, node: ClassNode): ReadonlyMap<ts.Type, Type> {
    const { checker } = this.#registry;
    const given = isInstance(type) ? checker.getTypeArguments(type as ts.TypeReference) : [];
    return new Map(typeParameters(node, checker).flatMap((x, i) => {
      const argument = given[i];
      return argument === undefined || argument === x && !this.#parameters.has(x) ? [] : [[x, this.of(argument)] as const];
    }));
  }

  #isAnother(symbol: ts.Symbol | undefined): boolean {
    if (symbol === undefined) return true;
    // what is global has no type of its own: it is everything there is
    if (symbol.flags & (ts.SymbolFlags.ValueModule | ts.SymbolFlags.NamespaceModule) && !(symbol.flags & ts.SymbolFlags.Class)) return false;
    const count = (this.#registry.instances.get(symbol) ?? 0) + 1;
    this.#registry.instances.set(symbol, count);
    return count <= MOST_INSTANCES;
  }
}

/** an instance of a generic type: its name alone does not say which */
const isInstance = (type: ts.Type): boolean => (type.aliasTypeArguments?.length ?? 0) > 0 || ((type as ts.TypeReference).typeArguments?.length ?? 0) > 0;

export const typeParameters = (node: ClassNode, checker: ts.TypeChecker): readonly ts.Type[] => (node.typeParameters ?? []).map((x) => checker.getTypeAtLocation(x));

export function createTypeTable(checker: ts.TypeChecker, program: ts.Program | null = null, code: PackageClasses = NO_PACKAGES): TypeTable {
  return new Table({ checker, program, code, classes: new Map(), structs: { count: 0 }, reach: new Reach(), symbols: new Map(), enumerations: new Map(), aliases: new Map(), instances: new Map(), parts: new Parts(checker) }, null, new Map());
}
