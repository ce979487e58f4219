// What differences along one line say about a derivative: right, wrong, at a kink, or that they cannot tell.
// The largest steps at which differences settle decide, since rounding blurs small ones: a number that is stored in single precision is a staircase
// from close by. Where smaller steps tell another story the function is looked at closely: a staircase is told from a fine structure.
import { SHRINK, type Estimate } from "./extrapolate.ts";
import { Ladder, type Line, type Side, type Window } from "./ladder.ts";

export interface Verdict {
  readonly kind: "right" | "kink" | "jump" | "step" | "wrong" | "unclear" | "outside";
  /** the slope by differences; of a kink the one on the left */
  readonly expected: number;
  readonly error: number;
  /** the error relative to what there is to see */
  readonly precision: number;
  /** the difference, relative to the larger of both; 0 for a kink */
  readonly difference: number;
  /** what there is to say about the place, in words */
  readonly text: string;
}

export interface Claim {
  readonly line: Line;
  /** the function at the point */
  readonly center: number;
  /** what the derivative says */
  readonly derivative: number;
  readonly tolerance: number;
  /** first steps to try, one after the other, until differences settle */
  readonly steps: readonly number[];
  /** how large the numbers are that the function computes with: at least its value, and the largest share of a number in it */
  readonly magnitude: number;
  /** the largest share of a number in the value: the derivative has rounding errors of this */
  readonly influence: number;
  /** below these steps arguments do not move any more */
  readonly finest: number;
  /** of the number that is moved */
  readonly size: number;
}

const QUICK = 4;
const MORE = 10;
const MOST = 32;

/** a derivative that is off by more errors than these is wrong; differences that leave it between are in doubt themselves */
const WRONG_ERRORS = 5;
const DROWNED = "rounding errors of the function are as large as its changes";
/** an error that is larger, relative to the slope, is none of a limit */
const SETTLED = 0.03;
/** differences that have not even one digit say nothing */
const ONE_DIGIT = 0.1;

const shown = (x: number): string => (Number.isFinite(x) ? String(Number(x.toPrecision(8))) : String(x));

/** of the magnitude, over a step as large as the number: less is taken for nothing */
const NOTHING = 1e-9;

class Judge {
  readonly #claim: Claim;
  /** rounding errors of the derivative */
  readonly #floor: number;
  readonly #nothing: number;
  /** slopes far larger than the value over the size of the number belong to other places, such as a pole nearby */
  readonly #natural: number;
  /** the largest slope at the largest steps: at small ones rounding errors look like slopes */
  readonly #widest: number;

  constructor(claim: Claim, step: number, windows: readonly Window[]) {
    this.#widest = windows.find((x) => x.variation > 0)?.variation ?? 0;
    this.#claim = claim;
    this.#floor = (Number.EPSILON * Math.max(64 * claim.influence, 8 * Math.abs(claim.center))) / (claim.size || step);
    this.#natural = claim.magnitude === 0 ? Infinity : (100 * claim.magnitude) / (claim.size || step);
    this.#nothing = (NOTHING * claim.magnitude) / step;
  }

  /** `variation`: the largest slope around, so that one which vanishes has something to be compared with; `errors`: how many of them are forgiven */
  agrees({ value, error }: Estimate, around: number, errors = 2): boolean {
    const variation = Math.min(around, this.#natural);
    const { derivative, tolerance } = this.#claim;
    const slack = tolerance * Math.max(Math.abs(derivative), Math.abs(value), 0.1 * variation) + errors * error + this.#floor;
    return Number.isFinite(derivative) && Math.abs(derivative - value) <= slack;
  }

  /** is the error small beside what there is to see? */
  #isPrecise({ value, error }: Estimate, around: number, share: number): boolean {
    const variation = Math.min(around, this.#natural);
    const size = Math.abs(this.#claim.derivative);
    return 2 * error <= share * Math.max(Math.abs(value), size, variation) + this.#floor || (size <= this.#floor && Math.abs(value) <= error && error <= this.#nothing);
  }

  #isSettled({ value, error }: Estimate, around: number): boolean {
    const variation = Math.min(around, this.#widest);
    if (error <= SETTLED * Math.max(Math.abs(value), variation)) return true;
    return Math.abs(this.#claim.derivative) <= this.#nothing && error <= this.#nothing;
  }

  #isSmooth({ central, right, left, variation, isFlat }: Window): boolean {
    if (!right.isFinite || !left.isFinite) return false;
    if (isFlat || variation === 0) return true;
    if (!this.#isSettled(central, variation)) return false;
    const sides = right.slope.error + left.slope.error;
    const slack = Math.min(3 * sides + 2 * central.error + 1e-9 * variation, Math.max(0.2 * variation, 2 * this.#nothing));
    return Math.abs(right.slope.value - left.slope.value) <= slack && sides <= Math.max(0.3 * variation, 2 * this.#nothing);
  }

  /** is there no need to look at smaller steps? */
  quick(windows: readonly Window[]): Estimate | null {
    if (windows.every((x) => x.isFlat)) return this.#claim.derivative === 0 ? { value: 0, error: 0 } : null;
    const found = windows.find((x) => !x.isFlat && this.#isSmooth(x) && this.agrees(x.central, x.variation) && this.precision(x.central, x.variation) < this.#claim.tolerance);
    return found?.central ?? null;
  }

  /** the error relative to the slope; of one that vanishes, to a small part of the largest slope around */
  precision({ value, error }: Estimate, around: number): number {
    const variation = Math.min(around, this.#natural);
    return error / Math.max(Math.abs(value), Math.abs(this.#claim.derivative), 1e-3 * variation, this.#floor, Number.MIN_VALUE);
  }

  /** `variation`: the largest slope seen, so that a slope that vanishes has something to be compared with */
  result(kind: Verdict["kind"], { value, error }: Estimate, text: string, variation = 0): Verdict {
    const { derivative } = this.#claim;
    const size = Math.max(Math.abs(value), Math.abs(derivative), variation, this.#floor, Number.MIN_VALUE);
    return { kind, expected: value, error, precision: this.precision({ value, error }, variation), difference: kind === "right" && error < ONE_DIGIT * size ? Math.abs(value - derivative) / size : 0, text };
  }

  of(windows: readonly Window[]): Verdict {
    // what changes at large steps and not at small ones was rounded: that it is flat from close by says nothing, unless there is nothing else
    const isFlat = windows.every((x) => x.isFlat);
    const smooth = this.#runs(windows);
    const first = smooth.find((x) => !x.isFlat || isFlat || x.from === windows[0]?.from);
    // where small steps are too rough to tell a kink from none, larger ones told it
    const kinks = first === undefined ? [] : windows.filter((x) => x.from > first.from && isKink(x) && 20 * first.best.error > Math.abs(x.right.slope.value - x.left.slope.value));
    if (kinks.length > 0) return this.#atKink(kinks) ?? this.#unclear(windows);
    if (first !== undefined) return this.#atSmooth(windows, smooth.filter((x) => x.to <= first.to), first);
    return this.#atKink(windows) ?? this.#atEdge(windows) ?? this.#atJump(windows) ?? this.#atRoot(windows) ?? this.#atStep(windows) ?? this.#unclear(windows);
  }

  #atSmooth(windows: readonly Window[], smooth: readonly Run[], first: Run): Verdict {
    const variation = windows.reduce((most, x) => Math.max(most, x.variation), 0);
    const run = smooth.slice(1).reduce((kept, x) => (this.#supersedes(x, kept) ? x : kept), first);
    if (this.agrees(run.best, run.variation)) {
      return this.#isPrecise(run.best, run.variation, ONE_DIGIT) ? this.result("right", run.best, "", variation) : this.result("unclear", run.best, DROWNED);
    }
    const kink = this.#atKink(windows.filter((x) => x.to < run.to));
    if (kink?.kind === "kink") return kink;
    const isSettled = run.best.error <= SETTLED * Math.max(Math.abs(run.best.value), Math.abs(this.#claim.derivative), Math.min(run.variation, this.#widest));
    if (!isSettled || this.agrees(run.best, run.variation, WRONG_ERRORS) || this.#mayBeKink(run)) return this.result("unclear", run.best, DROWNED);
    // nothing changed, where a function that computes with numbers of the size of one would not change either
    const { derivative } = this.#claim;
    if (variation === 0 && Math.abs(derivative) * run.from < 4 * Number.EPSILON) return this.result("unclear", run.best, DROWNED);
    const isStaircase = smooth.some((x) => x.to < run.to && this.agrees(x.best, x.variation) && isFar(x, run));
    return this.result("wrong", run.best, isStaircase ? "the function is a staircase (a rounding?): the derivative is that of a step" : "");
  }

  /** is the derivative the slope of one of two sides which seem to differ, if not beyond doubt? */
  #mayBeKink({ best, sides: { left, right } }: Run): boolean {
    const apart = Math.abs(right.value - left.value);
    return apart > left.error + right.error && Math.abs(this.#claim.derivative - best.value) <= 0.6 * apart;
  }

  /**
   * Smaller steps tell another slope. They are right if there is a bend between, as at a kink nearby or where a table is interpolated;
   * not if there are jumps: then the function was rounded, and its slope is the one that is seen from afar.
   */
  #supersedes(close: Run, far: Run): boolean {
    const isOther = Math.abs(close.best.value - far.best.value) > 2 * (close.best.error + far.best.error);
    return isOther && isFar(close, far) && !this.#jumps(far, close);
  }

  #atKink(windows: readonly Window[]): Verdict | null {
    const kinks = windows.filter(isKink);
    const [first] = kinks;
    if (first === undefined) return null;
    const errorOf = ({ right, left }: Window): number => right.slope.error + left.slope.error;
    const { left, right } = kinks.reduce((best, x) => (errorOf(x) < errorOf(best) ? x : best), first);
    return this.#between("kink", left.slope, right.slope, `a kink: the slope is ${shown(left.slope.value)} on one side and ${shown(right.slope.value)} on the other`);
  }

  /** any number between both slopes is a convention */
  #between(kind: "kink" | "jump", left: Estimate, right: Estimate, text: string): Verdict {
    const { derivative } = this.#claim;
    const isBetween = (derivative - left.value) * (derivative - right.value) <= 0;
    return this.result(isBetween || this.agrees(left, 0) || this.agrees(right, 0) ? kind : "wrong", left, text);
  }

  /** the function ends at the point */
  #atEdge(windows: readonly Window[]): Verdict | null {
    for (const side of ["right", "left"] as const) {
      const other = side === "right" ? "left" : "right";
      const settled = windows.filter((x) => !x[other].isFinite && x[side].isFinite && this.#isSettled(x[side].slope, x.variation));
      const best = settled.reduce<Window | null>((kept, x) => (kept === null || x[side].slope.error < kept[side].slope.error ? x : kept), null);
      if (best === null || windows.at(-1)?.[other].isFinite === true) continue;
      const variation = windows.reduce((most, x) => Math.max(most, x.variation), 0);
      return this.result(this.agrees(best[side].slope, best.variation) ? "right" : "wrong", best[side].slope, "the function is not finite on one side", variation);
    }
    return null;
  }

  #atJump(windows: readonly Window[]): Verdict | null {
    const last = windows.filter((x) => x.right.trend === "jump" || x.left.trend === "jump").at(-1);
    if (last === undefined) return null;
    const slopeOf = ({ trend, slope, beside }: Side): Estimate => (trend === "jump" ? beside : slope);
    const [left, right] = [slopeOf(last.left), slopeOf(last.right)];
    if (!Number.isFinite(left.value) || !Number.isFinite(right.value)) return null;
    return this.#between("jump", left, right, `the function jumps here; beside the jump its slope is ${shown(left.value)} and ${shown(right.value)}`);
  }

  /** an infinite slope, as that of a root at zero */
  #atRoot(windows: readonly Window[]): Verdict | null {
    const { derivative } = this.#claim;
    const last = windows.at(-1);
    if (last === undefined) return null;
    const sides = [last.left, last.right].filter((x) => x.isFinite);
    if (!sides.some((x) => x.trend === "steep")) return null;
    const other = sides.find((x) => x.trend !== "steep");
    if (other !== undefined) {
      if (!this.#isSettled(other.slope, Math.abs(other.slope.value))) return null;
      return this.#between("kink", other.slope, other.slope, `the slope is ${shown(other.slope.value)} on one side and grows without bound on the other`);
    }
    // a cusp: every slope lies between those of both sides
    if (Number.isFinite(derivative) && last.left.last * last.right.last < 0) return this.result("kink", { value: -Infinity, error: 0 }, "a cusp: the slope grows without bound, with either sign");
    const isKnown = Math.abs(derivative) === Infinity;
    return this.result(isKnown ? "kink" : "wrong", { value: Infinity, error: 0 }, "the slope grows without bound as the step shrinks");
  }

  #unclear(windows: readonly Window[]): Verdict {
    const isOutside = windows.every((x) => !x.left.isFinite && !x.right.isFinite);
    if (isOutside) return this.result("outside", { value: Number.NaN, error: Infinity }, "the function is not finite beside the point");
    const best = windows.reduce<Estimate>((kept, x) => (x.central.error < kept.error ? x.central : kept), { value: Number.NaN, error: Infinity });
    // whatever the true slope is, it is not that far off, if the function can be told apart at the smallest steps
    const { derivative, finest } = this.#claim;
    const largest = windows.reduce((most, x) => Math.max(most, x.variation * x.to), 0);
    const isFar = Math.abs(derivative) > 1e3 * Math.max(best.error, ...windows.map((x) => x.variation)) && Math.abs(derivative) * finest < 0.1 * largest;
    return isFar ? this.result("wrong", best, "") : this.result("unclear", best, "differences do not settle as the step shrinks");
  }

  #runs(windows: readonly Window[]): readonly Run[] {
    const found: Run[] = [];
    let open = false;
    for (const window of windows) {
      const last = found.at(-1);
      if (!this.#isSmooth(window)) {
        open = false;
        continue;
      }
      const { central, from, to, variation, isFlat } = window;
      const joins = open && last !== undefined && isFlat === last.isFlat && Math.abs(central.value - last.best.value) <= 4 * (central.error + last.best.error) + 1e-9 * variation;
      if (joins) found[found.length - 1] = { ...last, to, ...(central.error < last.best.error ? { best: central, variation, sides: { left: window.left.slope, right: window.right.slope } } : {}) };
      else found.push({ best: central, from, to, variation, isFlat, sides: { left: window.left.slope, right: window.right.slope } });
      open = true;
    }
    return found;
  }

  /** flat here, and jumps nearby */
  #atStep(windows: readonly Window[]): Verdict | null {
    const { derivative } = this.#claim;
    return derivative === 0 && windows.at(-1)?.isFlat === true ? this.result("step", { value: 0, error: Infinity }, "the function is a staircase: flat here, with jumps nearby") : null;
  }

  /** Does the function jump within the largest step, rather than bend? The half with the larger share of the change is looked at, down to the last bit. */
  #jumps(far: Run, close: Run): boolean {
    const { line, finest, magnitude } = this.#claim;
    const slope = close.best.value;
    const at = (t: number): { readonly t: number; readonly rest: number; readonly size: number } => {
      const sample = line(t);
      return { t: sample.t, rest: sample.value - slope * sample.t, size: Math.abs(sample.value) + Math.abs(slope * sample.t) };
    };
    let [low, high] = [at(-far.from), at(far.from)];
    for (let i = 0; i < 80 && high.t - low.t > finest; i++) {
      const middle = at((low.t + high.t) / 2);
      if (!Number.isFinite(middle.rest)) return true;
      if (Math.abs(middle.rest - low.rest) > Math.abs(high.rest - middle.rest)) high = middle;
      else low = middle;
    }
    const bend = Math.abs(far.best.value - slope) * (high.t - low.t);
    return Math.abs(high.rest - low.rest) > 1e3 * (bend + Number.EPSILON * Math.max(magnitude, low.size, high.size));
  }
}

/** is it another slope, beyond all doubt about the first? */
const isFar = (a: Run, b: Run): boolean => a.best.error < 0.01 * Math.abs(a.best.value - b.best.value);

/** neighbouring windows that are smooth and say the same, of which the best is taken */
interface Run {
  readonly best: Estimate;
  readonly from: number;
  readonly to: number;
  /** of the window of the best */
  readonly variation: number;
  /** the weaker sign of a kink: slopes on both sides of which neither says what the other does */
  readonly sides: { readonly left: Estimate; readonly right: Estimate };
  readonly isFlat: boolean;
}

function isKink({ right, left }: Window): boolean {
  const size = Math.max(Math.abs(right.slope.value), Math.abs(left.slope.value));
  const error = right.slope.error + left.slope.error;
  return error <= 0.05 * size && Math.abs(right.slope.value - left.slope.value) > 4 * error;
}

const SINGLE = 2 ** -23;

/** Steps of one size. Where nothing changes and larger steps are left to try, these may be too small for a function of large numbers. */
function judgeAt(claim: Claim, step: number, isLast: boolean): Verdict {
  const { derivative, line, center, finest, magnitude } = claim;
  if (Number.isNaN(derivative)) return new Judge(claim, step, []).result("wrong", { value: slopeAt(line, step), error: Number.NaN }, "the derivative is not a number");
  const ladder = new Ladder(line, center, step, Number.EPSILON * magnitude);
  const levels = Math.max(QUICK, Math.min(MOST, Math.ceil(Math.log(step / finest) / Math.log(SHRINK))));
  for (const count of [QUICK, Math.min(MORE, levels)]) {
    ladder.extend(count);
    const windows = ladder.windows();
    const of = new Judge(claim, step, windows);
    const quick = of.quick(windows);
    if (quick !== null && (isLast || !windows.every((x) => x.isFlat))) return of.result("right", quick, "", windows[0]?.variation);
  }
  ladder.extend(levels);
  const windows = ladder.windows();
  const of = new Judge(claim, step, windows);
  if (isLast || !windows.every((x) => x.isFlat)) return of.of(windows);
  // values may be rounded to single precision on the way
  const error = (SINGLE * magnitude) / step;
  return { ...of.result(Math.abs(derivative) <= error ? "right" : "unclear", { value: 0, error }, DROWNED), precision: Infinity };
}

/** larger steps see something else, or more precisely */
function better(kept: Verdict, next: Verdict): Verdict {
  if (kept.kind === "outside") return next;
  if (next.kind !== "right" && next.kind !== "wrong") return kept.kind === "unclear" && next.kind !== "outside" ? next : kept;
  // what smaller steps exclude, larger ones see somewhere else
  const isExcluded = Math.abs(next.expected - kept.expected) > 4 * (kept.error + next.error);
  if (isExcluded && (kept.kind === "right" || next.kind === "wrong")) return kept;
  return kept.kind !== "right" || next.error < kept.error ? next : kept;
}

/** Compares a derivative with the slope of a function along a line. Steps of the next size are taken while these cannot tell, or not precisely. */
export function judge(claim: Claim): Verdict {
  // steps that would not move the number are none
  const steps = claim.steps.filter((x, i) => i === 0 || x > 1e4 * claim.finest);
  let kept: Verdict | null = null;
  for (const [i, step] of steps.entries()) {
    const next = judgeAt(claim, step, i === steps.length - 1);
    kept = kept === null ? next : better(kept, next);
    if (kept.kind === "wrong" || kept.kind === "kink" || kept.kind === "jump" || (kept.kind === "right" && kept.precision < 0.25 * claim.tolerance)) break;
  }
  return kept ?? { kind: "unclear", expected: Number.NaN, error: Infinity, precision: Infinity, difference: 0, text: "there is no step to take" };
}

const slopeAt = (line: Line, step: number): number => {
  const [up, down] = [line(step / 64), line(-step / 64)];
  return (up.value - down.value) / (up.t - down.t);
};
