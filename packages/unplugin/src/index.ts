// The plugin for bundlers: marker calls are replaced while the bundler runs. Thin over `compiler.transform`.
// Which files are ours is asked of the compiler's index, not of the text alone: a file may have to export derivatives that
// others demand of it. Every other file is left to other plugins (esbuild runs only one transform per file).
import { createCompiler, type Compiler, type Diagnostic, type FileWork } from "@cotangent/compiler";
import { nodeFileSystem } from "@cotangent/compiler/node";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { createUnplugin, type UnpluginBuildContext, type UnpluginContext, type UnpluginFactory, type UnpluginInstance, type UnpluginMessage } from "unplugin";

export interface CotangentOptions {
  /** a tsconfig, or a solution of several; default: the nearest one above each file */
  readonly project?: string;
  /** the folder that relative paths start from; default: the working directory */
  readonly cwd?: string;
}

const SOURCE = /\.[cm]?[jt]sx?$/;

/** the file of a module id: bundlers add queries, virtual modules have none */
function fileOf(id: string): string | null {
  const path = (id.split("?", 1)[0] ?? id).replaceAll("\\", "/");
  return SOURCE.test(path) && !id.startsWith("\0") && !id.includes("?") ? path : null;
}

/** One message for all that is wrong with a file: bundlers stop at the first. */
function messageOf(diagnostics: readonly Diagnostic[]): UnpluginMessage {
  const [first] = diagnostics;
  const line = (x: Diagnostic): string => `${x.code}: ${x.message}${x.help === null ? "" : `\n  help: ${x.help}`}`;
  const others = diagnostics.slice(1).map((x) => `${x.file}(${x.line},${x.column}): ${line(x)}`);
  if (first === undefined) return { message: "cotangent failed" };
  return {
    message: [line(first), ...others].join("\n"),
    id: first.file,
    loc: { file: first.file, line: first.line, column: first.column - 1 },
    pluginCode: first.code,
  };
}

/** The compiler while a bundler runs: opened when first needed, kept between builds. */
class Session {
  readonly #options: CotangentOptions;
  #compiler: Compiler | null = null;
  #index: ReadonlySet<string> | null = null;

  constructor(options: CotangentOptions) {
    this.#options = options;
  }

  get compiler(): Compiler {
    const { project, cwd = process.cwd() } = this.#options;
    this.#compiler ??= createCompiler({ cwd, host: nodeFileSystem(), ...(project === undefined ? {} : { project: resolve(cwd, project).replaceAll("\\", "/") }) });
    return this.#compiler;
  }

  /** a file that the compiler has work in? Files outside of the project are asked for only if they name the package. */
  has(path: string, text: string): boolean {
    const hasWork = (x: FileWork): boolean => x.calls.length > 0 || x.demanded.length > 0;
    this.#index ??= new Set(this.compiler.files().filter(hasWork).map((x) => x.path));
    return this.#index.has(path) || (/["']cotangent["']/.test(text) && this.compiler.files([path]).some(hasWork));
  }

  /** the bundler's text is the one that counts */
  update(path: string, text: string | null): void {
    this.compiler.update(path, text);
    this.#index = null;
  }

  /** a new build: what changed on disk since the last one is read again */
  refresh(): void {
    this.#compiler?.refresh();
    this.#index = null;
  }

  dispose(): void {
    this.#compiler?.dispose();
    this.#compiler = null;
    this.#index = null;
  }
}

type Context = UnpluginBuildContext & UnpluginContext;

function transform(session: Session, context: Context, code: string, path: string): { readonly code: string; readonly map: string } | null {
  const { compiler } = session;
  compiler.update(path, code);
  const result = compiler.transform(path);
  for (const file of result.dependencies) if (file !== path && existsSync(file)) context.addWatchFile(file);
  const errors = result.diagnostics.filter((x) => x.severity === "error");
  for (const x of result.diagnostics) if (x.severity === "warning") context.warn(messageOf([x]));
  if (!result.ok || errors.length > 0) {
    context.error(messageOf(errors));
    return null;
  }
  return result.changed ? { code: result.code, map: JSON.stringify(result.map) } : null;
}

const factory: UnpluginFactory<CotangentOptions | undefined, false> = (options = {}) => {
  const session = new Session(options);
  return {
    name: "cotangent",
    enforce: "pre",
    buildStart: () => session.refresh(),
    watchChange: (id, { event }) => {
      const path = fileOf(id);
      if (path !== null) session.update(path, event === "delete" ? null : readFileSync(path, "utf8"));
    },
    transformInclude: (id) => {
      const path = fileOf(id);
      return path !== null && existsSync(path) && session.has(path, readFileSync(path, "utf8"));
    },
    transform(code, id) {
      const path = fileOf(id);
      return path === null ? null : transform(session, this, code, path);
    },
  };
};

/** The plugin for every bundler that unplugin knows: `cotangent.vite()`, `cotangent.esbuild()`, … */
export const cotangent: UnpluginInstance<CotangentOptions | undefined, false> = createUnplugin(factory);
