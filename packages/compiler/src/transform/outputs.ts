// The outputs of a function, as far as sparse matrices ask: which objects hold them, how the program writes to them, and whether it does nothing
// else. Assumes the versioned stage and facts. Throws `NotSeparable` where it does.
import type { Block, Expr, Func, Stmt, Var } from "../ir/ir.ts";
import { REAL, type Supply, typeOf, use } from "../ir/build.ts";
import { blocks, expressions, operands, statements } from "../ir/walk.ts";
import { type Activity, isReference } from "../analysis/activity.ts";
import type { Alias, ObjectId } from "../analysis/alias.ts";
import { factsOfCall } from "../rules/external.ts";
import { literalsAtEnd } from "./adjoint.ts";
import { isDifferentiable } from "./companion.ts";
import { ENTRIES } from "./entries.ts";

/** a part of the output, in the order in which its numbers are counted */
export type Part =
  | { readonly kind: "numbers"; readonly values: Expr[]; readonly entries: Var }
  | { readonly kind: "array"; readonly object: ObjectId; readonly variable: Var; readonly entries: Var; readonly restarts: boolean; /** how many numbers there are: of an array that only grows */ readonly count: Var | null }
  | { readonly kind: "structure"; readonly object: ObjectId; readonly variable: Var; readonly entries: Var; readonly restarts: boolean };

export type Written = Exclude<Part, { readonly kind: "numbers" }>;

export class NotSeparable extends Error {}

export const refuse = (why: string): never => { throw new NotSeparable(why); };

export interface OutputFacts {
  readonly supply: Supply;
  readonly alias: Alias;
  readonly activity: Activity;
}

export class Outputs {
  readonly parts: Part[] = [];
  /** entries of which several may stand at one place */
  readonly summed = new Set<Var>();
  /** the literals with which the function ends */
  readonly ending = new Set<Var>();
  /** objects that are written to after they were made */
  readonly changed: ReadonlySet<ObjectId>;
  readonly #func: Func;
  readonly #facts: OutputFacts;

  constructor(func: Func, facts: OutputFacts) {
    this.#func = func;
    this.#facts = facts;
    if (func.result !== null) this.#collect(func.result, literalsAtEnd(func.body), this.ending);
    this.changed = this.#changedObjects();
    this.#checkAccesses();
  }

  isActive(e: Expr): boolean {
    return e.kind === "var" && (isReference(e.variable.type) ? this.#facts.activity.hasCompanion(e.variable) : this.#facts.activity.isActive(e.variable));
  }

  #collect(value: Expr, literals: ReturnType<typeof literalsAtEnd>, ending: Set<Var>): void {
    const t = typeOf(value);
    if (!isDifferentiable(t)) return;
    if (value.kind !== "var" || !isReference(t)) {
      if (t.kind !== "real") return refuse("a number that may be missing");
      const last = this.parts.at(-1);
      if (last?.kind === "numbers") last.values.push(value);
      else this.parts.push({ kind: "numbers", values: [value], entries: this.#entries() });
      return;
    }
    const parts = literals.get(value.variable);
    if (parts !== undefined) {
      ending.add(value.variable);
      for (const x of parts) this.#collect(x.value, literals, ending);
      return;
    }
    const objects = [...this.#facts.alias.pointsTo(value)];
    const [object] = objects;
    const isMadeOnce = this.#func.body.some((s) => s.kind === "let" && s.variable === object?.variable);
    if (object === undefined || !isFresh(object) || !isMadeOnce || objects.length > 1 || this.written(value) !== null) return refuse("an output that is no fresh object");
    const kind = t.kind === "array" && t.element.kind === "real" ? "array" : "structure";
    const entries = this.#entries();
    const { restarts, ascends } = this.#order(object);
    if (!ascends || kind === "structure") this.summed.add(entries);
    if (kind === "structure") this.parts.push({ kind, object, variable: value.variable, entries, restarts });
    else this.parts.push({ kind, object, variable: value.variable, entries, restarts, count: this.#onlyGrows(object) ? this.#facts.supply.fresh(`${value.variable.name}Count`, REAL, true) : null });
  }

  #entries(): Var {
    return this.#facts.supply.fresh("entries", ENTRIES);
  }

  /** the part of the output that an expression refers to */
  written(e: Expr): Written | null {
    if (e.kind !== "var" || !isReference(e.variable.type)) return null;
    const objects = this.#facts.alias.pointsTo(e);
    const found = this.parts.find((part): part is Written => part.kind !== "numbers" && [...this.#objectsOf(part)].some((o) => objects.has(o)));
    if (found !== undefined && ![...objects].every((o) => this.#objectsOf(found).has(o))) return refuse("a reference to an output or to something else");
    return found ?? null;
  }

  #objectsOf(part: Written): ReadonlySet<ObjectId> {
    return part.kind === "array" ? new Set([part.object]) : this.#facts.alias.reach([part.object]);
  }

  /** is the array empty at first, and only pushed to? Then its length is all that matters of it */
  #onlyGrows(object: ObjectId): boolean {
    const { alias } = this.#facts;
    return statements(this.#func.body).every((s) => {
      const base = baseOf(s);
      if (base !== null && alias.pointsTo(base).has(object)) return s.kind === "mutate" && s.operation === "push" && s.args.length === 1;
      if (s.kind !== "let" || s.variable !== object.variable) return true;
      return !s.variable.mutable && s.value.kind === "array" && s.value.elements.length === 0;
    });
  }

  /** `restarts`: may a place be stored to after something was written there? `ascends`: are rows found in order, each at once? */
  #order(object: ObjectId): { readonly restarts: boolean; readonly ascends: boolean } {
    const { alias } = this.#facts;
    const isTarget = (s: Stmt): s is Stmt & { kind: "store" | "accumulate" } => (s.kind === "store" || s.kind === "accumulate") && s.place.kind !== "cell" && alias.pointsTo(s.place.base).has(object);
    const all = statements(this.#func.body);
    const writes = all.filter(isTarget);
    if (writes.length === 0) return { restarts: false, ascends: true };
    const stores = writes.filter((s) => s.kind === "store");
    if (stores.length === 0) return { restarts: false, ascends: false };
    const otherwise = { restarts: true, ascends: false };
    const isFilled = all.some((s) => (s.kind === "mutate" && s.operation === "push" && alias.pointsTo(s.array).has(object)) || (s.kind === "let" && s.variable === object.variable && s.value.kind === "array" && s.value.elements.length > 0));
    if (isFilled) return otherwise;
    const [only] = stores;
    const loop = this.#func.body.find((s) => s.kind === "loop" && stores.length === 1 && only !== undefined && s.body.includes(only));
    if (loop?.kind !== "loop" || loop.header.kind !== "counted" || only === undefined) return otherwise;
    const { index, step, start } = loop.header;
    const counts = start.kind === "const" && Number.isInteger(start.value) && Number(start.value) >= 0 && Number.isInteger(step);
    const isAtIndex = (s: Stmt & { kind: "store" | "accumulate" }): boolean => s.place.kind === "element" && s.place.index.kind === "var" && s.place.index.variable === index;
    if (!isAtIndex(only)) return otherwise;
    const inside = new Set(statements(loop.body));
    const isLater = writes.every((s) => s === only || (all.indexOf(s) > all.indexOf(only) && (!inside.has(s) || isAtIndex(s))));
    return isLater ? { restarts: false, ascends: writes.length === 1 && counts && step > 0 } : otherwise;
  }

  /** inputs are only read, outputs only written, and nothing that carries a derivative goes anywhere else */
  #checkAccesses(): void {
    const check = (block: Block): void => {
      for (const s of block) {
        this.#checkStatement(s);
        for (const b of blocks(s)) check(b);
      }
    };
    check(this.#func.body);
  }

  #checkStatement(s: Stmt): void {
    if (s.kind === "let" && this.ending.has(s.variable)) return;
    const isOutput = (e: Expr): boolean => this.written(e) !== null;
    const barred = (...all: readonly Expr[]): void => { if (all.some(isOutput)) refuse("an output is looked at"); };
    switch (s.kind) {
      case "let":
        if (s.value.kind === "var" || s.value.kind === "length") return;
        if (s.value.kind === "load" && s.value.place.kind !== "cell" && isOutput(s.value.place.base)) {
          if (!isReference(s.value.type) || s.value.mayMiss) refuse("a number is read from an output");
          return;
        }
        if (s.value.kind === "closure" || s.value.kind === "derivative") refuse("a function value");
        barred(...operands(s.value));
        return;
      case "store": case "accumulate":
        barred(s.value, ...(s.place.kind === "element" ? [s.place.index] : []));
        if (s.place.kind === "cell") { if (this.isActive(s.value)) refuse("module state"); return; }
        if (isOutput(s.place.base)) { if (isReference(typeOf(s.value))) refuse("a reference is stored in an output"); return; }
        this.#checkTarget(s.place.base);
        return;
      case "mutate":
        barred(...s.args);
        if (this.isStart(s)) return;
        if (isOutput(s.array)) { if (s.operation !== "push" || s.result !== null || this.written(s.array)?.kind !== "array") refuse(s.operation); return; }
        this.#checkTarget(s.array);
        return;
      case "call":
        barred(...s.args);
        if (s.callee.kind === "external" && s.result === null && !factsOfCall(s.callee).writes) return;
        if (s.args.some((a) => this.isActive(a)) || (s.result !== null && this.isActive(use(s.result)))) refuse("a call");
        return;
      case "pair": return refuse("pairs");
      default: barred(...expressions(s)); return;
    }
  }

  #changedObjects(): ReadonlySet<ObjectId> {
    const found = new Set<ObjectId>();
    for (const s of statements(this.#func.body)) {
      const base = baseOf(s);
      if (base !== null) for (const o of this.#facts.alias.pointsTo(base)) found.add(o);
    }
    return found;
  }

  /** does an output start with one number everywhere, before anything is written to it? */
  isStart(s: Stmt): boolean {
    if (s.kind !== "mutate" || s.operation !== "fill" || s.args.length !== 1 || s.args[0]?.kind !== "const" || s.result !== null) return false;
    const part = this.written(s.array);
    if (part?.kind !== "array" || !this.#func.body.includes(s)) return false;
    const all = statements(this.#func.body);
    return all.slice(0, all.indexOf(s)).every((x) => { const base = baseOf(x); return base === null || this.written(base) !== part; });
  }

  /** what is written besides outputs must be the function's own, and may carry derivatives only inside of one piece */
  #checkTarget(base: Expr): void {
    for (const o of this.#facts.alias.pointsTo(base)) if (!isFresh(o)) refuse("an argument is written to");
  }
}

/** made by the function: by a statement, or as a mirror of something */
const isFresh = (o: ObjectId): boolean => o.origin === "allocation" || (o.origin === "unknown" && o.variable !== null);

/** the object that a statement writes to */
export function baseOf(s: Stmt): Expr | null {
  if (s.kind === "mutate") return s.array;
  return (s.kind === "store" || s.kind === "accumulate") && s.place.kind !== "cell" ? s.place.base : null;
}
