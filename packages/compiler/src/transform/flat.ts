// Arrays of numbers in vector mode: instead of an array for each direction, one for all of them, in which the tangents of one element stand side by
// side: `xDot[lanes * i + lane]` (SEMANTICS §2). A loop over directions then walks through memory in order, and reaches it without a detour.
// Assumes the text of one direction, as lanes.ts does, which this goes before. Guarantees the same in that the array is no tangent any more: made once, and
// written by each direction at places of its own. Only for arrays that nothing looks at but by elements: what is stored elsewhere, passed on or
// taken from its end stays an array for each direction.
import type { Block, Expr, Func, Origin, Place, Stmt, Type, Var } from "../ir/ir.ts";
import { define, element, isConst, length, load, op, store, type Supply, typeOf, use } from "../ir/build.ts";
import { isAbsent } from "../ir/facts.ts";
import { eachExpression, eachOperand, mapOperands, mapStmt, operands, placeOperands, statements } from "../ir/walk.ts";
import { numberOf } from "../rules/simplify.ts";

export interface Flattened {
  readonly func: Func;
  /** the arrays of all directions */
  readonly flat: ReadonlySet<Var>;
}

/** may hold the tangents of an array of numbers */
const isCandidate = (v: Var): boolean => v.lane === true && v.type.kind === "array" && v.type.element.kind === "real" && (v.type.array === "Array" || v.type.array === "Float64Array");

export function flatten(func: Func, lane: Var, count: Expr, supply: Supply): Flattened {
  const found = new Candidates(func).found();
  if (found.size === 0) return { func, flat: found };
  const renamed = new Map([...found].map((v) => {
    const { lane: _, ...made } = supply.like(v);
    return [v, made as Var];
  }));
  const writer = new FlatWriter(renamed, lane, count, supply);
  return { func: { ...func, body: writer.block(func.body) }, flat: new Set(renamed.values()) };
}

/** which arrays are looked at by elements only; those of which one may be another go together */
class Candidates {
  readonly #func: Func;
  readonly #defined = new Set<Var>();
  readonly #spoilt = new Set<Var>();
  readonly #same = new Map<Var, Set<Var>>();

  constructor(func: Func) {
    this.#func = func;
    for (const s of statements(func.body)) if (s.kind === "let" && isCandidate(s.variable)) this.#defined.add(s.variable);
  }

  found(): ReadonlySet<Var> {
    if (this.#defined.size === 0) return this.#defined;
    for (const s of statements(this.#func.body)) this.#statement(s);
    if (this.#func.result) this.#spoil(this.#func.result);
    const pending = [...this.#spoilt];
    for (const v of pending) for (const other of this.#same.get(v) ?? []) if (!this.#spoilt.has(other)) { this.#spoilt.add(other); pending.push(other); }
    return new Set([...this.#defined].filter((v) => !this.#spoilt.has(v)));
  }

  #statement(s: Stmt): void {
    switch (s.kind) {
      case "let": case "assign": if (this.#defined.has(s.variable)) this.#definition(s.variable, s.value); else this.#look(s.value); return;
      case "store": case "accumulate": {
        this.#spoil(s.value);
        const [base, index] = placeOperands(s.place);
        if (s.place.kind !== "element" && base) this.#spoil(base);
        if (index) this.#spoil(index);
        return;
      }
      case "mutate":
        for (const a of s.args) this.#spoil(a);
        if (s.operation !== "push" || s.args.length !== 1 || s.result !== null) this.#spoil(s.array);
        return;
      default: eachExpression(s, (e) => { this.#look(e); });
    }
  }

  #definition(v: Var, value: Expr): void {
    const link = (e: Expr): void => {
      if (e.kind === "var" && this.#defined.has(e.variable)) for (const [a, b] of [[v, e.variable], [e.variable, v]] as const) this.#same.set(a, (this.#same.get(a) ?? new Set()).add(b));
      else this.#spoilt.add(v);
    };
    switch (value.kind) {
      case "new": case "zeros": eachOperand(value, (e) => { this.#look(e); }); return;
      case "var": link(value); return;
      case "const": if (!isAbsent(value)) this.#spoilt.add(v); return;
      case "copy":
        link(value.source);
        for (const e of [value.start, value.end]) if (e) this.#spoil(e);
        return;
      case "array":
        if (value.elements.some((x) => x.spread)) this.#spoilt.add(v);
        for (const x of value.elements) this.#spoil(x.value);
        return;
      case "op":
        if (value.op === "select") { this.#spoil(value.args[0]!); link(value.args[1]!); link(value.args[2]!); return; }
        this.#spoilt.add(v);
        this.#look(value);
        return;
      default: this.#spoilt.add(v); this.#look(value);
    }
  }

  /** what an expression does with arrays: an element, or the length, of one is all that may be asked for */
  #look(e: Expr): void {
    if (e.kind === "load" && e.place.kind === "element" && e.place.base.kind === "var" && !e.mayMiss) return this.#spoil(e.place.index);
    if (e.kind === "length" && e.array.kind === "var") return;
    if (e.kind === "var" || e.kind === "closure") return this.#spoil(e);
    eachOperand(e, (x) => { this.#look(x); });
  }

  #spoil(e: Expr): void {
    if (e.kind === "var") this.#spoilt.add(e.variable);
    else if (e.kind === "closure") for (const s of statements(e.func.body)) eachExpression(s, (x) => { this.#spoil(x); });
    else eachOperand(e, (x) => { this.#spoil(x); });
  }
}

class FlatWriter {
  readonly #flat: ReadonlyMap<Var, Var>;
  readonly #lane: Expr;
  readonly #count: Expr;
  readonly #supply: Supply;

  constructor(flat: ReadonlyMap<Var, Var>, lane: Var, count: Expr, supply: Supply) {
    this.#flat = flat;
    this.#lane = use(lane);
    this.#count = count;
    this.#supply = supply;
  }

  block(block: Block): Block {
    return block.flatMap((s) => this.#statement(s));
  }

  #statement(s: Stmt): Block {
    const out: Stmt[] = [];
    const flat = s.kind === "let" || s.kind === "assign" ? this.#flat.get(s.variable) : undefined;
    if (flat && (s.kind === "let" || s.kind === "assign")) return this.#definition(s, flat, out);
    const each = (e: Expr): Expr => this.#expr(e, s.origin, out);
    const mapped = s.kind === "store" || s.kind === "accumulate" ? { ...s, place: this.#place(s.place, s.origin, out), value: each(s.value) } : mapStmt(s, each, (b) => this.block(b));
    return [...out, mapped];
  }

  #definition(s: Stmt & { kind: "let" | "assign" }, variable: Var, out: Stmt[]): Block {
    const { value, origin } = s;
    const stores: Stmt[] = [];
    const made = this.#made(value, variable, origin, out, stores);
    return [...out, { ...s, variable, value: made }, ...stores];
  }

  /** `stores`: what puts the elements of a literal in */
  #made(value: Expr, variable: Var, origin: Origin, out: Stmt[], stores: Stmt[]): Expr {
    const zeros = (size: Expr): Expr => ({ kind: "new", length: this.#times(this.#atom(size, origin, out), origin, out), zeroed: true, type: variable.type });
    switch (value.kind) {
      case "new": return zeros(this.#expr(value.length, origin, out));
      case "zeros": {
        const held = value.like.kind === "var" ? this.#flat.get(value.like.variable) : undefined;
        return held ? { kind: "new", length: this.#atom(length(use(held)), origin, out), zeroed: true, type: variable.type } : zeros(length(value.like));
      }
      case "array":
        if (value.elements.length === 0) return value;
        value.elements.forEach((x, i) => stores.push(store(this.#at(use(variable), { kind: "const", value: i }, origin, stores), x.value, origin)));
        return zeros({ kind: "const", value: value.elements.length });
      case "copy": {
        const scaled = (e: Expr | null): Expr | null => e && this.#times(this.#expr(e, origin, out), origin, out);
        return { ...value, source: this.#named(value.source), start: scaled(value.start), end: scaled(value.end) };
      }
      default: return mapOperands(this.#named(value), (e) => this.#named(e));
    }
  }

  #named(e: Expr): Expr {
    const to = e.kind === "var" ? this.#flat.get(e.variable) : undefined;
    return to ? use(to) : e;
  }

  #expr(e: Expr, origin: Origin, out: Stmt[]): Expr {
    if (e.kind === "load" && e.place.kind === "element") return load(this.#place(e.place, origin, out), e.type, e.mayMiss);
    if (e.kind === "length" && e.array.kind === "var" && this.#flat.has(e.array.variable)) return op("/", [this.#atom(length(this.#named(e.array)), origin, out), this.#count]);
    if (e.kind === "var") return this.#named(e);
    return mapOperands(e, (x) => { const made = this.#expr(x, origin, out); return made === x ? x : this.#atom(made, origin, out); });
  }

  #place(p: Place, origin: Origin, out: Stmt[]): Place {
    const base = p.kind === "element" && p.base.kind === "var" ? this.#flat.get(p.base.variable) : undefined;
    return base && p.kind === "element" ? this.#at(use(base), p.index, origin, out) : p;
  }

  #at(base: Expr, index: Expr, origin: Origin, out: Stmt[]): Place {
    const first = this.#times(index, origin, out);
    return element(base, isConst(first, 0) ? this.#lane : this.#atom(op("+", [first, this.#lane]), origin, out));
  }

  #times(e: Expr, origin: Origin, out: Stmt[]): Expr {
    const [a, b] = [numberOf(this.#count), numberOf(e)];
    if (b === 0 || (a !== null && b !== null)) return { kind: "const", value: (a ?? 0) * b };
    return b === 1 ? this.#count : this.#atom(op("*", [this.#count, e]), origin, out);
  }

  #atom(e: Expr, origin: Origin, out: Stmt[]): Expr {
    if (operands(e).length === 0) return e;
    const made = this.#supply.fresh("at", typeOf(e) as Type);
    out.push(define(made, e, origin));
    return use(made);
  }
}
