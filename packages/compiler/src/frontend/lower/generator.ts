// Generators: their bodies, with `yield` as a call of the consumer, and their calls.
// A `yield` calls `visit`, and returns (through the `finally` blocks around it) where that says stop; inlining makes plain
// loops of producer and consumer. Guarantees the interleaving of JavaScript: the body runs where it is consumed, once, as far as it is asked for.
import { ts } from "ts-morph";
import type { Expr, Var } from "../../ir/ir.ts";
import { UNDEFINED, use, VOID } from "../../ir/build.ts";
import { carriesNumbers, present } from "../../ir/facts.ts";
import { bare, type FunctionNode, isGenerator, spanOf } from "../nodes.ts";
import { walked } from "../../ir/walkable.ts";
import { type Body, type Walk } from "./body.ts";
import { calleeName, generatorCall } from "./callee.ts";
import * as refusals from "../../diagnostics/catalog.ts";
import { isIterable, ownIterator } from "./iterator.ts";
import { eachElement, generatorValue, leaveIf, literal, offer, start } from "./walk.ts";

/** the variables that stand for the consumer in the body of a generator */
export function consumerOf(b: Body, node: ts.SignatureDeclaration): { readonly visit: Var; readonly finish: Var } {
  const type = b.resultOf(node);
  const [visit, finish] = walked(type) === null || type.kind !== "function" ? [VOID, VOID] : type.params;
  return { visit: b.unit.supply.fresh("visit", visit ?? VOID), finish: b.unit.supply.fresh("finish", finish ?? VOID) };
}

/** `yield e`: what a consumer in the same frame sends back is undefined */
export function yielded(b: Body, node: ts.YieldExpression): Expr {
  const { consumer } = b;
  const refusal = consumer === null ? refusals.generatorFunction(spanOf(node)) : guardedYield(b, node);
  if (consumer === null || refusal !== null) return b.refuse(refusal ?? refusals.generatorFunction(spanOf(node)), node);
  if (node.asteriskToken !== undefined && node.expression !== undefined) return delegated(b, node, node.expression);
  const value = node.expression === undefined ? UNDEFINED : b.atom(node.expression);
  offer(b, consumer.visit, value, node);
  return UNDEFINED;
}

/** an exception of the consumer must not reach a handler around the yield, nor a yield run while the generator is closed */
function guardedYield(b: Body, node: ts.YieldExpression): ReturnType<typeof refusals.guardedYield> | null {
  let inner: ts.Node = node;
  for (let at = node.parent; at !== undefined && at !== b.node; inner = at, at = at.parent) {
    if (!ts.isTryStatement(at)) continue;
    if (inner === at.finallyBlock) return refusals.guardedYield(spanOf(node), "finally");
    if (inner === at.tryBlock && at.catchClause !== undefined) return refusals.guardedYield(spanOf(node), "try");
  }
  return null;
}

/** `yield* e` */
function delegated(b: Body, node: ts.YieldExpression, source: ts.Expression): Expr {
  const { consumer } = b;
  if (consumer === null) return UNDEFINED;
  const type = present(b.typeOf(bare(source)));
  if (walked(type) === null) {
    const array = b.atom(source);
    eachElement(b, array, consumer.visit, node);
    return UNDEFINED;
  }
  const walk = walkOf(b, source);
  if (walk === null) return b.refuse(refusals.notIterable(spanOf(source), b.checker.typeToString(b.checker.getTypeAtLocation(source))), node);
  const returned = carriesNumbers(walk.result) ? b.declare("returned", walk.result, node) : null;
  const finish = returned === null ? null : receive(b, returned, node);
  const stop = start(b, walk, use(consumer.visit), node, finish);
  leaveIf(b, stop, node);
  return returned === null ? UNDEFINED : use(returned);
}

function receive(b: Body, into: Var, node: ts.Node): Expr {
  const value = b.unit.supply.fresh("value", into.type);
  return literal(b, "finish", [value], b.block(() => b.assign(into, use(value), node)), VOID, node);
}

/** a generator of the program as a function value */
export function generatorFunctionValue(b: Body, node: FunctionNode, at: ts.Expression): Expr {
  const type = b.typeOf(at);
  if (type.kind !== "function") return b.refuse(refusals.generatorFunction(spanOf(at)), at);
  const params = type.params.map((x, i) => b.unit.supply.fresh(`argument${i + 1}`, x));
  const body = b.block(() => {
    const made = generatorValue(b, { kind: "function", func: b.unit.functionId(node) }, params.map(use), type.result, at);
    b.exit({ kind: "return", value: made }, at);
  });
  return literal(b, "generator", params, body, type.result, at);
}

/** what an expression that is consumed where it stands walks over; null if it is nothing of the kind */
export function walkOf(b: Body, given: ts.Expression): Walk | null {
  const node = bare(given);
  const type = present(b.typeOf(node));
  const iterated = walked(type);
  if (iterated === null) return isIterable(type) ? ownIterator(b, b.atom(given), node) : null;
  const named = ts.isCallExpression(node) && node.questionDotToken === undefined ? calleeName(b, node.expression) : null;
  if (!ts.isCallExpression(node) || named?.kind !== "function" || !isGenerator(named.node)) return { ...iterated, callee: { kind: "value", value: b.atom(given) }, args: [] };
  const { callee, args } = generatorCall(b, node, named.node);
  return { ...iterated, callee, args };
}
