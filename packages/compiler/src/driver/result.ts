// What the compiler answers: results in the user's terms, with diagnostics instead of exceptions.
import type { Finding, Severity } from "../diagnostics/diagnostic.ts";
import type { Diagnostic } from "../diagnostics/places.ts";

/** a source map, version 3 */
export interface SourceMap {
  readonly version: 3;
  readonly file?: string;
  readonly sources: readonly string[];
  readonly sourcesContent: readonly (string | null)[];
  readonly names: readonly string[];
  readonly mappings: string;
}

export interface Success {
  readonly ok: true;
  readonly changed: boolean;
  readonly code: string;
  readonly map: SourceMap | null;
  readonly dependencies: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

export interface Failure {
  readonly ok: false;
  readonly dependencies: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

export type Result = Success | Failure;

export const hasErrors = (findings: readonly { readonly severity: Severity }[]): boolean => findings.some((x) => x.severity === "error");

/** each finding once, in the order of the text */
export function distinct(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Map<string, Finding>();
  for (const x of findings) {
    const key = `${x.code} ${x.span.file} ${x.span.start} ${x.span.end} ${x.message}`;
    if (!seen.has(key)) seen.set(key, x);
  }
  return [...seen.values()].sort((a, b) => (a.span.file === b.span.file ? a.span.start - b.span.start : a.span.file < b.span.file ? -1 : 1));
}
