// What each marker makes of a function's type, and that its result type has a name for explicit declarations.
import { checkpoint, customRule, grad, hessian, hvp, jacobian, jvp, ravel, stopGradient, valueAndGrad, vjp } from "cotangent";
import type { Differentiable, Grad, Hessian, Hvp, Jacobian, Jvp, SparseMatrix, ValueAndGrad, Vjp } from "cotangent";
import { expectTypeOf } from "expect-type";

type Doubles = ReturnType<Float64ArrayConstructor["of"]>;

declare function loss(w: readonly number[], b: number, name: string, xs: Float64Array): number;
declare function square(x: number): number;
declare function scaled(x: number, k?: number): number;
declare function total(...xs: number[]): number;
declare function rotate(p: readonly [number, number], angle: number): { readonly x: number; readonly y: number; readonly tag: string };
declare function apply(v: Float64Array, m: readonly (readonly number[])[]): Float64Array;

// grad
expectTypeOf(grad(square)).toEqualTypeOf<(x: number) => number>();
expectTypeOf(grad(loss)).toEqualTypeOf<(w: readonly number[], b: number, name: string, xs: Float64Array) => number[]>();
expectTypeOf(grad(loss, { wrt: 1 })).returns.toEqualTypeOf<number>();
expectTypeOf(grad(loss, { wrt: [0, 3] })).returns.toEqualTypeOf<[number[], Doubles]>();
expectTypeOf(grad(loss, { wrt: "all" })).returns.toEqualTypeOf<[w: number[], b: number, name: null, xs: Doubles]>();
expectTypeOf(grad(scaled, { wrt: "all" })).returns.toEqualTypeOf<[x: number, k: number]>();
expectTypeOf(grad(scaled, { wrt: 1 })).returns.toEqualTypeOf<number>();
expectTypeOf(grad((x: number, k = 2) => x * k)).parameters.toEqualTypeOf<[x: number, k?: number | undefined]>();
expectTypeOf(grad(total)).returns.toEqualTypeOf<number>();
expectTypeOf(grad(grad(square))).toEqualTypeOf<(x: number) => number>();
expectTypeOf(grad(grad(grad(square)))(1)).toEqualTypeOf<number>();
expectTypeOf(grad((x: number) => x * grad((y: number) => x + y)(1))(2)).toEqualTypeOf<number>();

// valueAndGrad
expectTypeOf(valueAndGrad(loss)).returns.toEqualTypeOf<[value: number, gradient: number[]]>();
expectTypeOf(valueAndGrad(loss, { wrt: [1, 0] })).returns.toEqualTypeOf<[value: number, gradient: [number, number[]]]>();
expectTypeOf(valueAndGrad(loss, { wrt: "all" } as const)).returns.toEqualTypeOf<[value: number, gradient: [w: number[], b: number, name: null, xs: Doubles]]>();

// jvp
expectTypeOf(jvp(rotate)).toEqualTypeOf<
  (
    primals: [p: readonly [number, number], angle: number],
    tangents: [p: [number, number] | null, angle: number | null],
  ) => [value: { readonly x: number; readonly y: number; readonly tag: string }, tangent: { x: number; y: number }]
>();
expectTypeOf(jvp(square)([2], [1])).toEqualTypeOf<[value: number, tangent: number]>();
expectTypeOf(jvp(square)([2], [null])).toEqualTypeOf<[value: number, tangent: number]>();

// vjp
expectTypeOf(vjp(rotate)).parameters.toEqualTypeOf<[p: readonly [number, number], angle: number]>();
expectTypeOf(vjp(rotate)([1, 2], 3)[1]).toEqualTypeOf<(cotangent: { x: number; y: number }) => [p: [number, number], angle: number]>();
expectTypeOf(vjp(loss)([1], 2, "n", new Float64Array(1))[1](1)).toEqualTypeOf<[w: number[], b: number, name: null, xs: Doubles]>();

// jacobian, hessian, hvp
expectTypeOf(jacobian(apply)).returns.toEqualTypeOf<Doubles[]>();
expectTypeOf(jacobian(apply, { wrt: 1, mode: "forward" })).returns.toEqualTypeOf<number[][][]>();
expectTypeOf(jacobian(apply, { wrt: [0, 1] })).returns.toEqualTypeOf<[Doubles, number[][]][]>();
expectTypeOf(jacobian(rotate)).returns.toEqualTypeOf<{ x: [number, number]; y: [number, number] }>();
expectTypeOf(hessian(loss)).returns.toEqualTypeOf<number[][]>();
expectTypeOf(hessian(square)).returns.toEqualTypeOf<number>();
expectTypeOf(hessian(loss, { wrt: 3 })).returns.toEqualTypeOf<Doubles[]>();
expectTypeOf(hessian(loss, { wrt: [0, 1] })).returns.toEqualTypeOf<[[number[], number][], [number[], number]]>();
expectTypeOf(hvp(loss)).parameters.toEqualTypeOf<[args: [w: readonly number[], b: number, name: string, xs: Float64Array], v: number[]]>();
expectTypeOf(hvp(loss)).returns.toEqualTypeOf<number[]>();

// the markers that need no compiler
expectTypeOf(stopGradient([1, 2])).toEqualTypeOf<number[]>();
expectTypeOf(checkpoint(loss)).toEqualTypeOf<typeof loss>();
expectTypeOf(customRule(square, { vjp: ([x], value, cotangent) => [x * value * cotangent] })).toEqualTypeOf<typeof square>();
expectTypeOf(customRule(square, { jvp: ([x], [t]) => [x * x, 2 * x * t] })).toEqualTypeOf<typeof square>();
expectTypeOf(customRule(loss, { vjp: (_args, _value, c) => [[c], c, null, null] })).toEqualTypeOf<typeof loss>();
expectTypeOf(ravel({ a: 1, b: [2] })).toEqualTypeOf<[flat: Doubles, unravel: (flat: ArrayLike<number>) => { a: number; b: number[] }]>();

// a differentiable place takes plain lambdas, and what is inside can be differentiated
declare function minimize<P>(f: Differentiable<(p: P) => number>, start: P): P;
expectTypeOf(minimize((p: { a: number }) => p.a, { a: 1 })).toEqualTypeOf<{ a: number }>();
expectTypeOf((f: Differentiable<(x: number) => number>) => grad(f)(1)).returns.toEqualTypeOf<number>();

// result types by name, as isolatedDeclarations wants them
export const lossGrad: Grad<typeof loss> = grad(loss);
export const lossGradBoth: Grad<typeof loss, readonly [0, 1]> = grad(loss, { wrt: [0, 1] });
export const lossValueAndGrad: ValueAndGrad<typeof loss, "all"> = valueAndGrad(loss, { wrt: "all" });
export const rotateJvp: Jvp<typeof rotate> = jvp(rotate);
export const rotateVjp: Vjp<typeof rotate> = vjp(rotate);
export const applyJacobian: Jacobian<typeof apply, 1> = jacobian(apply, { wrt: 1 });
export const lossHessian: Hessian<typeof loss> = hessian(loss);
export const applySparse: Jacobian<typeof apply, 1, true> = jacobian(apply, { wrt: 1, sparse: true });
export const lossSparse: Hessian<typeof loss, 0, true> = hessian(loss, { sparse: true });
expectTypeOf(jacobian(apply, { sparse: true })).returns.toEqualTypeOf<SparseMatrix>();
expectTypeOf(jacobian(apply, { sparse: true })).parameters.toEqualTypeOf<[...Parameters<typeof apply>, earlier?: SparseMatrix | undefined]>();
expectTypeOf(jacobian(apply)).parameters.toEqualTypeOf<Parameters<typeof apply>>();
expectTypeOf(hessian(loss, { sparse: false })).returns.toEqualTypeOf<ReturnType<Hessian<typeof loss>>>();
export const lossHvp: Hvp<typeof loss> = hvp(loss);
