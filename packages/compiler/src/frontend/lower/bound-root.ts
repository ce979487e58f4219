// A root that is a method of an object, or a function with arguments given already: `grad(model.loss)`, `grad(this.loss)`,
// `grad(loss.bind(null, data))`. It becomes a function of what is left to be given; the object and the arguments are read when it is called.
// Assumes an expression without effects. Guarantees that variables around the marker come in as captures do.
import { ts } from "ts-morph";
import type { Func, Param } from "../../ir/ir.ts";
import { use } from "../../ir/build.ts";
import { orUndefined } from "../../ir/facts.ts";
import { type BoundTarget, bare, countedParameters, type FunctionNode, spanOf } from "../nodes.ts";
import { Body, PLAIN, type Visitors } from "./body.ts";
import { type Applicable, boundParts } from "./bound.ts";
import { captureThis } from "./captured-this.ts";
import * as refusals from "../../diagnostics/catalog.ts";
import { functionName, type Unit } from "./unit.ts";

/** null after saying why */
export function lowerBound(unit: Unit, visitors: Visitors, node: FunctionNode, { expression, given }: BoundTarget): Func | null {
  const b = new Body(unit, visitors, null, expression, unit.context.types);
  captureThis(b, expression);
  const params: Param[] = [];
  let target: Applicable | null = null;
  const block = b.block(() => {
    const parts = boundParts(b, bare(expression));
    if (parts === null) return;
    target = parts.target;
    const { shape } = target;
    const declared = countedParameters(node).slice(given);
    const types = [...shape.types.slice(0, shape.fixed), ...(shape.rest === null ? [] : [shape.rest])].slice(given);
    types.forEach((type, i) => {
      const at = declared[i];
      const rest = at?.dotDotDotToken !== undefined;
      const optional = !rest && (at?.questionToken !== undefined || at?.initializer !== undefined);
      const name = at !== undefined && ts.isIdentifier(at.name) ? at.name.text : shape.names[given + i] || `p${i}`;
      const variable = unit.supply.fresh(name, optional ? orUndefined(type) : type);
      params.push({ variable, name, typeText: at?.type?.getText() ?? null, optional, rest });
    });
    const value = target.call([...parts.given, ...params.map((x) => use(x.variable))], expression, target.result.kind === "void" ? null : PLAIN);
    b.exit({ kind: "return", value }, expression);
  });
  const made = target as Applicable | null;
  if (made === null) {
    unit.report(refusals.boundFunction(spanOf(expression), "bind"));
    return null;
  }
  const origin = { span: spanOf(expression), comments: [] };
  const id = `${expression.getSourceFile().fileName}#${functionName(node)}$bound@${expression.getStart()}`;
  return { id, name: functionName(node), params, body: [...b.prologue, ...block], result: null, resultType: made.result, resultText: null, origin };
}
