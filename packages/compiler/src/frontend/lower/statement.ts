// Statements: one entry per kind of syntax. Exits stay exits; `var`s and function declarations are hoisted as JavaScript does.
import { ts } from "ts-morph";
import type { Block, Stmt, Target, Type, Var } from "../../ir/ir.ts";
import { define, FALSE, UNDEFINED, use } from "../../ir/build.ts";
import { carriesNumbers } from "../../ir/facts.ts";
import { spanOf } from "../nodes.ts";
import { declaration } from "./binding.ts";
import { checkpointDirective, checkpointedLoop } from "./checkpoint.ts";
import { localClass } from "./class-value.ts";
import { type Body, type Consumer, PLAIN } from "./body.ts";
import { doStatement, forInStatement, forOfStatement, forStatement, whileStatement } from "./loop.ts";
import * as refusals from "../../diagnostics/catalog.ts";
import { isFunctionLike } from "./scan.ts";
import { switchStatement } from "./switch.ts";
import { eachNode } from "./tree.ts";

const K = ts.SyntaxKind;

export function statement(b: Body, node: ts.Statement): void {
  b.begin(node);
  const directive = checkpointDirective(node);
  if (directive === null) labelled(b, node, []);
  else checkpointedLoop(b, directive, () => labelled(b, node, []));
}

function labelled(b: Body, node: ts.Statement, labels: readonly string[]): void {
  switch (node.kind) {
    case K.LabeledStatement: return labelled(b, (node as ts.LabeledStatement).statement, [...labels, (node as ts.LabeledStatement).label.text]);
    case K.ForStatement: return forStatement(b, node as ts.ForStatement, labels);
    case K.ForInStatement: return forInStatement(b, node as ts.ForInStatement, labels);
    case K.ForOfStatement: return forOfStatement(b, node as ts.ForOfStatement, labels);
    case K.WhileStatement: return whileStatement(b, node as ts.WhileStatement, labels);
    case K.DoStatement: return doStatement(b, node as ts.DoStatement, labels);
    case K.SwitchStatement: return switchStatement(b, node as ts.SwitchStatement, labels);
    default: return labels.length === 0 ? plain(b, node) : labelledBlock(b, node, labels);
  }
}

/** `label: { … break label; … }` */
function labelledBlock(b: Body, node: ts.Statement, labels: readonly string[]): void {
  const target: Target = { label: labels[0] ?? "block" };
  const origin = b.origin(node);
  b.jumps.push({ labels, plain: false, break: { kind: "break", target }, continue: null });
  const body = b.block(() => plain(b, node));
  b.jumps.pop();
  b.emit({ kind: "block", target, body, landing: [], origin });
}

function plain(b: Body, node: ts.Statement): void {
  switch (node.kind) {
    case K.Block: return statements(b, (node as ts.Block).statements);
    case K.VariableStatement: return variables(b, (node as ts.VariableStatement).declarationList);
    case K.ExpressionStatement: return b.effect((node as ts.ExpressionStatement).expression);
    case K.IfStatement: return ifStatement(b, node as ts.IfStatement);
    case K.ReturnStatement: return returnStatement(b, node as ts.ReturnStatement);
    case K.BreakStatement: case K.ContinueStatement: return jump(b, node as ts.BreakOrContinueStatement);
    case K.ThrowStatement: return b.emit({ kind: "throw", value: b.atom((node as ts.ThrowStatement).expression), origin: b.origin(node) });
    case K.TryStatement: return tryStatement(b, node as ts.TryStatement);
    case K.FunctionDeclaration: case K.EmptyStatement: case K.DebuggerStatement: case K.InterfaceDeclaration: case K.TypeAliasDeclaration: case K.EnumDeclaration: case K.ModuleDeclaration: return;
    case K.WithStatement: return b.report(refusals.withStatement(spanOf(node)));
    case K.ClassDeclaration: return localClass(b, node as ts.ClassDeclaration);
    default: return b.report(refusals.unsupportedSyntax(spanOf(node), "this statement"));
  }
}

// ---------------------------------------------------------------------------------------------------- lists

/** the statements of a block, its functions first where they are used before they stand */
export function statements(b: Body, nodes: readonly ts.Statement[]): void {
  const functions = nodes.filter((x): x is ts.FunctionDeclaration => ts.isFunctionDeclaration(x) && x.body !== undefined && x.name !== undefined);
  const early = new Set(functions.filter((x) => isUsedBefore(b, x)));
  for (const x of early) hoisted(b, x);
  for (const x of nodes) {
    if (ts.isFunctionDeclaration(x)) { if (functions.includes(x) && !early.has(x)) hoisted(b, x); continue; }
    b.visitors.statement(b, x);
    if (b.hasLeft) return;
  }
}

function hoisted(b: Body, node: ts.FunctionDeclaration): void {
  const symbol = node.name === undefined ? undefined : b.symbolOf(node.name);
  if (symbol === undefined || node.name === undefined) return;
  b.begin(node);
  const variable = b.variableOf(symbol, node.name.text, node);
  b.emit(define(variable, b.closure(node, node.name.text), b.origin(node)));
}

/** by name: a function that stands first although it need not is no harm */
function isUsedBefore(b: Body, node: ts.FunctionDeclaration): boolean {
  return (b.unit.mentions(node.parent).get(node.name?.text ?? "") ?? Infinity) < (node.name?.getStart() ?? 0);
}

function variables(b: Body, list: ts.VariableDeclarationList): void {
  if ((list.flags & ts.NodeFlags.Using) === ts.NodeFlags.Using) return b.report(refusals.usingDeclaration(spanOf(list)));
  for (const x of list.declarations) declaration(b, x);
}

/** declares the `var`s of a function that are used around their declaration: everything else is declared where it stands */
export function hoistVars(b: Body, body: ts.Block): void {
  eachNode(body, (node) => {
    if (isFunctionLike(node)) return false;
    const isVar = ts.isVariableDeclaration(node) && !ts.isCatchClause(node.parent) && (ts.getCombinedNodeFlags(node) & ts.NodeFlags.BlockScoped) === 0;
    if (isVar) for (const name of names(node.name)) hoistVar(b, body, name);
    return true;
  });
}

const names = (name: ts.BindingName): readonly ts.Identifier[] =>
  ts.isIdentifier(name) ? [name] : name.elements.flatMap((x) => (ts.isOmittedExpression(x) ? [] : names(x.name)));

function hoistVar(b: Body, body: ts.Block, name: ts.Identifier): void {
  const symbol = b.symbolOf(name);
  if (symbol === undefined || b.predeclared.has(symbol) || standsFirst(b, body, name, symbol)) return;
  b.predeclared.add(symbol);
  if (b.lookup(symbol) === undefined) b.emit(define(b.variableOf(symbol, name.text, name), UNDEFINED, { span: spanOf(name), comments: [] }));
}

/** a `var` at the top level of the function, declared once, before all its uses */
function standsFirst(b: Body, body: ts.Block, name: ts.Identifier, symbol: ts.Symbol): boolean {
  if (symbol.declarations?.length !== 1) return false;
  const list = ts.findAncestor(name, ts.isVariableDeclarationList);
  const holder = list?.parent;
  if (holder === undefined || holder.parent !== body || !(ts.isVariableStatement(holder) || ts.isForStatement(holder))) return false;
  return b.unit.mentions(body).get(name.text) === name.getStart();
}

// ---------------------------------------------------------------------------------------------------- control

function ifStatement(b: Body, node: ts.IfStatement): void {
  const test = b.condition(node.expression);
  b.branch(test, () => nested(b, node.thenStatement), () => { if (node.elseStatement !== undefined) nested(b, node.elseStatement); }, node);
}

const nested = (b: Body, node: ts.Statement): void => b.visitors.statement(b, node);

function returnStatement(b: Body, node: ts.ReturnStatement): void {
  returnValue(b, node.expression ?? null, node);
}

/** `return e`, or the body of an arrow function */
export function returnValue(b: Body, expression: ts.Expression | null, node: ts.Node): void {
  if (b.consumer !== null) return returnToConsumer(b, b.consumer, expression, node);
  if (b.returnTo !== null) {
    if (expression !== null) b.effect(expression);
    return b.exit(b.returnTo, node);
  }
  if (expression === null) return b.exit({ kind: "return", value: null }, node);
  if (b.resultType().kind === "void") {
    b.effect(expression);
    return b.exit({ kind: "return", value: null }, node);
  }
  b.exit({ kind: "return", value: b.typed(b.atom(expression, PLAIN), b.resultType(), expression) }, node);
}

/** a generator returns: the value, if it is of any use, goes to the consumer */
function returnToConsumer(b: Body, { finish }: Consumer, expression: ts.Expression | null, node: ts.Node): void {
  const [type] = finish.type.kind === "function" ? finish.type.params : [];
  if (expression !== null && (type === undefined || !carriesNumbers(type))) b.effect(expression);
  else if (expression !== null && type !== undefined) {
    b.emit({ kind: "call", callee: { kind: "value", value: use(finish) }, args: [b.typed(b.atom(expression), type, expression)], result: null, origin: b.origin(node) });
  }
  b.exit({ kind: "return", value: FALSE }, node);
}

function jump(b: Body, node: ts.BreakOrContinueStatement): void {
  const label = node.label?.text;
  const isBreak = ts.isBreakStatement(node);
  const found = b.jumps.findLast((x) => (label !== undefined ? x.labels.includes(label) : isBreak ? x.plain : x.continue !== null));
  const exit = isBreak ? found?.break : found?.continue;
  if (exit === undefined || exit === null) return b.report(refusals.unsupportedSyntax(spanOf(node), isBreak ? "a break without a loop" : "a continue without a loop"));
  b.exit(exit, node);
}

function tryStatement(b: Body, node: ts.TryStatement): void {
  const origin = b.origin(node);
  const body = b.block(() => statements(b, node.tryBlock.statements));
  const { catchClause } = node;
  const caught: Var[] = [];
  const handler: Block | null = catchClause === undefined ? null : b.block(() => {
    const variable = caughtVariable(b, catchClause);
    if (variable !== null) caught.push(variable);
    statements(b, catchClause.block.statements);
  });
  const { finallyBlock } = node;
  const finalizer = finallyBlock === undefined ? null : b.block(() => statements(b, finallyBlock.statements));
  const s: Stmt = { kind: "try", body, caught: caught[0] ?? null, handler, finalizer, origin };
  b.emit(s);
}

function caughtVariable(b: Body, clause: ts.CatchClause): Var | null {
  const name = clause.variableDeclaration?.name;
  if (name === undefined) return null;
  if (!ts.isIdentifier(name)) {
    b.report(refusals.catchPattern(spanOf(name)));
    return null;
  }
  const symbol = b.symbolOf(name);
  if (symbol === undefined) return null;
  const type: Type = { kind: "opaque", text: "unknown" };
  const isAssigned = b.unit.facts(name).assigned.has(symbol);
  const variable = b.unit.supply.fresh(name.text, type);
  const named = isAssigned ? b.declare(name.text, type, name, use(variable)) : variable;
  b.bind(symbol, named);
  return variable;
}
