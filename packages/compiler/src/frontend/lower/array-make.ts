// Arrays out of nothing or out of others: `new Float64Array(…)`, `Array(n)`, `Array.from`, `Array.of`, `X.from`, `X.of`.
import { ts } from "ts-morph";
import type { Expr, Type } from "../../ir/ir.ts";
import { BOOLEAN, constant, FALSE, length, load, ONE, op, REAL, typeOf, UNDEFINED, use, ZERO } from "../../ir/build.ts";
import { bare, spanOf } from "../nodes.ts";
import { lowerArguments } from "./arguments.ts";
import { arrayOverBuffer, isBuffer } from "./array-view.ts";
import { type Body, PLAIN, type Walk, type Want } from "./body.ts";
import { type Callback, callback } from "./callee.ts";
import { elementType } from "./entries.ts";
import { fixedLoop, type Iterable, iterable, iterated, materialize } from "./iterate.ts";
import { plainShape } from "./library.ts";
import { literal, start } from "./walk.ts";
import * as refusals from "../../diagnostics/catalog.ts";
import { present } from "../../ir/facts.ts";

type ArrayLike = Type & { readonly kind: "array" | "tuple" };

const isArrayLike = (type: Type): type is ArrayLike => type.kind === "array" || type.kind === "tuple";

/** the type of a new array: where it goes says more than `any[]` does */
function madeType(b: Body, node: ts.Expression): Type {
  const own = present(b.typeOf(node));
  if (own.kind !== "array" || own.element.kind !== "opaque") return own;
  const filled = filledWith(node);
  if (filled !== null) return { ...own, element: widened(b.typeOf(filled)) };
  const contextual = b.checker.getContextualType(node);
  const expected = contextual === undefined ? own : present(b.types.of(contextual));
  if (expected.kind === "array" && expected.element.kind !== "opaque") return expected;
  const { parent } = node;
  const symbol = ts.isVariableDeclaration(parent) && ts.isIdentifier(parent.name) ? b.symbolOf(parent.name) : undefined;
  return symbol === undefined ? own : b.declaredType(symbol, parent);
}

/** the `x` of `new Array(n).fill(x)` */
function filledWith(node: ts.Expression): ts.Expression | null {
  const { parent } = node;
  if (!ts.isPropertyAccessExpression(parent) || parent.name.text !== "fill" || !ts.isCallExpression(parent.parent) || parent.parent.expression !== parent) return null;
  return parent.parent.arguments[0] ?? null;
}

/** what can be stored there later too: an empty literal says nothing about its elements */
const widened = (type: Type): Type => (type.kind === "void" ? { kind: "opaque", text: "any" } : type);

/** `new Array(n)`, `Array(n)`, `new Array(a, b)` */
export function makeArray(b: Body, node: ts.CallExpression | ts.NewExpression, given: readonly ts.Expression[]): Expr {
  const type = madeType(b, node);
  const [only] = given;
  if (given.length === 1 && only !== undefined && !ts.isSpreadElement(only) && present(b.typeOf(only)).kind === "real") return { kind: "new", length: b.atom(only), zeroed: false, type };
  if (given.some(ts.isSpreadElement)) return b.refuse(refusals.spreadArgument(spanOf(node)), node);
  return { kind: "array", elements: given.map((x) => ({ value: b.atom(x), spread: false })), type };
}

/** `new Float64Array(n | array | buffer, …)` */
export function makeTypedArray(b: Body, node: ts.NewExpression): Expr {
  const type = present(b.typeOf(node));
  const [source] = node.arguments ?? [];
  if (source === undefined) return { kind: "new", length: ZERO, zeroed: false, type };
  if (isBuffer(b, source)) return arrayOverBuffer(b, node, type);
  const given = present(b.typeOf(source));
  if (given.kind === "real") return { kind: "new", length: b.atom(source), zeroed: false, type };
  if (isArrayLike(given)) return typedCopy(b, { kind: "elements", array: b.atom(source), element: elementType(given) }, type, node);
  return b.refuse(refusals.untypedCopy(spanOf(source), b.checker.typeToString(b.checker.getTypeAtLocation(source))), node);
}

function typedCopy(b: Body, source: Iterable, type: Type, node: ts.Expression): Expr {
  if (source.element.kind !== "real") return b.refuse(refusals.untypedCopy(spanOf(node), b.checker.typeToString(b.checker.getTypeAtLocation(node))), node);
  return materialize(b, source, type, node);
}

/** `Array.from`, `Array.of`, `Float64Array.from` and the like, `Array(n)`, `Array.isArray`; null if it is none of them */
export function staticArrayCall(b: Body, node: ts.CallExpression, name: string, want: Want | null): Expr | null {
  if (name === "Array") return makeArray(b, node, node.arguments);
  const [owner, member] = name.split(".");
  if (owner === undefined || !/^(\w+)?Array$/.test(owner)) return null;
  if (member === "of") {
    const type = present(b.typeOf(node));
    const isTyped = type.kind === "array" && type.array !== "Array";
    const [listed] = lowerArguments(b, node.arguments, { ...plainShape(0), rest: isTyped ? { kind: "array", array: "Array", element: REAL } : type }, node);
    return listed === undefined ? UNDEFINED : isTyped ? { kind: "copy", source: listed, start: null, end: null, type } : listed;
  }
  return member === "from" ? from(b, node, want) : null;
}

function from(b: Body, node: ts.CallExpression, want: Want | null): Expr {
  const [source, map] = node.arguments;
  const type = madeType(b, node);
  if (source === undefined || node.arguments.length > 2) return b.refuse(refusals.unsupportedMethod(spanOf(node), "Array", "from"), node);
  const count = lengthOf(source);
  if (count !== null) {
    const trips = b.atom(count, { ...PLAIN, hint: "length" });
    if (map === undefined) return { kind: "new", length: trips, zeroed: false, type };
    const each = callback(b, map, "callback");
    return each === null ? UNDEFINED : fill(b, trips, each, () => UNDEFINED, type, node, want);
  }
  const behind = present(b.typeBehind(source));
  // of typed arrays everything is collected before anything is mapped
  const isLazy = map !== undefined && type.kind === "array" && type.array === "Array" && (behind.kind === "function" || behind.kind === "struct" || behind.kind === "union");
  const walk = isLazy ? b.visitors.walk(b, source) : null;
  if (walk !== null && map !== undefined) return mapped(b, walk, map, type, node, want);
  const items = iterable(b, source);
  if (items === null) return b.refuse(refusals.notIterable(spanOf(source), b.checker.typeToString(b.checker.getTypeAtLocation(source))), node);
  if (map === undefined) return type.kind === "array" && type.array !== "Array" ? typedCopy(b, items, type, node) : materialize(b, items, type, node);
  const each = callback(b, map, "callback");
  if (each === null) return UNDEFINED;
  const total = b.settle(length(items.array), node);
  return fill(b, total, each, (index) => iterated(b, items, index, node), type, node, want);
}

/** what a generator yields is mapped before it goes on */
function mapped(b: Body, walk: Walk, map: ts.Expression, type: Type, node: ts.Expression, want: Want | null): Expr {
  const each = callback(b, map, "callback");
  if (each === null) return UNDEFINED;
  const made = newArray(b, { kind: "array", elements: [], type }, want, "list", node);
  const count = each.arity > 1 ? b.declare("index", REAL, node, ZERO) : null;
  const value = b.unit.supply.fresh("value", walk.element);
  const body = b.block(() => {
    const index = count === null ? UNDEFINED : b.settle(use(count), node);
    const item = b.settle(each.call([use(value), index], node, PLAIN) ?? UNDEFINED, node);
    b.emit({ kind: "mutate", operation: "push", array: use(made), args: [item], result: null, origin: b.origin(node) });
    if (count !== null) b.assign(count, op("+", [index, ONE]), node);
    b.exit({ kind: "return", value: FALSE }, node);
  });
  start(b, walk, literal(b, "visit", [value], body, BOOLEAN, node), node);
  return use(made);
}

/** the `n` of `{ length: n }` */
function lengthOf(given: ts.Expression): ts.Expression | null {
  const node = bare(given);
  const [only] = ts.isObjectLiteralExpression(node) ? node.properties : [];
  if (only === undefined || !ts.isObjectLiteralExpression(node) || node.properties.length !== 1) return null;
  if (ts.isShorthandPropertyAssignment(only) && only.name.text === "length") return only.name;
  return ts.isPropertyAssignment(only) && ts.isIdentifier(only.name) && only.name.text === "length" ? only.initializer : null;
}

function fill(b: Body, count: Expr, each: Callback, item: (index: Expr) => Expr, type: Type, node: ts.Expression, want: Want | null): Expr {
  const made = newArray(b, { kind: "new", length: count, zeroed: false, type }, want, "list", node);
  fixedLoop(b, node, count, (index) => {
    const args = [each.arity > 0 ? b.settle(item(index), node) : UNDEFINED, index];
    const value = each.call(args, node, PLAIN) ?? UNDEFINED;
    b.emit({ kind: "store", place: { kind: "element", base: use(made), index }, value: b.settle(value, node), origin: b.origin(node) });
  });
  return use(made);
}

/** the variable of a new array: the one about to be declared, where there is one */
export function newArray(b: Body, value: Expr, want: Want | null, hint: string, node: ts.Node): ReturnType<Body["define"]> {
  const into = want?.into ?? null;
  if (into === null) return b.define(want?.hint ?? hint, value, node);
  b.emit({ kind: "let", variable: into, value, origin: b.origin(node) });
  return into;
}

/** an index as `at` and its kin take it: negative ones count from the end */
export function relativeIndex(b: Body, array: Expr, index: Expr, node: ts.Node): Expr {
  const count = (): Expr => b.settle(length(array), node);
  if (index.kind === "const" && typeof index.value === "number") {
    const whole = Math.trunc(index.value);
    return whole >= 0 ? constant(whole) : b.settle(op("-", [count(), constant(-whole)]), node, "last");
  }
  const whole = b.settle(op("Math.trunc", [index]), node);
  const result = b.declare("index", typeOf(whole), node, whole);
  const isNegative = b.settle(op("<", [whole, ZERO], { kind: "boolean" }), node);
  b.branch(isNegative, () => { b.assign(result, op("+", [whole, count()]), node); }, () => undefined, node);
  return b.settle(use(result), node);
}

export const elementAt = (array: Expr, index: Expr, type: Type, mayMiss = false): Expr => load({ kind: "element", base: array, index }, type, mayMiss);
