// Types that follow from what is lowered already, without asking TypeScript: it answers each question about a variable by
// walking back through all the statements before it, so long functions would take the square of their length.
// Guarantees the type that TypeScript would give, or null; whatever may be narrowed is left to it.
import { ts } from "ts-morph";
import type { Type } from "../../ir/ir.ts";
import { BOOLEAN, REAL } from "../../ir/build.ts";

export interface QuickContext {
  /** the type of the variable that an identifier names, if it is one of the functions at hand */
  readonly variableType: (node: ts.Identifier) => Type | null;
  /** do elements have their own type, or may they be undefined as far as TypeScript knows? */
  readonly checkedElements: boolean;
}

const K = ts.SyntaxKind;

const NUMERIC: ReadonlySet<ts.SyntaxKind> = new Set([K.MinusToken, K.AsteriskToken, K.SlashToken, K.PercentToken, K.AsteriskAsteriskToken]);
const BOOLEAN_RESULT: ReadonlySet<ts.SyntaxKind> = new Set([
  K.LessThanToken, K.LessThanEqualsToken, K.GreaterThanToken, K.GreaterThanEqualsToken, K.EqualsEqualsToken, K.EqualsEqualsEqualsToken, K.ExclamationEqualsToken, K.ExclamationEqualsEqualsToken,
]);

/** never narrowed: not a union, not something that any test says more about */
const isPlain = (type: Type | null): type is Type => type !== null && type.kind !== "nullable" && type.kind !== "union" && type.kind !== "opaque" && type.kind !== "void";

const plain = (type: Type | null | undefined): Type | null => (type !== undefined && isPlain(type) ? type : null);

export function quickType(node: ts.Node, context: QuickContext, known: Map<ts.Node, Type | null>): Type | null {
  const seen = known.get(node);
  if (seen !== undefined) return seen;
  const of = (x: ts.Node): Type | null => quickType(x, context, known);
  const type = isSum(node) ? sum(node, of, known) : compute(node, of, context);
  known.set(node, type);
  return type;
}

function compute(node: ts.Node, of: (node: ts.Node) => Type | null, context: QuickContext): Type | null {
  if (ts.isParenthesizedExpression(node) || ts.isNonNullExpression(node)) return of(node.expression);
  if (ts.isNumericLiteral(node)) return REAL;
  if (ts.isIdentifier(node)) return plain(context.variableType(node));
  if (ts.isBinaryExpression(node)) return binary(node, of);
  if (ts.isPrefixUnaryExpression(node)) return node.operator === K.ExclamationToken ? BOOLEAN : node.operator === K.MinusToken && of(node.operand)?.kind === "real" ? REAL : null;
  if (ts.isConditionalExpression(node)) return same(of(node.whenTrue), of(node.whenFalse));
  if (ts.isElementAccessExpression(node) && node.questionDotToken === undefined) return element(of(node.expression), node, context);
  if (ts.isPropertyAccessExpression(node) && node.questionDotToken === undefined) return field(of(node.expression), node.name.text);
  return null;
}

function same(a: Type | null, b: Type | null): Type | null {
  if (a === null || b === null) return null;
  return a === b || (a.kind === b.kind && (a.kind === "real" || a.kind === "boolean" || a.kind === "string")) ? a : null;
}

function binary(node: ts.BinaryExpression, of: (node: ts.Node) => Type | null): Type | null {
  const { kind } = node.operatorToken;
  if (BOOLEAN_RESULT.has(kind)) return BOOLEAN;
  if (kind === K.AmpersandAmpersandToken || kind === K.BarBarToken) return same(of(node.left), of(node.right))?.kind === "boolean" ? BOOLEAN : null;
  return null;
}

const isSum = (node: ts.Node): node is ts.BinaryExpression => ts.isBinaryExpression(node) && (node.operatorToken.kind === K.PlusToken || NUMERIC.has(node.operatorToken.kind));

/** from the inside of the left spine, so that long sums do not recurse; what was found of it before is not walked again */
function sum(node: ts.BinaryExpression, of: (node: ts.Node) => Type | null, known: Map<ts.Node, Type | null>): Type | null {
  const spine: ts.BinaryExpression[] = [];
  let left: ts.Expression = node;
  for (; isSum(left) && !known.has(left); left = left.left) spine.push(left);
  let type = of(left);
  for (let x = spine.pop(); x !== undefined; x = spine.pop()) {
    type = type?.kind === "real" && of(x.right)?.kind === "real" ? REAL : null;
    known.set(x, type);
  }
  return type;
}

function element(base: Type | null, node: ts.ElementAccessExpression, { checkedElements }: QuickContext): Type | null {
  if (base === null || (checkedElements && !ts.isNonNullExpression(node.parent))) return null;
  if (base.kind === "array") return plain(base.element);
  const index = node.argumentExpression;
  return base.kind === "tuple" && ts.isNumericLiteral(index) ? plain(base.elements[Number(index.text)]) : null;
}

function field(base: Type | null, name: string): Type | null {
  if (base === null) return null;
  if (name === "length" && (base.kind === "array" || base.kind === "tuple" || base.kind === "string")) return REAL;
  if (base.kind !== "struct" || base.isClass) return null;
  const found = base.fields.find((x) => x.name === name);
  return found === undefined || found.optional ? null : plain(found.type);
}
