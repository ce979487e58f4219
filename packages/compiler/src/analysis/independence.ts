// Independence: may the trips of a loop be reversed in any order, each after being run again on its own?
// Then reverse repeats the loop forwards, without a tape: every trip is swept and reversed at once.
// Holds for counted loops without breaks whose active carried numbers are pure sums, whose other carried numbers can be counted
// again, that write only to objects of their own trip or to one place per trip, and whose reads are still there afterwards.
import type { Block, Expr, Place, Ruled, Stmt, Var } from "../ir/ir.ts";
import { typeOf, use } from "../ir/build.ts";
import { asksForKey } from "../ir/facts.ts";
import { variablesAssigned, variablesDeclared } from "../ir/variables.ts";
import { blocks, expressions, operands, statements, visitExpressions } from "../ir/walk.ts";
import type { Activity } from "./activity.ts";
import { type Alias, isReference, type ObjectId } from "./alias.ts";
import type { Recording } from "./recording.ts";

type Loop = Stmt & { readonly kind: "loop" };

export interface IndependenceFacts {
  readonly alias: Alias;
  readonly activity: Activity;
  readonly recording: Recording;
  /** facts know originals of cloned variables */
  readonly original: (v: Var) => Var;
  readonly originalLoop: (loop: Stmt) => Stmt;
  readonly mayGrow: (store: Stmt) => boolean;
  readonly originalPlace: (p: Place) => Place;
  /** does a function with a rule do nothing but compute its result? */
  readonly isPure: (rule: Ruled) => boolean;
}

export function isIndependent(loop: Loop, facts: IndependenceFacts): boolean {
  if (loop.header.kind !== "counted" || hasExit(loop.body) || hasClosure(loop.body)) return false;
  const own = variablesDeclared(loop.body);
  const joins = [...variablesAssigned(loop.body)].filter((v) => !own.has(v));
  return joins.every((j) => mayCarry(j, loop, facts)) && mayWrite(loop, own, facts) && mayRead(loop, facts);
}

/** the conditions on memory alone, for loops that write nothing that outlives a trip */
export function isQuietLoop(loop: Loop, facts: IndependenceFacts): boolean {
  return loop.header.kind === "counted" && !hasExit(loop.body) && !hasClosure(loop.body) && mayRead(loop, facts) && [...statements(loop.body)].every((s) => {
    switch (s.kind) {
      case "store": case "accumulate": return s.place.kind !== "cell" && isOwn(objectsOf(s.place, facts), loop, facts);
      case "mutate": return isOwn(facts.alias.pointsTo(s.array.kind === "var" ? use(facts.original(s.array.variable)) : s.array), loop, facts);
      case "call": return isPure(s, facts);
      case "try": case "pair": return false;
      default: return true;
    }
  });
}

const isPure = (s: Stmt & { readonly kind: "call" }, facts: IndependenceFacts): boolean => s.callee.kind === "ruled" && facts.isPure(s.callee);

const hasExit = (block: Block): boolean => block.some((s) => s.kind === "exit" || (s.kind !== "loop" && blocks(s).some(hasExit)));

/** what a comparator reads is not looked at here */
function hasClosure(body: Block): boolean {
  let found = false;
  visitExpressions(body, (e) => { found ||= e.kind === "closure"; });
  return found;
}

function mayCarry(join: Var, loop: Loop, facts: IndependenceFacts): boolean {
  if (isReference(join.type)) return !facts.activity.hasCompanion(facts.original(join));
  return !facts.activity.isActive(facts.original(join)) || isSum(join, loop.body);
}

/** is the join only ever added to (or subtracted from), and not read for anything else? */
export function isSum(join: Var, body: Block): boolean {
  return sumOf(join, body) !== null;
}

/** the variables that hold such a sum on its way through the body, the join included; null if it is no sum */
export function sumOf(join: Var, body: Block): ReadonlySet<Var> | null {
  const own = variablesDeclared(body);
  const partial = new Set<Var>([join]);
  const isPartial = (e: Expr): boolean => e.kind === "var" && partial.has(e.variable);
  // which variables hold the sum so far: copies, joins that start from it or are set to it, and sums with one such operand
  for (let size = -1; size !== partial.size;) {
    size = partial.size;
    for (const s of statements(body)) {
      if (s.kind !== "let" && s.kind !== "assign") continue;
      if (isPartial(s.value) || isSumOf(s.value, isPartial)) partial.add(s.variable);
    }
  }
  for (const s of statements(body)) {
    // what another carried number takes over has a second way out of the trip
    if (s.kind === "assign" && s.variable !== join && partial.has(s.variable) && !own.has(s.variable)) return null;
    if ((s.kind === "let" || s.kind === "assign") && (isPartial(s.value) || isSumOf(s.value, isPartial))) continue;
    if ((s.kind === "let" || s.kind === "assign") && partial.has(s.variable)) return null;
    if (expressions(s).some((e) => mentions(e, partial))) return null;
  }
  return partial;
}

function isSumOf(e: Expr, isPartial: (e: Expr) => boolean): boolean {
  if (e.kind !== "op" || (e.op !== "+" && e.op !== "-")) return false;
  const [left, right] = e.args;
  return e.op === "+" ? isPartial(left!) !== isPartial(right!) : isPartial(left!) && !isPartial(right!);
}

const mentions = (e: Expr, vars: ReadonlySet<Var>): boolean => (e.kind === "var" && vars.has(e.variable)) || operands(e).some((o) => mentions(o, vars));

// ------------------------------------------------------------------------------------------------- memory

function objectsOf(place: Place, facts: IndependenceFacts): ReadonlySet<ObjectId> {
  return facts.alias.targets(facts.originalPlace(place)).objects;
}

/** objects that each trip makes for itself and that do not outlive it; nothing is known of what variables around the function hold */
function isOwn(objects: ReadonlySet<ObjectId>, loop: Loop, facts: IndependenceFacts): boolean {
  return objects.size > 0 && [...objects].every((o) => facts.recording.isConfined(o, facts.originalLoop(loop)));
}

/** writes go to objects of the trip, to the cell of the trip (`a[i]`, not read in the loop), or only add */
function mayWrite(loop: Loop, own: ReadonlySet<Var>, facts: IndependenceFacts): boolean {
  for (const s of statements(loop.body)) {
    switch (s.kind) {
      case "store": {
        if (s.place.kind === "cell") return false;
        const objects = objectsOf(s.place, facts);
        if (isOwn(objects, loop, facts)) break;
        if (facts.mayGrow(s) || movesCompanion(s.value, facts) || !isCellOfTrip(s.place, loop, own) || isReadIn(loop, objects, facts) || writesTo(loop, objects, facts) > 1) return false;
        break;
      }
      case "accumulate": {
        const objects = objectsOf(s.place, facts);
        if (!isOwn(objects, loop, facts) && (isReadIn(loop, objects, facts) || storesTo(loop, objects, facts))) return false;
        break;
      }
      case "mutate": if (!isOwn(facts.alias.pointsTo(s.array.kind === "var" ? use(facts.original(s.array.variable)) : s.array), loop, facts)) return false; break;
      case "call": if (!isPure(s, facts)) return false; break;
      case "try": case "pair": return false;
      default: break;
    }
  }
  return true;
}

/** a stored reference takes its companion along, which a replay would do again */
const movesCompanion = (e: Expr, facts: IndependenceFacts): boolean => e.kind === "var" && isReference(e.variable.type) && facts.activity.hasCompanion(facts.original(e.variable));

function isCellOfTrip(p: Place, loop: Loop, own: ReadonlySet<Var>): boolean {
  return p.kind === "element" && loop.header.kind === "counted" && p.index.kind === "var" && p.index.variable === loop.header.index && p.base.kind === "var" && !own.has(p.base.variable);
}

const meets = (a: ReadonlySet<ObjectId>, b: ReadonlySet<ObjectId>): boolean => [...a].some((o) => b.has(o));

function isReadIn(loop: Loop, objects: ReadonlySet<ObjectId>, facts: IndependenceFacts): boolean {
  for (const s of statements(loop.body)) {
    if (s.kind === "let" && s.value.kind === "load" && !isReference(s.value.type) && meets(objectsOf(s.value.place, facts), objects)) return true;
    for (const source of copiedBy(s)) if (source.kind === "var" && meets(facts.alias.pointsTo(use(facts.original(source.variable))), objects)) return true;
  }
  return false;
}

/** the arrays whose elements a statement reads all at once */
function copiedBy(s: Stmt): readonly Expr[] {
  if (s.kind === "mutate" && s.operation === "set") return s.args.slice(0, 1);
  if (s.kind === "call" && s.callee.kind === "ruled") return s.args.filter((a) => isReference(typeOf(a)));
  if (s.kind !== "let") return [];
  if (s.value.kind === "array") return s.value.elements.flatMap((x) => (x.spread ? [x.value] : []));
  if (s.value.kind === "runtime") return s.value.args;
  return s.value.kind === "copy" ? [s.value.source] : s.value.kind === "zeros" ? [s.value.like] : [];
}

function writesTo(loop: Loop, objects: ReadonlySet<ObjectId>, facts: IndependenceFacts): number {
  return [...statements(loop.body)].filter((s) => (s.kind === "store" || s.kind === "accumulate") && meets(objectsOf(s.place, facts), objects)).length;
}

function storesTo(loop: Loop, objects: ReadonlySet<ObjectId>, facts: IndependenceFacts): boolean {
  return [...statements(loop.body)].some((s) => s.kind === "store" && meets(objectsOf(s.place, facts), objects));
}

/** the object whose length or keys the expression asks for */
function keyedBy(e: Expr): Expr | null {
  if (e.kind === "op") return asksForKey(e.op) ? e.args.find((a) => isReference(typeOf(a))) ?? null : null;
  return e.kind === "length" ? e.array : e.kind === "keys" ? e.of : null;
}

/** what the loop reads of others is still there when it is run again */
function mayRead(loop: Loop, facts: IndependenceFacts): boolean {
  for (const s of statements(loop.body)) {
    for (const source of copiedBy(s)) if (source.kind === "var" && !isStillWhole(source.variable, loop, facts)) return false;
    if (s.kind !== "let") continue;
    const e = s.value;
    if (e.kind === "load" && !isOwn(objectsOf(e.place, facts), loop, facts) && !facts.recording.isStillThere(facts.original(s.variable), facts.originalPlace(e.place))) return false;
    const array = keyedBy(e);
    if (array?.kind !== "var") continue;
    const known = use(facts.original(array.variable));
    if (!isOwn(facts.alias.pointsTo(known), loop, facts) && !facts.recording.isLengthStillThere(facts.original(s.variable), known)) return false;
  }
  return true;
}

function isStillWhole(array: Var, loop: Loop, facts: IndependenceFacts): boolean {
  const known = facts.original(array);
  const objects = facts.alias.pointsTo(use(known));
  return isOwn(objects, loop, facts) || (!facts.recording.isWritten(objects) && !facts.recording.isExposed(known));
}
