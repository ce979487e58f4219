// Sparse Jacobians by compression (Curtis, Powell and Reid, On the estimation of sparse Jacobian matrices, J. Inst. Math. Appl. 13, 1974): a forward run on
// sets instead of numbers, which tells what each number of the output depends on; groups of columns that have no row in common (or of rows
// that have no column in common, whichever are fewer); and one product for each group.
// Assumes derivatives of a function that may run several times. Guarantees structured code.
import type { Expr, Func, Origin, Stmt, Type, Var } from "../ir/ir.ts";
import { BOOLEAN, constant, define, element, field, isConst, load, ONE, op, REAL, runtime, runtimeCall, type Supply, typeOf, use, VOID, ZERO } from "../ir/build.ts";
import { isReference } from "../analysis/activity.ts";
import { type CompanionTypes, isDifferentiable, NULL } from "./companion.ts";
import { SPARSE_MATRIX } from "./separable.ts";
import { SETS } from "./tangent.ts";

export interface CompressedContext {
  readonly supply: Supply;
  readonly types: CompanionTypes;
}

/** Derivatives of one function, all with respect to the same parameters. */
export interface Products {
  /** (primals, sets, keeper) => [value, sets] */
  readonly traced: Func;
  /** (primals, tangents) => [value, tangent] */
  readonly pushed: Func;
  /** (...args) => [value, pullback]; null for a Hessian, which has the same rows and columns */
  readonly pulled: Func | null;
}

const PLAN: Type = { kind: "struct", id: -4_000_002, name: null, isClass: false, fields: [{ name: "count", type: REAL, optional: false }, { name: "byColumns", type: BOOLEAN, optional: false }] };

/** `target`: the function itself, whose parameters the result has; `earlier`: a matrix whose plan is used again, or nothing */
export function deriveCompressed(target: Func, wrt: readonly number[], earlier: Expr, products: Products, context: CompressedContext): Func {
  return new Compression(target, wrt, earlier, products, context).derive();
}

class Compression {
  readonly #target: Func;
  readonly #wrt: readonly number[];
  readonly #earlier: Expr;
  readonly #products: Products;
  readonly #context: CompressedContext;
  readonly #origin: Origin;

  constructor(target: Func, wrt: readonly number[], earlier: Expr, products: Products, context: CompressedContext) {
    this.#target = target;
    this.#wrt = wrt;
    this.#earlier = earlier;
    this.#products = products;
    this.#context = context;
    this.#origin = target.origin;
  }

  derive(): Func {
    const { traced, pushed, pulled } = this.#products;
    const args = this.#target.params.map((p) => use(p.variable));
    const body: Stmt[] = [];
    const primals = this.#tuple("primals", args, body);
    const { labels, count } = this.#labels(args, body);
    const sets = this.#make("sets", runtime("newDependencies", isConst(this.#earlier) ? [count] : [count, this.#earlier], SETS), body);
    const found = this.#second("found", this.#call(traced, [primals, labels, sets], body), body);
    const plan = this.#make("plan", runtime("compress", [sets, found, constant(pulled === null)], PLAN), body);
    const products = this.#make("products", load(field(plan, "count"), REAL), body);
    const byColumns = this.#loop(plan, products, (color, out) => {
      const seed = this.#make("seed", runtime("seedOf", [plan, color, labels], typeOf(labels)), out);
      return this.#second("product", this.#call(pushed, [primals, seed], out), out);
    });
    if (pulled === null) body.push(byColumns);
    else {
      const byRows: Stmt[] = [];
      const pullback = this.#second("pullback", this.#call(pulled, args, byRows), byRows);
      byRows.push(this.#loop(plan, products, (color, out) => {
        const seed = this.#make("seed", runtime("seedOf", [plan, color, found], typeOf(found)), out);
        return use(this.#apply(pullback, [seed], typeOf(pullback), out));
      }));
      const test = this.#make("byColumns", load(field(plan, "byColumns"), BOOLEAN), body);
      body.push({ kind: "if", test, then: [byColumns], else: byRows, origin: this.#origin });
    }
    const result = this.#make("matrix", runtime("compressedMatrix", [plan], SPARSE_MATRIX), body);
    return { ...this.#target, body, result, resultType: SPARSE_MATRIX, resultText: null };
  }

  /** the number of each number of the input, counted from 1, in the shape of tangents */
  #labels(args: readonly Expr[], out: Stmt[]): { readonly labels: Expr; readonly count: Expr } {
    let count: Expr = ZERO;
    const parts = this.#wrt.map((i): Expr => {
      const arg = args[i];
      const t = arg === undefined ? VOID : typeOf(arg);
      if (arg === undefined || !isDifferentiable(t)) return constant(null);
      const first = count.kind === "const" ? constant(Number(count.value) + 1) : this.#make("first", op("+", [count, ONE]), out);
      if (!isReference(t)) {
        count = first;
        return first;
      }
      const size = this.#make("size", runtime("countNumbers", [arg], REAL), out);
      const labels = this.#make("labels", runtime("positionsLike", [arg, first], this.#context.types.of(t)), out);
      count = count.kind === "const" && count.value === 0 ? size : this.#make("count", op("+", [count, size]), out);
      return labels;
    });
    return { labels: this.#tuple("labels", parts, out), count };
  }

  #loop(plan: Expr, count: Expr, product: (color: Expr, out: Stmt[]) => Expr): Stmt {
    const color = this.#context.supply.fresh("color", REAL);
    const body: Stmt[] = [];
    const found = product(use(color), body);
    body.push(runtimeCall("collect", [plan, use(color), found], this.#origin));
    return { kind: "loop", header: { kind: "counted", index: color, start: ZERO, stop: count, compare: "<", step: 1 }, body, origin: this.#origin };
  }

  #make(name: string, value: Expr, out: Stmt[]): Expr {
    const made = this.#context.supply.fresh(name, typeOf(value));
    out.push(define(made, value, this.#origin));
    return use(made);
  }

  #tuple(name: string, parts: readonly Expr[], out: Stmt[]): Expr {
    return this.#make(name, { kind: "array", type: { kind: "tuple", elements: parts.map((e) => (e.kind === "const" && e.value === null ? NULL : typeOf(e))) }, elements: parts.map((value) => ({ value, spread: false })) }, out);
  }

  #call(func: Func, args: readonly Expr[], out: Stmt[]): Expr {
    const type: Type = { kind: "function", params: func.params.map((p) => p.variable.type), result: func.resultType };
    return use(this.#apply({ kind: "closure", func, type }, args, type, out));
  }

  #apply(callee: Expr, args: readonly Expr[], type: Type, out: Stmt[]): Var {
    const result = this.#context.supply.fresh("result", type.kind === "function" ? type.result : VOID);
    out.push({ kind: "call", callee: { kind: "value", value: callee }, args, result, origin: this.#origin });
    return result;
  }

  /** the second of a pair */
  #second(name: string, pair: Expr, out: Stmt[]): Expr {
    const t = typeOf(pair);
    return this.#make(name, load(element(pair, ONE), (t.kind === "tuple" ? t.elements[1] : undefined) ?? REAL), out);
  }
}
