// Activity: which variables and which fields of which objects are varied (depend on the differentiated inputs), useful (influence
// the result) and active (both); and which objects need a companion, so that companions can travel beside references.
// Assumes the versioned stage and points-to sets. Equations in README.md. Without regard to order for memory; variables are versions.
import type { Block, Expr, Func, FuncId, Stmt, Var } from "../ir/ir.ts";
import { typeOf } from "../ir/build.ts";
import { variablesDeclared } from "../ir/variables.ts";
import { statements } from "../ir/walk.ts";
import { ADDING } from "../rules/runtime.ts";
import { ruleOf } from "../rules/table.ts";
import { type Alias, ELEMENTS, isReference, type ObjectId } from "./alias.ts";
import { holdsNumbers, holdsReals, isReal, isRealArray, realKeys } from "./holding.ts";
import { movesElements, VALUES_OF } from "./mutations.ts";

export interface Activity {
  /** is the number in this variable active? */
  isActive(v: Var): boolean;
  isVaried(v: Var): boolean;
  /** does the result depend on the number in this variable, as far as derivatives go? */
  isUseful(v: Var): boolean;
  /** are the numbers under this key of the object active? */
  isActiveField(object: ObjectId, key: string): boolean;
  hasCompanionObject(object: ObjectId): boolean;
  /** does the reference in this variable have a companion? */
  hasCompanion(v: Var): boolean;
  /** can a number that depends on the inputs be reached through the reference in this variable? */
  holdsVaried(v: Var): boolean;
}

export interface Roots {
  /** parameters that are differentiated */
  readonly varied: ReadonlySet<Var>;
  /** the functions whose results are differentiated */
  readonly useful: readonly Func[];
}

/** the keys that are marked, by object */
type Fields = Map<number, Set<string>>;
type ReadonlyFields = ReadonlyMap<number, ReadonlySet<string>>;

export function analyzeActivity(functions: readonly Func[], functionOf: (id: FuncId) => Func | undefined, alias: Alias, roots: Roots): Activity {
  const solver = new Solver(functions, functionOf, alias);
  solver.seed(roots);
  solver.solve();
  return solver.result();
}

class Solver {
  readonly #functions: readonly Func[];
  readonly #functionOf: (id: FuncId) => Func | undefined;
  readonly #alias: Alias;
  readonly #varied = new Set<Var>();
  readonly #useful = new Set<Var>();
  readonly #variedFields: Fields = new Map();
  readonly #usefulFields: Fields = new Map();
  /** objects all of whose numbers are differentiated inputs */
  readonly #inputs = new Set<ObjectId>();
  /** objects all of whose numbers are results */
  readonly #results = new Set<ObjectId>();
  /** captured variables are constants of this derivative (SEMANTICS §1) */
  readonly #owned: ReadonlySet<Var>;
  #changed = false;

  constructor(functions: readonly Func[], functionOf: (id: FuncId) => Func | undefined, alias: Alias) {
    this.#owned = new Set(functions.flatMap((f) => [...f.params.map((p) => p.variable), ...variablesDeclared(f.body)]));
    this.#functions = functions;
    this.#functionOf = functionOf;
    this.#alias = alias;
  }

  seed(roots: Roots): void {
    for (const v of roots.varied) {
      if (isReal(v.type)) this.#varied.add(v);
      for (const o of this.#alias.objects) if (o.origin === "parameter" && o.variable === v) this.#inputs.add(o);
    }
    for (const f of roots.useful) {
      if (!f.result) continue;
      this.#addVar(this.#useful, f.result);
      for (const o of this.#alias.reach(this.#alias.pointsTo(f.result))) this.#results.add(o);
    }
  }

  solve(): void {
    do {
      this.#changed = false;
      for (const f of this.#functions) this.#forward(f.body);
    } while (this.#changed);
    do {
      this.#changed = false;
      for (const f of [...this.#functions].reverse()) this.#backward(f.body);
    } while (this.#changed);
  }

  result(): Activity {
    const isActive = (v: Var): boolean => this.#varied.has(v) && this.#useful.has(v);
    const isActiveField = (o: ObjectId, key: string): boolean => this.#isVariedField(o, key) && this.#isUsefulField(o, key);
    const companioned = this.#companions(isActiveField);
    const cache = new Map<Var, boolean>();
    const hasCompanion = (v: Var): boolean => {
      const known = cache.get(v);
      if (known !== undefined) return known;
      const found = [...this.#alias.pointsTo({ kind: "var", variable: v })].some((o) => companioned.has(o));
      cache.set(v, found);
      return found;
    };
    return { isActive, isVaried: (v) => this.#varied.has(v), isUseful: (v) => this.#useful.has(v), isActiveField, hasCompanionObject: (o) => companioned.has(o), hasCompanion, holdsVaried: (v) => this.#holdsVaried(v) };
  }

  #holdsVaried(v: Var): boolean {
    return [...this.#alias.reach(this.#alias.pointsTo({ kind: "var", variable: v }))].some((o) => this.#keysOf(o).some((key) => this.#isVariedField(o, key)));
  }

  /** closed under: one of the objects behind a reference has a companion → all have; a part has one → what holds it has */
  #companions(isActiveField: (o: ObjectId, key: string) => boolean): Set<ObjectId> {
    const found = new Set<ObjectId>();
    for (const o of this.#alias.objects) if (this.#keysOf(o).some((key) => isActiveField(o, key))) found.add(o);
    const groups = this.#groups();
    let changed = true;
    const add = (o: ObjectId): void => { if (!found.has(o)) { found.add(o); changed = true; } };
    while (changed) {
      changed = false;
      for (const group of groups) if (group.some((o) => found.has(o))) group.forEach(add);
      for (const o of this.#alias.objects) for (const inner of this.#alias.fieldsOf(o).values()) {
        const parts = [...inner];
        if (!parts.some((x) => found.has(x))) continue;
        add(o);
        parts.forEach(add);
      }
    }
    return found;
  }

  /** the sets of objects that one reference may mean */
  #groups(): ObjectId[][] {
    const seen = new Set<string>();
    const groups: ObjectId[][] = [];
    const add = (e: Expr): void => {
      const objects = [...this.#alias.pointsTo(e)];
      const key = objects.map((o) => o.id).sort((a, b) => a - b).join();
      if (objects.length > 1 && !seen.has(key)) { seen.add(key); groups.push(objects); }
    };
    for (const f of this.#functions) {
      for (const p of f.params) add({ kind: "var", variable: p.variable });
      for (const s of statements(f.body)) {
        if (s.kind === "let" || s.kind === "assign") add({ kind: "var", variable: s.variable });
        if ((s.kind === "call" || s.kind === "mutate") && s.result) add({ kind: "var", variable: s.result });
      }
    }
    return groups;
  }

  /** the keys under which an object may hold numbers */
  #keysOf(o: ObjectId): string[] {
    const keys = new Set(this.#alias.fieldsOf(o).keys());
    for (const key of realKeys(o.type)) keys.add(key);
    for (const key of this.#variedFields.get(o.id) ?? []) keys.add(key);
    if (o.origin === "cell") keys.add("value");
    return [...keys];
  }

  // ------------------------------------------------------------------------------------------------ sets

  #addVar(into: Set<Var>, e: Expr): void {
    if (e.kind === "var" && isReal(e.variable.type) && this.#owned.has(e.variable) && !into.has(e.variable)) { into.add(e.variable); this.#changed = true; }
  }

  #addField(into: Fields, o: ObjectId, key: string): void {
    if (!holdsReals(o)) return;
    const keys = into.get(o.id);
    if (keys === undefined) into.set(o.id, new Set([key]));
    else if (keys.has(key)) return;
    else keys.add(key);
    this.#changed = true;
  }

  /** one element may be any field, and any field may be one of the elements */
  #hasField(fields: ReadonlyFields, all: ReadonlySet<ObjectId>, o: ObjectId, key: string): boolean {
    if (!holdsReals(o)) return false;
    if (all.has(o)) return true;
    const marked = fields.get(o.id);
    return marked !== undefined && (key === ELEMENTS || marked.has(key) || marked.has(ELEMENTS));
  }

  #isVariedField(o: ObjectId, key: string): boolean {
    return this.#hasField(this.#variedFields, this.#inputs, o, key);
  }

  #isUsefulField(o: ObjectId, key: string): boolean {
    return this.#hasField(this.#usefulFields, this.#results, o, key);
  }

  #isVaried(e: Expr): boolean {
    return e.kind === "var" && this.#varied.has(e.variable);
  }

  // ------------------------------------------------------------------------------------------------ varied, in order

  #forward(block: Block): void {
    for (const s of statements(block)) this.#forwardStatement(s);
  }

  #forwardStatement(s: Stmt): void {
    switch (s.kind) {
      case "let": case "assign":
        if (this.#yieldsVaried(s.value)) this.#addVar(this.#varied, { kind: "var", variable: s.variable });
        this.#fillAllocation(s);
        return;
      case "store": case "accumulate": {
        if (!this.#isVaried(s.value)) return;
        const { objects, key } = this.#alias.targets(s.place);
        for (const o of objects) this.#addField(this.#variedFields, o, key);
        return;
      }
      case "mutate":
        for (const o of this.#alias.pointsTo(s.array)) {
          if (s.args.some((a, i) => VALUES_OF[s.operation](i) && this.#isVaried(a))) this.#addField(this.#variedFields, o, ELEMENTS);
          if (s.operation === "set" && s.args[0] && this.#sourceHas(s.args[0], (x, k) => this.#isVariedField(x, k))) this.#addField(this.#variedFields, o, ELEMENTS);
          if (!this.#isVariedField(o, ELEMENTS)) continue;
          if (movesElements(s.operation)) this.#addField(this.#variedFields, o, ELEMENTS);
          if (s.result) this.#addVar(this.#varied, { kind: "var", variable: s.result });
          for (const removed of this.#removedBy(s)) this.#addField(this.#variedFields, removed, ELEMENTS);
        }
        return;
      case "call": {
        if (s.callee.kind === "external" && ADDING.has(s.callee.name)) { this.#addInto(s, this.#variedFields, this.#inputs); return; }
        if (s.callee.kind === "ruled") { this.#ruledForward(s); return; }
        const callee = s.callee.kind === "function" ? this.#functionOf(s.callee.func) : undefined;
        if (!callee) return;
        callee.params.forEach((p, i) => { if (s.args[i] && this.#isVaried(s.args[i])) this.#addVar(this.#varied, { kind: "var", variable: p.variable }); });
        if (s.result && callee.result && this.#isVaried(callee.result)) this.#addVar(this.#varied, { kind: "var", variable: s.result });
        return;
      }
      case "loop":
        if (s.header.kind === "counted" && this.#isVaried(s.header.start)) this.#addVar(this.#varied, { kind: "var", variable: s.header.index });
        return;
      default: return;
    }
  }

  /** one structure is added into another: if a number of the second argument is marked, all of the first are */
  #addInto(s: Stmt & { kind: "call" }, fields: ReadonlyFields, whole: Set<ObjectId>): void {
    const [into, from] = s.args.map((a) => this.#alias.reach(this.#alias.pointsTo(a)));
    const isMarked = [...(from ?? [])].some((o) => whole.has(o) || (fields.get(o.id)?.size ?? 0) > 0);
    if (!isMarked) return;
    for (const o of into ?? []) this.#addAll(whole, o);
  }

  /** all that a function with a rule returns depends on all that it is given */
  #ruledForward({ args, result }: Stmt & { kind: "call" }): void {
    if (result === null || !args.some((a) => this.#isVaried(a) || (a.kind === "var" && isReference(a.variable.type) && this.#holdsVaried(a.variable)))) return;
    this.#addVar(this.#varied, { kind: "var", variable: result });
    for (const o of this.#alias.reach(this.#alias.pointsTo({ kind: "var", variable: result }))) this.#addAll(this.#inputs, o);
  }

  #ruledBackward({ args, result }: Stmt & { kind: "call" }, captured: number): void {
    if (result === null) return;
    const made = this.#alias.reach(this.#alias.pointsTo({ kind: "var", variable: result }));
    if (!this.#useful.has(result) && ![...made].some((o) => this.#keysOf(o).some((key) => this.#isUsefulField(o, key)))) return;
    for (const a of args.slice(0, args.length - captured)) {
      this.#addVar(this.#useful, a);
      for (const o of this.#alias.reach(this.#alias.pointsTo(a))) this.#addAll(this.#results, o);
    }
    for (const o of made) this.#addAll(this.#results, o);
  }

  #addAll(into: Set<ObjectId>, o: ObjectId): void {
    if (!into.has(o)) { into.add(o); this.#changed = true; }
  }

  #yieldsVaried(e: Expr): boolean {
    switch (e.kind) {
      case "var": return this.#isVaried(e);
      case "op": {
        const rule = ruleOf(e.op);
        return rule?.kind === "scalar" && e.args.some((a, i) => (rule.variadic ? rule.partials[0] : rule.partials[i]) !== null && this.#isVaried(a));
      }
      case "load": {
        const { objects, key } = this.#alias.targets(e.place);
        return isReal(e.type) && [...objects].some((o) => this.#isVariedField(o, key));
      }
      default: return false;
    }
  }

  #fillAllocation(s: Stmt & { kind: "let" | "assign" }): void {
    const e = s.value;
    if (e.kind !== "array" && e.kind !== "struct" && e.kind !== "copy") return;
    for (const o of this.#alias.pointsTo({ kind: "var", variable: s.variable })) {
      if (e.kind === "struct") for (const f of e.fields) { if (this.#isVaried(f.value)) this.#addField(this.#variedFields, o, f.name); }
      else if (e.kind === "copy") { if (this.#sourceHas(e.source, (x, k) => this.#isVariedField(x, k))) this.#addField(this.#variedFields, o, ELEMENTS); }
      else e.elements.forEach((x, i) => {
        if (x.spread ? this.#sourceHas(x.value, (y, k) => this.#isVariedField(y, k)) : this.#isVaried(x.value)) this.#addField(this.#variedFields, o, keyAt(e, i));
      });
    }
  }

  /** the array of what a `splice` removed */
  #removedBy(s: Stmt & { kind: "mutate" }): Iterable<ObjectId> {
    return s.operation === "splice" && s.result ? this.#alias.pointsTo({ kind: "var", variable: s.result }) : [];
  }

  #sourceHas(source: Expr, test: (o: ObjectId, key: string) => boolean): boolean {
    return [...this.#alias.pointsTo(source)].some((o) => test(o, ELEMENTS));
  }

  // ------------------------------------------------------------------------------------------------ useful, backwards

  #backward(block: Block): void {
    for (const s of [...statements(block)].reverse()) this.#backwardStatement(s);
  }

  #backwardStatement(s: Stmt): void {
    switch (s.kind) {
      case "let": case "assign": this.#backwardValue(s.variable, s.value); return;
      case "store": case "accumulate": {
        const { objects, key } = this.#alias.targets(s.place);
        if ([...objects].some((o) => this.#isUsefulField(o, key))) this.#addVar(this.#useful, s.value);
        return;
      }
      case "mutate":
        for (const o of this.#alias.pointsTo(s.array)) {
          if (s.result && this.#useful.has(s.result)) this.#addField(this.#usefulFields, o, ELEMENTS);
          for (const removed of this.#removedBy(s)) if (this.#isUsefulField(removed, ELEMENTS)) this.#addField(this.#usefulFields, o, ELEMENTS);
          if (!this.#isUsefulField(o, ELEMENTS)) continue;
          s.args.forEach((a, i) => { if (VALUES_OF[s.operation](i)) this.#addVar(this.#useful, a); });
          if (s.operation === "set" && s.args[0]) this.#markSource(s.args[0]);
          if (movesElements(s.operation)) this.#addField(this.#usefulFields, o, ELEMENTS);
        }
        return;
      case "call": {
        if (s.callee.kind === "external" && ADDING.has(s.callee.name)) { this.#addInto({ ...s, args: s.args.slice(0, 2).reverse() }, this.#usefulFields, this.#results); return; }
        if (s.callee.kind === "ruled") { this.#ruledBackward(s, s.callee.captured); return; }
        const callee = s.callee.kind === "function" ? this.#functionOf(s.callee.func) : undefined;
        if (!callee) return;
        if (s.result && callee.result && this.#useful.has(s.result)) this.#addVar(this.#useful, callee.result);
        callee.params.forEach((p, i) => { if (s.args[i] && this.#useful.has(p.variable)) this.#addVar(this.#useful, s.args[i]); });
        return;
      }
      case "loop":
        if (s.header.kind === "counted" && this.#useful.has(s.header.index)) this.#addVar(this.#useful, s.header.start);
        return;
      default: return;
    }
  }

  #backwardValue(v: Var, e: Expr): void {
    const useful = this.#useful.has(v);
    switch (e.kind) {
      case "var": if (useful) this.#addVar(this.#useful, e); return;
      case "op": {
        const rule = ruleOf(e.op);
        if (useful && rule?.kind === "scalar") e.args.forEach((a, i) => { if ((rule.variadic ? rule.partials[0] : rule.partials[i]) !== null) this.#addVar(this.#useful, a); });
        return;
      }
      case "load": {
        if (!useful) return;
        const { objects, key } = this.#alias.targets(e.place);
        for (const o of objects) this.#addField(this.#usefulFields, o, key);
        return;
      }
      case "array": case "struct": case "copy": this.#backwardAllocation(v, e); return;
      default: return;
    }
  }

  #backwardAllocation(v: Var, e: Expr & { kind: "array" | "struct" | "copy" }): void {
    for (const o of this.#alias.pointsTo({ kind: "var", variable: v })) {
      if (e.kind === "struct") for (const f of e.fields) { if (this.#isUsefulField(o, f.name)) this.#addVar(this.#useful, f.value); }
      else if (e.kind === "copy") { if (this.#isUsefulField(o, ELEMENTS)) this.#markSource(e.source); }
      else e.elements.forEach((x, i) => {
        if (!this.#isUsefulField(o, keyAt(e, i))) return;
        if (x.spread) this.#markSource(x.value);
        else this.#addVar(this.#useful, x.value);
      });
    }
  }

  #markSource(source: Expr): void {
    for (const o of this.#alias.pointsTo(source)) this.#addField(this.#usefulFields, o, ELEMENTS);
  }
}

function keyAt(e: Expr & { kind: "array" }, i: number): string {
  return typeOf(e).kind === "tuple" && !e.elements.slice(0, i).some((x) => x.spread) ? String(i) : ELEMENTS;
}

export { holdsNumbers, isReal, isRealArray, isReference };
