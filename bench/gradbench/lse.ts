// GradBench `lse`: the logarithm of a sum of exponentials, shifted by the maximum so that nothing overflows.
import { grad } from "cotangent";

export function primal(x: number[]): number {
  let max = -Infinity;
  for (const value of x) max = Math.max(max, value);
  let sum = 0;
  for (const value of x) sum += Math.exp(value - max);
  return max + Math.log(sum);
}

export const gradient = grad(primal);
