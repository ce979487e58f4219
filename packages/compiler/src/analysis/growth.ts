// Which stores may fall beyond the end of their array. Such a store lengthens a JavaScript array, and then its companion must get a
// cell too; on a typed array it has no effect, and then it has no adjoint. Most stores are provably inside, and those cost nothing.
// Proofs: the same place was loaded before on every path here; the index is a constant inside a literal; the index counts below the
// array's length, or below the length with which the array was made.
import type { Block, Expr, Func, Place, Stmt, Type, Var } from "../ir/ir.ts";
import { typeOf } from "../ir/build.ts";
import { declarationsOf, isEntry, isReferenceType } from "../ir/facts.ts";
import { LiveSet } from "../ir/scoped.ts";
import { blocks, statements } from "../ir/walk.ts";

export interface UnprovenStores {
  /** may lengthen their array */
  readonly growing: ReadonlySet<Stmt>;
  /** may miss their typed array */
  readonly missing: ReadonlySet<Stmt>;
}

export function storesBeyondEnd(functions: readonly Func[]): UnprovenStores {
  const growing = new Set<Stmt>();
  const missing = new Set<Stmt>();
  for (const s of functions.flatMap((f) => [...unprovenStores(f)])) {
    const t = (s.kind === "store" || s.kind === "accumulate") && s.place.kind === "element" ? typeOf(s.place.base) : null;
    if (t?.kind === "array" && t.array !== "Tape") (t.array === "Array" ? growing : missing).add(s);
  }
  return { growing, missing };
}

function unprovenStores(func: Func): ReadonlySet<Stmt> {
  const definitions = new Map<Var, Expr>();
  for (const s of statements(func.body)) if (s.kind === "let") definitions.set(s.variable, s.value);
  const found = new Set<Stmt>();
  // the places that were looked at on every path to the statement at hand
  const loaded = new LiveSet<string>();
  const visit = (block: Block, counters: readonly Counter[]): void => {
    const mark = loaded.mark();
    for (const s of block) {
      if (s.kind === "let" && s.value.kind === "load" && s.value.place.kind === "element" && !s.value.mayMiss) loaded.add(placeKey(s.value.place.base, s.value.place.index));
      if ((s.kind === "store" || s.kind === "accumulate") && s.place.kind === "element") {
        const t = typeOf(s.place.base);
        const key = placeKey(s.place.base, s.place.index);
        // what is added to was loaded, so it is there, unless the array is typed and the sum vanishes with it
        const isLoaded = t.kind === "array" && t.array === "Array" && (loaded.has(key) || s.kind === "accumulate");
        if (t.kind === "array" && !isLoaded && !isInside(s.place.base, s.place.index, counters, definitions)) found.add(s);
        loaded.add(key);
      }
      const inner = s.kind === "loop" && s.header.kind === "counted" ? [...counters, { index: s.header.index, stop: s.header.stop, compare: s.header.compare, start: s.header.start }] : counters;
      for (const b of blocks(s)) visit(b, inner);
    }
    loaded.undo(mark);
  };
  visit(func.body, []);
  return found;
}

interface Counter {
  readonly index: Var;
  readonly start: Expr;
  readonly stop: Expr;
  readonly compare: string;
}

const atomKey = (e: Expr): string => (e.kind === "var" ? `v${e.variable.id}` : e.kind === "const" ? `c${String(e.value)}` : "?");
const placeKey = (base: Expr, index: Expr): string => `${atomKey(base)}[${atomKey(index)}]`;

function isInside(base: Expr, index: Expr, counters: readonly Counter[], definitions: ReadonlyMap<Var, Expr>): boolean {
  const made = base.kind === "var" ? definitions.get(base.variable) : undefined;
  if (index.kind === "const") {
    return made?.kind === "array" && typeof index.value === "number" && index.value >= 0 && index.value < made.elements.filter((x) => !x.spread).length;
  }
  if (index.kind !== "var") return false;
  const counter = counters.find((c) => c.index === index.variable);
  if (!counter) return false;
  const limit = counter.compare === "<" ? counter.stop : isDownward(counter.compare) ? counter.start : null;
  if (limit === null) return false;
  return isLengthOf(limit, base, definitions) || (made?.kind === "new" && atomKey(made.length) === atomKey(limit)) || (isDownward(counter.compare) && isBelowLength(limit, base, definitions));
}

const isDownward = (compare: string): boolean => compare === ">" || compare === ">=";

function isLengthOf(e: Expr, base: Expr, definitions: ReadonlyMap<Var, Expr>): boolean {
  const made = e.kind === "var" ? definitions.get(e.variable) : undefined;
  if (made?.kind !== "length") return false;
  if (atomKey(made.array) === atomKey(base)) return true;
  // `base` was copied from the array whose length it is
  const source = base.kind === "var" ? definitions.get(base.variable) : undefined;
  return source?.kind === "copy" && source.start === null && source.end === null && atomKey(source.source) === atomKey(made.array);
}

/** `length - c` with c ≥ 1 */
function isBelowLength(e: Expr, base: Expr, definitions: ReadonlyMap<Var, Expr>): boolean {
  const made = e.kind === "var" ? definitions.get(e.variable) : undefined;
  if (made?.kind !== "op" || made.op !== "-") return false;
  const [left, right] = made.args;
  return left !== undefined && isLengthOf(left, base, definitions) && right?.kind === "const" && typeof right.value === "number" && right.value >= 1;
}

/** may the place hold nothing before it is stored to? Then its companion has nothing there either */
export const mayLack = (place: Place): boolean => lacking(place).length > 0;

/** may it be a number that is not there before? */
export const mayLackNumber = (place: Place): boolean => lacking(place).some((t) => !isReferenceType(t));

/** as what a place is declared that may hold nothing, or no number; entries of maps are looked for wherever they are needed */
const lacking = (place: Place): readonly Type[] =>
  (place.kind === "cell" || isEntry(place) ? [] : declarationsOf(place).filter(({ type, optional }) => optional || type.kind === "nullable" || (type.kind === "union" && !isReferenceType(type))).map((x) => x.type));
