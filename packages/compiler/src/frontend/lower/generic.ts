// Generic functions are lowered once per set of type arguments, as the call infers them.
import type { ts } from "ts-morph";
import type { FunctionNode } from "../nodes.ts";
import type { Body } from "./body.ts";
import type { TypeArguments } from "./unit.ts";

/** what the type parameters of a function stand for in a call */
export function instantiate(b: Body, node: ts.CallExpression, target: FunctionNode): TypeArguments {
  const parameters = target.typeParameters;
  if (parameters === undefined || parameters.length === 0) return new Map();
  const signature = b.checker.getResolvedSignature(node);
  const inferred = signature === undefined ? undefined : b.checker.getTypeArgumentsForResolvedSignature(signature);
  return new Map(parameters.flatMap((x, i) => {
    const type = inferred?.[i];
    return type === undefined ? [] : [[b.checker.getTypeAtLocation(x), b.types.of(type)] as const];
  }));
}
