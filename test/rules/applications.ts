// Applies rules to numbers: builds one operation over fresh variables, derives it, and evaluates what comes back.
import { BOOLEAN, constant, REAL, Supply, use } from "../../packages/compiler/src/ir/build.ts";
import type { Expr, Var } from "../../packages/compiler/src/ir/ir.ts";
import { contribution, partial, tangent } from "../../packages/compiler/src/rules/derive.ts";
import { evaluate, operation, type Value } from "./expressions.ts";

/** One application of an operation. */
export interface Application {
  readonly name: string;
  readonly args: readonly Expr[];
  readonly result: Expr;
  readonly variables: readonly Var[];
  readonly resultVariable: Var;
}

/** Operands are variables, except those given as constants. */
export function application(name: string, count: number, constants: Readonly<Record<number, number>> = {}): Application {
  const supply = new Supply();
  const variables = Array.from({ length: count }, (_, i) => supply.fresh(`x${i}`, name === "select" && i === 0 ? BOOLEAN : REAL));
  const resultVariable = supply.fresh("y", REAL);
  const args = variables.map((v, i) => {
    const value = constants[i];
    return value === undefined ? use(v) : constant(value);
  });
  return { name, args, result: use(resultVariable), variables, resultVariable };
}

/** The value of the operation itself. */
export function primal(name: string, values: readonly Value[]): Value {
  if (name === "select") return values[0] === true ? values[1] ?? NaN : values[2] ?? NaN;
  const run = operation(name);
  if (run === undefined) throw new Error(`${name} cannot be evaluated`);
  return run(...values.map(Number));
}

export const environmentOf = (a: Application, values: readonly Value[]): ReadonlyMap<Var, Value> =>
  new Map([...a.variables.map((v, i) => [v, values[i] ?? NaN] as const), [a.resultVariable, primal(a.name, values)] as const]);

/** The partial in one operand. */
export function slope(a: Application, values: readonly Value[], index: number): number {
  const plan = partial(a.name, a.args, a.result, index);
  return plan === null ? 0 : Number(evaluate(plan.formula, environmentOf(a, values)));
}

/** What an adjoint of the result contributes to the adjoint of one operand. */
export function pulled(a: Application, values: readonly Value[], index: number, adjoint: number): number {
  const plan = partial(a.name, a.args, a.result, index);
  if (plan === null) return 0;
  const bar = new Supply().fresh("yBar", REAL);
  return Number(evaluate(contribution(use(bar), plan, plan.singular), new Map([...environmentOf(a, values), [bar, adjoint] as const])));
}

/** A value and how it moves. */
export interface Dual {
  readonly value: Value;
  readonly dot: number;
}

/** Forward mode over a tree of operations, by the tangents of the rules themselves. */
export function dual(e: Expr, environment: ReadonlyMap<Var, Dual>): Dual {
  if (e.kind === "var") {
    const found = environment.get(e.variable);
    if (found === undefined) throw new Error(`${e.variable.name} has no value`);
    return found;
  }
  if (e.kind !== "op") return { value: evaluate(e, new Map()), dot: 0 };
  const operands = e.args.map((x) => dual(x, environment));
  const supply = new Supply();
  const variables = operands.map((_, i) => supply.fresh(`t${i}`, REAL));
  const dots = operands.map((_, i) => supply.fresh(`t${i}Dot`, REAL));
  const result = supply.fresh("t", REAL);
  const values = new Map<Var, Value>([
    ...variables.map((v, i) => [v, operands[i]?.value ?? NaN] as const),
    ...dots.map((v, i) => [v, operands[i]?.dot ?? NaN] as const),
  ]);
  const value = evaluate({ ...e, args: variables.map(use) }, values);
  values.set(result, value);
  const moved = tangent(e.op, variables.map(use), use(result), operands.map((o, i) => (typeof o.value === "number" ? use(dots[i] ?? result) : null)));
  return { value, dot: Number(evaluate(moved, values)) };
}
