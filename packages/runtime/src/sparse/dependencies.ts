// What numbers depend on, for compiled code that runs on sets instead of numbers: 0 is the empty set, 1 to `singles` are single columns, what lies above
// is the union of two. Making a union takes constant time; what is in it is looked at in the end.
import { Addition } from "../array/add.ts";
import { flatten, ravel } from "../array/ravel.ts";
import { addBy, type Skeleton } from "../array/skeleton.ts";
import type { SparseMatrix } from "../types.ts";
import { type Pattern, patternOf } from "./pattern.ts";

const SMALLEST = 64;
/** positions in single-precision arrays are exact up to here */
const MOST = 2 ** 24;

/** by number, the two sets that a union is of */
export interface Unions {
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly count: number;
}

export class Dependencies {
  readonly singles: number;
  /** what an earlier run found; null once this one has united anything else */
  followed: Pattern | null = null;
  #left: Int32Array = new Int32Array(SMALLEST);
  #right: Int32Array = new Int32Array(SMALLEST);
  #count = 0;
  /** up to here the unions are those of the run that is followed, in its arrays */
  #known = 0;
  /** which question a union was last visited for */
  #visited: Int32Array = new Int32Array(0);

  constructor(singles: number, followed: Pattern | null = null) {
    this.singles = singles;
    const unions = followed?.groups?.unions;
    if (unions === undefined || followed?.columns !== singles) return;
    this.followed = followed;
    ({ left: this.#left, right: this.#right, count: this.#known } = unions);
  }

  /** all that was united */
  get unions(): Unions {
    return { left: this.#left, right: this.#right, count: this.#count };
  }

  unite(a: number, b: number): number {
    if (b === 0 || a === b) return a;
    if (a === 0) return b;
    const at = this.#count;
    if (at >= this.#known || this.#left[at] !== a || this.#right[at] !== b) {
      if (this.followed !== null) this.#depart();
      if (at === this.#left.length) this.#grow();
      this.#left[at] = a;
      this.#right[at] = b;
    }
    this.#count++;
    return this.singles + this.#count;
  }

  #depart(): void {
    this.followed = null;
    this.#known = 0;
    this.#left = this.#left.slice();
    this.#right = this.#right.slice();
  }

  #grow(): void {
    if (this.#count >= MOST) throw new RangeError(`the dependencies of a sparse derivative take more than ${MOST} unions`);
    const [left, right] = [new Int32Array(2 * this.#count), new Int32Array(2 * this.#count)];
    left.set(this.#left);
    right.set(this.#right);
    this.#left = left;
    this.#right = right;
  }

  /** the columns in a set, ascending; `question` is another number for each */
  membersOf(set: number, question: number): number[] {
    const size = this.singles + this.#count + 1;
    if (this.#visited.length < size) this.#visited = new Int32Array(size).fill(-1);
    const members: number[] = [];
    const open = [set];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (at === 0 || this.#visited[at] === question) continue;
      this.#visited[at] = question;
      const union = at - this.singles - 1;
      if (union < 0) members.push(at - 1);
      else open.push(this.#left[union]!, this.#right[union]!);
    }
    return members.sort((a, b) => a - b);
  }
}

/** `earlier`: a matrix of the same function, whose plan is used again if the same is found */
export const newDependencies = (singles: number, earlier?: SparseMatrix | null): Dependencies => new Dependencies(singles, patternOf(earlier));

export function unite(sets: Dependencies, a: number, b: number): number {
  return sets.unite(a, b);
}

/** the union of the sets in structures */
export function uniteAll(sets: Dependencies, ...parts: readonly unknown[]): number {
  return parts.reduce<number>((all, part) => flatten(part).reduce((a, b) => sets.unite(a, b), all), 0);
}

/** a structure as this one with the same set everywhere */
export function filledWith<T>(structure: T, set: number): T {
  const [flat, unravel] = ravel(structure);
  return unravel(flat.fill(set)) as T;
}

class Union extends Addition {
  readonly #sets: Dependencies;

  constructor(sets: Dependencies, open: boolean) {
    super(open);
    this.#sets = sets;
  }

  override plus(a: number, b: number): number {
    return this.#sets.unite(a, b);
  }
}

/** As `addInto`, on sets. */
export function uniteInto(sets: Dependencies, target: object | null | undefined, source: unknown, open: boolean = false): void {
  new Union(sets, open).sum(target, source);
}

/** As `addToSkeleton`, on sets. */
export function uniteIntoSkeleton(sets: Dependencies, skeleton: Skeleton, source: unknown): void {
  addBy((a, b) => sets.unite(a, b), skeleton, source);
}
