// Plans of branches: reverse takes the arm that the sweep took. Values that an arm computed are kept for its reverse half.
import type { Stmt } from "../../ir/ir.ts";
import { branch } from "../../ir/build.ts";
import { planRegion } from "./block.ts";
import { provide } from "./availability.ts";
import type { Context, Region } from "./context.ts";

export function planIf(s: Stmt & { readonly kind: "if" }, context: Context): Region {
  const then = planRegion(s.then, context);
  const otherwise = planRegion(s.else, context);
  if (then.reverse.length === 0 && otherwise.reverse.length === 0) return { sweep: [{ ...s, then: then.sweep, else: otherwise.sweep }], reverse: [] };
  const a = provide(then, context, new Map(), s.origin);
  const b = provide(otherwise, context, new Map(), s.origin);
  return {
    sweep: [...a.before, ...b.before, { ...s, then: a.sweep, else: b.sweep }],
    reverse: [branch(s.test, a.reverse, b.reverse, s.origin)],
  };
}
