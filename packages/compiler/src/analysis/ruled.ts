// What a rule must be able to rely on: the function that it is for changes nothing that it is given, returns nothing of it, and depends on
// nothing that is differentiated but its arguments. (A rule that is wrong is not found here: `cotangent verify` compares it with differences.)
// Assumes the versioned stage and facts; `normal` gives the function and all that it calls in that stage.
import type { Expr, Func, FuncId, Ruled, Var } from "../ir/ir.ts";
import { cellKey } from "../ir/facts.ts";
import { statements, visitExpressions } from "../ir/walk.ts";
import { activeCapture, ruleShares, ruleWrites } from "../diagnostics/catalog-of-rules.ts";
import type { Finding } from "../diagnostics/diagnostic.ts";
import type { Activity } from "./activity.ts";
import { analyzeAlias, isReference } from "./alias.ts";
import { changesOf } from "./changes.ts";
import { storesBeyondEnd } from "./growth.ts";

/** What is known of a function with a rule, whatever calls it. */
export interface RuleFacts {
  /** does it write to what its parameters hold? */
  readonly writes: boolean;
  /** does it return something that its parameters hold? */
  readonly shares: boolean;
  /** does it do nothing but compute its result? */
  readonly isPure: boolean;
  /** module variables that it, or its rule, reads */
  readonly cells: ReadonlySet<string>;
}

export function factsOfRule(primal: readonly Func[], others: readonly Func[], functionOf: (id: FuncId) => Func | undefined): RuleFacts {
  const [func] = primal;
  const alias = analyzeAlias(primal, functionOf);
  const { growing } = storesBeyondEnd(primal);
  const params = func?.params.map((p) => p.variable).filter((v) => isReference(v.type)) ?? [];
  const held = alias.reach(params.flatMap((v) => [...alias.pointsTo({ kind: "var", variable: v })]));
  const returned = func?.result ? alias.reach(alias.pointsTo(func.result)) : new Set();
  const cells = new Set<string>();
  for (const f of [...primal, ...others]) visitExpressions(f.body, (e) => { if (e.kind === "load" && e.place.kind === "cell") cells.add(cellKey(e.place.cell)); });
  return { isPure: primal.every(isPure), writes: params.some((v) => changesOf(v, primal, alias, growing).writes), shares: [...held].some((o) => returned.has(o)), cells };
}

const isPure = (func: Func): boolean => [...statements(func.body)].every((s) => s.kind !== "throw" && s.kind !== "try" && !(s.kind === "store" && s.place.kind === "cell") && !(s.kind === "call" && (s.callee.kind === "value" || (s.callee.kind === "external" && s.callee.isPure !== true))));

/** what is wrong with a call of a function with a rule, where derivatives go through it */
export function findRuleFindings(func: Func, activity: Activity, factsOf: (rule: Ruled) => RuleFacts): Finding[] {
  const found: Finding[] = [];
  const varied = variedCells(func, activity);
  const isVaried = (e: Expr): boolean => e.kind === "var" && (isReference(e.variable.type) ? activity.holdsVaried(e.variable) : activity.isVaried(e.variable));
  for (const s of statements(func.body)) {
    if (s.kind !== "call" || s.callee.kind !== "ruled") continue;
    const { span } = s.origin;
    const { name } = s.callee;
    const facts = factsOf(s.callee);
    const captured = s.args.slice(s.args.length - s.callee.captured).find(isVaried);
    if (captured?.kind === "var") found.push(activeCapture(span, name, captured.variable.name));
    const cell = [...facts.cells].find((x) => varied.has(x));
    if (cell !== undefined) found.push(activeCapture(span, name, cell.slice(cell.lastIndexOf("#") + 1)));
    if (facts.writes && s.args.some((a) => a.kind === "var" && isReference(a.variable.type))) found.push(ruleWrites(span, name));
    if (facts.shares && s.result !== null && activity.hasCompanion(s.result)) found.push(ruleShares(span, name));
  }
  return found;
}

/** module variables that hold what depends on differentiated arguments */
function variedCells(func: Func, activity: Activity): ReadonlySet<string> {
  const found = new Set<string>();
  const isVaried = (v: Var): boolean => (isReference(v.type) ? activity.holdsVaried(v) : activity.isVaried(v));
  for (const s of statements(func.body)) {
    if (s.kind === "store" && s.place.kind === "cell" && s.value.kind === "var" && isVaried(s.value.variable)) found.add(cellKey(s.place.cell));
    if (s.kind === "let" && s.value.kind === "load" && s.value.place.kind === "cell" && isReference(s.variable.type) && activity.holdsVaried(s.variable)) found.add(cellKey(s.value.place.cell));
  }
  return found;
}
