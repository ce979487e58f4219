// Tables of functions: `ops[key](a, b)`, and constants of modules that hold functions. A table whose key is computed is a chain of tests;
// a module's table that is only read is made anew where it is used, since only its functions matter.
// Guarantees JavaScript's error where no function stands under the key.
import { ts } from "ts-morph";
import type { Expr, Field, Type, Var } from "../../ir/ir.ts";
import { BOOLEAN, constant, load, op, typeOf, use } from "../../ir/build.ts";
import { holdsFunctions, orUndefined, present } from "../../ir/facts.ts";
import { bare, resolvedSymbol, spanOf } from "../nodes.ts";
import type { Body } from "./body.ts";
import { constantOf } from "./constant.ts";
import { isAssignment } from "./scan.ts";
import { findUnder } from "./tree.ts";

// ---------------------------------------------------------------------------------------------------- computed keys

/** the fields of an object that holds functions and nothing else; null for others */
export function functionFields(type: Type): readonly Field[] | null {
  if (type.kind !== "struct" || type.isClass || type.fields.length === 0) return null;
  return type.fields.every((f) => !f.optional && f.type.kind === "function") ? type.fields : null;
}

/** runs `found` with the field that the key names, `missing` where it names none */
export function eachKey(b: Body, node: ts.Node, base: Expr, key: Expr, fields: readonly Field[], found: (value: Expr) => void, missing: () => void): void {
  const [field, ...others] = fields;
  if (field === undefined) return missing();
  const name = present(typeOf(key)).kind === "real" ? Number(field.name) : field.name;
  const test = b.settle(op("===", [key, constant(name)], BOOLEAN), node);
  const here = (): void => found(b.settle(load({ kind: "field", base, field: field.name }, field.type), node, field.name));
  b.branch(test, here, () => eachKey(b, node, base, key, others, found, missing), node);
}

/** `table[key]` as a value */
export function functionUnder(b: Body, node: ts.ElementAccessExpression, base: Expr, key: Expr, fields: readonly Field[]): Expr {
  const type = b.typeOf(node);
  const chosen = b.declare("chosen", orUndefined(type.kind === "function" ? type : fields[0]!.type), node);
  eachKey(b, node, base, key, fields, (value) => b.assign(chosen, value, node), () => undefined);
  return use(chosen);
}

export function throwNotAFunction(b: Body, node: ts.Expression): void {
  const error = b.unit.supply.fresh("error", { kind: "opaque", text: "TypeError" });
  b.emit({ kind: "call", callee: { kind: "external", name: "new TypeError", cell: null }, args: [constant(`${node.getText()} is not a function`)], result: error, origin: b.origin(node) });
  b.emit({ kind: "throw", value: use(error), origin: b.origin(node) });
}

// ---------------------------------------------------------------------------------------------------- tables of modules

/**
 * The variable that stands for a table of a module, or of a class, in the function at hand; null where its content is not sure. What a
 * class holds may be one function, too.
 */
export function moduleTable(b: Body, symbol: ts.Symbol, declaration: ts.VariableDeclaration | ts.PropertyDeclaration): Var | null {
  const { initializer } = declaration;
  if (initializer === undefined || !holdsFunctions(b.declaredType(symbol, declaration))) return null;
  const node = unfrozen(bare(initializer));
  const isKnown = ts.isPropertyDeclaration(declaration) ? isEntry(b, node) && !usesThis(node) : isTable(b, node);
  if (!isKnown || !new Readers(b.checker).isOnlyRead(symbol, declaration.getSourceFile())) return null;
  const { root } = b;
  const variable = b.unit.supply.fresh(symbol.name, b.declaredType(symbol, declaration));
  root.bind(symbol, variable);
  root.prologue.push(...root.block(() => {
    const value = root.value(node);
    root.emit({ kind: "let", variable, value, origin: { span: spanOf(declaration.name), comments: [] } });
  }));
  return variable;
}

/** static code that says `this` means the class that it was called on */
export const usesThis = (node: ts.Node): boolean => findUnder(node, (x) => (x.kind === ts.SyntaxKind.ThisKeyword || x.kind === ts.SyntaxKind.SuperKeyword ? true : null)) === true;

/** `Object.freeze({ … })` */
const unfrozen = (node: ts.Expression): ts.Expression =>
  (ts.isCallExpression(node) && node.expression.getText() === "Object.freeze" && node.arguments[0] !== undefined ? bare(node.arguments[0]) : node);

/** literals of functions, names of functions, constants: what is made without effects and never compared */
function isTable(b: Body, given: ts.Expression): boolean {
  const node = bare(given);
  if (ts.isObjectLiteralExpression(node)) {
    const isFixed = ({ name }: ts.PropertyAssignment | ts.MethodDeclaration): boolean => !ts.isComputedPropertyName(name) || constantOf(name.expression, b.checker) !== undefined;
    return node.properties.every((x) => (ts.isPropertyAssignment(x) ? isFixed(x) && isEntry(b, x.initializer) : ts.isShorthandPropertyAssignment(x) ? isEntry(b, x.name) : ts.isMethodDeclaration(x) && isFixed(x)));
  }
  return ts.isArrayLiteralExpression(node) && node.elements.every((x) => !ts.isSpreadElement(x) && !ts.isOmittedExpression(x) && isEntry(b, x));
}

function isEntry(b: Body, given: ts.Expression): boolean {
  const node = bare(given);
  if (ts.isArrowFunction(node) || ts.isFunctionExpression(node) || constantOf(node, b.checker) !== undefined) return true;
  if (ts.isIdentifier(node) || ts.isPropertyAccessExpression(node)) {
    const declaration = resolvedSymbol(ts.isIdentifier(node) ? node : node.name, b.checker)?.valueDeclaration;
    const isFixed = declaration !== undefined && (!ts.isVariableDeclaration(declaration) || (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0);
    return isFixed && b.checker.getTypeAtLocation(node).getCallSignatures().length > 0;
  }
  return isTable(b, node);
}

/** methods that neither change an array nor hand it out */
const READING: ReadonlySet<string> = new Set(["at", "concat", "every", "filter", "find", "findIndex", "findLast", "findLastIndex", "flatMap", "forEach", "entries", "keys", "map", "reduce", "reduceRight", "slice", "some", "toReversed", "values"]);
const DEEPEST = 4;

/** Is a table changed anywhere in the file that declares it, or in functions that it is passed to? When in doubt: yes. */
class Readers {
  readonly #checker: ts.TypeChecker;
  readonly #known = new Map<ts.Symbol, boolean>();

  constructor(checker: ts.TypeChecker) {
    this.#checker = checker;
  }

  isOnlyRead(symbol: ts.Symbol, scope: ts.Node, depth = 0): boolean {
    const known = this.#known.get(symbol);
    if (known !== undefined) return known;
    if (depth > DEEPEST) return false;
    this.#known.set(symbol, true);
    const visit = (node: ts.Node): boolean => {
      if (ts.isMemberName(node) && node.text === symbol.name && !isName(node, symbol) && this.#means(node, symbol) && !this.#isRead(node, depth)) return false;
      return ts.forEachChild(node, (x) => (visit(x) ? undefined : true)) === undefined;
    };
    const result = visit(scope);
    this.#known.set(symbol, result);
    return result;
  }

  #means(node: ts.MemberName, symbol: ts.Symbol): boolean {
    return (ts.isShorthandPropertyAssignment(node.parent) ? this.#checker.getShorthandAssignmentValueSymbol(node.parent) : this.#checker.getSymbolAtLocation(node)) === symbol;
  }

  #isRead(name: ts.MemberName, depth: number): boolean {
    let at: ts.Node = ts.isPropertyAccessExpression(name.parent) && name.parent.name === name ? name.parent : name;
    while (isStep(at.parent, at)) at = at.parent;
    const { parent } = at;
    const isFunction = this.#checker.getTypeAtLocation(at).getCallSignatures().length > 0;
    if (ts.isBinaryExpression(parent) && parent.left === at && isAssignment(parent.operatorToken.kind)) return false;
    if (ts.isDeleteExpression(parent) || ts.isPostfixUnaryExpression(parent) || (ts.isPrefixUnaryExpression(parent) && parent.operator !== ts.SyntaxKind.ExclamationToken)) return false;
    if (ts.isCallExpression(parent) && parent.expression === at) return !this.#isMethodOfArray(at) || READING.has((at as ts.PropertyAccessExpression).name.text);
    if (isFunction || ts.isTypeQueryNode(parent) || ts.isExportSpecifier(parent) || ts.isSpreadElement(parent) || ts.isTypeOfExpression(parent) || (ts.isPrefixUnaryExpression(parent))) return true;
    if ((this.#checker.getTypeAtLocation(at).flags & (ts.TypeFlags.NumberLike | ts.TypeFlags.StringLike | ts.TypeFlags.BooleanLike)) !== 0) return true;
    if (ts.isForOfStatement(parent) && parent.expression === at) return this.#areRead(parent.initializer, parent.statement, depth);
    if (ts.isVariableDeclaration(parent) && parent.initializer === at) return this.#areRead(parent, parent.parent.parent.parent, depth);
    return ts.isCallExpression(parent) && this.#isReadArgument(at, parent, depth);
  }

  #isMethodOfArray(node: ts.Node): boolean {
    return ts.isPropertyAccessExpression(node) && this.#checker.isArrayLikeType(this.#checker.getTypeAtLocation(node.expression));
  }

  /** what is bound to a part of the table */
  #areRead(declared: ts.Node, scope: ts.Node, depth: number): boolean {
    const names: ts.Identifier[] = [];
    const collect = (node: ts.Node): void => { if (ts.isIdentifier(node) && (ts.isVariableDeclaration(node.parent) || ts.isBindingElement(node.parent)) && node.parent.name === node) names.push(node); ts.forEachChild(node, collect); };
    if (ts.isVariableDeclaration(declared)) collect(declared.name.parent === declared && ts.isIdentifier(declared.name) ? declared.name : declared.name);
    else collect(declared);
    return names.every((x) => {
      const symbol = this.#checker.getSymbolAtLocation(x);
      return symbol !== undefined && this.isOnlyRead(symbol, scope, depth + 1);
    });
  }

  #isReadArgument(node: ts.Node, call: ts.CallExpression, depth: number): boolean {
    const index = call.arguments.findIndex((x) => x === node);
    const declaration = this.#checker.getResolvedSignature(call)?.getDeclaration();
    const parameter = declaration?.parameters[index];
    if (declaration === undefined || parameter === undefined || parameter.dotDotDotToken !== undefined || !("body" in declaration) || declaration.body === undefined) return false;
    return this.#areRead(parameter, declaration.body as ts.Node, depth) && ts.isIdentifier(parameter.name) && this.#parameterIsRead(parameter.name, declaration.body as ts.Node, depth);
  }

  #parameterIsRead(name: ts.Identifier, body: ts.Node, depth: number): boolean {
    const symbol = this.#checker.getSymbolAtLocation(name);
    return symbol !== undefined && this.isOnlyRead(symbol, body, depth + 1);
  }
}

/** a property's or a declaration's own name */
const isName = (node: ts.MemberName, { flags }: ts.Symbol): boolean =>
  (ts.isPropertyAccessExpression(node.parent) && node.parent.name === node && (flags & ts.SymbolFlags.Property) === 0) || (ts.isPropertyDeclaration(node.parent) && node.parent.name === node) || (ts.isPropertyAssignment(node.parent) && node.parent.name === node)
  || ((ts.isVariableDeclaration(node.parent) || ts.isBindingElement(node.parent) || ts.isParameter(node.parent)) && node.parent.name === node);

const isStep = (parent: ts.Node, at: ts.Node): boolean =>
  (ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent) || ts.isNonNullExpression(parent) || ts.isParenthesizedExpression(parent) || ts.isAsExpression(parent) || ts.isSatisfiesExpression(parent)) && parent.expression === at;
