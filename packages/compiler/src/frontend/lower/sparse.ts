// Which variables and properties hold arrays that may have holes, as the text of a file says: array methods pass over those.
// Purely syntactic but for symbols; asked once per file. A name shares its array with the names that it is given to: another variable,
// a parameter of a function, of this file or of another that is asked about. Guarantees to err towards "sparse", which costs a test of
// each element, for what lengthens arrays and for holes that are written; arrays that are filled by index are followed by name alone.
import { ts } from "ts-morph";
import { bare, resolvedSymbol } from "../nodes.ts";
import { assignedBy, isAssignment, isFunctionLike } from "./scan.ts";
import { eachNode } from "./tree.ts";

type Names = ReadonlySet<ts.Symbol>;

const FOUND = new WeakMap<ts.TypeChecker, Map<ts.SourceFile, Names>>();

export function isSparseName(node: ts.Expression, checker: ts.TypeChecker): boolean {
  const symbol = symbolOf(node, checker);
  return symbol !== undefined && sparseNames(node.getSourceFile(), checker).has(symbol);
}

/** may elements of arrays, which have no name, be arrays with holes? */
export const knowsHoles = (node: ts.Node, checker: ts.TypeChecker): boolean => sparseNames(node.getSourceFile(), checker).size > 0;

function sparseNames(file: ts.SourceFile, checker: ts.TypeChecker): Names {
  let files = FOUND.get(checker);
  if (files === undefined) FOUND.set(checker, (files = new Map()));
  const known = files.get(file);
  if (known !== undefined) return known;
  files.set(file, new Set()); // files that call each other
  const found = scan(file, checker);
  files.set(file, found);
  return found;
}

/** of a variable or a property */
function symbolOf(node: ts.Expression, checker: ts.TypeChecker): ts.Symbol | undefined {
  const x = bare(node);
  const name = ts.isPropertyAccessExpression(x) ? x.name : x;
  return ts.isIdentifier(name) || ts.isPrivateIdentifier(name) ? resolvedSymbol(name, checker) : undefined;
}

/** makes the initializer an array without elements, or one that is extended by index? */
function mayBeSparse(initializer: ts.Expression): boolean {
  const node = bare(initializer);
  if (ts.isArrayLiteralExpression(node)) return true;
  return (ts.isNewExpression(node) || ts.isCallExpression(node)) && ts.isIdentifier(node.expression) && node.expression.text === "Array";
}

/** texts of files that are worth a look because of a call */
const LENGTHENS = /\.length\s*\+?=(?!=)|\[\s*,|,\s*,/;

const hasHoles = (node: ts.Expression): boolean => ts.isArrayLiteralExpression(node) && node.elements.some(ts.isOmittedExpression);

type LengthAssignment = ts.BinaryExpression & { readonly left: ts.PropertyAccessExpression };

/** `a.length += n`, `a.length = n`: what is new has no elements. Zero, and a length less something, make it shorter. */
function mayLengthen(node: ts.Node): node is LengthAssignment {
  if (!ts.isBinaryExpression(node) || !isAssignment(node.operatorToken.kind) || !ts.isPropertyAccessExpression(node.left) || node.left.name.text !== "length") return false;
  if (node.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return node.operatorToken.kind === ts.SyntaxKind.PlusEqualsToken;
  const to = bare(node.right);
  return !ts.isNumericLiteral(to) && !(ts.isBinaryExpression(to) && to.operatorToken.kind === ts.SyntaxKind.MinusToken) && !(ts.isCallExpression(to) && to.expression.getText() === "Math.min");
}

/** methods of arrays that give an array with the holes of the one they are called on */
const KEEPING: ReadonlySet<string> = new Set(["map", "slice", "concat", "splice", "reverse", "sort", "copyWithin"]);

/** the arrays whose holes the value of a call has */
export function sourcesOfHoles(given: ts.Expression): readonly ts.Expression[] {
  const node = bare(given);
  if (!ts.isCallExpression(node)) return [];
  if (ts.isIdentifier(node.expression)) return node.expression.text === "structuredClone" ? node.arguments : [];
  if (!ts.isPropertyAccessExpression(node.expression) || !KEEPING.has(node.expression.name.text)) return [];
  return [node.expression.expression, ...(node.expression.name.text === "concat" ? node.arguments : [])];
}

/** the expressions whose value an expression may be */
function outcomes(given: ts.Expression): readonly ts.Expression[] {
  const node = bare(given);
  if (ts.isConditionalExpression(node)) return [...outcomes(node.whenTrue), ...outcomes(node.whenFalse)];
  if (!ts.isBinaryExpression(node)) return [node];
  const { kind } = node.operatorToken;
  if (kind === ts.SyntaxKind.CommaToken || kind === ts.SyntaxKind.EqualsToken) return outcomes(node.right);
  return [...outcomes(node.left), ...outcomes(node.right)];
}

/** the parameters that the arguments of a call become, where its text says which function is called */
function parametersOf(call: ts.CallExpression, checker: ts.TypeChecker): readonly ts.ParameterDeclaration[] {
  const declaration = symbolOf(call.expression, checker)?.valueDeclaration;
  const code = declaration !== undefined && ts.isVariableDeclaration(declaration) && declaration.initializer !== undefined ? bare(declaration.initializer) : declaration;
  return code !== undefined && isFunctionLike(code) ? [...code.parameters] : [];
}

function scan(file: ts.SourceFile, checker: ts.TypeChecker): Names {
  const sparse = new Set<ts.Symbol>();
  const stored = new Set<ts.Symbol>();
  const made = new Set<ts.Symbol>();
  const given: (readonly [to: ts.Expression, from: ts.Expression])[] = [];
  const calls: ts.CallExpression[] = [];
  const add = (set: Set<ts.Symbol>, node: ts.Expression): void => {
    const symbol = symbolOf(node, checker);
    if (symbol !== undefined) set.add(symbol);
  };
  eachNode(file, (node) => {
    for (const x of assignedBy(node)) if (ts.isElementAccessExpression(x) || (ts.isPropertyAccessExpression(x) && x.name.text === "length")) add(stored, x.expression);
    if (mayLengthen(node)) add(sparse, node.left.expression);
    else if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken) given.push([node.left, node.right]);
    else if (ts.isCallExpression(node)) calls.push(node);
    if (!ts.isVariableDeclaration(node) || !ts.isIdentifier(node.name) || node.initializer === undefined) return;
    if (hasHoles(bare(node.initializer))) add(sparse, node.name);
    else if (mayBeSparse(node.initializer)) add(made, node.name);
    given.push([node.name, node.initializer]);
  });
  spread(sparse, file, given, calls, checker);
  for (const x of made) if (stored.has(x)) sparse.add(x);
  return sparse;
}

/** names that may hold the same array are sparse together */
function spread(sparse: Set<ts.Symbol>, file: ts.SourceFile, given: readonly (readonly [ts.Expression, ts.Expression])[], calls: readonly ts.CallExpression[], checker: ts.TypeChecker): void {
  const passed = calls.flatMap((call) => parametersOf(call, checker).flatMap((x, i) => {
    const from = call.arguments[i];
    const to = ts.isIdentifier(x.name) ? checker.getSymbolAtLocation(x.name) : undefined;
    if (from === undefined || to === undefined || x.dotDotDotToken !== undefined) return [];
    const owner = x.getSourceFile();
    if (owner !== file && !owner.isDeclarationFile && LENGTHENS.test(owner.text) && sparseNames(owner, checker).has(to)) sparse.add(to);
    return [[to, from] as const];
  }));
  if (sparse.size === 0) return;
  const shared = new Map<ts.Symbol, ts.Symbol[]>();
  const lead = (from: ts.Symbol | undefined, to: ts.Symbol | undefined): void => {
    if (from !== undefined && to !== undefined) shared.set(from, [...(shared.get(from) ?? []), to]);
  };
  const leadHoles = (value: ts.Expression, to: ts.Symbol | undefined): void => {
    for (const x of sourcesOfHoles(value)) {
      lead(symbolOf(x, checker), to);
      leadHoles(x, to);
    }
  };
  const join = (to: ts.Symbol | undefined, value: ts.Expression): void => {
    for (const x of outcomes(value)) {
      const from = symbolOf(x, checker);
      lead(from, to);
      lead(to, from);
      leadHoles(x, to);
    }
  };
  for (const [to, from] of given) join(symbolOf(to, checker), from);
  for (const [to, from] of passed) join(to, from);
  for (const x of sparse) for (const y of shared.get(x) ?? []) sparse.add(y);
}
