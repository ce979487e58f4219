// The checks take what the markers give, and nothing else.
import { grad, hessian, hvp, jacobian, jvp, valueAndGrad, vjp } from "cotangent";
import { checkAdjoint, checkGrad, checkHessian, checkHvp, checkJacobian, checkJvp, checkValueAndGrad, checkVjp, CheckError, type Report } from "cotangent/testing";
import { expectTypeOf } from "expect-type";

interface Model {
  readonly w: readonly number[];
  readonly name: string;
}

declare function loss(model: Model, b: number, xs: Float64Array): number;
declare function rotate(p: readonly [number, number], angle: number): { readonly x: number; readonly y: number };
declare const model: Model;
declare const xs: Float64Array;

expectTypeOf(checkGrad(loss, grad(loss), [model, 1, xs])).toEqualTypeOf<Report>();
checkGrad(loss, grad(loss, { wrt: 1 }), [model, 1, xs], { wrt: 1 });
checkGrad(loss, grad(loss, { wrt: [0, 2] }), [model, 1, xs], { wrt: [0, 2], tolerance: 1e-5 });
checkGrad(loss, grad(loss, { wrt: "all" }), (): Parameters<typeof loss> => [model, 1, xs], { wrt: "all", names: ["model", "b", "xs"] });
checkGrad((x: number) => x * x, (x) => 2 * x, [3]);
checkValueAndGrad(loss, valueAndGrad(loss), [model, 1, xs]);
checkValueAndGrad(loss, valueAndGrad(loss, { wrt: [1, 0] }), [model, 1, xs], { wrt: [1, 0] });
checkJvp(rotate, jvp(rotate), [[1, 2], 3]);
checkVjp(rotate, vjp(rotate), [[1, 2], 3], { seed: 1 });
checkAdjoint(rotate, jvp(rotate), vjp(rotate), [[1, 2], 3]);
checkJacobian(rotate, jacobian(rotate), [[1, 2], 3]);
checkJacobian(rotate, jacobian(rotate, { wrt: 1 }), [[1, 2], 3], { wrt: 1 });
checkJacobian(rotate, jacobian(rotate, { sparse: true }), [[1, 2], 3]);
checkHessian(grad(loss), hessian(loss), [model, 1, xs]);
checkHessian(grad(loss, { wrt: 1 }), hessian(loss, { wrt: 1, sparse: true }), [model, 1, xs], { wrt: 1 });
checkHvp(grad(loss), hvp(loss), [model, 1, xs]);

// @ts-expect-error the gradient is with respect to the second parameter, and the option says nothing
checkGrad(loss, grad(loss, { wrt: 1 }), [model, 1, xs]);
// @ts-expect-error an argument is missing
checkGrad(loss, grad(loss), [model, 1]);
// @ts-expect-error a tangent is not a gradient
checkGrad(loss, jvp(loss), [model, 1, xs]);
// @ts-expect-error several numbers have a Jacobian
checkGrad(rotate, rotate, [[1, 2], 3]);
// @ts-expect-error there is no such option
checkVjp(rotate, vjp(rotate), [[1, 2], 3], { wrong: 1 });

try {
  checkGrad(loss, grad(loss), [model, 1, xs]);
} catch (error) {
  if (error instanceof CheckError) expectTypeOf(error.report).toEqualTypeOf<Report>();
}
