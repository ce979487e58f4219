// A block that a pass is making. It knows which variables it declares, so that nobody searches it for a declaration: a block may
// have thousands of statements, and as many ask.
// Assumes that a variable is declared once.
import type { Block, Stmt, Var } from "../ir/ir.ts";

type Declaration = Stmt & { readonly kind: "let" };

export class GrowingBlock {
  readonly #statements: Stmt[] = [];
  readonly #declarations = new Map<Var, Declaration>();
  readonly #dropped = new Set<Stmt>();

  push(s: Stmt): void {
    this.#statements.push(s);
    if (s.kind === "let" && s.variable.mutable) this.#declarations.set(s.variable, s);
  }

  /** where the block itself, not one around or inside it, declares a variable that is assigned */
  declaration(v: Var): Declaration | null {
    return this.#declarations.get(v) ?? null;
  }

  /** takes a declaration out again */
  drop(declaration: Declaration): void {
    this.#declarations.delete(declaration.variable);
    this.#dropped.add(declaration);
  }

  /** is what would follow never run? */
  get isOver(): boolean {
    const last = this.#statements.at(-1);
    return last !== undefined && (last.kind === "exit" || last.kind === "throw");
  }

  statements(): Block {
    return this.#dropped.size === 0 ? this.#statements : this.#statements.filter((s) => !this.#dropped.has(s));
  }
}
