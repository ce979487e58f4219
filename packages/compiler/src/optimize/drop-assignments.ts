// Drops assignments that change nothing: of what the variable holds already, and of what nobody reads before the next one. United
// joins leave both behind. `x = a + b` where x holds a becomes a change of x.
// Assumes coalesced code or the nested stage.
import type { Block, Expr, Func, Stmt, Var } from "../ir/ir.ts";
import { use } from "../ir/build.ts";
import { blocks, declared, expressions, mapStmt, operands, variablesAssigned, variablesRead } from "../ir/walk.ts";
import { isImpureOp, sameExpr } from "../ir/facts.ts";
import { countUses } from "../ir/uses.ts";

export function dropAssignments(func: Func): Func {
  const captured = countUses(func);
  const repeats = new Repeats(variablesAssigned(func.body), (v) => captured.isCaptured(v));
  const body = repeats.block(func.body, new Map());
  const live: Live = new Set();
  if (func.result) readInto(func.result, live);
  return { ...func, body: sweepBlock(body, live, null, (v) => captured.isCaptured(v)) };
}

// ------------------------------------------------------------------------------------------------- what variables hold

/** variables that are assigned, and the constants or single variables whose value they hold */
type Held = Map<Var, Expr>;

class Repeats {
  readonly #assigned: ReadonlySet<Var>;
  readonly #isCaptured: (v: Var) => boolean;

  constructor(assigned: ReadonlySet<Var>, isCaptured: (v: Var) => boolean) {
    this.#assigned = assigned;
    this.#isCaptured = isCaptured;
  }

  block(block: Block, held: Held): Block {
    const out: Stmt[] = [];
    for (const s of block) {
      switch (s.kind) {
        case "let":
          out.push(s);
          this.#hold(s.variable, s.value, held);
          break;
        case "assign": {
          const known = held.get(s.variable);
          if (known && sameExpr(known, s.value)) break;
          out.push(known ? { ...s, value: asChange(s.value, s.variable, known) } : s);
          this.#hold(s.variable, s.value, held);
          break;
        }
        case "if": {
          const [then, otherwise] = [new Map(held), new Map(held)];
          out.push({ ...s, then: this.block(s.then, then), else: this.block(s.else, otherwise) });
          for (const v of variablesAssigned([s])) {
            const value = then.get(v);
            const other = otherwise.get(v);
            if (value && other && sameExpr(value, other)) held.set(v, value);
            else held.delete(v);
          }
          break;
        }
        default: {
          for (const v of variablesAssigned([s])) held.delete(v);
          out.push(mapStmt(s, (e) => e, (b) => this.block(b, new Map(held))));
        }
      }
    }
    return out;
  }

  #hold(v: Var, value: Expr, held: Held): void {
    held.delete(v);
    if (!this.#assigned.has(v) || this.#isCaptured(v)) return;
    if (value.kind === "const" || (value.kind === "var" && !this.#assigned.has(value.variable))) held.set(v, value);
  }
}

/** `a + e`, assigned to what holds a */
function asChange(value: Expr, variable: Var, held: Expr): Expr {
  if (value.kind !== "op" || held.kind !== "var" || !["+", "-", "*", "/"].includes(value.op)) return value;
  const [first, ...others] = value.args;
  if (!first) return value;
  if (sameExpr(first, held)) return { ...value, args: [use(variable), ...others] };
  const inner = asChange(first, variable, held);
  return inner === first ? value : { ...value, args: [inner, ...others] };
}

// ------------------------------------------------------------------------------------------------- what is read later

type Live = Set<Var>;

/** nothing, where a value will stand before anybody looks: united joins set it again in every trip */
const isPlaceholder = (s: Stmt & { readonly kind: "assign" }): boolean =>
  s.value.kind === "const" && s.value.value === undefined && ["real", "boolean", "array", "tuple", "struct", "map"].includes(s.variable.type.kind);

function readInto(e: Expr, live: Live): void {
  if (e.kind === "var") live.add(e.variable);
  else if (e.kind === "closure") for (const v of variablesRead([{ kind: "throw", value: e, origin: e.func.origin }])) live.add(v);
  else for (const o of operands(e)) readInto(o, live);
}

const isImpure = (e: Expr): boolean => (e.kind === "op" && isImpureOp(e.op)) || operands(e).some(isImpure);

/** turns what is live after the block into what is live before it */
function sweepBlock(block: Block, live: Live, atBreak: ReadonlySet<Var> | null, isCaptured: (v: Var) => boolean): Block {
  const out: Stmt[] = [];
  const inner = (b: Block, after: Live, leave: ReadonlySet<Var> | null): Block => sweepBlock(b, after, leave, isCaptured);
  for (let i = block.length - 1; i >= 0; i--) {
    const s = block[i]!;
    switch (s.kind) {
      case "assign":
        if (isPlaceholder(s) || (!live.has(s.variable) && !isCaptured(s.variable) && !isImpure(s.value))) continue;
        live.delete(s.variable);
        out.push(s);
        break;
      case "if": {
        const other = new Set(live);
        const [then, otherwise] = [inner(s.then, live, atBreak), inner(s.else, other, atBreak)];
        for (const v of other) live.add(v);
        out.push({ ...s, then, else: otherwise });
        break;
      }
      case "loop": {
        // everything that the loop or what follows reads may be read after any statement of the body
        const around = new Set(live);
        for (const v of variablesRead([s])) around.add(v);
        out.push({ ...s, body: inner(s.body, new Set(around), around) });
        for (const v of around) live.add(v);
        break;
      }
      case "exit":
        live.clear();
        if (s.exit.kind !== "return") for (const v of atBreak ?? []) live.add(v);
        out.push(s);
        break;
      case "try": {
        for (const b of blocks(s)) for (const v of variablesRead(b)) live.add(v);
        out.push(s);
        break;
      }
      case "throw":
        out.push(s);
        break;
      default:
        for (const v of declared(s)) live.delete(v);
        out.push(s);
    }
    for (const e of expressions(s)) readInto(e, live);
  }
  return out.reverse();
}
