// Eliminates dead code: marks what the result and the effects need, and keeps that.
// Assumes any stage after structuring. Stores into owned allocations are needed only where their contents are; pure code that might
// throw an engine error, and loops that might not end, are dropped when nothing needs them (SEMANTICS §6).
import type { Block, Expr, Func, Stmt, Var } from "../ir/ir.ts";
import { readInside } from "../ir/variables.ts";
import { blocks, declared, eachExpression, eachOperand, mapStmt, operands, visitStatements } from "../ir/walk.ts";
import { findOwnership, type Ownership } from "./ownership.ts";
import { asksForKey, isImpureOp } from "../ir/facts.ts";
import { isNoticed } from "../rules/external.ts";

export function eliminateDeadCode(func: Func): Func {
  const marker = new Marker(func);
  marker.run();
  const body = sweep(func.body, marker.live);
  return body === func.body ? func : { ...func, body };
}

/** the statements around a statement that decide whether it runs */
interface Parents {
  readonly around: Stmt;
  readonly loop: Stmt | null;
}

class Marker {
  readonly live = new Set<Stmt>();
  readonly #func: Func;
  readonly #ownership: Ownership;
  /** its variables that may be assigned; found where one is */
  #own: ReadonlySet<Var> | null = null;
  /** of statements that stand in others */
  readonly #parents = new Map<Stmt, Parents>();
  /** what defines or sets a variable that nothing needs yet: most have one definition */
  readonly #setters = new Map<Var, Stmt | Stmt[]>();
  /** statements that change an owned allocation */
  readonly #changers = new Map<Var, Stmt | Stmt[]>();
  readonly #exits = new Map<Stmt, Stmt | Stmt[]>();
  readonly #work: Stmt[] = [];

  constructor(func: Func) {
    this.#func = func;
    this.#ownership = findOwnership(func);
    this.#index(func.body, null);
  }

  #index(block: Block, parents: Parents | null): void {
    for (const s of block) {
      if (parents !== null) this.#parents.set(s, parents);
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
        case "exit": if (parents?.loop) add(this.#exits, parents.loop, s); break;
        default: break;
      }
      const inner = blocks(s);
      if (inner.length === 0) continue;
      const within: Parents = { around: s, loop: s.kind === "loop" ? s : parents?.loop ?? null };
      for (const b of inner) this.#index(b, within);
    }
  }

  run(): void {
    const { body, result } = this.#func;
    visitStatements(body, (s) => { if (this.#isEffect(s)) this.#keep(s); });
    if (result) this.#need(result);
    for (const root of this.#ownership.returned) this.#needContents(root);
    for (let s = this.#work.pop(); s; s = this.#work.pop()) this.#operandsOf(s);
  }

  #isOwn(v: Var): boolean {
    if (this.#own === null) {
      const own = new Set<Var>(this.#func.params.map((p) => p.variable));
      visitStatements(this.#func.body, (s) => { for (const x of declared(s)) if (x.mutable) own.add(x); });
      this.#own = own;
    }
    return this.#own.has(v);
  }

  #isEffect(s: Stmt): boolean {
    switch (s.kind) {
      case "let": return isImpure(s.value);
      case "assign": return !this.#isOwn(s.variable) || isImpure(s.value);
      case "store": case "accumulate": return s.place.kind === "cell" || this.#ownership.rootOf(s.place.base) === null;
      case "mutate": return this.#ownership.rootOf(s.array) === null;
      case "call": return s.callee.kind !== "external" || isNoticed(s.callee);
      case "throw": case "pair": return true;
      // a return cannot be dropped; a break goes with its loop
      case "exit": return s.exit.kind === "return" || (this.#parents.get(s)?.loop ?? null) === null;
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
    if (s.kind === "loop") this.#keepAll(take(this.#exits, s));
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
    this.#keepAll(take(this.#setters, v));
  }

  #needContentsOf(e: Expr): void {
    const root = this.#ownership.rootOf(e);
    if (root) this.#needContents(root);
  }

  #needContents(root: Var): void {
    this.#keepAll(take(this.#changers, root));
  }

  #keepAll(given: Stmt | Stmt[] | undefined): void {
    if (given === undefined) return;
    if (Array.isArray(given)) for (const s of given) this.#keep(s);
    else this.#keep(given);
  }
}

function add<K>(map: Map<K, Stmt | Stmt[]>, key: K, value: Stmt): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, value);
  else if (Array.isArray(known)) known.push(value);
  else map.set(key, [known, value]);
}

const TAKEN: Stmt[] = [];

/** what a map holds under a key, the first time that it is asked for */
function take<K>(map: Map<K, Stmt | Stmt[]>, key: K): Stmt | Stmt[] | undefined {
  const found = map.get(key);
  if (found !== undefined && found !== TAKEN) map.set(key, TAKEN);
  return found;
}

const isImpure = (e: Expr): boolean => (e.kind === "op" && isImpureOp(e.op)) || operands(e).some(isImpure);

/** the block itself where all of it is live */
function sweep(block: Block, live: ReadonlySet<Stmt>): Block {
  const within = (b: Block): Block => sweep(b, live);
  const out: Stmt[] = [];
  let isChanged = false;
  for (const s of block) {
    const to = !live.has(s) ? null : s.kind === "mutate" && s.result !== null ? s : mapStmt(s, (e) => e, within);
    isChanged ||= to !== s;
    if (to !== null) out.push(to);
  }
  return isChanged ? out : block;
}
