// `cotangent/testing`: are derivatives right? Each check compares a derivative with differences of the function and throws a report that names
// the first number at which they disagree. For compiled derivatives and for those that somebody wrote by hand alike; the user writes the marker, so
// that the compiler sees it: `checkGrad(loss, grad(loss), [w, b])`. Depends on nothing, runs in browsers, and is shipped only where it is imported.
//
// Differences are central, at steps that are made smaller and smaller, extrapolated with an estimate of their error (testing/extrapolate.ts). A kink is recognized and
// told, not counted as wrong. What is not a number fails. Arguments are never written to: every run has copies of its own.
import type { Given } from "./testing/arguments.ts";
import { adjointOutcome, gradientOutcome, jacobianOutcome, productOutcome, pullbackOutcome, tangentOutcome } from "./testing/checks.ts";
import { Experiment, type Callable } from "./testing/experiment.ts";
import type { CheckOptions, Chosen } from "./testing/options.ts";
import { conclude, reportOf, type Report } from "./testing/report.ts";
import type { Fn, Grad, Gradient, Rows, ScalarFn, SparseMatrix, Tangents, Wrt } from "./types.ts";

export { CheckError } from "./testing/report.ts";
export type { Failure, Remark, Report } from "./testing/report.ts";
export type { CheckOptions } from "./testing/options.ts";

/** Arguments: a list, or a function that makes one, for arguments that cannot be copied (objects with `#private` members). */
export type Arguments<F extends Fn> = Parameters<F> | (() => Parameters<F>);

/** As for the marker: the parameters that the derivative is with respect to. */
export interface WrtOptions<W> extends CheckOptions {
  readonly wrt?: W;
}

const nameOf = (f: { readonly name: string }): string => (f.name === "" ? "the function" : f.name);

type Function = (...args: never[]) => unknown;

const experimentOf = (f: Function, like: Function | null, args: Given, wrt: Chosen, options: CheckOptions): Experiment => new Experiment(f as Callable, like as Callable | null, args, wrt, options);

const chosen = (wrt: unknown): Chosen => (wrt ?? 0) as Chosen;

/**
 * Checks a gradient: `checkGrad(loss, grad(loss), [w, b])`. Options as for `grad`, and those of the check.
 * @throws CheckError where a number of it disagrees with differences of `f`, is missing, or is not a number
 */
export function checkGrad<F extends ScalarFn, const W extends Wrt<F> = 0>(f: F, gradient: Grad<F, W>, args: Arguments<F>, options: WrtOptions<W> = {}): Report {
  const wrt = chosen(options.wrt);
  const experiment = experimentOf(f, gradient as Fn, args, wrt, options);
  return conclude(reportOf(`the gradient of ${nameOf(f)}`, gradientOutcome(experiment, gradient as Callable, wrt, false)));
}

/**
 * Checks a value with its gradient: `checkValueAndGrad(loss, valueAndGrad(loss), [w, b])`.
 * @throws CheckError as `checkGrad`, and where the value is not that of `f`
 */
export function checkValueAndGrad<F extends ScalarFn, const W extends Wrt<F> = 0>(
  f: F, valueAndGradient: (...args: Parameters<F>) => readonly [value: number, gradient: Gradient<Parameters<F>, W>], args: Arguments<F>, options: WrtOptions<W> = {},
): Report {
  const wrt = chosen(options.wrt);
  const experiment = experimentOf(f, valueAndGradient as Fn, args, wrt, options);
  return conclude(reportOf(`the gradient of ${nameOf(f)}`, gradientOutcome(experiment, valueAndGradient as Callable, wrt, true)));
}

/**
 * Checks tangents: `checkJvp(f, jvp(f), [x])`, along each number of the arguments and along a random direction.
 * @throws CheckError where a tangent disagrees with differences, or the value is not that of `f`
 */
export function checkJvp<F extends Fn>(f: F, jvp: (primals: Parameters<F>, tangents: Tangents<Parameters<F>>) => readonly [value: ReturnType<F>, tangent: unknown], args: Arguments<F>, options: CheckOptions = {}): Report {
  const experiment = experimentOf(f, null, args, "all", options);
  return conclude(reportOf(`the tangent of ${nameOf(f)}`, tangentOutcome(experiment, jvp as Callable)));
}

/**
 * Checks pullbacks: `checkVjp(f, vjp(f), [x])`, of random cotangents, each pulled back twice.
 * @throws CheckError where a cotangent disagrees with differences, the value is not that of `f`, or the pullback answers differently the second time
 */
export function checkVjp<F extends Fn>(f: F, vjp: (...args: Parameters<F>) => readonly [value: ReturnType<F>, pullback: (cotangent: never) => readonly unknown[]], args: Arguments<F>, options: CheckOptions = {}): Report {
  const experiment = experimentOf(f, vjp as Fn, args, "all", options);
  return conclude(reportOf(`the pullback of ${nameOf(f)}`, pullbackOutcome(experiment, vjp as Callable)));
}

/**
 * Checks both modes against each other, without differences and so to the last digits: ⟨ȳ, Jẋ⟩ = ⟨Jᵀȳ, ẋ⟩. `checkAdjoint(f, jvp(f), vjp(f), [x])`.
 * @throws CheckError where they disagree
 */
export function checkAdjoint<F extends Fn>(
  f: F, jvp: (primals: Parameters<F>, tangents: Tangents<Parameters<F>>) => readonly [value: ReturnType<F>, tangent: unknown],
  vjp: (...args: Parameters<F>) => readonly [value: ReturnType<F>, pullback: (cotangent: never) => readonly unknown[]], args: Arguments<F>, options: CheckOptions = {},
): Report {
  const experiment = experimentOf(f, vjp as Fn, args, "all", options);
  return conclude(reportOf(`the adjoint of ${nameOf(f)}`, adjointOutcome(experiment, jvp as Callable, vjp as Callable)));
}

/**
 * Checks a Jacobian, dense or sparse: `checkJacobian(f, jacobian(f), [x])`.
 * @throws CheckError where an entry disagrees with differences
 */
export function checkJacobian<F extends Fn, const W extends Wrt<F> = 0>(
  f: F, jacobian: (...args: Parameters<F>) => Rows<ReturnType<F>, Gradient<Parameters<F>, W>> | SparseMatrix, args: Arguments<F>, options: WrtOptions<W> = {},
): Report {
  const wrt = chosen(options.wrt);
  const experiment = experimentOf(f, jacobian as Fn, args, wrt, options);
  return conclude(reportOf(`the Jacobian of ${nameOf(f)}`, jacobianOutcome(experiment, jacobian as Callable, wrt, false)));
}

/**
 * Checks a Hessian, dense or sparse, as the Jacobian of the gradient, and its symmetry: `checkHessian(grad(f), hessian(f), [x])`.
 * The gradient is taken to be right: check it before. `wrt` is the same for both.
 * @throws CheckError where an entry disagrees with differences of the gradient, or with the entry across the diagonal
 */
export function checkHessian<P extends readonly unknown[]>(gradient: (...args: P) => unknown, hessian: (...args: P) => unknown, args: P | (() => P), options: WrtOptions<Chosen> = {}): Report {
  const wrt = chosen(options.wrt);
  const experiment = experimentOf(gradient, hessian as Fn, args, wrt, options);
  return conclude(reportOf(`the Hessian behind ${nameOf(gradient)}`, jacobianOutcome(experiment, hessian as Callable, wrt, true)));
}

/**
 * Checks Hessian-vector products as derivatives of the gradient along directions, and their symmetry: `checkHvp(grad(f), hvp(f), [x])`.
 * @throws CheckError where a product disagrees with differences of the gradient, or ⟨u, Hv⟩ with ⟨v, Hu⟩
 */
export function checkHvp<P extends readonly unknown[]>(gradient: (...args: P) => unknown, hvp: (args: P, v: never) => unknown, args: P | (() => P), options: WrtOptions<Chosen> = {}): Report {
  const wrt = chosen(options.wrt);
  const experiment = experimentOf(gradient, null, args, wrt, options);
  return conclude(reportOf(`the Hessian behind ${nameOf(gradient)}`, productOutcome(experiment, hvp as Callable, wrt)));
}
