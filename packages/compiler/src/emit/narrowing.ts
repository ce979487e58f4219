// What TypeScript knows by control flow at a point of the text: which variables and properties are there although their type says
// that they may be null or undefined. Less than TypeScript knows is safe (a `!` too many), more is an error in the text.
// Assumes that statements are visited in the order of the text.
import type { Block, Expr, Field, Func, Place, StructType, Type, Var } from "../ir/ir.ts";
import { typeOf } from "../ir/build.ts";
import { isAbsent, isReferenceType, present } from "../ir/facts.ts";
import { variablesAssigned } from "../ir/variables.ts";
import { eachExpression, eachOperand, operands, statements } from "../ir/walk.ts";
import type { EmitContext } from "./context.ts";
import { told } from "./told.ts";
import { type Path, pathOf, propertyPath, variablePath } from "./paths.ts";

/**
 * Paths that are there: `#3`, `#3.next`; with `!` before them properties to which null or undefined was assigned last, for all that TypeScript sees;
 * `!#3.next.is null`, where it is known which of them; and `#3.≠7.kind`: what the property `kind` says is not of the object type 7.
 */
export type Facts = ReadonlySet<string>;

export const NO_FACTS: Facts = new Set();

export class Narrowing {
  readonly #assigned: ReadonlySet<Var>;
  readonly #shown: (e: Expr) => Type;
  readonly #text: Pick<EmitContext, "typing" | "types" | "language" | "narrowing">;
  /** tests that have a name: TypeScript looks through constants */
  readonly #named = new Map<Var, Expr>();
  #facts: Facts = NO_FACTS;
  /** does the function ask of values that are numbers or texts what they are? */
  #asksKinds = false;

  constructor(func: Func, assigned: ReadonlySet<Var>, text: Pick<EmitContext, "typing" | "types" | "language">) {
    this.#assigned = assigned;
    this.#shown = text.typing.shown;
    this.#text = { ...text, narrowing: this };
    const visit = (f: Func): void => {
      for (const s of statements(f.body)) {
        // it looks through no constant whose type is written out
        if (s.kind === "let" && typeOf(s.value).kind === "boolean" && !assigned.has(s.variable) && !text.typing.isCircular(s.variable)) this.#named.set(s.variable, s.value);
        eachExpression(s, inside);
      }
    };
    const inside = (e: Expr): void => {
      if (asksKind(e)) this.#asksKinds = true;
      if (e.kind === "closure") visit(e.func);
      else eachOperand(e, inside);
    };
    visit(func);
  }

  has(e: Expr): boolean {
    const path = this.#path(e);
    return path !== null && this.#facts.has(path);
  }

  /** does TypeScript take a property for null, or undefined, although calls since may have set it, or what a test found missing for `never`? */
  isNothing(e: Expr): boolean {
    const path = this.#path(e);
    return path !== null && this.#facts.has(`!${path}`);
  }

  /** does TypeScript take it for null where the type has only undefined, or the other way round? */
  isOtherNothing(e: Expr, type: Type & { readonly kind: "nullable" }): boolean {
    const path = this.#path(e);
    return path !== null && (["null", "undefined"] as const).some((x) => !type.nothing.includes(x) && this.#facts.has(`!${path}.is ${x}`));
  }

  /**
   * Has a test shown that an object of several types is not of this one? `byKind`: a test of what tells them apart, which TypeScript follows
   * whatever the object was declared as; what was declared by its value alone is of a type that `in` makes another.
   */
  isExcluded(e: Expr, type: Type, byKind: boolean): boolean {
    const path = this.#path(e);
    const prefix = type.kind === "struct" ? `${path}.≠${type.id}.` : null;
    return path !== null && prefix !== null && [...this.#facts].some((x) => x.startsWith(prefix) && !(byKind && x === prefix));
  }

  /** has a test shown of what kind a value of several types is? */
  isKind(e: Expr, type: Type): boolean {
    const path = this.#path(e);
    return path !== null && this.#facts.has(`${path}.typeof ${type.kind}`);
  }

  /** has a test shown that a value of no type is an instance of some class? */
  isInstance(e: Expr): boolean {
    const path = this.#path(e);
    return path !== null && this.#facts.has(`${path}.instance`);
  }

  /** would TypeScript take an answer for settled once a value of one kind was assigned? */
  get asksKinds(): boolean {
    return this.#asksKinds;
  }

  /** a variable and properties of it; TypeScript does not follow what is read of an object that is told what it is */
  #path(e: Expr): Path | null {
    if (e.kind === "var") return variablePath(e.variable);
    if (e.kind !== "load" || e.place.kind !== "field" || told(e.place, e.type, false, this.#text) !== null) return null;
    const base = this.#path(e.place.base);
    return base === null ? null : `${base}.${e.place.field}`;
  }

  get facts(): Facts {
    return this.#facts;
  }

  set facts(facts: Facts) {
    this.#facts = facts;
  }

  /** after a test, in one of its arms */
  assume(test: Expr, truth: boolean): void {
    const found: string[] = [];
    this.#collect(test, truth, found, false, 0);
    if (found.length > 0) this.#facts = new Set([...this.#facts, ...found]);
  }

  /** a variable has a value from here on */
  assigned(v: Var, isThere: boolean): void {
    const path = variablePath(v);
    const others = [...this.#facts].filter((x) => x !== path && x !== `!${path}` && !x.startsWith(`${path}.`) && !x.startsWith(`!${path}.`));
    this.#facts = new Set(isThere ? [...others, path] : others);
  }

  /** TypeScript forgets what it knows of this property; whether another name meant the same object is not asked of what is there, to be safe */
  stored(place: Place, isEmptied = false): void {
    if (this.#facts.size === 0 || place.kind !== "field") return;
    const { field } = place;
    const path = `!${propertyPath(place) ?? ""}`;
    this.#facts = new Set([...this.#facts].filter((x) => (x.startsWith("!") ? (x !== path || isEmptied) && !x.startsWith(`${path}.`) : !x.split(".").slice(1).includes(field))));
  }

  /** null or undefined was stored */
  emptied(place: Place, by: "null" | "undefined"): void {
    const path = propertyPath(place);
    if (path !== null) this.#facts = new Set([...this.#facts, `!${path}`, `!${path}.is ${by}`]);
  }

  /** before code that may run any number of times, and behind it */
  forget(block: Block): void {
    for (const v of variablesAssigned(block)) this.assigned(v, false);
    // what changes a number where it stands (`+=`) leaves it what it was to TypeScript: nothing, where that was assigned
    for (const s of statements(block)) if (s.kind === "store" || s.kind === "accumulate") this.stored(s.place, s.kind === "accumulate" || isAbsent(s.value) || reads(s.value, s.place));
  }

  /** inside a function literal only constants are still known */
  enterClosure(): void {
    this.#facts = new Set([...this.#facts].filter((x) => !x.includes(".") && ![...this.#assigned].some((v) => x === `#${v.id}`)));
  }

  #collect(test: Expr, truth: boolean, found: string[], isNamed: boolean, depth: number): void {
    const there = (e: Expr, prefix = ""): void => {
      const path = this.#path(e);
      if (path !== null && (!isNamed || this.#isConstant(e))) found.push(`${prefix}${path}`);
    };
    if (test.kind === "var" && typeOf(test).kind === "boolean") {
      const named = depth < 5 ? this.#named.get(test.variable) : undefined;
      if (named !== undefined) this.#collect(named, truth, found, true, depth + 1);
      return;
    }
    if (test.kind !== "op") {
      if (truth) there(test);
      if (typeOf(test).kind === "boolean") found.push(...this.#told(test, true, truth, isNamed));
      return;
    }
    const [a, b] = test.args;
    if (a === undefined) return;
    switch (test.op) {
      case "!": return this.#collect(a, !truth, found, isNamed, depth);
      case "instanceof": {
        const path = truth && (!isNamed || this.#isConstant(a)) ? this.#path(a) : null;
        if (path !== null) found.push(`${path}.instance`);
        const key = b?.kind === "load" && b.place.kind === "cell" ? b.place.cell.lineage?.[0] : undefined;
        if (key !== undefined) found.push(...this.#sorted(a, (x) => x.lineage?.includes(key) === true, truth, isNamed));
        return;
      }
      case "in": {
        const key = a.kind === "const" ? a.value : null;
        const fieldOf = (x: StructType): Field | undefined => x.fields.find((f) => f.name === key);
        if (b !== undefined && typeof key === "string") found.push(...this.#sorted(b, (x) => (truth ? fieldOf(x) !== undefined : fieldOf(x)?.optional === false), truth, isNamed));
        return;
      }
      case "truthy": if (truth && !isNamed) there(a); return;
      case "isNullish":
        if (!truth) there(a);
        else if (this.#shown(a).kind !== "nullable") there(a, "!");
        return;
      case "&&": if (truth) for (const x of test.args) this.#collect(x, true, found, isNamed, depth); return;
      case "||": if (!truth) for (const x of test.args) this.#collect(x, false, found, isNamed, depth); return;
      case "!==": case "===": {
        if (b?.kind === "const" && !isAbsent(b)) found.push(...this.#told(a, b.value, truth === (test.op === "==="), isNamed), ...this.#kind(a, b.value, truth === (test.op === "==="), isNamed));
        if (truth !== (test.op === "!==") || b?.kind !== "const" || !isAbsent(b)) return;
        const type = this.#shown(a);
        if (type.kind === "nullable" && type.nothing.every((x) => x === String(b.value))) there(a);
        return;
      }
      default:
    }
  }

  /** what a test says of each of the types that an object may be of: those that it holds for, or those for which it does not, are out */
  #sorted(of: Expr, holds: (type: StructType) => boolean, truth: boolean, isNamed: boolean): readonly string[] {
    const path = this.#path(of);
    const union = present(this.#shown(of));
    if (path === null || union.kind !== "union" || (isNamed && !this.#isConstant(of))) return [];
    return union.members.flatMap((x) => (x.kind === "struct" && holds(x) !== truth ? [`${path}.≠${x.id}.`] : []));
  }

  /** what `object.kind === value`, or its opposite, says about an object of several types */
  #told(property: Expr, value: unknown, isEqual: boolean, isNamed: boolean): readonly string[] {
    if (property.kind !== "load" || property.place.kind !== "field") return [];
    const { base, field } = property.place;
    const path = this.#path(base);
    const shown = this.#shown(base);
    const union = shown.kind === "nullable" ? shown.inner : shown;
    if (path === null || union.kind !== "union" || (isNamed && !this.#isConstant(base))) return [];
    return union.members.flatMap((x) => {
      const type = x.kind === "struct" ? x.fields.find((f) => f.name === field && !f.optional)?.type : undefined;
      const literals = type !== undefined && "literals" in type ? type.literals : undefined;
      const isOut = literals !== undefined && (isEqual ? !literals.some((y) => y === value) : literals.every((y) => y === value));
      return isOut && x.kind === "struct" ? [`${path}.≠${x.id}.${field}`] : [];
    });
  }

  /** what `typeof value === "number"` and `value === "auto"`, or their opposites, say about a value of several types: which one is left */
  #kind(tested: Expr, value: unknown, isEqual: boolean, isNamed: boolean): readonly string[] {
    const isTypeof = tested.kind === "op" && tested.op === "typeof";
    const of = isTypeof ? tested.args[0]! : tested;
    const path = this.#path(of);
    const shown = this.#shown(of);
    if (path === null || shown.kind !== "union" || (isNamed && !this.#isConstant(of))) return [];
    const isMeant = (x: Type): boolean => (isTypeof ? (x.kind === "real" ? "number" : x.kind) === value : typeof value === x.kind && (!("literals" in x) || x.literals === undefined || x.literals.some((y) => y === value)));
    const isAll = (x: Type): boolean => isMeant(x) && (isTypeof || ("literals" in x && x.literals?.length === 1));
    const left = shown.members.filter((x) => (isEqual ? isMeant(x) : !isAll(x)));
    return left.length === 1 ? [`${path}.typeof ${left[0]!.kind}`] : [];
  }

  /** does a test with a name still hold where the name is asked? */
  #isConstant(e: Expr): boolean {
    if (e.kind === "var") return !this.#assigned.has(e.variable);
    if (e.kind !== "load" || e.place.kind !== "field" || !this.#isConstant(e.place.base)) return false;
    const { field, base } = e.place;
    const type = this.#shown(base);
    const struct = type.kind === "nullable" ? type.inner : type;
    return struct.kind === "struct" && this.#text.types.isNamed(struct) && struct.fields.some((f) => f.name === field && f.readonly === true);
  }
}

/** what holds behind a loop that runs at least once: properties that it empties may be empty for all that TypeScript sees */
export function withEmptied(facts: Facts, body: Block): Facts {
  const emptied = [...statements(body)].flatMap((s) => (s.kind === "store" && isAbsent(s.value) ? [propertyPath(s.place)] : []));
  return emptied.length === 0 ? facts : new Set([...facts, ...emptied.flatMap((path) => (path === null ? [] : [`!${path}`]))]);
}

/** what holds after a branch: what holds at both ends; null stands for an arm that does not end */
export function meet(a: Facts | null, b: Facts | null): Facts {
  if (a === null) return b ?? NO_FACTS;
  if (b === null) return a;
  return new Set([...a].filter((x) => b.has(x)));
}

function reads(e: Expr, place: Place): boolean {
  const path = propertyPath(place);
  return path !== null && (pathOf(e) === path || operands(e).some((x) => reads(x, place)));
}

function asksKind(e: Expr): boolean {
  if (e.kind !== "op") return false;
  const [of, text] = e.args;
  return of !== undefined && isMixed(typeOf(of)) && (e.op === "typeof" || ((e.op === "===" || e.op === "!==") && text?.kind === "const" && typeof text.value === "string"));
}

/** a number, or a text, or another value that is no object */
export const isMixed = (t: Type): boolean => (t.kind === "nullable" ? isMixed(t.inner) : t.kind === "union" && !isReferenceType(t));
