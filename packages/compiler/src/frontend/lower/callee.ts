// Functions that can be called here: functions of the program, function values, functions of the library that are operations.
// Callbacks of array methods go through `Callback`, so that each method is one loop whatever is called in it.
import { ts } from "ts-morph";
import type { Callee, Expr, Method, Type } from "../../ir/ir.ts";
import { present } from "../../ir/facts.ts";
import { typeOf, UNDEFINED, use, VOID } from "../../ir/build.ts";
import { bare, type FunctionNode, isGenerator, spanOf } from "../nodes.ts";
import { lowerArguments, type Shape, shapeOfDeclaration, shapeOfSignature } from "./arguments.ts";
import { type Body, PLAIN, type Want } from "./body.ts";
import { givenTypes } from "./definite.ts";
import { argumentsInContext, instantiate } from "./generic.ts";
import { resultName } from "./hints.ts";
import { onlyWrites } from "./logging.ts";
import { learn } from "./learn.ts";
import { libraryArity, libraryOperation, plainShape } from "./library.ts";
import * as refusals from "../../diagnostics/catalog.ts";
import { type Named, resolveIdentifier, resolveProperty } from "./resolve.ts";
import { functionName, type TypeArguments } from "./unit.ts";
import { generatorValue, isLate } from "./walk.ts";

/** what an expression in front of `(` names, without evaluating it; null where it is a value */
export function calleeName(b: Body, given: ts.Expression): Named | null {
  const node = bare(given);
  const named = ts.isIdentifier(node) ? resolveIdentifier(b, node) : ts.isPropertyAccessExpression(node) ? resolveProperty(b, node) : null;
  return named?.kind === "alias" ? calleeName(b, named.node) : named;
}

/** emits a call; null where there is no result or nobody wants it */
export function emitCall(b: Body, callee: Callee, args: readonly Expr[], type: Type, name: string, node: ts.Node, want: Want | null): Expr | null {
  const result = b.result(type, want, resultName(name) || "value");
  b.emit({ kind: "call", callee, args, result, origin: b.origin(node) });
  return result === null ? null : use(result);
}

/** calls a function of the program */
export function callFunction(b: Body, node: ts.CallExpression, target: FunctionNode, want: Want | null): Expr | null {
  if (isGenerator(target)) return heldGenerator(b, node, target);
  const writes = want === null ? onlyWrites(b, target) : null;
  if (writes !== null) {
    const { method } = writes;
    const said = lowerArguments(b, node.arguments, plainShape(node.arguments.length), node);
    return method === null ? null : emitCall(b, { kind: "external", name: `console.${method}`, cell: null }, said, VOID, method, node, null);
  }
  const parameters = instantiate(b, node, target);
  const args = lowerArguments(b, node.arguments, shapeOfDeclaration(b, target, b.types.within(parameters)), node);
  learn(b, target, args);
  const given = givenTypes(b, target, b.types.within(parameters), args, b.typeOf(node));
  return emitCall(b, { kind: "function", func: b.unit.functionId(target, parameters, given) }, args, given?.result ?? b.typeOf(node), functionName(target), node, want);
}

/** a generator that is not consumed where it is made */
function heldGenerator(b: Body, node: ts.CallExpression, target: FunctionNode): Expr {
  if (isLate(target)) return b.refuse(refusals.heldGenerator(spanOf(node)), node);
  const { callee, args } = generatorCall(b, node, target);
  return generatorValue(b, callee, args, b.typeOf(node), node);
}

/** the call of a generator of the program: the body's function takes its consumer after the parameters */
export function generatorCall(b: Body, node: ts.CallExpression, target: FunctionNode): { readonly callee: Callee; readonly args: readonly Expr[] } {
  const parameters = instantiate(b, node, target);
  const args = lowerArguments(b, node.arguments, shapeOfDeclaration(b, target, b.types.within(parameters)), node);
  learn(b, target, args);
  const given = givenTypes(b, target, b.types.within(parameters), args, b.typeOf(node));
  return { callee: { kind: "function", func: b.unit.functionId(target, parameters, given) }, args };
}

/** calls a function value that is already there */
export function callValue(b: Body, node: ts.CallExpression, value: Expr, want: Want | null, method?: Method): Expr | null {
  const type = present(typeOf(value));
  const vague = type.kind === "opaque" ? type.text : null;
  if (vague !== null) return b.refuse(refusals.untypedCallee(spanOf(node.expression), vague), node);
  const args = argumentsOfValue(b, node);
  if (args === null) return b.refuse(refusals.restThroughValue(spanOf(node.expression), node.expression.getText()), node);
  const behind = b.checker.getResolvedSignature(node)?.declaration;
  if (behind !== undefined && isLiteral(behind)) learn(b, behind, args);
  const name = value.kind === "var" ? value.variable.name : "value";
  return emitCall(b, method ? { kind: "value", value, method } : { kind: "value", value }, args, b.typeOf(node), name, node, want);
}

const isLiteral = (node: ts.Node): node is FunctionNode => ts.isFunctionDeclaration(node) || ts.isFunctionExpression(node) || ts.isArrowFunction(node);

/** the arguments as the function's type takes them; null where it takes a rest of unknown length */
export function argumentsOfValue(b: Body, node: ts.CallExpression): readonly Expr[] | null {
  const signature = b.checker.getResolvedSignature(node);
  if (signature === undefined) return null;
  const declared = signature.getDeclaration() as ts.SignatureDeclaration | undefined;
  const literal = declared !== undefined && (ts.isArrowFunction(declared) || ts.isFunctionExpression(declared) || ts.isFunctionDeclaration(declared)) ? declared : null;
  const shape: Shape | null = literal === null ? shapeOfSignature(b, signature) : shapeOfDeclaration(b, literal);
  return shape === null ? null : lowerArguments(b, node.arguments, shape, node);
}

// ---------------------------------------------------------------------------------------------------- callbacks

/** A function that an array method calls once per element. */
export interface Callback {
  /** how many of the arguments offered it looks at */
  readonly arity: number;
  readonly result: Type;
  readonly call: (args: readonly Expr[], node: ts.Node, want: Want | null) => Expr | null;
}

export function callback(b: Body, given: ts.Expression, name: string): Callback | null {
  const node = bare(given);
  const signature = b.checker.getTypeAtLocation(node).getCallSignatures().at(-1);
  const result = signature === undefined ? typeOf(UNDEFINED) : b.types.of(b.checker.getReturnTypeOfSignature(signature));
  const named = calleeName(b, node);
  const parameters = named?.kind === "function" && !isGenerator(named.node) ? argumentsInContext(b, node, named.node) : null;
  if (named?.kind === "function" && parameters !== null) return ofFunction(b, named.node, node, parameters.size === 0 ? result : b.types.within(parameters).of(returnOf(b, named.node)), parameters);
  if (named?.kind === "global") return ofLibrary(b, named.name, node, result);
  const value = b.atom(given, { ...PLAIN, hint: name });
  const arity = ts.isArrowFunction(node) || ts.isFunctionExpression(node) ? literalArity(b, node) : signature === undefined ? null : shapeOfSignature(b, signature)?.fixed ?? null;
  if (arity === null) {
    b.report(refusals.restThroughValue(spanOf(node), node.getText()));
    return null;
  }
  return { arity, result, call: (args, at, want) => emitCall(b, { kind: "value", value }, args.slice(0, arity), result, name, at, want) };
}

/** a function value that is already there, as a callback */
export function valueCallback(b: Body, made: Expr, node: ts.Expression): Callback | null {
  const type = typeOf(made);
  if (type.kind !== "function") return null;
  const value = b.settle(made, node, "callback");
  return { arity: type.params.length, result: type.result, call: (args, at, want) => emitCall(b, { kind: "value", value }, args.slice(0, type.params.length), type.result, "callback", at, want) };
}

const returnOf = ({ checker }: Body, node: FunctionNode): ts.Type => { const signature = checker.getSignatureFromDeclaration(node); return signature === undefined ? checker.getVoidType() : checker.getReturnTypeOfSignature(signature); };

const literalArity = (b: Body, node: ts.ArrowFunction | ts.FunctionExpression): number | null => {
  const shape = shapeOfDeclaration(b, node);
  return shape.rest === null ? shape.fixed : null;
};

function ofFunction(b: Body, target: FunctionNode, node: ts.Node, result: Type, parameters: TypeArguments): Callback | null {
  const types = b.types.within(parameters);
  const shape = shapeOfDeclaration(b, target, types);
  if (shape.rest !== null) {
    b.report(refusals.restThroughValue(spanOf(node), functionName(target)));
    return null;
  }
  const call: Callback["call"] = (args, at, want) => {
    const padded = Array.from({ length: shape.fixed }, (_, i) => args[i] ?? UNDEFINED);
    learn(b, target, padded);
    const given = givenTypes(b, target, types, padded, result);
    return emitCall(b, { kind: "function", func: b.unit.functionId(target, parameters, given) }, padded, given?.result ?? result, functionName(target), at, want);
  };
  return { arity: shape.fixed, result, call };
}

function ofLibrary(b: Body, name: string, node: ts.Node, result: Type): Callback | null {
  const arity = libraryArity(name);
  if (arity === null) {
    b.report(refusals.variadicCallback(spanOf(node), name));
    return null;
  }
  return { arity, result, call: (args, at, want) => libraryOperation(b, name, args.slice(0, arity), at, want, result) };
}
