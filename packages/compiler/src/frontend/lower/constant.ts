// Constants of modules: what a `const` at the top level surely holds, so that it needs no cell.
// Only literals, the operators over them and other such constants; anything that is called or made stays a cell.
import { ts } from "ts-morph";
import { memberName } from "../classes.ts";
import { bare, resolvedSymbol } from "../nodes.ts";
import { isConstant } from "../never-assigned.ts";
import { isLibraryFile } from "../type-parts.ts";

export type Constant = number | string | boolean | bigint | null;

const MATH: ReadonlyMap<string, number> = new Map([
  ["E", Math.E], ["LN10", Math.LN10], ["LN2", Math.LN2], ["LOG10E", Math.LOG10E], ["LOG2E", Math.LOG2E], ["PI", Math.PI], ["SQRT1_2", Math.SQRT1_2], ["SQRT2", Math.SQRT2],
]);
const NUMBER: ReadonlyMap<string, number> = new Map([
  ["EPSILON", Number.EPSILON], ["MAX_SAFE_INTEGER", Number.MAX_SAFE_INTEGER], ["MIN_SAFE_INTEGER", Number.MIN_SAFE_INTEGER], ["MAX_VALUE", Number.MAX_VALUE], ["MIN_VALUE", Number.MIN_VALUE],
  ["NaN", Number.NaN], ["POSITIVE_INFINITY", Number.POSITIVE_INFINITY], ["NEGATIVE_INFINITY", Number.NEGATIVE_INFINITY],
]);

/** what a constant of the library is: `Math.PI`, `Infinity` */
export function libraryConstant(name: string): number | undefined {
  if (name === "NaN" || name === "Infinity") return name === "NaN" ? Number.NaN : Infinity;
  const [owner, member] = name.split(".");
  if (member === undefined) return undefined;
  return owner === "Math" ? MATH.get(member) : owner === "Number" ? NUMBER.get(member) : undefined;
}

/** the value of an enum member, of `const enum`s and others */
export function enumValue(checker: ts.TypeChecker, node: ts.PropertyAccessExpression | ts.ElementAccessExpression): string | number | undefined {
  const known = checker.getConstantValue(node);
  if (known !== undefined) return known;
  const declaration = checker.getSymbolAtLocation(ts.isPropertyAccessExpression(node) ? node.name : node.argumentExpression)?.valueDeclaration;
  if (declaration === undefined || !ts.isEnumMember(declaration)) return undefined;
  const value = checker.getConstantValue(declaration);
  if (ts.isPropertyAccessExpression(node)) return value;
  // `Axis[Axis.Y]` is the name of the member, and what a table holds under it something else
  const owner = resolvedSymbol(node.expression, checker);
  return owner !== undefined && (owner.flags & ts.SymbolFlags.Enum) !== 0 && typeof value === "number" ? memberName(declaration.name) ?? undefined : undefined;
}

const isLibrary = (node: ts.Node, checker: ts.TypeChecker): boolean =>
  checker.getSymbolAtLocation(node)?.declarations?.some((x) => isLibraryFile(x.getSourceFile().fileName)) ?? false;

export function constantOf(given: ts.Expression, checker: ts.TypeChecker, depth = 0): Constant | undefined {
  const node = bare(given);
  if (depth > 50) return undefined;
  if (ts.isNumericLiteral(node)) return Number(node.text);
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isBigIntLiteral(node)) return BigInt(node.text.slice(0, -1));
  if (node.kind === ts.SyntaxKind.TrueKeyword) return true;
  if (node.kind === ts.SyntaxKind.FalseKeyword) return false;
  if (ts.isPrefixUnaryExpression(node)) return unary(node, checker, depth);
  if (ts.isBinaryExpression(node)) return binary(node, checker, depth);
  if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
    const enumerated = enumValue(checker, node);
    return enumerated ?? (isLibrary(node.name, checker) ? libraryConstant(`${node.expression.text}.${node.name.text}`) : undefined);
  }
  return ts.isIdentifier(node) ? named(node, checker, depth) : undefined;
}

function named(node: ts.Identifier, checker: ts.TypeChecker, depth: number): Constant | undefined {
  const declaration = resolvedSymbol(node, checker)?.valueDeclaration;
  if (declaration === undefined) return undefined;
  if (isLibraryFile(declaration.getSourceFile().fileName)) return libraryConstant(node.text);
  if (ts.isBindingElement(declaration)) return ofLibraryObject(declaration, checker);
  if (!ts.isVariableDeclaration(declaration) || declaration.initializer === undefined || !isConstant(declaration, checker)) return undefined;
  return constantOf(declaration.initializer, checker, depth + 1);
}

/** `const { PI } = Math` */
function ofLibraryObject(declaration: ts.BindingElement, checker: ts.TypeChecker): Constant | undefined {
  const list = declaration.parent.parent;
  const key = declaration.propertyName ?? declaration.name;
  if (!ts.isVariableDeclaration(list) || list.initializer === undefined || !ts.isIdentifier(list.initializer) || !ts.isIdentifier(key)) return undefined;
  const isConst = (ts.getCombinedNodeFlags(list) & ts.NodeFlags.Const) !== 0;
  return isConst && isLibrary(list.initializer, checker) ? libraryConstant(`${list.initializer.text}.${key.text}`) : undefined;
}

function unary(node: ts.PrefixUnaryExpression, checker: ts.TypeChecker, depth: number): Constant | undefined {
  const x = constantOf(node.operand, checker, depth + 1);
  if (typeof x !== "number") return undefined;
  switch (node.operator) {
    case ts.SyntaxKind.MinusToken: return -x;
    case ts.SyntaxKind.PlusToken: return x;
    case ts.SyntaxKind.TildeToken: return ~x;
    default: return undefined;
  }
}

function binary(node: ts.BinaryExpression, checker: ts.TypeChecker, depth: number): Constant | undefined {
  const a = constantOf(node.left, checker, depth + 1);
  const b = typeof a === "number" ? constantOf(node.right, checker, depth + 1) : undefined;
  if (typeof a !== "number" || typeof b !== "number") return undefined;
  switch (node.operatorToken.kind) {
    case ts.SyntaxKind.PlusToken: return a + b;
    case ts.SyntaxKind.MinusToken: return a - b;
    case ts.SyntaxKind.AsteriskToken: return a * b;
    case ts.SyntaxKind.SlashToken: return a / b;
    case ts.SyntaxKind.PercentToken: return a % b;
    case ts.SyntaxKind.AsteriskAsteriskToken: return a ** b;
    case ts.SyntaxKind.LessThanLessThanToken: return a << b;
    case ts.SyntaxKind.GreaterThanGreaterThanToken: return a >> b;
    case ts.SyntaxKind.AmpersandToken: return a & b;
    case ts.SyntaxKind.BarToken: return a | b;
    default: return undefined;
  }
}
