// Rules of the operators, of the choice `select` and of the tests that the frontend makes out of syntax.
// Total over the names listed at `OpName` in ir.ts: an operator without a row does not compile.
import { call, choice, d1, d2, div, inert, kills, neg, select } from "./formula.ts";
import { power } from "./math.ts";
import type { Rule } from "./rule.ts";

export type OperatorName =
  | "+" | "-" | "*" | "/" | "%" | "**" | "neg" | "guarded*"
  | "<" | "<=" | ">" | ">=" | "===" | "!==" | "==" | "!="
  | "!" | "&&" | "||" | "select"
  | "&" | "|" | "^" | "~" | "<<" | ">>" | ">>>"
  | "stopGradient" | "defaulted"
  | "truthy" | "isNullish" | "typeof" | "Array.isArray" | "in" | ".has" | "Object.hasOwn" | ".hasOwnProperty" | "instanceof";

const INT32 = "it truncates to a 32-bit integer";
const EQUALITY = "numbers that carry a derivative are compared for equality: no slope is seen where they are equal";

export const operators: Readonly<Record<OperatorName, Rule>> = {
  "+": d2(() => [1, 1], { cost: 0.5 }),
  "-": d2(() => [1, -1], { cost: 0.5 }),
  "*": d2((a, b) => [b, a], { cost: 0.5 }),
  "/": d2((_a, b, y) => [div(1, b), neg(div(y, b))], { cost: 4, on: [[-3, 3], [0.3, 3]], singular: true }),
  "%": d2((a, b) => [1, neg(call("trunc", div(a, b)))], { cost: 8, on: [[-8, 8], [0.7, 2]] }),
  "**": power,
  neg: d1(() => -1, { cost: 0.3 }),
  // derivative code: `a * b`, and 0 where a is 0 whatever b is (an adjoint and a singular partial, SEMANTICS §5). An operation of its
  // own and no choice, because its slope in a is b also where a is 0: second derivatives need it. optimize/ writes it out
  "guarded*": d2((a, b) => [b, a], { cost: 1, singular: true }),

  select: choice((test) => [select(test, 1, 0), select(test, 0, 1)], { cost: 0.5 }),

  "<": inert(0.3),
  "<=": inert(0.3),
  ">": inert(0.3),
  ">=": inert(0.3),
  "===": kills(0.3, EQUALITY),
  "!==": kills(0.3, EQUALITY),
  "==": kills(0.3, EQUALITY),
  "!=": kills(0.3, EQUALITY),
  "!": inert(0.3),
  "&&": inert(0.3),
  "||": inert(0.3),

  "&": kills(0.3, INT32),
  "|": kills(0.3, INT32),
  "^": kills(0.3, INT32),
  "~": kills(0.3, INT32),
  "<<": kills(0.3, INT32),
  ">>": kills(0.3, INT32),
  ">>>": kills(0.3, INT32),

  // the number itself, without its derivative; prints as the number
  stopGradient: inert(0),
  // the default of an argument that is left out, and the argument: its derivative is that of the default's place. Prints as the default
  defaulted: d2(() => [1, 1], { cost: 0.3 }),

  truthy: inert(0.3),
  isNullish: inert(0.3),
  typeof: inert(0.5),
  "Array.isArray": inert(0.5),
  in: inert(10),
  ".has": inert(10),
  "Object.hasOwn": inert(10),
  ".hasOwnProperty": inert(10),
  instanceof: inert(5),
};
