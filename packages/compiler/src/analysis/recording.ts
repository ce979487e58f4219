// Recording (the to-be-recorded question): is what a load read still in its place when reverse asks for it?
// Reverse never restores memory, so a value is still there if no write can hit its place between the load and the end of the sweep:
// no write later in the text, and none earlier inside a loop that runs both again (unless the object is new in every trip).
// Assumes the versioned stage. Memory of arguments is trusted until the reverse sweep of the root; in other functions nobody's is. Where
// the caller holds the record and does other things in between, only arguments are trusted, and what stays inside (`Exposure`).
import type { Block, Expr, Func, Place, Stmt, Type, Var } from "../ir/ir.ts";
import { blocks, declared } from "../ir/walk.ts";
import { typeOf } from "../ir/build.ts";
import { capturesOf } from "../ir/captured.ts";
import { isEntry, isReferenceType } from "../ir/facts.ts";
import { factsOfCall } from "../rules/external.ts";
import { type Alias, ELEMENTS, type ObjectId } from "./alias.ts";
import { changesLength } from "./mutations.ts";
import { reached } from "./replay.ts";

/** the key that stands for an array's length, and for which keys a map or object has */
const LENGTH = "#length";

interface Position {
  readonly func: Func;
  readonly at: number;
  readonly loops: readonly Stmt[];
}

interface Write extends Position {
  readonly objects: ReadonlySet<ObjectId>;
  readonly keys: readonly string[];
  readonly statement: Stmt;
  /** the variable through which the write goes, if it is one */
  readonly base: Var | null;
}

export interface Recording {
  /** may the place that the load (which defines `v`) read have been written since? */
  isStillThere(v: Var, place: Place): boolean;
  isLengthStillThere(v: Var, array: Expr): boolean;
  /** does nothing write the place before the store does? Then its adjoint may stay where the store found it */
  isFirstWrite(statement: Stmt, place: Place): boolean;
  isWritten(objects: Iterable<ObjectId>): boolean;
  /** may the caller write to the object, or to what it leads to, before it reverses the record? */
  isExposed(of: Var): boolean;
  /** the statements that may write to one of the objects */
  writesTo(objects: Iterable<ObjectId>): readonly Stmt[];
  /** what is written to one of the objects once the loop has begun: in the text of the loop, only after it, or nothing */
  writtenFrom(objects: Iterable<ObjectId>, loop: Stmt): "inside" | "after" | null;
  /** does each trip of the loop make its own, which does not outlive the trip? */
  isConfined(object: ObjectId, loop: Stmt): boolean;
}

/** `isHeld`: does the caller hold the record, and does what it likes before it reverses it? */
export function analyzeRecording(functions: readonly Func[], root: Func, alias: Alias, isHeld: boolean): Recording {
  const places = locate(functions, alias);
  const exposure = isHeld ? new Exposure(root, functions, alias) : null;
  const { positions } = places;
  const confinement = new Confinement(positions, alias);

  /** can an execution of the write that follows the read hit the object that was read? */
  const clobbers = (w: Write, read: Position, both: readonly ObjectId[]): boolean => {
    if (w.func !== read.func || read.func !== root) return true;
    const made = w.base === null ? undefined : places.allocations.get(w.base);
    // it writes to the object that was made last; if that happens after every read, it is not the object that was read
    if (made && made.at > read.at) return false;
    if (w.at > read.at) return true;
    return read.loops.some((loop) => w.loops.includes(loop) && !(made?.loops.includes(loop) ?? false) && !both.every((o) => confinement.isConfined(o, loop)));
  };
  const survives = (v: Var, objects: ReadonlySet<ObjectId>, key: string): boolean => {
    const read = positions.get(v);
    if (!read) return false;
    for (const o of objects) {
      const hits = places.writesTo.get(o) ?? [];
      // the last one is the likeliest to be later than the read
      for (let i = hits.length - 1; i >= 0; i--) {
        const w = hits[i]!;
        if (w.keys.some((k) => overlap(k, key)) && clobbers(w, read, intersection(w.objects, objects))) return false;
      }
    }
    return true;
  };

  return {
    isStillThere: (v, place) => { const t = alias.targets(place); return exposure?.isOpen(place.kind === "cell" ? place : place.base, t.key) !== true && survives(v, t.objects, t.key); },
    isLengthStillThere: (v, array) => exposure?.isOpen(array, LENGTH) !== true && survives(v, alias.pointsTo(array), LENGTH),
    isExposed: (of) => exposure?.isExposed(of) === true,
    isWritten: (objects) => [...objects].some((o) => places.writesTo.has(o)),
    writesTo: (objects) => [...new Set([...objects].flatMap((o) => places.writesTo.get(o) ?? []).map((w) => w.statement))],
    writtenFrom: (objects, loop) => writtenFrom(objects, loop, { root, functions, places, confinement }),
    isConfined: (object, loop) => confinement.isConfined(object, loop),
    isFirstWrite: (statement, place) => isFirstWrite(statement, place, root, places),
  };
}

interface Places {
  readonly positions: ReadonlyMap<Var, Position>;
  /** of loops */
  readonly starts: ReadonlyMap<Stmt, Position>;
  readonly writesTo: ReadonlyMap<ObjectId, readonly Write[]>;
  readonly writeBy: ReadonlyMap<Stmt, Write>;
  /** where constants are defined by an allocation */
  readonly allocations: ReadonlyMap<Var, Position & { readonly kind: Expr["kind"] }>;
}

const ALLOCATING: ReadonlySet<Expr["kind"]> = new Set(["array", "struct", "new", "copy", "keys", "zeros"]);

function locate(functions: readonly Func[], alias: Alias): Places {
  const positions = new Map<Var, Position>();
  const allocations = new Map<Var, Position & { readonly kind: Expr["kind"] }>();
  const writesTo = new Map<ObjectId, Write[]>();
  const writeBy = new Map<Stmt, Write>();
  const starts = new Map<Stmt, Position>();
  let at = 0;
  const visit = (block: Block, func: Func, loops: readonly Stmt[]): void => {
    for (const s of block) {
      at++;
      const here: Position = { func, at, loops };
      for (const v of declared(s)) positions.set(v, s.kind === "loop" ? { ...here, loops: [...loops, s] } : here);
      if (s.kind === "let" && !s.variable.mutable && ALLOCATING.has(s.value.kind)) allocations.set(s.variable, { ...here, kind: s.value.kind });
      const hit = writeOf(s, alias);
      if (hit) {
        const write: Write = { ...here, ...hit, statement: s };
        writeBy.set(s, write);
        for (const o of hit.objects) {
          const known = writesTo.get(o);
          if (known) known.push(write);
          else writesTo.set(o, [write]);
        }
      }
      if (s.kind === "loop") starts.set(s, here);
      // a region of one trip repeats nothing
      for (const b of blocks(s)) visit(b, func, s.kind === "loop" && s.checkpoint?.kind !== "call" ? [...loops, s] : loops);
    }
  };
  for (const f of functions) visit(f.body, f, []);
  return { positions, starts, writesTo, writeBy, allocations };
}

/**
 * Memory that others may write to between the sweep and the pullback: results, variables around the function, module state. Not that of
 * arguments, which callers leave alone, nor what stays inside, nor what the type of a variable says is only read.
 */
class Exposure {
  readonly #alias: Alias;
  readonly #arguments: ReadonlySet<Var>;
  /** variables around the functions: nothing is known of what they hold */
  readonly #around: ReadonlySet<Var>;
  /** by others; arguments may be among them */
  readonly #reached: ReadonlySet<ObjectId>;

  constructor(root: Func, functions: readonly Func[], alias: Alias) {
    this.#alias = alias;
    this.#around = new Set(functions.flatMap(capturesOf));
    const params = new Map(root.params.map((p) => [p.variable, p.captured !== true && p.enclosing !== true]));
    this.#arguments = new Set([...params].flatMap(([v, isArgument]) => (isArgument ? [v] : [])));
    const isAround = (o: ObjectId): boolean => (o.origin === "cell" && o.stays !== true) || (o.origin === "parameter" && o.variable !== null && params.get(o.variable) === false);
    this.#reached = alias.reach([...(root.result === null ? [] : alias.pointsTo(root.result)), ...alias.objects.filter(isAround)]);
  }

  /** may what stands under the key be written? `of`: an object, or a variable of a module */
  isOpen(of: Expr | (Place & { readonly kind: "cell" }), key: string): boolean {
    if (of.kind === "cell") return of.cell.mutable;
    const type = typeOf(of);
    if (!isReferenceType(type)) return false;
    if (of.kind === "var" && this.#around.has(of.variable)) return !isReadonly(type, key);
    return [...this.#alias.pointsTo(of)].some((o) => this.#has(o) && (o.origin === "allocation" || !isReadonly(o.type, key)));
  }

  isExposed(of: Var): boolean {
    return this.#around.has(of) || [...this.#alias.reach(this.#alias.pointsTo({ kind: "var", variable: of }))].some((o) => this.#has(o) && (o.origin === "allocation" || !isReadonly(o.type, null)));
  }

  #has(o: ObjectId): boolean {
    return this.#reached.has(o) && !(o.origin === "parameter" && o.variable !== null && this.#arguments.has(o.variable));
  }
}

/** does a type say that nobody writes under the key, or, without one, anywhere in the object? */
function isReadonly(type: Type, key: string | null): boolean {
  switch (type.kind) {
    case "array": case "tuple": return type.readonly === true;
    case "struct": return key === null ? type.fields.every((f) => f.readonly === true) : type.fields.some((f) => f.name === key && f.readonly === true);
    case "nullable": return isReadonly(type.inner, key);
    default: return false;
  }
}

interface Program {
  readonly root: Func;
  readonly functions: readonly Func[];
  readonly places: Places;
  readonly confinement: Confinement;
}

function writtenFrom(objects: Iterable<ObjectId>, loop: Stmt, { root, functions, places, confinement }: Program): "inside" | "after" | null {
  const start = places.starts.get(loop);
  if (start === undefined) return "inside";
  const inside = new Set(reached([loop], functions));
  let found: "after" | null = null;
  for (const o of objects) for (const w of places.writesTo.get(o) ?? []) {
    const made = w.base === null ? undefined : places.allocations.get(w.base);
    // what was made last is younger than the objects that are asked about
    if (start.func === root && w.func === root && made !== undefined && made.at > start.at) continue;
    if (inside.has(w.statement)) return "inside";
    // functions that stay calls may be called from anywhere
    if (w.func !== start.func || start.func !== root || w.at > start.at || start.loops.some((l) => w.loops.includes(l) && !confinement.isConfined(o, l))) found = "after";
  }
  return found;
}

const intersection = (a: ReadonlySet<ObjectId>, b: ReadonlySet<ObjectId>): ObjectId[] => [...a].filter((o) => b.has(o));

/** An object is confined to a loop if each trip makes its own and no reference to it outlives the trip. */
class Confinement {
  readonly #positions: ReadonlyMap<Var, Position>;
  readonly #holders = new Map<ObjectId, Set<ObjectId>>();
  readonly #names = new Map<ObjectId, Set<Var>>();
  readonly #known = new Map<Stmt, Map<ObjectId, boolean>>();

  constructor(positions: ReadonlyMap<Var, Position>, alias: Alias) {
    this.#positions = positions;
    for (const v of positions.keys()) for (const o of alias.pointsTo({ kind: "var", variable: v })) this.#add(this.#names, o, v);
    for (const holder of alias.objects) for (const held of alias.fieldsOf(holder).values()) for (const o of held) this.#add(this.#holders, o, holder);
  }

  isConfined(object: ObjectId, loop: Stmt): boolean {
    let known = this.#known.get(loop);
    if (!known) this.#known.set(loop, (known = new Map()));
    const found = known.get(object);
    if (found !== undefined) return found;
    known.set(object, true); // a cycle is as confined as the rest of it
    const isInside = (v: Var): boolean => this.#positions.get(v)?.loops.includes(loop) ?? false;
    const confined = object.origin === "allocation" && object.variable !== null && isInside(object.variable)
      && [...(this.#names.get(object) ?? [])].every(isInside) && [...(this.#holders.get(object) ?? [])].every((h) => this.isConfined(h, loop));
    known.set(object, confined);
    return confined;
  }

  #add<K, V>(into: Map<K, Set<V>>, key: K, value: V): void {
    const found = into.get(key);
    if (found) found.add(value);
    else into.set(key, new Set([value]));
  }
}

/** does nothing write the place before the store does, so that nobody looks at its adjoint after the store took it? */
function isFirstWrite(statement: Stmt, place: Place, root: Func, { writesTo, writeBy, allocations }: Places): boolean {
  const own = writeBy.get(statement);
  if (!own || place.kind !== "element" || own.func !== root || own.base === null) return false;
  const made = allocations.get(own.base);
  // reversing a literal or a copy reads all of its cells
  if (!made || made.kind !== "new") return false;
  // loops that repeat the store on one object: at most one, and its counter is the index
  const repeated = own.loops.filter((l) => !made.loops.includes(l));
  if (repeated.length > 1) return false;
  if (repeated.length === 1 && !(place.index.kind === "var" && isCounterOf(place.index.variable, repeated[0]!))) return false;
  const isLaterOrApart = (w: Write): boolean => {
    if (w === own || !w.keys.some((k) => overlap(k, own.keys[0]!))) return true;
    const other = w.base === null ? undefined : allocations.get(w.base);
    if (other !== undefined && w.base !== own.base) return true; // another object of the same name would be an allocation of its own
    return w.func === root && w.at > own.at && w.base === own.base && !repeated.some((l) => w.loops.includes(l));
  };
  return [...own.objects].every((o) => (writesTo.get(o) ?? []).every(isLaterOrApart));
}

const isCounterOf = (v: Var, loop: Stmt): boolean => loop.kind === "loop" && loop.header.kind === "counted" && loop.header.index === v;

/** do two keys name a common place? (an element may be any field) */
function overlap(a: string, b: string): boolean {
  if (a === b) return true;
  return a !== LENGTH && b !== LENGTH && (a === ELEMENTS || b === ELEMENTS);
}

function writeOf(s: Stmt, alias: Alias): { objects: ReadonlySet<ObjectId>; keys: readonly string[]; base: Var | null } | null {
  switch (s.kind) {
    case "store": {
      const { objects, key } = alias.targets(s.place);
      // a store to an array may lengthen it, one to an absent field or entry makes it present
      return { objects, keys: s.place.kind === "cell" ? [key] : [key, LENGTH], base: baseOf(s.place) };
    }
    case "accumulate": { const { objects, key } = alias.targets(s.place); return { objects, keys: isEntry(s.place) ? [key, LENGTH] : [key], base: baseOf(s.place) }; }
    case "mutate": return { objects: alias.pointsTo(s.array), keys: changesLength(s.operation) ? [ELEMENTS, LENGTH] : [ELEMENTS], base: s.array.kind === "var" ? s.array.variable : null };
    case "call": {
      // its own statements are in the list; one with a rule writes to nothing (ruled.ts)
      if (s.callee.kind === "function" || s.callee.kind === "ruled") return null;
      if (s.callee.kind === "external" && !factsOfCall(s.callee).writes) return null; // only looks
      const objects = alias.reach(s.args.flatMap((a) => [...alias.pointsTo(a)]));
      const keys = new Set([ELEMENTS, LENGTH, "value"]);
      for (const o of objects) for (const k of alias.fieldsOf(o).keys()) keys.add(k);
      for (const o of objects) if (o.type.kind === "struct") for (const f of o.type.fields) keys.add(f.name);
      return objects.size > 0 ? { objects, keys: [...keys], base: null } : null;
    }
    default: return null;
  }
}

const baseOf = (p: Place): Var | null => (p.kind !== "cell" && p.base.kind === "var" ? p.base.variable : null);
