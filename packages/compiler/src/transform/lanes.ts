// Vector mode: a derivative along one direction becomes one along several at once. The loop over the directions, which stands around the
// whole text in thought, is distributed into it: statements of the primal stay where they are and run once, and each stretch of statements
// on tangents becomes a loop over directions (*lanes*). A tangent that another stretch reads is kept in an array with an element per lane.
// Assumes versioned code in which `lane` is the number of the direction, and variables marked where they were made for tangents.
// Guarantees structured code; lanes share nothing that they write to, so aliasing, growth and recursion are those of one direction.
import type { Block, Expr, Func, FuncId, Origin, Stmt, Type, Var } from "../ir/ir.ts";
import { define, element, isConst, load, type Supply, typeOf, use, ZERO } from "../ir/build.ts";
import { allocates } from "../ir/facts.ts";
import { variablesAssigned, variablesRead, visitVariables } from "../ir/variables.ts";
import { blocks, declared, expressions, mapStmt, placeOperands, statements } from "../ir/walk.ts";
import { canPrecede, isSetByBoth, splitBranch } from "./lane-order.ts";
import { LaneWriter } from "./lane-writer.ts";

export interface Lanes {
  /** stands for the number of the direction */
  readonly lane: Var;
  /** how many directions there are */
  readonly count: Expr;
  /** as many at most, known before anything runs */
  readonly room: Expr;
  /** parameters that hold a tangent for each lane, by the variable that stands for one of them */
  readonly given: ReadonlyMap<Var, Var>;
  /** arrays of the tangents of all lanes, in which each has places of its own (flat.ts) */
  readonly flat: ReadonlySet<Var>;
  /** of what tangents of functions return: a record of a value and of tangents, one for each lane */
  readonly isDual: (t: Type) => boolean;
  /** what the tangent of a function takes for tangents, behind the arguments of the function itself */
  readonly taken: (func: FuncId) => readonly Type[];
}

/** the code cannot be told apart into what is done once and what is done for each direction */
export class NotByLanes extends Error {}

/** what holds a tangent for each lane */
export const lanesOf = (t: Type): Type => (t.kind === "real" ? { kind: "array", array: "Float64Array", element: t } : { kind: "array", array: "Array", element: t });

export function distribute(func: Func, lanes: Lanes, supply: Supply): Func {
  const made = new Distribution(func, lanes, supply).run();
  const params = func.params.map((p) => {
    const held = lanes.given.get(p.variable);
    return held ? { ...p, variable: held, name: held.name } : p;
  });
  return { ...func, params, body: made };
}

/** statements in a row that run for each lane */
interface Stretch {
  readonly kind: "stretch";
  readonly statements: readonly Stmt[];
}

type Item =
  | Stretch
  | { readonly kind: "once"; readonly statement: Stmt }
  /** an `if` or a loop in which some statements run once and others for each lane */
  | { readonly kind: "around"; readonly statement: Stmt & { readonly kind: "if" | "loop" }; readonly inner: readonly (readonly Item[])[] };

class Distribution {
  readonly #func: Func;
  readonly #lanes: Lanes;
  readonly #supply: Supply;
  /** variables that differ from lane to lane */
  readonly #varying = new Set<Var>();
  /** where the tangents of all lanes are, of variables that several stretches know */
  readonly #held = new Map<Var, Var>();
  /** joins that are set before anything reads them */
  readonly #unset = new Set<Var>();
  /** what is computed again from the number of the lane where it is needed */
  readonly #repeated = new Map<Var, Expr>();
  /** those that were there before: who defines the variable reads it from there */
  readonly #given = new Set<Var>();
  /** stretches, or statements that take all lanes at once, in which a variable occurs */
  readonly #known = new Map<Var, Set<Stretch | Stmt>>();

  constructor(func: Func, lanes: Lanes, supply: Supply) {
    this.#func = func;
    this.#lanes = lanes;
    this.#supply = supply;
    this.#varying.add(lanes.lane);
    for (const v of lanes.given.keys()) this.#varying.add(v);
    for (let size = -1; size !== this.#varying.size;) {
      size = this.#varying.size;
      this.#find(func.body, false);
    }
  }

  run(): Block {
    for (const [v, held] of this.#lanes.given) this.#held.set(v, held);
    this.#findGiven();
    this.#findRepeated();
    const items = this.#schedule(this.#func.body);
    this.#occurrences(items);
    const entry: Stmt[] = [];
    for (const [v, places] of this.#known) if (v !== this.#lanes.lane && !this.#held.has(v) && !this.#repeated.has(v) && (places.size > 1 || [...places].some((x) => x.kind !== "stretch"))) {
      const held = this.#supply.fresh(`${v.name}s`, lanesOf(v.type));
      this.#held.set(v, held);
      entry.push(define(held, { kind: "new", length: this.#lanes.room, zeroed: v.type.kind === "real", type: held.type }, this.#func.origin));
    }
    const result = this.#func.result;
    if (result && this.#isVarying(result)) throw new NotByLanes();
    return this.#placed(entry, this.#emit(items));
  }

  // ------------------------------------------------------------------------------------------------ what differs

  #isVarying(e: Expr): boolean {
    let found = false;
    visitVariables(e, (v) => { found ||= this.#varying.has(v); });
    return found;
  }

  /** `isInside`: of what runs under a condition that differs, all that is set differs */
  #find(block: Block, isInside: boolean): void {
    for (const s of block) {
      switch (s.kind) {
        case "let": if (isInside || this.#differs(s.variable, s.value)) this.#varying.add(s.variable); break;
        case "assign": if (isInside || this.#isVarying(s.value)) this.#varying.add(s.variable); break;
        case "mutate": if (s.result && (isInside || this.#isVarying(s.array))) this.#varying.add(s.result); break;
        case "call": if (s.result && !this.#lanes.isDual(s.result.type) && (isInside || s.args.some((a) => this.#isVarying(a)))) this.#varying.add(s.result); break;
        case "if": for (const b of blocks(s)) this.#find(b, isInside || this.#isVarying(s.test)); break;
        case "loop": {
          const differs = isInside || expressions(s).some((e) => this.#isVarying(e));
          if (differs && s.header.kind === "counted") this.#varying.add(s.header.index);
          this.#find(s.body, differs);
          break;
        }
        case "try": for (const b of blocks(s)) this.#find(b, isInside); break;
        default: break;
      }
    }
  }

  #differs(v: Var, value: Expr): boolean {
    if (this.#isDual(value)) return false;
    return this.#isVarying(value) || this.#isTangentOf(value) || (v.lane === true && allocates(value));
  }

  /** the record that the tangent of a function ends with */
  #isDual(e: Expr): boolean {
    return e.kind === "struct" && this.#lanes.isDual(e.type);
  }

  #isTangentOf(e: Expr): e is Expr & { readonly kind: "load" } {
    return e.kind === "load" && e.place.kind === "field" && e.place.field === "tangent" && this.#lanes.isDual(typeOf(e.place.base));
  }

  /** one operation on the number of the lane and on what is the same for all */
  #findRepeated(): void {
    const isFixed = (e: Expr): boolean => e.kind === "const" || (e.kind === "var" && (e.variable === this.#lanes.lane || (!this.#varying.has(e.variable) && !e.variable.mutable)));
    for (const s of statements(this.#func.body)) {
      if (s.kind === "let" && !s.variable.mutable && s.value.kind === "op" && this.#varying.has(s.variable) && s.value.args.every(isFixed)) this.#repeated.set(s.variable, s.value);
    }
  }

  #give(v: Var, held: Var): void {
    this.#held.set(v, held);
    this.#given.add(v);
  }

  /** what is read from an array of numbers for all lanes, to which none writes, need not be kept in another */
  #findGiven(): void {
    const all = statements(this.#func.body);
    for (const s of all) {
      if (s.kind !== "let" || s.variable.mutable || s.value.kind !== "load" || s.value.place.kind !== "element") continue;
      const { base, index } = s.value.place;
      if (base.kind !== "var" || index.kind !== "var" || index.variable !== this.#lanes.lane || this.#varying.has(base.variable)) continue;
      if (!all.some((x) => (x.kind === "store" || x.kind === "accumulate") && x.place.kind === "element" && x.place.base.kind === "var" && x.place.base.variable === base.variable && this.#isVarying(x.place.index))) this.#give(s.variable, base.variable);
    }
  }

  // ------------------------------------------------------------------------------------------------ what stands where

  /** does the statement, with all in it, run for each lane? */
  #isOfLanes(s: Stmt): boolean {
    switch (s.kind) {
      case "let": case "assign": return this.#varying.has(s.variable);
      case "store": case "accumulate": return [...placeOperands(s.place), s.value].some((e) => this.#isVarying(e));
      // each lane appends its own, be they all the same
      case "mutate": return this.#isPrivate(s.array) || s.args.some((a) => this.#isVarying(a));
      case "call": return !this.#takesAll(s) && expressions(s).some((e) => this.#isVarying(e));
      case "if": case "loop": return this.#fits(s, false) && !(s.kind === "loop" && this.#grows(s)) && statements([s]).some((x) => x !== s && x.kind !== "if" && x.kind !== "loop" && this.#isOfLanes(x));
      default: return false;
    }
  }

  /** does nothing of the statement run once, and does it leave no loop around it? */
  #fits(s: Stmt, isInLoop: boolean): boolean {
    switch (s.kind) {
      case "if": return [...s.then, ...s.else].every((x) => this.#fits(x, isInLoop));
      case "loop": return !this.#grows(s) && s.body.every((x) => this.#fits(x, true));
      case "exit": return isInLoop;
      default: return this.#isOfLanes(s);
    }
  }

  #schedule(block: Block): readonly Item[] {
    const items: Item[] = [];
    let pending: Stmt[] = [];
    const flush = (): void => {
      if (pending.length > 0) items.push({ kind: "stretch", statements: pending });
      pending = [];
    };
    for (const s of this.#apart(block)) {
      if (this.#isOfLanes(s)) {
        // elements for all lanes are added side by side
        if (this.#grows(s) && pending.some((x) => this.#grows(x))) flush();
        // what came back from a function holds all lanes: the statement that takes one of them names the array
        if (s.kind === "let" && this.#isTangentOf(s.value)) {
          const all = this.#supply.fresh(`${s.variable.name}s`, lanesOf(s.variable.type));
          items.push({ kind: "once", statement: define(all, { ...s.value, type: all.type }, s.origin) });
          this.#give(s.variable, all);
          pending.push({ ...s, value: load(element(use(all), use(this.#lanes.lane)), s.variable.type) });
        } else pending.push(s);
        continue;
      }
      const runsOnce = !this.#holdsLanes(s);
      if (!runsOnce || this.#touchesFlat(s) || !canPrecede(s, pending, (e) => this.#isPrivate(e))) flush();
      if (runsOnce) items.push({ kind: "once", statement: s });
      else if ((s.kind === "if" || s.kind === "loop") && !expressions(s).some((e) => this.#isVarying(e))) items.push({ kind: "around", statement: s, inner: blocks(s).map((b) => this.#schedule(b)) });
      else if (this.#takesAll(s)) items.push({ kind: "once", statement: s });
      else throw new NotByLanes();
    }
    flush();
    return items;
  }

  /** branches told apart into what they do once and what they do for each lane, where that is possible; without zeros that are never read */
  #apart(block: Block): Block {
    return block.flatMap((s, i): Block => {
      if (s.kind === "let" && s.variable.mutable && s.value.kind === "const" && this.#varying.has(s.variable) && isSetByBoth(s.variable, block.slice(i + 1))) {
        this.#unset.add(s.variable);
      }
      if (s.kind !== "if" || this.#isOfLanes(s) || !this.#holdsLanes(s)) return [s];
      return splitBranch(s, (x) => this.#isOfLanes(x), (x) => !this.#holdsLanes(x), (e) => this.#isPrivate(e)) ?? [s];
    });
  }

  #grows(s: Stmt): boolean {
    return statements([s]).some((x) => x.kind === "mutate" && x.array.kind === "var" && this.#lanes.flat.has(x.array.variable));
  }

  /** does what runs once do more with an array of all lanes than making it? */
  #touchesFlat(s: Stmt): boolean {
    return [...variablesRead([s])].some((v) => this.#lanes.flat.has(v));
  }

  /** does each lane have it, or places in it, for itself? */
  #isPrivate(e: Expr): boolean {
    return this.#isVarying(e) || (e.kind === "var" && this.#lanes.flat.has(e.variable));
  }

  #holdsLanes(s: Stmt): boolean {
    return statements([s]).some((x) => this.#isOfLanes(x) || this.#takesAll(x) || expressions(x).some((e) => this.#isVarying(e)));
  }

  /** a call of the tangent of a function, and the record that such a function returns */
  #takesAll(s: Stmt): boolean {
    return (s.kind === "call" && s.result !== null && this.#lanes.isDual(s.result.type)) || (s.kind === "let" && this.#isDual(s.value));
  }

  #occurrences(items: readonly Item[]): void {
    const note = (v: Var, at: Stretch | Stmt): void => {
      if (!this.#varying.has(v)) return;
      const places = this.#known.get(v);
      if (places) places.add(at);
      else this.#known.set(v, new Set([at]));
    };
    for (const item of items) {
      switch (item.kind) {
        case "stretch":
          for (const v of [...variablesRead(item.statements), ...variablesAssigned(item.statements), ...statements(item.statements).flatMap(declared)]) note(v, item);
          break;
        case "once": if (this.#takesAll(item.statement)) for (const v of variablesRead([item.statement])) note(v, item.statement); break;
        case "around": for (const b of item.inner) this.#occurrences(b); break;
      }
    }
  }

  // ------------------------------------------------------------------------------------------------ text

  #emit(items: readonly Item[]): Block {
    return items.flatMap((item): Block => {
      switch (item.kind) {
        case "once": return this.#takesAll(item.statement) ? this.#withAll(item.statement) : [item.statement];
        case "around": {
          let at = 0;
          return [mapStmt(item.statement, (e) => e, () => this.#emit(item.inner[at++]!))];
        }
        case "stretch": return [this.#loop(item)];
      }
    });
  }

  /** what takes or holds the tangents of all lanes */
  #withAll(s: Stmt): Block {
    const out: Stmt[] = [];
    if (s.kind === "call" && s.callee.kind === "function") {
      const taken = this.#lanes.taken(s.callee.func);
      const first = s.args.length - taken.length;
      const args = s.args.map((a, i) => (i < first ? a : this.#all(a, taken[i - first]!, s.origin, out)));
      return [...out, { ...s, args: [...args, this.#lanes.count] }];
    }
    if (s.kind !== "let" || s.value.kind !== "struct") throw new NotByLanes();
    const { type } = s.value;
    const held = type.kind === "struct" ? type.fields.find((f) => f.name === "tangent")?.type : undefined;
    const fields = s.value.fields.map((f) => (f.name === "tangent" && held?.kind === "array" ? { ...f, value: this.#all(f.value, held.element, s.origin, out) } : f));
    return [...out, { ...s, value: { ...s.value, fields } }];
  }

  /** the tangents of all lanes as one value */
  #all(e: Expr, type: Type, origin: Origin, out: Stmt[]): Expr {
    const held = e.kind === "var" ? this.#held.get(e.variable) : undefined;
    if (held && e.kind === "var") {
      if (!e.variable.mutable) return use(held);
      // a join is set again, and who gets the array may hand it back
      const copy = this.#supply.like(held);
      out.push(define(copy, { kind: "copy", source: use(held), start: null, end: null, type: held.type }, origin));
      return use(copy);
    }
    if (this.#isVarying(e)) throw new NotByLanes();
    const made = this.#supply.fresh("lanes", lanesOf(type));
    out.push(define(made, { kind: "new", length: this.#lanes.count, zeroed: type.kind === "real", type: made.type }, origin));
    if (!isConst(e, 0)) out.push({ kind: "mutate", operation: "fill", array: use(made), args: [e], result: null, origin });
    return use(made);
  }

  #loop({ statements: body }: Stretch): Stmt {
    const origin = body[0]!.origin;
    const lane = this.#supply.fresh("lane", this.#lanes.lane.type);
    const writer = new LaneWriter(lane, this.#lanes.lane, { held: this.#held, given: this.#given, repeated: this.#repeated, unset: this.#unset }, this.#supply);
    return { kind: "loop", header: { kind: "counted", index: lane, start: ZERO, stop: this.#lanes.count, compare: "<", step: 1 }, body: writer.body(body), origin };
  }

  /** arrays of lanes are made right before the statement that first knows them, but never again in a loop */
  #placed(entry: readonly Stmt[], body: Block): Block {
    const waiting = new Map(entry.flatMap((s) => (s.kind === "let" ? [[s.variable, s] as const] : [])));
    return body.flatMap((s) => {
      const first = [...variablesRead([s])].flatMap((v) => { const d = waiting.get(v); waiting.delete(v); return d ? [d] : []; });
      return [...first, s];
    });
  }
}
