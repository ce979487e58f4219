// Interference: which variables hold different values at the same time, and so cannot become one variable.
// Assumes the versioned stage. Only the given candidates are looked at. A run of assignments of atoms counts as one parallel copy.
import type { Block, Expr, Func, Stmt, Var } from "../ir/ir.ts";
import { isAtom } from "../ir/build.ts";
import { expressions, operands, variablesRead } from "../ir/walk.ts";

export interface Interference {
  between(a: Var, b: Var): boolean;
  neighbors(v: Var): ReadonlySet<Var>;
}

type Live = Set<Var>;

export function findInterference(func: Func, candidates: ReadonlySet<Var>): Interference {
  const walker = new Walker(candidates);
  const live: Live = new Set();
  if (func.result) walker.read(func.result, live);
  walker.block(func.body, live, null);
  const params = func.params.map((p) => p.variable);
  for (const a of params) for (const b of params) walker.separate(a, b);
  const none: ReadonlySet<Var> = new Set();
  return {
    between: (a, b) => walker.edges.get(a)?.has(b) ?? false,
    neighbors: (v) => walker.edges.get(v) ?? none,
  };
}

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
  readonly edges = new Map<Var, Set<Var>>();
  readonly #candidates: ReadonlySet<Var>;

  constructor(candidates: ReadonlySet<Var>) {
    this.#candidates = candidates;
  }

  separate(a: Var, b: Var): void {
    if (a === b || !this.#candidates.has(a) || !this.#candidates.has(b)) return;
    this.#edge(a, b);
    this.#edge(b, a);
  }

  #edge(a: Var, b: Var): void {
    const known = this.edges.get(a);
    if (known) known.add(b);
    else this.edges.set(a, new Set([b]));
  }

  read(e: Expr, live: Live): void {
    if (e.kind === "var") { if (this.#candidates.has(e.variable)) live.add(e.variable); }
    else if (e.kind === "closure") for (const v of variablesRead([{ kind: "throw", value: e, origin: e.func.origin }])) { if (this.#candidates.has(v)) live.add(v); }
    else for (const o of operands(e)) this.read(o, live);
  }

  /** `v` gets a value of its own while `live` are in use; a copy may share with its source */
  #define(v: Var, source: Expr | null, live: Live): void {
    if (!this.#candidates.has(v)) return;
    const same = source?.kind === "var" ? source.variable : null;
    for (const other of live) if (other !== same) this.separate(v, other);
  }

  /** turns what is live after the block into what is live before it */
  block(block: Block, live: Live, atBreak: ReadonlySet<Var> | null): void {
    const startOf = new Map([...copyRuns(block)].map(([start, end]) => [end - 1, start]));
    for (let i = block.length - 1; i >= 0; i--) {
      const start = startOf.get(i);
      if (start === undefined) { this.#statement(block[i]!, live, atBreak); continue; }
      this.#copies(block.slice(start, i + 1), live);
      i = start;
    }
  }

  #copies(run: Block, live: Live): void {
    const assigns = run.filter((s) => s.kind === "assign");
    for (const a of assigns) {
      this.#define(a.variable, a.value, live);
      for (const b of assigns) this.separate(a.variable, b.variable);
    }
    for (const a of assigns) live.delete(a.variable);
    for (const a of assigns) this.read(a.value, live);
  }

  #statement(s: Stmt, live: Live, atBreak: ReadonlySet<Var> | null): void {
    switch (s.kind) {
      case "let": case "assign":
        this.#define(s.variable, s.value, live);
        live.delete(s.variable);
        break;
      case "call": case "mutate":
        if (s.result) { this.#define(s.result, null, live); live.delete(s.result); }
        break;
      case "if": {
        const other = new Set(live);
        this.block(s.then, live, atBreak);
        this.block(s.else, other, atBreak);
        for (const v of other) live.add(v);
        break;
      }
      case "loop": this.#loop(s, live); break;
      case "exit": {
        live.clear();
        if (s.exit.kind !== "return") for (const v of atBreak ?? []) live.add(v);
        break;
      }
      case "throw": live.clear(); break;
      case "try": {
        if (s.finalizer) this.block(s.finalizer, live, atBreak);
        const handled = new Set(live);
        if (s.handler) this.block(s.handler, handled, atBreak);
        for (const v of handled) live.add(v);
        this.block(s.body, live, atBreak);
        for (const v of handled) live.add(v);
        break;
      }
      case "block": this.block(s.body, live, atBreak); break;
      default: break;
    }
    for (const e of expressions(s)) this.read(e, live);
  }

  #loop(s: Stmt & { readonly kind: "loop" }, live: Live): void {
    const after: ReadonlySet<Var> = new Set(live);
    const head: Live = s.header.kind === "counted" ? new Set(after) : new Set();
    // the emitted loop looks at its bound again in each trip
    for (const e of expressions(s)) this.read(e, head);
    for (let size = -1; size !== head.size;) {
      size = head.size;
      const body = new Set(head);
      this.block(s.body, body, after);
      if (s.header.kind === "counted") { this.#define(s.header.index, null, body); body.delete(s.header.index); }
      for (const v of body) head.add(v);
    }
    for (const v of head) live.add(v);
    if (s.header.kind !== "counted") for (const v of live) if (!head.has(v)) live.delete(v);
  }
}
