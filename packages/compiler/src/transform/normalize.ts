// Normal forms. `normalizePrimal` takes a structured function to the versioned stage (calls inlined, small aggregates promoted, loop headers settled,
// handlers resolved, variables versioned, loops counted); `normalizeDerivative` does the same for what a transform made, where adjoint variables are assigned freely.
import type { Func, Ruled } from "../ir/ir.ts";
import type { Supply } from "../ir/build.ts";
import { statements } from "../ir/walk.ts";
import { unknownCallee } from "../diagnostics/catalog.ts";
import { countLoops } from "../optimize/count-loops.ts";
import { simplify } from "../optimize/index.ts";
import { recognizeAccumulations } from "./accumulations.ts";
import { decideTests } from "./decide-tests.ts";
import { type DropContext, dropMethods } from "./drop-methods.ts";
import { type HandlerContext, type Outcome, resolveHandlers, withOutcome } from "./handlers.ts";
import { inline, type InlineContext } from "./inline.ts";
import { boxCaptured } from "./functions/cells.ts";
import { defunctionalize } from "./functions/convert.ts";
import { literalDerivatives } from "./functions/markers.ts";
import { dropUnused, hasFunctionValues } from "./functions/residue.ts";
import { promote } from "./promote.ts";
import { ownScratch } from "./scratch.ts";
import { settleLoops } from "./settle-loops.ts";
import { threadExits } from "./thread-exits.ts";
import { writeOutTuples } from "./tuples.ts";
import { typeNames } from "./untyped.ts";
import { version } from "./version.ts";

export interface NormalizeContext extends InlineContext, HandlerContext, DropContext {
  /** takes in functions that function values became */
  readonly adopt: (functions: readonly Func[], root: Func) => void;
  /** does a function with a rule change nothing that there was before? */
  readonly isHarmless: (callee: Ruled) => boolean;
}

/** `outcome`: for the variant of a function that returns what it throws */
export function normalizePrimal(func: Func, context: NormalizeContext, outcome: Outcome | null): Func {
  const { supply } = context;
  const settled = settleLoops(promote(threadExits(writeOutTuples(typeNames(ownScratch(firstOrder(func, context), supply), context), context), supply), supply), supply);
  const resolved = outcome ? withOutcome(settled, outcome, context) : resolveHandlers(settled, context);
  // what a path throws it need not ask again, and what is thrown is made in sight more often than not
  const versioned = version(resolved === settled ? settled : threadExits(decideTests(resolved), supply), supply);
  const counted = (f: Func): Func => countLoops(f, context.isHarmless, supply);
  // most loops are seen to count as they stand, and are simpler then; some only once the text is simple
  return recognizeAccumulations(simplify(counted(simplify(counted(versioned)))), supply);
}

function firstOrder(func: Func, context: NormalizeContext): Func {
  const made = withoutFunctions(func, context);
  const unknown = [...statements(made.body)].filter((s) => s.kind === "call" && s.callee.kind === "value" && s.callee.value.kind === "derivative");
  for (const s of unknown) context.report(unknownCallee(s.origin.span));
  return unknown.length > 0 ? { ...func, body: [], result: null } : made;
}

/** calls inlined; function values that remain become data, and the calls of what they stand for are inlined in turn */
function withoutFunctions(func: Func, context: NormalizeContext): Func {
  const { supply, freshId } = context;
  const settled = (f: Func): Func => boxCaptured(dropUnused(literalDerivatives(f, supply, freshId)), supply, freshId);
  const prepare = (f: Func): Func => settled(inline(f, context));
  const inlined = dropMethods(dropUnused(inline(func, context)), context);
  const rest = dropUnused(inlined);
  if (!hasFunctionValues(rest, context.isPending)) return inlined;
  const { root, functions, findings } = defunctionalize(settled(rest), { supply, freshId, prepare, functionOf: context.functionOf });
  findings.forEach(context.report);
  if (findings.length > 0) return { ...func, body: [], result: null };
  context.adopt(functions, root);
  return dropMethods(dropUnused(inline(root, context)), context);
}

export function normalizeDerivative(func: Func, supply: Supply): Func {
  return recognizeAccumulations(simplify(version(func, supply)), supply);
}
