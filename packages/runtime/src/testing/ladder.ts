// A function of one number near zero, seen at shrinking steps: what four neighbouring steps (a window) say of its slope.
// Assumes nothing of the function: where it throws or is not finite, windows say so.
import { limitOf, SHRINK, trendOf, WINDOW, type Estimate, type Trend } from "./extrapolate.ts";

/** A place and the value there; the place is where rounding put it, not where it was asked for. */
export interface Sample {
  readonly t: number;
  readonly value: number;
}

export type Line = (t: number) => Sample;

export interface Side {
  readonly slope: Estimate;
  /** the slope beside the point itself, which may lie elsewhere where the function jumps */
  readonly beside: Estimate;
  readonly trend: Trend;
  /** the slope at the smallest step */
  readonly last: number;
  readonly isFinite: boolean;
}

export interface Window {
  /** the largest and the smallest step */
  readonly from: number;
  readonly to: number;
  readonly central: Estimate;
  readonly right: Side;
  readonly left: Side;
  /** the largest slope seen, from whichever side */
  readonly variation: number;
  /** nothing changed at all */
  readonly isFlat: boolean;
}

interface Rung {
  readonly h: number;
  readonly up: Sample;
  readonly down: Sample;
}

const slopeOf = ({ up, down }: Rung): number => (up.value - down.value) / (up.t - down.t);

const EPSILON = Number.EPSILON;
/** by how much rounding errors of values grow in an estimate: the sums of the weights of the extrapolations */
const CENTRAL_NOISE = 3;
const SIDE_NOISE = 14;
/** from this rung on third derivatives are not seen any more */
const SMOOTH_BELOW = 6;

export class Ladder {
  readonly #line: Line;
  readonly #center: number;
  readonly #first: number;
  readonly #grain: number;
  readonly #rungs: Rung[] = [];

  /** `center` is the value at zero, `first` the largest step, `grain` the least rounding error that values can have */
  constructor(line: Line, center: number, first: number, grain: number) {
    this.#line = line;
    this.#center = center;
    this.#first = first;
    this.#grain = grain;
  }

  get length(): number {
    return this.#rungs.length;
  }

  extend(count: number): void {
    while (this.#rungs.length < count) {
      const h = this.#first / SHRINK ** this.#rungs.length;
      this.#rungs.push({ h, up: this.#line(h), down: this.#line(-h) });
    }
  }

  /**
   * How far values are off through rounding, seen from the steps from rung `from` on: there central slopes of a smooth function do not change any more,
   * not even at a kink. At least an ulp of the values.
   */
  #noise(from: number): number {
    const rungs = this.#rungs.slice(Math.max(from, SMOOTH_BELOW)).filter((x) => !this.#isFlat(x));
    const slopes = rungs.map(slopeOf);
    const changes = slopes.slice(1).map((x, i) => 1.5 * Math.abs(x - slopes[i]!) * rungs[i + 1]!.h).filter(Number.isFinite).sort((x, y) => x - y);
    const measured = changes.length < WINDOW ? 0 : changes[Math.floor(0.75 * changes.length)]!;
    return Math.max(measured, this.#quantum(), EPSILON * this.#largest(), this.#grain);
  }

  #isFlat({ up, down }: Rung): boolean {
    return up.value === this.#center && down.value === this.#center;
  }

  /** values that do not change at small steps are multiples of something: half of the smallest change that was seen */
  #quantum(): number {
    const changes = this.#rungs.flatMap(({ up, down }) => [up.value, down.value]).map((x) => Math.abs(x - this.#center)).filter((x) => x > 0);
    return this.#rungs.some((x) => this.#isFlat(x)) && changes.length > 0 ? Math.min(...changes) / 2 : 0;
  }

  #largest(): number {
    let largest = Math.abs(this.#center);
    for (const { up, down } of this.#rungs.slice(0, WINDOW)) for (const x of [up.value, down.value]) if (Number.isFinite(x)) largest = Math.max(largest, Math.abs(x));
    return largest;
  }

  windows(): readonly Window[] {
    return this.#rungs.slice(WINDOW - 1).map((_, k) => this.#window(this.#rungs.slice(k, k + WINDOW), this.#noise(k)));
  }

  #window(rungs: readonly Rung[], noise: number): Window {
    const smallest = rungs.at(-1)!.h;
    const slopes = rungs.map(slopeOf);
    const right = this.#side(rungs.map((x) => x.up), noise);
    const left = this.#side(rungs.map((x) => x.down), noise);
    const seen = [...slopes, ...rungs.flatMap(({ up, down }) => [(up.value - this.#center) / up.t, (down.value - this.#center) / down.t])].filter(Number.isFinite);
    return {
      from: rungs[0]!.h, to: smallest,
      central: limitOf(slopes, [SHRINK ** 2, SHRINK], (CENTRAL_NOISE * noise) / smallest),
      right, left,
      variation: seen.reduce((most, x) => Math.max(most, Math.abs(x)), 0),
      isFlat: rungs.every((x) => this.#isFlat(x)),
    };
  }

  #side(samples: readonly Sample[], noise: number): Side {
    const smallest = Math.abs(samples.at(-1)!.t);
    const error = (SIDE_NOISE * noise) / smallest;
    const slopes = samples.map(({ t, value }) => (value - this.#center) / t);
    const steps = samples.slice(1).map(({ t, value }, i) => (samples[i]!.value - value) / (samples[i]!.t - t));
    return {
      slope: limitOf(slopes, [SHRINK], error), beside: limitOf(steps, [SHRINK], (SIDE_NOISE * EPSILON * this.#largest()) / smallest),
      trend: trendOf(slopes), last: slopes.at(-1)!, isFinite: samples.every((x) => Number.isFinite(x.value)),
    };
  }
}
