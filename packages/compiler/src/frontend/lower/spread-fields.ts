// The fields of an object literal while it is read from left to right: `{ ...defaults, ...options, x }`; `Object.assign` to a literal is one.
// A spread adds what is there when it runs. Fields that its type requires replace earlier ones; one that may be absent replaces an
// earlier one where it is present, and where there is no earlier one it is stored into the new object, if it was there, once that is made.
import { ts } from "ts-morph";
import type { Expr, Field, StructType, Type, Var } from "../../ir/ir.ts";
import { BOOLEAN, constant, define, element, field, load, op, typeOf, use, VOID } from "../../ir/build.ts";
import { orUndefined, present, sameType } from "../../ir/facts.ts";
import { bare, spanOf } from "../nodes.ts";
import { type Body, PLAIN } from "./body.ts";
import { describe } from "./instance.ts";
import { nullish, truth } from "./operator.ts";
import * as refusals from "../../diagnostics/catalog.ts";

interface Maybe {
  readonly name: string;
  readonly exists: Expr;
  readonly value: Expr;
}

export class LiteralFields {
  readonly #definite = new Map<string, Expr>();
  #maybe: Maybe[] = [];

  get definite(): ReadonlyMap<string, Expr> {
    return this.#definite;
  }

  /** in the order in which they are stored */
  get maybe(): readonly Maybe[] {
    return this.#maybe;
  }

  set(name: string, value: Expr): void {
    this.#definite.set(name, value);
    this.#maybe = this.#maybe.filter((x) => x.name !== name);
  }

  offer(maybe: Maybe): void {
    this.#maybe.push(maybe);
  }
}

/** the object with these fields; in the variable `into` where there is one and where fields are stored into it once it is made */
export function objectOf(b: Body, fields: LiteralFields, type: StructType, into: Var | null, hint: string, node: ts.Node): Expr {
  const declared = (name: string): Field | undefined => type.fields.find((x) => x.name === name);
  // TypeScript has all fields of what `Object.assign` is given, although it may be given null
  if (fields.maybe.some((x) => declared(x.name)?.optional === false)) return b.refuse(refusals.unspreadableObject(spanOf(node), "an object that may be missing"), node);
  const typed = (name: string, value: Expr): Expr => b.typed(value, declared(name)?.type ?? VOID, node);
  const made: Expr = { kind: "struct", fields: [...fields.definite].map(([name, value]) => ({ name, value: typed(name, value) })), type };
  if (fields.maybe.length === 0 && into === null) return made;
  const object = into ?? b.unit.supply.fresh(hint, type);
  b.emit(define(object, made, b.origin(node)));
  for (const { name, exists, value } of fields.maybe) {
    b.branch(exists, () => b.emit({ kind: "store", place: field(use(object), name), value: typed(name, value), origin: b.origin(node) }), () => undefined, node);
  }
  return use(object);
}

/** the fields of an object as they are now, without some of them */
export function copyFields(b: Body, source: Expr, type: StructType, without: ReadonlySet<string>, fields: LiteralFields, node: ts.Node): void {
  for (const x of type.fields) {
    if (without.has(x.name)) continue;
    if (!x.optional) fields.set(x.name, b.settle(load(field(source, x.name), x.type), node, x.name));
    else if (!fields.definite.has(x.name)) fields.offer({ name: x.name, exists: presence(b, x, source, node), value: b.settle(load(field(source, x.name), orUndefined(x.type), true), node, x.name) });
    else {
      const join = joinOf(b, fields, x, null, node);
      b.branch(presence(b, x, source, node), () => join.take(source), () => undefined, node);
      join.done();
    }
  }
}

/** an object with the fields that a record has now */
export function objectOfEntries(b: Body, record: Expr, type: StructType, hint: string, node: ts.Node): Expr {
  const fields = new LiteralFields();
  for (const x of type.fields) {
    const value = b.settle(load(element(record, constant(x.name)), x.optional ? orUndefined(x.type) : x.type, x.optional), node, x.name);
    if (x.optional) fields.offer({ name: x.name, exists: presence(b, x, record, node), value });
    else fields.set(x.name, value);
  }
  return objectOf(b, fields, type, null, hint, node);
}

/** what takes the fields of several objects: `{ ...source }`, `Object.assign({}, source)` */
type Spreading = ts.SpreadAssignment | ts.CallExpression;

/** `...given` */
export function spreadFields(b: Body, given: ts.Expression, fields: LiteralFields, property: Spreading): void {
  const node = withoutNothing(bare(given));
  if (isNothing(node)) return;
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken) {
    return spreadWhere(b, truth(b, b.atom(node.left), node.left), fields, node.right, () => b.atom(node.right), property);
  }
  if (ts.isConditionalExpression(node)) {
    const [yes, no] = [bare(node.whenTrue), bare(node.whenFalse)];
    if (isNothing(no)) return spreadWhere(b, b.condition(node.condition), fields, yes, () => b.atom(yes), property);
    if (isNothing(yes)) return spreadWhere(b, b.settle(op("!", [b.condition(node.condition)], BOOLEAN), node), fields, no, () => b.atom(no), property);
  }
  const read = b.atom(node, { ...PLAIN, asserted: ts.isNonNullExpression(given) });
  // what a test has shown to be there is spread whole: its fields are definite
  const isShown = typeOf(read).kind === "nullable" && b.types.of(b.checker.getTypeAtLocation(node)).kind !== "nullable";
  const source = isShown ? use(b.define("given", read, node, present(typeOf(read)))) : read;
  if (typeOf(source).kind === "nullable") {
    const isThere = b.settle(op("!", [nullish(b, source, node)], BOOLEAN), node, "isGiven");
    return spreadWhere(b, isThere, fields, node, () => use(b.define("given", source, node, present(typeOf(source)))), property);
  }
  const type = spreadType(b, typeOf(source), node, property);
  if (type !== null) copyFields(b, source, type, new Set(), fields, property);
}

/** what is spread in one arm alone: all of its fields may be absent */
function spreadWhere(b: Body, test: Expr, fields: LiteralFields, given: ts.Expression, read: () => Expr, property: Spreading): void {
  const type = spreadType(b, present(b.typeOf(given)), given, property);
  const joins = (type?.fields ?? []).map((x) => ({ x, join: joinOf(b, fields, x, x.optional ? null : test, property) }));
  b.branch(test, () => {
    const source = read();
    for (const { x, join } of joins) {
      if (x.optional) b.branch(presence(b, x, source, property), () => join.take(source), () => undefined, property);
      else join.take(source);
    }
  }, () => undefined, property);
  for (const { join } of joins) join.done();
}

const presence = (b: Body, x: Field, source: Expr, node: ts.Node): Expr => b.settle(op("in", [constant(x.name), source], BOOLEAN), node, "exists");

interface Join {
  /** the field of the source replaces what there was */
  readonly take: (source: Expr) => void;
  /** after all paths */
  readonly done: () => void;
}

/** one field on its way past a spread that may not have it; `known` says whether it was taken, where that is known */
function joinOf(b: Body, fields: LiteralFields, x: Field, known: Expr | null, node: ts.Node): Join {
  const earlier = fields.definite.get(x.name);
  const loaded = (source: Expr, type: Type): Expr => b.settle(load(field(source, x.name), type), node, x.name);
  if (earlier !== undefined) {
    const type = joined(b, typeOf(earlier), x, node);
    const join = b.declare(x.name, type, node, earlier);
    return { take: (source) => b.assign(join, loaded(source, sameType(type, typeOf(earlier)) ? type : x.type), node), done: () => fields.set(x.name, use(join)) };
  }
  const value = b.declare(x.name, orUndefined(x.type), node);
  const exists = known === null ? b.declare("exists", BOOLEAN, node, constant(false)) : null;
  const take = (source: Expr): void => {
    b.assign(value, loaded(source, x.type), node);
    if (exists !== null) b.assign(exists, constant(true), node);
  };
  return { take, done: () => fields.offer({ name: x.name, exists: exists === null ? known ?? constant(true) : use(exists), value: use(value) }) };
}

/** the type of a field that is one or the other: as TypeScript has it, a present field holds no undefined */
function joined(b: Body, earlier: Type, x: Field, node: ts.Node): Type {
  if (sameType(earlier, present(x.type))) return earlier;
  const whole = ts.isSpreadAssignment(node) ? b.typeOf(node.parent) : ts.isCallExpression(node) ? b.typeOf(node) : VOID;
  return (whole.kind === "struct" ? whole.fields.find((y) => y.name === x.name)?.type : undefined) ?? x.type;
}

/** the type whose fields are copied, once it is sure that all of them are known and are plain values */
function spreadType(b: Body, type: Type, node: ts.Expression, property: Spreading): StructType | null {
  const seen = b.checker.getNonNullableType(b.checker.getTypeAtLocation(node));
  const isCode = (x: ts.Symbol): boolean => x.valueDeclaration !== undefined && ((x.flags & ts.SymbolFlags.Accessor) !== 0 || (ts.isMethodDeclaration(x.valueDeclaration) && saysThis(x.valueDeclaration)));
  if (type.kind === "struct" && !type.isClass && !b.checker.getPropertiesOfType(seen).some(isCode)) return type;
  // a class that fits an interface is not in TypeScript's name for it
  const classes = type.kind === "union" ? type.members.filter((x) => x.kind === "struct") : [];
  b.report(refusals.unspreadableObject(spanOf(property), classes.length > 0 ? describe(b, classes) : b.checker.typeToString(seen)));
  return null;
}

/** does a function say `this`, itself or in arrow functions? */
export const saysThis = (node: ts.Node): boolean =>
  ts.forEachChild(node, (x) => (x.kind === ts.SyntaxKind.ThisKeyword || (!ts.isFunctionDeclaration(x) && !ts.isFunctionExpression(x) && !ts.isClassLike(x) && !ts.isMethodDeclaration(x) && saysThis(x)) ? true : undefined)) === true;

/** `{}`, `undefined`, `null` and `false` spread nothing */
const isNothing = (node: ts.Expression): boolean =>
  (ts.isObjectLiteralExpression(node) && node.properties.length === 0) || node.kind === ts.SyntaxKind.NullKeyword || node.kind === ts.SyntaxKind.FalseKeyword || (ts.isIdentifier(node) && node.text === "undefined");

/** `x` of `x ?? {}` and `x || {}` */
function withoutNothing(node: ts.Expression): ts.Expression {
  const isFallback = ts.isBinaryExpression(node) && (node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken || node.operatorToken.kind === ts.SyntaxKind.BarBarToken);
  return isFallback && isNothing(bare(node.right)) ? bare(node.left) : node;
}
