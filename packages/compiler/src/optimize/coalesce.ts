// Coalesces: a join, its snapshots, the values assigned to it and its initial value become one variable again, as the user wrote it,
// where their lives do not overlap. What remains of copies are the real ones (a swap keeps its temporary).
// Assumes the versioned stage; the result has variables that are assigned in place, but operands are still atoms.
import type { Block, Expr, Func, Origin, Stmt, Var } from "../ir/ir.ts";
import { assign, define, type Supply, use } from "../ir/build.ts";
import { invariant } from "../diagnostics/diagnostic.ts";
import { mapStmt } from "../ir/walk.ts";
import { replaceVariables } from "./rewrite.ts";
import { copyRuns, findLives, Lives } from "./interference.ts";
import { findRelations, type Relations } from "./relations.ts";
import { sameType } from "../ir/facts.ts";

export function coalesce(func: Func, supply: Supply): Func {
  const relations = findRelations(func);
  const classes = new Classes(func, relations);
  for (const [a, b] of relations.pairs) classes.unite(a, b);
  for (const [a, b] of relations.versions) classes.unite(a, b);
  const rewriter = new Rewriter(classes.variables(supply), supply);
  const body = rewriter.block(func.body);
  const replaced = replaceVariables({ ...func, body }, (v) => { const to = rewriter.target(v); return to ? use(to) : undefined; });
  return { ...replaced, params: func.params.map((p) => ({ ...p, variable: rewriter.target(p.variable) ?? p.variable })) };
}

/** what stands for a member of a class, and whether the member's definition declares it */
type Variables = ReadonlyMap<Var, { readonly variable: Var; readonly declares: boolean }>;

interface Class {
  readonly members: Var[];
  readonly lives: Lives;
  /** the member that is defined first: its definition is the declaration */
  root: Var;
}

class Classes {
  readonly #of = new Map<Var, Class>();
  readonly #relations: Relations;
  readonly #lives: ReadonlyMap<Var, Lives>;

  constructor(func: Func, relations: Relations) {
    this.#relations = relations;
    this.#lives = findLives(func, new Set([...relations.pairs, ...relations.versions].flat()));
  }

  #class(v: Var): Class {
    let found = this.#of.get(v);
    if (!found) this.#of.set(v, (found = { members: [v], root: v, lives: this.#lives.get(v) ?? new Lives() }));
    return found;
  }

  unite(a: Var, b: Var): void {
    const first = this.#class(a);
    const second = this.#class(b);
    if (first === second || !sameType(a.type, b.type)) return;
    const [small, large] = first.members.length <= second.members.length ? [first, second] : [second, first];
    if (small.lives.meet(large.lives)) return;
    // each root is visible to all members of its class
    const root = this.#relations.isBefore(first.root, second.root) ? first.root : second.root;
    if (!this.#relations.isVisible(root, first.root) || !this.#relations.isVisible(root, second.root)) return;
    large.lives.include(small.lives);
    large.members.push(...small.members);
    large.root = root;
    for (const v of small.members) this.#of.set(v, large);
  }

  /** one variable for each class of several members */
  variables(supply: Supply): Variables {
    const found = new Map<Var, { variable: Var; declares: boolean }>();
    for (const group of new Set(this.#of.values())) {
      if (group.members.length < 2) continue;
      const variable = supply.like(this.#relations.speaker(group.members), { mutable: true });
      for (const v of group.members) found.set(v, { variable, declares: v === group.root });
    }
    return found;
  }
}

class Rewriter {
  readonly #variables: Variables;
  readonly #supply: Supply;

  constructor(variables: Variables, supply: Supply) {
    this.#variables = variables;
    this.#supply = supply;
  }

  target(v: Var): Var | undefined {
    return this.#variables.get(v)?.variable;
  }

  /** the variable that an atom names in the end */
  #atom(e: Expr): Expr {
    const to = e.kind === "var" ? this.target(e.variable) : undefined;
    return to ? use(to) : e;
  }

  block(block: Block): Block {
    const out: Stmt[] = [];
    const runs = copyRuns(block);
    for (let i = 0; i < block.length; i++) {
      const s = block[i]!;
      const end = runs.get(i);
      if (end !== undefined) {
        out.push(...this.#copies(block.slice(i, end)));
        i = end - 1;
      } else if (s.kind === "let") out.push(...this.#let(s));
      else if (s.kind === "assign") out.push({ ...s, variable: this.target(s.variable) ?? s.variable });
      else if ((s.kind === "call" || s.kind === "mutate") && s.result) out.push(...this.#result(s, s.result));
      else out.push(mapStmt(s, (e) => e, (b) => this.block(b)));
    }
    return out;
  }

  #let(s: Stmt & { readonly kind: "let" }): Block {
    const to = this.#variables.get(s.variable);
    if (!to) return [s];
    const value = this.#atom(s.value);
    if (value.kind === "var" && value.variable === to.variable) return [];
    return [to.declares ? define(to.variable, s.value, s.origin) : assign(to.variable, s.value, s.origin)];
  }

  /** a call declares its result; what that is united with gets it right after */
  #result(s: Stmt & { readonly kind: "call" | "mutate" }, result: Var): Block {
    const to = this.#variables.get(result);
    if (!to) return [s];
    const fresh = this.#supply.like(result, { mutable: false });
    return [{ ...s, result: fresh }, to.declares ? define(to.variable, use(fresh), s.origin) : assign(to.variable, use(fresh), s.origin)];
  }

  /** a parallel copy, one assignment after another: first those whose variable no other one reads */
  #copies(run: Block): Block {
    interface Move { readonly to: Var; from: Expr; readonly origin: Origin }
    let moves: Move[] = [];
    for (const s of run) {
      invariant(s.kind === "assign", "coalesce", "a copy is an assignment");
      const move = { to: this.target(s.variable) ?? s.variable, from: this.#atom(s.value), origin: s.origin };
      if (move.from.kind !== "var" || move.from.variable !== move.to) moves.push(move);
    }
    const out: Stmt[] = [];
    while (moves.length > 0) {
      const free = moves.find((m) => !moves.some((n) => n !== m && n.from.kind === "var" && n.from.variable === m.to));
      if (free) {
        out.push(assign(free.to, free.from, free.origin));
        moves = moves.filter((m) => m !== free);
        continue;
      }
      // a cycle: keep the value of one variable aside
      const { to, origin } = moves[0]!;
      const aside = this.#supply.like(to, { mutable: false });
      out.push(define(aside, use(to), origin));
      for (const m of moves) if (m.from.kind === "var" && m.from.variable === to) m.from = use(aside);
    }
    return out;
  }
}
