// Sparse matrices: by blocks where the function is separable, by groups otherwise. What either needs of the rest of the compiler is handed in.
import type { Func, Param, Var } from "../ir/ir.ts";
import { define, parameterOf, runtime, type Supply, UNDEFINED, use } from "../ir/build.ts";
import { isReal, isReference } from "../analysis/activity.ts";
import { hasEffects } from "../analysis/replay.ts";
import { sparseColumns, sparseEffects } from "../diagnostics/catalog.ts";
import type { Finding } from "../diagnostics/diagnostic.ts";
import type { CompanionTypes } from "./companion.ts";
import type { Analyzed } from "./analyzed.ts";
import { deriveCompressed } from "./compressed.ts";
import { placeEntries } from "./entries.ts";
import type { Rules } from "./rules.ts";
import { type Columns, deriveBlocks, type Piece, type PieceRows, SPARSE_MATRIX } from "./separable.ts";

/** Derivatives of the function at hand, all with respect to the same parameters. */
export interface SparseContext {
  readonly supply: Supply;
  readonly types: CompanionTypes;
  readonly rules: Rules;
  readonly rowsOf: (piece: Piece, inputs: ReadonlyMap<Var, Columns>) => PieceRows | null;
  /** what a transform made, versioned and simplified */
  readonly normalized: (func: Func) => Func;
  /** what calls functions of the program and derivatives, the same */
  readonly inlined: (func: Func) => Func;
  readonly pushed: (form: "products" | "sets") => Func | null;
  readonly pulled: () => Func | null;
  readonly report: (finding: Finding) => void;
}

export function deriveSparse(target: Func, wrt: readonly number[], isHessian: boolean, { primal, functions, alias, activity }: Analyzed, context: SparseContext): Func | null {
  const { supply, types, rowsOf, normalized } = context;
  // what has a default is a number behind it
  const mixed = wrt.map((i) => target.params[i]).find((p) => p !== undefined && isReal(p.variable.type) && !isReference(p.variable.type) && p.variable.type.kind !== "real");
  if (mixed !== undefined) {
    context.report(sparseColumns(target.origin.span, target.name, mixed.name));
    return null;
  }
  const earlier = earlierOf(target, supply);
  const blocks = supply.deriving(() => deriveBlocks(primal, wrt, { supply, types, alias, activity, rowsOf }));
  if (blocks !== null) return normalized(placeEntries(normalized(withPattern(blocks, earlier, supply)), supply));
  if (hasEffects(primal, functions.slice(1), alias, context.rules)) {
    context.report(sparseEffects(target.origin.span, target.name));
    return null;
  }
  const [traced, pushed, pulled] = [context.pushed("sets"), context.pushed("products"), isHessian ? null : context.pulled()];
  if (traced === null || pushed === null || (pulled === null && !isHessian)) return null;
  const made = deriveCompressed(target, wrt, earlier === null ? UNDEFINED : use(earlier.variable), { traced, pushed, pulled }, { supply, types });
  return context.inlined(taking(made, earlier));
}

/** a parameter after the function's own: a matrix that it gave before. None where the last parameter takes all that come. */
function earlierOf(target: Func, supply: Supply): Param | null {
  return target.params.some((p) => p.rest) ? null : { ...parameterOf(supply.fresh("earlier", SPARSE_MATRIX)), optional: true };
}

const taking = (func: Func, earlier: Param | null): Func => (earlier === null ? func : { ...func, params: [...func.params, earlier] });

/** what no plan is needed for has the arrays of the earlier matrix all the same, where these would be equal */
function withPattern(func: Func, earlier: Param | null, supply: Supply): Func {
  if (earlier === null || func.result === null) return func;
  const matrix = supply.fresh("matrix", SPARSE_MATRIX);
  const shared = define(matrix, runtime("withPatternOf", [func.result, use(earlier.variable)], SPARSE_MATRIX), func.origin);
  return { ...taking(func, earlier), body: [...func.body, shared], result: use(matrix) };
}
