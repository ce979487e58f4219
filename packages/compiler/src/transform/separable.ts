// Partially separable functions: those whose outputs are each computed from inputs alone, a few at a time (the residuals of one observation, the energy
// of one spring). Their sparse Jacobians are written block by block: where a piece of the program writes numbers of the output, their rows are
// reversed at once (`adjoint/piece.ts`), and what would be added to the adjoint of an input becomes an entry.
// Assumes the versioned stage and facts. Guarantees structured code, or null where the function is not of this kind.
import type { Block, Expr, Func, Origin, Place, Stmt, Type, Var } from "../ir/ir.ts";
import { assign, constant, define, element, field, isConst, length, load, ONE, op, REAL, store, type Supply, typeOf, use, ZERO } from "../ir/build.ts";
import { blocks, declared, expressions, operands, statements, substitute, variablesAssigned, variablesDeclared, variablesRead } from "../ir/walk.ts";
import { type Activity, isReal, isReference } from "../analysis/activity.ts";
import type { Alias, ObjectId } from "../analysis/alias.ts";
import { isRequirement } from "../rules/runtime.ts";
import { cloneBlock, type Renaming } from "./clone.ts";
import { ENTRIES } from "./entries.ts";
import { type CompanionTypes, isDifferentiable } from "./companion.ts";
import { literalsAtEnd } from "./adjoint.ts";

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

/** a part of the output, in the order in which its numbers are counted */
type Part =
  | { readonly kind: "numbers"; readonly values: Expr[]; readonly entries: Var }
  | { readonly kind: "array"; readonly object: ObjectId; readonly variable: Var; readonly entries: Var; readonly restarts: boolean; /** how many numbers there are: of an array that only grows */ readonly count: Var | null }
  | { readonly kind: "structure"; readonly object: ObjectId; readonly variable: Var; readonly entries: Var; readonly restarts: boolean };

type Written = Exclude<Part, { readonly kind: "numbers" }>;

export const SPARSE_MATRIX: Type = {
  kind: "struct", id: -4_000_000, name: null, isClass: false,
  fields: [
    { name: "rows", type: { kind: "array", array: "Int32Array", element: REAL }, optional: false },
    { name: "cols", type: { kind: "array", array: "Int32Array", element: REAL }, optional: false },
    { name: "vals", type: { kind: "array", array: "Float64Array", element: REAL }, optional: false },
    { name: "shape", type: { kind: "tuple", elements: [REAL, REAL] }, optional: false },
  ],
};

const STARTS: Type = { kind: "array", array: "Int32Array", element: REAL };

const isVector = (t: Type): boolean => (t.kind === "array" && t.element.kind === "real" && !/^(Int|Uint)/.test(t.array)) || (t.kind === "tuple" && t.elements.length > 0 && t.elements.every((x) => x.kind === "real"));

/** an array of arrays of numbers */
const holdsVectors = (t: Type): boolean => t.kind === "array" && isVector(t.element);



class NotSeparable extends Error {}

const refuse = (why: string): never => { throw new NotSeparable(why); };

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
  readonly #parts: Part[] = [];
  /** parts of the output structure → the structure that says where their numbers stand */
  readonly #rows = new Map<Var, Expr>();
  /** entries of which several may stand at one place */
  readonly #summed = new Set<Var>();
  #ending: ReadonlySet<Var> = new Set();
  /** objects that are written to after they were made */
  #changed: ReadonlySet<ObjectId> = new Set();

  constructor(func: Func, wrt: readonly number[], context: SeparableContext, withStarts: boolean) {
    this.#withStarts = withStarts;
    this.#func = func;
    this.#wrt = wrt;
    this.#context = context;
    this.#origin = func.origin;
  }

  derive(): Func {
    const literals = literalsAtEnd(this.#func.body);
    const ending = new Set<Var>();
    if (this.#func.result !== null) this.#collect(this.#func.result, literals, ending);
    this.#ending = ending;
    this.#changed = this.#changedObjects();
    this.#checkAccesses();
    const { entry, columns } = this.#enter();
    const body = this.#func.body.filter((s) => !(s.kind === "let" && ending.has(s.variable)));
    const made = [...this.#block(body, [])];
    for (const part of this.#parts) {
      if (part.kind === "numbers") made.push(...this.#piece([], body, part.values.map((value, i) => ({ value: this.#isActive(value) ? value : null, row: constant(i), entries: use(part.entries), restarts: false }))));
    }
    const out: Stmt[] = [];
    const counts = this.#parts.flatMap((part): Expr[] => [use(part.entries), this.#countOf(part, out)]);
    const result = this.#define("matrix", { kind: "runtime", name: "sparseMatrix", args: [columns, ...counts], type: SPARSE_MATRIX }, out);
    const entries = this.#parts.map((part) => define(part.entries, { kind: "runtime", name: this.#summed.has(part.entries) ? "newSums" : "newEntries", args: [], type: ENTRIES }, this.#origin));
    return { ...this.#func, body: [...entry, ...entries, ...made, ...out], result, resultType: SPARSE_MATRIX, resultText: null };
  }

  #define(name: string, value: Expr, out: Stmt[]): Expr {
    const made = this.#context.supply.fresh(name, typeOf(value));
    out.push(define(made, value, this.#origin));
    return use(made);
  }

  #isActive(e: Expr): boolean {
    return e.kind === "var" && (isReference(e.variable.type) ? this.#context.activity.hasCompanion(e.variable) : this.#context.activity.isActive(e.variable));
  }

  // ------------------------------------------------------------------------------------------------ outputs and inputs

  #collect(value: Expr, literals: ReturnType<typeof literalsAtEnd>, ending: Set<Var>): void {
    const t = typeOf(value);
    if (!isDifferentiable(t)) return;
    if (value.kind !== "var" || !isReference(t)) {
      const last = this.#parts.at(-1);
      if (last?.kind === "numbers") last.values.push(value);
      else this.#parts.push({ kind: "numbers", values: [value], entries: this.#entries() });
      return;
    }
    const parts = literals.get(value.variable);
    if (parts !== undefined) {
      ending.add(value.variable);
      for (const x of parts) this.#collect(x.value, literals, ending);
      return;
    }
    const objects = [...this.#context.alias.pointsTo(value)];
    const [object] = objects;
    if (object === undefined || !isFresh(object) || objects.length > 1 || this.#written(value) !== null) return refuse("an output that is no fresh object");
    const kind = t.kind === "array" && !isReference(t.element) && isReal(t.element) ? "array" : "structure";
    const entries = this.#entries();
    const { restarts, ascends } = this.#order(object);
    if (!ascends || kind === "structure") this.#summed.add(entries);
    if (kind === "structure") this.#parts.push({ kind, object, variable: value.variable, entries, restarts });
    else this.#parts.push({ kind, object, variable: value.variable, entries, restarts, count: this.#onlyGrows(object) ? this.#context.supply.fresh(`${value.variable.name}Count`, REAL, true) : null });
  }

  #entries(): Var {
    return this.#context.supply.fresh("entries", ENTRIES);
  }

  /** the part of the output that an expression refers to */
  #written(e: Expr): Written | null {
    if (e.kind !== "var" || !isReference(e.variable.type)) return null;
    const objects = this.#context.alias.pointsTo(e);
    const found = this.#parts.find((part): part is Written => part.kind !== "numbers" && [...this.#objectsOf(part)].some((o) => objects.has(o)));
    if (found !== undefined && ![...objects].every((o) => this.#objectsOf(found).has(o))) return refuse("a reference to an output or to something else");
    return found ?? null;
  }

  #objectsOf(part: Written): ReadonlySet<ObjectId> {
    return part.kind === "array" ? new Set([part.object]) : this.#context.alias.reach([part.object]);
  }

  /** is the array empty at first, and only pushed to? Then its length is all that matters of it */
  #onlyGrows(object: ObjectId): boolean {
    const { alias } = this.#context;
    return statements(this.#func.body).every((s) => {
      const base = baseOf(s);
      if (base !== null && alias.pointsTo(base).has(object)) return s.kind === "mutate" && s.operation === "push" && s.args.length === 1;
      if (s.kind !== "let" || s.variable !== object.variable) return true;
      return !s.variable.mutable && s.value.kind === "array" && s.value.elements.length === 0;
    });
  }

  /** `restarts`: may a place be stored to after something was written there? `ascends`: are rows found in order, each at once? */
  #order(object: ObjectId): { readonly restarts: boolean; readonly ascends: boolean } {
    const { alias } = this.#context;
    const isTarget = (s: Stmt): s is Stmt & { kind: "store" | "accumulate" } => (s.kind === "store" || s.kind === "accumulate") && s.place.kind !== "cell" && alias.pointsTo(s.place.base).has(object);
    const all = statements(this.#func.body);
    const writes = all.filter(isTarget);
    if (writes.length === 0) return { restarts: false, ascends: true };
    const stores = writes.filter((s) => s.kind === "store");
    if (stores.length === 0) return { restarts: false, ascends: false };
    const [only] = stores;
    const loop = this.#func.body.find((s) => s.kind === "loop" && stores.length === 1 && only !== undefined && s.body.includes(only));
    const otherwise = { restarts: true, ascends: false };
    if (loop?.kind !== "loop" || loop.header.kind !== "counted" || only === undefined) return otherwise;
    const { index, step } = loop.header;
    const isAtIndex = (s: Stmt & { kind: "store" | "accumulate" }): boolean => s.place.kind === "element" && s.place.index.kind === "var" && s.place.index.variable === index;
    if (!isAtIndex(only)) return otherwise;
    const inside = new Set(statements(loop.body));
    const isLater = writes.every((s) => s === only || (all.indexOf(s) > all.indexOf(only) && (!inside.has(s) || isAtIndex(s))));
    return isLater ? { restarts: false, ascends: writes.length === 1 && step > 0 } : otherwise;
  }

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
      else if (v.type.kind === "array" && isReal(v.type.element) && !isReference(v.type.element)) {
        this.#inputs.set(v, { kind: "array", first });
        count = this.#define(`${v.name}Count`, length(use(v)), entry);
      } else if (this.#withStarts && holdsVectors(v.type)) {
        const starts = this.#define(`${v.name}Columns`, { kind: "runtime", name: "startsOf", args: [use(v), first], type: STARTS }, entry);
        this.#inputs.set(v, { kind: "starts", starts });
        const behind = this.#define("last", length(use(v)), entry);
        first = this.#define("columns", load(element(starts, behind), REAL), entry);
        continue;
      } else {
        const positions = this.#define(`${v.name}Columns`, { kind: "runtime", name: "positionsLike", args: [use(v), first], type: this.#context.types.of(v.type) }, entry);
        this.#inputs.set(v, { kind: "structure", positions });
        count = this.#define(`${v.name}Count`, { kind: "runtime", name: "countNumbers", args: [use(v)], type: REAL }, entry);
      }
      first = isConst(first, 0) ? count : this.#define("columns", op("+", [first, count]), entry);
    }
    return { entry, columns: first };
  }

  #countOf(part: Part, out: Stmt[]): Expr {
    switch (part.kind) {
      case "numbers": return constant(part.values.length);
      case "array": return part.count === null ? this.#define("count", length(this.#shapedAs(part)), out) : use(part.count);
      case "structure": return this.#define("count", { kind: "runtime", name: "countNumbers", args: [use(part.variable)], type: REAL }, out);
    }
  }

  /** what says how long an array is: what its zeros are like, or it itself */
  #shapedAs({ object, variable }: Written): Expr {
    const made = this.#func.body.find((s) => s.kind === "let" && s.variable === object.variable);
    const isKept = statements(this.#func.body).every((s) => s.kind !== "mutate" || !this.#context.alias.pointsTo(s.array).has(object));
    return made?.kind === "let" && made.value.kind === "zeros" && isKept ? made.value.like : use(variable);
  }

  // ------------------------------------------------------------------------------------------------ what the program may do

  /** inputs are only read, outputs only written, and nothing that carries a derivative goes anywhere else */
  #checkAccesses(): void {
    const check = (block: Block): void => {
      for (const s of block) {
        this.#checkStatement(s);
        for (const b of blocks(s)) check(b);
      }
    };
    check(this.#func.body);
  }

  #checkStatement(s: Stmt): void {
    if (s.kind === "let" && this.#ending.has(s.variable)) return;
    const isOutput = (e: Expr): boolean => this.#written(e) !== null;
    const barred = (...all: readonly Expr[]): void => { if (all.some(isOutput)) refuse("an output is looked at"); };
    switch (s.kind) {
      case "let":
        if (s.value.kind === "var" || s.value.kind === "length") return;
        if (s.value.kind === "load" && s.value.place.kind !== "cell" && isOutput(s.value.place.base)) {
          if (!isReference(s.value.type) || s.value.mayMiss) refuse("a number is read from an output");
          return;
        }
        if (s.value.kind === "closure" || s.value.kind === "derivative") refuse("a function value");
        barred(...operands(s.value));
        return;
      case "store": case "accumulate":
        barred(s.value, ...(s.place.kind === "element" ? [s.place.index] : []));
        if (s.place.kind === "cell") { if (this.#isActive(s.value)) refuse("module state"); return; }
        if (isOutput(s.place.base)) { if (isReference(typeOf(s.value))) refuse("a reference is stored in an output"); return; }
        this.#checkTarget(s.place.base);
        return;
      case "mutate":
        barred(...s.args);
        if (isOutput(s.array)) { if (s.operation !== "push" || s.result !== null || this.#written(s.array)?.kind !== "array") refuse(s.operation); return; }
        this.#checkTarget(s.array);
        return;
      case "call":
        barred(...s.args);
        if (s.callee.kind === "external" && (isRequirement(s.callee.name) || s.callee.name.startsWith("console."))) return;
        if (s.args.some((a) => this.#isActive(a)) || (s.result !== null && this.#isActive(use(s.result)))) refuse("a call");
        return;
      case "pair": return refuse("pairs");
      default: barred(...expressions(s)); return;
    }
  }

  #changedObjects(): ReadonlySet<ObjectId> {
    const found = new Set<ObjectId>();
    for (const s of statements(this.#func.body)) {
      const base = baseOf(s);
      if (base !== null) for (const o of this.#context.alias.pointsTo(base)) found.add(o);
    }
    return found;
  }

  /** what is written besides outputs must be the function's own, and may carry derivatives only inside of one piece */
  #checkTarget(base: Expr): void {
    for (const o of this.#context.alias.pointsTo(base)) if (!isFresh(o)) refuse("an argument is written to");
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
      case "let": return s.value.kind === "array" && this.#written(use(s.variable)) !== null && s.value.elements.some((x) => this.#isActive(x.value));
      case "store": case "accumulate": return s.place.kind !== "cell" && this.#written(s.place.base) !== null;
      case "mutate": return this.#written(s.array) !== null;
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
    const part = this.#written(use(s.variable));
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
      const grown = this.#written(s.value.kind === "length" ? s.value.array : use(s.variable));
      if (grown?.kind === "array" && grown.count !== null) {
        if (s.value.kind === "length") return [define(s.variable, use(grown.count), s.origin)];
        return s.variable === grown.object.variable ? [define(grown.count, ZERO, s.origin)] : [];
      }
    }
    if (!this.#isOutput(s)) return [s];
    const out: Stmt[] = [];
    const note = (part: Written, value: Expr, row: Expr, restarts: boolean): void => {
      const active = this.#isActive(value) ? value : null;
      if (active !== null || restarts) outputs.push({ value: active, row, entries: use(part.entries), restarts });
    };
    if (s.kind === "let" && s.value.kind === "array") {
      const part = this.#written(use(s.variable));
      if (part?.kind !== "array" || s.value.elements.some((x) => x.spread)) return refuse("a literal with spreads");
      s.value.elements.forEach((x, i) => { note(part, x.value, constant(i), false); });
      return [{ ...s, value: { ...s.value, elements: s.value.elements.map((x) => ({ ...x, value: ZERO })) } }];
    }
    if (s.kind === "mutate") {
      const part = this.#written(s.array);
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
    const part = this.#written(s.place.base) ?? refuse("no output");
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
    for (const v of variablesAssigned(body)) if (!own.has(v) && this.#isActive(use(v))) refuse("a sum or state that goes on");
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
      ...this.#func, id: `${this.#func.id}$piece${result.id}`, params: free.map((variable) => ({ variable, name: variable.name, typeText: null, optional: false, rest: false })),
      body: whole, result: use(result), resultType: type, resultText: null,
    };
    const rows = this.#context.rowsOf({ func, outputs: read }, this.#inputs) ?? refuse("inputs that are more than read");
    if (!rows.areDistinct) for (const x of read) if (x.entries.kind === "var") this.#summed.add(x.entries.variable);
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
      for (const v of variablesDeclared([s])) for (const o of this.#context.alias.pointsTo(use(v))) if (this.#changed.has(o)) refuse("an array of values between");
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
    return !this.#inputs.has(v) && this.#isActive(use(v)) && this.#written(use(v)) === null;
  }

  /** objects that carry derivatives are written to only in the piece that makes them */
  #checkStores(body: Block, own: ReadonlySet<Var>): void {
    const { alias, activity } = this.#context;
    for (const s of statements(body)) {
      const base = baseOf(s);
      if (base === null || this.#written(base) !== null) continue;
      for (const o of alias.pointsTo(base)) if (activity.hasCompanionObject(o) && !(o.variable !== null && own.has(o.variable))) refuse("an array of values between");
    }
  }
}

/** made by the function: by a statement, or as a mirror of something */
const isFresh = (o: ObjectId): boolean => o.origin === "allocation" || (o.origin === "unknown" && o.variable !== null);

/** the object that a statement writes to */
function baseOf(s: Stmt): Expr | null {
  if (s.kind === "mutate") return s.array;
  return (s.kind === "store" || s.kind === "accumulate") && s.place.kind !== "cell" ? s.place.base : null;
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
