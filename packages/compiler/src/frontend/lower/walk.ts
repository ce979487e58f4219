// What is walked over: a function that calls `visit` with one value after the other and stops where that answers true; what
// a generator returns goes to `finish`. Generators are lowered to such functions (generator.ts), and whatever can be iterated
// becomes one where only that is known of it. Here they are made, started and collected.
import { ts } from "ts-morph";
import type { Block, Callee, Expr, Func, Type, Var } from "../../ir/ir.ts";
import { BOOLEAN, constant, FALSE, load, ONE, op, parameterOf, REAL, TRUE, typeOf, use, VOID, ZERO } from "../../ir/build.ts";
import { isGenerator, spanOf } from "../nodes.ts";
import type { Body, Walk } from "./body.ts";
import { liveLoop } from "./iterate.ts";
import { elementType } from "./entries.ts";
import { isUnder } from "./tree.ts";
import * as refusals from "../../diagnostics/catalog.ts";
import { present } from "../../ir/facts.ts";

/** a function made here, as a value */
export function literal(b: Body, name: string, params: readonly Var[], body: Block, result: Type, node: ts.Node): Expr {
  const origin = { span: spanOf(node), comments: [] };
  const func: Func = { id: `${origin.span.file}#${name}@${origin.span.start}`, name, params: params.map(parameterOf), body, result: null, resultType: result, resultText: null, origin };
  return use(b.define(name, { kind: "closure", func, type: { kind: "function", params: params.map((x) => x.type), result } }, node));
}

const ignore = (b: Body, type: Type, node: ts.Node): Expr => literal(b, "finish", [b.unit.supply.fresh("returned", type)], [], VOID, node);

/** a generator that has not run yet; the second time that it is asked it has nothing left */
export function once(b: Body, type: Type, node: ts.Node, run: (visit: Var, finish: Var) => Block): Expr {
  const { supply } = b.unit;
  const [visitType, finishType] = type.kind === "function" ? type.params : [];
  const visit = supply.fresh("visit", visitType ?? VOID);
  const finish = supply.fresh("finish", finishType ?? VOID);
  const started = b.declare("hasStarted", BOOLEAN, node, FALSE);
  const body = b.block(() => {
    b.branch(b.settle(use(started), node), () => b.exit({ kind: "return", value: FALSE }, node), () => undefined, node);
    b.assign(started, TRUE, node);
    for (const s of run(visit, finish)) b.emit(s);
  });
  return literal(b, "walk", [visit, finish], body, BOOLEAN, node);
}

export function offer(b: Body, visit: Var, value: Expr, node: ts.Node): void {
  const [expected] = visit.type.kind === "function" ? visit.type.params : [];
  const stop = b.unit.supply.fresh("isDone", BOOLEAN);
  const given = b.settle(b.typed(value, expected ?? VOID, node), node);
  b.emit({ kind: "call", callee: { kind: "value", value: use(visit) }, args: [given], result: stop, origin: b.origin(node) });
  leaveIf(b, use(stop), node);
}

/** a generator leaves where its consumer has enough */
export const leaveIf = (b: Body, stop: Expr, node: ts.Node): void =>
  b.branch(stop, () => b.exit({ kind: "return", value: TRUE }, node), () => undefined, node);

/** offers the elements of an array, and leaves where the consumer has enough */
export function eachElement(b: Body, array: Expr, visit: Var, node: ts.Node): void {
  const type = present(typeOf(array));
  if (type.kind !== "array" && type.kind !== "tuple") {
    b.report(refusals.notIterable(spanOf(node), "this value"));
    return;
  }
  liveLoop(b, node, array, [], (index) => offer(b, visit, b.settle(load({ kind: "element", base: array, index }, elementType(type)), node), node));
}

// ---------------------------------------------------------------------------------------------------- values

/** Has a generator defaults that depend on when they are evaluated? It evaluates them when it is called, and runs later. */
export const isLate = (target: ts.SignatureDeclaration): boolean => isGenerator(target) && target.parameters.some((x) => x.initializer !== undefined && !isSettled(x.initializer));

/** has it the same value whenever it is evaluated? */
const isSettled = (node: ts.Expression): boolean => !isUnder(node, (x) =>
  ts.isCallExpression(x) || ts.isNewExpression(x) || ts.isPropertyAccessExpression(x) || ts.isElementAccessExpression(x) || ts.isIdentifier(x) || ts.isFunctionLike(x));

/** the call of a generator of the program: nothing runs yet */
export function generatorValue(b: Body, callee: Callee, args: readonly Expr[], type: Type, node: ts.Node): Expr {
  return once(b, type, node, (visit, finish) => {
    const stopped = b.unit.supply.fresh("isDone", BOOLEAN);
    return b.block(() => {
      b.emit({ kind: "call", callee, args: [...args, use(visit), use(finish)], result: stopped, origin: b.origin(node) });
      b.exit({ kind: "return", value: use(stopped) }, node);
    });
  });
}

/** a value where something is asked for that can be iterated */
export function asWalk(b: Body, value: Expr, expected: Type, node: ts.Node): Expr {
  const type = present(typeOf(value));
  if (type.kind !== "array" && type.kind !== "tuple") return value;
  const [visitType, finishType] = expected.kind === "function" ? expected.params : [];
  const visit = b.unit.supply.fresh("visit", visitType ?? VOID);
  const array = b.settle(value, node);
  const body = b.block(() => {
    eachElement(b, array, visit, node);
    b.exit({ kind: "return", value: FALSE }, node);
  });
  return literal(b, "walk", [visit, b.unit.supply.fresh("finish", finishType ?? VOID)], body, BOOLEAN, node);
}

// ---------------------------------------------------------------------------------------------------- consumers

/** runs a generator; gives whether the consumer stopped it */
export function start(b: Body, walk: Walk, visit: Expr, node: ts.Node, finish: Expr | null = null): Expr {
  const stopped = b.unit.supply.fresh("isDone", BOOLEAN);
  const args = [...walk.args, visit, finish ?? ignore(b, walk.result, node)];
  b.emit({ kind: "call", callee: walk.callee, args, result: stopped, origin: b.origin(node) });
  return use(stopped);
}

/** an array of what a generator yields: all of it, or the first `most` values */
export function collect(b: Body, walk: Walk, node: ts.Node, most: number | null = null): Expr {
  const type: Type = { kind: "array", array: "Array", element: walk.element };
  const list = b.define("list", { kind: "array", elements: [], type }, node);
  if (most === 0) return use(list);
  const value = b.unit.supply.fresh("value", walk.element);
  const count = most === null ? null : b.declare("taken", REAL, node, ZERO);
  const body = b.block(() => {
    b.emit({ kind: "mutate", operation: "push", array: use(list), args: [use(value)], result: null, origin: b.origin(node) });
    if (count === null || most === null) return b.exit({ kind: "return", value: FALSE }, node);
    const next = b.define("taken", op("+", [b.settle(use(count), node), ONE]), node);
    b.assign(count, use(next), node);
    b.exit({ kind: "return", value: b.settle(op("===", [use(next), constant(most)], BOOLEAN), node) }, node);
  });
  start(b, walk, literal(b, "visit", [value], body, BOOLEAN, node), node);
  return use(list);
}
