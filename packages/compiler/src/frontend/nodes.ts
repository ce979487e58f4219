// Small questions about syntax trees that several doors ask: spans, wrappers, symbols behind aliases.
// Assumes trees with parents (bound, or parsed with them).
import { ts } from "ts-morph";
import type { Span } from "../diagnostics/diagnostic.ts";
import { originalOffset } from "./sources.ts";

/** A parsed file: opaque outside of the frontend. */
export type SourceFile = ts.SourceFile;
export type Node = ts.Node;

/** A function that can be lowered: it has a body. */
export type FunctionNode = ts.FunctionDeclaration | ts.FunctionExpression | ts.ArrowFunction | ts.MethodDeclaration;

/** the annotation of a result; `x is T` says something about a parameter, and is a truth value where the parameter is another */
export const resultNode = (node: ts.SignatureDeclaration): ts.TypeNode | undefined => (node.type === undefined || ts.isTypePredicateNode(node.type) ? undefined : node.type);

/** `o.method`, `f.bind(o, x)`: a function whose receiver and first arguments stand in the expression */
export interface BoundTarget {
  readonly expression: ts.PropertyAccessExpression | ts.CallExpression;
  /** how many arguments are given already */
  readonly given: number;
}

export const isGenerator = (node: ts.SignatureDeclaration): boolean => "asteriskToken" in node && node.asteriskToken !== undefined;
/** A piece of code with parameters of its own. */
export type ParameterizedNode = FunctionNode | ts.ConstructorDeclaration | ts.SetAccessorDeclaration;
/** What can be lowered as a function: with what a class brings. A class itself stands for the making of an instance. */
export type CodeNode = FunctionNode | ts.GetAccessorDeclaration | ts.SetAccessorDeclaration | ts.ClassLikeDeclaration;

export function spanOf(node: ts.Node): Span {
  const file = node.getSourceFile();
  return { file: file.fileName, start: originalOffset(file, node.getStart(file)), end: originalOffset(file, node.end) };
}

/** through parentheses, `as`, `satisfies` and `!` */
export function bare(node: ts.Expression): ts.Expression {
  return ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node) || ts.isNonNullExpression(node) || ts.isTypeAssertionExpression(node)
    ? bare(node.expression) : node;
}

/** the symbol behind imports and re-exports */
export function resolvedSymbol(node: ts.Node, checker: ts.TypeChecker): ts.Symbol | undefined {
  const symbol = ts.isIdentifier(node) && ts.isShorthandPropertyAssignment(node.parent)
    ? checker.getShorthandAssignmentValueSymbol(node.parent)
    : checker.getSymbolAtLocation(node);
  return symbol !== undefined && (symbol.flags & ts.SymbolFlags.Alias) !== 0 ? checker.getAliasedSymbol(symbol) : symbol;
}

/** an expression's text for a message: one line, not long */
export function shortText(node: ts.Node): string {
  const text = node.getText().replace(/\s+/g, " ");
  return text.length > 40 ? `${text.slice(0, 37)}…` : text;
}

/** the parameters that `wrt` counts: a leading `this` is none */
export const countedParameters = (node: FunctionNode): readonly ts.ParameterDeclaration[] =>
  node.parameters.filter((x) => !(ts.isIdentifier(x.name) && x.name.text === "this"));

/** what decides what `this` means at a place: the function, property or block around that is no arrow function; null in a module */
export function thisContainer(node: ts.Node): ts.FunctionLikeDeclaration | ts.PropertyDeclaration | ts.ClassStaticBlockDeclaration | null {
  for (let at = node.parent as ts.Node | undefined; at !== undefined; at = at.parent) {
    if (ts.isPropertyDeclaration(at) || ts.isClassStaticBlockDeclaration(at)) return at;
    if (!ts.isArrowFunction(at) && ts.isFunctionLike(at) && "body" in at) return at as ts.FunctionLikeDeclaration;
  }
  return null;
}

/** the module and the name in it that an import declaration binds: `*` for a namespace, `default`; null for what is no import */
export function importOf(declaration: ts.Declaration | undefined): { readonly specifier: string; readonly name: string } | null {
  const at = declaration === undefined ? undefined : ts.findAncestor(declaration, ts.isImportDeclaration);
  if (declaration === undefined || at === undefined || !ts.isStringLiteral(at.moduleSpecifier)) return null;
  const name = ts.isImportSpecifier(declaration) ? (declaration.propertyName ?? declaration.name).text : ts.isNamespaceImport(declaration) ? "*" : "default";
  return { specifier: at.moduleSpecifier.text, name };
}

/**
 * The type of an expression. What TypeScript knows not to be reached has none (`never`), but is text as any other: there it is the
 * type that was declared.
 */
export function typeAt(node: ts.Node, checker: ts.TypeChecker): ts.Type {
  const type = checker.getTypeAtLocation(node);
  return (type.flags & ts.TypeFlags.Never) === 0 || !ts.isExpression(node) ? type : checker.getNonNullableType(declaredType(bare(node), checker) ?? type);
}

function declaredType(node: ts.Expression, checker: ts.TypeChecker): ts.Type | undefined {
  if (ts.isIdentifier(node)) {
    const symbol = resolvedSymbol(node, checker);
    return symbol && checker.getTypeOfSymbol(symbol);
  }
  if (ts.isPropertyAccessExpression(node)) {
    const field = typeAt(node.expression, checker).getProperty(node.name.text);
    return field && checker.getTypeOfSymbol(field);
  }
  // of what is there, and what stands for it otherwise, TypeScript believes in neither
  if (ts.isBinaryExpression(node)) return typeAt(node.right, checker);
  if (!ts.isElementAccessExpression(node)) return undefined;
  const owner = typeAt(node.expression, checker);
  const field = ts.isStringLiteralLike(node.argumentExpression) || ts.isNumericLiteral(node.argumentExpression) ? owner.getProperty(node.argumentExpression.text) : undefined;
  return field === undefined ? owner.getNumberIndexType() : checker.getTypeOfSymbol(field);
}
