// Methods of arrays and typed arrays that call no function: copies, in-place operations, access. The rest is in array-loop.ts.
import { ts } from "ts-morph";
import type { Element, Expr, MutationName, Type } from "../../ir/ir.ts";
import { BOOLEAN, constant, element, length, load, ONE, op, REAL, typeOf, UNDEFINED, use, ZERO } from "../../ir/build.ts";
import { orUndefined, present } from "../../ir/facts.ts";
import { spanOf } from "../nodes.ts";
import { isSparse, LOOPS, type MethodCall } from "./array-loop.ts";
import { elementAt, newArray, relativeIndex } from "./array-make.ts";
import { sort, toSorted } from "./array-sort.ts";
import { subarray } from "./array-view.ts";
import type { Body, Want } from "./body.ts";
import { elementType } from "./entries.ts";
import { fixedLoop, iterable, materialize } from "./iterate.ts";
import { external } from "./library.ts";
import { holdsSparse } from "./sparse.ts";
import * as refusals from "../../diagnostics/catalog.ts";

type Method = (m: MethodCall) => Expr | null;

export function arrayMethod(b: Body, node: ts.CallExpression, access: ts.PropertyAccessExpression, array: Expr, type: MethodCall["type"], want: Want | null): Expr | null {
  const name = access.name.text;
  const method = LOOPS.get(name) ?? METHODS.get(name);
  if (method === undefined) return b.refuse(refusals.unsupportedMethod(spanOf(access.name), "Array", name), node);
  return method({ b, node, name, array, type: knownType(array, type), want, args: [...node.arguments], sparse: type.kind === "array" && type.array === "Array" && isSparse(b, access.expression, node.arguments) });
}

/** `Array(n).fill(0)` is an `any[]` to TypeScript, and an array of numbers here */
function knownType(array: Expr, type: MethodCall["type"]): MethodCall["type"] {
  const seen = present(typeOf(array));
  return type.kind === "array" && type.element.kind === "opaque" && seen.kind === "array" ? seen : type;
}

const refuse = (m: MethodCall, help: string | null = null): Expr => m.b.refuse(refusals.unsupportedMethod(spanOf(m.node), "Array", m.name, help), m.node);

/** the arguments as atoms, in order; null after refusing a spread */
function atoms(m: MethodCall): readonly Expr[] | null {
  if (m.args.some(ts.isSpreadElement)) {
    refuse(m, "pass the elements one by one");
    return null;
  }
  return m.args.map((x) => m.b.atom(x));
}

function mutate(m: MethodCall, operation: MutationName, args: readonly Expr[], result: Type | null = null): Expr | null {
  const variable = result === null || m.want === null ? null : m.want.into ?? m.b.unit.supply.fresh(m.want.hint ?? RESULTS.get(operation) ?? "removed", result);
  m.b.emit({ kind: "mutate", operation, array: m.array, args, result: variable, origin: m.b.origin(m.node) });
  return variable === null ? null : use(variable);
}

const RESULTS: ReadonlyMap<MutationName, string> = new Map([["pop", "last"], ["shift", "first"]]);

/** in place, giving the array itself */
const inPlace = (operation: MutationName, most: number): Method => (m) => {
  const args = atoms(m);
  if (args === null) return UNDEFINED;
  if (args.length > most) return refuse(m);
  mutate(m, operation, args);
  return m.array;
};

/** `pop`, `shift` */
const removal = (operation: "pop" | "shift"): Method => (m) => {
  const element = elementType(m.type);
  return mutate(m, operation, [], m.want?.asserted === true ? present(element) : orUndefined(element));
};

const push: Method = (m) => {
  const { b, node, array, want } = m;
  const single = (value: Expr): void => { mutate(m, "push", [value]); };
  if (!m.args.some(ts.isSpreadElement)) {
    const values = m.args.map((x) => b.atom(x));
    values.forEach(single);
    return want === null ? null : length(array);
  }
  const items = m.args.map((x) => (ts.isSpreadElement(x) ? spreadSource(m, x) : { value: b.atom(x), spread: false }));
  // how much there is of each is known before the first push: it may be the array itself that is spread
  const counted = items.map(({ value, spread }) => ({ value, count: spread && fixedElements(value) === null ? b.settle(length(value), node) : null, fixed: spread ? fixedElements(value) : null }));
  for (const { value, count, fixed } of counted) {
    if (fixed !== null) fixed.forEach((type, k) => { single(b.settle(load(element(value, constant(k)), type), node)); });
    else if (count === null) single(value);
    else fixedLoop(b, node, count, (index) => single(b.settle(elementAt(value, index, elementOf(value)), node)));
  }
  return want === null ? null : length(array);
};

/** up to here what is spread from a tuple is written out */
const MOST_ELEMENTS = 16;

/** the types of a tuple's elements */
function fixedElements(e: Expr): readonly Type[] | null {
  const t = typeOf(e);
  return t.kind === "tuple" && t.elements.length <= MOST_ELEMENTS ? t.elements : null;
}

function elementOf(array: Expr): Type {
  const type = present(typeOf(array));
  return type.kind === "array" || type.kind === "tuple" ? elementType(type) : REAL;
}

function spreadSource(m: MethodCall, node: ts.SpreadElement): Element {
  const source = iterable(m.b, node.expression);
  if (source?.kind === "elements") return { value: source.array, spread: true };
  if (source?.kind === "keyed") return { value: m.b.settle(materialize(m.b, source, { kind: "array", array: "Array", element: source.element }, node), node), spread: true };
  m.b.report(refusals.notIterable(spanOf(node), m.b.checker.typeToString(m.b.checker.getTypeAtLocation(node.expression))));
  return { value: UNDEFINED, spread: false };
}

/** what is inserted, evaluated once */
function itemsOf(m: MethodCall, given: readonly ts.Expression[]): Expr {
  const elements = given.map((x): Element => (ts.isSpreadElement(x) ? spreadSource(m, x) : { value: m.b.atom(x), spread: false }));
  return use(m.b.define("items", { kind: "array", elements, type: { kind: "array", array: "Array", element: elementType(m.type) } }, m.node));
}

/** inserts one by one what was spread */
function insertAll({ b, node, array, type }: MethodCall, items: Expr, at: Expr): void {
  fixedLoop(b, node, b.settle(length(items), node), (k) => {
    const value = b.settle(elementAt(items, k, elementType(type)), node);
    const to = at.kind === "const" && at.value === 0 ? k : b.settle(op("+", [at, k]), node, "to");
    b.emit({ kind: "mutate", operation: "splice", array, args: [to, ZERO, value], result: null, origin: b.origin(node) });
  });
}

const unshift: Method = (m) => {
  if (m.args.some(ts.isSpreadElement)) {
    insertAll(m, itemsOf(m, m.args), ZERO);
    return m.want === null ? null : length(m.array);
  }
  const args = atoms(m);
  if (args === null) return UNDEFINED;
  if (args.length > 0) mutate(m, "unshift", args);
  return m.want === null ? null : length(m.array);
};

/** `a.splice(start, count, ...b)`: removes, then inserts */
function spliceSpread(m: MethodCall): Expr | null {
  const { b, node, array } = m;
  const [start, count, ...given] = m.args;
  if (start === undefined || count === undefined || ts.isSpreadElement(start) || ts.isSpreadElement(count)) return refuse(m, "pass start and count one by one");
  const range = [b.atom(start), b.atom(count)] as const;
  const items = itemsOf(m, given);
  const from = b.settle(op("Math.max", [relativeIndex(b, array, range[0], node), ZERO]), node, "from");
  const at = b.settle(op("Math.min", [from, b.settle(length(array), node)]), node, "at");
  const removed = mutate(m, "splice", range, present(b.typeOf(node)));
  insertAll(m, items, at);
  return removed;
}

const splice: Method = (m) => {
  if (m.args.some(ts.isSpreadElement)) return spliceSpread(m);
  const args = atoms(m);
  if (args === null) return UNDEFINED;
  return args.length > 0 ? mutate(m, "splice", args, present(m.b.typeOf(m.node))) : { kind: "array", elements: [], type: present(m.b.typeOf(m.node)) };
};

const set: Method = (m) => {
  const args = atoms(m);
  if (args === null || args[0] === undefined) return UNDEFINED;
  const source = present(typeOf(args[0]));
  if (source.kind !== "array" && source.kind !== "tuple") return refuse(m);
  return mutate(m, "set", args);
};

// ---------------------------------------------------------------------------------------------------- copies

const slice: Method = (m) => {
  const args = atoms(m);
  if (args === null) return UNDEFINED;
  const [start, end] = args;
  return { kind: "copy", source: m.array, start: start ?? (end === undefined ? null : ZERO), end: end ?? null, type: present(m.b.typeOf(m.node)) };
};

const concat: Method = (m) => {
  const { b } = m;
  const elements: Element[] = [{ value: m.array, spread: true }];
  for (const x of m.args) {
    const type = present(b.typeOf(ts.isSpreadElement(x) ? x.expression : x));
    if (ts.isSpreadElement(x) || type.kind === "union" || type.kind === "opaque") return refuse(m, "spread the arrays in an array literal");
    elements.push({ value: b.atom(x), spread: (type.kind === "array" && type.array === "Array") || type.kind === "tuple" });
  }
  const isWhole = !m.sparse && !m.args.some((x) => isSparse(b, x, []));
  return isWhole ? { kind: "array", elements, type: present(b.typeOf(m.node)) } : withHolesOf(copied(m), elements.slice(1));
};

/** appends what may have holes, which stay holes: a spread would make them undefined */
function withHolesOf({ b, node, array, type }: MethodCall, elements: readonly Element[]): Expr {
  const change = (operation: "push" | "length", value: Expr): void => b.emit({ kind: "mutate", operation, array, args: [value], result: null, origin: b.origin(node) });
  for (const { value, spread } of elements) {
    if (!spread) change("push", value);
    else fixedLoop(b, node, b.settle(length(value), node), (i) => {
      b.branch(b.settle(op("in", [i, value], BOOLEAN), node), () => change("push", b.settle(elementAt(value, i, elementType(type)), node)), () => {
        change("length", b.settle(op("+", [b.settle(length(array), node), ONE]), node));
      }, node);
    });
  }
  return array;
}

const copied = (m: MethodCall): MethodCall => {
  const copy = newArray(m.b, { kind: "copy", source: m.array, start: null, end: null, type: present(m.b.typeOf(m.node)) }, m.want, "copy", m.node);
  return { ...m, array: use(copy) };
};

const toReversed: Method = (m) => {
  const copy = copied(m);
  mutate(copy, "reverse", []);
  return copy.array;
};

const toSpliced: Method = (m) => {
  const args = atoms(m);
  if (args === null) return UNDEFINED;
  const copy = copied(m);
  if (args.length > 0) mutate(copy, "splice", args);
  return copy.array;
};

/** `with(index, value)`: throws beyond the ends */
const withElement: Method = (m) => {
  const { b, node } = m;
  const args = atoms(m);
  const [given, value] = args ?? [];
  if (given === undefined || value === undefined) return UNDEFINED;
  const index = relativeIndex(b, m.array, given, node);
  const copy = copied(m);
  const isThere = b.settle(op("in", [index, copy.array], BOOLEAN), node);
  if (!m.sparse) b.branch(isThere, () => undefined, () => {
    const error = b.unit.supply.fresh("error", { kind: "opaque", text: "RangeError" });
    b.emit({ kind: "call", callee: { kind: "external", name: "new RangeError", cell: null }, args: [constant("Invalid index")], result: error, origin: b.origin(node) });
    b.emit({ kind: "throw", value: use(error), origin: b.origin(node) });
  }, node);
  b.emit({ kind: "store", place: { kind: "element", base: copy.array, index }, value, origin: b.origin(node) });
  return copy.array;
};

/** `flat(depth)`: how deep the elements nest is known from their type */
const flat: Method = (m) => {
  const { b, node } = m;
  const depth = m.args.length === 0 ? 1 : depthOf(m.args[0]!);
  if (depth === null) return refuse(m, "write the depth as a number");
  if (!isUniform(m.type, depth)) return refuse(m, "write a loop");
  const isNestedSparse = ts.isPropertyAccessExpression(node.expression) && holdsSparse(b, node.expression.expression);
  const made = newArray(b, { kind: "array", elements: [], type: present(b.typeOf(node)) }, m.want, "flat", node);
  const push = (value: Expr): void => b.emit({ kind: "mutate", operation: "push", array: use(made), args: [value], result: null, origin: b.origin(node) });
  const each = (array: Expr, type: Type, left: number): void => {
    if (left < 0 || (type.kind !== "array" && type.kind !== "tuple") || isTypedArray(type)) return push(array);
    const inner = elementType(type);
    const visit = (i: Expr): void => each(b.settle(elementAt(array, i, inner), node), inner, left - 1);
    fixedLoop(b, node, b.settle(length(array), node), (i) => {
      if (array === m.array ? m.sparse : isNestedSparse) b.branch(b.settle(op("in", [i, array], BOOLEAN), node), () => visit(i), () => undefined, node);
      else visit(i);
    });
  };
  each(m.array, m.type, depth);
  return use(made);
};

const isTypedArray = (type: Type): boolean => type.kind === "array" && type.array !== "Array";

function depthOf(given: ts.Expression): number | null {
  if (ts.isNumericLiteral(given)) return Math.trunc(Number(given.text));
  return ts.isIdentifier(given) && given.text === "Infinity" ? Infinity : null;
}

/** are the elements arrays everywhere or nowhere, as deep as it is looked? */
function isUniform(type: Type, depth: number): boolean {
  if (type.kind !== "array" && type.kind !== "tuple") return type.kind !== "union" && type.kind !== "nullable" && type.kind !== "opaque";
  return depth < 0 || isUniform(elementType(type), depth - 1);
}

// ---------------------------------------------------------------------------------------------------- access

const at: Method = (m) => {
  const { b, node, want } = m;
  const [given] = m.args;
  const index = relativeIndex(b, m.array, given === undefined ? ZERO : b.atom(given), node);
  const element = elementType(m.type);
  const mayMiss = want?.asserted !== true;
  return load({ kind: "element", base: m.array, index }, mayMiss ? orUndefined(element) : element, mayMiss);
};

/** text made of an array: no derivative */
const text: Method = (m) => {
  const args = atoms(m);
  return args === null ? UNDEFINED : external(m.b, `.${m.name}`, [m.array, ...args], m.node, m.want, m.b.typeOf(m.node));
};

const iterator: Method = (m) => refuse(m, "use it in a for…of loop, or spread it");

const METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ["push", push], ["pop", removal("pop")], ["shift", removal("shift")], ["unshift", unshift], ["splice", splice],
  ["fill", inPlace("fill", 3)], ["reverse", inPlace("reverse", 0)], ["copyWithin", inPlace("copyWithin", 3)], ["sort", sort], ["set", set],
  ["slice", slice], ["concat", concat], ["toReversed", toReversed], ["toSpliced", toSpliced], ["with", withElement], ["toSorted", toSorted], ["flat", flat], ["at", at],
  ["join", text], ["toString", text], ["toLocaleString", text], ["subarray", subarray], ["keys", iterator], ["values", iterator], ["entries", iterator],
]);
