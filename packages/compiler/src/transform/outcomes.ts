// Functions that stay calls, for calls of them under a handler: variants that return what they throw.
import type { Func, FuncId, Type } from "../ir/ir.ts";
import type { Supply } from "../ir/build.ts";
import { cloneFunc } from "../ir/clone.ts";
import { UNKNOWN } from "./catcher.ts";
import { type Outcome, outcomeType } from "./handlers.ts";
import { thrownTypes } from "./throws.ts";

/** what a compilation knows of functions */
interface Known {
  readonly supply: Supply;
  /** a function that stays a call, as it was before it was normalized */
  readonly sourceOf: (id: FuncId) => Func | undefined;
  readonly structured: (id: FuncId) => Func | undefined;
  readonly keep: (func: Func) => void;
  readonly normalize: (func: Func, outcome: Outcome) => Func;
}

export class Outcomes {
  readonly #known: Known;
  readonly #made = new Map<FuncId, Outcome | null>();
  readonly #unforeseen = new Set<Outcome>();

  constructor(known: Known) {
    this.#known = known;
  }

  /** what a compilation that this one goes on from has made */
  takeOver(from: Outcomes): void {
    for (const [id, outcome] of from.#made) this.#made.set(id, outcome);
  }

  /** the variant of a function; null where it throws nothing */
  of(id: FuncId): Outcome | null {
    const made = this.#made.get(id);
    if (made !== undefined) return made;
    const func = this.#known.sourceOf(id);
    const types = this.typesOf(id);
    if (func && types.length > 0) return this.#make(func, types);
    this.#made.set(id, null);
    return null;
  }

  /** what a function may throw, itself or through what it calls */
  typesOf(id: FuncId): readonly Type[] {
    const { sourceOf, structured, supply } = this.#known;
    return thrownTypes(id, (f) => (sourceOf(f) ?? structured(f))?.body, supply);
  }

  /** notes that a variant throws more than its types say */
  unforeseen(outcome: Outcome): void {
    this.#unforeseen.add(outcome);
  }

  #make(func: Func, types: readonly Type[]): Outcome {
    const before = new Set(this.#made.keys());
    const outcome = outcomeType(func, types, -3_000_000 - this.#made.size);
    this.#made.set(func.id, outcome);
    const variant = { ...cloneFunc(func, new Map(), this.#known.supply), id: outcome.id };
    this.#known.keep(variant); // known while its own body is normalized
    this.#known.keep(this.#known.normalize(variant, outcome));
    if (!this.#unforeseen.delete(outcome)) return outcome;
    // what it calls was inlined meanwhile, and more may be missing there than in the source: once more, with all that knows of this outcome
    for (const other of this.#made.keys()) if (!before.has(other)) this.#made.delete(other);
    return this.#make(func, [...types, UNKNOWN]);
  }
}
