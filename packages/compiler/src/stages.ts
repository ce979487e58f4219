// What `--stage` shows beside the text of a program: what is active, and how values of the sweep get to reverse.
import type { Stmt } from "./ir/ir.ts";
import { type Activity, isReference } from "./analysis/activity.ts";
import type { Decision } from "./transform/adjoint/context.ts";

/** in the margin of a definition: active, varied (depends on the inputs but does not matter), or has a companion */
export function activityMargin(s: Stmt, activity: Activity): readonly string[] {
  if (s.kind !== "let" && s.kind !== "assign") return [];
  const v = s.variable;
  if (isReference(v.type)) return activity.hasCompanion(v) ? ["companion"] : [];
  return activity.isActive(v) ? ["active"] : activity.isVaried(v) ? ["varied"] : [];
}

/** one line per value that reverse needs from the sweep: how it gets there, and the bytes of each execution */
export function printDecisions(decisions: readonly Decision[]): string {
  if (decisions.length === 0) return "nothing is recorded";
  const lines = decisions.map((d) => `${d.variable.name}: ${d.how}${d.bytes > 0 ? `, ${d.bytes} bytes each time` : ""}`);
  const total = decisions.reduce((sum, d) => sum + d.bytes, 0);
  return [...lines, `in all ${total} bytes where every value is recorded once`].join("\n");
}
