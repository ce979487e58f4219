// The function values of a program fragment: which functions can be values, what each captures, which names stand for one of them.
// Copies that inlining made of one literal are one alternative: what they differ in is captured. A function that is known by name is
// not captured: what it captures itself is, so that functions that call each other need no records (lambda lifting, Johnsson 1985).
// Assumes structured functions whose captured variables are never assigned (cells.ts).
import type { Expr, Func, FuncId, Type, Var } from "../../ir/ir.ts";
import { type Supply, typeOf, use } from "../../ir/build.ts";
import { eachExpression, operands, statements } from "../../ir/walk.ts";
import { cloneFunc } from "../../ir/clone.ts";
import { atomKey, freeAtoms, mapFree, shapeOf } from "./atoms.ts";
import { isHigherOrder } from "./residue.ts";

/** What a captured atom becomes inside a function. */
export interface Slot {
  readonly variable: Var;
}

/** One function literal as it is made in one place. */
export interface Instance {
  readonly alternative: Alternative;
  /** what stands for each slot where the literal is made */
  readonly atoms: Expr[];
}

/** A function that may arrive where function values are called. */
export interface Alternative {
  readonly number: number;
  /** its name among all alternatives: what a value that means it holds */
  readonly tag: string;
  /** the function itself, slots in place of what it captures; null where the program's own function is called as it stands */
  readonly func: Func | null;
  readonly id: FuncId;
  readonly slots: Slot[];
  readonly instances: Instance[];
  /** slots that stand for one known function: they are not captured */
  readonly known: Map<number, Alternative>;
}

export interface WorldContext {
  readonly supply: Supply;
  readonly functionOf: (id: FuncId) => Func | undefined;
  /** inlines what is known, and boxes what closures capture and change */
  readonly prepare: (func: Func) => Func;
  readonly freshId: () => number;
}

interface Group {
  readonly literals: Func[];
}

export class World {
  readonly root: Func;
  readonly alternatives: Alternative[] = [];
  readonly #context: WorldContext;
  readonly #literals = new Map<Func, Instance>();
  readonly #functions = new Map<FuncId, Alternative>();
  readonly #templates = new Map<string, Alternative[]>();
  /** variables that are never anything but one function */
  readonly #holders = new Map<Var, Expr>();
  readonly #slotVars = new Map<Var, { readonly owner: Alternative; readonly index: number }>();
  /** literals that stay, since the runtime calls them */
  readonly #comparators: Func[] = [];
  readonly #tags = new Set<string>(["given"]);

  constructor(root: Func, context: WorldContext) {
    this.root = root;
    this.#context = context;
    for (let open: readonly Func[] = [root]; open.length > 0;) open = this.#scan(open);
  }

  /** the bodies that are converted: the root's, and those of all alternatives */
  get bodies(): readonly Func[] {
    return [this.root, ...this.#comparators, ...this.alternatives.flatMap((x) => (x.func ? [x.func] : []))];
  }

  /** the function that an atom surely is, with what stands for its slots here */
  known(e: Expr): { readonly alternative: Alternative; readonly atoms: readonly Expr[] } | null {
    switch (e.kind) {
      case "closure": return this.#literals.get(e.func) ?? null;
      case "function": { const alternative = this.#functions.get(e.func); return alternative ? { alternative, atoms: [] } : null; }
      case "var": {
        const held = this.#holders.get(e.variable);
        if (held) return this.known(held);
        const slot = this.#slotVars.get(e.variable);
        const alternative = slot?.owner.known.get(slot.index);
        return slot && alternative ? { alternative, atoms: this.#atomsInside(slot.owner, slot.index, alternative) } : null;
      }
      default: return null;
    }
  }

  /** a program's function that takes or gives function values, as an alternative */
  functionNamed(id: FuncId): Alternative | undefined {
    return this.#functions.get(id);
  }

  isHolder(v: Var): boolean {
    return this.#holders.has(v);
  }

  // ---------------------------------------------------------------------------------------------- finding literals

  /** takes in what the bodies mention; gives the bodies that this adds */
  #scan(bodies: readonly Func[]): Func[] {
    const groups = new Map<string, Group>();
    const added: Func[] = [];
    const mention = (e: Expr): void => {
      if (e.kind === "closure") {
        const key = `${e.func.id} ${shapeOf(e.func)}`;
        const group = groups.get(key) ?? { literals: [] };
        groups.set(key, group);
        group.literals.push(e.func);
        return;
      }
      if (e.kind === "function") this.#function(e.func, added, true);
    };
    for (const f of bodies) {
      for (const s of statements(f.body)) {
        if (s.kind === "let" && !s.variable.mutable && this.#isFunctionAtom(s.value)) this.#holders.set(s.variable, s.value);
        if (s.kind === "call" && s.callee.kind === "function") this.#function(s.callee.func, added, false);
      }
      visitOwn(f, mention, (literal) => { this.#comparators.push(literal); added.push(literal); });
    }
    const fresh: Alternative[] = [];
    for (const [key, group] of groups) for (const literal of group.literals) this.#literal(key, literal, group, fresh);
    this.#settle(fresh);
    return [...added, ...fresh.flatMap((x) => (x.func ? [x.func] : []))];
  }

  #isFunctionAtom(e: Expr): boolean {
    return e.kind === "closure" || e.kind === "function" || (e.kind === "var" && (this.#holders.has(e.variable) || (this.known(e) !== null)));
  }

  #function(id: FuncId, added: Func[], isValue: boolean): void {
    if (this.#functions.has(id)) return;
    const func = this.#context.functionOf(id);
    if (!func) return;
    const takes = isHigherOrder(func);
    if (!takes && !isValue) return;
    const prepared = takes ? cloneFunc(this.#context.prepare(func), new Map(), this.#context.supply) : null;
    const alternative = this.#alternative(func.name, prepared && { ...prepared, id: `${id}$applied${this.#context.freshId()}` }, id);
    this.#functions.set(id, alternative);
    if (prepared && alternative.func) added.push(alternative.func);
  }

  #alternative(name: string, func: Func | null, id: FuncId): Alternative {
    let tag = name;
    for (let k = 2; this.#tags.has(tag); k++) tag = `${name}${k}`;
    this.#tags.add(tag);
    const made: Alternative = { number: this.alternatives.length, tag, func, id: func?.id ?? id, slots: [], instances: [], known: new Map() };
    this.alternatives.push(made);
    return made;
  }

  #literal(key: string, literal: Func, group: Group, fresh: Alternative[]): void {
    if (this.#literals.has(literal)) return;
    const earlier = this.#templates.get(key)?.find((x) => !fresh.includes(x) && this.#joins(x, literal));
    if (earlier) return;
    const alternatives = group.literals.filter((x) => !this.#literals.has(x));
    const made = this.#template(key, alternatives);
    fresh.push(made);
  }

  /** one alternative of several copies of a literal: what they differ in, and what is no constant, are slots */
  #template(key: string, literals: readonly Func[]): Alternative {
    const atoms = literals.map(freeAtoms);
    const first = literals[0]!;
    const slots: { readonly key: string; readonly atoms: readonly Expr[]; readonly variable: Var }[] = [];
    let at = 0;
    const func = mapFree(first, (e) => {
      const tuple = atoms.map((x) => x[at]!);
      at++;
      const keys = tuple.map(atomKey);
      if (e.kind !== "var" && keys.every((k) => k === keys[0])) return e;
      const name = keys.join();
      const found = slots.find((x) => x.key === name);
      if (found) return use(found.variable);
      const variable = this.#slotVariable(tuple);
      slots.push({ key: name, atoms: tuple, variable });
      return use(variable);
    });
    const alternative = this.#alternative(first.name, { ...func, id: `${first.id}$called${this.#context.freshId()}` }, first.id);
    slots.forEach((x, index) => { alternative.slots.push({ variable: x.variable }); this.#slotVars.set(x.variable, { owner: alternative, index }); });
    literals.forEach((x, i) => this.#instance(x, alternative, slots.map((s) => s.atoms[i]!)));
    this.#templates.set(key, [...(this.#templates.get(key) ?? []), alternative]);
    return alternative;
  }

  #slotVariable(tuple: readonly Expr[]): Var {
    const { supply } = this.#context;
    const named = tuple.find((e) => e.kind === "var");
    if (named?.kind === "var") return supply.like(named.variable, { mutable: false });
    return supply.fresh("value", tuple.map(typeOf).find((t) => t.kind !== "void") ?? { kind: "void" });
  }

  #instance(literal: Func, alternative: Alternative, atoms: Expr[]): void {
    const instance: Instance = { alternative, atoms };
    alternative.instances.push(instance);
    this.#literals.set(literal, instance);
  }

  /** another copy of a literal whose alternative is settled: it must agree in what is not a slot, and know the same functions */
  #joins(alternative: Alternative, literal: Func): boolean {
    const template = alternative.func!;
    const there = freeAtoms(template);
    const here = freeAtoms(literal);
    const atoms = new Array<Expr | undefined>(alternative.slots.length);
    for (const [i, e] of there.entries()) {
      const index = e.kind === "var" ? alternative.slots.findIndex((s) => s.variable === e.variable) : -1;
      if (index < 0) { if (atomKey(e) !== atomKey(here[i]!)) return false; continue; }
      if (atoms[index] !== undefined && atomKey(atoms[index]) !== atomKey(here[i]!)) return false;
      atoms[index] = here[i]!;
    }
    if (atoms.some((e) => e === undefined) || alternative.known.size > 0) return false;
    this.#instance(literal, alternative, atoms as Expr[]);
    return true;
  }

  // ---------------------------------------------------------------------------------------------- functions known by name

  /** slots that are one known function in every copy give way to what that function captures */
  #settle(alternatives: readonly Alternative[]): void {
    for (let changed = true; changed;) {
      changed = false;
      for (const a of alternatives) for (let k = 0; k < a.slots.length; k++) if (this.#settleSlot(a, k)) changed = true;
    }
  }

  #settleSlot(a: Alternative, k: number): boolean {
    const found = a.instances.map((x) => this.known(x.atoms[k]!));
    const target = found[0]?.alternative;
    if (!target || found.some((x) => x?.alternative !== target)) return false;
    let changed = a.known.get(k) !== target;
    a.known.set(k, target);
    target.slots.forEach((slot, t) => {
      const tuple = found.map((x) => x!.atoms[t]);
      if (tuple.some((e) => e === undefined)) return;
      if (this.#slotOf(a, tuple as Expr[]) >= 0) return;
      const variable = this.#context.supply.like(slot.variable);
      this.#slotVars.set(variable, { owner: a, index: a.slots.length });
      a.slots.push({ variable });
      a.instances.forEach((x, i) => x.atoms.push(tuple[i]!));
      changed = true;
    });
    return changed;
  }

  #slotOf(a: Alternative, tuple: readonly Expr[]): number {
    return a.slots.findIndex((_, j) => a.instances.every((x, i) => atomKey(x.atoms[j]!) === atomKey(tuple[i]!)));
  }

  /** what stands for the slots of a known function inside the function that knows it */
  #atomsInside(owner: Alternative, index: number, target: Alternative): readonly Expr[] {
    return target.slots.map((_, t): Expr => {
      const tuple = owner.instances.map((x) => this.known(x.atoms[index]!)?.atoms[t]);
      const at = tuple.some((e) => e === undefined) ? -1 : this.#slotOf(owner, tuple as Expr[]);
      return at >= 0 ? use(owner.slots[at]!.variable) : { kind: "const", value: undefined };
    });
  }
}

/** the expressions of a function, bodies of closures left out; what the runtime is handed goes to `comparator` */
function visitOwn(func: Func, visit: (e: Expr) => void, comparator: (literal: Func) => void): void {
  const each = (e: Expr): void => {
    visit(e);
    for (const x of operands(e)) if (e.kind === "runtime" && x.kind === "closure") comparator(x.func); else each(x);
  };
  for (const s of statements(func.body)) eachExpression(s, each);
  if (func.result) each(func.result);
}

export const isFunctionType = (t: Type): boolean => t.kind === "function" || (t.kind === "nullable" && isFunctionType(t.inner)) || (t.kind === "union" && t.members.every(isFunctionType));
