// The types that the text has for TypeScript: which one a variable is declared with, which one an expression shows, and what must be
// added to a value so that it may stand where another type is expected (docs/adr/0019-types-of-emitted-code.md has the law).
// Assumes the nested stage. Guarantees that a value needs nothing where its type fits, and that nothing is written twice.
import type { Block, Expr, Func, Param, Place, Stmt, Type, Var } from "../ir/ir.ts";
import { typeOf } from "../ir/build.ts";
import { declarationsOf, mapOf, mayBeLeftOut, oneOfNumbers, orUndefined, present, sameType, tupleLike } from "../ir/facts.ts";
import { blocks, eachExpression, eachOperand, operands, statements } from "../ir/walk.ts";
import { type Path, pathOf, propertyPath, variablePath } from "./paths.ts";

/** How a value becomes one of the expected type: as it is, with `!`, or asserted. */
export type Fit = "as it is" | "there" | "asserted";

export interface Typing {
  /** the type with which a variable is declared */
  readonly declared: (v: Var) => Type;
  /** the type of an expression in the text, before any narrowing */
  readonly shown: (e: Expr) => Type;
  /** what a variable is given, its declaration first */
  readonly values: (v: Var) => readonly Expr[];
  /** the parameter that a variable is; undefined for others */
  readonly parameter: (v: Var) => Param | undefined;
  /** would TypeScript, to infer the type of a variable, need that type? */
  readonly isCircular: (v: Var) => boolean;
}

/** from bottom to top: readonly arrays spread from where they come to what they are put into, unless that is written to */
export function typingOf(func: Func): Typing {
  const declared = new Map<Var, Type>();
  const given = new Map<Var, Expr[]>();
  const written = new Map<Var, Set<number>>();
  const parameters = new Map<Var, Param>();
  const gather = (f: Func): void => {
    for (const p of f.params) parameters.set(p.variable, p);
    gatherBlock(f.body);
    if (f.result) gatherExpr(f.result);
  };
  const gatherExpr = (e: Expr): void => {
    if (e.kind === "closure") gather(e.func);
    else eachOperand(e, gatherExpr);
  };
  const gatherBlock = (b: Block): void => {
    for (const s of statements(b)) {
      eachExpression(s, gatherExpr);
      if (s.kind === "let" || s.kind === "assign") {
        const known = given.get(s.variable);
        if (known === undefined) given.set(s.variable, [s.value]);
        else known.push(s.value);
      }
      const base = writtenBase(s);
      if (base !== null) noteWritten(base, 0, written);
    }
  };
  gather(func);
  const declaredOf = (v: Var): Type => declared.get(v) ?? v.type;
  const shown = (e: Expr): Type => shownType(e, declaredOf);
  for (const v of given.keys()) if (!parameters.has(v)) declared.set(v, writable(v.type));
  for (let isChanged = true; isChanged;) {
    isChanged = false;
    for (const [v, values] of given) {
      if (parameters.has(v)) continue;
      const before = declaredOf(v);
      const [only, another] = values;
      const after = only !== undefined && another === undefined ? narrowed(before, shown(only), written.get(v) ?? NOWHERE) : values.reduce((t, e) => widened(t, shown(e), written.get(v) ?? NOWHERE, 0), before);
      if (after === before) continue;
      declared.set(v, after);
      isChanged = true;
    }
  }
  const circular = findCircular(func, declaredOf);
  return { declared: declaredOf, shown, isCircular: (v) => circular.has(v), values: (v) => given.get(v) ?? [], parameter: (v) => parameters.get(v) };
}

const NOWHERE: ReadonlySet<number> = new Set();

/** what a statement writes elements of, or changes in place */
function writtenBase(s: Stmt): Expr | null {
  if ((s.kind === "store" || s.kind === "accumulate") && s.place.kind === "element") return s.place.base;
  return s.kind === "mutate" ? s.array : null;
}

function noteWritten(base: Expr, depth: number, written: Map<Var, Set<number>>): void {
  if (base.kind === "load" && base.place.kind === "element") return noteWritten(base.place.base, depth + 1, written);
  if (base.kind !== "var") return;
  const known = written.get(base.variable);
  if (known === undefined) written.set(base.variable, new Set([depth]));
  else known.add(depth);
}

// ---------------------------------------------------------------------------------------------------- circles

/** types that control flow narrows: what such a variable is depends on what it was assigned */
export const isNarrowed = (t: Type): boolean => t.kind === "boolean" || t.kind === "nullable" || t.kind === "union";

/** Variables that a loop declares from one that it assigns, where what it assigns comes from them. */
function findCircular(func: Func, declared: (v: Var) => Type): ReadonlySet<Var> {
  const found = new Set<Var>();
  const visit = (b: Block): void => {
    for (const s of b) {
      eachExpression(s, inside);
      if (s.kind === "loop") searchLoop(s.body, declared, found);
      for (const inner of blocks(s)) visit(inner);
    }
  };
  const inside = (e: Expr): void => {
    if (e.kind === "closure") visit(e.func.body);
    else eachOperand(e, inside);
  };
  visit(func.body);
  return found;
}

function searchLoop(body: Block, declared: (v: Var) => Type, found: Set<Var>): void {
  const declares = new Map<Path, { readonly variable: Var; readonly value: Expr; readonly isCall?: true }>();
  const assigns = new Map<Path, Expr[]>();
  const note = (path: Path, value: Expr): void => { assigns.set(path, [...(assigns.get(path) ?? []), value]); };
  for (const s of statements(body)) {
    if (s.kind === "let") declares.set(variablePath(s.variable), s);
    // a call that stands inside of another expression is looked up by the types of its arguments; alone its type is that of its function
    if (s.kind === "call" && s.result) declares.set(variablePath(s.result), { variable: s.result, value: { kind: "array", elements: s.args.map((value) => ({ value, spread: false })), type: s.result.type }, isCall: true });
    if (s.kind === "assign" && isNarrowed(declared(s.variable))) note(variablePath(s.variable), s.value);
    const path = (s.kind === "store" || s.kind === "accumulate") && isNarrowedProperty(s.place, declared) ? followed(s.place) : null;
    if ((s.kind === "store" || s.kind === "accumulate") && path !== null) note(path, s.value);
  }
  if (assigns.size === 0) return;
  const needs = (path: Path): readonly Path[] => [declares.get(path)?.value ?? [], assigns.get(path) ?? []].flat().flatMap(mentioned);
  for (const [path, { variable, value, isCall }] of declares) {
    if (isCall === true) continue;
    // a variable of a type that is narrowed is what it was set to last, also where it is declared with its type
    const from = mentioned(value).filter((x) => { const known = declares.get(x); return assigns.has(x) || (known !== undefined && (known.isCall === true || isNarrowed(declared(known.variable)))); });
    if (from.length > 0 && reachesFrom(from, path, needs)) found.add(variable);
  }
}

/** places that TypeScript follows: properties of what it follows, and entries under a name that is written there */
function followed(place: Place): Path | null {
  if (place.kind !== "element" || place.index.kind !== "const") return propertyPath(place);
  const base = pathOf(place.base);
  return base === null ? null : `${base}[${String(place.index.value)}]`;
}

/** a property or a position that may be absent, or is of several types; an entry may always be absent */
function isNarrowedProperty(place: Place, declared: (v: Var) => Type): boolean {
  if (place.kind === "element") return mapOf(typeOf(place.base)) !== null || (present(typeOf(place.base)).kind === "tuple" && declarationsOf(place).some((x) => x.optional || isNarrowed(x.type)));
  const owner = place.kind === "field" ? present(shownType(place.base, declared)) : null;
  const field = owner?.kind === "struct" && place.kind === "field" ? owner.fields.find((f) => f.name === place.field) : undefined;
  return field !== undefined && (field.optional || isNarrowed(field.type));
}

function reachesFrom(from: readonly Path[], target: Path, needs: (path: Path) => readonly Path[]): boolean {
  const seen = new Set<Path>();
  const open = [...from];
  for (let v = open.pop(); v !== undefined; v = open.pop()) {
    if (v === target) return true;
    if (seen.has(v)) continue;
    seen.add(v);
    open.push(...needs(v));
  }
  return false;
}

/** variables, and properties that TypeScript follows */
function mentioned(e: Expr): readonly Path[] {
  if (e.kind === "closure") return [];
  const own = e.kind === "load" ? followed(e.place) : pathOf(e);
  return [...(own === null ? [] : [own]), ...operands(e).flatMap(mentioned)];
}

// ---------------------------------------------------------------------------------------------------- types of expressions

function shownType(e: Expr, declared: (v: Var) => Type): Type {
  const shown = (x: Expr): Type => shownType(x, declared);
  switch (e.kind) {
    case "var": return declared(e.variable);
    case "load": return loaded(e, shown);
    case "array": return e.type.kind === "array" ? { ...writable(e.type), element: e.elements.reduce((t, x) => accessOf(t, x.spread ? elementOf(shown(x.value)) : shown(x.value)), writable(e.type.element)) } as Type : writable(e.type);
    case "copy": return e.type.kind === "array" ? { ...writable(e.type), element: copiedOf(writable(e.type.element), elementOf(shown(e.source))) } as Type : writable(e.type);
    // what it will hold stands in its text
    case "new": return e.type.kind === "array" ? { kind: "array", array: e.type.array, element: e.type.element } : writable(e.type);
    case "zeros": case "keys": case "view": return writable(e.type);
    case "op": {
      const [a, b, c] = e.args;
      if (e.op === "select" && b && c) return joined(shown(b), shown(c), e.type);
      if (e.op === "??" && a && b) return joined(present(shown(a)), shown(b), e.type);
      if (e.op === "nonNull" && a) return present(shown(a));
      return e.type;
    }
    default: return typeOf(e);
  }
}

/** is it printed in a way that takes null and undefined away? */
export const isPrintedAsThere = (e: Expr & { readonly kind: "load" }): boolean => {
  const isEntry = e.place.kind === "element" && mapOf(typeOf(e.place.base)) !== null;
  return (e.type.kind !== "nullable" && e.type.kind !== "void") && (!e.mayMiss || (e.type.kind !== "opaque" && !isEntry));
};

function loaded(e: Expr & { readonly kind: "load" }, shown: (x: Expr) => Type): Type {
  const { place } = e;
  const there = (t: Type): Type => (isPrintedAsThere(e) ? present(t) : t.kind !== "nullable" && e.type.kind === "nullable" ? { ...e.type, inner: t } : t);
  if (place.kind === "cell") return place.cell.type;
  const base = present(shown(place.base));
  if (place.kind === "field") {
    const fields = (base.kind === "union" ? base.members : [base]).flatMap((x) => (x.kind === "struct" ? x.fields.filter((f) => f.name === place.field) : []));
    if (base.kind === "union" && fields.every((f) => f.type.kind === "real" && !f.optional)) return there(oneOfNumbers(fields.map((f) => f.type)));
    const field = base.kind === "union" ? fields.find((f) => present(f.type).kind === "union") : fields[0];
    return field === undefined ? e.type : there(field.optional ? orUndefined(field.type) : field.type);
  }
  if (base.kind === "array") return there(base.element);
  if (base.kind === "tuple" && place.index.kind === "const" && typeof place.index.value === "number") return there(shownAt(base, place.index.value) ?? e.type);
  if (base.kind === "tuple" && base.elements.every((x) => x.kind === "real")) return oneOfNumbers(base.elements);
  if (base.kind === "struct" && base.fields.every((f) => f.type.kind === "real" && !f.optional)) return oneOfNumbers(base.fields.map((f) => f.type));
  if (base.kind === "map") return there(base.container.endsWith("Set") ? base.key : orUndefined(base.value));
  return e.type;
}

/** what a tuple is declared to hold at a position; undefined where it may have none */
export function shownAt(t: Type & { readonly kind: "tuple" }, index: number): Type | undefined {
  const element = t.elements[index];
  return element !== undefined && mayBeLeftOut(t, index) ? orUndefined(element) : element;
}

const elementOf = (t: Type): Type => (t.kind === "nullable" ? elementOf(t.inner) : t.kind === "array" ? t.element : t.kind === "tuple" ? t.elements[0] ?? t : t);

/** of two arms of a choice */
function joined(a: Type, b: Type, whole: Type): Type {
  // both are found to be numbers: TypeScript infers no more than that
  if (present(whole).kind === "union" && present(a).kind === "real" && present(b).kind === "real") return joined(a, b, a.kind === "nullable" ? a : b);
  const inner = accessOf(accessOf(writable(present(whole)), present(a)), present(b));
  const nothing = [a, b].flatMap((t) => (t.kind === "nullable" ? t.nothing : []));
  if (nothing.length > 0) return { kind: "nullable", inner, nothing: [...new Set([...nothing, ...(whole.kind === "nullable" ? whole.nothing : [])])] };
  return whole.kind === "nullable" ? { ...whole, inner } : inner;
}

// ---------------------------------------------------------------------------------------------------- readonly

/** without what forbids writing, in arrays and tuples at any depth; declared objects say for themselves */
export function writable(t: Type): Type {
  switch (t.kind) {
    case "array": {
      const element = writable(t.element);
      return t.readonly !== true && element === t.element ? t : { kind: "array", array: t.array, element };
    }
    case "tuple": {
      const elements = t.elements.map(writable);
      return t.readonly !== true && elements.every((x, i) => x === t.elements[i]) ? t : tupleLike(t, elements);
    }
    case "nullable": {
      const inner = writable(t.inner);
      return inner === t.inner ? t : { ...t, inner };
    }
    case "map": {
      const value = writable(t.value);
      return value === t.value ? t : { ...t, value };
    }
    default: return t;
  }
}

const accessOf = (t: Type, from: Type): Type => widened(t, from, NOWHERE, 0);

/** the elements of a copy: of a part of a tuple TypeScript sees all that the tuple holds */
const copiedOf = (t: Type, from: Type): Type => (fit(from, t) === "as it is" ? accessOf(t, from) : from);

/** of a constant: TypeScript sees which of a few values it has */
const narrowed = (t: Type, from: Type, written: ReadonlySet<number>): Type =>
  "literals" in from && from.literals !== undefined && t.kind === from.kind ? (isSameText(t, from) ? t : from) : widened(t, from, written, 0);

/** a type that also takes values of another: readonly where that is, except at the depths that are written to */
function widened(t: Type, from: Type, written: ReadonlySet<number>, depth: number): Type {
  if (t.kind === "nullable") {
    const inner = widened(t.inner, present(from), written, depth);
    return inner === t.inner ? t : { ...t, inner };
  }
  const source = present(from);
  if (t.kind === "array" && source.kind === "array") {
    const element = widened(t.element, source.element, written, depth + 1);
    const isReadonly = t.readonly === true || (source.readonly === true && !written.has(depth));
    return element === t.element && isReadonly === (t.readonly === true) ? t : { kind: "array", array: t.array, element, ...(isReadonly ? { readonly: true } : {}) };
  }
  if (t.kind === "tuple" && source.kind === "tuple") {
    const elements = t.elements.map((x, i) => widened(x, source.elements[i] ?? x, written, depth + 1));
    const isReadonly = t.readonly === true || (source.readonly === true && !written.has(depth));
    return elements.every((x, i) => x === t.elements[i]) && isReadonly === (t.readonly === true) ? t : { ...tupleLike(t, elements), ...(isReadonly ? { readonly: true } : {}) };
  }
  return t;
}

// ---------------------------------------------------------------------------------------------------- what fits where

/** a number, text or flag here, and an object there? To TypeScript such an assertion is a mistake */
export const areUnlike = (a: Type, b: Type): boolean => (isPlain(a) && isObject(b)) || (isObject(a) && isPlain(b));

const isPlain = ({ kind }: Type): boolean => kind === "real" || kind === "string" || kind === "boolean";
const isObject = ({ kind }: Type): boolean => kind === "struct" || kind === "array" || kind === "tuple" || kind === "map";

/** does a field of the type take such values, once they are there? Of numbers that are one of a few not all fit. */
export const takes = (field: Type, value: Type): boolean =>
  sameType(present(field), present(value)) && (present(field).kind !== "real" || fit(present(value), present(field)) !== "asserted");

/** what has to be added to a value of one type where another is expected */
export function fit(from: Type, to: Type): Fit {
  if (to.kind === "opaque" || to.kind === "void" || from.kind === "opaque" || from.kind === "void") return "as it is";
  if (isAssignable(from, to, new Set())) return "as it is";
  return from.kind === "nullable" && isAssignable(from.inner, to, new Set()) ? "there" : "asserted";
}

function isAssignable(from: Type, to: Type, seen: Set<string>): boolean {
  if (from === to) return true;
  const each = (a: Type, b: Type): boolean => isAssignable(a, b, seen);
  if (from.kind === "nullable") return to.kind === "nullable" && from.nothing.every((x) => to.nothing.includes(x)) && each(from.inner, to.inner);
  if (to.kind === "nullable") return each(from, to.inner);
  if (from.kind === "opaque" || to.kind === "opaque" || from.kind === "void" || to.kind === "void") return true;
  if (from.kind === "union") return from.members.every((x) => each(x, to));
  if (to.kind === "union") return to.members.some((x) => each(from, x));
  switch (from.kind) {
    case "array": return to.kind === "array" && from.array === to.array && (from.readonly !== true || to.readonly === true) && each(from.element, to.element);
    case "tuple": {
      if (from.readonly === true && (to.kind === "tuple" || to.kind === "array") && to.readonly !== true) return false;
      if (to.kind === "array") return to.array === "Array" && from.elements.every((x) => each(x, to.element));
      return to.kind === "tuple" && from.elements.length <= to.elements.length && from.elements.length - (from.optional ?? 0) >= to.elements.length - (to.optional ?? 0) && from.elements.every((x, i) => each(x, to.elements[i]!));
    }
    case "map": return to.kind === "map" && each(from.value, to.value);
    case "struct": {
      if (to.kind !== "struct") return to.kind === "map";
      if (from.id === to.id) return true;
      // an object of nothing is written as one without properties
      if (to.fields.length === 0) return from.fields.length === 0;
      const key = `${from.id} ${to.id}`;
      if (seen.has(key)) return true;
      seen.add(key);
      return to.fields.every((f) => {
        const own = from.fields.find((x) => x.name === f.name);
        return own === undefined ? f.optional : (!own.optional || f.optional) && each(own.type, f.optional ? orUndefined(f.type) : f.type);
      });
    }
    case "string": return from.kind === to.kind && (to.literals === undefined || (from.enumeration?.id === to.enumeration?.id && (from.literals?.every((x) => to.literals?.includes(x)) ?? false)));
    case "real": case "boolean": return from.kind === to.kind && (to.literals === undefined || (from.literals?.every((x) => to.literals?.includes(x)) ?? false));
    default: return from.kind === to.kind;
  }
}

/** are these the same in the text? */
export const isSameText = (a: Type, b: Type): boolean => sameType(a, b) && isAssignable(a, b, new Set()) && isAssignable(b, a, new Set());
