// Generic functions are lowered once per set of type arguments, as the call infers them.
import { ts } from "ts-morph";
import { type ClassNode, instanceType } from "../classes.ts";
import type { CodeNode, FunctionNode } from "../nodes.ts";
import type { Body } from "./body.ts";
import type { TypeArguments } from "./unit.ts";

/** what the type parameters of a function stand for in a call */
export const instantiate = (b: Body, node: ts.CallLikeExpression, target: FunctionNode): TypeArguments => inferred(b, node, target);

/** what a method's own type parameters stand for in a call */
export const methodArguments = (b: Body, node: ts.CallExpression, target: CodeNode): TypeArguments => (ts.isMethodDeclaration(target) ? inferred(b, node, target) : new Map());

/** the type of the instances that `new` makes */
export function instantiateClass(b: Body, node: ts.NewExpression, target: ClassNode): ts.Type {
  const type = b.checker.getTypeAtLocation(node);
  const own = instanceType(target, b.checker);
  return own === null || type.symbol === own.symbol ? type : own;
}

function inferred(b: Body, node: ts.CallLikeExpression, target: FunctionNode): TypeArguments {
  const parameters = target.typeParameters;
  if (parameters === undefined || parameters.length === 0) return new Map();
  const signature = b.checker.getResolvedSignature(node);
  const inferred = signature === undefined ? undefined : b.checker.getTypeArgumentsForResolvedSignature(signature);
  return new Map(parameters.flatMap((x, i) => {
    const type = inferred?.[i];
    return type === undefined ? [] : [[b.checker.getTypeAtLocation(x), b.types.of(type)] as const];
  }));
}
