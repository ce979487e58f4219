// What TypeScript says about texts that exist in memory only.
import ts from "typescript";
import { ROOT } from "./paths.ts";

/** files of the libraries, parsed once */
const known = new Map<string, ts.SourceFile | undefined>();

export interface Problem {
  readonly path: string;
  /** with the line that it is about */
  readonly text: string;
}

/** The errors in some of the files of an in-memory project; paths are absolute in it. `cotangent` is the workspace's. */
export function typeProblems(files: ReadonlyMap<string, string>, checked: readonly string[], compilerOptions: object): readonly Problem[] {
  const { options } = ts.convertCompilerOptionsFromJson({ ...compilerOptions, customConditions: ["@cotangent/source"], types: [], noEmit: true }, ROOT);
  const folder = `${ROOT.replace(/\/$/, "")}/test/$memory`;
  const texts = new Map([...files].map(([path, text]) => [folder + path, text]));
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (name) => texts.has(name) || fileExists(name);
  host.readFile = (name) => texts.get(name) ?? readFile(name);
  host.directoryExists = () => true;
  host.getSourceFile = (name, settings, ...rest) => {
    const text = texts.get(name);
    if (text !== undefined) return ts.createSourceFile(name, text, settings);
    if (!known.has(name)) known.set(name, getSourceFile(name, settings, ...rest));
    return known.get(name);
  };
  const program = ts.createProgram(checked.map((path) => folder + path), options, host);
  return checked.flatMap((path) => {
    const file = program.getSourceFile(folder + path);
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(({ start = 0, code, messageText }) => {
      const line = file?.getLineAndCharacterOfPosition(start).line ?? 0;
      return { path, text: `${path}(${line + 1}): TS${code}: ${ts.flattenDiagnosticMessageText(messageText, " ")}\n  ${(files.get(path) ?? "").split("\n")[line]?.trim() ?? ""}` };
    });
  });
}
