// Diagnostics as text: for people (as `tsc` writes them, plain and pretty), for GitHub, as JSON; sarif.ts has the rest.
// The order of the input is kept. Nothing is read or written here: texts and colors are passed in.
import { frame, NO_COLORS, type Colors } from "./frame.ts";
import { placeOf, type Diagnostic, type DiagnosticNote, type TextOf } from "./places.ts";

// ---------------------------------------------------------------------------------------------------- plain

/** `src/a.ts(12,9): error CT1004: …`, one diagnostic per line, its notes and its help indented below. */
export function renderPlain(diagnostics: readonly Diagnostic[]): string {
  return diagnostics.map((x) => `${[headline(x), ...x.notes.map(plainNote), ...helpLines(x, NO_COLORS)].join("\n")}\n`).join("");
}

const headline = (x: Diagnostic): string => `${x.file}(${x.line},${x.column}): ${x.severity} ${x.code}: ${indented(x.message)}`;

const plainNote = (note: DiagnosticNote): string =>
  (note.file === null ? `  note: ${indented(note.message)}` : `  ${note.file}(${note.line},${note.column}): note: ${indented(note.message)}`);

/** further lines of a message stand below the first */
const indented = (message: string): string => message.replaceAll(/\r?\n/g, "\n  ");

const helpLines = (x: Diagnostic, colors: Colors): readonly string[] => (x.help === null ? [] : [`  ${colors.help("help:")} ${indented(x.help)}`]);

// ---------------------------------------------------------------------------------------------------- pretty

/** With code frames, related places, help and a count, as on a terminal. Empty for no diagnostics. */
export function renderPretty(diagnostics: readonly Diagnostic[], textOf: TextOf, colors: Colors = NO_COLORS): string {
  if (diagnostics.length === 0) return "";
  return `${[...diagnostics.flatMap((x) => [...prettyLines(x, textOf, colors), ""]), countOf(diagnostics, colors)].join("\n")}\n`;
}

const placeText = (file: string, line: number, column: number, colors: Colors): string =>
  `${colors.file(file)}:${colors.position(String(line))}:${colors.position(String(column))}`;

function prettyLines(x: Diagnostic, textOf: TextOf, colors: Colors): readonly string[] {
  const paint = x.severity === "error" ? colors.error : colors.warning;
  const drawn = frame(textOf(x.file) ?? "", x.start, x.end, "", colors.gutter, paint);
  const help = helpLines(x, colors);
  return [
    `${placeText(x.file, x.line, x.column, colors)} - ${paint(x.severity)} ${colors.code(x.code)}: ${indented(x.message)}`,
    ...(drawn.length === 0 ? [] : ["", ...drawn]),
    ...x.notes.flatMap((note) => ["", ...prettyNote(note, textOf, colors)]),
    ...(help.length === 0 ? [] : ["", ...help]),
  ];
}

function prettyNote(note: DiagnosticNote, textOf: TextOf, colors: Colors): readonly string[] {
  if (note.file === null) return [`  note: ${indented(note.message)}`];
  return [
    `  ${placeText(note.file, note.line, note.column, colors)}`,
    ...frame(textOf(note.file) ?? "", note.start, note.end, "    ", colors.gutter, colors.position),
    `    ${indented(note.message)}`,
  ];
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

function countOf(diagnostics: readonly Diagnostic[], colors: Colors): string {
  const errors = diagnostics.filter((x) => x.severity === "error").length;
  const warnings = diagnostics.length - errors;
  const found = [...(errors > 0 ? [counted(errors, "error")] : []), ...(warnings > 0 ? [counted(warnings, "warning")] : [])].join(" and ");
  const files = new Set(diagnostics.map((x) => x.file)).size;
  const [first] = diagnostics;
  if (first === undefined || files > 1) return `Found ${found} in ${files} files.`;
  const at = `${colors.file(first.file)}:${colors.position(String(first.line))}`;
  return diagnostics.length === 1 ? `Found ${found} in ${at}.` : `Found ${found} in the same file, starting at ${at}.`;
}

// ---------------------------------------------------------------------------------------------------- GitHub

const escapeData = (text: string): string => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
const escapeProperty = (text: string): string => escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");

/** Workflow commands, which GitHub shows at the lines of a pull request. */
export function renderGithub(diagnostics: readonly Diagnostic[], textOf: TextOf): string {
  return diagnostics.map((x) => {
    const end = placeOf(textOf(x.file) ?? "", x.end);
    // columns of a span that ends on another line would be read as columns of one line
    const region = end.line === x.line ? `line=${x.line},col=${x.column},endColumn=${Math.max(end.column, x.column)}` : `line=${x.line},endLine=${end.line}`;
    const notes = x.notes.map((note) => `\n${note.file === null ? "" : `${note.file}(${note.line},${note.column}): `}${note.message}`).join("");
    const help = x.help === null ? "" : `\nhelp: ${x.help}`;
    return `::${x.severity} file=${escapeProperty(x.file)},${region},title=${x.code}::${escapeData(`${x.message}${notes}${help}`)}\n`;
  }).join("");
}

// ---------------------------------------------------------------------------------------------------- JSON

/** The diagnostics as they are, an array. */
export const renderJson = (diagnostics: readonly Diagnostic[]): string => `${JSON.stringify(diagnostics, null, 2)}\n`;
