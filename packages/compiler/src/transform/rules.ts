// The functions of rules, as transforms and analyses ask for them: versioned, each once.
import type { Func, FuncId, Ruled } from "../ir/ir.ts";
import { factsOfRule, type RuleFacts } from "../analysis/ruled.ts";
import { CompilerBug } from "../diagnostics/diagnostic.ts";

export interface Rules {
  /** a function of the program, versioned */
  readonly normal: (id: FuncId) => Func;
  /** a function that was made of others, versioned */
  readonly settled: (func: Func) => Func;
  readonly factsOf: (rule: Ruled) => RuleFacts;
  readonly isPure: (rule: Ruled) => boolean;
}

/** what a compilation knows of functions */
interface Known {
  readonly structured: (id: FuncId) => Func | undefined;
  readonly normalize: (func: Func) => Func;
  /** functions that stay calls */
  readonly kept: (id: FuncId) => Func | undefined;
  readonly reachable: (func: Func) => readonly Func[];
}

export function rulesOf({ structured, normalize, kept, reachable }: Known): Rules {
  const functions = new Map<FuncId, Func>();
  const facts = new Map<FuncId, RuleFacts>();
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
    const known = facts.get(primal);
    if (known !== undefined) return known;
    const func = normal(primal);
    const made = factsOfRule([func, ...reachable(func)], [jvp, vjp].flatMap((id) => (id === null ? [] : [normal(id)])), kept);
    facts.set(primal, made);
    return made;
  };
  return { normal, settled: normalize, factsOf, isPure: (rule) => factsOf(rule).isPure };
}
