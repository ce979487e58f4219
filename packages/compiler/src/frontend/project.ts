// Opening programs: an in-memory project, one tsconfig, a solution of several, or whatever tsconfig stands nearest to a file.
// Assumes absolute normal paths. Guarantees one program per tsconfig, reused between updates, and a finding where the
// default libraries do not resolve, since every type would silently become an error type then.
import { ts } from "ts-morph";
import type { Finding } from "../diagnostics/diagnostic.ts";
import { configProblem, missingLibraries, missingProject } from "../diagnostics/catalog.ts";
import { Code } from "./code.ts";
import { configHost, nearestConfig, ownerOf, readSolution, type Config } from "./config.ts";
import { EMPTY_FILE_SYSTEM, overlay, type FileSystem } from "./file-system.ts";
import { convertOptions, defaultOptions, programOptions } from "./options.ts";
import { dirname } from "./path.ts";
import { createProgramStore, isMarkerFile, type ProgramInput, type ProgramStore } from "./program.ts";

export interface WorkspaceOptions {
  /** a tsconfig; null: the nearest one to each file */
  readonly project: string | null;
  readonly files: ReadonlyMap<string, string> | null;
  readonly compilerOptions: object | null;
  readonly cwd: string;
  readonly host: FileSystem | null;
}

export interface OpenProgram {
  readonly program: ts.Program;
  readonly checker: ts.TypeChecker;
  /** the tsconfig, null in memory */
  readonly config: string | null;
  /** what is wrong with the program as a whole */
  readonly findings: readonly Finding[];
  /** the code behind declarations */
  readonly code: Code;
}

export interface Workspace {
  /** the program that a file belongs to, and its tree there; null if there is no such file */
  open(path: string): { readonly program: OpenProgram; readonly file: ts.SourceFile } | null;
  /** every program, with the files of the project that each owns */
  programs(): readonly { readonly program: OpenProgram; readonly files: readonly ts.SourceFile[] }[];
  text(path: string): string | undefined;
  /** is this the declaration file of the markers? */
  isMarkerFile(path: string): boolean;
  update(path: string, text: string | null): void;
  /** what is learned next about code of packages is learned for this file */
  enter(path: string): void;
  /** was anything learned since the last call? Then programs are to be opened anew */
  learn(): boolean;
  /** files on disk are looked at again */
  refresh(): void;
  readonly files: FileSystem;
  dispose(): void;
}

const SOURCE = /\.[cm]?[jt]sx?$/;
const DECLARATION = /\.d\.([^.]+\.)?[cm]?ts$/;

export const isSource = (path: string): boolean => SOURCE.test(path);
export const isDeclaration = (path: string): boolean => DECLARATION.test(path);

/** the libraries must resolve, or else nothing does */
function libraryFindings(checker: ts.TypeChecker, at: string): readonly Finding[] {
  const lacking = ["Array", "Math", "Float64Array"].filter((name) => checker.resolveName(name, undefined, ts.SymbolFlags.Type | ts.SymbolFlags.Value, false) === undefined);
  return lacking.length === 0 ? [] : [missingLibraries({ file: at, start: 0, end: 0 }, lacking)];
}

/** One tsconfig (or none) with its program. */
interface Unit {
  readonly store: ProgramStore;
  readonly extraRoots: Set<string>;
  config: Config | null;
  input: ProgramInput | null;
  opened: OpenProgram | null;
}

class ProjectWorkspace implements Workspace {
  readonly #options: WorkspaceOptions;
  readonly #overlay: ReturnType<typeof overlay>;
  readonly #units = new Map<string, Unit>();
  readonly #solutions = new Map<string, readonly Config[]>();
  readonly #markerFiles = new Map<string, boolean>();

  constructor(options: WorkspaceOptions) {
    this.#options = options;
    this.#overlay = overlay(options.host ?? EMPTY_FILE_SYSTEM);
    for (const [path, text] of options.files ?? []) this.#overlay.set(path, text);
  }

  get files(): FileSystem {
    return this.#overlay;
  }

  text(path: string): string | undefined {
    return this.#overlay.readFile(path);
  }

  isMarkerFile(path: string): boolean {
    const known = this.#markerFiles.get(path) ?? isMarkerFile(path, this.#overlay);
    this.#markerFiles.set(path, known);
    return known;
  }

  open(path: string): { readonly program: OpenProgram; readonly file: ts.SourceFile } | null {
    if (!this.#overlay.fileExists(path)) return null;
    const unit = this.#unitOf(path);
    const found = this.#program(unit).program.getSourceFile(path);
    if (found === undefined) {
      unit.extraRoots.add(path);
      unit.input = null;
      unit.opened = null;
    }
    const program = this.#program(unit);
    const file = found ?? program.program.getSourceFile(path);
    return file === undefined ? null : { program, file };
  }

  programs(): readonly { readonly program: OpenProgram; readonly files: readonly ts.SourceFile[] }[] {
    const project = this.#projectAbove(this.#options.cwd);
    const configs = project === null ? [] : this.#solution(project);
    return (configs.length === 0 ? [null] : configs).map((config) => {
      const unit = this.#unit(config);
      const program = this.#program(unit);
      const owned = this.#input(unit).rootNames.filter((x) => isSource(x) && !isDeclaration(x) && (config === null || ownerOf(x, configs) === config));
      return { program, files: owned.flatMap((x) => program.program.getSourceFile(x) ?? []) };
    });
  }

  update(path: string, text: string | null): void {
    const units = [...this.#units.values()];
    const known = units.some((x) => x.store.text(path) !== undefined);
    this.#overlay.set(path, text);
    if (!isSource(path)) {
      this.dispose();
      return;
    }
    if (known && text !== null && units.every((x) => (x.store.text(path) ?? text) === text)) return;
    const cameOrWent = !known || text === null;
    if (cameOrWent) this.#solutions.clear();
    for (const unit of units) {
      unit.store.sources.forget();
      unit.store.changed(path);
      unit.opened = null;
      if (!cameOrWent) continue;
      unit.store.reset();
      unit.input = null;
      if (text === null) unit.extraRoots.delete(path);
    }
  }

  enter(path: string): void {
    for (const unit of this.#units.values()) unit.store.sources.enter(path);
  }

  learn(): boolean {
    let learned = false;
    for (const unit of this.#units.values()) {
      const changed = unit.store.sources.takeChanges();
      if (changed === null) continue;
      learned = true;
      for (const path of changed) unit.store.changed(path);
      unit.input = null;
      unit.opened = null;
    }
    return learned;
  }

  refresh(): void {
    const laid = new Set(this.#overlay.paths());
    const paths = new Set([...this.#units.values()].flatMap((x) => x.store.paths()));
    for (const path of paths) {
      if (laid.has(path)) continue;
      const text = this.#overlay.readFile(path);
      for (const unit of this.#units.values()) if (unit.store.text(path) !== undefined && unit.store.text(path) !== text) this.#changed(unit, path, text === undefined);
    }
    this.#solutions.clear();
  }

  #changed(unit: Unit, path: string, isGone: boolean): void {
    unit.store.changed(path);
    unit.opened = null;
    if (!isGone) return;
    unit.store.reset();
    unit.input = null;
    unit.extraRoots.delete(path);
  }

  dispose(): void {
    this.#units.clear();
    this.#solutions.clear();
    this.#markerFiles.clear();
  }

  /** the project as given, else the nearest tsconfig above a folder; null in memory */
  #projectAbove(folder: string): string | null {
    const { project, host } = this.#options;
    return project ?? (host === null ? null : nearestConfig(folder, this.#overlay));
  }

  #solution(path: string): readonly Config[] {
    const known = this.#solutions.get(path) ?? readSolution(path, this.#overlay);
    this.#solutions.set(path, known);
    return known;
  }

  #unitOf(path: string): Unit {
    const project = this.#projectAbove(dirname(path));
    return this.#unit(project === null ? null : ownerOf(path, this.#solution(project)));
  }

  #unit(config: Config | null): Unit {
    const key = config?.path ?? "";
    const known = this.#units.get(key);
    if (known !== undefined) {
      if (known.config !== config) Object.assign(known, { config, input: null, opened: null });
      return known;
    }
    const unit: Unit = { config, store: createProgramStore(this.#overlay, configHost(this.#overlay)), extraRoots: new Set(), input: null, opened: null };
    this.#units.set(key, unit);
    return unit;
  }

  #input(unit: Unit): ProgramInput {
    if (unit.input !== null) return unit.input;
    const { compilerOptions, cwd } = this.#options;
    const given = compilerOptions === null ? null : convertOptions(compilerOptions, cwd).options;
    const base = unit.config?.options ?? defaultOptions();
    const listed = unit.config === null ? this.#overlay.paths().filter((x) => isSource(x) && !x.includes("/node_modules/")) : [...unit.config.fileNames];
    const rootNames = [...new Set([...listed, ...unit.extraRoots, ...unit.store.sources.roots])].filter((x) => this.#overlay.fileExists(x));
    unit.input = { rootNames, options: programOptions({ ...base, ...given }), references: unit.config?.references ?? [] };
    return unit.input;
  }

  #program(unit: Unit): OpenProgram {
    if (unit.opened !== null) return unit.opened;
    const program = unit.store.get(this.#input(unit));
    const checker = program.getTypeChecker();
    const config = unit.config?.path ?? null;
    const code = new Code({ program, checker, sources: unit.store.sources, sourceOf: unit.store.sourceOf, typesOf: unit.store.typesOf, files: this.#overlay });
    unit.opened = { program, checker, config, code, findings: [...this.#configFindings(unit), ...libraryFindings(checker, config ?? program.getRootFileNames()[0] ?? "")] };
    return unit.opened;
  }

  #configFindings({ config }: Unit): readonly Finding[] {
    const { project } = this.#options;
    if (config !== null) return config.errors.map((x) => configProblem({ file: config.path, start: 0, end: 0 }, x));
    return project === null ? [] : [missingProject({ file: project, start: 0, end: 0 })];
  }
}

export function openWorkspace(options: WorkspaceOptions): Workspace {
  return new ProjectWorkspace(options);
}
