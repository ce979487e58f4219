// What the benchmark of second derivatives differentiates: functions of 100 numbers.
import { grad, hessian, hvp } from "cotangent";

/** Rosenbrock's valley: arithmetic, and neighbors alone interact. */
export function valley(x: number[]): number {
  let sum = 0;
  for (let i = 0; i + 1 < x.length; i++) sum += (1 - x[i]) ** 2 + 100 * (x[i + 1] - x[i] * x[i]) ** 2;
  return sum;
}

/** The potential of 50 charges in a plane: all pairs, square roots. */
export function charges(x: number[]): number {
  let energy = 0;
  for (let i = 0; i < x.length; i += 2) {
    energy += 0.5 * (x[i] * x[i] + x[i + 1] * x[i + 1]);
    for (let j = 0; j < i; j += 2) {
      const dx = x[i] - x[j];
      const dy = x[i + 1] - x[j + 1];
      energy += 1 / Math.sqrt(dx * dx + dy * dy + 0.01);
    }
  }
  return energy;
}

/** Logistic regression over 200 rows of data: products of vectors, exponentials. */
export function logistic(w: number[], rows: number[][], labels: number[]): number {
  let loss = 0;
  for (let k = 0; k < rows.length; k++) {
    const row = rows[k];
    let score = 0;
    for (let i = 0; i < w.length; i++) score += w[i] * row[i];
    loss += Math.log1p(Math.exp(-labels[k] * score));
  }
  return loss;
}

export const derivatives = {
  valley: { gradient: grad(valley), product: hvp(valley), matrix: hessian(valley) },
  charges: { gradient: grad(charges), product: hvp(charges), matrix: hessian(charges) },
  logistic: { gradient: grad(logistic), product: hvp(logistic), matrix: hessian(logistic) },
};
