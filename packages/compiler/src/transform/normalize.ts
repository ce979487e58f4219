// Normal forms. `normalizePrimal` takes a structured function to the versioned stage (calls inlined, small aggregates promoted, loops settled, variables
// versioned); `normalizeDerivative` does the same for what a transform made, where adjoint variables are assigned freely.
import type { Func } from "../ir/ir.ts";
import type { Supply } from "../ir/build.ts";
import { simplify } from "../optimize/index.ts";
import { recognizeAccumulations } from "./accumulations.ts";
import { inline, type InlineContext } from "./inline.ts";
import { promote } from "./promote.ts";
import { settleLoops } from "./settle-loops.ts";
import { threadExits } from "./thread-exits.ts";
import { version } from "./version.ts";

export function normalizePrimal(func: Func, context: InlineContext): Func {
  const { supply } = context;
  const versioned = version(settleLoops(promote(threadExits(inline(func, context), supply), supply), supply), supply);
  return recognizeAccumulations(simplify(versioned), supply);
}

export function normalizeDerivative(func: Func, supply: Supply): Func {
  return recognizeAccumulations(simplify(version(func, supply)), supply);
}
