// Constants that are made of literals and only ever read: another module may hold a copy of one, and its memory stays as it is.
// Guarantees that nobody can tell the copy from the original: no state, no identity, no initializer with effects. When in doubt: no.
import { ts } from "ts-morph";
import { isConstant } from "./never-assigned.ts";
import { eachNode } from "./lower/tree.ts";
import { bare } from "./nodes.ts";
import { isLibraryFile } from "./type-parts.ts";

const PRIMITIVE = ts.TypeFlags.NumberLike | ts.TypeFlags.StringLike | ts.TypeFlags.BooleanLike | ts.TypeFlags.BigIntLike | ts.TypeFlags.Undefined | ts.TypeFlags.Null;
/** methods that neither change an array nor hand it out */
const READING = new Set(["at", "concat", "every", "filter", "find", "findIndex", "flat", "forEach", "includes", "indexOf", "join", "keys", "lastIndexOf", "map", "reduce", "reduceRight", "slice", "some", "toString", "values", "entries", "toReversed", "toSorted", "with"]);
const GLOBALS = new Set(["undefined", "NaN", "Infinity"]);

const isPrimitive = (type: ts.Type): boolean => (type.isUnion() ? type.types.every(isPrimitive) : (type.flags & PRIMITIVE) !== 0);

/** is it assigned to, by itself, in a pattern, or in the head of a loop? */
function isTarget(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isBinaryExpression(parent) && parent.left === node && parent.operatorToken.kind >= ts.SyntaxKind.FirstAssignment && parent.operatorToken.kind <= ts.SyntaxKind.LastAssignment) return true;
  if (ts.isForOfStatement(parent) || ts.isForInStatement(parent)) return parent.initializer === node;
  const isPartOfPattern = ts.isArrayLiteralExpression(parent) || ts.isObjectLiteralExpression(parent) || ts.isSpreadElement(parent) || ts.isSpreadAssignment(parent) || (ts.isPropertyAssignment(parent) && parent.initializer === node);
  return isPartOfPattern && isTarget(parent);
}

const ofProgram = new WeakMap<ts.TypeChecker, Copyable>();

export class Copyable {
  readonly #checker: ts.TypeChecker;
  readonly #fixed = new Map<ts.Symbol, boolean>();
  readonly #files = new Map<ts.SourceFile, ReadonlyMap<string, readonly ts.Identifier[]>>();

  private constructor(checker: ts.TypeChecker) {
    this.#checker = checker;
  }

  /** one for each program */
  static of(checker: ts.TypeChecker): Copyable {
    const known = ofProgram.get(checker) ?? new Copyable(checker);
    ofProgram.set(checker, known);
    return known;
  }

  /** may another module hold a copy of what this symbol names? */
  has(symbol: ts.Symbol): boolean {
    const declaration = symbol.valueDeclaration;
    return declaration !== undefined && ts.isVariableDeclaration(declaration) && ts.isSourceFile(declaration.parent.parent.parent) && this.#isFixed(symbol, declaration);
  }

  /** does nobody write to the memory of a variable, of a module or of a function? Other modules can only write to what is exported. */
  stays(symbol: ts.Symbol): boolean {
    const declaration = symbol.valueDeclaration;
    return declaration !== undefined && ts.isVariableDeclaration(declaration) && (ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Export) === 0 && this.#isFixed(symbol, declaration);
  }

  #isFixed(symbol: ts.Symbol, declaration: ts.VariableDeclaration): boolean {
    const known = this.#fixed.get(symbol);
    if (known !== undefined) return known;
    this.#fixed.set(symbol, false); // what refers to itself is not made of literals
    const result = ts.isIdentifier(declaration.name) && isConstant(declaration, this.#checker) && declaration.initializer !== undefined
      && this.#isLiteral(declaration.initializer) && this.#isOnlyRead(symbol, declaration);
    this.#fixed.set(symbol, result);
    return result;
  }

  #isLiteral(given: ts.Expression): boolean {
    const node = bare(given);
    if (ts.isNumericLiteral(node) || ts.isStringLiteralLike(node) || ts.isBigIntLiteral(node)) return true;
    if (node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword || node.kind === ts.SyntaxKind.NullKeyword) return true;
    if (ts.isPrefixUnaryExpression(node)) return node.operator !== ts.SyntaxKind.PlusPlusToken && node.operator !== ts.SyntaxKind.MinusMinusToken && this.#isLiteral(node.operand);
    if (ts.isBinaryExpression(node)) return (node.operatorToken.kind < ts.SyntaxKind.FirstAssignment || node.operatorToken.kind > ts.SyntaxKind.LastAssignment) && this.#isLiteral(node.left) && this.#isLiteral(node.right);
    if (ts.isArrayLiteralExpression(node)) return node.elements.every((x) => !ts.isSpreadElement(x) && !ts.isOmittedExpression(x) && this.#isLiteral(x));
    if (ts.isObjectLiteralExpression(node)) return node.properties.every((x) => ts.isPropertyAssignment(x) && !ts.isComputedPropertyName(x.name) && this.#isLiteral(x.initializer));
    if (ts.isNewExpression(node) || ts.isCallExpression(node)) return this.#isLibrary(node.expression) && (node.arguments ?? []).every((x) => this.#isLiteral(x));
    if (ts.isPropertyAccessExpression(node)) return this.#isLibrary(node);
    return ts.isIdentifier(node) && (GLOBALS.has(node.text) || this.#names(node));
  }

  #names(node: ts.Identifier): boolean {
    const symbol = this.#checker.getSymbolAtLocation(node);
    return symbol !== undefined && this.has(symbol);
  }

  /** `Math.sqrt`, `Math.PI`, `Float64Array`: nothing with effects or identity of its own */
  #isLibrary(node: ts.Expression): boolean {
    return /^(Math\.(?!random$)\w+|Float(64|32)Array(\.(of|from))?|Number\.\w+)$/.test(node.getText());
  }

  #isOnlyRead(symbol: ts.Symbol, declaration: ts.VariableDeclaration): boolean {
    return (this.#mentions(declaration.getSourceFile()).get(symbol.name) ?? []).every((node) => {
      if (node === declaration.name) return true;
      if (ts.isShorthandPropertyAssignment(node.parent) && node.parent.name === node) return this.#checker.getShorthandAssignmentValueSymbol(node.parent) !== symbol || isPrimitive(this.#checker.getTypeOfSymbol(symbol));
      if (ts.isExportSpecifier(node.parent)) return this.#checker.getExportSpecifierLocalTargetSymbol(node.parent) !== symbol;
      return this.#checker.getSymbolAtLocation(node) !== symbol || this.#isRead(node);
    });
  }

  /** where a file says which names */
  #mentions(file: ts.SourceFile): ReadonlyMap<string, readonly ts.Identifier[]> {
    const known = this.#files.get(file);
    if (known !== undefined) return known;
    const found = new Map<string, ts.Identifier[]>();
    eachNode(file, (node) => {
      if (!ts.isIdentifier(node)) return;
      const same = found.get(node.text);
      if (same === undefined) found.set(node.text, [node]);
      else same.push(node);
    });
    this.#files.set(file, found);
    return found;
  }

  #isRead(name: ts.Identifier): boolean {
    let at: ts.Node = name;
    const isPart = (node: ts.Node): boolean => (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node) || ts.isNonNullExpression(node) || ts.isParenthesizedExpression(node) || ts.isAsExpression(node)) && node.expression === at;
    while (isPart(at.parent)) at = at.parent;
    const { parent } = at;
    if (ts.isTypeQueryNode(parent)) return true;
    if (isTarget(at)) return false;
    if (ts.isDeleteExpression(parent) || ts.isPostfixUnaryExpression(parent)) return false;
    if (ts.isPrefixUnaryExpression(parent) && (parent.operator === ts.SyntaxKind.PlusPlusToken || parent.operator === ts.SyntaxKind.MinusMinusToken)) return false;
    if (ts.isExportAssignment(parent)) return false;
    if (ts.isCallExpression(parent) && parent.expression === at) return ts.isPropertyAccessExpression(at) && READING.has(at.name.text) && this.#holdsPrimitives(at.expression) && !parent.arguments.some((x) => this.#takesArray(x, at.name.text));
    if (isPrimitive(this.#checker.getTypeAtLocation(at))) return true;
    if (!this.#holdsPrimitives(at)) return false;
    return (ts.isForOfStatement(parent) && parent.expression === at) || ts.isSpreadElement(parent) || this.#isReadonlyArgument(at, parent);
  }

  /** is it a callback that is handed the array itself, in its last place? What the library does with it is known. */
  #takesArray(node: ts.Expression, method: string): boolean {
    const most = method.startsWith("reduce") ? 3 : 2;
    const type = this.#checker.getTypeAtLocation(node);
    if ((type.flags & ts.TypeFlags.Any) !== 0) return true;
    return this.#checker.getSignaturesOfType(type, ts.SignatureKind.Call).some(({ parameters, declaration }) => {
      if (declaration === undefined) return true;
      return !isLibraryFile(declaration.getSourceFile().fileName) && (parameters.length > most || declaration.parameters.some((x) => ts.isParameter(x) && x.dotDotDotToken !== undefined));
    });
  }

  #holdsPrimitives(node: ts.Node): boolean {
    const element = this.#checker.getIndexTypeOfType(this.#checker.getTypeAtLocation(node), ts.IndexKind.Number);
    return element !== undefined && isPrimitive(element);
  }

  /** is it handed to a parameter that promises not to change it? */
  #isReadonlyArgument(node: ts.Node, parent: ts.Node): boolean {
    if (!ts.isCallExpression(parent)) return false;
    const index = parent.arguments.findIndex((x) => x === node);
    const parameter = this.#checker.getResolvedSignature(parent)?.parameters[index];
    if (index < 0 || parameter === undefined) return false;
    const type = this.#checker.getTypeOfSymbol(parameter);
    return type.symbol?.name === "ReadonlyArray" || this.#checker.typeToString(type).startsWith("readonly ");
  }
}
