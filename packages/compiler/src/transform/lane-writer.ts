// The body of a loop over directions: what other stretches of the text know is read from arrays with an element for each direction, and kept there.
// Assumes statements that all run for each direction, and the arrays of the variables that they share with others. Guarantees structured code.
import type { Block, Expr, Origin, Stmt, Type, Var } from "../ir/ir.ts";
import { define, element, load, type Supply, store, typeOf, use } from "../ir/build.ts";
import { declared, mapStmt, statements, substitute, substituteExpr, variablesRead } from "../ir/walk.ts";

/** the body of a loop over lanes */
export class LaneWriter {
  readonly #lane: Var;
  readonly #stands: Var;
  readonly #held: ReadonlyMap<Var, Var>;
  readonly #given: ReadonlySet<Var>;
  readonly #supply: Supply;

  constructor(lane: Var, stands: Var, held: ReadonlyMap<Var, Var>, given: ReadonlySet<Var>, supply: Supply) {
    this.#given = given;
    this.#lane = lane;
    this.#stands = stands;
    this.#held = held;
    this.#supply = supply;
  }

  body(block: Block): Block {
    const own = new Set(statements(block).flatMap(declared));
    const read = [...variablesRead(block)].filter((v) => this.#held.has(v) && !own.has(v) && !v.mutable).sort((a, b) => a.id - b.id);
    const local = new Map(read.map((v) => [v, this.#supply.like(v)]));
    const entry = read.map((v) => define(local.get(v)!, load(element(use(this.#held.get(v)!), use(this.#lane)), v.type), block[0]!.origin));
    const renamed = substitute(block, (v) => (v === this.#stands ? use(this.#lane) : local.has(v) ? use(local.get(v)!) : undefined));
    return [...entry, ...this.#block(renamed)];
  }

  #block(block: Block): Block {
    return block.flatMap((s) => this.#statement(s));
  }

  #statement(s: Stmt): Block {
    const out: Stmt[] = [];
    // joins are read where they stand
    const read = (e: Expr): Expr => substituteExpr(e, (v) => {
      const held = v.mutable ? this.#held.get(v) : undefined;
      if (!held) return undefined;
      const now = this.#supply.like(v, { mutable: false });
      out.push(define(now, this.#at(held, v.type), s.origin));
      return use(now);
    });
    const mapped = mapStmt(s, read, (b) => this.#block(b));
    switch (mapped.kind) {
      case "let": case "assign": {
        const held = this.#held.get(mapped.variable);
        if (!held || this.#given.has(mapped.variable)) return [...out, mapped];
        if (mapped.variable.mutable) return [...out, ...this.#keep(held, mapped.value, mapped.origin)];
        return [...out, mapped, ...this.#keep(held, use(mapped.variable), mapped.origin)];
      }
      case "mutate": case "call": {
        const held = mapped.result ? this.#held.get(mapped.result) : undefined;
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
