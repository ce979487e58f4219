// What a program does to the memory that a variable holds: whether its companion can be read as it stands at the end.
import type { Func, Stmt, Var } from "../ir/ir.ts";
import { typeOf } from "../ir/build.ts";
import { isEntry, isPart } from "../ir/facts.ts";
import { expressions, statements } from "../ir/walk.ts";
import { holdsNumbers } from "./activity.ts";
import { type Alias, isReference } from "./alias.ts";
import { mayLack } from "./growth.ts";
import { changesLength } from "./mutations.ts";

/** does the program move references in, or change lengths of, what a variable holds? */
export function changesOf(holder: Var, functions: readonly Func[], alias: Alias, growing: ReadonlySet<Stmt>): { writes: boolean; moves: boolean; resizes: boolean } {
  const held = alias.reach(alias.pointsTo({ kind: "var", variable: holder }));
  const hits = (objects: Iterable<{ readonly id: number }>): boolean => [...objects].some((o) => [...held].some((h) => h.id === o.id));
  let writes = false;
  let moves = false;
  let resizes = false;
  for (const f of functions) for (const s of statements(f.body)) {
    if (s.kind === "store" && hits(alias.targets(s.place).objects)) {
      writes = true;
      const value = expressions(s).at(-1);
      if (value?.kind === "var" && isReference(value.variable.type)) moves = true;
      else resizes ||= isPart(s.place) ? mayLack(s.place) : growing.has(s) || isEntry(s.place);
    }
    if (s.kind === "accumulate" && hits(alias.targets(s.place).objects)) {
      writes = true;
      resizes ||= isEntry(s.place);
    }
    if (s.kind === "mutate" && hits(alias.pointsTo(s.array))) {
      writes = true;
      resizes ||= changesLength(s.operation);
      moves ||= !holdsNumbers(typeOf(s.array));
    }
  }
  return { writes, moves, resizes };
}

