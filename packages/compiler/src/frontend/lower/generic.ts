// Generic functions are lowered once per set of type arguments, as the call infers them.
import { ts } from "ts-morph";
import { type ClassNode, instanceType } from "../classes.ts";
import { heldAt, sameType } from "../../ir/facts.ts";
import type { Type } from "../../ir/ir.ts";
import type { CodeNode, FunctionNode } from "../nodes.ts";
import { literalOf } from "../type-parts.ts";
import type { Body } from "./body.ts";
import { enclosingFunction } from "./scan.ts";
import { eachNode } from "./tree.ts";
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
    return type === undefined ? [] : [[b.checker.getTypeAtLocation(x), textsOf(type) ?? b.types.of(type)] as const];
  }));
}

/** names of properties, which types are computed from */
function textsOf(type: ts.Type): Type | null {
  const found = literalOf(type);
  return found?.kind === "string" ? found : null;
}

// ---------------------------------------------------------------------------------------------------- values

/** what the type parameters of a function that is used as a value stand for where it is expected; null where that does not say */
export function argumentsInContext(b: Body, node: ts.Expression, target: FunctionNode): TypeArguments | null {
  const { checker } = b;
  const parameters = target.typeParameters ?? [];
  if (parameters.length === 0) return new Map();
  const expected = checker.getContextualType(node)?.getCallSignatures().at(-1);
  const own = checker.getSignatureFromDeclaration(target);
  if (expected === undefined || own === undefined) return null;
  const open = new Set(parameters.map((x) => checker.getTypeAtLocation(x)));
  const found = new Map<ts.Type, Type>();
  own.parameters.forEach((x, i) => {
    const given = expected.parameters[i];
    if (given !== undefined) match(checker.getTypeOfSymbol(x), b.types.of(checker.getTypeOfSymbol(given)), open, found, checker);
  });
  return [...open].every((x) => found.has(x)) && [...found.values()].every((x) => x.kind !== "opaque") ? found : null;
}

/** finds type parameters in a declared type, by the type of a value that goes there */
function match(declared: ts.Type, given: Type, open: ReadonlySet<ts.Type>, found: Map<ts.Type, Type>, checker: ts.TypeChecker): void {
  if (open.has(declared)) {
    if (!found.has(declared)) found.set(declared, given);
    return;
  }
  if (given.kind === "nullable") return match(checker.getNonNullableType(declared), given.inner, open, found, checker);
  if (checker.isArrayType(declared) || checker.isTupleType(declared)) {
    const elements = checker.getTypeArguments(declared as ts.TypeReference);
    elements.forEach((x, i) => { const held = heldAt(given, i); if (held !== undefined) match(x, held, open, found, checker); });
    return;
  }
  if (given.kind !== "struct") return;
  for (const x of checker.getPropertiesOfType(declared)) {
    const field = given.fields.find((f) => f.name === x.name);
    if (field !== undefined) match(checker.getTypeOfSymbol(x), field.type, open, found, checker);
  }
}

/** what the type parameters of a function inside of a function stand for wherever it is called or used; null where that differs, or is not known */
export function argumentsOfLocal(b: Body, node: ts.SignatureDeclaration): TypeArguments | null {
  if ((node.typeParameters?.length ?? 0) === 0) return new Map();
  const name = ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node) ? node.name : ts.isVariableDeclaration(node.parent) && ts.isIdentifier(node.parent.name) ? node.parent.name : undefined;
  const symbol = name === undefined ? undefined : b.checker.getSymbolAtLocation(name);
  if (symbol === undefined) return ts.isArrowFunction(node) || ts.isFunctionExpression(node) ? argumentsInContext(b, node, node) : null;
  const found: (TypeArguments | null)[] = [];
  eachNode(enclosingFunction(node) ?? node.getSourceFile(), (x) => {
    // in its own body it calls itself with what it was called with
    if (x === node) return false;
    if (!ts.isIdentifier(x) || x === name || b.checker.getSymbolAtLocation(x) !== symbol) return true;
    const at = ts.isPropertyAccessExpression(x.parent) && x.parent.name === x ? x.parent : x;
    const isCalled = ts.isCallExpression(at.parent) && at.parent.expression === at;
    found.push(isCalled ? inferred(b, at.parent as ts.CallExpression, node as FunctionNode) : argumentsInContext(b, at, node as FunctionNode));
    return true;
  });
  const [first = null, ...others] = found;
  // nobody calls it
  if (found.length === 0) return new Map();
  const isSame = (x: TypeArguments | null): boolean => first !== null && x !== null && [...first].every(([parameter, type]) => { const other = x.get(parameter); return other !== undefined && sameType(type, other); });
  return first !== null && others.every(isSame) && [...first.values()].every((x) => x.kind !== "opaque") ? first : null;
}
