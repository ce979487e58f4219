// An exponential decay towards a floor, and how far it is from measurements.

export interface Decay {
  readonly amplitude: number;
  readonly rate: number;
  readonly floor: number;
}

export const predict = ({ amplitude, rate, floor }: Decay, t: number): number => floor + amplitude * Math.exp(-rate * t);

export function squaredError(decay: Decay, times: readonly number[], values: readonly number[]): number {
  let total = 0;
  for (let i = 0; i < times.length; i++) {
    const residual = predict(decay, times[i]!) - values[i]!;
    total += residual * residual;
  }
  return total / times.length;
}
