// Reads of fields and elements of values that are already there, and what may be missing among them.
// Guarantees `mayMiss` on every load whose result the program tests for absence, or that TypeScript says may be absent.
import { ts } from "ts-morph";
import type { Expr, Field, Type } from "../../ir/ir.ts";
import { constant, length, load, op, STRING, typeOf, UNDEFINED, VOID } from "../../ir/build.ts";
import { isUntyped, orUndefined, present } from "../../ir/facts.ts";
import type { Finding } from "../../diagnostics/diagnostic.ts";
import { className, isException } from "../classes.ts";
import { mayCompute } from "../implementers.ts";
import { bare, spanOf } from "../nodes.ts";
import { bufferOf, sizeInBytes } from "./array-view.ts";
import type { Body, Want } from "./body.ts";
import { emitCall } from "./callee.ts";
import { functionFields, functionUnder } from "./function-table.ts";
import { elementType, entryAt, entryType, isRecord, knownText, sizeOf } from "./entries.ts";
import { readMember, receiverClasses } from "./instance.ts";
import { accessorKey } from "../type-parts.ts";
import * as refusals from "../../diagnostics/catalog.ts";

/** the property of a value that is already there */
export function fieldOf(b: Body, base: Expr, node: ts.PropertyAccessExpression, want: Want): Expr {
  const name = node.name.text;
  const classes = receiverClasses(b, base, node.expression);
  if (classes !== null) return readMember(b, base, node.name, classes, node, want);
  const type = present(b.typeBehind(node.expression));
  if (name === "length" && (type.kind === "array" || type.kind === "tuple" || type.kind === "string")) return length(base);
  if (type.kind === "array" && type.array !== "Array") {
    if (name === "buffer") return bufferOf(b, base, node);
    const size = sizeInBytes(b, base, name, node);
    if (size !== null) return size;
  }
  const size = sizeOf(type, base, name);
  if (size !== null) return size;
  if (isRecord(type)) return entry(b, base, constant(name), type, node, want);
  if (ts.isPrivateIdentifier(node.name)) return b.refuse(refusals.classValue(spanOf(node.name), node.name.text), node);
  const known = ownField(type, name);
  const accessor = known === null && type.kind === "struct" ? literalAccessor(b, node) : null;
  if (accessor !== null) return readAccessor(b, base, node, want);
  if (isDisguised(b, node, type)) return b.refuse(refusals.accessorProperty(spanOf(node.name), name), node);
  const refusal = known === null ? propertyRefusal(b, node, type) : null;
  if (refusal !== null) return b.refuse(refusal, node);
  const optional = known?.optional ?? mayBeAbsent(b, node);
  const mayMiss = optional && !want.asserted && (want.tested || placeType(b, node).kind === "nullable");
  return load({ kind: "field", base, field: name }, loadedType(b, node, want, optional), mayMiss);
}

/** the accessor of an object literal that a property means */
export function literalAccessor(b: Body, node: ts.PropertyAccessExpression): ts.AccessorDeclaration | null {
  const declaration = b.checker.getSymbolAtLocation(node.name)?.declarations?.find((x): x is ts.AccessorDeclaration => ts.isGetAccessorDeclaration(x) || ts.isSetAccessorDeclaration(x));
  return declaration !== undefined && ts.isObjectLiteralExpression(declaration.parent) ? declaration : null;
}

/** may a property that is declared as a field be one that an object literal computes? */
export function isDisguised(b: Body, node: ts.PropertyAccessExpression, type: Type): boolean {
  if (type.kind !== "struct" && type.kind !== "union") return false;
  return literalAccessor(b, node) === null && mayCompute(b.checker.getNonNullableType(b.checker.getTypeAtLocation(node.expression)), node.name.text, b.unit.context.program);
}

/** the code of an accessor, which its object holds */
function accessorCode(b: Body, base: Expr, node: ts.PropertyAccessExpression, kind: "get" | "set", type: Type): Expr {
  const code: Type = { kind: "function", params: kind === "set" ? [type] : [], result: kind === "get" ? type : VOID };
  return b.settle(load({ kind: "field", base, field: accessorKey(kind, node.name.text) }, code), node, node.name.text);
}

export function readAccessor(b: Body, base: Expr, node: ts.PropertyAccessExpression, want: Want): Expr {
  const type = b.typeOf(node);
  return emitCall(b, { kind: "value", value: accessorCode(b, base, node, "get", type) }, [], type, node.name.text, node, { ...want, hint: want.hint ?? node.name.text }) ?? UNDEFINED;
}

export function writeAccessor(b: Body, base: Expr, node: ts.PropertyAccessExpression, value: Expr): void {
  emitCall(b, { kind: "value", value: accessorCode(b, base, node, "set", b.typeOf(node)) }, [value], VOID, node.name.text, node, null);
}

/** a field that an object surely has as such: no getter, no member of a class */
export const ownField = (type: Type, name: string): Field | null => (type.kind === "struct" && !type.isClass ? type.fields.find((x) => x.name === name) ?? null : null);

function propertyRefusal(b: Body, node: ts.PropertyAccessExpression, type: Type): Finding | null {
  const name = node.name.text;
  const symbol = b.checker.getSymbolAtLocation(node.name);
  if (symbol !== undefined && symbol.flags & ts.SymbolFlags.Accessor && !b.fromLibrary(symbol)) return refusals.accessorProperty(spanOf(node.name), name);
  switch (type.kind) {
    case "struct": return type.isClass ? refusals.classValue(spanOf(node), type.name ?? name) : null;
    case "opaque": return isUntyped(type) ? refusals.untypedNumber(spanOf(node.expression), type.text) : ownOfException(b, node);
    case "union": return type.members.every((x) => x.kind === "struct") ? null : refusals.unsupportedMethod(spanOf(node), b.checker.typeToString(b.checker.getTypeAtLocation(node.expression)), name);
    case "array": case "tuple":
      return refusals.unsupportedMethod(spanOf(node), "Array", name);
    case "map": return refusals.unsupportedMethod(spanOf(node), type.container, name);
    default: return refusals.unsupportedMethod(spanOf(node), b.checker.typeToString(b.checker.getTypeAtLocation(node.expression)), name);
  }
}

/** a member that an exception of the program adds to those of the language: whether it carries a derivative is not followed */
function ownOfException(b: Body, node: ts.PropertyAccessExpression): Finding | null {
  const owner = b.checker.getSymbolAtLocation(node.name)?.valueDeclaration?.parent;
  const declared = owner !== undefined && ts.isConstructorDeclaration(owner) ? owner.parent : owner;
  return declared !== undefined && ts.isClassLike(declared) && isException(declared, b.checker) ? refusals.exceptionMember(spanOf(node), className(declared), node.name.text) : null;
}

/** an optional field */
function mayBeAbsent(b: Body, node: ts.PropertyAccessExpression): boolean {
  const symbol = b.checker.getSymbolAtLocation(node.name);
  return symbol !== undefined && (symbol.flags & ts.SymbolFlags.Optional) !== 0;
}

/**
 * The type of what stands in a place. TypeScript takes a place to which null or undefined was assigned for empty until that very place is
 * assigned again, also behind calls that set it: then what its declaration says counts, or numbers would be lost without a word.
 */
export function placeType(b: Body, node: ts.Expression): Type {
  const seen = b.typeOf(node);
  if (seen.kind !== "void") return seen;
  if (ts.isPropertyAccessExpression(node)) {
    const symbol = b.checker.getSymbolAtLocation(node.name);
    return symbol === undefined ? seen : b.types.of(b.checker.getTypeOfSymbol(symbol));
  }
  const owner = ts.isElementAccessExpression(node) ? present(b.typeBehind(node.expression)) : null;
  return owner?.kind === "array" || owner?.kind === "tuple" ? elementType(owner) : seen;
}

/** the type of a place's content where it is read */
export function loadedType(b: Body, node: ts.Expression, want: Want, mayMiss: boolean): Type {
  const type = placeType(b, node);
  if (want.asserted) return present(type);
  return mayMiss && want.tested ? orUndefined(type) : type;
}

/** the element of a value that is already there */
export function elementOf(b: Body, base: Expr, node: ts.ElementAccessExpression, want: Want): Expr {
  const type = present(b.typeBehind(node.expression));
  const key = staticKey(b, node.argumentExpression);
  if (key !== null && type.kind === "struct") return load({ kind: "field", base, field: key }, loadedType(b, node, want, false));
  const index = b.atom(node.argumentExpression);
  const fields = functionFields(type);
  if (fields !== null) return functionUnder(b, node, base, index, fields);
  if (isRecord(type)) return entry(b, base, index, type, node, want);
  switch (type.kind) {
    case "struct": {
      const found = entryType(type, b.checker.getTypeAtLocation(node.argumentExpression));
      if (found === null) return b.refuse(refusals.dynamicKey(spanOf(node), b.checker.typeToString(b.checker.getTypeAtLocation(node.expression))), node);
      const mayMiss = !want.asserted && (want.tested || found.kind === "nullable");
      return entryAt(b, base, index, want.asserted ? present(found) : found, mayMiss, node);
    }
    case "array": case "tuple": {
      if (present(typeOf(index)).kind === "string") return entryAt(b, base, index, want.asserted ? present(loadedType(b, node, want, false)) : loadedType(b, node, want, false), want.tested && !want.asserted, node);
      if (present(typeOf(index)).kind !== "real") return b.refuse(refusals.dynamicKey(spanOf(node), b.checker.typeToString(b.checker.getTypeAtLocation(node.expression))), node);
      // a call of what is not there has to fail
      const isFunction = type.kind === "array" && present(type.element).kind === "function";
      const mayMiss = isFunction || !want.asserted && (want.tested || widened(b, node) || outside(type, index) || isExpectedMissing(b, node));
      const seen = loadedType(b, node, want, false);
      return load({ kind: "element", base, index }, mayMiss ? orUndefined(seen) : seen, mayMiss);
    }
    case "string": return want.tested ? b.refuse(refusals.unsupportedMethod(spanOf(node), "String", "[…]", "use charAt, which gives \"\" outside"), node) : op(".charAt", [base, index], STRING);
    default: return b.refuse(refusals.dynamicKey(spanOf(node), b.checker.typeToString(b.checker.getTypeAtLocation(node.expression))), node);
  }
}

/** an entry of a record: absent only where the program looks for that, or TypeScript does */
function entry(b: Body, base: Expr, key: Expr, type: Type, node: ts.PropertyAccessExpression | ts.ElementAccessExpression, want: Want): Expr {
  const seen = loadedType(b, node, want, false);
  const own = type.kind === "map" ? type.value : seen;
  const mayMiss = !want.asserted && (want.tested || own.kind === "nullable" || (seen.kind === "nullable" && seen.nothing.includes("undefined")));
  return entryAt(b, base, key, mayMiss ? orUndefined(own) : want.asserted ? present(own) : own, mayMiss, node);
}

/** with noUncheckedIndexedAccess TypeScript says itself that an element may be absent */
function widened(b: Body, node: ts.ElementAccessExpression): boolean {
  const type = b.typeOf(node);
  if (type.kind !== "nullable" || !type.nothing.includes("undefined")) return false;
  const owner = present(b.typeBehind(node.expression));
  const own = owner.kind === "array" ? owner.element : null;
  return own === null || own.kind !== "nullable" || !own.nothing.includes("undefined");
}

const outside = (type: Type, index: Expr): boolean => type.kind === "tuple" && index.kind === "const" && typeof index.value === "number" && !(index.value < type.elements.length);

/** it initializes, or is passed or returned as, something that may be undefined */
function isExpectedMissing(b: Body, node: ts.ElementAccessExpression): boolean {
  const { parent } = node;
  if (!ts.isVariableDeclaration(parent) && !ts.isCallExpression(parent) && !ts.isReturnStatement(parent) && !ts.isArrowFunction(parent) && !ts.isPropertyAssignment(parent)) return false;
  const expected = b.checker.getContextualType(node);
  if (expected === undefined || expected.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.TypeParameter)) return false;
  const type = b.types.of(expected);
  return type.kind === "nullable" && type.nothing.includes("undefined");
}

/** the name of a property that is known: `o["x"]`, `o[0]` */
export function staticKey(b: Body, node: ts.Expression): string | null {
  const at = bare(node);
  if (ts.isStringLiteralLike(at) || ts.isNumericLiteral(at)) return at.text;
  const type = b.checker.getTypeAtLocation(at);
  return type.isStringLiteral() && (ts.isIdentifier(at) || ts.isPropertyAccessExpression(at)) ? type.value : knownText(b, at);
}
