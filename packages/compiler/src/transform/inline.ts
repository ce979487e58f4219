// Inlines calls: functions of the program, closures and derivatives whose target is known where they are called. Function values
// are followed through copies, results of inlined functions and fields of fresh objects. Recursive functions stay calls; a
// recursive closure is lifted to a function that takes its captures as parameters.
// Assumes the structured stage. Guarantees: no call of a closure or derivative is left, or a finding says why.
import type { Block, Callee, Expr, Func, FuncId, Origin, Request, Stmt, Var } from "../ir/ir.ts";
import { assign, define, type Supply, UNDEFINED, use } from "../ir/build.ts";
import { expressions, mapStmt, statements, variablesAssigned, variablesDeclared, variablesRead, visitExpr } from "../ir/walk.ts";
import type { Finding } from "../diagnostics/diagnostic.ts";
import { cloneBlock, cloneExpr, cloneFunc, type Renaming } from "./clone.ts";

export interface InlineContext {
  /** structured functions of the program */
  readonly functionOf: (id: FuncId) => Func | undefined;
  /** functions that call themselves, directly or not */
  readonly isRecursive: (id: FuncId) => boolean;
  /** registers a function that inlining made (a lifted closure) */
  readonly addFunction: (func: Func) => void;
  /** the derivative of a function as a function of the same stage; null after reporting why there is none */
  readonly derive: (target: Func, request: Request, origin: Origin) => Func | null;
  /** why a call cannot be followed */
  readonly unknownCallee: (origin: Origin, callee: Callee) => Finding;
  readonly writesCaptures: (origin: Origin, name: string) => Finding;
  readonly report: (finding: Finding) => void;
  readonly supply: Supply;
}

/** what is known of a variable that holds a function, or an object with functions in it */
type Known =
  | { readonly kind: "closure"; readonly func: Func; readonly holder: Var | null }
  | { readonly kind: "function"; readonly func: FuncId }
  | { readonly kind: "derivative"; readonly request: Request; readonly target: Known }
  | { readonly kind: "object"; readonly fields: ReadonlyMap<string, Known> };

export function inline(func: Func, context: InlineContext): Func {
  const walk = new Inliner(context);
  const body = walk.block(func.body, []);
  return { ...func, body };
}

class Inliner {
  readonly #context: InlineContext;
  readonly #known = new Map<Var, Known>();
  readonly #lifted = new Map<Func, { readonly id: FuncId; readonly captures: readonly Var[] }>();

  constructor(context: InlineContext) {
    this.#context = context;
  }

  block(block: Block, stack: readonly Func[]): Block {
    const out: Stmt[] = [];
    for (const s of block) {
      if (s.kind === "let") this.#learn(s.variable, s.value);
      if (s.kind === "call") { out.push(...this.#call(s, stack)); continue; }
      if (s.kind === "let" && s.value.kind === "runtime") { out.push({ ...s, value: { ...s.value, args: s.value.args.map((a) => this.#withinClosure(a, stack)) } }); continue; }
      out.push(mapStmt(s, (e) => e, (b) => this.block(b, stack)));
    }
    return out;
  }

  /** a closure that stays a value, since the runtime calls it (a comparator): what it calls is inlined in it */
  #withinClosure(e: Expr, stack: readonly Func[]): Expr {
    if (e.kind !== "closure") return e;
    const inner = new Inliner(this.#context);
    for (const [v, k] of this.#known) inner.#known.set(v, k);
    return { ...e, func: { ...e.func, body: inner.block(e.func.body, stack) } };
  }

  #learn(variable: Var, value: Expr): void {
    if (variable.mutable) return;
    const known = this.#knownOf(value, variable);
    if (known) this.#known.set(variable, known);
  }

  #knownOf(e: Expr, holder: Var | null): Known | null {
    switch (e.kind) {
      case "var": return this.#known.get(e.variable) ?? null;
      case "function": return { kind: "function", func: e.func };
      case "closure": return { kind: "closure", func: e.func, holder };
      case "derivative": {
        const target = this.#knownOf(e.target, null);
        return target && { kind: "derivative", request: e.request, target };
      }
      case "struct": {
        const fields = new Map<string, Known>();
        for (const f of e.fields) { const known = this.#knownOf(f.value, null); if (known) fields.set(f.name, known); }
        return fields.size > 0 ? { kind: "object", fields } : null;
      }
      case "array": {
        if (e.elements.some((x) => x.spread)) return null;
        const fields = new Map<string, Known>();
        e.elements.forEach((x, i) => { const known = this.#knownOf(x.value, null); if (known) fields.set(String(i), known); });
        return fields.size > 0 && e.type.kind === "tuple" ? { kind: "object", fields } : null;
      }
      case "load": {
        if (e.place.kind === "cell" || e.place.base.kind !== "var") return null;
        const object = this.#known.get(e.place.base.variable);
        const key = e.place.kind === "field" ? e.place.field : e.place.index.kind === "const" ? String(e.place.index.value) : null;
        return object?.kind === "object" && key !== null ? object.fields.get(key) ?? null : null;
      }
      default: return null;
    }
  }

  #call(s: Stmt & { kind: "call" }, stack: readonly Func[]): Block {
    const { callee, origin } = s;
    if (callee.kind === "external") return [s];
    const known = callee.kind === "function" ? { kind: "function" as const, func: callee.func } : this.#knownOf(callee.value, null);
    if (!known || known.kind === "object") {
      this.#context.report(this.#context.unknownCallee(origin, callee));
      return [s];
    }
    return this.#apply(known, s, stack);
  }

  #apply(known: Exclude<Known, { kind: "object" }>, s: Stmt & { kind: "call" }, stack: readonly Func[]): Block {
    switch (known.kind) {
      case "function": {
        const func = this.#context.functionOf(known.func);
        if (!func) return [s];
        if (this.#context.isRecursive(known.func)) return [{ ...s, callee: { kind: "function", func: known.func } }];
        return this.#expand(func, s, stack);
      }
      case "closure": {
        if (known.holder && variablesRead([{ kind: "throw", value: { kind: "closure", func: known.func, type: { kind: "void" } }, origin: s.origin }]).has(known.holder)) return this.#lift(known.func, known.holder, s);
        return this.#expand(known.func, s, stack);
      }
      case "derivative": {
        const target = this.#materialize(known.target, s.origin);
        const derived = target && this.#context.derive(target, known.request, s.origin);
        // without a derivative there is a finding, and nobody will look at this function again
        return derived ? this.#expand(derived, s, stack) : s.result ? [define(s.result, UNDEFINED, s.origin)] : [];
      }
    }
  }

  /** the function behind a known value, with captured mutable variables made local: entry copy, exit write-back */
  #materialize(known: Known, origin: Origin): Func | null {
    switch (known.kind) {
      case "object": return null;
      case "function": return this.#context.functionOf(known.func) ?? null;
      case "derivative": {
        const target = this.#materialize(known.target, origin);
        return target && this.#context.derive(target, known.request, origin);
      }
      case "closure": {
        const inner = new Inliner(this.#context);
        for (const [v, k] of this.#known) inner.#known.set(v, k);
        return localizeCaptures({ ...known.func, body: inner.block(known.func.body, []) }, this.#context.supply);
      }
    }
  }

  #expand(func: Func, s: Stmt & { kind: "call" }, stack: readonly Func[]): Block {
    if (stack.includes(func)) {
      this.#context.report(this.#context.unknownCallee(s.origin, s.callee));
      return [s];
    }
    const { supply } = this.#context;
    const renaming: Renaming = new Map();
    const assigned = variablesAssigned(func.body);
    const bind: Stmt[] = [];
    func.params.forEach((p, i) => {
      const arg = s.args[i] ?? UNDEFINED;
      if (!assigned.has(p.variable)) {
        renaming.set(p.variable, arg);
        return;
      }
      const local = supply.like(p.variable, { mutable: true });
      renaming.set(p.variable, use(local));
      bind.push(define(local, arg, s.origin));
    });
    const body = this.block(cloneBlock(func.body, renaming, supply), [...stack, func]);
    if (!s.result) return [...bind, ...body];
    const value = func.result ? cloneExpr(func.result, renaming, supply) : UNDEFINED;
    this.#learn(s.result, value);
    return [...bind, ...body, define(s.result, value, s.origin)];
  }

  /** a closure that calls itself becomes a function of the program; what it captures becomes parameters */
  #lift(func: Func, holder: Var, s: Stmt & { kind: "call" }): Block {
    const known = this.#lifted.get(func) ?? this.#makeLifted(func, holder, s.origin);
    if (!known) return [s];
    return [{ ...s, callee: { kind: "function", func: known.id }, args: [...s.args, ...known.captures.map(use)] }];
  }

  #makeLifted(func: Func, holder: Var, origin: Origin): { readonly id: FuncId; readonly captures: readonly Var[] } | null {
    const { supply } = this.#context;
    const captures = capturesOf(func).filter((v) => v !== holder && !this.#known.has(v));
    const written = captures.find((v) => v.mutable);
    if (written) {
      this.#context.report(this.#context.writesCaptures(origin, written.name));
      return null;
    }
    const lifted = { id: `${func.id}$lifted${holder.id}`, captures };
    this.#lifted.set(func, lifted);
    const renaming: Renaming = new Map();
    const extra = captures.map((v) => supply.like(v));
    captures.forEach((v, i) => renaming.set(v, use(extra[i]!)));
    const clone = cloneFunc(func, renaming, supply);
    const redirect = (block: Block): Block => block.map((x) => {
      const mapped = mapStmt(x, (e) => e, redirect);
      if (mapped.kind !== "call" || mapped.callee.kind !== "value" || mapped.callee.value.kind !== "var" || mapped.callee.value.variable !== holder) return mapped;
      return { ...mapped, callee: { kind: "function", func: lifted.id }, args: [...mapped.args, ...extra.map(use)] };
    });
    const params = [...clone.params, ...extra.map((variable) => ({ variable, name: variable.name, typeText: null, optional: false, rest: false }))];
    const inner = new Inliner(this.#context);
    for (const [v, k] of this.#known) inner.#known.set(v, k);
    for (const [f, l] of this.#lifted) inner.#lifted.set(f, l);
    this.#context.addFunction({ ...clone, id: lifted.id, params, body: inner.block(redirect(clone.body), []) });
    return lifted;
  }
}

/** free variables of a function, closures inside included, in the order of their ids */
export function capturesOf(func: Func): Var[] {
  const own = new Set<Var>([...func.params.map((p) => p.variable), ...variablesDeclared(func.body)]);
  const found = new Set<Var>();
  const inFunc = (f: Func, bound: ReadonlySet<Var>): void => {
    const visitVar = (e: Expr): void => {
      if (e.kind === "var" && !bound.has(e.variable)) found.add(e.variable);
      if (e.kind === "closure") inFunc(e.func, new Set([...bound, ...e.func.params.map((p) => p.variable), ...variablesDeclared(e.func.body)]));
    };
    for (const s of statements(f.body)) {
      if (s.kind === "assign" && !bound.has(s.variable)) found.add(s.variable);
      for (const e of expressions(s)) visitExpr(e, visitVar);
    }
    if (f.result) visitExpr(f.result, visitVar);
  };
  inFunc(func, own);
  return [...found].sort((a, b) => a.id - b.id);
}

/** captured variables that the function assigns become locals: read at entry, written back at the end */
export function localizeCaptures(func: Func, supply: Supply): Func {
  const assigned = variablesAssigned(func.body);
  const written = capturesOf(func).filter((v) => assigned.has(v));
  if (written.length === 0) return func;
  const renaming: Renaming = new Map();
  const entry = written.map((v) => {
    const local = supply.like(v, { mutable: true });
    renaming.set(v, use(local));
    return define(local, use(v), func.origin);
  });
  const clone = cloneFunc(func, renaming, supply);
  const exit = written.map((v) => {
    const local = renaming.get(v)!;
    return assign(v, local, func.origin);
  });
  return { ...clone, body: [...entry, ...clone.body, ...exit] };
}
