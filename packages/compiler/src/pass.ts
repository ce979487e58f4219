// Runs a pass: names it, verifies what it made, and shows it when asked.
import type { Func } from "./ir/ir.ts";
import { printFunc } from "./ir/print.ts";
import { CompilerBug } from "./diagnostics/diagnostic.ts";
import { type Stage, verify } from "./verify.ts";

export type PassName = "structure" | "normalize" | "tangent" | "adjoint" | "split" | "finish";

/** Facts can be shown like what passes make. */
export type FactName = "activity" | "recording";
export type StageName = PassName | FactName;

export interface Tracer {
  /** called with the IR after each pass that was asked for */
  readonly show: ((stage: StageName, func: string, text: string) => void) | null;
  readonly verify: boolean;
}

export const SILENT: Tracer = { show: null, verify: true };

export function pass(name: PassName, stage: Stage, tracer: Tracer, run: () => Func): Func {
  const func = guarded(name, run);
  if (tracer.verify) verify(func, stage, name);
  tracer.show?.(name, func.name, printFunc(func));
  return func;
}

/** a defect inside a pass is reported under its name */
function guarded(name: PassName, run: () => Func): Func {
  try {
    return run();
  } catch (error) {
    if (error instanceof CompilerBug) throw error;
    if (error instanceof Error) throw new CompilerBug(name, error.message, { cause: error });
    throw error;
  }
}
