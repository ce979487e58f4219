// What every command shares: the compiler opened for the options, a reporter, timing, and the exit code.
// Paths that commands print are relative to the working directory where they are inside of it.
import { createCompiler, type Compiler, type Diagnostic } from "@cotangent/compiler";
import { nodeFileSystem } from "@cotangent/compiler/node";
import { existsSync, readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { createReporter, type ReportOptions, type Reporter } from "./report.ts";
import { UsageError, type Terminal } from "./terminal.ts";

export interface CommonOptions extends ReportOptions {
  readonly project?: string;
  readonly timing?: boolean;
  readonly trace?: string;
  readonly verify?: boolean;
}

export interface Session {
  readonly terminal: Terminal;
  readonly compiler: Compiler;
  readonly reporter: Reporter;
  /** for people: relative to the working directory */
  readonly shown: (path: string) => string;
  readonly absolute: (path: string) => string;
  /** runs a step and keeps how long it took */
  readonly timed: <T>(name: string, step: () => T) => T;
  readonly timing: () => { readonly [name: string]: number };
}

/** Exit codes: 1 for what is wrong in the user's program, 2 for what is wrong with files, options and configuration. */
export const FINE = 0;
export const WRONG = 1;
export const UNUSABLE = 2;

/** type errors and syntax errors are about the program though their code is of the files' range */
const ABOUT_PROGRAM = new Set(["CT8003", "CT8004"]);

export function exitCodeOf(diagnostics: readonly Diagnostic[]): number {
  const errors = diagnostics.filter((x) => x.severity === "error");
  if (errors.length === 0) return FINE;
  return errors.every((x) => x.code.startsWith("CT8") && !ABOUT_PROGRAM.has(x.code)) ? UNUSABLE : WRONG;
}

function projectPath(given: string | undefined, absolute: (path: string) => string): string | undefined {
  if (given === undefined) return undefined;
  const path = absolute(given);
  if (!existsSync(path)) throw new UsageError(`there is no project ${given}`);
  if (!statSync(path).isDirectory()) return path;
  if (!existsSync(`${path}/tsconfig.json`)) throw new UsageError(`there is no tsconfig.json in ${given}`);
  return `${path}/tsconfig.json`;
}

export function openSession(terminal: Terminal, options: CommonOptions, files?: { readonly [path: string]: string }): Session {
  const { cwd } = terminal;
  const absolute = (path: string): string => resolve(cwd, path).replaceAll("\\", "/");
  const shown = (path: string): string => (path.startsWith(`${cwd}/`) ? path.slice(cwd.length + 1) : path);
  const timing: Record<string, number> = {};
  const timed = <T>(name: string, step: () => T): T => {
    const start = performance.now();
    const result = step();
    timing[name] = (timing[name] ?? 0) + performance.now() - start;
    return result;
  };
  const project = projectPath(options.project, absolute);
  const compiler = timed("open", () => createCompiler({
    ...(project === undefined ? {} : { project }),
    ...(files === undefined ? {} : { files }),
    cwd,
    host: nodeFileSystem(),
    ...(options.trace === undefined ? {} : { trace: { pass: options.trace, print: terminal.error } }),
    ...(options.verify === undefined ? {} : { verify: options.verify }),
  }));
  const textOf = (path: string): string | undefined => {
    const at = absolute(path);
    return files?.[at] ?? (existsSync(at) ? readFileSync(at, "utf8") : undefined);
  };
  return { terminal, compiler, reporter: createReporter(terminal, options, textOf), shown, absolute, timed, timing: () => timing };
}

/** diagnostics as people read them: paths relative to the working directory */
export const shownDiagnostics = (found: readonly Diagnostic[], { shown, terminal }: Session): readonly Diagnostic[] =>
  found.map((x) => ({ ...x, file: shown(x.file), message: x.message.replaceAll(`${terminal.cwd}/`, ""), notes: x.notes.map((note) => (note.file === null ? note : { ...note, file: shown(note.file) })) }));

/** prints diagnostics, timing and the machine summary; returns the exit code */
export function conclude(session: Session, options: CommonOptions, diagnostics: readonly Diagnostic[], facts: { readonly [name: string]: unknown }, exitCode: number): number {
  session.reporter.diagnostics(shownDiagnostics(diagnostics, session));
  const timing = session.timing();
  if (options.timing === true) for (const [name, ms] of Object.entries(timing)) session.reporter.say(`${name.padEnd(12)} ${ms.toFixed(1).padStart(9)} ms\n`);
  session.reporter.finish({ ...facts, timing });
  session.compiler.dispose();
  return Math.max(exitCode, exitCodeOf(diagnostics));
}
