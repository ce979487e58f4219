// Evaluates trees of scalar operations on numbers and booleans, by JavaScript's own operators: what the rules' formulas mean.
// Assumes a complete environment; an operation that it does not know is an error, so that formulas cannot use unknown ones.
import type { Expr, Var } from "../../packages/compiler/src/ir/ir.ts";

export type Value = number | boolean;
export type Environment = ReadonlyMap<Var, Value>;

type Operation = (...operands: readonly number[]) => Value;

const OPERATORS: Readonly<Record<string, Operation>> = {
  "+": (a = NaN, b = NaN) => a + b,
  "-": (a = NaN, b = NaN) => a - b,
  "*": (a = NaN, b = NaN) => a * b,
  "/": (a = NaN, b = NaN) => a / b,
  "%": (a = NaN, b = NaN) => a % b,
  "**": (a = NaN, b = NaN) => a ** b,
  neg: (a = NaN) => -a,
  "guarded*": (a = NaN, b = NaN) => (a === 0 ? 0 : a * b),
  // what is left out counts from its default
  defaulted: (a = NaN, b = 0) => a + b,
  "<": (a = NaN, b = NaN) => a < b,
  "<=": (a = NaN, b = NaN) => a <= b,
  ">": (a = NaN, b = NaN) => a > b,
  ">=": (a = NaN, b = NaN) => a >= b,
  "===": (a = NaN, b = NaN) => a === b,
  "!==": (a = NaN, b = NaN) => a !== b,
  Number: (a = NaN) => Number(a),
  ".valueOf": (a = NaN) => a.valueOf(),
};

/** Half precision, which Node has only in later versions: ten bits of fraction. */
function f16round(x: number): number {
  if (x === 0 || !Number.isFinite(x)) return x;
  const unit = 2 ** (Math.max(Math.floor(Math.log2(Math.abs(x))), -14) - 10);
  return Math.round(x / unit) * unit;
}

function mathFunction(name: string): Operation | undefined {
  if (name === "Math.f16round") return (x = NaN) => f16round(x);
  const found: unknown = name.startsWith("Math.") ? Reflect.get(Math, name.slice("Math.".length)) : undefined;
  return typeof found === "function" ? (...operands) => Number(Reflect.apply(found, Math, operands)) : undefined;
}

export const operation = (name: string): Operation | undefined => OPERATORS[name] ?? mathFunction(name);

function number(value: Value): number {
  if (typeof value !== "number") throw new Error("a number was expected, not a boolean");
  return value;
}

function truth(value: Value): boolean {
  if (typeof value !== "boolean") throw new Error("a boolean was expected, not a number");
  return value;
}

export function evaluate(e: Expr, environment: Environment): Value {
  switch (e.kind) {
    case "const":
      if (typeof e.value === "number" || typeof e.value === "boolean") return e.value;
      throw new Error(`${typeof e.value} constants are not evaluated here`);
    case "var": {
      const value = environment.get(e.variable);
      if (value === undefined) throw new Error(`${e.variable.name} has no value`);
      return value;
    }
    case "op": return applied(e.op, e.args, environment);
    default: throw new Error(`${e.kind} is not a scalar operation`);
  }
}

function applied(name: string, args: readonly Expr[], environment: Environment): Value {
  const arg = (index: number): Value => {
    const found = args[index];
    if (found === undefined) throw new Error(`${name} lacks operand ${index}`);
    return evaluate(found, environment);
  };
  if (name === "select") return truth(arg(0)) ? arg(1) : arg(2);
  if (name === "&&") return truth(arg(0)) && truth(arg(1));
  if (name === "||") return truth(arg(0)) || truth(arg(1));
  const run = operation(name);
  if (run === undefined) throw new Error(`${name} is not known`);
  return run(...args.map((_, index) => number(arg(index))));
}
