// The Jacobian by rows: one sweep, and the pullback once for each number of the output. The result has the output's structure, with the
// derivative of the number in place of each number.
// Assumes the derivative that `vjp` asks for. Guarantees structured code. What has a fixed shape is written out, with constant cotangents;
// arrays and maps are walked with one cotangent of the output's shape, of which one number is 1 at a time.
import type { Expr, Field, Func, Origin, Place, Request, Stmt, StructType, Type, Var } from "../ir/ir.ts";
import { constant, define, element, length, load, ONE, REAL, store, type Supply, typeOf, UNDEFINED, use, ZERO } from "../ir/build.ts";
import { tupleLike } from "../ir/facts.ts";
import { CompilerBug, type Finding } from "../diagnostics/diagnostic.ts";
import { jacobianShape } from "../diagnostics/catalog.ts";
import { type CompanionTypes, isDifferentiable, NULL } from "./companion.ts";
import { literalOf, type Part, partsOf, Shaper, unfitShape } from "./shape.ts";

export interface RowsContext {
  readonly supply: Supply;
  readonly types: CompanionTypes;
  readonly freshId: () => number;
}

type Rows = { readonly func: Func } | { readonly finding: Finding };

/** `pulled`: what `vjp` makes of the function, with respect to what `wrt` names */
export function deriveRows(pulled: Func, wrt: Request["wrt"], context: RowsContext): Rows {
  const { origin, result } = pulled;
  const [valueType, pullbackType] = pulled.resultType.kind === "tuple" ? pulled.resultType.elements : [];
  if (result === null || valueType === undefined || pullbackType?.kind !== "function") throw new CompilerBug("jacobian", "no pullback");
  const unfit = unfitShape(valueType, new Set());
  if (unfit !== null) return { finding: jacobianShape(origin.span, pulled.name, unfit) };
  const value = context.supply.fresh("value", valueType);
  const pullback = context.supply.fresh("pullback", pullbackType);
  const writer = new RowWriter(pullback, pullbackType.result, typeof wrt === "number", context, origin);
  const out: Stmt[] = [
    define(value, load(element(result, constant(0)), valueType), origin),
    define(pullback, load(element(result, constant(1)), pullbackType), origin),
  ];
  const rows = writer.rows(valueType, use(value), (seed) => seed, out);
  return { func: { ...pulled, body: [...pulled.body, ...out], result: rows, resultType: typeOf(rows), resultText: null } };
}

/** completes the cotangent of a part to one of the whole output */
type Around = (seed: Expr, out: Stmt[]) => Expr;

type Fixed = Type & { readonly kind: "tuple" | "struct" };

/** a number, or something with the same positions in every value of the type */
const isNumber = (t: Type): boolean => t.kind === "real";
const isFixed = (t: Type): t is Fixed => (t.kind === "tuple" || t.kind === "struct") && partsOf(t).every((x) => !x.optional);

class RowWriter {
  readonly #pullback: Var;
  /** one entry for each parameter */
  readonly #barsType: Type;
  readonly #isSingle: boolean;
  readonly #context: RowsContext;
  readonly #origin: Origin;
  readonly #shaper: Shaper;

  constructor(pullback: Var, barsType: Type, isSingle: boolean, context: RowsContext, origin: Origin) {
    this.#pullback = pullback;
    this.#barsType = barsType;
    this.#isSingle = isSingle;
    this.#context = context;
    this.#origin = origin;
    this.#shaper = new Shaper(context.supply, context.types, context.freshId, origin);
  }

  /** the rows of a value */
  rows(t: Type, value: Expr, around: Around, out: Stmt[]): Expr {
    if (!isDifferentiable(t)) return constant(null);
    if (isNumber(t)) return this.#row(around(ONE, out), out);
    if (t.kind === "nullable") return this.#unlessMissing(t, value, out, (present, at) => this.rows(t.inner, present, around, at));
    if (isFixed(t)) {
      const parts = partsOf(t).map((x) => ({ ...x, value: isDifferentiable(x.type) ? this.#define(x.name, load(x.of(value), x.type), out) : UNDEFINED }));
      const completed = (name: string): Around => (seed, at) =>
        around(this.#define("cotangent", literalOf(this.#context.types.of(t), parts.map((x) => ({ name: x.name, value: x.name === name ? seed : this.#zero(x.type, x.value) }))), at), at);
      const made = parts.map((x) => ({ name: x.name, type: x.type, value: this.rows(x.type, x.value, completed(x.name), out) }));
      return this.#define("rows", literalOf(this.#literalType(t, made), made), out);
    }
    if (t.kind === "array" && isNumber(t.element)) return this.#units(t, value, around, out);
    const seed = this.#define("cotangent", { kind: "zeros", like: value, type: this.#context.types.of(t) }, out);
    return this.#within(t, value, seed, around(seed, out), out);
  }

  /** the rows of a part whose cotangent, all zeros, is a part of that of the whole output */
  #within(t: Type, value: Expr, seed: Expr, whole: Expr, out: Stmt[]): Expr {
    switch (t.kind) {
      case "array": return this.#array(t.element, value, seed, whole, out);
      case "map": return this.#map(t, value, seed, whole, out);
      case "tuple": case "struct": {
        const parts = partsOf(t);
        const made = parts.filter((x) => !x.optional).map((x) => ({ name: x.name, type: x.type, value: this.#at(x.type, x.of(value), x.of(seed), whole, out) }));
        const rows = this.#define("rows", literalOf(this.#literalType(t, made), made), out);
        for (const x of parts) if (x.optional) this.#optional(x, value, seed, whole, rows, out);
        return rows;
      }
      default: throw new CompilerBug("jacobian", `rows of ${t.kind}`);
    }
  }

  #at(t: Type, value: Place, seed: Place, whole: Expr, out: Stmt[]): Expr {
    if (!isDifferentiable(t)) return constant(null);
    if (t.kind === "nullable") return this.#unlessMissing(t, this.#define("part", load(value, t), out), out, (_, at) => this.#at(t.inner, value, seed, whole, at));
    if (!isNumber(t)) return this.#within(t, this.#define("part", load(value, t), out), this.#define("partBar", load(seed, this.#context.types.of(t)), out), whole, out);
    out.push(store(seed, ONE, this.#origin));
    const row = this.#row(whole, out);
    out.push(store(seed, ZERO, this.#origin));
    return row;
  }

  /** an array of numbers that is no part of another: a unit vector for each */
  #units(t: Type & { readonly kind: "array" }, value: Expr, around: Around, out: Stmt[]): Expr {
    return this.#filled(t.element, value, (row, body, count) => {
      const seed = this.#define("cotangent", { kind: "new", length: count, zeroed: true, type: this.#context.types.of(t) }, body);
      body.push(store(element(seed, row), ONE, this.#origin));
      return this.#row(around(seed, body), body);
    }, out);
  }

  #array(of: Type, value: Expr, seed: Expr, whole: Expr, out: Stmt[]): Expr {
    return this.#filled(of, value, (row, body) => this.#at(of, element(value, row), element(seed, row), whole, body), out);
  }

  /** an array with something made for each element of a value */
  #filled(of: Type, value: Expr, make: (row: Expr, body: Stmt[], count: Expr) => Expr, out: Stmt[]): Expr {
    const type: Type = { kind: "array", array: "Array", element: this.#typeOfRows(of) };
    const count = this.#define("count", length(value), out);
    const rows = this.#define("rows", { kind: "new", length: count, zeroed: false, type }, out);
    this.#shaper.loop("row", count, (row, body) => body.push(store(element(rows, row), make(row, body, count), this.#origin)), out);
    return rows;
  }

  #map(t: Type & { readonly kind: "map" }, value: Expr, seed: Expr, whole: Expr, out: Stmt[]): Expr {
    const rows = this.#define("rows", { kind: "new", length: ZERO, zeroed: true, type: this.#typeOfRows(t) }, out);
    this.#shaper.eachKey(t, value, (key, body) => body.push(store(element(rows, key), this.#at(t.value, element(value, key), element(seed, key), whole, body), this.#origin)), out);
    return rows;
  }

  #unlessMissing(t: Type & { readonly kind: "nullable" }, value: Expr, out: Stmt[], make: (present: Expr, out: Stmt[]) => Expr): Expr {
    return this.#shaper.unlessMissing(t, value, this.#typeOfRows(t), t.inner, make, out);
  }

  #optional(x: Part, value: Expr, seed: Expr, whole: Expr, rows: Expr, out: Stmt[]): void {
    const present: Stmt[] = [];
    const inner = x.type.kind === "nullable" ? x.type.inner : x.type;
    present.push(store(x.of(rows), this.#at(inner, x.of(value), x.of(seed), whole, present), this.#origin));
    this.#shaper.ifPresent(x, value, x.type, present, out);
  }

  #row(seed: Expr, out: Stmt[]): Expr {
    const bars = this.#context.supply.fresh("bars", this.#barsType);
    out.push({ kind: "call", callee: { kind: "value", value: use(this.#pullback) }, args: [seed], result: bars, origin: this.#origin });
    return this.#isSingle ? this.#define("row", load(element(use(bars), ZERO), this.#rowType()), out) : use(bars);
  }

  #rowType(): Type {
    return !this.#isSingle ? this.#barsType : (this.#barsType.kind === "tuple" ? this.#barsType.elements[0] : undefined) ?? REAL;
  }

  #typeOfRows(t: Type): Type {
    return this.#shaper.typeWith(t, this.#rowType());
  }

  #structType(fields: readonly Field[]): StructType {
    return { kind: "struct", id: this.#context.freshId(), name: null, isClass: false, fields };
  }

  /** of what was made of the parts of a value */
  #literalType(t: Fixed, made: readonly { readonly name: string; readonly value: Expr }[]): Type {
    const optional = partsOf(t).filter((x) => x.optional);
    if (t.kind === "tuple") return tupleLike(t, [...made.map((x) => (x.value.kind === "const" ? NULL : typeOf(x.value))), ...optional.map((x) => this.#typeOfRows(x.type))]);
    return this.#structType([...made.map((x) => ({ name: x.name, type: typeOf(x.value), optional: false })), ...optional.map((x) => ({ name: x.name, type: this.#typeOfRows(x.type), optional: true }))]);
  }

  #zero(t: Type, value: Expr): Expr {
    if (!isDifferentiable(t)) return constant(null);
    return isNumber(t.kind === "nullable" ? t.inner : t) ? ZERO : { kind: "zeros", like: value, type: this.#context.types.of(t) };
  }

  /** an atom */
  #define(name: string, value: Expr, out: Stmt[], type: Type = typeOf(value)): Expr {
    const flat = value.kind === "struct" || value.kind === "array" ? this.#flat(value, out) : value;
    const made = this.#context.supply.fresh(name, type);
    out.push(define(made, flat, this.#origin));
    return use(made);
  }

  #flat(e: Expr & { readonly kind: "struct" | "array" }, out: Stmt[]): Expr {
    const atom = (x: Expr): Expr => (x.kind === "zeros" ? this.#define("zeros", x, out) : x);
    return e.kind === "array" ? { ...e, elements: e.elements.map((x) => ({ ...x, value: atom(x.value) })) } : { ...e, fields: e.fields.map((f) => ({ ...f, value: atom(f.value) })) };
  }
}
