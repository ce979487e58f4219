// Plans of calls that stay calls. A function of the program is split: its sweep fills a record, its reverse reads it.
import type { Expr, Stmt } from "../../ir/ir.ts";
import { define, field, load, REAL, use, ZERO } from "../../ir/build.ts";
import { CompilerBug } from "../../diagnostics/diagnostic.ts";
import { isLinearCall } from "../../rules/runtime.ts";
import type { Context, Region } from "./context.ts";
import { isRuled } from "../ruled.ts";
import { planRuled } from "./ruled.ts";
import { planRuntimeCall } from "./runtime.ts";

type Call = Stmt & { readonly kind: "call" };

export function planCall(s: Call, context: Context): Region {
  if (s.callee.kind === "external" && isLinearCall(s.callee.name)) return planRuntimeCall(s, s.callee.name, context);
  if (isRuled(s)) return planRuled(s, context);
  const split = s.callee.kind === "function" ? context.shared.split(s.callee.func) : null;
  if (!split) {
    if (s.result && (context.isActive(use(s.result)) || context.hasCompanion(use(s.result)))) throw new CompilerBug("adjoint", "an active call without a derivative");
    return { sweep: [s], reverse: [] };
  }
  const { supply } = context;
  const { origin } = s;
  const record = supply.fresh("record", split.recordType);
  const companions = split.companionParams.map((i) => { const a = s.args[i]!; return context.hasCompanion(a) || a.kind === "const" ? context.companion(a) : { kind: "const", value: undefined } as Expr; });
  const sweep: Stmt[] = [{ kind: "call", callee: { kind: "function", func: split.sweepId }, args: [...s.args, ...companions], result: record, origin }];
  if (s.result) sweep.push(define(s.result, load(field(use(record), "value"), s.result.type), origin));
  if (s.result && split.hasResultCompanion && context.hasCompanion(use(s.result))) {
    const companion = supply.fresh(`${s.result.name}Bar`, context.companionType(s.result.type));
    sweep.push(define(companion, load(field(use(record), "valueBar"), companion.type), origin));
    context.setCompanion(s.result, use(companion));
  }
  const reverse: Stmt[] = [];
  const seed = split.hasActiveResult ? [s.result && context.isActive(use(s.result)) ? use(context.bar(s.result)) : ZERO] : [];
  const returned = split.activeParams.length > 0 ? supply.fresh("bars", split.resultType) : null;
  reverse.push({ kind: "call", callee: { kind: "function", func: split.reverseId }, args: [use(record), ...seed], result: returned, origin });
  if (returned && split.activeParams.length === 1) context.accumulate(s.args[split.activeParams[0]!]!, use(returned), reverse, origin);
  else if (returned) split.activeParams.forEach((p, k) => {
    const part = supply.fresh("bar", REAL);
    reverse.push(define(part, load(field(use(returned), `bar${k}`), REAL), origin));
    context.accumulate(s.args[p]!, use(part), reverse, origin);
  });
  return { sweep, reverse };
}
