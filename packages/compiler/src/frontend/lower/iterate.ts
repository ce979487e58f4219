// Loops that count, and what can be iterated: arrays, tuples, typed arrays, their keys(), values() and entries(), strings, keyed data.
// Guarantees JavaScript's iteration: the length is looked at again before every trip.
import { ts } from "ts-morph";
import type { Expr, Target, Type } from "../../ir/ir.ts";
import { BOOLEAN, length, load, op, REAL, STRING, typeOf, use, ZERO } from "../../ir/build.ts";
import { bare } from "../nodes.ts";
import type { Body, Jump } from "./body.ts";
import { elementType, type Keyed, keyedIterable, shown } from "./entries.ts";
import { present } from "../../ir/facts.ts";

export type Iterable =
  | { readonly kind: "elements"; readonly array: Expr; readonly element: Type }
  | { readonly kind: "keys"; readonly array: Expr; readonly element: Type }
  | { readonly kind: "entries"; readonly array: Expr; readonly element: Type }
  | Keyed;

export interface Counting {
  readonly from: Expr;
  readonly step: 1 | -1;
  /** emits what the test needs; given the index as an atom, gives the test as an atom */
  readonly test: (index: Expr) => Expr;
  readonly labels?: readonly string[];
}

/** `for (let i = from; test(i); i += step) body(i)`; `jump` is for the body's own exits */
export function countingLoop(b: Body, node: ts.Node, counting: Counting, body: (index: Expr, jump: Jump) => void): void {
  const index = b.declare("i", REAL, node, counting.from);
  const target: Target = { label: counting.labels?.[0] ?? "loop" };
  const tests: Expr[] = [];
  const before = b.block(() => { tests.push(counting.test(b.settle(use(index), node))); });
  const update = b.block(() => {
    const old = b.settle(use(index), node);
    b.assign(index, op(counting.step === 1 ? "+" : "-", [old, { kind: "const", value: 1 }]), node);
  });
  const jump: Jump = { labels: counting.labels ?? [], plain: true, break: { kind: "break", target }, continue: { kind: "continue", target } };
  const inside = b.block(() => body(b.settle(use(index), node), jump));
  b.emit({ kind: "loop", header: { kind: "general", target, before, test: tests[0] ?? null, testFirst: true, update }, body: inside, origin: b.origin(node) });
}

/** a loop over the indices that an array has when their turn comes */
export function liveLoop(b: Body, node: ts.Node, array: Expr, labels: readonly string[], body: (index: Expr, jump: Jump) => void): void {
  const test = (index: Expr): Expr => {
    const count = b.settle(length(array), node);
    return b.settle(op("<", [index, count], BOOLEAN), node);
  };
  countingLoop(b, node, { from: ZERO, step: 1, test, labels }, body);
}

export const lengthNow = (b: Body, array: Expr, node: ts.Node): Expr => b.settle(length(array), node);

/** a loop over the first `count` indices */
export function fixedLoop(b: Body, node: ts.Node, count: Expr, body: (index: Expr, jump: Jump) => void, from: Expr = ZERO): void {
  countingLoop(b, node, { from, step: 1, test: (index) => b.settle(op("<", [index, count], BOOLEAN), node) }, body);
}

/** evaluates what is iterated; null (nothing emitted) where it cannot be */
export function iterable(b: Body, given: ts.Expression): Iterable | null {
  const node = bare(given);
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression) && node.arguments.length === 0) {
    const { name } = node.expression;
    const owner = present(b.typeBehind(node.expression.expression));
    if ((owner.kind === "array" || owner.kind === "tuple") && (name.text === "keys" || name.text === "entries" || name.text === "values")) {
      return { kind: name.text === "values" ? "elements" : name.text, array: b.atom(node.expression.expression), element: elementType(owner) };
    }
  }
  const entries = keyedIterable(b, given);
  if (entries !== null) return entries;
  const type = present(b.typeBehind(given));
  const walk = type.kind === "function" || type.kind === "struct" || type.kind === "union" ? b.visitors.walk(b, given) : null;
  if (walk !== null) return { kind: "elements", array: b.visitors.collect(b, walk, node, null), element: walk.element };
  if (type.kind === "array" || type.kind === "tuple") return { kind: "elements", array: b.atom(given), element: elementType(type) };
  if (type.kind !== "string") return null;
  const letters = b.unit.supply.fresh("letters", { kind: "array", array: "Array", element: STRING });
  b.emit({ kind: "call", callee: { kind: "external", name: "Array.from", cell: null }, args: [b.atom(given)], result: letters, origin: b.origin(node) });
  return { kind: "elements", array: use(letters), element: STRING };
}

/** what one trip receives */
export function iterated(b: Body, source: Iterable, index: Expr, node: ts.Node): Expr {
  switch (source.kind) {
    case "keys": return index;
    case "keyed": return shown(b, source, b.settle(load({ kind: "element", base: source.array, index }, source.key), node, "key"), node);
    case "elements": return load({ kind: "element", base: source.array, index }, source.element);
    case "entries": {
      const value = b.settle(load({ kind: "element", base: source.array, index }, source.element), node);
      return { kind: "array", elements: [{ value: index, spread: false }, { value, spread: false }], type: { kind: "tuple", elements: [REAL, source.element] } };
    }
  }
}

/** a fresh array of what is iterated */
export function materialize(b: Body, source: Iterable, type: Type, node: ts.Node): Expr {
  if (source.kind === "keyed" && source.shows === "keys") return source.array;
  if (source.kind === "elements") return { kind: "copy", source: source.array, start: null, end: null, type };
  const count = b.settle(length(source.array), node);
  // a tuple that is filled in a loop has no positions of its own
  const list: Type = type.kind === "tuple" ? { kind: "array", array: "Array", element: elementType(type) } : type;
  const made = b.define("list", { kind: "new", length: count, zeroed: false, type: list }, node);
  fixedLoop(b, node, count, (index) => {
    const value = b.settle(iterated(b, source, index, node), node);
    b.emit({ kind: "store", place: { kind: "element", base: use(made), index }, value, origin: b.origin(node) });
  });
  return use(made);
}

/** may evaluating the expression change an array that was spread before it? */
export function hasEffects(node: ts.Node): boolean {
  if (ts.isFunctionLike(node)) return false;
  if (ts.isCallExpression(node) || ts.isNewExpression(node) || ts.isTaggedTemplateExpression(node) || ts.isDeleteExpression(node) || ts.isYieldExpression(node)) return true;
  if (ts.isPostfixUnaryExpression(node)) return true;
  if (ts.isPrefixUnaryExpression(node) && (node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken)) return true;
  if (ts.isBinaryExpression(node) && node.operatorToken.kind >= ts.SyntaxKind.FirstAssignment && node.operatorToken.kind <= ts.SyntaxKind.LastAssignment) return true;
  return ts.forEachChild(node, (x) => hasEffects(x) || undefined) ?? false;
}

/** the elements of a spread as they are now: what is evaluated after it may change the array */
export function spreadNow(b: Body, array: Expr, later: readonly ts.Node[], node: ts.Node): Expr {
  if (!later.some(hasEffects)) return array;
  return b.settle({ kind: "copy", source: array, start: null, end: null, type: present(typeOf(array)) }, node);
}
