// What a handler asks of the value that it catches, answered where the value is thrown: there its type is known, so a number that is
// thrown stays a number with its derivative. One variable per question: the value as a T, its `typeof`, whether it is an instance of C,
// and the value itself for everything else, which is inert. Law: an element may be missing whatever the type of its array says, so
// the `typeof` of what is not surely there is asked of the value.
import type { Block, Cell, Expr, Origin, Stmt, Target, Type, Var } from "../ir/ir.ts";
import { assign, BOOLEAN, constant, define, load, op, REAL, STRING, type Supply, typeOf, UNDEFINED, use, ZERO } from "../ir/build.ts";
import { mapOperands, mapStmt, statements } from "../ir/walk.ts";
import { isReferenceType, isUntyped, sameType } from "../ir/facts.ts";
import { ATTEMPT } from "./exits.ts";

/** Where an exception goes: how its value is handed over, and what is left for it. */
export interface Landing {
  readonly target: Target;
  readonly note: (value: Expr, origin: Origin) => Block;
}

export const UNKNOWN: Type = { kind: "opaque", text: "unknown" };

const NUMBERED = "exception number";
/** which of the types that a function may throw a caught value has: for handlers that pass it on (handlers.ts) */
export const numberOf = (e: Expr): Expr => op(NUMBERED, [e], REAL);

/** of what no handler in sight caught nothing is known */
export function settleNumbers(block: Block, unknown: number): Block {
  const expr = (e: Expr): Expr => (e.kind === "op" && e.op === NUMBERED ? constant(unknown) : mapOperands(e, expr));
  const each = (b: Block): Block => b.map((s) => mapStmt(s, expr, each));
  return each(block);
}

/** the question whether a value is an instance of a class: of the language, by its name, or of the program */
interface Instance {
  readonly of: string | Cell;
  readonly variable: Var;
}

export class Catcher implements Landing {
  readonly target: Target = { label: ATTEMPT };
  isUsed = false;
  readonly #caught: Var | null;
  readonly #supply: Supply;
  readonly #number: (t: Type) => number;
  readonly #isThere: (e: Expr) => boolean;
  readonly #values: { readonly type: Type; readonly variable: Var }[] = [];
  readonly #instances = new Map<string, Instance>();
  #kind: Var | null = null;
  #index: Var | null = null;
  #whole: Var | null = null;

  /** `isThere`: is a value surely what its type says? An element of an array may be missing */
  constructor(caught: Var | null, { supply, number, isThere }: { readonly supply: Supply; readonly number: (t: Type) => number; readonly isThere: (e: Expr) => boolean }) {
    this.#caught = caught;
    this.#supply = supply;
    this.#number = number;
    this.#isThere = isThere;
  }

  /** a block with its questions about the caught value answered from variables */
  answer(block: Block): Block {
    const caught = this.#caught;
    if (!caught) return block;
    const classes = new Map<Var, Cell>();
    for (const s of statements(block)) if (s.kind === "let" && s.value.kind === "load" && s.value.place.kind === "cell" && s.value.place.cell.lineage !== undefined) classes.set(s.variable, s.value.place.cell);
    const expr = (e: Expr): Expr => {
      if (e.kind === "var" && e.variable === caught) return use((this.#whole ??= this.#fresh(UNKNOWN)));
      if (e.kind === "closure") return { ...e, func: { ...e.func, body: each(e.func.body), result: e.func.result && expr(e.func.result) } };
      if (e.kind === "op" && e.args[0]?.kind === "var" && e.args[0].variable === caught) {
        const of = e.args[1];
        if (e.op === "typeof") return use((this.#kind ??= this.#supply.fresh("kind", STRING, true)));
        if (e.op === NUMBERED) return use((this.#index ??= this.#supply.fresh("number", REAL, true)));
        if (e.op === "instanceof" && of?.kind === "const") return use(this.#instance(String(of.value)));
        const cell = e.op === "instanceof" && of?.kind === "var" ? classes.get(of.variable) : undefined;
        if (cell) return use(this.#instance(cell));
      }
      return mapOperands(e, expr);
    };
    const each = (b: Block): Block => b.map((s): Stmt =>
      s.kind === "let" && s.value.kind === "var" && s.value.variable === caught && s.variable.type.kind !== "opaque" ? { ...s, value: use(this.#valueAs(s.variable.type)) } : mapStmt(s, expr, each));
    return each(block);
  }

  #fresh(type: Type): Var {
    return this.#supply.fresh(this.#caught?.name ?? "thrown", type, true);
  }

  #valueAs(type: Type): Var {
    const known = this.#values.find((x) => sameType(x.type, type));
    if (known) return known.variable;
    const variable = this.#fresh(type);
    this.#values.push({ type, variable });
    return variable;
  }

  #instance(of: string | Cell): Var {
    const [key, name] = typeof of === "string" ? [of, of] : [of.lineage?.[0] ?? of.name, of.name];
    const known = this.#instances.get(key) ?? { of, variable: this.#supply.fresh(`is${name}`, BOOLEAN, true) };
    this.#instances.set(key, known);
    return known.variable;
  }

  /** to stand before the guarded block */
  declares(origin: Origin): Block {
    const rest = [...[...this.#instances.values()].map((x) => x.variable), ...(this.#kind ? [this.#kind] : []), ...(this.#whole ? [this.#whole] : [])];
    return [...[...this.#values.map((x) => x.variable), ...rest].map((v) => define(v, nothing(v.type), origin)), ...(this.#index ? [define(this.#index, ZERO, origin)] : [])];
  }

  note(value: Expr, origin: Origin): Block {
    this.isUsed = true;
    const out: Stmt[] = [];
    const given = typeOf(value);
    const question = (variable: Var, answer: Expr): void => {
      if (answer.kind === "const") { out.push(assign(variable, answer, origin)); return; }
      const answered = this.#supply.like(variable, { mutable: false });
      out.push(define(answered, answer, origin), assign(variable, use(answered), origin));
    };
    for (const { type, variable } of this.#values) {
      if (isUntyped(given)) question(variable, value);
      else if (fits(given, type)) out.push(assign(variable, value, origin));
      // what is no number counts as one anyway, if the program says so
      else if (type.kind === "real") question(variable, isReferenceType(given) ? constant(NaN) : op("Number", [value], REAL));
    }
    for (const { of, variable } of this.#instances.values()) {
      if (typeof of === "string" || PRIMITIVES.has(given.kind)) { question(variable, typeof of === "string" ? instanceOf(value, given, of) : constant(false)); continue; }
      const target = this.#supply.fresh(of.name, of.type);
      out.push(define(target, load({ kind: "cell", cell: of }, of.type), origin));
      question(variable, op("instanceof", [value, use(target)], BOOLEAN));
    }
    if (this.#kind) question(this.#kind, this.#isThere(value) ? kindOf(value, given) : op("typeof", [value], STRING));
    if (this.#index) question(this.#index, isUntyped(given) && value.kind === "var" ? numberOf(value) : constant(this.#number(given)));
    if (this.#whole) out.push(assign(this.#whole, value, origin));
    return out;
  }
}

/** what stands in a variable that no exception has set */
export function nothing(t: Type): Expr {
  switch (t.kind) {
    case "real": return ZERO;
    case "boolean": return constant(false);
    case "string": return constant("");
    case "nullable": return constant(t.nothing.includes("undefined") ? undefined : null);
    default: return UNDEFINED;
  }
}

/** may a value of one type stand where one of the other is meant? */
function fits(given: Type, wanted: Type): boolean {
  if (sameType(given, wanted)) return true;
  if (wanted.kind === "nullable") return fits(given, wanted.inner) || given.kind === "void";
  if (given.kind === "nullable") return fits(given.inner, wanted);
  if (given.kind === "struct" && wanted.kind === "struct") return wanted.fields.every((f) => f.optional || given.fields.some((g) => g.name === f.name && fits(g.type, f.type)));
  return given.kind === wanted.kind && given.kind !== "array" && given.kind !== "tuple";
}

const ERRORS: ReadonlySet<string> = new Set(["Error", "TypeError", "RangeError", "SyntaxError", "ReferenceError", "EvalError", "URIError", "AggregateError"]);

const PRIMITIVES: ReadonlySet<Type["kind"]> = new Set(["real", "boolean", "string", "bigint", "void"]);

function instanceOf(value: Expr, given: Type, name: string): Expr {
  if (PRIMITIVES.has(given.kind)) return constant(false);
  const isKnown = given.kind === "opaque" && ERRORS.has(given.text) && (name === given.text || name === "Error" || name === "Object");
  return isKnown ? constant(true) : op("instanceof", [value, constant(name)], BOOLEAN);
}

function kindOf(value: Expr, given: Type): Expr {
  switch (given.kind) {
    case "real": return constant("number");
    case "boolean": case "string": case "bigint": return constant(given.kind);
    case "array": case "tuple": case "struct": case "map": return constant("object");
    case "function": return constant("function");
    default: return ERRORS.has(typeText(given)) ? constant("object") : op("typeof", [value], STRING);
  }
}

const typeText = (t: Type): string => (t.kind === "opaque" ? t.text : "");
