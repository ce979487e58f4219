// The state of a checkpointed loop: what a trip reads that trips, or what comes after the loop, change. Numbers and references that the loop
// carries, and memory that is written once the loop has begun. Everything else is there when reverse asks.
//   frozen    written only after the loop: one copy for all trips; companions stay where they are
//   inPlace   written by trips, references in it never move: copies by trip, companions stay where they are
//   exchanged arrays that change places in every trip: copies by trip, companions change places with them (exchange.ts)
//   moving    carried from trip to trip, or references in it move: copies by trip, and each trip that is reversed has companions of its own
//   silent    written by trips and read by none: its stores are left out in the second run
// Members that may reach one object are of one kind. Assumes that the loop can be replayed (analysis/replay.ts).
import type { Block, Stmt, Var } from "../../ir/ir.ts";
import { typeOf, use } from "../../ir/build.ts";
import { isAbsent } from "../../ir/facts.ts";
import { variablesAssigned, variablesDeclared, variablesRead } from "../../ir/variables.ts";
import { expressions, operands, statements } from "../../ir/walk.ts";
import { isRealArray, isReference } from "../../analysis/activity.ts";
import type { ObjectId } from "../../analysis/alias.ts";
import { whileHead } from "../../analysis/loop-head.ts";
import { reached } from "../../analysis/replay.ts";
import type { Context } from "./context.ts";
import { namesAfter } from "./names-after.ts";

type Loop = Stmt & { readonly kind: "loop" };
type Objects = ReadonlySet<ObjectId>;

export interface LiveState {
  /** assigned by trips, in order */
  readonly carried: readonly Var[];
  /** what is kept of the state before a trip: numbers and other values; references */
  readonly values: readonly Var[];
  readonly references: readonly Var[];
  readonly frozen: readonly Var[];
  /** those among the references, and results of a call, that have companions of their own in each trip */
  readonly moving: readonly Var[];
  /** variables of arrays that change places → whose array each holds after a trip */
  readonly exchanged: ReadonlyMap<Var, Var>;
  readonly silent: Objects;
  /** is all that moves made by the loop? */
  readonly isFresh: boolean;
  /** references to what trips make anew: they are kept without a copy */
  readonly shared: ReadonlySet<Var>;
  /** can each of the others be copied on its own? */
  readonly areApart: boolean;
  /** why the state cannot be copied, if it cannot */
  readonly obstacle: string | null;
}

interface Member {
  readonly variable: Var;
  readonly isCarried: boolean;
  readonly objects: Objects;
}

const meets = (a: Objects, b: Objects): boolean => [...a].some((o) => b.has(o));

export function liveState(s: Loop, context: Context): LiveState {
  const own = variablesDeclared([s]);
  const carried = [...variablesAssigned(s.body)].filter((v) => !own.has(v)).sort((a, b) => a.id - b.id);
  const read = variablesRead([s]);
  const isOnce = s.checkpoint?.kind === "call";
  // a result starts as nothing, and no trip looks at it
  const isResult = (v: Var): boolean => isOnce && !read.has(v) && isAbsent(context.joinStarts.get(v) ?? use(v));
  const reach = (v: Var): Objects => context.shared.alias.reach(context.objects(use(v)));
  const isFixed = (v: Var): boolean => { const { moves, resizes } = context.shared.changes(context.original(v)); return !moves && !resizes; };

  const members: Member[] = carried.filter((v) => isReference(v.type) && !isResult(v)).map((variable) => ({ variable, isCarried: true, objects: reach(variable) }));
  const frozen: Var[] = [];
  const unread: Member[] = [];
  const seen = objectsRead(s.body, context);
  const around = [...read].filter((x) => !own.has(x) && !carried.includes(x) && isReference(x.type)).sort((a, b) => a.id - b.id);
  for (const v of around) {
    const member: Member = { variable: v, isCarried: false, objects: reach(v) };
    const when = writtenFrom(v, member.objects, s, context);
    if (when === null) continue;
    if (when === "after" && isFixed(v)) frozen.push(v);
    else if (when === "inside" && isRealArray(v.type) && isFixed(v) && !meets(member.objects, seen)) unread.push(member);
    else members.push(member);
  }
  const isSilent = (m: Member): boolean => members.every((x) => !meets(x.objects, m.objects)) && frozen.every((x) => !meets(reach(x), m.objects));
  members.push(...unread.filter((m) => !isSilent(m)));

  let exchanged = exchangeOf(s, members, context, isFixed);
  let lost = addNames(members, around, s, context, isFixed, exchanged);
  if (exchanged.size > 0 && exchangeOf(s, members, context, isFixed).size === 0) {
    exchanged = new Map();
    lost = addNames(members, around, s, context, isFixed, exchanged);
  }
  const shared = new Set(members.filter((m) => writtenFrom(m.variable, m.objects, s, context) === null).map((m) => m.variable));
  const moving = movingIn(members, isFixed, exchanged).filter((m) => context.hasCompanion(use(m.variable)));
  const results = carried.filter((v) => isReference(v.type) && isResult(v) && context.hasCompanion(use(v)));
  const index = s.header.kind === "counted" && context.isActive(use(s.header.index));
  // what is thrown may be anything
  const unknown = carried.find((v) => !isReference(v.type) && context.hasCompanion(use(v)));
  return {
    carried, shared, exchanged,
    frozen: frozen.filter((v) => members.every((m) => m.variable !== v)),
    references: members.map((m) => m.variable),
    values: carried.filter((v) => !isReference(v.type) && read.has(v)),
    moving: [...moving.map((m) => m.variable), ...results],
    isFresh: moving.length === 0 && results.every((v) => [...reach(v)].every((o) => o.origin === "allocation" && o.variable !== null && own.has(o.variable))),
    silent: new Set(unread.filter(isSilent).flatMap((m) => [...m.objects])),
    areApart: members.every((m) => shared.has(m.variable) || exchanged.has(m.variable) || isApart(m, members, context)),
    obstacle: index ? "its counter carries a derivative" : unknown ? `\`${unknown.name}\` leaves it, and may be anything` : lost ?? ofModule(s, context) ?? (moving.some((m) => isViewed(m.objects, context, s)) ? "a view shares its memory with an array that changes places" : null),
  };
}

/** what is written to the objects of a variable once the loop has begun, by the program or, before a pullback is called, by its caller */
function writtenFrom(v: Var, objects: Objects, s: Loop, context: Context): "inside" | "after" | null {
  const { recording } = context.shared;
  return recording.writtenFrom(objects, context.originalStmt(s)) ?? (recording.isExposed(context.original(v)) ? "after" : null);
}

/** an array of numbers that no other member shares memory with */
function isApart(m: Member, members: readonly Member[], context: Context): boolean {
  const isNumbers = m.variable.type.kind === "array" && isRealArray(m.variable.type);
  const isSole = members.length === 1 || [...m.objects].every((o) => o.origin === "allocation");
  return isNumbers && isSole && members.every((other) => other === m || !meets(m.objects, other.objects)) && !isViewed(m.objects, context, null);
}

/**
 * What moves may be lost to the state: a list is walked, a row replaced. Code after the loop may still know it, and the trip that wrote to it must
 * find its adjoint. And an object that moving references lead to has one companion in a trip only if the trip knows it through the state alone. So
 * all names by which such objects are known in the loop or after it are part of the state. Says why where they are not at hand.
 */
function addNames(members: Member[], around: readonly Var[], s: Loop, context: Context, isFixed: (v: Var) => boolean, exchanged: ReadonlyMap<Var, Var>): string | null {
  const { alias, functions } = context.shared;
  const loop = context.originalStmt(s);
  const func = functions.find((f) => statements(f.body).includes(loop));
  if (func === undefined) return null;
  const names = [...namesAfter(func, loop)].filter((v) => isReference(v.type) && context.shared.activity.hasCompanion(v));
  for (;;) {
    const moving = movingIn(members, isFixed, exchanged).filter((m) => context.hasCompanion(use(m.variable)));
    const objects = new Set(moving.flatMap((m) => [...m.objects]));
    const reach = (v: Var): Objects => alias.reach(alias.pointsTo(use(v)));
    if (objects.size === 0) return null;
    if (func !== functions[0] && func.params.some((p) => isReference(p.variable.type) && meets(reach(p.variable), objects))) return "references move in what a function that stays a call was given";
    if (functions.some((f) => statements(f.body).some((x) => x.kind === "let" && x.value.kind === "load" && x.value.place.kind === "cell" && isReference(x.variable.type) && meets(reach(x.variable), objects)))) return "references move in an object of the module";
    const isMember = (v: Var): boolean => members.some((m) => context.original(m.variable) === context.original(v));
    const inside = around.filter((v) => context.hasCompanion(use(v)) && !isMember(v) && meets(alias.reach(context.objects(use(v))), objects));
    for (const variable of inside) members.push({ variable, isCarried: false, objects: alias.reach(context.objects(use(variable))) });
    const missing = names.filter((v) => !isMember(v) && meets(reach(v), objects));
    if (missing.length === 0 && inside.length === 0) return null;
    for (const v of missing) {
      const variable = loop === s ? v : context.standIns.get(v);
      if (variable === undefined || context.original(variable) !== v) return `\`${v.name}\` knows what moves in it, which is itself run again`;
      members.push({ variable, isCarried: false, objects: reach(v) });
    }
  }
}

const movingIn = (members: readonly Member[], isFixed: (v: Var) => boolean, exchanged: ReadonlyMap<Var, Var>): readonly Member[] =>
  components(members).filter((c) => c.some((m) => (m.isCarried && !exchanged.has(m.variable)) || !isFixed(m.variable))).flat();

/**
 * Buffers: arrays of numbers, each known to the loop by one variable at a time, which trips do nothing to but write to them and let them change
 * places, always in the same way. Empty where there is more to it.
 */
function exchangeOf(s: Loop, members: readonly Member[], context: Context, isFixed: (v: Var) => boolean): ReadonlyMap<Var, Var> {
  const NONE = new Map<Var, Var>();
  const holds = s.checkpoint?.kind === "call" ? NONE : placesAfter(s, members.filter((m) => m.isCarried).map((m) => m.variable));
  if (holds.size === 0 || new Set(holds.values()).size !== holds.size || [...holds.values()].some((v) => !holds.has(v))) return NONE;
  const own = members.filter((m) => holds.has(m.variable));
  const isBuffer = ({ variable: v, objects }: Member): boolean => v.type.kind === "array" && isRealArray(v.type) && isFixed(v) && context.hasCompanion(use(v)) && !isViewed(objects, context, null);
  const starts = own.map((m) => context.objects(context.joinStarts.get(m.variable) ?? use(m.variable)));
  const areTold = starts.every((a, i) => a.size > 0 && starts.every((b, j) => i === j || !meets(a, b))) && starts.filter((a) => [...a].some((o) => o.origin !== "allocation")).length <= 1;
  const areAlone = members.every((m) => holds.has(m.variable) || own.every((x) => !meets(x.objects, m.objects)));
  return areTold && areAlone && own.every(isBuffer) ? holds : NONE;
}

/** which of the variables' references each variable holds after a trip, where that is the same in every trip */
function placesAfter(s: Loop, variables: readonly Var[]): Map<Var, Var> {
  const head = whileHead(s);
  const held = new Map(variables.map((v) => [v, v]));
  for (const x of head ? [...head.before, ...head.test.then] : s.body) {
    if (x.kind === "let" || x.kind === "assign") {
      const from = x.value.kind === "var" ? held.get(x.value.variable) : undefined;
      if (from === undefined) held.delete(x.variable);
      else held.set(x.variable, from);
    } else for (const v of variablesAssigned([x])) held.delete(v);
  }
  return new Map(variables.flatMap((v) => { const from = held.get(v); return from === undefined ? [] : [[v, from]]; }));
}

/** members that may reach one object, directly or through others */
function components(members: readonly Member[]): Member[][] {
  let found: Member[][] = [];
  for (const m of members) {
    const joined = found.filter((c) => c.some((x) => meets(x.objects, m.objects)));
    found = [...found.filter((c) => !joined.includes(c)), [...joined.flat(), m]];
  }
  return found;
}

/** memory of a module that is written cannot be told to be another */
function ofModule(s: Loop, context: Context): string | null {
  const { alias, functions, recording } = context.shared;
  for (const x of reached(s.body, functions)) {
    if (x.kind !== "let" || x.value.kind !== "load" || x.value.place.kind !== "cell" || !isReference(x.variable.type)) continue;
    const objects = alias.reach(context.objects(use(x.variable)));
    if (recording.isExposed(context.original(x.variable))) return `it reads \`${x.value.place.cell.name}\`, an object of the module that may be written to before the pullback is called; its type could say that it is \`readonly\``;
    if (recording.writtenFrom(objects, context.originalStmt(s)) !== null) return `it works on \`${x.value.place.cell.name}\`, an object of the module that is written to`;
  }
  return null;
}

/** is there a view of the objects, in the program outside of the loop? */
export function isViewed(objects: Objects, { shared }: Context, loop: Loop | null): boolean {
  const inner = new Set(loop === null ? [] : statements([loop]));
  return shared.functions.some((f) => statements(f.body).some((s) => !inner.has(s) && s.kind === "let" && s.value.kind === "view" && meets(shared.alias.pointsTo(use(s.variable)), objects)));
}

/** objects that the statements look into */
function objectsRead(block: Block, context: Context): Objects {
  const { alias, functions } = context.shared;
  const found = new Set<ObjectId>();
  const add = (objects: Iterable<ObjectId>): void => { for (const o of objects) found.add(o); };
  for (const s of reached(block, functions)) {
    if (s.kind === "mutate" || s.kind === "call") for (const e of expressions(s)) add(alias.reach(context.objects(e)));
    if (s.kind !== "let" && s.kind !== "assign") continue;
    if (s.value.kind === "load") add(alias.targets(context.originalPlace(s.value.place)).objects);
    else if (s.value.kind !== "var") for (const e of operands(s.value)) if (isReference(typeOf(e))) add(alias.reach(context.objects(e)));
  }
  return found;
}
