// Copies of entries from one object to another: spreads and rests of records, `Object.assign`.
// Guarantees that the source is looked at once, as it is, and that what it holds under a key replaces what the target held there.
import type { ts } from "ts-morph";
import type { Expr, Type } from "../../ir/ir.ts";
import { BOOLEAN, constant, define, element, field, load, op, typeOf, use, ZERO } from "../../ir/build.ts";
import { bare, spanOf } from "../nodes.ts";
import type { Body, Want } from "./body.ts";
import { entryAt, keyed } from "./entries.ts";
import { fixedLoop, lengthNow } from "./iterate.ts";
import * as refusals from "../../diagnostics/catalog.ts";
import { present } from "../../ir/facts.ts";

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
