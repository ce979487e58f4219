// Which functions may arrive where: 0-CFA (Shivers 1988) by unification, over the bodies of a world. Fields and elements are told apart
// by the object that holds them, as far as objects do not meet.
// Assumes a settled world. Guarantees that places between which a function value moves are one class, and that a class names all
// functions that may stand in its places, `unknown` for those of the caller or of a module.
import type { Expr, Origin, Place, Stmt, Var } from "../../ir/ir.ts";
import { typeOf } from "../../ir/build.ts";
import { holdsFunctions } from "../../ir/facts.ts";
import { variablesDeclared } from "../../ir/variables.ts";
import { statements } from "../../ir/walk.ts";
import { Class, ELEMENTS } from "./classes.ts";
import { type Alternative, isFunctionType, type World } from "./world.ts";

export type FunctionClass = Class<Alternative>;

/** A value that is handed to code that is not known, or an object that the caller and this function both put functions in. */
export interface Flow {
  classOf(v: Var): FunctionClass;
  resultOf(a: Alternative): FunctionClass;
  /** functions of the caller, a module or code without source, as they come in */
  isForeign(e: Expr): boolean;
  /** is nothing of the alternative captured, and nothing else in the class? */
  isStatic(c: FunctionClass): boolean;
  /** the slots that a value of the alternative has to carry */
  captured(a: Alternative): readonly number[];
  /** known functions that are handed to code that is not known */
  readonly escaped: readonly Origin[];
}

export const placeKey = (p: Place): string => (p.kind === "field" ? p.field : ELEMENTS);

export function analyzeFlow(world: World): Flow {
  const solver = new Solver(world);
  solver.solve();
  return solver.result();
}

class Solver {
  readonly #world: World;
  readonly #classes = new Map<Var, FunctionClass>();
  readonly #results = new Map<Alternative, FunctionClass>();
  readonly #foreign = new Set<Var>();
  readonly #escaped = new Set<Origin>();
  /** everything else belongs to a function around the root */
  readonly #declared = new Set<Var>();
  #changed = false;

  constructor(world: World) {
    this.#world = world;
    for (const f of world.bodies) for (const v of [...f.params.map((p) => p.variable), ...variablesDeclared(f.body)]) this.#declared.add(v);
    for (const a of world.alternatives) for (const slot of a.slots) this.#declared.add(slot.variable);
    for (const p of world.root.params) if (holdsFunctions(p.variable.type)) this.#foreign.add(p.variable);
    for (const f of world.bodies) for (const s of statements(f.body)) this.#noteForeign(s);
  }

  /** variables that hold what came in from outside, by their definition alone */
  #noteForeign(s: Stmt): void {
    if (s.kind === "call" && s.result && holdsFunctions(s.result.type) && (s.callee.kind === "external" || (s.callee.kind === "value" && this.isForeign(s.callee.value)))) this.#foreign.add(s.result);
    if (s.kind !== "let" || s.variable.mutable || !holdsFunctions(s.variable.type)) return;
    const isForeign = s.value.kind === "load" ? s.value.place.kind === "cell" || this.isForeign(s.value.place.base) : s.value.kind === "copy" ? false : this.isForeign(s.value);
    if (isForeign) this.#foreign.add(s.variable);
  }

  isForeign(e: Expr): boolean {
    if (e.kind === "derivative") return true;
    return e.kind === "var" && (this.#foreign.has(e.variable) || !this.#declared.has(e.variable));
  }

  solve(): void {
    do {
      this.#changed = false;
      for (const v of this.#foreign) if (!isFunctionType(v.type)) this.#note(this.classOf(v).leaveAsIs());
      for (const f of this.#world.bodies) {
        for (const s of statements(f.body)) this.#statement(s);
        const alternative = this.#world.alternatives.find((x) => x.func === f);
        if (!f.result || !holdsFunctions(f.resultType)) continue;
        if (alternative) this.#edge(f.result, this.resultOf(alternative));
        else this.#escape(f.result, f.origin);
      }
      for (const a of this.#world.alternatives) for (const i of a.instances) a.slots.forEach((slot, k) => {
        if (!a.known.has(k) && holdsFunctions(slot.variable.type)) this.#edge(i.atoms[k]!, this.classOf(slot.variable));
      });
      this.#leaveParts();
    } while (this.#changed);
    // what goes out and holds no function of the program keeps its type
    for (const c of this.#everyClass()) if (c.content.escapes !== null && c.content.alternatives.size === 0) c.leaveAsIs();
    do {
      this.#changed = false;
      this.#leaveParts();
    } while (this.#changed);
  }

  #leaveParts(): void {
    for (const c of this.#everyClass()) if (c.content.foreign) for (const part of c.content.parts.values()) this.#note(part.leaveAsIs());
  }

  result(): Flow {
    for (const c of this.#everyClass()) {
      const { alternatives, escapes, foreign } = c.content;
      if (alternatives.size > 0 && escapes) this.#escaped.add(escapes);
      if (alternatives.size > 0 && foreign) this.#escaped.add([...alternatives][0]!.func?.origin ?? this.#world.root.origin);
    }
    const captured = this.#captured();
    return {
      classOf: (v) => this.classOf(v).root,
      resultOf: (a) => this.resultOf(a).root,
      isForeign: (e) => this.isForeign(e),
      isStatic: (c) => this.#isStatic(c, captured),
      captured: (a) => captured.get(a) ?? [],
      escaped: [...this.#escaped],
    };
  }

  // ---------------------------------------------------------------------------------------------- what is captured

  #isStatic(c: FunctionClass, captured: ReadonlyMap<Alternative, readonly number[]>): boolean {
    const { alternatives, unknown, foreign } = c.content;
    const [only] = alternatives;
    return only !== undefined && alternatives.size === 1 && unknown === null && !foreign && (captured.get(only) ?? []).length === 0;
  }

  /** a slot is captured unless it is sure what stands there; as few as can be */
  #captured(): ReadonlyMap<Alternative, readonly number[]> {
    const captured = new Map<Alternative, readonly number[]>(this.#world.alternatives.map((a) => [a, []]));
    for (let changed = true; changed;) {
      changed = false;
      for (const a of this.#world.alternatives) {
        const next = a.slots.flatMap((slot, k) => {
          if (a.known.has(k)) return [];
          return slot.variable.type.kind === "function" && this.#isStatic(this.classOf(slot.variable), captured) ? [] : [k];
        });
        if (next.length !== captured.get(a)!.length) { captured.set(a, next); changed = true; }
      }
    }
    return captured;
  }

  // ---------------------------------------------------------------------------------------------- classes

  classOf(v: Var): FunctionClass {
    let found = this.#classes.get(v);
    if (!found) this.#classes.set(v, (found = new Class()));
    return found;
  }

  resultOf(a: Alternative): FunctionClass {
    let found = this.#results.get(a);
    if (!found) this.#results.set(a, (found = new Class()));
    return found;
  }

  #everyClass(): ReadonlySet<FunctionClass> {
    const found = new Set<FunctionClass>();
    const visit = (c: FunctionClass): void => {
      if (found.has(c.root)) return;
      found.add(c.root);
      for (const part of c.content.parts.values()) visit(part);
    };
    for (const c of [...this.#classes.values(), ...this.#results.values()]) visit(c);
    return found;
  }

  #note(changed: boolean): void {
    this.#changed ||= changed;
  }

  /** a value goes to a place */
  #edge(e: Expr, into: FunctionClass): void {
    const known = this.#world.known(e);
    if (known) return this.#note(into.add(known.alternative));
    if (e.kind !== "var" || !holdsFunctions(e.variable.type)) return;
    // a function of the caller is wrapped where it joins others; an object of the caller stays what it is
    if (this.isForeign(e) && isFunctionType(e.variable.type)) return this.#note(into.admit(e.variable.type));
    this.#note(into.unify(this.classOf(e.variable)));
  }

  #escape(e: Expr, origin: Origin): void {
    if (!holdsFunctions(typeOf(e)) || this.isForeign(e)) return;
    if (this.#world.known(e)) this.#escaped.add(origin);
    else if (e.kind === "var") this.#escapeParts(this.classOf(e.variable), origin, new Set());
  }

  #escapeParts(c: FunctionClass, origin: Origin, seen: Set<FunctionClass>): void {
    if (seen.has(c.root)) return;
    seen.add(c.root);
    this.#note(c.escape(origin));
    for (const part of c.content.parts.values()) this.#escapeParts(part, origin, seen);
  }

  #baseOf(place: Place): FunctionClass | null {
    return place.kind !== "cell" && place.base.kind === "var" && holdsFunctions(place.base.variable.type) ? this.classOf(place.base.variable) : null;
  }

  // ---------------------------------------------------------------------------------------------- statements

  #statement(s: Stmt): void {
    switch (s.kind) {
      case "let": case "assign":
        this.#handed(s.value);
        if (!this.#world.isHolder(s.variable)) this.#define(s.variable, s.value);
        return;
      case "store": {
        if (!holdsFunctions(typeOf(s.value))) return;
        const base = this.#baseOf(s.place);
        if (base) this.#edge(s.value, base.part(placeKey(s.place)));
        else this.#escape(s.value, s.origin);
        return;
      }
      case "mutate": {
        if (s.array.kind !== "var" || !holdsFunctions(s.array.variable.type)) return;
        const array = this.classOf(s.array.variable);
        for (const a of s.args) {
          if (s.operation === "set" && a.kind === "var") this.#note(array.part(ELEMENTS).unify(this.classOf(a.variable).part(ELEMENTS)));
          else this.#edge(a, array.part(ELEMENTS));
        }
        if (!s.result || !holdsFunctions(s.result.type)) return;
        const isArray = s.result.type.kind === "array" || s.result.type.kind === "tuple";
        this.#note(this.classOf(s.result).unify(isArray ? array : array.part(ELEMENTS)));
        return;
      }
      case "call": return this.#call(s);
      case "throw": return this.#escape(s.value, s.origin);
      default: return;
    }
  }

  /** a comparator gets elements of the array that the runtime orders */
  #handed(e: Expr): void {
    if (e.kind !== "runtime") return;
    const arrays = e.args.flatMap((a) => (a.kind === "var" && holdsFunctions(a.variable.type) ? [this.classOf(a.variable)] : []));
    for (const a of e.args) {
      if (a.kind !== "closure") continue;
      for (const { variable } of a.func.params) if (holdsFunctions(variable.type)) for (const array of arrays) this.#note(this.classOf(variable).unify(array.part(ELEMENTS)));
    }
  }

  #define(v: Var, e: Expr): void {
    if (!holdsFunctions(v.type) || this.isForeign({ kind: "var", variable: v })) return;
    const into = this.classOf(v);
    if (v.type.kind === "map") this.#note(into.open());
    switch (e.kind) {
      case "load": {
        const base = this.#baseOf(e.place);
        if (e.mayMiss && isFunctionType(v.type)) this.#note(into.mayMiss());
        if (base) this.#note(into.unify(base.part(placeKey(e.place))));
        else this.#note(isFunctionType(v.type) ? into.admit(v.type) : into.leaveAsIs());
        return;
      }
      case "array":
        for (const x of e.elements) {
          if (!x.spread) this.#edge(x.value, into.part(ELEMENTS));
          else if (x.value.kind === "var" && holdsFunctions(x.value.variable.type)) this.#note(into.part(ELEMENTS).unify(this.classOf(x.value.variable).part(ELEMENTS)));
        }
        return;
      case "struct": for (const f of e.fields) this.#edge(f.value, into.part(f.name)); return;
      case "copy": if (e.source.kind === "var") this.#note(into.part(ELEMENTS).unify(this.classOf(e.source.variable).part(ELEMENTS))); return;
      case "op": for (const a of e.args) this.#edge(a, into); return;
      case "derivative": this.#note(into.leaveAsIs()); return;
      default: this.#edge(e, into);
    }
  }

  #call(s: Stmt & { readonly kind: "call" }): void {
    const { callee } = s;
    if (callee.kind === "external" || callee.kind === "ruled") { for (const a of s.args) this.#escape(a, s.origin); return; }
    const named = callee.kind === "function" ? this.#world.functionNamed(callee.func) : undefined;
    if (callee.kind === "function") {
      if (named) this.#link(named, s.args, s.result, s.origin);
      return;
    }
    const value = callee.value.kind === "derivative" ? callee.value.target : callee.value;
    const result = callee.value.kind === "derivative" ? null : s.result;
    if (callee.value.kind === "derivative" && s.result && holdsFunctions(s.result.type)) this.#note(this.classOf(s.result).leaveAsIs());
    const known = this.#world.known(value);
    if (known) return this.#link(known.alternative, s.args, result, s.origin);
    if (value.kind !== "var") return;
    if (this.isForeign(value)) { for (const a of s.args) this.#escape(a, s.origin); return; }
    const { alternatives, unknown, foreign } = this.classOf(value.variable).content;
    for (const a of alternatives) this.#link(a, s.args, result, s.origin);
    if (unknown === null && !foreign) return;
    for (const a of s.args) this.#escape(a, s.origin);
    if (result && holdsFunctions(result.type)) this.#note(isFunctionType(result.type) ? this.classOf(result).admit(result.type) : this.classOf(result).leaveAsIs());
  }

  #link(a: Alternative, args: readonly Expr[], result: Var | null, origin: Origin): void {
    if (!a.func) { for (const x of args) this.#escape(x, origin); return; }
    a.func.params.forEach((p, i) => { if (args[i] && holdsFunctions(p.variable.type)) this.#edge(args[i], this.classOf(p.variable)); });
    if (result && holdsFunctions(result.type)) this.#note(this.classOf(result).unify(this.resultOf(a)));
  }
}
