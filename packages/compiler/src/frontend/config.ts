// Finding and reading tsconfig files: the nearest one above a file, and the projects that a solution refers to.
// Guarantees that unknown targets and libraries are mapped before TypeScript sees them; errors come back as plain messages.
import { ts } from "ts-morph";
import type { FileSystem } from "./file-system.ts";
import { knownConfigText } from "./options.ts";
import { ancestors, contains, dirname, resolve } from "./path.ts";

/** One tsconfig, read. */
export interface Config {
  readonly path: string;
  readonly folder: string;
  readonly options: ts.CompilerOptions;
  readonly fileNames: ReadonlySet<string>;
  readonly references: readonly ts.ProjectReference[];
  readonly errors: readonly string[];
}

interface FileMatcher {
  readonly matchFiles: (
    path: string, extensions: readonly string[] | undefined, excludes: readonly string[] | undefined, includes: readonly string[] | undefined,
    caseSensitive: boolean, currentDirectory: string, depth: number | undefined,
    entries: (path: string) => { readonly files: readonly string[]; readonly directories: readonly string[] }, realpath: (path: string) => string,
  ) => string[];
}

/** TypeScript's own globbing. Not in its typings, and exact versions are pinned; writing it again would differ in corners. */
const { matchFiles } = ts as unknown as FileMatcher;

/** how TypeScript reads tsconfig files through our port */
export function configHost(files: FileSystem): ts.ParseConfigFileHost {
  const readFile = (path: string): string | undefined => {
    const text = files.readFile(path);
    return text === undefined || !path.endsWith(".json") ? text : knownConfigText(path, text);
  };
  return {
    useCaseSensitiveFileNames: files.caseSensitive,
    fileExists: (path) => files.fileExists(path),
    readFile,
    readDirectory: (path, extensions, excludes, includes, depth) =>
      matchFiles(path, extensions, excludes, includes, files.caseSensitive, files.currentDirectory(), depth, (x) => files.readDirectory(x), (x) => files.realpath(x)),
    getCurrentDirectory: () => files.currentDirectory(),
    onUnRecoverableConfigFileDiagnostic: () => undefined,
  };
}

/** "no inputs were found" is no error here: a solution has none, and we may be about to write the first */
const HARMLESS = new Set([18002, 18003]);

export function readConfig(path: string, files: FileSystem): Config | null {
  const host = configHost(files);
  const text = host.readFile(path);
  if (text === undefined) return null;
  const source = ts.parseJsonText(path, text);
  const parsed = ts.parseJsonSourceFileConfigFileContent(source, host, dirname(path), undefined, path);
  const errors = [...parsed.errors].filter((x) => x.category === ts.DiagnosticCategory.Error && !HARMLESS.has(x.code));
  return {
    path,
    folder: dirname(path),
    options: parsed.options,
    fileNames: new Set(parsed.fileNames),
    references: parsed.projectReferences ?? [],
    errors: errors.map((x) => `TS${x.code}: ${ts.flattenDiagnosticMessageText(x.messageText, " ")}`),
  };
}

/** The config and every config that it refers to, directly or not, in the order of the references. */
export function readSolution(path: string, files: FileSystem): readonly Config[] {
  const found = new Map<string, Config>();
  const visit = (at: string): void => {
    if (found.has(at)) return;
    const config = readConfig(at, files);
    if (config === null) return;
    found.set(at, config);
    for (const reference of config.references) visit(ts.resolveProjectReferencePath(reference));
  };
  visit(path);
  return [...found.values()];
}

/** The `tsconfig.json` that stands nearest above a folder. */
export function nearestConfig(folder: string, files: FileSystem): string | null {
  for (const at of ancestors(folder)) {
    const path = resolve(at, "tsconfig.json");
    if (files.fileExists(path)) return path;
  }
  return null;
}

/** Which of the configs a file belongs to: the deepest that includes it, else the deepest whose folder contains it, else the first. */
export function ownerOf(file: string, configs: readonly Config[]): Config | null {
  const deepest = (candidates: readonly Config[]): Config | null =>
    candidates.reduce<Config | null>((best, x) => (best === null || x.folder.length > best.folder.length ? x : best), null);
  return deepest(configs.filter((x) => x.fileNames.has(file)))
    ?? deepest(configs.filter((x) => contains(x.folder, file)))
    ?? configs[0] ?? null;
}
