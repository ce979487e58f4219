// The shape of a derivative for every kind of type. Checked by the compilers that test/types.test.ts runs.
import type { Companion, Cotangent, Rows, Tangent } from "cotangent";
import { expectTypeOf } from "expect-type";

type Doubles = ReturnType<Float64ArrayConstructor["of"]>;
type Singles = ReturnType<Float32ArrayConstructor["of"]>;

// numbers and arrays
expectTypeOf<Cotangent<number>>().toEqualTypeOf<number>();
expectTypeOf<Cotangent<3>>().toEqualTypeOf<number>();
expectTypeOf<Cotangent<number[]>>().toEqualTypeOf<number[]>();
expectTypeOf<Cotangent<readonly number[]>>().toEqualTypeOf<number[]>();
expectTypeOf<Cotangent<readonly (readonly number[])[]>>().toEqualTypeOf<number[][]>();
expectTypeOf<Cotangent<number[][][]>>().toEqualTypeOf<number[][][]>();
expectTypeOf<Cotangent<Float64Array>>().toEqualTypeOf<Doubles>();
expectTypeOf<Cotangent<Float32Array>>().toEqualTypeOf<Singles>();
expectTypeOf<Cotangent<Float64Array[]>>().toEqualTypeOf<Doubles[]>();

// tuples and arrays keep every position
expectTypeOf<Cotangent<[number, string, number[]]>>().toEqualTypeOf<[number, null, number[]]>();
expectTypeOf<Cotangent<readonly [x: number, y: number]>>().toEqualTypeOf<[x: number, y: number]>();
expectTypeOf<Cotangent<readonly [string, ...number[]]>>().toEqualTypeOf<[null, ...number[]]>();
expectTypeOf<Cotangent<[a: number, b?: number[]]>>().toEqualTypeOf<[a: number, b?: number[]]>();
expectTypeOf<Cotangent<string[]>>().toEqualTypeOf<null[]>();
expectTypeOf<Cotangent<(number | string)[]>>().toEqualTypeOf<(number | null)[]>();

// what carries no derivative
expectTypeOf<Cotangent<string>>().toEqualTypeOf<null>();
expectTypeOf<Cotangent<boolean>>().toEqualTypeOf<null>();
expectTypeOf<Cotangent<null>>().toEqualTypeOf<null>();
expectTypeOf<Cotangent<Int32Array>>().toEqualTypeOf<null>();
expectTypeOf<Cotangent<ArrayBuffer>>().toEqualTypeOf<null>();
expectTypeOf<Cotangent<{ a: ArrayBuffer; b: Float64Array; c: Float32Array[]; d: DataView }>>().toEqualTypeOf<{ b: Doubles; c: Singles[] }>();
expectTypeOf<Cotangent<Date>>().toEqualTypeOf<null>();
expectTypeOf<Cotangent<(x: number) => number>>().toEqualTypeOf<null>();
expectTypeOf<Cotangent<unknown>>().toEqualTypeOf<null>();

// nullable and optional
expectTypeOf<Cotangent<number | null>>().toEqualTypeOf<number | null>();
expectTypeOf<Cotangent<number | undefined>>().toEqualTypeOf<number>();
expectTypeOf<Cotangent<{ a?: number }>>().toEqualTypeOf<{ a?: number }>();
expectTypeOf<Cotangent<{ a: number[] | null }>>().toEqualTypeOf<{ a: number[] | null }>();

// objects: fields without derivative are dropped, one level deep
interface Model {
  readonly weights: readonly number[];
  readonly bias: number;
  readonly name: string;
  readonly verbose: boolean;
  readonly label: string | null;
  readonly classes: readonly string[];
  readonly ids: Uint8Array;
  readonly created: Date;
  readonly activation: (x: number) => number;
  readonly nested: { readonly only: string };
  readonly table: readonly (readonly string[])[];
  score(x: number): number;
}
expectTypeOf<Cotangent<Model>>().toEqualTypeOf<{ weights: number[]; bias: number; nested: Record<never, never>; table: null[][] }>();

class Vector {
  readonly x: number;
  readonly y: number;
  readonly #hidden: string;
  private readonly secret: number;
  constructor(x: number, y: number) {
    this.x = x;
    this.y = y;
    this.secret = x;
    this.#hidden = "h";
  }
  norm(): number {
    return Math.hypot(this.x, this.y, this.secret, this.#hidden.length);
  }
}
expectTypeOf<Cotangent<Vector>>().toEqualTypeOf<{ x: number; y: number }>();

expectTypeOf<Cotangent<ReadonlyMap<string, readonly number[]>>>().toEqualTypeOf<Map<string, number[]>>();
expectTypeOf<Cotangent<Map<number, { w: number; s: string }>>>().toEqualTypeOf<Map<number, { w: number }>>();
expectTypeOf<Cotangent<Record<string, number>>>().toEqualTypeOf<{ [name: string]: number }>();
expectTypeOf<Cotangent<Set<number>>>().toEqualTypeOf<Record<never, never>>();
expectTypeOf<Companion<Set<{ v: number }>>>().toEqualTypeOf<Map<{ v: number }, { v: number }>>();

// recursive types
interface Tree {
  readonly value: number;
  readonly children: readonly Tree[];
  readonly parent: Tree | null;
}
declare const treeBar: Cotangent<Tree>;
expectTypeOf(treeBar.children[0]!.children[0]!.value).toEqualTypeOf<number>();
expectTypeOf(treeBar.parent).toEqualTypeOf<Cotangent<Tree> | null>();
type Deep = number | readonly Deep[];
declare const deepBar: Cotangent<Deep>;
export const deeper: Cotangent<Deep> = typeof deepBar === "number" ? [deepBar, [1, [deepBar]]] : deepBar[0]!;
// @ts-expect-error not everything is one
export const notDeep: Cotangent<Deep> = [1, ["a"]];

// unions of structures mirror by member
type Figure = { readonly kind: "disc"; readonly radius: number } | { readonly kind: "box"; readonly sides: readonly [number, number] };
expectTypeOf<Cotangent<Figure>>().toEqualTypeOf<{ radius: number } | { sides: [number, number] }>();

// any stays any instead of an endless expansion
expectTypeOf<Cotangent<any>>().toBeAny();
expectTypeOf<Cotangent<{ a: any; b: number }>>().toEqualTypeOf<{ a: any; b: number }>();

// a tangent is shaped as a cotangent; mirroring twice changes nothing
expectTypeOf<Tangent<Model>>().toEqualTypeOf<Cotangent<Model>>();
expectTypeOf<Cotangent<Cotangent<{ a: number; p: [number, string]; m: Map<string, number> }>>>().toEqualTypeOf<{ a: number; p: [number, null]; m: Map<string, number> }>();

// inside compiled code, single precision is held as double
expectTypeOf<Companion<{ a: Float32Array; b: number[]; c: [Float32Array, string] }>>().toEqualTypeOf<{ a: Float64Array; b: number[]; c: [Float64Array, null] }>();

// rows of a Jacobian
expectTypeOf<Rows<number, number[]>>().toEqualTypeOf<number[]>();
expectTypeOf<Rows<readonly number[], number[]>>().toEqualTypeOf<number[][]>();
expectTypeOf<Rows<Float64Array, { a: number }>>().toEqualTypeOf<{ a: number }[]>();
expectTypeOf<Rows<{ x: number; s: string; p: [number, boolean] }, number>>().toEqualTypeOf<{ x: number; p: [number, null] }>();
expectTypeOf<Rows<Map<string, number>, number[]>>().toEqualTypeOf<Map<string, number[]>>();
