// L-BFGS with a backtracking line search, in the plainest form that works: it wants a function that gives a value and a gradient.

export type Objective = (x: Float64Array) => readonly [value: number, gradient: Float64Array];

export interface Minimum {
  readonly x: Float64Array;
  readonly value: number;
  readonly iterations: number;
}

interface Step {
  readonly s: Float64Array;
  readonly y: Float64Array;
  readonly rho: number;
}

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
const plus = (a: Float64Array, k: number, b: Float64Array): Float64Array => a.map((x, i) => x + k * b[i]!);

/** the two-loop recursion: an approximate Newton direction from the last few steps */
function direction(gradient: Float64Array, history: readonly Step[]): Float64Array {
  let q: Float64Array = gradient.map((x) => -x);
  const weights: number[] = [];
  for (const step of [...history].reverse()) {
    const weight = step.rho * dot(step.s, q);
    weights.unshift(weight);
    q = plus(q, -weight, step.y);
  }
  const last = history.at(-1);
  if (last !== undefined) q = q.map((x) => x / (last.rho * dot(last.y, last.y)));
  history.forEach((step, i) => {
    q = plus(q, weights[i]! - step.rho * dot(step.y, q), step.s);
  });
  return q;
}

export function minimize(objective: Objective, start: Float64Array, tolerance = 1e-9, memory = 6): Minimum {
  let x: Float64Array = start;
  let [value, gradient] = objective(x);
  const history: Step[] = [];
  for (let iteration = 0; iteration < 200; iteration++) {
    if (Math.hypot(...gradient) < tolerance) return { x, value, iterations: iteration };
    const d = direction(gradient, history);
    const slope = dot(gradient, d);
    let size = history.length === 0 ? Math.min(1, 0.1 / Math.hypot(...gradient)) : 1;
    let next = plus(x, size, d);
    let [nextValue, nextGradient] = objective(next);
    while (!(nextValue <= value + 1e-4 * size * slope) && size > 1e-12) {
      size /= 2;
      next = plus(x, size, d);
      [nextValue, nextGradient] = objective(next);
    }
    if (!(nextValue < value)) return { x, value, iterations: iteration };
    const s = plus(next, -1, x);
    const y = plus(nextGradient, -1, gradient);
    if (dot(s, y) > 0) history.push({ s, y, rho: 1 / dot(s, y) });
    if (history.length > memory) history.shift();
    [x, value, gradient] = [next, nextValue, nextGradient];
  }
  return { x, value, iterations: 200 };
}
