// Functions that a module makes once by calling another: `const easeIn = power(2)`, `const lerp = (function gamma(y) { … })(1)`.
// Where making one again gives a function that nobody can tell from the first, the call stands for what it made.
// Assumes a bound program. Guarantees no state: what is made keeps nothing between its calls, and making it has no effects. When in doubt: no.
import { ts } from "ts-morph";
import { isConstant } from "../never-assigned.ts";
import { bare, resolvedSymbol } from "../nodes.ts";
import { constantOf } from "./constant.ts";
import { enclosingFunction, isAssignment, isFunctionLike } from "./scan.ts";
import { eachNode } from "./tree.ts";

type Maker = ts.FunctionDeclaration | ts.FunctionExpression | ts.ArrowFunction;

/** may a call be made again wherever a function that it gives is wanted? */
export function isRepeatable(call: ts.CallExpression, checker: ts.TypeChecker): boolean {
  return isMadeAgain(call, checker, new Set());
}

function isMadeAgain(call: ts.CallExpression, checker: ts.TypeChecker, open: Set<ts.Node>): boolean {
  const maker = makerOf(call.expression, checker);
  return maker !== null && call.arguments.every((x) => isSettled(x, checker, open)) && isStateless(maker, checker, open);
}

/** the function that an expression surely is */
export function makerOf(given: ts.Expression, checker: ts.TypeChecker): Maker | null {
  const node = bare(given);
  if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) return node;
  const declaration = ts.isIdentifier(node) ? declarationOf(node, checker) : undefined;
  if (declaration === undefined) return null;
  if (ts.isFunctionDeclaration(declaration)) return declaration.body === undefined ? null : declaration;
  return ts.isVariableDeclaration(declaration) && isConstant(declaration, checker) && declaration.initializer !== undefined && !ts.isIdentifier(bare(declaration.initializer)) ? makerOf(declaration.initializer, checker) : null;
}

function declarationOf(node: ts.Identifier, checker: ts.TypeChecker): ts.Declaration | undefined {
  const symbol = resolvedSymbol(node, checker);
  return symbol?.declarations?.find((x) => ts.isFunctionDeclaration(x) && x.body !== undefined) ?? symbol?.valueDeclaration;
}

/** an argument that is the same whenever it is evaluated */
function isSettled(given: ts.Expression, checker: ts.TypeChecker, open: Set<ts.Node>): boolean {
  const node = bare(given);
  if (constantOf(node, checker) !== undefined || isMath(node)) return true;
  if (ts.isCallExpression(node)) return isMadeAgain(node, checker, open);
  if (makerOf(node, checker) !== null) return true;
  const declaration = ts.isIdentifier(node) ? declarationOf(node, checker) : undefined;
  return declaration !== undefined && ts.isVariableDeclaration(declaration) && enclosingFunction(declaration) === null && isConstant(declaration, checker)
    && declaration.initializer !== undefined && isSettled(declaration.initializer, checker, open);
}

const isMath = (node: ts.Node): boolean => /^(Math\.(?!random$)\w+|Number|isNaN|Number\.\w+)$/.test(node.getText());

const CHANGING: ReadonlySet<string> = new Set(["push", "pop", "shift", "unshift", "splice", "sort", "reverse", "fill", "copyWithin", "set", "add", "delete", "clear", "next"]);

/** does a function make the same whenever it is called, and does what it makes keep nothing? */
function isStateless(maker: Maker, checker: ts.TypeChecker, open: Set<ts.Node>): boolean {
  if (open.has(maker)) return true;
  open.add(maker);
  if (maker.body === undefined) return false;
  let isClean = true;
  eachNode(maker.body, (node) => {
    isClean &&= isHarmless(node, maker, checker, open);
    return isClean;
  });
  return isClean;
}

function isHarmless(node: ts.Node, maker: Maker, checker: ts.TypeChecker, open: Set<ts.Node>): boolean {
  if (node.kind === ts.SyntaxKind.ThisKeyword || ts.isYieldExpression(node) || ts.isAwaitExpression(node) || ts.isClassLike(node) || ts.isDeleteExpression(node)) return false;
  const isOwn = functionAround(node) === maker;
  if (ts.isBinaryExpression(node) && isAssignment(node.operatorToken.kind)) return changes(node.left, maker, checker);
  if ((ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) && (node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken)) return changes(node.operand, maker, checker);
  if (ts.isCallExpression(node)) {
    const callee = bare(node.expression);
    if (ts.isPropertyAccessExpression(callee) && CHANGING.has(callee.name.text)) return changes(callee, maker, checker);
    return !isOwn || isMath(callee) || isMadeAgain(node, checker, open) || isCalledClean(callee, checker, open);
  }
  if (ts.isNewExpression(node)) return !isOwn || /^(Array|\w+Array)$/.test(node.expression.getText());
  if (isOwn && ts.isIdentifier(node) && node.text === "arguments") return false;
  return !isOwn || !ts.isIdentifier(node) || !isModuleState(node, checker);
}

/** a function of the program whose call leaves nothing behind, whatever it is handed */
function isCalledClean(callee: ts.Expression, checker: ts.TypeChecker, open: Set<ts.Node>): boolean {
  const called = makerOf(callee, checker);
  return called !== null && isStateless(called, checker, open);
}

const functionAround = (node: ts.Node): ts.Node | null => {
  for (let at = node.parent; at !== undefined && !ts.isSourceFile(at); at = at.parent) if (isFunctionLike(at)) return at;
  return null;
};

/** does a change stay with the call that makes it? Of parameters only the variable is its own */
function changes(given: ts.Expression, maker: Maker, checker: ts.TypeChecker): boolean {
  let node = bare(given);
  const isPart = !ts.isIdentifier(node);
  while (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) node = bare(node.expression);
  if (!ts.isIdentifier(node)) return false;
  const declaration = checker.getSymbolAtLocation(node)?.valueDeclaration;
  if (declaration === undefined) return false;
  const here = functionAround(given);
  const owner = ts.isParameter(declaration) ? declaration.parent : functionAround(declaration);
  return owner === here && (!isPart || here !== maker || !ts.isParameter(declaration));
}

/** a variable of a module that is assigned while the program runs */
function isModuleState(node: ts.Identifier, checker: ts.TypeChecker): boolean {
  if (ts.isPropertyAccessExpression(node.parent) && node.parent.name === node) return false;
  const declaration = resolvedSymbol(node, checker)?.valueDeclaration;
  return declaration !== undefined && ts.isVariableDeclaration(declaration) && enclosingFunction(declaration) === null && !declaration.getSourceFile().isDeclarationFile && !isConstant(declaration, checker);
}

/** the functions that a maker returns, by name or as they stand */
export function returnedFunctions(maker: Maker, checker: ts.TypeChecker): readonly Maker[] {
  const { body } = maker;
  if (body === undefined) return [];
  const found: ts.Expression[] = [];
  if (!ts.isBlock(body)) found.push(body);
  else eachNode(body, (node) => {
    if (isFunctionLike(node)) return false;
    if (ts.isReturnStatement(node) && node.expression !== undefined) found.push(node.expression);
    return true;
  });
  return found.flatMap((x) => makerOf(x, checker) ?? []);
}
