// The public face of `cotangent`: the markers and the gradient types for users, and below them what generated code imports.
// Browser-safe and free of side effects: what is not imported is not shipped.
export { checkpoint, customRule, grad, hessian, hvp, jacobian, jvp, stopGradient, valueAndGrad, vjp } from "./markers.ts";
export type {
  Cotangent, Differentiable, Grad, Hessian, Hvp, Jacobian, Jvp, Rows, Rule, SparseMatrix, Tangent, ValueAndGrad, Vjp, Wrt,
} from "./types.ts";
export { derivativeOf, differentiable } from "./differentiable.ts";
export type { CarriedDerivatives } from "./differentiable.ts";
export { CotangentError } from "./errors.ts";
export type { RuntimeCode } from "./errors.ts";
export { ravel } from "./array/ravel.ts";

export type { Companion } from "./types.ts";
export { Tape } from "./tape.ts";
export { addInto, enterZeros } from "./array/add.ts";
export { clear } from "./array/clear.ts";
export { copyOf, snapshot } from "./array/copy.ts";
export { binomialCheckpoints, copyCheckpoints, keepAt, onlineCheckpoints, restartAt, restartedFrom } from "./checkpoints.ts";
export type { Checkpoints } from "./checkpoints.ts";
export { countNumbers, positionsLike, startsOf } from "./array/positions.ts";
export { requireDisjoint } from "./array/disjoint.ts";
export { requireWhole } from "./array/whole.ts";
export { addToSkeleton, clearSkeleton, readSkeleton, skeletonOf, toCotangent } from "./array/skeleton.ts";
export type { Skeleton } from "./array/skeleton.ts";
export { sortOrder } from "./array/sort.ts";
export { zerosLike } from "./array/zeros.ts";
export { addEntry, endRow, newEntries, newSums, reserveEntries, restartRow, sparseMatrix, withPatternOf } from "./sparse/matrix.ts";
export type { Entries, Sums } from "./sparse/matrix.ts";
export { filledWith, newDependencies, unite, uniteAll, uniteInto, uniteIntoSkeleton } from "./sparse/dependencies.ts";
export type { Dependencies } from "./sparse/dependencies.ts";
export { collect, compress, compressedMatrix, seedOf } from "./sparse/compress.ts";
export type { Plan } from "./sparse/compress.ts";
