// `Math.hypot(...v)`: a function of an array, whose digits are the engine's and whose rule stands in the module that every program carries.
import { ts } from "ts-morph";
import type { Expr, Type } from "../../ir/ir.ts";
import { REAL } from "../../ir/build.ts";
import { lowerArguments } from "./arguments.ts";
import type { Body, Want } from "./body.ts";
import { literal } from "./bound.ts";
import { emitCall } from "./callee.ts";
import { plainShape } from "./library.ts";
import { ruleNamed } from "./package-rule.ts";
import { ruled } from "./rule.ts";
import { present } from "../../ir/facts.ts";

const NUMBERS: Type = { kind: "array", array: "Array", element: REAL };

export function spreadHypot(b: Body, node: ts.CallExpression, want: Want | null): Expr | null {
  const shape = { ...plainShape(1), types: [NUMBERS], names: ["v"] };
  const primal = literal(b, node, "hypot", shape, [], REAL, (args, at, wanted) =>
    emitCall(b, { kind: "external", name: "Math.hypot", cell: null, does: "compute", spreads: true }, args, REAL, "hypot", at, wanted));
  const value = b.settle(ruled(b, node, { name: "hypot", shape, result: REAL }, primal, ruleNamed(b, "math", "hypot")), node, "hypot");
  return emitCall(b, { kind: "value", value }, [listed(b, node)], REAL, "hypot", node, want);
}

/** the arguments as one array that may be handed to the library */
function listed(b: Body, node: ts.CallExpression): Expr {
  const [only] = node.arguments;
  if (node.arguments.length === 1 && only !== undefined && ts.isSpreadElement(only)) {
    const type = present(b.typeOf(only.expression));
    if (type.kind === "array" && type.array === "Array" && type.element.kind === "real") return b.atom(only.expression);
  }
  const [list] = lowerArguments(b, node.arguments, { ...plainShape(0), rest: NUMBERS }, node);
  return b.settle(list!, node, "lengths");
}
