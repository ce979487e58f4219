// Memory: which statements may change what an expression reads. Places are told apart by the kind of array and element, by field
// name, by owned allocation and by constant index; module variables by name.
// Assumes any stage after structuring. May say "conflict" where there is none, never the other way round.
import type { Expr, Func, Place, Ruled, Stmt, Type, Var } from "../ir/ir.ts";
import { isConst, typeOf } from "../ir/build.ts";
import { asksForKey, isEntry, isImpureOp, isReferenceType, sameExpr } from "../ir/facts.ts";
import { assignedInClosures, readInside, variablesAssigned } from "../ir/variables.ts";
import { blocks, declared, eachOperand, operands, statements } from "../ir/walk.ts";
import { factsOfCall } from "../rules/external.ts";
import { shortens } from "../analysis/mutations.ts";
import { findOwnership, type Ownership } from "./ownership.ts";

/** a set of places: all of one family, narrowed by what is known of the object and the index */
interface Places {
  readonly family: string;
  readonly root: Var | null;
  readonly base: Var | null;
  readonly index: number | string | null;
  /** of a length that a store may change: that of this array it does not, because its index is below */
  readonly except?: Var | null;
}

export interface Accesses {
  readonly places: readonly Places[];
  readonly variables: ReadonlySet<Var>;
  /** anything that is not owned; for a write also the outside world */
  readonly everything: boolean;
}

const NO_VARIABLES: ReadonlySet<Var> = new Set();
const NONE: Accesses = { places: [], variables: NO_VARIABLES, everything: false };

/** these keep the length of their array */
const KEEPS_LENGTH: ReadonlySet<string> = new Set(["fill", "reverse", "sort", "set", "copyWithin"]);
const LOOKS_AT_REFERENCE: ReadonlySet<string> = new Set(["===", "!==", "==", "!=", "isNullish", "truthy", "typeof", "Array.isArray", "instanceof", "select", "&&", "||", "!"]);

/** what is known beside the text */
interface Known {
  /** numbers, and others that they stay below */
  readonly below?: ReadonlyMap<Var, Expr>;
  /** does a function with a rule change nothing that there was before? */
  readonly isHarmless?: (callee: Ruled) => boolean;
}

export class Memory {
  readonly ownership: Ownership;
  readonly #mutable: ReadonlySet<Var>;
  /** numbers (indices of counted loops) → others that they stay below */
  readonly #bounds = new Map<Var, Expr>();
  readonly #definitions = new Map<Var, Expr>();
  #hasBounds = false;
  /** lengths that become smaller somewhere, and whether others may make those smaller of what is not owned */
  readonly #shortened: Places[] = [];
  #shortenedByOthers = false;
  readonly #func: Func;
  readonly #isHarmless: (callee: Ruled) => boolean;
  /** variables that closures assign: any call may run them */
  readonly #captured: ReadonlySet<Var>;
  readonly #writes = new WeakMap<Stmt, Accesses>();

  constructor(func: Func, { below = new Map<Var, Expr>(), isHarmless = () => false }: Known = {}) {
    this.ownership = findOwnership(func);
    this.#mutable = variablesAssigned(func.body);
    this.#captured = assignedInClosures(func.body);
    this.#func = func;
    this.#isHarmless = isHarmless;
    for (const [v, bound] of below) this.#bounds.set(v, bound);
  }

  /** only stores into arrays ask */
  #findBounds(): void {
    this.#hasBounds = true;
    for (const s of statements(this.#func.body)) {
      if (s.kind === "let" && !this.#mutable.has(s.variable)) this.#definitions.set(s.variable, s.value);
      if (s.kind === "mutate" && shortens(s.operation)) this.#shortened.push(...this.#lengthOf(s.array));
      if ((s.kind === "call" || s.kind === "pair") && this.#own(s).everything) this.#shortenedByOthers = true;
      if (s.kind !== "loop" || s.header.kind !== "counted") continue;
      const { index, start, stop, compare } = s.header;
      if (compare === "<") this.#bounds.set(index, stop);
      const first = this.#definition(start);
      if ((compare === ">=" || compare === ">") && first.kind === "op" && first.op === "-" && isConst(first.args[1]!, 1)) this.#bounds.set(index, first.args[0]!);
    }
  }

  #definition(e: Expr): Expr {
    return e.kind === "var" ? this.#definitions.get(e.variable) ?? e : e;
  }

  /** what an index surely stays below */
  #limitOf(index: Expr): Expr | null {
    if (index.kind !== "var") return null;
    if (!this.#hasBounds) this.#findBounds();
    const value = this.#definition(index);
    // an index below zero does not lengthen an array either
    if (value.kind === "op" && value.op === "-" && value.args[1]?.kind === "const" && Number(value.args[1].value) >= 0) return this.#limitOf(value.args[0]!);
    return this.#bounds.get(index.variable) ?? null;
  }

  /** the array whose length the index is surely below all the time */
  #arrayAround(index: Expr): Var | null {
    const bound = this.#limitOf(index);
    const limit = bound && this.#definition(bound);
    return limit?.kind === "length" && limit.array.kind === "var" && this.#staysLong(limit.array) ? limit.array.variable : null;
  }

  /** what was below its length once is so still */
  #staysLong(array: Expr): boolean {
    return this.#lengthOf(array).every((p) => !this.#shortened.some((x) => overlap(p, x)) && !(this.#shortenedByOthers && p.root === null));
  }

  /** is the index surely below the length that the array has all the time? */
  #isInside(index: Expr, base: Expr): boolean {
    if (base.kind !== "var") return false;
    const bound = this.#limitOf(index);
    if (bound === null || !this.#staysLong(base)) return false;
    const limit = this.#definition(bound);
    if (limit.kind === "length" && sameExpr(limit.array, base)) return true;
    const made = this.#definition(base);
    return made.kind === "new" && (sameExpr(made.length, bound) || sameExpr(this.#definition(made.length), limit));
  }

  isMutable(v: Var): boolean {
    return this.#mutable.has(v);
  }

  // ---------------------------------------------------------------------------------------------- reads

  /** what the value of an expression depends on, beside variables that never change */
  reads(e: Expr): Accesses {
    const places: Places[] = [];
    let variables: Set<Var> | null = null;
    let everything = false;
    const note = (v: Var): void => { if (this.#mutable.has(v)) (variables ??= new Set()).add(v); };
    const visit = (x: Expr): void => {
      switch (x.kind) {
        case "var":
          note(x.variable);
          return;
        case "load":
          if (x.place.kind !== "cell" || x.place.cell.mutable) places.push(this.#place(x.place));
          break;
        case "length": places.push(...this.#lengthOf(x.array)); break;
        case "keys": places.push(...this.#keysOf(x.of)); break;
        case "copy":
          places.push(...this.#lengthOf(x.source), { family: elementFamily(typeOf(x.source)), root: this.ownership.rootOf(x.source), base: null, index: null });
          break;
        case "array": everything ||= x.elements.some((part) => part.spread); break;
        case "closure":
          for (const v of readInside(x.func)) note(v);
          everything = true;
          return;
        case "zeros": case "runtime": everything ||= operands(x).some((a) => isReferenceType(typeOf(a))); break;
        case "op":
          if (asksForKey(x.op)) { places.push(...x.args.flatMap((a) => (isReferenceType(typeOf(a)) ? this.#keysOf(a) : []))); break; }
          everything ||= isImpureOp(x.op) || (!LOOKS_AT_REFERENCE.has(x.op) && x.args.some((a) => isReferenceType(typeOf(a)))); break;
        default: break;
      }
      eachOperand(x, visit);
    };
    visit(e);
    return { places, variables: variables ?? NO_VARIABLES, everything };
  }

  #lengthOf(array: Expr): Places[] {
    const t = typeOf(array);
    if (t.kind === "array" && t.array !== "Array" && t.array !== "Tape") return [];
    if (t.kind === "string") return [];
    return [{ family: lengthFamily(t), root: this.ownership.rootOf(array), base: baseOf(array), index: null }];
  }

  /** which keys an object has: filling a hole and setting a field that was absent change that too */
  #keysOf(e: Expr): Places[] {
    return [...this.#lengthOf(e), { family: elementFamily(typeOf(e)), root: this.ownership.rootOf(e), base: null, index: null }];
  }

  #place(p: Place): Places {
    switch (p.kind) {
      case "cell": return { family: `cell ${p.cell.file}#${p.cell.name}`, root: null, base: null, index: null };
      case "field": return { family: `.${p.field}`, root: this.ownership.rootOf(p.base), base: baseOf(p.base), index: null };
      case "element": {
        const index = p.index.kind === "const" && (typeof p.index.value === "number" || typeof p.index.value === "string") ? p.index.value : null;
        return { family: elementFamily(typeOf(p.base)), root: this.ownership.rootOf(p.base), base: baseOf(p.base), index };
      }
    }
  }

  // ---------------------------------------------------------------------------------------------- writes

  /** what a statement may change, its blocks included */
  writes(s: Stmt): Accesses {
    const within = blocks(s);
    if (within.length === 0) return this.#own(s);
    const known = this.#writes.get(s);
    if (known) return known;
    const all = merge([this.#own(s), ...within.flatMap((b) => b.map((x) => this.writes(x)))]);
    this.#writes.set(s, all);
    return all;
  }

  #own(s: Stmt): Accesses {
    switch (s.kind) {
      case "assign": return { ...NONE, variables: new Set([s.variable]) };
      // a declaration that is assigned later starts a new life of the variable
      case "let": return this.#mutable.has(s.variable) ? { ...NONE, variables: new Set([s.variable]) } : NONE;
      case "store": {
        const place = this.#place(s.place);
        return { ...NONE, places: this.#keepsLength(s.place) ? [place] : [place, this.#longer(s.place)] };
      }
      case "accumulate": return { ...NONE, places: isEntry(s.place) ? [this.#place(s.place), this.#longer(s.place)] : [this.#place(s.place)] };
      case "mutate": {
        const at = { root: this.ownership.rootOf(s.array), base: baseOf(s.array), index: null };
        const elements = { family: s.operation === "delete" ? "?" : elementFamily(typeOf(s.array)), ...at };
        return { ...NONE, places: KEEPS_LENGTH.has(s.operation) ? [elements] : [elements, { family: lengthFamily(typeOf(s.array)), ...at }] };
      }
      case "call": return (s.callee.kind === "external" && !factsOfCall(s.callee).writes) || (s.callee.kind === "ruled" && this.#isHarmless(s.callee)) ? NONE : { places: [], variables: this.#captured, everything: true };
      case "pair": return { ...NONE, everything: true };
      case "loop": return declared(s).some((v) => this.#mutable.has(v)) ? { ...NONE, variables: new Set(declared(s)) } : NONE;
      default: return NONE;
    }
  }

  /** the length of what a place is in */
  #longer(p: Place): Places {
    const except = p.kind === "element" ? this.#arrayAround(p.index) : null;
    return { ...this.#place(p), family: p.kind === "cell" ? "?" : lengthFamily(typeOf(p.base)), index: null, except };
  }

  #keepsLength(p: Place): boolean {
    if (p.kind !== "element") return true;
    const t = typeOf(p.base);
    if ((t.kind === "tuple" && t.optional === undefined) || (t.kind === "array" && t.array !== "Array")) return true;
    return this.#isInside(p.index, p.base);
  }

  // ---------------------------------------------------------------------------------------------- conflicts

  conflict(reads: Accesses, writes: Accesses): boolean {
    for (const v of reads.variables) if (writes.variables.has(v)) return true;
    if (writes.everything && (reads.everything || reads.places.some((p) => p.root === null))) return true;
    if (reads.everything && writes.places.some((p) => p.root === null)) return true;
    return reads.places.some((r) => writes.places.some((w) => overlap(r, w)));
  }

  /** may the statement change the value of the expression? */
  disturbs(s: Stmt, reads: Accesses): boolean {
    return this.conflict(reads, this.writes(s));
  }
}

const baseOf = (e: Expr): Var | null => (e.kind === "var" ? e.variable : null);

/** each place once: a block around many stores to the same few arrays is asked about often */
function merge(all: readonly Accesses[]): Accesses {
  const variables = new Set<Var>();
  const places = new Map<string, Places>();
  for (const a of all) {
    for (const v of a.variables) variables.add(v);
    for (const p of a.places) places.set(`${p.family} ${p.root?.id} ${p.base?.id} ${typeof p.index} ${p.index} ${p.except?.id}`, p);
  }
  return { places: [...places.values()], variables, everything: all.some((a) => a.everything) };
}

function overlap(a: Places, b: Places): boolean {
  if (a.root !== b.root || !sameFamily(a.family, b.family)) return false;
  if (a.base !== null && b.base !== null && (a.except === b.base || b.except === a.base)) return false;
  if (a.index === null || b.index === null || a.index === b.index) return true;
  // two views of one buffer may disagree about positions
  return a.base !== b.base && !a.family.startsWith("Array");
}

function sameFamily(a: string, b: string): boolean {
  if (a === b || a === "?" || b === "?") return true;
  if (a.startsWith(LENGTH) || b.startsWith(LENGTH)) return a.startsWith(LENGTH) && b.startsWith(LENGTH) && sameFamily(a.slice(LENGTH.length), b.slice(LENGTH.length));
  return (a === "Array of ?" && b.startsWith("Array")) || (b === "Array of ?" && a.startsWith("Array"));
}

const LENGTH = "length of ";

/** arrays of different kinds have different lengths */
const lengthFamily = (t: Type): string => `${LENGTH}${elementFamily(t)}`;

function elementFamily(t: Type): string {
  switch (t.kind) {
    case "array": return t.array === "Array" ? `Array of ${elementKind(t.element)}` : t.array;
    case "tuple": return `Array of ${common(t.elements.map(elementKind))}`;
    case "nullable": return elementFamily(t.inner);
    case "union": return t.members.every((m) => m.kind === "array" || m.kind === "tuple") ? common(t.members.map(elementFamily)) : "?";
    case "string": return "string";
    // properties have names in other places
    case "map": return t.container === "Object" ? "?" : t.container;
    default: return "?";
  }
}

const common = (kinds: readonly string[]): string => (kinds.length > 0 && kinds.every((k) => k === kinds[0]) ? kinds[0]! : "?");

function elementKind(t: Type): string {
  switch (t.kind) {
    case "real": case "boolean": case "string": case "bigint": return t.kind;
    case "array": case "tuple": case "struct": case "map": case "function": return "reference";
    case "nullable": return elementKind(t.inner);
    case "union": return common(t.members.map(elementKind));
    default: return "?";
  }
}
