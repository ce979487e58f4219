// Reads through references that may be missing, where an exception handler is in reach: the TypeError that the engine would throw
// becomes a test and a `throw`, so that it is an exit like any other. Outside handlers the engine's own error does.
// Assumes the structured stage with settled loops. A reference may be missing if its type says so, or if it was read from an array at an
// index that is not proved inside, or taken off an array; what was tested or looked into before is there.
import type { Block, Expr, Origin, Place, Stmt, Var } from "../ir/ir.ts";
import { BOOLEAN, branch, constant, define, op, STRING, type Supply, use } from "../ir/build.ts";
import { isReferenceType, mayBeLeftOut } from "../ir/facts.ts";
import { variablesAssigned } from "../ir/variables.ts";
import { expressions, mapStmt, placeOperands, statements, visitExpr } from "../ir/walk.ts";

/** the block with tests before what may throw; `guarded`: is there a handler around all of it? */
export function testReferences(block: Block, guarded: boolean, supply: Supply): Block {
  return new Tester(block, supply).block(block, { present: new Set(), copies: new Map() }, guarded);
}

/** what is known at a point of the program */
interface Known {
  readonly present: Set<Var>;
  /** variables that hold what a mutable variable holds now */
  readonly copies: Map<Var, Var>;
}

const copyOf = (known: Known): Known => ({ present: new Set(known.present), copies: new Map(known.copies) });

class Tester {
  readonly #supply: Supply;
  readonly #definitions = new Map<Var, Expr>();
  /** read from an array, or taken off one */
  readonly #doubtful = new Set<Var>();

  constructor(block: Block, supply: Supply) {
    this.#supply = supply;
    for (const s of statements(block)) if (s.kind === "let" && !s.variable.mutable) this.#definitions.set(s.variable, s.value);
    this.#findDoubtful(block, []);
    for (let size = -1; size !== this.#doubtful.size;) {
      size = this.#doubtful.size;
      for (const s of statements(block)) if ((s.kind === "let" || s.kind === "assign") && s.value.kind === "var" && this.#doubtful.has(s.value.variable)) this.#doubtful.add(s.variable);
    }
  }

  #findDoubtful(block: Block, loops: readonly Stmt[]): void {
    for (const s of block) {
      if (s.kind === "let" && s.value.kind === "load" && s.value.place.kind === "element" && isReferenceType(s.variable.type) && !this.#isInside(s.value.place, loops)) this.#doubtful.add(s.variable);
      if (s.kind === "mutate" && s.result && isReferenceType(s.result.type) && (s.operation === "pop" || s.operation === "shift")) this.#doubtful.add(s.result);
      if (s.kind === "loop") this.#findDoubtful(s.body, [...loops, s]);
      else mapStmt(s, (e) => e, (b) => { this.#findDoubtful(b, loops); return b; });
    }
  }

  /** the index counts below the length of the same array, which nobody shortens meanwhile; or it names an element of a tuple */
  #isInside(place: Place & { kind: "element" }, loops: readonly Stmt[]): boolean {
    const { base, index } = place;
    if (base.kind !== "var") return false;
    if (base.variable.type.kind === "tuple") return index.kind === "const" && typeof index.value === "number" && index.value >= 0 && index.value < base.variable.type.elements.length && !mayBeLeftOut(base.variable.type, index.value);
    const at = this.#source(index);
    const loop = loops.find((l) => l.kind === "loop" && l.header.kind === "counted" && at.kind === "var" && l.header.index === at.variable);
    if (loop?.kind !== "loop" || loop.header.kind !== "counted") return false;
    const { start, stop, compare, step } = loop.header;
    const bound = this.#source(stop);
    const array = bound.kind === "length" ? this.#source(bound.array) : null;
    const own = this.#source(base);
    const from = this.#source(start);
    const starts = from.kind === "const" && typeof from.value === "number" && from.value >= 0 && Number.isInteger(from.value);
    if (!starts || compare !== "<" || step <= 0 || array?.kind !== "var" || own.kind !== "var" || array.variable !== own.variable) return false;
    return ![...statements(loop.body)].some((s) => s.kind === "mutate" || (s.kind === "call" && (s.callee.kind === "function" || s.callee.kind === "value")));
  }

  /** what an atom is a copy of */
  #source(e: Expr): Expr {
    if (e.kind !== "var") return e;
    const value = this.#definitions.get(e.variable);
    return value === undefined || (value.kind !== "var" && value.kind !== "length" && value.kind !== "const") || (value.kind === "var" && value.variable.mutable) ? e : this.#source(value);
  }

  block(block: Block, known: Known, guarded: boolean): Block {
    return block.flatMap((s) => this.#statement(s, known, guarded));
  }

  #statement(s: Stmt, known: Known, guarded: boolean): Block {
    const tests = guarded ? this.#tests(s, known) : [];
    switch (s.kind) {
      case "if": {
        const [then, otherwise] = [copyOf(known), copyOf(known)];
        this.#learn(s.test, true, then);
        this.#learn(s.test, false, otherwise);
        const mapped: Stmt = { ...s, then: this.block(s.then, then, guarded), else: this.block(s.else, otherwise, guarded) };
        this.#forget(s, known);
        return [...tests, mapped];
      }
      case "try": {
        this.#forget(s, known);
        const body = this.block(s.body, copyOf(known), guarded || s.handler !== null);
        return [{ ...s, body, handler: s.handler && this.block(s.handler, copyOf(known), guarded) }];
      }
      case "loop": {
        this.#forget(s, known);
        return [...tests, { ...s, body: this.block(s.body, copyOf(known), guarded) }];
      }
      case "let": case "assign": {
        if (s.kind === "assign") this.#forget(s, known);
        if (s.value.kind === "var" && known.present.has(s.value.variable)) known.present.add(s.variable);
        if (s.value.kind === "var" && s.value.variable.mutable) known.copies.set(s.variable, s.value.variable);
        return [...tests, s];
      }
      default: return [...tests, s];
    }
  }

  #forget(s: Stmt, known: Known): void {
    for (const v of variablesAssigned([s])) {
      known.present.delete(v);
      for (const [copy, of] of known.copies) if (of === v) known.copies.delete(copy);
    }
  }

  #note(v: Var, known: Known): void {
    known.present.add(v);
    const of = known.copies.get(v);
    if (of) known.present.add(of);
  }

  /** what a test says about references where its outcome is known */
  #learn(test: Expr, outcome: boolean, known: Known): void {
    const value = test.kind === "var" ? this.#definitions.get(test.variable) : undefined;
    if (value?.kind === "var") return this.#learn(value, outcome, known);
    if (value?.kind !== "op") return;
    const [first] = value.args;
    if ((value.op === "isNullish" && !outcome) || (value.op === "truthy" && outcome)) { if (first?.kind === "var") this.#note(first.variable, known); }
    else if (value.op === "!" && first) this.#learn(first, !outcome, known);
    else if ((value.op === "&&" && outcome) || (value.op === "||" && !outcome)) for (const a of value.args) this.#learn(a, outcome, known);
  }

  #tests(s: Stmt, known: Known): Block {
    const out: Stmt[] = [];
    const look = (base: Expr, reading: string, of: Expr): void => {
      if (base.kind !== "var" || known.present.has(base.variable)) return;
      if (!this.#doubtful.has(base.variable) && base.variable.type.kind !== "nullable") return;
      out.push(...this.#raise(base, reading, of, s.origin));
      this.#note(base.variable, known);
    };
    const lookAt = (p: Place, reading: string): void => {
      if (p.kind === "element") look(p.base, reading, p.index);
      if (p.kind === "field") look(p.base, reading, constant(p.field));
    };
    if (s.kind === "store" || s.kind === "accumulate") lookAt(s.place, "setting");
    if (s.kind === "mutate") look(s.array, "reading", constant(s.operation));
    if (s.kind === "let" && s.value.kind === "new" && !this.#isLength(s.value.length)) out.push(...this.#raiseLength(s.value, s.origin));
    for (const e of s.kind === "store" || s.kind === "accumulate" ? [...placeOperands(s.place), s.value] : expressions(s)) visitExpr(e, (x) => {
      if (x.kind === "load") lookAt(x.place, "reading");
      if (x.kind === "length") look(x.array, "reading", constant("length"));
      if (x.kind === "copy") look(x.source, "reading", constant("length"));
    });
    return out;
  }

  /** is it surely the length that an array can have? */
  #isLength(e: Expr): boolean {
    const source = this.#source(e);
    return source.kind === "length" || (source.kind === "const" && typeof source.value === "number" && source.value >= 0);
  }

  #raiseLength(value: Expr & { kind: "new" }, origin: Origin): Block {
    const { length: asked, type } = value;
    const isTyped = type.kind === "array" && type.array !== "Array";
    const invalid = this.#supply.fresh("isInvalid", BOOLEAN);
    const error = this.#supply.fresh("error", { kind: "opaque", text: "RangeError" });
    const message = this.#supply.fresh("message", STRING);
    const test: Block = isTyped ? [define(invalid, op("<=", [asked, constant(-1)], BOOLEAN), origin)] : this.#notLength(asked, invalid, origin);
    const text: Expr = isTyped ? op("template", [constant("Invalid typed array length: "), asked, constant("")], STRING) : constant("Invalid array length");
    return [...test, branch(use(invalid), [
      define(message, text, origin),
      { kind: "call", callee: { kind: "external", name: "new RangeError", cell: null }, args: [use(message)], result: error, origin },
      { kind: "throw", value: use(error), origin },
    ], [], origin)];
  }

  /** not a whole number from zero on: an Array takes nothing else */
  #notLength(asked: Expr, invalid: Var, origin: Origin): Block {
    const [whole, negative, broken] = ["isWhole", "isNegative", "isBroken"].map((name) => this.#supply.fresh(name, BOOLEAN));
    return [
      define(whole!, op("Number.isInteger", [asked], BOOLEAN), origin), define(broken!, op("!", [use(whole!)], BOOLEAN), origin),
      define(negative!, op("<", [asked, constant(0)], BOOLEAN), origin), define(invalid, op("||", [use(broken!), use(negative!)], BOOLEAN), origin),
    ];
  }

  /** the engine's own words */
  #raise(base: Expr, reading: string, of: Expr, origin: Origin): Block {
    const missing = this.#supply.fresh("isMissing", BOOLEAN);
    const message = this.#supply.fresh("message", STRING);
    const error = this.#supply.fresh("error", { kind: "opaque", text: "TypeError" });
    const parts = [constant(`Cannot ${reading === "setting" ? "set" : "read"} properties of `), base, constant(` (${reading} '`), of, constant("')")];
    return [
      define(missing, op("isNullish", [base], BOOLEAN), origin),
      branch(use(missing), [
        define(message, op("template", parts, STRING), origin),
        { kind: "call", callee: { kind: "external", name: "new TypeError", cell: null }, args: [use(message)], result: error, origin },
        { kind: "throw", value: use(error), origin },
      ], [], origin),
    ];
  }
}
