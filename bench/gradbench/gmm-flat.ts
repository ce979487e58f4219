// GradBench `gmm` once more, for a user who cares about speed: every matrix is one Float64Array, row after row.
import { grad } from "cotangent";
import { multivariateLogGamma } from "./log-gamma.ts";

export interface Mixture {
  alpha: Float64Array;
  mu: Float64Array;
  q: Float64Array;
  l: Float64Array;
}

export interface Wishart {
  gamma: number;
  m: number;
}

function logSumExp(values: Float64Array): number {
  let max = values[0];
  for (let i = 1; i < values.length; i++) {
    if (values[i] > max) max = values[i];
  }
  let total = 0;
  for (let i = 0; i < values.length; i++) total += Math.exp(values[i] - max);
  return max + Math.log(total);
}

function logPrior(d: number, k: number, diagonals: Float64Array, { q, l }: Mixture, { gamma, m }: Wishart): number {
  const freedom = d + m + 1;
  const constant =
    freedom * d * (Math.log(gamma) - Math.log(2) / 2) - multivariateLogGamma(d, freedom / 2);
  let frobenius = 0;
  for (let i = 0; i < diagonals.length; i++) frobenius += diagonals[i] * diagonals[i];
  for (let i = 0; i < l.length; i++) frobenius += l[i] * l[i];
  let logDeterminant = 0;
  for (let i = 0; i < q.length; i++) logDeterminant += q[i];
  return k * constant - ((gamma * gamma) / 2) * frobenius + m * logDeterminant;
}

export function objective(params: Mixture, x: Float64Array, d: number, prior: Wishart): number {
  const { alpha, mu, q, l } = params;
  const k = alpha.length;
  const n = x.length / d;
  const belowSize = (d * (d - 1)) / 2;

  const diagonals = new Float64Array(k * d);
  const logDeterminants = new Float64Array(k);
  for (let c = 0; c < k; c++) {
    for (let j = 0; j < d; j++) {
      diagonals[c * d + j] = Math.exp(q[c * d + j]);
      logDeterminants[c] += q[c * d + j];
    }
  }

  const centered = new Float64Array(d);
  const whitened = new Float64Array(d);
  const beta = new Float64Array(k);
  let total = 0;
  for (let i = 0; i < n; i++) {
    for (let c = 0; c < k; c++) {
      for (let j = 0; j < d; j++) {
        centered[j] = x[i * d + j] - mu[c * d + j];
        whitened[j] = diagonals[c * d + j] * centered[j];
      }
      let next = c * belowSize;
      for (let column = 0; column < d; column++) {
        for (let row = column + 1; row < d; row++) {
          whitened[row] += l[next] * centered[column];
          next++;
        }
      }
      let squares = 0;
      for (let j = 0; j < d; j++) squares += whitened[j] * whitened[j];
      beta[c] = alpha[c] + logDeterminants[c] - 0.5 * squares;
    }
    total += logSumExp(beta);
  }

  const normalization = -0.5 * n * d * Math.log(2 * Math.PI) - n * logSumExp(alpha);
  return normalization + total + logPrior(d, k, diagonals, params, prior);
}

export const jacobian = grad(objective);
