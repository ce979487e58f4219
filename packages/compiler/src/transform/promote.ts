// Promotes small fresh arrays, tuples and objects to variables, one per element, where all that happens to them is reading and
// writing at constant places (scalar replacement of aggregates). Vectors passed through inlined helpers disappear this way; so do copies of
// arrays that are only read at constant places, and what branches assign to one variable where nobody writes to it.
// Assumes the structured stage after inlining. Guarantees the same, with fewer allocations; nested aggregates go outermost first.
import type { Block, Expr, Func, Place, Stmt, Type, Var } from "../ir/ir.ts";
import { assign, constant, define, element, load, op, type Supply, typeOf, UNDEFINED, use, ZERO } from "../ir/build.ts";
import { decideTests } from "./decide-tests.ts";
import { readInside, variablesAssigned } from "../ir/variables.ts";
import { eachExpression, eachOperand, mapOperands, mapStmt, statements } from "../ir/walk.ts";

export function promote(func: Func, supply: Supply): Func {
  let current = func;
  for (;;) {
    current = decideTests(current);
    const aggregates = findAggregates(current);
    if (aggregates.size === 0) return current;
    current = replaceAggregates(current, aggregates, supply);
  }
}

type Literal = Expr & ({ readonly kind: "array" } | { readonly kind: "struct" });
type Copy = Expr & { readonly kind: "copy" };
type Load = Expr & { readonly kind: "load" };

interface Aggregate {
  readonly variable: Var;
  /** what stands at each place where it is made; null for a variable that branches assign, and for names of what it holds */
  readonly parts: ReadonlyMap<string, Expr> | null;
  readonly types: ReadonlyMap<string, Type>;
  /** places whose variable changes */
  readonly written: ReadonlySet<string>;
}

const isLiteral = (e: Expr): e is Literal => (e.kind === "array" && e.elements.every((x) => !x.spread)) || e.kind === "struct";

const partsOf = (e: Literal): ReadonlyMap<string, Expr> =>
  new Map(e.kind === "array" ? e.elements.map((x, i) => [String(i), x.value] as const) : e.fields.map((f) => [f.name, f.value] as const));

/** the rest of an array from a constant place, in an array of the same kind */
function isPlainCopy(e: Expr): e is Copy {
  if (e.kind !== "copy" || e.end !== null || e.source.kind !== "var") return false;
  const [from, to] = [typeOf(e.source), e.type];
  const isStart = e.start === null || (e.start.kind === "const" && Number.isInteger(e.start.value) && Number(e.start.value) >= 0);
  return isStart && from.kind === "array" && to.kind === "array" && from.array === to.array;
}

/** What the text says of aggregates: where they are made, and whether all that happens to them is reading and writing at constant places. */
class Uses {
  readonly #assigned: ReadonlySet<Var>;
  /** copies of an aggregate count as the same object */
  readonly #roots = new Map<Var, Var>();
  readonly #literals = new Map<Var, Literal>();
  readonly #copies = new Map<Var, Copy>();
  /** the places at which a copy is read */
  readonly #reads = new Map<Var, Map<string, Load>>();
  /** variables that branches or trips assign → what they are assigned */
  readonly #joins = new Map<Var, { readonly isDeclared: boolean; readonly sources: readonly (Var | Literal | null)[] }>();
  /** names for what such a variable holds at a time */
  readonly #views = new Map<Var, Var>();
  readonly #escaped = new Set<Var>();
  readonly #written = new Map<Var, Set<string>>();

  constructor(func: Func) {
    this.#assigned = variablesAssigned(func.body);
    const all = statements(func.body);
    for (const s of all) if (s.kind === "let") this.#define(s.variable, s.value);
    this.#findJoins(all);
    for (const s of all) this.#statement(s);
    if (func.result) this.#escape(func.result);
    this.#settleJoins();
  }

  found(): ReadonlyMap<Var, Aggregate> {
    const found = new Map<Var, Aggregate>();
    const made = new Map<Var, Aggregate>();
    for (const [v, root] of this.#roots) {
      if (this.#escaped.has(root)) continue;
      const aggregate = made.get(root) ?? this.#aggregate(root);
      made.set(root, aggregate);
      found.set(v, aggregate);
    }
    return found;
  }

  #aggregate(variable: Var): Aggregate {
    const copy = this.#copies.get(variable);
    if (copy) {
      const start = copy.start?.kind === "const" ? Number(copy.start.value) : 0;
      const reads = [...(this.#reads.get(variable) ?? new Map<string, Load>())];
      const parts = new Map(reads.map(([key, read]) => [key, load(element(copy.source, constant(start + Number(key))), read.type, read.mayMiss)]));
      return { variable, parts, types: new Map(reads.map(([key, read]) => [key, read.type])), written: NONE };
    }
    const literal = this.#literals.get(variable);
    if (literal) return { variable, parts: partsOf(literal), types: typesOf(literal, literal.type), written: this.#written.get(variable) ?? NONE };
    const types = typesOf(this.#literalsOf(variable)[0]!, variable.type);
    return { variable, parts: null, types, written: this.#joins.has(variable) ? new Set(types.keys()) : NONE };
  }

  #define(v: Var, value: Expr): void {
    if (this.#assigned.has(v)) return;
    const root = value.kind === "var" ? this.#roots.get(value.variable) : isLiteral(value) || isPlainCopy(value) ? v : undefined;
    if (root === undefined) return;
    this.#roots.set(v, root);
    if (isLiteral(value)) this.#literals.set(v, value);
    if (isPlainCopy(value)) this.#copies.set(v, value);
  }

  /** variables to which nothing but literals with the same places is assigned, and each other */
  #findJoins(all: readonly Stmt[]): void {
    for (const s of all) {
      if ((s.kind !== "let" && s.kind !== "assign") || !this.#assigned.has(s.variable) || !isAggregateType(s.variable.type)) continue;
      const known = this.#joins.get(s.variable) ?? { isDeclared: false, sources: [] };
      const isNothing = s.kind === "let" && s.value.kind === "const" && s.value.value === undefined;
      this.#joins.set(s.variable, { isDeclared: known.isDeclared || s.kind === "let", sources: isNothing ? known.sources : [...known.sources, s.value.kind === "var" ? s.value.variable : isLiteral(s.value) ? s.value : null] });
    }
    for (const [v, { isDeclared }] of this.#joins) if (!isDeclared) this.#joins.delete(v);
    // names for what one of them holds at a time
    for (const s of all) {
      if (s.kind !== "let" || s.value.kind !== "var" || this.#assigned.has(s.variable)) continue;
      const from = s.value.variable;
      const root = this.#roots.get(from);
      if (this.#joins.has(from) || this.#views.has(from)) this.#views.set(s.variable, from);
      else if (root !== undefined) this.#roots.set(s.variable, root);
    }
    for (let before = -1; before !== this.#joins.size;) {
      before = this.#joins.size;
      for (const [v, { sources }] of this.#joins) if (!sources.every((x) => x !== null && ("kind" in x || this.#isKnown(x))) || this.#keysOf(v) === null) this.#joins.delete(v);
    }
    for (const v of this.#joins.keys()) this.#roots.set(v, v);
    for (const v of this.#views.keys()) if (this.#isKnown(v)) this.#roots.set(v, v); else this.#views.delete(v);
  }

  #isKnown(v: Var): boolean {
    const of = this.#views.get(v);
    return of !== undefined ? this.#isKnown(of) : this.#joins.has(v) || this.#literals.has(this.#roots.get(v)!);
  }

  /** the literals that a variable may hold */
  #literalsOf(v: Var, seen: Set<Var> = new Set()): readonly Literal[] {
    if (seen.has(v)) return [];
    seen.add(v);
    const of = this.#views.get(v);
    if (of !== undefined) return this.#literalsOf(of, seen);
    const join = this.#joins.get(v);
    if (join === undefined) { const found = this.#literals.get(this.#roots.get(v)!); return found ? [found] : []; }
    return join.sources.flatMap((x) => (x === null ? [] : "kind" in x ? [x] : this.#literalsOf(x, seen)));
  }

  /** the places that all literals have that a variable may hold; null where they differ */
  #keysOf(v: Var): string | null {
    const keys = new Set(this.#literalsOf(v).map((x) => `${x.kind} ${[...partsOf(x).keys()].sort().join()}`));
    const [only = ""] = keys;
    return keys.size === 1 && !only.endsWith(" ") ? only : null;
  }

  /** variables that branches assign go together with what they are assigned, and nobody writes to any of it */
  #settleJoins(): void {
    const together = [...[...this.#joins].map(([v, { sources }]) => [v, ...sources.filter((x): x is Var => x !== null && !("kind" in x))]), ...this.#views].map((x) => x.map((v) => this.#roots.get(v) ?? v));
    for (let before = -1; before !== this.#escaped.size;) {
      before = this.#escaped.size;
      for (const all of together) if (all.some((x) => this.#escaped.has(x) || (this.#written.get(x)?.size ?? 0) > 0)) for (const x of all) this.#escaped.add(x);
    }
  }

  #statement(s: Stmt): void {
    if (s.kind === "let" && s.value.kind === "var" && this.#roots.has(s.variable)) return;
    if ((s.kind === "let" || s.kind === "assign") && this.#joins.has(s.variable)) {
      if (s.value.kind !== "var") eachOperand(s.value, (e) => { this.#escape(e); });
      return;
    }
    if (s.kind === "store" || s.kind === "accumulate") {
      this.#touch(s.place, null);
      this.#escape(s.value);
      return;
    }
    // what a copy is made of is read there and then
    eachExpression(s, (e) => { this.#escape(e); });
  }

  #escape(e: Expr): void {
    if (e.kind === "var") { const root = this.#roots.get(e.variable); if (root) this.#escaped.add(root); }
    // what a function literal reads, it reads at times of its own
    if (e.kind === "closure") {
      for (const v of readInside(e.func)) this.#escape(use(v));
      return;
    }
    if (e.kind === "load") { this.#touch(e.place, e); return; }
    if (e.kind === "length") { if (!this.#hasKnownLength(e.array)) this.#escape(e.array); return; }
    eachOperand(e, (x) => { this.#escape(x); });
  }

  #hasKnownLength(array: Expr): boolean {
    const root = array.kind === "var" ? this.#roots.get(array.variable) : undefined;
    if (root === undefined) return false;
    return (this.#literals.get(root) ?? this.#literalsOf(root)[0])?.kind === "array";
  }

  /** `read`: null for a write */
  #touch(p: Place, read: Load | null): void {
    if (p.kind === "cell") return;
    const root = p.base.kind === "var" ? this.#roots.get(p.base.variable) : undefined;
    if (p.kind === "element") this.#escape(p.index);
    if (!root) { this.#escape(p.base); return; }
    const key = keyAt(p);
    if (this.#copies.has(root)) this.#touchCopy(root, key, read);
    else if (key === null || !partsOf(this.#literals.get(root) ?? this.#literalsOf(root)[0]!).has(key)) this.#escaped.add(root);
    else if (read === null) this.#written.set(root, (this.#written.get(root) ?? new Set()).add(key));
  }

  #touchCopy(root: Var, key: string | null, read: Load | null): void {
    const reads = this.#reads.get(root) ?? new Map<string, Load>();
    this.#reads.set(root, reads);
    const known = key === null ? undefined : reads.get(key);
    if (key === null || read === null || reads.size >= MOST_READS || (known !== undefined && known.mayMiss !== read.mayMiss)) this.#escaped.add(root);
    else if (known === undefined) reads.set(key, read);
  }
}

const NONE: ReadonlySet<string> = new Set();

/** a copy of which more is read is a copy */
const MOST_READS = 16;

const isAggregateType = (t: Type): boolean => t.kind === "array" || t.kind === "tuple" || t.kind === "struct";

const findAggregates = (func: Func): ReadonlyMap<Var, Aggregate> => new Uses(func).found();

/** the types of the places of a literal, in a variable of a type */
function typesOf(literal: Literal, t: Type): ReadonlyMap<string, Type> {
  return new Map([...partsOf(literal)].map(([key, value]) => {
    if (t.kind === "array") return [key, t.element];
    if (t.kind === "tuple") return [key, t.elements[Number(key)] ?? typeOf(value)];
    return [key, withoutLiterals((t.kind === "struct" ? t.fields.find((f) => f.name === key)?.type : undefined) ?? typeOf(value))];
  }));
}

/** TypeScript follows which of a few texts a variable has, further than tests that were written for a property may go */
function withoutLiterals(t: Type): Type {
  if (t.kind === "nullable") return { ...t, inner: withoutLiterals(t.inner) };
  return "literals" in t ? { kind: t.kind } : t;
}

function keyAt(p: Place): string | null {
  if (p.kind === "field") return p.field;
  return p.kind === "element" && p.index.kind === "const" && Number.isInteger(p.index.value) ? String(p.index.value) : null;
}

function replaceAggregates(func: Func, aggregates: ReadonlyMap<Var, Aggregate>, supply: Supply): Func {
  const parts = new Map<Var, ReadonlyMap<string, Var>>();
  for (const a of new Set(aggregates.values())) parts.set(a.variable, new Map([...a.types].map(([key, type]) => [key, supply.fresh(partName(a.variable.name, key), type, a.written.has(key))])));
  const partOf = (p: Place): Var | null => {
    if (p.kind === "cell" || p.base.kind !== "var") return null;
    const a = aggregates.get(p.base.variable);
    return a ? parts.get(a.variable)!.get(keyAt(p)!) ?? null : null;
  };
  const expr = (e: Expr): Expr => {
    if (e.kind === "load") { const v = partOf(e.place); if (v) return use(v); }
    if (e.kind === "length" && e.array.kind === "var") { const a = aggregates.get(e.array.variable); if (a) return constant(a.types.size); }
    return mapOperands(e, expr);
  };
  /** what stands at each place of what is assigned */
  const given = (e: Expr, a: Aggregate): ((key: string) => Expr) => {
    if (isLiteral(e)) { const made = partsOf(e); return (key) => expr(made.get(key)!); }
    const from = e.kind === "var" ? aggregates.get(e.variable) : undefined;
    if (from) return (key) => use(parts.get(from.variable)!.get(key)!);
    return (key) => (a.types.get(key)!.kind === "real" ? ZERO : UNDEFINED);
  };
  const each = (block: Block): Block => block.flatMap((s): Block => {
    const a = s.kind === "let" || s.kind === "assign" ? aggregates.get(s.variable) : undefined;
    if (a !== undefined && (s.kind === "let" || s.kind === "assign")) {
      const own = [...parts.get(a.variable)!];
      if (s.variable !== a.variable) return [];
      if (a.parts !== null) return own.map(([key, v]): Stmt => define(v, expr(a.parts!.get(key)!), s.origin));
      const at = given(s.value, a);
      return own.map(([key, v]) => (s.kind === "let" ? define(v, at(key), s.origin) : assign(v, at(key), s.origin)));
    }
    if (s.kind === "store") { const v = partOf(s.place); if (v) return [assign(v, expr(s.value), s.origin)]; }
    if (s.kind === "accumulate") {
      const v = partOf(s.place);
      const sum = v && supply.like(v, { mutable: false });
      if (v && sum) return [define(sum, op("+", [use(v), expr(s.value)]), s.origin), assign(v, use(sum), s.origin)];
    }
    return [mapStmt(s, expr, each)];
  });
  return { ...func, body: each(func.body), result: func.result && expr(func.result) };
}

/** `p[0]` becomes `p0`, `center.x` becomes `centerX`; the cell of a captured variable becomes the variable */
function partName(name: string, given: string): string {
  const key = given.replace(/\W/g, "");
  if (name === key) return name;
  return /^\d/.test(key) ? `${name}${key}` : `${name}${key.charAt(0).toUpperCase()}${key.slice(1)}`;
}
