// Plans of definitions: numbers (one row of the rule table each), loads, and fresh objects with their companions.
import type { Block, Cell, Expr, Origin, Place, Stmt, Type, Var } from "../../ir/ir.ts";
import { accumulate, assign, branch, constant, define, element, field, isConst, length, load, op, REAL, runtimeCall, store, use, ZERO, BOOLEAN, UNDEFINED } from "../../ir/build.ts";
import { typeOf } from "../../ir/build.ts";
import { isReal, isRealArray, isReference } from "../../analysis/activity.ts";
import { fieldOf, heldAt, isAbsent, isEntry, mayBeLeftOut, present } from "../../ir/facts.ts";
import { CompilerBug } from "../../diagnostics/diagnostic.ts";
import { mayLack, mayLackNumber } from "../../analysis/growth.ts";
import { differentiableFields, hasPlace, isEmptyAt, zeroIn, zeroOf, zerosStoredLater } from "../companion.ts";
import type { Context, Region } from "./context.ts";
import { clearHeld, planRuntime } from "./runtime.ts";

type Let = Stmt & { readonly kind: "let" };

export function planLet(s: Let, context: Context): Region {
  const sweep: Stmt[] = [s];
  const reverse: Stmt[] = [];
  const { variable, value } = s;
  if (variable.mutable) context.joinStarts.set(variable, value);
  if (context.isActive(use(variable))) reverseOfNumber(s, context, reverse);
  else if (context.hasCompanion(use(variable))) planReference(s, context, sweep, reverse);
  else if (value.kind === "runtime" && isReal(typeOf(value)) && value.args.some((a) => context.isActive(a))) throw new CompilerBug("adjoint", `no rule for ${value.name}`);
  return { sweep, reverse };
}

function reverseOfNumber({ variable, value, origin }: Let, context: Context, out: Stmt[]): void {
  if (context.sums.has(variable)) { reverseOfSum(variable, value, context, out, origin); return; }
  switch (value.kind) {
    case "var": context.accumulate(value, use(context.bar(variable)), out, origin); return;
    case "const": return;
    case "op": context.contributions(value.op, value.args, use(variable), use(context.bar(variable)), out, origin); return;
    case "load": reverseOfLoad(variable, value, context, out, origin); return;
    default: throw new CompilerBug("adjoint", `no plan for an active ${value.kind}`);
  }
}

/** what is added to a sum gets the adjoint of the sum, which passes by */
function reverseOfSum(variable: Var, value: Expr, context: Context, out: Stmt[], origin: Origin): void {
  if (value.kind !== "op") return;
  value.args.forEach((a, i) => {
    if (a.kind === "var" && context.sums.has(a.variable)) return;
    const bar = use(context.bar(variable));
    context.accumulate(a, i === 1 && value.op === "-" ? op("neg", [bar]) : bar, out, origin);
  });
}

function reverseOfLoad(variable: Var, value: Expr & { kind: "load" }, context: Context, out: Stmt[], origin: Origin): void {
  if (!context.isActivePlace(value.place)) return;
  if (value.place.kind === "cell") {
    const bar = context.cellBar(value.place.cell);
    const sum = context.flatten(op("+", [use(bar), use(context.bar(variable))]), out, bar.name, origin);
    out.push(assign(bar, sum, origin));
    return;
  }
  const place = companionPlace(value.place, context);
  const add = accumulate(place, use(context.bar(variable)), origin);
  const inner = value.type.kind === "nullable" ? value.type.inner : value.type;
  const isMixed = inner.kind === "union" && !isEntry(place);
  if (!value.mayMiss && inner === value.type && !isMixed) { out.push(add); return; }
  // a missed load has no adjoint: the companion is never indexed where the primal was not; and what is null, or a string, has null there
  const missed = context.supply.fresh("missed", BOOLEAN);
  const tested = isMixed ? context.supply.fresh("held", { kind: "nullable", inner: REAL, nothing: ["null", "undefined"] }) : variable;
  if (tested !== variable) out.push(define(tested, load(place, tested.type, true), origin));
  out.push(define(missed, op("isNullish", [use(tested)], BOOLEAN), origin), branch(use(missed), [], [add], origin));
}

/** the same place in the companion */
export function companionPlace(p: Place, context: Context): Place {
  switch (p.kind) {
    case "element": return element(context.companion(p.base), p.index);
    case "field": return field(context.companion(p.base), p.field);
    case "cell": throw new CompilerBug("adjoint", "module variables are places of their own");
  }
}

// ------------------------------------------------------------------------------------------------- references

function planReference(s: Let, context: Context, sweep: Stmt[], reverse: Stmt[]): void {
  const { variable, value, origin } = s;
  if (value.kind === "runtime") return planRuntime(variable, value, sweep, reverse, context, origin);
  const type = context.companionType(variable.type);
  const name = `${variable.name}Bar`;
  const sizes = measure(s, context, sweep);
  const made = companionOf(s, sizes, context, sweep);
  const companion = context.supply.fresh(name, type, variable.mutable);
  sweep.push(define(companion, made, origin));
  context.setCompanion(variable, use(companion));
  if (value.kind === "load") context.companionLoads.set(companion, { variable, place: value.place });
  reverseOfAllocation(s, sizes, use(companion), context, reverse);
  if (!context.isKept) return;
  // a structure made at once has parts that nothing else clears
  if (value.kind === "zeros" && !isRealArray(variable.type)) clearHeld(variable, sweep, reverse, context, origin);
  else clearCompanion(s, use(companion), context, reverse);
}

/** for a record that is reversed again */
function clearCompanion({ variable, value, origin }: Let, companion: Expr, context: Context, out: Stmt[]): void {
  if (!["array", "struct", "new", "copy", "zeros"].includes(value.kind)) return;
  const declared = variable.type.kind === "nullable" ? variable.type.inner : variable.type;
  // what is allocated says what there is to clear; the variable may hold one of several types
  const t = declared.kind === "union" ? typeOf(value) : declared;
  if (t.kind === "map" && (t.container === "Object" || !isReal(t.value))) return clearRecord(t, companion, out, origin);
  if (t.kind === "map") { out.push({ kind: "mutate", operation: "clear", array: companion, args: [], result: null, origin }); return; }
  // a tape has no `fill`
  if (t.kind === "array" && t.array === "Tape") out.push(runtimeCall("clear", [companion], origin));
  else if (isRealArray(t)) out.push({ kind: "mutate", operation: "fill", array: companion, args: [ZERO], result: null, origin });
  else if (t.kind === "struct" || value.kind === "struct") { for (const name of realFields(t, value)) if (context.isActivePlace(field(use(variable), name))) out.push(store(field(companion, name), ZERO, origin)); }
  else if (t.kind === "tuple") clearPositions(t, companion, context, out, origin);
}

function clearPositions(t: Type & { readonly kind: "tuple" }, companion: Expr, context: Context, out: Stmt[], origin: Origin): void {
  t.elements.forEach((e, i) => {
    if (!isReal(e) || isReference(e)) return;
    const place = element(companion, constant(i));
    const clear = store(place, ZERO, origin);
    if (!mayBeLeftOut(t, i)) { out.push(clear); return; }
    // a companion is as long as its primal
    const isThere = context.flatten(op(">", [length(companion), constant(i)], BOOLEAN), out, "isThere", origin);
    out.push(branch(isThere, [clear], [], origin));
  });
}

/** adjoint objects under the keys are cleared where they are made */
function clearRecord(t: Type & { readonly kind: "map" }, companion: Expr, out: Stmt[], origin: Origin): void {
  if (isReal(t.value)) out.push(runtimeCall("clear", [companion], origin));
}

/** the names under which an object holds numbers: those that it is made with, and those that its type allows later */
function realFields(t: Type, value: Expr): ReadonlySet<string> {
  const holds = (type: Type): boolean => isReal(type) && !isReference(type);
  const made = value.kind === "struct" ? value.fields.filter((f) => holds(typeOf(f.value))).map((f) => f.name) : [];
  return new Set([...(t.kind === "struct" ? t.fields.filter((f) => holds(f.type)).map((f) => f.name) : []), ...made]);
}

/** lengths as they are when a copy or a literal with spreads is made: what they came from, and they themselves, may change later */
interface Sizes {
  readonly own: Expr;
  /** per part of a literal, the length of what is spread */
  readonly parts: readonly (Expr | null)[];
  /** of the source of a copy, where it begins somewhere */
  readonly source: Expr | null;
}

function measure({ variable, value, origin }: Let, context: Context, sweep: Stmt[]): Sizes | null {
  if (value.kind !== "copy" && !(value.kind === "array" && value.elements.some((x) => x.spread))) return null;
  const lengthOf = (e: Expr, name: string): Expr => {
    const size = context.supply.fresh(`${name}Length`, REAL);
    sweep.push(define(size, length(e), origin));
    return use(size);
  };
  const own = lengthOf(use(variable), variable.name);
  if (value.kind === "copy") return { own, parts: [], source: value.start === null ? null : lengthOf(value.source, nameOf(value.source)) };
  return { own, parts: value.elements.map((x) => (x.spread ? lengthOf(x.value, nameOf(x.value)) : null)), source: null };
}

const nameOf = (e: Expr): string => (e.kind === "var" ? e.variable.name : "part");

/** the companion of a freshly defined reference */
function companionOf({ variable, value, origin }: Let, sizes: Sizes | null, context: Context, sweep: Stmt[]): Expr {
  const type = context.companionType(variable.type);
  switch (value.kind) {
    case "const": return value;
    // what refers to no object of the program has no companion: an exception of the engine, say
    case "var": return partOf(value, context);
    case "load":
      if (value.place.kind === "cell") return context.cellCompanion(value.place.cell, variable.type, origin);
      return load(companionPlace(value.place, context), type, value.mayMiss);
    case "view": return { ...value, source: context.companion(value.source), type };
    case "new": return isRealArray(variable.type) || type.kind === "map" ? { kind: "new", length: value.length, zeroed: true, type } : { ...value, type };
    case "copy":
      if (isRealArray(variable.type) && sizes) return { kind: "new", length: sizes.own, zeroed: true, type };
      return { ...value, source: context.companion(value.source), end: value.end ?? (value.start === null ? sizes?.own ?? null : null), type };
    case "array":
      if (isRealArray(variable.type) && sizes) return { kind: "new", length: sizes.own, zeroed: true, type };
      return { kind: "array", type, elements: value.elements.map((x, i) => ({ spread: x.spread, value: sizes?.parts[i] ? spreadCompanion(x.value, sizes.parts[i], context, sweep, origin) : isEmptyAt(type, i) ? constant(null) : heldPart(x.value, x.spread ? undefined : heldAt(type, i), context) })) };
    case "struct": return { kind: "struct", type: present(type), fields: [...differentiableFields(type, value).map((f) => ({ name: f.name, value: heldPart(f.value, fieldOf(type, f.name)?.type, context) })), ...zerosStoredLater(type, value)] };
    case "zeros": return { ...value, type };
    default: throw new CompilerBug("adjoint", `no companion of a ${value.kind}`);
  }
}

/** companions do not shrink, so what is spread is cut to the length of the primal where that may be less */
function spreadCompanion(part: Expr, size: Expr, context: Context, sweep: Stmt[], origin: Origin): Expr {
  const companion = partOf(part, context);
  if (!context.hasCompanion(part) || !context.shared.recording.isWritten(context.objects(part))) return companion;
  const cut = context.supply.fresh(`${nameOf(part)}Bar`, typeOf(companion));
  sweep.push(define(cut, { kind: "copy", source: companion, start: ZERO, end: size, type: cut.type }, origin));
  return use(cut);
}

/** what a companion holds of a part of the primal object; a number that is not there yet has a place in it; what is null, or a string, has null there */
function heldPart(value: Expr, held: Type | undefined, context: Context): Expr {
  if (held && isReference(held) && isConst(value, null)) return value;
  const part = partOf(value, context);
  if (!isAbsent(part) || held === undefined || !isReal(held) || isReference(held)) return part;
  const zero = zeroIn(held, typeOf(value));
  return isConst(zero, null) ? zero : ZERO;
}

/** what stands in a companion for a part of the primal object */
export function partOf(e: Expr, context: Context): Expr {
  if (context.hasCompanion(e)) return context.companion(e);
  const t = typeOf(e);
  if (isReference(t)) return UNDEFINED;
  return isReal(t) ? ZERO : zeroOf(t);
}

/** the numbers that went into a fresh object get the adjoints of their places */
function reverseOfAllocation({ variable, value, origin }: Let, sizes: Sizes | null, companion: Expr, context: Context, out: Stmt[]): void {
  switch (value.kind) {
    case "array":
      if (sizes) { reverseOfSpread(variable, value, sizes, companion, context, out, origin); return; }
      value.elements.forEach((x, i) => { if (context.isActive(x.value)) context.accumulate(x.value, load(element(companion, constant(i)), REAL), out, origin); });
      return;
    case "struct":
      for (const f of value.fields) if (context.isActive(f.value)) context.accumulate(f.value, load(field(companion, f.name), REAL), out, origin);
      return;
    case "copy":
      if (!isRealArray(variable.type) || !context.hasCompanion(value.source) || !sizes) return;
      out.push(...addElements(context.companion(value.source), copyStart(value, sizes, context, out, origin), companion, ZERO, sizes.own, context, origin));
      return;
    default: return;
  }
}

/** where a copy began in its source, as `slice` reads a possibly negative start */
function copyStart(value: Expr & { kind: "copy" }, sizes: Sizes, context: Context, out: Stmt[], origin: Origin): Expr {
  if (value.start === null || sizes.source === null) return ZERO;
  const whole = wholePosition(value.start, context, out, "start", origin);
  if (context.shared.integers.isCount(context.originalExpr(whole))) return whole;
  const fromEnd = op("Math.max", [op("+", [sizes.source, whole]), ZERO]);
  return context.flatten(isNegative(whole) ? fromEnd : op("select", [op("<", [whole, ZERO], BOOLEAN), fromEnd, whole]), out, "start", origin);
}

const isNegative = (e: Expr): boolean => e.kind === "const" && typeof e.value === "number" && e.value < 0;

/** a position as the methods of arrays read it: its whole part, 0 for NaN */
export function wholePosition(e: Expr, context: Context, out: Stmt[], name: string, origin: Origin): Expr {
  if (e.kind === "const" && typeof e.value === "number") return constant(Math.trunc(e.value) || 0);
  return context.shared.integers.isInteger(context.originalExpr(e)) ? e : context.flatten(op("Math.trunc", [e]), out, name, origin);
}

/** `for (k < count) target[from + k] += source[at + k]` */
export function addElements(target: Expr, from: Expr, source: Expr, at: Expr, count: Expr, context: Context, origin: Origin): Stmt[] {
  const k = context.supply.fresh("k", REAL);
  const body: Stmt[] = [];
  const shifted = (by: Expr): Expr => (by.kind === "const" && by.value === 0 ? use(k) : context.flatten(op("+", [by, use(k)]), body, "at", origin));
  const value = context.supply.fresh("elementBar", REAL);
  const to = shifted(from);
  body.push(define(value, load(element(source, shifted(at)), REAL), origin), accumulate(element(target, to), use(value), origin));
  return [{ kind: "loop", header: { kind: "counted", index: k, start: ZERO, stop: count, compare: "<", step: 1 }, body, origin }];
}

function reverseOfSpread(variable: Var, value: Expr & { kind: "array" }, sizes: Sizes, companion: Expr, context: Context, out: Stmt[], origin: Origin): void {
  if (!isRealArray(variable.type)) return;
  let offset: Expr = ZERO;
  for (const [i, x] of value.elements.entries()) {
    const count = sizes.parts[i] ?? null;
    if (count === null) {
      if (context.isActive(x.value)) context.accumulate(x.value, load(element(companion, offset), REAL), out, origin);
      offset = context.flatten(op("+", [offset, constant(1)]), out, "at", origin);
      continue;
    }
    if (context.hasCompanion(x.value)) out.push(...addElements(context.companion(x.value), ZERO, companion, offset, count, context, origin));
    offset = context.flatten(op("+", [offset, count]), out, "at", origin);
  }
}

// ------------------------------------------------------------------------------------------------- joins and stores

export function planAssign(s: Stmt & { kind: "assign" }, context: Context): Region {
  const { variable, value, origin } = s;
  if (context.sums.has(variable)) return { sweep: [s], reverse: [] };
  if (context.isActive(use(variable))) {
    const reverse: Stmt[] = [];
    const taken = context.take(variable, reverse, origin);
    context.accumulate(value, taken, reverse, origin);
    return { sweep: [s], reverse };
  }
  if (!context.hasCompanion(use(variable))) return { sweep: [s], reverse: [] };
  const companion = context.companion(use(variable));
  if (companion.kind !== "var") throw new CompilerBug("adjoint", "companion of a join");
  return { sweep: [s, assign(companion.variable, context.hasCompanion(value) || value.kind === "const" ? context.companion(value) : UNDEFINED, origin)], reverse: [] };
}

export function planStore(s: Stmt & { kind: "store" }, context: Context): Region {
  const { place, value, origin } = s;
  if (place.kind === "cell") return planCellStore(s, place.cell, context);
  if (!context.hasCompanion(place.base) || !hasPlace(place)) return { sweep: [s], reverse: [] };
  const at = companionPlace(place, context);
  if (isReference(typeOf(value)) || context.hasCompanion(value)) {
    return { sweep: [s, store(at, context.hasCompanion(value) ? context.companion(value) : value.kind === "const" ? value : UNDEFINED, origin)], reverse: [] };
  }
  // a store beyond the end lengthens the array, and its companion with it; what is set for the first time gets a place there. Also where nothing
  // varies what is stored: who adds to all objects that this may be finds a number
  const made = mayLackNumber(place) ? ensureCell(at, context, origin) : context.shared.growing.has(context.originalStmt(s)) ? [store(at, ZERO, origin)] : [];
  if (!context.isActivePlace(place)) return { sweep: [s, ...made], reverse: [] };
  const reverse: Stmt[] = [];
  const kill = !context.shared.recording.isFirstWrite(context.originalStmt(s), context.originalPlace(place));
  const mayMiss = isEntry(at) || context.shared.missing.has(context.originalStmt(s));
  if (context.isActive(value)) context.accumulate(value, context.takePlace(at, kill, mayMiss, `${elementName(place)}Bar`, reverse, origin), reverse, origin);
  // what is emptied held a number, or a reference, whose companion stays where it is
  else if (kill && (isReal(typeOf(value)) || !mayLack(place) || mayLackNumber(place))) reverse.push(store(at, ZERO, origin));
  return { sweep: [s, ...made], reverse };
}

/** a number in a companion where there may be none; one that is there stays, since code that ran later may have added to it */
function ensureCell(at: Place, context: Context, origin: Origin): Block {
  const held = context.supply.fresh("held", { kind: "nullable", inner: REAL, nothing: ["null", "undefined"] });
  const isMissing = context.supply.fresh("isMissing", BOOLEAN);
  return [define(held, load(at, held.type, true), origin), define(isMissing, op("isNullish", [use(held)], BOOLEAN), origin), branch(use(isMissing), [store(at, ZERO, origin)], [], origin)];
}

function planCellStore(s: Stmt & { kind: "store" }, cell: Cell, context: Context): Region {
  if (!context.isActivePlace(s.place)) return { sweep: [s], reverse: [] };
  const reverse: Stmt[] = [];
  const bar = context.cellBar(cell);
  const taken = context.supply.fresh(bar.name, REAL);
  reverse.push(define(taken, use(bar), s.origin), assign(bar, ZERO, s.origin));
  context.accumulate(s.value, use(taken), reverse, s.origin);
  return { sweep: [s], reverse };
}

export const elementName = (p: Place): string => (p.kind === "field" ? p.field : p.kind === "element" && p.base.kind === "var" ? p.base.variable.name : "value");

export function planAccumulate(s: Stmt & { kind: "accumulate" }, context: Context): Region {
  const { place, value, origin } = s;
  if (place.kind === "cell" || !context.hasCompanion(place.base) || !context.isActivePlace(place)) return { sweep: [s], reverse: [] };
  const reverse: Stmt[] = [];
  const mayMiss = isEntry(place) || context.shared.missing.has(context.originalStmt(s));
  context.accumulate(value, context.readPlace(companionPlace(place, context), mayMiss, `${elementName(place)}Bar`, reverse, origin), reverse, origin);
  return { sweep: [s], reverse };
}
