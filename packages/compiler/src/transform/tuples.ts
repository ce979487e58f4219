// Tuples that are made of the elements of others, by a copy or by spreads, are written out position by position, so that each keeps a
// derivative of its own. An end that may be left out is stored where the source has it.
// Assumes the structured stage after inlining, and that a tuple is as long as its type says: also one that an array is asserted to be.
// Guarantees that nothing of a tuple type is a copy, or spreads.
import type { Block, Element, Expr, Func, Origin, Stmt, Type } from "../ir/ir.ts";
import { BOOLEAN, branch, constant, define, element, length, load, op, REAL, store, type Supply, typeOf, use } from "../ir/build.ts";
import { mayBeLeftOut, orUndefined } from "../ir/facts.ts";
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
  /** where the elements of a copy begin */
  readonly start: Expr;
}

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
  if (value.kind === "copy") return { let: s, type, parts: [{ value: value.source, spread: true }], start: value.start ?? constant(0) };
  return value.kind === "array" && value.elements.some((x) => x.spread) ? { let: s, type, parts: value.elements, start: constant(0) } : null;
}

function written({ let: made, type, parts, start }: Made, { supply, report }: Context): Block {
  const { origin, variable } = made;
  const out: Stmt[] = [];
  const first = start.kind === "const" ? Number(start.value) : null;
  const counts = parts.map((x) => (x.spread ? countOf(x.value, first ?? 0) : 1));
  // what something of unknown length is spread into says how many of its elements are meant; of two nobody knows
  const rest = type.elements.length - counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
  const positions: Position[] = [];
  parts.forEach(({ value, spread }, i) => {
    if (!spread) positions.push({ value, isThere: null });
    else if (counts[i] !== null) positions.push(...taken(value, tupleType(value)!, first ?? 0, tupleType(value)!.elements.length, first ?? 0, supply, out, origin));
    else positions.push(...taken(value, type, positions.length, positions.length + rest, first ?? 0, supply, out, origin));
  });
  const fixed = positions.findIndex((x) => x.isThere !== null);
  const loose = fixed < 0 ? [] : positions.slice(fixed);
  if (first === null || rest < 0 || counts.filter((x) => x === null).length > 1 || loose.some((x) => x.isThere === null)) {
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
  return as.elements.slice(from, to).map((t, k): Position => {
    const at = constant(first + k);
    if (!mayBeLeftOut(as, from + k)) return { value: named("element", load(element(source, at), t)), isThere: null };
    const isThere = named("isThere", op(">", [named("length", length(source), REAL), at], BOOLEAN));
    return { value: named("element", load(element(source, at), orUndefined(t), true)), isThere };
  });
}

function tupleType(e: Expr): Tuple | null {
  const type = typeOf(e);
  const there = type.kind === "nullable" ? type.inner : type;
  return there.kind === "tuple" ? there : null;
}

/** how many elements there are from a place on, or may be; null where that is not known */
const countOf = (source: Expr, first: number): number | null => { const type = tupleType(source); return type && Math.max(0, type.elements.length - first); };
