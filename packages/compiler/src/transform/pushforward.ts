// Forward mode, the roots: the derivative along a direction as a function of its own, and the tangents of functions that stay calls.
// Guarantees that the given direction is only read and that results alias nothing.
import type { Expr, Func, Origin, Param, Request, Stmt, Type, Var } from "../ir/ir.ts";
import { assign, BOOLEAN, constant, define, element, load, op, parameterOf, runtimeCall, typeOf, UNDEFINED, use, VOID, ZERO } from "../ir/build.ts";
import { returnedType } from "../ir/facts.ts";
import { type Activity, isReal, isRealArray, isReference } from "../analysis/activity.ts";
import type { OpenRecord } from "./adjoint/split.ts";
import { type CompanionTypes, zeroLike } from "./companion.ts";
import { requireDisjoint } from "./disjoint.ts";
import { type PushforwardInfo, Tangent, type TangentShared } from "./tangent.ts";

/** what a derivative along a direction takes and gives */
export interface Directional {
  /** the parameters that have a tangent, by index */
  readonly wrt: readonly number[];
  /**
   * `jvp`: (primals, tangents) => [value, tangent], a tangent may be null; `products`: the same, but it may not; `sets`: the same on sets, which a third
   * parameter keeps; `product`: (args, v) => tangent, where v is shaped as `wrt` says
   */
  readonly form: { readonly kind: "jvp" | "products" | "sets" } | { readonly kind: "product"; readonly wrt: Request["wrt"] };
}

/** the derivative along a direction, as a function of the arguments and the direction */
export function derivePushforward(func: Func, { wrt, form }: Directional, shared: TangentShared): Func {
  const { supply, types } = shared;
  const { origin } = func;
  const tangent = new Tangent(shared);
  const isProduct = form.kind === "product";
  const primals = supply.fresh(isProduct ? "args" : "primals", { kind: "tuple", elements: func.params.filter((p) => p.captured !== true).map((p) => (p.literals === undefined ? p.variable.type : { kind: "real", literals: p.literals })) });
  const shapes = wrt.map((i) => (func.params[i] ? directionType(func.params[i].variable.type, form.kind !== "jvp", types) : VOID));
  const isSingle = isProduct && typeof form.wrt === "number";
  const direction = supply.fresh(isProduct ? "v" : "tangents", isSingle ? shapes[0] ?? VOID : { kind: "tuple", elements: shapes });
  const entry: Stmt[] = [];
  func.params.forEach((p, i) => {
    if (p.captured !== true) entry.push(define(p.variable, load(element(use(primals), constant(i)), p.variable.type), origin));
    const at = wrt.indexOf(i);
    if (!tangent.isActive(use(p.variable))) return;
    if (at < 0) {
      // it is a constant, but may stand where there are others that are none
      const zeros = supply.fresh(`${p.variable.name}Dot`, types.of(p.variable.type));
      entry.push(define(zeros, { kind: "zeros", like: use(p.variable), type: zeros.type }, origin));
      tangent.setDot(p.variable, use(zeros));
      return;
    }
    const given = isSingle ? use(direction) : load(element(use(direction), constant(at)), shapes[at]!);
    tangent.setDot(p.variable, enterTangent(p, given, shared, entry, origin));
  });
  const required: Stmt[] = [];
  requireDisjoint(func, wrt, shared.writes, supply, required);
  const body = tangent.block(func.body);
  const value = func.result ?? UNDEFINED;
  const tangentType = types.of(returnedType(func));
  const resultType: Type = isProduct ? tangentType : { kind: "tuple", elements: [returnedType(func), tangentType] };
  const result = supply.fresh(isProduct ? "product" : "result", resultType);
  const out: Stmt[] = [];
  // results alias nothing: tangent objects are the derivative's own already
  const valueDot = tangent.isActive(value) ? tangent.dot(value) : zeroLike(value, shared, out, origin);
  const packed: Expr = isProduct ? valueDot : { kind: "array", type: resultType, elements: [{ value, spread: false }, { value: valueDot, spread: false }] };
  out.push(define(result, packed, origin));
  const params: Param[] = [primals, direction, ...(tangent.sets === null ? [] : [tangent.sets])].map(parameterOf);
  return { ...func, params, body: [...entry, ...required, ...tangent.entries, ...body, ...out], result: use(result), resultType, resultText: null };
}

function directionType(primal: Type, isGiven: boolean, types: CompanionTypes): Type {
  const type = types.of(primal);
  return isGiven ? type : { kind: "nullable", inner: type, nothing: ["null"] };
}

/** the user's tangent is only read: it is copied where the function may write to it; null means zero */
function enterTangent(p: Param, direction: Expr, shared: TangentShared, out: Stmt[], origin: Origin): Expr {
  const { supply, types } = shared;
  const type = types.of(p.variable.type);
  const given = supply.fresh(`${p.variable.name}Given`, typeOf(direction));
  out.push(define(given, direction, origin));
  if (isReference(p.variable.type) && !isRealArray(p.variable.type)) {
    // added leaf by leaf into zeros: what stands at positions without a derivative is ignored, null means zero
    const made = supply.fresh(`${p.variable.name}Dot`, type);
    out.push(define(made, { kind: "zeros", like: use(p.variable), type }, origin));
    out.push(runtimeCall("addInto", [use(made), use(given)], origin));
    return use(made);
  }
  const isNumber = !isReference(p.variable.type);
  const copy: Expr = isNumber ? use(given) : { kind: "copy", source: use(given), start: null, end: null, type };
  if (given.type.kind !== "nullable") {
    const taken = supply.fresh(`${p.variable.name}Dot`, type);
    out.push(define(taken, copy, origin));
    return use(taken);
  }
  const missing = supply.fresh("missing", BOOLEAN);
  const dot = supply.fresh(`${p.variable.name}Dot`, type, true);
  const zero = supply.fresh(`${p.variable.name}Dot`, type);
  const copied = supply.fresh(`${p.variable.name}Dot`, type);
  const like: Expr = isNumber ? ZERO : { kind: "zeros", like: use(p.variable), type };
  out.push(
    define(missing, op("isNullish", [use(given)], BOOLEAN), origin),
    define(dot, isNumber ? ZERO : UNDEFINED, origin),
    { kind: "if", test: use(missing), then: [define(zero, like, origin), assign(dot, use(zero), origin)], else: [define(copied, copy, origin), assign(dot, use(copied), origin)], origin },
  );
  return use(dot);
}

/** the tangent of a function that stays a call */
export function deriveCalledTangent(func: Func, info: PushforwardInfo, shared: TangentShared): Func {
  const { supply, types } = shared;
  const tangent = new Tangent(shared);
  const extra: Param[] = info.tangentParams.map((i) => {
    const v = func.params[i]!.variable;
    const dot = supply.fresh(`${v.name}Dot`, types.of(v.type));
    tangent.setDot(v, use(dot));
    return parameterOf(dot);
  });
  const body = tangent.block(func.body);
  const result = supply.fresh("dual", info.recordType);
  const value = func.result ?? UNDEFINED;
  const fields = [{ name: "value", value }, ...(info.hasTangent ? [{ name: "tangent", value: tangent.dot(value) }] : [])];
  return {
    ...func, id: info.id, name: `${func.name}Tangent`, params: [...func.params, ...extra, ...(tangent.sets === null ? [] : [parameterOf(tangent.sets)])],
    body: [...tangent.entries, ...body, define(result, { kind: "struct", type: info.recordType, fields }, func.origin)],
    result: use(result), resultType: info.recordType, resultText: null,
  };
}

/** the signature of the tangent of a function that stays a call, from activity alone; null where nothing of it is active. `held`: what keeps the tangent of a result */
export function pushforwardInfo(func: Func, activity: Activity, held: (t: Type) => Type, openRecord: () => OpenRecord, count: () => number): PushforwardInfo | null {
  const isActive = (v: Var): boolean => (isReference(v.type) ? activity.hasCompanion(v) : isReal(v.type) && activity.isActive(v));
  const tangentParams = func.params.flatMap((p, i) => (isActive(p.variable) ? [i] : []));
  const hasTangent = func.result?.kind === "var" && isActive(func.result.variable);
  if (tangentParams.length === 0 && !hasTangent) return null;
  const record = openRecord();
  record.fields.push({ name: "value", type: func.resultType, optional: false });
  if (hasTangent) record.fields.push({ name: "tangent", type: held(func.resultType), optional: false });
  return { id: `${func.id}$tangent${count()}`, recordType: record.type, tangentParams, paramTypes: func.params.map((p) => p.variable.type), hasTangent };
}
