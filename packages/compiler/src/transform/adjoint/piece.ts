// The rows of a piece of a separable function: its sweep once, and for each number that it writes its reverse, in which additions to the
// adjoints of inputs are entries of a matrix. The companions of inputs are structures that say where their numbers stand.
// Assumes that inputs are only read. Null where their companions would be used for anything but additions.
import type { Block, Expr, Place, Stmt, Var } from "../../ir/ir.ts";
import { sameExpr } from "../../ir/facts.ts";
import { define, element, isConst, load, ONE, op, REAL, runtimeCall, UNDEFINED, use } from "../../ir/build.ts";
import { blocks, expressions, mapStmt, operands, statements } from "../../ir/walk.ts";
import { isReference } from "../../analysis/activity.ts";
import { cloneBlock, type Renaming } from "../../ir/clone.ts";
import { ENTRIES } from "../entries.ts";
import { ADD_ENTRY } from "../../rules/runtime.ts";
import type { Columns, Piece, PieceRows } from "../separable.ts";
import { declaresOf, planBlock } from "./block.ts";
import { Context, type Shared } from "./context.ts";

type If = Stmt & { readonly kind: "if" };

export function derivePiece(piece: Piece, inputs: ReadonlyMap<Var, Columns>, shared: Shared): PieceRows | null {
  const { func, outputs } = piece;
  const { origin } = func;
  const { supply } = shared;
  const context = new Context(shared, null, null, true);
  const sinks = new Sinks(context);
  for (const { variable } of func.params) {
    const columns = inputs.get(variable);
    if (columns?.kind === "structure") sinks.add(variable, columns.positions);
    if (columns?.kind === "array") sinks.addArray(variable, columns.first);
    if (columns?.kind === "starts") sinks.addStarts(variable, columns.starts);
    if (columns === undefined && context.hasCompanion(use(variable))) return null;
  }
  const body = func.body.slice(0, -1);
  const plan = planBlock(body, context);
  const seeds = outputs.map(({ value }) => {
    const out: Stmt[] = [];
    if (value !== null) context.accumulate(value, ONE, out, origin);
    return out;
  });
  const declares: Stmt[] = [];
  const ends: Stmt[] = [];
  const entries = supply.fresh("entries", ENTRIES);
  const row = supply.fresh("row", REAL);
  const addEntry = (column: Expr, value: Expr): Stmt => runtimeCall("addEntry", [use(entries), use(row), column, value], origin);
  for (const { variable } of func.params) {
    const columns = inputs.get(variable);
    const bar = context.bars.get(variable);
    if (bar === undefined) continue;
    declares.push(define(bar, { kind: "const", value: 0 }, origin));
    if (columns?.kind === "number") ends.push(addEntry(columns.column, use(bar)));
  }
  declares.push(...declaresOf(body, context));
  if (!sinks.find([...plan.sweep, ...plan.reverse])) return null;
  // numbers of the module that the piece sets have an adjoint that is handed on from piece to piece
  if (context.cellBars(origin).length > 0) return null;
  const sweep = [...context.cellEntries, ...sinks.replaced(plan.sweep, addEntry)];
  const reverse = sinks.replaced(plan.reverse, addEntry);
  const out: Stmt[] = [...sweep];
  const rows = outputs.map((output, i): Block => {
    if (output.value === null) return [];
    const renaming: Renaming = new Map([[entries, output.entries], [row, output.row]]);
    return cloneBlock([...declares, ...seeds[i]!, ...reverse, ...ends], renaming, supply);
  });
  // side by side what all rows need is computed once, unless they take turns with companions of their own; entries of a row stay together
  const isDefinition = (s: Stmt): boolean => s.kind === "let" || s.kind === "assign" || s.kind === "if";
  const isPlain = rows.every((block) => block.every((s) => isEntry(s) || statements([s]).every(isDefinition)));
  const turns: readonly (readonly Block[])[] = isPlain ? [rows] : rows.map((block) => [block]);
  const restarts = outputs.map((x) => (x.restarts ? [runtimeCall("restartRow", [x.entries, x.row], origin)] : []));
  turns.forEach((together, turn) => {
    const found = together.map(() => new Array<Stmt>());
    for (let j = 0; j < Math.max(...together.map((b) => b.length)); j++) {
      const [first, ...others] = together.map((b) => b[j]).filter((s) => s !== undefined);
      if (first?.kind === "if" && others.every((s) => s.kind === "if" && sameExpr(s.test, first.test))) out.push(merged(first, others));
      else together.forEach((b, i) => { out.push(...later(b[j], found[i]!, supply)); });
    }
    found.forEach((all, i) => { out.push(...restarts[isPlain ? i : turn]!, ...all); });
  });
  return { block: out, areDistinct: sinks.areDistinct([...body, ...plan.sweep], plan.reverse) };
}

/** branches on one test as one */
const merged = (first: If, others: readonly Stmt[]): If =>
  others.reduce<If>((all, s) => (s.kind === "if" ? { ...all, then: [...all.then, ...s.then], else: [...all.else, ...s.else] } : all), first);

const isEntry = (s: Stmt): boolean => s.kind === "call" && s.callee.kind === "external" && s.callee.name === ADD_ENTRY;

/** entries come last, in the order in which the program reads what they belong to: reverse finds them from the end */
function later(s: Stmt | undefined, entries: Stmt[], supply: Shared["supply"]): Stmt[] {
  if (s === undefined) return [];
  if (s.kind !== "call" || !isEntry(s)) return [s];
  const kept = supply.fresh("entryBar", REAL);
  entries.unshift({ ...s, args: [...s.args.slice(0, 3), use(kept)] });
  return [define(kept, s.args[3]!, s.origin)];
}

/** The companions of inputs, and of what is read from them. */
class Sinks {
  readonly #context: Context;
  readonly #found = new Set<Var>();
  /** stands for the companion of an array of numbers → the column of its first */
  readonly #arrays = new Map<Var, Expr>();
  /** stands for the companion of an array of arrays of numbers → where the columns of each start */
  readonly #starts = new Map<Var, Expr>();
  /** companions of its elements → variables for where their columns start */
  readonly #firsts = new Map<Var, Var>();

  constructor(context: Context) {
    this.#context = context;
  }

  add(input: Var, positions: Expr): void {
    this.#context.setCompanion(input, positions);
    if (positions.kind === "var") this.#found.add(positions.variable);
  }

  addArray(input: Var, first: Expr): void {
    const stand = this.#context.supply.fresh(`${input.name}Columns`, this.#context.companionType(input.type));
    this.#context.setCompanion(input, use(stand));
    this.#arrays.set(stand, first);
  }

  addStarts(input: Var, starts: Expr): void {
    const stand = this.#context.supply.fresh(`${input.name}Columns`, this.#context.companionType(input.type));
    this.#context.setCompanion(input, use(stand));
    this.#found.add(stand);
    this.#starts.set(stand, starts);
  }

  #isSink(e: Expr): boolean {
    return e.kind === "var" && (this.#found.has(e.variable) || this.#arrays.has(e.variable));
  }

  /** variables that hold a sink; false if one is used for anything but reading on and adding */
  find(block: Block): boolean {
    const all = statements(block);
    for (let before = -1; before !== this.#found.size;) {
      before = this.#found.size;
      for (const s of all) if ((s.kind === "let" || s.kind === "assign") && isReference(s.variable.type) && this.#comesFrom(s.value)) this.#found.add(s.variable);
    }
    for (const s of all) if (s.kind === "let" && !this.#findFirst(s.variable, s.value)) return false;
    return all.every((s) => this.#isAllowed(s));
  }

  /** false where an array of an array of arrays is more than looked into */
  #findFirst(variable: Var, value: Expr): boolean {
    const isFrom = (e: Expr): boolean => e.kind === "var" && (this.#starts.has(e.variable) || this.#firsts.has(e.variable));
    const base = value.kind === "var" ? value : value.kind === "load" && value.place.kind === "element" ? value.place.base : value.kind === "view" ? value.source : null;
    if (base === null || !isFrom(base)) return true;
    if (variable.mutable || value.kind === "view" || (base.kind === "var" && value.kind === "var" && this.#starts.has(base.variable))) return false;
    this.#firsts.set(variable, this.#context.supply.fresh(`${variable.name.replace(/Bar$/, "")}Column`, REAL));
    return true;
  }

  #comesFrom(e: Expr): boolean {
    switch (e.kind) {
      case "var": return this.#found.has(e.variable);
      case "load": return e.place.kind !== "cell" && this.#isSink(e.place.base);
      case "view": return this.#isSink(e.source);
      default: return false;
    }
  }

  #isAllowed(s: Stmt): boolean {
    const barred = (all: readonly Expr[]): boolean => !all.some((e) => this.#isSink(e));
    const isArray = (e: Expr): boolean => e.kind === "var" && this.#arrays.has(e.variable);
    switch (s.kind) {
      case "let": case "assign":
        if (this.#found.has(s.variable)) {
          const isNothing = s.value.kind === "const" && (s.value.value === undefined || s.value.value === null);
          return isNothing || (this.#comesFrom(s.value) && !(s.value.kind === "view" && isArray(s.value.source)));
        }
        return s.value.kind === "op" && s.value.op === "isNullish" ? true : barred([s.value, ...operands(s.value)]);
      case "accumulate": return s.place.kind === "cell" || barred([s.value]);
      default: return barred(expressions(s));
    }
  }

  /** additions to sinks are entries */
  replaced(block: Block, addEntry: (column: Expr, value: Expr) => Stmt): Block {
    return block.flatMap((s): Stmt[] => {
      const start = s.kind === "let" ? this.#firsts.get(s.variable) : undefined;
      if (s.kind === "let" && start !== undefined) return [define(start, this.#firstOf(s.value), s.origin)];
      if (s.kind !== "accumulate" || s.place.kind === "cell" || !this.#isSink(s.place.base)) return [mapStmt(s, (e) => e, (b) => this.replaced(b, addEntry))];
      const out: Stmt[] = [];
      const column = this.#column(s.place, out, s.origin);
      return [...out, addEntry(column, s.value)];
    });
  }

  #firstOf(value: Expr): Expr {
    if (value.kind === "var") return use(this.#firsts.get(value.variable)!);
    const base = value.kind === "load" && value.place.kind === "element" && value.place.base.kind === "var" ? this.#starts.get(value.place.base.variable) : undefined;
    return base !== undefined && value.kind === "load" && value.place.kind === "element" ? load(element(base, value.place.index), REAL) : UNDEFINED;
  }

  #column(place: Exclude<Place, { readonly kind: "cell" }>, out: Stmt[], origin: Stmt["origin"]): Expr {
    const { supply } = this.#context;
    const start = place.base.kind === "var" ? this.#firsts.get(place.base.variable) : undefined;
    const first = start !== undefined ? use(start) : place.base.kind === "var" ? this.#arrays.get(place.base.variable) : undefined;
    const isFirst = first !== undefined && place.kind === "element" && isConst(first, 0);
    if (isFirst) return place.index;
    if (first !== undefined && place.kind === "element" && isConst(place.index, 0)) return first;
    const column = supply.fresh("column", REAL);
    const value = first !== undefined && place.kind === "element" ? op("+", [first, place.index]) : load(place.kind === "element" ? element(place.base, place.index) : place, REAL);
    out.push(define(column, value, origin));
    return use(column);
  }

  /** do the additions of one reverse go to places that differ, whatever the input is? `definitions`: where indices are defined */
  areDistinct(definitions: Block, reverse: Block): boolean {
    const all: Exclude<Place, { readonly kind: "cell" }>[] = [];
    const isPlain = this.#collect(reverse, false, all);
    if (!isPlain || all.length > MOST_PLACES) return false;
    const values = new Map<Var, Expr>();
    for (const s of statements([...definitions, ...reverse])) if (s.kind === "let" && !s.variable.mutable) values.set(s.variable, s.value);
    return all.every((a, i) => all.slice(i + 1).every((b) => this.#differ(a, b, values)));
  }

  /** false where one is in a loop */
  #collect(block: Block, inLoop: boolean, found: Exclude<Place, { readonly kind: "cell" }>[]): boolean {
    return block.every((s) => {
      if (s.kind === "accumulate" && s.place.kind !== "cell" && this.#isSink(s.place.base)) {
        found.push(s.place);
        return !inLoop;
      }
      return blocks(s).every((b) => this.#collect(b, inLoop || s.kind === "loop", found));
    });
  }

  #differ(a: Exclude<Place, { readonly kind: "cell" }>, b: Exclude<Place, { readonly kind: "cell" }>, values: ReadonlyMap<Var, Expr>): boolean {
    const [from, to] = [this.#resolved(a.base, values), this.#resolved(b.base, values)];
    if (from === null || to === null) return false;
    if (from !== to) return this.#inputOf(from, values) !== this.#inputOf(to, values);
    if (a.kind === "field" || b.kind === "field") return a.kind === "field" && b.kind === "field" && a.field !== b.field;
    const [i, j] = [affine(a.index, values), affine(b.index, values)];
    return (i.of === null ? j.of === null : j.of !== null && sameExpr(i.of, j.of)) && i.plus !== j.plus;
  }

  /** the sink that a variable names; null where that is more than one */
  #resolved(e: Expr, values: ReadonlyMap<Var, Expr>): Var | null {
    if (e.kind !== "var" || e.variable.mutable) return null;
    const value = values.get(e.variable);
    return value?.kind === "var" ? this.#resolved(value, values) : e.variable;
  }

  /** the sink of the whole input */
  #inputOf(sink: Var, values: ReadonlyMap<Var, Expr>): Var | null {
    const value = values.get(sink);
    if (value?.kind === "view") return null;
    if (value?.kind !== "load" || value.place.kind === "cell") return sink;
    const of = this.#resolved(value.place.base, values);
    return of && this.#inputOf(of, values);
  }
}

/** rows with more entries are not looked at place by place */
const MOST_PLACES = 200;

interface Affine {
  readonly of: Expr | null;
  readonly plus: number;
}

/** an index as something plus a constant */
function affine(e: Expr, values: ReadonlyMap<Var, Expr>): Affine {
  if (e.kind === "const") return typeof e.value === "number" ? { of: null, plus: e.value } : { of: e, plus: 0 };
  const value = e.kind === "var" ? values.get(e.variable) : undefined;
  if (value?.kind === "var") return affine(value, values);
  const [a, b] = value?.kind === "op" && (value.op === "+" || value.op === "-") ? value.args : [];
  if (value?.kind !== "op" || a === undefined || b?.kind !== "const" || typeof b.value !== "number") return { of: e, plus: 0 };
  const inner = affine(a, values);
  return { of: inner.of, plus: inner.plus + (value.op === "+" ? b.value : -b.value) };
}
