// Settles loop headers: a general loop becomes counted where its index, bound and step are known at entry, else `forever`.
// Assumes the structured stage, after inlining (so that all that a loop assigns or resizes is in sight). Guarantees: no general header.
import type { Block, Expr, Func, LoopHeader, Stmt, Var } from "../ir/ir.ts";
import { assign, branch, define, op, REAL, type Supply, TRUE, use } from "../ir/build.ts";
import { blocks, mapOperands, mapStmt, statements, substitute, variablesAssigned } from "../ir/walk.ts";
import { breakLoop, INNERMOST } from "./exits.ts";
import { sequence } from "./structure.ts";

export function settleLoops(func: Func, supply: Supply): Func {
  const outer = new Map<Var, Expr | null>(func.params.filter((x) => !x.variable.mutable).map((x) => [x.variable, null]));
  for (const s of statements(func.body)) if (s.kind === "let" && !s.variable.mutable) outer.set(s.variable, s.value);
  const inClosures = (e: Expr): Expr => (e.kind === "closure" ? { ...e, func: settleLoops(e.func, supply) } : mapOperands(e, inClosures));
  const each = (block: Block): Block => {
    const out: Stmt[] = [];
    for (const s of block) {
      const inner = mapStmt(s, inClosures, each);
      if (inner.kind === "loop" && inner.header.kind === "general") out.push(...settle(inner as GeneralLoop, outer, supply));
      else out.push(inner);
    }
    return out;
  };
  return { ...func, body: each(func.body) };
}

/** what variables that are never assigned are defined as; null for parameters */
type Definitions = ReadonlyMap<Var, Expr | null>;

type Loop = Stmt & { readonly kind: "loop" };
type GeneralLoop = Loop & { readonly header: { readonly kind: "general" } };
type Counted = LoopHeader & { readonly kind: "counted" };

function settle(loop: GeneralLoop, outer: Definitions, supply: Supply): Block {
  return asCounted(loop, outer, supply) ?? [asForever(loop, supply)];
}

function asForever(loop: GeneralLoop, supply: Supply): Stmt {
  const { before, test, testFirst, update } = loop.header;
  const leave: Block = [breakLoop(loop.origin)];
  const raw: Block = testFirst
    ? [...before, branch(test ?? TRUE, [...loop.body, ...update], leave, loop.origin)]
    : [...loop.body, ...before, branch(test ?? TRUE, [...update], leave, loop.origin)];
  const body = test === null ? [...before, ...loop.body, ...update] : raw;
  return { ...loop, header: { kind: "forever" }, body: sequence(body, (exit, origin) => (exit.kind === "break" && exit.target === INNERMOST ? [breakLoop(origin)] : []), supply) };
}

// ------------------------------------------------------------------------------------------------- counted loops

interface Step {
  readonly index: Var;
  readonly step: number;
}

/** `for (…; i < stop; i += step)`: i is assigned by the update alone, stop is invariant */
function asCounted(loop: GeneralLoop, outer: Definitions, supply: Supply): Block | null {
  const { before, test, testFirst, update } = loop.header;
  if (!testFirst || test === null || test.kind !== "var") return null;
  const step = stepOf(update);
  if (step === null || variablesAssigned(loop.body).has(step.index) || variablesAssigned(before).size > 0) return null;
  const definitions = definitionsOf(before);
  const comparison = definitions?.get(test.variable);
  if (!definitions || comparison?.kind !== "op") return null;
  const oriented = orient(comparison.op, comparison.args, step, definitions);
  if (oriented === null) return null;
  const bound = invariantBound(oriented.stop, definitions, loop, step.index, outer);
  if (bound === null) return null;
  if (oriented.offset === 0) return build(loop, step, oriented.compare, bound, supply);
  // `i + c < n` is `i < n - c` where n is a whole number
  if (!isWhole(bound.stop, new Map([...outer, ...definitions]))) return null;
  const stop = supply.fresh("stop", REAL);
  const moved = define(stop, op("-", [bound.stop, { kind: "const", value: oriented.offset }]), loop.origin);
  return build(loop, step, oriented.compare, { hoisted: [...bound.hoisted, moved], stop: use(stop) }, supply);
}

function build(loop: GeneralLoop, { index, step }: Step, compare: Counted["compare"], bound: { readonly hoisted: Block; readonly stop: Expr }, supply: Supply): Block {
  const each = supply.like(index, { mutable: false });
  const next = supply.like(each);
  // the source's index keeps the value that it has after the loop; simplification drops it where nobody reads it
  const raw: Block = [
    assign(index, use(each), loop.origin),
    ...substitute(loop.body, (v) => (v === index ? use(each) : undefined)),
    define(next, op("+", [use(each), { kind: "const", value: step }]), loop.origin),
    assign(index, use(next), loop.origin),
  ];
  const header: Counted = { kind: "counted", index: each, start: use(index), stop: bound.stop, compare, step };
  const body = sequence(raw, (exit, origin) => (exit.kind === "break" ? [breakLoop(origin)] : []), supply);
  return [...bound.hoisted, { ...loop, header, body }];
}

/** the definitions of a block that only defines */
function definitionsOf(block: Block): Map<Var, Expr> | null {
  const found = new Map<Var, Expr>();
  for (const s of block) {
    if (s.kind !== "let") return null;
    found.set(s.variable, s.value);
  }
  return found;
}

/** `i = i ± c`, whatever else the update keeps of the old value */
function stepOf(update: Block): Step | null {
  const last = update.at(-1);
  if (last?.kind !== "assign") return null;
  const definitions = definitionsOf(update.slice(0, -1));
  if (!definitions) return null;
  const resolve = (e: Expr): Expr => (e.kind === "var" ? resolveVar(e, definitions) : e);
  const value = resolve(last.value);
  if (value.kind !== "op" || value.args.length !== 2 || (value.op !== "+" && value.op !== "-")) return null;
  const [left, right] = [resolve(value.args[0]!), resolve(value.args[1]!)];
  const amount = right.kind === "const" && typeof right.value === "number" ? right.value : null;
  if (left.kind !== "var" || left.variable !== last.variable || amount === null || amount === 0 || !Number.isInteger(amount)) return null;
  return { index: last.variable, step: value.op === "+" ? amount : -amount };
}

function resolveVar(e: Expr & { kind: "var" }, definitions: Definitions): Expr {
  const value = definitions.get(e.variable);
  if (value === undefined || value === null) return e;
  return value.kind === "var" ? resolveVar(value, definitions) : value;
}

const isWhole = (e: Expr, definitions: Definitions): boolean => {
  const value = e.kind === "var" ? resolveVar(e, definitions) : e;
  return value.kind === "length" || (value.kind === "const" && Number.isInteger(value.value));
};

interface Oriented {
  readonly compare: Counted["compare"];
  readonly stop: Expr;
  /** what is added to the index before it is compared */
  readonly offset: number;
}

function orient(name: string, args: readonly Expr[], step: Step, definitions: ReadonlyMap<Var, Expr>): Oriented | null {
  const flipped: Record<string, Counted["compare"]> = { "<": ">", "<=": ">=", ">": "<", ">=": "<=" };
  const [left, right] = args;
  if (!left || !right || !(name in flipped)) return null;
  const atLeft = offsetOf(left, step.index, definitions);
  const atRight = offsetOf(right, step.index, definitions);
  const found = atLeft !== null ? { compare: name as Counted["compare"], stop: right, offset: atLeft } : atRight !== null ? { compare: flipped[name]!, stop: left, offset: atRight } : null;
  if (found === null) return null;
  const upward = found.compare === "<" || found.compare === "<=";
  return upward === step.step > 0 ? found : null;
}

/** 0 for the index, c for `index + c` and -c for `index - c`; null for anything else */
function offsetOf(e: Expr, index: Var, definitions: ReadonlyMap<Var, Expr>): number | null {
  const value = e.kind === "var" ? resolveVar(e, definitions) : e;
  if (value.kind === "var") return value.variable === index ? 0 : null;
  if (value.kind !== "op" || (value.op !== "+" && value.op !== "-")) return null;
  const [base, amount] = value.args;
  const isIndex = base?.kind === "var" && offsetOf(base, index, definitions) === 0;
  if (!isIndex || amount?.kind !== "const" || !Number.isInteger(amount.value)) return null;
  return value.op === "+" ? Number(amount.value) : -Number(amount.value);
}

/** the bound as an atom that is evaluated before the loop; null where the loop may change it */
function invariantBound(stop: Expr, definitions: ReadonlyMap<Var, Expr>, loop: GeneralLoop, index: Var, outer: Definitions): { hoisted: Block; stop: Expr } | null {
  const assigned = variablesAssigned([loop]);
  const hoisted: Stmt[] = [];
  const visit = (e: Expr): boolean => {
    switch (e.kind) {
      case "const": return true;
      case "var": {
        if (e.variable === index) return false;
        const value = definitions.get(e.variable);
        if (value === undefined) return !assigned.has(e.variable);
        if (!visit(value)) return false;
        if (!hoisted.some((s) => s.kind === "let" && s.variable === e.variable)) hoisted.push(define(e.variable, value, loop.origin));
        return true;
      }
      case "op": return e.args.every(visit);
      case "length": return visit(e.array) && !mayResize(loop.body, index, e.array, outer);
      default: return false;
    }
  };
  return visit(stop) ? { hoisted, stop } : null;
}

/** may the block change the length of `array`? Stores at the loop's own index stay inside; anything else on the same kind of array may grow it. */
function mayResize(body: Block, index: Var, array: Expr, outer: Definitions): boolean {
  if (array.kind !== "var") return true;
  const type = array.variable.type;
  if (type.kind === "array" && type.array !== "Array") return false;
  const { variable } = array;
  const mayBe = (e: Expr): boolean => e.kind !== "var" || !areDistinct(variable, e.variable, outer);
  const elementKind = type.kind === "array" ? type.element.kind : null;
  const inside = new Set<Var>([index, ...boundedBy(body, array)]);
  const isInside = (e: Expr): boolean => e.kind === "var" && (inside.has(e.variable) || snapshots(body, inside).has(e.variable));
  for (const s of statements(body)) {
    if (s.kind === "call" && (s.callee.kind === "function" || s.callee.kind === "value")) return true;
    if (s.kind === "mutate" && mayBe(s.array) && sameElements(s.array, elementKind)) {
      if (!["fill", "reverse", "sort", "copyWithin", "set"].includes(s.operation)) return true;
    }
    if (s.kind === "store" && s.place.kind === "element" && mayBe(s.place.base) && sameElements(s.place.base, elementKind) && !isInside(s.place.index)) {
      if (!(s.place.index.kind === "var" && isBelow(s.place.index.variable, body, inside))) return true;
    }
  }
  return false;
}

/** two arrays made here, or one of them handed in */
function areDistinct(a: Var, b: Var, definitions: Definitions): boolean {
  const isMade = (v: Var): boolean => ["array", "new", "copy"].includes(definitions.get(v)?.kind ?? "");
  const isGiven = (v: Var): boolean => definitions.get(v) === null;
  return a !== b && ((isMade(a) && (isMade(b) || isGiven(b))) || (isGiven(a) && isMade(b)));
}

function sameElements(e: Expr, elementKind: string | null): boolean {
  const t = e.kind === "var" ? e.variable.type : null;
  if (elementKind !== null && t?.kind === "map") return false;
  return t === null || t.kind !== "array" || (t.array === "Array" && (elementKind === null || t.element.kind === elementKind));
}

/** indices of inner loops that run below the length of the same array */
function boundedBy(body: Block, array: Expr & { kind: "var" }): Var[] {
  const lengths = new Set<Var>();
  const found: Var[] = [];
  const visit = (b: Block): void => {
    for (const s of b) {
      if (s.kind === "let" && s.value.kind === "length" && s.value.array.kind === "var" && s.value.array.variable === array.variable) lengths.add(s.variable);
      if (s.kind === "loop" && s.header.kind === "counted" && s.header.compare === "<" && s.header.stop.kind === "var" && lengths.has(s.header.stop.variable)) found.push(s.header.index);
      for (const inner of blocks(s)) visit(inner);
    }
  };
  visit(body);
  return found;
}

function snapshots(body: Block, of: ReadonlySet<Var>): Set<Var> {
  const found = new Set<Var>();
  for (const s of statements(body)) if (s.kind === "let" && s.value.kind === "var" && of.has(s.value.variable)) found.add(s.variable);
  return found;
}

/** `index - c` with c ≥ 0 stays inside too */
function isBelow(v: Var, body: Block, inside: ReadonlySet<Var>): boolean {
  for (const s of statements(body)) {
    if (s.kind !== "let" || s.variable !== v || s.value.kind !== "op" || s.value.op !== "-") continue;
    const [left, right] = s.value.args;
    const base = left?.kind === "var" && (inside.has(left.variable) || snapshots(body, inside).has(left.variable));
    return Boolean(base) && right?.kind === "const" && typeof right.value === "number" && right.value >= 0;
  }
  return false;
}
