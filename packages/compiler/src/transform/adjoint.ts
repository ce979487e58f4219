// Reverse mode. Every statement has a plan { sweep, reverse }; a block is its sweeps in order and its reverses in opposite order.
// Assumes the versioned stage and facts. Guarantees structured code without tapes where nothing needs them; adjoint variables are
// assigned freely, so the result is versioned again (normalize.ts) before anything else looks at it.
import type { Block, Expr, Func, Origin, Param, Place, Request, Stmt, Type, Var } from "../ir/ir.ts";
import { accumulate, BOOLEAN, constant, define, element, field, isConst, length, load, ONE, op, parameterOf, REAL, runtime, runtimeCall, TRUE, typeOf, UNDEFINED, use, ZERO } from "../ir/build.ts";
import { returnedType } from "../ir/facts.ts";
import { variablesAssigned, variablesRead } from "../ir/variables.ts";
import { declared, operands } from "../ir/walk.ts";
import { holdsNumbers, isReal, isRealArray, isReference } from "../analysis/activity.ts";
import { CompilerBug, unreachable } from "../diagnostics/diagnostic.ts";
import { planIf } from "./adjoint/branch.ts";
import { planCall } from "./adjoint/call.ts";
import { Context, type Region, type Shared } from "./adjoint/context.ts";
import { declaresOf, type Plan, planBlock } from "./adjoint/block.ts";
import { canFuse, fuseIndependent, planLoop } from "./adjoint/loop.ts";
import { planMutate } from "./adjoint/mutation.ts";
import { planAccumulate, planAssign, planLet, planStore } from "./adjoint/value.ts";
import { holdsEntries, holdsNoNumber, isDifferentiable, NULL } from "./companion.ts";
import { requireDisjoint } from "./disjoint.ts";

export function planStatement(s: Stmt, context: Context): Region {
  switch (s.kind) {
    case "let": return planLet(s, context);
    case "assign": return planAssign(s, context);
    case "store": return planStore(s, context);
    case "accumulate": return planAccumulate(s, context);
    case "mutate": return planMutate(s, context);
    case "call": return planCall(s, context);
    case "if": return planIf(s, context);
    case "loop": return planLoop(s, context);
    case "throw": case "exit": case "try": return { sweep: [s], reverse: [] };
    case "block": case "pair": throw new CompilerBug("adjoint", `unexpected ${s.kind}`);
    default: return unreachable(s, "adjoint");
  }
}

// ------------------------------------------------------------------------------------------------- roots

/** `grad` and `valueAndGrad`: sweep, seed, reverse in one function */
export function deriveGradient(func: Func, request: Request, shared: Shared, withValue: boolean): Func {
  const context = new Context(shared);
  const { origin } = func;
  const entry: Stmt[] = [];
  const wrt = wrtIndices(request, func);
  const skeletons = enterParams(func, wrt, context, entry);
  const seed: Stmt[] = [];
  const seeded = (): void => { if (func.result && context.isActive(func.result)) context.accumulate(func.result, ONE, seed, origin); };
  const body = (withValue ? fusedBody(func.body, seeded, seed, context) : null) ?? joinedBody(func.body, seeded, seed, context);
  const out: Stmt[] = [];
  const gradient = gradientOf(func, request, wrt, context, skeletons, out, origin);
  const all = [...entry, ...context.cellEntries, ...body.sweep, ...barsOfParams(func, context, origin), ...context.cellBars(origin), ...body.declares, ...body.reverse, ...out];
  const value = func.result ?? UNDEFINED;
  const gradientType = typeOf(gradient);
  const result = shared.supply.fresh("gradient", withValue ? pairType(returnedType(func), gradientType) : gradientType);
  const packed: Expr = withValue ? { kind: "array", type: result.type, elements: [{ value, spread: false }, { value: gradient, spread: false }] } : gradient;
  return { ...func, body: [...all, define(result, packed, origin)], result: use(result), resultType: result.type, resultText: null };
}

/** sweep, seed, reverse */
function joinedBody(block: Block, seeded: () => void, seed: readonly Stmt[], context: Context): Plan {
  const { sweep, reverse } = planBlock(block, context);
  seeded();
  return { sweep, declares: declaresOf(block, context), reverse: [...seed, ...reverse] };
}

/**
 * Where the value is wanted too, the last independent loop need not run twice: if the reverse of what follows it reads nothing that the
 * loop or its followers compute, that reverse goes first, and each trip of the loop is swept and reversed at once.
 */
function fusedBody(block: Block, seeded: () => void, seed: readonly Stmt[], context: Context): Plan | null {
  const at = block.findLastIndex((s) => s.kind === "loop" && canFuse(s, context));
  if (at < 0) return null;
  const before = block.slice(0, at);
  const first = planBlock(before, context);
  const rest = planBlock(block.slice(at + 1), context);
  const computed = new Set<Var>([...block.slice(at + 1).flatMap(declared), ...rest.sweep.flatMap(declared), ...variablesAssigned(block.slice(at))]);
  const isFree = [...variablesRead(rest.reverse)].every((v) => !computed.has(v)) && block.slice(at + 1).every((s) => s.kind === "let" && !context.hasCompanion(use(s.variable)));
  if (!isFree) return null;
  const fused = fuseIndependent(block[at]!, context);
  if (!fused) return null;
  seeded();
  return { sweep: first.sweep, declares: declaresOf([...before, ...block.slice(at + 1)], context), reverse: [...seed, ...rest.reverse, fused, ...rest.sweep, ...first.reverse] };
}

const pairType = (a: Type, b: Type): Type => ({ kind: "tuple", elements: [a, b] });

/** `vjp`: the value and a pullback that may be called many times; it gives one entry for each parameter in `wrt` */
export function derivePullback(func: Func, wrt: readonly number[], shared: Shared): Func {
  const context = new Context(shared, null, null, shared.isKept);
  const { origin } = func;
  const entry: Stmt[] = [];
  const skeletons = enterParams(func, wrt, context, entry);
  const ending = literalsAtEnd(func.body);
  const body = planBlock(func.body.slice(0, func.body.length - ending.size), context);
  const inner: Stmt[] = [];
  const valueType = returnedType(func);
  const seed = shared.supply.fresh(func.result?.kind === "var" ? `${func.result.variable.name}Bar` : "cotangent", context.companionType(valueType));
  const seeds: Stmt[] = [];
  if (func.result) seedResult(func.result, use(seed), ending, context, seeds, origin);
  inner.push(...barsOfParams(func, context, origin), ...context.cellBars(origin), ...declaresOf(func.body, context), ...seeds, ...body.reverse);
  const sweep = [...entry, ...context.cellEntries, ...body.sweep, ...func.body.slice(func.body.length - ending.size)];
  const companions = func.params.flatMap((p) => (isReference(p.variable.type) ? [context.companion(use(p.variable))] : []));
  const { kept: held, made } = splitPrivate(sweep, inner, companions, context.cellEntries);
  const cleared = freshenCompanions(func, held, skeletons, context, inner, origin);
  const kept = clearCells(held, context, cleared, origin);
  const gradient = gradientOf(func, { operator: "vjp", wrt, mode: null }, wrt, context, skeletons, inner, origin);
  inner.push(...cleared);
  const pullback: Func = { id: `${func.id}$pullback`, name: "pullback", params: [parameterOf(seed)], body: startAt(use(seed), func.result, seeds, made, inner, context), result: gradient, resultType: typeOf(gradient), resultText: null, origin };
  const closureType: Type = { kind: "function", params: [seed.type], result: pullback.resultType };
  const closure = shared.supply.fresh("pullback", closureType);
  const resultType = pairType(valueType, closureType);
  const result = shared.supply.fresh("result", resultType);
  const packed: Expr = { kind: "array", type: resultType, elements: [{ value: func.result ?? UNDEFINED, spread: false }, { value: use(closure), spread: false }] };
  return {
    ...func,
    body: [...kept, define(closure, { kind: "closure", func: pullback, type: closureType }, origin), define(result, packed, origin)],
    result: use(result), resultType, resultText: null,
  };
}

/** a companion that is made for nothing but the cotangent starts as a copy of it */
function startAt(seed: Expr, result: Expr | null, seeds: readonly Stmt[], made: readonly Stmt[], inner: readonly Stmt[], context: Context): Stmt[] {
  const companion = result && seeds.length > 0 && isRealArray(typeOf(result)) ? context.companion(result) : null;
  const start = companion?.kind === "var" ? made.find((s) => s.kind === "let" && s.variable === companion.variable) : undefined;
  if (start?.kind !== "let") return [...made, ...inner];
  const copy: Stmt = { ...start, value: { kind: "copy", source: seed, start: null, end: null, type: start.variable.type } };
  return [...made.map((s) => (s === start ? copy : s)), ...inner.filter((s) => !seeds.includes(s))];
}

/** longer ones have a companion, to which the runtime adds */
const MOST_PARTS = 16;

export interface LiteralPart {
  readonly name: string;
  readonly value: Expr;
  readonly of: (whole: Expr) => Place;
}

/** the literals with which a function ends: only its result reads them, so the cotangent of a part is that of what stands there */
export function literalsAtEnd(body: Block): ReadonlyMap<Var, readonly LiteralPart[]> {
  const found = new Map<Var, readonly LiteralPart[]>();
  for (let i = body.length - 1; i >= 0; i--) {
    const s = body[i]!;
    const parts = s.kind === "let" && !s.variable.mutable ? partsOfLiteral(s.variable.type, s.value) : null;
    if (parts === null || s.kind !== "let") break;
    found.set(s.variable, parts);
  }
  return found;
}

function partsOfLiteral(t: Type, e: Expr): readonly LiteralPart[] | null {
  const isShort = (parts: readonly unknown[]): boolean => parts.length <= MOST_PARTS;
  if (e.kind === "array" && t.kind === "tuple" && isShort(e.elements) && e.elements.every((x) => !x.spread)) return e.elements.map(({ value }, i) => ({ name: value.kind === "var" ? value.variable.name : "seed", value, of: (whole) => element(whole, constant(i)) }));
  return e.kind === "struct" && t.kind === "struct" && !t.isClass && isShort(e.fields) ? e.fields.map(({ name, value }) => ({ name, value, of: (whole) => field(whole, name) })) : null;
}

/** the cotangent of the result, added leaf by leaf to the companion; the user's structure is only read */
function seedResult(result: Expr, seed: Expr, literals: ReadonlyMap<Var, readonly LiteralPart[]>, context: Context, out: Stmt[], origin: Origin): void {
  if (result.kind !== "var") return;
  const t = result.variable.type;
  const parts = literals.get(result.variable);
  if (parts !== undefined) {
    for (const { name, value, of } of parts.filter((x) => isDifferentiable(typeOf(x.value)) && (context.isActive(x.value) || context.hasCompanion(x.value)))) {
      const part = context.supply.fresh(`${name}Bar`, context.companionType(typeOf(value)));
      out.push(define(part, load(of(seed), part.type), origin));
      seedResult(value, use(part), literals, context, out, origin);
    }
  } else if (isReal(t) && !isReference(t)) {
    if (context.isActive(result)) context.accumulate(result, seed, out, origin);
  } else if (context.hasCompanion(result)) addSeed(context.companion(result), seed, t, context, out, origin);
}

function addSeed(companion: Expr, seed: Expr, t: Type, context: Context, out: Stmt[], origin: Origin): void {
  if (!isRealArray(t)) {
    out.push(runtimeCall("addInto", holdsEntries(t) ? [companion, seed, TRUE] : [companion, seed], origin));
    return;
  }
  const k = context.supply.fresh("k", REAL);
  const value = context.supply.fresh("seedBar", REAL);
  // the companion keeps what the array has lost, of which nothing is handed in
  const count = context.flatten(length(seed), out, "count", origin);
  const at = { kind: "element", index: use(k) } as const;
  out.push({
    kind: "loop", header: { kind: "counted", index: k, start: ZERO, stop: count, compare: "<", step: 1 }, origin,
    body: [define(value, load({ ...at, base: seed }, REAL), origin), accumulate({ ...at, base: companion }, use(value), origin)],
  });
}

/** companions that the sweep does not use are made anew by each pullback, but for those of module variables, which may hold something else by then */
function splitPrivate(sweep: readonly Stmt[], inner: readonly Stmt[], returned: readonly Expr[], ofModule: readonly Stmt[]): { kept: Stmt[]; made: Stmt[] } {
  const needed = variablesRead(inner);
  for (const e of returned) if (e.kind === "var") needed.add(e.variable);
  const kept: Stmt[] = [];
  const made: Stmt[] = [];
  const lastRead = new Map<Var, number>();
  sweep.forEach((s, i) => { for (const v of variablesRead([s])) lastRead.set(v, i); });
  const usedLater = (v: Var, i: number): boolean => (lastRead.get(v) ?? -1) > i;
  sweep.forEach((s, i) => {
    const isFresh = s.kind === "let" && (s.value.kind === "zeros" || (s.value.kind === "new" && s.value.zeroed) || isZeroLiteral(s.value));
    if (isFresh && s.kind === "let" && !ofModule.includes(s) && needed.has(s.variable) && !usedLater(s.variable, i)) made.push(s);
    else kept.push(s);
  });
  return { kept, made };
}

/** a companion that the sweep holds serves every call of the pullback: what it collected is copied out before it is cleared */
function freshenCompanions(func: Func, kept: readonly Stmt[], skeletons: ReadonlyMap<Var, Skeleton>, context: Context, out: Stmt[], origin: Origin): Stmt[] {
  const cleared: Stmt[] = [];
  const held = new Set(kept.flatMap(declared));
  for (const p of func.params) {
    if (!isReference(p.variable.type)) continue;
    const companion = context.companion(use(p.variable));
    if (companion.kind !== "var" || !held.has(companion.variable)) continue;
    const skeleton = skeletons.get(p.variable);
    // what moved away from the companion is still in the skeleton
    cleared.push(runtimeCall("clear", [companion], origin), ...(skeleton?.structure ? [runtimeCall("clearSkeleton", [skeleton.structure], origin)] : []));
    if (skeleton?.structure || skeleton?.length) continue; // read off as a fresh structure anyway
    const copy = context.supply.like(companion.variable);
    out.push(define(copy, runtime("copyOf", [companion], copy.type), origin));
    context.setCompanion(p.variable, use(copy));
  }
  return cleared;
}

/** what module variables hold has companions that the sweep made once; they start at zero in every call of the pullback */
function clearCells(held: readonly Stmt[], context: Context, cleared: Stmt[], origin: Origin): Stmt[] {
  const made = new Set(context.cellEntries.flatMap(declared));
  return held.flatMap((s) => {
    if (s.kind !== "let" || s.value.kind !== "zeros" || !made.has(s.variable)) return [s];
    const companion = use(s.variable);
    if (isRealArray(s.variable.type)) {
      cleared.push({ kind: "mutate", operation: "fill", array: companion, args: [ZERO], result: null, origin });
      return [s];
    }
    cleared.push(runtimeCall("clear", [companion], origin));
    if (holdsNumbers(s.variable.type)) return [s];
    // what moved away is still in the structure as it was at entry
    const structure = context.supply.fresh(`${s.variable.name}Skeleton`, context.shared.types.skeleton(s.variable.type));
    cleared.push(runtimeCall("clearSkeleton", [use(structure)], origin));
    return [s, define(structure, runtime("skeletonOf", [companion], structure.type), origin)];
  });
}

const isZeroLiteral = (e: Expr): boolean => (e.kind === "array" || e.kind === "struct") && operands(e).length > 0 && operands(e).every((x) => isConst(x, 0));

// ------------------------------------------------------------------------------------------------- parameters and gradients

export function wrtIndices(request: Request, func: Func): number[] {
  if (request.wrt === "all") return func.params.map((_, i) => i);
  return typeof request.wrt === "number" ? [request.wrt] : [...request.wrt];
}

/** how the gradient of a reference parameter is read off at the end */
interface Skeleton {
  /** the length at entry, where the function may change it */
  readonly length: Expr | null;
  /** the structure at entry, where the function may move references */
  readonly structure: Expr | null;
}

function enterParams(func: Func, wrt: readonly number[], context: Context, out: Stmt[]): Map<Var, Skeleton> {
  const skeletons = new Map<Var, Skeleton>();
  const { origin } = func;
  requireDisjoint(func, wrt, (v) => context.shared.changes(v).writes, context.supply, out);
  for (const p of func.params) {
    const v = p.variable;
    if (!isReference(v.type)) continue;
    const companion = context.supply.fresh(`${v.name}Bar`, context.companionType(v.type));
    context.setCompanion(v, use(companion));
    skeletons.set(v, enterReference(v, companion, context, out, origin));
  }
  return skeletons;
}

/** arrays of numbers that may be null: what was null at entry has null in the gradient, whatever was written there */
const holdsNull = (t: Type): boolean => t.kind === "array" && t.element.kind === "nullable" && isRealArray(t);

/** makes the companion of a parameter, and notes of its shape at entry what the function may change */
function enterReference(v: Var, companion: Var, context: Context, out: Stmt[], origin: Origin): Skeleton {
  const { moves, resizes } = context.shared.changes(v);
  if (isRealArray(v.type) && resizes && !holdsNull(v.type)) {
    // a pullback may make the companion later, when the array has another length
    const size = context.supply.fresh(`${v.name}Length`, REAL);
    out.push(define(size, length(use(v)), origin), define(companion, { kind: "new", length: use(size), zeroed: true, type: companion.type }, origin));
    return { length: use(size), structure: null };
  }
  out.push(define(companion, { kind: "zeros", like: use(v), type: companion.type }, origin));
  if (holdsNull(v.type) ? !context.shared.changes(v).writes : isRealArray(v.type) || (!moves && !resizes)) return { length: null, structure: null };
  const structure = context.supply.fresh(`${v.name}Skeleton`, context.shared.types.skeleton(companion.type));
  out.push(define(structure, runtime("skeletonOf", [use(companion), use(v)], structure.type), origin));
  return { length: null, structure: use(structure) };
}

function barsOfParams(func: Func, context: Context, origin: Origin): Stmt[] {
  return func.params.flatMap((p) => {
    const bar = context.bars.get(p.variable);
    return bar ? [define(bar, ZERO, origin)] : [];
  });
}

function gradientOf(func: Func, request: Request, wrt: readonly number[], context: Context, skeletons: ReadonlyMap<Var, Skeleton>, out: Stmt[], origin: Origin): Expr {
  const parts = wrt.map((i) => partOfGradient(func.params[i], context, skeletons, out, origin));
  if (typeof request.wrt === "number") return parts[0] ?? UNDEFINED;
  const type: Type = { kind: "tuple", elements: parts.map((e) => (e.kind === "const" && e.value === null ? NULL : typeOf(e))) };
  const all = context.supply.fresh("gradients", type);
  out.push(define(all, { kind: "array", type, elements: parts.map((value) => ({ value, spread: false })) }, origin));
  return use(all);
}

/** what is null, or left out, or no number, has null in its place */
function orNull(p: Param, bar: Expr, context: Context, out: Stmt[], origin: Origin): Expr {
  const v = p.variable;
  const isMissing = noNumber(p, context, out, origin);
  if (isMissing === null) return bar;
  const part = context.supply.fresh(`${v.name}Bar`, { kind: "nullable", inner: REAL, nothing: ["null"] });
  out.push(define(part, op("select", [isMissing, constant(null), bar], part.type), origin));
  return use(part);
}

/** does an argument hold no number? null where it does for certain */
function noNumber({ variable: v, defaulted }: Param, context: Context, out: Stmt[], origin: Origin): Expr | null {
  const test = holdsNoNumber(use(v));
  const found = (e: Expr): Expr => context.flatten(e, out, "isMissing", origin);
  if (test === null || !defaulted) return test && found(test);
  // what is left out has the number that is its default
  if (v.type.kind === "nullable" && v.type.inner.kind !== "union") return v.type.nothing.includes("null") ? found(op("===", [use(v), constant(null)], BOOLEAN)) : null;
  return found(op("&&", [op("!==", [use(v), UNDEFINED], BOOLEAN), test], BOOLEAN));
}

function partOfGradient(p: Param | undefined, context: Context, skeletons: ReadonlyMap<Var, Skeleton>, out: Stmt[], origin: Origin): Expr {
  if (!p) throw new CompilerBug("adjoint", "wrt out of range");
  const v = p.variable;
  if (!isDifferentiable(v.type)) return { kind: "const", value: null };
  if (!isReference(v.type)) return orNull(p, context.bars.has(v) ? use(context.bar(v)) : ZERO, context, out, origin);
  const companion = context.companion(use(v));
  const skeleton = skeletons.get(v);
  const define_ = (value: Expr, type: Type): Expr => {
    const made = context.supply.fresh(`${v.name}Bar`, type);
    out.push(define(made, value, origin));
    return use(made);
  };
  if (v.type.kind === "array" && v.type.array === "Float32Array") {
    const single: Type = { kind: "array", array: "Float32Array", element: REAL };
    return define_({ kind: "copy", source: companion, start: null, end: null, type: single }, single);
  }
  if (skeleton?.length) return define_({ kind: "copy", source: companion, start: ZERO, end: skeleton.length, type: typeOf(companion) }, typeOf(companion));
  if (skeleton?.structure) return define_(runtime("readSkeleton", [skeleton.structure], typeOf(companion)), typeOf(companion));
  return companion;
}
