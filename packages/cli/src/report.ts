// Prints diagnostics in the format that was asked for: for people (pretty, plain), for GitHub, as SARIF, as JSON.
// Guarantees that machine formats are the only thing on the result stream.
import { renderGithub, renderPlain, renderPretty, renderSarif, VERSION, type Colors, type Diagnostic } from "@cotangent/compiler";
import { createColors } from "picocolors";
import { UsageError, type Terminal } from "./terminal.ts";

export const FORMATS = ["pretty", "plain", "github", "sarif"] as const;
export type Format = (typeof FORMATS)[number];

export interface ReportOptions {
  readonly json?: boolean;
  readonly format?: string;
  readonly color?: boolean;
}

const isFormat = (text: string): text is Format => FORMATS.some((x) => x === text);

export function formatOf({ format }: ReportOptions, terminal: Terminal): Format {
  if (format !== undefined && !isFormat(format)) throw new UsageError(`there is no format ${format}; formats: ${FORMATS.join(", ")}`);
  if (format !== undefined) return format;
  if (terminal.env["GITHUB_ACTIONS"] === "true") return "github";
  return terminal.interactive ? "pretty" : "plain";
}

const isSet = (variable: string | undefined): boolean => variable !== undefined && variable !== "";

/** `--color`, `--no-color`, NO_COLOR and FORCE_COLOR, in this order; else by the terminal. */
function colorsFor(terminal: Terminal, asked: boolean | undefined): Colors {
  const { NO_COLOR, FORCE_COLOR } = terminal.env;
  const byEnvironment = isSet(NO_COLOR) ? false : isSet(FORCE_COLOR) && FORCE_COLOR !== "0" ? true : terminal.interactive;
  const paint = createColors(asked ?? byEnvironment);
  return { error: paint.red, warning: paint.yellow, file: paint.cyan, position: paint.yellow, code: paint.gray, gutter: paint.inverse, help: paint.green };
}

export interface Reporter {
  /** prints diagnostics; machine formats are printed once, by `finish` */
  readonly diagnostics: (found: readonly Diagnostic[]) => void;
  /** the machine-readable summary, where one was asked for */
  readonly finish: (facts: { readonly [name: string]: unknown }) => void;
  /** text for people; silent under --json and sarif */
  readonly say: (text: string) => void;
  /** a result; silent under --json and sarif */
  readonly result: (text: string) => void;
}

export function createReporter(terminal: Terminal, options: ReportOptions, textOf: (file: string) => string | undefined): Reporter {
  const format = formatOf(options, terminal);
  const colors = colorsFor(terminal, options.color);
  const json = options.json === true;
  const collected: Diagnostic[] = [];
  const silent = json || format === "sarif";

  const print = (found: readonly Diagnostic[]): void => {
    if (found.length === 0) return;
    if (format === "github") return terminal.output(renderGithub(found, textOf));
    terminal.error(format === "plain" ? renderPlain(found) : renderPretty(found, textOf, colors));
  };

  return {
    diagnostics: (found) => {
      collected.push(...found);
      if (!silent) print(found);
    },
    finish: (facts) => {
      if (json) terminal.output(`${JSON.stringify({ version: VERSION, ...facts, diagnostics: collected }, null, 2)}\n`);
      else if (format === "sarif") terminal.output(renderSarif(collected, textOf, VERSION));
    },
    say: (text) => {
      if (!silent) terminal.error(text);
    },
    result: (text) => {
      if (!silent) terminal.output(text);
    },
  };
}
