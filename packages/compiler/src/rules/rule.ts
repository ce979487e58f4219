// What a rule is. Rules are data: partials are small expressions over the operands and the result of an operation, so that one
// row yields the tangent, the adjoint, the values that reverse needs, the documentation and its own numeric test.
import type { OpName } from "../ir/ir.ts";

/** An expression over the operands (`arg`), the result and constants. Operations are IR operations. */
export type Formula =
  | { readonly kind: "arg"; readonly index: number }
  | { readonly kind: "result" }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "apply"; readonly op: OpName; readonly args: readonly Formula[] };

export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface ScalarRule {
  readonly kind: "scalar";
  /** one partial per operand; `null` where the derivative is zero almost everywhere. A variadic row shows those of two operands */
  readonly partials: readonly (Formula | null)[];
  /** variadic rows: the partials for a number of operands (ties go to the first, so they differ from operand to operand) */
  readonly expand: ((count: number) => readonly (Formula | null)[]) | null;
  readonly variadic: boolean;
  /** per operand (a variadic row has the same for all): may the partial be infinite or NaN at finite operands (then a zero adjoint contributes zero; SEMANTICS §5)? */
  readonly singular: readonly boolean[];
  /** where the numeric test samples, one interval per operand */
  readonly domain: readonly Interval[];
  /** ns per evaluation, PERFORMANCE.md's cost model: decides between storing and recomputing */
  readonly cost: number;
}

/** Allowed with any operands; the result carries no derivative (comparisons, tests, rounding, strings). */
export interface InertRule {
  readonly kind: "inert";
  readonly cost: number;
  /** why the derivative is zero, when an active operand may reach it; a warning is due if `warns` */
  readonly warns: string | null;
}

/** Not allowed with active operands. */
export interface RefusedRule {
  readonly kind: "refused";
  readonly reason: string;
}

export type Rule = ScalarRule | InertRule | RefusedRule;
