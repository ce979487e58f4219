// Literals that hold functions which mention what is declared behind them: an object whose methods know it, directly or in an object or
// an array that it holds. Such functions are data that cannot be made before what they capture, so they are put in once it is there.
import type { Block, Expr, Var } from "../../ir/ir.ts";
import type { Flow } from "./flow.ts";
import type { Alternative, World } from "./world.ts";

/** a part of a literal that waits */
export interface Waiting {
  /** the name of a field, or the index of an element */
  readonly key: string | number;
  readonly value: Expr;
  /** behind whose declaration it can be put in */
  readonly behind: Var;
}

export class Ahead {
  readonly #world: World;
  readonly #flow: Flow;
  /** where the block that is being converted declares its variables */
  #order: ReadonlyMap<Var, number> = new Map();
  #at = 0;

  constructor(world: World, flow: Flow) {
    this.#world = world;
    this.#flow = flow;
  }

  /** converts the statements of a block one by one */
  each<T>(block: Block, convert: (s: Block[number]) => readonly T[]): T[] {
    const [order, at] = [this.#order, this.#at];
    this.#order = new Map(block.flatMap((s, i) => (s.kind === "let" ? [[s.variable, i] as const] : [])));
    const made = block.flatMap((s, i) => {
      this.#at = i;
      return convert(s);
    });
    [this.#order, this.#at] = [order, at];
    return made;
  }

  /** the parts of a literal that capture what is not there yet */
  waiting(literal: Expr): readonly Waiting[] {
    const part = (key: string | number, value: Expr): readonly Waiting[] => {
      const behind = this.#behind(value);
      return behind === null ? [] : [{ key, value, behind }];
    };
    if (literal.kind === "struct") return literal.fields.flatMap((f) => part(f.name, f.value));
    return literal.kind === "array" && !literal.elements.some((x) => x.spread) ? literal.elements.flatMap((x, i) => part(i, x.value)) : [];
  }

  /** the last variable of this block that a function captures and that is not there yet */
  #behind(e: Expr): Var | null {
    let last: Var | null = null;
    for (const v of this.#captured(e, new Set())) {
      const at = this.#order.get(v) ?? -1;
      if (at >= this.#at && (last === null || at > this.#order.get(last)!)) last = v;
    }
    return last;
  }

  #captured(e: Expr, seen: Set<Alternative>): readonly Var[] {
    const known = this.#world.known(e);
    if (!known || seen.has(known.alternative)) return [];
    seen.add(known.alternative);
    return this.#flow.captured(known.alternative).flatMap((k) => {
      const atom = known.atoms[k]!;
      return [...(atom.kind === "var" ? [atom.variable] : []), ...this.#captured(atom, seen)];
    });
  }
}
