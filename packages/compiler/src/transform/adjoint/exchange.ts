// Companions of buffers that change places in a checkpointed loop (live-state.ts). Each array has the companion that it has in the program
// around the loop, whatever variable holds it: after the loop the variables say which is whose, and the reverse of a trip takes the exchange back.
import type { Origin, Stmt, Var } from "../../ir/ir.ts";
import { define, use } from "../../ir/build.ts";
import type { Context } from "./context.ts";
import { carriedBar } from "./moving.ts";

export class Exchange {
  readonly #context: Context;
  readonly #origin: Origin;
  /** variables → whose array each holds after a trip */
  readonly #places: ReadonlyMap<Var, Var>;
  readonly #left = new Map<Var, Var>();
  readonly #passed = new Map<Var, ReturnType<typeof carriedBar>>();
  readonly #found = new Map<Var, Var>();

  constructor(places: ReadonlyMap<Var, Var>, context: Context, origin: Origin) {
    this.#places = places;
    this.#context = context;
    this.#origin = origin;
  }

  get isEmpty(): boolean { return this.#places.size === 0; }

  /** in the sweep after the loop: whose companions these are now */
  leave(sweep: Stmt[]): void {
    for (const v of this.#places.keys()) this.#left.set(v, this.#named(v, this.#context.companion(use(v)), false, sweep));
  }

  /** in reverse before its loop */
  take(out: Stmt[]): void {
    for (const [v, bar] of this.#left) this.#passed.set(v, carriedBar(use(bar), this.#context, out, this.#origin));
  }

  /** before the sweep of a trip that is reversed: what an array is called where the trip begins */
  begin(again: ReadonlyMap<Var, Var>, out: Stmt[]): void {
    for (const [after, before] of this.#places) this.#found.set(before, this.#named(before, this.#passed.get(after)!.now, false, out));
    for (const [v, bar] of this.#found) this.#context.setCompanion(again.get(v)!, use(this.#named(v, use(bar), true, out)));
  }

  /** after its reverse */
  end(out: Stmt[]): void {
    for (const [v, bar] of this.#found) this.#passed.get(v)!.set(use(bar), out);
  }

  #named(v: Var, companion: Parameters<typeof define>[1], mutable: boolean, out: Stmt[]): Var {
    const bar = this.#context.supply.fresh(`${v.name}Bar`, this.#context.companionType(v.type), mutable);
    out.push(define(bar, companion, this.#origin));
    return bar;
  }
}
