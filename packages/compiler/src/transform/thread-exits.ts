// Threads flags: where an `if` sets a variable to a constant on each of its paths and the next `if` only tests that variable,
// each path goes on with the arm that it chooses. Producers and consumers that inlining puts together talk through such flags.
// Assumes the structured stage. Guarantees the same statements on every path; what is copied is a few statements at most.
import type { Block, Expr, Func, Stmt, Var } from "../ir/ir.ts";
import { constant, isConst, type Supply } from "../ir/build.ts";
import { assignedInClosures } from "../ir/variables.ts";
import { blocks, expressions, mapStmt, statements, visitExpr, visitExpressions } from "../ir/walk.ts";
import { cloneBlock } from "../ir/clone.ts";

/** what a path leaves in a variable; null: it is not known, "never": it does not get there */
type Known = (Expr & { readonly kind: "const" }) | null | "never";

const SMALL = 3;
const ROUNDS = 8;

export function threadExits(func: Func, supply: Supply): Func {
  let current = func;
  // what moves into a path may be tested there by the next flag
  for (let round = 0; round < ROUNDS; round++) {
    const next = threadOnce(current, supply);
    if (next === current) break;
    current = next;
  }
  return current;
}

function threadOnce(func: Func, supply: Supply): Func {
  let isChanged = false;
  const reads = new Map<Var, number>();
  const count = (e: Expr): void => { if (e.kind === "var") reads.set(e.variable, (reads.get(e.variable) ?? 0) + 1); };
  visitExpressions(func.body, count);
  if (func.result) visitExpr(func.result, count);
  const captured = assignedInClosures(func.body);
  const each = (block: Block): Block => {
    const out: Stmt[] = [];
    for (const s of block) {
      out.push(mapStmt(s, (e) => e, each));
      const threaded = threadLast(out, reads, captured, supply);
      if (threaded === null) continue;
      out.splice(0, out.length, ...threaded);
      isChanged = true;
    }
    return out;
  };
  const body = each(func.body);
  return isChanged ? { ...func, body } : func;
}

/** the block with its last `if` moved into the paths of the statement before it; null if that cannot be */
function threadLast(block: readonly Stmt[], reads: ReadonlyMap<Var, number>, captured: ReadonlySet<Var>, supply: Supply): Block | null {
  const last = block.at(-1);
  if (last?.kind !== "if" || last.test.kind !== "var") return null;
  const found = flagOf(block, last.test.variable, reads);
  if (found === null || captured.has(found.flag)) return null;
  const { flag, decide, from } = found;
  if (found.value !== null) return [...block.slice(0, from), ...(decide(found.value) ? last.then : last.else)];
  const declaration = block.findLastIndex((s) => s.kind === "let" && s.variable === flag);
  const first = declaration >= 0 ? block[declaration] : undefined;
  const start: Known = first?.kind === "let" && first.value.kind === "const" ? first.value : null;
  const before = flow(block.slice(declaration + 1, from), flag, start);
  const arm = (value: Expr & { readonly kind: "const" }): Block => (decide(value) ? last.then : last.else);
  if (before !== null && before !== "never") return [...block.slice(0, from), ...arm(before)];
  const source = block[from - 1];
  if (source?.kind !== "if" || before === "never") return null;
  const entry = flow(block.slice(declaration + 1, from - 1), flag, start);
  const ends = endsOf([source], flag, entry);
  if (ends.some((x) => x === null)) return null;
  for (const side of [last.then, last.else]) {
    const uses = ends.filter((x) => x !== null && x !== "never" && arm(x) === side).length;
    if (uses > 1 && sizeOf(side) > SMALL) return null;
  }
  const used = new Set<Block>();
  const copy = (side: Block): Block => {
    if (used.has(side)) return cloneBlock(side, new Map(), supply);
    used.add(side);
    return side;
  };
  const moved = append([source], flag, entry, (value) => copy(arm(value)));
  return [...block.slice(0, from - 1), ...moved];
}

interface Flag {
  readonly flag: Var;
  readonly decide: (value: Expr & { readonly kind: "const" }) => boolean;
  /** where the statements begin that compute the test */
  readonly from: number;
  /** where the flag is a constant anyway */
  readonly value: (Expr & { readonly kind: "const" }) | null;
}

/** the one variable that a test depends on, through copies and comparisons with constants that nothing else reads */
function flagOf(block: readonly Stmt[], test: Var, reads: ReadonlyMap<Var, number>): Flag | null {
  let at = test;
  let decide = (value: Expr & { readonly kind: "const" }): boolean => value.value === true;
  let from = block.length - 1;
  for (;;) {
    if (reads.get(at) !== 1) return null;
    if (at.mutable) return { flag: at, decide, from, value: null };
    const s = block[from - 1];
    if (s?.kind !== "let" || s.variable !== at) return null;
    from--;
    if (s.value.kind === "const") return { flag: at, decide, from, value: s.value };
    if (s.value.kind === "var") at = s.value.variable;
    else if (s.value.kind === "op" && s.value.op === "===" && s.value.args[0]?.kind === "var" && s.value.args[1]?.kind === "const") {
      const outer = decide;
      const { value } = s.value.args[1];
      at = s.value.args[0].variable;
      decide = (x) => outer(constant(x.value === value) as Expr & { readonly kind: "const" });
    } else return null;
  }
}

const same = (a: Known, b: Known): boolean => a === b || (a !== null && b !== null && a !== "never" && b !== "never" && isConst(a, b.value as number));
const join = (a: Known, b: Known): Known => (a === "never" ? b : b === "never" ? a : same(a, b) ? a : null);

/** what the variable holds after a block; `atBreak` hears what it holds where the loop around is left */
function flow(block: readonly Stmt[], flag: Var, entry: Known, atBreak: (value: Known) => void = () => undefined): Known {
  let known = entry;
  for (const s of block) known = known === "never" ? known : after(s, flag, known, atBreak);
  return known;
}

function after(s: Stmt, flag: Var, known: Known, atBreak: (value: Known) => void): Known {
  switch (s.kind) {
    case "let": case "assign": return s.variable !== flag ? known : s.value.kind === "const" ? s.value : null;
    case "if": return join(flow(s.then, flag, known, atBreak), flow(s.else, flag, known, atBreak));
    case "exit": atBreak(known); return "never";
    case "loop": return afterLoop(s, flag, known);
    default: return blocks(s).some((b) => sets(b, flag)) ? null : known;
  }
}

function afterLoop(s: Stmt & { kind: "loop" }, flag: Var, known: Known): Known {
  const trip = (entry: Known): { readonly end: Known; readonly left: Known } => {
    let left: Known = "never";
    const end = flow(s.body, flag, entry, (value) => { left = join(left, value); });
    return { end, left };
  };
  const first = trip(known);
  const { end, left } = same(join(first.end, known), known) ? first : trip(null);
  const isEndless = s.header.kind === "forever" || (s.header.kind === "general" && s.header.test === null);
  return isEndless ? left : join(left, join(known, end));
}

const sets = (block: Block, flag: Var): boolean => {
  for (const s of statements(block)) if ((s.kind === "let" || s.kind === "assign") && s.variable === flag) return true;
  return false;
};

/** what the variable holds at each end of a block, branches taken apart */
function endsOf(block: Block, flag: Var, entry: Known): readonly Known[] {
  const last = block.at(-1);
  const known = flow(block.slice(0, -1), flag, entry);
  if (last?.kind !== "if") return [flow(block, flag, entry)];
  return known === "never" ? [known] : [...endsOf(last.then, flag, known), ...endsOf(last.else, flag, known)];
}

/** the block with statements added at each of its ends */
function append(block: Block, flag: Var, entry: Known, more: (value: Expr & { readonly kind: "const" }) => Block): Block {
  const last = block.at(-1);
  if (last?.kind === "if") {
    const known = flow(block.slice(0, -1), flag, entry);
    if (known === "never") return block;
    return [...block.slice(0, -1), { ...last, then: append(last.then, flag, known, more), else: append(last.else, flag, known, more) }];
  }
  const known = flow(block, flag, entry);
  return known === null || known === "never" ? block : [...block, ...more(known)];
}

function sizeOf(block: Block): number {
  let size = 0;
  for (const s of statements(block)) size += 1 + expressions(s).filter((e) => e.kind === "closure").length * SMALL;
  return size;
}
