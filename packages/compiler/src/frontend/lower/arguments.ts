// Arguments as the callee's parameters expect them: rest parameters packed, missing optional ones undefined, tuples unpacked.
// Assumes that arguments are evaluated left to right, here.
import { ts } from "ts-morph";
import type { Element, Expr, Type } from "../../ir/ir.ts";
import { constant, load, typeOf, UNDEFINED, VOID } from "../../ir/build.ts";
import { bare, spanOf } from "../nodes.ts";
import type { TypeTable } from "../types.ts";
import { type Body, PLAIN } from "./body.ts";
import { iterable, spreadNow } from "./iterate.ts";
import * as refusals from "../../diagnostics/catalog.ts";
import { present } from "../../ir/facts.ts";

/** What a callee takes. */
export interface Shape {
  /** parameters before the rest */
  readonly fixed: number;
  /** the type of the rest parameter */
  readonly rest: Type | null;
  readonly names: readonly string[];
  /** the types of the fixed parameters, where numbers must not come in untyped */
  readonly types: readonly Type[];
}

/** `within`: the types inside of it, where it has type parameters that the caller does not know */
export function shapeOfDeclaration(b: Body, node: ts.SignatureDeclaration, within: TypeTable = b.types): Shape {
  const typeOf = (x: ts.Node): Type => (within === b.types ? b.typeOf(x) : within.of(b.checker.getTypeAtLocation(x)));
  const params = node.parameters.filter((x) => !(ts.isIdentifier(x.name) && x.name.text === "this"));
  const last = params.at(-1);
  const types = params.map(typeOf);
  const names = params.map((x) => (ts.isIdentifier(x.name) ? x.name.text : ""));
  return last?.dotDotDotToken === undefined ? { fixed: params.length, rest: null, names, types } : { fixed: params.length - 1, rest: typeOf(last), names, types };
}

/** of a function value; null if it takes a rest of unknown length */
export function shapeOfSignature(b: Body, signature: ts.Signature): Shape | null {
  const { parameters } = signature;
  const names = parameters.map((x) => x.name);
  const types = parameters.map((x) => b.types.of(b.checker.getTypeOfSymbol(x)));
  const last = parameters.at(-1);
  if (last === undefined || !isRest(last)) return { fixed: parameters.length, rest: null, names, types };
  // `(...args: Parameters<F>)`: as many as the tuple has
  const packed = present(b.types.of(b.checker.getTypeOfSymbol(last)));
  return packed.kind === "tuple" ? { fixed: parameters.length - 1 + packed.elements.length, rest: null, names: names.slice(0, -1), types: [...types.slice(0, -1), ...packed.elements] } : null;
}

const isRest = (parameter: ts.Symbol): boolean => {
  const { valueDeclaration } = parameter;
  return valueDeclaration !== undefined && ts.isParameter(valueDeclaration) && valueDeclaration.dotDotDotToken !== undefined;
};

interface Pending {
  readonly value: Expr;
  readonly spread: boolean;
}

/** `before`: arguments in front that are there already */
export function lowerArguments(b: Body, nodes: readonly ts.Expression[], shape: Shape, at: ts.Node, before: readonly Expr[] = []): readonly Expr[] {
  const named = nodes.flatMap((x, i) => argument(b, x, i + before.length < shape.fixed ? shape.names[i + before.length] ?? null : null, nodes.slice(i + 1)));
  return arranged(b, [...before.map((value) => ({ value, spread: false })), ...named], nodes.map((x) => (ts.isSpreadElement(x) ? x.expression : x)), shape, at, before.length);
}

function arranged(b: Body, given: readonly Pending[], nodes: readonly ts.Expression[], shape: Shape, at: ts.Node, before: number): readonly Expr[] {
  const firstSpread = given.findIndex((x) => x.spread);
  if (firstSpread >= 0 && firstSpread < shape.fixed) {
    b.report(refusals.spreadArgument(spanOf(nodes.find((x) => x.parent.kind === ts.SyntaxKind.SpreadElement)?.parent ?? at)));
    return [];
  }
  const fixed = Array.from({ length: shape.fixed }, (_, i) => b.typed(given[i]?.value ?? UNDEFINED, shape.types[i] ?? VOID, nodes[i - before] ?? at));
  if (shape.rest === null) return fixed;
  const rest: readonly Element[] = given.slice(shape.fixed);
  const type = present(shape.rest);
  const packed: Expr = { kind: "array", elements: rest, type };
  return [...fixed, b.settle(packed, at, shape.names[shape.fixed] ?? "rest")];
}

function argument(b: Body, node: ts.Expression, name: string | null, later: readonly ts.Node[]): readonly Pending[] {
  if (!ts.isSpreadElement(node)) return [{ value: b.atom(node, { ...PLAIN, hint: ts.isIdentifier(bare(node)) ? null : hintFor(node, name) }), spread: false }];
  return spread(b, node.expression, node, later);
}

function spread(b: Body, array: ts.Expression, node: ts.Node, later: readonly ts.Node[]): readonly Pending[] {
  const source = iterable(b, array);
  if (source === null || source.kind !== "elements") {
    b.report(refusals.notIterable(spanOf(node), b.checker.typeToString(b.checker.getTypeAtLocation(array))));
    return [];
  }
  const type = present(typeOf(source.array));
  if (type.kind !== "tuple") return [{ value: spreadNow(b, source.array, later, node), spread: true }];
  return type.elements.map((x, i) => ({ value: b.settle(load({ kind: "element", base: source.array, index: constant(i) }, x), node), spread: false }));
}

/** a literal handed to a parameter is best called like the parameter */
const hintFor = (node: ts.Expression, name: string | null): string | null =>
  (ts.isArrowFunction(node) || ts.isFunctionExpression(node) || ts.isObjectLiteralExpression(node) || ts.isArrayLiteralExpression(node) ? name : null);
