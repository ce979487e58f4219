// Plans of in-place operations on arrays, by what the array holds:
//   references  the companion has the length of the primal and goes along: the same operation in the sweep, nothing in reverse;
//   numbers     the companion never shrinks in the sweep and keeps its length in reverse. Whenever reverse stands at a point of the
//               program, the cells beyond the length that the primal had there are zero, so that what falls off an end is zero:
//               what carries no derivative, too, ends what its place received since it came there.
// Guarantees that a companion can be reversed again (a kept record): no reverse half changes its length.
import type { Block, Expr, Origin, Stmt, Type } from "../../ir/ir.ts";
import { accumulate, BOOLEAN, branch, constant, define, element, isConst, length, load, ONE, op, REAL, store, typeOf, use, ZERO } from "../../ir/build.ts";
import { changesLength, shortens, VALUES_OF } from "../../analysis/mutations.ts";
import { holdsNumbers } from "../../analysis/activity.ts";
import { CompilerBug } from "../../diagnostics/diagnostic.ts";
import type { Context, Region } from "./context.ts";
import { addElements, partOf, wholePosition } from "./value.ts";

type Mutate = Stmt & { readonly kind: "mutate" };

export function planMutate(s: Mutate, context: Context): Region {
  if (!context.hasCompanion(s.array)) return { sweep: [s], reverse: [] };
  // the adjoint of an entry stays under its key, also when the entry is gone
  if (s.operation === "delete" || s.operation === "clear") return { sweep: [s], reverse: [] };
  if (!holdsNumbers(typeOf(s.array))) return planReferences(s, context);
  switch (s.operation) {
    case "push": return planPush(s, context);
    case "pop": return planPop(s, context);
    case "shift": return planShift(s, context);
    case "unshift": return planUnshift(s, context);
    case "splice": return planSplice(s, context);
    case "fill": return planFill(s, context);
    case "reverse": return planReverse(s, context);
    case "copyWithin": return planCopyWithin(s, context);
    case "set": return planSet(s, context);
    case "length": return { sweep: [s, ...lengthen(s, context)], reverse: [] };
    default: throw new CompilerBug("adjoint", `no plan for ${s.operation}`);
  }
}

/** the companion goes along, with the companions of what goes in */
function planReferences(s: Mutate, context: Context): Region {
  const isValue = VALUES_OF[s.operation];
  const args = s.args.map((a, i) => (isValue(i) ? partOf(a, context) : a));
  const part = s.result && context.hasCompanion(use(s.result)) ? context.supply.fresh(`${s.result.name}Bar`, context.companionType(s.result.type)) : null;
  if (s.result && part) context.setCompanion(s.result, use(part));
  return { sweep: [s, { ...s, array: context.companion(s.array), args, result: part }], reverse: [] };
}

// ------------------------------------------------------------------------------------------------- ends

function planPush(s: Mutate, context: Context): Region {
  const { origin } = s;
  const companion = context.companion(s.array);
  const t = typeOf(s.array);
  const isTape = t.kind === "array" && t.array === "Tape";
  const sweep: Stmt[] = [];
  const reverse: Stmt[] = [];
  let at: Expr = appendedAt(s, context, sweep) ?? context.flatten(length(s.array), sweep, "end", origin);
  sweep.push(s);
  // the cell may have been another element's before the array became shorter
  const isReused = context.shared.recording.writesTo(context.objects(s.array)).some((w) => w.kind === "mutate" && shortens(w.operation));
  for (const value of s.args) {
    sweep.push(isTape ? { ...s, array: companion, args: [ZERO], result: null } : store(element(companion, at), ZERO, origin));
    if (context.isActive(value)) context.accumulate(value, context.takePlace(element(companion, at), true, false, "pushedBar", reverse, origin), reverse, origin);
    else if (isReused) reverse.push(store(element(companion, at), ZERO, origin));
    if (s.args.length > 1) at = context.flatten(op("+", [at, ONE]), sweep, "end", origin);
  }
  return { sweep, reverse };
}

/** where an element goes that every trip appends: reverse knows the numbers of its trips */
function appendedAt(s: Mutate, context: Context, sweep: Stmt[]): Expr | null {
  const append = context.shared.appends.get(context.originalStmt(s));
  const levels = context.nest?.levels ?? [];
  if (append === undefined || levels.length < append.loops) return null;
  const [first, ...inner] = levels.slice(-append.loops);
  if (!first?.sweepTrip || inner.some((l) => l.sweepTrip === null || l.trips === null)) return null;
  const compute = (name: string, a: Expr, b: Expr): Expr => context.flatten(op(name, [a, b]), sweep, "end", s.origin);
  const trip = inner.reduce((number, l) => compute("+", compute("*", number, l.trips!), l.sweepTrip!), first.sweepTrip);
  const start = append.count === 1 ? trip : compute("*", trip, constant(append.count));
  return append.offset === 0 ? context.flatten(start, sweep, "end", s.origin) : compute("+", start, constant(append.offset));
}

function planPop(s: Mutate, context: Context): Region {
  const { origin } = s;
  const sweep: Stmt[] = [s];
  const reverse: Stmt[] = [];
  if (!s.result || !context.isActive(use(s.result))) return { sweep, reverse };
  const at = context.flatten(length(s.array), sweep, "end", origin);
  // nothing was popped off an empty array
  const missed = context.flatten(op("isNullish", [use(s.result)], BOOLEAN), sweep, "missed", origin);
  reverse.push(branch(missed, [], [accumulate(element(context.companion(s.array), at), use(context.bar(s.result)), origin)], origin));
  return { sweep, reverse };
}

/** `shift()`: everything moves back by one, and what came off stands in front again */
function planShift(s: Mutate, context: Context): Region {
  const bar = s.result && context.isActive(use(s.result)) ? use(context.bar(s.result)) : ZERO;
  return { sweep: [s], reverse: insertAt(null, bar, context.companion(s.array), s.origin) };
}

function planUnshift(s: Mutate, context: Context): Region {
  const { origin } = s;
  const companion = context.companion(s.array);
  const sweep: Stmt[] = [s];
  const reverse: Stmt[] = [];
  extend(s.array, companion, s.args.length, context, sweep, origin);
  for (const value of s.args) removeAt(null, value, companion, context, reverse, origin);
  return { sweep, reverse };
}

/** cells for the last `count` elements: a companion need not be as long yet */
function extend(array: Expr, companion: Expr, count: number, context: Context, sweep: Stmt[], origin: Origin): void {
  if (count === 0) return;
  const size = context.flatten(length(array), sweep, "size", origin);
  for (let k = count; k > 0; k--) sweep.push(store(element(companion, context.flatten(op("-", [size, constant(k)]), sweep, "at", origin)), ZERO, origin));
}

/** puts an adjoint at a place (null: the front) of a companion; the last cell is beyond the end of the primal and goes */
function insertAt(at: Expr | null, bar: Expr, companion: Expr, origin: Origin): Stmt[] {
  const put: Stmt = at === null
    ? { kind: "mutate", operation: "unshift", array: companion, args: [bar], result: null, origin }
    : { kind: "mutate", operation: "splice", array: companion, args: [at, ZERO, bar], result: null, origin };
  return [{ kind: "mutate", operation: "pop", array: companion, args: [], result: null, origin }, put];
}

/** takes the adjoint of an inserted value from its place (null: the front); a zero comes in at the end */
function removeAt(at: Expr | null, value: Expr, companion: Expr, context: Context, out: Stmt[], origin: Origin): void {
  const isActive = context.isActive(value);
  const taken = isActive ? context.supply.fresh("insertedBar", REAL) : null;
  if (at === null) out.push({ kind: "mutate", operation: "shift", array: companion, args: [], result: taken, origin });
  else {
    if (taken) out.push(define(taken, load(element(companion, at), REAL), origin));
    out.push({ kind: "mutate", operation: "splice", array: companion, args: [at, ONE], result: null, origin });
  }
  out.push({ kind: "mutate", operation: "push", array: companion, args: [ZERO], result: null, origin });
  if (taken) context.accumulate(value, use(taken), out, origin);
}

// ------------------------------------------------------------------------------------------------- splice

/** `splice(start, count, ...items)`: reverse takes the items out again and puts back the adjoints of what was removed */
function planSplice(s: Mutate, context: Context): Region {
  const { origin } = s;
  const [start, count, ...items] = s.args;
  if (start === undefined) return { sweep: [s], reverse: [] };
  const companion = context.companion(s.array);
  const sweep: Stmt[] = [];
  const reverse: Stmt[] = [];
  const size = context.flatten(length(s.array), sweep, "size", origin);
  sweep.push(s);
  const at = position(start, size, ZERO, context, sweep, "start", origin);
  const removesNone = count !== undefined && isConst(count, 0);
  const removed = removesNone ? ZERO : removedCount(s, size, items.length, context, sweep);
  extend(s.array, companion, items.length, context, sweep, origin);
  let removedBar: Expr | null = null;
  if (s.result && context.hasCompanion(use(s.result))) {
    const bar = context.supply.fresh(`${s.result.name}Bar`, context.companionType(s.result.type));
    sweep.push(define(bar, { kind: "new", length: removed, zeroed: true, type: bar.type }, origin));
    context.setCompanion(s.result, use(bar));
    removedBar = use(bar);
  }
  for (const value of items) removeAt(at, value, companion, context, reverse, origin);
  if (!removesNone) {
    const k = context.supply.fresh("k", REAL);
    const body: Stmt[] = [];
    const bar = removedBar === null ? ZERO : context.readPlace(element(removedBar, use(k)), false, "removedBar", body, origin);
    const to = isConst(at, 0) ? use(k) : context.flatten(op("+", [at, use(k)]), body, "at", origin);
    body.push(...insertAt(to, bar, companion, origin));
    reverse.push({ kind: "loop", header: { kind: "counted", index: k, start: ZERO, stop: removed, compare: "<", step: 1 }, body, origin });
  }
  if (removedBar !== null && context.isKept) reverse.push({ kind: "mutate", operation: "fill", array: removedBar, args: [ZERO], result: null, origin });
  return { sweep, reverse };
}

/** how many elements a splice removed: what it gave back, or what the length tells */
function removedCount(s: Mutate, size: Expr, added: number, context: Context, sweep: Stmt[]): Expr {
  if (s.result) return context.flatten(length(use(s.result)), sweep, "removedLength", s.origin);
  const before = added === 0 ? size : op("+", [size, constant(added)]);
  return context.flatten(op("-", [before, length(s.array)]), sweep, "removedLength", s.origin);
}

// ------------------------------------------------------------------------------------------------- ranges

const isAbsent = (e: Expr): boolean => e.kind === "const" && e.value === undefined;

/** a position as the array methods take it: truncated, from the end where negative, within the array */
function position(e: Expr | undefined, size: Expr, otherwise: Expr, context: Context, out: Stmt[], name: string, origin: Origin): Expr {
  if (e === undefined || isAbsent(e)) return otherwise;
  const whole = wholePosition(e, context, out, name, origin);
  if (whole.kind === "const" && typeof whole.value === "number") {
    if (whole.value === 0) return ZERO;
    return context.flatten(whole.value > 0 ? op("Math.min", [whole, size]) : op("Math.max", [op("-", [size, constant(-whole.value)]), ZERO]), out, name, origin);
  }
  if (context.shared.integers.isCount(context.originalExpr(e))) return context.flatten(op("Math.min", [e, size]), out, name, origin);
  return context.flatten(op("select", [op("<", [whole, ZERO], BOOLEAN), op("Math.max", [op("+", [size, whole]), ZERO]), op("Math.min", [whole, size])]), out, name, origin);
}

/** `fill(value, start, end)`: the adjoint of the value is the sum over the cells, which become zero */
function planFill(s: Mutate, context: Context): Region {
  const { origin } = s;
  const [value, start, end] = s.args;
  const companion = context.companion(s.array);
  const sweep: Stmt[] = [s];
  const reverse: Stmt[] = [];
  const size = context.flatten(length(s.array), sweep, "size", origin);
  const from = position(start, size, ZERO, context, sweep, "from", origin);
  const to = position(end, size, size, context, sweep, "to", origin);
  const k = context.supply.fresh("k", REAL);
  const body: Stmt[] = [];
  const taken = context.takePlace(element(companion, use(k)), true, false, "cellBar", body, origin);
  if (value && context.isActive(value)) context.accumulate(value, taken, body, origin);
  reverse.push({ kind: "loop", header: { kind: "counted", index: k, start: from, stop: to, compare: "<", step: 1 }, body, origin });
  return { sweep, reverse };
}

/** `reverse()`: adjoints are where the numbers were, so they turn around as well, as far as the array went */
function planReverse(s: Mutate, context: Context): Region {
  const { origin } = s;
  const companion = context.companion(s.array);
  if (!mayDifferInLength(s.array, context)) return { sweep: [s], reverse: [{ ...s, array: companion, result: null }] };
  const sweep: Stmt[] = [s];
  const size = context.flatten(length(s.array), sweep, "size", origin);
  const before: Stmt[] = [];
  const half = context.flatten(op("Math.floor", [op("/", [size, constant(2)])]), before, "half", origin);
  const last = context.flatten(op("-", [size, ONE]), before, "last", origin);
  const k = context.supply.fresh("k", REAL);
  const body: Stmt[] = [];
  const mirrored = element(companion, context.flatten(op("-", [last, use(k)]), body, "at", origin));
  const [low, high] = [context.supply.fresh("lowBar", REAL), context.supply.fresh("highBar", REAL)];
  body.push(
    define(low, load(element(companion, use(k)), REAL), origin), define(high, load(mirrored, REAL), origin),
    store(element(companion, use(k)), use(high), origin), store(mirrored, use(low), origin),
  );
  return { sweep, reverse: [...before, { kind: "loop", header: { kind: "counted", index: k, start: ZERO, stop: half, compare: "<", step: 1 }, body, origin }] };
}

/** may the companion be longer than the array is here? */
function mayDifferInLength(array: Expr, context: Context): boolean {
  const t = typeOf(array);
  if (t.kind !== "array" || t.array !== "Array") return t.kind === "tuple" ? false : t.kind !== "array" || t.array === "Tape";
  return context.shared.recording.writesTo(context.objects(array)).some((w) => (w.kind === "mutate" ? changesLength(w.operation) : w.kind !== "store" || context.shared.growing.has(w)));
}

/** takes the adjoints of a range: they are copied, since what they go to may be the same memory */
function takeRange(companion: Expr, from: Expr, count: Expr, context: Context, out: Stmt[], origin: Origin): Expr {
  const to = isConst(from, 0) ? count : context.flatten(op("+", [from, count]), out, "to", origin);
  const taken = context.supply.fresh("takenBar", fresh(typeOf(companion)));
  out.push(define(taken, { kind: "copy", source: companion, start: from, end: to, type: taken.type }, origin));
  out.push({ kind: "mutate", operation: "fill", array: companion, args: [ZERO, from, to], result: null, origin });
  return use(taken);
}

/** what `slice` of a companion gives */
const fresh = (t: Type): Type => (t.kind === "tuple" ? { kind: "array", array: "Array", element: REAL } : t);

function planCopyWithin(s: Mutate, context: Context): Region {
  const { origin } = s;
  const [target, start, end] = s.args;
  const companion = context.companion(s.array);
  const sweep: Stmt[] = [s];
  const reverse: Stmt[] = [];
  const size = context.flatten(length(s.array), sweep, "size", origin);
  const to = position(target, size, ZERO, context, sweep, "target", origin);
  const from = position(start, size, ZERO, context, sweep, "from", origin);
  const stop = position(end, size, size, context, sweep, "stop", origin);
  const count = context.flatten(op("Math.max", [op("Math.min", [op("-", [stop, from]), op("-", [size, to])]), ZERO]), sweep, "count", origin);
  const taken = takeRange(companion, to, count, context, reverse, origin);
  reverse.push(...addElements(companion, from, taken, ZERO, count, context, origin));
  return { sweep, reverse };
}

/** `set(source, offset)`, where the source may overlap with the array */
function planSet(s: Mutate, context: Context): Region {
  const { origin } = s;
  const [source, offset] = s.args;
  if (source === undefined) throw new CompilerBug("adjoint", "set of nothing");
  const companion = context.companion(s.array);
  const sweep: Stmt[] = [];
  const reverse: Stmt[] = [];
  const count = context.flatten(length(source), sweep, "count", origin);
  sweep.push(s);
  const at = offset === undefined || isAbsent(offset) ? ZERO : wholePosition(offset, context, sweep, "offset", origin);
  if (context.hasCompanion(source)) reverse.push(...addElements(context.companion(source), ZERO, takeRange(companion, at, count, context, reverse, origin), ZERO, count, context, origin));
  else {
    const to = isConst(at, 0) ? count : context.flatten(op("+", [at, count]), reverse, "to", origin);
    reverse.push({ kind: "mutate", operation: "fill", array: companion, args: [ZERO, at, to], result: null, origin });
  }
  return { sweep, reverse };
}

/** `length = n` may make the array longer: its holes can be stored to, so the companion has cells for them */
function lengthen(s: Mutate, context: Context): Block {
  const { origin } = s;
  if (s.args[0] === undefined || isConst(s.args[0], 0)) return [];
  const companion = context.companion(s.array);
  const out: Stmt[] = [];
  const start = context.flatten(length(companion), out, "size", origin);
  const stop = context.flatten(length(s.array), out, "size", origin);
  const k = context.supply.fresh("k", REAL);
  const body: Stmt[] = [store(element(companion, use(k)), ZERO, origin)];
  return [...out, { kind: "loop", header: { kind: "counted", index: k, start, stop, compare: "<", step: 1 }, body, origin }];
}
