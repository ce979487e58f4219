// Points-to sets: which objects a variable may refer to, and which objects stand in which fields (Andersen: inclusion
// constraints, without regard to order). Objects are named by the statement that allocates them, by the path from a parameter,
// or by the module variable that holds them.
// Assumes the versioned stage. The whole program is analyzed at once: parameters of a called function point to what its calls pass.
import type { Block, Cell, Expr, Func, FuncId, MutationName, Place, Stmt, Type, Var } from "../ir/ir.ts";
import { typeOf } from "../ir/build.ts";
import { isSet, sameType } from "../ir/facts.ts";
import { statements } from "../ir/walk.ts";
import { HOLDING } from "../rules/runtime.ts";
import { movesElements, VALUES_OF } from "./mutations.ts";

/** the key of all elements of an array and all entries of a map; fields use their names. On an object it stands for any field */
export const ELEMENTS = "[]";
/** what stands for the keys of a map, where they are objects */
const KEYS = "#keys";

export interface ObjectId {
  readonly id: number;
  readonly origin: "allocation" | "parameter" | "cell" | "unknown";
  /** the variable that the allocation defines, or the parameter at the root of the path */
  readonly variable: Var | null;
  readonly type: Type;
  /** memory of a module to which nobody writes */
  readonly stays?: true;
}

export interface Alias {
  readonly objects: readonly ObjectId[];
  pointsTo(e: Expr): ReadonlySet<ObjectId>;
  field(object: ObjectId, key: string): ReadonlySet<ObjectId>;
  fieldsOf(object: ObjectId): ReadonlyMap<string, ReadonlySet<ObjectId>>;
  /** the objects and the key that a place stands for */
  targets(place: Place): { readonly objects: ReadonlySet<ObjectId>; readonly key: string };
  /** all objects that can be reached from these */
  reach(objects: Iterable<ObjectId>): ReadonlySet<ObjectId>;
}

export const isReference = (t: Type): boolean =>
  t.kind === "array" || t.kind === "tuple" || t.kind === "struct" || t.kind === "map" || (t.kind === "nullable" && isReference(t.inner)) || (t.kind === "union" && t.members.some(isReference));

export const keyOf = (p: Place): string => {
  switch (p.kind) {
    case "element": return typeKeyed(p) ?? ELEMENTS;
    case "field": return p.field;
    case "cell": return "value";
  }
};

/** elements of tuples at constant positions are told apart */
function typeKeyed(p: Place & { kind: "element" }): string | null {
  const t = typeOf(p.base);
  return t.kind === "tuple" && p.index.kind === "const" ? String(p.index.value) : null;
}

const EMPTY: ReadonlySet<ObjectId> = new Set();

export function analyzeAlias(functions: readonly Func[], functionOf: (id: FuncId) => Func | undefined): Alias {
  const solver = new Solver(functionOf);
  for (const f of functions) solver.addRoot(f);
  solver.solve(functions);
  return solver.result();
}

class Solver {
  readonly #functionOf: (id: FuncId) => Func | undefined;
  readonly #objects: ObjectId[] = [];
  readonly #vars = new Map<Var, Set<ObjectId>>();
  readonly #fields = new Map<ObjectId, Map<string, Set<ObjectId>>>();
  readonly #allocations = new Map<Var, ObjectId>();
  readonly #cells = new Map<string, ObjectId>();
  readonly #parents = new Map<ObjectId, ObjectId>();
  #changed = false;

  constructor(functionOf: (id: FuncId) => Func | undefined) {
    this.#functionOf = functionOf;
  }

  addRoot(func: Func): void {
    for (const p of func.params) if (isReference(p.variable.type)) this.#include(this.#set(p.variable), [this.#object("parameter", p.variable, p.variable.type)]);
  }

  solve(functions: readonly Func[]): void {
    do {
      this.#changed = false;
      for (const f of functions) this.#block(f.body, f);
    } while (this.#changed);
  }

  result(): Alias {
    return {
      objects: this.#objects,
      pointsTo: (e) => this.#of(e),
      field: (o, key) => this.#field(o, key),
      fieldsOf: (o) => this.#fields.get(o) ?? new Map(),
      targets: (place) => ({ objects: this.#bases(place), key: keyOf(place) }),
      reach: (objects) => this.#reach(objects),
    };
  }

  #reach(objects: Iterable<ObjectId>): ReadonlySet<ObjectId> {
    const found = new Set<ObjectId>();
    const visit = (o: ObjectId): void => {
      if (found.has(o)) return;
      found.add(o);
      for (const inner of (this.#fields.get(o) ?? new Map<string, Set<ObjectId>>()).values()) for (const x of inner) visit(x);
    };
    for (const o of objects) visit(o);
    return found;
  }

  #object(origin: ObjectId["origin"], variable: Var | null, type: Type, stays = false): ObjectId {
    const object: ObjectId = { id: this.#objects.length, origin, variable, type: type.kind === "nullable" ? type.inner : type, ...(stays ? { stays: true } : {}) };
    this.#objects.push(object);
    this.#changed = true;
    return object;
  }

  #set(v: Var): Set<ObjectId> {
    let found = this.#vars.get(v);
    if (!found) this.#vars.set(v, (found = new Set()));
    return found;
  }

  #include(into: Set<ObjectId>, from: Iterable<ObjectId>): void {
    for (const o of from) if (!into.has(o)) { into.add(o); this.#changed = true; }
  }

  #cell({ file, name, stays }: Cell): ObjectId {
    const key = `${file}#${name}`;
    let found = this.#cells.get(key);
    if (!found) this.#cells.set(key, (found = this.#object("cell", null, { kind: "void" }, stays === true)));
    return found;
  }

  #bases(place: Place): ReadonlySet<ObjectId> {
    return place.kind === "cell" ? new Set([this.#cell(place.cell)]) : this.#of(place.base);
  }

  /** what a field of an object refers to; parameters and module variables have theirs made on demand, recursive types fold */
  #field(object: ObjectId, key: string): Set<ObjectId> {
    let fields = this.#fields.get(object);
    if (!fields) this.#fields.set(object, (fields = new Map()));
    let found = fields.get(key);
    if (!found) {
      fields.set(key, (found = new Set()));
      if (object.origin !== "allocation") {
        const type = memberType(object.type, key);
        if (type && isReference(type)) found.add(this.#ancestorOf(object, type) ?? this.#child(object, type));
      }
    }
    return found;
  }

  #child(object: ObjectId, type: Type): ObjectId {
    const child = this.#object(object.origin, object.variable, type, object.stays === true);
    this.#parents.set(child, object);
    return child;
  }

  #ancestorOf(object: ObjectId, type: Type): ObjectId | null {
    const inner = type.kind === "nullable" ? type.inner : type;
    if (inner.kind !== "struct" && inner.kind !== "union") return null;
    for (let at: ObjectId | undefined = object; at; at = this.#parents.get(at)) if (sameType(at.type, inner)) return at;
    return null;
  }

  #of(e: Expr): ReadonlySet<ObjectId> {
    switch (e.kind) {
      case "var": return this.#vars.get(e.variable) ?? EMPTY;
      case "op": return e.op === "select" ? new Set([...this.#of(e.args[1]!), ...this.#of(e.args[2]!)]) : EMPTY;
      default: return EMPTY;
    }
  }

  #load(place: Place, type: Type): ReadonlySet<ObjectId> {
    const key = keyOf(place);
    const found = new Set<ObjectId>();
    if (place.kind === "cell") {
      const cell = this.#bases(place).values().next().value!;
      const inner = this.#field(cell, key);
      if (inner.size === 0 && isReference(type)) this.#include(inner, [this.#object("cell", null, type, cell.stays === true)]);
      return inner;
    }
    for (const o of this.#bases(place)) {
      for (const x of this.#field(o, key)) found.add(x);
      if (key !== ELEMENTS) for (const x of this.#field(o, ELEMENTS)) found.add(x);
      else if (o.type.kind !== "array") for (const x of this.#allFields(o)) found.add(x);
    }
    return found;
  }

  /** what any field of the object may refer to */
  #allFields(o: ObjectId): ReadonlySet<ObjectId> {
    for (const t of o.type.kind === "union" ? o.type.members : [o.type]) if (t.kind === "struct") for (const f of t.fields) this.#field(o, f.name);
    const found = new Set<ObjectId>();
    for (const [key, xs] of this.#fields.get(o) ?? []) if (key !== KEYS) for (const x of xs) found.add(x);
    return found;
  }

  #allocation(v: Var, type: Type): ObjectId {
    let found = this.#allocations.get(v);
    if (!found) this.#allocations.set(v, (found = this.#object("allocation", v, type)));
    return found;
  }

  #define(v: Var, e: Expr): void {
    const into = this.#set(v);
    switch (e.kind) {
      case "var": case "op": this.#include(into, this.#of(e)); return;
      case "load": if (isReference(e.type)) this.#include(into, this.#load(e.place, e.type)); return;
      case "array": {
        const o = this.#allocation(v, e.type);
        this.#include(into, [o]);
        e.elements.forEach((x, i) => {
          const key = e.type.kind === "tuple" && !e.elements.slice(0, i + 1).some((y) => y.spread) ? String(i) : ELEMENTS;
          if (x.spread) for (const source of this.#of(x.value)) this.#include(this.#field(o, ELEMENTS), this.#allElements(source));
          else this.#include(this.#field(o, key), this.#of(x.value));
        });
        return;
      }
      case "struct": {
        const o = this.#allocation(v, e.type);
        this.#include(into, [o]);
        for (const f of e.fields) this.#include(this.#field(o, f.name), this.#of(f.value));
        return;
      }
      case "new": this.#include(into, [this.#allocation(v, e.type)]); return;
      case "view": this.#include(into, this.#of(e.source)); return;
      case "copy": {
        const o = this.#allocation(v, e.type);
        this.#include(into, [o]);
        for (const source of this.#of(e.source)) this.#include(this.#field(o, ELEMENTS), this.#allElements(source));
        return;
      }
      case "keys": {
        const o = this.#allocation(v, e.type);
        this.#include(into, [o]);
        const key = isSet(typeOf(e.of)) ? ELEMENTS : KEYS;
        if (e.type.kind === "array" && isReference(e.type.element)) for (const source of this.#of(e.of)) this.#include(this.#field(o, ELEMENTS), this.#field(source, key));
        return;
      }
      case "zeros": this.#include(into, this.#fresh(v, e.type)); return;
      case "runtime":
        // copies and skeletons of adjoint objects hold what was given; anything else is made afresh
        if (!HOLDING.has(e.name)) { this.#include(into, this.#fresh(v, e.type)); return; }
        if (isReference(e.type) && isFlat(e.type)) this.#include(into, [this.#allocation(v, e.type)]);
        if (e.args[0]) this.#include(into, this.#of(e.args[0]));
        return;
      default: return;
    }
  }

  /** a structure made where nobody looks: an allocation whose parts are made on demand */
  #fresh(v: Var, type: Type): ObjectId[] {
    if (!isReference(type)) return [];
    let found = this.#allocations.get(v);
    if (!found) this.#allocations.set(v, (found = this.#object(isFlat(type) ? "allocation" : "unknown", v, type)));
    return [found];
  }

  #allElements(o: ObjectId): ReadonlySet<ObjectId> {
    const found = new Set(this.#field(o, ELEMENTS));
    if (o.type.kind === "tuple") o.type.elements.forEach((_, i) => { for (const x of this.#field(o, String(i))) found.add(x); });
    return found;
  }

  #elementsOf(e: Expr): readonly ObjectId[] {
    return [...this.#of(e)].flatMap((o) => [...this.#allElements(o)]);
  }

  /** `splice` gives a new array of what it removed; others give an element, or the array itself */
  #mutationResult(result: Var, operation: MutationName, array: ObjectId): void {
    const into = this.#set(result);
    if (operation === "splice") {
      const removed = this.#allocation(result, result.type);
      this.#include(into, [removed]);
      this.#include(this.#field(removed, ELEMENTS), this.#allElements(array));
    } else this.#include(into, operation === "pop" || operation === "shift" ? this.#allElements(array) : [array]);
  }

  #block(block: Block, func: Func): void {
    for (const s of statements(block)) this.#statement(s, func);
  }

  /** an object that is a key of a map can be had from the map */
  #keyed(map: ObjectId, place: Place): void {
    if (place.kind === "element" && isReference(typeOf(place.index))) this.#include(this.#field(map, KEYS), this.#of(place.index));
  }

  #statement(s: Stmt, _func: Func): void {
    switch (s.kind) {
      case "let": case "assign": if (isReference(s.variable.type) || s.value.kind !== "op") this.#define(s.variable, s.value); return;
      case "store":
        for (const o of this.#bases(s.place)) {
          this.#include(this.#field(o, keyOf(s.place)), this.#of(s.value));
          this.#keyed(o, s.place);
        }
        return;
      // where there is no entry, one is made
      case "accumulate": for (const o of this.#bases(s.place)) this.#keyed(o, s.place); return;
      case "mutate": {
        const isValue = VALUES_OF[s.operation];
        for (const o of this.#of(s.array)) {
          const elements = this.#field(o, ELEMENTS);
          s.args.forEach((a, i) => { if (isValue(i)) for (const x of s.operation === "set" ? this.#elementsOf(a) : this.#of(a)) this.#include(elements, [x]); });
          if (movesElements(s.operation)) this.#include(elements, this.#allElements(o));
          if (s.result && isReference(s.result.type)) this.#mutationResult(s.result, s.operation, o);
        }
        return;
      }
      case "call": {
        const callee = s.callee.kind === "function" ? this.#functionOf(s.callee.func) : undefined;
        if (s.callee.kind === "ruled") {
          if (s.result) this.#include(this.#set(s.result), this.#fresh(s.result, s.result.type));
          return;
        }
        if (!callee) {
          if (s.result && isReference(s.result.type)) this.#include(this.#set(s.result), [this.#allocation(s.result, s.result.type)]);
          return;
        }
        callee.params.forEach((p, i) => { const a = s.args[i]; if (a) this.#include(this.#set(p.variable), this.#of(a)); });
        if (s.result && callee.result) this.#include(this.#set(s.result), this.#of(callee.result));
        return;
      }
      default: return;
    }
  }
}

const isFlat = (t: Type): boolean => t.kind === "array" && !isReference(t.element);

/** what may be any of these; null if there is none */
function unionOf(types: readonly Type[]): Type | null {
  const members: Type[] = [];
  const add = (t: Type): void => {
    if (t.kind === "nullable") add(t.inner);
    else if (t.kind === "union") t.members.forEach(add);
    else if (!members.some((x) => sameType(x, t))) members.push(t);
  };
  types.forEach(add);
  const [only] = members;
  return only === undefined ? null : members.length === 1 ? only : { kind: "union", members };
}

/** the declared type of an element or a field */
export function memberType(t: Type, key: string): Type | null {
  switch (t.kind) {
    case "array": return t.element;
    case "tuple": return key === ELEMENTS ? (t.elements.length > 0 ? { kind: "union", members: t.elements } : null) : t.elements[Number(key)] ?? null;
    case "struct": return t.fields.find((f) => f.name === key)?.type ?? null;
    case "map": return key === KEYS ? t.key : t.value;
    case "nullable": return memberType(t.inner, key);
    case "union": return unionOf(t.members.flatMap((m) => memberType(m, key) ?? []));
    default: return null;
  }
}
