// Maps and sets: their methods, how they are made, and how keys are walked, those of records and objects included.
// Guarantees JavaScript's order and its live iteration: a loop whose body may add or remove entries asks the iterator for every
// key; any other walks the keys as they are at its start.
import { ts } from "ts-morph";
import type { Expr, MapType, Target, Type } from "../../ir/ir.ts";
import { BOOLEAN, constant, element, load, op, REAL, typeOf, UNDEFINED, use, ZERO } from "../../ir/build.ts";
import { carriesNumbers, orUndefined, present } from "../../ir/facts.ts";
import { printType } from "../../ir/print.ts";
import { bare, spanOf } from "../nodes.ts";
import { isLibraryFile } from "../type-parts.ts";
import { newArray } from "./array-make.ts";
import { type Body, type Jump, type Want } from "./body.ts";
import { callback } from "./callee.ts";
import { entryAt, isSet, type Keyed, keyed } from "./entries.ts";
import { iterable, iterated, liveLoop } from "./iterate.ts";
import { enclosingFunction, isAssignment } from "./scan.ts";
import * as refusals from "../../diagnostics/catalog.ts";
import { tallySet } from "./tally.ts";
import { eachNode, isUnder } from "./tree.ts";

const CHANGING: ReadonlySet<string> = new Set(["set", "add", "delete", "clear"]);

/** may the body of a loop add or remove entries of what it iterates over? So may a function value that it calls */
export function mayChange(b: Body, body: ts.Node, iterated: ts.Expression | null, seen: Set<ts.Node> = new Set()): boolean {
  if (seen.has(body)) return false;
  seen.add(body);
  return isUnder(body, (x) => {
    if (ts.isDeleteExpression(x)) return true;
    if (!ts.isCallExpression(x)) return false;
    const declaration = b.checker.getResolvedSignature(x)?.declaration;
    if (declaration === undefined) return true;
    if (isLibraryFile(declaration.getSourceFile().fileName)) return isChangingMethod(b, bare(x.expression)) && !(iterated !== null && leavesKeys(b, x, iterated, body));
    return !("body" in declaration) || declaration.body === undefined || mayChange(b, declaration, null, seen);
  });
}

/** may the body of a loop put something else into entries of an object of this type? */
export function mayReplace(b: Body, body: ts.Node, owner: Type, seen: Set<ts.Node> = new Set()): boolean {
  if (seen.has(body)) return false;
  seen.add(body);
  const isOwner = (x: ts.Expression): boolean => {
    const { kind } = present(b.typeOf(bare(x)));
    return kind === owner.kind || kind === "union" || kind === "opaque";
  };
  // the entry of this trip was read already
  const isRead = (x: ts.Expression): boolean => ts.isElementAccessExpression(x) && isLoopKey(b, x.argumentExpression, body);
  const isEntry = (x: ts.Node): boolean => (ts.isPropertyAccessExpression(x) || ts.isElementAccessExpression(x)) && isWritten(x) && isOwner(x.expression) && !isRead(x);
  return isUnder(body, (x) => {
    if (ts.isDeleteExpression(x) || isEntry(x)) return true;
    if (!ts.isCallExpression(x) && !ts.isNewExpression(x)) return false;
    const declaration = b.checker.getResolvedSignature(x)?.declaration;
    if (declaration === undefined) return true;
    if (isLibraryFile(declaration.getSourceFile().fileName)) return ts.isPropertyAccessExpression(x.expression) && x.expression.name.text === "assign";
    return !("body" in declaration) || declaration.body === undefined || mayReplace(b, declaration, owner, seen);
  });
}

/** does the call change another map, or an entry that is there? */
function leavesKeys(b: Body, call: ts.CallExpression, iterated: ts.Expression, body: ts.Node): boolean {
  const callee = bare(call.expression);
  const receiver = ts.isPropertyAccessExpression(callee) ? symbolOf(b, callee.expression) : undefined;
  const walked = bare(iterated);
  const source = symbolOf(b, ts.isCallExpression(walked) && ts.isPropertyAccessExpression(walked.expression) ? walked.expression.expression : walked);
  if (receiver === undefined || source === undefined) return false;
  if (receiver !== source) return isMadeLater(b, receiver, source, body);
  return ts.isPropertyAccessExpression(callee) && callee.name.text === "set" && call.arguments[0] !== undefined && isLoopKey(b, call.arguments[0], body);
}

const symbolOf = (b: Body, given: ts.Expression): ts.Symbol | undefined => {
  const node = bare(given);
  return ts.isIdentifier(node) ? b.symbolOf(node) : undefined;
};

/** is the expression the key that the loop around the body declares? */
function isLoopKey(b: Body, given: ts.Expression, body: ts.Node): boolean {
  const loop = body.parent;
  if (loop === undefined || !ts.isForOfStatement(loop) || !ts.isVariableDeclarationList(loop.initializer) || (loop.initializer.flags & ts.NodeFlags.Const) === 0) return false;
  const name = loop.initializer.declarations[0]?.name;
  const first = name !== undefined && ts.isArrayBindingPattern(name) ? name.elements[0] : undefined;
  const key = name === undefined ? undefined : ts.isIdentifier(name) ? name : first !== undefined && ts.isBindingElement(first) && ts.isIdentifier(first.name) ? first.name : undefined;
  return key !== undefined && symbolOf(b, given) === b.symbolOf(key) && !isUnder(body, (x) => ts.isCallExpression(x) && ts.isPropertyAccessExpression(x.expression) && (x.expression.name.text === "delete" || x.expression.name.text === "clear"));
}

/** is the one a constant made with `new`, around or in the body, since when the other was not assigned? Then they are two */
function isMadeLater(b: Body, made: ts.Symbol, other: ts.Symbol, body: ts.Node): boolean {
  const declaration = made.valueDeclaration;
  if (declaration === undefined || !ts.isVariableDeclaration(declaration) || (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) === 0) return false;
  if (declaration.initializer === undefined || !ts.isNewExpression(bare(declaration.initializer))) return false;
  const owner = enclosingFunction(declaration);
  const scope = declaration.parent.parent.parent;
  if (owner === null || owner !== enclosingFunction(body) || !isUnder(scope, (x) => x === body)) return false;
  let isLater = true;
  eachNode(owner, (x) => {
    if (!ts.isIdentifier(x) || x.text !== other.name || !isWritten(x) || b.symbolOf(x) !== other) return;
    const isBetween = x.getStart() > declaration.getStart() && x.getStart() < body.getEnd();
    if (isBetween || enclosingFunction(x) !== owner) isLater = false;
  });
  return isLater;
}

/** does the name stand on the left of an assignment? */
function isWritten(name: ts.Node): boolean {
  for (let at = name; at.parent !== undefined && ts.isExpression(at.parent); at = at.parent) {
    const { parent } = at;
    if (ts.isBinaryExpression(parent)) { if (isAssignment(parent.operatorToken.kind) && parent.left === at) return true; }
    else if (ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent)) return true;
    else if (!ts.isArrayLiteralExpression(parent) && !ts.isObjectLiteralExpression(parent) && !ts.isParenthesizedExpression(parent) && !ts.isNonNullExpression(parent) && !ts.isAsExpression(parent) && !ts.isSpreadElement(parent)) return false;
  }
  return ts.isShorthandPropertyAssignment(name.parent) || ts.isPropertyAssignment(name.parent);
}

function isChangingMethod(b: Body, callee: ts.Expression): boolean {
  return ts.isPropertyAccessExpression(callee) && CHANGING.has(callee.name.text) && b.types.of(b.checker.getTypeAtLocation(callee.expression)).kind !== "array";
}

/**
 * A loop over keys. `body` gets the key; where entries may come and go meanwhile a map is asked for one key after the other, and
 * keys of an object are looked up again before their turn.
 */
export function keyLoop(b: Body, node: ts.Node, source: Keyed, isChanging: boolean, labels: readonly string[], body: (key: Expr, jump: Jump) => void): void {
  const owner = present(typeOf(source.of));
  const isObject = owner.kind !== "map" || owner.container === "Object";
  if (isChanging && !isObject) return iteratorLoop(b, node, source, labels, body);
  liveLoop(b, node, source.array, labels, (index, jump) => {
    const key = b.settle(load(element(source.array, index), source.key), node, "key");
    if (!isChanging) return body(key, jump);
    const exists = b.settle(op("in", [key, source.of], BOOLEAN), node);
    b.branch(exists, () => body(key, jump), () => undefined, node);
  });
}

/** `const keys = m.keys(); for (;;) { const step = keys.next(); if (step.done) break; … }` */
function iteratorLoop(b: Body, node: ts.Node, source: Keyed, labels: readonly string[], body: (key: Expr, jump: Jump) => void): void {
  // keys out of an iterator are nobody's objects
  if (source.key.kind !== "real" && carriesNumbers(source.key)) return b.report(refusals.activeKeys(spanOf(node)));
  const shown = source.key.kind === "opaque" ? "any" : source.key.kind === "real" ? "number" : printType(source.key);
  const iterator = b.unit.supply.fresh("iterator", { kind: "opaque", text: `Iterator<${shown}, undefined>` });
  b.emit({ kind: "call", callee: { kind: "external", name: ".keys", cell: null, does: "iterate" }, args: [source.of], result: iterator, origin: b.origin(node) });
  const target: Target = { label: labels[0] ?? "loop" };
  const step = b.unit.supply.fresh("step", { kind: "opaque", text: `IteratorResult<${shown}, undefined>` });
  const tests: Expr[] = [];
  const before = b.block(() => {
    b.emit({ kind: "call", callee: { kind: "external", name: ".next", cell: null, does: "iterate" }, args: [use(iterator)], result: step, origin: b.origin(node) });
    const done = b.settle(load({ kind: "field", base: use(step), field: "done" }, BOOLEAN), node, "done");
    tests.push(b.settle(op("!", [done], BOOLEAN), node));
  });
  const jump: Jump = { labels, plain: true, break: { kind: "break", target }, continue: { kind: "continue", target } };
  const inside = b.block(() => body(b.settle(load({ kind: "field", base: use(step), field: "value" }, source.key), node, "key"), jump));
  b.emit({ kind: "loop", header: { kind: "general", target, before, test: tests[0] ?? null, testFirst: true, update: [] }, body: inside, origin: b.origin(node) });
}

// ---------------------------------------------------------------------------------------------------- methods

/** the element of a set becomes its own entry, once */
export function addElement(b: Body, set: Expr, type: MapType, value: Expr, node: ts.Node): void {
  const add = (): void => b.emit({ kind: "store", place: element(set, value), value, origin: b.origin(node) });
  if (type.value.kind !== "real") return add();
  const exists = b.settle(op(".has", [set, value], BOOLEAN), node, "exists");
  b.branch(exists, () => undefined, add, node);
}

/** a method of a map or set that is already there */
export function mapMethod(b: Body, node: ts.CallExpression, access: ts.PropertyAccessExpression, map: Expr, type: MapType, want: Want | null): Expr | null {
  const name = access.name.text;
  const args = node.arguments;
  const refuse = (help: string | null = null): Expr => b.refuse(refusals.unsupportedMethod(spanOf(access.name), type.container, name, help), node);
  if (args.some(ts.isSpreadElement)) return refuse("pass the arguments one by one");
  const [first, second] = args;
  switch (name) {
    case "get": case "has": case "delete": {
      const key = first === undefined ? UNDEFINED : b.atom(first);
      if (name === "has") return op(".has", [map, key], BOOLEAN);
      if (name === "delete") return remove(b, map, [key], node, want);
      const mayMiss = want?.asserted !== true;
      return load(element(map, key), mayMiss ? orUndefined(type.value) : present(type.value), mayMiss);
    }
    case "set": {
      if (first === undefined || second === undefined) return refuse();
      if (type.container === "Map" && tallySet(b, node, map)) return map;
      const key = b.atom(first);
      const value = b.typed(b.atom(second), type.value, second);
      b.emit({ kind: "store", place: element(map, key), value, origin: b.origin(node) });
      return map;
    }
    case "add": {
      if (first === undefined) return refuse();
      addElement(b, map, type, b.typed(b.atom(first), type.value, first), node);
      return map;
    }
    case "clear":
      b.emit({ kind: "mutate", operation: "clear", array: map, args: [], result: null, origin: b.origin(node) });
      return null;
    case "forEach": return forEach(b, node, map, type);
    case "keys": case "values": case "entries": return refuse("use it in a for…of loop, or spread it");
    default: return refuse();
  }
}

export function remove(b: Body, map: Expr, args: readonly Expr[], node: ts.Node, want: Want | null): Expr | null {
  const result = b.result(BOOLEAN, want, "removed");
  b.emit({ kind: "mutate", operation: "delete", array: map, args, result, origin: b.origin(node) });
  return result === null ? null : use(result);
}

function forEach(b: Body, node: ts.CallExpression, map: Expr, type: MapType): Expr | null {
  const [given, receiver] = node.arguments;
  if (given === undefined || receiver !== undefined) return b.refuse(refusals.unsupportedMethod(spanOf(node), type.container, "forEach", "pass one function"), node);
  const isChanging = mayChange(b, given, null);
  const each = callback(b, given, "callback");
  if (each === null) return UNDEFINED;
  const source = keyed(b, map, "values", type.value, node);
  keyLoop(b, node, source, isChanging, [], (key) => {
    const value = each.arity > 0 ? b.settle(entryAt(b, map, key, type.value, false, node), node) : UNDEFINED;
    each.call([value, isSet(type) ? value : key, map], node, null);
  });
  return null;
}

// ---------------------------------------------------------------------------------------------------- making

const CONTAINER = /^(?:Weak)?(?:Map|Set)$/;
export const isContainer = (name: string): boolean => CONTAINER.test(name);

/** `new Map(entries)`, `new Set(elements)` */
export function makeMap(b: Body, node: ts.NewExpression, want: Want): Expr {
  const into = want.into === null ? null : present(want.into.type);
  const own = present(b.typeOf(node));
  const contextual = b.checker.getContextualType(node);
  const expected = [into, contextual === undefined ? null : present(b.types.of(contextual))];
  const type = expected.find((x) => x?.kind === "map" && own.kind === "map" && x.container === own.container) ?? own;
  if (type.kind !== "map") return b.refuse(refusals.unsupportedFunction(spanOf(node), `new ${node.expression.getText()}`), node);
  const [given] = node.arguments ?? [];
  const literal = given === undefined ? null : bare(given);
  const put = (map: Expr, item: Expr): void => {
    if (isSet(type)) return addElement(b, map, type, item, node);
    const pair = present(typeOf(item));
    const part = (i: number): Expr => b.settle(load(element(item, constant(i)), pair.kind === "tuple" ? pair.elements[i] ?? REAL : pair.kind === "array" ? pair.element : REAL), node);
    b.emit({ kind: "store", place: element(map, part(0)), value: part(1), origin: b.origin(node) });
  };
  const make = (): Expr => use(newArray(b, { kind: "new", length: ZERO, zeroed: false, type }, want, isSet(type) ? "set" : "map", node));
  if (literal === null || literal.kind === ts.SyntaxKind.NullKeyword || (ts.isIdentifier(literal) && literal.text === "undefined")) return make();
  if (ts.isArrayLiteralExpression(literal) && literal.elements.every((x) => isItem(x, isSet(type)))) return ofLiteral(b, literal, type, make, node);
  const source = given === undefined ? null : iterable(b, given);
  if (source === null) return b.refuse(refusals.notIterable(spanOf(given ?? node), given === undefined ? "nothing" : b.checker.typeToString(b.checker.getTypeAtLocation(given))), node);
  const map = make();
  if (source.kind === "keyed" && source.shows === "entries" && !isSet(type)) {
    keyLoop(b, node, source, false, [], (key) => {
      const value = b.settle(entryAt(b, source.of, key, source.value, false, node), node);
      b.emit({ kind: "store", place: element(map, key), value, origin: b.origin(node) });
    });
  } else liveLoop(b, node, source.array, [], (index) => put(map, b.settle(iterated(b, source, index, node), node)));
  return map;
}

/** does the element of a literal show what is put in? */
function isItem(node: ts.Expression, isElement: boolean): boolean {
  if (isElement) return !ts.isSpreadElement(node) && !ts.isOmittedExpression(node);
  const pair = bare(node);
  return ts.isArrayLiteralExpression(pair) && pair.elements.length === 2 && pair.elements.every((x) => !ts.isSpreadElement(x) && !ts.isOmittedExpression(x));
}

/** everything is evaluated before the first entry is made */
function ofLiteral(b: Body, literal: ts.ArrayLiteralExpression, type: MapType, make: () => Expr, node: ts.NewExpression): Expr {
  const items = literal.elements.map((x) => {
    const at = bare(x);
    const parts = !isSet(type) && ts.isArrayLiteralExpression(at) ? at.elements : [x];
    return parts.map((part, i) => b.typed(b.atom(part), i === parts.length - 1 ? type.value : type.key, part));
  });
  const map = make();
  for (const [first, second] of items) {
    if (first === undefined) continue;
    if (isSet(type)) addElement(b, map, type, first, node);
    else if (second !== undefined) b.emit({ kind: "store", place: element(map, first), value: second, origin: b.origin(node) });
  }
  return map;
}
