// Which arrays may have holes, as the text of the program says: methods of arrays pass over those, with a test of each element.
// Names, elements of what they hold, and results of functions are united where one may be the same array as the other
// (Steensgaard: in no order); a copy has the holes of its source. Holes come from elements that are left out, from a length that grows,
// and from elements that are set out of order in an array that was made without them. Guarantees to err towards "sparse".
// Assumes that arrays that come from outside of the program, and arrays made with all of their elements, are set within their length.
import { ts } from "ts-morph";
import { bare, resolvedSymbol } from "../nodes.ts";
import type { Body } from "./body.ts";
import { Arrays, boundText, fillBound, mayLengthen, OWN_LENGTH } from "./holes.ts";
import { assignedBy, enclosingFunction, isAssignment, isFunctionLike } from "./scan.ts";
import { eachNode } from "./tree.ts";

/** may elements of the array that an expression stands for be missing? */
export const isSparseArray = (b: Body, node: ts.Expression): boolean => holesOf(b, node).isSparse(node);

/** may elements of the arrays be missing that the array holds, or these? */
export const holdsSparse = (b: Body, node: ts.Expression): boolean => holesOf(b, node).holdsSparse(node);

/** may elements of the array be missing that a function gives? */
export const givesSparse = (b: Body, node: ts.Expression): boolean => holesOf(b, node).givesSparse(node);

const FOUND = new WeakMap<ts.TypeChecker, Holes>();

function holesOf({ checker, unit }: Body, node: ts.Node): Holes {
  const holes = FOUND.get(checker) ?? new Holes(checker);
  FOUND.set(checker, holes);
  // what calls a function says what arrives there
  holes.scan(unit.root.getSourceFile());
  holes.scan(node.getSourceFile());
  return holes;
}

/** methods that give an array with the holes of the one they are called on */
const COPYING: ReadonlySet<string> = new Set(["map", "slice", "concat", "splice"]);
/** methods that give the array that they are called on */
const RETURNING: ReadonlySet<string> = new Set(["reverse", "sort", "copyWithin"]);
/** methods that give an array without holes, of elements that there were */
const COLLECTING: ReadonlySet<string> = new Set(["filter", "flat", "fill", "toSorted", "toReversed", "toSpliced", "with"]);

class Holes {
  readonly #checker: ts.TypeChecker;
  readonly #scanned = new Set<ts.SourceFile>();
  readonly #named = new Map<ts.Symbol | ts.Declaration, Arrays>();
  readonly #results = new Map<ts.Node, Arrays>();
  readonly #at = new Map<ts.Expression, Arrays | null>();
  readonly #files: ts.SourceFile[] = [];
  #all: Arrays[] = [];

  constructor(checker: ts.TypeChecker) {
    this.#checker = checker;
  }

  isSparse(node: ts.Expression): boolean {
    return this.#of(node)?.isSparse ?? false;
  }

  holdsSparse(node: ts.Expression): boolean {
    const seen = new Set<Arrays>();
    for (let at = this.#of(node)?.known ?? null; at !== null && !seen.has(at); at = at.known) {
      if (at.isSparse) return true;
      seen.add(at);
    }
    return false;
  }

  givesSparse(node: ts.Expression): boolean {
    const code = this.#codeOf(node, bare(node));
    return code !== null && this.#result(code).isSparse;
  }

  /** reads a file, and those with functions that it calls */
  scan(file: ts.SourceFile): void {
    if (this.#scanned.has(file)) return;
    this.#files.push(file);
    for (let next = this.#files.pop(); next !== undefined; next = this.#files.pop()) {
      if (this.#scanned.has(next)) continue;
      this.#scanned.add(next);
      eachNode(next, (node) => { this.#read(node); });
    }
    this.#spread();
  }

  /** copies have holes where their sources have */
  #spread(): void {
    const open = this.#all.filter((x) => x.root.isSparse);
    const seen = new Set<Arrays>();
    for (let at = open.pop()?.root; at !== undefined; at = open.pop()?.root) {
      if (seen.has(at)) continue;
      seen.add(at);
      for (const x of at.copies) {
        x.root.hasHoles = true;
        open.push(x);
      }
    }
    this.#all = [...new Set(this.#all.map((x) => x.root))];
  }

  #made(): Arrays {
    const made = new Arrays();
    this.#all.push(made);
    return made;
  }

  // ------------------------------------------------------------------------------------------------ the text

  #read(node: ts.Node): void {
    for (const x of assignedBy(node)) this.#assigned(x);
    if (ts.isBinaryExpression(node)) {
      if (mayLengthen(node)) { const to = this.#of(node.left.expression); if (to !== null) to.root.hasHoles = true; }
      if (isAssignment(node.operatorToken.kind)) this.#of(node);
    } else if (ts.isCallExpression(node) || ts.isNewExpression(node)) this.#of(node);
    else if ((ts.isVariableDeclaration(node) || ts.isParameter(node) || ts.isPropertyDeclaration(node)) && node.initializer !== undefined) this.#declare(node.name, this.#of(node.initializer));
    else if (ts.isPropertyAssignment(node)) this.#declare(node.name, this.#of(node.initializer));
    else if (ts.isShorthandPropertyAssignment(node)) this.#unite(this.#property(node.name), this.#symbol(this.#checker.getShorthandAssignmentValueSymbol(node)));
    else if (ts.isReturnStatement(node) && node.expression !== undefined) this.#returned(enclosingFunction(node), node.expression);
    else if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) this.#returned(node, node.body);
    else if (ts.isForOfStatement(node)) {
      const elements = this.#of(node.expression)?.elements ?? null;
      if (ts.isVariableDeclarationList(node.initializer)) this.#declare(node.initializer.declarations[0]!.name, elements);
    }
  }

  /** an element, or the length, of an array */
  #assigned(target: ts.Expression): void {
    if (ts.isPropertyAccessExpression(target) && target.name.text === "length") {
      const of = this.#of(target.expression);
      if (of !== null) of.root.isSet = true;
    }
    if (!ts.isElementAccessExpression(target)) return;
    const of = this.#of(target.expression);
    if (of === null) return;
    const bound = fillBound(target);
    if (bound === null) of.root.isSet = true;
    else of.root.filled.add(bound);
  }

  #returned(from: ts.SignatureDeclaration | null, value: ts.Expression): void {
    if (from !== null) this.#unite(this.#result(from), this.#of(value));
  }

  #unite(a: Arrays | null, b: Arrays | null): void {
    if (a !== null && b !== null) a.unite(b);
  }

  /** what a name, or the names of a pattern, are given */
  #declare(name: ts.PropertyName | ts.BindingName, value: Arrays | null): void {
    if (value === null) return;
    if (ts.isArrayBindingPattern(name)) {
      for (const x of name.elements) if (ts.isBindingElement(x)) this.#declare(x.name, x.dotDotDotToken === undefined ? value.elements : value);
    } else if (!ts.isObjectBindingPattern(name)) this.#unite(this.#property(name), value);
    if (ts.isIdentifier(name) || ts.isPrivateIdentifier(name)) this.#unite(this.#symbol(this.#checker.getSymbolAtLocation(name)), value);
  }

  /** a property of an object literal is that of the type that is expected, too */
  #property(name: ts.PropertyName | ts.BindingName): Arrays | null {
    const { parent } = name;
    if (!ts.isObjectLiteralElementLike(parent) || !ts.isObjectLiteralExpression(parent.parent)) return null;
    const own = this.#symbol(this.#checker.getSymbolAtLocation(name));
    const expected = this.#checker.getContextualType(parent.parent);
    if (expected !== undefined && (ts.isIdentifier(name) || ts.isStringLiteral(name))) this.#unite(own, this.#symbol(this.#checker.getPropertyOfType(this.#checker.getNonNullableType(expected), name.text)));
    return own;
  }

  // ------------------------------------------------------------------------------------------------ expressions

  #symbol(symbol: ts.Symbol | undefined): Arrays | null {
    if (symbol === undefined) return null;
    const declaration = symbol.valueDeclaration;
    // a property has a symbol for each form of its object's type
    const key = declaration ?? symbol;
    const known = this.#named.get(key);
    if (known !== undefined) return known.root;
    const made = this.#made();
    this.#named.set(key, made);
    // `const { cells } = grid`: the variable is the property
    if (declaration !== undefined && ts.isBindingElement(declaration) && ts.isObjectBindingPattern(declaration.parent)) {
      const name = declaration.propertyName ?? declaration.name;
      if (ts.isIdentifier(name)) this.#unite(made, this.#symbol(this.#checker.getPropertyOfType(this.#checker.getNonNullableType(this.#checker.getTypeAtLocation(declaration.parent)), name.text)));
    }
    return made.root;
  }

  #result(code: ts.Node): Arrays {
    const known = this.#results.get(code) ?? this.#made();
    this.#results.set(code, known);
    return known.root;
  }

  /** null for what is no array that has a place here */
  #of(given: ts.Expression): Arrays | null {
    const node = bare(given);
    const known = this.#at.get(node);
    if (known !== undefined) return known?.root ?? null;
    this.#at.set(node, null); // what depends on itself
    const found = this.#find(node);
    this.#at.set(node, found);
    return found?.root ?? null;
  }

  #find(node: ts.Expression): Arrays | null {
    if (ts.isIdentifier(node)) return this.#symbol(resolvedSymbol(node, this.#checker));
    if (ts.isPropertyAccessExpression(node)) return node.name.text === "length" ? null : this.#symbol(resolvedSymbol(node.name, this.#checker));
    if (ts.isElementAccessExpression(node)) return this.#of(node.expression)?.elements ?? null;
    if (ts.isConditionalExpression(node)) return this.#either(node.whenTrue, node.whenFalse);
    if (ts.isArrayLiteralExpression(node)) return this.#literal(node);
    if (ts.isNewExpression(node) || ts.isCallExpression(node)) return this.#called(node);
    if (!ts.isBinaryExpression(node)) return null;
    const { kind } = node.operatorToken;
    if (kind === ts.SyntaxKind.EqualsToken && ts.isArrayLiteralExpression(bare(node.left))) return this.#destructured(bare(node.left) as ts.ArrayLiteralExpression, node.right);
    if (isAssignment(kind) || kind === ts.SyntaxKind.QuestionQuestionToken || kind === ts.SyntaxKind.BarBarToken || kind === ts.SyntaxKind.AmpersandAmpersandToken) return this.#either(node.left, node.right);
    return kind === ts.SyntaxKind.CommaToken ? this.#of(node.right) : null;
  }

  #either(left: ts.Expression, right: ts.Expression): Arrays | null {
    const [a, b] = [this.#of(left), this.#of(right)];
    this.#unite(a, b);
    return a?.root ?? b;
  }

  /** `[a, b] = [b, a]` */
  #destructured(pattern: ts.ArrayLiteralExpression, right: ts.Expression): Arrays | null {
    const from = bare(right);
    const whole = this.#of(from);
    pattern.elements.forEach((x, i) => {
      const value = ts.isArrayLiteralExpression(from) && !from.elements.some(ts.isSpreadElement) ? from.elements[i] : undefined;
      this.#unite(this.#of(x), value === undefined ? whole?.elements ?? null : this.#of(value));
    });
    return whole;
  }

  #literal(node: ts.ArrayLiteralExpression): Arrays {
    const made = this.#made();
    made.isLiteral = true;
    made.hasHoles = node.elements.some(ts.isOmittedExpression);
    for (const x of node.elements) {
      const value = this.#of(ts.isSpreadElement(x) ? x.expression : x);
      this.#unite(ts.isSpreadElement(x) ? value?.known ?? null : value, value === null ? null : made.elements);
    }
    return made;
  }

  // ------------------------------------------------------------------------------------------------ calls

  #called(node: ts.CallExpression | ts.NewExpression): Arrays | null {
    const callee = bare(node.expression);
    const args = node.arguments ?? [];
    const code = this.#codeOf(node, callee);
    if (code !== null) return this.#own(code, args);
    if (ts.isIdentifier(callee) && callee.text === "Array") return this.#unfilled(args);
    if (ts.isPropertyAccessExpression(callee) && !this.#isLibrary(callee.expression)) return this.#method(callee, args);
    // containers of the library, `structuredClone`, `Array.from`: made of what is given
    const made = this.#made();
    for (const x of args) {
      const given = bare(ts.isSpreadElement(x) ? x.expression : x);
      const value = isFunctionLike(given) ? null : this.#of(given);
      if (isFunctionLike(given)) made.elements.unite(this.#result(given));
      if (value === null) continue;
      made.elements.unite(ts.isNewExpression(node) ? value.elements.elements : value.elements);
      if (ts.isIdentifier(callee)) value.root.copies.push(made);
    }
    return made;
  }

  /** `Object`, `Array`, `Math` */
  #isLibrary(node: ts.Expression): boolean {
    const declaration = ts.isIdentifier(node) ? resolvedSymbol(node, this.#checker)?.valueDeclaration : undefined;
    return declaration?.getSourceFile().isDeclarationFile === true;
  }

  /** `new Array(n)`, or an array of what is given */
  #unfilled(args: readonly ts.Expression[]): Arrays {
    const made = this.#made();
    const [only] = args;
    if (args.length === 1 && only !== undefined) made.lengths.add(boundText(only));
    else made.isLiteral = true;
    return made;
  }

  /** the function or constructor of the program that is called */
  #codeOf(node: ts.Expression, callee: ts.Expression): ts.SignatureDeclaration | null {
    if (isFunctionLike(callee)) return callee;
    const name = ts.isPropertyAccessExpression(callee) ? callee.name : callee;
    if (!ts.isIdentifier(name) && !ts.isPrivateIdentifier(name)) return null;
    const declaration = resolvedSymbol(name, this.#checker)?.valueDeclaration;
    const value = declaration !== undefined && (ts.isVariableDeclaration(declaration) || ts.isPropertyAssignment(declaration) || ts.isPropertyDeclaration(declaration)) && declaration.initializer !== undefined ? bare(declaration.initializer) : declaration;
    const code = value !== undefined && ts.isClassLike(value) && ts.isNewExpression(node) ? value.members.find(ts.isConstructorDeclaration) : value;
    // what is only declared is the library's, or like it
    if (code === undefined || !isFunctionLike(code) || !("body" in code) || code.body === undefined) return null;
    const file = code.getSourceFile();
    const isOfPackage = file.fileName.includes("/node_modules/");
    if (!isOfPackage || node.getSourceFile().fileName.includes("/node_modules/")) this.#files.push(file);
    return code;
  }

  #own(code: ts.SignatureDeclaration, args: readonly ts.Expression[]): Arrays {
    code.parameters.forEach((x, i) => {
      const given = x.dotDotDotToken === undefined ? args.slice(i, i + 1) : args.slice(i);
      for (const arg of given) {
        const value = this.#of(ts.isSpreadElement(arg) ? arg.expression : arg);
        if (x.dotDotDotToken === undefined || value === null || ts.isSpreadElement(arg)) this.#declare(x.name, value);
        else if (ts.isIdentifier(x.name)) this.#unite(this.#symbol(this.#checker.getSymbolAtLocation(x.name))?.elements ?? null, value);
      }
    });
    return this.#result(code);
  }

  /** a method that is not the program's: what it is given it may keep, and give back */
  #method({ name: { text: name }, expression }: ts.PropertyAccessExpression, args: readonly ts.Expression[]): Arrays | null {
    const receiver = this.#of(expression);
    if (receiver === null) return null;
    for (const x of args) {
      const given = bare(ts.isSpreadElement(x) ? x.expression : x);
      if (ts.isArrowFunction(given) || ts.isFunctionExpression(given)) {
        for (const p of given.parameters) this.#declare(p.name, receiver.elements);
        if (name === "reduce" || name === "reduceRight") receiver.elements.unite(this.#result(given));
      } else {
        const value = this.#of(given);
        if (value !== null) receiver.elements.unite(ts.isSpreadElement(x) || name === "concat" ? value.elements : value);
      }
    }
    if (name === "fill") receiver.root.filled.add(OWN_LENGTH);
    if (RETURNING.has(name)) return receiver;
    if (!COPYING.has(name) && !COLLECTING.has(name) && name !== "flatMap") return receiver.elements;
    const made = this.#made();
    const [first] = args;
    const callback = first === undefined ? null : bare(first);
    const isMade = callback !== null && (name === "map" || name === "flatMap") && isFunctionLike(callback);
    made.elements.unite(isMade ? this.#result(callback) : receiver.elements);
    if (COPYING.has(name)) receiver.root.copies.push(made);
    if (name === "concat") for (const x of args) this.#of(x)?.root.copies.push(made);
    return made;
  }
}
