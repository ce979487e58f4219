// What a function's text says about its variables before any of it is lowered: which are assigned again, which are tested
// for absence. Purely syntactic but for symbols; asked once per outermost function.
// Guarantees to err towards "assigned", "tested": those cost an instruction, the opposites could cost an answer.
import { ts } from "ts-morph";
import { bare } from "../nodes.ts";
import { eachNode } from "./tree.ts";

export interface Facts {
  /** assigned somewhere after the declaration, closures included */
  readonly assigned: ReadonlySet<ts.Symbol>;
  /** compared with null or undefined, or tested for truth */
  readonly tested: ReadonlySet<ts.Symbol>;
}

export const isAssignment = (kind: ts.SyntaxKind): boolean => kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;

export const isFunctionLike = (node: ts.Node): node is ts.SignatureDeclaration =>
  ts.isFunctionDeclaration(node) || ts.isFunctionExpression(node) || ts.isArrowFunction(node) || ts.isMethodDeclaration(node) || ts.isConstructorDeclaration(node)
  || ts.isGetAccessorDeclaration(node) || ts.isSetAccessorDeclaration(node);

/** the outermost function around a node, or the node's own statement of the module */
export function outermostFunction(node: ts.Node): ts.Node {
  let found = node;
  for (let at: ts.Node | undefined = node; at !== undefined && !ts.isSourceFile(at); at = at.parent) if (isFunctionLike(at)) found = at;
  return found;
}

/** the innermost function around a node; null at module level */
export function enclosingFunction(node: ts.Node): ts.SignatureDeclaration | null {
  for (let at = node.parent; at !== undefined && !ts.isSourceFile(at); at = at.parent) if (isFunctionLike(at)) return at;
  return null;
}

/** where each name is first mentioned under a node; names of properties do not count */
export function firstMentions(root: ts.Node): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  eachNode(root, (node) => {
    if (!ts.isIdentifier(node) || found.has(node.text)) return;
    const isName = ts.isPropertyAccessExpression(node.parent) ? node.parent.name === node : ts.isPropertyAssignment(node.parent) && node.parent.name === node;
    if (!isName) found.set(node.text, node.getStart());
  });
  return found;
}

const isNothing = (node: ts.Expression): boolean => {
  const x = bare(node);
  return x.kind === ts.SyntaxKind.NullKeyword || (ts.isIdentifier(x) && x.text === "undefined") || ts.isVoidExpression(x) || (ts.isStringLiteralLike(x) && x.text === "undefined");
};

const EQUALITY: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.EqualsEqualsToken, ts.SyntaxKind.EqualsEqualsEqualsToken, ts.SyntaxKind.ExclamationEqualsToken, ts.SyntaxKind.ExclamationEqualsEqualsToken,
]);
const LOGICAL: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.AmpersandAmpersandToken, ts.SyntaxKind.BarBarToken, ts.SyntaxKind.QuestionQuestionToken,
  ts.SyntaxKind.AmpersandAmpersandEqualsToken, ts.SyntaxKind.BarBarEqualsToken, ts.SyntaxKind.QuestionQuestionEqualsToken,
]);

/** the expressions that a node tests for absence or truth */
function testedBy(node: ts.Node): readonly ts.Expression[] {
  if (ts.isBinaryExpression(node)) {
    const { kind } = node.operatorToken;
    if (LOGICAL.has(kind)) return [node.left, node.right];
    if (EQUALITY.has(kind)) return isNothing(node.right) ? [node.left] : isNothing(node.left) ? [node.right] : [];
    return [];
  }
  if (ts.isIfStatement(node) || ts.isWhileStatement(node) || ts.isDoStatement(node)) return [node.expression];
  if (ts.isForStatement(node)) return node.condition ? [node.condition] : [];
  if (ts.isConditionalExpression(node)) return [node.condition];
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) return [node.operand];
  if (ts.isTypeOfExpression(node)) return [node.expression];
  if ((ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node) || ts.isCallExpression(node)) && node.questionDotToken !== undefined) return [node.expression];
  return [];
}

/** the expressions that an assignment or update sets, patterns taken apart */
export function assignedBy(node: ts.Node): readonly ts.Expression[] {
  if (ts.isBinaryExpression(node) && isAssignment(node.operatorToken.kind)) return leaves(node.left);
  if (ts.isPrefixUnaryExpression(node) && (node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken)) return [bare(node.operand)];
  if (ts.isPostfixUnaryExpression(node)) return [bare(node.operand)];
  if ((ts.isForOfStatement(node) || ts.isForInStatement(node)) && !ts.isVariableDeclarationList(node.initializer)) return leaves(node.initializer);
  return [];
}

function leaves(given: ts.Expression): readonly ts.Expression[] {
  const node = bare(given);
  if (ts.isArrayLiteralExpression(node)) return node.elements.flatMap((x) => leaves(ts.isSpreadElement(x) ? x.expression : x));
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken) return leaves(node.left);
  if (ts.isObjectLiteralExpression(node)) {
    return node.properties.flatMap((x) =>
      ts.isPropertyAssignment(x) ? leaves(x.initializer) : ts.isShorthandPropertyAssignment(x) ? [x.name] : ts.isSpreadAssignment(x) ? leaves(x.expression) : []);
  }
  return [node];
}

/** a `var` with the name of a parameter, or a second one */
const isRedeclared = (symbol: ts.Symbol | undefined): boolean => (symbol?.declarations?.length ?? 0) > 1;

export function scan(root: ts.Node, checker: ts.TypeChecker): Facts {
  const assigned = new Set<ts.Symbol>();
  const tested = new Set<ts.Symbol>();
  const symbolOf = (node: ts.Expression): ts.Symbol | undefined => {
    const x = bare(node);
    if (!ts.isIdentifier(x)) return undefined;
    return ts.isShorthandPropertyAssignment(x.parent) ? checker.getShorthandAssignmentValueSymbol(x.parent) : checker.getSymbolAtLocation(x);
  };
  const add = (set: Set<ts.Symbol>, node: ts.Expression): void => {
    const symbol = symbolOf(node);
    if (symbol !== undefined) set.add(symbol);
  };
  eachNode(root, (node) => {
    for (const x of testedBy(node)) add(tested, x);
    for (const x of assignedBy(node)) add(assigned, x);
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer !== undefined && isRedeclared(symbolOf(node.name))) add(assigned, node.name);
  });
  return { assigned, tested };
}
