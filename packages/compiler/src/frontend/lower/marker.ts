// Markers inside differentiated code: `grad(f)` is a value that a later pass turns into a function.
import type { ts } from "ts-morph";
import type { Expr, Operator, Type } from "../../ir/ir.ts";
import { noArgument } from "../../diagnostics/catalog.ts";
import { evaluateOptions } from "../marker-options.ts";
import { spanOf } from "../nodes.ts";
import { type Body, PLAIN } from "./body.ts";
import * as refusals from "../../diagnostics/catalog.ts";

export function markerCall(b: Body, node: ts.CallExpression, operator: Operator): Expr {
  const [target, options] = node.arguments;
  if (target === undefined) return b.refuse(noArgument(spanOf(node), operator), node);
  if (operator === "customRule") return b.refuse(refusals.unsupportedFunction(spanOf(node), "customRule inside differentiated code"), node);
  const evaluated = evaluateOptions(operator, options, b.checker);
  if ("finding" in evaluated) return b.refuse(evaluated.finding, node);
  const value = b.atom(target, { ...PLAIN, hint: operator === "stopGradient" ? null : "inner" });
  const type: Type = b.typeOf(node);
  return { kind: "derivative", request: evaluated.request, target: value, type };
}
