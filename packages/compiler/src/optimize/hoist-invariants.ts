// Hoists what every trip of a loop computes anew to the same value: rows of matrices, elements and fields that the loop does not
// change, library functions and divisions of invariants. Cheap arithmetic stays where it reads best; engines move it themselves.
// Assumes the versioned stage. Only statements that every trip runs move, and loads only where the object is surely there: a load
// out of a loop that never runs reads an element that may be missing, and nobody looks at it.
import type { Block, Expr, Func, Stmt, Var } from "../ir/ir.ts";
import { variablesDeclared, visitVariables } from "../ir/variables.ts";
import { eachExpression, eachOperand, kept, mapStmt, operands, statements } from "../ir/walk.ts";
import { allocates } from "../ir/facts.ts";
import { Memory } from "./memory.ts";

export function hoistInvariants(func: Func): Func {
  const hoister = new Hoister(new Memory(func), workspacesOf(func));
  const body = kept(func.body, hoister.block(func.body));
  return body === func.body ? func : { ...func, body };
}

type Let = Stmt & { readonly kind: "let" };
type Loop = Stmt & { readonly kind: "loop" };

class Hoister {
  readonly #memory: Memory;
  /** typed arrays whose contents at the start of a trip nobody reads */
  readonly #workspaces: ReadonlySet<Var>;
  /** loads that now run where no trip may have asked for them */
  readonly #speculative = new Set<Var>();

  constructor(memory: Memory, workspaces: ReadonlySet<Var>) {
    this.#memory = memory;
    this.#workspaces = workspaces;
  }

  block(block: Block): Block {
    const out: Stmt[] = [];
    for (const s of block) {
      const inner = mapStmt(s, (e) => e, (b) => this.block(b));
      if (inner.kind === "loop") out.push(...this.#loop(inner));
      else out.push(inner);
    }
    return out;
  }

  #loop(loop: Loop): Block {
    const inside = variablesDeclared([loop]);
    const runs = runsOnce(loop);
    const hoisted: Let[] = [];
    const rest: Stmt[] = [];
    const sizes = this.#sizesIn(loop.body);
    let certain = true;
    for (const s of loop.body) {
      if (s.kind === "let" && certain && this.#isInvariant(s, loop, inside, sizes) && (runs || this.#isSafe(s.value))) {
        if (!runs && s.value.kind === "load") this.#speculative.add(s.variable);
        inside.delete(s.variable);
        hoisted.push(s);
      } else rest.push(s);
      // what follows a throw or an exit does not run in every trip
      if (s.kind === "if" && mayLeave(s)) certain = false;
      if (s.kind === "throw" || s.kind === "exit") certain = false;
    }
    return hoisted.length === 0 ? [loop] : [...hoisted, { ...loop, body: rest }];
  }

  #isInvariant(s: Let, loop: Loop, inside: ReadonlySet<Var>, sizes: ReadonlySet<Var>): boolean {
    if (s.variable.mutable || this.#memory.isMutable(s.variable)) return false;
    if (operands(s.value).some((e) => e.kind === "var" && inside.has(e.variable))) return false;
    if (this.#workspaces.has(s.variable)) return true;
    if (!isWorthMoving(s.value) && !(sizes.has(s.variable) && !allocates(s.value))) return false;
    return !this.#memory.disturbs(loop, this.#memory.reads(s.value));
  }

  /** what the lengths of workspaces are computed from */
  #sizesIn(body: Block): ReadonlySet<Var> {
    const sizes = new Set<Var>();
    for (const s of body.toReversed()) {
      if (s.kind === "let" && (this.#workspaces.has(s.variable) || sizes.has(s.variable))) for (const e of operands(s.value)) visitVariables(e, (v) => { sizes.add(v); });
    }
    return sizes;
  }

  /** does it throw in no state of the program? */
  #isSafe(e: Expr): boolean {
    switch (e.kind) {
      case "op": case "new": return true;
      case "load": return e.place.kind === "cell" || (e.place.base.kind === "var" && !this.#speculative.has(e.place.base.variable) && isObject(e.place.base.variable));
      default: return false;
    }
  }
}

const isObject = (v: Var): boolean => v.type.kind === "array" || v.type.kind === "tuple" || v.type.kind === "struct";

const WORTH: ReadonlySet<string> = new Set(["/", "%", "**"]);

function isWorthMoving(e: Expr): boolean {
  if (allocates(e)) return false;
  if (e.kind === "load") return !e.mayMiss;
  if (operands(e).every((x) => x.kind === "const")) return false;
  return e.kind === "op" && (WORTH.has(e.op) || e.op.startsWith("Math."));
}

function runsOnce(loop: Loop): boolean {
  if (loop.header.kind === "forever") return true;
  if (loop.header.kind !== "counted") return false;
  const { start, stop, compare } = loop.header;
  if (start.kind !== "const" || stop.kind !== "const" || typeof start.value !== "number" || typeof stop.value !== "number") return false;
  switch (compare) {
    case "<": return start.value < stop.value;
    case "<=": return start.value <= stop.value;
    case ">": return start.value > stop.value;
    case ">=": return start.value >= stop.value;
  }
}

function mayLeave(s: Stmt): boolean {
  if (s.kind === "throw" || s.kind === "exit") return true;
  return s.kind === "if" && (s.then.some(mayLeave) || s.else.some(mayLeave));
}

/** typed arrays that are made to be filled (what a program makes itself, it may count on to be zero), of a length that surely is one, and that are mentioned only where their elements or their length are meant */
function workspacesOf(func: Func): ReadonlySet<Var> {
  const lengths = new Set<Var>();
  const found = new Set<Var>();
  const isLength = (e: Expr): boolean => (e.kind === "const" ? Number(e.value) >= 0 : e.kind === "var" && lengths.has(e.variable));
  const all = statements(func.body);
  for (const s of all) {
    if (s.kind !== "let") continue;
    const { value } = s;
    if (value.kind === "length" || (value.kind === "op" && value.op === "Math.max" && value.args.some((x) => x.kind === "const" && Number(x.value) >= 0))) lengths.add(s.variable);
    if (value.kind === "new" && value.filled === true && value.type.kind === "array" && value.type.array !== "Array" && isLength(value.length)) found.add(s.variable);
  }
  if (found.size === 0) return found;
  const away = (e: Expr): void => visitVariables(e, (v) => { found.delete(v); });
  const look = (e: Expr): void => {
    const isElement = e.kind === "load" && e.place.kind === "element" && e.place.base.kind === "var";
    if (e.kind === "load" && e.place.kind === "element" && isElement) look(e.place.index);
    else if (e.kind !== "length" || e.array.kind !== "var") {
      if (e.kind === "var" || e.kind === "closure") away(e);
      else eachOperand(e, look);
    }
  };
  for (const s of all) {
    if ((s.kind === "store" || s.kind === "accumulate") && s.place.kind === "element" && s.place.base.kind === "var") { look(s.place.index); look(s.value); }
    else eachExpression(s, look);
  }
  if (func.result) look(func.result);
  return found;
}
