// Values of several types: `number | number[]`, `number[] | Float64Array`, `number | ((t: number) => number)`; in the code of packages, also
// an interface that classes fit. A function is lowered once per type that calls hand to such a parameter, and tests of which type it is
// (`typeof`, `Array.isArray`, `instanceof`) are answered while lowering: the arms for other types are never lowered, and nothing is left
// to decide at run time.
// Assumes that a parameter that is assigned anywhere keeps its declared type. Guarantees that only tests of variables whose declared
// type names alternatives are answered: a test that guards against wrong arguments stays.
import { ts } from "ts-morph";
import type { Expr, StructType, Type } from "../../ir/ir.ts";
import { typeOf, VOID } from "../../ir/build.ts";
import { printType } from "../../ir/print.ts";
import { classKey, type ClassNode, instanceType } from "../classes.ts";
import { bare, type FunctionNode } from "../nodes.ts";
import { orUndefined, present, sameType } from "../../ir/facts.ts";
import type { TypeTable } from "../types.ts";
import type { Body } from "./body.ts";
import { codeOfClass } from "./class-value.ts";
import { isFunctionLike } from "./scan.ts";
import { eachNode } from "./tree.ts";
import type { Given } from "./unit.ts";

/** alternatives that are not all objects, which alone carry along what they are */
export function isMixed(type: Type): boolean {
  const inner = present(type);
  return inner.kind === "union" && !inner.members.every((x) => x.kind === "struct");
}

/** what stands behind an interface that classes fit, or arrays of such: code of theirs is called without a test where it is known which of them it is */
function isOfClasses(type: Type): boolean {
  const inner = present(type);
  if (inner.kind === "array") return isOfClasses(inner.element);
  return inner.kind === "union" && inner.members.every((x) => x.kind === "struct") && inner.members.some((x) => x.kind === "struct" && x.isClass);
}

/** is it worth knowing which of several types a value is of? */
const isSeveral = (type: Type): boolean => isMixed(type) || isOfClasses(type);

/** a parameter that takes several types, or one of untyped code that some calls leave out, so that they mean another function than the others */
const isOpen = (b: Body, declared: Type, node: ts.ParameterDeclaration): boolean =>
  isMixed(declared) || ((declared.kind === "nullable" || isOfClasses(declared)) && b.unit.context.code.isPackageCode(node.getSourceFile().fileName));

/** what is read where there is nothing may be missing whatever its type says; of numbers and texts that happens */
const isPlain = (type: Type): boolean => type.kind === "real" || type.kind === "boolean" || type.kind === "string";

/** one type, known here */
export function isDefinite(type: Type): boolean {
  const inner = present(type);
  return inner.kind !== "union" && inner.kind !== "opaque" && inner.kind !== "void" && !isOfClasses(inner);
}

/** what a call's arguments make of the parameters that take several types, and of the result where it depends on them */
export function givenTypes(b: Body, target: FunctionNode, types: TypeTable, args: readonly Expr[], called: Type): Given | null {
  const parameters = parameterTypes(b, target, types, args.map((x) => (x.kind === "const" && x.value === null ? null : typeOf(x))));
  if (parameters.size === 0) return null;
  const declared = types.of(resultOf(b, target));
  if (!isSeveral(declared)) return { parameters, result: null };
  return { parameters, result: isDefinite(called) ? called : returned(b, target, types, parameters, new Set()) };
}

const resultOf = ({ checker }: Body, target: FunctionNode): ts.Type => {
  const signature = checker.getSignatureFromDeclaration(target);
  return signature === undefined ? checker.getVoidType() : checker.getReturnTypeOfSignature(signature);
};

/** `given`: the types of the arguments, void where one is left out, null where it is not known */
function parameterTypes(b: Body, target: FunctionNode, types: TypeTable, given: readonly (Type | null)[]): ReadonlyMap<ts.Symbol, Type> {
  const parameters = new Map<ts.Symbol, Type>();
  const { checker } = b;
  target.parameters.forEach((x, i) => {
    const symbol = ts.isIdentifier(x.name) && x.dotDotDotToken === undefined ? checker.getSymbolAtLocation(x.name) : undefined;
    if (symbol === undefined || b.unit.facts(x).assigned.has(symbol)) return;
    const declared = types.of(checker.getTypeAtLocation(x.name));
    const type = isOpen(b, declared, x) ? chosen(declared, i < given.length ? given[i] ?? null : VOID, x.initializer === undefined ? null : types.of(checker.getTypeAtLocation(x.initializer))) : null;
    if (type !== null) parameters.set(symbol, type);
  });
  return parameters;
}

/** the alternative that an argument is; null where that is not known */
function chosen(declared: Type, given: Type | null, byDefault: Type | null): Type | null {
  const inner = present(declared);
  const members = inner.kind === "union" ? inner.members : [];
  if (given === null || (members.length === 0 && isPlain(present(given)))) return null;
  if (given.kind === "void") return byDefault === null ? VOID : isDefinite(byDefault) ? orUndefined(byDefault) : null;
  const type = present(given);
  if (!isDefinite(type)) return null;
  const isArray = (x: Type): boolean => x.kind === "array" && x.array === "Array";
  const member = members.find((x) => sameType(x, type)) ?? (type.kind === "tuple" ? members.find(isArray) : undefined) ?? type;
  return given.kind === "nullable" ? { ...given, inner: member } : member;
}

const isFunctionNode = (node: ts.Node): node is FunctionNode => (ts.isFunctionDeclaration(node) || ts.isArrowFunction(node) || ts.isFunctionExpression(node)) && node.body !== undefined;

const instanceOf = (node: FunctionNode, parameters: ReadonlyMap<ts.Symbol, Type>): string => `${node.getSourceFile().fileName}@${node.getStart()}<${[...parameters].map(([x, type]) => `${x.name}: ${printType(type)}`).join()}>`;

/** what a function returns on the paths that are left for these parameters; null where that still differs */
function returned(b: Body, target: FunctionNode, types: TypeTable, parameters: ReadonlyMap<ts.Symbol, Type>, open: ReadonlySet<string>): Type | null {
  const found: Type[] = [];
  const { checker } = b;
  const typeOfName = namesIn(b, (x) => parameters.get(checker.getSymbolAtLocation(x) as ts.Symbol) ?? null);
  const typeOfArgument = (x: ts.Expression): Type => (ts.isIdentifier(bare(x)) ? typeOfName(bare(x) as ts.Identifier) : null) ?? types.of(checker.getTypeAtLocation(x));
  const here = new Set([...open, instanceOf(target, parameters)]);
  /** what a call of a function that takes several types gives; undefined where that follows from what is being asked */
  const called = (node: ts.CallExpression): Type | null | undefined => {
    const callee = checker.getResolvedSignature(node)?.declaration;
    if (callee === undefined || !isFunctionNode(callee) || node.arguments.some(ts.isSpreadElement) || !isSeveral(types.of(checker.getTypeAtLocation(node)))) return null;
    const inner = parameterTypes(b, callee, types, node.arguments.map(typeOfArgument));
    return here.has(instanceOf(callee, inner)) ? undefined : returned(b, callee, types, inner, here);
  };
  const value = (given: ts.Expression): void => {
    const node = bare(given);
    const live = ts.isConditionalExpression(node) ? truth(checker, node.condition, typeOfName) : null;
    if (ts.isConditionalExpression(node)) {
      if (live !== false) value(node.whenTrue);
      if (live !== true) value(node.whenFalse);
      return;
    }
    const type = ts.isIdentifier(node) ? typeOfName(node) : ts.isCallExpression(node) ? called(node) : null;
    if (type !== undefined) found.push(type ?? types.of(checker.getTypeAtLocation(node)));
  };
  /** can the end be reached? */
  const statement = (node: ts.Node): boolean => {
    if (isFunctionLike(node)) return true;
    if (ts.isReturnStatement(node)) {
      if (node.expression !== undefined) value(node.expression);
      return false;
    }
    if (ts.isThrowStatement(node)) return false;
    if (ts.isBlock(node)) return node.statements.every(statement);
    if (ts.isIfStatement(node)) {
      const live = truth(checker, node.expression, typeOfName);
      const then = live !== false && statement(node.thenStatement);
      const otherwise = live !== true && (node.elseStatement === undefined || statement(node.elseStatement));
      return then || otherwise;
    }
    eachNode(node, (x) => {
      if (x === node) return true;
      if (isFunctionLike(x)) return false;
      if (!ts.isReturnStatement(x) && !ts.isIfStatement(x) && !ts.isBlock(x)) return true;
      statement(x);
      return false;
    });
    return true;
  };
  if (target.body === undefined) return null;
  if (ts.isBlock(target.body)) statement(target.body);
  else value(target.body);
  const [first] = found;
  return first !== undefined && isDefinite(first) && found.every((x) => sameType(x, first)) ? first : null;
}

// ---------------------------------------------------------------------------------------------------- tests

/** the type of a variable whose declaration names several; null for all others */
interface TypeOfName {
  (node: ts.Identifier): Type | null;
  /** have all instances of a class `true` under a name? */
  readonly isMarked: (type: StructType, name: string) => boolean;
  /** the class that an expression names, as lineages do */
  readonly classNamed: (node: ts.Expression) => string | null;
}

function namesIn(b: Body, of: (node: ts.Identifier) => Type | null): TypeOfName {
  const isMarked = (type: StructType, name: string): boolean => {
    const instance = b.types.classOf(type);
    const declared = instance === null ? undefined : b.unit.context.code.declaredProperty(instance.node, name) ?? propertyOf(b, instance.node, name);
    return declared !== undefined && b.checker.typeToString(b.checker.getTypeOfSymbol(declared)) === "true";
  };
  const classNamed = (node: ts.Expression): string | null => { const found = codeOfClass(b, node); return found === null ? null : classKey(found); };
  return Object.assign(of, { isMarked, classNamed });
}

const propertyOf = ({ checker }: Body, node: ClassNode, name: string): ts.Symbol | undefined => {
  const type = instanceType(node, checker);
  return type === null ? undefined : checker.getPropertyOfType(type, name);
};

/** what a condition comes to if types alone decide it */
export function decided(b: Body, node: ts.Expression): boolean | null {
  return truth(b.checker, node, nameIn(b));
}

/** what `node ?? …` comes to: the left side, or the right one; null where that is not known */
export function isThere(b: Body, given: ts.Expression): boolean | null {
  const node = bare(given);
  const type = ts.isIdentifier(node) ? nameIn(b)(node) : null;
  return type === null || type.kind === "nullable" ? null : type.kind !== "void";
}

const nameIn = (b: Body): TypeOfName => namesIn(b, (x) => {
  const symbol = b.symbolOf(x);
  const variable = symbol === undefined ? undefined : b.lookup(symbol);
  if (symbol === undefined || variable === undefined || !(isDefinite(variable.type) || variable.type.kind === "void") || b.unit.facts(x).assigned.has(symbol)) return null;
  const declared = b.types.of(b.checker.getTypeOfSymbol(symbol));
  // a parameter that every call leaves out is of the one type that answers everything
  if (isMixed(declared) || declared.kind === "void") return variable.type;
  const parameter = symbol.valueDeclaration;
  if (parameter === undefined || !ts.isParameter(parameter) || !b.unit.context.code.isPackageCode(parameter.getSourceFile().fileName)) return null;
  return isPlain(variable.type) ? orUndefined(variable.type) : variable.type;
});

function truth(checker: ts.TypeChecker, given: ts.Expression, named: TypeOfName): boolean | null {
  const node = bare(given);
  const of = (x: ts.Expression): boolean | null => truth(checker, x, named);
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) return not(of(node.operand));
  if (ts.isIdentifier(node)) return named(node) === null ? ofConstant(checker, node, of) : ofValue(named(node));
  if (ts.isCallExpression(node)) return ofArrayTest(node, named);
  if (ts.isPropertyAccessExpression(node)) return ofMark(checker, node, named);
  if (!ts.isBinaryExpression(node)) return null;
  switch (node.operatorToken.kind) {
    case ts.SyntaxKind.AmpersandAmpersandToken: return of(node.left) === true ? of(node.right) : of(node.left);
    case ts.SyntaxKind.BarBarToken: return of(node.left) === false ? of(node.right) : of(node.left);
    case ts.SyntaxKind.EqualsEqualsEqualsToken: case ts.SyntaxKind.EqualsEqualsToken: return ofTypeOf(node, named) ?? ofMissing(node, named);
    case ts.SyntaxKind.ExclamationEqualsEqualsToken: case ts.SyntaxKind.ExclamationEqualsToken: return not(ofTypeOf(node, named) ?? ofMissing(node, named));
    case ts.SyntaxKind.InstanceOfKeyword: return ofInstance(node, named);
    default: return null;
  }
}

/** `v.isVector`, which objects of one class have as a constant, and numbers have not */
function ofMark(checker: ts.TypeChecker, node: ts.PropertyAccessExpression, named: TypeOfName): boolean | null {
  const of = bare(node.expression);
  const type = ts.isIdentifier(of) ? named(of) : null;
  if (type === null || type.kind === "nullable") return null;
  if (type.kind === "real" || type.kind === "boolean") return hasMember(checker, type.kind === "real" ? checker.getNumberType() : checker.getBooleanType(), node.name.text) ? null : false;
  if (type.kind !== "struct") return null;
  return named.isMarked(type, node.name.text) ? true : null;
}

const hasMember = (checker: ts.TypeChecker, type: ts.Type, name: string): boolean => checker.getPropertyOfType(checker.getApparentType(type), name) !== undefined;

const not = (x: boolean | null): boolean | null => (x === null ? null : !x);

/** `const isNumber = typeof a === "number"` */
function ofConstant(checker: ts.TypeChecker, node: ts.Identifier, of: (x: ts.Expression) => boolean | null): boolean | null {
  const declaration = checker.getSymbolAtLocation(node)?.valueDeclaration;
  if (declaration === undefined || !ts.isVariableDeclaration(declaration) || declaration.initializer === undefined) return null;
  const isConst = (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0;
  return isConst && !ts.isIdentifier(bare(declaration.initializer)) ? of(declaration.initializer) : null;
}

/** the truth of a value by its type alone */
function ofValue(type: Type | null): boolean | null {
  if (type === null || type.kind === "void") return type === null ? null : false;
  return runtimeType(type) === "object" || type.kind === "function" ? true : null;
}

/** `a === undefined`, `a == null` */
function ofMissing(node: ts.BinaryExpression, named: TypeOfName): boolean | null {
  const [left, right] = [bare(node.left), bare(node.right)];
  const isUndefined = ts.isIdentifier(right) && right.text === "undefined";
  const isLoose = node.operatorToken.kind === ts.SyntaxKind.EqualsEqualsToken || node.operatorToken.kind === ts.SyntaxKind.ExclamationEqualsToken;
  if (!isUndefined && right.kind !== ts.SyntaxKind.NullKeyword) return null;
  const type = ts.isIdentifier(left) ? named(left) : null;
  if (type === null || type.kind === "nullable") return null;
  return type.kind === "void" && (isUndefined || isLoose);
}

function ofTypeOf(node: ts.BinaryExpression, named: TypeOfName): boolean | null {
  const [left, right] = [bare(node.left), bare(node.right)];
  const [tested, text] = ts.isTypeOfExpression(left) ? [left, right] : [right, left];
  if (!ts.isTypeOfExpression(tested) || !ts.isStringLiteralLike(text)) return null;
  const name = bare(tested.expression);
  const type = ts.isIdentifier(name) ? named(name) : null;
  const is = type === null ? null : runtimeType(present(type));
  if (type === null || is === null) return null;
  if (type.kind !== "nullable") return is === text.text;
  // null is an object too
  const others = type.nothing.map((x) => (x === "null" ? "object" : x));
  return is === text.text || others.some((x) => x === text.text) ? null : false;
}

function runtimeType(type: Type): string | null {
  switch (type.kind) {
    case "real": return "number";
    case "boolean": case "string": case "bigint": case "function": return type.kind;
    case "array": case "tuple": case "struct": case "map": return "object";
    case "void": return "undefined";
    default: return null;
  }
}

function ofArrayTest(node: ts.CallExpression, named: TypeOfName): boolean | null {
  const callee = bare(node.expression);
  const [argument] = node.arguments;
  const isTest = ts.isPropertyAccessExpression(callee) && callee.name.text === "isArray" && ts.isIdentifier(callee.expression) && callee.expression.text === "Array";
  const name = isTest && argument !== undefined ? bare(argument) : null;
  const type = name !== null && ts.isIdentifier(name) ? named(name) : null;
  return type === null ? null : isInstance(type, "Array");
}

function ofInstance(node: ts.BinaryExpression, named: TypeOfName): boolean | null {
  const [name, target] = [bare(node.left), bare(node.right)];
  const type = ts.isIdentifier(name) ? named(name) : null;
  if (type === null) return null;
  if (ts.isIdentifier(target) && /^(\w+)?Array$/.test(target.text)) return isInstance(type, target.text);
  const asked = named.classNamed(target);
  return asked === null ? null : isOf(type, asked);
}

/** an instance is of its class and of those that this extends; of a literal's object that is not known: it may stand for an instance */
function isOf(type: Type, asked: string): boolean | null {
  const inner = present(type);
  const isAny = inner.kind !== "struct" ? false : inner.lineage === undefined ? null : inner.lineage.includes(asked);
  return isAny === true && type.kind === "nullable" ? null : isAny;
}

/** is it made by this array constructor? Structures read by index (`ArrayLike`) count as arrays without being any */
function isInstance(type: Type, constructor: string): boolean | null {
  const inner = present(type);
  const is = inner.kind === "tuple" ? constructor === "Array" : inner.kind === "array" && inner.array === constructor;
  return is && type.kind === "nullable" ? null : is;
}
