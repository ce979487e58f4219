// A function that stays a call, split in two: `fSweep` runs the primal and fills a record that the caller owns, `fReverse` reads the
// record and returns the adjoints of the parameters. Companions of references are passed to the sweep and kept in the record.
import type { Func, Param, Stmt, Type, Var } from "../../ir/ir.ts";
import { define, field, load, parameterOf, REAL, UNDEFINED, use } from "../../ir/build.ts";
import { variablesRead } from "../../ir/variables.ts";
import { declared, substitute } from "../../ir/walk.ts";
import { isReal, isReference } from "../../analysis/activity.ts";
import { declaresOf, planBlock } from "./block.ts";
import { Context, type Shared, type SplitInfo } from "./context.ts";

export interface OpenRecord {
  readonly type: Type & { readonly kind: "struct" };
  readonly fields: { readonly name: string; readonly type: Type; readonly optional: boolean }[];
}

export function deriveSplit(func: Func, info: SplitInfo, record: OpenRecord, shared: Shared): { readonly sweep: Func; readonly reverse: Func } {
  const context = new Context(shared, null, null, shared.isKept);
  const { origin } = func;
  const extra: Param[] = info.companionParams.map((i) => {
    const v = func.params[i]!.variable;
    const companion = context.supply.fresh(`${v.name}Bar`, context.companionType(v.type));
    context.setCompanion(v, use(companion));
    return parameterOf(companion);
  });
  const body = planBlock(func.body, context);
  const seed = context.supply.fresh("seed", REAL);
  const reverse: Stmt[] = func.params.flatMap((p) => { const bar = context.bars.get(p.variable) ?? (info.activeParams.some((i) => func.params[i] === p) ? context.bar(p.variable) : null); return bar ? [define(bar, { kind: "const", value: 0 }, origin)] : []; });
  const seeds: Stmt[] = [];
  if (info.hasActiveResult && func.result) context.accumulate(func.result, use(seed), seeds, origin);
  reverse.push(...declaresOf(func.body, context), ...seeds);
  reverse.push(...body.reverse);
  const bars = info.activeParams.map((i) => use(context.bar(func.params[i]!.variable)));
  const known = new Set<Var>([...body.sweep.flatMap(declared), ...func.params.map((p) => p.variable), ...extra.map((p) => p.variable)]);
  const needed = [...variablesRead(reverse)].filter((v) => known.has(v)).sort((a, b) => a.id - b.id);
  const names = uniqueNames(needed);

  const companion = func.result && info.hasResultCompanion && context.hasCompanion(func.result) ? context.companion(func.result) : null;
  record.fields.push({ name: "value", type: func.resultType, optional: false });
  if (info.hasResultCompanion) record.fields.push({ name: "valueBar", type: context.companionType(func.resultType), optional: false });
  for (const v of needed) record.fields.push({ name: names.get(v)!, type: v.type, optional: false });

  const filled = context.supply.fresh("record", record.type);
  const sweep: Func = {
    ...func, id: info.sweepId, name: `${func.name}Sweep`, params: [...func.params, ...extra],
    body: [...body.sweep, define(filled, {
      kind: "struct", type: record.type,
      fields: [
        { name: "value", value: func.result ?? UNDEFINED },
        ...(info.hasResultCompanion ? [{ name: "valueBar", value: companion ?? UNDEFINED }] : []),
        ...needed.map((v) => ({ name: names.get(v)!, value: use(v) })),
      ],
    }, origin)],
    result: use(filled), resultType: record.type, resultText: null,
  };

  const read = context.supply.fresh("record", record.type);
  const restored = new Map(needed.map((v) => [v, context.supply.like(v, { mutable: false })]));
  const loads = needed.map((v) => define(restored.get(v)!, load(field(use(read), names.get(v)!), v.type), origin));
  const replaced = substitute(reverse, (v) => { const r = restored.get(v); return r && use(r); });
  const packed = context.supply.fresh("bars", info.resultType);
  const pack: Stmt[] = bars.length > 1 ? [define(packed, { kind: "struct", type: info.resultType, fields: bars.map((value, k) => ({ name: `bar${k}`, value })) }, origin)] : [];
  const params = [read, ...(info.hasActiveResult ? [seed] : [])].map(parameterOf);
  const reversed: Func = {
    ...func, id: info.reverseId, name: `${func.name}Reverse`, params, body: [...loads, ...replaced, ...pack],
    result: bars.length === 0 ? null : bars.length === 1 ? bars[0]! : use(packed), resultType: bars.length === 0 ? { kind: "void" } : info.resultType, resultText: null,
  };
  return { sweep, reverse: reversed };
}

function uniqueNames(vars: readonly Var[]): Map<Var, string> {
  const taken = new Set(["value", "valueBar"]);
  const names = new Map<Var, string>();
  for (const v of vars) {
    let name = v.name;
    for (let k = 1; taken.has(name); k++) name = `${v.name}_${k}`;
    taken.add(name);
    names.set(v, name);
  }
  return names;
}

/** the signature of the split function, from activity alone, so that recursive calls can be planned */
export function splitInfo(func: Func, record: OpenRecord, shared: Pick<Shared, "activity" | "types">): SplitInfo {
  const { activity } = shared;
  const activeParams = func.params.flatMap((p, i) => (isReal(p.variable.type) && !isReference(p.variable.type) && activity.isActive(p.variable) ? [i] : []));
  const companionParams = func.params.flatMap((p, i) => (isReference(p.variable.type) && activity.hasCompanion(p.variable) ? [i] : []));
  const result = func.result;
  const fields = activeParams.map((_, k) => ({ name: `bar${k}`, type: REAL, optional: false }));
  return {
    sweepId: `${func.id}$sweep`, reverseId: `${func.id}$reverse`, recordType: record.type,
    companionParams, activeParams,
    resultType: activeParams.length === 1 ? REAL : { kind: "struct", id: -1_000_000 - record.type.id, name: null, isClass: false, fields },
    hasActiveResult: result?.kind === "var" && activity.isActive(result.variable),
    hasResultCompanion: result?.kind === "var" && activity.hasCompanion(result.variable),
  };
}

