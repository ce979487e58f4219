// Vectors and matrices of graphics: gl-matrix, whose functions write into their first argument and take whatever holds numbers.
import { mat4, quat, vec3 } from "gl-matrix";

export const dot = (a: number[], b: number[]): number => vec3.dot(a, b);
export const length = (a: Float64Array): number => vec3.length(a);
export const sum = (a: number[], b: number[]): number => vec3.length(vec3.add([0, 0, 0], a, b));
export const angle = (a: number[], b: number[]): number => vec3.angle(a, b);
export const apart = (a: vec3, b: vec3): number => vec3.squaredDistance(a, b);

export function normal(a: Float64Array, b: Float64Array): number {
  const out = new Float64Array(3);
  vec3.cross(out, a, b);
  vec3.normalize(out, out);
  return out[0]! + 2 * out[1]! - out[2]!;
}

export function product(a: number[], b: number[]): number[] {
  const out = new Array<number>(16).fill(0);
  mat4.multiply(out, a, b);
  return out;
}

export function inverse(a: number[]): number {
  const out = new Array<number>(16).fill(0);
  mat4.invert(out, a);
  return out[0]! + out[5]!;
}

export function turned(a: number[], b: number[], t: number): number {
  const out = [0, 0, 0, 0];
  quat.slerp(out, a, b, t);
  return out[0]! + 2 * out[1]! - out[3]!;
}

const vectors = [[[1, 2, 3], [3, 4, 5]]];
const doubles = new Float64Array([1, 2, 3]);
const matrix = (f: (i: number) => number): number[] => Array.from({ length: 16 }, (_, i) => f(i));
export const samples = {
  dot: vectors, length: [[doubles]], sum: vectors, angle: vectors, apart: vectors, normal: [[doubles, new Float64Array([3, 4, 6])]],
  product: [[matrix((i) => i + 1), matrix((i) => Math.sin(i))]], inverse: [[matrix((i) => Math.sin(i * i + 1))]], turned: [[[0, 0, 0.6, 0.8], [0.1, 0, 0, 0.99], 0.3]],
};
