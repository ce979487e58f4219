// Versions variables: every variable is defined once, except joins, which are declared before an `if` or a loop and assigned at
// the ends of its blocks. A join is read by a snapshot at the top of its loop's body, and after its statement.
// Assumes the structured stage without general loops. Guarantees the versioned stage; primal operations and their order are kept.
import type { Block, Expr, Func, Origin, Stmt, Var } from "../ir/ir.ts";
import { asNothing, assign, define, isAtom, type Supply, TRUE, UNDEFINED, use } from "../ir/build.ts";
import { isAsserted } from "../ir/facts.ts";
import { variablesDeclared, visitVariables } from "../ir/variables.ts";
import { blocks, mapOperands, mapStmt } from "../ir/walk.ts";
import { assignedBeyondBlock } from "../ir/beyond.ts";
import { Environment, type IsLive, Reads } from "./environment.ts";

/** statements that end a path: they assign the joins of the construct around them */
type End = (env: Environment, origin: Origin) => Block;

interface Region {
  /** variables of the function at hand; assignments to any other (a captured one) are effects and stay */
  readonly owned: ReadonlySet<Var>;
  readonly reads: Reads;
  /** at the end of the block; null where nothing is due */
  readonly end: End | null;
  /** before a tail `break` of the innermost loop */
  readonly atBreak: End | null;
}

export function version(func: Func, supply: Supply): Func {
  return versionWith(func, new Environment(), supply);
}

/** parameters that are assigned keep their name for what was passed; assignments make versions */
function versionWith(func: Func, env: Environment, supply: Supply): Func {
  const params = func.params.map((p) => {
    if (!p.variable.mutable) return p;
    const variable = supply.like(p.variable, { mutable: false });
    env.set(p.variable, use(variable));
    return { ...p, variable };
  });
  const returned = new Set<Var>();
  if (func.result) visitVariables(func.result, (v) => returned.add(v));
  const apart = distinct(func.body, new Set());
  const body = versionBlock(apart, env, { owned: ownedBy(func), reads: new Reads(apart), end: null, atBreak: null }, (v) => returned.has(v), supply);
  return { ...func, params, body, result: func.result && replace(func.result, env, supply) };
}

/** one object for each statement of the text, since facts about statements hang on the object */
function distinct(block: Block, seen: Set<Stmt>): Block {
  let changed = false;
  const made = block.map((s) => {
    const again = seen.has(s);
    seen.add(s);
    const inner = blocks(s).length === 0 ? s : mapBlocksOf(s, (b) => distinct(b, seen));
    const own = again && inner === s ? { ...s } : inner;
    if (own !== s) { seen.add(own); changed = true; }
    return own;
  });
  return changed ? made : block;
}

/** the statement itself where no block changes */
function mapBlocksOf(s: Stmt, f: (b: Block) => Block): Stmt {
  let changed = false;
  const mapped = mapStmt(s, (e) => e, (b) => { const to = f(b); changed ||= to !== b; return to; });
  return changed ? mapped : s;
}

function ownedBy(func: Func): ReadonlySet<Var> {
  return new Set([...func.params.map((p) => p.variable), ...variablesDeclared(func.body)]);
}

function replace(e: Expr, env: Environment, supply: Supply): Expr {
  if (e.kind === "var") return asNothing(env.get(e.variable), e.variable.type) ?? e;
  if (e.kind === "closure") return { ...e, func: versionClosure(e.func, env, supply) };
  return mapOperands(e, (x) => replace(x, env, supply));
}

/** a closure that stays a value captures what variables hold where it is made (those it or others assign later are refused before) */
function versionClosure(func: Func, env: Environment, supply: Supply): Func {
  const mark = env.mark();
  const made = versionWith(func, env, supply);
  env.undo(mark);
  return made;
}

/** a block on a way of its own: what it sets is taken back */
function versionBranch(block: Block, env: Environment, region: Region, live: IsLive, supply: Supply): Block {
  const mark = env.mark();
  const made = versionBlock(block, env, region, live, supply);
  env.undo(mark);
  return made;
}

/** `live`: variables that are read after the block */
function versionBlock(block: Block, env: Environment, region: Region, live: IsLive, supply: Supply): Block {
  const out: Stmt[] = [];
  const liveAfter = region.reads.after(block, live);
  for (let i = 0; i < block.length; i++) {
    const s = block[i]!;
    const after = liveAfter(s);
    const isLast = i === block.length - 1;
    switch (s.kind) {
      case "let": case "assign": {
        const value = replace(s.value, env, supply);
        if (s.kind === "assign" && !region.owned.has(s.variable)) { out.push({ ...s, value }); break; }
        // a captured variable may be written back later, so what it held here is a value of its own
        // (joins are made here and stand in the environment; any other mutable variable belongs to a function around)
        const isStable = !(value.kind === "var" && value.variable.mutable && !region.owned.has(value.variable) && !env.holds(value.variable));
        if (isAtom(value) && isStable && !isAsserted(s.variable, value)) { env.set(s.variable, value); break; }
        const variable = s.variable.mutable ? supply.like(s.variable, { mutable: false }) : s.variable;
        out.push(define(variable, value, s.origin));
        if (variable !== s.variable) env.set(s.variable, use(variable));
        break;
      }
      case "if": {
        // the last statement of a block needs no joins of its own: its branches end what the block ends
        if (isLast && region.end !== null) {
          const test = replace(s.test, env, supply);
          const then = versionBranch(s.then, env, region, live, supply);
          const otherwise = versionBranch(s.else, env, region, live, supply);
          out.push({ ...s, test, then, else: otherwise });
          return out;
        }
        out.push(...versionIf(s, env, region, after, supply));
        break;
      }
      case "try": out.push(...versionTry(s, env, region, after, supply)); break;
      case "loop": out.push(...versionLoop(s, env, region, after, supply)); break;
      // what is repeated in a derivative has the same `break` in it: passes tell statements apart by identity
      case "exit": return [...out, ...(region.atBreak?.(env, s.origin) ?? []), { ...s }];
      case "mutate": case "call": {
        const mapped = mapStmt(s, (e) => replace(e, env, supply), (b) => b) as typeof s;
        if (mapped.result?.mutable) {
          const result = supply.like(mapped.result, { mutable: false });
          env.set(mapped.result, use(result));
          out.push({ ...mapped, result });
        } else out.push(mapped);
        break;
      }
      default: out.push(mapStmt(s, (e) => replace(e, env, supply), (b) => versionBlock(b, env, { ...region, end: null, atBreak: null }, after, supply)));
    }
  }
  const last = block.at(-1);
  if (region.end !== null && !(last && leaves(last))) out.push(...region.end(env, last?.origin ?? NOWHERE));
  return out;
}

const NOWHERE: Origin = { span: { file: "", start: 0, end: 0 }, comments: [] };

const leaves = (s: Stmt): boolean => s.kind === "exit" || (s.kind === "if" && s.then.length > 0 && s.else.length > 0 && leaves(s.then.at(-1)!) && leaves(s.else.at(-1)!));

function joinsOf(assigned: ReadonlySet<Var>, env: Environment, isLive: IsLive): Var[] {
  return [...assigned].filter((v) => isLive(v) && (env.has(v) || v.mutable)).sort((a, b) => a.id - b.id);
}

function versionIf(s: Stmt & { kind: "if" }, env: Environment, region: Region, after: IsLive, supply: Supply): Block {
  const assigned = new Set([...assignedBeyondBlock(s.then), ...assignedBeyondBlock(s.else)]);
  const merged = joinsOf(assigned, env, after).filter((v) => env.has(v));
  const joins = new Map(merged.map((v) => [v, supply.like(v, { mutable: true })]));
  const declare = merged.map((v) => define(joins.get(v)!, env.get(v) ?? UNDEFINED, s.origin));
  const entry = new Map(merged.map((v) => [v, env.get(v)]));
  const end: End = (inner, origin) => merged.flatMap((v) => (inner.get(v) === entry.get(v) ? [] : [assign(joins.get(v)!, inner.get(v)!, origin)]));
  const inner: Region = { ...region, end: merged.length > 0 ? end : null };
  const test = replace(s.test, env, supply);
  const then = versionBranch(s.then, env, inner, after, supply);
  const otherwise = versionBranch(s.else, env, inner, after, supply);
  for (const v of assigned) if (!joins.has(v)) env.delete(v);
  for (const [v, j] of joins) env.set(v, use(j));
  return [...declare, { ...s, test, then, else: otherwise }];
}

/** both halves set joins, the body last of all: what it throws, it throws before */
function versionTry(s: Stmt & { kind: "try" }, env: Environment, region: Region, after: IsLive, supply: Supply): Block {
  const [declare, merged] = versionIf({ kind: "if", test: TRUE, then: s.body, else: s.handler ?? [], origin: s.origin }, env, region, after, supply).reduce<[Stmt[], (Stmt & { kind: "if" }) | null]>(
    ([before, found], x) => (x.kind === "if" ? [before, x] : [[...before, x], found]), [[], null]);
  return merged ? [...declare, { ...s, body: merged.then, handler: merged.else }] : declare;
}

function versionLoop(s: Stmt & { kind: "loop" }, env: Environment, region: Region, after: IsLive, supply: Supply): Block {
  const header = s.header;
  const assigned = assignedBeyondBlock(s.body);
  const isReadInside = region.reads.inside(s.body);
  const liveOver: IsLive = (v) => isReadInside(v) || after(v);
  const carried = joinsOf(assigned, env, liveOver).filter((v) => env.has(v));
  const joins = new Map(carried.map((v) => [v, supply.like(v, { mutable: true })]));
  const declare = carried.map((v) => define(joins.get(v)!, env.get(v) ?? UNDEFINED, s.origin));
  const mappedHeader = header.kind === "counted" ? { ...header, start: replace(header.start, env, supply), stop: replace(header.stop, env, supply) } : header;
  const snapshots = new Map(carried.map((v) => [v, supply.like(v, { mutable: false })]));
  const top = carried.map((v) => define(snapshots.get(v)!, use(joins.get(v)!), s.origin));
  const entry = new Map(carried.map((v) => [v, use(snapshots.get(v)!)]));
  const end: End = (at, origin) => carried.flatMap((v) => (at.get(v) === entry.get(v) ? [] : [assign(joins.get(v)!, at.get(v)!, origin)]));
  const mark = env.mark();
  for (const [v, snapshot] of entry) env.set(v, snapshot);
  const body = versionBlock(s.body, env, { ...region, end, atBreak: end }, liveOver, supply);
  env.undo(mark);
  for (const v of assigned) if (!joins.has(v)) env.delete(v);
  for (const [v, j] of joins) env.set(v, use(j));
  return [...declare, { ...s, header: mappedHeader, body: [...top, ...body] }];
}
