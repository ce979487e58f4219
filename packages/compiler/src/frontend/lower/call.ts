// Calls: which of the many things that `f(x)` can mean it is, decided by resolved symbols and types.
import { ts } from "ts-morph";
import type { Expr, Field, StructType } from "../../ir/ir.ts";
import { op, use } from "../../ir/build.ts";
import { ruleOf } from "../../rules/table.ts";
import type { ClassNode } from "../classes.ts";
import { bare, spanOf } from "../nodes.ts";
import { present, shortName } from "../../ir/facts.ts";
import { walked } from "../../ir/walkable.ts";
import { lowerArguments } from "./arguments.ts";
import { makeArray, makeTypedArray, staticArrayCall } from "./array-make.ts";
import { arrayMethod } from "./array-method.ts";
import { makeBuffer } from "./array-view.ts";
import { type Body, PLAIN, type Want } from "./body.ts";
import { boundCall } from "./bound.ts";
import { argumentsOfValue, callFunction, callValue, calleeName, emitCall } from "./callee.ts";
import { codeOfClass } from "./class-value.ts";
import { constructInstance } from "./construct.ts";
import { eachKey, functionFields, throwNotAFunction } from "./function-table.ts";
import { isContainer, makeMap, mapMethod } from "./keyed.ts";
import { callMember, receiverClasses } from "./instance.ts";
import { callSuper } from "./super.ts";
import { spreadHypot } from "./hypot.ts";
import { callLibrary, external, plainShape } from "./library.ts";
import { cloneStructure } from "./structured-clone.ts";
import { markerCall } from "./marker.ts";
import { isInherited, objectCall, recordMethod } from "./object.ts";
import { packageFunction } from "./package-rule.ts";
import { fieldOf, staticKey } from "./place.ts";
import * as refusals from "../../diagnostics/catalog.ts";
import { isQualified, type Named } from "./resolve.ts";
import { staticCall } from "./static.ts";

/** the value of a call; null where nobody wants it or there is none */
export function call(b: Body, node: ts.CallExpression, want: Want | null): Expr | null {
  const callee = bare(node.expression);
  if (callee.kind === ts.SyntaxKind.ImportKeyword) return b.refuse(refusals.dynamicImport(spanOf(node)), node);
  if (callee.kind === ts.SyntaxKind.SuperKeyword) return b.refuse(refusals.thisValue(spanOf(node)), node);
  if (ts.isPropertyAccessExpression(callee) && callee.expression.kind === ts.SyntaxKind.SuperKeyword) return callSuper(b, node, callee, want);
  const marker = ts.isPropertyAccessExpression(callee) && !isQualified(b, callee) ? null : b.unit.context.isMarker(callee);
  if (marker !== null) return markerCall(b, node, marker);
  const named = calleeName(b, callee);
  if (named !== null) return callNamed(b, node, callee, named, want);
  if (ts.isElementAccessExpression(callee)) {
    const fields = staticKey(b, callee.argumentExpression) === null ? functionFields(present(b.typeOf(bare(callee.expression)))) : null;
    if (fields !== null) return callUnder(b, node, callee, fields, want);
  }
  if (ts.isPropertyAccessExpression(callee)) {
    const applied = boundCall(b, node, callee, want);
    if (applied !== undefined) return applied;
    const ofClass = staticCall(b, node, callee, want);
    return ofClass === undefined ? callMethod(b, node, callee, b.atom(callee.expression), want) : ofClass;
  }
  return callValue(b, node, b.atom(callee), want);
}

function callNamed(b: Body, node: ts.CallExpression, callee: ts.Expression, named: Named, want: Want | null): Expr | null {
  switch (named.kind) {
    case "function": return callFunction(b, node, named.node, want);
    case "global": return callGlobal(b, node, named.name, want);
    case "refused": return b.refuse(named.finding, node);
    case "cell": {
      if (named.cell.imported === null) return callValue(b, node, b.atom(callee), want);
      const ruled = packageFunction(b, named.cell, callee);
      if (ruled !== null) return callValue(b, node, b.settle(ruled, node, shortName(named.cell)), want);
      const args = lowerArguments(b, node.arguments, plainShape(node.arguments.length), node);
      const result = b.result(b.typeOf(node), want, `${shortName(named.cell)}Value`);
      b.emit({ kind: "call", callee: { kind: "external", name: named.cell.name, cell: named.cell }, args, result, origin: b.origin(node) });
      return result === null ? null : { kind: "var", variable: result };
    }
    default: return callValue(b, node, b.atom(callee), want);
  }
}

function callGlobal(b: Body, node: ts.CallExpression, name: string, want: Want | null): Expr | null {
  if (name === "structuredClone") return cloneStructure(b, node);
  if (name === "Math.hypot" && node.arguments.some(ts.isSpreadElement)) return spreadHypot(b, node, want);
  return staticArrayCall(b, node, name, want) ?? objectCall(b, node, name, want) ?? callLibrary(b, node, name, want);
}

/** `table[key](…)`: each function of the table is called where the key names it */
function callUnder(b: Body, node: ts.CallExpression, access: ts.ElementAccessExpression, fields: readonly Field[], want: Want | null): Expr | null {
  const table = b.atom(access.expression);
  const key = b.atom(access.argumentExpression);
  const type = b.typeOf(node);
  const result = want === null || type.kind === "void" ? null : b.declare(want.hint ?? "value", type, node);
  const args = argumentsOfValue(b, node);
  if (args === null) return b.refuse(refusals.restThroughValue(spanOf(access), access.getText()), node);
  eachKey(b, node, table, key, fields, (value) => {
    const given = emitCall(b, { kind: "value", value }, args, type, "value", node, result === null ? null : PLAIN);
    if (result !== null && given !== null) b.assign(result, given, node);
  }, () => throwNotAFunction(b, access));
  return result === null ? null : use(result);
}

/** a call of a value that is already there */
export function callOf(b: Body, node: ts.CallExpression, value: Expr, want: Want | null): Expr | null {
  return callValue(b, node, value, want);
}

/** a method of a receiver that is already there */
export function callMethod(b: Body, node: ts.CallExpression, access: ts.PropertyAccessExpression, receiver: Expr, want: Want | null): Expr | null {
  const classes = receiverClasses(b, receiver, access.expression);
  if (classes !== null) {
    const called = callMember(b, node, access.name, receiver, classes, want);
    return called === undefined ? callField(b, node, access, receiver, want) : called;
  }
  const type = present(b.typeBehind(access.expression));
  const name = access.name.text;
  switch (type.kind) {
    case "array": case "tuple": return arrayMethod(b, node, access, receiver, type, want);
    case "string": case "real": case "boolean": case "bigint": return inertMethod(b, node, name, receiver, want);
    case "function":
      if (walked(type) !== null) return b.refuse(refusals.steppedGenerator(spanOf(node), name), node);
      return b.refuse(refusals.boundFunction(spanOf(node), name), node);
    case "map": return type.container === "Object" ? recordMethod(b, node, access, receiver, want) : mapMethod(b, node, access, receiver, type, want);
    case "struct": if (isInherited(b, access)) return recordMethod(b, node, access, receiver, want);
      return type.isClass ? b.refuse(refusals.classValue(spanOf(node), type.name ?? name), node) : callField(b, node, access, receiver, want);
    case "union": return type.members.every((x) => x.kind === "struct" && !x.isClass) ? callField(b, node, access, receiver, want) : b.refuse(refusals.unsupportedMethod(spanOf(node), b.checker.typeToString(b.checker.getTypeAtLocation(access.expression)), name), node);
    case "opaque": return opaqueMethod(b, node, type.text, name, receiver, want);
    default: return b.refuse(refusals.untypedCallee(spanOf(node), b.checker.typeToString(b.checker.getTypeAtLocation(access.expression))), node);
  }
}

function callField(b: Body, node: ts.CallExpression, access: ts.PropertyAccessExpression, receiver: Expr, want: Want | null): Expr | null {
  return callValue(b, node, b.settle(fieldOf(b, receiver, access, PLAIN), access), want, { receiver, name: access.name.text });
}

function inertMethod(b: Body, node: ts.CallExpression, name: string, receiver: Expr, want: Want | null): Expr | null {
  const method = `.${name}`;
  const args = [receiver, ...lowerArguments(b, node.arguments, plainShape(node.arguments.length), node)];
  const type = b.typeOf(node);
  return ruleOf(method) === undefined ? external(b, method, args, node, want, type) : op(method, args, type);
}

function opaqueMethod(b: Body, node: ts.CallExpression, text: string, name: string, receiver: Expr, want: Want | null): Expr | null {
  if (text === "any" || text === "unknown" || text === "never") return b.refuse(refusals.untypedCallee(spanOf(node), text), node);
  const args = [receiver, ...lowerArguments(b, node.arguments, plainShape(node.arguments.length), node)];
  return external(b, `.${name}`, args, node, want, b.typeOf(node));
}

// ---------------------------------------------------------------------------------------------------- new

/** the class of the program that `new` makes an instance of; `new this.constructor` makes one of the receiver's own */
function constructed(b: Body, node: ts.NewExpression): { readonly node: ClassNode; readonly type: StructType | null } | null {
  const callee = bare(node.expression);
  if (callee.kind === ts.SyntaxKind.ThisKeyword && b.self?.isClass === true && b.self.home !== null) return { node: b.self.home.node, type: null };
  if (ts.isPropertyAccessExpression(callee) && callee.name.text === "constructor") {
    const classes = receiverClasses(b, b.atom(callee.expression), callee.expression);
    const [only, ...others] = classes ?? [];
    const instance = only === undefined ? null : b.types.classOf(only);
    return only === undefined || instance === null || others.length > 0 ? null : { node: instance.node, type: only };
  }
  const named = codeOfClass(b, callee);
  return named === null || named.getSourceFile().isDeclarationFile ? null : { node: named, type: null };
}

const TYPED_ARRAY = /^(Float64|Float32|Int8|Uint8|Uint8Clamped|Int16|Uint16|Int32|Uint32)Array$/;

export function construct(b: Body, node: ts.NewExpression, want: Want): Expr {
  const target = constructed(b, node);
  if (target !== null) return constructInstance(b, node, target.node, want, target.type);
  const named = calleeName(b, node.expression);
  if (named?.kind === "refused") return b.refuse(named.finding, node);
  if (named?.kind !== "global") return b.refuse(refusals.newTarget(spanOf(node), node.expression.getText()), node);
  const { name } = named;
  if (TYPED_ARRAY.test(name)) return makeTypedArray(b, node);
  if (name === "Array") return makeArray(b, node, node.arguments ?? []);
  if (name === "Function") return b.refuse(refusals.evalCall(spanOf(node), "new Function"), node);
  if (isContainer(name)) return makeMap(b, node, want);
  if (name === "ArrayBuffer") return makeBuffer(b, node, want.into?.type ?? null);
  if (name === "Proxy" || name === "DataView" || name.endsWith("Buffer")) return b.refuse(refusals.newTarget(spanOf(node), name), node);
  const given = node.arguments ?? [];
  const args = lowerArguments(b, given, plainShape(given.length), node);
  const type = b.typeOf(node);
  const result = want.into ?? b.unit.supply.fresh(want.hint ?? (name.endsWith("Error") ? "error" : name.toLowerCase()), type);
  b.emit({ kind: "call", callee: { kind: "external", name: `new ${name}`, cell: null }, args, result, origin: b.origin(node) });
  return { kind: "var", variable: result };
}
