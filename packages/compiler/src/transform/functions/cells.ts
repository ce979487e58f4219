// Captured variables that are assigned become cells: objects of one field, named like the variable, which the scope and its
// closures share. Cells that no closure keeps are variables again after promotion.
// Assumes the structured stage. Guarantees that closures capture nothing that is assigned, but for variables of functions around `func`.
import type { Block, Expr, Func, LoopHeader, Origin, Stmt, StructType, Var } from "../../ir/ir.ts";
import { define, field, load, store, type Supply, use } from "../../ir/build.ts";
import { mapOperands, mapStmt, visitExpressions } from "../../ir/walk.ts";
import { capturesOf } from "../../ir/captured.ts";

export function boxCaptured(func: Func, supply: Supply, freshId: () => number): Func {
  const boxed = new Map<Var, Var>();
  const visit = (inner: Func): void => {
    for (const v of capturesOf(inner)) {
      if (!v.mutable || boxed.has(v)) continue;
      const type: StructType = { kind: "struct", id: freshId(), name: null, isClass: false, fields: [{ name: v.name, type: v.type, optional: false }] };
      boxed.set(v, supply.fresh(v.name, type));
    }
  };
  visitExpressions(func.body, (e) => { if (e.kind === "closure") visit(e.func); });
  for (const v of capturesOf(func)) boxed.delete(v);
  return boxed.size === 0 ? func : new Boxes(boxed, supply).func(func);
}

class Boxes {
  readonly #boxed: ReadonlyMap<Var, Var>;
  readonly #supply: Supply;

  constructor(boxed: ReadonlyMap<Var, Var>, supply: Supply) {
    this.#boxed = boxed;
    this.#supply = supply;
  }

  func(func: Func): Func {
    const entry = func.params.flatMap((p) => (this.#boxed.has(p.variable) ? [this.#make(p.variable, use(p.variable), func.origin)] : []));
    const end: Stmt[] = [];
    const body = this.#block(func.body);
    const result = func.result && this.#atom(func.result, end, func.origin);
    return { ...func, body: [...entry, ...body, ...end], result };
  }

  #make(v: Var, value: Expr, origin: Origin): Stmt {
    const cell = this.#boxed.get(v)!;
    return define(cell, { kind: "struct", type: cell.type, fields: [{ name: v.name, value }] }, origin);
  }

  #read(v: Var): Expr {
    const cell = this.#boxed.get(v);
    return cell ? load(field(use(cell), v.name), v.type) : use(v);
  }

  #block(block: Block): Block {
    return block.flatMap((s) => this.#statement(s));
  }

  #statement(s: Stmt): Block {
    const before: Stmt[] = [];
    const { origin } = s;
    if (s.kind === "let" || s.kind === "assign") {
      const value = s.value.kind === "var" ? this.#read(s.value.variable) : this.#operands(s.value, before, origin);
      if (!this.#boxed.has(s.variable)) return [...before, { ...s, value }];
      const held = this.#settle(value, s.variable, before, origin);
      return [...before, s.kind === "let" ? this.#make(s.variable, held, origin) : store(field(use(this.#boxed.get(s.variable)!), s.variable.name), held, origin)];
    }
    const isGeneral = s.kind === "loop" && s.header.kind === "general";
    const mapped = isGeneral ? this.#loop(s) : mapStmt(s, (e) => this.#atom(e, before, origin), (b) => this.#block(b));
    if ((mapped.kind === "call" || mapped.kind === "mutate") && mapped.result && this.#boxed.has(mapped.result)) {
      const result = this.#supply.like(mapped.result, { mutable: false });
      return [...before, { ...mapped, result }, this.#make(mapped.result, use(result), origin)];
    }
    return [...before, mapped];
  }

  #loop(s: Stmt & { readonly kind: "loop" }): Stmt {
    if (s.header.kind !== "general") return s;
    const tail: Stmt[] = [];
    const before = this.#block(s.header.before);
    const test = s.header.test && this.#atom(s.header.test, tail, s.origin);
    const header: LoopHeader = { ...s.header, before: [...before, ...tail], test, update: this.#block(s.header.update) };
    return { ...s, header, body: this.#block(s.body) };
  }

  #settle(value: Expr, like: Var, out: Stmt[], origin: Origin): Expr {
    if (value.kind === "var" || value.kind === "const" || value.kind === "function") return value;
    const held = this.#supply.like(like, { mutable: false });
    out.push(define(held, value, origin));
    return use(held);
  }

  /** an expression of a statement: what it reads from a cell is read right before it */
  #atom(e: Expr, out: Stmt[], origin: Origin): Expr {
    if (e.kind !== "var") return this.#operands(e, out, origin);
    return this.#boxed.has(e.variable) ? this.#settle(this.#read(e.variable), e.variable, out, origin) : e;
  }

  #operands(e: Expr, out: Stmt[], origin: Origin): Expr {
    if (e.kind === "closure") return { ...e, func: this.func(e.func) };
    return mapOperands(e, (x) => this.#atom(x, out, origin));
  }
}
