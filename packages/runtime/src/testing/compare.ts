// Compares a derivative with differences: number by number, or, where there are many, along random directions, of which those that
// disagree are halved until the number is found.
// Cost in runs of the function: about 8 for each number or direction that agrees, 70 where differences settle slowly or not at all; 8 more for each halving.
import { judge, type Claim, type Verdict } from "./judge.ts";
import { groupsOf, pathIn, type ArgumentLayout, type Group } from "./layout.ts";
import type { Failure, Outcome, Remark } from "./report.ts";
import type { Sample } from "./ladder.ts";

export interface Comparison {
  readonly layout: ArgumentLayout;
  readonly names: readonly string[];
  /** the function as a number, with these numbers in its arguments; not a number where it cannot be run */
  readonly evaluate: (values: Float64Array) => number;
  /** what the derivative says along a direction */
  readonly along: (direction: Float64Array) => number;
  /** the derivative by each number, where it is at hand without further runs */
  readonly gradient: Float64Array | null;
  /** 1 where the derivative has no number */
  readonly missing: Uint8Array | null;
  readonly tolerance: number;
  readonly step: number;
  readonly directions: number | undefined;
  readonly random: () => number;
}

/** so many numbers are compared one by one */
const MOST_LEAVES = 256;
const DIRECTIONS = 4;
const MOST_GROUPS = 32;
/** numbers beside which a function is not finite, at most, before directions are given up */
const MOST_OUTSIDE = 32;

const SINGLE_TOLERANCE = 1e-6;
const SINGLE_EPSILON = 2 ** -24;

/** an outcome, and which numbers are smooth; `at` is the number that disagrees, −1 where it was not found */
export interface Compared extends Outcome {
  readonly at: number;
  readonly smooth: readonly number[];
}

interface Place {
  readonly at: number;
  readonly path: string;
  readonly derivative: number;
  readonly verdict: Verdict;
}

class Comparer {
  readonly #of: Comparison;
  readonly #center: number;
  readonly #hasSingles: boolean;
  /** the largest share that a number has in the result: rounding errors are not smaller than its ulp */
  #influence = 0;
  readonly #remarks: Remark[] = [];
  #compared = 0;
  #largest = 0;

  constructor(of: Comparison) {
    this.#of = of;
    this.#center = of.evaluate(of.layout.values);
    this.#hasSingles = of.layout.single.includes(1);
  }

  get count(): number {
    return this.#of.layout.values.length;
  }

  path(at: number): string {
    const { layout, names } = this.#of;
    for (const [i, part] of layout.parts.entries()) {
      const path = pathIn(part, at, names[i] ?? `args[${i}]`);
      if (path !== null) return path;
    }
    return "?";
  }

  #size(at: number): number {
    const { values, scale } = this.#of.layout;
    return Math.max(Math.abs(values[at]!), 0.1 * scale[at]!) || 1;
  }

  derivative(at: number): number {
    const { gradient, along } = this.#of;
    if (gradient !== null) return gradient[at]!;
    const unit = new Float64Array(this.count);
    unit[at] = 1;
    return along(unit);
  }

  /** the derivative by one number against differences in it */
  leaf(at: number, derivative: number): Verdict {
    const { layout, evaluate, step, tolerance } = this.#of;
    const { values, scale, single } = layout;
    const value = values[at]!;
    const store = single[at] === 1 ? Math.fround : (x: number): number => x;
    const line = (t: number): Sample => {
      const moved = values.slice();
      moved[at] = store(value + t);
      return { t: moved[at] - value, value: evaluate(moved) };
    };
    const finest = single[at] === 1 ? 64 * SINGLE_EPSILON : 64 * Number.EPSILON;
    return judge({
      line, center: this.#center, derivative, tolerance: single[at] === 1 ? Math.max(tolerance, SINGLE_TOLERANCE) : tolerance,
      steps: unitsOf(Math.abs(value), scale[at]!).map((x) => x * step), ...this.#sizes(), finest: finest * Math.abs(value), size: Math.abs(value),
    });
  }

  #sizes(): Pick<Claim, "magnitude" | "influence"> {
    const influence = Number.isFinite(this.#influence) ? this.#influence : 0;
    return { influence, magnitude: Math.max(Math.abs(this.#center), influence) };
  }

  /** the derivative along a direction against differences along it */
  direction(direction: Float64Array): Verdict & { readonly derivative: number } {
    const { layout, evaluate, along, step, tolerance } = this.#of;
    const { values, single } = layout;
    const derivative = along(direction);
    const line = (t: number): Sample => {
      const moved = values.slice();
      const rounding = this.#hasSingles ? new Float64Array(this.count) : null;
      for (let i = 0; i < moved.length; i++) {
        if (direction[i] === 0) continue;
        const exact = values[i]! + t * direction[i]!;
        moved[i] = single[i] === 1 ? Math.fround(exact) : exact;
        if (rounding !== null) rounding[i] = moved[i]! - exact;
      }
      // singles cannot lie on the line: where they lie instead, the function differs by its own derivative
      return { t, value: evaluate(moved) - (rounding === null ? 0 : along(rounding)) };
    };
    const verdict = judge({
      line, center: this.#center, derivative, tolerance: this.#hasSingles ? Math.max(tolerance, SINGLE_TOLERANCE) : tolerance,
      steps: [step], ...this.#sizes(), size: 1, finest: this.#hasSingles ? 64 * SINGLE_EPSILON : 64 * Number.EPSILON,
    });
    return { ...verdict, derivative };
  }

  random(positions: readonly number[]): Float64Array {
    const { random } = this.#of;
    const direction = new Float64Array(this.count);
    for (const at of positions) {
      const size = this.#size(at) * (0.5 + 0.5 * random());
      const along = random() < 0.5 ? -size : size;
      direction[at] = this.#of.layout.single[at] === 1 ? Math.fround(along) : along;
    }
    return direction;
  }

  #influenceOf(derivatives: (at: number) => number): void {
    for (let at = 0; at < this.count; at++) {
      const share = Math.abs(derivatives(at) * this.#of.layout.values[at]!);
      if (share > this.#influence) this.#influence = share;
    }
  }

  /** notes what a verdict says; true if it is a failure */
  #note({ path, verdict }: Place): boolean {
    if (verdict.kind === "wrong") return true;
    if (verdict.kind === "right") {
      this.#compared++;
      this.#largest = Math.max(this.#largest, verdict.difference);
    } else if (verdict.kind === "kink" || verdict.kind === "jump" || verdict.kind === "step") {
      this.#compared++;
      this.#remarks.push({ kind: "kink", path, text: verdict.text });
    } else {
      this.#remarks.push({ kind: "unclear", path, text: verdict.text });
    }
    return false;
  }

  outcome(place: Place | null, smooth: readonly number[] = []): Compared {
    const failure: Failure | null = place === null ? null : {
      what: "differences", path: place.path, derivative: place.derivative, expected: place.verdict.expected, error: place.verdict.error, text: place.verdict.text,
    };
    return { compared: this.#compared, largest: this.#largest, failure: failure ?? this.#nothingCompared(), remarks: this.#remarks, at: place?.at ?? -1, smooth };
  }

  #nothingCompared(): Failure | null {
    const unclear = this.#remarks.find((x) => x.kind === "unclear");
    if (this.#compared > 0 || unclear === undefined) return null;
    return { what: "point", path: unclear.path, derivative: Number.NaN, expected: Number.NaN, error: Number.NaN, text: unclear.text };
  }

  each(): Compared {
    const derivatives = Float64Array.from({ length: this.count }, (_, at) => this.derivative(at));
    this.#influenceOf((at) => derivatives[at]!);
    const smooth: number[] = [];
    for (let at = 0; at < this.count; at++) {
      const verdict = this.leaf(at, derivatives[at]!);
      const isCount = derivatives[at] === 0 && Number.isInteger(this.#of.layout.values[at]);
      if (isCount && (verdict.kind === "outside" || verdict.kind === "jump" || verdict.kind === "step")) {
        this.#remarks.push({ kind: "index", path: this.path(at), text: `an integer without a derivative; ${verdict.text}` });
        continue;
      }
      const isMissing = this.#of.missing?.[at] === 1;
      if (isMissing && verdict.kind !== "wrong") continue;
      const place: Place = { at, path: this.path(at), derivative: derivatives[at]!, verdict: isMissing ? { ...verdict, text: "the derivative has no number here" } : verdict };
      if (this.#note(place)) return this.outcome(place);
      // an integer may be a count, and the function another one beside it
      if (verdict.kind === "right" && !isCount) smooth.push(at);
    }
    // each direction alone may be right, and their sum wrong
    if (this.#of.gradient === null && smooth.length > 1) {
      const verdict = this.direction(this.random(smooth));
      const place: Place = { at: -1, path: "a random direction", derivative: verdict.derivative, verdict };
      if (verdict.kind === "wrong") return this.outcome(place);
    }
    return this.outcome(null, smooth);
  }

  along(directions: number): Compared {
    const { gradient, layout, names } = this.#of;
    if (gradient !== null) {
      const lost = gradient.findIndex(Number.isNaN);
      if (lost >= 0) return this.outcome({ at: lost, path: this.path(lost), derivative: Number.NaN, verdict: this.leaf(lost, Number.NaN) });
      this.#influenceOf((at) => gradient[at]!);
    }
    for (const group of groupsOf(layout.parts, names, MOST_GROUPS)) {
      // where the derivative is zero it is compared by itself: nothing else hides what it misses
      const zero = gradient === null ? [] : group.positions.filter((at) => gradient[at] === 0);
      const others = gradient === null ? group.positions : group.positions.filter((at) => gradient[at] !== 0);
      for (const positions of [others, zero]) {
        const place = positions.length === 0 ? null : this.#group({ ...group, positions }, directions);
        if (place !== null) return this.outcome(place);
      }
    }
    // a direction at a kink does not tell at which number
    const smooth = this.#remarks.some((x) => x.kind !== "index") ? [] : Array.from({ length: this.count }, (_, at) => at);
    return this.outcome(null, smooth);
  }

  #group({ name, positions }: Group, directions: number): Place | null {
    const { values } = this.#of.layout;
    let inside = positions;
    let outside = 0;
    for (let i = 0; i < directions && inside.length > 0; i++) {
      const direction = this.random(inside);
      const verdict = this.direction(direction);
      if (verdict.kind === "outside" && outside < MOST_OUTSIDE) {
        const found = this.#find(direction, inside, "outside");
        if (found.length === 1) {
          outside++;
          i--;
          inside = inside.filter((at) => at !== found[0]);
          this.#remarks.push({ kind: "index", path: this.path(found[0]!), text: verdict.text });
          continue;
        }
      }
      const place: Place = { at: -1, path: `a random direction through ${name}`, derivative: verdict.derivative, verdict };
      if (verdict.kind === "wrong") {
        const leaf = this.#leafOf(this.#find(direction, inside, "wrong"));
        const counts = inside.filter((at) => Number.isInteger(values[at]) && this.derivative(at) === 0);
        if (leaf !== null || counts.length === 0 || counts.length === inside.length) return leaf ?? place;
        // integers without a derivative may be counts, and the function another one beside them
        inside = inside.filter((at) => !counts.includes(at));
        i--;
        continue;
      }
      this.#note(place);
    }
    return null;
  }

  /** halves what a direction moves as long as one of the halves alone has the same verdict */
  #find(direction: Float64Array, positions: readonly number[], kind: Verdict["kind"]): readonly number[] {
    if (positions.length <= 1) return positions;
    const half = positions.length >> 1;
    for (const part of [positions.slice(0, half), positions.slice(half)]) {
      const restricted = new Float64Array(this.count);
      for (const at of part) restricted[at] = direction[at]!;
      if (this.direction(restricted).kind === kind) return this.#find(direction, part, kind);
    }
    return positions;
  }

  #leafOf(positions: readonly number[]): Place | null {
    const [at] = positions;
    if (at === undefined || positions.length > 1) return null;
    const derivative = this.derivative(at);
    const verdict = this.leaf(at, derivative);
    return verdict.kind === "wrong" ? { at, path: this.path(at), derivative, verdict } : null;
  }
}

/** Sizes of steps to try: that of the number, that of its neighbours, one. What a smaller size reaches by halving is left out. */
function unitsOf(value: number, typical: number): readonly number[] {
  const units: number[] = [];
  for (const x of [value, typical, 1]) if (x > 0 && Number.isFinite(x) && !units.some((known) => x < 8 * known && x > 1e-7 * known)) units.push(x);
  return units;
}

export function compare(comparison: Comparison): Compared {
  const comparer = new Comparer(comparison);
  const { directions } = comparison;
  const isEach = directions === undefined ? comparer.count <= MOST_LEAVES : directions === 0;
  return isEach ? comparer.each() : comparer.along(directions ?? DIRECTIONS);
}

/** The verdict on one number alone; used to find which result it is that disagrees. */
export const compareOne = (comparison: Comparison, at: number): Verdict => {
  const comparer = new Comparer(comparison);
  return comparer.leaf(at, comparer.derivative(at));
};
