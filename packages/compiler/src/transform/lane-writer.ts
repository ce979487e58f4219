// The body of a loop over directions: what other stretches of the text know is read from arrays with an element for each direction, and kept there.
// Assumes statements that all run for each direction, and the arrays of the variables that they share with others. Guarantees structured code.
import type { Block, Expr, Origin, Stmt, Type, Var } from "../ir/ir.ts";
import { define, element, load, type Supply, store, typeOf, use } from "../ir/build.ts";
import { variablesRead } from "../ir/variables.ts";
import { declared, mapStmt, statements, substitute, substituteExpr } from "../ir/walk.ts";

/** where the values for all lanes are, of variables that several stretches know */
export interface Known {
  readonly held: ReadonlyMap<Var, Var>;
  /** of those, what was there before: its definition reads it from there */
  readonly given: ReadonlySet<Var>;
  /** what is computed again instead */
  readonly repeated: ReadonlyMap<Var, Expr>;
  /** joins that are set before anything reads them */
  readonly unset: ReadonlySet<Var>;
}

/** the body of a loop over lanes */
export class LaneWriter {
  readonly #lane: Var;
  readonly #stands: Var;
  readonly #known: Known;
  readonly #supply: Supply;

  constructor(lane: Var, stands: Var, known: Known, supply: Supply) {
    this.#lane = lane;
    this.#stands = stands;
    this.#known = known;
    this.#supply = supply;
  }

  body(block: Block): Block {
    const own = new Set(statements(block).flatMap(declared));
    const { held, repeated } = this.#known;
    const read = [...variablesRead(block)].filter((v) => (held.has(v) || repeated.has(v)) && !own.has(v) && !v.mutable).sort((a, b) => a.id - b.id);
    const local = new Map(read.map((v) => [v, this.#supply.like(v)]));
    const here = (v: Var): Expr | undefined => (v === this.#stands ? use(this.#lane) : local.has(v) ? use(local.get(v)!) : undefined);
    const entry = read.map((v) => {
      const again = repeated.get(v);
      return define(local.get(v)!, again ? substituteExpr(again, here) : load(element(use(held.get(v)!), use(this.#lane)), v.type), block[0]!.origin);
    });
    const renamed = substitute(block, here);
    return [...entry, ...this.#block(renamed)];
  }

  #block(block: Block): Block {
    return block.flatMap((s) => this.#statement(s));
  }

  #statement(s: Stmt): Block {
    const out: Stmt[] = [];
    // joins are read where they stand
    const read = (e: Expr): Expr => substituteExpr(e, (v) => {
      const held = v.mutable ? this.#known.held.get(v) : undefined;
      if (!held) return undefined;
      const now = this.#supply.like(v, { mutable: false });
      out.push(define(now, this.#at(held, v.type), s.origin));
      return use(now);
    });
    const mapped = mapStmt(s, read, (b) => this.#block(b));
    switch (mapped.kind) {
      case "let": case "assign": {
        const held = this.#known.held.get(mapped.variable);
        if (!held || this.#known.given.has(mapped.variable)) return [...out, mapped];
        if (mapped.kind === "let" && this.#known.unset.has(mapped.variable)) return out;
        if (mapped.variable.mutable) return [...out, ...this.#keep(held, mapped.value, mapped.origin)];
        return [...out, mapped, ...this.#keep(held, use(mapped.variable), mapped.origin)];
      }
      case "mutate": case "call": {
        const held = mapped.result ? this.#known.held.get(mapped.result) : undefined;
        return [...out, mapped, ...(held && mapped.result ? this.#keep(held, use(mapped.result), mapped.origin) : [])];
      }
      default: return [...out, mapped];
    }
  }

  #at(held: Var, type: Type): Expr {
    return load(element(use(held), use(this.#lane)), type);
  }

  #keep(held: Var, value: Expr, origin: Origin): Block {
    if (value.kind === "var" || value.kind === "const") return [store(element(use(held), use(this.#lane)), value, origin)];
    const made = this.#supply.fresh(held.name.replace(/s$/, ""), typeOf(value));
    return [define(made, value, origin), store(element(use(held), use(this.#lane)), use(made), origin)];
  }
}
