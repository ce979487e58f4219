// Loops: general headers whose `before` holds whatever the condition does. Variables of a `for` header that closures of the
// body capture are copied per trip, which is what JavaScript does for all of them.
import { ts } from "ts-morph";
import type { Expr, Target, Type, Var } from "../../ir/ir.ts";
import { BOOLEAN, define, isConst, STRING, typeOf, use } from "../../ir/build.ts";
import { bare, spanOf } from "../nodes.ts";
import { assignPiece, declaration } from "./binding.ts";
import type { Body, Jump, Walk } from "./body.ts";
import { type Iterable, iterable, iterated, liveLoop, materialize } from "./iterate.ts";
import { isSet, present } from "../../ir/facts.ts";
import { entryAt, type Keyed, keyed, shown } from "./entries.ts";
import { keyLoop, mayChange, mayReplace } from "./keyed.ts";
import * as refusals from "../../diagnostics/catalog.ts";
import { isFunctionLike, scan } from "./scan.ts";
import { isUnder } from "./tree.ts";
import { visitorOf } from "./visitor.ts";
import { literal, start } from "./walk.ts";

interface Loop {
  readonly node: ts.IterationStatement;
  readonly labels: readonly string[];
  readonly test: ts.Expression | undefined;
  readonly testFirst: boolean;
  readonly update: ts.Expression | undefined;
  /** variables that the body sees a copy of */
  readonly perTrip: readonly ts.Symbol[];
}

function loop(b: Body, { node, labels, test, testFirst, update, perTrip }: Loop): void {
  const origin = b.origin(node);
  const target: Target = { label: labels[0] ?? "loop" };
  const tests: Expr[] = [];
  const before = b.block(() => { if (test !== undefined) tests.push(b.condition(test)); });
  const jump: Jump = { labels, plain: true, break: { kind: "break", target }, continue: { kind: "continue", target } };
  const body = b.block(() => (perTrip.length === 0 ? inside(b, jump, node.statement) : copied(b, jump, node, perTrip)));
  const after = b.block(() => { if (update !== undefined) b.effect(update); });
  const [found] = tests;
  const always = found !== undefined && isConst(found, true);
  b.emit({ kind: "loop", header: { kind: "general", target, before, test: found === undefined || always ? null : found, testFirst, update: after }, body, origin });
}

function inside(b: Body, jump: Jump, statement: ts.Statement): void {
  b.jumps.push(jump);
  b.visitors.statement(b, statement);
  b.jumps.pop();
}

/** the body with copies of the header's variables, written back where the body assigns them */
function copied(b: Body, jump: Jump, node: ts.IterationStatement, symbols: readonly ts.Symbol[]): void {
  const { assigned } = scan(node.statement, b.checker);
  const copies = symbols.flatMap((symbol): { readonly symbol: ts.Symbol; readonly outer: Var; readonly own: Var }[] => {
    const outer = b.lookup(symbol);
    return outer === undefined ? [] : [{ symbol, outer, own: b.unit.supply.fresh(outer.name, outer.type, assigned.has(symbol)) }];
  });
  for (const { symbol, outer, own } of copies) {
    b.emit(define(own, use(outer), b.origin(node)));
    b.bind(symbol, own);
  }
  const written = copies.filter((x) => x.own.mutable);
  if (written.length === 0) inside(b, jump, node.statement);
  else {
    const trip: Target = { label: "trip" };
    const body = b.block(() => inside(b, { ...jump, continue: { kind: "break", target: trip } }, node.statement));
    b.emit({ kind: "block", target: trip, body, landing: [], origin: b.origin(node) });
    for (const { outer, own } of written) b.assign(outer, use(own), node);
  }
  for (const { symbol, outer } of copies) b.bind(symbol, outer);
}

export function whileStatement(b: Body, node: ts.WhileStatement, labels: readonly string[]): void {
  loop(b, { node, labels, test: node.expression, testFirst: true, update: undefined, perTrip: [] });
}

export function doStatement(b: Body, node: ts.DoStatement, labels: readonly string[]): void {
  loop(b, { node, labels, test: node.expression, testFirst: false, update: undefined, perTrip: [] });
}

// ---------------------------------------------------------------------------------------------------- for

export function forStatement(b: Body, node: ts.ForStatement, labels: readonly string[]): void {
  const { initializer } = node;
  if (initializer !== undefined && ts.isVariableDeclarationList(initializer)) for (const x of initializer.declarations) declaration(b, x);
  else if (initializer !== undefined) b.effect(initializer);
  loop(b, { node, labels, test: node.condition, testFirst: true, update: node.incrementor, perTrip: captured(b, node) });
}

/** the variables of the header that change and that a function in the body refers to */
function captured(b: Body, node: ts.ForStatement): readonly ts.Symbol[] {
  const { initializer } = node;
  if (initializer === undefined || !ts.isVariableDeclarationList(initializer) || (initializer.flags & ts.NodeFlags.Let) === 0) return [];
  const { assigned } = b.unit.facts(node);
  const symbols = initializer.declarations.flatMap((x) => {
    const symbol = ts.isIdentifier(x.name) ? b.symbolOf(x.name) : undefined;
    return symbol !== undefined && assigned.has(symbol) ? [symbol] : [];
  });
  for (const part of [node.condition, node.incrementor]) {
    const seen = part === undefined ? undefined : symbols.find((x) => isCaptured(b, part, x));
    if (seen !== undefined && part !== undefined) b.report(refusals.loopHeaderClosure(spanOf(part), seen.name));
  }
  return symbols.filter((x) => isCaptured(b, node.statement, x));
}

const isCaptured = (b: Body, root: ts.Node, symbol: ts.Symbol): boolean =>
  isUnder(root, (f) => isFunctionLike(f) && isUnder(f, (x) => ts.isIdentifier(x) && x.text === symbol.name && b.symbolOf(x) === symbol));

// ---------------------------------------------------------------------------------------------------- for…of

export function forOfStatement(b: Body, node: ts.ForOfStatement, labels: readonly string[]): void {
  if (node.awaitModifier !== undefined) return b.report(refusals.asyncFunction(spanOf(node)));
  const { initializer } = node;
  const target = ts.isVariableDeclarationList(initializer) ? initializer.declarations[0]?.name : initializer;
  if (target === undefined) return;
  const walk = b.visitors.walk(b, node.expression);
  if (walk !== null) return walkLoop(b, node, walk, labels, target);
  const found = iterable(b, node.expression);
  if (found === null) return b.report(refusals.notIterable(spanOf(node.expression), b.checker.typeToString(b.checker.getTypeAtLocation(node.expression))));
  const source = found.kind === "keyed" && found.isListed === true && found.shows !== "keys" && mayReplace(b, node.statement, present(typeOf(found.of))) ? listedNow(b, found, node) : found;
  // of a set both halves of the pair are the element, which has a derivative where a key has none
  const isOwnKey = isSet(typeOf(source.kind === "keyed" ? source.of : source.array));
  if (source.kind === "keyed") return keyLoop(b, node, source, source.isListed !== true && mayChange(b, node.statement, node.expression), labels, (key, jump) => {
    if (source.shows === "entries" && !isOwnKey && ts.isArrayBindingPattern(target)) entry(b, target, key, entryAt(b, source.of, key, source.value, false, node));
    else assignPiece(b, target, () => shown(b, source, key, node), initializer);
    inside(b, jump, node.statement);
  });
  liveLoop(b, node, source.array, labels, (index, jump) => {
    if (source.kind === "entries" && ts.isArrayBindingPattern(target)) entry(b, target, index, iterated(b, { ...source, kind: "elements" }, index, node));
    else assignPiece(b, target, () => iterated(b, source, index, node), initializer);
    inside(b, jump, node.statement);
  });
}

/** values and entries as they are before the loop, which may replace them */
function listedNow(b: Body, source: Keyed, node: ts.ForOfStatement): Iterable {
  const type: Type = { kind: "array", array: "Array", element: source.element };
  return { kind: "elements", array: b.settle(materialize(b, source, type, node), node, "list"), element: source.element };
}

/** the body becomes the function that is called with each value */
function walkLoop(b: Body, node: ts.ForOfStatement, walk: Walk, labels: readonly string[], pattern: ts.BindingName | ts.Expression): void {
  const target: Target = { label: labels[0] ?? "loop" };
  const jump: Jump = { labels, plain: true, break: { kind: "break", target }, continue: { kind: "continue", target } };
  const value = b.unit.supply.fresh(ts.isIdentifier(pattern) ? pattern.text : "value", walk.element);
  const body = b.block(() => {
    assignPiece(b, pattern, () => use(value), node.initializer);
    inside(b, jump, node.statement);
  });
  const { visitor, escapes } = visitorOf(b, body, target, node);
  start(b, walk, literal(b, "visit", [value], visitor, BOOLEAN, node), node);
  escapes();
}

/** the keys as they are at the start, integers first; what is deleted before its turn is left out */
export function forInStatement(b: Body, node: ts.ForInStatement, labels: readonly string[]): void {
  const type = present(b.typeOf(bare(node.expression)));
  const isWalkable = type.kind === "array" || type.kind === "tuple" || (type.kind === "struct" && !type.isClass) || (type.kind === "map" && type.container === "Object");
  if (!isWalkable) return b.report(refusals.forInLoop(spanOf(node), b.checker.typeToString(b.checker.getTypeAtLocation(node.expression))));
  const { initializer } = node;
  const target = ts.isVariableDeclarationList(initializer) ? initializer.declarations[0]?.name : initializer;
  const source = keyed(b, b.atom(node.expression), "keys", STRING, node);
  if (target === undefined) return;
  keyLoop(b, node, source, mayChange(b, node.statement, null), labels, (key, jump) => {
    assignPiece(b, target, () => key, initializer);
    inside(b, jump, node.statement);
  });
}

/** `const [i, x] of a.entries()` without the pair */
function entry(b: Body, pattern: ts.ArrayBindingPattern, index: Expr, value: Expr): void {
  const [first, second] = pattern.elements;
  const take = (element: ts.ArrayBindingElement | undefined, item: Expr): void => {
    if (element !== undefined && !ts.isOmittedExpression(element)) assignPiece(b, element.name, () => item, element);
  };
  take(first, index);
  take(second, value);
}
