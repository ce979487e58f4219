// The second argument of a marker: a literal, or a const of literals, seen through `as`, `satisfies` and parentheses.
// Guarantees a request whose `wrt`, `mode` and `sparse` are values, or a finding at the expression that is no literal.
import { ts } from "ts-morph";
import type { Finding } from "../diagnostics/diagnostic.ts";
import * as catalog from "../diagnostics/catalog.ts";
import type { Operator, Request } from "../ir/ir.ts";
import { bare, resolvedSymbol, spanOf } from "./nodes.ts";

type Evaluated = { readonly request: Request } | { readonly finding: Finding };

const TAKES: { readonly [K in Operator]: readonly string[] } = {
  grad: ["wrt"], valueAndGrad: ["wrt"], jacobian: ["wrt", "mode", "sparse"], hessian: ["wrt", "sparse"], hvp: ["wrt"],
  jvp: [], vjp: [], stopGradient: [], customRule: [], checkpoint: [],
};

/** an expression, or what the const that it names holds */
function literal(node: ts.Expression, checker: ts.TypeChecker): ts.Expression {
  const at = bare(node);
  if (!ts.isIdentifier(at)) return at;
  const declaration = resolvedSymbol(at, checker)?.valueDeclaration;
  if (declaration === undefined || !ts.isVariableDeclaration(declaration) || declaration.initializer === undefined) return at;
  return (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0 ? literal(declaration.initializer, checker) : at;
}

function index(node: ts.Expression, checker: ts.TypeChecker): number | null {
  const at = literal(node, checker);
  return ts.isNumericLiteral(at) && Number.isInteger(Number(at.text)) ? Number(at.text) : null;
}

function wrtOf(node: ts.Expression, checker: ts.TypeChecker): Request["wrt"] | null {
  const at = literal(node, checker);
  if (ts.isStringLiteralLike(at)) return at.text === "all" ? "all" : null;
  if (!ts.isArrayLiteralExpression(at)) return index(at, checker);
  const indices = at.elements.map((x) => index(x, checker));
  const known = indices.filter((x) => x !== null);
  return known.length === indices.length ? known : null;
}

function modeOf(node: ts.Expression, checker: ts.TypeChecker): Request["mode"] {
  const at = literal(node, checker);
  return ts.isStringLiteralLike(at) && (at.text === "forward" || at.text === "reverse") ? at.text : null;
}

function flagOf(node: ts.Expression, checker: ts.TypeChecker): boolean | null {
  const { kind } = literal(node, checker);
  return kind === ts.SyntaxKind.TrueKeyword ? true : kind === ts.SyntaxKind.FalseKeyword ? false : null;
}

function entries(node: ts.Expression, operator: Operator, checker: ts.TypeChecker): { readonly values: ReadonlyMap<string, ts.Expression> } | { readonly finding: Finding } {
  const at = literal(node, checker);
  if (!ts.isObjectLiteralExpression(at)) return { finding: catalog.nonLiteralOptions(spanOf(node), operator, "this is not an object literal") };
  const values = new Map<string, ts.Expression>();
  for (const property of at.properties) {
    if (ts.isSpreadAssignment(property)) {
      const inner = entries(property.expression, operator, checker);
      if ("finding" in inner) return inner;
      for (const [name, value] of inner.values) values.set(name, value);
      continue;
    }
    const { name } = property;
    if (name === undefined || !(ts.isIdentifier(name) || ts.isStringLiteralLike(name))) return { finding: catalog.nonLiteralOptions(spanOf(property), operator, "a computed name") };
    if (!TAKES[operator].includes(name.text)) return { finding: catalog.unknownOption(spanOf(property), operator, name.text, TAKES[operator]) };
    if (ts.isPropertyAssignment(property)) values.set(name.text, property.initializer);
    else if (ts.isShorthandPropertyAssignment(property)) values.set(name.text, property.name);
    else return { finding: catalog.nonLiteralOptions(spanOf(property), operator, "a method") };
  }
  return { values };
}

/** what a marker differentiates with respect to where its options do not say */
export const defaultWrt = (operator: Operator): Request["wrt"] => (operator === "vjp" || operator === "jvp" ? "all" : 0);

/** The request that a marker call makes. */
export function evaluateOptions(operator: Operator, node: ts.Expression | undefined, checker: ts.TypeChecker): Evaluated {
  const initial = defaultWrt(operator);
  if (node === undefined || (ts.isIdentifier(node) && node.text === "undefined")) return { request: { operator, wrt: initial, mode: null } };
  const found = entries(node, operator, checker);
  if ("finding" in found) return found;
  const wrt = found.values.get("wrt");
  const mode = found.values.get("mode");
  const wrtValue = wrt === undefined ? initial : wrtOf(wrt, checker);
  if (wrtValue === null) return { finding: catalog.nonLiteralOptions(spanOf(wrt ?? node), operator, "`wrt` is an index, a tuple of indices, or \"all\"") };
  const modeValue = mode === undefined ? null : modeOf(mode, checker);
  if (mode !== undefined && modeValue === null) return { finding: catalog.nonLiteralOptions(spanOf(mode), operator, "`mode` is \"forward\" or \"reverse\"") };
  const sparse = found.values.get("sparse");
  const isSparse = sparse === undefined ? false : flagOf(sparse, checker);
  if (isSparse === null) return { finding: catalog.nonLiteralOptions(spanOf(sparse ?? node), operator, "`sparse` is true or false") };
  return { request: { operator, wrt: wrtValue, mode: modeValue, ...(isSparse ? { sparse: true } : {}) } };
}
