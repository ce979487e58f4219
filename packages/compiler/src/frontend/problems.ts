// TypeScript's own complaints, as findings: syntax errors of a file, type errors inside a slice.
// Guarantees that nothing outside of the slice blocks, and that a sibling which does not exist yet is no error.
import { ts } from "ts-morph";
import type { Finding, Span } from "../diagnostics/diagnostic.ts";
import * as catalog from "../diagnostics/catalog.ts";
import type { Slice } from "./slice.ts";

const textOf = (diagnostic: ts.Diagnostic): string => ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n");

/** about modules and their exports: a sibling of this run may be missing or older than the tags */
const ABOUT_MODULES = new Set([2305, 2306, 2307, 2614, 2724, 7016]);

const isAboutSibling = (diagnostic: ts.Diagnostic): boolean => ABOUT_MODULES.has(diagnostic.code) && /\.grad(\.[cm]?[jt]sx?)?['"]/.test(textOf(diagnostic));

/** a piece of text to point at: TypeScript misses tokens at empty places, and behind the end of the file */
function placeIn(file: ts.SourceFile, start: number, length: number): Span {
  const last = file.text.length;
  if (length > 0) return { file: file.fileName, start, end: Math.min(start + length, last) };
  return start < last ? { file: file.fileName, start, end: start + 1 } : { file: file.fileName, start: Math.max(0, last - 1), end: last };
}

export function syntaxFindings(file: ts.SourceFile, program: ts.Program): readonly Finding[] {
  return program.getSyntacticDiagnostics(file).map((x) => catalog.syntaxError(placeIn(file, x.start, x.length), x.code, textOf(x)));
}

/** Type errors that stand in a slice. */
export function typeFindings(slice: Slice, program: ts.Program): readonly Finding[] {
  const findings: Finding[] = [];
  const executed = slice.parts.filter((x) => x.executed);
  for (const path of new Set(executed.map((x) => x.file))) {
    const file = program.getSourceFile(path);
    if (file === undefined) continue;
    const spans = executed.filter((x) => x.file === path);
    for (const found of [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]) {
      const { start, length, category, code, reportsUnnecessary } = found;
      if (category !== ts.DiagnosticCategory.Error || reportsUnnecessary !== undefined || start === undefined || isAboutSibling(found)) continue;
      if (!spans.some((x) => start >= x.start && start < x.end)) continue;
      findings.push(catalog.typeError(placeIn(file, start, length ?? 0), code, textOf(found)));
    }
  }
  return findings;
}
