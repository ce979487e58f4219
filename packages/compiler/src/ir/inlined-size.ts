// How long functions get once calls are replaced by what they call, and which should stay calls so that this has an end: helpers that call
// helpers twice multiply, and ten levels of them are a thousand copies.
// Assumes raw or structured functions. Sizes are statements, those of function literals included.
import type { Func, FuncId } from "./ir.ts";
import { isReferenceType } from "./facts.ts";
import { statements, visitExpressions } from "./walk.ts";

/** a program that is longer than this when all is inlined keeps calls */
const LONGEST_PROGRAM = 3000;
/** and those are the calls of functions longer than this that are called in several places */
const LONGEST_COPY = 100;

interface Text {
  readonly func: Func;
  /** statements of its own */
  readonly length: number;
  /** what it calls or passes around, once for each place */
  readonly mentioned: readonly FuncId[];
  /** does it look into module variables, or write them? */
  readonly hasState: boolean;
}

function textOf(func: Func): Text {
  const mentioned: FuncId[] = [];
  let length = 0;
  let hasState = false;
  const count = (block: Func["body"]): void => {
    for (const s of statements(block)) {
      length++;
      if (s.kind === "call" && s.callee.kind === "function") mentioned.push(s.callee.func);
      if ((s.kind === "store" || s.kind === "accumulate") && s.place.kind === "cell") hasState = true;
    }
  };
  count(func.body);
  visitExpressions(func.body, (e) => {
    if (e.kind === "function") mentioned.push(e.func);
    if (e.kind === "closure") count(e.func.body);
    if (e.kind === "load" && e.place.kind === "cell" && (e.place.cell.mutable || isReferenceType(e.type))) hasState = true;
  });
  return { func, length, mentioned, hasState };
}

/** callees before callers, except where they call each other */
function calleesFirst(texts: ReadonlyMap<FuncId, Text>, root: FuncId): readonly Text[] {
  const seen = new Set<FuncId>([root]);
  const order: Text[] = [];
  const enter = (id: FuncId): { readonly text: Text | undefined; readonly next: Iterator<FuncId> } => ({ text: texts.get(id), next: (texts.get(id)?.mentioned ?? [])[Symbol.iterator]() });
  const path = [enter(root)];
  for (let at = path.at(-1); at !== undefined; at = path.at(-1)) {
    const { value: callee, done } = at.next.next();
    if (done === true) {
      path.pop();
      if (at.text !== undefined) order.push(at.text);
    } else if (!seen.has(callee)) {
      seen.add(callee);
      path.push(enter(callee));
    }
  }
  return order;
}

/** the functions whose calls stay calls because their copies would be too many; `isInlined`: those that cannot stay calls */
export function tooLongToCopy(functions: ReadonlyMap<FuncId, Func>, root: FuncId, isInlined: (func: Func) => boolean): Set<FuncId> {
  const texts = new Map([...functions].map(([id, func]) => [id, textOf(func)]));
  const order = calleesFirst(texts, root);
  const places = new Map<FuncId, number>();
  for (const { mentioned } of order) for (const id of mentioned) places.set(id, (places.get(id) ?? 0) + 1);
  // the adjoints of module variables belong to one function
  const withState = new Set<FuncId>();
  for (const { func, mentioned, hasState } of order) if (hasState || mentioned.some((id) => withState.has(id))) withState.add(func.id);
  const found = new Set<FuncId>();
  /** the length of the root */
  const measure = (mayStay: (func: Func, length: number) => boolean): number => {
    const lengths = new Map<FuncId, number>();
    for (const { func, length: own, mentioned } of order) {
      const length = mentioned.reduce((sum, id) => sum + (found.has(id) ? 1 : lengths.get(id) ?? 1), own);
      lengths.set(func.id, length);
      if (mayStay(func, length)) found.add(func.id);
    }
    return lengths.get(root) ?? 0;
  };
  const mayStay = (func: Func, length: number): boolean => length > LONGEST_COPY && (places.get(func.id) ?? 0) > 1 && !withState.has(func.id) && !isInlined(func);
  if (measure(() => false) > LONGEST_PROGRAM) measure(mayStay);
  return found;
}
