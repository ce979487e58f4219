// Diagnostics in the user's terms: paths in the form that the user gave, lines and columns from 1, in UTF-16 units.
// Assumes the texts that the findings were made on; a file without text (it does not exist) is shown at its first line.
import type { Finding, Note, Severity } from "./diagnostic.ts";

export interface DiagnosticNote {
  readonly message: string;
  readonly file: string | null;
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly column: number;
}

export interface Diagnostic {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly column: number;
  readonly notes: readonly DiagnosticNote[];
  readonly help: string | null;
}

/** The text of a file, under the name that it has in the findings or diagnostics at hand. */
export type TextOf = (file: string) => string | undefined;

/** A point of a text; both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

const LINE_BREAKS = /\r\n|[\n\r\u2028\u2029]/g;
const LINE_BREAK = /\r\n|[\n\r\u2028\u2029]/;

export const linesOf = (text: string): readonly string[] => text.split(LINE_BREAK);

/** The line and column of an offset; offsets outside the text are moved to its ends. */
export function placeOf(text: string, offset: number): Place {
  return placesIn(text)(offset);
}

/** the same for many offsets of one text, which is looked through once */
export function placesIn(text: string): (offset: number) => Place {
  const starts = [0];
  for (const found of text.matchAll(LINE_BREAKS)) starts.push(found.index + found[0].length);
  return (offset) => {
    const at = Math.min(Math.max(0, offset), text.length);
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (starts[middle]! <= at) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: at - starts[low]! + 1 };
  };
}

export function toDiagnostic(finding: Finding, textOf: TextOf, form: (file: string) => string): Diagnostic {
  const { code, severity, message, span, help } = finding;
  const noteOf = (note: Note): DiagnosticNote => note.span === null
    ? { message: note.message, file: null, start: 0, end: 0, line: 1, column: 1 }
    : { message: note.message, file: form(note.span.file), start: note.span.start, end: note.span.end, ...placeOf(textOf(note.span.file) ?? "", note.span.start) };
  return {
    code, severity, message, file: form(span.file), start: span.start, end: span.end,
    ...placeOf(textOf(span.file) ?? "", span.start),
    notes: finding.notes.map(noteOf), help,
  };
}
