// GradBench `gmm`: the log posterior of a Gaussian mixture whose precision matrices have a Wishart prior.
// Each component keeps a lower triangular factor: logarithms of its diagonal in q, the part below column by column in l.
import { grad } from "cotangent";
import { multivariateLogGamma } from "./log-gamma.ts";

export interface Mixture {
  alpha: number[];
  mu: number[][];
  q: number[][];
  l: number[][];
}

export interface Wishart {
  gamma: number;
  m: number;
}

const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);

const squaredNorm = (values: number[]): number => values.reduce((total, value) => total + value * value, 0);

const subtract = (a: number[], b: number[]): number[] => a.map((value, i) => value - b[i]);

function logSumExp(values: number[]): number {
  const max = Math.max(...values);
  let total = 0;
  for (const value of values) total += Math.exp(value - max);
  return max + Math.log(total);
}

/** The product of a lower triangular matrix, given by its diagonal and by its columns below it, and a vector. */
function timesTriangular(diagonal: number[], below: number[], v: number[]): number[] {
  const d = v.length;
  const product = diagonal.map((value, i) => value * v[i]);
  let next = 0;
  for (let column = 0; column < d; column++) {
    for (let row = column + 1; row < d; row++) {
      product[row] += below[next] * v[column];
      next++;
    }
  }
  return product;
}

function logPrior(diagonals: number[][], logDeterminants: number[], l: number[][], { gamma, m }: Wishart): number {
  const k = l.length;
  const d = diagonals[0].length;
  const freedom = d + m + 1;
  const constant =
    freedom * d * (Math.log(gamma) - Math.log(2) / 2) - multivariateLogGamma(d, freedom / 2);
  let penalty = 0;
  for (let c = 0; c < k; c++) {
    const frobenius = squaredNorm(diagonals[c]) + squaredNorm(l[c]);
    penalty += ((gamma * gamma) / 2) * frobenius - m * logDeterminants[c];
  }
  return k * constant - penalty;
}

export function objective({ alpha, mu, q, l }: Mixture, x: number[][], prior: Wishart): number {
  const n = x.length;
  const d = x[0].length;
  const diagonals = q.map((row) => row.map(Math.exp));
  const logDeterminants = q.map(sum);

  let total = 0;
  for (const point of x) {
    const beta = alpha.map((weight, c) => {
      const whitened = timesTriangular(diagonals[c], l[c], subtract(point, mu[c]));
      return weight + logDeterminants[c] - 0.5 * squaredNorm(whitened);
    });
    total += logSumExp(beta);
  }

  const normalization = -0.5 * n * d * Math.log(2 * Math.PI) - n * logSumExp(alpha);
  return normalization + total + logPrior(diagonals, logDeterminants, l, prior);
}

export const jacobian = grad(objective);
