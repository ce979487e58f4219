// Eliminates dead code: marks what the result and the effects need, and keeps that.
// Assumes any stage after structuring. Stores into owned allocations are needed only where their contents are; pure code that might
// throw an engine error, and loops that might not end, are dropped when nothing needs them (SEMANTICS §6).
import type { Block, Expr, Func, Stmt, Var } from "../ir/ir.ts";
import { readInside, variablesDeclared } from "../ir/variables.ts";
import { blocks, eachExpression, eachOperand, kept, mapStmt, operands } from "../ir/walk.ts";
import { findOwnership, type Ownership } from "./ownership.ts";
import { asksForKey, isImpureOp } from "../ir/facts.ts";
import { isNoticed } from "../rules/external.ts";

export function eliminateDeadCode(func: Func): Func {
  const marker = new Marker(func);
  marker.run(func);
  const body = kept(func.body, sweep(func.body, marker.live));
  return body === func.body ? func : { ...func, body };
}

/** a statement and the statements around it that decide whether it runs */
interface Parents {
  readonly around: Stmt | null;
  readonly loop: Stmt | null;
}

class Marker {
  readonly live = new Set<Stmt>();
  readonly #ownership: Ownership;
  readonly #own: ReadonlySet<Var>;
  readonly #parents = new Map<Stmt, Parents>();
  /** statements that define or set a variable */
  readonly #setters = new Map<Var, Stmt[]>();
  /** statements that change an owned allocation */
  readonly #changers = new Map<Var, Stmt[]>();
  readonly #exits = new Map<Stmt, Stmt[]>();
  readonly #needed = new Set<Var>();
  readonly #contents = new Set<Var>();
  readonly #work: Stmt[] = [];

  constructor(func: Func) {
    this.#ownership = findOwnership(func);
    this.#own = new Set([...variablesDeclared(func.body), ...func.params.map((p) => p.variable)]);
    this.#index(func.body, { around: null, loop: null });
  }

  #index(block: Block, parents: Parents): void {
    for (const s of block) {
      this.#parents.set(s, parents);
      switch (s.kind) {
        case "let": case "assign": add(this.#setters, s.variable, s); break;
        case "call": if (s.result) add(this.#setters, s.result, s); break;
        case "store": case "accumulate": {
          const root = s.place.kind === "cell" ? null : this.#ownership.rootOf(s.place.base);
          if (root) add(this.#changers, root, s);
          break;
        }
        case "mutate": {
          const root = this.#ownership.rootOf(s.array);
          if (root) add(this.#changers, root, s);
          if (s.result) add(this.#setters, s.result, s);
          break;
        }
        case "loop": if (s.header.kind === "counted") add(this.#setters, s.header.index, s); break;
        case "exit": if (parents.loop) add(this.#exits, parents.loop, s); break;
        default: break;
      }
      const inner: Parents = { around: s, loop: s.kind === "loop" ? s : parents.loop };
      for (const b of blocks(s)) this.#index(b, inner);
    }
  }

  run(func: Func): void {
    for (const s of this.#parents.keys()) if (this.#isEffect(s)) this.#keep(s);
    if (func.result) this.#need(func.result);
    for (const root of this.#ownership.returned) this.#needContents(root);
    for (let s = this.#work.pop(); s; s = this.#work.pop()) this.#operandsOf(s);
  }

  #isEffect(s: Stmt): boolean {
    switch (s.kind) {
      case "let": return isImpure(s.value);
      case "assign": return !this.#own.has(s.variable) || isImpure(s.value);
      case "store": case "accumulate": return s.place.kind === "cell" || this.#ownership.rootOf(s.place.base) === null;
      case "mutate": return this.#ownership.rootOf(s.array) === null;
      case "call": return s.callee.kind !== "external" || isNoticed(s.callee);
      case "throw": case "pair": return true;
      // a return cannot be dropped; a break goes with its loop
      case "exit": return s.exit.kind === "return" || this.#parents.get(s)?.loop === null;
      default: return false;
    }
  }

  #keep(s: Stmt): void {
    if (this.live.has(s)) return;
    this.live.add(s);
    this.#work.push(s);
    const around = this.#parents.get(s)?.around;
    if (around) this.#keep(around);
  }

  #operandsOf(s: Stmt): void {
    eachExpression(s, this.#need);
    // a handler is what it is because of what the body may throw
    if (s.kind === "try") for (const x of s.body) this.#keep(x);
    if (s.kind === "loop") for (const exit of this.#exits.get(s) ?? []) this.#keep(exit);
    // a pop both reads and changes; its allocation must be as it was
    if (s.kind === "mutate" && s.result) {
      const root = this.#ownership.rootOf(s.array);
      if (root) this.#needContents(root);
    }
  }

  readonly #need = (e: Expr): void => {
    switch (e.kind) {
      case "var": this.#needVariable(e.variable); return;
      case "closure":
        for (const v of readInside(e.func)) this.#needVariable(v);
        return;
      case "load": if (e.place.kind !== "cell") this.#needContentsOf(e.place.base); break;
      case "length": this.#needContentsOf(e.array); break;
      case "keys": this.#needContentsOf(e.of); break;
      case "op": if (asksForKey(e.op)) e.args.forEach((a) => this.#needContentsOf(a)); break;
      case "copy": this.#needContentsOf(e.source); break;
      case "zeros": this.#needContentsOf(e.like); break;
      case "runtime": e.args.forEach((a) => this.#needContentsOf(a)); break;
      default: break;
    }
    eachOperand(e, this.#need);
  };

  #needVariable(v: Var): void {
    if (this.#needed.has(v)) return;
    this.#needed.add(v);
    for (const s of this.#setters.get(v) ?? []) this.#keep(s);
  }

  #needContentsOf(e: Expr): void {
    const root = this.#ownership.rootOf(e);
    if (root) this.#needContents(root);
  }

  #needContents(root: Var): void {
    if (this.#contents.has(root)) return;
    this.#contents.add(root);
    for (const s of this.#changers.get(root) ?? []) this.#keep(s);
  }
}

function add<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const known = map.get(key);
  if (known) known.push(value);
  else map.set(key, [value]);
}

const isImpure = (e: Expr): boolean => (e.kind === "op" && isImpureOp(e.op)) || operands(e).some(isImpure);

function sweep(block: Block, live: ReadonlySet<Stmt>): Block {
  return block.flatMap((s): Stmt[] => {
    if (!live.has(s)) return [];
    if ((s.kind === "mutate") && s.result !== null) return [s];
    return [mapStmt(s, (e) => e, (b) => sweep(b, live))];
  });
}
