// Mistakes that the types catch; each line with a directive must be an error, or the directive is one.
import { customRule, grad, hessian, hvp, jacobian, jvp, valueAndGrad, vjp } from "cotangent";

declare function loss(w: readonly number[], b: number): number;
declare function name(x: number): string;
declare function pair(x: number): [number, number];
declare function later(x: number): Promise<number>;
declare function nothing(x: number[]): void;

// @ts-expect-error a string has no gradient
grad(name);
// @ts-expect-error several numbers have a Jacobian, not a gradient
grad(pair);
// @ts-expect-error a promise is not a number
valueAndGrad(later);
// @ts-expect-error return it instead
grad(nothing);
// @ts-expect-error a function that returns numbers has no Hessian here
hessian(pair);
// @ts-expect-error nor a product with one
hvp(name);
// @ts-expect-error there is no third parameter
grad(loss, { wrt: 2 });
// @ts-expect-error nor in a tuple
grad(loss, { wrt: [0, 2] });
// @ts-expect-error parameters are counted, not named
grad(loss, { wrt: "b" });
// @ts-expect-error there is no such option
grad(loss, { wrong: 0 });
// @ts-expect-error nor such a mode
jacobian(pair, { mode: "sideways" });
// @ts-expect-error the parameter needs its type
grad((x) => x);
// @ts-expect-error a tangent for each parameter
jvp(loss)([[1], 2], [[1]]);
// @ts-expect-error shaped as the parameter
jvp(loss)([[1], 2], [1, 1]);
// @ts-expect-error the cotangent has the shape of the result
vjp(pair)(1)[1](1);
// @ts-expect-error the derivative takes what the function takes
grad(loss)([1]);
// @ts-expect-error a rule returns one entry per parameter
customRule(loss, { vjp: () => [[1]] });

// what must not be an error
vjp(name);
jacobian(pair, { mode: "reverse" });
