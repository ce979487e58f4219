// One TypeScript program over our file-system port: made when asked for, made again after an update, with all that is unchanged reused.
// Guarantees that `cotangent` resolves (to the carried declarations when it is not installed) and that siblings
// which do not exist yet resolve to their future exports.
import { ts } from "ts-morph";
import { CARRIED_DECLARATIONS } from "./declarations.ts";
import type { FileSystem } from "./file-system.ts";
import { isLibrary, libraryFile, libraryText, LIBRARY_FOLDER } from "./libraries.ts";
import { LIBRARY_FUNCTIONS_FILE, LIBRARY_FUNCTIONS_TEXT } from "./library-functions.ts";
import { PACKAGE_RULES_FILE, PACKAGE_RULES_TEXT } from "./package-rules.ts";
import { dirname, resolve } from "./path.ts";
import { futureSibling } from "./sibling.ts";
import { originalText, parseWith, resolveSource, Sources } from "./sources.ts";

export const PACKAGE = "cotangent";
const CARRIED_FOLDER = `/@cotangent/${PACKAGE}/`;
/** the entries of the package, by specifier */
const CARRIED: ReadonlyMap<string, string> = new Map([[PACKAGE, `${CARRIED_FOLDER}index.d.ts`], [`${PACKAGE}/testing`, `${CARRIED_FOLDER}testing.d.ts`]]);

export interface ProgramInput {
  readonly rootNames: readonly string[];
  readonly options: ts.CompilerOptions;
  readonly references: readonly ts.ProjectReference[];
}

export interface ProgramStore {
  /** the program for these inputs; the same object until something changed */
  readonly get: (input: ProgramInput) => ts.Program;
  /** the code of packages, as far as it was asked for */
  readonly sources: Sources;
  /** where the code behind an import is; null if there is none */
  readonly sourceOf: (specifier: string, containing: string) => string | null;
  /** where the declarations of a package are; null if there are none */
  readonly typesOf: (specifier: string, containing: string) => string | null;
  /** the text of a file as the program has it; undefined if it never saw the file */
  readonly text: (path: string) => string | undefined;
  /** the files that it saw, siblings to come left out */
  readonly paths: () => readonly string[];
  /** a text changed */
  readonly changed: (path: string) => void;
  /** files came or went: resolution starts anew */
  readonly reset: () => void;
}

/** does this file belong to the package of the markers? */
export function isMarkerFile(path: string, files: FileSystem): boolean {
  if (path.startsWith(CARRIED_FOLDER) || path.includes(`/node_modules/${PACKAGE}/`)) return true;
  if (isLibrary(path) || path.includes("/node_modules/")) return false;
  for (let at = dirname(path); ; at = dirname(at)) {
    const text = files.readFile(resolve(at, "package.json"));
    if (text !== undefined) return new RegExp(`"name"\\s*:\\s*"${PACKAGE}"`).test(text);
    if (at === dirname(at)) return false;
  }
}

const carriedText = (path: string): string | undefined =>
  path === LIBRARY_FUNCTIONS_FILE ? LIBRARY_FUNCTIONS_TEXT : path === PACKAGE_RULES_FILE ? PACKAGE_RULES_TEXT : path.startsWith(CARRIED_FOLDER) ? CARRIED_DECLARATIONS[path.slice(CARRIED_FOLDER.length)] : undefined;

const declarationOf = (path: string): ts.ResolvedModuleFull =>
  ({ resolvedFileName: path, extension: ts.Extension.Dts, isExternalLibraryImport: path.startsWith(CARRIED_FOLDER), resolvedUsingTsExtension: false });

/** a `.d.ts` beside the sibling that will be written; its text follows from the tags of the source */
const SIBLING = /\.grad(\.[cm]?[jt]sx?)?$/;
const SOURCE_EXTENSIONS = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"];

function siblingSource(specifier: string, containing: string, files: FileSystem): string | null {
  const base = resolve(dirname(containing), specifier).replace(SIBLING, "");
  for (const extension of SOURCE_EXTENSIONS) if (files.fileExists(base + extension)) return base + extension;
  return null;
}

interface HostState {
  readonly files: FileSystem;
  readonly trees: Map<string, ts.SourceFile>;
  /** path of a sibling that does not exist → its source */
  readonly siblings: Map<string, string>;
  readonly sources: Sources;
}

function readText(path: string, { files, siblings }: HostState): string | undefined {
  if (isLibrary(path)) return libraryText(path);
  const carried = carriedText(path);
  if (carried !== undefined) return carried;
  const source = siblings.get(path);
  return source === undefined ? files.readFile(path) : futureSibling(source, files.readFile(source) ?? "");
}

function sourceFile(path: string, settings: ts.ScriptTarget | ts.CreateSourceFileOptions, state: HostState): ts.SourceFile | undefined {
  if (isLibrary(path)) return libraryFile(path);
  const known = state.trees.get(path);
  if (known !== undefined && !state.siblings.has(path)) return known;
  const text = readText(path, state);
  if (text === undefined) return undefined;
  if (known?.text === text) return known;
  const insertions = state.sources.insertions(path);
  const tree = insertions.length === 0 ? ts.createSourceFile(path, text, settings) : parseWith(path, text, insertions, settings);
  state.trees.set(path, tree);
  return tree;
}

function resolveModule(specifier: string, containing: string, found: ts.ResolvedModuleWithFailedLookupLocations, state: HostState): ts.ResolvedModuleWithFailedLookupLocations {
  const { resolvedModule } = found;
  const carried = CARRIED.get(specifier);
  if (carried !== undefined && (resolvedModule === undefined || /\.[cm]?jsx?$/.test(resolvedModule.resolvedFileName))) return { resolvedModule: declarationOf(carried) };
  if (resolvedModule !== undefined || !specifier.startsWith(".") || !SIBLING.test(specifier)) return found;
  const source = siblingSource(specifier, containing, state.files);
  if (source === null) return found;
  const path = source.replace(/\.[cm]?[jt]sx?$/, ".grad.d.ts");
  state.siblings.set(path, source);
  return { resolvedModule: declarationOf(path) };
}

const EXTENSION = /\.[cm]?[jt]sx?$/;

/** code of packages imports code, whatever declarations stand beside it */
function resolveCode(literal: ts.StringLiteralLike, containing: string, options: ts.CompilerOptions, host: ts.CompilerHost, { files, sources }: HostState): ts.ResolvedModuleWithFailedLookupLocations | null {
  if (/^\/.*\.[cm]?tsx?$/.test(literal.text) && files.fileExists(literal.text)) return { resolvedModule: { ...declarationOf(literal.text), extension: EXTENSION.exec(literal.text)?.[0] ?? ".d.ts" } };
  if (!sources.has(containing) || !ts.isImportDeclaration(literal.parent) && !ts.isExportDeclaration(literal.parent)) return null;
  const path = resolveSource(literal.text, containing, options, host, files);
  const extension = path === null ? undefined : EXTENSION.exec(path)?.[0];
  if (path === null || extension === undefined) return null;
  sources.reach(path);
  return { resolvedModule: { resolvedFileName: path, extension, isExternalLibraryImport: false, resolvedUsingTsExtension: false } };
}

function compilerHost(input: ProgramInput, state: HostState, configs: ts.ParseConfigFileHost): ts.CompilerHost {
  const { files } = state;
  const canonical = (name: string): string => (files.caseSensitive ? name : name.toLowerCase());
  const cache = ts.createModuleResolutionCache(files.currentDirectory(), canonical, input.options);
  // references resolve to source, never to stale output; the switch is missing in TypeScript's typings of a plain host
  const host: ts.CompilerHost & { readonly useSourceOfProjectReferenceRedirect: () => boolean } = {
    fileExists: (path) => (isLibrary(path) ? libraryText(path) !== undefined : carriedText(path) !== undefined || state.siblings.has(path) || files.fileExists(path)),
    directoryExists: (path) => path.startsWith("/@cotangent") || files.directoryExists(path),
    getDirectories: (path) => [...files.readDirectory(path).directories],
    readFile: (path) => readText(path, state),
    realpath: (path) => files.realpath(path),
    getSourceFile: (path, settings) => sourceFile(path, settings, state),
    getDefaultLibFileName: (options) => `${LIBRARY_FOLDER}/${ts.getDefaultLibFileName(options)}`,
    getDefaultLibLocation: () => LIBRARY_FOLDER,
    getCurrentDirectory: () => files.currentDirectory(),
    getCanonicalFileName: canonical,
    useCaseSensitiveFileNames: () => files.caseSensitive,
    getNewLine: () => "\n",
    writeFile: () => undefined,
    useSourceOfProjectReferenceRedirect: () => true,
    getParsedCommandLine: (path) => ts.getParsedCommandLineOfConfigFile(path, undefined, configs),
    resolveModuleNameLiterals: (literals, containing, redirected, options, file) => literals.map((literal) => {
      const code = resolveCode(literal, containing, options, host, state);
      if (code !== null) return code;
      const mode = ts.getModeForUsageLocation(file, literal, options);
      const found = ts.resolveModuleName(literal.text, containing, options, host, cache, redirected, mode);
      return resolveModule(literal.text, containing, found, state);
    }),
  };
  return host;
}

/** options as text: two readings of one tsconfig are the same options, and trees survive */
const optionsKey = ({ options }: ProgramInput): string => JSON.stringify({ ...options, configFile: null });

export function createProgramStore(files: FileSystem, configs: ts.ParseConfigFileHost): ProgramStore {
  const sources = new Sources();
  const resolutionHost: ts.ModuleResolutionHost = { fileExists: files.fileExists, readFile: files.readFile, directoryExists: files.directoryExists, realpath: files.realpath, getCurrentDirectory: files.currentDirectory };
  const state: HostState = { files, trees: new Map(), siblings: new Map(), sources };
  const made: { program: ts.Program | null; input: ProgramInput | null; stale: boolean } = { program: null, input: null, stale: false };
  return {
    sources,
    typesOf: (specifier, containing) => {
      const found = ts.resolveModuleName(specifier, containing, made.input?.options ?? {}, resolutionHost, undefined, undefined, ts.ModuleKind.ESNext).resolvedModule?.resolvedFileName;
      return found !== undefined && /\.d\.[cm]?ts$/.test(found) ? found : null;
    },
    sourceOf: (specifier, containing) => resolveSource(specifier, containing, made.input?.options ?? {}, resolutionHost, files),
    get: (input) => {
      if (made.program !== null && made.input === input && !made.stale) return made.program;
      if (made.input !== null && optionsKey(made.input) !== optionsKey(input)) state.trees.clear();
      const { rootNames, options, references } = input;
      made.program = ts.createProgram({
        rootNames: [...rootNames, LIBRARY_FUNCTIONS_FILE, PACKAGE_RULES_FILE], options, projectReferences: references,
        host: compilerHost(input, state, configs),
        ...(made.program === null ? {} : { oldProgram: made.program }),
      });
      made.input = input;
      made.stale = false;
      return made.program;
    },
    text: (path) => {
      const tree = state.trees.get(path);
      return tree === undefined ? undefined : originalText(tree);
    },
    paths: () => [...state.trees.keys()].filter((x) => !state.siblings.has(x) && carriedText(x) === undefined),
    changed: (path) => {
      state.trees.delete(path);
      made.stale = true;
    },
    reset: () => {
      made.program = null;
      made.stale = true;
      state.siblings.clear();
    },
  };
}
