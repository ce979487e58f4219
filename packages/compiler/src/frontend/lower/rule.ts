// `customRule(f, { jvp, vjp })`: a function whose derivative the program gives. It is a function literal whose body calls `f` with the rule
// beside it; what `f` and the functions of the rule capture becomes arguments of that call.
// Assumes that the rule is written where it stands, or in a const. Guarantees functions of the program, which capture nothing.
import { ts } from "ts-morph";
import type { Callee, Cell, Expr, Func, FuncId, Ruled, Type, Var } from "../../ir/ir.ts";
import { CompilerBug, type Finding } from "../../diagnostics/diagnostic.ts";
import { ofArity, parameterOf, use, VOID } from "../../ir/build.ts";
import { holdsFunctions } from "../../ir/facts.ts";
import { variablesAssigned } from "../../ir/variables.ts";
import { capturesOf } from "../../ir/captured.ts";
import { cloneFunc } from "../../ir/clone.ts";
import { bare, type FunctionNode, resolvedSymbol, shortText, spanOf } from "../nodes.ts";
import { type Shape, shapeOfSignature } from "./arguments.ts";
import type { Body } from "./body.ts";
import { literal } from "./bound.ts";
import { calleeName, emitCall } from "./callee.ts";
import { noArgument } from "../../diagnostics/catalog.ts";
import * as refusals from "../../diagnostics/catalog-of-rules.ts";
import { functionOf } from "./resolve.ts";
import { enclosingFunction } from "./scan.ts";

/** the functions of a rule, by name, as they are written; a finding where they cannot be seen */
type Written = { readonly parts: ReadonlyMap<string, ts.Node> } | { readonly finding: Finding };

const PARTS: readonly string[] = ["jvp", "vjp"];

export function ruledFunction(b: Body, node: ts.CallExpression): Expr {
  const [target, rule] = node.arguments;
  if (target === undefined) return b.refuse(noArgument(spanOf(node), "customRule"), node);
  const written = rule === undefined ? { finding: refusals.emptyRule(spanOf(node)) } : partsOf(b, rule);
  if ("finding" in written) return b.refuse(written.finding, node);
  const signature = b.checker.getTypeAtLocation(node).getCallSignatures().at(-1);
  const shape = signature === undefined ? null : shapeOfSignature(b, signature);
  if (signature === undefined || shape === null || shape.rest !== null) return b.refuse(refusals.restWithRule(spanOf(target)), node);
  const result = b.types.of(b.checker.getReturnTypeOfSignature(signature));
  if ([...shape.types, result].some((x) => holdsFunctions(x))) return b.refuse(refusals.functionsWithRule(spanOf(target)), node);
  const name = nameOf(node, target);
  return withRule(b, node, { name, shape, result }, primalOf(b, target, shape, result, name), written.parts);
}

/** an imported function without source, with a rule that stands elsewhere; null where its type is not that of a plain function */
export function ruledImport(b: Body, node: ts.Expression, cell: Cell, rule: ts.ObjectLiteralExpression): Expr | null {
  const written = partsOf(b, rule);
  const signature = b.checker.getTypeAtLocation(node).getCallSignatures().at(-1);
  const shape = signature === undefined ? null : shapeOfSignature(b, signature);
  if ("finding" in written || signature === undefined || shape === null || shape.rest !== null) return null;
  const result = b.types.of(b.checker.getReturnTypeOfSignature(signature));
  return withRule(b, node, { name: cell.name, shape, result }, calling(b, node, { kind: "external", name: cell.name, cell, does: "compute" }, cell.name, shape, result), written.parts);
}

/** a function that was made here, with a rule of the compiler */
export function ruled(b: Body, node: ts.Expression, signature: Signature, primal: Expr, rule: ts.ObjectLiteralExpression | null): Expr {
  const written = rule === null ? null : partsOf(b, rule);
  if (written === null || "finding" in written) throw new CompilerBug("lower", `${signature.name} has no rule`);
  return withRule(b, node, signature, primal, written.parts);
}

/** What a function with a rule looks like from outside. */
interface Signature {
  readonly name: string;
  readonly shape: Shape;
  readonly result: Type;
}

function withRule(b: Body, node: ts.Expression, { name, shape, result }: Signature, primal: Expr, parts: ReadonlyMap<string, ts.Node>): Expr {
  const made = new Map([["primal", primal], ...[...parts].map(([key, part]): [string, Expr] => [key, functionAt(b, part, key)])]);
  for (const [key, value] of made) if (value.kind !== "function" && value.kind !== "closure") return b.refuse(refusals.unknownRule(spanOf(parts.get(key) ?? node), key), node);
  const captured = capturesOfAll([...made.values()]);
  const assigned = [...made.values()].flatMap((x) => (x.kind === "closure" ? [...variablesAssigned(x.func.body)] : [])).find((v) => captured.includes(v));
  if (assigned !== undefined) return b.refuse(refusals.ruleAssigns(spanOf(node), assigned.name), node);
  const functional = captured.find((v) => holdsFunctions(v.type));
  if (functional !== undefined) return b.refuse(refusals.ruleCaptures(spanOf(node), functional.name), node);
  const arities: Readonly<Record<string, number>> = { primal: shape.types.length, jvp: 2, vjp: 3 };
  for (const [key, value] of made) if (value.kind === "closure" && value.func.params.some((x) => x.rest)) return b.refuse(refusals.restWithRule(spanOf(parts.get(key) ?? node)), node);
  const id = (key: string): FuncId | null => {
    const value = made.get(key);
    if (value === undefined) return null;
    if (value.kind === "function" && captured.length === 0) return value.func;
    const open = value.kind === "function" ? calling(b, node, { kind: "function", func: value.func }, key, ...signatureOf(value.type)) : value;
    if (open.kind !== "closure") throw new CompilerBug("lower", "a rule that is no function");
    return lifted(b, open, captured, arities[key] ?? 0);
  };
  const callee: Ruled = { kind: "ruled", name, primal: id("primal")!, jvp: id("jvp"), vjp: id("vjp"), captured: captured.length };
  return wrapper(b, node, callee, shape, captured, result);
}

/** `softplus` in `const softplus = customRule((x) => …, …)` */
function nameOf(node: ts.CallExpression, target: ts.Expression): string {
  const owner = ts.findAncestor(node, (x) => x !== node && !ts.isAsExpression(x) && !ts.isSatisfiesExpression(x) && !ts.isParenthesizedExpression(x));
  if (owner !== undefined && ts.isVariableDeclaration(owner) && ts.isIdentifier(owner.name)) return owner.name.text;
  const given = bare(target);
  return ts.isIdentifier(given) ? given.text : "f";
}

function partsOf(b: Body, given: ts.Expression): Written {
  const node = bare(given);
  const declaration = ts.isIdentifier(node) ? resolvedSymbol(node, b.checker)?.valueDeclaration : undefined;
  if (declaration !== undefined && ts.isVariableDeclaration(declaration) && declaration.initializer !== undefined && (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0) return partsOf(b, declaration.initializer);
  if (!ts.isObjectLiteralExpression(node)) return { finding: refusals.unwrittenRule(spanOf(given), shortText(node)) };
  const parts = new Map<string, ts.Node>();
  for (const property of node.properties) {
    const name = property.name !== undefined && (ts.isIdentifier(property.name) || ts.isStringLiteralLike(property.name)) ? property.name.text : null;
    if (name === null || !PARTS.includes(name) || ts.isAccessor(property)) return { finding: refusals.unwrittenRule(spanOf(property), shortText(property)) };
    if (ts.isPropertyAssignment(property)) parts.set(name, bare(property.initializer));
    else parts.set(name, ts.isShorthandPropertyAssignment(property) ? property.name : property);
  }
  return parts.size === 0 ? { finding: refusals.emptyRule(spanOf(given)) } : { parts };
}

const isLiteral = (node: ts.Node): node is FunctionNode => ts.isArrowFunction(node) || ts.isFunctionExpression(node) || ts.isMethodDeclaration(node);

/** a literal outside of functions is a function of the program, made once */
function functionAt(b: Body, node: ts.Node, name: string): Expr {
  if (isLiteral(node)) return enclosingFunction(node) === null ? { kind: "function", func: b.unit.functionId(node), type: b.typeOf(node) } : b.closure(node, name);
  if (!ts.isExpression(node)) return b.refuse(refusals.unknownRule(spanOf(node), name), node);
  // a constant of a function around holds a literal that may stand here as well
  const symbol = ts.isIdentifier(node) ? b.symbolOf(node) : undefined;
  const declaration = symbol?.valueDeclaration;
  const held = declaration === undefined || symbol === undefined || enclosingFunction(declaration) === null || b.unit.facts(declaration).assigned.has(symbol) ? null : functionOf(declaration);
  return held === null ? b.value(node) : b.closure(held, name);
}

/** the function itself; an import without source is called in a literal */
function primalOf(b: Body, given: ts.Expression, shape: Shape, result: Type, name: string): Expr {
  const node = bare(given);
  const named = calleeName(b, node);
  if (named?.kind !== "cell") return functionAt(b, node, name);
  return calling(b, given, { kind: "external", name: named.cell.name, cell: named.cell }, name, shape, result);
}

const signatureOf = (t: Type): [Shape, Type] => {
  const { params, result } = t.kind === "function" ? t : { params: [], result: VOID };
  return [{ fixed: params.length, rest: null, names: [], types: params }, result];
};

const calling = (b: Body, node: ts.Expression, callee: Callee, name: string, shape: Shape, result: Type): Expr =>
  literal(b, node, name, shape, [], result, (args, at, want) => emitCall(b, callee, args, result, name, at, want));

function capturesOfAll(made: readonly Expr[]): readonly Var[] {
  const found = new Set(made.flatMap((x) => (x.kind === "closure" ? capturesOf(x.func) : [])));
  return [...found].sort((a, b) => a.id - b.id);
}

/** a function of the program, with what is captured as parameters after its own */
function lifted(b: Body, { func, type }: Expr & { readonly kind: "closure" }, captured: readonly Var[], arity: number): FuncId {
  const { supply } = b.unit;
  const own = captured.map((v) => supply.like(v, { mutable: false }));
  const open = ofArity(cloneFunc(func, new Map(captured.map((v, i) => [v, use(own[i]!)])), supply), arity, supply);
  const made: Func = { ...open, id: `${open.id}$rule${supply.fresh("rule", type).id}`, params: [...open.params, ...own.map(parameterOf)] };
  b.unit.made.push(made);
  return made.id;
}

/** the function as a value */
function wrapper(b: Body, node: ts.Expression, callee: Ruled, shape: Shape, captured: readonly Var[], result: Type): Expr {
  return literal(b, node, callee.name, shape, [], result, (args, at, want) => {
    // a variable that is assigned again is read here, where the call stands
    const read = captured.map((v) => (v.mutable ? use(b.define(v.name, use(v), node)) : use(v)));
    return emitCall(b, callee, [...args, ...read], result, callee.name, at, want && { ...want, hint: callee.name });
  });
}
