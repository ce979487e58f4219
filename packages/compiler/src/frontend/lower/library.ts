// Functions of the library that are not methods of arrays: Math, conversions, clocks, consoles. Operations have a row in the
// rule tables; whatever else there is, is an external call (effects possible, no derivative) or refused.
import { ts } from "ts-morph";
import type { Expr, Func, Stmt, Type } from "../../ir/ir.ts";
import { constant, length, op, parameterOf, REAL, typeOf, UNDEFINED, use } from "../../ir/build.ts";
import { ruleOf } from "../../rules/table.ts";
import { spanOf } from "../nodes.ts";
import { lowerArguments, type Shape, shapeOfSignature } from "./arguments.ts";
import { type Body, PLAIN, type Want } from "./body.ts";
import { lastPart } from "./hints.ts";
import { textOf } from "./instance.ts";
import { fixedLoop, iterable, iterated } from "./iterate.ts";
import { vagueType } from "./operator.ts";
import * as refusals from "../../diagnostics/catalog.ts";
import { present } from "../../ir/facts.ts";

const VARIADIC: ReadonlySet<string> = new Set(["Math.max", "Math.min", "Math.hypot", "String.fromCharCode", "String.fromCodePoint"]);
const NULLARY: ReadonlySet<string> = new Set(["Math.random", "Date.now", "performance.now"]);
const BINARY: ReadonlySet<string> = new Set(["Math.atan2", "Math.pow", "Math.imul", "parseInt", "Number.parseInt", "Object.is", "BigInt.asIntN", "BigInt.asUintN"]);

/** how many arguments a function of the library looks at; null if as many as there are, or if it is no such function */
export function libraryArity(name: string): number | null {
  if (NULLARY.has(name)) return 0;
  if (VARIADIC.has(name) || ruleOf(name) === undefined) return null;
  return BINARY.has(name) ? 2 : 1;
}

/** an operation over values that are already there */
export function libraryOperation(b: Body, name: string, args: readonly Expr[], node: ts.Node, want: Want | null, type: Type): Expr | null {
  if (NULLARY.has(name) || ruleOf(name) === undefined) return external(b, name, args, node, want, type);
  for (const x of args) {
    const vague = name.startsWith("Math.") ? vagueType(x) : null;
    if (vague !== null) return b.refuse(refusals.untypedNumber(spanOf(node), vague), node);
  }
  return op(name, args, name.startsWith("Math.") ? REAL : type);
}

/** a call into what is not differentiated */
export function external(b: Body, name: string, args: readonly Expr[], node: ts.Node, want: Want | null, type: Type): Expr | null {
  const result = b.result(type, want, lastPart(name));
  b.emit({ kind: "call", callee: { kind: "external", name, cell: null }, args, result, origin: b.origin(node) });
  return result === null ? null : use(result);
}

/** `Math.max` where a function of two numbers is expected is such a function */
function contextualType(b: Body, name: string, node: ts.Expression): Type & { readonly kind: "function" } | null {
  if (!isExtremum(name)) return null;
  const [signature, ...others] = b.checker.getContextualType(node)?.getCallSignatures() ?? [];
  const shape = signature === undefined || others.length > 0 ? null : shapeOfSignature(b, signature);
  return shape !== null && shape.fixed <= 2 && shape.types.every((x) => x.kind === "real") ? { kind: "function", params: shape.types, result: REAL } : null;
}

/** a function of the library as a value: a literal that calls it */
export function builtinFunction(b: Body, name: string, node: ts.Expression): Expr {
  const contextual = libraryArity(name) === null ? contextualType(b, name, node) : null;
  const arity = contextual === null ? libraryArity(name) : contextual.params.length;
  const type = contextual ?? b.typeOf(node);
  if (arity === null || type.kind !== "function") return b.refuse(type.kind === "function" ? refusals.variadicCallback(spanOf(node), name) : refusals.unsupportedFunction(spanOf(node), name), node);
  const origin = { span: spanOf(node), comments: [] };
  const variables = Array.from({ length: arity }, (_, i) => b.unit.supply.fresh(arity === 1 ? "x" : "xyzw"[i] ?? "x", type.params[i] ?? REAL));
  const result = b.unit.supply.fresh(lastPart(name), type.result);
  const args = variables.map(use);
  const compute: Stmt = NULLARY.has(name)
    ? { kind: "call", callee: { kind: "external", name, cell: null }, args, result, origin }
    : { kind: "let", variable: result, value: contextual !== null && args.length < 2 ? args[0] ?? startOf(name) : op(name, args, type.result), origin };
  const func: Func = {
    id: `${origin.span.file}#${lastPart(name)}@${origin.span.start}`,
    name: lastPart(name),
    params: variables.map(parameterOf),
    body: [compute, { kind: "exit", exit: { kind: "return", value: use(result) }, origin }],
    result: null, resultType: type.result, resultText: null, origin,
  };
  return { kind: "closure", func, type };
}

// ---------------------------------------------------------------------------------------------------- calls

const REFUSED: ReadonlyMap<string, string | null> = new Map([
  ["Object.keys", "name the fields"], ["Object.values", "name the fields, or use an array"], ["Object.entries", "name the fields, or use an array"],
  ["Object.assign", "assign the fields one by one"], ["Object.fromEntries", "write an object literal"], ["Object.defineProperty", null], ["Object.create", "write an object literal"],
  ["Object.groupBy", "write a loop"], ["Symbol", null], ["setTimeout", null], ["setInterval", null], ["fetch", "fetch outside and pass the data in"],
  ["Reflect.apply", "call the function"], ["Math.sumPrecise", "write a loop"],
]);

export function callLibrary(b: Body, node: ts.CallExpression, name: string, want: Want | null): Expr | null {
  if (name === "eval" || name === "Function") return b.refuse(refusals.evalCall(spanOf(node), name), node);
  if (REFUSED.has(name)) return b.refuse(refusals.unsupportedFunction(spanOf(node), name, REFUSED.get(name) ?? null), node);
  if (isExtremum(name)) return extremum(b, node, name, want ?? PLAIN, node.arguments);
  if (name === "Object.freeze") return node.arguments[0] === undefined ? UNDEFINED : b.value(node.arguments[0], want ?? PLAIN);
  const arity = libraryArity(name) ?? node.arguments.length;
  let given = lowerArguments(b, node.arguments, plainShape(Math.max(arity, node.arguments.length)), node);
  const [text] = name === "String" ? node.arguments : [];
  if (text !== undefined && given[0] !== undefined) given = [textOf(b, given[0], text), ...given.slice(1)];
  const count = ruleOf(name) === undefined ? node.arguments.length : Math.min(arity, Math.max(node.arguments.length, 1));
  return libraryOperation(b, name, given.slice(0, count), node, want, name.startsWith("Math.") ? REAL : b.typeOf(node));
}

export const plainShape = (fixed: number): Shape => ({ fixed, rest: null, names: [], types: [] });

// ---------------------------------------------------------------------------------------------------- Math.max, Math.min

const isExtremum = (name: string): boolean => name === "Math.max" || name === "Math.min";

const startOf = (name: string): Expr => constant(name === "Math.max" ? -Infinity : Infinity);

/** nested from the left: ties go to the first argument, as documented; a spread array is a loop */
function extremum(b: Body, node: ts.Node, name: string, want: Want, args: readonly ts.Expression[]): Expr {
  if (!args.some(ts.isSpreadElement)) return ofValues(b, node, name, args);
  const result = b.declare(want.hint ?? lastPart(name), REAL, node, startOf(name));
  for (const x of args) {
    if (ts.isSpreadElement(x)) overElements(b, x.expression, name, (value) => take(b, result, name, value, x));
    else take(b, result, name, number(b, x), x);
  }
  return use(result);
}

function ofValues(b: Body, node: ts.Node, name: string, args: readonly ts.Expression[]): Expr {
  const [first, ...others] = args.map((x) => number(b, x));
  if (first === undefined) return startOf(name);
  return others.reduce((sofar, x) => op(name, [b.settle(sofar, node), x], REAL), first);
}

function number(b: Body, node: ts.Expression): Expr {
  const value = b.atom(node);
  const vague = vagueType(value);
  if (vague !== null) return b.refuse(refusals.untypedNumber(spanOf(node), vague), node);
  return present(typeOf(value)).kind === "real" ? value : b.settle(op("Number", [value], REAL), node);
}

function take(b: Body, result: ReturnType<Body["declare"]>, name: string, value: Expr, node: ts.Node): void {
  b.assign(result, op(name, [b.settle(use(result), node), value], REAL), node);
}

function overElements(b: Body, node: ts.Expression, name: string, each: (value: Expr) => void): void {
  const source = iterable(b, node);
  if (source === null) {
    b.report(refusals.notIterable(spanOf(node), `the argument of ${name}`));
    return;
  }
  const count = b.settle(length(source.array), node);
  fixedLoop(b, node, count, (index) => each(b.settle(iterated(b, source, index, node), node)));
}
