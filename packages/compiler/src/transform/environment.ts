// What versioning knows while it walks a function: the current value of each source variable, and which variables are read later.
// Both answer in about constant time however long the function is: a branch takes back what it set instead of copying the
// environment, and liveness is asked of positions in the text instead of being kept as a set for each statement.
import type { Block, Expr, Stmt, Var } from "../ir/ir.ts";
import { Trail } from "../ir/scoped.ts";
import { visitVariables } from "../ir/variables.ts";
import { blocks, eachExpression } from "../ir/walk.ts";

/** the current value of each source variable, as an atom; absent: the variable stands for itself */
export class Environment {
  readonly #values = new Map<Var, Expr>();
  /** how many source variables each variable stands for */
  readonly #holders = new Map<Var, number>();
  readonly #trail = new Trail<readonly [Var, Expr | undefined]>();

  get(v: Var): Expr | undefined {
    return this.#values.get(v);
  }

  has(v: Var): boolean {
    return this.#values.has(v);
  }

  set(v: Var, value: Expr): void {
    this.#trail.note(() => [v, this.#values.get(v)]);
    this.#put(v, value);
  }

  delete(v: Var): void {
    const before = this.#values.get(v);
    if (before === undefined) return;
    this.#trail.note(() => [v, before]);
    this.#put(v, undefined);
  }

  /** is the variable the current value of any source variable? */
  holds(value: Var): boolean {
    return (this.#holders.get(value) ?? 0) > 0;
  }

  /** a point that `undo` comes back to */
  mark(): number {
    return this.#trail.mark();
  }

  undo(mark: number): void {
    this.#trail.undo(mark, ([v, before]) => { this.#put(v, before); });
  }

  #put(v: Var, value: Expr | undefined): void {
    const before = this.#values.get(v);
    if (before?.kind === "var") this.#holders.set(before.variable, this.#holders.get(before.variable)! - 1);
    if (value?.kind === "var") this.#holders.set(value.variable, (this.#holders.get(value.variable) ?? 0) + 1);
    if (value === undefined) this.#values.delete(v);
    else this.#values.set(v, value);
  }
}

/** is the variable read later on? */
export type IsLive = (v: Var) => boolean;

/** Where the body of a function reads each variable: statements are numbered in the order of the text, once somebody asks. */
export class Reads {
  readonly #body: Block;
  readonly #at = new Map<Var, number[]>();
  readonly #ranges = new Map<Stmt, readonly [start: number, end: number]>();
  #next = 0;

  /** no statement object stands twice in the block */
  constructor(body: Block) {
    this.#body = body;
  }

  #rangeOf(s: Stmt): readonly [start: number, end: number] {
    if (this.#next === 0) this.#block(this.#body);
    return this.#ranges.get(s)!;
  }

  #block(block: Block): void {
    for (const s of block) {
      const start = this.#next++;
      eachExpression(s, (e) => { visitVariables(e, (v) => { this.#read(v, start); }); });
      for (const b of blocks(s)) this.#block(b);
      this.#ranges.set(s, [start, this.#next]);
    }
  }

  #read(v: Var, at: number): void {
    const known = this.#at.get(v);
    if (known === undefined) this.#at.set(v, [at]);
    else if (known[known.length - 1] !== at) known.push(at);
  }

  /** is a variable read in the block? */
  inside(block: Block): IsLive {
    const first = block[0];
    if (first === undefined) return () => false;
    const [start] = this.#rangeOf(first);
    const [, end] = this.#rangeOf(block[block.length - 1]!);
    return (v) => firstFrom(this.#at.get(v), start) < end;
  }

  /** for each statement of a block what is read after it, before being set again by the block itself; `live`: after the block */
  after(block: Block, live: IsLive): (s: Stmt) => IsLive {
    let kills: Map<Var, number[]> | null = null;
    return (s) => (v) => {
      kills ??= this.#kills(block);
      const [, end] = this.#rangeOf(block[block.length - 1]!);
      const [, from] = this.#rangeOf(s);
      const read = firstFrom(this.#at.get(v), from);
      const killed = firstFrom(kills.get(v), from);
      if (read < end && read <= killed) return true;
      return killed === Infinity && live(v);
    };
  }

  #kills(block: Block): Map<Var, number[]> {
    const found = new Map<Var, number[]>();
    for (const s of block) {
      if (s.kind !== "let" && s.kind !== "assign") continue;
      const [at] = this.#rangeOf(s);
      const known = found.get(s.variable);
      if (known === undefined) found.set(s.variable, [at]);
      else known.push(at);
    }
    return found;
  }
}

/** the first of ascending numbers that is not below `from`; Infinity if there is none */
function firstFrom(ascending: readonly number[] | undefined, from: number): number {
  if (ascending === undefined) return Infinity;
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! < from) low = middle + 1;
    else high = middle;
  }
  return ascending[low] ?? Infinity;
}
