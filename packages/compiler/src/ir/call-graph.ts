// Which functions call or pass around which, and which of them come back to themselves.
import type { Func, FuncId } from "./ir.ts";
import { statements, visitExpressions } from "./walk.ts";

/** ids of the functions that a function calls */
export function callsOf(func: Func): Set<FuncId> {
  const found = new Set<FuncId>();
  const called = (block: Func["body"]): void => {
    for (const s of statements(block)) if (s.kind === "call" && s.callee.kind === "function") found.add(s.callee.func);
  };
  called(func.body);
  visitExpressions(func.body, (e) => {
    if (e.kind === "function") found.add(e.func);
    if (e.kind === "closure") called(e.func.body);
  });
  return found;
}

export type CallGraph = ReadonlyMap<FuncId, ReadonlySet<FuncId>>;

/** which functions each function calls or passes around */
export const callGraph = (functions: Iterable<Func>): CallGraph => new Map([...functions].map((f) => [f.id, callsOf(f)]));

const NO_CALLS: ReadonlySet<FuncId> = new Set();

/** Functions that reach themselves: those of a component that is larger than one, or that call themselves (Tarjan, without recursion). */
export function recursiveFunctions(graph: CallGraph): Set<FuncId> {
  const found = new Set<FuncId>();
  const order = new Map<FuncId, number>();
  const low = new Map<FuncId, number>();
  /** visited, and not given to a component yet */
  const open: FuncId[] = [];
  const isOpen = new Set<FuncId>();
  for (const root of graph.keys()) {
    if (order.has(root)) continue;
    const path: { readonly id: FuncId; readonly next: Iterator<FuncId> }[] = [];
    const enter = (id: FuncId): void => {
      order.set(id, order.size);
      low.set(id, order.get(id)!);
      open.push(id);
      isOpen.add(id);
      path.push({ id, next: (graph.get(id) ?? NO_CALLS)[Symbol.iterator]() });
    };
    enter(root);
    for (let at = path.at(-1); at !== undefined; at = path.at(-1)) {
      const { id } = at;
      const { value: callee, done } = at.next.next();
      if (done !== true) {
        if (!order.has(callee)) enter(callee);
        else if (isOpen.has(callee)) low.set(id, Math.min(low.get(id)!, order.get(callee)!));
        continue;
      }
      path.pop();
      const caller = path.at(-1);
      if (caller !== undefined) low.set(caller.id, Math.min(low.get(caller.id)!, low.get(id)!));
      if (low.get(id) !== order.get(id)) continue;
      const component = open.splice(open.lastIndexOf(id));
      for (const x of component) isOpen.delete(x);
      if (component.length > 1 || graph.get(id)?.has(id) === true) for (const x of component) found.add(x);
    }
  }
  return found;
}

export function reaches(graph: CallGraph, from: FuncId, to: FuncId): boolean {
  const seen = new Set<FuncId>();
  const open = [from];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const next of graph.get(at) ?? []) {
      if (next === to) return true;
      if (!seen.has(next)) { seen.add(next); open.push(next); }
    }
  }
  return false;
}
