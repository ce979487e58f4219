// Functions of `Object` that read or write entries, `delete`, and what every object inherits.
import { ts } from "ts-morph";
import type { Expr, StructType, Type } from "../../ir/ir.ts";
import { BOOLEAN, constant, element, load, op, REAL, typeOf, UNDEFINED, use } from "../../ir/build.ts";
import { orUndefined, present } from "../../ir/facts.ts";
import { bare, spanOf } from "../nodes.ts";
import { newArray } from "./array-make.ts";
import { type Body, PLAIN, type Want } from "./body.ts";
import { callback, callValue } from "./callee.ts";
import { assignEntries, newRecord } from "./copy-entries.ts";
import { isRecord, keyAtom, keyedIterable } from "./entries.ts";
import { iterable, iterated, liveLoop, materialize } from "./iterate.ts";
import { remove } from "./keyed.ts";
import { LiteralFields, objectOf, spreadFields } from "./spread-fields.ts";
import * as refusals from "../../diagnostics/catalog.ts";

/** a function of `Object` that keyed data goes through; null (nothing emitted) if it is none */
export function objectCall(b: Body, node: ts.CallExpression, name: string, want: Want | null): Expr | null {
  if (node.arguments.some(ts.isSpreadElement)) return null;
  switch (name) {
    case "Object.keys": case "Object.values": case "Object.entries": return listed(b, node);
    case "Object.hasOwn": return hasOwn(b, node);
    case "Object.assign": return assign(b, node, want);
    case "Object.fromEntries": return fromEntries(b, node, want);
    case "Map.groupBy": case "Object.groupBy": return groupBy(b, node, want);
    default: return null;
  }
}

/** the array of keys, values or entries */
function listed(b: Body, node: ts.CallExpression): Expr | null {
  const source = keyedIterable(b, node);
  return source === null ? null : materialize(b, source, present(b.typeOf(node)), node);
}

function hasOwn(b: Body, node: ts.CallExpression): Expr | null {
  const [owner, key] = node.arguments;
  if (owner === undefined || key === undefined) return null;
  const of = b.atom(owner);
  return op("Object.hasOwn", [of, keyAtom(present(typeOf(of)), b.atom(key))], BOOLEAN);
}

function assign(b: Body, node: ts.CallExpression, want: Want | null): Expr | null {
  const [target, ...sources] = node.arguments;
  if (target === undefined) return null;
  const result = present(b.typeOf(node));
  // an object that nobody else has gets its fields at once
  if (ts.isObjectLiteralExpression(bare(target)) && result.kind === "struct" && !result.isClass) return assigned(b, node, result, want);
  const into = b.atom(target);
  const type = present(typeOf(into));
  // the fields that the target gets must be fields that its type has
  const fits = (x: Type): boolean => x.kind === "struct" && x.fields.every((f) => type.kind === "struct" && type.fields.some((y) => y.name === f.name));
  if (!isRecord(type) && !(type.kind === "struct" && sources.every((x) => fits(present(b.typeOf(bare(x))))))) return b.refuse(refusals.unsupportedFunction(spanOf(node), "Object.assign", "spread the objects in a literal"), node);
  for (const x of sources) assignEntries(b, into, x);
  return isRecord(result) || result.kind === "struct" ? into : UNDEFINED;
}

function assigned(b: Body, node: ts.CallExpression, result: StructType, want: Want | null): Expr {
  const fields = new LiteralFields();
  for (const x of node.arguments) spreadFields(b, x, fields, node);
  const declared = want?.into ?? null;
  const type = declared === null ? result : present(declared.type);
  return objectOf(b, fields, type.kind === "struct" ? type : result, declared?.type.kind === "struct" ? declared : null, want?.hint ?? "object", node);
}

function fromEntries(b: Body, node: ts.CallExpression, want: Want | null): Expr | null {
  const [given] = node.arguments;
  const into = want === null || want.into === null ? null : present(want.into.type);
  const contextual = b.checker.getContextualType(node);
  const type = [into, contextual === undefined ? null : present(b.types.of(contextual)), present(b.typeOf(node))].find((x) => x !== null && isRecord(x)) ?? null;
  if (given === undefined || type === null || type.kind !== "map") return null;
  const source = iterable(b, given);
  if (source === null) return b.refuse(refusals.notIterable(spanOf(given), b.checker.typeToString(b.checker.getTypeAtLocation(given))), node);
  const made = newRecord(b, type, want, node);
  liveLoop(b, node, source.array, [], (index) => {
    const pair = b.settle(iterated(b, source, index, node), node, "entry");
    const pairType = present(typeOf(pair));
    const part = (i: number): Expr => b.settle(load(element(pair, constant(i)), pairType.kind === "tuple" ? pairType.elements[i] ?? REAL : REAL), node);
    const key = part(0);
    b.emit({ kind: "store", place: element(made, key), value: part(1), origin: b.origin(node) });
  });
  return made;
}

function groupBy(b: Body, node: ts.CallExpression, want: Want | null): Expr | null {
  const [items, classify] = node.arguments;
  const type = present(b.typeOf(node));
  if (items === undefined || classify === undefined || type.kind !== "map") return null;
  const source = iterable(b, items);
  if (source === null) return b.refuse(refusals.notIterable(spanOf(items), b.checker.typeToString(b.checker.getTypeAtLocation(items))), node);
  const each = callback(b, classify, "classify");
  if (each === null) return UNDEFINED;
  const groups = isRecord(type) ? newRecord(b, type, want, node) : use(newArray(b, { kind: "new", length: constant(0), zeroed: false, type }, want, "groups", node));
  const group = present(type.value);
  liveLoop(b, node, source.array, [], (index) => {
    const item = b.settle(iterated(b, source, index, node), node, "item");
    const key = b.settle(each.call([item, index], node, PLAIN) ?? UNDEFINED, node, "key");
    const known = b.settle(load(element(groups, key), orUndefined(group), true), node, "known");
    const members = b.declare("group", orUndefined(group), node, known);
    b.branch(b.settle(op("isNullish", [known], BOOLEAN), node), () => {
      const made = b.define("group", { kind: "array", elements: [], type: group }, node);
      b.emit({ kind: "store", place: element(groups, key), value: use(made), origin: b.origin(node) });
      b.assign(members, use(made), node);
    }, () => undefined, node);
    b.emit({ kind: "mutate", operation: "push", array: b.settle(use(members), node), args: [item], result: null, origin: b.origin(node) });
  });
  return groups;
}

// ---------------------------------------------------------------------------------------------------- one property

/** `delete o.x`, `delete o[key]` */
export function deleteProperty(b: Body, node: ts.DeleteExpression, want: Want | null): Expr | null {
  const at = bare(node.expression);
  if (!ts.isPropertyAccessExpression(at) && !ts.isElementAccessExpression(at)) return b.refuse(refusals.deleteOperator(spanOf(node)), node);
  const type = present(b.typeOf(bare(at.expression)));
  if (!isRecord(type) && (type.kind !== "struct" || type.isClass)) return b.refuse(refusals.deleteOperator(spanOf(node)), node);
  const base = b.atom(at.expression);
  const key = ts.isPropertyAccessExpression(at) ? constant(at.name.text) : keyAtom(type, b.atom(at.argumentExpression));
  return remove(b, base, [key], node, want);
}

const INHERITED: ReadonlySet<string> = new Set(["hasOwnProperty"]);

/** is it a method that every object has, and no field of this one? */
export function isInherited(b: Body, access: ts.PropertyAccessExpression): boolean {
  const symbol = b.checker.getSymbolAtLocation(access.name);
  return INHERITED.has(access.name.text) && symbol !== undefined && b.fromLibrary(symbol);
}

/** a method of a record: one of those that every object has, or a function that the record holds */
export function recordMethod(b: Body, node: ts.CallExpression, access: ts.PropertyAccessExpression, record: Expr, want: Want | null): Expr | null {
  const [given] = node.arguments;
  const type = present(typeOf(record));
  if (isInherited(b, access) && given !== undefined) return op(".hasOwnProperty", [record, keyAtom(type, b.atom(given))], BOOLEAN);
  const value = type.kind === "map" ? type.value : REAL;
  return callValue(b, node, b.settle(load(element(record, constant(access.name.text)), value), access), want);
}
