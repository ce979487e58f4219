// A damped oscillation and how badly it fits measurements. Nothing here knows about derivatives except one tag.

export interface Oscillation {
  readonly amplitude: number;
  readonly decay: number;
  readonly frequency: number;
  readonly phase: number;
  readonly offset: number;
}

export interface Measurement {
  readonly time: number;
  readonly value: number;
}

export function response(p: Oscillation, time: number): number {
  return p.amplitude * Math.exp(-p.decay * time) * Math.cos(p.frequency * time + p.phase) + p.offset;
}

/**
 * Mean squared error of the model on the measurements.
 * @grad wrt=p
 * @valueAndGrad wrt=p
 */
export function loss(p: Oscillation, measurements: readonly Measurement[]): number {
  let sum = 0;
  for (const m of measurements) {
    const residual = response(p, m.time) - m.value;
    sum += residual * residual;
  }
  return sum / measurements.length;
}

/** Points for `cotangent verify`: arguments of `loss`. */
export const samples: readonly (readonly [Oscillation, readonly Measurement[]])[] = [
  [
    { amplitude: 1, decay: 0.1, frequency: 2, phase: 0.3, offset: -0.2 },
    [{ time: 0, value: 1 }, { time: 0.5, value: 0.2 }, { time: 2, value: -0.7 }, { time: 3.5, value: 0.4 }],
  ],
];
