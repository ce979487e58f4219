// The markers. The compiler replaces their calls; what runs here is a program that was not compiled.
// The first seven return a function that throws CT9001 when it is called, naming the cure; the last three need no compiler to be
// right about values and work. One visible signature each: `f` keeps its parameter names in what editors show.
import { deepCopy } from "./array/copy.ts";
import { CotangentError } from "./errors.ts";
import { fix } from "./runner.ts";
import type { Cotangent, Fn, Gradient, HessianOf, IfSparse, Rows, Rule, ScalarFn, SparseArgs, Tangent, Tangents, Wrt } from "./types.ts";

function uncompiled(marker: string, f: Fn): () => never {
  const call = `${marker}(${f.name === "" ? "…" : f.name})`;
  const stand = (): never => {
    throw new CotangentError("CT9001", `${call} reached run time: the file was not compiled. ${fix()}`);
  };
  return Object.defineProperty(stand, "name", { value: call });
}

/** `(...args) => gradient`: the gradient of a function that returns a number, by default with respect to its first argument. */
export function grad<F extends ScalarFn, const W extends Wrt<F> = 0>(f: F, opts?: { readonly wrt?: W }): (...args: Parameters<F>) => Gradient<Parameters<F>, W>;
export function grad(f: Fn): () => never {
  return uncompiled("grad", f);
}

/** `(...args) => [value, gradient]` */
export function valueAndGrad<F extends ScalarFn, const W extends Wrt<F> = 0>(f: F, opts?: { readonly wrt?: W }): (...args: Parameters<F>) => [value: number, gradient: Gradient<Parameters<F>, W>];
export function valueAndGrad(f: Fn): () => never {
  return uncompiled("valueAndGrad", f);
}

/** `(primals, tangents) => [value, tangent]`: the derivative along a direction. A tangent may be `null`: zero. */
export function jvp<F extends Fn>(f: F): (primals: Parameters<F>, tangents: Tangents<Parameters<F>>) => [value: ReturnType<F>, tangent: Tangent<ReturnType<F>>];
export function jvp(f: Fn): () => never {
  return uncompiled("jvp", f);
}

/** `(...args) => [value, pullback]`; `pullback(cotangent)` gives one entry per parameter and may be called many times. */
export function vjp<F extends Fn>(f: F): (...args: Parameters<F>) => [value: ReturnType<F>, pullback: (cotangent: Cotangent<ReturnType<F>>) => Gradient<Parameters<F>, "all">];
export function vjp(f: Fn): () => never {
  return uncompiled("vjp", f);
}

/** `(...args) => Jacobian`: the output's structure with each number replaced by a derivative shaped as the input; with `sparse` a matrix of what may differ from zero. */
export function jacobian<F extends Fn, const W extends Wrt<F> = 0, const Sparse extends boolean = false>(
  f: F, opts?: { readonly wrt?: W; readonly mode?: "forward" | "reverse"; readonly sparse?: Sparse },
): (...args: SparseArgs<Parameters<F>, Sparse>) => IfSparse<Sparse, Rows<ReturnType<F>, Gradient<Parameters<F>, W>>>;
export function jacobian(f: Fn): () => never {
  return uncompiled("jacobian", f);
}

/** `(...args) => Hessian`: the Jacobian of the gradient; with `sparse` a matrix of what may differ from zero. */
export function hessian<F extends ScalarFn, const W extends Wrt<F> = 0, const Sparse extends boolean = false>(
  f: F, opts?: { readonly wrt?: W; readonly sparse?: Sparse },
): (...args: SparseArgs<Parameters<F>, Sparse>) => IfSparse<Sparse, HessianOf<Parameters<F>, W>>;
export function hessian(f: Fn): () => never {
  return uncompiled("hessian", f);
}

/** `(args, v) => Hessian · v`, with v shaped as the gradient. */
export function hvp<F extends ScalarFn, const W extends Wrt<F> = 0>(f: F, opts?: { readonly wrt?: W }): (args: Parameters<F>, v: Gradient<Parameters<F>, W>) => Gradient<Parameters<F>, W>;
export function hvp(f: Fn): () => never {
  return uncompiled("hvp", f);
}

/** The value, with derivative zero. Arrays and objects are copied, all the way down. */
export function stopGradient<T>(x: T): T {
  return deepCopy(x);
}

/** The function with a derivative of your own. */
export function customRule<F extends Fn>(f: F, rule: Rule<F>): F;
export function customRule(f: Fn): Fn {
  return f;
}

/** The function, with a reverse sweep that recomputes what is inside instead of storing it. */
export function checkpoint<F extends Fn>(f: F): F {
  return f;
}
