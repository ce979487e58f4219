// Forward mode. Beside every active number stands its tangent, beside every reference its tangent object, which goes wherever the
// reference goes. Statements keep their order, so no value is recorded.
// Assumes the versioned stage and facts. Guarantees structured code that is versioned again before anything else looks at it.
import type { Block, Cell, Expr, Origin, Place, Stmt, Type, Var } from "../ir/ir.ts";
import { assign, BOOLEAN, constant, define, element, field, isConst, load, op, REAL, runtime, store, type Supply, typeOf, UNDEFINED, use, ZERO } from "../ir/build.ts";
import { cellKey, declarationsOf, fieldOf, heldAt, isAbsent, isEntry, present, sameExpr, shortName } from "../ir/facts.ts";
import { mapOperands, operands } from "../ir/walk.ts";
import { type Activity, isReal, isRealArray, isReference } from "../analysis/activity.ts";
import { mayLack } from "../analysis/growth.ts";
import type { Alias } from "../analysis/alias.ts";
import { VALUES_OF } from "../analysis/mutations.ts";
import { CompilerBug, unreachable } from "../diagnostics/diagnostic.ts";
import { type IsGuarded, partial, tangent as tangentOf } from "../rules/derive.ts";
import { ENTERING, isLinearCall, UNITING } from "../rules/runtime.ts";
import { isRuled, pushedForward, ruledArguments, type RuledCall } from "./ruled.ts";
import type { Rules } from "./rules.ts";
import { type CompanionTypes, differentiableFields, hasPlace, holdsNoNumber, isDifferentiable, isEmptyAt, mayHoldNull, zeroIn, zeroOf, zerosOf, zerosStoredLater } from "./companion.ts";

/** what keeps sets; opaque to compiled code */
export const SETS: Type = { kind: "struct", id: -4_000_003, name: null, isClass: false, fields: [], runtime: "Dependencies" };

export interface TangentShared {
  readonly supply: Supply;
  readonly activity: Activity;
  readonly alias: Alias;
  /** module variables that are fields of an object here: their stores have no tangent */
  readonly threaded: ReadonlySet<string>;
  /** stores that may lengthen their array */
  readonly growing: ReadonlySet<Stmt>;
  /** are tangents sets? */
  readonly traces: boolean;
  /** where a tangent of zero contributes zero, whatever the slope is (SEMANTICS §5); along a direction that the user gives nowhere */
  readonly isGuarded: IsGuarded;
  /** may the function write to what the variable holds? */
  readonly writes: (holder: Var) => boolean;
  readonly types: CompanionTypes;
  /** functions that rules are made of */
  readonly rules: Rules;
  /** may the object in this variable be (part of) the result? */
  readonly isResult: (v: Var) => boolean;
  /** the tangent of a function that stays a call: extra parameters for tangents, a record of value and tangent as result */
  readonly pushforward: (func: string) => PushforwardInfo | null;
}

export interface PushforwardInfo {
  readonly id: string;
  readonly recordType: Type;
  /** indices of parameters whose tangent or tangent object follows the primal parameters */
  readonly tangentParams: readonly number[];
  /** of all parameters */
  readonly paramTypes: readonly Type[];
  readonly hasTangent: boolean;
}

export class Tangent {
  readonly #shared: TangentShared;
  /** where tangents are sets of what values depend on: who keeps them */
  readonly sets: Var | null;
  readonly #dots = new Map<Var, Expr>();
  readonly #cells = new Map<string, Expr>();
  readonly entries: Stmt[] = [];

  constructor(shared: TangentShared) {
    this.#shared = shared;
    this.sets = shared.traces ? shared.supply.fresh("sets", SETS) : null;
  }

  setDot(v: Var, e: Expr): void {
    this.#dots.set(v, e);
  }

  isActive(e: Expr): boolean {
    return e.kind === "var" && (isReference(e.variable.type) ? this.#shared.activity.hasCompanion(e.variable) : this.#shared.activity.isActive(e.variable));
  }

  /** the tangent of an atom; zero where it has none */
  dot(e: Expr): Expr {
    if (e.kind !== "var" || !this.isActive(e)) return isReference(typeOf(e)) ? UNDEFINED : isAbsent(e) ? e : zeroOf(typeOf(e));
    const found = this.#dots.get(e.variable);
    if (!found) throw new CompilerBug("tangent", `no tangent for ${e.variable.name}`);
    return found;
  }

  /** in a variable or a parameter: what may hold a number has a number for its tangent, also where it holds nothing */
  #dotFor(type: Type, e: Expr): Expr {
    return e.kind === "const" && isReal(type) && !isReference(type) ? ZERO : this.dot(e);
  }

  block(block: Block): Block {
    return block.flatMap((s) => this.#statement(s));
  }

  #statement(s: Stmt): Block {
    switch (s.kind) {
      case "let": return this.#let(s);
      case "assign": return this.#assign(s);
      case "store": case "accumulate": return this.#store(s);
      case "mutate": return this.#mutate(s);
      case "call": return this.#call(s);
      case "if": return [{ ...s, then: this.block(s.then), else: this.block(s.else) }];
      case "loop": return this.#loop(s);
      case "throw": case "exit": case "try": return [s];
      case "block": case "pair": throw new CompilerBug("tangent", `unexpected ${s.kind}`);
      default: return unreachable(s, "tangent");
    }
  }

  #loop(s: Stmt & { kind: "loop" }): Block {
    const index = s.header.kind === "counted" ? s.header.index : null;
    if (index && this.isActive(use(index)) && s.header.kind === "counted") this.setDot(index, this.dot(s.header.start));
    return [{ ...s, body: this.block(s.body) }];
  }

  #name(v: Var): string {
    return `${v.name}Dot`;
  }

  #let(s: Stmt & { kind: "let" }): Block {
    const { variable, value, origin } = s;
    if (!this.isActive(use(variable))) return [s];
    const type = this.#shared.types.of(variable.type);
    const out: Stmt[] = [s];
    const dot = this.#shared.supply.fresh(this.#name(variable), type, variable.mutable);
    const expression = this.#dotOf(variable, value, type);
    const flat = this.#flattenTop(expression, out, dot.name, origin);
    out.push(define(dot, flat, origin));
    this.setDot(variable, use(dot));
    return out;
  }

  #dotOf(variable: Var, value: Expr, type: Type): Expr {
    switch (value.kind) {
      case "const": return isReference(variable.type) ? value : zeroOf(variable.type);
      case "var": return this.dot(value);
      case "op": {
        const dots = value.args.map((a) => (this.isActive(a) ? this.dot(a) : null));
        return this.sets === null ? tangentOf(value.op, value.args, use(variable), dots, this.#shared.isGuarded) : this.#union(value.op, value.args, use(variable), dots);
      }
      case "load": return this.#load(variable, value, type);
      case "new": return isRealArray(variable.type) ? { ...value, zeroed: true, type } : { ...value, type };
      case "copy": return this.isActive(value.source) ? { ...value, source: this.dot(value.source), type } : { kind: "zeros", like: use(variable), type };
      case "view": return { ...value, source: this.dot(value.source), type };
      case "array": return { kind: "array", type, elements: value.elements.map((x, i) => ({ spread: x.spread, value: isEmptyAt(type, i) ? constant(null) : this.#part(variable, x.value, x.spread, heldAt(type, i)) })) };
      case "struct": return { kind: "struct", type: present(type), fields: [...differentiableFields(type, value).map((f) => ({ name: f.name, value: this.#part(variable, f.value, false, fieldOf(type, f.name)?.type) })), ...zerosStoredLater(type, value)] };
      case "zeros": return { ...value, type };
      // copies and skeletons are linear: the tangent of what comes back is what comes back for the tangent
      case "runtime": return value.name === "stopGradient" ? this.#zerosLike(use(variable)) : { ...value, args: value.args.map((a, i) => (value.name === "skeletonOf" && i > 0 ? a : this.dot(a))), type };
      default: throw new CompilerBug("tangent", `no rule for ${value.kind}`);
    }
  }

  /** the tangent of a part of an object; parts of the result get zeros of their shape, other inactive parts are never looked at */
  #part(holder: Var, e: Expr, isSpread: boolean, held: Type | undefined): Expr {
    const isMissing = isReference(typeOf(e)) && !this.isActive(e) && e.kind === "var" && isDifferentiable(typeOf(e));
    return isMissing && (isSpread || this.#shared.isResult(holder)) ? this.#zerosLike(e) : this.#dotIn(held, e);
  }

  /** in a place that holds such a type */
  #dotIn(held: Type | undefined, e: Expr): Expr {
    // a number that is not there yet: a constant that comes to stand there leaves the tangent as it is
    if (held?.kind === "real" && isAbsent(e)) return ZERO;
    const dot = this.isActive(e) || isReference(typeOf(e)) || isAbsent(e) ? this.dot(e) : zeroIn(held, typeOf(e));
    const test = mayHoldNull(held) ? holdsNoNumber(e) : null;
    return test === null || e.kind === "const" ? dot : op("select", [test, constant(null), dot], held);
  }

  #zerosLike(e: Expr): Expr {
    return { kind: "zeros", like: e, type: this.#shared.types.of(typeOf(e)) };
  }

  /** what an operation depends on: all that its operands with a slope depend on */
  #union(name: string, args: readonly Expr[], result: Expr, dots: readonly (Expr | null)[]): Expr {
    if (name === "select") return op("select", [args[0]!, dots[1] ?? ZERO, dots[2] ?? ZERO]);
    const sloped = dots.filter((dot, i): dot is Expr => dot !== null && partial(name, args, result, i) !== null);
    return sloped.filter((dot, i) => !sloped.slice(0, i).some((x) => sameExpr(x, dot))).reduce((all, dot) => this.#united(all, dot), ZERO);
  }

  #united(a: Expr, b: Expr): Expr {
    return isConst(a, 0) ? b : runtime("unite", [use(this.sets!), a, b], REAL);
  }

  #load(variable: Var, value: Expr & { kind: "load" }, type: Type): Expr {
    if (value.place.kind === "cell") return this.#cell(value.place.cell, variable.type);
    const read = load(this.#place(value.place), type, value.mayMiss);
    // an entry to which nothing active was added has none, and neither has one that is not there
    if (value.mayMiss && isEntry(value.place) && !isReference(variable.type)) return op("select", [op("isNullish", [read], BOOLEAN), ZERO, read]);
    // a missed load has no tangent
    if (!value.mayMiss || isReference(variable.type)) return read;
    return op("select", [op("isNullish", [use(variable)], BOOLEAN), ZERO, { ...read, mayMiss: true } as Expr]);
  }

  #place(p: Place): Place {
    switch (p.kind) {
      case "element": return element(this.dot(p.base), p.index);
      case "field": return field(this.dot(p.base), p.field);
      case "cell": throw new CompilerBug("tangent", "module variables are places of their own");
    }
  }

  /** tangents of module variables: zero at entry */
  #cell(cell: Cell, type: Type): Expr {
    const key = cellKey(cell);
    const known = this.#cells.get(key);
    if (known) return known;
    const origin: Origin = { span: { file: cell.file, start: 0, end: 0 }, comments: [] };
    const isNumber = isReal(type) && !isReference(type);
    const dot = this.#shared.supply.fresh(`${shortName(cell)}Dot`, this.#shared.types.of(type), isNumber);
    if (isNumber) this.entries.push(define(dot, ZERO, origin));
    else {
      const held = this.#shared.supply.fresh(shortName(cell), type);
      this.entries.push(define(held, load({ kind: "cell", cell }, type), origin), define(dot, zerosOf(use(held), dot.type), origin));
    }
    this.#cells.set(key, use(dot));
    return use(dot);
  }

  #assign(s: Stmt & { kind: "assign" }): Block {
    if (!this.isActive(use(s.variable))) return [s];
    const dot = this.dot(use(s.variable));
    if (dot.kind !== "var") throw new CompilerBug("tangent", "tangent of a join");
    return [s, assign(dot.variable, this.#dotFor(s.variable.type, s.value), s.origin)];
  }

  #store(s: Stmt & { kind: "store" | "accumulate" }): Block {
    const { place, value, origin } = s;
    if (place.kind === "cell") {
      if (!this.#isActivePlace(place)) return [s];
      const dot = this.#cell(place.cell, typeOf(value));
      if (dot.kind !== "var" || !dot.variable.mutable) return [s];
      return [s, assign(dot.variable, this.#dotFor(place.cell.type, value), origin)];
    }
    if (!this.isActive(place.base) || !hasPlace(place)) return [s];
    const isNumber = isReal(typeOf(value)) && !isReference(typeOf(value));
    if (isNumber && !this.#isActivePlace(place) && !this.#mayBeNew(s)) return [s];
    if (s.kind === "accumulate" && this.sets !== null) return [s, ...this.#include(this.#place(place), this.dot(value), isEntry(place), origin)];
    if (s.kind === "accumulate") return this.isActive(value) || isEntry(place) ? [s, { ...s, place: this.#place(place), value: this.dot(value) }] : [s];
    const at = this.#place(place);
    const out: Stmt[] = [s];
    const dot = this.#flatten(this.#dotIn(declarationsOf(at)[0]?.type, value), out, "dot", origin);
    return [...out, store(at, dot, origin)];
  }

  /** what a place depends on grows; an entry that is not there yet depends on nothing */
  #include(place: Place, added: Expr, mayMiss: boolean, origin: Origin): Block {
    const out: Stmt[] = [];
    const read = this.#flatten(load(place, REAL, mayMiss), out, "held", origin);
    const held = mayMiss ? this.#flatten(op("select", [op("isNullish", [read], BOOLEAN), ZERO, read]), out, "held", origin) : read;
    const united = this.#flatten(this.#united(held, added), out, "united", origin);
    return [...out, store(place, united, origin)];
  }

  /** a place that the store makes, with a tangent of 0 where nothing varies it: who looks at all places reads that */
  #mayBeNew(s: Stmt & { kind: "store" | "accumulate" }): boolean {
    return this.#shared.growing.has(s) || isEntry(s.place) || mayLack(s.place);
  }

  #isActivePlace(p: Place): boolean {
    if (p.kind === "cell" && this.#shared.threaded.has(cellKey(p.cell))) return false;
    const { objects, key } = this.#shared.alias.targets(p);
    return [...objects].some((o) => this.#shared.activity.isActiveField(o, key));
  }

  #mutate(s: Stmt & { kind: "mutate" }): Block {
    const [key] = s.args;
    const isNowhere = s.operation === "delete" && key !== undefined && !hasPlace({ kind: "element", base: s.array, index: key });
    if (!this.isActive(s.array) || isNowhere) return [s];
    const array = this.dot(s.array);
    const { supply, types } = this.#shared;
    const isValue = VALUES_OF[s.operation];
    const [source, offset] = s.args;
    if (s.operation === "set" && source && !this.isActive(source)) return [s, ...this.#clearRange(array, source, offset ?? ZERO, s.origin)];
    const out: Stmt[] = [s];
    const args = s.args.map((a, i) => (isValue(i) ? this.#flatten(this.#dotIn(heldAt(typeOf(array), i), a), out, "dot", s.origin) : a));
    let result: Var | null = null;
    if (s.result && this.isActive(use(s.result))) {
      result = supply.fresh(this.#name(s.result), types.of(s.result.type));
      this.setDot(s.result, use(result));
    }
    // popping an empty array gives undefined in both
    return [...out, { ...s, array, args, result }];
  }

  /** what is copied from an array without a derivative has none */
  #clearRange(array: Expr, source: Expr, from: Expr, origin: Origin): Block {
    const out: Stmt[] = [];
    const count = this.#flatten({ kind: "length", array: source }, out, "count", origin);
    const to = from.kind === "const" && from.value === 0 ? count : this.#flatten(op("+", [from, count]), out, "to", origin);
    return [...out, { kind: "mutate", operation: "fill", array, args: [ZERO, from, to], result: null, origin }];
  }

  /** the function itself, then its rule along the tangents */
  #ruled(s: RuledCall): Block {
    const { result, origin } = s;
    if (result === null || !this.isActive(use(result))) return [s];
    const out: Stmt[] = [s];
    const args = ruledArguments(s);
    const tangents = args.map((a) => (this.isActive(a) ? this.dot(a) : null));
    const given = this.sets === null ? pushedForward(s.callee, { args, captured: s.args.slice(args.length), origin }, use(result), tangents, { ...this.#shared, ...this.#shared.rules }, out) : this.#dependence(use(result), tangents, out, origin);
    const dot = this.#shared.supply.fresh(this.#name(result), this.#shared.types.of(result.type));
    // the rule may return what it was given, and what is done to the value later is done to its tangent
    const value: Expr = this.sets !== null ? given : isRealArray(result.type) ? { kind: "copy", source: given, start: null, end: null, type: dot.type } : isReference(result.type) ? runtime("copyOf", [given], dot.type) : given;
    out.push(define(dot, this.#flattenTop(value, out, dot.name, origin), origin));
    this.setDot(result, use(dot));
    return out;
  }

  /** what a function with a rule gives depends on all that it is given */
  #dependence(value: Expr, dots: readonly (Expr | null)[], out: Stmt[], origin: Origin): Expr {
    const given = dots.filter((x) => x !== null);
    const set = given.some((x) => isReference(typeOf(x))) ? runtime("uniteAll", [use(this.sets!), ...given], REAL) : given.reduce<Expr>((all, x) => this.#united(all, x), ZERO);
    if (!isReference(typeOf(value))) return set;
    const zeros = this.#flatten(this.#zerosLike(value), out, "zeros", origin);
    return runtime("filledWith", [zeros, this.#flatten(set, out, "united", origin)], typeOf(zeros));
  }

  #call(s: Stmt & { kind: "call" }): Block {
    if (s.callee.kind === "external" && isLinearCall(s.callee.name) && s.args[0] && this.isActive(s.args[0])) {
      const isEntering = s.callee.name === ENTERING;
      const args = s.args.map((a, i): Expr => ((isEntering && i === 1) || typeOf(a).kind === "boolean" ? a : isReference(typeOf(a)) && !this.isActive(a) ? { kind: "const", value: null } : this.dot(a)));
      const uniting = this.sets === null ? undefined : UNITING.get(s.callee.name);
      return [s, uniting === undefined ? { ...s, args } : { ...s, callee: { ...s.callee, name: uniting }, args: [use(this.sets!), ...args] }];
    }
    if (isRuled(s)) return this.#ruled(s);
    const info = s.callee.kind === "function" ? this.#shared.pushforward(s.callee.func) : null;
    const isActiveResult = s.result !== null && this.isActive(use(s.result));
    if (!info) {
      if (isActiveResult) throw new CompilerBug("tangent", "an active call without a derivative");
      return [s];
    }
    const { supply, types } = this.#shared;
    const extra = info.tangentParams.map((i) => this.#dotFor(info.paramTypes[i]!, s.args[i] ?? UNDEFINED));
    const record = supply.fresh("dual", info.recordType);
    const out: Stmt[] = [{ ...s, callee: { kind: "function", func: info.id }, args: [...s.args, ...extra, ...(this.sets === null ? [] : [use(this.sets)])], result: record }];
    if (s.result) out.push(define(s.result, load(field(use(record), "value"), s.result.type), s.origin));
    if (s.result && isActiveResult) {
      const dot = supply.fresh(this.#name(s.result), types.of(s.result.type));
      out.push(define(dot, info.hasTangent ? load(field(use(record), "tangent"), dot.type) : zeroOf(s.result.type), s.origin));
      this.setDot(s.result, use(dot));
    }
    return out;
  }

  #flattenTop(e: Expr, out: Stmt[], name: string, origin: Origin): Expr {
    return mapOperands(e, (x) => this.#flatten(x, out, name, origin));
  }

  #flatten(e: Expr, out: Stmt[], name: string, origin: Origin): Expr {
    if (operands(e).length === 0) return e;
    const flat = mapOperands(e, (x) => this.#flatten(x, out, name, origin));
    const v = this.#shared.supply.fresh(name, flat.kind === "op" || flat.kind === "load" || flat.kind === "zeros" ? flat.type : REAL);
    out.push(define(v, flat, origin));
    return use(v);
  }
}
