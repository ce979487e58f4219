// Availability: how a value that the sweep computed in a region reaches the reverse half of that region.
// Cheapest first: still there or recomputed from what is (reverse repeats the definition), kept in a local (a region outside loops:
// the local is hoisted), or on a tape (a region inside loops). The plan is made per value, in order of definition.
import type { Expr, Origin, Stmt, Type, Var } from "../../ir/ir.ts";
import { assign, BOOLEAN, constant, define, element, length, load, ONE, op, REAL, store, typeOf, UNDEFINED, use, ZERO } from "../../ir/build.ts";
import { assignedBeyond, substituteBeyond, visitAssignedBeyond, visitReadBeyond } from "../../ir/beyond.ts";
import { declared, eachExpression, eachOperand, operands, statements, substituteExpr } from "../../ir/walk.ts";
import { costOf, ruleOf } from "../../rules/table.ts";
import { isReal, isReference } from "../../analysis/activity.ts";
import { asksForKey } from "../../ir/facts.ts";
import type { Context, Region } from "./context.ts";

/** recompute below this many nanoseconds, PERFORMANCE.md's cost of storing and reloading a double */
const RECOMPUTE_BELOW = 3.5;

interface Scope {
  readonly context: Context;
  /** definitions at the top of the region's sweep */
  readonly definitions: ReadonlyMap<Var, Expr>;
  readonly declaredHere: ReadonlySet<Var>;
  /** allocations whose companion (or self) goes nowhere else in the sweep, so that reverse may make it anew */
  readonly private: (v: Var) => boolean;
  /** values that reverse has anyway, and the name that it has for them */
  readonly have: Map<Var, Expr>;
  readonly restores: Stmt[];
}

/**
 * Makes every value of the region that its reverse reads available there. `given` are values that reverse has anyway (the index of
 * a loop); nothing is recorded before statement number `recordFrom` (the head of a while loop also runs when the body does not).
 */
export function provide(region: Region, context: Context, given: ReadonlyMap<Var, Expr>, origin: Origin, recordFrom = 0): { readonly sweep: Stmt[]; readonly reverse: Stmt[]; readonly before: Stmt[] } {
  const declaredHere = declaredAtTop(region.sweep);
  for (const v of given.keys()) declaredHere.add(v);
  const needed = inOrder(readOf(region.reverse, declaredHere), region.sweep, given);
  const scope: Scope = { context, definitions: definitionsAtTop(region.sweep), declaredHere, private: privateAllocations(region.sweep), have: new Map(given), restores: [] };
  const recordings: Recording[] = [];
  const before: Stmt[] = [];
  for (const v of needed) {
    if (scope.have.has(v)) continue;
    if (isInvariant(v, scope) || recomputeCost(v, scope) <= RECOMPUTE_BELOW + cheapness(v)) {
      scope.have.set(v, recompute(v, scope, origin));
      context.shared.decided({ variable: v, how: "recompute", bytes: 0 });
    } else if (context.nest === null) {
      hoist(v, scope, recordings, before, origin);
      context.shared.decided({ variable: v, how: "local", bytes: 0 });
    } else scope.have.set(v, tape(v, scope, recordings, origin));
  }
  const sweep = insertRecordings(region.sweep, recordings, recordFrom);
  const reverse = substituteBeyond(region.reverse, scope.have);
  return { sweep, reverse: [...scope.restores, ...reverse], before };
}

/** the variables among `wanted` that a block reads */
function readOf(block: readonly Stmt[], wanted: ReadonlySet<Var>): Var[] {
  const found = new Set<Var>();
  for (const s of block) visitReadBeyond(s, (v) => { if (wanted.has(v)) found.add(v); });
  return [...found];
}

/** references are dearer to keep than to find again */
const cheapness = (v: Var): number => (isReal(v.type) || v.type.kind === "boolean" ? 0 : 20);

function declaredAtTop(block: readonly Stmt[]): Set<Var> {
  return new Set(block.flatMap((s) => (s.kind === "loop" ? [] : declared(s))));
}

function definitionsAtTop(block: readonly Stmt[]): Map<Var, Expr> {
  const found = new Map<Var, Expr>();
  const assigned = new Set(block.flatMap((s) => [...assignedBeyond(s)]));
  for (const s of block) if (s.kind === "let" && !assigned.has(s.variable)) found.set(s.variable, s.value);
  return found;
}

function inOrder(vars: Var[], sweep: readonly Stmt[], given: ReadonlyMap<Var, Expr>): Var[] {
  const order = new Map<Var, number>();
  let at = 0;
  for (const v of given.keys()) order.set(v, at++);
  for (const s of sweep) for (const v of declared(s)) order.set(v, at++);
  return vars.sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
}

/** an allocation may be made again in reverse if its sweep does nothing with it (companions of arrays that stay in their region) */
function privateAllocations(sweep: readonly Stmt[]): (v: Var) => boolean {
  // few regions allocate anything that could be made again
  let used: Set<Var> | null = null;
  const find = (): Set<Var> => {
    const found = new Set<Var>();
    const note = (e: Expr): void => { if (e.kind === "var") found.add(e.variable); eachOperand(e, note); };
    for (const s of statements(sweep)) eachExpression(s, note);
    return found;
  };
  return (v) => !(used ??= find()).has(v);
}

// ------------------------------------------------------------------------------------------------- recomputing

function recomputeCost(v: Var, scope: Scope, depth = 0): number {
  if (scope.have.has(v) || !scope.declaredHere.has(v)) return 0;
  const value = scope.definitions.get(v);
  if (value === undefined || v.mutable || depth > 12) return Infinity;
  const parts = (value.kind === "var" ? [value] : operands(value)).reduce((sum, e) => sum + (e.kind === "var" ? recomputeCost(e.variable, scope, depth + 1) : 0), 0);
  return parts === Infinity ? Infinity : parts + ownCost(v, value, scope);
}

/** computed from what no trip changes: computing it again costs once, not once per trip */
function isInvariant(v: Var, scope: Scope, depth = 0): boolean {
  const { nest } = scope.context;
  // what the transform made (companions, recorded lengths) is not known to the nest
  if (nest === null || depth > 12 || !scope.context.shared.isPrimal(scope.context.original(v))) return false;
  if (!nest.inside.has(v)) return true;
  const value = scope.definitions.get(v);
  return value?.kind === "op" && ruleOf(value.op) !== undefined && !asksForKey(value.op) && value.args.every((a) => a.kind === "const" || (a.kind === "var" && isInvariant(a.variable, scope, depth + 1)));
}

function ownCost(v: Var, value: Expr, scope: Scope): number {
  const { context } = scope;
  const { recording } = context.shared;
  switch (value.kind) {
    case "const": case "function": return 0;
    // a snapshot of a join of this or an outer loop is overwritten by the next trip
    case "var": return value.variable.mutable && !scope.have.has(value.variable) ? Infinity : 0;
    case "op": return ruleOf(value.op) === undefined || (asksForKey(value.op) && !hasSameKeys(v, value.args, scope)) ? Infinity : costOf(value.op);
    case "load":
      if (value.place.kind === "cell") return value.place.cell.mutable ? Infinity : 0.5;
      return recording.isStillThere(context.original(v), context.originalPlace(value.place)) ? 1.5 : companionLoadCost(v, scope);
    case "length": return recording.isLengthStillThere(context.original(v), context.originalExpr(value.array)) ? 0.5 : Infinity;
    case "view": return 20;
    case "new": case "array": return scope.private(v) && isZero(value) ? 20 : Infinity;
    default: return Infinity;
  }
}

const hasSameKeys = (v: Var, args: readonly Expr[], { context }: Scope): boolean =>
  args.every((a) => !isReference(typeOf(a)) || context.shared.recording.isLengthStillThere(context.original(v), context.originalExpr(a)));

/** a load of a companion from a companion: it moved only if references of the primal moved */
function companionLoadCost(v: Var, scope: Scope): number {
  const primal = scope.context.companionLoads.get(v);
  if (!primal) return Infinity;
  return scope.context.shared.recording.isStillThere(scope.context.original(primal.variable), scope.context.originalPlace(primal.place)) ? 1.5 : Infinity;
}

/** an allocation of zeros: a companion as it is before any contribution */
function isZero(value: Expr): boolean {
  if (value.kind === "new") return value.zeroed;
  return value.kind === "array" && value.elements.every((x) => !x.spread && x.value.kind === "const");
}

function recompute(v: Var, scope: Scope, origin: Origin): Expr {
  const known = scope.have.get(v);
  if (known) return known;
  if (!scope.declaredHere.has(v)) return use(v);
  const value = scope.definitions.get(v)!;
  const again = scope.context.supply.like(v);
  const rebuilt = substituteExpr(value, (w) => (scope.declaredHere.has(w) ? recompute(w, scope, origin) : undefined));
  scope.restores.push(define(again, rebuilt, origin));
  scope.have.set(v, use(again));
  return use(again);
}


// ------------------------------------------------------------------------------------------------- keeping

interface Recording {
  readonly of: Var;
  readonly statements: readonly Stmt[];
}

/** outside loops: the value stays in a local that both halves see */
function hoist(v: Var, scope: Scope, recordings: Recording[], before: Stmt[], origin: Origin): void {
  const kept = scope.context.supply.like(v, { mutable: true });
  before.push(define(kept, initial(v.type), origin));
  recordings.push({ of: v, statements: [assign(kept, use(v), origin)] });
  scope.have.set(v, use(kept));
}

function initial(t: Type): Expr {
  switch (t.kind) {
    case "real": return ZERO;
    case "boolean": return constant(false);
    default: return UNDEFINED;
  }
}

/** inside loops: one tape per value, indexed by the trip where trips are numbered, else pushed and read back from the end */
function tape(v: Var, scope: Scope, recordings: Recording[], origin: Origin): Expr {
  const { context } = scope;
  const nest = context.nest!;
  const numbered = nest.levels.every((l) => l.trips !== null && l.sweepTrip !== null && l.reverseTrip !== null);
  context.shared.decided({ variable: v, how: numbered ? "tape, by trip" : "tape, pushed", bytes: numbered && v.type.kind === "boolean" ? 1 : 8 });
  return numbered ? indexedTape(v, scope, recordings, origin) : pushedTape(v, scope, recordings, origin);
}

function indexedTape(v: Var, scope: Scope, recordings: Recording[], origin: Origin): Expr {
  const { context, restores } = scope;
  const { levels, before } = context.nest!;
  const type = tapeType(tapedType(v, scope));
  const tapeVar = context.supply.fresh(`${v.name}Tape`, type);
  const size = levels.map((l) => l.trips!).reduce((a, b) => context.flatten(op("*", [a, b]), before, "tapeLength", origin));
  before.push(define(tapeVar, { kind: "new", length: size, zeroed: false, filled: true, type }, origin));
  const record: Stmt[] = [];
  const index = (side: "sweepTrip" | "reverseTrip", out: Stmt[]): Expr =>
    levels.slice(1).reduce((at, l) => context.flatten(op("+", [op("*", [at, l.trips!]), l[side]!]), out, "at", origin), context.flatten(levels[0]![side]!, out, "at", origin));
  record.push(store(element(use(tapeVar), index("sweepTrip", record)), encode(v, record, context, origin), origin));
  recordings.push({ of: v, statements: record });
  return decode(v, load(element(use(tapeVar), index("reverseTrip", restores)), elementOf(type)), restores, context, origin);
}

function pushedTape(v: Var, scope: Scope, recordings: Recording[], origin: Origin): Expr {
  const { context, restores } = scope;
  const { before, beforeReverse } = context.nest!;
  const taped = tapedType(v, scope);
  const isNumber = taped.kind === "real" || taped.kind === "boolean";
  const type: Type = isNumber ? { kind: "array", array: "Tape", element: REAL } : { kind: "array", array: "Array", element: taped };
  const tapeVar = context.supply.fresh(`${v.name}Tape`, type);
  before.push(define(tapeVar, isNumber ? { kind: "new", length: ZERO, zeroed: false, type } : { kind: "array", elements: [], type }, origin));
  const record: Stmt[] = [];
  const value = encode(v, record, context, origin);
  record.push({ kind: "mutate", operation: "push", array: use(tapeVar), args: [v.type.kind === "boolean" ? context.flatten(op("select", [value, ONE, ZERO]), record, "flag", origin) : value], result: null, origin });
  recordings.push({ of: v, statements: record });
  // reverse reads by index and leaves the tape as it is, so that a record can be reversed again
  const top = context.supply.fresh(`${v.name}Top`, REAL, true);
  beforeReverse.push(define(top, length(use(tapeVar)), origin));
  const next = context.supply.fresh(`${v.name}Top`, REAL);
  restores.push(define(next, op("-", [use(top), ONE]), origin), assign(top, use(next), origin));
  return decode(v, load(element(use(tapeVar), use(next)), elementOf(type)), restores, context, origin);
}

const elementOf = (t: Type): Type => (t.kind === "array" ? t.element : REAL);

/** a load that may miss can yield undefined, which an array of doubles cannot hold */
function tapedType(v: Var, scope: Scope): Type {
  const value = scope.definitions.get(v);
  return value?.kind === "load" && value.mayMiss && v.type.kind === "real" ? { kind: "nullable", inner: v.type, nothing: ["undefined"] } : v.type;
}

function tapeType(t: Type): Type {
  if (t.kind === "real") return { kind: "array", array: "Float64Array", element: REAL };
  if (t.kind === "boolean") return { kind: "array", array: "Uint8Array", element: REAL };
  return { kind: "array", array: "Array", element: t };
}

function encode(v: Var, record: Stmt[], context: Context, origin: Origin): Expr {
  return v.type.kind === "boolean" ? context.flatten(op("select", [use(v), ONE, ZERO]), record, "flag", origin) : use(v);
}

function decode(v: Var, stored: Expr, restores: Stmt[], context: Context, origin: Origin): Expr {
  const again = context.supply.like(v, { mutable: false });
  if (v.type.kind === "boolean") {
    const flag = context.supply.fresh("flag", REAL);
    restores.push(define(flag, stored, origin), define(again, op("===", [use(flag), ONE], BOOLEAN), origin));
  } else restores.push(define(again, stored, origin));
  return use(again);
}

/** records a value right after it is known: after its definition, or after the statement that last sets it */
function insertRecordings(sweep: readonly Stmt[], recordings: readonly Recording[], from: number): Stmt[] {
  if (recordings.length === 0) return [...sweep];
  const after = new Map<number, Stmt[]>();
  const last = lastSets(sweep);
  for (const r of recordings) {
    const at = Math.max(last.get(r.of) ?? -1, from - 1);
    const known = after.get(at);
    if (known === undefined) after.set(at, [...r.statements]);
    else known.push(...r.statements);
  }
  return [...(after.get(-1) ?? []), ...sweep.flatMap((s, i) => [s, ...(after.get(i) ?? [])])];
}

/** for each variable the number of the statement that sets it last */
function lastSets(sweep: readonly Stmt[]): Map<Var, number> {
  const found = new Map<Var, number>();
  sweep.forEach((s, i) => {
    for (const v of declared(s)) found.set(v, i);
    visitAssignedBeyond(s, (v) => { found.set(v, i); });
  });
  return found;
}
