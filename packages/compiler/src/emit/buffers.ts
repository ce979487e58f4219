// Typed arrays as TypeScript infers them: one that is made in sight has a buffer of its own (`Float64Array<ArrayBuffer>`), one that is
// declared, or handed in, may have any, and is not taken for the other. What gets another one later needs its type written.
// Assumes the nested stage. Says "of its own" when in doubt: a type is written that TypeScript would have inferred.
import type { Expr, Func, Type, Var } from "../ir/ir.ts";
import { typeOf } from "../ir/build.ts";
import { holds } from "../ir/facts.ts";
import { visitClosures } from "../ir/variables.ts";
import { visitExpr, visitStatements } from "../ir/walk.ts";
import type { Typing } from "./typing.ts";

/** what a place inside of an array goes by, among the names of fields */
const ELEMENT = "[]";

export class Buffers {
  readonly #typing: Pick<Typing, "values" | "parameter">;
  /** names of fields into which typed arrays, or what holds such, are stored */
  readonly #replaced = new Set<string>();
  readonly #own = new Map<Var, boolean>();
  #func: Func | null;

  constructor(func: Func, typing: Pick<Typing, "values" | "parameter">) {
    this.#func = func;
    this.#typing = typing;
  }

  /** is it of buffers made here, as TypeScript infers it, and are others put in its place, or in that of a part of it? */
  changes(type: Type, value: Expr, isAssigned: boolean): boolean {
    if (!holdsBuffers(type)) return false;
    // most functions have no typed arrays, and are not walked for them
    if (this.#func !== null) this.#gather(this.#func);
    this.#func = null;
    return (isAssigned || this.#isReplaced(value)) && this.#isOwn(value);
  }

  #gather(func: Func): void {
    if (func.result !== null) visitExpr(func.result, (e) => { if (e.kind === "closure") this.#gather(e.func); });
    visitStatements(func.body, (s) => {
      visitClosures(s, (f) => { this.#gather(f); });
      if (s.kind === "store" && s.place.kind !== "cell" && holdsBuffers(typeOf(s.value))) this.#replaced.add(s.place.kind === "field" ? s.place.field : ELEMENT);
      if (s.kind === "mutate" && s.args.some((x) => holdsBuffers(typeOf(x)))) this.#replaced.add(ELEMENT);
    });
  }

  #isReplaced(literal: Expr): boolean {
    if (this.#replaced.size === 0) return false;
    switch (literal.kind) {
      case "array": return literal.elements.some((x) => this.#replaced.has(ELEMENT) || this.#isReplaced(x.value));
      case "struct": return literal.fields.some((f) => this.#replaced.has(f.name) || this.#isReplaced(f.value));
      case "zeros": return literal.type.kind === "struct" && literal.type.fields.some((f) => this.#replaced.has(f.name));
      default: return false;
    }
  }

  #isOwn(e: Expr): boolean {
    if (!holdsBuffers(typeOf(e))) return false;
    switch (e.kind) {
      case "var": return this.#isOwnVariable(e.variable);
      case "load": return e.place.kind !== "cell" && this.#isOwn(e.place.base);
      case "array": return e.elements.some((x) => this.#isOwn(x.value));
      case "struct": return e.fields.some((f) => this.#isOwn(f.value));
      case "view": return this.#isOwn(e.source);
      // the type stands in the text of an array of them
      case "new": return e.type.kind === "array" && e.type.array !== "Array";
      case "op": return e.args.some((x) => this.#isOwn(x));
      default: return true;
    }
  }

  #isOwnVariable(v: Var): boolean {
    const known = this.#own.get(v);
    if (known !== undefined) return known;
    // of what comes back to the variable itself, the rest decides
    this.#own.set(v, false);
    const own = this.#typing.parameter(v) === undefined && this.#typing.values(v).some((e) => this.#isOwn(e));
    this.#own.set(v, own);
    return own;
  }
}

/** are there typed arrays in values of the type? */
const holdsBuffers = (t: Type): boolean => holds(t, (x) => x.kind === "array" && x.array !== "Array");
