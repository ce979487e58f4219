// The code behind declaration files: where a bundler would find it, and what was learned about its types.
// Packages ship declarations beside JavaScript whose functions have no types of their own. Their texts are parsed with JSDoc
// comments put in front of such functions, so that TypeScript checks the bodies with the types of the declarations or, for
// functions that nobody declares, of the arguments that they are called with.
// Assumes that a finding of something new is followed by a new program (`takeChanges`). Guarantees that offsets lead back to the real text.
import { ts } from "ts-morph";
import type { FileSystem } from "./file-system.ts";
import { ancestors, dirname, resolve } from "./path.ts";

interface Insertion {
  readonly at: number;
  readonly text: string;
}

const INSERTED = new WeakMap<ts.SourceFile, readonly Insertion[]>();

/** where a place of a parsed file stands in the file's own text */
export function originalOffset(file: ts.SourceFile, offset: number): number {
  let shift = 0;
  for (const { at, text } of INSERTED.get(file) ?? []) {
    if (at + shift + text.length > offset) break;
    shift += text.length;
  }
  return offset - shift;
}

/** was the comment at this place put there? */
export function isInserted(file: ts.SourceFile, offset: number): boolean {
  let shift = 0;
  return (INSERTED.get(file) ?? []).some(({ at, text }) => {
    const start = at + shift;
    shift += text.length;
    return start === offset;
  });
}

/** the text of a parsed file without what was put into it */
export const originalText = (file: ts.SourceFile): string =>
  // each insertion's own place is one of the real text: those before it are taken out already
  (INSERTED.get(file) ?? []).reduce((text, x) => text.slice(0, x.at) + text.slice(x.at + x.text.length), file.text);

/** the real text of a part of a parsed file */
export const originalSlice = (file: ts.SourceFile, start: number, end: number): string =>
  (INSERTED.has(file) ? originalText(file).slice(originalOffset(file, start), originalOffset(file, end)) : file.text.slice(start, end));

export function parseWith(path: string, text: string, insertions: readonly Insertion[], settings: ts.ScriptTarget | ts.CreateSourceFileOptions): ts.SourceFile {
  let annotated = "";
  let from = 0;
  for (const { at, text: inserted } of insertions) {
    annotated += text.slice(from, at) + inserted;
    from = at;
  }
  const file = ts.createSourceFile(path, annotated + text.slice(from), settings);
  INSERTED.set(file, insertions);
  return file;
}

/**
 * Files with code of packages, and the comments that type their functions, by position. Declared types hold everywhere; those
 * inferred from calls belong to the file that is compiled, so that its output does not depend on what was compiled before.
 */
export class Sources {
  readonly #files = new Set<string>();
  readonly #roots = new Set<string>();
  readonly #declared = new Map<string, Map<number, string>>();
  readonly #inferred = new Map<string, Map<string, Map<number, string>>>();
  /** what the next program has of it */
  readonly #active = new Map<string, Map<number, string>>();
  readonly #dirty = new Set<string>();
  #root = "";
  #grown = false;

  /** the file that is compiled */
  get root(): string {
    return this.#root;
  }

  get roots(): ReadonlySet<string> {
    return this.#roots;
  }

  has(path: string): boolean {
    return this.#files.has(path);
  }

  /** a root that the next program has */
  add(path: string): void {
    if (this.#files.has(path)) return;
    this.#files.add(path);
    this.#roots.add(path);
    this.#grown = true;
  }

  /** declarations that nothing of the program imports */
  addDeclarations(path: string): void {
    if (this.#roots.has(path)) return;
    this.#roots.add(path);
    this.#grown = true;
  }

  /** code that other code imports */
  reach(path: string): void {
    this.#files.add(path);
  }

  /** What follows is inferred for this file. What others inferred stays until this one meets it. */
  enter(root: string): void {
    if (this.#root === root) return;
    this.#root = root;
    if (this.#active.delete(root)) this.#dirty.add(root);
    for (const [path, known] of this.#inferred.get(root) ?? []) for (const [at, text] of known) this.#set(this.#active, path, at, text);
  }

  /** texts changed: what was inferred from them may be wrong */
  forget(): void {
    for (const path of this.#active.keys()) this.#dirty.add(path);
    this.#active.clear();
    this.#inferred.clear();
  }

  declare(path: string, at: number, text: string): void {
    this.#set(this.#declared, path, at, text);
  }

  infer(path: string, at: number, text: string): void {
    const files = this.#inferred.get(this.#root) ?? new Map<string, Map<number, string>>();
    this.#inferred.set(this.#root, files);
    const known = files.get(path) ?? new Map<number, string>();
    files.set(path, known.set(at, text));
    this.#set(this.#active, path, at, text);
  }

  #set(files: Map<string, Map<number, string>>, path: string, at: number, text: string): void {
    const known = files.get(path) ?? new Map<number, string>();
    files.set(path, known);
    if (known.get(at) === text) return;
    known.set(at, text);
    this.#dirty.add(path);
  }

  isDeclared(path: string, at: number): boolean {
    return this.#declared.get(path)?.has(at) ?? false;
  }

  inferred(path: string, at: number): string | undefined {
    return this.#inferred.get(this.#root)?.get(path)?.get(at);
  }

  /** Takes away the types that the calls of another file gave to a function; false where it has none of these. */
  giveBack(path: string, at: number): boolean {
    if (this.inferred(path, at) !== undefined || this.#active.get(path)?.delete(at) !== true) return false;
    this.#dirty.add(path);
    return true;
  }

  insertions(path: string): readonly Insertion[] {
    const all = new Map([...(this.#active.get(path) ?? []), ...(this.#declared.get(path) ?? [])]);
    return [...all].map(([at, text]) => ({ at, text })).sort((a, b) => a.at - b.at);
  }

  get isChanged(): boolean {
    return this.#grown || this.#dirty.size > 0;
  }

  /** what must be read again; null where nothing new was learned */
  takeChanges(): readonly string[] | null {
    if (!this.isChanged) return null;
    const changed = [...this.#dirty];
    this.#dirty.clear();
    this.#grown = false;
    return changed;
  }
}

// ---------------------------------------------------------------------------------------------------- where code is found

export const JAVASCRIPT: RegExp = /\.[cm]?jsx?$/;

/** what an `import` of a bundler finds: types left out, ESM preferred */
export function resolveSource(specifier: string, containing: string, options: ts.CompilerOptions, host: ts.ModuleResolutionHost, files: FileSystem): string | null {
  const modern: ts.CompilerOptions & { readonly noDtsResolution: boolean } = {
    ...options, moduleResolution: ts.ModuleResolutionKind.Bundler, module: ts.ModuleKind.ESNext, allowJs: true, noDtsResolution: true,
  };
  const found = ts.resolveModuleName(specifier, containing, modern, host, undefined, undefined, ts.ModuleKind.ESNext).resolvedModule?.resolvedFileName ?? null;
  return moduleField(specifier, containing, files) ?? found;
}

/** the field `module`, which bundlers know and TypeScript does not: of packages without `exports` */
function moduleField(specifier: string, containing: string, files: FileSystem): string | null {
  if (!/^(@[^/]+\/)?[^./][^/]*$/.test(specifier)) return null;
  for (const folder of ancestors(dirname(containing))) {
    const at = resolve(folder, `node_modules/${specifier}`);
    const text = files.readFile(`${at}/package.json`);
    if (text === undefined) continue;
    const fields = ts.parseConfigFileTextToJson(`${at}/package.json`, text).config as { readonly exports?: unknown; readonly module?: unknown } | undefined;
    if (fields?.exports !== undefined || typeof fields?.module !== "string") return null;
    const path = resolve(at, fields.module);
    return [path, `${path}.js`, `${path}/index.js`].map((x) => (files.fileExists(x) ? files.realpath(x) : null)).find((x) => x !== null) ?? null;
  }
  return null;
}

/** the TypeScript that a declaration file was made of, where the package ships it */
export function mappedSource(declaration: string, files: FileSystem): string | null {
  const text = files.readFile(`${declaration}.map`);
  if (text === undefined) return null;
  const map = ts.parseConfigFileTextToJson(`${declaration}.map`, text).config as { readonly sources?: unknown; readonly sourceRoot?: unknown } | undefined;
  const [source] = Array.isArray(map?.sources) ? (map.sources as readonly unknown[]) : [];
  if (typeof source !== "string" || (Array.isArray(map?.sources) && map.sources.length !== 1)) return null;
  const path = resolve(resolve(dirname(declaration), typeof map?.sourceRoot === "string" ? map.sourceRoot : "."), source);
  return /\.[cm]?tsx?$/.test(path) && files.fileExists(path) ? path : null;
}

/** TypeScript calls a file a module for its extension alone */
const isModuleSyntax = (node: ts.Statement): boolean =>
  ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isExportAssignment(node) || (ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some((x) => x.kind === ts.SyntaxKind.ExportKeyword));

const LONGEST_AVERAGE = 300;

export type Unreadable = "minified" | "CommonJS" | "not a module";

/** why code cannot be differentiated as it is shipped; null where it can */
export function unreadable(file: ts.SourceFile): Unreadable | null {
  if (!JAVASCRIPT.test(file.fileName)) return /\.[cm]?tsx?$/.test(file.fileName) ? null : "not a module";
  if (!file.statements.some(isModuleSyntax)) return "CommonJS";
  // a long table is one long line, minified code is nothing else
  return file.text.length / file.getLineStarts().length > LONGEST_AVERAGE ? "minified" : null;
}
