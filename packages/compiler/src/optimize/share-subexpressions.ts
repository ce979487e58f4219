// Shares subexpressions: what is computed twice from the same operands is computed once, where it is needed first.
// Assumes the versioned stage. Loads are shared as long as nothing between may change their place; values of inner blocks are
// not seen outside. Derivative code repeats much of its primal: here it meets it again.
import type { Block, Expr, Func, Place, Stmt, Var } from "../ir/ir.ts";
import { length, use } from "../ir/build.ts";
import { assignedInside, holdsClosures, visitClosures } from "../ir/variables.ts";
import { blocks, mapStmt, operands } from "../ir/walk.ts";
import { LiveSet, ScopedMap } from "../ir/scoped.ts";
import { allocates, isCommutative, isDerivative, isRealTyped, isTemporary, sameType } from "../ir/facts.ts";
import { type Accesses, Memory } from "./memory.ts";
import { replaceVariables } from "./rewrite.ts";

export function shareSubexpressions(func: Func): Func {
  const sharer = new Sharer(func);
  const body = sharer.block(func.body, new Table());
  if (sharer.replaced.size === 0) return func;
  return sharer.finish({ ...func, body });
}

interface Available {
  readonly variable: Var;
  /** what must stay as it is; null where nothing can change */
  readonly reads: Accesses | null;
}

/** what is at hand: fixed values of all blocks around, and loads that may go stale; blocks take back what they add and forget */
class Table {
  readonly #fixed = new ScopedMap<string, Available>();
  readonly #loads = new ScopedMap<string, Available>();
  /** the keys of loads, in the order in which they came */
  readonly #keys = new LiveSet<string>();

  get(key: string): Available | undefined {
    return this.#loads.get(key) ?? this.#fixed.get(key);
  }

  set(key: string, value: Available): void {
    if (value.reads === null) { this.#fixed.set(key, value); return; }
    this.#loads.set(key, value);
    this.#keys.add(key);
  }

  forget(isStale: (reads: Accesses) => boolean): void {
    for (const key of this.#keys.keys()) {
      const reads = this.#loads.get(key)?.reads;
      if (!reads || !isStale(reads)) continue;
      this.#loads.delete(key);
      this.#keys.delete(key);
    }
  }

  within<T>(run: () => T): T {
    const marks = [this.#fixed.mark(), this.#loads.mark(), this.#keys.mark()] as const;
    const made = run();
    this.#fixed.undo(marks[0]);
    this.#loads.undo(marks[1]);
    this.#keys.undo(marks[2]);
    return made;
  }
}

class Sharer {
  /** a variable that is not defined any more → the one that holds its value */
  readonly replaced = new Map<Var, Var>();
  readonly #memory: Memory;
  readonly #ids = new Map<Var, number>();
  /** a better name for a variable that took the place of others */
  readonly #renamed = new Map<Var, Var>();

  /** joins that are not assigned any more, neither further down nor by another trip of a loop around */
  readonly #settled = new Set<Var>();
  /** a statement → the joins of its block that it is the last to set */
  readonly #settledBy = new Map<Stmt, Var[]>();

  constructor(func: Func) {
    this.#memory = new Memory(func);
    this.#findSetters(func.body);
  }

  /** one walk: what assigns a join is, for the block that declares it, the statement of that block around the assignment */
  #findSetters(body: Block): void {
    const isPlain = !holdsClosures(body);
    const around: Stmt[] = [];
    const levels = new Map<Var, number>();
    const setters = new Map<Var, Stmt>();
    const set = (v: Var): void => {
      const setter = around[levels.get(v) ?? -1];
      if (setter) setters.set(v, setter);
    };
    const visit = (block: Block): void => {
      const own: Var[] = [];
      for (const s of block) {
        if (s.kind === "let" && s.variable.mutable) {
          levels.set(s.variable, around.length);
          own.push(s.variable);
          setters.delete(s.variable);
        }
        const inner = blocks(s);
        if (inner.length > 0) around.push(s);
        if (s.kind === "assign") set(s.variable);
        if (around.length > 0 && !isPlain) visitClosures(s, (f) => { assignedInside(f).forEach(set); });
        if (inner.length === 0) continue;
        inner.forEach(visit);
        around.pop();
      }
      for (const v of own) levels.delete(v);
    };
    visit(body);
    for (const [v, s] of setters) {
      const known = this.#settledBy.get(s);
      if (known) known.push(v);
      else this.#settledBy.set(s, [v]);
    }
  }

  block(block: Block, table: Table): Block {
    const out: Stmt[] = [];
    for (const given of block) {
      const s = this.#measured(given, table);
      const key = s.kind === "let" && !s.variable.mutable && !this.#memory.isMutable(s.variable) ? this.#key(s.value) : null;
      if (s.kind === "let" && key !== null && this.#share(s.variable, key, table)) continue;
      const again = s.kind === "loop" || s.kind === "try";
      if (again) this.#forget(table, s);
      out.push(mapStmt(s, (e) => e, (b) => table.within(() => this.block(b, table))));
      if (!again) this.#forget(table, s);
      for (const v of this.#settledBy.get(s) ?? []) this.#settled.add(v);
      if (s.kind === "let" && key !== null) this.#remember(s.variable, s.value, key, table);
      if (s.kind === "let" && !s.variable.mutable) this.#rememberLength(s.variable, s.value, table);
    }
    return out;
  }

  #share(v: Var, key: string, table: Table): boolean {
    const known = table.get(key);
    if (!known || !sameType(known.variable.type, v.type)) return false;
    this.replaced.set(v, known.variable);
    const named = this.#renamed.get(known.variable) ?? known.variable;
    if (legibility(named) < legibility(v)) this.#renamed.set(known.variable, v);
    return true;
  }

  #remember(v: Var, value: Expr, key: string, table: Table): void {
    table.set(key, { variable: v, reads: this.#changeable(this.#memory.reads(value)) });
  }

  /** null where nothing that is read can change: whatever is not null is looked at by every statement that writes */
  #changeable(reads: Accesses): Accesses | null {
    return reads.everything || reads.places.length > 0 || [...reads.variables].some((x) => !this.#settled.has(x)) ? reads : null;
  }

  /** a fresh array is as long as it was asked to be, or as what it is made after */
  #rememberLength(array: Var, value: Expr, table: Table): void {
    if (array.type.kind !== "array") return;
    const own = length(use(array));
    const key = this.#key(own);
    if (key === null) return;
    if (value.kind === "new" && value.length.kind === "var" && !value.length.variable.mutable) table.set(key, { variable: this.#follow(value.length.variable), reads: this.#changeable(this.#memory.reads(own)) });
    if (value.kind !== "zeros" || value.like.kind !== "var" || value.like.variable.mutable || value.like.variable.type.kind !== "array") return;
    const [a, b] = [this.#memory.reads(own), this.#memory.reads(length(value.like))];
    table.set(`as long as ${key}`, { variable: value.like.variable, reads: this.#changeable({ ...a, places: [...a.places, ...b.places], everything: a.everything || b.everything }) });
  }

  /** the length of an array that was made after another is asked of that one */
  #measured(s: Stmt, table: Table): Stmt {
    if (s.kind !== "let" || s.value.kind !== "length") return s;
    const like = table.get(`as long as ${this.#key(s.value) ?? ""}`);
    return like ? this.#measured({ ...s, value: length(use(like.variable)) }, table) : s;
  }

  #forget(table: Table, s: Stmt): void {
    const writes = this.#memory.writes(s);
    if (!writes.everything && writes.places.length === 0 && writes.variables.size === 0) return;
    table.forget((reads) => this.#memory.conflict(reads, writes));
  }

  /** equal keys, equal values; null where each evaluation counts */
  #key(e: Expr): string | null {
    if (e.kind === "const" || e.kind === "var" || allocates(e)) return null;
    // TypeScript follows a test of `typeof x`, and not one of a name for it
    if (e.kind === "op" && e.op === "typeof") return null;
    return this.#text(e);
  }

  #text(e: Expr): string | null {
    switch (e.kind) {
      case "const": return `${typeof e.value}:${Object.is(e.value, -0) ? "-0" : String(e.value)}`;
      case "var": return `v${this.#id(e.variable)}`;
      case "function": return `f:${e.func}`;
      case "op": {
        const args = this.#texts(e.args);
        if (args === null) return null;
        if (e.args.length === 2 && isCommutative(e.op) && isRealTyped(...e.args) && args[1]! < args[0]!) args.reverse();
        return `${e.op}(${args.join()})`;
      }
      case "load": {
        const place = this.#place(e.place);
        return place === null || allocates(e) ? null : `load ${place}${e.mayMiss ? "?" : ""}`;
      }
      case "length": return this.#wrapped("length", e);
      case "runtime": return this.#wrapped(`runtime ${e.name}`, e);
      default: return null;
    }
  }

  #wrapped(head: string, e: Expr): string | null {
    const args = this.#texts(operands(e));
    return args === null ? null : `${head}(${args.join()})`;
  }

  #texts(es: readonly Expr[]): string[] | null {
    const texts = es.map((e) => this.#text(e));
    return texts.includes(null) ? null : (texts as string[]);
  }

  #place(p: Place): string | null {
    switch (p.kind) {
      case "cell": return `cell ${p.cell.file}#${p.cell.name}`;
      case "field": { const base = this.#text(p.base); return base === null ? null : `${base}.${p.field}`; }
      case "element": { const parts = this.#texts([p.base, p.index]); return parts === null ? null : `${parts[0]}[${parts[1]}]`; }
    }
  }

  #id(v: Var): number {
    const of = this.#follow(v);
    let id = this.#ids.get(of);
    if (id === undefined) this.#ids.set(of, (id = this.#ids.size));
    return id;
  }

  #follow(v: Var): Var {
    const to = this.replaced.get(v);
    return to ? this.#follow(to) : v;
  }

  finish(func: Func): Func {
    const named = (v: Var): Var => { const to = this.#follow(v); return this.#renamed.get(to) ?? to; };
    const rename = (b: Block): Block => b.map((s) => {
      const inner = mapStmt(s, (e) => e, rename);
      const better = inner.kind === "let" ? this.#renamed.get(inner.variable) : undefined;
      return inner.kind === "let" && better ? { ...inner, variable: better } : inner;
    });
    return replaceVariables({ ...func, body: rename(func.body) }, (v) => { const to = named(v); return to === v ? undefined : use(to); });
  }
}

/** how well a name reads: a person's, a derivative's, none */
const legibility = (v: Var): number => (isTemporary(v) ? 0 : isDerivative(v) ? 1 : 2);
