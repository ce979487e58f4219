// Writes IR by hand, for the tests of the back end: short names for the constructors, blocks as lists, spans that grow.
import type { Block, Expr, Func, Origin, Param, Place, Stmt, Type, Var } from "../../packages/compiler/src/ir/ir.ts";
import { assign, BOOLEAN, branch, constant, define, element, load, op, REAL, store, Supply, use } from "../../packages/compiler/src/ir/build.ts";

export const FLOATS: Type = { kind: "array", array: "Float64Array", element: REAL };
export const NUMBERS: Type = { kind: "array", array: "Array", element: REAL };
export const ROWS: Type = { kind: "array", array: "Array", element: NUMBERS };

export const POINT: Type = { kind: "struct", id: 1, name: null, isClass: false, fields: [{ name: "p", type: REAL, optional: false }, { name: "q", type: REAL, optional: false }] };
export const EFFECT: Type = { kind: "function", params: [REAL], result: REAL };

const COMPARISONS: ReadonlySet<string> = new Set(["<", "<=", ">", ">=", "===", "!==", "!", "&&", "||"]);

export class Writer {
  readonly supply: Supply = new Supply();
  #at = 0;

  /** the origin of a statement of its own */
  statement(...comments: readonly string[]): Origin {
    this.#at += 10;
    return { span: { file: "test.ts", start: this.#at, end: this.#at + 8 }, comments };
  }

  /** a name that ends in Bar or Dot makes a derivative */
  variable(name: string, type: Type = REAL): Var {
    return this.supply.deriving(() => this.supply.fresh(name, type));
  }

  join(name: string, type: Type = REAL): Var {
    return this.supply.deriving(() => this.supply.fresh(name, type, true));
  }

  let(v: Var, value: Expr, origin: Origin = this.statement()): Stmt {
    return define(v, value, origin);
  }

  set(v: Var, value: Expr, origin: Origin = this.statement()): Stmt {
    return assign(v, value, origin);
  }

  if(test: Var, then: Block, otherwise: Block = [], origin: Origin = this.statement()): Stmt {
    return branch(use(test), then, otherwise, origin);
  }

  for(index: Var, start: Expr, stop: Expr, body: Block, origin: Origin = this.statement()): Stmt {
    return { kind: "loop", header: { kind: "counted", index, start, stop, compare: "<", step: 1 }, body, origin };
  }

  down(index: Var, start: Expr, stop: Expr, body: Block, origin: Origin = this.statement()): Stmt {
    return { kind: "loop", header: { kind: "counted", index, start, stop, compare: ">=", step: -1 }, body, origin };
  }

  forever(body: Block, origin: Origin = this.statement()): Stmt {
    return { kind: "loop", header: { kind: "forever" }, body, origin };
  }

  break(origin: Origin = this.statement()): Stmt {
    return { kind: "exit", exit: { kind: "break", target: { label: "loop" } }, origin };
  }

  store(base: Var, index: Expr, value: Expr, origin: Origin = this.statement()): Stmt {
    return store(element(use(base), index), value, origin);
  }

  add(base: Var, index: Expr, value: Expr, origin: Origin = this.statement()): Stmt {
    return { kind: "accumulate", place: element(use(base), index), value, origin };
  }

  func(name: string, params: readonly Var[], body: Block, result: Expr | null, resultType: Type = REAL): Func {
    const origin: Origin = { span: { file: "test.ts", start: 0, end: 1_000_000 }, comments: [] };
    return { id: name, name, params: params.map(parameter), body, result, resultType, resultText: null, origin };
  }
}

const parameter = (variable: Var): Param => ({ variable, name: variable.name, typeText: null, optional: false, rest: false });

export const $ = use;
export const num = (value: number): Expr => constant(value);
export const ops = (name: string, ...args: readonly Expr[]): Expr => op(name, args, COMPARISONS.has(name) ? BOOLEAN : REAL);
export const at = (base: Var, index: Expr, type: Type = REAL): Expr => load(element(use(base), index), type);
export const dot = (base: Expr, field: string): Place => ({ kind: "field", base, field });
