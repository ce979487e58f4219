// Companions of the part of a checkpointed loop's state in which references move. Outside they are what they always are. A trip that is
// reversed makes its own, as zeros of the state before it; adjoints pass from trip to trip by structure: added to the companions of what the trip
// left behind, read off the companions of what it found. Where objects in it move or arrays change their length, skeletons remember the
// structure (runtime/src/array/skeleton.ts).
import type { Expr, Origin, Stmt, StructType, Type, Var } from "../../ir/ir.ts";
import { assign, define, field, load, runtime, runtimeCall, typeOf, UNDEFINED, use } from "../../ir/build.ts";
import { holdsEntries, zerosOf } from "../companion.ts";
import type { Context } from "./context.ts";
import type { LiveState } from "./live-state.ts";
import { enterAll } from "./runtime.ts";

/** companions of several variables where a statement stands */
interface Held {
  readonly whole: Expr;
  /** remembered, where references in it may have moved by then */
  readonly skeleton: Expr | null;
}

export class Moving {
  readonly #context: Context;
  readonly #origin: Origin;
  readonly #members: readonly Var[];
  /** those that are there when the loop begins */
  readonly #found: readonly Var[];
  readonly #isReshaped: boolean;
  readonly #isFresh: boolean;
  #bars: Held | null = null;

  constructor(state: LiveState, context: Context, origin: Origin) {
    this.#context = context;
    this.#origin = origin;
    this.#members = state.moving;
    this.#isFresh = state.isFresh;
    this.#found = state.moving.filter((v) => state.references.includes(v));
    this.#isReshaped = state.moving.some((v) => { const { moves, resizes } = context.shared.changes(context.original(v)); return moves || resizes; });
  }

  get isEmpty(): boolean { return this.#members.length === 0; }
  get isCarried(): boolean { return this.#found.length > 0; }

  /** in the sweep before the loop: where the adjoints go in the end */
  enter(sweep: Stmt[]): Held | null {
    return this.isCarried ? this.#hold(this.#found, (v) => v, sweep) : null;
  }

  /** in the sweep after it: where they come from */
  leave(sweep: Stmt[]): Held | null {
    return this.isEmpty ? null : this.#hold(this.#members, (v) => v, sweep);
  }

  /** takes the adjoints of what the loop left behind; what nobody else gets at may stay where it is */
  take(left: Held | null, out: Stmt[]): Expr | null {
    if (left === null) return null;
    const { whole, skeleton } = left;
    if (this.#isFresh && skeleton === null) return whole;
    const taken = this.#context.supply.fresh(whole.kind === "var" ? whole.variable.name : "stateBar", typeOf(whole));
    out.push(define(taken, skeleton === null ? runtime("copyOf", [whole], taken.type) : runtime("readSkeleton", [skeleton], taken.type), this.#origin));
    out.push(skeleton === null ? runtimeCall("clear", [whole], this.#origin) : runtimeCall("clearSkeleton", [skeleton], this.#origin));
    return use(taken);
  }

  /** for a record that is reversed again: what stayed where it is starts at zero */
  clear(left: Held | null, out: Stmt[]): void {
    if (left !== null && this.#isFresh && left.skeleton === null && this.#context.isKept) out.push(runtimeCall("clear", [left.whole], this.#origin));
  }

  /** before the sweep of a trip that is reversed: companions of the state that it starts from */
  begin(again: ReadonlyMap<Var, Var>, out: Stmt[]): void {
    const { supply } = this.#context;
    const found = this.#found.map((v) => again.get(v)!);
    if (found.length > 0) {
      const [only] = found;
      const state = found.length === 1 ? use(only!) : this.#whole(this.#found, (v) => use(again.get(v)!), this.#typeOf(this.#found), "state", out);
      const type = this.#context.companionType(typeOf(state));
      const bars = supply.fresh(found.length === 1 ? `${only!.name}Bar` : "stateBar", type);
      out.push(define(bars, zerosOf(state, type), this.#origin));
      this.#bars = { whole: use(bars), skeleton: this.#isReshaped ? this.#skeletonOf(use(bars), out) : null };
    }
    for (const v of this.#members) {
      const to = again.get(v)!;
      const type = this.#context.companionType(v.type);
      const bar = supply.fresh(`${v.name}Bar`, type, to.mutable);
      const part = !this.#found.includes(v) ? UNDEFINED : found.length === 1 ? this.#bars!.whole : load(field(this.#bars!.whole, this.#nameOf(v)), type);
      out.push(define(bar, part, this.#origin));
      this.#context.setCompanion(to, use(bar));
    }
  }

  /** between the sweep and the reverse of a trip: the adjoints of the state that it left */
  seed(cotangent: Expr | null, again: ReadonlyMap<Var, Var>, out: Stmt[]): void {
    if (cotangent === null) return;
    const left = this.#hold(this.#members, (v) => again.get(v)!, out);
    this.add(left, cotangent, out);
  }

  /** after it: the adjoints of the state that the trip started from */
  end(out: Stmt[]): Expr | null {
    if (this.#bars === null) return null;
    const { whole, skeleton } = this.#bars;
    if (skeleton === null) return whole;
    const read = this.#context.supply.fresh("stateBar", typeOf(whole));
    out.push(define(read, runtime("readSkeleton", [skeleton], read.type), this.#origin));
    return use(read);
  }

  add(into: Held | null, cotangent: Expr | null, out: Stmt[]): void {
    if (into === null || cotangent === null) return;
    out.push(into.skeleton === null ? runtimeCall("addInto", [into.whole, cotangent], this.#origin) : runtimeCall("addToSkeleton", [into.skeleton, cotangent], this.#origin));
  }

  /** companions of variables as they are here, under the names that they have there */
  #hold(vars: readonly Var[], named: (v: Var) => Var, out: Stmt[]): Held {
    const type = this.#typeOf(vars);
    const whole = this.#whole(vars, (v) => this.#context.companion(use(named(v))), this.#context.companionType(type), "stateBar", out);
    if (this.#isReshaped && holdsEntries(type)) enterAll(this.#whole(vars, (v) => use(named(v)), type, "state", out), whole, out, this.#context, this.#origin);
    return { whole, skeleton: this.#isReshaped ? this.#skeletonOf(whole, out) : null };
  }

  /** several as fields of an object, one as it is here */
  #whole(vars: readonly Var[], valueOf: (v: Var) => Expr, type: Type, name: string, out: Stmt[]): Expr {
    const [only] = vars;
    const isOne = vars.length === 1;
    const whole = this.#context.supply.fresh(isOne ? (name === "state" ? only!.name : `${only!.name}Bar`) : name, type);
    out.push(define(whole, isOne ? valueOf(only!) : { kind: "struct", type, fields: vars.map((v) => ({ name: this.#nameOf(v), value: valueOf(v) })) }, this.#origin));
    return use(whole);
  }

  readonly #types = new Map<string, Type>();

  #typeOf(vars: readonly Var[]): Type {
    const [only] = vars;
    if (only !== undefined && vars.length === 1) return only.type;
    const key = vars.map((v) => v.id).join();
    const known = this.#types.get(key);
    if (known) return known;
    const type: StructType = { kind: "struct", id: this.#context.shared.freshId(), name: null, isClass: false, fields: vars.map((v) => ({ name: this.#nameOf(v), type: v.type, optional: false })) };
    this.#types.set(key, type);
    return type;
  }

  /** variables of one name are told apart */
  #nameOf(v: Var): string {
    const same = this.#members.filter((x) => x.name === v.name);
    const at = same.indexOf(v);
    return at > 0 ? `${v.name}_${at}` : v.name;
  }

  #skeletonOf(companion: Expr, out: Stmt[]): Expr {
    const skeleton = this.#context.supply.fresh("skeleton", this.#context.shared.types.skeleton(typeOf(companion)));
    out.push(define(skeleton, runtime("skeletonOf", [companion], skeleton.type), this.#origin));
    return use(skeleton);
  }
}

/** a cotangent that trips hand down */
export function carriedBar(cotangent: Expr, context: Context, out: Stmt[], origin: Origin): { readonly now: Expr; readonly set: (next: Expr, out: Stmt[]) => void } {
  const variable = context.supply.fresh(cotangent.kind === "var" ? cotangent.variable.name : "stateBar", typeOf(cotangent), true);
  out.push(define(variable, cotangent, origin));
  return { now: use(variable), set: (next, into) => { into.push(assign(variable, next, origin)); } };
}
