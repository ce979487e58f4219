// Ownership: allocations that only their own variable (and rows loaded from it) can reach while the function runs. Nothing else
// in the program sees what is stored there, so stores to them disturb nobody and may be dead.
// Assumes any stage after structuring. Says "not owned" when in doubt.
import type { Expr, Func, Stmt, Var } from "../ir/ir.ts";
import { readInside } from "../ir/variables.ts";
import { eachExpression, eachOperand, expressions, operands, placeOperands, visitStatements } from "../ir/walk.ts";
import { typeOf } from "../ir/build.ts";
import { asksForKey, isReferenceType } from "../ir/facts.ts";

export interface Ownership {
  /** the owned allocation that the reference comes from, or null */
  rootOf(e: Expr): Var | null;
  /** the allocations that the function hands out at its end */
  readonly returned: ReadonlySet<Var>;
}

/** how a reference is used: navigated, handed out when the function ends, or let out of sight */
type Context = "base" | "result" | "escape";

const known = new WeakMap<Func, Ownership>();

/** found once for each function: passes that change nothing hand it on */
export function findOwnership(func: Func): Ownership {
  const before = known.get(func);
  if (before !== undefined) return before;
  const finder = new Finder(func);
  finder.scan(func);
  const found = finder.result();
  known.set(func, found);
  return found;
}

/** comparing and testing lets nothing out */
const INSPECTING: ReadonlySet<string> = new Set(["===", "!==", "==", "!=", "isNullish", "truthy", "typeof", "Array.isArray", "instanceof", "!"]);

class Finder {
  /** variable → the allocation at its root; allocations are their own root */
  readonly #roots = new Map<Var, Var>();
  /** allocations whose inner references are fresh too */
  readonly #deep = new Set<Var>();
  readonly #escaped = new Set<Var>();
  readonly #returned = new Set<Var>();
  /** objects that are only part of the function's result */
  readonly #resultParts: ReadonlySet<Var>;

  constructor(func: Func) {
    this.#resultParts = partsOfResult(func);
    visitStatements(func.body, (s) => { if (s.kind === "let" && !s.variable.mutable) this.#define(s.variable, s.value); });
  }

  result(): Ownership {
    const rootOf = (e: Expr): Var | null => {
      const root = this.#root(e);
      return root && !this.#escaped.has(root) ? root : null;
    };
    return { rootOf, returned: this.#returned };
  }

  #define(v: Var, value: Expr): void {
    switch (value.kind) {
      case "new": case "array": case "struct": case "copy": case "keys": this.#roots.set(v, v); return;
      case "zeros": this.#roots.set(v, v); this.#deep.add(v); return;
      case "view": {
        const root = this.#root(value);
        if (root) this.#roots.set(v, root);
        return;
      }
      case "runtime":
        if (value.name === "zerosLike") { this.#roots.set(v, v); this.#deep.add(v); }
        return;
      case "load": {
        const root = isReferenceType(value.type) ? this.#root(value) : null;
        if (root) this.#roots.set(v, root);
        return;
      }
      default: return;
    }
  }

  #root(e: Expr): Var | null {
    if (e.kind === "var") return this.#roots.get(e.variable) ?? null;
    if (e.kind === "view") return this.#root(e.source);
    if (e.kind !== "load" || e.place.kind === "cell" || !isReferenceType(e.type)) return null;
    const root = this.#root(e.place.base);
    return root && this.#deep.has(root) ? root : null;
  }

  scan(func: Func): void {
    if (this.#roots.size === 0) return;
    visitStatements(func.body, (s) => { this.#statement(s); });
    if (func.result) this.#use(func.result, "result");
  }

  #statement(s: Stmt): void {
    switch (s.kind) {
      case "let":
        if (s.value.kind === "array" || s.value.kind === "struct") return this.#parts(s.value, this.#resultParts.has(s.variable) ? "result" : "escape");
        if ((s.value.kind === "load" || s.value.kind === "view") && this.#roots.has(s.variable)) return this.#use(s.value, "base");
        return this.#use(s.value, "escape");
      case "store": case "accumulate":
        for (const e of placeOperands(s.place)) this.#use(e, "base");
        if (s.place.kind !== "cell" && isReferenceType(typeOf(s.value))) this.#linked(s.place.base);
        return this.#use(s.value, "escape");
      case "mutate":
        this.#use(s.array, s.result && isReferenceType(s.result.type) ? "escape" : "base");
        if (s.args.some((a) => isReferenceType(typeOf(a)))) this.#linked(s.array);
        for (const a of s.args) this.#use(a, "escape");
        return;
      case "if": return this.#use(s.test, "base");
      default:
        for (const e of expressions(s)) this.#use(e, "escape");
    }
  }

  /** once something else stands in it, what is loaded from a structure is not its own any more */
  #linked(base: Expr): void {
    const root = this.#root(base);
    if (root && this.#deep.has(root)) this.#escaped.add(root);
  }

  #parts(e: Expr, context: Context): void {
    for (const part of operands(e)) this.#use(part, context);
  }

  #use(e: Expr, context: Context): void {
    switch (e.kind) {
      case "const": case "function": return;
      case "var": return this.#mark(e, context);
      case "op":
        // a choice between references is another name for both
        for (const a of e.args) this.#use(a, INSPECTING.has(e.op) || asksForKey(e.op) ? "base" : "escape");
        return;
      case "load":
        if (context !== "base") this.#mark(e, context);
        for (const x of placeOperands(e.place)) this.#use(x, "base");
        return;
      case "view": return this.#parts(e, context);
      case "length": case "keys": case "zeros": return this.#parts(e, "base");
      case "copy": return this.#parts(e, e.type.kind === "array" && !isReferenceType(e.type.element) ? "base" : "escape");
      case "array": case "struct": return this.#parts(e, context === "result" ? "result" : "escape");
      case "runtime": return this.#parts(e, e.name === "zerosLike" || e.name === "sortOrder" ? "base" : "escape");
      case "new": case "derivative": return this.#parts(e, "escape");
      case "closure":
        for (const v of readInside(e.func)) this.#mark({ kind: "var", variable: v }, "escape");
    }
  }

  #mark(e: Expr, context: Context): void {
    const root = this.#root(e);
    if (!root || context === "base") return;
    // an inner reference that goes elsewhere takes its whole structure along
    if (context === "escape") this.#escaped.add(root);
    else this.#returned.add(root);
  }
}

/** allocations that are used once: as the result, or inside such an allocation */
function partsOfResult(func: Func): Set<Var> {
  const found = new Set<Var>();
  const reads = new Map<Var, number>();
  const count = (e: Expr): void => {
    if (e.kind === "var") { if (definitions.has(e.variable)) reads.set(e.variable, (reads.get(e.variable) ?? 0) + 1); }
    else if (e.kind === "closure") for (const v of readInside(e.func)) reads.set(v, Infinity);
    else eachOperand(e, count);
  };
  const definitions = new Map<Var, Expr>();
  visitStatements(func.body, (s) => { if (s.kind === "let" && (s.value.kind === "array" || s.value.kind === "struct")) definitions.set(s.variable, s.value); });
  if (!func.result || definitions.size === 0) return found;
  visitStatements(func.body, (s) => { eachExpression(s, count); });
  count(func.result);
  const follow = (e: Expr): void => {
    const value = e.kind === "var" && reads.get(e.variable) === 1 ? definitions.get(e.variable) : e;
    if (value?.kind !== "array" && value?.kind !== "struct") return;
    if (e.kind === "var") found.add(e.variable);
    eachOperand(value, follow);
  };
  follow(func.result);
  return found;
}
