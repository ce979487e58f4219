// Versions variables: every variable is defined once, except joins, which are declared before an `if` or a loop and assigned at
// the ends of its blocks. A join is read by a snapshot at the top of its loop's body, and after its statement.
// Assumes the structured stage without general loops. Guarantees the versioned stage; primal operations and their order are kept.
import type { Block, Expr, Func, Origin, Stmt, Var } from "../ir/ir.ts";
import { assign, define, isAtom, type Supply, UNDEFINED, use } from "../ir/build.ts";
import { blocks, mapOperands, mapStmt, variablesAssigned, variablesDeclared, variablesRead } from "../ir/walk.ts";

/** the current value of each source variable, as an atom; absent: the variable stands for itself */
type Env = Map<Var, Expr>;

/** statements that end a path: they assign the joins of the construct around them */
type End = (env: Env, origin: Origin) => Block;

interface Region {
  /** variables of the function at hand; assignments to any other (a captured one) are effects and stay */
  readonly owned: ReadonlySet<Var>;
  /** at the end of the block; null where nothing is due */
  readonly end: End | null;
  /** before a tail `break` of the innermost loop */
  readonly atBreak: End | null;
}

export function version(func: Func, supply: Supply): Func {
  return versionWith(func, new Map(), supply);
}

/** parameters that are assigned keep their name for what was passed; assignments make versions */
function versionWith(func: Func, env: Env, supply: Supply): Func {
  const params = func.params.map((p) => {
    if (!p.variable.mutable) return p;
    const variable = supply.like(p.variable, { mutable: false });
    env.set(p.variable, use(variable));
    return { ...p, variable };
  });
  const live = func.result ? new Set(varsOf(func.result)) : new Set<Var>();
  const body = versionBlock(func.body, env, { owned: ownedBy(func), end: null, atBreak: null }, live, supply);
  return { ...func, params, body, result: func.result && replace(func.result, env, supply) };
}

function ownedBy(func: Func): ReadonlySet<Var> {
  return new Set([...func.params.map((p) => p.variable), ...variablesDeclared(func.body)]);
}

function varsOf(e: Expr): Var[] {
  const found: Var[] = [];
  const visit = (x: Expr): Expr => { if (x.kind === "var") found.push(x.variable); return mapOperands(x, visit); };
  visit(e);
  return found;
}

function replace(e: Expr, env: Env, supply: Supply): Expr {
  if (e.kind === "var") return env.get(e.variable) ?? e;
  if (e.kind === "closure") return { ...e, func: versionClosure(e.func, env, supply) };
  return mapOperands(e, (x) => replace(x, env, supply));
}

/** a closure that stays a value captures what variables hold where it is made (those it or others assign later are refused before) */
function versionClosure(func: Func, outer: Env, supply: Supply): Func {
  return versionWith(func, new Map(outer), supply);
}

/** `live`: variables that are read after the block */
function versionBlock(block: Block, env: Env, region: Region, live: ReadonlySet<Var>, supply: Supply): Block {
  const out: Stmt[] = [];
  const liveAfter = livenessOf(block, live);
  for (let i = 0; i < block.length; i++) {
    const s = block[i]!;
    const after = liveAfter[i]!;
    const isLast = i === block.length - 1;
    switch (s.kind) {
      case "let": case "assign": {
        const value = replace(s.value, env, supply);
        if (s.kind === "assign" && !region.owned.has(s.variable)) { out.push({ ...s, value }); break; }
        // a captured variable may be written back later, so what it held here is a value of its own
        const isStable = !(value.kind === "var" && value.variable.mutable && !region.owned.has(value.variable) && isCaptured(value.variable, env));
        if (isAtom(value) && isStable) { env.set(s.variable, value); break; }
        const variable = s.variable.mutable ? supply.like(s.variable, { mutable: false }) : s.variable;
        out.push(define(variable, value, s.origin));
        if (variable !== s.variable) env.set(s.variable, use(variable));
        break;
      }
      case "if": {
        // the last statement of a block needs no joins of its own: its branches end what the block ends
        if (isLast && region.end !== null) {
          const test = replace(s.test, env, supply);
          const then = versionBlock(s.then, new Map(env), region, live, supply);
          const otherwise = versionBlock(s.else, new Map(env), region, live, supply);
          out.push({ ...s, test, then, else: otherwise });
          return out;
        }
        out.push(...versionIf(s, env, region, after, supply));
        break;
      }
      case "loop": out.push(...versionLoop(s, env, region, after, supply)); break;
      case "exit": return [...out, ...(region.atBreak?.(env, s.origin) ?? []), s];
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

/** joins are made here and stand in the environment; any other mutable variable belongs to a function around */
function isCaptured(v: Var, env: Env): boolean {
  for (const e of env.values()) if (e.kind === "var" && e.variable === v) return false;
  return true;
}

const NOWHERE: Origin = { span: { file: "", start: 0, end: 0 }, comments: [] };

const leaves = (s: Stmt): boolean => s.kind === "exit" || (s.kind === "if" && s.then.length > 0 && s.else.length > 0 && leaves(s.then.at(-1)!) && leaves(s.else.at(-1)!));

/** for each statement the variables that are read after it (before being set again, conservatively) */
function livenessOf(block: Block, live: ReadonlySet<Var>): ReadonlySet<Var>[] {
  const found: ReadonlySet<Var>[] = new Array<ReadonlySet<Var>>(block.length);
  let after: Set<Var> = new Set(live);
  for (let i = block.length - 1; i >= 0; i--) {
    found[i] = after;
    const s = block[i]!;
    const next = new Set(after);
    if ((s.kind === "let" || s.kind === "assign") && blocks(s).length === 0) next.delete(s.variable);
    for (const v of variablesRead([s])) next.add(v);
    after = next;
  }
  return found;
}

function joinsOf(assigned: ReadonlySet<Var>, env: Env, live: ReadonlySet<Var>): Var[] {
  return [...assigned].filter((v) => live.has(v) && (env.has(v) || v.mutable)).sort((a, b) => a.id - b.id);
}

function versionIf(s: Stmt & { kind: "if" }, env: Env, region: Region, after: ReadonlySet<Var>, supply: Supply): Block {
  const assigned = new Set([...variablesAssigned(s.then), ...variablesAssigned(s.else)]);
  const merged = joinsOf(assigned, env, after).filter((v) => env.has(v));
  const joins = new Map(merged.map((v) => [v, supply.like(v, { mutable: true })]));
  const declare = merged.map((v) => define(joins.get(v)!, env.get(v) ?? UNDEFINED, s.origin));
  const end: End = (inner, origin) => merged.flatMap((v) => (inner.get(v) === env.get(v) ? [] : [assign(joins.get(v)!, inner.get(v)!, origin)]));
  const inner: Region = { ...region, end: merged.length > 0 ? end : null };
  const test = replace(s.test, env, supply);
  const then = versionBlock(s.then, new Map(env), inner, after, supply);
  const otherwise = versionBlock(s.else, new Map(env), inner, after, supply);
  for (const v of assigned) if (!joins.has(v)) env.delete(v);
  for (const [v, j] of joins) env.set(v, use(j));
  return [...declare, { ...s, test, then, else: otherwise }];
}

function versionLoop(s: Stmt & { kind: "loop" }, env: Env, region: Region, after: ReadonlySet<Var>, supply: Supply): Block {
  const header = s.header;
  const assigned = variablesAssigned(s.body);
  const readInside = variablesRead(s.body);
  const liveOver = new Set([...after, ...readInside]);
  const carried = joinsOf(assigned, env, liveOver).filter((v) => env.has(v));
  const joins = new Map(carried.map((v) => [v, supply.like(v, { mutable: true })]));
  const declare = carried.map((v) => define(joins.get(v)!, env.get(v) ?? UNDEFINED, s.origin));
  const inner: Env = new Map(env);
  const snapshots: Stmt[] = [];
  for (const v of carried) {
    const snapshot = supply.like(v, { mutable: false });
    snapshots.push(define(snapshot, use(joins.get(v)!), s.origin));
    inner.set(v, use(snapshot));
  }
  const entry = new Map(inner);
  const end: End = (at, origin) => carried.flatMap((v) => (at.get(v) === entry.get(v) ? [] : [assign(joins.get(v)!, at.get(v)!, origin)]));
  const mappedHeader = header.kind === "counted" ? { ...header, start: replace(header.start, env, supply), stop: replace(header.stop, env, supply) } : header;
  const body = versionBlock(s.body, inner, { ...region, end, atBreak: end }, liveOver, supply);
  for (const v of assigned) if (!joins.has(v)) env.delete(v);
  for (const [v, j] of joins) env.set(v, use(j));
  return [...declare, { ...s, header: mappedHeader, body: [...snapshots, ...body] }];
}
