// Promotes small fresh arrays, tuples and objects to variables, one per element, where all that happens to them is reading and
// writing at constant places (scalar replacement of aggregates). Vectors passed through inlined helpers disappear this way.
// Assumes the structured stage after inlining. Guarantees the same, with fewer allocations; nested aggregates go outermost first.
import type { Block, Expr, Func, Place, Stmt, Var } from "../ir/ir.ts";
import { assign, constant, define, op, type Supply, typeOf, use } from "../ir/build.ts";
import { decideTests } from "./decide-tests.ts";
import { expressions, mapOperands, mapStmt, operands, statements, variablesAssigned } from "../ir/walk.ts";

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

interface Aggregate {
  readonly variable: Var;
  readonly literal: Literal;
  readonly keys: readonly string[];
  readonly written: ReadonlySet<string>;
}

const partsOf = (e: Literal): readonly (readonly [string, Expr])[] =>
  e.kind === "array" ? e.elements.map((x, i) => [String(i), x.value] as const) : e.fields.map((f) => [f.name, f.value] as const);

/** literals whose variables are only read and written at constant places; copies of them count as the same object */
function findAggregates(func: Func): ReadonlyMap<Var, Aggregate> {
  const assigned = variablesAssigned(func.body);
  const roots = new Map<Var, Var>();
  const literals = new Map<Var, Literal>();
  for (const s of statements(func.body)) {
    if (s.kind !== "let" || assigned.has(s.variable)) continue;
    if ((s.value.kind === "array" && s.value.elements.every((x) => !x.spread)) || s.value.kind === "struct") {
      literals.set(s.variable, s.value);
      roots.set(s.variable, s.variable);
    } else if (s.value.kind === "var") {
      const root = roots.get(s.value.variable);
      if (root) roots.set(s.variable, root);
    }
  }
  const escaped = new Set<Var>();
  const written = new Map<Var, Set<string>>();
  const escape = (e: Expr): void => {
    if (e.kind === "var") { const root = roots.get(e.variable); if (root) escaped.add(root); }
    if (e.kind === "closure") { for (const s of statements(e.func.body)) expressions(s).forEach(escape); if (e.func.result) escape(e.func.result); return; }
    if (e.kind === "load") { touch(e.place, false); return; }
    if (e.kind === "length") { if (!knownLength(e, roots, literals)) escape(e.array); return; }
    operands(e).forEach(escape);
  };
  const touch = (p: Place, isWrite: boolean): void => {
    if (p.kind === "cell") return;
    const root = p.base.kind === "var" ? roots.get(p.base.variable) : undefined;
    const literal = root && literals.get(root);
    if (p.kind === "element") escape(p.index);
    if (!root || !literal) { escape(p.base); return; }
    const key = keyAt(p);
    if (key === null || !partsOf(literal).some(([k]) => k === key)) { escaped.add(root); return; }
    if (isWrite) written.set(root, (written.get(root) ?? new Set()).add(key));
  };
  for (const s of statements(func.body)) {
    if (s.kind === "let" && s.value.kind === "var" && roots.has(s.variable)) continue;
    if (s.kind === "store") { touch(s.place, true); escape(s.value); continue; }
    if (s.kind === "accumulate") { touch(s.place, true); escape(s.value); continue; }
    expressions(s).forEach(escape);
  }
  if (func.result) escape(func.result);
  const found = new Map<Var, Aggregate>();
  for (const [v, root] of roots) {
    const literal = literals.get(root);
    if (literal && !escaped.has(root)) found.set(v, { variable: root, literal, keys: partsOf(literal).map(([k]) => k), written: written.get(root) ?? new Set() });
  }
  return found;
}

function keyAt(p: Place): string | null {
  if (p.kind === "field") return p.field;
  return p.kind === "element" && p.index.kind === "const" && Number.isInteger(p.index.value) ? String(p.index.value) : null;
}

function knownLength(e: Expr & { kind: "length" }, roots: ReadonlyMap<Var, Var>, literals: ReadonlyMap<Var, Literal>): boolean {
  const root = e.array.kind === "var" ? roots.get(e.array.variable) : undefined;
  return root !== undefined && literals.get(root)?.kind === "array";
}

function replaceAggregates(func: Func, aggregates: ReadonlyMap<Var, Aggregate>, supply: Supply): Func {
  const parts = new Map<Var, Map<string, Var>>();
  for (const a of new Set(aggregates.values())) {
    if (parts.has(a.variable)) continue;
    parts.set(a.variable, new Map(partsOf(a.literal).map(([key, value]) => [key, supply.fresh(partName(a.variable.name, key), partType(a, key, value), a.written.has(key))])));
  }
  const partOf = (p: Place): Var | null => {
    if (p.kind === "cell" || p.base.kind !== "var") return null;
    const a = aggregates.get(p.base.variable);
    return a ? parts.get(a.variable)!.get(keyAt(p)!) ?? null : null;
  };
  const expr = (e: Expr): Expr => {
    if (e.kind === "load") { const v = partOf(e.place); if (v) return use(v); }
    if (e.kind === "length" && e.array.kind === "var") { const a = aggregates.get(e.array.variable); if (a) return constant(a.keys.length); }
    return mapOperands(e, expr);
  };
  const each = (block: Block): Block => block.flatMap((s): Block => {
    if (s.kind === "let") {
      const a = aggregates.get(s.variable);
      if (a && s.variable === a.variable) return partsOf(a.literal).map(([key, value]): Stmt => define(parts.get(a.variable)!.get(key)!, expr(value), s.origin));
      if (a) return [];
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

function partType(a: Aggregate, key: string, value: Expr): Var["type"] {
  const t = a.literal.type;
  if (t.kind === "array") return t.element;
  if (t.kind === "tuple") return t.elements[Number(key)] ?? typeOf(value);
  if (t.kind === "struct") return t.fields.find((f) => f.name === key)?.type ?? typeOf(value);
  return typeOf(value);
}

/** `p[0]` becomes `p0`, `center.x` becomes `centerX`; the cell of a captured variable becomes the variable */
function partName(name: string, given: string): string {
  const key = given.replace(/\W/g, "");
  if (name === key) return name;
  return /^\d/.test(key) ? `${name}${key}` : `${name}${key.charAt(0).toUpperCase()}${key.slice(1)}`;
}
