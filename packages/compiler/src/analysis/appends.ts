// Appends: an array that starts empty and gets so many elements in every trip of the loops around it, in order, and whose length nothing else
// changes before these loops are over. Where an element goes follows from the numbers of the trips.
// Assumes the versioned stage.
import type { Block, Func, Stmt, Var } from "../ir/ir.ts";
import { use } from "../ir/build.ts";
import { blocks, statements } from "../ir/walk.ts";
import type { Alias } from "./alias.ts";
import { loopHead } from "./loop-head.ts";
import { changesLength } from "./mutations.ts";
import type { Recording } from "./recording.ts";

type Push = Stmt & { readonly kind: "mutate" };

export interface Append {
  /** how many loops are around it, up to where the array is made */
  readonly loops: number;
  /** how many elements a trip appends, and how many of them before these */
  readonly count: number;
  readonly offset: number;
}

/** by statement that appends */
export function findAppends(func: Func, alias: Alias, recording: Recording, growing: ReadonlySet<Stmt>): ReadonlyMap<Stmt, Append> {
  const all = statements(func.body);
  const found = new Map<Stmt, Append>();
  if (!all.some(isPush)) return found;
  const order = new Map(all.map((s, i) => [s, i]));
  /** of a statement of the text: the last one inside of it */
  const ends = new Map<Stmt, number>();
  for (const s of all.toReversed()) ends.set(s, Math.max(order.get(s)!, ...blocks(s).flatMap((b) => b.slice(-1).map((x) => ends.get(x)!))));
  const resizes = (s: Stmt): boolean => (s.kind === "mutate" ? changesLength(s.operation) : growing.has(s));

  /** `pushes`: those of one block to one array; `outermost`: the first loop around them since the array was made */
  const note = (array: Var, pushes: readonly Push[], loops: number, outermost: Stmt): void => {
    const end = ends.get(outermost)!;
    const own = new Set<Stmt>(pushes);
    const others = recording.writesTo(alias.pointsTo(use(array))).filter((s) => resizes(s) && !own.has(s));
    if (others.some((s) => (order.get(s) ?? -1) <= end)) return;
    const count = pushes.reduce((sum, s) => sum + s.args.length, 0);
    let offset = 0;
    for (const s of pushes) {
      found.set(s, { loops, count, offset });
      offset += s.args.length;
    }
  };

  /** `empty`: arrays that are empty before the loops around the block, with the loops */
  const visit = (block: Block, empty: ReadonlyMap<Var, readonly Stmt[]>): void => {
    const made = new Map<Var, readonly Stmt[]>(empty);
    const pushes = new Map<Var, Push[]>();
    for (const s of block) {
      if (s.kind === "let" && !s.variable.mutable && s.value.kind === "array" && s.value.elements.length === 0) made.set(s.variable, []);
      if (isPush(s) && s.array.kind === "var" && empty.has(s.array.variable)) pushes.set(s.array.variable, [...pushes.get(s.array.variable) ?? [], s]);
      if (s.kind === "loop") visit(loopHead(s)?.test.then ?? s.body, new Map([...made].map(([v, loops]) => [v, [...loops, s]])));
      else for (const b of blocks(s)) visit(b, new Map());
    }
    for (const [array, all] of pushes) {
      const loops = made.get(array)!;
      if (loops[0] !== undefined) note(array, all, loops.length, loops[0]);
    }
  };
  visit(func.body, new Map());
  return found;
}

const isPush = (s: Stmt): s is Push => s.kind === "mutate" && s.operation === "push";
