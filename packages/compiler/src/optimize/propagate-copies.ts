// Propagates copies: a single variable that only names a constant or another variable is replaced by it.
// Assumes the versioned stage. A join may stand for its copy where it is settled: outside the statement that assigns it. Snapshots
// inside that statement stay (coalesce.ts unites them with their join).
import type { Block, Expr, Func, Stmt, Var } from "../ir/ir.ts";
import { isAtom, typeOf } from "../ir/build.ts";
import { assignedInside, holdsClosures, variablesAssigned, visitClosures } from "../ir/variables.ts";
import { blocks, mapStmt, statements } from "../ir/walk.ts";
import { sameType } from "../ir/facts.ts";
import { replaceVariables } from "./rewrite.ts";

export function propagateCopies(func: Func): Func {
  const finder = new Finder(func);
  finder.block(func.body, null);
  if (finder.copies.size === 0) return func;
  const dropped = dropCopies(func.body, finder.copies);
  return replaceVariables({ ...func, body: dropped }, (v) => finder.follow(v));
}

class Finder {
  readonly copies = new Map<Var, Expr>();
  /** where the text sets each variable for the last time */
  readonly #lastSet = new Map<Var, number>();
  readonly #order = new Map<Stmt, number>();

  constructor(func: Func) {
    const isPlain = !holdsClosures(func.body);
    for (const s of statements(func.body)) {
      this.#order.set(s, this.#order.size);
      if (s.kind === "assign") this.#lastSet.set(s.variable, this.#order.size - 1);
      if (!isPlain) visitClosures(s, (f) => { for (const v of assignedInside(f)) this.#lastSet.set(v, Infinity); });
    }
  }

  /** what a copy stands for in the end; a chain of copies is walked once */
  follow(v: Var): Expr | undefined {
    const to = this.copies.get(v);
    if (to?.kind !== "var") return to;
    const end = this.follow(to.variable) ?? to;
    this.copies.set(v, end);
    return end;
  }

  /** `open`: the variables that statements around the block assign, all of which the outermost one assigns; null at the top */
  block(block: Block, open: ReadonlySet<Var> | null): void {
    block.forEach((s) => {
      if (s.kind === "let" && this.#isCopy(s, open)) this.copies.set(s.variable, s.value);
      const inner = blocks(s);
      if (inner.length === 0) return;
      const within = open ?? variablesAssigned([s]);
      for (const b of inner) this.block(b, within);
    });
  }

  #isCopy(s: Stmt & { readonly kind: "let" }, open: ReadonlySet<Var> | null): boolean {
    const { variable, value } = s;
    if (!isAtom(value) || this.#lastSet.has(variable)) return false;
    if (value.kind !== "var") return true;
    // a settled variable is not set any more, neither further down nor by another trip of a loop around
    const settled = open?.has(value.variable) !== true && (this.#lastSet.get(value.variable) ?? -1) < (this.#order.get(s) ?? 0);
    // a copy of narrower type tells the type checker what the program knows
    return settled && sameType(typeOf(value), variable.type);
  }
}

function dropCopies(block: Block, copies: ReadonlyMap<Var, Expr>): Block {
  return block.flatMap((s): Stmt[] => (s.kind === "let" && copies.has(s.variable) ? [] : [mapStmt(s, (e) => e, (b) => dropCopies(b, copies))]));
}
