// Array and object literals, templates, and the names of properties.
// Spreads of objects are written out field by field; later fields replace earlier ones, as JavaScript has it.
import { ts } from "ts-morph";
import type { Element, Expr, FieldValue, Place, StructType, Type } from "../../ir/ir.ts";
import { constant, op, STRING, use, VOID } from "../../ir/build.ts";
import { bare, spanOf } from "../nodes.ts";
import { type Body, PLAIN, type Receiver, type Want } from "./body.ts";
import { literalType } from "./expected.ts";
import { textOf } from "./instance.ts";
import { iterable, materialize, spreadNow } from "./iterate.ts";
import { entryType, isRecord, keyAtom, knownText } from "./entries.ts";
import { assignEntries, newRecord } from "./copy-entries.ts";
import { LiteralFields, objectOf, saysThis, spreadFields } from "./spread-fields.ts";
import { accessorKey } from "../type-parts.ts";
import * as refusals from "../../diagnostics/catalog.ts";
import { present } from "../../ir/facts.ts";

const isKnown = (type: Type): boolean => type.kind !== "opaque";

// ---------------------------------------------------------------------------------------------------- arrays

function arrayType(b: Body, node: ts.ArrayLiteralExpression, want: Want): Type {
  const expected = want.into?.type ?? want.element;
  const into = expected === undefined ? null : present(expected);
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
    return source === null ? b.refuse(refusals.notIterable(spanOf(only), b.checker.typeToString(b.checker.getTypeAtLocation(only.expression))), node) : materialize(b, source, isEmptyTuple(type) ? b.typeOf(only.expression) : type, node);
  }
  return { kind: "array", elements: node.elements.map((x, i) => elementOf(b, x, type.kind === "array" ? type.element : type.kind === "tuple" ? type.elements[i] ?? VOID : VOID, node.elements.slice(i + 1))), type };
}

/** what a pattern with an empty default expects says nothing of what is spread there */
const isEmptyTuple = (type: Type): boolean => type.kind === "tuple" && type.elements.length === 0;

function elementOf(b: Body, node: ts.Expression, expected: Type, later: readonly ts.Node[]): Element {
  if (!ts.isSpreadElement(node)) return { value: b.typed(b.atom(node, { ...PLAIN, element: expected }), expected, node), spread: false };
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
  return type.isStringLiteral() || type.isNumberLiteral() ? String(type.value) : knownText(b, name.expression);
}

/** is a name that is computed known here, where TypeScript knows only that it is some name? */
const isGenericKey = (b: Body, { name }: ts.ObjectLiteralElementLike): boolean => name !== undefined && ts.isComputedPropertyName(name) && knownText(b, name.expression) !== null;

/** `[Symbol.iterator]` */
function wellKnownSymbol(b: Body, node: ts.Expression): string | null {
  if (!ts.isPropertyAccessExpression(node) || !ts.isIdentifier(node.expression) || node.expression.text !== "Symbol") return null;
  const symbol = b.symbolOf(node.expression);
  return symbol !== undefined && b.fromLibrary(symbol) ? `[Symbol.${node.name.text}]` : null;
}

export function objectLiteral(b: Body, node: ts.ObjectLiteralExpression, want: Want = PLAIN): Expr {
  const into = want.into === null ? null : present(want.into.type);
  const record = into !== null && isRecord(into) ? into : literalType(b, node, node.properties.some((x) => isGenericKey(b, x)) ? (x) => x.kind === "struct" : isRecord);
  if (isRecord(record)) return recordLiteral(b, node, record, want);
  const fields = new LiteralFields();
  const self = node.properties.some(usesThis) ? b.unit.supply.fresh(want.hint ?? "object", b.typeOf(node)) : null;
  const receiver: Receiver | null = self === null ? null : { value: () => use(self), field: () => null, home: null, isClass: false };
  const isNamed = (x: ts.ObjectLiteralElementLike): boolean => x.name === undefined || propertyKey(b, x.name) !== null;
  const first = node.properties.findIndex((x) => !isNamed(x));
  const later = first < 0 ? [] : node.properties.slice(first);
  for (const property of first < 0 ? node.properties : node.properties.slice(0, first)) addProperty(b, property, fields, receiver);
  const names = [...namesOf(fields), ...later.flatMap((x) => (x.name === undefined ? [] : propertyKey(b, x.name) ?? []))];
  const hasAll = (x: StructType): boolean => names.every((name) => x.fields.some((y) => y.name === name));
  const type = literalType(b, node, (x) => x.kind === "struct" && !x.isClass && hasAll(x));
  // a number that the type does not know would have no derivative
  if (type.kind !== "struct" || !hasAll(type)) return b.refuse(refusals.dynamicKey(spanOf(node), b.checker.typeToString(b.checker.getTypeAtLocation(node))), node);
  const declared = fields.maybe.length > 0 && want.into?.type.kind === "struct" ? want.into : null;
  const made = objectOf(b, fields, type, self ?? declared, want.hint ?? "object", node);
  if (later.length === 0) return made;
  // what a name chosen at run time stands for is there already
  const isWhole = type.fields.every((f) => f.optional || fields.definite.has(f.name));
  if (!isWhole) return b.refuse(refusals.dynamicKey(spanOf(node), "an object literal"), node);
  const object = made.kind === "var" ? made : use(b.define(want.hint ?? "object", made, node));
  for (const property of later) putField(b, property, object, type);
  return object;
}

/** the type of what one of a few names stands for; null for any other name */
function chosenType(type: StructType, name: ts.Type): Type | null {
  const names = name.isUnion() ? name.types : [name];
  return names.every((x) => x.isStringLiteral() && type.fields.some((f) => f.name === x.value)) ? entryType(type, name) : null;
}

/** a property behind one whose name is computed, and that one */
function putField(b: Body, x: ts.ObjectLiteralElementLike, object: Expr, type: StructType): void {
  if (!ts.isPropertyAssignment(x) && !ts.isShorthandPropertyAssignment(x)) return b.report(refusals.dynamicKey(spanOf(x), "an object literal"));
  const known = propertyKey(b, x.name);
  const name = ts.isComputedPropertyName(x.name) ? x.name.expression : null;
  const held = known !== null ? type.fields.find((f) => f.name === known)?.type ?? null : name && chosenType(type, b.checker.getTypeAtLocation(name));
  if (held === null) return b.report(refusals.dynamicKey(spanOf(x.name), "an object literal"));
  const place: Place = known !== null ? { kind: "field", base: object, field: known } : { kind: "element", base: object, index: keyAtom(type, b.atom(name!)) };
  b.emit({ kind: "store", place, value: b.typed(b.atom(ts.isPropertyAssignment(x) ? x.initializer : x.name), held, x), origin: b.origin(x) });
}

const namesOf = (fields: LiteralFields): readonly string[] => [...fields.definite.keys(), ...fields.maybe.map(({ name }) => name)];

/** `{ a: x, [key]: y, ...z }` as a record: written at once where all its keys are known */
function recordLiteral(b: Body, node: ts.ObjectLiteralExpression, type: Type, want: Want): Expr {
  const value = type.kind === "map" ? type.value : VOID;
  const isPlain = (x: ts.ObjectLiteralElementLike): x is ts.PropertyAssignment | ts.ShorthandPropertyAssignment => (ts.isPropertyAssignment(x) || ts.isShorthandPropertyAssignment(x)) && propertyKey(b, x.name) !== null;
  if (node.properties.length > 0 && node.properties.every(isPlain)) {
    const fields = new LiteralFields();
    for (const x of node.properties) addProperty(b, x, fields, null);
    return { kind: "struct", fields: [...fields.definite].map(([name, x]): FieldValue => ({ name, value: b.typed(x, value, node) })), type };
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
  return hasOwn && saysThis(code);
}

function addProperty(b: Body, property: ts.ObjectLiteralElementLike, fields: LiteralFields, receiver: Receiver | null): void {
  if (ts.isSpreadAssignment(property)) {
    const spread = bare(property.expression);
    if (!ts.isObjectLiteralExpression(spread)) return spreadFields(b, property.expression, fields, property);
    for (const x of spread.properties) addProperty(b, x, fields, null);
    return;
  }
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

/** does the type that the literal is made for know the accessor as a field? Then nobody who reads it would call it. */
function isSeenAsField(b: Body, property: ts.AccessorDeclaration, key: string): boolean {
  const expected = ts.isObjectLiteralExpression(property.parent) ? b.checker.getContextualType(property.parent) : undefined;
  const seen = expected?.getProperty(key);
  return seen !== undefined && (seen.flags & ts.SymbolFlags.Accessor) === 0;
}

const hinted = (hint: string): Want => ({ ...PLAIN, hint });

// ---------------------------------------------------------------------------------------------------- templates

/** operands alternate: text, value, text, …, text */
export function templateText(b: Body, node: ts.TemplateExpression): Expr {
  const args: Expr[] = [constant(node.head.text)];
  for (const span of node.templateSpans) args.push(textOf(b, b.atom(span.expression), span.expression), constant(span.literal.text));
  return op("template", args, STRING);
}
