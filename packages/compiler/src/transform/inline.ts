// Inlines calls: functions of the program, closures and derivatives whose target is known where they are called. Function values
// are followed through copies, results of inlined functions and fields of fresh objects. Recursive functions stay calls, and so do long ones where copies would multiply; a
// recursive closure is lifted to a function that takes its captures as parameters.
// Assumes the structured stage. Calls of function values that cannot be followed are left: functions/ turns them into data.
import type { Block, Expr, Func, FuncId, Place, Request, Stmt, Type, Var } from "../ir/ir.ts";
import type { Finding } from "../diagnostics/diagnostic.ts";
import { define, parameterOf, type Supply, typeOf, UNDEFINED, use } from "../ir/build.ts";
import { holdsFunctions } from "../ir/facts.ts";
import { readInside, variablesAssigned } from "../ir/variables.ts";
import { expressions, mapStmt, operands, statements } from "../ir/walk.ts";
import { capturesOf } from "../ir/captured.ts";
import { localizeCaptures } from "./captures.ts";
import { cloneBlock, cloneExpr, cloneFunc, type Renaming } from "../ir/clone.ts";
import { checkpointed } from "./checkpointed.ts";
import { ELEMENTS } from "./functions/classes.ts";
import { everyArgument } from "./rest.ts";
import { withoutFields } from "./drop-methods.ts";
import { dropUnused, hasFunctionValues, isHigherOrder } from "./functions/residue.ts";

export interface InlineContext {
  /** structured functions of the program */
  readonly functionOf: (id: FuncId) => Func | undefined;
  /** functions that call themselves, directly or not, and those that are too long to be copied */
  readonly staysCall: (id: FuncId) => boolean;
  /** registers a function that inlining made (a lifted closure) */
  readonly addFunction: (func: Func) => void;
  /** the derivative of a function as a function of the same stage; null after reporting why there is none */
  readonly derive: (target: Func, request: Request) => Func | null;
  /** functions that call themselves and take or give functions: they stay calls until function values are data */
  readonly isPending: (id: FuncId) => boolean;
  /** does the program store functions under this name of a field, or as elements? */
  readonly isReplaced: (key: string) => boolean;
  readonly report: (finding: Finding) => void;
  readonly supply: Supply;
  /** numbers for types and functions that are made here */
  readonly freshId: () => number;
}

/** The functions whose bodies a statement stands in, as they are written: those that are expanded around it, a closure's from where it was made.
    What a function is handed calls it again without that it calls itself. */
type Around = readonly Func[];

/** what is known of a variable that holds a function, or an object with functions in it */
type Known =
  | { readonly kind: "closure"; readonly func: Func; readonly holder: Var | null; readonly around: Around }
  | { readonly kind: "function"; readonly func: FuncId }
  | { readonly kind: "derivative"; readonly request: Request; readonly target: Known }
  | { readonly kind: "object"; readonly fields: ReadonlyMap<string, Known> };

export function inline(func: Func, context: InlineContext): Func {
  const walk = new Inliner(context);
  const body = walk.block(func.body, []);
  return { ...func, body };
}

// Closures that call closures twice multiply as functions do (ir/inlined-size.ts), but how often is seen only here: where that much
// was copied already, closures that are called this deep inside others stay values, which functions/ turns into data.
const LONGEST_COPY = 3000;
const DEEPEST_COPY = 6;
// Where functions take themselves as arguments, new closures can call each other without end.
const DEEPEST = 100;

/** is a variable an object of which a function reads and writes nothing but data? */
function holdsData(v: Var, func: Func): boolean {
  if (v.mutable || v.type.kind !== "struct" || v.type.isClass) return false;
  const isData = (place: Place, type: Type): boolean => place.kind === "field" && place.base.kind === "var" && place.base.variable === v && !holdsFunctions(type);
  const isMentioned = (e: Expr): boolean => (e.kind === "var" ? e.variable === v : e.kind === "load" && isData(e.place, e.type) ? false : e.kind === "closure" ? readInside(e.func).has(v) : operands(e).some(isMentioned));
  return !statements(func.body).some((s) => ((s.kind === "store" || s.kind === "accumulate") && isData(s.place, typeOf(s.value)) ? isMentioned(s.value) : expressions(s).some(isMentioned))) && (func.result === null || !isMentioned(func.result));
}

/** a closure as a function of the program */
interface Lifted {
  readonly id: FuncId;
  readonly captures: readonly Var[];
}

class Inliner {
  readonly #context: InlineContext;
  /** how many statements were copied from closures */
  #copied = 0;
  /** how many calls are being expanded, one in the other */
  #depth = 0;
  readonly #known = new Map<Var, Known>();
  readonly #lifted = new Map<Func, Lifted>();

  constructor(context: InlineContext) {
    this.#context = context;
  }

  block(block: Block, around: Around): Block {
    const out: Stmt[] = [];
    for (const s of block) {
      if (s.kind === "let") this.#learn(s.variable, s.value, around);
      if (s.kind === "call") { out.push(...this.#call(s, around)); continue; }
      if (s.kind === "let" && s.value.kind === "runtime") { out.push({ ...s, value: { ...s.value, args: s.value.args.map((a) => this.#withinClosure(a, around)) } }); continue; }
      out.push(mapStmt(s, (e) => e, (b) => this.block(b, around)));
    }
    return out;
  }

  /** a closure that stays a value, since the runtime calls it (a comparator): what it calls is inlined in it */
  #withinClosure(e: Expr, around: Around): Expr {
    if (e.kind !== "closure") return e;
    const inner = new Inliner(this.#context);
    for (const [v, k] of this.#known) inner.#known.set(v, k);
    return { ...e, func: { ...e.func, body: inner.block(e.func.body, around) } };
  }

  #learn(variable: Var, value: Expr, around: Around): void {
    if (variable.mutable) return;
    const known = this.#knownOf(value, variable, around);
    if (known) this.#known.set(variable, known);
  }

  #knownOf(e: Expr, holder: Var | null, around: Around): Known | null {
    switch (e.kind) {
      case "var": return this.#known.get(e.variable) ?? null;
      case "function": return { kind: "function", func: e.func };
      case "closure": return { kind: "closure", func: e.func, holder, around };
      case "derivative": {
        const target = this.#knownOf(e.target, null, around);
        return target && { kind: "derivative", request: e.request, target };
      }
      case "struct": {
        const fields = new Map<string, Known>();
        for (const f of e.fields) { const known = this.#knownOf(f.value, null, around); if (known) fields.set(f.name, known); }
        return fields.size > 0 ? { kind: "object", fields } : null;
      }
      case "array": {
        if (e.elements.some((x) => x.spread)) return null;
        const fields = new Map<string, Known>();
        e.elements.forEach((x, i) => { const known = this.#knownOf(x.value, null, around); if (known) fields.set(String(i), known); });
        return fields.size > 0 && e.type.kind === "tuple" ? { kind: "object", fields } : null;
      }
      case "load": {
        if (e.place.kind === "cell" || e.place.base.kind !== "var") return null;
        const object = this.#known.get(e.place.base.variable);
        const key = e.place.kind === "field" ? e.place.field : e.place.index.kind === "const" ? String(e.place.index.value) : null;
        // what is stored somewhere need not be what the literal held
        if (key === null || this.#context.isReplaced(e.place.kind === "field" ? key : ELEMENTS)) return null;
        return object?.kind === "object" ? object.fields.get(key) ?? null : null;
      }
      default: return null;
    }
  }

  #call(s: Stmt & { kind: "call" }, around: Around): Block {
    const { callee } = s;
    if (callee.kind === "external" || callee.kind === "ruled") return [s];
    const known = callee.kind === "function" ? { kind: "function" as const, func: callee.func } : this.#knownOf(callee.value, null, around);
    if (!known || known.kind === "object") return [s];
    return this.#apply(known, s, around);
  }

  #apply(known: Exclude<Known, { kind: "object" }>, s: Stmt & { kind: "call" }, around: Around): Block {
    switch (known.kind) {
      case "function": {
        const func = this.#context.functionOf(known.func);
        if (!func) return [s];
        if (this.#context.isPending(known.func)) return [{ ...s, callee: { kind: "function", func: known.func } }];
        if (this.#context.staysCall(known.func)) return [{ ...s, callee: { kind: "function", func: known.func } }];
        return this.#expand(func, s, around);
      }
      case "closure": {
        if (known.holder && readInside(known.func).has(known.holder)) return this.#lift(known.func, known.holder, s);
        if (this.#depth >= DEEPEST || (this.#copied > LONGEST_COPY && this.#depth >= DEEPEST_COPY)) return [s];
        this.#copied += known.func.body.length;
        return this.#expand(known.func, s, around, known.around);
      }
      case "derivative": {
        if (known.request.operator === "checkpoint") {
          const { target } = known;
          return target.kind === "object" ? [s] : checkpointed(s, (call) => this.#apply(target, call, around), this.#context);
        }
        const target = this.#materialize(known.target);
        if (target && this.#isUnsettled(target)) return [s];
        const derived = target && this.#context.derive(target, known.request);
        // without a derivative there is a finding, and nobody will look at this function again
        return derived ? this.#expand(derived, s, around) : s.result ? [define(s.result, UNDEFINED, s.origin)] : [];
      }
    }
  }

  /** the function behind a known value, with captured mutable variables made local: entry copy, exit write-back */
  #materialize(known: Known): Func | null {
    switch (known.kind) {
      case "object": return null;
      case "function": return this.#context.functionOf(known.func) ?? null;
      case "derivative": {
        const target = this.#materialize(known.target);
        return known.request.operator === "checkpoint" ? target : target && this.#context.derive(target, known.request);
      }
      case "closure": {
        const inner = new Inliner(this.#context);
        for (const [v, k] of this.#known) inner.#known.set(v, k);
        return localizeCaptures({ ...known.func, body: inner.block(known.func.body, []) }, this.#context.supply);
      }
    }
  }

  #expand(func: Func, s: Stmt & { kind: "call" }, around: Around, outside: Around = around): Block {
    if (around.includes(func)) return [s];
    const { supply } = this.#context;
    const renaming: Renaming = new Map();
    const assigned = variablesAssigned(func.body);
    const bind: Stmt[] = [];
    const args = everyArgument(func.params, s.args, supply, bind, s.origin);
    func.params.forEach((p, i) => {
      const arg = args[i]!;
      if (!assigned.has(p.variable)) {
        renaming.set(p.variable, arg);
        return;
      }
      const local = supply.like(p.variable, { mutable: true });
      renaming.set(p.variable, use(local));
      bind.push(define(local, arg, s.origin));
    });
    const inside = [...outside, func];
    this.#depth++;
    const body = this.block(cloneBlock(func.body, renaming, supply), inside);
    this.#depth--;
    if (!s.result) return [...bind, ...body];
    const value = func.result ? cloneExpr(func.result, renaming, supply) : UNDEFINED;
    this.#learn(s.result, value, inside);
    return [...bind, ...body, define(s.result, value, s.origin)];
  }

  /** a closure that calls itself becomes a function of the program; what it captures becomes parameters */
  #lift(func: Func, holder: Var, s: Stmt & { kind: "call" }): Block {
    const known = this.#lifted.get(func) ?? this.#makeLifted(func, holder);
    return known ? this.#callLifted(func, known, s) : [s];
  }

  /** what is captured follows the arguments, so each parameter needs one */
  #callLifted(func: Func, { id, captures }: Lifted, s: Stmt & { kind: "call" }): Block {
    const out: Stmt[] = [];
    const args = everyArgument(func.params, s.args, this.#context.supply, out, s.origin);
    return [...out, { ...s, callee: { kind: "function", func: id }, args: [...args, ...captures.map(use)] }];
  }

  /** `objects`: captured for what they hold besides functions, which are known */
  #makeLifted(func: Func, holder: Var, objects: readonly Var[] = []): Lifted | null {
    const { supply } = this.#context;
    const captures = [...this.#capturesThrough(func, new Set([holder])), ...objects];
    if (captures.some((v) => v.mutable)) return null;
    const lifted = { id: `${func.id}$lifted${holder.id}`, captures };
    this.#lifted.set(func, lifted);
    const renaming: Renaming = new Map();
    const extra = captures.map((v) => (objects.includes(v) ? supply.like(v, { type: this.#dataOf(v.type) }) : supply.like(v)));
    captures.forEach((v, i) => renaming.set(v, use(extra[i]!)));
    const clone = cloneFunc(func, new Map(), supply);
    const redirect = (block: Block): Block => block.flatMap((x) => {
      const mapped = mapStmt(x, (e) => e, redirect);
      if (mapped.kind !== "call" || mapped.callee.kind !== "value" || mapped.callee.value.kind !== "var" || mapped.callee.value.variable !== holder) return [mapped];
      return this.#callLifted(func, lifted, mapped);
    });
    const added = extra.map(parameterOf);
    const inner = new Inliner(this.#context);
    for (const [v, k] of this.#known) inner.#known.set(v, k);
    for (const [f, l] of this.#lifted) inner.#lifted.set(f, l);
    // what is inlined may capture too: the names of what comes in as parameters change last
    const inlined = cloneFunc(dropUnused({ ...clone, id: lifted.id, body: inner.block(redirect(clone.body), []) }), renaming, supply);
    const made = { ...inlined, params: [...inlined.params, ...added] };
    const isPlain = !isHigherOrder(made) && !hasFunctionValues(made, this.#context.isPending);
    // an object that holds functions is more than these where what is inlined, a method of its own, reads it
    const left = capturesOf(made);
    if (isPlain && left.length === 0) {
      this.#context.addFunction(made);
      return lifted;
    }
    this.#lifted.delete(func);
    return isPlain && objects.length === 0 && left.every((v) => holdsData(v, made)) ? this.#makeLifted(func, holder, left) : null;
  }

  /** an object type without the functions that it holds */
  #dataOf(type: Type): Type {
    return type.kind === "struct" ? withoutFields(type, (f) => holdsFunctions(f.type), this.#context.freshId()) : type;
  }

  /** what a function captures, and what the functions capture that it knows by name and that are inlined in it */
  #capturesThrough(func: Func, seen: Set<Var>): Var[] {
    const found = new Set<Var>();
    for (const v of capturesOf(func)) {
      if (seen.has(v)) continue;
      const known = this.#known.get(v);
      if (known) seen.add(v);
      for (const x of known ? this.#capturesOfKnown(known, seen) : [v]) found.add(x);
    }
    return [...found].sort((a, b) => a.id - b.id);
  }

  #capturesOfKnown(known: Known, seen: Set<Var>): Var[] {
    switch (known.kind) {
      case "function": return [];
      case "closure": return this.#capturesThrough(known.func, seen);
      case "derivative": return this.#capturesOfKnown(known.target, seen);
      case "object": return [...known.fields.values()].flatMap((x) => this.#capturesOfKnown(x, seen));
    }
  }

  /** does it use function values of the functions around it, which have to be settled first? */
  #isUnsettled(func: Func): boolean {
    return capturesOf(dropUnused(func)).some((v) => holdsFunctions(v.type));
  }
}
