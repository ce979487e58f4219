// Partially separable functions: those whose outputs are each computed from inputs alone, a few at a time (the residuals of one observation, the energy
// of one spring). Their sparse Jacobians are written block by block: where a piece of the program writes numbers of the output, their rows are
// reversed at once (`adjoint/piece.ts`), and what would be added to the adjoint of an input becomes an entry.
// Assumes the versioned stage and facts. Guarantees structured code, or null where the function is not of this kind.
import type { Block, Expr, Func, Origin, Place, Stmt, Type, Var } from "../ir/ir.ts";
import { assign, constant, define, element, field, isConst, length, load, ONE, op, parameterOf, REAL, runtime, store, type Supply, typeOf, use, ZERO } from "../ir/build.ts";
import { isTupleOfNumbers } from "../ir/facts.ts";
import { variablesAssigned, variablesDeclared, variablesRead } from "../ir/variables.ts";
import { declared, statements, substitute } from "../ir/walk.ts";
import { type Activity, isReference } from "../analysis/activity.ts";
import type { Alias } from "../analysis/alias.ts";
import { cloneBlock, type Renaming } from "../ir/clone.ts";
import { ENTRIES } from "./entries.ts";
import { type CompanionTypes, isDifferentiable } from "./companion.ts";
import { baseOf, NotSeparable, Outputs, type Part, refuse, type Written } from "./outputs.ts";

/** where the derivatives with respect to an input stand */
export type Columns =
  /** of a number */
  | { readonly kind: "number"; readonly column: Expr }
  /** of an array of numbers: from here on, in its order */
  | { readonly kind: "array"; readonly first: Expr }
  /** of an array of arrays of numbers: the first of each */
  | { readonly kind: "starts"; readonly starts: Expr }
  /** of anything else: a structure of the same shape says it */
  | { readonly kind: "structure"; readonly positions: Expr };

/** a number of the output that a piece writes */
export interface PieceOutput {
  /** null where it does not depend on inputs */
  readonly value: Expr | null;
  readonly row: Expr;
  readonly entries: Expr;
  /** the place may have been written before: what was found of it does not count any more */
  readonly restarts: boolean;
}

/** A piece of the program between two points: its free variables are its parameters. */
export interface Piece {
  readonly func: Func;
  readonly outputs: readonly PieceOutput[];
}

export interface PieceRows {
  readonly block: Block;
  /** does each row name a column once? */
  readonly areDistinct: boolean;
}

export interface SeparableContext {
  readonly supply: Supply;
  readonly types: CompanionTypes;
  readonly alias: Alias;
  readonly activity: Activity;
  /** the statements of the piece, and the entries of its rows; null where that cannot be done */
  readonly rowsOf: (piece: Piece, inputs: ReadonlyMap<Var, Columns>) => PieceRows | null;
}

export const SPARSE_MATRIX: Type = {
  kind: "struct", id: -4_000_000, name: null, isClass: false,
  fields: [
    { name: "rows", type: { kind: "array", array: "Int32Array", element: REAL }, optional: false },
    { name: "cols", type: { kind: "array", array: "Int32Array", element: REAL }, optional: false },
    { name: "vals", type: { kind: "array", array: "Float64Array", element: REAL }, optional: false },
    { name: "starts", type: { kind: "array", array: "Int32Array", element: REAL }, optional: false },
    { name: "shape", type: { kind: "tuple", elements: [REAL, REAL] }, optional: false },
  ],
  runtime: "SparseMatrix",
};

const STARTS: Type = { kind: "array", array: "Int32Array", element: REAL };

const isVector = (t: Type): boolean => (t.kind === "array" && t.element.kind === "real" && !/^(Int|Uint)/.test(t.array)) || isTupleOfNumbers(t);

/** an array of arrays of numbers */
const holdsVectors = (t: Type): boolean => t.kind === "array" && isVector(t.element);

/** The function that gives the matrix, or null: `rowsOf` may refuse as well. */
export function deriveBlocks(func: Func, wrt: readonly number[], context: SeparableContext): Func | null {
  return attempt(func, wrt, context, true) ?? attempt(func, wrt, context, false);
}

/** `withStarts`: arrays of arrays are read in a way that the positions of their first numbers say enough */
function attempt(func: Func, wrt: readonly number[], context: SeparableContext, withStarts: boolean): Func | null {
  try {
    return new Separation(func, wrt, context, withStarts).derive();
  } catch (error) {
    if (error instanceof NotSeparable) return null;
    throw error;
  }
}

class Separation {
  readonly #func: Func;
  readonly #wrt: readonly number[];
  readonly #context: SeparableContext;
  readonly #origin: Origin;
  readonly #withStarts: boolean;
  readonly #inputs = new Map<Var, Columns>();
  readonly #outputs: Outputs;
  /** parts of the output structure → the structure that says where their numbers stand */
  readonly #rows = new Map<Var, Expr>();

  constructor(func: Func, wrt: readonly number[], context: SeparableContext, withStarts: boolean) {
    this.#withStarts = withStarts;
    this.#func = func;
    this.#wrt = wrt;
    this.#context = context;
    this.#origin = func.origin;
    this.#outputs = new Outputs(func, context);
  }

  derive(): Func {
    const { entry, columns } = this.#enter();
    const body = this.#func.body.filter((s) => !(s.kind === "let" && this.#outputs.ending.has(s.variable)));
    const made = [...this.#block(body, [])];
    for (const part of this.#outputs.parts) {
      if (part.kind === "numbers") made.push(...this.#piece([], body, part.values.map((value, i) => ({ value: this.#outputs.isActive(value) ? value : null, row: constant(i), entries: use(part.entries), restarts: false }))));
    }
    const out: Stmt[] = [];
    const counts = this.#outputs.parts.flatMap((part): Expr[] => [use(part.entries), this.#countOf(part, out)]);
    const result = this.#define("matrix", runtime("sparseMatrix", [columns, ...counts], SPARSE_MATRIX), out);
    const entries = this.#outputs.parts.map((part) => define(part.entries, runtime(this.#outputs.summed.has(part.entries) ? "newSums" : "newEntries", [], ENTRIES), this.#origin));
    return { ...this.#func, body: [...entry, ...entries, ...made, ...out], result, resultType: SPARSE_MATRIX, resultText: null };
  }

  #define(name: string, value: Expr, out: Stmt[]): Expr {
    const made = this.#context.supply.fresh(name, typeOf(value));
    out.push(define(made, value, this.#origin));
    return use(made);
  }

  // ------------------------------------------------------------------------------------------------ inputs

  /** the inputs' columns, counted from left to right */
  #enter(): { entry: Stmt[]; columns: Expr } {
    const entry: Stmt[] = [];
    let first: Expr = ZERO;
    for (const i of this.#wrt) {
      const v = this.#func.params[i]?.variable;
      if (v === undefined || !isDifferentiable(v.type)) continue;
      if (this.#inputs.has(v)) return refuse("one input twice");
      let count: Expr = ONE;
      if (!isReference(v.type)) this.#inputs.set(v, { kind: "number", column: first });
      else if (v.type.kind === "array" && v.type.element.kind === "real") {
        this.#inputs.set(v, { kind: "array", first });
        count = this.#define(`${v.name}Count`, length(use(v)), entry);
      } else if (this.#withStarts && holdsVectors(v.type)) {
        const starts = this.#define(`${v.name}Columns`, runtime("startsOf", [use(v), first], STARTS), entry);
        this.#inputs.set(v, { kind: "starts", starts });
        const behind = this.#define("last", length(use(v)), entry);
        first = this.#define("columns", load(element(starts, behind), REAL), entry);
        continue;
      } else {
        const positions = this.#define(`${v.name}Columns`, runtime("positionsLike", [use(v), first], this.#context.types.of(v.type)), entry);
        this.#inputs.set(v, { kind: "structure", positions });
        count = this.#define(`${v.name}Count`, runtime("countNumbers", [use(v)], REAL), entry);
      }
      first = isConst(first, 0) ? count : this.#define("columns", op("+", [first, count]), entry);
    }
    return { entry, columns: first };
  }

  #countOf(part: Part, out: Stmt[]): Expr {
    switch (part.kind) {
      case "numbers": return constant(part.values.length);
      case "array": return part.count === null ? this.#define("count", length(this.#shapedAs(part)), out) : use(part.count);
      case "structure": return this.#define("count", runtime("countNumbers", [use(part.variable)], REAL), out);
    }
  }

  /** what says how long an array is: what its zeros are like, or it itself */
  #shapedAs({ object, variable }: Written): Expr {
    const made = this.#func.body.find((s) => s.kind === "let" && s.variable === object.variable);
    const isKept = statements(this.#func.body).every((s) => s.kind !== "mutate" || !this.#context.alias.pointsTo(s.array).has(object));
    return made?.kind === "let" && made.value.kind === "zeros" && isKept ? made.value.like : use(variable);
  }

  // ------------------------------------------------------------------------------------------------ pieces

  /** `around`: statements before the block, in blocks around it, that define what it may read */
  #block(block: Block, around: readonly Stmt[]): Block {
    const out: Stmt[] = [];
    const before = [...around];
    let run: Stmt[] = [];
    const flush = (): void => {
      out.push(...this.#run(run, before));
      before.push(...run);
      run = [];
    };
    for (const s of block) {
      if (!this.#separates(s)) { run.push(s); continue; }
      flush();
      if (s.kind === "if") out.push({ ...s, then: this.#block(s.then, before), else: this.#block(s.else, before) });
      else if (s.kind === "loop") out.push({ ...s, body: this.#block(s.body, before) });
      else if (statements([s]).some((x) => this.#isOutput(x))) refuse("an output inside of a handler");
      else out.push(s);
    }
    flush();
    return out;
  }

  /** statements with outputs or exits inside are no part of a piece */
  #separates(s: Stmt): boolean {
    if (s.kind === "exit" || s.kind === "throw" || s.kind === "try") return true;
    return (s.kind === "if" || s.kind === "loop") && statements([s]).some((x) => x !== s && (this.#isOutput(x) || x.kind === "throw" || x.kind === "try" || (x.kind === "exit" && s.kind === "if")));
  }

  #isOutput(s: Stmt): boolean {
    switch (s.kind) {
      case "let": return s.value.kind === "array" && this.#outputs.written(use(s.variable)) !== null && s.value.elements.some((x) => this.#outputs.isActive(x.value));
      case "store": case "accumulate": return s.place.kind !== "cell" && this.#outputs.written(s.place.base) !== null;
      case "mutate": return this.#outputs.written(s.array) !== null && !this.#outputs.isStart(s);
      default: return false;
    }
  }

  #run(run: readonly Stmt[], before: readonly Stmt[]): Block {
    const out: Stmt[] = [];
    const outputs: PieceOutput[] = [];
    for (const s of run) {
      out.push(...this.#withoutOutput(s, outputs));
      this.#noteRows(s, out);
    }
    if (outputs.length === 0) return out;
    return this.#piece(out, before, outputs);
  }

  /** beside an output structure stands one that says where its numbers are */
  #noteRows(s: Stmt, out: Stmt[]): void {
    if (s.kind !== "let") return;
    const part = this.#outputs.written(use(s.variable));
    if (part?.kind !== "structure") return;
    const { value, variable } = s;
    const type = this.#context.types.of(variable.type);
    if (value.kind === "zeros") this.#rows.set(variable, this.#define(`${variable.name}Rows`, { kind: "runtime", name: "positionsLike", args: [use(variable), ZERO], type }, out));
    else if (value.kind === "var") this.#rows.set(variable, this.#rowsOf(value));
    else if (value.kind === "load" && value.place.kind !== "cell") this.#rows.set(variable, this.#define(`${variable.name}Rows`, load(this.#rowPlace(value.place), type), out));
    else refuse("an output that grows");
  }

  #rowsOf(e: Expr): Expr {
    return (e.kind === "var" ? this.#rows.get(e.variable) : undefined) ?? refuse("an output structure without rows");
  }

  #rowPlace(p: Place): Place {
    switch (p.kind) {
      case "element": return element(this.#rowsOf(p.base), p.index);
      case "field": return field(this.#rowsOf(p.base), p.field);
      case "cell": return refuse("module state");
    }
  }

  /** the statement as far as lengths go, and what it writes */
  #withoutOutput(s: Stmt, outputs: PieceOutput[]): Block {
    if (s.kind === "let") {
      const grown = this.#outputs.written(s.value.kind === "length" ? s.value.array : use(s.variable));
      if (grown?.kind === "array" && grown.count !== null) {
        if (s.value.kind === "length") return [define(s.variable, use(grown.count), s.origin)];
        return s.variable === grown.object.variable ? [define(grown.count, ZERO, s.origin)] : [];
      }
    }
    if (!this.#isOutput(s)) return [s];
    const out: Stmt[] = [];
    const note = (part: Written, value: Expr, row: Expr, restarts: boolean): void => {
      const active = this.#outputs.isActive(value) ? value : null;
      if (active !== null || restarts) outputs.push({ value: active, row, entries: use(part.entries), restarts });
    };
    if (s.kind === "let" && s.value.kind === "array") {
      const part = this.#outputs.written(use(s.variable));
      if (part?.kind !== "array" || s.value.elements.some((x) => x.spread)) return refuse("a literal with spreads");
      s.value.elements.forEach((x, i) => { note(part, x.value, constant(i), false); });
      return [{ ...s, value: { ...s.value, elements: s.value.elements.map((x) => ({ ...x, value: ZERO })) } }];
    }
    if (s.kind === "mutate") {
      const part = this.#outputs.written(s.array);
      if (part?.kind !== "array" || s.args.length !== 1) return refuse("several at once");
      if (part.count !== null) {
        const row = this.#define("row", use(part.count), out);
        note(part, s.args[0]!, row, false);
        const next = this.#define(part.count.name, op("+", [row, ONE]), out);
        return [...out, assign(part.count, next, s.origin)];
      }
      note(part, s.args[0]!, this.#define("row", length(s.array), out), false);
      return [...out, { ...s, args: [ZERO] }];
    }
    if ((s.kind !== "store" && s.kind !== "accumulate") || s.place.kind === "cell") return refuse(s.kind);
    const part = this.#outputs.written(s.place.base) ?? refuse("no output");
    const row = part.kind === "array" && s.place.kind === "element" ? s.place.index : this.#define("row", load(this.#rowPlace(s.place), REAL), out);
    note(part, s.value, row, s.kind === "store" && part.restarts);
    return part.kind === "array" && s.kind === "store" ? [...out, store(s.place, ZERO, s.origin)] : out;
  }

  /** `body` with the definitions that it needs of what stands before it, and with the rows of its outputs */
  #piece(body: Block, before: readonly Stmt[], outputs: readonly PieceOutput[]): Block {
    const { supply } = this.#context;
    const values = outputs.flatMap((x) => (x.value === null ? [] : [x.value]));
    const own = variablesDeclared(body);
    const needed = this.#definitions(new Set([...variablesRead(body), ...values.flatMap((e) => (e.kind === "var" ? [e.variable] : []))].filter((v) => !own.has(v))), before);
    for (const v of variablesAssigned(body)) if (!own.has(v) && this.#outputs.isActive(use(v))) refuse("a sum or state that goes on");
    this.#checkStores(body, own);
    const renaming: Renaming = new Map();
    const copies = cloneBlock(needed, renaming, supply);
    const renamed = (e: Expr): Expr => (e.kind === "var" ? renaming.get(e.variable) ?? e : e);
    const all = [...copies, ...substitute(body, (v) => renaming.get(v))];
    const read = outputs.map((x) => ({ ...x, value: x.value && renamed(x.value), row: renamed(x.row) }));
    const ends = read.flatMap((x) => (x.value === null ? [] : [x.value]));
    const type: Type = { kind: "tuple", elements: ends.map(typeOf) };
    const result = supply.fresh("outputs", type);
    const whole = [...all, define(result, { kind: "array", type, elements: ends.map((value) => ({ value, spread: false })) }, this.#origin)];
    const inside = variablesDeclared(whole);
    const free = [...variablesRead(whole)].filter((v) => !inside.has(v)).sort((a, b) => a.id - b.id);
    const func: Func = {
      ...this.#func, id: `${this.#func.id}$piece${result.id}`, params: free.map(parameterOf),
      body: whole, result: use(result), resultType: type, resultText: null,
    };
    const rows = this.#context.rowsOf({ func, outputs: read }, this.#inputs) ?? refuse("inputs that are more than read");
    if (!rows.areDistinct) for (const x of read) if (x.entries.kind === "var") this.#outputs.summed.add(x.entries.variable);
    return rows.block;
  }

  /** the statements that define active variables, and those that these need; they are repeated in the piece */
  #definitions(wanted: Set<Var>, before: readonly Stmt[]): Block {
    const needed = new Set([...wanted].filter((v) => this.#mustRepeat(v)));
    const found: Stmt[] = [];
    for (let i = before.length - 1; i >= 0; i--) {
      const s = before[i]!;
      if (![...declared(s), ...variablesAssigned([s])].some((v) => needed.has(v))) continue;
      if (!isPure(s)) return refuse("a value that takes a loop to compute");
      for (const v of variablesDeclared([s])) for (const o of this.#context.alias.pointsTo(use(v))) if (this.#outputs.changed.has(o)) refuse("an array of values between");
      found.unshift(s);
      for (const v of variablesRead([s])) if (this.#mustRepeat(v)) needed.add(v);
    }
    const within = variablesDeclared(found);
    for (const v of needed) {
      if (!within.has(v)) refuse(`no definition of ${v.name}`);
      const assignments = (block: Block): number => statements(block).filter((s) => s.kind === "assign" && s.variable === v).length;
      if (v.mutable && assignments(found) !== assignments(this.#func.body)) refuse("a value that goes on from trip to trip");
    }
    return found;
  }

  #mustRepeat(v: Var): boolean {
    return !this.#inputs.has(v) && this.#outputs.isActive(use(v)) && this.#outputs.written(use(v)) === null;
  }

  /** objects that carry derivatives are written to only in the piece that makes them */
  #checkStores(body: Block, own: ReadonlySet<Var>): void {
    const { alias, activity } = this.#context;
    for (const s of statements(body)) {
      const base = baseOf(s);
      if (base === null || this.#outputs.written(base) !== null) continue;
      for (const o of alias.pointsTo(base)) if (activity.hasCompanionObject(o) && !(o.variable !== null && own.has(o.variable))) refuse("an array of values between");
    }
  }
}

/** nothing but definitions, also under branches */
function isPure(s: Stmt): boolean {
  switch (s.kind) {
    case "let": return true;
    case "assign": return true;
    case "if": return [...s.then, ...s.else].every(isPure);
    default: return false;
  }
}
