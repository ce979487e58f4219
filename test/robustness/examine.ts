// What must never happen, whatever the input: an exception, a refusal without an error, a diagnostic without code and place, output that
// does not parse, or an answer that takes too long.
import { type Compiler, type Diagnostic } from "@cotangent/compiler";
import { ts } from "ts-morph";

export interface Problem {
  readonly path: string;
  readonly what: string;
}

/** in seconds of processor time, since other processes are no defect */
const LONGEST = 60;

/** a diagnostic points at text of a file that exists, at an empty place only where the file is empty or ends */
function isLocated({ code, file, line, column, start, end }: Diagnostic, textOf: (path: string) => string | undefined): boolean {
  const text = textOf(file);
  if (!/^CT\d{4}$/.test(code) || text === undefined || line < 1 || column < 1) return false;
  return start >= 0 && end <= text.length && (end > start || start === text.length);
}

/** parsed and nothing more: transpiling emits, and TypeScript's emitter is not what is examined */
function syntaxErrors(path: string, code: string): readonly string[] {
  const file = ts.createSourceFile(path, code, ts.ScriptTarget.ESNext);
  const host: ts.CompilerHost = {
    getSourceFile: (x) => (x === path ? file : undefined), getDefaultLibFileName: () => "", writeFile: () => undefined, getCurrentDirectory: () => "/", getCanonicalFileName: (x) => x,
    useCaseSensitiveFileNames: () => true, getNewLine: () => "\n", fileExists: (x) => x === path, readFile: () => undefined,
  };
  const program = ts.createProgram([path], { target: ts.ScriptTarget.ESNext, noResolve: true, noLib: true, types: [] }, host);
  return program.getSyntacticDiagnostics(file).map((x) => ts.flattenDiagnosticMessageText(x.messageText, "\n"));
}

/** runs one operation on one file; null where all went as it should, whether compiled or refused */
export function examine(compiler: Compiler, operation: "transform" | "generate", path: string, textOf: (path: string) => string | undefined, heard: (code: string) => void = () => undefined): Problem | null {
  const start = process.cpuUsage();
  try {
    const result = compiler[operation](path);
    for (const x of result.diagnostics) heard(x.code);
    const lost = result.diagnostics.find((x) => !isLocated(x, textOf));
    if (lost !== undefined) return { path, what: `a diagnostic without a place: ${JSON.stringify({ ...lost, notes: [] })}` };
    if (!result.ok && !result.diagnostics.some((x) => x.severity === "error")) return { path, what: "refused without an error" };
    if (result.ok && result.changed) {
      const errors = syntaxErrors(path, result.code);
      if (errors.length > 0) return { path, what: `output does not parse: ${errors.slice(0, 3).join("; ")}` };
    }
  } catch (error) {
    return { path, what: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  const { user, system } = process.cpuUsage(start);
  const took = (user + system) / 1e6;
  return took > LONGEST ? { path, what: `took ${Math.round(took)} s` } : null;
}
