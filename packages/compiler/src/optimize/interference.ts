// Lives: when variables are in use and when they are set. Two that hold different values at the same time cannot become one variable.
// Kept as intervals over numbered statements: a graph of all pairs would be quadratic in the values that reverse keeps for later.
// Assumes the versioned stage. Only the given candidates are looked at. A run of assignments of atoms counts as one parallel copy.
import type { Block, Expr, Func, Stmt, Var } from "../ir/ir.ts";
import { isAtom } from "../ir/build.ts";
import { LiveSet } from "../ir/scoped.ts";
import { readInside } from "../ir/variables.ts";
import { eachExpression, eachOperand } from "../ir/walk.ts";
import { hasBreak } from "./rewrite.ts";

/** where a variable is in use: after each statement whose number is in [start, end) */
export interface Interval {
  readonly start: number;
  readonly end: number;
  readonly variable: Var;
}

/** a statement that gives a variable a value; a copy may share with its source */
export interface Definition {
  readonly at: number;
  readonly variable: Var;
  readonly source: Var | null;
}

/** Variables that hold one value at a time, as a set of intervals and definitions in the order of the text. */
export class Lives {
  readonly #intervals: Interval[] = [];
  /** for each interval the latest end of it and those before */
  readonly #latest: number[] = [];
  readonly #definitions: Definition[] = [];

  get intervals(): readonly Interval[] { return this.#intervals; }
  get definitions(): readonly Definition[] { return this.#definitions; }

  add(interval: Interval): void {
    const at = firstAbove(this.#intervals.length, (i) => this.#intervals[i]!.start > interval.start);
    this.#intervals.splice(at, 0, interval);
    for (let i = at; i < this.#intervals.length; i++) this.#latest[i] = Math.max(this.#intervals[i]!.end, i > 0 ? this.#latest[i - 1]! : 0);
  }

  define(definition: Definition): void {
    this.#definitions.splice(firstAbove(this.#definitions.length, (i) => this.#definitions[i]!.at > definition.at), 0, definition);
  }

  include(other: Lives): void {
    for (const x of other.intervals) this.add(x);
    for (const x of other.definitions) this.define(x);
  }

  /** does a definition here change what is in use there, or the other way round? */
  meet(other: Lives): boolean {
    return this.#definitions.some((x) => other.#inUse(x)) || this.#intervals.some((x) => other.#isSetIn(x));
  }

  #inUse({ at, source }: Definition): boolean {
    for (let i = firstAbove(this.#intervals.length, (k) => this.#intervals[k]!.start > at) - 1; i >= 0 && this.#latest[i]! > at; i--) {
      const { end, variable } = this.#intervals[i]!;
      if (end > at && variable !== source) return true;
    }
    return false;
  }

  #isSetIn({ start, end, variable }: Interval): boolean {
    for (let i = firstAbove(this.#definitions.length, (k) => this.#definitions[k]!.at >= start); i < this.#definitions.length && this.#definitions[i]!.at < end; i++) {
      if (this.#definitions[i]!.source !== variable) return true;
    }
    return false;
  }
}

/** the first of `count` numbers that is above, where all that follow are too */
function firstAbove(count: number, isAbove: (i: number) => boolean): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isAbove(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** the life of each candidate that the function sets or reads */
export function findLives(func: Func, candidates: ReadonlySet<Var>): ReadonlyMap<Var, Lives> {
  const carried: Carried = new Map();
  // once to learn what loops carry, which loops in loops need several times, and once to write down the lives
  new Walker(candidates, carried, false).walk(func);
  const walker = new Walker(candidates, carried, true);
  walker.walk(func);
  return walker.lives;
}

/** what is live at the start of each trip of a loop, and so at its end; more of it is learned with each walk */
type Carried = Map<Stmt, Set<Var>>;

/** the runs of assignments of atoms in a block, as [start, end): none reads what an earlier one of its run sets */
export function copyRuns(block: Block): ReadonlyMap<number, number> {
  const runs = new Map<number, number>();
  for (let at = 0; at < block.length;) {
    const end = endOfRun(block, at);
    if (end > at) runs.set(at, end);
    at = Math.max(end, at + 1);
  }
  return runs;
}

function endOfRun(block: Block, start: number): number {
  const set = new Set<Var>();
  let at = start;
  for (; at < block.length; at++) {
    const s = block[at]!;
    if (s.kind !== "assign" || !isAtom(s.value) || set.has(s.variable)) break;
    if (s.value.kind === "var" && set.has(s.value.variable)) break;
    set.add(s.variable);
  }
  return at;
}

class Walker {
  readonly lives = new Map<Var, Lives>();
  readonly #candidates: ReadonlySet<Var>;
  readonly #carried: Carried;
  /** is all that loops carry known? */
  readonly #isRecording: boolean;
  /** the number of the statement at hand; the walk goes from high to low */
  #at = 0;
  /** where each live variable is read last */
  readonly #ends = new Map<Var, number>();
  readonly #live = new LiveSet<Var>((v, isLive) => {
    if (isLive) this.#ends.set(v, this.#at);
    else this.#use(v, this.#at, this.#ends.get(v)!);
  });

  constructor(candidates: ReadonlySet<Var>, carried: Carried, isRecording: boolean) {
    this.#candidates = candidates;
    this.#carried = carried;
    this.#isRecording = isRecording;
  }

  walk(func: Func): void {
    if (func.result) this.read(func.result);
    this.block(func.body, null);
    this.enter(func.params.map((p) => p.variable));
  }

  #livesOf(v: Var): Lives {
    let found = this.lives.get(v);
    if (!found) this.lives.set(v, (found = new Lives()));
    return found;
  }

  #use(variable: Var, start: number, end: number): void {
    if (this.#isRecording && start < end) this.#livesOf(variable).add({ start, end, variable });
  }

  /** parameters get their values at the same time */
  enter(params: readonly Var[]): void {
    this.#at--;
    this.#live.become(new Set());
    for (const v of params) {
      this.#define(v, null);
      if (this.#candidates.has(v)) this.#use(v, this.#at, this.#at + 1);
    }
  }

  read(e: Expr): void {
    if (e.kind === "var") { if (this.#candidates.has(e.variable)) this.#live.add(e.variable); }
    else if (e.kind === "closure") for (const v of readInside(e.func)) { if (this.#candidates.has(v)) this.#live.add(v); }
    else eachOperand(e, (o) => { this.read(o); });
  }

  /** `v` gets a value of its own; a copy may share with its source */
  #define(v: Var, source: Expr | null): void {
    if (this.#isRecording && this.#candidates.has(v)) this.#livesOf(v).define({ at: this.#at, variable: v, source: source?.kind === "var" ? source.variable : null });
  }

  /** turns what is live after the block into what is live before it */
  block(block: Block, atBreak: ReadonlySet<Var> | null): void {
    const startOf = new Map([...copyRuns(block)].map(([start, end]) => [end - 1, start]));
    for (let i = block.length - 1; i >= 0; i--) {
      const start = startOf.get(i);
      if (start === undefined) { this.#statement(block[i]!, atBreak); continue; }
      this.#copies(block.slice(start, i + 1));
      i = start;
    }
  }

  #copies(run: Block): void {
    this.#at--;
    const assigns = run.filter((s) => s.kind === "assign");
    for (const a of assigns) this.#define(a.variable, a.value);
    // those of one run are set at the same time: none may share with another, copied from it or not
    if (assigns.length > 1) for (const a of assigns) if (this.#candidates.has(a.variable)) this.#use(a.variable, this.#at, this.#at + 1);
    for (const a of assigns) this.#live.delete(a.variable);
    for (const a of assigns) this.read(a.value);
  }

  #statement(s: Stmt, atBreak: ReadonlySet<Var> | null): void {
    switch (s.kind) {
      case "let": case "assign":
        this.#at--;
        this.#define(s.variable, s.value);
        this.#live.delete(s.variable);
        break;
      case "call": case "mutate":
        this.#at--;
        if (s.result) { this.#define(s.result, null); this.#live.delete(s.result); }
        break;
      case "if":
        this.#live.either(() => this.block(s.else, atBreak), () => this.block(s.then, atBreak));
        this.#at--;
        break;
      case "loop": this.#loop(s); break;
      case "exit":
        this.#at--;
        this.#live.become(s.exit.kind === "return" || atBreak === null ? new Set() : atBreak);
        break;
      case "throw":
        this.#at--;
        this.#live.become(new Set());
        break;
      case "try": {
        if (s.finalizer) this.block(s.finalizer, atBreak);
        const mark = this.#live.mark();
        if (s.handler) this.block(s.handler, atBreak);
        const handled = new Set(this.#live.keys());
        this.#live.undo(mark);
        for (const v of handled) this.#live.add(v);
        this.block(s.body, atBreak);
        for (const v of handled) this.#live.add(v);
        this.#at--;
        break;
      }
      case "block": this.block(s.body, atBreak); break;
      default: this.#at--;
    }
    eachExpression(s, (e) => { this.read(e); });
  }

  #loop(s: Stmt & { readonly kind: "loop" }): void {
    const isCounted = s.header.kind === "counted";
    const after: ReadonlySet<Var> | null = hasBreak(s.body) ? new Set(this.#live.keys()) : null;
    const end = --this.#at;
    if (!isCounted) this.#live.become(new Set());
    // the emitted loop looks at its bound again in each trip
    eachExpression(s, (e) => { this.read(e); });
    const carried = this.#carried.get(s) ?? new Set();
    this.#carried.set(s, carried);
    for (const v of carried) this.#live.add(v);
    for (;;) {
      const mark = this.#live.mark();
      this.block(s.body, after);
      if (s.header.kind === "counted") { this.#at--; this.#define(s.header.index, null); this.#live.delete(s.header.index); }
      const added = this.#live.addedSince(mark);
      this.#live.undo(mark);
      if (added.length === 0) break;
      // what the next trip reads is live at the end of each
      this.#at = end;
      for (const v of added) { this.#live.add(v); carried.add(v); }
    }
    this.#at--;
  }
}
