// Markers inside differentiated code: `grad(f)` is a value that a later pass turns into a function.
import { ts } from "ts-morph";
import type { Expr, Operator, Type } from "../../ir/ir.ts";
import { op, typeOf } from "../../ir/build.ts";
import { isReferenceType } from "../../ir/facts.ts";
import { noArgument } from "../../diagnostics/catalog.ts";
import { evaluateOptions } from "../marker-options.ts";
import { classNamed } from "../classes.ts";
import { bare, spanOf } from "../nodes.ts";
import { type Body, PLAIN } from "./body.ts";
import { boundMethod } from "./bound.ts";
import { isQualified } from "./resolve.ts";
import { ruledFunction } from "./rule.ts";

export function markerCall(b: Body, node: ts.CallExpression, operator: Operator): Expr {
  const [target, options] = node.arguments;
  if (target === undefined) return b.refuse(noArgument(spanOf(node), operator), node);
  if (operator === "customRule") return ruledFunction(b, node);
  if (operator === "stopGradient") return stopped(b.atom(target, PLAIN));
  const evaluated = evaluateOptions(operator, options, b.checker);
  if ("finding" in evaluated) return b.refuse(evaluated.finding, node);
  const value = methodTarget(b, target) ?? b.atom(target, { ...PLAIN, hint: "inner" });
  const type: Type = b.typeOf(node);
  return { kind: "derivative", request: evaluated.request, target: value, type };
}

/** a number without its derivative; a deep copy of anything that holds numbers */
function stopped(value: Expr): Expr {
  const type = typeOf(value);
  if (type.kind === "real") return op("stopGradient", [value], type);
  return isReferenceType(type) && type.kind !== "function" && type.kind !== "opaque" ? { kind: "runtime", name: "stopGradient", args: [value], type } : value;
}

/** `grad(o.method)`: the method with its object; null for anything else */
function methodTarget(b: Body, target: ts.Expression): Expr | null {
  const node = bare(target);
  if (!ts.isPropertyAccessExpression(node) || node.expression.kind === ts.SyntaxKind.SuperKeyword || isQualified(b, node) || classNamed(node.expression, b.checker) !== null) return null;
  const symbol = b.checker.getSymbolAtLocation(node.name);
  const isMethod = symbol !== undefined && (symbol.flags & ts.SymbolFlags.Method) !== 0 && symbol.declarations?.some((x) => !ts.isObjectLiteralExpression(x.parent)) === true;
  const made = isMethod ? boundMethod(b, node, node.expression) : null;
  return made === null ? null : b.settle(made, node, node.name.text);
}
