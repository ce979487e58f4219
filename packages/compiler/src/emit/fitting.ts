// Values where a type is expected: as they are where TypeScript sees that they fit, with `!` or `as T` where only the program knows.
// Literals and choices are fitted part by part. Assumes that it is asked in the order of the text, as narrowing is.
import type { Expr, Place, Stmt, StructType, Type } from "../ir/ir.ts";
import { VALUES_OF } from "../analysis/mutations.ts";
import { op, REAL, STRING, typeOf, VOID } from "../ir/build.ts";
import { heldAt, isAbsent, mayBeLeftOut, orUndefined, present, sameType, withoutUndefined } from "../ir/facts.ts";
import type { EmitContext } from "./context.ts";
import { isMixed } from "./narrowing.ts";
import { areApart, numbersOf } from "./numbers.ts";
import { areUnlike, fit, isSameText, shownAt } from "./typing.ts";

const METHODS_OF_NUMBERS: ReadonlySet<string> = new Set([".toFixed", ".toPrecision", ".toExponential"]);
const METHODS_OF_ALL: ReadonlySet<string> = new Set([".toString", ".toLocaleString", ".valueOf"]);

export class Fitting {
  readonly #context: EmitContext;

  constructor(context: EmitContext) {
    this.#context = context;
  }

  /** could it be null or undefined for all that TypeScript sees? */
  mayBeNothing(e: Expr): boolean {
    const { language, typing, narrowing } = this.#context;
    return language === "ts" && typing.shown(e).kind === "nullable" && !narrowing.has(e);
  }

  /** the type that a test has shown, of a place that may hold values of several: TypeScript need not see the test */
  narrowed(e: Expr): Type | null {
    const type = typeOf(e);
    const { language, typing, narrowing } = this.#context;
    if (language === "js" || e.kind !== "load" || (type.kind !== "real" && type.kind !== "string" && type.kind !== "boolean" && type.kind !== "bigint")) return null;
    return present(typing.shown(e)).kind === "union" && !narrowing.isKind(e, type) ? type : null;
  }

  /** a value where a type is expected, with what TypeScript needs to be told */
  fitted(e: Expr, to: Type): Expr {
    const { language, typing, narrowing } = this.#context;
    if (language === "js") return e;
    switch (e.kind) {
      case "const": return isAbsent(e) && !mayBe(to, String(e.value)) ? op("nonNull", [e], to) : e;
      case "closure": case "function": return e;
      case "array": return { ...e, elements: e.elements.map((x, i) => (x.spread ? x : { ...x, value: this.fitted(x.value, heldAt(to, i) ?? typeOf(x.value)) })) };
      // its fields are fitted where it is printed; a literal may have no more of them than its type, and no less, unless it says so
      case "struct": {
        const held = present(to);
        return e.type.kind === "struct" && held.kind === "struct" && !held.isClass && !isWhole(e, held) ? op("as", [e], held) : e;
      }
      case "op": {
        const [test, a, b] = e.args;
        if (e.op === "select" && test && a && b) return { ...e, args: [test, this.assuming(test, true, () => this.fitted(a, to)), this.assuming(test, false, () => this.fitted(b, to))] };
        // what other operations make has a type that says all, but for numbers that have to be one of a few
        if (e.op !== "??") return fit(e.type, present(to)) === "asserted" && e.type.kind === "real" && present(to).kind === "real" ? op("as", [e], present(to)) : e;
      }
    }
    if (this.narrowed(e) !== null) return e;
    if (to.kind !== "void" && narrowing.isNothing(e)) return op("as", [e], to);
    const from = typing.shown(e);
    const how = fit(narrowing.has(e) ? present(from) : from, to);
    return how === "as it is" ? e : how === "there" ? op("nonNull", [e], present(from)) : op("as", [e], to);
  }

  /** the same where a variable or a property gets it: to TypeScript it stays one of several values, since it does not follow what asks for them */
  assigned(e: Expr, to: Type): Expr {
    const { language, narrowing } = this.#context;
    const made = this.fitted(e, to);
    return language === "ts" && narrowing.asksKinds && isMixed(to) && !isAbsent(made) && !this.#isMixedHere(made) ? op("as", [made], to) : made;
  }

  /** does TypeScript take it for one of several types, also where a test has told which? */
  #isMixedHere(e: Expr): boolean {
    const { typing, narrowing } = this.#context;
    const [test, a, b] = e.kind === "op" && e.op === "select" ? e.args : [];
    if (test && a && b) return this.assuming(test, true, () => this.#isMixedHere(a)) || this.assuming(test, false, () => this.#isMixedHere(b)) || areMixed(present(typing.shown(a)), present(typing.shown(b)));
    const shown = present(typing.shown(e));
    return isMixed(shown) && (shown.kind !== "union" || !shown.members.some((x) => narrowing.isKind(e, x)));
  }

  /** where it is stored: TypeScript follows what is assigned to a property and under a name that is written there, and to no other element */
  stored(e: Expr, place: Place): Expr {
    const held = this.held(place) ?? typeOf(e);
    return place.kind === "field" || (place.kind === "element" && place.index.kind === "const") ? this.assigned(e, held) : this.fitted(e, held);
  }

  /** a literal with nothing around it that says which of a few values its properties have */
  free(e: Expr): Expr {
    switch (e.kind) {
      case "array": return { ...e, elements: e.elements.map((x) => ({ ...x, value: this.free(x.value) })) };
      case "struct": return { ...e, fields: e.fields.map((f) => ({ ...f, value: constantly(f.value, this.fieldType(e.type, f.name)) ?? this.free(f.value) })) };
      case "op": return e.op === "select" || e.op === "??" ? { ...e, args: e.args.map((x) => this.free(x)) } : e;
      default: return e;
    }
  }

  /** prints, or looks, in one arm of a test */
  assuming<T>(test: Expr, truth: boolean, make: () => T): T {
    const { narrowing } = this.#context;
    const before = narrowing.facts;
    narrowing.assume(test, truth);
    const made = make();
    narrowing.facts = before;
    return made;
  }

  /** has each field of a literal the very type that the object's type gives it? */
  shows(e: Expr & { readonly kind: "struct" }): boolean {
    return e.fields.every((f) => { const type = this.fieldType(e.type, f.name); return type === null || isSameText(this.#context.typing.shown(f.value), type); });
  }

  /** what a place is declared to hold */
  held(p: Place): Type | null {
    const { shown } = this.#context.typing;
    if (p.kind === "cell") return p.cell.type;
    const base = present(shown(p.base));
    if (p.kind === "field") return this.fieldType(base, p.field);
    if (base.kind === "tuple") return p.index.kind === "const" ? this.#position(base, Number(p.index.value)) : null;
    return base.kind === "array" ? base.element : base.kind === "map" ? base.value : null;
  }

  /** what a position of a tuple takes */
  #position(t: Type & { readonly kind: "tuple" }, index: number): Type | null {
    const type = shownAt(t, index);
    return type === undefined ? null : mayBeLeftOut(t, index) && this.#context.exactOptional ? withoutUndefined(type) : type;
  }

  /** is what is read of a place as present declared as something that may be missing? */
  isLoose(p: Place, type: Type | null): boolean {
    return type !== null && type.kind !== "nullable" && this.held(p)?.kind === "nullable";
  }

  /** what a property of an object takes */
  fieldType(t: Type, name: string): Type | null {
    if (t.kind === "map") return t.value;
    if (t.kind === "union") return t.members.map((x) => this.fieldType(x, name)).find((x) => x !== null) ?? null;
    const field = t.kind === "struct" ? t.fields.find((f) => f.name === name) : undefined;
    if (field === undefined) return null;
    return field.optional && this.#context.exactOptional ? withoutUndefined(field.type) : field.type;
  }

  /** what `push` and the like put into an array */
  entering(s: Stmt & { readonly kind: "mutate" }, value: Expr, at: number): Expr {
    const array = present(this.#context.typing.shown(s.array));
    // what is copied from a literal is fitted in it
    if (s.operation === "set" && array.kind === "array" && value.kind === "array") return this.fitted(value, array);
    return VALUES_OF[s.operation](at) && array.kind === "array" && (value.kind === "const" || this.mayBeNothing(value) || isAmong(present(array.element), present(typeOf(value)))) ? this.fitted(value, array.element) : value;
  }

  /** of `length`: a text is there, where a number could be for all that TypeScript sees */
  measured(e: Expr): Expr {
    return this.#isVague(e, STRING) && present(typeOf(e)).kind === "union" ? op("as", [e], STRING) : e;
  }

  /** what a method is called of: a text, but for a few of numbers */
  receiver(e: Expr, method: string): Expr {
    return METHODS_OF_ALL.has(method) ? e : METHODS_OF_NUMBERS.has(method) ? this.operand(e) : this.measured(e);
  }

  /** of a comparison with a text, where TypeScript takes it for a number, or with a number, where it takes it for one of a few others */
  compared(e: Expr, other: Expr): Expr {
    const { language, narrowing, typing } = this.#context;
    if (language === "ts" && areApart(numbersOf(e, typing), numbersOf(other, typing))) return op("as", [e], REAL);
    return language === "ts" && other.kind === "const" && typeof other.value === "string" && isMixed(typeOf(e)) && narrowing.isKind(e, REAL) ? op("as", [e], typeOf(e)) : e;
  }

  /** on the left of `??`: elements may be missing; what TypeScript takes for nothing, since it was taken away, would leave the alternative alone */
  doubted(e: Expr): Expr {
    const { language, narrowing } = this.#context;
    if (e.kind === "load" && e.place.kind === "element" && e.type.kind === "real") return { ...e, type: orUndefined(e.type) };
    return language === "ts" && narrowing.isNothing(e) ? op("as", [e], typeOf(e)) : e;
  }

  /** a value of several types, of which the program knows that it is of this one */
  #isVague(e: Expr, known: Type): boolean {
    const { language, typing, narrowing } = this.#context;
    if (language === "js" || (e.kind !== "var" && e.kind !== "load") || this.narrowed(e) !== null) return false;
    const shown = present(typing.shown(e));
    return shown.kind === "union" && shown.members.some((x) => x.kind === known.kind) && !narrowing.isKind(e, known);
  }

  /** is an assertion a mistake to TypeScript, since it sees nothing that is of both types? */
  isApart(e: Expr, to: Type): boolean {
    const { narrowing } = this.#context;
    // what it takes for null, or for undefined, overlaps with nothing else
    if (to.kind === "nullable" ? narrowing.isOtherNothing(e, to) : isAbsent(e) || narrowing.isNothing(e)) return true;
    // a literal overlaps with objects that have more than it has, and none has a field of type never
    if (e.kind === "struct" && e.fields.some((f) => isAbsent(f.value) && !mayBe(this.fieldType(e.type, f.name) ?? VOID, "undefined"))) return true;
    return areUnlike(present(this.#context.typing.shown(e)), present(to));
  }

  /** may it stand on the left of `+=`? Not where TypeScript has to be told what it is; that an element is there, `!` says */
  isChangeable(target: Expr): boolean {
    if (this.narrowed(target) !== null || this.#context.narrowing.isNothing(target)) return false;
    const known = this.operand(target);
    return known === target || (target.kind === "load" && known.kind === "op" && known.op === "nonNull");
  }

  /** of arithmetic: a number is there, also where TypeScript does not see it */
  operand(e: Expr): Expr {
    if (e.kind === "op" && e.op === "select" && e.type.kind === "real") return this.fitted(e, e.type);
    const { language, narrowing, typing } = this.#context;
    if (this.#isVague(e, REAL) || (language === "ts" && isAbsent(e))) return op("as", [e], REAL);
    if (language === "ts" && narrowing.isNothing(e)) return op("as", [e.kind === "load" ? { ...e, type: orUndefined(e.type) } : e], REAL);
    if (e.kind === "op" && e.op === "select" && language === "ts" && typing.shown(e).kind === "nullable") return op("nonNull", [e], present(typeOf(e)));
    return (e.kind === "var" || e.kind === "load") && this.mayBeNothing(e) ? op("nonNull", [e], present(typeOf(e))) : e;
  }
}

/** `"disc" as const`, `"disc" as "disc" | "box"`: a literal is wider where its object may change. A member of an enumeration is one of its members. */
const constantly = (e: Expr, to: Type | null): Expr | null => {
  const inner = to === null ? null : present(to);
  if (e.kind !== "const" || e.value === null || e.value === undefined || inner === null || !("literals" in inner) || inner.literals === undefined) return null;
  return inner.kind === "string" && inner.enumeration?.members === null ? null : op("as", [e], inner);
};

/** are both of one type, and of two? */
const areMixed = (a: Type, b: Type): boolean => a.kind !== "union" && b.kind !== "union" && a.kind !== b.kind;

/** is a type the one that a value has, or one of several that it may have? */
const isAmong = (type: Type, all: Type): boolean => sameType(all, type) || (all.kind === "union" && all.members.some((x) => sameType(x, type)));

/** has a literal all the fields of its type that have to be there, and no others? */
const isWhole = (e: Expr & { readonly kind: "struct" }, to: StructType): boolean =>
  e.fields.every((f) => to.fields.some((x) => x.name === f.name)) && to.fields.every((x) => x.optional || e.fields.some((f) => f.name === x.name));

/** may a value of the type be null, or undefined? */
const mayBe = (t: Type, nothing: string): boolean => t.kind === "void" || (t.kind === "opaque" && (nothing === "undefined" ? /\b(any|unknown|undefined|void)\b/ : /\b(any|unknown|null)\b/).test(t.text)) || (t.kind === "nullable" && t.nothing.some((x) => x === nothing));
