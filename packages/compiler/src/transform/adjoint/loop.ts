// Plans of loops. Reverse runs the trips backwards, with what it needs from each (availability.ts); where trips are independent
// it repeats the loop forwards instead, each trip swept again and reversed at once, without a tape.
import type { Block, Expr, LoopHeader, Origin, Stmt, Var } from "../../ir/ir.ts";
import { assign, constant, define, isConst, ONE, op, REAL, use, ZERO } from "../../ir/build.ts";
import { variablesAssigned, variablesDeclared } from "../../ir/variables.ts";
import { statements } from "../../ir/walk.ts";
import { type IndependenceFacts, isIndependent, sumOf } from "../../analysis/independence.ts";
import { breaks, whileHead } from "../../analysis/loop-head.ts";
import { findSelection } from "../../analysis/selection.ts";
import { stepsOf } from "../../analysis/steps.ts";
import { cloneBlock, type Renaming } from "../../ir/clone.ts";
import { declaresOf, planBlock, planRegion } from "./block.ts";
import { provide } from "./availability.ts";
import type { Context, Level, Nest, Region } from "./context.ts";
import { planCheckpointed } from "./checkpoint.ts";
import { planSelection } from "./selection.ts";

type Loop = Stmt & { readonly kind: "loop" };
type Counted = LoopHeader & { readonly kind: "counted" };

export function planLoop(s: Loop, context: Context): Region {
  if (!touchesDerivatives(s, context)) return { sweep: [s], reverse: [] };
  const facts = independenceFacts(context);
  const asked = s.checkpoint === undefined ? null : planCheckpointed(s, context);
  if (asked !== null) return asked;
  if (isIndependent(s, facts) && startsAreKnown(s, context)) return planIndependent(s, context);
  const selection = findSelection(s, facts);
  if (selection) return planSelection(s, selection, context);
  if (s.header.kind === "counted" && !breaks(s.body)) return planCounted(s, s.header, context);
  return planTripCounted(s, context);
}

function independenceFacts(context: Context): IndependenceFacts {
  const { alias, activity, recording, growing } = context.shared;
  return {
    alias, activity, recording,
    original: (v) => context.original(v),
    originalPlace: (p) => context.originalPlace(p),
    originalLoop: (loop) => context.originalStmt(loop),
    isPure: (rule) => context.shared.rules.isPure(rule),
    mayGrow: (store) => growing.has(context.originalStmt(store)),
  };
}

/** has the loop anything that reverse or companions care about? */
function touchesDerivatives(s: Loop, context: Context): boolean {
  for (const inner of statements([s])) {
    switch (inner.kind) {
      case "let": case "assign": if (context.isActive(use(inner.variable)) || context.hasCompanion(use(inner.variable))) return true; break;
      case "store": case "accumulate": if (inner.place.kind === "cell" ? context.isActivePlace(inner.place) : context.hasCompanion(inner.place.base)) return true; break;
      case "mutate": if (context.hasCompanion(inner.array)) return true; break;
      case "call": return true;
      case "loop": if (inner.header.kind === "counted" && context.isActive(use(inner.header.index))) return true; break;
      default: break;
    }
  }
  return false;
}

// ------------------------------------------------------------------------------------------------- independent trips

function startsAreKnown(s: Loop, context: Context): boolean {
  const own = variablesDeclared(s.body);
  return [...variablesAssigned(s.body)].every((v) => own.has(v) || context.joinStarts.has(v));
}

function planIndependent(s: Loop, context: Context): Region {
  const { supply } = context;
  const own = variablesDeclared(s.body);
  const joins = [...variablesAssigned(s.body)].filter((v) => !own.has(v)).sort((a, b) => a.id - b.id);
  const renaming: Renaming = new Map();
  const trace = new Map<Stmt, Stmt>();
  const declareJoins = joins.map((j): Stmt => ({ kind: "let", variable: j, value: context.isActive(use(j)) ? ZERO : context.joinStarts.get(j)!, origin: s.origin }));
  const clones = cloneBlock([...declareJoins, s], renaming, supply, trace);
  for (const [v, e] of renaming) if (e.kind === "var") context.originals.set(e.variable, context.original(v));
  for (const [clone, of] of trace) context.statementOrigins.set(clone, context.originalStmt(of));
  const loop = clones.at(-1) as Loop;
  // the sums of the trip add to the sums of the loop: same adjoint, which no trip changes
  for (const j of joins) {
    const clone = renaming.get(j);
    if (clone?.kind !== "var" || !context.isActive(use(j))) continue;
    for (const v of sumOf(clone.variable, loop.body) ?? []) context.sums.set(v, j);
  }
  for (const j of joins) { const clone = renaming.get(j); if (clone?.kind === "var") context.joinStarts.set(clone.variable, ZERO); }
  const trip = context.renamed(renaming, () => planRegion(withoutThrows(loop.body), context.within(null)));
  const counted = loop.header as Counted;
  const index = indexContribution(counted, context, s.origin);
  const body = [...index.declare, ...trip.sweep, ...trip.reverse, ...index.accumulate];
  // replaying does not repeat the effects of the trip on others
  return { sweep: [s], reverse: [...clones.slice(0, -1), { ...loop, body: withoutEffects(body, loop, context) }] };
}

export function canFuse(s: Loop, context: Context): boolean {
  return s.checkpoint === undefined && touchesDerivatives(s, context) && isIndependent(s, independenceFacts(context));
}

/** an independent loop whose later reverse is done before it starts: every trip is swept and reversed at once, in one run */
export function fuseIndependent(s: Stmt, context: Context): Stmt | null {
  if (s.kind !== "loop") return null;
  const own = variablesDeclared(s.body);
  for (const j of variablesAssigned(s.body)) if (!own.has(j) && context.isActive(use(j))) for (const v of sumOf(j, s.body) ?? []) if (v !== j) context.sums.set(v, j);
  const trip = planRegion(s.body, context.within(null));
  const index = indexContribution(s.header as Counted, context, s.origin);
  return { ...s, body: [...index.declare, ...trip.sweep, ...trip.reverse, ...index.accumulate] };
}

const withoutThrows = (block: Block): Block => block.filter((s) => s.kind !== "throw").map((s) => (s.kind === "if" ? { ...s, then: withoutThrows(s.then), else: withoutThrows(s.else) } : s));

/** drops primal stores to objects that are not of the trip: the first run made them */
function withoutEffects(block: Block, loop: Loop, context: Context): Block {
  const original = context.originalStmt(loop);
  const isOwn = (base: Expr): boolean => [...context.objects(base)].every((o) => context.shared.recording.isConfined(o, original));
  const isPrimal = (s: Stmt): boolean => context.statementOrigins.has(s);
  return block.flatMap((s): Block => {
    if ((s.kind === "store" || s.kind === "accumulate") && isPrimal(s) && s.place.kind !== "cell" && !isOwn(s.place.base)) return [];
    if (s.kind === "if") return [{ ...s, then: withoutEffects(s.then, loop, context), else: withoutEffects(s.else, loop, context) }];
    if (s.kind === "loop") return [{ ...s, body: withoutEffects(s.body, loop, context) }];
    return [s];
  });
}

/** an active start makes an active index: each trip's adjoint goes to the start */
function indexContribution(header: Counted, context: Context, origin: Origin): { declare: Stmt[]; accumulate: Stmt[] } {
  if (!context.isActive(use(header.index))) return { declare: [], accumulate: [] };
  const bar = context.bar(header.index);
  const out: Stmt[] = [];
  context.accumulate(header.start, use(bar), out, origin);
  return { declare: [define(bar, ZERO, origin)], accumulate: out };
}

// ------------------------------------------------------------------------------------------------- counted loops, backwards

function planCounted(s: Loop, header: Counted, context: Context): Region {
  const { supply } = context;
  const { origin } = s;
  const before: Stmt[] = [];
  const beforeReverse: Stmt[] = [];
  const index = supply.like(header.index);
  const level = countedLevel(header, index, context, context.nest?.before ?? before);
  const nest = deeper(context, level, before, beforeReverse, s);
  const body = planRegion(s.body, context.within(nest));
  if (body.reverse.length === 0) return { sweep: [{ ...s, body: body.sweep }], reverse: [] };
  const contribution = indexContribution(header, context, origin);
  const provided = provide(body, context.within(nest), new Map([[header.index, use(index)]]), origin);
  const sweep = [...(context.nest ? [] : before), { ...s, body: provided.sweep }];
  const reverseBody = [...contribution.declare, ...provided.reverse, ...contribution.accumulate];
  const reverse = [...(context.nest ? [] : beforeReverse), ...backwards(header, index, reverseBody, context, origin)];
  return { sweep, reverse };
}

function deeper(context: Context, level: Level, before: Stmt[], beforeReverse: Stmt[], loop: Loop): Nest {
  return context.nest ? { ...context.nest, levels: [...context.nest.levels, level] } : { levels: [level], before, beforeReverse, inside: variablesDeclared([loop]) };
}

/** the trip number and the trip count, where both are simple and known before the outermost loop */
function countedLevel(header: Counted, reverseIndex: Var, context: Context, before: Stmt[]): Level {
  const unknown: Level = { sweepTrip: null, reverseTrip: null, trips: null };
  const { start, stop, step, compare } = header;
  if (Math.abs(step) !== 1 || !context.shared.integers.isInteger(context.originalExpr(start)) || !isOutside(stop, context) || !isOutside(start, context)) return unknown;
  const up = step === 1;
  const number = (index: Var): Expr => (up ? (isConst(start, 0) ? use(index) : op("-", [use(index), start])) : op("-", [start, use(index)]));
  const whole = context.shared.integers.isInteger(context.originalExpr(stop));
  const low = up ? start : stop;
  const high = up ? stop : start;
  const span = isConst(low, 0) ? high : op("-", [high, low]);
  const inclusive = compare === "<=" || compare === ">=";
  const rounded = whole ? span : op(inclusive ? "Math.floor" : "Math.ceil", [span]);
  const count = inclusive ? op("+", [rounded, ONE]) : rounded;
  const isCount = isConst(low, 0) && !inclusive && context.shared.integers.isCount(context.originalExpr(high));
  const trips = context.flatten(isCount ? count : op("Math.max", [count, ZERO]), before, "trips", { span: { file: "", start: 0, end: 0 }, comments: [] });
  return { sweepTrip: number(header.index), reverseTrip: number(reverseIndex), trips };
}

/** is the atom known before the outermost loop of the nest? */
function isOutside(e: Expr, context: Context): boolean {
  if (e.kind !== "var") return true;
  return context.nest === null || !context.nest.inside.has(e.variable);
}

/** the loop with its trips in the opposite order */
function backwards(header: Counted, index: Var, body: Block, context: Context, origin: Origin): Stmt[] {
  const { start, stop, step, compare } = header;
  const out: Stmt[] = [];
  const { integers } = context.shared;
  const isInteger = (e: Expr): boolean => integers.isInteger(context.originalExpr(e));
  if (Math.abs(step) === 1 && isInteger(start)) {
    const up = step === 1;
    const inclusive = compare === "<=" || compare === ">=";
    const round = up === inclusive ? "Math.floor" : "Math.ceil";
    const bound = isInteger(stop) ? stop : op(round, [stop]);
    const last = inclusive ? bound : op(up ? "-" : "+", [bound, ONE]);
    const first = context.flatten(last, out, "last", origin);
    return [...out, { kind: "loop", header: { kind: "counted", index, start: first, stop: start, compare: up ? ">=" : "<=", step: up ? -1 : 1 }, body, origin }];
  }
  // any step: count trips down and compute the index from the trip
  const inclusive = compare === "<=" || compare === ">=";
  const ratio = op("/", [op("-", [stop, start]), constant(step)]);
  const trips = context.flatten(inclusive ? op("+", [op("Math.floor", [ratio]), ONE]) : op("Math.ceil", [ratio]), out, "trips", origin);
  const last = context.flatten(op("-", [trips, ONE]), out, "last", origin);
  const trip = context.supply.fresh("trip", REAL);
  const head: Stmt[] = [];
  const moved = context.flatten(op("*", [use(trip), constant(step)]), head, "offset", origin);
  head.push(define(index, isConst(start, 0) ? moved : op("+", [start, moved]), origin));
  return [...out, { kind: "loop", header: { kind: "counted", index: trip, start: last, stop: ZERO, compare: ">=", step: -1 }, body: [...head, ...body], origin }];
}

// ------------------------------------------------------------------------------------------------- other loops

/** the trips are counted in the sweep: `forever` loops, and counted loops that may break */
function planTripCounted(s: Loop, context: Context): Region {
  const { supply } = context;
  const { origin } = s;
  const before: Stmt[] = [];
  const beforeReverse: Stmt[] = [];
  const head = whileHead(s);
  const [trips, next] = [supply.fresh("trips", REAL, true), supply.fresh("trips", REAL)];
  const trip = supply.fresh("trip", REAL);
  const counters = stepsOf(s).flatMap(({ join, snapshot, by }) => {
    const start = context.joinStarts.get(join);
    return start !== undefined && context.shared.integers.isInteger(context.originalExpr(start)) ? [{ join, snapshot, start, by }] : [];
  });
  // a number that counts the trips anyway
  const counter = counters.find(({ start, by }) => by === 1 && isConst(start, 0));
  const nest = deeper(context, { sweepTrip: counter ? use(counter.snapshot) : null, reverseTrip: counter ? use(trip) : null, trips: null }, before, beforeReverse, s);
  const inner = context.within(nest);
  const given = new Map<Var, Expr>();
  const restoreIndex: Stmt[] = [];
  const restore = (known: Var, start: Expr, by: number): void => {
    const index = supply.like(known);
    const moved = by === 1 ? use(trip) : context.flatten(op("*", [use(trip), constant(by)]), restoreIndex, "offset", origin);
    restoreIndex.push(define(index, isConst(start, 0) ? moved : op("+", [start, moved]), origin));
    given.set(known, use(index));
  };
  if (s.header.kind === "counted") restore(s.header.index, s.header.start, s.header.step);
  for (const { snapshot, start, by } of counters) restore(snapshot, start, by);
  const total = supply.fresh("trips", REAL);
  // where only the head ends the loop, that number is the count
  const count = head && counter ? counter.join : trips;
  const counting = count !== trips ? [] : [define(next, op("+", [use(trips), ONE]), origin), assign(trips, use(next), origin)];
  const first = planBlock(head?.before ?? [], inner);
  const rest = planBlock(head?.test.then ?? s.body, inner);
  const isQuiet = rest.reverse.length + first.reverse.length === 0;
  if (isQuiet) return { sweep: [{ ...s, body: head ? [...first.sweep, { ...head.test, then: rest.sweep }] : rest.sweep }], reverse: [] };
  const reverseOfTrip = [...declaresOf([...(head?.before ?? []), ...(head?.test.then ?? s.body)], inner), ...rest.reverse, ...first.reverse];
  const provided = provide({ sweep: [...first.sweep, ...rest.sweep], reverse: reverseOfTrip }, inner, given, origin, first.sweep.length);
  const at = first.sweep.length;
  const sweepBody: Block = head ? [...provided.sweep.slice(0, at), { ...head.test, then: [...counting, ...provided.sweep.slice(at)] }] : [...counting, ...provided.sweep];
  const sweep: Stmt[] = [...(context.nest ? [] : before), ...(count !== trips ? [] : [define(trips, ZERO, origin)]), { ...s, body: sweepBody }, define(total, use(count), origin)];
  const contribution = s.header.kind === "counted" ? indexContribution(s.header, context, origin) : { declare: [], accumulate: [] };
  const out: Stmt[] = context.nest ? [] : [...beforeReverse];
  const last = context.flatten(op("-", [use(total), ONE]), out, "last", origin);
  const reverseBody = [...restoreIndex, ...contribution.declare, ...provided.reverse, ...contribution.accumulate];
  const reverse: Stmt[] = [...out, { kind: "loop", header: { kind: "counted", index: trip, start: last, stop: ZERO, compare: ">=", step: -1 }, body: reverseBody, origin }];
  return { sweep, reverse };
}
