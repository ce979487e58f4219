// Diagnostics as a SARIF 2.1.0 log, the format that code scanning services read.
// One rule per code that occurs, described by its page; columns count UTF-16 units from 1, ends are exclusive.
import { pageOf } from "./pages.ts";
import { placeOf, type Diagnostic, type TextOf } from "./places.ts";

interface Message {
  readonly text: string;
}

interface Region {
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}

interface Location {
  readonly physicalLocation: { readonly artifactLocation: { readonly uri: string }; readonly region: Region };
  readonly message?: Message;
}

const uriOf = (file: string): string => file.split("/").map(encodeURIComponent).join("/");

function locationOf(file: string, start: number, end: number, textOf: TextOf): Location {
  const text = textOf(file) ?? "";
  const [from, to] = [placeOf(text, start), placeOf(text, Math.max(start, end))];
  const region: Region = { startLine: from.line, startColumn: from.column, endLine: to.line, endColumn: to.column };
  return { physicalLocation: { artifactLocation: { uri: uriOf(file) }, region } };
}

function ruleOf(code: string): object {
  const page = pageOf(code);
  return page === undefined ? { id: code } : { id: code, shortDescription: { text: page.title }, fullDescription: { text: page.why } };
}

export function renderSarif(diagnostics: readonly Diagnostic[], textOf: TextOf, version: string): string {
  const codes = [...new Set(diagnostics.map((x) => x.code))].sort();
  const results = diagnostics.map((x) => ({
    ruleId: x.code,
    ruleIndex: codes.indexOf(x.code),
    level: x.severity,
    message: { text: x.help === null ? x.message : `${x.message}\nhelp: ${x.help}` },
    locations: [locationOf(x.file, x.start, x.end, textOf)],
    relatedLocations: x.notes.flatMap((note) => (note.file === null ? [] : [{ ...locationOf(note.file, note.start, note.end, textOf), message: { text: note.message } }])),
  }));
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [{ tool: { driver: { name: "cotangent", version, rules: codes.map(ruleOf) } }, columnKind: "utf16CodeUnits", results }],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}
