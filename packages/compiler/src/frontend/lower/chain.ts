// Optional chains: `a?.b`, `a?.[i]`, `f?.(x)`. The first missing link ends the whole chain with undefined; what stands to
// its right is not evaluated.
import { ts } from "ts-morph";
import type { Expr } from "../../ir/ir.ts";
import { use } from "../../ir/build.ts";
import { orUndefined, present } from "../../ir/facts.ts";
import { type Body, PLAIN, TESTED, type Want } from "./body.ts";
import { callMethod, callOf } from "./call.ts";
import { nullish } from "./operator.ts";
import { elementOf, fieldOf } from "./place.ts";

type Link = ts.PropertyAccessExpression | ts.ElementAccessExpression | ts.CallExpression | ts.NonNullExpression;

export const isChain = (node: ts.Node): node is Link => ts.isOptionalChain(node);

/** lowers the links of a chain from the left; `next` receives the value where no link is missing */
function follow(b: Body, node: ts.Expression, want: Want | null, next: (value: Expr | null) => void): void {
  if (!isChain(node)) return next(b.atom(node, TESTED));
  if (ts.isNonNullExpression(node)) return follow(b, node.expression, want, next);
  const optional = node.questionDotToken !== undefined;
  if (ts.isCallExpression(node) && (ts.isPropertyAccessExpression(node.expression)) && !optional) {
    const access = node.expression;
    return link(b, access.expression, access.questionDotToken !== undefined, access, (receiver) => next(callMethod(b, node, access, receiver, want)));
  }
  link(b, node.expression, optional, node, (base) => {
    if (ts.isPropertyAccessExpression(node)) next(fieldOf(b, base, node, want ?? PLAIN));
    else if (ts.isElementAccessExpression(node)) next(elementOf(b, base, node, want ?? PLAIN));
    else next(callOf(b, node, base, want));
  });
}

function link(b: Body, node: ts.Expression, optional: boolean, at: ts.Node, next: (base: Expr) => void): void {
  follow(b, node, TESTED, (value) => {
    const base = value === null ? null : b.settle(value, node);
    if (base === null) return;
    if (!optional) return next(base);
    b.branch(nullish(b, base, at), () => undefined, () => next(base), at);
  });
}

/** the value of a chain; null where only its effects matter */
export function chain(b: Body, node: Link, want: Want | null): Expr | null {
  if (want === null) {
    follow(b, node, null, () => undefined);
    return null;
  }
  const type = orUndefined(b.typeOf(node));
  const result = b.declare(want.hint ?? "chosen", want.asserted ? present(type) : type, node);
  follow(b, node, { ...want, into: null }, (value) => {
    if (value !== null) b.assign(result, value, node);
  });
  return use(result);
}
