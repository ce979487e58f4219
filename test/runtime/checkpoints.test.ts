// Schedules of checkpointed loops, driven as generated code drives them, against the optimum by dynamic programming and the closed form:
//   t(l, s) = min over k of k + t(l - k, s - 1) + t(k, s), t(l, 1) = l (l - 1) / 2 (Griewank 1992; Griewank & Walther 2000)
import { binomialCheckpoints, type Checkpoints, copyCheckpoints, keepAt, onlineCheckpoints, restartAt, restartedFrom } from "cotangent";
import { describe, expect, it } from "vitest";

interface Run {
  /** runs of trips without a record */
  readonly advanced: number;
  readonly mostKept: number;
}

/** sweeps and reverses a loop whose state is the number of trips that it has run */
function drive(checkpoints: Checkpoints, trips: number): Run {
  const states = new Map<number, number>();
  let advanced = 0;
  let mostKept = 0;
  const keep = (trip: number, state: number): void => {
    const slot = keepAt(checkpoints, trip);
    if (slot >= 0) states.set(slot, state);
    mostKept = Math.max(mostKept, states.size);
  };
  for (let trip = 0; trip < trips; trip++) { keep(trip, trip); advanced++; }
  for (let trip = trips - 1; trip >= 0; trip--) {
    let state = states.get(restartAt(checkpoints, trip))!;
    if (state !== restartedFrom(checkpoints)) throw new Error(`trip ${trip} restarts from ${state}, not ${restartedFrom(checkpoints)}`);
    for (let at = restartedFrom(checkpoints); at < trip; at++) { keep(at, state); state++; advanced++; }
    if (state !== trip) throw new Error(`trip ${trip} is reversed from ${state}`);
  }
  return { advanced, mostKept };
}

function optimum(): (trips: number, slots: number) => number {
  const known = new Map<string, number>();
  const t = (l: number, s: number): number => {
    if (l <= 1) return 0;
    if (s === 1) return (l * (l - 1)) / 2;
    const key = `${l}/${s}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    let best = Infinity;
    for (let k = 1; k < l; k++) best = Math.min(best, k + t(l - k, s - 1) + t(k, s));
    known.set(key, best);
    return best;
  };
  return t;
}

const choose = (n: number, k: number): number => Array.from({ length: k }, (_, i) => (n - k + i + 1) / (i + 1)).reduce((a, b) => a * b, 1);

/** r l - C(s + r, r - 1), r the smallest number with C(s + r, s) >= l */
function closedForm(l: number, s: number): number {
  let r = 0;
  while (choose(s + r, r) < l) r++;
  return r === 0 ? 0 : Math.round(r * l - choose(s + r, r - 1));
}

const SLOTS = Array.from({ length: 12 }, (_, i) => i + 1);

describe("binomial checkpoints", () => {
  const t = optimum();

  it("the recursion gives values that are known", () => {
    // 10 steps with 3 snapshots: 15 evaluations and each step at most twice; 56 = C(8, 3) steps within five
    expect([t(10, 3), t(11, 3), t(56, 3), t(6, 2)]).toEqual([15, 18, 210, 8]);
  });

  it.each(SLOTS)("no schedule runs fewer trips: %d slots, up to 200 trips", (slots) => {
    const counts = Array.from({ length: 201 }, (_, trips) => trips);
    const runs = counts.map((trips) => drive(binomialCheckpoints(trips, slots), trips));
    expect(Math.max(...runs.map((x) => x.mostKept))).toBeLessThanOrEqual(slots);
    expect(runs.map((x) => x.advanced)).toEqual(counts.map((trips) => (trips === 0 ? 0 : t(trips + 1, slots))));
    expect(counts.map((trips) => closedForm(trips + 1, slots))).toEqual(counts.map((trips) => t(trips + 1, slots)));
  });

  it("without a number of slots no trip runs more than twice on average", () => {
    for (const trips of [1, 2, 3, 10, 100, 1000, 31_415]) {
      const { advanced, mostKept } = drive(binomialCheckpoints(trips), trips);
      expect(advanced).toBeLessThanOrEqual(2 * trips);
      expect(mostKept).toBeLessThanOrEqual(Math.ceil(Math.sqrt(2 * (trips + 1))));
    }
  });
});

describe("online checkpoints", () => {
  it.each(SLOTS)("the bound of states by doubling holds: %d slots, up to 200 trips", (slots) => {
    for (let trips = 1; trips <= 200; trips++) {
      const { advanced, mostKept } = drive(onlineCheckpoints(slots), trips);
      if (mostKept > slots) throw new Error(`${mostKept} states in ${slots} slots`);
      const most = Math.ceil(slots / 2);
      let every = 1;
      while (Math.ceil(trips / every) > most) every *= 2;
      const bound = trips + Math.ceil(trips / every) * closedForm(every, slots - most + 1);
      if (advanced > bound) throw new Error(`${trips} trips run ${advanced} times, more than ${bound}`);
    }
  });
});

it("a copy is used up on its own", () => {
  const checkpoints = binomialCheckpoints(20, 3);
  for (let trip = 0; trip < 20; trip++) keepAt(checkpoints, trip);
  const runs = [0, 1].map(() => {
    const copy = copyCheckpoints(checkpoints);
    const asked: number[] = [];
    for (let trip = 19; trip >= 0; trip--) {
      asked.push(restartAt(copy, trip), restartedFrom(copy));
      for (let at = restartedFrom(copy); at < trip; at++) asked.push(keepAt(copy, at));
    }
    return asked;
  });
  expect(runs[0]).toEqual(runs[1]);
});

it("slots are whole and at least one", () => {
  for (const slots of [0, -1, 2.5]) expect(() => binomialCheckpoints(10, slots)).toThrow(RangeError);
  expect(() => onlineCheckpoints(0)).toThrow("at least one slot");
});
