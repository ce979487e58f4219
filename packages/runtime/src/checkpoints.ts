// Which states a checkpointed loop keeps, and which trips its reverse repeats.
// Known trip count: the binomial schedule (Griewank 1992; Griewank & Walther 2000, algorithm 799 "revolve"), which is optimal. Unknown: every
// d-th state, d doubled whenever half of the slots are full, and the binomial schedule between two states (multistage).
// Only positions are kept here; the states stand in an array of the generated code, each under the number of its slot.
// Assumes that reverse asks for trips from the last to the first. Guarantees that no more states than slots are ever kept.

interface Kept {
  readonly trip: number;
  readonly slot: number;
}

/** `n` over `k` */
function binomial(n: number, k: number): number {
  let value = 1;
  for (let i = 1; i <= k; i++) value = (value * (n - k + i)) / i;
  return value;
}

/** how many trips can be reversed with so many slots if no trip runs more often than `repeats` times */
const reach = (slots: number, repeats: number): number => (slots < 0 || repeats < 0 ? 0 : binomial(slots + repeats, repeats));

/** After how many of `trips` trips the next state is kept, where `slots` are free, the one of the first state included. */
function stride(trips: number, slots: number): number {
  if (slots < 2 || trips < 2) return Infinity;
  let repeats = 1;
  while (reach(slots, repeats) < trips) repeats++;
  return Math.max(1, Math.min(reach(slots, repeats - 1), trips - reach(slots - 1, repeats - 1)));
}

/** fewest slots with which no trip runs more than twice before it is reversed: states take memory as the square root of the trips */
const defaultSlots = (trips: number): number => Math.ceil(Math.sqrt(2 * (trips + 1)));

/** where nobody knows how many trips there will be: 4.6 million of them run at most four times more */
const ONLINE_SLOTS = 100;

/** What generated code holds of a schedule. */
export class Checkpoints {
  readonly slots: number;
  /** the states that are kept, by trip */
  readonly #kept: Kept[];
  readonly #free: number[];
  /** where the next state is kept, if it comes to that trip */
  #next: number;
  /** unknown trip count, in the sweep: every so many trips; 0 where the schedule is binomial */
  #every: number;
  /** the trips before this one are to be reversed, and the state there will be at hand */
  #end: number;

  constructor(slots: number, end: number, every: number, kept: readonly Kept[] = [], next = 0) {
    this.slots = slots;
    this.#end = end;
    this.#every = every;
    this.#kept = [...kept];
    const taken = new Set(kept.map((x) => x.slot));
    this.#free = Array.from({ length: slots }, (_, i) => slots - 1 - i).filter((x) => !taken.has(x));
    this.#next = next;
  }

  /** the slot for the state before this trip, or -1 if it is not kept; trips are told in order */
  keep(trip: number): number {
    if (trip !== this.#next) return -1;
    if (this.#every > 0) return this.#keepEvery(trip);
    const slot = this.#free.pop();
    if (slot === undefined) return -1;
    this.#kept.push({ trip, slot });
    this.#next = trip + stride(this.#end - trip, this.#free.length + 1);
    return slot;
  }

  #keepEvery(trip: number): number {
    if (this.#kept.length >= Math.max(1, Math.ceil(this.slots / 2))) {
      this.#every *= 2;
      for (let i = this.#kept.length - 1; i > 0; i--) {
        if (this.#kept[i]!.trip % this.#every === 0) continue;
        this.#free.push(this.#kept[i]!.slot);
        this.#kept.splice(i, 1);
      }
      this.#next = Math.ceil(trip / this.#every) * this.#every;
      if (this.#next > trip) return -1;
    }
    this.#next = trip + this.#every;
    const slot = this.#free.pop()!;
    this.#kept.push({ trip, slot });
    return slot;
  }

  /** the slot of the youngest state that is not after the trip, which is reversed next; states from the trip on are given up */
  restart(trip: number): number {
    while (this.#kept.length > 1 && this.#kept.at(-1)!.trip > trip) this.#free.push(this.#kept.pop()!.slot);
    const { trip: from, slot } = this.#kept.at(-1)!;
    this.#every = 0;
    this.#end = trip + 1;
    if (from === trip && this.#kept.length > 1) this.#free.push(this.#kept.pop()!.slot);
    this.#next = from === trip ? Infinity : from + stride(this.#end - from, this.#free.length + 1);
    this.#from = from;
    return slot;
  }

  #from = 0;
  /** before which trip the state was that `restart` named last */
  get from(): number {
    return this.#from;
  }

  /** the same, for a reverse that leaves this as it is */
  copy(): Checkpoints {
    return new Checkpoints(this.slots, this.#end, this.#every, this.#kept, this.#next);
  }
}

function requireSlots(slots: number): number {
  if (slots >= 1 && Number.isInteger(slots)) return slots;
  throw new RangeError(`a checkpointed loop needs at least one slot, and a whole number of them: ${slots}`);
}

/** The schedule of a loop whose trips are counted: binomial, optimal for the slots that it has. */
export function binomialCheckpoints(trips: number, slots: number = defaultSlots(trips)): Checkpoints {
  return new Checkpoints(Math.max(1, Math.min(requireSlots(slots), trips)), trips + 1, 0);
}

/** The schedule of a loop that nobody knows the end of. */
export function onlineCheckpoints(slots: number = ONLINE_SLOTS): Checkpoints {
  return new Checkpoints(requireSlots(slots), Infinity, 1);
}

/** The slot for the state before a trip, or -1 if it need not be kept. */
export const keepAt = (checkpoints: Checkpoints, trip: number): number => checkpoints.keep(trip);

/** The slot of the state from which to run up to a trip, to reverse it. */
export const restartAt = (checkpoints: Checkpoints, trip: number): number => checkpoints.restart(trip);

/** The trip before which that state was. */
export const restartedFrom = (checkpoints: Checkpoints): number => checkpoints.from;

/** A schedule to use up, for a reverse that may be asked for again. */
export const copyCheckpoints = (checkpoints: Checkpoints): Checkpoints => checkpoints.copy();
