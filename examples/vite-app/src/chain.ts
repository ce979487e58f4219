// A chain of masses on springs between two nails, and the energy that it holds.

export interface World {
  readonly gravity: number;
  readonly stiffness: number;
  readonly restLength: number;
}

/** `ys` are the heights of the masses, one unit apart; the nails are at height 0 */
export function energy(ys: Float64Array, world: World): number {
  let total = 0;
  let previous = 0;
  for (let i = 0; i <= ys.length; i++) {
    const y = i < ys.length ? ys[i]! : 0;
    const stretch = Math.hypot(1, y - previous) - world.restLength;
    total += 0.5 * world.stiffness * stretch * stretch + world.gravity * y;
    previous = y;
  }
  return total;
}
