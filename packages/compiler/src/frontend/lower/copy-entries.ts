// Copies of entries from one object to another: spreads and rests of records, `Object.assign`.
// Guarantees that the source is looked at once, as it is, and that what it holds under a key replaces what the target held there.
import type { ts } from "ts-morph";
import type { Expr, Field, Type } from "../../ir/ir.ts";
import { BOOLEAN, constant, define, element, field, load, op, typeOf, use, ZERO } from "../../ir/build.ts";
import { bare, spanOf } from "../nodes.ts";
import { orUndefined, present } from "../types.ts";
import type { Body, Want } from "./body.ts";
import { entryAt, keyed } from "./entries.ts";
import { fixedLoop, lengthNow } from "./iterate.ts";
import * as refusals from "../../diagnostics/catalog.ts";

/** an empty record, in the variable about to be declared where there is one */
export function newRecord(b: Body, type: Type, want: Want | null, node: ts.Node): Expr {
  const made = want?.into ?? b.unit.supply.fresh(want?.hint ?? "record", type);
  b.emit(define(made, { kind: "new", length: ZERO, zeroed: false, type }, b.origin(node)));
  return use(made);
}

/** calls `each` with every key of a record, in order */
function eachKey(b: Body, source: Expr, type: Type, node: ts.Node, each: (key: Expr, value: () => Expr) => void): void {
  const keys = keyed(b, source, "keys", type, node);
  fixedLoop(b, node, lengthNow(b, keys.array, node), (index) => {
    const key = b.settle(load(element(keys.array, index), keys.key), node, "key");
    each(key, () => b.settle(entryAt(b, source, key, type, false, node), node));
  });
}

const put = (b: Body, target: Expr, key: Expr, value: Expr, node: ts.Node): void =>
  b.emit({ kind: "store", place: element(target, key), value, origin: b.origin(node) });

/** `{ …, ...source }`, `Object.assign(target, source)` */
export function assignEntries(b: Body, target: Expr, source: ts.Expression): void {
  const type = present(b.typeOf(bare(source)));
  const from = b.atom(source);
  if (type.kind === "map" && type.container === "Object") return eachKey(b, from, type.value, source, (key, value) => put(b, target, key, value(), source));
  if (type.kind !== "struct" || type.isClass) return b.report(refusals.unspreadableObject(spanOf(source), b.checker.typeToString(b.checker.getTypeAtLocation(source))));
  const isRecord = present(typeOf(target)).kind === "map";
  for (const x of type.fields) {
    const place = isRecord ? element(target, constant(x.name)) : field(target, x.name);
    const copy = (): void => b.emit({ kind: "store", place, value: b.settle(load(field(from, x.name), x.type), source, x.name), origin: b.origin(source) });
    if (!x.optional) copy();
    else b.branch(b.settle(op("in", [constant(x.name), from], BOOLEAN), source, "exists"), copy, () => undefined, source);
  }
}

/** A field that the source of a spread may lack: read where it is spread, stored where the object is made. */
export interface LateField {
  readonly name: string;
  readonly exists: Expr;
  readonly value: Expr;
}

const isThere = (b: Body, source: Expr, name: string, node: ts.Node): Expr => b.settle(op("in", [constant(name), source], BOOLEAN), node, "exists");

export function readLate(b: Body, source: Expr, { name, type }: Field, node: ts.Node): LateField {
  const exists = isThere(b, source, name, node);
  return { name, exists, value: b.settle(load(field(source, name), orUndefined(type), true), node, name) };
}

/** what a spread puts over a field that is there already */
export function readOver(b: Body, source: Expr, { name, type }: Field, earlier: Expr, node: ts.Node): Expr {
  const joined = typeOf(earlier).kind === "nullable" ? type : present(type);
  const chosen = b.declare(name, joined, node, earlier);
  b.branch(isThere(b, source, name, node), () => b.assign(chosen, b.settle(load(field(source, name), joined), node, name), node), () => undefined, node);
  return b.settle(use(chosen), node);
}

/** the object with those fields that were there */
export function withLate(b: Body, made: Expr, late: readonly LateField[], hint: string | null, node: ts.Node): Expr {
  if (late.length === 0) return made;
  const object = b.settle(made, node, hint ?? "object");
  for (const { name, exists, value } of late) b.branch(exists, () => b.emit({ kind: "store", place: field(object, name), value, origin: b.origin(node) }), () => undefined, node);
  return object;
}

/** the rest of a record from which these keys were taken */
export function withoutEntries(b: Body, source: Expr, type: Type, taken: readonly Expr[], node: ts.Node): Expr {
  const rest = newRecord(b, type, null, node);
  eachKey(b, source, type.kind === "map" ? type.value : type, node, (key, value) => {
    const copy = (rest_: readonly Expr[]): void => {
      const [first, ...others] = rest_;
      if (first === undefined) return put(b, rest, key, value(), node);
      b.branch(b.settle(op("===", [key, first], BOOLEAN), node, "isTaken"), () => undefined, () => copy(others), node);
    };
    copy(taken);
  });
  return rest;
}
