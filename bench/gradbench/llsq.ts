// GradBench `llsq`: how far a polynomial with coefficients x is from the sign function, in the least-squares sense,
// on n equidistant points of [-1, 1].
import { grad } from "cotangent";

function polynomial(x: number[], t: number): number {
  let sum = 0;
  let power = 1;
  for (const coefficient of x) {
    sum += coefficient * power;
    power *= t;
  }
  return sum;
}

export function primal(x: number[], n: number): number {
  let total = 0;
  for (let i = 0; i < n; i++) {
    const t = -1 + (2 * i) / (n - 1);
    const residual = Math.sign(t) - polynomial(x, t);
    total += residual * residual;
  }
  return total / 2;
}

export const gradient = grad(primal);
