// `switch`: a block that `break` leaves. Where no case falls through it is a chain of tests; else a number says at which
// clause to enter, and each clause runs if it was entered there or above.
import { ts } from "ts-morph";
import type { Expr, Target } from "../../ir/ir.ts";
import { BOOLEAN, constant, define, op, REAL, UNDEFINED, use } from "../../ir/build.ts";
import { spanOf } from "../nodes.ts";
import type { Body } from "./body.ts";
import { isUnder } from "./tree.ts";

interface Clause {
  /** the tests that lead here; a default clause may have some too */
  readonly tests: readonly ts.Expression[];
  readonly isDefault: boolean;
  readonly body: readonly ts.Statement[];
}

export function switchStatement(b: Body, node: ts.SwitchStatement, labels: readonly string[]): void {
  const origin = b.origin(node);
  const subject = b.atom(node.expression);
  const target: Target = { label: labels[0] ?? "switch" };
  predeclare(b, node.caseBlock);
  b.jumps.push({ labels, plain: true, break: { kind: "break", target }, continue: null });
  const clauses = clausesOf(node.caseBlock);
  const body = b.block(() => {
    if (clauses.slice(0, -1).every((x) => leaves(x.body))) chained(b, node, subject, clauses);
    else numbered(b, node, subject, clauses);
  });
  b.jumps.pop();
  b.emit({ kind: "block", target, body, landing: [], origin });
}

/** clauses without statements lead where the next one does */
function clausesOf(block: ts.CaseBlock): readonly Clause[] {
  const found: Clause[] = [];
  let tests: ts.Expression[] = [];
  let isDefault = false;
  block.clauses.forEach((x, i) => {
    if (ts.isDefaultClause(x)) isDefault = true;
    else tests.push(x.expression);
    if (x.statements.length === 0 && i < block.clauses.length - 1) return;
    found.push({ tests, isDefault, body: flattened(x.statements) });
    tests = [];
    isDefault = false;
  });
  return found;
}

/** `case 1: { …; break; }` */
const flattened = (body: readonly ts.Statement[]): readonly ts.Statement[] => (body.length === 1 && body[0] !== undefined && ts.isBlock(body[0]) ? body[0].statements : body);

/** does control surely not reach the next clause? */
function leaves(body: readonly ts.Statement[]): boolean {
  const last = body.at(-1);
  if (last === undefined) return false;
  if (ts.isBlock(last)) return leaves(last.statements);
  if (ts.isIfStatement(last)) return last.elseStatement !== undefined && leaves([last.thenStatement]) && leaves([last.elseStatement]);
  return ts.isBreakStatement(last) || ts.isReturnStatement(last) || ts.isThrowStatement(last) || ts.isContinueStatement(last);
}

const isPlainBreak = (node: ts.Statement | undefined): boolean => node !== undefined && ts.isBreakStatement(node) && node.label === undefined;

function matches(b: Body, subject: Expr, tests: readonly ts.Expression[], then: () => void, otherwise: () => void): void {
  const [first, ...others] = tests;
  if (first === undefined) return otherwise();
  const found = b.settle(op("===", [subject, b.atom(first)], BOOLEAN), first);
  if (others.length === 0) return b.branch(found, then, otherwise, first);
  const any = b.declare("matches", BOOLEAN, first, found);
  for (const x of others) {
    const sofar = b.settle(use(any), x);
    b.branch(sofar, () => undefined, () => { b.assign(any, op("===", [subject, b.atom(x)], BOOLEAN), x); }, x);
  }
  b.branch(b.settle(use(any), first), then, otherwise, first);
}

/** no clause falls through: tests in order, the default last whatever its place */
function chained(b: Body, node: ts.SwitchStatement, subject: Expr, clauses: readonly Clause[]): void {
  const fallback = clauses.find((x) => x.isDefault);
  const run = (clause: Clause): void => b.statements(isPlainBreak(clause.body.at(-1)) ? clause.body.slice(0, -1) : clause.body);
  const from = (i: number): void => {
    const clause = clauses[i];
    if (clause === undefined) { if (fallback !== undefined) run(fallback); return; }
    if (clause.isDefault) return from(i + 1);
    matches(b, subject, clause.tests, () => run(clause), () => from(i + 1));
  };
  if (fallback !== undefined && fallback.tests.length > 0 && clauses.at(-1) !== fallback) return numbered(b, node, subject, clauses);
  from(0);
}

function numbered(b: Body, node: ts.SwitchStatement, subject: Expr, clauses: readonly Clause[]): void {
  const fallback = clauses.findIndex((x) => x.isDefault);
  const entry = b.declare("entry", REAL, node, constant(fallback < 0 ? clauses.length : fallback));
  const tested = clauses.map((clause, i) => ({ clause, i })).filter(({ clause }) => clause.tests.length > 0);
  const from = (k: number): void => {
    const at = tested[k];
    if (at === undefined) return;
    matches(b, subject, at.clause.tests, () => { b.assign(entry, constant(at.i), node); }, () => from(k + 1));
  };
  from(0);
  clauses.forEach((clause, i) => {
    const enters = b.settle(op("<=", [b.settle(use(entry), node), constant(i)], BOOLEAN), node, "enters");
    b.branch(enters, () => b.statements(clause.body), () => undefined, node);
  });
}

/** variables that one clause declares and another uses are declared before all of them */
function predeclare(b: Body, block: ts.CaseBlock): void {
  for (const clause of block.clauses) for (const statement of clause.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    for (const { name } of statement.declarationList.declarations) {
      if (!ts.isIdentifier(name)) continue;
      const symbol = b.symbolOf(name);
      if (symbol === undefined || !block.clauses.some((x) => x !== clause && mentions(b, x, symbol))) continue;
      b.predeclared.add(symbol);
      b.emit(define(b.variableOf(symbol, name.text, name), UNDEFINED, { span: spanOf(name), comments: [] }));
    }
  }
}

const mentions = (b: Body, root: ts.Node, symbol: ts.Symbol): boolean =>
  isUnder(root, (x) => ts.isIdentifier(x) && x.text === symbol.name && b.symbolOf(x) === symbol);
