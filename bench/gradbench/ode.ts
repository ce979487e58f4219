// GradBench `ode`: a linear chain of differential equations, integrated from 0 to 2 by the classical Runge-Kutta scheme.
import { grad } from "cotangent";

/** y'[0] = x[0], y'[i] = x[i] * y[i - 1] */
const slope = (x: number[], y: number[]): number[] => x.map((value, i) => (i === 0 ? value : value * y[i - 1]));

const advance = (y: number[], h: number, k: number[]): number[] => y.map((value, i) => value + h * k[i]);

export function primal(x: number[], s: number): number[] {
  const h = 2 / s;
  let y = x.map(() => 0);
  for (let step = 0; step < s; step++) {
    const k1 = slope(x, y);
    const k2 = slope(x, advance(y, h / 2, k1));
    const k3 = slope(x, advance(y, h / 2, k2));
    const k4 = slope(x, advance(y, h, k3));
    y = y.map((value, i) => value + (h * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i])) / 6);
  }
  return y;
}

export function lastElement(x: number[], s: number): number {
  const y = primal(x, s);
  return y[y.length - 1];
}

export const gradient = grad(lastElement);
