// Companions: the adjoint or tangent object of a reference has the structure of the reference, with a derivative for each number.
// Types of companions, and the expression that makes the companion of a freshly made object.
import type { Expr, Field, FieldValue, Origin, Place, Stmt, StructType, Type } from "../ir/ir.ts";
import { BOOLEAN, constant, define, op, REAL, STRING, type Supply, typeOf, use, VOID, ZERO } from "../ir/build.ts";
import { isReal, isReference } from "../analysis/activity.ts";
import { declarationsOf, fieldOf, holds, mapOf, present, tupleLike } from "../ir/facts.ts";

/** what stands in the companion of a tuple where the tuple holds no number */
export const NULL: Type = { kind: "opaque", text: "null" };

/** no other types count from here */
const FIRST_SKELETON = -90_000_000;

/** Companion types are made once per struct type, so that recursive types stay cyclic and identical. */
export class CompanionTypes {
  readonly #structs = new Map<StructType, StructType>();
  readonly #skeletons = new Map<Type, StructType>();

  of(t: Type): Type {
    switch (t.kind) {
      case "real": return REAL;
      // adjoints of single-precision arrays are doubles inside
      case "array": return t.array === "Float32Array" ? { kind: "array", array: "Float64Array", element: REAL } : { kind: "array", array: t.array, element: this.#held(t.element) };
      // every position of a tuple stays, as null where nothing carries a derivative
      case "tuple": return tupleLike(t, t.elements.map((e) => (isDifferentiable(e) ? this.#held(e) : NULL)));
      case "struct": return this.#struct(t);
      // the element of a set is what its companion is found under; a companion does not live longer than its activation
      case "map": return { ...t, container: t.container === "Object" ? "Object" : "Map", value: this.#held(t.value) };
      case "nullable": return isNumber(t.inner) ? REAL : { ...t, inner: this.of(t.inner) };
      case "union": return isNumber(t) ? REAL : { kind: "union", members: t.members.map((m) => this.of(m)) };
      default: return VOID;
    }
  }

  /** the type of what is remembered of a companion */
  skeleton(companion: Type): StructType {
    const known = this.#skeletons.get(companion);
    if (known) return known;
    const made: StructType = { kind: "struct", id: FIRST_SKELETON - this.#skeletons.size, name: null, isClass: false, fields: [], skeletonOf: companion };
    this.#skeletons.set(companion, made);
    return made;
  }

  #struct(t: StructType): StructType {
    const known = this.#structs.get(t);
    if (known) return known;
    if (t.skeletonOf !== undefined) return this.skeleton(this.of(t.skeletonOf));
    const fields: Field[] = [];
    const made: StructType = { kind: "struct", id: -1 - t.id, name: null, isClass: false, ...(t.hasAccessors === undefined ? {} : { hasAccessors: true }), fields };
    this.#structs.set(t, made);
    for (const { readonly: _, ...f } of t.fields) if (isDifferentiable(f.type)) fields.push({ ...f, type: this.#held(f.type) });
    return made;
  }

  /** what is null, or a string, has null in its place */
  #held(t: Type): Type {
    const inner = t.kind === "nullable" ? t.inner : t;
    const isOther = (t.kind === "nullable" && t.nothing.includes("null")) || inner.kind === "union";
    return isNumber(inner) && isOther ? { kind: "nullable", inner: REAL, nothing: ["null"] } : this.of(t);
  }
}

/** a number, or one of several values of which a number is one */
const isNumber = (t: Type): boolean => isReal(t) && !isReference(t);

/** may a value of the type carry a derivative? Shallow in objects, so that recursive types work. */
export function isDifferentiable(t: Type): boolean {
  switch (t.kind) {
    case "real": case "struct": return true;
    case "map": return isDifferentiable(t.value);
    case "array": return !/^(Int|Uint)/.test(t.array) && isDifferentiable(t.element);
    case "tuple": return t.elements.some(isDifferentiable);
    case "nullable": return isDifferentiable(t.inner);
    case "union": return t.members.some(isDifferentiable);
    default: return false;
  }
}

/** is there a place in a companion for what the primal holds in this one? There is none for what never carries a derivative */
export function hasPlace(primal: Place): boolean {
  const types = declarationsOf(primal);
  return types.length === 0 || types.some((x) => isDifferentiable(x.type));
}

/** does a position of the companion of a tuple hold nothing? */
export const isEmptyAt = (companion: Type, index: number): boolean => companion.kind === "tuple" && companion.elements[index] === NULL;

export const elementType = (t: Type): Type => {
  switch (t.kind) {
    case "array": return t.element;
    case "tuple": return t.elements[0] ?? REAL;
    case "nullable": return elementType(t.inner);
    default: return REAL;
  }
};

/** may there be a map in a value of the type? */
export const holdsEntries = (t: Type): boolean => holds(t, (x) => x.kind === "map");

/** zeros in the structure of an object that was there before; the entries of a weak map, which cannot be listed, are made on demand */
export const zerosOf = (like: Expr, type: Type): Expr =>
  (mapOf(typeOf(like))?.container === "WeakMap" ? { kind: "new", length: ZERO, zeroed: true, type } : { kind: "zeros", like, type });

/** the derivative of a value that has none: zero, or nothing where nothing is referred to */
export function zeroOf(t: Type): Expr {
  if (t === NULL) return { kind: "const", value: null };
  return isReal(t) ? ZERO : { kind: "const", value: t.kind === "nullable" && t.nothing.includes("null") ? null : undefined };
}

/** the same in a place of a companion: what is no number has null there, if the place may hold that */
export const zeroIn = (held: Type | undefined, t: Type): Expr => (mayHoldNull(held) && !isReal(t) ? { kind: "const", value: null } : zeroOf(t));

/** does a value hold no number when the program runs? null where its type says that it does */
export function holdsNoNumber(e: Expr): Expr | null {
  const t = typeOf(e);
  if (isReference(t)) return null;
  if (t.kind === "union" || (t.kind === "nullable" && t.inner.kind === "union")) return op("!==", [op("typeof", [e], STRING), constant("number")], BOOLEAN);
  return t.kind === "nullable" ? op("isNullish", [e], BOOLEAN) : null;
}

/** may a place of a companion hold null, for what is no number? */
export const mayHoldNull = (held: Type | undefined): boolean => held?.kind === "nullable" && held.nothing.includes("null") && isNumber(held.inner);

/** what of a literal has a place in its companion */
export const differentiableFields = (companion: Type, { fields }: Expr & { readonly kind: "struct" }): readonly FieldValue[] =>
  fields.filter((f) => { const held = present(companion); return held.kind === "struct" ? fieldOf(held, f.name) !== undefined : isDifferentiable(typeOf(f.value)); });

/** numbers that a type promises and that a literal leaves to later stores: who adds to them, or reads them all, finds one */
export function zerosStoredLater(type: Type, { fields }: Expr & { readonly kind: "struct" }): readonly FieldValue[] {
  const held = present(type);
  return held.kind !== "struct" ? [] : held.fields.filter((f) => !f.optional && f.type.kind === "real" && !fields.some((x) => x.name === f.name)).map((f) => ({ name: f.name, value: ZERO }));
}

/** the derivative of a value that has none, in its shape: an atom */
export function zeroLike(e: Expr, { types, supply }: { readonly types: CompanionTypes; readonly supply: Supply }, out: Stmt[], origin: Origin): Expr {
  const t = typeOf(e);
  if (!isDifferentiable(t)) return { kind: "const", value: null };
  if (!isReference(t)) return ZERO;
  const zeros = supply.fresh("tangent", types.of(t));
  out.push(define(zeros, { kind: "zeros", like: e, type: zeros.type }, origin));
  return use(zeros);
}
