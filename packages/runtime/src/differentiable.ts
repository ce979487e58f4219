// How a function value carries its derivatives: the run-time protocol behind `Differentiable<F>`, stable per major version.
// A function has the property `Symbol.for("cotangent.derivative/1")`, an object with one entry per request: `grad`, `valueAndGrad`,
// `grad wrt=0,2`, `grad wrt=all`, `jvp`, `vjp`, … Each entry is what the marker of that name returns.
import { CotangentError } from "./errors.ts";
import type { Differentiable, Fn } from "./types.ts";

const DERIVATIVE: unique symbol = Symbol.for("cotangent.derivative/1") as never;

export interface CarriedDerivatives {
  readonly [request: string]: Fn;
}

interface Carrier {
  readonly [DERIVATIVE]?: CarriedDerivatives;
}

/** `f`, which carries these derivatives from now on besides those that it carried before. For library authors and generated code. */
export function differentiable<F extends Fn>(f: F, derivatives: CarriedDerivatives): Differentiable<F> {
  const known = (f as Carrier)[DERIVATIVE];
  return Object.defineProperty(f, DERIVATIVE, { value: { ...known, ...derivatives }, configurable: true });
}

/**
 * A derivative that `f` carries; `place` is where it is asked for, for the message.
 * @throws CotangentError CT9002 if `f` does not carry it: it came from code that was not compiled, or is no function that the compiler could follow.
 */
export function derivativeOf(f: Fn, request: string, place: string): Fn {
  const found = (f as Carrier)[DERIVATIVE]?.[request];
  if (found !== undefined) return found;
  const name = f.name === "" ? "a function" : f.name;
  throw new CotangentError("CT9002", `${place}: ${name} carries no ${request}. It came from code that was not compiled, or from where the compiler could not follow it. `
    + "Pass it through a parameter of type Differentiable<…> from code that is compiled, or attach a derivative with differentiable(f, { ... }).");
}
