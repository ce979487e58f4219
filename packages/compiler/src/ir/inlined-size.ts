// How long functions get once calls are replaced by what they call, and which should stay calls so that this has an end: helpers that call
// helpers twice multiply, and ten levels of them are a thousand copies.
// Assumes raw or structured functions. Sizes are statements, those of function literals included.
import type { Func, FuncId } from "./ir.ts";
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
}

function textOf(func: Func): Text {
  const mentioned: FuncId[] = [];
  let length = 0;
  const count = (block: Func["body"]): void => {
    for (const s of statements(block)) {
      length++;
      if (s.kind === "call" && s.callee.kind === "function") mentioned.push(s.callee.func);
    }
  };
  count(func.body);
  visitExpressions(func.body, (e) => {
    if (e.kind === "function") mentioned.push(e.func);
    if (e.kind === "closure") count(e.func.body);
  });
  return { func, length, mentioned };
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
  const found = new Set<FuncId>();
  /** the length of the root */
  const measure = (mayStay: (text: Text, length: number) => boolean): number => {
    const lengths = new Map<FuncId, number>();
    for (const text of order) {
      const length = text.mentioned.reduce((sum, id) => sum + (found.has(id) ? 1 : lengths.get(id) ?? 1), text.length);
      lengths.set(text.func.id, length);
      if (mayStay(text, length)) found.add(text.func.id);
    }
    return lengths.get(root) ?? 0;
  };
  if (measure(() => false) > LONGEST_PROGRAM) measure(({ func }, length) => length > LONGEST_COPY && (places.get(func.id) ?? 0) > 1 && !isInlined(func));
  return found;
}
