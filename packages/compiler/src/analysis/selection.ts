// Selections: loops that pick one of their trips, as `if (d < best) best = d` or `max = Math.max(max, e)` do. The carried number
// that comes out of such a loop depends on the last trip that set it and on no other, so reverse visits that trip alone.
// Holds where every active carried number is set in one place, either in one branch or by one `Math.max`/`Math.min`, and is read
// for nothing but comparisons; nothing else of a trip matters to others.
import type { Block, Expr, Stmt, Var } from "../ir/ir.ts";
import { variablesAssigned, variablesDeclared } from "../ir/variables.ts";
import { operands, expressions, statements } from "../ir/walk.ts";
import { ruleOf } from "../rules/table.ts";
import { isReference } from "./alias.ts";
import { type IndependenceFacts, isQuietLoop } from "./independence.ts";

type Loop = Stmt & { readonly kind: "loop" };

export interface Selection {
  /** the statement that sets the carried number: an `if` of the body, or the definition by `Math.max`/`Math.min` */
  readonly statement: Stmt & ({ readonly kind: "if" } | { readonly kind: "let" });
  /** for `Math.max`/`Math.min`: the candidate, and whether it stands first */
  readonly candidate: { readonly value: Expr; readonly isFirst: boolean } | null;
  readonly joins: readonly Var[];
}

export function findSelection(loop: Loop, facts: IndependenceFacts): Selection | null {
  if (loop.header.kind !== "counted" || facts.activity.isActive(facts.original(loop.header.index))) return null;
  const own = variablesDeclared(loop.body);
  const carried = [...variablesAssigned(loop.body)].filter((v) => !own.has(v));
  const active = carried.filter((v) => !isReference(v.type) && facts.activity.isActive(facts.original(v)));
  if (active.length === 0 || carried.some((v) => isReference(v.type)) || !isQuietLoop(loop, facts)) return null;
  const snapshots = snapshotsOf(loop.body, new Set(carried));
  // what is carried without being active must not be read: a single trip cannot count it again
  const isReadElsewhere = (v: Var, allowed: (s: Stmt) => boolean): boolean => [...statements(loop.body)].some((s) => !allowed(s) && expressions(s).some((e) => mentions(e, v)));
  for (const [snapshot, join] of snapshots) if (!active.includes(join) && isReadElsewhere(snapshot, () => false)) return null;
  const branch = selectingBranch(loop, active, snapshots, isReadElsewhere);
  if (branch) return { statement: branch, candidate: null, joins: active };
  return active.length === 1 ? selectingExtremum(loop, active[0]!, snapshots, isReadElsewhere) : null;
}

const mentions = (e: Expr, v: Var): boolean => (e.kind === "var" && e.variable === v) || operands(e).some((o) => mentions(o, v));

/** snapshots at the top of the body → the join that they read */
function snapshotsOf(body: Block, joins: ReadonlySet<Var>): Map<Var, Var> {
  const found = new Map<Var, Var>();
  for (const s of body) if (s.kind === "let" && s.value.kind === "var" && joins.has(s.value.variable)) found.set(s.variable, s.value.variable);
  return found;
}

/** comparisons look at a number without depending on it */
const onlyCompares = (s: Stmt): boolean => s.kind === "let" && s.value.kind === "op" && ruleOf(s.value.op)?.kind === "inert";

type ReadElsewhere = (v: Var, allowed: (s: Stmt) => boolean) => boolean;

function selectingBranch(loop: Loop, active: readonly Var[], snapshots: ReadonlyMap<Var, Var>, isReadElsewhere: ReadElsewhere): (Stmt & { kind: "if" }) | null {
  const setting = loop.body.filter((s) => { const set = variablesAssigned([s]); return active.some((v) => set.has(v)); });
  const branch = setting[0];
  if (setting.length !== 1 || branch?.kind !== "if") return null;
  const inElse = variablesAssigned(branch.else);
  const direct = branch.then.flatMap((s) => (s.kind === "assign" ? [s.variable] : []));
  if (branch.else.some((s) => s.kind !== "assign") || active.some((v) => inElse.has(v) || !direct.includes(v))) return null;
  for (const [snapshot, join] of snapshots) if (active.includes(join) && isReadElsewhere(snapshot, onlyCompares)) return null;
  for (const v of active) if (isReadElsewhere(v, (s) => s.kind === "let" && snapshots.has(s.variable))) return null;
  return branch;
}

function selectingExtremum(loop: Loop, join: Var, snapshots: ReadonlyMap<Var, Var>, isReadElsewhere: ReadElsewhere): Selection | null {
  const setting = loop.body.filter((s): s is Stmt & { kind: "assign" } => s.kind === "assign" && s.variable === join);
  const value = setting[0]?.value;
  if (setting.length !== 1 || value?.kind !== "var" || [...statements(loop.body)].filter((s) => s.kind === "assign" && s.variable === join).length !== 1) return null;
  const definition = loop.body.find((s): s is Stmt & { kind: "let" } => s.kind === "let" && s.variable === value.variable);
  if (definition?.value.kind !== "op" || (definition.value.op !== "Math.max" && definition.value.op !== "Math.min") || definition.value.args.length !== 2) return null;
  const isOld = (e: Expr): boolean => e.kind === "var" && snapshots.get(e.variable) === join;
  const [first, second] = definition.value.args as readonly [Expr, Expr];
  if (isOld(first) === isOld(second)) return null;
  const isAllowed = (s: Stmt): boolean => s === definition || onlyCompares(s);
  for (const [snapshot, of] of snapshots) if (of === join && isReadElsewhere(snapshot, isAllowed)) return null;
  if (isReadElsewhere(value.variable, (s) => s === setting[0] || onlyCompares(s)) || isReadElsewhere(join, (s) => s.kind === "let" && snapshots.has(s.variable))) return null;
  return { statement: definition, candidate: { value: isOld(first) ? second : first, isFirst: !isOld(first) }, joins: [join] };
}
