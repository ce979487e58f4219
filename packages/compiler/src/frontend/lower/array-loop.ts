// Array methods that call a function per element: each becomes one explicit loop around the call.
// The length is read once at the start, as JavaScript does; elements that an array may lack are skipped where the method
// skips them, with an `in` test only where the program makes such arrays.
import { ts } from "ts-morph";
import type { Expr, Type, Var } from "../../ir/ir.ts";
import { BOOLEAN, constant, FALSE, length, ONE, op, REAL, TRUE, typeOf, UNDEFINED, use, ZERO } from "../../ir/build.ts";
import { orUndefined, present } from "../../ir/facts.ts";
import { bare, spanOf } from "../nodes.ts";
import { elementAt, newArray, relativeIndex } from "./array-make.ts";
import { type Body, type Jump, PLAIN, type Want } from "./body.ts";
import { boundMethod } from "./bound.ts";
import { type Callback, callback, valueCallback } from "./callee.ts";
import { elementType } from "./entries.ts";
import { filledType } from "./expected.ts";
import { countingLoop, fixedLoop } from "./iterate.ts";
import { truth } from "./operator.ts";
import { givesSparse, isSparseArray } from "./sparse.ts";
import { isUnder } from "./tree.ts";
import * as refusals from "../../diagnostics/catalog.ts";

/** A method call whose receiver is already there. */
export interface MethodCall {
  readonly b: Body;
  readonly node: ts.CallExpression;
  readonly name: string;
  readonly array: Expr;
  readonly type: Type & { readonly kind: "array" | "tuple" };
  readonly args: readonly ts.Expression[];
  /** null where nobody wants the result */
  readonly want: Want | null;
  /** may elements be missing? */
  readonly sparse: boolean;
}

type Method = (m: MethodCall) => Expr | null;

const nothing = (): void => undefined;

/** may the elements of this array be missing, or go missing while the callback runs? */
export function isSparse(b: Body, receiver: ts.Expression, args: readonly ts.Expression[]): boolean {
  return isSparseArray(b, bare(receiver)) || args.some(shrinks);
}

const SHRINKING: ReadonlySet<string> = new Set(["pop", "shift", "splice"]);

const shrinks = (root: ts.Node): boolean => isUnder(root, (node) =>
  (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression) && SHRINKING.has(node.expression.name.text))
  || (ts.isBinaryExpression(node) && ts.isPropertyAccessExpression(node.left) && node.left.name.text === "length"));

// ---------------------------------------------------------------------------------------------------- walking

interface Walk {
  readonly backwards?: boolean;
  readonly from?: Expr;
  /** does the method skip missing elements? */
  readonly skips: boolean;
}

function walk(m: MethodCall, { backwards = false, from, skips }: Walk, body: (index: Expr, jump: Jump) => void): void {
  const { b, node, array } = m;
  const count = b.settle(length(array), node);
  const visit = (index: Expr, jump: Jump): void => {
    if (!skips || !m.sparse) return body(index, jump);
    const exists = b.settle(op("in", [index, array], BOOLEAN), node);
    b.branch(exists, () => body(index, jump), nothing, node);
  };
  if (!backwards) return fixedLoop(b, node, count, visit, from);
  const last = b.settle(op("-", [count, ONE]), node, "last");
  countingLoop(b, node, { from: from ?? last, step: -1, test: (index) => b.settle(op(">=", [index, ZERO], BOOLEAN), node) }, visit);
}

const valueAt = ({ b, node, array, type }: MethodCall, index: Expr): Expr => b.settle(elementAt(array, index, elementType(type)), node);

/** calls the callback with (value, index, array), as far as it looks */
function visitElement(m: MethodCall, each: Callback, index: Expr, want: Want | null, value: Expr | null = null): Expr | null {
  const item = value ?? (each.arity > 0 ? valueAt(m, index) : UNDEFINED);
  return each.call([item, index, m.array], m.node, want);
}

/** the callback, or null after reporting why there is none */
function firstCallback(m: MethodCall): Callback | null {
  const [given, receiver] = m.args;
  if (given !== undefined && receiver !== undefined && m.args.length === 2 && !ts.isSpreadElement(given) && !ts.isSpreadElement(receiver)) {
    const method = boundMethod(m.b, given, receiver);
    if (method !== null) return valueCallback(m.b, method, given);
    // an arrow function has its `this` from around it
    if (ts.isArrowFunction(bare(given))) {
      m.b.effect(receiver);
      return callback(m.b, given, "callback");
    }
  }
  if (given === undefined || receiver !== undefined || ts.isSpreadElement(given)) {
    m.b.report(refusals.unsupportedMethod(spanOf(m.node), "Array", m.name, "pass one function"));
    return null;
  }
  return callback(m.b, given, "callback");
}

const withCallback = (run: (m: MethodCall, each: Callback) => Expr | null): Method => (m) => {
  const each = firstCallback(m);
  return each === null ? UNDEFINED : run(m, each);
};

const isTrue = (m: MethodCall, each: Callback, index: Expr, value: Expr | null = null): Expr =>
  truth(m.b, visitElement(m, each, index, PLAIN, value) ?? UNDEFINED, m.node);

// ---------------------------------------------------------------------------------------------------- methods

const forEach = withCallback((m, each) => {
  walk(m, { skips: true }, (index) => { visitElement(m, each, index, null); });
  return null;
});

const map = withCallback((m, each) => {
  const { b, node, array } = m;
  const count = b.settle(length(array), node);
  const made = newArray(b, { kind: "new", length: count, zeroed: false, type: resultType(m, each) }, m.want, "mapped", node);
  const put = (index: Expr): void => {
    const value = b.settle(visitElement(m, each, index, PLAIN) ?? UNDEFINED, node);
    b.emit({ kind: "store", place: { kind: "element", base: use(made), index }, value, origin: b.origin(node) });
  };
  fixedLoop(b, node, count, (index) => {
    if (!m.sparse) return put(index);
    b.branch(b.settle(op("in", [index, array], BOOLEAN), node), () => put(index), nothing, node);
  });
  return use(made);
});

function resultType(m: MethodCall, each: Callback): Type {
  const type = filledType(m.b, m.node);
  return type.kind === "array" && type.element.kind === "opaque" ? { ...type, element: each.result } : type;
}

/** collects in a plain array; a typed array is made of it at the end */
function collected(m: MethodCall, type: Type, fill: (into: Var) => void): Expr {
  const { b, node } = m;
  const isTyped = type.kind === "array" && type.array !== "Array";
  const plain: Type = isTyped ? { ...type, array: "Array" } : type;
  const made = newArray(b, { kind: "array", elements: [], type: plain }, isTyped ? null : m.want, "kept", node);
  fill(made);
  return isTyped ? { kind: "copy", source: use(made), start: null, end: null, type } : use(made);
}

const push = ({ b, node }: MethodCall, into: Var, value: Expr): void =>
  b.emit({ kind: "mutate", operation: "push", array: use(into), args: [value], result: null, origin: b.origin(node) });

const filter = withCallback((m, each) => collected(m, present(m.b.typeOf(m.node)), (into) => {
  walk(m, { skips: true }, (index) => {
    const value = valueAt(m, index);
    m.b.branch(isTrue(m, each, index, value), () => push(m, into, value), nothing, m.node);
  });
}));

const flatMap = withCallback((m, each) => {
  const { b, node } = m;
  const inner = each.result;
  const isSparseInside = m.args[0] !== undefined && givesSparse(b, m.args[0]);
  if (inner.kind === "union" || inner.kind === "opaque" || inner.kind === "nullable") return b.refuse(refusals.unsupportedMethod(spanOf(node), "Array", "flatMap", "return an array in every case"), node);
  return collected(m, resultType(m, each), (into) => {
    walk(m, { skips: true }, (index) => {
      const value = b.settle(visitElement(m, each, index, PLAIN) ?? UNDEFINED, node);
      if (inner.kind !== "array" && inner.kind !== "tuple") return push(m, into, value);
      fixedLoop(b, node, b.settle(length(value), node), (k) => {
        const put = (): void => push(m, into, b.settle(elementAt(value, k, elementType(inner)), node));
        if (isSparseInside) b.branch(b.settle(op("in", [k, value], BOOLEAN), node), put, nothing, node);
        else put();
      });
    });
  });
});

/** `some` and `every`: stop where the answer is known */
const quantifier = (stopsAt: boolean): Method => withCallback((m, each) => {
  const { b, node } = m;
  const result = b.declare(m.want?.hint ?? m.name, BOOLEAN, node, stopsAt ? FALSE : TRUE);
  const stop = (jump: Jump) => (): void => {
    b.assign(result, stopsAt ? TRUE : FALSE, node);
    b.exit(jump.break, node);
  };
  walk(m, { skips: true }, (index, jump) => {
    const found = isTrue(m, each, index);
    b.branch(found, stopsAt ? stop(jump) : nothing, stopsAt ? nothing : stop(jump), node);
  });
  return use(result);
});

const search = (backwards: boolean, wantsIndex: boolean): Method => withCallback((m, each) => {
  const { b, node, want } = m;
  const element = elementType(m.type);
  const type = wantsIndex ? REAL : want?.asserted === true ? element : orUndefined(element);
  const result = b.declare(want?.hint ?? "found", type, node, wantsIndex ? constant(-1) : UNDEFINED);
  walk(m, { skips: false, backwards }, (index, jump) => {
    const value = wantsIndex ? null : valueAt(m, index);
    b.branch(isTrue(m, each, index, value), () => {
      b.assign(result, value ?? index, node);
      b.exit(jump.break, node);
    }, nothing, node);
  });
  return use(result);
});

const reduce = (backwards: boolean): Method => (m) => {
  const { b, node, array, want } = m;
  const [given, initial] = m.args;
  if (given === undefined || (initial === undefined && m.sparse)) return b.refuse(refusals.unsupportedMethod(spanOf(node), "Array", m.name, "give it an initial value"), node);
  const each = callback(b, given, "callback");
  if (each === null) return UNDEFINED;
  const type = accumulatorType(m, each);
  const count = initial === undefined ? b.settle(length(array), node) : null;
  const last = count === null || !backwards ? null : b.settle(op("-", [count, ONE]), node, "last");
  if (count !== null && m.type.kind === "array") requireSome(b, count, node);
  const start = initial === undefined ? b.settle(elementAt(array, last ?? ZERO, elementType(m.type)), node) : b.atom(initial);
  const total = b.declare(want?.hint ?? "total", type, node, start);
  const from = initial !== undefined ? undefined : last === null ? ONE : b.settle(op("-", [last, ONE]), node, "from");
  walk(m, from === undefined ? { skips: true, backwards } : { skips: true, backwards, from }, (index) => {
    const sofar = each.arity > 0 ? b.settle(use(total), node) : UNDEFINED;
    const value = each.arity > 1 ? valueAt(m, index) : UNDEFINED;
    b.assign(total, each.call([sofar, value, index, array], node, PLAIN) ?? UNDEFINED, node);
  });
  return use(total);
};

/** without a value to start with there has to be an element */
function requireSome(b: Body, count: Expr, node: ts.Node): void {
  b.branch(b.settle(op("===", [count, ZERO], BOOLEAN), node), () => {
    const error = b.unit.supply.fresh("error", { kind: "opaque", text: "TypeError" });
    b.emit({ kind: "call", callee: { kind: "external", name: "new TypeError", cell: null }, args: [constant("Reduce of empty array with no initial value")], result: error, origin: b.origin(node) });
    b.emit({ kind: "throw", value: use(error), origin: b.origin(node) });
  }, nothing, node);
}

function accumulatorType(m: MethodCall, each: Callback): Type {
  const type = m.b.typeOf(m.node);
  return type.kind === "opaque" ? each.result : type;
}

// ---------------------------------------------------------------------------------------------------- searching a value

/** indexOf, lastIndexOf, includes */
const searchValue = (m: MethodCall): Expr | null => {
  const { b, node, name, want } = m;
  const [sought, from] = m.args;
  if (sought === undefined || ts.isSpreadElement(sought) || (from !== undefined && ts.isSpreadElement(from))) return b.refuse(refusals.unsupportedMethod(spanOf(node), "Array", name, "write a loop"), node);
  const target = b.atom(sought);
  const isIncludes = name === "includes";
  const result = b.declare(want?.hint ?? "found", isIncludes ? BOOLEAN : REAL, node, isIncludes ? FALSE : constant(-1));
  const backwards = name === "lastIndexOf";
  const start = from === undefined ? {} : { from: startAt(m, b.atom(from), backwards) };
  walk(m, { skips: !isIncludes, backwards, ...start }, (index, jump) => {
    const value = valueAt(m, index);
    const same = b.settle(op("===", [value, target], BOOLEAN), node);
    const found = isIncludes && typeOf(target).kind === "real" ? b.settle(op("||", [same, bothNaN(b, value, target, node)], BOOLEAN), node) : same;
    b.branch(found, () => {
      b.assign(result, isIncludes ? TRUE : index, node);
      b.exit(jump.break, node);
    }, nothing, node);
  });
  return use(result);
};

/** where a search begins: negative positions count from the end */
function startAt({ b, node, array }: MethodCall, given: Expr, backwards: boolean): Expr {
  const index = relativeIndex(b, array, given, node);
  if (!backwards) return b.settle(op("Math.max", [index, ZERO]), node, "start");
  const last = b.settle(op("-", [b.settle(length(array), node), ONE]), node, "last");
  return b.settle(op("Math.min", [index, last]), node, "start");
}

function bothNaN(b: Body, x: Expr, y: Expr, node: ts.Node): Expr {
  const [p, q] = [x, y].map((e) => b.settle(op("Number.isNaN", [e], BOOLEAN), node));
  return p === undefined || q === undefined ? FALSE : b.settle(op("&&", [p, q], BOOLEAN), node);
}

export const LOOPS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ["forEach", forEach], ["map", map], ["filter", filter], ["flatMap", flatMap], ["some", quantifier(true)], ["every", quantifier(false)],
  ["find", search(false, false)], ["findIndex", search(false, true)], ["findLast", search(true, false)], ["findLastIndex", search(true, true)],
  ["reduce", reduce(false)], ["reduceRight", reduce(true)], ["indexOf", searchValue], ["lastIndexOf", searchValue], ["includes", searchValue],
]);
