// Derivatives as values: `const g = grad(f)` that is more than called becomes a function literal that calls the derivative, so that it is
// a function like others. Where it is called, the marker stands at the call.
// Assumes the structured stage.
import type { Block, Expr, Func, Stmt, Var } from "../../ir/ir.ts";
import { parameterOf, type Supply, use } from "../../ir/build.ts";
import { mapOperands, mapStmt, visitExpressions } from "../../ir/walk.ts";

type Derivative = Expr & { readonly kind: "derivative" };

const isFunction = (e: Expr): e is Derivative => e.kind === "derivative" && e.type.kind === "function";

export function literalDerivatives(func: Func, supply: Supply, freshId: () => number): Func {
  const held = new Map<Var, Derivative>();
  const note = (block: Block): void => { for (const s of block) { if (s.kind === "let" && !s.variable.mutable && isFunction(s.value)) held.set(s.variable, s.value); mapStmt(s, (e) => e, (b) => { note(b); return b; }); } };
  const inside = (f: Func): void => { note(f.body); visitExpressions(f.body, (e) => { if (e.kind === "closure") note(e.func.body); }); };
  inside(func);
  let found = held.size > 0;
  visitExpressions(func.body, (e) => { found ||= isFunction(e); });
  if (!found) return func;
  const expr = (e: Expr): Expr => {
    if (e.kind === "closure") return { ...e, func: each(e.func) };
    return isFunction(e) ? literal(e, supply, freshId) : mapOperands(e, expr);
  };
  const statement = (s: Stmt): Stmt => {
    if (s.kind !== "call" || s.callee.kind !== "value") return mapStmt(s, expr, block);
    const { value } = s.callee;
    const called = value.kind === "var" ? held.get(value.variable) : isFunction(value) ? value : undefined;
    return { ...s, callee: { ...s.callee, value: called ?? expr(value) }, args: s.args.map(expr) };
  };
  const block = (b: Block): Block => b.map(statement);
  const each = (f: Func): Func => ({ ...f, body: block(f.body), result: f.result && expr(f.result) });
  return each(func);
}

function literal(e: Derivative, supply: Supply, freshId: () => number): Expr {
  if (e.type.kind !== "function") return e;
  const origin = { span: { file: "", start: 0, end: 0 }, comments: [] };
  const params = e.type.params.map((type) => parameterOf(supply.fresh("x", type)));
  const result = supply.fresh("value", e.type.result);
  const func: Func = {
    id: `${e.request.operator}@${freshId()}`, name: e.request.operator, params, origin,
    body: [{ kind: "call", callee: { kind: "value", value: e }, args: params.map((p) => use(p.variable)), result, origin }],
    result: use(result), resultType: e.type.result, resultText: null,
  };
  return { kind: "closure", func, type: e.type };
}
