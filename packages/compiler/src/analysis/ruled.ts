// What a rule must be able to rely on: the function that it is for changes nothing that it is given, returns nothing of it, and depends on
// nothing that is differentiated but its arguments. (A rule that is wrong is not found here: `cotangent verify` compares it with differences.)
// Assumes the versioned stage and facts; `normal` gives the function and all that it calls in that stage.
import type { Cell, Expr, Func, FuncId, Ruled, Stmt, Var } from "../ir/ir.ts";
import { cellKey } from "../ir/facts.ts";
import { statements, visitExpressions } from "../ir/walk.ts";
import { isNoticed } from "../rules/external.ts";
import { activeCapture, lateState, ruleShares, ruleWrites } from "../diagnostics/catalog-of-rules.ts";
import type { Finding } from "../diagnostics/diagnostic.ts";
import type { Activity } from "./activity.ts";
import { type Alias, analyzeAlias, isReference } from "./alias.ts";
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
  readonly cells: ReadonlyMap<string, Cell>;
  /** the first of those that its rule reads in functions that stay calls, where they are not handed in */
  readonly late: readonly Cell[];
}

/** module variables that may change: `let`s, and what is in objects */
const mayChange = (cell: Cell): boolean => (cell.mutable || isReference(cell.type)) && cell.lineage === undefined;

/** what functions read of the module and leave as it is, where it may change */
export function stateOf(functions: readonly Func[]): readonly Cell[] {
  const own = new Set(functions.flatMap((f) => [...statements(f.body)].flatMap((s) => ((s.kind === "store" || s.kind === "accumulate") && s.place.kind === "cell" ? [cellKey(s.place.cell)] : []))));
  return [...cellsOf(functions)].flatMap(([key, cell]) => (mayChange(cell) && !own.has(key) ? [cell] : []));
}

function cellsOf(functions: readonly Func[]): ReadonlyMap<string, Cell> {
  const found = new Map<string, Cell>();
  for (const f of functions) visitExpressions(f.body, (e) => { if (e.kind === "load" && e.place.kind === "cell") found.set(cellKey(e.place.cell), e.place.cell); });
  return found;
}

/** `others`: the functions of the rule; `called`: those that they call */
export function factsOfRule(primal: readonly Func[], others: readonly Func[], called: readonly Func[], functionOf: (id: FuncId) => Func | undefined): RuleFacts {
  const [func] = primal;
  const alias = analyzeAlias(primal, functionOf);
  const { growing } = storesBeyondEnd(primal);
  const params = func?.params.map((p) => p.variable).filter((v) => isReference(v.type)) ?? [];
  const held = alias.reach(params.flatMap((v) => [...alias.pointsTo({ kind: "var", variable: v })]));
  const returned = func?.result ? alias.reach(alias.pointsTo(func.result)) : new Set();
  return { isPure: primal.every(isPure), writes: params.some((v) => changesOf(v, primal, alias, growing).writes), shares: [...held].some((o) => returned.has(o)), cells: cellsOf([...primal, ...others, ...called]), late: stateOf(called) };
}

const isPure = (func: Func): boolean => [...statements(func.body)].every((s) => s.kind !== "throw" && s.kind !== "try" && !(s.kind === "store" && s.place.kind === "cell") && !(s.kind === "call" && (s.callee.kind === "value" || (s.callee.kind === "external" && isNoticed(s.callee)))));

/** what is wrong with calls of functions with a rule, where derivatives go through them */
export function findRuleFindings(functions: readonly Func[], activity: Activity, alias: Alias, factsOf: (rule: Ruled) => RuleFacts): Finding[] {
  return functions.flatMap((func) => [...statements(func.body)].flatMap((s) => (s.kind === "call" && s.callee.kind === "ruled" ? findingsAt(s, s.callee) : [])));

  function findingsAt({ args, result, origin: { span } }: Stmt & { readonly kind: "call" }, callee: Ruled): Finding[] {
    const found: Finding[] = [];
    const { name } = callee;
    const facts = factsOf(callee);
    const isVaried = (e: Expr): boolean => e.kind === "var" && variesIn(activity)(e.variable);
    const captured = args.slice(args.length - callee.captured).find(isVaried);
    const varied = captured?.kind === "var" ? captured.variable.name : [...facts.cells].find(([key]) => functions.some((f) => variedCells(f, activity).has(key)))?.[1].name;
    if (varied !== undefined) found.push(activeCapture(span, name, varied));
    const late = facts.late.find((x) => x.mutable || changesState(functions, alias));
    if (late !== undefined) found.push(lateState(span, name, late.name));
    if (facts.writes && args.some((a) => a.kind === "var" && isReference(a.variable.type))) found.push(ruleWrites(span, name));
    if (facts.shares && result !== null && activity.hasCompanion(result)) found.push(ruleShares(span, name));
    return found;
  }
}

const variesIn = (activity: Activity) => (v: Var): boolean => (isReference(v.type) ? activity.holdsVaried(v) : activity.isVaried(v));

/** does the program write into objects of the module? */
function changesState(functions: readonly Func[], alias: Alias): boolean {
  const isState = (e: Expr): boolean => [...alias.pointsTo(e)].some((o) => o.origin === "cell");
  const writes = (s: Stmt): boolean => (s.kind === "mutate" ? isState(s.array) : (s.kind === "store" || s.kind === "accumulate") && s.place.kind !== "cell" && isState(s.place.base));
  return functions.some((f) => [...statements(f.body)].some(writes));
}

/** module variables that hold what depends on differentiated arguments */
function variedCells(func: Func, activity: Activity): ReadonlySet<string> {
  const found = new Set<string>();
  const isVaried = variesIn(activity);
  for (const s of statements(func.body)) {
    if (s.kind === "store" && s.place.kind === "cell" && s.value.kind === "var" && isVaried(s.value.variable)) found.add(cellKey(s.place.cell));
    if (s.kind === "let" && s.value.kind === "load" && s.value.place.kind === "cell" && isReference(s.variable.type) && activity.holdsVaried(s.variable)) found.add(cellKey(s.value.place.cell));
  }
  return found;
}
