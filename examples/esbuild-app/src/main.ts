// Fits a decay curve to measurements by gradient descent with momentum.
import { valueAndGrad } from "cotangent";
import { predict, squaredError, type Decay } from "./model";

const step = valueAndGrad(squaredError);

export function fit(times: readonly number[], values: readonly number[], start: Decay, rounds: number): { readonly decay: Decay; readonly error: number } {
  let decay = start;
  let velocity = { amplitude: 0, rate: 0, floor: 0 };
  let error = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const [value, gradient] = step(decay, times, values);
    error = value;
    velocity = {
      amplitude: 0.9 * velocity.amplitude - 0.05 * gradient.amplitude,
      rate: 0.9 * velocity.rate - 0.05 * gradient.rate,
      floor: 0.9 * velocity.floor - 0.05 * gradient.floor,
    };
    decay = { amplitude: decay.amplitude + velocity.amplitude, rate: decay.rate + velocity.rate, floor: decay.floor + velocity.floor };
  }
  return { decay, error };
}

const truth: Decay = { amplitude: 3, rate: 0.8, floor: 0.5 };
const times = Array.from({ length: 30 }, (_, i) => i * 0.2);
const values = times.map((t) => predict(truth, t));
const { decay, error } = fit(times, values, { amplitude: 1, rate: 0.2, floor: 0 }, 4000);

console.log(JSON.stringify({ ...decay, error }));
