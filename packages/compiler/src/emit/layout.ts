// Layout: documents that know where they may break, and their rendering into lines of limited width (after Wadler and Prettier).
// Assumes nothing of the language printed. Guarantees the same text for the same document; a group breaks only if it does not fit.
import type { Span } from "../diagnostics/diagnostic.ts";

export type Doc =
  | string
  | readonly Doc[]
  /** breaks all its lines or none */
  | { readonly kind: "group"; readonly doc: Doc }
  | { readonly kind: "indent"; readonly doc: Doc }
  /** a line break, or `flat` where its group fits */
  | { readonly kind: "line"; readonly flat: string }
  /** one text or the other, as the group around breaks or not */
  | { readonly kind: "either"; readonly broken: string; readonly flat: string }
  /** a line break always */
  | { readonly kind: "hard" }
  /** an empty line between statements */
  | { readonly kind: "blank" }
  /** notes that what follows comes from a piece of source */
  | { readonly kind: "mark"; readonly span: Span };

export const line: Doc = { kind: "line", flat: " " };
export const softline: Doc = { kind: "line", flat: "" };
export const hard: Doc = { kind: "hard" };
export const blank: Doc = { kind: "blank" };
export const group = (...docs: readonly Doc[]): Doc => ({ kind: "group", doc: docs });
export const indent = (...docs: readonly Doc[]): Doc => ({ kind: "indent", doc: docs });
export const mark = (span: Span): Doc => ({ kind: "mark", span });

export function join(separator: Doc, docs: readonly Doc[]): Doc {
  return docs.flatMap((d, i) => (i === 0 ? [d] : [separator, d]));
}

export interface Mapping {
  readonly offset: number;
  readonly span: Span;
}

export interface Rendered {
  readonly text: string;
  readonly mappings: readonly Mapping[];
}

interface Item {
  readonly depth: number;
  readonly broken: boolean;
  readonly doc: Doc;
}

const isList = (doc: Doc): doc is readonly Doc[] => Array.isArray(doc);

export function render(doc: Doc, width: number): Rendered {
  const out: string[] = [];
  const mappings: Mapping[] = [];
  let offset = 0;
  let column = 0;
  let pending = 0;
  const write = (text: string): void => {
    if (text === "") return;
    // indentation waits for text, so that no line ends in spaces
    const padded = pending > 0 ? " ".repeat(pending) + text : text;
    pending = 0;
    out.push(padded);
    offset += padded.length;
  };
  const newLine = (depth: number): void => {
    out.push("\n");
    offset += 1;
    pending = depth * 2;
    column = pending;
  };
  const stack: Item[] = [{ depth: 0, broken: true, doc }];
  for (let item = stack.pop(); item; item = stack.pop()) {
    const { depth, broken, doc: d } = item;
    if (typeof d === "string") { write(d); column += d.length; continue; }
    if (isList(d)) { for (let i = d.length - 1; i >= 0; i--) stack.push({ depth, broken, doc: d[i]! }); continue; }
    switch (d.kind) {
      case "group": stack.push({ depth, broken: !fits(d.doc, width - column, stack), doc: d.doc }); break;
      case "indent": stack.push({ depth: depth + 1, broken, doc: d.doc }); break;
      case "line":
        if (broken) newLine(depth);
        else { write(d.flat); column += d.flat.length; }
        break;
      case "either": { const text = broken ? d.broken : d.flat; write(text); column += text.length; break; }
      case "hard": newLine(depth); break;
      case "blank": out.push("\n"); offset += 1; newLine(depth); break;
      case "mark": mappings.push({ offset: offset + pending, span: d.span }); break;
    }
  }
  return { text: out.join(""), mappings };
}

/** does the document fit on the rest of the line, together with what follows up to the next possible break? */
function fits(doc: Doc, room: number, rest: readonly Item[]): boolean {
  let left = room;
  let next = rest.length;
  // documents, and whether lines in them break
  const docs: Doc[] = [doc];
  const breaks: boolean[] = [false];
  const push = (d: Doc, broken: boolean): void => { docs.push(d); breaks.push(broken); };
  while (left >= 0) {
    let d = docs.pop();
    let broken = breaks.pop() === true;
    if (d === undefined) {
      if (next === 0) return true;
      ({ doc: d, broken } = rest[--next]!);
    }
    if (typeof d === "string") left -= d.length;
    else if (isList(d)) for (let i = d.length - 1; i >= 0; i--) push(d[i]!, broken);
    else switch (d.kind) {
      case "group": push(d.doc, false); break;
      case "indent": push(d.doc, broken); break;
      case "line": if (broken) return true; left -= d.flat.length; break;
      case "either": left -= (broken ? d.broken : d.flat).length; break;
      case "hard": case "blank": return true;
      case "mark": break;
    }
  }
  return false;
}
