// What the plans of the adjoint share: facts, the adjoint variable of each active number, the companion of each reference, and the
// loops around. A region is a block in both its halves: `sweep` computes values, `reverse` runs after it, from its end to its start.
import type { Cell, Expr, Func, Origin, Place, Stmt, Type, Var } from "../../ir/ir.ts";
import { assign, BOOLEAN, constant, define, element, load, op, REAL, store, type Supply, use, ZERO } from "../../ir/build.ts";
import { cellKey, nameOfTest, shortName } from "../../ir/facts.ts";
import { mapOperands, mapPlace, operands } from "../../ir/walk.ts";
import type { Activity } from "../../analysis/activity.ts";
import type { Append } from "../../analysis/appends.ts";
import type { Alias, ObjectId } from "../../analysis/alias.ts";
import type { Recording } from "../../analysis/recording.ts";
import type { Integers } from "../../analysis/integer.ts";
import type { Ranges } from "../../analysis/ranges.ts";
import { contribution, partials } from "../../rules/derive.ts";
import { CompilerBug, type Finding } from "../../diagnostics/diagnostic.ts";
import { type CompanionTypes, zerosOf } from "../companion.ts";
import type { Rules } from "../rules.ts";

export interface Region {
  readonly sweep: readonly Stmt[];
  readonly reverse: readonly Stmt[];
}

/** A loop whose values reverse needs from every trip. */
export interface Level {
  /** the number of the trip, counted from zero, as an expression valid in the sweep's body; null where trips are not numbered in advance */
  readonly sweepTrip: Expr | null;
  readonly reverseTrip: Expr | null;
  /** how many trips there are, as atoms known before the outermost loop; null if unknown there */
  readonly trips: Expr | null;
}

/** The loops from the local root (a function, a replayed trip) down to the region at hand, outermost first. */
export interface Nest {
  readonly levels: readonly Level[];
  /** statements due right before the outermost loop of the sweep */
  readonly before: Stmt[];
  /** statements due right before the outermost loop of the reverse */
  readonly beforeReverse: Stmt[];
  /** what the outermost loop declares, at any depth */
  readonly inside: ReadonlySet<Var>;
}

/** how one value of the sweep reaches reverse; the plan that `--stage recording` shows */
export interface Decision {
  readonly variable: Var;
  readonly how: "recompute" | "local" | "tape, by trip" | "tape, pushed";
  /** bytes per execution */
  readonly bytes: number;
}

export interface Shared {
  /** may what the sweep records be reversed more than once? */
  readonly isKept: boolean;
  readonly decided: (decision: Decision) => void;
  readonly planStatement: (s: Stmt, context: Context) => Region;
  readonly supply: Supply;
  /** the function at hand, and those that it calls */
  readonly functions: readonly Func[];
  /** numbers for types that are made here */
  readonly freshId: () => number;
  readonly alias: Alias;
  readonly activity: Activity;
  /** module variables that are fields of an object here: their stores have no adjoint */
  readonly threaded: ReadonlySet<string>;
  readonly recording: Recording;
  readonly integers: Integers;
  readonly ranges: Ranges;
  /** stores that may lengthen their array */
  readonly growing: ReadonlySet<Stmt>;
  /** stores that may miss their typed array */
  readonly missing: ReadonlySet<Stmt>;
  /** statements that append in every trip */
  readonly appends: ReadonlyMap<Stmt, Append>;
  readonly types: CompanionTypes;
  /** is it a variable of the function as the user wrote it (or a version of one)? */
  readonly isPrimal: (v: Var) => boolean;
  readonly report: (finding: Finding) => void;
  /** what the program does to the structure of what a variable holds */
  readonly changes: (holder: Var) => { readonly writes: boolean; readonly moves: boolean; readonly resizes: boolean };
  /** functions that rules are made of */
  readonly rules: Rules;
  /** the sweep and reverse of a function that stays a call */
  readonly split: (func: string) => SplitInfo | null;
}

/** the signature that callers of a split function rely on */
export interface SplitInfo {
  readonly sweepId: string;
  readonly reverseId: string;
  readonly recordType: Type;
  /** indices of the parameters whose companion the sweep takes, after the primal parameters */
  readonly companionParams: readonly number[];
  /** indices of the parameters whose adjoint the reverse returns, in order */
  readonly activeParams: readonly number[];
  readonly resultType: Type;
  readonly hasActiveResult: boolean;
  readonly hasResultCompanion: boolean;
}

export type CellState = { readonly kind: "number"; readonly bar: Var } | { readonly kind: "reference"; readonly companion: Expr };

export class Context {
  readonly shared: Shared;
  readonly supply: Supply;
  readonly nest: Nest | null;
  readonly #bars: Map<Var, Var>;
  readonly #companions: Map<Var, Expr>;
  /** clones of variables (replayed trips) → the variable that facts know */
  readonly #originals: Map<Var, Var>;
  /** calls of library functions in the blocks at hand → the variables that hold their results */
  readonly #computed: Map<string, Var>;
  /** where each join starts, for replays */
  readonly joinStarts: Map<Var, Expr>;

  /** may the record be reversed more than once? Then reversing an allocation clears its companion */
  readonly isKept: boolean;

  constructor(shared: Shared, nest: Nest | null = null, parent: Context | null = null, isKept = false) {
    this.isKept = parent?.isKept ?? isKept;
    this.shared = shared;
    this.supply = shared.supply;
    this.nest = nest;
    this.#bars = parent?.bars ?? new Map<Var, Var>();
    this.#companions = parent?.companions ?? new Map<Var, Expr>();
    this.#originals = parent?.originals ?? new Map<Var, Var>();
    this.statementOrigins = parent?.statementOrigins ?? new Map<Stmt, Stmt>();
    this.standIns = parent?.standIns ?? new Map<Var, Var>();
    this.companionLoads = parent?.companionLoads ?? new Map<Var, { readonly variable: Var; readonly place: Place }>();
    this.sums = parent?.sums ?? new Map<Var, Var>();
    this.cells = parent?.cells ?? new Map<string, CellState>();
    this.cellEntries = parent?.cellEntries ?? [];
    this.joinStarts = parent?.joinStarts ?? new Map<Var, Expr>();
    this.#computed = parent?.computed ?? new Map<string, Var>();
  }

  /** runs a plan of a block of clones: meanwhile each variable that facts know is what it is called there */
  renamed<T>(names: ReadonlyMap<Var, Expr>, plan: () => T): T {
    const before = new Map(this.standIns);
    for (const [v, e] of names) if (e.kind === "var") this.standIns.set(this.original(v), e.variable);
    const made = plan();
    this.standIns.clear();
    for (const [v, standIn] of before) this.standIns.set(v, standIn);
    return made;
  }

  get computed(): Map<string, Var> { return this.#computed; }
  get bars(): Map<Var, Var> { return this.#bars; }
  get companions(): Map<Var, Expr> { return this.#companions; }
  /** variables that facts know → what they are called in the block at hand, where that is a clone */
  readonly standIns: Map<Var, Var>;
  /** clones of statements → the statement that facts know */
  readonly statementOrigins: Map<Stmt, Stmt>;
  /** companions that were loaded from companions → the primal load beside them */
  readonly companionLoads: Map<Var, { readonly variable: Var; readonly place: Place }>;
  /** variables that hold a sum on its way through an independent trip → the sum; all have one adjoint, which no trip changes */
  readonly sums: Map<Var, Var>;
  /** adjoints and companions of module variables: constant at entry, active from the first active write */
  readonly cells: Map<string, CellState>;
  readonly cellEntries: Stmt[];
  get originals(): Map<Var, Var> { return this.#originals; }

  within(nest: Nest | null): Context {
    return new Context(this.shared, nest, this);
  }

  // ------------------------------------------------------------------------------------------------ facts

  original(v: Var): Var {
    return this.#originals.get(v) ?? v;
  }

  originalStmt<S extends Stmt>(s: S): S {
    return (this.statementOrigins.get(s) as S | undefined) ?? s;
  }

  originalExpr(e: Expr): Expr {
    return e.kind === "var" ? use(this.original(e.variable)) : mapOperands(e, (x) => this.originalExpr(x));
  }

  originalPlace(p: Place): Place {
    return mapPlace(p, (e) => this.originalExpr(e));
  }

  isActive(e: Expr): boolean {
    return e.kind === "var" && this.shared.activity.isActive(this.original(e.variable));
  }

  hasCompanion(e: Expr): boolean {
    return e.kind === "var" && this.shared.activity.hasCompanion(this.original(e.variable));
  }

  objects(e: Expr): ReadonlySet<ObjectId> {
    return this.shared.alias.pointsTo(this.originalExpr(e));
  }

  /** are numbers at this place active? */
  isActivePlace(p: Place): boolean {
    if (p.kind === "cell" && this.shared.threaded.has(cellKey(p.cell))) return false;
    const { objects, key } = this.shared.alias.targets(this.originalPlace(p));
    return [...objects].some((o) => this.shared.activity.isActiveField(o, key));
  }

  // ------------------------------------------------------------------------------------------------ adjoints

  /** the adjoint variable of an active number, made on first use; `declareBars` declares those of a region */
  bar(v: Var): Var {
    const sum = this.sums.get(v);
    if (sum !== undefined && sum !== v) return this.bar(sum);
    let found = this.#bars.get(v);
    if (!found) this.#bars.set(v, (found = this.supply.fresh(`${v.name}Bar`, REAL, true)));
    return found;
  }

  companion(e: Expr): Expr {
    if (e.kind === "const") return e;
    const found = e.kind === "var" ? this.#companions.get(e.variable) : undefined;
    if (!found) throw new CompilerBug("adjoint", `no companion for ${e.kind === "var" ? e.variable.name : e.kind}`);
    return found;
  }

  companionType(t: Type): Type {
    return this.shared.types.of(t);
  }

  setCompanion(v: Var, e: Expr): void {
    this.#companions.set(v, e);
  }

  /** `target += value`, where target is the adjoint of an active number */
  accumulate(target: Expr, value: Expr, out: Stmt[], origin: Origin): void {
    if (target.kind !== "var" || !this.isActive(target)) return;
    const bar = this.bar(target.variable);
    const atom = this.flatten(value, out, `${target.variable.name}Bar`, origin);
    const sum = this.supply.fresh(bar.name, REAL);
    out.push(define(sum, op("+", [use(bar), atom]), origin), assign(bar, use(sum), origin));
  }

  cellBar(cell: Cell): Var {
    const key = cellKey(cell);
    const known = this.cells.get(key);
    if (known?.kind === "number") return known.bar;
    const bar = this.supply.fresh(`${shortName(cell)}Bar`, REAL, true);
    this.cells.set(key, { kind: "number", bar });
    return bar;
  }

  cellCompanion(cell: Cell, type: Type, origin: Origin): Expr {
    const key = cellKey(cell);
    const known = this.cells.get(key);
    if (known?.kind === "reference") return known.companion;
    const held = this.supply.fresh(shortName(cell), type);
    const companion = this.supply.fresh(`${shortName(cell)}Bar`, this.companionType(type));
    this.cellEntries.push(define(held, load({ kind: "cell", cell }, type), origin), define(companion, zerosOf(use(held), companion.type), origin));
    this.cells.set(key, { kind: "reference", companion: use(companion) });
    return use(companion);
  }

  /** declarations of the adjoints of module variables that hold numbers */
  cellBars(origin: Origin): Stmt[] {
    return [...this.cells.values()].flatMap((c) => (c.kind === "number" ? [define(c.bar, ZERO, origin)] : []));
  }

  /** takes the adjoint of a variable and leaves zero */
  take(v: Var, out: Stmt[], origin: Origin): Expr {
    const bar = this.bar(v);
    const taken = this.supply.fresh(bar.name, REAL);
    out.push(define(taken, use(bar), origin), assign(bar, ZERO, origin));
    return use(taken);
  }

  /** takes the adjoint that stands at a place of a companion; `kill` leaves zero there */
  takePlace(place: Place, kill: boolean, mayMiss: boolean, name: string, out: Stmt[], origin: Origin): Expr {
    const taken = this.readPlace(place, mayMiss, name, out, origin);
    if (kill) out.push(store(place, ZERO, origin));
    return taken;
  }

  /** the adjoint at a place; a place that the primal missed has none */
  readPlace(place: Place, mayMiss: boolean, name: string, out: Stmt[], origin: Origin): Expr {
    const read = this.supply.fresh(name, REAL);
    out.push(define(read, load(place, REAL, mayMiss), origin));
    if (!mayMiss) return use(read);
    return this.flatten(op("select", [op("isNullish", [use(read)], BOOLEAN), ZERO, use(read)]), out, name, origin);
  }

  /** contributions of `result = name(args)` to the adjoints of its operands, given the adjoint of the result */
  contributions(name: string, args: readonly Expr[], result: Expr, resultBar: Expr, out: Stmt[], origin: Origin): void {
    for (const [i, plan] of partials(name, args, result, (k) => this.isActive(args[k]!))) {
      const guard = plan.singular && !this.shared.ranges.isHarmless(name, args.map((a) => this.originalExpr(a)), this.originalExpr(result), this.originalExpr(plan.formula));
      this.accumulate(args[i]!, this.#reusing(contribution(resultBar, plan, guard)), out, origin);
    }
  }

  /** what a block calls of the library is there for the formulas of the block and of those inside */
  inBlock<T>(block: readonly Stmt[], run: () => T): T {
    const added: string[] = [];
    for (const s of block) {
      const key = s.kind === "let" && !s.variable.mutable ? callKey(s.value) : null;
      if (key === null || s.kind !== "let" || this.#computed.has(key)) continue;
      this.#computed.set(key, s.variable);
      added.push(key);
    }
    const made = run();
    for (const key of added) this.#computed.delete(key);
    return made;
  }

  /** a formula that reads what the sweep computed; where that would go on a tape, it is computed again */
  #reusing(e: Expr): Expr {
    if (this.nest !== null || this.#computed.size === 0) return e;
    const key = callKey(e);
    const known = key === null ? undefined : this.#computed.get(key);
    return known === undefined ? mapOperands(e, (x) => this.#reusing(x)) : use(known);
  }

  /** a tree of operations as statements; returns the atom that holds its value */
  flatten(e: Expr, out: Stmt[], name: string, origin: Origin): Expr {
    if (operands(e).length === 0) return e;
    const flat = mapOperands(e, (x) => this.flatten(x, out, x.kind === "op" && isTest(x.op) ? nameOfTest(x) : name, origin));
    const type: Type = flat.kind === "op" ? flat.type : REAL;
    const v = this.supply.fresh(name, type);
    out.push(define(v, flat, origin));
    return use(v);
  }

  at(base: Expr, index: number): Place {
    return element(base, constant(index));
  }
}

/** what a call of the mathematical library computes; null for anything else */
function callKey(e: Expr): string | null {
  if (e.kind !== "op" || !e.op.startsWith("Math.")) return null;
  const args = e.args.map((a) => (a.kind === "var" ? `#${a.variable.id}` : a.kind === "const" ? String(a.value) : null));
  return args.includes(null) || e.op === "Math.random" ? null : `${e.op} ${args.join()}`;
}

const isTest = (name: string): boolean => ["===", "!==", "<", "<=", ">", ">=", "==", "!="].includes(name);
