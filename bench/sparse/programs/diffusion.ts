// Two steps of nonlinear diffusion on a line: each number of the output depends on five of the input. It goes by groups, because the steps go through an array.
import { jacobian, jvp } from "cotangent";

function diffused(start: number[]): number[] {
  let u = start;
  for (let step = 0; step < 2; step++) {
    const next = u.slice();
    for (let i = 1; i < u.length - 1; i++) next[i] = u[i]! + 0.1 * (Math.tanh(u[i + 1]! - u[i]!) - Math.tanh(u[i]! - u[i - 1]!));
    u = next;
  }
  return u;
}

export const matrix = jacobian(diffused, { sparse: true });
export const product = jvp(diffused);
