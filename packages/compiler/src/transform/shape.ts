// Structures in the shape of a value with something else in place of each number: rows of Jacobians.
// Assumes types whose rows can be written out (`unfitShape`). Guarantees structured code: what is null or absent stays so, typed arrays become
// arrays, parts without a derivative are null in tuples and left out of objects.
import type { Expr, Field, FieldValue, Origin, Place, Stmt, StructType, Type } from "../ir/ir.ts";
import { assign, BOOLEAN, branch, constant, define, element, field, keysOf, length, load, op, REAL, store, STRING, type Supply, typeOf, use, ZERO } from "../ir/build.ts";
import { mayBeLeftOut, tupleLike } from "../ir/facts.ts";
import { CompilerBug } from "../diagnostics/diagnostic.ts";
import { type CompanionTypes, isDifferentiable, NULL } from "./companion.ts";

/** shapes whose rows have no type that could be written out */
export function unfitShape(t: Type, around: ReadonlySet<Type>): "union" | "recursive" | null {
  if (!isDifferentiable(t)) return null;
  const any = (types: readonly Type[]): "union" | "recursive" | null => types.map((x) => unfitShape(x, around)).find((x) => x !== null) ?? null;
  switch (t.kind) {
    case "array": return any([t.element]);
    case "tuple": return any(t.elements);
    case "map": return any([t.value]);
    case "nullable": return any([t.inner]);
    case "union": return "union";
    case "struct": {
      if (around.has(t)) return "recursive";
      const inside = new Set([...around, t]);
      return t.fields.map((f) => unfitShape(f.type, inside)).find((x) => x !== null) ?? null;
    }
    default: return null;
  }
}

export interface Part {
  readonly name: string;
  readonly type: Type;
  readonly optional: boolean;
  /** the part of a value of this shape */
  readonly of: (whole: Expr) => Place;
}

/** positions of a tuple; the fields of an object that have a derivative */
export function partsOf(t: Type & { readonly kind: "tuple" | "struct" }): readonly Part[] {
  if (t.kind === "tuple") return t.elements.map((type, i) => ({ name: String(i), type, optional: mayBeLeftOut(t, i), of: (e) => element(e, constant(i)) }));
  return t.fields.filter((f) => isDifferentiable(f.type)).map((f) => ({ name: f.name, type: f.type, optional: f.optional, of: (e) => field(e, f.name) }));
}

/** a tuple or an object that has these parts */
export const literalOf = (type: Type, parts: readonly FieldValue[]): Expr =>
  (type.kind === "tuple" ? { kind: "array", type, elements: parts.map(({ value }) => ({ value, spread: false })) } : { kind: "struct", type, fields: parts.map(({ name, value }) => ({ name, value })) });

/** a structure in the shape of `value` */
export interface Building {
  readonly value: Expr;
  /** of what stands in the value where its type says this; the same where it is left out */
  readonly typeOf?: (t: Type) => Type;
  /** another of the same shape, which is walked along; `leaf` is given what stands there in place of the number */
  readonly beside: Expr | null;
  readonly typeBeside: (t: Type) => Type;
  /** what stands in place of a number */
  readonly leafType: Type;
  readonly leaf: (beside: Expr, out: Stmt[]) => Expr;
}

/** along a value, a structure with arrays in place of its numbers, and its tangent */
export interface Visiting {
  readonly value: Expr;
  readonly rows: Expr;
  readonly dot: Expr;
  readonly rowType: Type;
  readonly store: (row: Expr, dot: Expr) => Stmt;
  /** what writes: it goes behind all that is read, so that it can run for one direction after the other */
  readonly later: Stmt[];
}

export class Shaper {
  readonly #supply: Supply;
  readonly #types: CompanionTypes;
  readonly #freshId: () => number;
  readonly #origin: Origin;
  readonly #structs = new Map<Type, Map<Type, Type>>();

  constructor(supply: Supply, types: CompanionTypes, freshId: () => number, origin: Origin) {
    this.#supply = supply;
    this.#types = types;
    this.#freshId = freshId;
    this.#origin = origin;
  }

  typeWith(t: Type, leaf: Type): Type {
    if (!isDifferentiable(t)) return NULL;
    switch (t.kind) {
      case "real": return leaf;
      case "array": return { kind: "array", array: "Array", element: this.typeWith(t.element, leaf) };
      case "map": return { ...t, container: t.container === "Object" ? "Object" : "Map", value: this.typeWith(t.value, leaf) };
      case "nullable": return { ...t, inner: this.typeWith(t.inner, leaf) };
      case "tuple": return tupleLike(t, t.elements.map((x) => this.typeWith(x, leaf)));
      case "struct": return this.#structWith(t, leaf);
      default: throw new CompilerBug("jacobian", `rows of ${t.kind}`);
    }
  }

  /** one type for each, so that what is read from a structure has the type that it was made with */
  #structWith(t: StructType, leaf: Type): Type {
    const known = this.#structs.get(t)?.get(leaf);
    if (known) return known;
    const fields: Field[] = partsOf(t).map((x) => ({ name: x.name, type: this.typeWith(x.type, leaf), optional: x.optional }));
    const made: StructType = { kind: "struct", id: this.#freshId(), name: null, isClass: false, fields };
    this.#structs.set(t, (this.#structs.get(t) ?? new Map<Type, Type>()).set(leaf, made));
    return made;
  }

  build(t: Type, of: Building, out: Stmt[]): Expr {
    if (!isDifferentiable(t)) return constant(null);
    const type = this.typeWith(t, of.leafType);
    switch (t.kind) {
      case "real": return of.leaf(of.beside ?? ZERO, out);
      case "nullable":
        return this.unlessMissing(t, of.value, type, of.typeOf?.(t.inner) ?? t.inner, (present, body) =>
          this.build(t.inner, { ...of, value: present, beside: of.beside && this.#make("part", of.beside, body, of.typeBeside(t.inner)) }, body), out);
      case "array": {
        const count = this.#make("count", length(of.value), out);
        const rows = this.#make("rows", { kind: "new", length: count, zeroed: false, type }, out);
        this.loop("row", count, (i, body) => body.push(store(element(rows, i), this.#built(t.element, element(of.value, i), of.beside && element(of.beside, i), of, body), this.#origin)), out);
        return rows;
      }
      case "map": {
        const rows = this.#make("rows", { kind: "new", length: ZERO, zeroed: true, type }, out);
        this.eachKey(t, of.value, (key, body) => body.push(store(element(rows, key), this.#built(t.value, element(of.value, key), of.beside && element(of.beside, key), of, body), this.#origin)), out);
        return rows;
      }
      case "tuple": case "struct": return this.#parts(t, type, of, out);
      default: throw new CompilerBug("jacobian", `rows of ${t.kind}`);
    }
  }

  #parts(t: Type & { readonly kind: "tuple" | "struct" }, type: Type, of: Building, out: Stmt[]): Expr {
    const parts = partsOf(t);
    const there = parts.filter((x) => !x.optional).map((x) => ({ name: x.name, value: this.#built(x.type, x.of(of.value), of.beside && x.of(of.beside), of, out) }));
    const rows = this.#make("rows", literalOf(type, there), out);
    for (const x of parts) {
      if (!x.optional) continue;
      const inner = x.type.kind === "nullable" ? x.type.inner : x.type;
      const present: Stmt[] = [];
      present.push(store(x.of(rows), this.#built(inner, x.of(of.value), of.beside && x.of(of.beside), of, present), this.#origin));
      this.ifPresent(x, of.value, of.typeOf?.(x.type) ?? x.type, present, out);
    }
    return rows;
  }

  #built(t: Type, value: Place, beside: Place | null, of: Building, out: Stmt[]): Expr {
    if (!isDifferentiable(t)) return constant(null);
    const held = t.kind === "real" ? ZERO : this.#make("part", load(value, of.typeOf?.(t) ?? t), out);
    return this.build(t, { ...of, value: held, beside: beside && this.#make("part", load(beside, of.typeBeside(t)), out) }, out);
  }

  /** null stays null */
  unlessMissing(t: Type & { readonly kind: "nullable" }, value: Expr, type: Type, inner: Type, make: (present: Expr, body: Stmt[]) => Expr, out: Stmt[]): Expr {
    const rows = this.#supply.fresh("rows", type, true);
    const present: Stmt[] = [];
    present.push(assign(rows, make(this.#make("part", value, present, inner), present), this.#origin));
    const isMissing = this.#make("isMissing", op("isNullish", [value], BOOLEAN), out);
    out.push(define(rows, constant(t.nothing.includes("null") ? null : undefined), this.#origin), branch(isMissing, [], present, this.#origin));
    return use(rows);
  }

  /** what is absent stays absent */
  ifPresent(x: Part, value: Expr, type: Type, present: Stmt[], out: Stmt[]): void {
    const held = this.#make(x.name, load(x.of(value), type, true), out);
    out.push(branch(this.#make("isMissing", op("isNullish", [held], BOOLEAN), out), [], present, this.#origin));
  }

  visit(t: Type, of: Visiting, out: Stmt[]): void {
    if (!isDifferentiable(t)) return;
    const inside = (x: Type, place: (whole: Expr) => Place, body: Stmt[]): void => {
      const later: Stmt[] = [];
      this.#visited(x, place, { ...of, later }, body);
      body.push(...later);
    };
    switch (t.kind) {
      case "real": of.later.push(of.store(of.rows, of.dot)); return;
      case "nullable": {
        const present: Stmt[] = [];
        const part = (e: Expr, type: Type): Expr => this.#make("part", e, present, type);
        this.#inner(t.inner, { ...of, value: part(of.value, t.inner), rows: part(of.rows, this.typeWith(t.inner, of.rowType)), dot: part(of.dot, this.#types.of(t.inner)) }, present);
        of.later.push(branch(this.#make("isMissing", op("isNullish", [of.value], BOOLEAN), out), [], present, this.#origin));
        return;
      }
      case "array": this.loop("k", this.#make("count", length(of.value), out), (i, body) => inside(t.element, (whole) => element(whole, i), body), of.later); return;
      case "map": this.eachKey(t, of.value, (key, body) => inside(t.value, (whole) => element(whole, key), body), of.later); return;
      case "tuple": case "struct":
        for (const x of partsOf(t)) {
          if (!x.optional) { this.#visited(x.type, x.of, of, out); continue; }
          const present: Stmt[] = [];
          inside(x.type.kind === "nullable" ? x.type.inner : x.type, x.of, present);
          this.ifPresent(x, of.value, x.type, present, of.later);
        }
        return;
      default: throw new CompilerBug("jacobian", `rows of ${t.kind}`);
    }
  }

  #inner(t: Type, of: Visiting, out: Stmt[]): void {
    const later: Stmt[] = [];
    this.visit(t, { ...of, later }, out);
    out.push(...later);
  }

  #visited(t: Type, place: (whole: Expr) => Place, of: Visiting, out: Stmt[]): void {
    if (!isDifferentiable(t)) return;
    const held = t.kind === "real" ? ZERO : this.#make("part", load(place(of.value), t), out);
    const rows = (): Expr => this.#make("row", load(place(of.rows), this.typeWith(t, of.rowType)), out);
    const dot = (): Expr => this.#make("partDot", load(place(of.dot), this.#types.of(t)), out);
    this.visit(t, { ...of, value: held, rows: rows(), dot: dot() }, out);
  }

  /** runs along the keys of a map or record, or (`loop`) along a number of elements */
  eachKey(t: Type & { readonly kind: "map" }, value: Expr, make: (key: Expr, body: Stmt[]) => void, out: Stmt[]): void {
    // names of properties are text, although the record may call its keys numbers
    const type = t.container === "Object" ? STRING : t.key;
    const keys = this.#make("keys", keysOf(value, type), out);
    this.loop("at", this.#make("count", length(keys), out), (i, body) => make(this.#make("key", load(element(keys, i), type), body), body), out);
  }

  loop(name: string, count: Expr, make: (index: Expr, body: Stmt[]) => void, out: Stmt[]): void {
    const index = this.#supply.fresh(name, REAL);
    const body: Stmt[] = [];
    make(use(index), body);
    out.push({ kind: "loop", header: { kind: "counted", index, start: ZERO, stop: count, compare: "<", step: 1 }, body, origin: this.#origin });
  }

  #make(name: string, value: Expr, out: Stmt[], type: Type = typeOf(value)): Expr {
    const made = this.#supply.fresh(name, type);
    out.push(define(made, value, this.#origin));
    return use(made);
  }
}
