// Code frames as `tsc` draws them: the lines of a span under their numbers, and a wave below what is meant.
// Spans of more than five lines show their first two and last two. Tabs count as one column, as editors count them in positions.
import { linesOf, placeOf } from "./places.ts";

/** Paints the parts of a message; the identity where there are no colors. */
export interface Colors {
  readonly error: (text: string) => string;
  readonly warning: (text: string) => string;
  readonly file: (text: string) => string;
  readonly position: (text: string) => string;
  readonly code: (text: string) => string;
  readonly gutter: (text: string) => string;
  readonly help: (text: string) => string;
}

const unpainted = (text: string): string => text;

export const NO_COLORS: Colors = {
  error: unpainted, warning: unpainted, file: unpainted, position: unpainted, code: unpainted, gutter: unpainted, help: unpainted,
};

const ELLIPSIS = "...";

/** The lines of the frame; none where there is no text. */
export function frame(text: string, start: number, end: number, indent: string, gutter: (text: string) => string, wave: (text: string) => string): readonly string[] {
  if (text === "") return [];
  const [from, to] = [placeOf(text, start), placeOf(text, Math.max(start, end))];
  const lines = linesOf(text);
  const isLong = to.line - from.line >= 5;
  const width = Math.max(String(to.line).length, isLong ? ELLIPSIS.length : 0);
  const margin = (content: string): string => `${indent}${gutter(content.padStart(width))} `;
  const drawn: string[] = [];
  for (let line = from.line; line <= to.line; line++) {
    if (isLong && line === from.line + 2) {
      drawn.push(margin(ELLIPSIS).trimEnd());
      line = to.line - 1;
    }
    const content = (lines[line - 1] ?? "").replaceAll("\t", " ").trimEnd();
    const indentation = content.length - content.trimStart().length;
    const first = line === from.line ? from.column - 1 : indentation;
    const last = line === to.line ? to.column - 1 : content.length;
    drawn.push(`${margin(String(line))}${content}`);
    drawn.push(`${margin("")}${" ".repeat(first)}${wave("~".repeat(Math.max(1, last - first)))}`);
  }
  return drawn;
}
