// The functions of rules, as transforms and analyses ask for them: versioned, each once.
import type { Block, Cell, Expr, Func, FuncId, Ruled } from "../ir/ir.ts";
import { define, load, ofArity, parameterOf, type Supply, use } from "../ir/build.ts";
import { cellKey, shortName } from "../ir/facts.ts";
import { mapOperands, mapStmt } from "../ir/walk.ts";
import { factsOfRule, type RuleFacts, stateOf } from "../analysis/ruled.ts";
import { CompilerBug } from "../diagnostics/diagnostic.ts";

export interface Rules {
  /** a function of the program, versioned */
  readonly normal: (id: FuncId) => Func;
  /** a function that was made of others, versioned */
  readonly settled: (func: Func) => Func;
  readonly factsOf: (rule: Ruled) => RuleFacts;
  readonly isPure: (rule: Ruled) => boolean;
  /** the function, with what rules read of the module as arguments of the calls, like what they capture: when a rule is asked, it may have changed */
  readonly withState: (func: Func) => Func;
}

/** what a compilation knows of functions */
interface Known {
  readonly supply: Supply;
  readonly structured: (id: FuncId) => Func | undefined;
  readonly normalize: (func: Func) => Func;
  /** functions that stay calls */
  readonly kept: (id: FuncId) => Func | undefined;
  readonly reachable: (func: Func) => readonly Func[];
}

export function rulesOf({ supply, structured, normalize, kept, reachable }: Known): Rules {
  const functions = new Map<FuncId, Func>();
  const facts = new Map<string, RuleFacts>();
  const normal = (id: FuncId): Func => {
    const known = functions.get(id);
    if (known !== undefined) return known;
    const raw = structured(id);
    if (raw === undefined) throw new CompilerBug("rules", `no function ${id}`);
    const made = normalize(raw);
    functions.set(id, made);
    return made;
  };
  const factsOf = ({ primal, jvp, vjp }: Ruled): RuleFacts => {
    const key = [primal, jvp, vjp].join();
    const known = facts.get(key);
    if (known !== undefined) return known;
    const func = normal(primal);
    const others = [jvp, vjp].flatMap((id) => (id === null ? [] : [normal(id)]));
    const made = factsOfRule([func, ...reachable(func)], others, others.flatMap(reachable), kept);
    facts.set(key, made);
    return made;
  };
  const handed = new Map<string, { readonly rule: Ruled; readonly cells: readonly Cell[] }>();
  const handing = (rule: Ruled): { readonly rule: Ruled; readonly cells: readonly Cell[] } => {
    const key = [rule.primal, rule.jvp, rule.vjp].join();
    const known = handed.get(key);
    if (known !== undefined) return known;
    const cells = stateOf([rule.jvp, rule.vjp].flatMap((id) => (id === null ? [] : [normal(id)])));
    const taking = (id: FuncId | null, arity: number): FuncId | null => {
      if (id === null) return null;
      const func = taken(ofArity(normal(id), arity + rule.captured, supply), cells, supply);
      functions.set(func.id, func);
      return func.id;
    };
    const made = { rule: cells.length === 0 ? rule : { ...rule, jvp: taking(rule.jvp, 2), vjp: taking(rule.vjp, 3), captured: rule.captured + cells.length }, cells };
    handed.set(key, made);
    return made;
  };
  const withState = (func: Func): Func => {
    const expr = (e: Expr): Expr => (e.kind === "closure" ? { ...e, func: withState(e.func) } : mapOperands(e, expr));
    const each = (block: Block): Block => block.flatMap((s): Block => {
      if (s.kind !== "call" || s.callee.kind !== "ruled") return [mapStmt(s, expr, each)];
      const { rule, cells } = handing(s.callee);
      const read = cells.map((cell) => define(supply.fresh(shortName(cell), cell.type), load({ kind: "cell", cell }, cell.type), s.origin));
      return [...read, { ...s, callee: rule, args: [...s.args, ...read.flatMap((x) => (x.kind === "let" ? [use(x.variable)] : []))] }];
    });
    return { ...func, body: each(func.body) };
  };
  return { normal, settled: normalize, factsOf, isPure: (rule) => factsOf(rule).isPure, withState };
}

/** the function with module variables as its last parameters */
function taken(func: Func, cells: readonly Cell[], supply: Supply): Func {
  const own = new Map(cells.map((cell) => [cellKey(cell), supply.fresh(shortName(cell), cell.type)]));
  const expr = (e: Expr): Expr => {
    if (e.kind === "closure") return { ...e, func: { ...e.func, body: each(e.func.body) } };
    const held = e.kind === "load" && e.place.kind === "cell" ? own.get(cellKey(e.place.cell)) : undefined;
    return held === undefined ? mapOperands(e, expr) : use(held);
  };
  const each = (block: Block): Block => block.map((s) => mapStmt(s, expr, each));
  return { ...func, id: `${func.id}$state`, params: [...func.params, ...[...own.values()].map(parameterOf)], body: each(func.body), result: func.result && expr(func.result) };
}
