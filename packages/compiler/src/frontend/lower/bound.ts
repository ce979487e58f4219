// `bind`, `call` and `apply`, and methods handed over together with what `this` shall be in them.
// Functions that do not say `this` ignore it; methods of classes take it as their first argument.
import { ts } from "ts-morph";
import type { Expr, Param, Type } from "../../ir/ir.ts";
import { use } from "../../ir/build.ts";
import { bare, spanOf } from "../nodes.ts";
import { lowerArguments, type Shape, shapeOfDeclaration, shapeOfSignature } from "./arguments.ts";
import { type Body, PLAIN, type Want } from "./body.ts";
import { calleeName, emitCall } from "./callee.ts";
import { accessOf, isStorage, methodOf, receiverClasses } from "./instance.ts";
import * as refusals from "../../diagnostics/catalog.ts";
import { isQualified } from "./resolve.ts";
import { functionName } from "./unit.ts";

/** A function that is there, and how it is called with given arguments. */
export interface Applicable {
  readonly shape: Shape;
  readonly result: Type;
  readonly name: string;
  readonly call: (args: readonly Expr[], node: ts.Node, want: Want | null) => Expr | null;
}

const NAMES: ReadonlySet<string> = new Set(["bind", "call", "apply"]);

/** `f.bind(…)`, `f.call(…)`, `f.apply(…)`; undefined where the call is none of these */
export function boundCall(b: Body, node: ts.CallExpression, access: ts.PropertyAccessExpression, want: Want | null): Expr | null | undefined {
  const kind = access.name.text;
  if (!NAMES.has(kind) || b.checker.getTypeAtLocation(access.expression).getCallSignatures().length === 0) return undefined;
  const [self, ...rest] = node.arguments;
  const refuse = (): Expr => b.refuse(refusals.boundFunction(spanOf(node), kind), node);
  if (self !== undefined && ts.isSpreadElement(self)) return refuse();
  const target = applicable(b, access.expression, self ?? null);
  if (target === null) return refuse();
  if (kind === "bind") return bound(b, node, target, rest, want);
  const nodes = kind === "call" ? rest : listed(rest[0]);
  if (nodes === null) return refuse();
  return target.call(lowerArguments(b, nodes, target.shape, node), node, want);
}

/** `o.method`, `f.bind(o, x)` or `customRule(f, …)`: the function, and the arguments given; null where that is not followed */
export function boundParts(b: Body, node: ts.Expression): { readonly target: Applicable; readonly given: readonly Expr[] } | null {
  if (ts.isPropertyAccessExpression(node)) {
    const target = applicable(b, node, node.expression);
    return target === null ? null : { target, given: [] };
  }
  if (ts.isCallExpression(node) && b.unit.context.isMarker(node.expression) === "customRule") {
    const target = ofValue(b, node);
    return target === null ? null : { target, given: [] };
  }
  const callee = ts.isCallExpression(node) ? bare(node.expression) : node;
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(callee)) return null;
  const [self, ...rest] = node.arguments;
  const target = applicable(b, callee.expression, self ?? null);
  return target === null ? null : { target, given: rest.map((x) => b.atom(x)) };
}

/** the arguments in `f.apply(self, [x, y])` */
function listed(node: ts.Expression | undefined): readonly ts.Expression[] | null {
  if (node === undefined) return [];
  const list = bare(node);
  return ts.isArrayLiteralExpression(list) && !list.elements.some((x) => ts.isSpreadElement(x) || ts.isOmittedExpression(x)) ? list.elements : null;
}

/** what an expression that names a function does when `this` is `self`; null where that is not followed */
function applicable(b: Body, given: ts.Expression, self: ts.Expression | null): Applicable | null {
  const node = bare(given);
  if (ts.isPropertyAccessExpression(node) && !isQualified(b, node) && self !== null) {
    const object = node.expression.kind === ts.SyntaxKind.SuperKeyword ? null : b.atom(node.expression);
    const classes = object === null ? null : receiverClasses(b, object, node.expression);
    if (classes !== null && !isStorage(b, classes, accessOf(node.name))) {
      const receiver = self === node.expression && object !== null ? object : b.atom(self);
      const method = receiverClasses(b, receiver, self) === null ? null : methodOf(b, classes, accessOf(node.name), receiver);
      return method === null ? null : { ...method, name: node.name.text };
    }
    return null;
  }
  const named = calleeName(b, node);
  if (named?.kind === "global" || named?.kind === "refused") return null;
  if (named?.kind === "function") {
    const target = named.node;
    if ((target.typeParameters?.length ?? 0) > 0) return null;
    if (self !== null) b.effect(self);
    return { shape: shapeOfDeclaration(b, target), result: b.resultOf(target), name: functionName(target), call: (args, at, want) => emitCall(b, { kind: "function", func: b.unit.functionId(target) }, args, b.resultOf(target), functionName(target), at, want) };
  }
  const made = ofValue(b, node);
  if (made !== null && self !== null) b.effect(self);
  return made;
}

function ofValue(b: Body, node: ts.Expression): Applicable | null {
  const signature = b.checker.getTypeAtLocation(node).getCallSignatures().at(-1);
  const shape = signature === undefined ? null : shapeOfSignature(b, signature);
  if (signature === undefined || shape === null) return null;
  const value = b.atom(node);
  const result = b.types.of(b.checker.getReturnTypeOfSignature(signature));
  return { shape, result, name: "bound", call: (args, at, want) => emitCall(b, { kind: "value", value }, args, result, "bound", at, want) };
}

/** a function literal that calls the target, its first arguments given now */
function bound(b: Body, node: ts.CallExpression, target: Applicable, given: readonly ts.Expression[], want: Want | null): Expr | null {
  const { shape, result, name } = target;
  if (shape.rest !== null || given.some((x) => ts.isSpreadElement(x)) || given.length > shape.fixed) return b.refuse(refusals.boundFunction(spanOf(node), "bind"), node);
  const first = given.map((x) => b.atom(x, { ...PLAIN, hint: null }));
  if (want === null) return null;
  return literal(b, node, name, shape, first, result, target.call);
}

/** a function literal that makes a call, its first arguments given now */
export function literal(b: Body, node: ts.Node, name: string, shape: Shape, first: readonly Expr[], result: Type, call: Applicable["call"]): Expr {
  const types = shape.types.slice(first.length);
  const params = types.map((type, i): Param => {
    const called = shape.names[first.length + i] || "x";
    return { variable: b.unit.supply.fresh(called, type), name: called, typeText: null, optional: false, rest: false };
  });
  const body = b.block(() => {
    const value = call([...first, ...params.map((x) => use(x.variable))], node, result.kind === "void" ? null : PLAIN);
    b.exit({ kind: "return", value }, node);
  });
  const origin = { span: spanOf(node), comments: [] };
  const type: Type = { kind: "function", params: types, result };
  return { kind: "closure", func: { id: `${origin.span.file}#${name}@${origin.span.start}`, name, params, body, result: null, resultType: result, resultText: null, origin }, type };
}

/** a method handed over with its object: `xs.map(v.scale, v)`; null where the function is none */
export function boundMethod(b: Body, given: ts.Expression, self: ts.Expression): Expr | null {
  const node = bare(given);
  if (!ts.isPropertyAccessExpression(node) || isQualified(b, node)) return null;
  const target = applicable(b, node, self);
  return target === null ? null : literal(b, node, target.name, target.shape, [], target.result, target.call);
}

