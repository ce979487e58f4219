// Functions: parameters with defaults and patterns, bodies, function literals as closures over the variables around them.
import { ts } from "ts-morph";
import type { Expr, Func, Param, Type, Var } from "../../ir/ir.ts";
import { BOOLEAN, FALSE, op, parameterOf, UNDEFINED, use } from "../../ir/build.ts";
import { orUndefined, present } from "../../ir/facts.ts";
import { isGenerator, resultNode, spanOf } from "../nodes.ts";
import { numbersAmong } from "../type-parts.ts";
import type { TypeTable } from "../types.ts";
import { assignPiece } from "./binding.ts";
import { Body, PLAIN, type Receiver, type Visitors } from "./body.ts";
import { argumentsOfLocal } from "./generic.ts";
import { captureThis } from "./captured-this.ts";
import * as refusals from "../../diagnostics/catalog.ts";
import { consumerOf } from "./generator.ts";
import { enclosingFunction } from "./scan.ts";
import { hoistVars, returnValue, statements } from "./statement.ts";
import { isUnder } from "./tree.ts";
import { functionName, type Unit, type Work } from "./unit.ts";
import { once } from "./walk.ts";

/** a function of the program */
export function lowerFunction(unit: Unit, visitors: Visitors, { id, node, types, parameters, self, given }: Work & { readonly node: ts.SignatureDeclaration }): Func {
  const b = new Body(unit, visitors, null, node, types, given);
  const home = ts.isClassLike(node.parent) ? { node: node.parent, parameters } : null;
  const object = self === null ? null : unit.supply.fresh("self", self);
  if (object !== null) b.receiver = { value: () => use(object), field: () => null, home, isClass: false };
  else if (home !== null) b.receiver = { value: (at, x) => at.refuse(refusals.thisValue(spanOf(x)), x), field: () => null, home, isClass: true };
  else if (ts.isArrowFunction(node)) captureThis(b, node);
  const func = isGenerator(node) ? walkFunction(b, node, id) : fill(b, node, id, functionName(node));
  const receiver: readonly Param[] = object === null ? [] : [{ variable: object, name: object.name, typeText: null, optional: false, rest: false }];
  // what is written is about all types that it is lowered for
  const isInstance = given !== null || (node.typeParameters?.length ?? 0) > 0;
  const params = isInstance ? func.params.map((x) => ({ ...x, typeText: null })) : func.params;
  return { ...func, params: [...receiver, ...params], body: [...b.prologue, ...func.body], resultText: isInstance ? null : func.resultText };
}

/** a function literal, a local function declaration or a method of an object literal */
export function closure(b: Body, node: ts.SignatureDeclaration, name: string, receiver: Receiver | null = null): Expr {
  b.unit.context.code.settle(node, b.types);
  const own = ts.isFunctionExpression(node) && node.name !== undefined ? node.name : null;
  const symbol = own === null ? undefined : b.symbolOf(own);
  const called = own?.text ?? name;
  const parameters = argumentsOfLocal(b, node);
  if (parameters === null) return b.refuse(refusals.genericLocal(spanOf(node), called), node);
  const types = b.types.within(parameters);
  const type = typeOfFunction(b, node, types);
  const holder = symbol === undefined ? null : b.unit.supply.fresh(called, type);
  if (symbol !== undefined && holder !== null) b.bind(symbol, holder);
  const { fileName } = node.getSourceFile();
  const inner = new Body(b.unit, b.visitors, b, node, types);
  inner.receiver = receiver;
  const value: Expr = { kind: "closure", func: fill(inner, node, `${fileName}#${called}@${node.getStart()}`, called), type };
  if (holder === null) return value;
  b.emit({ kind: "let", variable: holder, value, origin: b.origin(node) });
  return use(holder);
}

function typeOfFunction(b: Body, node: ts.SignatureDeclaration, types: TypeTable): Type {
  const signature = b.checker.getSignatureFromDeclaration(node);
  if (signature === undefined) return b.typeOf(node);
  return { kind: "function", params: signature.parameters.map((x) => types.of(b.checker.getTypeOfSymbol(x))), result: types.of(b.checker.getReturnTypeOfSignature(signature)) };
}

/** a generator of the program: it takes its consumer as two more parameters */
function walkFunction(b: Body, node: ts.SignatureDeclaration, id: string): Func {
  const consumer = consumerOf(b, node);
  b.consumer = consumer;
  const func = fill(b, node, id, functionName(node));
  return { ...func, params: [...func.params, parameterOf(consumer.visit), parameterOf(consumer.finish)], resultType: BOOLEAN, resultText: null };
}

/** the body of a generator that is a function value: what it returns can be walked over, once */
function heldBody(b: Body, body: ts.Block): void {
  const made = once(b, b.resultType(), body, (visit, finish) => {
    b.consumer = { visit, finish };
    return b.block(() => walkBody(b, body));
  });
  b.consumer = null;
  b.exit({ kind: "return", value: made }, body);
}

function walkBody(b: Body, body: ts.Block): void {
  hoistVars(b, body);
  statements(b, body.statements);
  b.exit({ kind: "return", value: FALSE }, body);
}

function fill(b: Body, node: ts.SignatureDeclaration, id: string, name: string): Func {
  const origin = { span: spanOf(node), comments: [] };
  const refused = refusal(node);
  const body = "body" in node ? (node.body as ts.ConciseBody | undefined) : undefined;
  const params: Param[] = [];
  const block = b.block(() => {
    if (refused !== null || body === undefined) {
      if (refused !== null) b.report(refused);
      return;
    }
    const bindings = node.parameters.filter((x) => !isThis(b, x)).map((x, i) => parameter(b, x, i));
    params.push(...bindings.map((x) => x.param));
    for (const x of bindings) x.bind();
    if (ts.isBlock(body) && isGenerator(node)) (b.consumer === null ? heldBody : walkBody)(b, body);
    else if (ts.isBlock(body)) {
      hoistVars(b, body);
      statements(b, body.statements);
    } else returnValue(b, body, body);
  });
  return { id, name, params, body: block, result: null, resultType: b.resultType(), resultText: writtenType(b, resultNode(node)), origin };
}

/** a type as it is written; null where it names what only the function, or the generic class, around can */
function writtenType(b: Body, node: ts.TypeNode | null | undefined): string | null {
  if (node === null || node === undefined) return null;
  const isLocal = (x: ts.Node): boolean => ts.isIdentifier(x) && (b.checker.getSymbolAtLocation(x)?.declarations?.some((d) => ts.isTypeParameterDeclaration(d) ? d.pos < node.pos || d.end > node.end : (ts.isInterfaceDeclaration(d) || ts.isTypeAliasDeclaration(d) || ts.isClassLike(d) || ts.isEnumDeclaration(d)) && enclosingFunction(d) !== null) ?? false);
  return isUnder(node, isLocal) ? null : node.getText();
}

function refusal(node: ts.SignatureDeclaration): ReturnType<typeof refusals.asyncFunction> | null {
  const modifiers = ts.canHaveModifiers(node) ? ts.getModifiers(node) : undefined;
  if (modifiers?.some((x) => x.kind === ts.SyntaxKind.AsyncKeyword) === true) return refusals.asyncFunction(spanOf(node));
  return null;
}

export function isThis(b: Body, node: ts.ParameterDeclaration): boolean {
  const named = ts.isIdentifier(node.name) && node.name.text === "this";
  if (named) b.report(refusals.thisValue(spanOf(node)));
  return named;
}

// ---------------------------------------------------------------------------------------------------- parameters

export interface Binding {
  readonly param: Param;
  /** what the body does first: the default, the pattern */
  readonly bind: () => void;
}

export function parameter(b: Body, node: ts.ParameterDeclaration, index: number): Binding {
  const { name, initializer } = node;
  const optional = node.questionToken !== undefined || initializer !== undefined;
  const make = (variable: Var): Param => ({
    variable, name: variable.name, typeText: writtenType(b, node.type), optional, rest: node.dotDotDotToken !== undefined, ...(initializer === undefined ? {} : { defaulted: true }),
    ...(variable.type.kind === "real" && node.type !== undefined ? numbersAmong(b.checker.getTypeAtLocation(node.type)) : {}),
  });
  const own = ts.isIdentifier(name) ? b.symbolOf(name) : undefined;
  const chosen = own === undefined ? undefined : b.given?.parameters.get(own);
  if (ts.isIdentifier(name) && (initializer === undefined || (chosen !== undefined && chosen.kind !== "nullable"))) {
    const symbol = own;
    const variable = symbol === undefined ? b.unit.supply.fresh(name.text, b.typeOf(name)) : b.variableOf(symbol, name.text, node);
    return { param: make(variable), bind: () => undefined };
  }
  const type = chosen ?? b.typeOf(name);
  const given = b.unit.supply.fresh(ts.isIdentifier(name) ? name.text : patternName(b, node, index), initializer === undefined ? type : orUndefined(type));
  return { param: make(given), bind: () => assignDefault(b, node, given, present(type)) };
}

function assignDefault(b: Body, node: ts.ParameterDeclaration, given: Var, type: Type): void {
  const { name, initializer } = node;
  if (initializer === undefined) return assignPiece(b, name, () => use(given), node);
  const missing = b.settle(op("===", [use(given), UNDEFINED], BOOLEAN), node, "isMissing");
  const value = b.declare(given.name, type, node, use(given));
  const start = (): Expr => {
    const made = b.atom(initializer, { ...PLAIN, hint: given.name });
    return type.kind === "real" ? op("defaulted", [made, use(given)]) : made;
  };
  b.branch(missing, () => { b.assign(value, start(), initializer); }, () => undefined, node);
  const symbol = ts.isIdentifier(name) ? b.symbolOf(name) : undefined;
  if (symbol !== undefined) b.bind(symbol, value);
  else assignPiece(b, name, () => use(value), node);
}

/** a name for a parameter that has none: its type's */
function patternName(b: Body, node: ts.ParameterDeclaration, index: number): string {
  const type = b.checker.getTypeAtLocation(node.name);
  const name = (type.aliasSymbol ?? type.symbol)?.name;
  if (name !== undefined && /^[A-Z]\w*$/.test(name) && name !== "Array") return name.slice(0, 1).toLowerCase() + name.slice(1);
  return index === 0 ? "input" : `input${index + 1}`;
}
