// What a page of `cotangent explain` holds. Pages are data: the command, docs/generated/errors.md and SARIF read the same ones.
import type { Finding, Span } from "../diagnostic.ts";

export interface Page {
  readonly code: `CT${number}`;
  readonly title: string;
  /** the messages with this code, made by the catalog itself with names from the example */
  readonly says: readonly Finding[];
  readonly why: string;
  /** TypeScript that gets the message, as small as it can be; null where no program does */
  readonly example: string | null;
  /** the same program as it is accepted; null where there is nothing to rewrite */
  readonly rewrite: string | null;
}

/** messages on pages have no place */
export const NOWHERE: Span = { file: "", start: 0, end: 0 };

/** example code, written with the indentation of its surroundings */
export function code(text: string): string {
  const lines = text.replace(/^\n/, "").trimEnd().split("\n");
  const indentation = Math.min(...lines.filter((line) => line.trim() !== "").map((line) => line.length - line.trimStart().length));
  return lines.map((line) => line.slice(indentation)).join("\n");
}
