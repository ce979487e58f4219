// Array and object literals, templates, and the names of properties.
// Spreads of objects are written out field by field; later fields replace earlier ones, as JavaScript has it.
import { ts } from "ts-morph";
import type { Element, Expr, FieldValue, Type } from "../../ir/ir.ts";
import { constant, define, load, op, STRING, typeOf, use, VOID } from "../../ir/build.ts";
import { bare, spanOf } from "../nodes.ts";
import { present } from "../types.ts";
import { type Body, PLAIN, type Receiver, type Want } from "./body.ts";
import { textOf } from "./instance.ts";
import { iterable, materialize, spreadNow } from "./iterate.ts";
import { isRecord, keyAtom } from "./entries.ts";
import { assignEntries, type LateField, newRecord, readLate, readOver, withLate } from "./copy-entries.ts";
import * as refusals from "../../diagnostics/catalog.ts";

/** the type that a literal is made for: where it goes says more than what it holds */
function literalType(b: Body, node: ts.Expression, fits: (type: Type) => boolean): Type {
  const contextual = b.checker.getContextualType(node);
  if (contextual !== undefined) {
    const expected = present(b.types.of(contextual));
    if (fits(expected)) return expected;
    const member = expected.kind === "union" ? expected.members.filter(fits) : [];
    if (member.length === 1 && member[0] !== undefined) return member[0];
  }
  return b.typeOf(node);
}

const isKnown = (type: Type): boolean => type.kind !== "opaque";

// ---------------------------------------------------------------------------------------------------- arrays

function arrayType(b: Body, node: ts.ArrayLiteralExpression, want: Want): Type {
  const into = want.into === null ? null : present(want.into.type);
  if (into !== null && (into.kind === "array" || into.kind === "tuple") && (into.kind === "tuple" || isKnown(into.element))) return into;
  const type = literalType(b, node, (x) => (x.kind === "array" && isKnown(x.element)) || x.kind === "tuple");
  if (type.kind !== "array" || isKnown(type.element)) return type;
  const target = node.parent;
  const symbol = ts.isVariableDeclaration(target) && ts.isIdentifier(target.name) ? b.symbolOf(target.name) : undefined;
  return symbol === undefined ? type : b.declaredType(symbol, target);
}

export function arrayLiteral(b: Body, node: ts.ArrayLiteralExpression, want: Want): Expr {
  const type = arrayType(b, node, want);
  if (node.elements.some(ts.isOmittedExpression)) return withHoles(b, node, type);
  const [only] = node.elements;
  if (node.elements.length === 1 && only !== undefined && ts.isSpreadElement(only)) {
    const source = iterable(b, only.expression);
    return source === null ? b.refuse(refusals.notIterable(spanOf(only), b.checker.typeToString(b.checker.getTypeAtLocation(only.expression))), node) : materialize(b, source, type, node);
  }
  const expected = type.kind === "array" ? type.element : VOID;
  return { kind: "array", elements: node.elements.map((x, i) => elementOf(b, x, expected, node.elements.slice(i + 1))), type };
}

function elementOf(b: Body, node: ts.Expression, expected: Type, later: readonly ts.Node[]): Element {
  if (!ts.isSpreadElement(node)) return { value: b.typed(b.atom(node), expected, node), spread: false };
  const source = iterable(b, node.expression);
  if (source === null) {
    b.report(refusals.notIterable(spanOf(node), b.checker.typeToString(b.checker.getTypeAtLocation(node.expression))));
    return { value: constant(0), spread: false };
  }
  return { value: source.kind === "elements" ? spreadNow(b, source.array, later, node) : b.settle(materialize(b, source, b.typeOf(node.parent), node), node), spread: true };
}

/** `[x, , y]`: an array of that length, and stores where something stands */
function withHoles(b: Body, node: ts.ArrayLiteralExpression, type: Type): Expr {
  const array = b.define("list", { kind: "new", length: constant(node.elements.length), zeroed: false, type }, node);
  node.elements.forEach((x, i) => {
    if (ts.isOmittedExpression(x)) return;
    if (ts.isSpreadElement(x)) b.report(refusals.sparseArray(spanOf(x)));
    else b.emit({ kind: "store", place: { kind: "element", base: use(array), index: constant(i) }, value: b.atom(x), origin: b.origin(x) });
  });
  return use(array);
}

// ---------------------------------------------------------------------------------------------------- objects

/** the name of a property; null where it is computed at run time */
export function propertyKey(b: Body, name: ts.PropertyName): string | null {
  if (ts.isIdentifier(name) || ts.isStringLiteralLike(name)) return name.text;
  if (ts.isNumericLiteral(name)) return String(Number(name.text));
  if (!ts.isComputedPropertyName(name)) return null;
  const symbol = wellKnownSymbol(b, name.expression);
  if (symbol !== null) return symbol;
  const type = b.checker.getTypeAtLocation(name.expression);
  return type.isStringLiteral() || type.isNumberLiteral() ? String(type.value) : null;
}

/** `[Symbol.iterator]` */
function wellKnownSymbol(b: Body, node: ts.Expression): string | null {
  if (!ts.isPropertyAccessExpression(node) || !ts.isIdentifier(node.expression) || node.expression.text !== "Symbol") return null;
  const symbol = b.symbolOf(node.expression);
  return symbol !== undefined && b.fromLibrary(symbol) ? `[Symbol.${node.name.text}]` : null;
}

export function objectLiteral(b: Body, node: ts.ObjectLiteralExpression, want: Want = PLAIN): Expr {
  const into = want.into === null ? null : present(want.into.type);
  const record = into !== null && isRecord(into) ? into : literalType(b, node, isRecord);
  if (isRecord(record)) return recordLiteral(b, node, record, want);
  const fields = new Map<string, Expr>();
  const self = node.properties.some(usesThis) ? b.unit.supply.fresh(want.hint ?? "object", b.typeOf(node)) : null;
  const receiver: Receiver | null = self === null ? null : { value: () => use(self), field: () => null, home: null, isClass: false };
  const late: LateField[] = [];
  node.properties.forEach((property, i) => addProperty(b, property, fields, receiver, { late, replaced: keysOf(b, node.properties.slice(i + 1)) }));
  const type = literalType(b, node, (x) => x.kind === "struct" && !x.isClass && [...fields.keys(), ...late.map((y) => y.name)].every((name) => x.fields.some((y) => y.name === name)));
  if (type.kind !== "struct") return b.refuse(refusals.dynamicKey(spanOf(node), b.checker.typeToString(b.checker.getTypeAtLocation(node))), node);
  const made: Expr = { kind: "struct", fields: [...fields].map(([name, value]): FieldValue => ({ name, value: b.typed(value, fieldType(type, name), node) })), type };
  if (self === null) return withLate(b, made, late.filter((x) => !fields.has(x.name)), want.hint ?? null, node);
  b.emit(define(self, made, b.origin(node)));
  return withLate(b, use(self), late.filter((x) => !fields.has(x.name)), null, node);
}

/** What the fields are for that a spread may lack. */
interface Lacking {
  /** collects them */
  readonly late: LateField[];
  /** what is written after the spread anyway */
  readonly replaced: ReadonlySet<string>;
}

const keysOf = (b: Body, properties: readonly ts.ObjectLiteralElementLike[]): ReadonlySet<string> =>
  new Set(properties.flatMap((x) => (ts.isSpreadAssignment(x) ? [] : propertyKey(b, x.name) ?? [])));

/** `{ a: x, [key]: y, ...z }` as a record: written at once where all its keys are known */
function recordLiteral(b: Body, node: ts.ObjectLiteralExpression, type: Type, want: Want): Expr {
  const value = type.kind === "map" ? type.value : VOID;
  const isPlain = (x: ts.ObjectLiteralElementLike): x is ts.PropertyAssignment | ts.ShorthandPropertyAssignment => (ts.isPropertyAssignment(x) || ts.isShorthandPropertyAssignment(x)) && propertyKey(b, x.name) !== null;
  if (node.properties.length > 0 && node.properties.every(isPlain)) {
    const fields = new Map<string, Expr>();
    for (const x of node.properties) addProperty(b, x, fields, null, { late: [], replaced: new Set() });
    return { kind: "struct", fields: [...fields].map(([name, x]): FieldValue => ({ name, value: b.typed(x, value, node) })), type };
  }
  const made = newRecord(b, type, want, node);
  for (const x of node.properties) putProperty(b, x, made, type, value);
  return made;
}

function putProperty(b: Body, x: ts.ObjectLiteralElementLike, made: Expr, type: Type, value: Type): void {
  if (ts.isSpreadAssignment(x)) return assignEntries(b, made, x.expression);
  if (!ts.isPropertyAssignment(x) && !ts.isShorthandPropertyAssignment(x)) return b.report(refusals.accessorProperty(spanOf(x), "a record"));
  const known = propertyKey(b, x.name);
  if (known === "__proto__") return b.report(refusals.dynamicKey(spanOf(x.name), "an object literal"));
  const key = known !== null ? constant(known) : ts.isComputedPropertyName(x.name) ? keyAtom(type, b.atom(x.name.expression)) : constant("");
  const item = b.typed(b.atom(ts.isPropertyAssignment(x) ? x.initializer : x.name), value, x);
  b.emit({ kind: "store", place: { kind: "element", base: made, index: key }, value: item, origin: b.origin(x) });
}
/** methods and accessors that say `this`: they mean the object, which is made after them */
function usesThis(property: ts.ObjectLiteralElementLike): boolean {
  const code = ts.isPropertyAssignment(property) ? bare(property.initializer) : property;
  const hasOwn = ts.isMethodDeclaration(code) || ts.isGetAccessorDeclaration(code) || ts.isSetAccessorDeclaration(code) || ts.isFunctionExpression(code);
  return hasOwn && mentionsThis(code);
}

/** does a function say `this`, itself or in arrow functions? */
export const mentionsThis = (node: ts.Node): boolean =>
  ts.forEachChild(node, (x) => (x.kind === ts.SyntaxKind.ThisKeyword || (!ts.isFunctionDeclaration(x) && !ts.isFunctionExpression(x) && !ts.isClassLike(x) && !ts.isMethodDeclaration(x) && mentionsThis(x)) ? true : undefined)) === true;

const fieldType = (type: Type, name: string): Type => (type.kind === "struct" ? type.fields.find((x) => x.name === name)?.type : undefined) ?? VOID;

function addProperty(b: Body, property: ts.ObjectLiteralElementLike, fields: Map<string, Expr>, receiver: Receiver | null, lacking: Lacking): void {
  if (ts.isSpreadAssignment(property)) return spreadFields(b, property, fields, lacking);
  const key = propertyKey(b, property.name);
  if (key === null || key === "__proto__") return b.report(refusals.dynamicKey(spanOf(property.name), "an object literal"));
  const literal = ts.isPropertyAssignment(property) ? bare(property.initializer) : null;
  if (literal !== null && ts.isFunctionExpression(literal)) { fields.set(key, b.settle(b.closure(literal, key, receiver), property, key)); return; }
  if (ts.isPropertyAssignment(property)) { fields.set(key, b.atom(property.initializer, hinted(key))); return; }
  if (ts.isShorthandPropertyAssignment(property)) { fields.set(key, b.atom(property.name)); return; }
  if (ts.isMethodDeclaration(property)) { fields.set(key, b.settle(b.closure(property, key, receiver), property, key)); return; }
  if (isSeenAsField(b, property, key)) return b.report(refusals.accessorProperty(spanOf(property.name), key));
  fields.set(accessorKey(ts.isGetAccessorDeclaration(property) ? "get" : "set", key), b.settle(b.closure(property, key, receiver), property, key));
}

/** the key under which an object of a literal holds the code of an accessor */
export const accessorKey = (kind: "get" | "set", name: string): string => `${kind} ${name}`;

/** does the type that the literal is made for know the accessor as a field? Then nobody who reads it would call it. */
function isSeenAsField(b: Body, property: ts.AccessorDeclaration, key: string): boolean {
  const expected = ts.isObjectLiteralExpression(property.parent) ? b.checker.getContextualType(property.parent) : undefined;
  const seen = expected?.getProperty(key);
  return seen !== undefined && (seen.flags & ts.SymbolFlags.Accessor) === 0;
}

const hinted = (hint: string): Want => ({ ...PLAIN, hint });

function spreadFields(b: Body, property: ts.SpreadAssignment, fields: Map<string, Expr>, lacking: Lacking): void {
  const node = bare(property.expression);
  if (ts.isObjectLiteralExpression(node)) {
    for (const x of node.properties) addProperty(b, x, fields, null, lacking);
    return;
  }
  const source = b.atom(node);
  const type = typeOf(source);
  if (type.kind !== "struct" || type.isClass) return b.report(refusals.unspreadableObject(spanOf(property), b.checker.typeToString(b.checker.getTypeAtLocation(node))));
  const copied = b.checker.getPropertiesOfType(b.checker.getTypeAtLocation(node));
  if (copied.some((x) => x.valueDeclaration !== undefined && ((x.flags & ts.SymbolFlags.Accessor) !== 0 || (ts.isMethodDeclaration(x.valueDeclaration) && mentionsThis(x.valueDeclaration))))) {
    return b.report(refusals.unspreadableObject(spanOf(property), b.checker.typeToString(b.checker.getTypeAtLocation(node))));
  }
  for (const x of type.fields) {
    const earlier = fields.get(x.name);
    if (!x.optional) fields.set(x.name, b.settle(load({ kind: "field", base: source, field: x.name }, x.type), property, x.name));
    else if (earlier !== undefined) fields.set(x.name, readOver(b, source, x, earlier, property));
    else if (!lacking.replaced.has(x.name)) lacking.late.push(readLate(b, source, x, property));
  }
}

// ---------------------------------------------------------------------------------------------------- templates

/** operands alternate: text, value, text, …, text */
export function templateText(b: Body, node: ts.TemplateExpression): Expr {
  const args: Expr[] = [constant(node.head.text)];
  for (const span of node.templateSpans) args.push(textOf(b, b.atom(span.expression), span.expression), constant(span.literal.text));
  return op("template", args, STRING);
}
