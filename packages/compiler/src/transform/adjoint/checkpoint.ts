// Plans of checkpointed loops and calls. The sweep runs the primal and keeps copies of the state before some trips; reverse takes trips from the
// last to the first, runs from the nearest copy up to a trip, and sweeps and reverses that trip at once. Which trips those are is the
// runtime's part (runtime/src/checkpoints.ts). A call is a loop of one trip, whose state is what it starts from.
//
// A trip that is run again works on copies of the state. Companions of memory in which no reference moves are those of the first run; what
// moves has companions of its own in each trip (moving.ts). Numbers that are carried have one adjoint variable, as in any loop.
import type { Block, Expr, Origin, Stmt, StructType, Type, Var } from "../../ir/ir.ts";
import { assign, BOOLEAN, branch, constant, define, element, field, length, load, ONE, op, REAL, runtime, runtimeCall, store, typeOf, use, ZERO } from "../../ir/build.ts";
import { variablesDeclared } from "../../ir/variables.ts";
import { blocks, mapStmt } from "../../ir/walk.ts";
import { isReference } from "../../analysis/activity.ts";
import { findObstacle } from "../../analysis/replay.ts";
import { isSpoken } from "../../rules/external.ts";
import { notReplayable } from "../../diagnostics/catalog.ts";
import { cloneBlock, type Renaming } from "../../ir/clone.ts";
import { withoutBreaks, withoutUnread } from "../checkpointed.ts";
import { planRegion } from "./block.ts";
import type { Context, Region } from "./context.ts";
import { Exchange } from "./exchange.ts";
import { type LiveState, liveState } from "./live-state.ts";
import { carriedBar, Moving } from "./moving.ts";
import { type Trips, tripsOf } from "./trips.ts";

type Loop = Stmt & { readonly kind: "loop" };

/** which states are kept, and where: the runtime knows */
const SCHEDULE: Type = { kind: "struct", id: -4_000_030, name: null, isClass: false, fields: [], runtime: "Checkpoints" };

/** null after reporting why the loop cannot be run again */
export function planCheckpointed(s: Loop, context: Context): Region | null {
  const obstacle = findObstacle(s.body, context.shared.functions, context.shared.isKept, context.shared.rules);
  const state = obstacle === null ? liveState(s, context) : null;
  if (state === null || state.obstacle !== null) {
    context.shared.report(obstacle ?? notReplayable(s.origin.span, state!.obstacle!));
    return null;
  }
  const plan = new Checkpointing(s, state, context);
  return s.checkpoint?.kind === "call" ? plan.call() : plan.loop(s.checkpoint?.slots ?? null);
}

class Checkpointing {
  readonly #loop: Loop;
  readonly #state: LiveState;
  readonly #context: Context;
  readonly #origin: Origin;
  readonly #moving: Moving;
  readonly #exchange: Exchange;
  readonly #trips: Trips;
  /** what is kept of the state before a trip */
  readonly #held: readonly Var[];
  readonly #type: Type;
  /** variables of the state → those of a second run */
  readonly #again = new Map<Var, Var>();
  /** arrays that are filled anew for each trip, for variables of the state */
  readonly #room = new Map<Var, Var>();

  constructor(loop: Loop, state: LiveState, context: Context) {
    const { supply, shared } = context;
    this.#loop = loop;
    this.#state = state;
    this.#context = context;
    this.#origin = { ...loop.origin, comments: [] };
    this.#moving = new Moving(state, context, this.#origin);
    this.#exchange = new Exchange(state.exchanged, context, this.#origin);
    this.#trips = tripsOf(loop, context, this.#origin);
    const { drifts, index } = this.#trips;
    this.#held = [...state.references, ...state.values, ...(drifts && index ? [index] : [])];
    const [only] = this.#held;
    const made: StructType = { kind: "struct", id: shared.freshId(), name: null, isClass: false, fields: this.#held.map((v, i) => ({ name: this.#nameOf(i), type: v.type, optional: false })) };
    this.#type = only !== undefined && this.#held.length === 1 ? only.type : made;
    for (const v of new Set([...this.#held, ...state.carried])) this.#again.set(v, supply.like(v, { mutable: state.carried.includes(v) || v === index }));
  }

  #nameOf(at: number): string {
    const { name } = this.#held[at]!;
    const before = this.#held.slice(0, at).filter((v) => v.name === name).length;
    return before > 0 ? `${name}_${before}` : name;
  }

  // ----------------------------------------------------------------------------------------------- calls

  call(): Region {
    const origin = this.#origin;
    const sweep: Stmt[] = [];
    const reverse: Stmt[] = [];
    const frozen = this.#freeze(sweep, reverse);
    const before = this.#context.supply.fresh("before", this.#type);
    if (this.#held.length > 0) sweep.push(define(before, this.#copied((v) => use(v), sweep), origin));
    const entered = this.#moving.enter(sweep);
    sweep.push(...withoutBreaks(withoutUnread(this.#swept(this.#loop.body), variablesDeclared(this.#loop.body))));
    const left = this.#moving.leave(sweep);
    const cotangent = this.#moving.take(left, reverse);
    this.#resume(use(before), reverse);
    const next = this.#reverseTrip(frozen, cotangent, reverse);
    if (next.isQuiet) return { sweep: withoutBreaks(this.#loop.body), reverse: [] };
    this.#moving.add(entered, next.cotangent, reverse);
    this.#moving.clear(left, reverse);
    return { sweep, reverse };
  }

  // ----------------------------------------------------------------------------------------------- loops

  loop(slots: number | null): Region {
    const { supply, isKept } = this.#context;
    const origin = this.#origin;
    const trips = this.#trips;
    const sweep: Stmt[] = [...trips.before];
    const reverse: Stmt[] = [];
    const frozen = this.#freeze(sweep, reverse);
    const schedule = supply.fresh("checkpoints", SCHEDULE);
    const given = slots === null ? [] : [constant(slots)];
    // trips that start from nothing need no states, and none of them runs again before another
    const isKeeping = this.#held.length > 0;
    if (isKeeping) sweep.push(trips.known === null ? this.#ask("onlineCheckpoints", given, schedule) : this.#ask("binomialCheckpoints", [trips.known, ...given], schedule));
    const states = supply.fresh("states", { kind: "array", array: "Array", element: this.#type });
    if (isKeeping) sweep.push(define(states, { kind: "array", elements: [], type: states.type }, origin));
    const entered = this.#moving.enter(sweep);
    const atStart: Stmt[] = [];
    const number = trips.number(atStart);
    this.#keep(use(schedule), use(states), number, (v) => use(v), atStart);
    // nothing is kept in the sweep for a reverse of its own
    sweep.push(...withoutUnread([trips.loop(atStart, (part) => this.#swept(part))], variablesDeclared([this.#loop])), ...trips.after);
    const left = this.#moving.leave(sweep);
    this.#exchange.leave(sweep);

    this.#exchange.take(reverse);
    const cotangent = this.#moving.take(left, reverse);
    const passed = cotangent === null ? null : carriedBar(cotangent, this.#context, reverse, origin);
    let [used, held]: readonly Var[] = [schedule, states];
    if (isKept && isKeeping) {
      [used, held] = [supply.like(schedule), supply.like(states)];
      reverse.push(this.#ask("copyCheckpoints", [use(schedule)], used!));
      reverse.push(define(held!, this.#isFilled ? runtime("snapshot", [use(states)], states.type) : { kind: "copy", source: use(states), start: null, end: null, type: states.type }, origin));
    }
    this.#makeRoom(reverse);
    const body: Stmt[] = [];
    const trip = trips.isIndex && trips.index ? supply.like(trips.index, { mutable: false }) : supply.fresh("trip", REAL);
    const [slot, from, state] = [supply.fresh("slot", REAL), supply.fresh("from", REAL), supply.fresh("state", this.#type)];
    if (isKeeping) body.push(this.#ask("restartAt", [use(used!), use(trip)], slot), this.#ask("restartedFrom", [use(used!)], from));
    if (isKeeping) body.push(define(state, load(element(use(held!), use(slot)), this.#type), origin));
    this.#resume(use(state), body);
    if (isKeeping) body.push(this.#advance(use(from), use(trip), use(used!), use(held!), frozen));
    const next = this.#reverseTrip(this.#indexed(frozen, use(trip), body), passed?.now ?? null, body);
    if (next.isQuiet) return { sweep: [{ ...this.#loop }], reverse: [] };
    if (passed !== null && next.cotangent !== null) passed.set(next.cotangent, body);
    const last = this.#context.flatten(op("-", [trips.total, ONE]), reverse, "last", origin);
    reverse.push({ kind: "loop", header: { kind: "counted", index: trip, start: last, stop: ZERO, compare: ">=", step: -1 }, body, origin });
    this.#moving.add(entered, passed?.now ?? null, reverse);
    return { sweep, reverse };
  }

  #ask(name: string, args: readonly Expr[], result: Var): Stmt {
    return { ...runtimeCall(name, args, this.#origin), result } as Stmt;
  }

  /** keeps a copy of the state before a trip, if it is due */
  #keep(schedule: Expr, states: Expr, trip: Expr, valueOf: (v: Var) => Expr, out: Stmt[]): void {
    const { supply } = this.#context;
    const slot = supply.fresh("slot", REAL);
    const isDue = supply.fresh("isDue", BOOLEAN);
    if (this.#held.length === 0) return;
    const kept: Stmt[] = [];
    const copied = this.#copied(valueOf, kept);
    const copy = supply.fresh("state", this.#type);
    kept.push(define(copy, copied, this.#origin), store(element(states, use(slot)), use(copy), this.#origin));
    out.push(this.#ask("keepAt", [schedule, trip], slot), define(isDue, op(">=", [use(slot), ZERO], BOOLEAN), this.#origin));
    out.push(branch(use(isDue), this.#isFilled ? this.#filled(load(element(states, use(slot)), { kind: "nullable", inner: this.#type, nothing: ["undefined"] }, true), kept, valueOf) : kept, [], this.#origin));
  }

  /** a slot that held a state before is filled anew: typed arrays take longer to make than to fill */
  #filled(slot: Expr, fresh: Block, valueOf: (v: Var) => Expr): Block {
    const { supply } = this.#context;
    const origin = this.#origin;
    const held = supply.fresh("kept", typeOf(slot));
    const filling = this.#held.flatMap((v, i): Block => {
      if (this.#held.length > 1 && !isReference(v.type)) return [store(field(use(held), this.#nameOf(i)), valueOf(v), origin)];
      const array = supply.like(v, { mutable: false });
      const set: Stmt = { kind: "mutate", operation: "set", array: use(array), args: [valueOf(v)], result: null, origin };
      return [define(array, this.#held.length === 1 ? use(held) : load(field(use(held), this.#nameOf(i)), v.type), origin), set];
    });
    const isEmpty = supply.fresh("isEmpty", BOOLEAN);
    const out: Stmt[] = [define(held, slot, origin), define(isEmpty, op("isNullish", [use(held)], BOOLEAN), origin)];
    const [first] = this.#pair;
    if (first === undefined) return [...out, branch(use(isEmpty), fresh, filling, origin)];
    // buffers of two lengths are in the slot in one order or the other
    const isFresh = supply.fresh("isFresh", BOOLEAN, true);
    const other: Stmt[] = [];
    const kept = supply.like(first, { mutable: false });
    other.push(define(kept, load(field(use(held), this.#nameOf(this.#held.indexOf(first))), first.type), origin));
    const differ = this.#differ(use(kept), valueOf(first), other);
    other.push(assign(isFresh, differ, origin));
    return [...out, define(isFresh, constant(true), origin), branch(use(isEmpty), [], other, origin), branch(use(isFresh), fresh, filling, origin)];
  }

  #differ(a: Expr, b: Expr, out: Stmt[]): Expr {
    const [one, two] = [a, b].map((x) => this.#context.flatten(length(x), out, "length", this.#origin));
    return this.#context.flatten(op("!==", [one!, two!], BOOLEAN), out, "differ", this.#origin);
  }

  /** runs the trips from one up to another again */
  #advance(from: Expr, to: Expr, schedule: Expr, states: Expr, frozen: Renaming): Stmt {
    const { supply } = this.#context;
    const { isIndex, index, drifts, step, body } = this.#trips;
    const origin = this.#origin;
    const at = isIndex && index ? supply.like(index, { mutable: false }) : supply.fresh("at", REAL);
    const out: Stmt[] = [];
    this.#keep(schedule, states, use(at), (v) => use(this.#again.get(v)!), out);
    out.push(...this.#unwritten(this.#cloned(body, this.#indexed(frozen, use(at), out)).clones));
    if (drifts && index) {
      const own = this.#again.get(index)!;
      const next = supply.fresh(index.name, REAL);
      out.push(define(next, op("+", [use(own), constant(step)]), origin), assign(own, use(next), origin));
    }
    return { kind: "loop", header: { kind: "counted", index: at, start: from, stop: to, compare: "<", step: 1 }, body: out, origin };
  }

  /** the index of a counted loop in a trip of this number */
  #indexed(renaming: Renaming, trip: Expr, out: Stmt[]): Renaming {
    const { index, isIndex, drifts, indexAt } = this.#trips;
    if (index === null) return renaming;
    if (isIndex) return new Map([...renaming, [index, trip]]);
    const named = this.#context.supply.like(index, { mutable: false });
    out.push(define(named, drifts ? use(this.#again.get(index)!) : indexAt(trip, out), this.#origin));
    return new Map([...renaming, [index, use(named)]]);
  }

  // ----------------------------------------------------------------------------------------------- the state

  /** the sweep of a part of the loop: the primal, with companions only where references move */
  #swept(part: Block): Block {
    return this.#moving.isEmpty && this.#exchange.isEmpty ? part : planRegion(part, this.#context.within(null)).sweep;
  }

  /** copies, for all trips, of what only the code after the loop changes */
  #freeze(sweep: Stmt[], reverse: Stmt[]): Renaming {
    const renaming: Renaming = new Map();
    for (const v of this.#state.frozen) {
      const held = this.#context.supply.like(v, { mutable: false });
      sweep.push(define(held, runtime("snapshot", [use(v)], v.type), this.#origin));
      // facts know the variable of the second run by the one of the first; the copy is nothing that they know
      const again = this.#context.supply.like(held);
      reverse.push(define(again, use(held), this.#origin));
      renaming.set(v, use(again));
      this.#context.originals.set(again, this.#context.original(v));
      if (this.#context.hasCompanion(use(v))) this.#context.setCompanion(again, this.#context.companion(use(v)));
    }
    return renaming;
  }

  /** a copy of the state that shares nothing with it */
  #copied(valueOf: (v: Var) => Expr, out: Stmt[]): Expr {
    const part = (v: Var): Expr => {
      if (!this.#isCopied(v)) return valueOf(v);
      const copy = this.#context.supply.like(v, { mutable: false });
      out.push(define(copy, { kind: "copy", source: valueOf(v), start: null, end: null, type: v.type }, this.#origin));
      return use(copy);
    };
    const [only] = this.#held;
    const parts = this.#held.map(part);
    const isDeep = !this.#state.areApart;
    if (this.#held.length === 1 && only) return isDeep ? runtime("snapshot", [parts[0]!], this.#type) : parts[0]!;
    const struct: Expr = { kind: "struct", type: this.#type, fields: parts.map((value, i) => ({ name: this.#nameOf(i), value })) };
    if (!isDeep) return struct;
    const state = this.#context.supply.fresh("state", this.#type);
    out.push(define(state, struct, this.#origin));
    return runtime("snapshot", [use(state)], this.#type);
  }

  /** typed arrays that trips work on in place: all second runs work on one array, since making them takes longer than filling them */
  #makeRoom(out: Stmt[]): void {
    for (const v of this.#state.references) {
      if (!this.#isRefilled(v)) continue;
      const room = this.#pair.includes(v) ? this.#context.supply.fresh(`${v.name}Room`, v.type, true) : this.#again.get(v)!;
      out.push(define(room, { kind: "copy", source: use(v), start: null, end: null, type: v.type }, this.#origin));
      this.#room.set(v, room);
    }
  }

  #isRefilled(v: Var): boolean {
    return this.#pair.includes(v) || (!this.#state.carried.includes(v) && this.#isCopied(v) && isTyped(v.type));
  }

  /** two buffers: those of one length are as good as each other, and of two lengths it is seen which is which */
  get #pair(): readonly Var[] {
    const all = [...this.#state.exchanged.keys()];
    return all.length === 2 && all.every((v) => isTyped(v.type) && this.#isCopied(v)) ? all : [];
  }

  /** puts the room for two buffers in the order of their lengths */
  #arrange(kept: (v: Var) => Expr, out: Stmt[]): void {
    const [first, second] = this.#pair.map((v) => this.#room.get(v));
    if (first === undefined || second === undefined) return;
    const found = this.#context.supply.like(first, { mutable: false });
    out.push(define(found, kept(this.#pair[0]!), this.#origin));
    const [held, other] = [first, second].map((v) => this.#context.supply.like(v, { mutable: false }));
    const change = [define(held!, use(first), this.#origin), define(other!, use(second), this.#origin), assign(first, use(other!), this.#origin), assign(second, use(held!), this.#origin)];
    out.push(branch(this.#differ(use(first), use(found), out), change, [], this.#origin));
  }

  get #isFilled(): boolean {
    return this.#state.references.length > 0 && this.#state.references.every((v) => this.#isRefilled(v));
  }

  /** the variables of a second run, from a state that was kept */
  #resume(kept: Expr, out: Stmt[]): void {
    const { carried, areApart } = this.#state;
    const origin = this.#origin;
    let state = kept;
    if (!areApart) {
      const copy = this.#context.supply.fresh("state", this.#type);
      out.push(define(copy, runtime("snapshot", [kept], this.#type), origin));
      state = use(copy);
    }
    this.#arrange((v) => load(field(state, this.#nameOf(this.#held.indexOf(v))), v.type), out);
    this.#held.forEach((v, i) => {
      const read = this.#held.length === 1 ? state : load(field(state, this.#nameOf(i)), v.type);
      const found = this.#context.supply.like(v, { mutable: false });
      out.push(define(found, read, origin));
      const room = this.#room.get(v);
      if (room !== undefined) {
        out.push({ kind: "mutate", operation: "set", array: use(room), args: [use(found)], result: null, origin });
        if (room !== this.#again.get(v)) out.push(define(this.#again.get(v)!, use(room), origin));
      } else out.push(define(this.#again.get(v)!, this.#isCopied(v) ? { kind: "copy", source: use(found), start: null, end: null, type: v.type } : use(found), origin));
    });
    for (const v of carried) if (!this.#held.includes(v)) out.push(define(this.#again.get(v)!, this.#nothing(v), origin));
  }

  /** is it copied on its own? */
  #isCopied(v: Var): boolean {
    return isReference(v.type) && this.#state.areApart && !this.#state.shared.has(v);
  }

  /** what stands in a variable that a trip sets before anybody reads it */
  #nothing(v: Var): Expr {
    return v.type.kind === "real" ? ZERO : v.type.kind === "boolean" ? constant(false) : constant(undefined);
  }

  // ----------------------------------------------------------------------------------------------- second runs

  /** sweeps and reverses one trip, whose state stands in the variables of the second run */
  #reverseTrip(renaming: Renaming, cotangent: Expr | null, out: Stmt[]): { readonly isQuiet: boolean; readonly cotangent: Expr | null } {
    const { originals } = this.#context;
    for (const [v, again] of this.#again) {
      originals.set(again, this.#context.original(v));
      this.#context.joinStarts.set(again, this.#nothing(v));
      if (this.#context.isActive(use(v))) this.#context.bars.set(again, this.#context.bar(v));
      if (isReference(v.type) && this.#context.hasCompanion(use(v)) && !this.#state.moving.includes(v) && !this.#state.exchanged.has(v)) this.#context.setCompanion(again, this.#context.companion(use(v)));
    }
    this.#moving.begin(this.#again, out);
    this.#exchange.begin(this.#again, out);
    const { clones, names } = this.#cloned(this.#trips.body, renaming);
    const trip = this.#context.renamed(names, () => planRegion(clones, this.#context.within(null)));
    if (trip.reverse.length === 0 && this.#moving.isEmpty && this.#exchange.isEmpty) return { isQuiet: true, cotangent: null };
    out.push(...this.#unwritten(trip.sweep));
    this.#moving.seed(cotangent, this.#again, out);
    out.push(...trip.reverse);
    this.#exchange.end(out);
    return { isQuiet: false, cotangent: this.#moving.end(out) };
  }

  /** what a trip does, for a second run: fresh variables, no exits, nothing said or thrown */
  #cloned(block: Block, renaming: Renaming): { readonly clones: Block; readonly names: Renaming } {
    const { supply, originals, statementOrigins } = this.#context;
    const names: Renaming = new Map(renaming);
    for (const [v, again] of this.#again) if (!names.has(v)) names.set(v, use(again));
    const trace = new Map<Stmt, Stmt>();
    const clones = cloneBlock(block, names, supply, trace);
    for (const [v, e] of names) if (e.kind === "var") originals.set(e.variable, this.#context.original(v));
    for (const [clone, of] of trace) statementOrigins.set(clone, this.#context.originalStmt(of));
    return { clones: this.#quiet(clones, true), names };
  }

  #quiet(block: Block, isOwn: boolean): Block {
    return block.flatMap((s): Block => {
      if (s.kind === "exit") return isOwn ? [] : [s];
      if (s.kind === "throw" || (s.kind === "call" && s.callee.kind === "external" && isSpoken(s.callee))) return [];
      if (blocks(s).length === 0) return [s];
      const made = mapStmt(s, (e) => e, (b) => this.#quiet(b, isOwn && s.kind !== "loop"));
      if (made !== s) this.#context.statementOrigins.set(made, this.#context.originalStmt(s));
      return [made];
    });
  }

  /** without the stores to memory that no trip reads: the first run made them */
  #unwritten(block: Block): Block {
    const { silent } = this.#state;
    const isSilent = (s: Stmt): boolean => (s.kind === "store" || s.kind === "accumulate") && s.place.kind !== "cell" && this.#context.statementOrigins.has(s)
      && [...this.#context.objects(s.place.base)].every((o) => silent.has(o));
    return silent.size === 0 ? block : block.flatMap((s): Block => (isSilent(s) ? [] : [mapStmt(s, (e) => e, (b) => this.#unwritten(b))]));
  }
}

const isTyped = (t: Type): boolean => t.kind === "array" && t.array !== "Array" && t.array !== "Tape";
