// Expressions: one entry per kind of syntax. Yields IR values over atoms, emits what must happen before them.
// Guarantees JavaScript's evaluation order: whatever is read is read where it stands. Unknown kinds are refused.
import { ts } from "ts-morph";
import type { Expr, Type, Var } from "../../ir/ir.ts";
import { asNothing, constant, load, op, STRING, typeOf, UNDEFINED, use } from "../../ir/build.ts";
import { carriesNumbers, declarationsOf, isAbsent, isUntyped, present } from "../../ir/facts.ts";
import type { Finding } from "../../diagnostics/diagnostic.ts";
import { printType } from "../../ir/print.ts";
import { bare, isGenerator, shortText, spanOf } from "../nodes.ts";
import { assignment, update } from "./assignment.ts";
import { type Body, PLAIN, TESTED, type Want } from "./body.ts";
import { call, construct } from "./call.ts";
import { chain, isChain } from "./chain.ts";
import { generatorFunctionValue } from "./generator.ts";
import { accessOf, storageKey } from "./instance.ts";
import { readSuper } from "./super.ts";
import { builtinFunction } from "./library.ts";
import { taggedTemplate } from "./tagged.ts";
import { arrayLiteral, objectLiteral, templateText } from "./literal.ts";
import { binary, conditional, isLogical, isTest, logical, test, unary } from "./operator.ts";
import { deleteProperty } from "./object.ts";
import { objectOfEntries } from "./spread-fields.ts";
import { isRecord } from "./entries.ts";
import { elementOf, fieldOf } from "./place.ts";
import { argumentsInContext } from "./generic.ts";
import { packageFunction } from "./package-rule.ts";
import * as refusals from "../../diagnostics/catalog.ts";
import { type Named, resolveIdentifier, resolveProperty } from "./resolve.ts";
import { enclosingFunction, isAssignment, isFunctionLike } from "./scan.ts";
import { functionName } from "./unit.ts";
import { staticProperty } from "./static.ts";

export function value(b: Body, node: ts.Expression, want: Want): Expr {
  if (isChain(node)) return chain(b, node, want) ?? UNDEFINED;
  if (ts.isParenthesizedExpression(node) || ts.isSatisfiesExpression(node) || ts.isPartiallyEmittedExpression(node)) return value(b, node.expression, want);
  if (ts.isNonNullExpression(node)) return value(b, node.expression, { ...want, asserted: true });
  if (ts.isAsExpression(node) || ts.isTypeAssertionExpression(node)) return assertion(b, node, want);
  if (ts.isIdentifier(node)) return named(b, resolveIdentifier(b, node), node, want);
  if (ts.isPropertyAccessExpression(node)) return property(b, node, want);
  if (ts.isElementAccessExpression(node)) return element(b, node, want);
  if (ts.isBinaryExpression(node)) return binaryExpression(b, node, want);
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) return isUpdate(node) ? update(b, node, want) ?? UNDEFINED : unary(b, node as ts.PrefixUnaryExpression);
  if (ts.isConditionalExpression(node)) return conditional(b, node, want);
  if (ts.isCallExpression(node)) return call(b, node, want) ?? UNDEFINED;
  if (ts.isNewExpression(node)) return construct(b, node, want);
  if (node.kind === ts.SyntaxKind.ThisKeyword) return b.self?.value(b, node) ?? b.refuse(refusals.thisValue(spanOf(node)), node);
  if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) return b.closure(node, want.hint ?? returnedBy(node) ?? "callback");
  if (ts.isArrayLiteralExpression(node)) return arrayLiteral(b, node, want);
  if (ts.isObjectLiteralExpression(node)) return objectLiteral(b, node, want);
  if (ts.isTemplateExpression(node)) return templateText(b, node);
  if (ts.isTaggedTemplateExpression(node)) return taggedTemplate(b, node, want) ?? UNDEFINED;
  if (ts.isYieldExpression(node)) return b.visitors.yield(b, node);
  return literalOrOther(b, node);
}

function literalOrOther(b: Body, node: ts.Expression): Expr {
  switch (node.kind) {
    case ts.SyntaxKind.NumericLiteral: return constant(Number((node as ts.NumericLiteral).text));
    case ts.SyntaxKind.StringLiteral: case ts.SyntaxKind.NoSubstitutionTemplateLiteral: return constant((node as ts.StringLiteralLike).text);
    case ts.SyntaxKind.BigIntLiteral: return constant(BigInt((node as ts.BigIntLiteral).text.slice(0, -1)));
    case ts.SyntaxKind.TrueKeyword: return constant(true);
    case ts.SyntaxKind.FalseKeyword: return constant(false);
    case ts.SyntaxKind.NullKeyword: return constant(null);
    case ts.SyntaxKind.DeleteExpression: return deleteProperty(b, node as ts.DeleteExpression, PLAIN) ?? UNDEFINED;
    case ts.SyntaxKind.VoidExpression: b.effect((node as ts.VoidExpression).expression); return UNDEFINED;
    case ts.SyntaxKind.TypeOfExpression: return op("typeof", [b.atom((node as ts.TypeOfExpression).expression, TESTED)], STRING);
    default: return b.refuse(refusalOf(node), node);
  }
}

function refusalOf(node: ts.Expression): Finding {
  const span = spanOf(node);
  switch (node.kind) {
    case ts.SyntaxKind.ThisKeyword: case ts.SyntaxKind.SuperKeyword: return refusals.thisValue(span);
    case ts.SyntaxKind.AwaitExpression: return refusals.asyncFunction(span);
    case ts.SyntaxKind.ClassExpression: return refusals.classValue(span, (node as ts.ClassExpression).name?.text ?? "this class");
    case ts.SyntaxKind.RegularExpressionLiteral: return refusals.unsupportedSyntax(span, "a regular expression");
    case ts.SyntaxKind.SpreadElement: return refusals.spreadArgument(span);
    case ts.SyntaxKind.OmittedExpression: return refusals.sparseArray(span);
    case ts.SyntaxKind.MetaProperty: return refusals.unsupportedSyntax(span, `\`${shortText(node)}\``);
    default: return refusals.unsupportedSyntax(span, `\`${shortText(node)}\``);
  }
}

/** an expression whose value nobody uses */
export function effect(b: Body, given: ts.Expression): void {
  const node = ts.isParenthesizedExpression(given) || ts.isNonNullExpression(given) || ts.isAsExpression(given) || ts.isSatisfiesExpression(given) || ts.isVoidExpression(given) ? given.expression : given;
  if (node !== given) return b.effect(node);
  if (isChain(node)) { chain(b, node, null); return; }
  if (ts.isBinaryExpression(node)) {
    const { kind } = node.operatorToken;
    if (kind === ts.SyntaxKind.CommaToken) { b.effect(node.left); b.effect(node.right); return; }
    if (isAssignment(kind)) { assignment(b, node, null); return; }
    if (isLogical(kind)) { logical(b, node, null); return; }
  }
  if ((ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) && isUpdate(node)) { update(b, node, null); return; }
  if (ts.isConditionalExpression(node)) {
    b.branch(b.condition(node.condition), () => b.effect(node.whenTrue), () => b.effect(node.whenFalse), node);
    return;
  }
  if (ts.isCallExpression(node)) { call(b, node, null); return; }
  if (ts.isTaggedTemplateExpression(node)) { taggedTemplate(b, node, null); return; }
  if (ts.isDeleteExpression(node)) { deleteProperty(b, node, null); return; }
  b.value(node);
}

export function condition(b: Body, node: ts.Expression): Expr {
  return test(b, node);
}

const isUpdate = (node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression): boolean =>
  node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken;

function binaryExpression(b: Body, node: ts.BinaryExpression, want: Want): Expr {
  const { kind } = node.operatorToken;
  if (kind === ts.SyntaxKind.CommaToken) {
    b.effect(node.left);
    return b.value(node.right, want);
  }
  if (isAssignment(kind)) return assignment(b, node, want) ?? UNDEFINED;
  if (isLogical(kind)) return isTest(b, node) ? test(b, node, want) : logical(b, node, want) ?? UNDEFINED;
  return binary(b, node);
}

/** the function that returns this literal gives it its name */
function returnedBy(node: ts.Expression): string | null {
  let at: ts.Node = node.parent;
  while (ts.isParenthesizedExpression(at) || ts.isAsExpression(at) || ts.isSatisfiesExpression(at)) at = at.parent;
  if (ts.isReturnStatement(at)) at = enclosingFunction(at) ?? at;
  return isFunctionLike(at) && at !== node ? functionName(at) : null;
}

/** types are asserted away, but a value without any type gets none that matters by asserting it */
function assertion(b: Body, node: ts.AsExpression | ts.TypeAssertion, want: Want): Expr {
  const inner = value(b, node.expression, { ...want, into: null });
  const type = typeOf(inner);
  if (isRecord(present(type)) && !isHolder(node)) return recordAsObject(b, inner, node, want);
  if (!isUntyped(type)) return isAbsent(inner) ? asNothing(inner, b.typeOf(node)) : inner;
  const asserted = b.typeOf(node);
  if (asserted.kind === "opaque") return inner;
  const isNamed = inner.kind === "var" && !inner.variable.mutable;
  if (!isNamed && carriesNumbers(asserted)) return b.refuse(refusals.untypedAssertion(spanOf(node), type.text, b.checker.typeToString(b.checker.getTypeAtLocation(node))), node);
  return use(b.define(want.hint ?? (inner.kind === "var" ? inner.variable.name : "value"), b.settle(inner, node), node, asserted));
}

/** is a property read of the value at once? */
function isHolder(node: ts.Expression): boolean {
  const { parent } = node;
  if (ts.isParenthesizedExpression(parent) || ts.isNonNullExpression(parent) || ts.isAsExpression(parent)) return isHolder(parent);
  return (ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent)) && parent.expression === node;
}

/** a record that is asserted to be an object with certain fields: one that is made here becomes that; another would be two objects */
function recordAsObject(b: Body, record: Expr, node: ts.AsExpression | ts.TypeAssertion, want: Want): Expr {
  const type = present(b.typeOf(node));
  if (type.kind !== "struct" || type.fields.length === 0) return record;
  if (type.isClass || !ts.isCallExpression(bare(node.expression))) return b.refuse(refusals.untypedAssertion(spanOf(node), printType(typeOf(record)), b.checker.typeToString(b.checker.getTypeAtLocation(node))), node);
  return objectOfEntries(b, b.settle(record, node), type, want.hint ?? "object", node);
}

// ---------------------------------------------------------------------------------------------------- names

function named(b: Body, name: Named, node: ts.Expression, want: Want): Expr {
  switch (name.kind) {
    case "variable": return isUntyped(name.variable.type) && !name.variable.mutable ? toldBy(b, name.variable, node) : use(name.variable);
    case "constant": return name.value;
    case "function": return functionValue(b, name, node);
    case "cell": return (name.cell.imported === null ? null : packageFunction(b, name.cell, node)) ?? load({ kind: "cell", cell: name.cell }, name.cell.type);
    case "global": return builtinFunction(b, name.name, node);
    case "alias": return value(b, name.node, want);
    case "refused": return b.refuse(name.finding, node);
  }
}

/** what was caught, or given as a value of no type, as what the tests before it say that it is; where it comes from is seen when calls are inlined */
function toldBy(b: Body, variable: Var, node: ts.Expression): Expr {
  const type = b.typeOf(node);
  return type.kind === "opaque" && (isUntyped(type) || type.text === "never") ? use(variable) : use(b.define(variable.name, use(variable), node, type));
}

/** what is read of a place of no type has only the numbers that nobody knows the source of */
function known(b: Body, read: Expr, node: ts.Expression): Expr {
  const isVague = read.kind === "load" && carriesNumbers(read.type) && (declarationsOf(read.place).some((x) => isUntyped(x.type)) || (read.place.kind !== "cell" && isUnsettled(typeOf(read.place.base))));
  return isVague ? b.refuse(refusals.untypedAssertion(spanOf(node), "unknown", b.checker.typeToString(b.checker.getTypeAtLocation(node))), node) : read;
}

/** may the value be one of a type that nobody knows? */
function isUnsettled(type: Type): boolean {
  const inner = present(type);
  return isUntyped(inner) || (inner.kind === "union" && inner.members.some(isUntyped));
}

function functionValue(b: Body, name: Named & { readonly kind: "function" }, node: ts.Expression): Expr {
  if (isGenerator(name.node)) return generatorFunctionValue(b, name.node, node);
  if (name.node.parameters.some((x) => x.dotDotDotToken !== undefined)) return b.refuse(refusals.restThroughValue(spanOf(node), shortText(node)), node);
  const parameters = argumentsInContext(b, node, name.node);
  if (parameters === null) return b.refuse(refusals.genericValue(spanOf(node), shortText(node)), node);
  return { kind: "function", func: b.unit.functionId(name.node, parameters), type: b.types.within(parameters).of(b.checker.getTypeAtLocation(node)) };
}

function property(b: Body, node: ts.PropertyAccessExpression, want: Want): Expr {
  const special = resolveProperty(b, node);
  if (special !== null) return named(b, special, node, want);
  if (node.expression.kind === ts.SyntaxKind.SuperKeyword) return readSuper(b, node, want);
  const set = node.expression.kind === ts.SyntaxKind.ThisKeyword ? b.self?.field(b, storageKey(b, accessOf(node.name))) ?? null : null;
  return set ?? staticProperty(b, node, want) ?? known(b, fieldOf(b, b.atom(node.expression), node, want), node);
}

function element(b: Body, node: ts.ElementAccessExpression, want: Want): Expr {
  const special = resolveProperty(b, node);
  return special !== null ? named(b, special, node, want) : known(b, elementOf(b, b.atom(node.expression), node, want), node);
}
