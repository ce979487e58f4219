// Drops assignments that change nothing: of what the variable holds already, and of what nobody reads before the next one. United
// joins leave both behind. `x = a + b` where x holds a becomes a change of x.
// Assumes coalesced code or the nested stage.
import type { Block, Expr, Func, Stmt, Var } from "../ir/ir.ts";
import { use } from "../ir/build.ts";
import { readInside, variablesAssigned, variablesRead } from "../ir/variables.ts";
import { blocks, declared, expressions, mapStmt, operands } from "../ir/walk.ts";
import { isImpureOp, sameExpr } from "../ir/facts.ts";
import { assignedBeyond, visitAssignedBeyond } from "../ir/beyond.ts";
import { LiveSet, ScopedMap } from "../ir/scoped.ts";
import { countUses } from "../ir/uses.ts";
import { hasBreak } from "./rewrite.ts";

export function dropAssignments(func: Func): Func {
  const captured = countUses(func);
  const repeats = new Repeats(variablesAssigned(func.body), (v) => captured.isCaptured(v));
  const body = repeats.block(func.body, new ScopedMap());
  const live: Live = new LiveSet();
  if (func.result) readInto(func.result, live);
  return { ...func, body: sweepBlock(body, live, null, (v) => captured.isCaptured(v)) };
}

// ------------------------------------------------------------------------------------------------- what variables hold

/** variables that are assigned, and the constants or single variables whose value they hold */
type Held = ScopedMap<Var, Expr>;

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
          const assigned = [...assignedBeyond(s)];
          const branch = (b: Block): { readonly made: Block; readonly values: readonly (Expr | undefined)[] } => {
            const mark = held.mark();
            const made = this.block(b, held);
            const values = assigned.map((v) => held.get(v));
            held.undo(mark);
            return { made, values };
          };
          const [then, otherwise] = [branch(s.then), branch(s.else)];
          out.push(then.made === s.then && otherwise.made === s.else ? s : { ...s, then: then.made, else: otherwise.made });
          assigned.forEach((v, i) => {
            const [value, other] = [then.values[i], otherwise.values[i]];
            if (value && other && sameExpr(value, other)) held.set(v, value);
            else held.delete(v);
          });
          break;
        }
        default: {
          visitAssignedBeyond(s, (v) => { held.delete(v); });
          out.push(mapStmt(s, (e) => e, (b) => {
            const mark = held.mark();
            const made = this.block(b, held);
            held.undo(mark);
            return made;
          }));
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

type Live = LiveSet<Var>;

/** nothing, where a value will stand before anybody looks: united joins set it again in every trip */
const isPlaceholder = (s: Stmt & { readonly kind: "assign" }): boolean =>
  s.value.kind === "const" && s.value.value === undefined && ["real", "boolean", "array", "tuple", "struct", "map"].includes(s.variable.type.kind);

function readInto(e: Expr, live: Live): void {
  if (e.kind === "var") live.add(e.variable);
  else if (e.kind === "closure") for (const v of readInside(e.func)) live.add(v);
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
        let [then, otherwise] = [s.then, s.else];
        live.either(() => { then = inner(s.then, live, atBreak); }, () => { otherwise = inner(s.else, live, atBreak); });
        out.push({ ...s, then, else: otherwise });
        break;
      }
      case "loop": {
        // everything that the loop or what follows reads may be read after any statement of the body
        for (const v of variablesRead([s])) live.add(v);
        const around = hasBreak(s.body) ? new Set(live.keys()) : null;
        const mark = live.mark();
        out.push({ ...s, body: inner(s.body, live, around) });
        live.undo(mark);
        break;
      }
      case "exit":
        live.become(s.exit.kind === "return" || atBreak === null ? new Set() : atBreak);
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
