// Which variables the text reads, assigns and declares, function literals included: what one of them reads and assigns is found once.
import type { Block, Expr, Func, Stmt, Var } from "./ir.ts";
import { blocks, declared, eachExpression, eachOperand, expressions, operands, statements, visitStatements } from "./walk.ts";

/** calls `visit` for every variable that an expression reads, and once for those in a closure */
export function visitVariables(e: Expr, visit: (v: Var) => void): void {
  const each = (x: Expr): void => {
    if (x.kind === "var") visit(x.variable);
    else if (x.kind === "closure") for (const v of readInside(x.func)) visit(v);
    else eachOperand(x, each);
  };
  each(e);
}

/** the variables that a block reads, bodies of closures included */
export function variablesRead(block: Block): Set<Var> {
  const found = new Set<Var>();
  const add = (v: Var): void => { found.add(v); };
  visitStatements(block, (s) => { eachExpression(s, (e) => { visitVariables(e, add); }); });
  return found;
}

const readBy = new WeakMap<Func, ReadonlySet<Var>>();

/** the variables that a function literal reads, its own included: it may be most of the function around it, which is asked again and again */
export function readInside(func: Func): ReadonlySet<Var> {
  const known = readBy.get(func);
  if (known !== undefined) return known;
  const found = variablesRead(func.body);
  if (func.result) visitVariables(func.result, (v) => { found.add(v); });
  readBy.set(func, found);
  return found;
}

const withClosures = new WeakMap<Block, boolean>();

const holdsClosure = (e: Expr): boolean => {
  if (e.kind === "var" || e.kind === "const") return false;
  return e.kind === "closure" || operands(e).some(holdsClosure);
};

/** does a function literal stand in the block? Most have none, and need not be searched for them again */
export function holdsClosures(block: Block): boolean {
  const known = withClosures.get(block) ?? block.some((s) => expressions(s).some(holdsClosure) || blocks(s).some(holdsClosures));
  withClosures.set(block, known);
  return known;
}

/** does a function literal stand in the function? */
export const hasClosures = ({ body, result }: Func): boolean => holdsClosures(body) || (result !== null && holdsClosure(result));

/** all that declarations and assignments give each variable, bodies of closures left out */
export function valuesGiven(block: Block): Map<Var, Expr[]> {
  const found = new Map<Var, Expr[]>();
  for (const s of statements(block)) {
    if (s.kind !== "let" && s.kind !== "assign") continue;
    const known = found.get(s.variable);
    if (known) known.push(s.value);
    else found.set(s.variable, [s.value]);
  }
  return found;
}

/** the variables that a block assigns (declarations do not count), bodies of closures included */
export function variablesAssigned(block: Block): Set<Var> {
  const found = assignedInClosures(block);
  visitStatements(block, (s) => { if (s.kind === "assign") found.add(s.variable); });
  return found;
}

/** variables that function literals assign: whoever calls them does */
export function assignedInClosures(block: Block): Set<Var> {
  const found = new Set<Var>();
  if (holdsClosures(block)) visitStatements(block, (s) => { visitClosures(s, (f) => { for (const v of assignedInside(f)) found.add(v); }); });
  return found;
}

const assignedBy = new WeakMap<Func, ReadonlySet<Var>>();

/** the variables that a function literal assigns */
export function assignedInside(func: Func): ReadonlySet<Var> {
  const known = assignedBy.get(func) ?? variablesAssigned(func.body);
  assignedBy.set(func, known);
  return known;
}

/** calls `visit` for the function literals in the expressions of a statement, those inside of them left out */
export function visitClosures(s: Stmt, visit: (f: Func) => void): void {
  const each = (e: Expr): void => {
    if (e.kind === "closure") visit(e.func);
    else eachOperand(e, each);
  };
  eachExpression(s, each);
}

/** the variables that a block declares, at any depth */
export function variablesDeclared(block: Block): Set<Var> {
  const found = new Set<Var>();
  for (const s of statements(block)) for (const v of declared(s)) found.add(v);
  return found;
}
