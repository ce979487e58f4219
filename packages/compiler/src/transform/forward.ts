// Forward mode as a whole: what tangents of functions that stay calls are made of and where they are kept, and the derivatives that are made of
// tangents: along one direction (pushforward.ts), or along all of the input's at once (columns.ts, lanes.ts).
// Assumes facts about the function and those that it calls. Guarantees versioned code.
import type { Func, FuncId, Request, Type, Var } from "../ir/ir.ts";
import { constant, parameterOf, REAL, type Supply, use } from "../ir/build.ts";
import { statements, visitExpressions } from "../ir/walk.ts";
import { changesOf } from "../analysis/changes.ts";
import { storesBeyondEnd } from "../analysis/growth.ts";
import { analyzeRanges } from "../analysis/ranges.ts";
import { hasEffects } from "../analysis/replay.ts";
import { wrtIndices } from "./adjoint.ts";
import type { Analyzed } from "./analyzed.ts";
import { costOf } from "../rules/table.ts";
import type { OpenRecord } from "./adjoint/split.ts";
import { deriveColumns, takeCount } from "./columns.ts";
import type { CompanionTypes } from "./companion.ts";
import { directionsOf, hasColumns, numbersIn } from "./directions.ts";
import { flatten } from "./flat.ts";
import { distribute, type Lanes, lanesOf, NotByLanes } from "./lanes.ts";
import { deriveCalledTangent, derivePushforward, type Directional, pushforwardInfo } from "./pushforward.ts";
import { promote } from "./promote.ts";
import { callsRuled } from "./ruled.ts";
import type { Rules } from "./rules.ts";
import { Shaper } from "./shape.ts";
import type { PushforwardInfo, TangentShared } from "./tangent.ts";

export interface ForwardContext {
  readonly supply: Supply;
  readonly types: CompanionTypes;
  readonly rules: Rules;
  readonly functionOf: (id: FuncId) => Func | undefined;
  /** takes in the tangent of a function that stays a call */
  readonly keep: (func: Func) => void;
  readonly openRecord: () => OpenRecord;
  readonly freshId: () => number;
  /** checks and shows what a pass made */
  readonly structured: (make: () => Func) => Func;
  readonly normalized: (func: Func) => Func;
}

/** how many directions a Hessian carries at once: what a sweep makes for each is kept for so many, and repeating it costs that part of a product */
const AT_ONCE = 16;

/** nanoseconds (rules/rule.ts) from which on an operation is worth being shared by all directions */
const COSTLY = 7;

/**
 * Hessians of straight code fold best row by row, and so do loops of cheap arithmetic, which rows repeat from what is still there. What is recorded, and
 * what is costly, is read and computed once for all directions.
 */
function isWorthCarrying({ functions }: Analyzed, records: boolean): boolean {
  if (records) return true;
  const inLoops = functions.flatMap((f) => (f === functions[0] ? statements(f.body).filter((s) => s.kind === "loop").flatMap((s) => s.body) : f.body));
  let found = false;
  visitExpressions(inLoops, (e) => { found ||= e.kind === "op" && costOf(e.op) >= COSTLY; });
  return found;
}

/** is the Jacobian wanted by columns? Where nobody says, it is where the types show fewer numbers in the input than in the output, or no bound on these. */
export function isForward(target: Func, request: Request): boolean {
  if (request.operator === "hessian") return request.mode !== "reverse";
  if (request.mode !== null) return request.mode === "forward";
  const wrt = wrtIndices(request, target);
  const directions = directionsOf(target, wrt);
  const outputs = numbersIn(target.resultType);
  return directions !== null && directions > 0 && (outputs === null || directions < outputs);
}

/** the tangents of called functions, made on demand */
function tangents({ functions, primal, alias, activity, threaded }: Analyzed, algebra: Pick<TangentShared, "traces" | "isGuarded">, held: (t: Type) => Type, made: (func: Func, info: PushforwardInfo, shared: TangentShared) => Func, context: ForwardContext): TangentShared {
  const known = new Map<FuncId, PushforwardInfo | null>();
  const results = alias.reach(primal.result ? alias.pointsTo(primal.result) : []);
  const { growing } = storesBeyondEnd(functions);
  const shared: TangentShared = {
    supply: context.supply, activity, alias, threaded, growing, types: context.types, rules: context.rules, ...algebra,
    writes: (holder) => changesOf(holder, functions, alias, growing).writes,
    isResult: (v) => [...alias.pointsTo({ kind: "var", variable: v })].some((o) => results.has(o)),
    pushforward: (id) => {
      const ready = known.get(id);
      if (ready !== undefined) return ready;
      const func = context.functionOf(id);
      if (!func) return null;
      const info = pushforwardInfo(func, activity, held, context.openRecord, context.freshId);
      known.set(id, info);
      if (info) context.keep(made(func, info, shared));
      return info;
    },
  };
  return shared;
}

export function deriveForward(facts: Analyzed, directional: Directional, context: ForwardContext): Func {
  const shared = ofNumbers(facts, { traces: directional.form.kind === "sets", isGuarded: () => false }, context);
  return context.normalized(context.structured(() => derivePushforward(facts.primal, directional, shared)));
}

const ofNumbers = (facts: Analyzed, algebra: Pick<TangentShared, "traces" | "isGuarded">, context: ForwardContext): TangentShared =>
  tangents(facts, algebra, (t) => context.types.of(t), (func, info, all) => context.normalized(deriveCalledTangent(func, info, all)), context);

/** the Jacobian by columns; null where it is not to be had that way. `records`: is the function a derivative that keeps values on tapes? */
export function deriveByColumns(facts: Analyzed, records: boolean, request: Request, indices: readonly number[], context: ForwardContext): Func | null {
  const { primal } = facts;
  const { supply, types, normalized } = context;
  const { wrt } = request;
  const directions = directionsOf(primal, indices);
  // the body of a rule is no text of this transform: which of its arrays hold tangents is not known
  if (!hasColumns(primal, indices) || facts.functions.some(callsRuled)) return null;
  const runsAgain = request.operator === "hessian" && (directions === null || directions > AT_ONCE);
  if (request.operator === "hessian" && directions !== 1 && (!isWorthCarrying(facts, records) || (runsAgain && hasEffects(primal, facts.functions.slice(1), facts.alias, context.rules)))) return null;
  const shaper = new Shaper(supply, types, context.freshId, primal.origin);
  // most tangents of unit vectors are zero: that of a coordinate must not meet the pole of another
  const ranges = analyzeRanges(facts.functions);
  const algebra: Pick<TangentShared, "traces" | "isGuarded"> = { traces: false, isGuarded: (name, args, result, plan) => plan.singular && !ranges.isHarmless(name, args, result, plan.formula) };
  if (directions === 1) return normalized(context.structured(() => promote(deriveColumns(primal, wrt, indices, null, ofNumbers(facts, algebra, context), shaper), supply)));
  const called = new CalledByLanes(context);
  const shared = tangents(facts, algebra, (t) => lanesOf(types.of(t)), (func, info, all) => called.derive(func, info, all), context);
  try {
    const carried = { lane: called.lane, atOnce: runsAgain ? AT_ONCE : null };
    const { func, count } = takeCount(normalized(promote(deriveColumns(primal, wrt, indices, carried, shared, shaper), supply)));
    return called.byLanes(func, count, runsAgain ? constant(AT_ONCE) : count, new Map());
  } catch (error) {
    if (error instanceof NotByLanes) return null;
    throw error;
  }
}

/** tangents of called functions that take and give those of all directions */
class CalledByLanes {
  readonly lane: Var;
  readonly #context: ForwardContext;
  readonly #duals = new Set<Type>();
  readonly #taken = new Map<FuncId, readonly Type[]>();

  constructor(context: ForwardContext) {
    this.#context = context;
    this.lane = context.supply.fresh("lane", REAL);
  }

  derive(func: Func, info: PushforwardInfo, shared: TangentShared): Func {
    const { supply, types, normalized } = this.#context;
    this.#duals.add(info.recordType);
    this.#taken.set(info.id, info.tangentParams.map((i) => types.of(func.params[i]!.variable.type)));
    const one = normalized(deriveCalledTangent(func, info, shared));
    const given = new Map(one.params.slice(func.params.length).map(({ variable }) => [variable, supply.fresh(`${variable.name}s`, lanesOf(variable.type))]));
    const count = supply.fresh("lanes", REAL);
    const all = this.byLanes(one, use(count), use(count), given);
    return { ...all, params: [...all.params, parameterOf(count)] };
  }

  byLanes(func: Func, count: Lanes["count"], room: Lanes["room"], given: ReadonlyMap<Var, Var>): Func {
    const { func: text, flat } = flatten(func, this.lane, count, this.#context.supply);
    const lanes: Lanes = { lane: this.lane, count, room, given, flat, isDual: (t) => this.#duals.has(t), taken: (id) => this.#taken.get(id) ?? [] };
    return this.#context.normalized(promote(distribute(text, lanes, this.#context.supply), this.#context.supply));
  }
}
