// What can be assigned: variables, storage of modules, elements, fields, the length of an array.
// A reference is taken once, base and index evaluated, then read and written any number of times.
import { ts } from "ts-morph";
import type { Expr, Place, StructType, Type, Var } from "../../ir/ir.ts";
import { constant, length, load, op, REAL, typeOf, use } from "../../ir/build.ts";
import { orUndefined, present } from "../../ir/facts.ts";
import { bare, spanOf } from "../nodes.ts";
import type { Body, Want } from "./body.ts";
import { entryType, isRecord, keyAtom } from "./entries.ts";
import { accessOf, classesWith, isStorage, readMember, receiverClasses, storageKey, writeMember } from "./instance.ts";
import { isDisguised, literalAccessor, ownField, placeType, readAccessor, staticKey, writeAccessor } from "./place.ts";
import { readSuper, writeSuper } from "./super.ts";
import * as refusals from "../../diagnostics/catalog.ts";
import { resolveIdentifier, resolveProperty } from "./resolve.ts";
import { staticReference } from "./static.ts";

export type Reference =
  | { readonly kind: "variable"; readonly variable: Var; readonly type: Type }
  | { readonly kind: "place"; readonly place: Place; readonly type: Type }
  | { readonly kind: "length"; readonly array: Expr }
  /** a getter and setter */
  | { readonly kind: "accessor"; readonly read: (want: Want) => Expr; readonly write: (value: Expr, node: ts.Node) => void; readonly type: Type }
  | { readonly kind: "refused" };

const REFUSED: Reference = { kind: "refused" };

export function reference(b: Body, given: ts.Expression): Reference {
  const node = bare(given);
  if (ts.isIdentifier(node)) return named(b, node);
  if (ts.isPropertyAccessExpression(node)) return field(b, node);
  if (ts.isElementAccessExpression(node)) return element(b, node);
  b.report(refusals.invalidTarget(spanOf(node)));
  return REFUSED;
}

function named(b: Body, node: ts.Identifier): Reference {
  const found = resolveIdentifier(b, node);
  if (found.kind === "variable") return { kind: "variable", variable: found.variable, type: found.variable.type };
  if (found.kind === "cell") return { kind: "place", place: { kind: "cell", cell: found.cell }, type: found.cell.type };
  b.report(found.kind === "refused" ? found.finding : refusals.invalidTarget(spanOf(node)));
  return REFUSED;
}

function field(b: Body, node: ts.PropertyAccessExpression): Reference {
  const special = resolveProperty(b, node);
  if (special !== null) {
    if (special.kind === "cell") return { kind: "place", place: { kind: "cell", cell: special.cell }, type: special.cell.type };
    b.report(special.kind === "refused" ? special.finding : refusals.invalidTarget(spanOf(node)));
    return REFUSED;
  }
  const ofClass = staticReference(b, node);
  if (ofClass !== null) return ofClass;
  if (node.expression.kind === ts.SyntaxKind.SuperKeyword) return { kind: "accessor", type: assignedType(b, node), read: (want) => readSuper(b, node, want), write: (value, at) => writeSuper(b, node, value, at) };
  const base = b.atom(node.expression);
  const classes = receiverClasses(b, base, node.expression);
  if (classes !== null) return member(b, node, base, classes);
  const type = present(b.typeBehind(node.expression));
  const name = node.name.text;
  if (isRecord(type)) return { kind: "place", place: { kind: "element", base, index: constant(name) }, type: assignedType(b, node) };
  if (name === "length" && type.kind === "array") return { kind: "length", array: base };
  const symbol = ownField(type, name) === null ? b.checker.getSymbolAtLocation(node.name) : undefined;
  if (symbol !== undefined && symbol.flags & ts.SymbolFlags.Accessor && literalAccessor(b, node) !== null) {
    return { kind: "accessor", type: assignedType(b, node), read: (want) => readAccessor(b, base, node, want), write: (value) => writeAccessor(b, base, node, value) };
  }
  if (symbol !== undefined && symbol.flags & ts.SymbolFlags.Accessor) {
    b.report(refusals.accessorProperty(spanOf(node.name), name));
    return REFUSED;
  }
  if (isDisguised(b, node, type)) {
    b.report(refusals.accessorProperty(spanOf(node.name), name));
    return REFUSED;
  }
  if (type.kind === "struct" && !type.isClass) return { kind: "place", place: { kind: "field", base, field: name }, type: assignedType(b, node) };
  if (type.kind === "union" && type.members.every((x) => x.kind === "struct" && !x.isClass)) return { kind: "place", place: { kind: "field", base, field: name }, type: assignedType(b, node) };
  b.report(type.kind === "struct" ? refusals.classValue(spanOf(node), type.name ?? name) : refusals.invalidTarget(spanOf(node)));
  return REFUSED;
}

function member(b: Body, node: ts.PropertyAccessExpression, base: Expr, given: readonly StructType[]): Reference {
  const access = accessOf(node.name);
  const classes = classesWith(b, given, node.expression, access);
  if (isStorage(b, classes, access)) {
    const field = storageKey(b, access);
    const seen = assignedType(b, node);
    const own = classes[0]?.fields.find((x) => x.name === field)?.type;
    return { kind: "place", place: { kind: "field", base, field }, type: seen.kind === "opaque" && own !== undefined ? own : seen };
  }
  return {
    kind: "accessor", type: assignedType(b, node),
    read: (want) => readMember(b, base, node.name, classes, node, want),
    write: (value, at) => writeMember(b, base, node.name, classes, value, at),
  };
}

function element(b: Body, node: ts.ElementAccessExpression): Reference {
  const base = b.atom(node.expression);
  const type = present(b.typeBehind(node.expression));
  const key = staticKey(b, node.argumentExpression);
  if (key !== null && type.kind === "struct" && !type.isClass) return { kind: "place", place: { kind: "field", base, field: key }, type: assignedType(b, node) };
  const index = b.atom(node.argumentExpression);
  if ((type.kind === "array" || type.kind === "tuple") && present(typeOf(index)).kind === "real") return { kind: "place", place: { kind: "element", base, index }, type: assignedType(b, node) };
  const isNamed = type.kind === "struct" && entryType(type, b.checker.getTypeAtLocation(node.argumentExpression)) !== null;
  if (isRecord(type) || isNamed) return { kind: "place", place: { kind: "element", base, index: keyAtom(type, index) }, type: assignedType(b, node) };
  if (type.kind === "array" && present(typeOf(index)).kind === "string") return { kind: "place", place: { kind: "element", base, index: b.settle(op("Number", [index], REAL), node, "index") }, type: assignedType(b, node) };
  b.report(refusals.dynamicKey(spanOf(node), b.checker.typeToString(b.checker.getTypeAtLocation(node.expression))));
  return REFUSED;
}

/** the type of the content, undefined left out where it only says that the element may be absent */
function assignedType(b: Body, node: ts.Expression): Type {
  return placeType(b, node);
}

function isOptional(place: Place): boolean {
  const owner = place.kind === "field" ? present(typeOf(place.base)) : null;
  return place.kind === "field" && (owner?.kind === "union" ? owner.members : [owner]).some((x) => x?.kind === "struct" && x.fields.some((f) => f.name === place.field && f.optional));
}

/** what stands there now; not an operand yet */
export function read(target: Reference, want: Want): Expr {
  switch (target.kind) {
    case "variable": return use(target.variable);
    case "place": {
      if (!want.tested) return load(target.place, present(target.type));
      const mayMiss = target.place.kind === "element" || isOptional(target.place);
      return load(target.place, mayMiss ? orUndefined(target.type) : target.type, mayMiss);
    }
    case "length": return length(target.array);
    case "accessor": return target.read(want);
    case "refused": return constant(0);
  }
}

/** `value` may be any expression where the target is a variable, else an atom */
export function write(b: Body, target: Reference, given: Expr, node: ts.Node): void {
  const value = target.kind === "variable" || target.kind === "place" ? b.typed(given, target.type, node) : given;
  switch (target.kind) {
    case "variable": return b.assign(target.variable, value, node);
    case "place": return b.emit({ kind: "store", place: target.place, value: b.settle(value, node), origin: b.origin(node) });
    case "length": return b.emit({ kind: "mutate", operation: "length", array: target.array, args: [b.settle(value, node)], result: null, origin: b.origin(node) });
    case "accessor": return target.write(b.settle(b.typed(given, target.type, node), node), node);
    case "refused": return;
  }
}

export const referenceType = (target: Reference): Type => (target.kind === "length" || target.kind === "refused" ? REAL : target.type);
export const referenceName = (target: Reference): string | null => (target.kind === "variable" ? target.variable.name : null);
