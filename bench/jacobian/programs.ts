// What the benchmark of Jacobians differentiates.
import { jacobian } from "cotangent";

/** A damped oscillation at many times: each output is one formula of all parameters. */
export function decay(p: [rate: number, pulse: number, phase: number, size: number], times: Float64Array): Float64Array {
  const out = new Float64Array(times.length);
  for (let i = 0; i < times.length; i++) out[i] = p[3] * Math.exp(-p[0] * times[i]) * Math.sin(p[1] * times[i] + p[2]);
  return out;
}

/** Diffusion along a rod whose parts conduct differently. */
export function spread(conductivity: Float64Array, start: Float64Array, steps: number): Float64Array {
  const zone = start.length / conductivity.length;
  let u = start.slice();
  for (let t = 0; t < steps; t++) {
    const next = new Float64Array(u.length);
    for (let i = 1; i < u.length - 1; i++) next[i] = u[i] + conductivity[Math.floor(i / zone)] * (u[i - 1] - 2 * u[i] + u[i + 1]) - 0.01 * u[i] * u[i];
    u = next;
  }
  return u;
}

/** Lorenz' equations: the first coordinate after every step. */
export function tracks(s: number, r: number, b: number, steps: number): Float64Array {
  const out = new Float64Array(steps);
  let x = 1;
  let y = 1;
  let z = 1;
  for (let t = 0; t < steps; t++) {
    const dx = s * (y - x);
    const dy = x * (r - z) - y;
    const dz = x * y - b * z;
    x += 0.001 * dx;
    y += 0.001 * dy;
    z += 0.001 * dz;
    out[t] = x;
  }
  return out;
}

/** Three sums over many numbers. */
export function totals(x: Float64Array): [number, number, number] {
  let sum = 0;
  let squares = 0;
  let waves = 0;
  for (let i = 0; i < x.length; i++) {
    sum += x[i];
    squares += x[i] * x[i];
    waves += Math.sin(x[i] * i);
  }
  return [sum * squares, squares, waves];
}

export const derivatives = {
  decay: { columns: jacobian(decay, { mode: "forward" }), rows: jacobian(decay, { mode: "reverse" }) },
  spread: { columns: jacobian(spread, { mode: "forward" }), rows: jacobian(spread, { mode: "reverse" }) },
  tracks: { columns: jacobian(tracks, { wrt: [0, 1, 2], mode: "forward" }), rows: jacobian(tracks, { wrt: [0, 1, 2], mode: "reverse" }) },
  totals: { columns: jacobian(totals, { mode: "forward" }), rows: jacobian(totals, { mode: "reverse" }) },
};
