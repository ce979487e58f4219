// Declarations and destructuring: patterns of arrays and objects, nested, with defaults and rests, for new variables and
// for assignments alike. An array literal that is taken apart at once is never built.
import { ts } from "ts-morph";
import type { Expr, Type } from "../../ir/ir.ts";
import { BOOLEAN, constant, define, load, op, typeOf, UNDEFINED, use, VOID } from "../../ir/build.ts";
import { orUndefined, present, tupleLike } from "../../ir/facts.ts";
import { bare, spanOf } from "../nodes.ts";
import { walked } from "../../ir/walkable.ts";
import { type Body, PLAIN, type Want } from "./body.ts";
import { isDefinite, isMixed } from "./definite.ts";
import { withoutEntries } from "./copy-entries.ts";
import { isRecord, keyAtom } from "./entries.ts";
import { type Access, classesOf, isStorage, readProperty } from "./instance.ts";
import { localClass } from "./class-value.ts";
import { propertyKey } from "./literal.ts";
import { reference, write } from "./reference.ts";
import { ownIterator } from "./iterator.ts";
import { collect } from "./walk.ts";
import { copyFields, LiteralFields, objectOf } from "./spread-fields.ts";
import * as refusals from "../../diagnostics/catalog.ts";

/** Where a piece of a pattern goes: a name to declare, an expression to assign, or a pattern. */
type Target = ts.BindingName | ts.Expression;

interface Piece {
  readonly target: Target;
  readonly initializer: ts.Expression | null;
  readonly rest: boolean;
  readonly node: ts.Node;
}

interface NamedPiece extends Piece {
  /** null where the name is computed at run time */
  readonly key: string | null;
}

/** a value that is made where it is wanted */
type Produce = (want: Want) => Expr;

// ---------------------------------------------------------------------------------------------------- variables

/** declares a variable, or sets it where it is declared already (`var`, the variables of a switch) */
export function declareVariable(b: Body, name: ts.Identifier, produce: Produce): void {
  const symbol = b.symbolOf(name);
  if (symbol === undefined) {
    b.refuse(refusals.unknownName(spanOf(name), name.text), name);
    return;
  }
  const tested = b.unit.facts(name).tested.has(symbol);
  const hint = name.text;
  if (b.predeclared.has(symbol)) {
    const known = b.variableOf(symbol, hint, name);
    b.assign(known, b.typed(produce({ ...PLAIN, tested, hint }), known.type, name), name);
    return;
  }
  if (b.lookup(symbol) === undefined && isMixed(b.declaredType(symbol, name)) && !b.unit.facts(name).assigned.has(symbol)) return declareAsGiven(b, name, symbol, produce({ ...PLAIN, tested, hint }));
  const variable = b.variableOf(symbol, hint, name);
  const into = variable.mutable ? null : variable;
  const value = b.typed(produce({ ...PLAIN, tested, hint, into }), variable.type, name);
  if (value.kind !== "var" || value.variable !== variable) b.emit(define(variable, value, b.origin(name)));
}

/** a constant that may be of several types: it is of the one that its value has */
function declareAsGiven(b: Body, name: ts.Identifier, symbol: ts.Symbol, value: Expr): void {
  const type = typeOf(value);
  if (isDefinite(type)) b.bind(symbol, b.define(name.text, value, name));
  else b.emit(define(b.variableOf(symbol, name.text, name), b.typed(value, b.declaredType(symbol, name), name), b.origin(name)));
}

export function declaration(b: Body, node: ts.VariableDeclaration): void {
  const { name, initializer } = node;
  // a class is looked up where it is used
  if (initializer !== undefined && (ts.getCombinedNodeFlags(node) & ts.NodeFlags.Const) !== 0 && ts.isClassExpression(bare(initializer))) return localClass(b, bare(initializer) as ts.ClassExpression);
  if (ts.isIdentifier(name)) {
    b.unit.context.code.complete(node, b.types);
    const symbol = b.symbolOf(name);
    if (initializer === undefined && symbol !== undefined && b.predeclared.has(symbol) && isVar(node)) return;
    return declareVariable(b, name, (want) => (initializer === undefined ? UNDEFINED : b.value(initializer, want)));
  }
  if (initializer === undefined) return;
  const literal = bare(initializer);
  if (ts.isArrayBindingPattern(name) && ts.isArrayLiteralExpression(literal) && matches(piecesOfArray(name), literal)) return pairwise(b, piecesOfArray(name), literal);
  assignPiece(b, name, () => b.value(initializer), node);
}

const isVar = (node: ts.VariableDeclaration): boolean => (ts.getCombinedNodeFlags(node) & ts.NodeFlags.BlockScoped) === 0;

// ---------------------------------------------------------------------------------------------------- pieces

function piecesOfArray(pattern: ts.ArrayBindingPattern | ts.ArrayLiteralExpression): readonly (Piece | null)[] {
  const elements: readonly ts.Node[] = pattern.elements;
  return elements.map((x): Piece | null => {
    if (ts.isOmittedExpression(x)) return null;
    if (ts.isBindingElement(x)) return { target: x.name, initializer: x.initializer ?? null, rest: x.dotDotDotToken !== undefined, node: x };
    if (ts.isSpreadElement(x)) return { target: x.expression, initializer: null, rest: true, node: x };
    return assignable(x as ts.Expression);
  });
}

function assignable(node: ts.Expression): Piece {
  const at = bare(node);
  return ts.isBinaryExpression(at) && at.operatorToken.kind === ts.SyntaxKind.EqualsToken
    ? { target: at.left, initializer: at.right, rest: false, node }
    : { target: at, initializer: null, rest: false, node };
}

function piecesOfObject(b: Body, pattern: ts.ObjectBindingPattern | ts.ObjectLiteralExpression): readonly NamedPiece[] {
  if (ts.isObjectBindingPattern(pattern)) {
    return pattern.elements.map((x): NamedPiece => {
      const name = x.propertyName ?? x.name;
      const key = ts.isIdentifier(name) ? name.text : ts.isObjectBindingPattern(name) || ts.isArrayBindingPattern(name) ? null : propertyKey(b, name);
      return { key, target: x.name, initializer: x.initializer ?? null, rest: x.dotDotDotToken !== undefined, node: x };
    });
  }
  return pattern.properties.map((x): NamedPiece => {
    if (ts.isShorthandPropertyAssignment(x)) return { key: x.name.text, target: x.name, initializer: x.objectAssignmentInitializer ?? null, rest: false, node: x };
    if (ts.isPropertyAssignment(x)) return { key: propertyKey(b, x.name), ...assignable(x.initializer) };
    if (ts.isSpreadAssignment(x)) return { key: "", target: x.expression, initializer: null, rest: true, node: x };
    return { key: null, target: pattern, initializer: null, rest: false, node: x };
  });
}

/** gives a target its value; a target that is assigned is evaluated before the value is read */
export function assignPiece(b: Body, target: Target, produce: Produce, node: ts.Node): void {
  if (ts.isArrayBindingPattern(target) || ts.isArrayLiteralExpression(target)) return takeArray(b, target, b.settle(produce(PLAIN), node), node);
  if (ts.isObjectBindingPattern(target) || ts.isObjectLiteralExpression(target)) return takeObject(b, target, b.settle(produce(PLAIN), node), node);
  if (ts.isIdentifier(target) && isDeclared(target)) return declareVariable(b, target, produce);
  const place = reference(b, target);
  write(b, place, produce(PLAIN), node);
}

const isDeclared = (name: ts.Identifier): boolean =>
  (ts.isBindingElement(name.parent) || ts.isVariableDeclaration(name.parent) || ts.isParameter(name.parent)) && name.parent.name === name;

function withDefault(b: Body, piece: Piece, type: Type, read: (want: Want) => Expr): Produce {
  const { initializer } = piece;
  if (initializer === null) return read;
  return (want) => {
    const found = b.settle(read({ ...want, into: null, tested: true }), piece.node, want.hint);
    const missing = b.settle(op("===", [found, UNDEFINED], BOOLEAN), piece.node, "isMissing");
    const result = b.declare(want.hint ?? "chosen", type, piece.node, found);
    b.branch(missing, () => { b.assign(result, b.value(initializer, { ...PLAIN, hint: want.hint }), initializer); }, () => undefined, piece.node);
    return use(result);
  };
}

// ---------------------------------------------------------------------------------------------------- arrays

function takeArray(b: Body, pattern: ts.ArrayBindingPattern | ts.ArrayLiteralExpression, given: Expr, node: ts.Node): void {
  const source = listed(b, pattern, given, node);
  const type = present(typeOf(source));
  if (type.kind !== "array" && type.kind !== "tuple") {
    b.report(refusals.notIterable(spanOf(node), b.checker.typeToString(b.checker.getTypeAtLocation(pattern))));
    return;
  }
  piecesOfArray(pattern).forEach((piece, i) => {
    if (piece === null) return;
    if (piece.rest) return assignPiece(b, piece.target, () => restOf(b, source, type, i, piece), piece.node);
    // a tuple is as long as its type, whatever it is asserted to be: what it lacks is its default
    const lacks = type.kind === "tuple" && i >= type.elements.length ? piece.initializer : null;
    if (lacks !== null) return assignPiece(b, piece.target, (want) => b.value(lacks, want), piece.node);
    const element = type.kind === "array" ? type.element : type.elements[i] ?? { kind: "void" };
    const read = (want: Want): Expr => {
      const mayMiss = want.tested || (type.kind === "tuple" && i >= type.elements.length);
      return load({ kind: "element", base: source, index: constant(i) }, mayMiss ? orUndefined(element) : element, mayMiss);
    };
    assignPiece(b, piece.target, withDefault(b, piece, present(element), read), piece.node);
  });
}

/** as many values as the pattern takes of what is no array */
function listed(b: Body, pattern: ts.ArrayBindingPattern | ts.ArrayLiteralExpression, source: Expr, node: ts.Node): Expr {
  const found = walked(present(typeOf(source)));
  const walk = found === null ? ownIterator(b, source, node) : { callee: { kind: "value" as const, value: source }, args: [], ...found };
  if (walk === null) return source;
  const pieces = piecesOfArray(pattern);
  return collect(b, walk, node, pieces.some((x) => x?.rest === true) ? null : pieces.length);
}

function restOf(b: Body, source: Expr, type: Type & { readonly kind: "array" | "tuple" }, start: number, piece: Piece): Expr {
  const kind: Type = ts.isIdentifier(piece.target) ? b.typeOf(piece.target) : type.kind === "tuple" ? tupleLike(type, type.elements.slice(start)) : { ...type, array: "Array" };
  const elements = type.kind === "tuple" && kind.kind === "tuple" ? told(type, kind, start) : null;
  if (elements === null) return { kind: "copy", source, start: constant(start), end: null, type: kind };
  return { kind: "array", elements: elements.map((x, i) => ({ value: b.settle(load({ kind: "element", base: source, index: constant(start + i) }, x), piece.node), spread: false })), type: kind };
}

type Tuple = Type & { readonly kind: "tuple" };

/** the elements that a test has shown to be there, of a tuple that may lack them: one of several tuples, told apart by what stands in them; null where nothing was shown */
function told(type: Tuple, shown: Tuple, start: number): readonly Type[] | null {
  const isShown = (type.optional ?? 0) > 0 && (shown.optional ?? 0) === 0 && start + shown.elements.length <= type.elements.length;
  return isShown ? shown.elements : null;
}

/** can the elements of a literal go straight to the pieces of a pattern? */
function matches(pieces: readonly (Piece | null)[], literal: ts.ArrayLiteralExpression): boolean {
  return pieces.length <= literal.elements.length && pieces.every((x) => x === null || !x.rest) && literal.elements.every((x) => !ts.isSpreadElement(x) && !ts.isOmittedExpression(x));
}

/** all right sides first, then all targets */
function pairwise(b: Body, pieces: readonly (Piece | null)[], literal: ts.ArrayLiteralExpression): void {
  const named = pieces.map((x) => (x !== null && ts.isIdentifier(x.target) ? x.target.text : null));
  const values = literal.elements.map((x, i) => b.atom(x, { ...PLAIN, hint: named[i] ?? null }));
  pieces.forEach((piece, i) => {
    const value = values[i];
    if (piece !== null && value !== undefined) assignPiece(b, piece.target, withDefault(b, piece, typeOf(value), () => value), piece.node);
  });
}

// ---------------------------------------------------------------------------------------------------- objects

function takeObject(b: Body, pattern: ts.ObjectBindingPattern | ts.ObjectLiteralExpression, source: Expr, node: ts.Node): void {
  const type = present(typeOf(source));
  const fieldType = (key: string): Type => (type.kind === "struct" ? type.fields.find((x) => x.name === key)?.type : undefined) ?? b.types.of(b.checker.getAnyType());
  if (isRecord(type)) return takeRecord(b, pattern, source, type, node);
  if (type.kind !== "struct" && type.kind !== "union") {
    b.report(refusals.dynamicKey(spanOf(node), b.checker.typeToString(b.checker.getTypeAtLocation(pattern))));
    return;
  }
  const taken = new Set<string>();
  const classes = classesOf(type);
  for (const piece of piecesOfObject(b, pattern)) {
    const { key } = piece;
    if (key === null) {
      b.report(refusals.dynamicKey(spanOf(piece.node), "an object"));
      continue;
    }
    if (piece.rest) {
      assignPiece(b, piece.target, () => restOfObject(b, source, type, taken, piece), piece.node);
      continue;
    }
    taken.add(key);
    const declared = fieldType(key);
    const known = declared.kind === "opaque" && ts.isIdentifier(piece.target) ? b.typeOf(piece.target) : declared;
    const optional = type.kind === "struct" && (type.fields.find((x) => x.name === key)?.optional ?? true);
    const access: Access = { name: key, owner: null, node: piece.node };
    // what has a default may be missing whatever the type says: what `Object.assign` made, or an assertion, is not as its type
    const read = (want: Want): Expr => (classes !== null && !isStorage(b, classes, access) ? readProperty(b, source, access, classes, piece.node, known, want) : load({ kind: "field", base: source, field: key }, want.tested ? orUndefined(known) : known, optional || want.tested));
    assignPiece(b, piece.target, withDefault(b, piece, present(known), read), piece.node);
  }
}

/** `const { a, [key]: b, ...others } = record` */
function takeRecord(b: Body, pattern: ts.ObjectBindingPattern | ts.ObjectLiteralExpression, source: Expr, type: Type, node: ts.Node): void {
  const value = type.kind === "map" ? type.value : VOID;
  const taken: Expr[] = [];
  for (const piece of piecesOfObject(b, pattern)) {
    if (piece.rest) {
      assignPiece(b, piece.target, () => withoutEntries(b, source, type, taken, piece.node), piece.node);
      continue;
    }
    const name = ts.isBindingElement(piece.node) ? piece.node.propertyName : ts.isPropertyAssignment(piece.node) ? piece.node.name : undefined;
    const key = piece.key !== null ? constant(piece.key) : name !== undefined && ts.isComputedPropertyName(name) ? keyAtom(type, b.atom(name.expression)) : null;
    if (key === null) {
      b.report(refusals.dynamicKey(spanOf(piece.node), "an object"));
      continue;
    }
    taken.push(key);
    const read = (want: Want): Expr => load({ kind: "element", base: source, index: key }, want.tested ? orUndefined(value) : value, want.tested);
    assignPiece(b, piece.target, withDefault(b, piece, present(value), read), piece.node ?? node);
  }
}

function restOfObject(b: Body, source: Expr, type: Type, taken: ReadonlySet<string>, piece: Piece): Expr {
  if (type.kind !== "struct") return b.refuse(refusals.unspreadableObject(spanOf(piece.node), "this object"), piece.node);
  const own = ts.isIdentifier(piece.target) ? b.typeOf(piece.target) : type;
  const fields = new LiteralFields();
  copyFields(b, source, type, taken, fields, piece.node);
  return objectOf(b, fields, own.kind === "struct" ? own : type, null, ts.isIdentifier(piece.target) ? piece.target.text : "rest", piece.node);
}

// ---------------------------------------------------------------------------------------------------- assignments

/** `[a, b] = [b, a]`, `({ x, y } = p)` */
export function destructureAssignment(b: Body, left: ts.ArrayLiteralExpression | ts.ObjectLiteralExpression, node: ts.BinaryExpression, want: Want | null): Expr | null {
  const right = bare(node.right);
  if (want === null && ts.isArrayLiteralExpression(left) && ts.isArrayLiteralExpression(right) && matches(piecesOfArray(left), right)) {
    pairwise(b, piecesOfArray(left), right);
    return null;
  }
  const source = b.atom(node.right);
  assignPiece(b, left, () => source, node);
  return want === null ? null : source;
}
