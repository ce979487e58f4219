// The types of derivatives: what a gradient, a tangent, a Jacobian of a given function looks like.
// Assumes TypeScript 5.6 or later. Guarantees: `Cotangent<T>` is shallow in each object, so that recursive types work; inputs
// typed `any` give `any`, never an endless expansion; parameters keep their names. Tried by test on TypeScript 5.6, 6 and 7.
// `Tangents` and its like stay aliases over a bare type parameter: mapping over `Parameters<F>` in place would map the methods
// of arrays too. A tuple of indices is mapped under another name (`infer L`), so that the type expected of a marker's result
// is never taken for information about `wrt`: `const g: Grad<typeof f> = grad(f)` must infer 0. Arrays that are no tuples are
// written `X[]`, which TypeScript resolves late, so that `type Nested = number | readonly Nested[]` has a gradient.

/** any function; the union makes a lambda without annotations an error (TS7006) instead of a function of `never` */
export type Fn = ((...args: never[]) => unknown) | ((...args: number[]) => unknown);
/** a function that returns a number */
export type ScalarFn = ((...args: never[]) => number) | ((...args: number[]) => number);

/** `Float64Array<ArrayBuffer>` where TypeScript knows that (5.7), `Float64Array` before */
export type Doubles = ReturnType<Float64ArrayConstructor["of"]>;
export type Singles = ReturnType<Float32ArrayConstructor["of"]>;

/** nothing but what has an index signature: `{ length: number; angle: number }` would pass for an ArrayLike */
type Indexed<T> = number extends keyof T ? unknown : never;

/** up to TypeScript 5.6 a typed array is assignable to ArrayBuffer: what has elements is no buffer */
type Buffers = ArrayBufferLike & { readonly BYTES_PER_ELEMENT?: never };

/** what never carries a derivative */
type Inert =
  | string | boolean | bigint | symbol | null | undefined | void
  | ((...args: never[]) => unknown)
  | Date | RegExp | Promise<unknown> | Buffers | DataView
  | Int8Array | Uint8Array | Uint8ClampedArray | Int16Array | Uint16Array | Int32Array | Uint32Array
  | BigInt64Array | BigUint64Array;

/** is a field of this type left out? `unknown` is, `any` is not */
type IsInertField<T> = unknown extends T ? (0 extends 1 & T ? false : true) : [T] extends [Inert | readonly Inert[]] ? true : false;

/** The shape of a derivative with respect to a T. */
export type Cotangent<T> =
  // oxlint-disable-next-line typescript/no-explicit-any -- the derivative of an `any` is an `any`
  0 extends 1 & T ? any
  : T extends number ? number
  : T extends undefined ? never
  : T extends Inert ? null
  : T extends Float64Array ? Doubles
  : T extends Float32Array ? Singles
  : T extends readonly (infer E)[] ? E[] extends T ? Cotangent<E>[] : { -readonly [K in keyof T]: Cotangent<T[K]> }
  : T extends ArrayLike<infer E> & Indexed<T> ? Cotangent<E>[]
  : T extends ReadonlyMap<infer K, infer V> ? Map<K, Cotangent<V>>
  : T extends ReadonlySet<unknown> ? Record<never, never>
  : T extends object ? { -readonly [K in keyof T as IsInertField<T[K]> extends true ? never : K]: Cotangent<T[K]> }
  : null;

/** The shape of a derivative of a T along a direction. */
export type Tangent<T> = Cotangent<T>;

/**
 * The adjoint or tangent object of a T inside compiled code: a cotangent in which single-precision arrays are doubles, and typed arrays
 * are of any buffer, as compiled code declares what it stores into them.
 */
export type Companion<T> =
  // oxlint-disable-next-line typescript/no-explicit-any -- as in Cotangent
  0 extends 1 & T ? any
  : T extends number ? number
  : T extends undefined ? never
  : T extends Inert ? null
  : T extends Float64Array | Float32Array ? Float64Array
  : T extends readonly (infer E)[] ? E[] extends T ? Companion<E>[] : { -readonly [K in keyof T]: Companion<T[K]> }
  : T extends ArrayLike<infer E> & Indexed<T> ? Companion<E>[]
  : T extends ReadonlyMap<infer K, infer V> ? Map<K, Companion<V>>
  : T extends ReadonlySet<infer K> ? K extends object ? Map<K, Companion<K>> : Record<never, never>
  : T extends object ? { -readonly [K in keyof T as IsInertField<T[K]> extends true ? never : K]: Companion<T[K]> }
  : null;

/** The structure of Out with each number replaced by D. */
export type Rows<Out, D> =
  // oxlint-disable-next-line typescript/no-explicit-any -- as in Cotangent
  0 extends 1 & Out ? any
  : Out extends number ? D
  : Out extends undefined ? never
  : Out extends Inert ? null
  : Out extends Float64Array | Float32Array ? D[]
  : Out extends readonly (infer E)[] ? E[] extends Out ? Rows<E, D>[] : { -readonly [K in keyof Out]: Rows<Out[K], D> }
  : Out extends ArrayLike<infer E> & Indexed<Out> ? Rows<E, D>[]
  : Out extends ReadonlyMap<infer K, infer V> ? Map<K, Rows<V, D>>
  : Out extends ReadonlySet<unknown> ? Record<never, never>
  : Out extends object ? { -readonly [K in keyof Out as IsInertField<Out[K]> extends true ? never : K]: Rows<Out[K], D> }
  : null;

type Index<P extends readonly unknown[]> =
  number extends P["length"] ? number : { [K in keyof P]-?: K extends `${infer N extends number}` ? N : never }[number];

/** what `wrt` may be: an index of a parameter, a tuple of them, or all */
export type Wrt<F extends Fn> = Index<Parameters<F>> | readonly Index<Parameters<F>>[] | "all";

/** the gradient with respect to the parameters that W names */
export type Gradient<P extends readonly unknown[], W> =
  W extends "all" ? { -readonly [K in keyof P]-?: Cotangent<P[K]> }
  : W extends number ? Cotangent<P[W]>
  : W extends infer L extends readonly unknown[] ? { -readonly [K in keyof L]: L[K] extends number ? Cotangent<P[L[K]]> : never }
  : never;

export type HessianOf<P extends readonly unknown[], W> =
  W extends number ? Rows<Cotangent<P[W]>, Cotangent<P[W]>>
  : W extends "all" ? { [K in keyof P]-?: Rows<Cotangent<P[K]>, Gradient<P, W>> }
  : W extends infer L extends readonly unknown[] ? { -readonly [K in keyof L]: L[K] extends number ? Rows<Cotangent<P[L[K]]>, Gradient<P, W>> : never }
  : never;

/**
 * A sparse matrix: the number `vals[k]` stands in row `rows[k]` and column `cols[k]`. Rows ascend, and no place is named twice. Matrices of one plan
 * share all arrays but `vals`.
 */
export interface SparseMatrix {
  /** of each entry; written out when it is first asked for */
  readonly rows: Int32Array;
  cols: Int32Array;
  vals: Float64Array;
  /** the entries of row `r` stand from `starts[r]` up to `starts[r + 1]` */
  starts: Int32Array;
  /** how many rows and columns there are */
  shape: [rows: number, cols: number];
}

/** The arguments of a sparse derivative: after those of the function, a matrix that it gave before, whose plan is used again where it fits. */
export type SparseArgs<P extends readonly unknown[], Sparse extends boolean> =
  Sparse extends true ? (number extends P["length"] ? P : [...own: P, earlier?: SparseMatrix | undefined]) : P;

export type IfSparse<Sparse extends boolean, Dense> = Sparse extends true ? SparseMatrix : Dense;

export type Tangents<P extends readonly unknown[]> = { [K in keyof P]: Tangent<P[K]> | null };
/** what a rule of the user is given for its parameters, and what it returns */
export type RuleTangents<P extends readonly unknown[]> = { readonly [K in keyof P]: Tangent<P[K]> };
export type RuleCotangents<P extends readonly unknown[]> = { readonly [K in keyof P]: Cotangent<P[K]> | null };

/** The type of `grad(f)`; names it where declarations must be explicit: `export const g: Grad<typeof f> = grad(f)`. */
export type Grad<F extends ScalarFn, W extends Wrt<F> = 0> = (...args: Parameters<F>) => Gradient<Parameters<F>, W>;
/** The type of `valueAndGrad(f)`. */
export type ValueAndGrad<F extends ScalarFn, W extends Wrt<F> = 0> = (...args: Parameters<F>) => [value: number, gradient: Gradient<Parameters<F>, W>];
/** The type of `jvp(f)`. */
export type Jvp<F extends Fn> = (primals: Parameters<F>, tangents: Tangents<Parameters<F>>) => [value: ReturnType<F>, tangent: Tangent<ReturnType<F>>];
/** The type of `vjp(f)`. */
export type Vjp<F extends Fn> = (...args: Parameters<F>) => [value: ReturnType<F>, pullback: (cotangent: Cotangent<ReturnType<F>>) => Gradient<Parameters<F>, "all">];
/** The type of `jacobian(f)`; of `jacobian(f, { sparse: true })` with `Sparse` as true. */
export type Jacobian<F extends Fn, W extends Wrt<F> = 0, Sparse extends boolean = false> = (...args: SparseArgs<Parameters<F>, Sparse>) => IfSparse<Sparse, Rows<ReturnType<F>, Gradient<Parameters<F>, W>>>;
/** The type of `hessian(f)`; of `hessian(f, { sparse: true })` with `Sparse` as true. */
export type Hessian<F extends ScalarFn, W extends Wrt<F> = 0, Sparse extends boolean = false> = (...args: SparseArgs<Parameters<F>, Sparse>) => IfSparse<Sparse, HessianOf<Parameters<F>, W>>;
/** The type of `hvp(f)`. */
export type Hvp<F extends ScalarFn, W extends Wrt<F> = 0> = (args: Parameters<F>, v: Gradient<Parameters<F>, W>) => Gradient<Parameters<F>, W>;

declare const derivative: unique symbol;
/** The type of a place that takes a function whose derivative is needed. The brand is optional: plain lambdas assign. */
export type Differentiable<F extends Fn> = F & { readonly [derivative]?: never };

/** A derivative of the user's own; either half may be missing. */
export interface Rule<F extends Fn> {
  readonly jvp?: (primals: Parameters<F>, tangents: RuleTangents<Parameters<F>>) => readonly [value: ReturnType<F>, tangent: Tangent<ReturnType<F>>];
  readonly vjp?: (args: Parameters<F>, value: ReturnType<F>, cotangent: Cotangent<ReturnType<F>>) => RuleCotangents<Parameters<F>>;
}
