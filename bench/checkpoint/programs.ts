// Time steps of systems whose state is a hundred numbers. Without their directives they are the same programs, recorded.
import { grad } from "cotangent";

/** heat on a ring, between two buffers of fifty that change places */
function ring(x: Float64Array, steps: number): number {
  const n = x.length / 2;
  let now = x.slice(0, n);
  let next = x.slice(n);
  /** @checkpoint slots=100 */
  for (let k = 0; k < steps; k++) {
    for (let i = 0; i < n; i++) {
      const here = now[i]!;
      const left = now[i === 0 ? n - 1 : i - 1]!;
      const right = now[i === n - 1 ? 0 : i + 1]!;
      next[i] = here + 0.1 * (left - 2 * here + right) + 0.001 * (here - here * here * here);
    }
    const held = now;
    now = next;
    next = held;
  }
  return now.reduce((sum, item) => sum + item * item, 0);
}

/** a chain of fifty masses on springs that stiffen, its places and speeds changed in place */
function chain(x: Float64Array, steps: number): number {
  const n = x.length / 2;
  const places = x.slice(0, n);
  const speeds = x.slice(n);
  /** @checkpoint slots=100 */
  for (let k = 0; k < steps; k++) {
    let pull = 0;
    for (let i = 0; i < n; i++) {
      const stretch = (i === n - 1 ? 0 : places[i + 1]!) - places[i]!;
      const push = stretch + 0.1 * stretch * stretch * stretch;
      speeds[i] = speeds[i]! + 0.01 * (push - pull);
      pull = push;
    }
    for (let i = 0; i < n; i++) places[i] = places[i]! + 0.01 * speeds[i]!;
  }
  return places.reduce((sum, item) => sum + item * item, 0);
}

/** the same for as long as a time has not come, which no counter says */
function chainUntil(x: Float64Array, steps: number): number {
  const n = x.length / 2;
  const places = x.slice(0, n);
  const speeds = x.slice(n);
  let time = 0;
  /** @checkpoint slots=100 */
  while (time < 0.01 * steps - 0.005) {
    let pull = 0;
    for (let i = 0; i < n; i++) {
      const stretch = (i === n - 1 ? 0 : places[i + 1]!) - places[i]!;
      const push = stretch + 0.1 * stretch * stretch * stretch;
      speeds[i] = speeds[i]! + 0.01 * (push - pull);
      pull = push;
    }
    for (let i = 0; i < n; i++) places[i] = places[i]! + 0.01 * speeds[i]!;
    time += 0.01;
  }
  return places.reduce((sum, item) => sum + item * item, 0);
}

export const values = { ring, chain, chainUntil };
export const gradients = { ring: grad(ring), chain: grad(chain), chainUntil: grad(chainUntil) };
