// Tuples that are made of the elements of others, by a copy or by spreads, are written out position by position, so that each keeps a
// derivative of its own. An end that may be left out is stored where the source has it.
// Assumes the structured stage after inlining, and that a tuple is as long as its type says: also one that an array is asserted to be.
// Guarantees that nothing of a tuple type is a copy, or spreads.
import type { Block, Element, Expr, Func, Origin, Stmt, Type } from "../ir/ir.ts";
import { BOOLEAN, branch, constant, define, element, length, load, op, REAL, store, type Supply, typeOf, use } from "../ir/build.ts";
import { mayBeLeftOut, orUndefined, sameType } from "../ir/facts.ts";
import { mapList, mapStmt } from "../ir/walk.ts";
import { spreadIntoTuple } from "../diagnostics/catalog.ts";
import type { Finding } from "../diagnostics/diagnostic.ts";

interface Context {
  readonly supply: Supply;
  readonly report: (finding: Finding) => void;
}

type Tuple = Type & { readonly kind: "tuple" };

/** a tuple that is a copy, or spreads */
interface Made {
  readonly let: Stmt & { readonly kind: "let" };
  readonly type: Tuple;
  readonly parts: readonly Element[];
  /** which elements of the source a copy has; null where only the program knows */
  readonly range: Range | null;
}

interface Range {
  readonly first: number;
  /** the one after the last; infinite where that is the end of the source */
  readonly end: number;
}

const WHOLE: Range = { first: 0, end: Infinity };

/** a position: its value; or, where it may be left out, that and whether it is there */
interface Position {
  readonly value: Expr;
  readonly isThere: Expr | null;
}

export function writeOutTuples(func: Func, context: Context): Func {
  const each = (block: Block): Block => {
    const mapped = mapList(block, (s) => mapStmt(s, (e) => e, each));
    return mapped.some((s) => madeOf(s) !== null) ? mapped.flatMap((s) => { const made = madeOf(s); return made === null ? [s] : written(made, context); }) : mapped;
  };
  const body = each(func.body);
  return body === func.body ? func : { ...func, body };
}

function madeOf(s: Stmt): Made | null {
  if (s.kind !== "let" || s.variable.type.kind !== "tuple") return null;
  const { value, variable: { type } } = s;
  if (value.kind === "copy") return { let: s, type, parts: [{ value: value.source, spread: true }], range: rangeOf(value) };
  return value.kind === "array" && value.elements.some((x) => x.spread) ? { let: s, type, parts: value.elements, range: WHOLE } : null;
}

/** the range that a copy takes, counted from the beginning */
function rangeOf(copy: Expr & { readonly kind: "copy" }): Range | null {
  const own = tupleType(copy.source);
  const count = own && own.elements.every((_, i) => !mayBeLeftOut(own, i)) ? own.elements.length : null;
  const place = (e: Expr | null, otherwise: number): number | null => {
    if (e === null) return otherwise;
    if (e.kind !== "const" || typeof e.value !== "number" || !Number.isInteger(e.value)) return null;
    if (count === null) return e.value >= 0 ? e.value : null;
    return e.value < 0 ? Math.max(0, count + e.value) : Math.min(count, e.value);
  };
  const [first, end] = [place(copy.start, 0), place(copy.end, count ?? Infinity)];
  return first === null || end === null || (count === null && copy.end !== null) ? null : { first, end: Math.max(first, end) };
}

function written(made: Made, context: Context): Block {
  return made.range === null ? listed(made, context) : spread(made, made.range, context);
}

/** a range that only the program knows: an array first, whose elements are the positions */
function listed({ let: made, type }: Made, context: Context): Block {
  const [first] = type.elements;
  if (made.value.kind !== "copy" || first === undefined || !type.elements.every((x) => sameType(x, first))) {
    context.report(spreadIntoTuple(made.origin.span));
    return [made];
  }
  const list = context.supply.fresh(made.variable.name, { kind: "array", array: "Array", element: first });
  const copied: Stmt = { ...made, variable: list, value: { ...made.value, type: list.type } };
  return [copied, ...spread({ let: made, type, parts: [{ value: use(list), spread: true }], range: WHOLE }, WHOLE, context)];
}

function spread({ let: made, type, parts }: Made, { first, end }: Range, { supply, report }: Context): Block {
  const { origin, variable } = made;
  const out: Stmt[] = [];
  const counts = parts.map((x) => (x.spread ? countOf(x.value, first, end) : 1));
  // what something of unknown length is spread into says how many of its elements are meant; of two nobody knows
  const rest = type.elements.length - counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
  const positions: Position[] = [];
  for (const x of parts) {
    const from = positions.length;
    const own = x.spread ? tupleType(x.value) : null;
    if (!x.spread) positions.push({ value: x.value, isThere: null });
    else positions.push(...taken(x.value, own ?? type, own ? first : from, own ? Math.min(end, own.elements.length) : from + rest, first, supply, out, origin));
  }
  const fixed = positions.findIndex((x) => x.isThere !== null);
  const loose = fixed < 0 ? [] : positions.slice(fixed);
  if (rest < 0 || counts.filter((x) => x === null).length > 1 || loose.some((x) => x.isThere === null)) {
    report(spreadIntoTuple(origin.span));
    return [made];
  }
  out.push(define(variable, { kind: "array", type, elements: positions.slice(0, positions.length - loose.length).map(({ value }) => ({ value, spread: false })) }, origin));
  loose.forEach(({ value, isThere }, k) => { if (isThere) out.push(branch(isThere, [store(element(use(variable), constant(fixed + k)), value, origin)], [], origin)); });
  return out;
}

/** the elements of an array from `first` on, as the positions of a tuple type from `from` to `to` */
function taken(source: Expr, as: Tuple, from: number, to: number, first: number, supply: Supply, out: Stmt[], origin: Origin): readonly Position[] {
  const named = (name: string, value: Expr, type: Type = typeOf(value)): Expr => {
    const v = supply.fresh(name, type);
    out.push(define(v, value, origin));
    return use(v);
  };
  const owner = source.kind === "var" ? source.variable.name : "element";
  return as.elements.slice(from, to).map((t, k): Position => {
    const at = constant(first + k);
    const name = `${owner}${first + k}`;
    if (!mayBeLeftOut(as, from + k)) return { value: named(name, load(element(source, at), t)), isThere: null };
    const isThere = named("isThere", op(">", [named("length", length(source), REAL), at], BOOLEAN));
    return { value: named(name, load(element(source, at), orUndefined(t), true)), isThere };
  });
}

function tupleType(e: Expr): Tuple | null {
  const type = typeOf(e);
  const there = type.kind === "nullable" ? type.inner : type;
  return there.kind === "tuple" ? there : null;
}

/** how many elements a range has, or may have; null where that is not known */
const countOf = (source: Expr, first: number, end: number): number | null => { const type = tupleType(source); return type && Math.max(0, Math.min(end, type.elements.length) - first); };
