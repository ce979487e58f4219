// `structuredClone(value)`: written out by the type of the value, as a person would copy it by hand.
// Guarantees what the algorithm of HTML promises: the copies share no memory with the original, and what the original holds in several
// places the copy holds in the same places, once. Only where a place may hold what another holds is that remembered, in a map from
// original to copy; objects that may hold themselves are copied by a function that calls itself.
// Assumes that no two typed arrays in the value look at one buffer: their copies would share one, too.
import { ts } from "ts-morph";
import type { Expr, Field, Func, FuncId, MapType, StructType, Type, Var } from "../../ir/ir.ts";
import { BOOLEAN, constant, element, field, length, load, op, parameterOf, typeOf, UNDEFINED, use, ZERO } from "../../ir/build.ts";
import { isAbsent, orUndefined, present, sameType } from "../../ir/facts.ts";
import { spanOf } from "../nodes.ts";
import type { Body } from "./body.ts";
import { isSparse } from "./array-loop.ts";
import { elementType, entryAt, isSet, keyed, shown } from "./entries.ts";
import { fixedLoop, lengthNow } from "./iterate.ts";
import { addElement } from "./keyed.ts";
import { nullish } from "./operator.ts";
import { holdsSparse } from "./sparse.ts";
import * as refusals from "../../diagnostics/catalog.ts";

type Container = (Type & { readonly kind: "array" | "tuple" }) | StructType | MapType;

/** Where an object or array may stand in the value. */
interface Position {
  readonly type: Container;
  /** may it stand in several places? */
  isShared: boolean;
  /** may it be inside itself? */
  isRecursive: boolean;
  /** copies what may be inside itself */
  copier: FuncId | null;
}

/** copies that were made so far */
interface Seen {
  readonly type: Container;
  readonly copies: Var;
}

export function cloneStructure(b: Body, node: ts.CallExpression): Expr | null {
  const [given] = node.arguments;
  if (given === undefined || node.arguments.length > 1 || ts.isSpreadElement(given)) return b.refuse(refusals.unsupportedFunction(spanOf(node), "structuredClone with a transfer list", "leave the list out"), node);
  const value = b.atom(given);
  const positions: Position[] = [];
  const problem = find(typeOf(value), false, [], positions);
  if (problem !== null) return b.refuse(refusals.unsupportedFunction(spanOf(node), `structuredClone of ${problem}`, "copy the arrays and objects"), node);
  const seen = positions.filter((x) => x.isShared).map(({ type }): Seen => ({ type, copies: b.define("copies", { kind: "new", length: ZERO, zeroed: false, type: copiesOf(type) }, node) }));
  return new Cloner(b, node, positions, seen, isSparse(b, given, []) || holdsSparse(b, given)).clone(value, typeOf(value));
}

const copiesOf = (type: Container): MapType => ({ kind: "map", container: "Map", key: type, value: type });

const isContainer = (type: Type): type is Container => type.kind === "array" || type.kind === "tuple" || type.kind === "struct" || type.kind === "map";

const isInert = ({ kind }: Type): boolean => kind === "real" || kind === "boolean" || kind === "string" || kind === "bigint" || kind === "void";

/** the parts that hold other values */
function partsOf(type: Container): readonly Type[] {
  switch (type.kind) {
    case "array": return [type.element];
    case "tuple": return type.elements;
    case "struct": return type.fields.map((x) => x.type);
    case "map": return type.container === "Map" ? [type.key, type.value] : [type.value];
  }
}

/** notes where objects and arrays may stand; says what cannot be copied, or null. `open`: what stands around */
function find(given: Type, isMany: boolean, open: readonly Container[], positions: Position[]): string | null {
  const type = present(given);
  if (isInert(type) || (type.kind === "union" && type.members.every((x) => isInert(present(x))))) return null;
  if (!isContainer(type)) return type.kind === "function" ? "a function" : type.kind === "union" ? "an object of several types" : "a value without a type";
  if (type.kind === "struct" && type.isClass) return "an instance of a class";
  if (type.kind === "map" && type.container.startsWith("Weak")) return `a ${type.container}`;
  const known = positions.find((x) => isAlike(x.type, type));
  if (known !== undefined) {
    known.isRecursive ||= open.some((x) => isAlike(x, type));
    if (known.isShared) return null;
    known.isShared = true;
  } else {
    const other = positions.find((x) => mayBeSame(x.type, type));
    if (other !== undefined) return "an object that may stand in it under two types";
    positions.push({ type, isShared: isMany, isRecursive: false, copier: null });
  }
  // what several hold may stand in several places itself
  const isRepeated = isMany || known !== undefined;
  const holdsMany = type.kind === "array" || type.kind === "map";
  for (const part of partsOf(type)) {
    const problem = find(part, isRepeated || holdsMany, [...open, type], positions);
    if (problem !== null) return problem;
  }
  return null;
}

/** the same type, or literals that list the same fields */
function isAlike(a: Container, b: Container): boolean {
  if (a.kind !== "struct" || b.kind !== "struct" || a.name !== null || b.name !== null) return sameType(a, b);
  return a.fields.length === b.fields.length && a.fields.every((x) => b.fields.some((y) => y.name === x.name && y.optional === x.optional && sameType(x.type, y.type)));
}

/** may one object be of both types? */
function mayBeSame(a: Container, b: Container): boolean {
  if (a.kind === "struct" && b.kind === "struct") return holdsAll(a, b) || holdsAll(b, a);
  if (a.kind === "map" && b.kind === "map") return a.container === b.container && mayHoldSame(a.value, b.value);
  if (a.kind === "array" && b.kind === "array") return a.array === b.array && mayHoldSame(a.element, b.element);
  if (a.kind === "tuple" && b.kind === "tuple") return a.elements.length === b.elements.length && a.elements.every((x, i) => mayHoldSame(x, b.elements[i]!));
  const [tuple, array] = a.kind === "tuple" ? [a, b] : [b, a];
  return tuple.kind === "tuple" && array.kind === "array" && array.array === "Array" && tuple.elements.every((x) => mayHoldSame(x, array.element));
}

const holdsAll = (a: StructType, b: StructType): boolean => b.fields.every((x) => x.optional || a.fields.some((y) => y.name === x.name && mayHoldSame(x.type, y.type)));

function mayHoldSame(a: Type, b: Type): boolean {
  const [x, y] = [present(a), present(b)];
  return x.kind === y.kind && (!isContainer(x) || !isContainer(y) || x === y || (x.kind === "struct" ? true : mayBeSame(x, y)));
}

class Cloner {
  readonly #b: Body;
  readonly #node: ts.Node;
  readonly #positions: readonly Position[];
  readonly #seen: readonly Seen[];
  /** may elements of arrays be missing? */
  readonly #isSparse: boolean;

  constructor(b: Body, node: ts.Node, positions: readonly Position[], seen: readonly Seen[], isSparse: boolean) {
    this.#b = b;
    this.#node = node;
    this.#positions = positions;
    this.#seen = seen;
    this.#isSparse = isSparse;
  }

  clone(value: Expr, type: Type): Expr {
    const b = this.#b;
    const node = this.#node;
    if (type.kind === "nullable") {
      if (isInert(type.inner) || isAbsent(value)) return value;
      const result = b.declare("copy", type, node, value);
      b.branch(nullish(b, value, node), () => undefined, () => b.assign(result, this.clone(use(b.define("value", value, node, type.inner)), type.inner), node), node);
      return b.settle(use(result), node);
    }
    if (!isContainer(type)) return value;
    const position = this.#positions.find((x) => isAlike(x.type, type));
    if (position?.isRecursive === true) return this.#call(value, position);
    return this.#once(value, type);
  }

  /** the copy that was made of the object, or one made now */
  #once(value: Expr, type: Container): Expr {
    const b = this.#b;
    const node = this.#node;
    const copies = this.#seen.find((x) => isAlike(x.type, type))?.copies;
    if (copies === undefined) return this.#make(value, type, () => undefined);
    const place = element(use(copies), value);
    const known = b.settle(load(place, orUndefined(type), true), node, "known");
    const copy = b.declare("copy", type, node);
    const make = (): void => b.assign(copy, this.#make(value, type, (made) => b.emit({ kind: "store", place, value: made, origin: b.origin(node) })), node);
    b.branch(nullish(b, known, node), make, () => b.assign(copy, use(b.define("known", known, node, type)), node), node);
    return b.settle(use(copy), node);
  }

  /** `note` is told of the copy before it holds what may hold it */
  #make(value: Expr, type: Container, note: (made: Expr) => void): Expr {
    const made = type.kind === "struct" ? this.#object(value, type, note) : type.kind === "map" ? this.#entries(value, type, note) : this.#elements(value, type, note);
    return use(made);
  }

  #elements(value: Expr, type: Type & { readonly kind: "array" | "tuple" }, note: (made: Expr) => void): Var {
    const b = this.#b;
    const node = this.#node;
    if (type.kind === "array" && isInert(present(type.element))) {
      const made = b.define("copy", { kind: "copy", source: value, start: null, end: null, type }, node);
      note(use(made));
      return made;
    }
    if (type.kind === "tuple") {
      const copied = (x: Type, i: number): Expr => this.clone(b.settle(load(element(value, constant(i)), x), node), x);
      const parts = type.elements.map((x, i) => (this.#holds(x, type) ? nothingOf(x) : copied(x, i)));
      const made = b.define("copy", { kind: "array", elements: parts.map((x) => ({ value: x, spread: false })), type }, node);
      note(use(made));
      type.elements.forEach((x, i) => { if (this.#holds(x, type)) b.emit({ kind: "store", place: element(use(made), constant(i)), value: copied(x, i), origin: b.origin(node) }); });
      return made;
    }
    const count = b.settle(length(value), node);
    const made = b.define("copy", { kind: "new", length: count, zeroed: false, type }, node);
    note(use(made));
    const part = elementType(type);
    const copyAt = (index: Expr): void => {
      const copy = this.clone(b.settle(load(element(value, index), part), node), part);
      b.emit({ kind: "store", place: element(use(made), index), value: copy, origin: b.origin(node) });
    };
    fixedLoop(b, node, count, (index) => {
      if (!this.#isSparse) copyAt(index);
      else b.branch(b.settle(op("in", [index, value], BOOLEAN), node, "exists"), () => copyAt(index), () => undefined, node);
    });
    return made;
  }

  #object(value: Expr, type: StructType, note: (made: Expr) => void): Var {
    const b = this.#b;
    const node = this.#node;
    const isLate = (x: Field): boolean => x.optional || this.#holds(x.type, type);
    const read = (x: Field): Expr => b.settle(load(field(value, x.name), x.type), node, x.name);
    const copies = new Map(type.fields.filter((x) => !isLate(x)).map((x) => [x, this.clone(read(x), x.type)] as const));
    const fields = type.fields.filter((x) => !x.optional).map((x) => ({ name: x.name, value: copies.get(x) ?? nothingOf(x.type) }));
    const made = b.define("copy", { kind: "struct", fields, type }, node);
    note(use(made));
    for (const x of type.fields.filter(isLate)) {
      const copy = (): void => b.emit({ kind: "store", place: field(use(made), x.name), value: this.clone(read(x), x.type), origin: b.origin(node) });
      if (!x.optional) copy();
      else b.branch(b.settle(op("in", [constant(x.name), value], BOOLEAN), node, "exists"), copy, () => undefined, node);
    }
    return made;
  }

  #entries(value: Expr, type: MapType, note: (made: Expr) => void): Var {
    const b = this.#b;
    const node = this.#node;
    const made = b.define("copy", { kind: "new", length: ZERO, zeroed: false, type }, node);
    note(use(made));
    const source = keyed(b, value, "values", type.value, node);
    fixedLoop(b, node, lengthNow(b, source.array, node), (index) => {
      const key = b.settle(load(element(source.array, index), source.key), node, "key");
      const entry = b.settle(isSet(type) ? shown(b, source, key, node) : entryAt(b, value, key, type.value, false, node), node);
      const copy = this.clone(entry, type.value);
      if (isSet(type)) return addElement(b, use(made), type, copy, node);
      b.emit({ kind: "store", place: element(use(made), this.clone(key, type.key)), value: copy, origin: b.origin(node) });
    });
    return made;
  }

  /** may a value of this type hold one of the other, or be one? */
  #holds(given: Type, other: Container, open: readonly Type[] = []): boolean {
    const type = present(given);
    if (!isContainer(type) || open.some((x) => sameType(x, type))) return false;
    return sameType(type, other) || partsOf(type).some((x) => this.#holds(x, other, [...open, type]));
  }

  /** by a function that is made once for all copies of this type */
  #call(value: Expr, position: Position): Expr {
    const b = this.#b;
    const node = this.#node;
    const id = position.copier ?? this.#copier(position);
    const copy = b.unit.supply.fresh("copy", position.type);
    b.emit({ kind: "call", callee: { kind: "function", func: id }, args: [value, ...this.#seen.map((x) => use(x.copies))], result: copy, origin: b.origin(node) });
    return use(copy);
  }

  #copier(position: Position): FuncId {
    const { type } = position;
    const b = this.#b;
    const origin = { span: spanOf(this.#node), comments: [] };
    const { supply } = b.unit;
    const source = supply.fresh("value", type);
    const seen = this.#seen.map((x) => ({ ...x, copies: supply.fresh("copies", x.copies.type) }));
    const name = `copy${type.kind === "struct" ? type.name ?? "Object" : "Array"}`;
    const id = `${origin.span.file}#${name}@${origin.span.start}$${source.id}`;
    position.copier = id;
    const inside = new Cloner(b, this.#node, this.#positions, seen, this.#isSparse);
    const body = b.block(() => b.exit({ kind: "return", value: inside.#once(use(source), type) }, this.#node));
    const made: Func = { id, name, params: [source, ...seen.map((x) => x.copies)].map(parameterOf), body, result: null, resultType: type, resultText: null, origin };
    b.unit.made.push(made);
    return id;
  }
}

/** what stands in a field until it gets its copy */
const nothingOf = (type: Type): Expr => (type.kind === "nullable" && type.nothing[0] === "null" ? constant(null) : UNDEFINED);
