// The function that `verify` runs, and its derivatives: the user's module with one more export, compiled, bundled and loaded.
// The only place that executes the user's code; it is bundled with esbuild into a temporary file first.
import type { Diagnostic, FunctionDescription } from "@cotangent/compiler";
import { build, type Plugin } from "esbuild";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, extname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Session } from "./session.ts";
import { UsageError } from "./terminal.ts";

export type Callable = (...args: readonly never[]) => unknown;

/** what the bundle hands back */
export interface Subject {
  readonly call: Callable;
  /** by name, as asked for */
  readonly derivatives: { readonly [name: string]: Callable };
  /** argument lists of `@sample` tags */
  readonly samples: readonly (readonly unknown[])[];
}

export interface Loaded {
  readonly exports: { readonly [name: string]: unknown };
  readonly subject: Subject;
}

/** a derivative to compile: a marker and its options as text */
export interface Derivative {
  readonly marker: string;
  readonly options: string;
}

const HOOK = "__cotangent_verify";

/** the module with one more export: the function, its derivatives and its samples */
function augmented(text: string, { name, samples }: FunctionDescription, derivatives: readonly Derivative[]): string {
  const markers = [...new Set(derivatives.map((x) => x.marker))];
  return `${text}
import { ${markers.map((x) => `${x} as ${HOOK}_${x}`).join(", ")} } from "cotangent";
export const ${HOOK} = { call: ${name}, derivatives: { ${derivatives.map(({ marker, options }) => `${marker}: ${HOOK}_${marker}(${name}${options})`).join(", ")} }, samples: [${samples.map((x) => `[${x}]`).join(", ")}] };
`;
}

const LOADERS: ReadonlyMap<string, "ts" | "tsx" | "js" | "jsx"> = new Map([[".ts", "ts"], [".mts", "ts"], [".cts", "ts"], [".tsx", "tsx"], [".js", "js"], [".mjs", "js"], [".cjs", "js"], [".jsx", "jsx"]]);

function transformed(session: Session, main: string): Plugin {
  const work = new Set(session.compiler.files().filter((x) => x.calls.length > 0 || x.demanded.length > 0).map((x) => session.absolute(x.path)));
  return {
    name: "cotangent-verify",
    setup: ({ onLoad }) => {
      onLoad({ filter: /\.[cm]?[jt]sx?$/ }, ({ path }) => {
        const at = path.replaceAll("\\", "/");
        if (at !== main && !work.has(at)) return undefined;
        const result = session.compiler.transform(at);
        if (!result.ok) return { errors: result.diagnostics.map((x) => ({ text: `${x.code}: ${x.message}`, location: { file: x.file, line: x.line, column: x.column - 1 } })) };
        return { contents: result.code, loader: LOADERS.get(extname(path)) ?? "ts", resolveDir: dirname(path) };
      });
    },
  };
}

/** `cotangent` as the user has it installed, else as this command has it */
const RUNTIME: Plugin = {
  name: "cotangent-runtime",
  setup: (builder) => {
    builder.onResolve({ filter: /^cotangent(\/testing)?$/ }, async ({ path, pluginData, ...rest }) => {
      if (pluginData === RUNTIME) return undefined;
      const { importer, kind, namespace, resolveDir } = rest;
      const found = await builder.resolve(path, { importer, kind, namespace, resolveDir, pluginData: RUNTIME });
      return found.errors.length === 0 ? found : { path: fileURLToPath(import.meta.resolve(path)) };
    });
  },
};

async function bundle(session: Session, main: string): Promise<string> {
  const result = await build({
    entryPoints: [main], plugins: [transformed(session, main), RUNTIME], bundle: true, write: false, format: "cjs", platform: "node", target: "node20", logLevel: "silent", sourcemap: "inline",
  }).catch((error: unknown) => {
    throw new UsageError(`the function cannot be bundled: ${error instanceof Error ? error.message : String(error)}`);
  });
  const [output] = result.outputFiles;
  if (output === undefined) throw new UsageError(`nothing was bundled from ${main}`);
  return output.text;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

/** runs a bundle and returns what it exports */
function load(code: string): Record<string, unknown> {
  const folder = mkdtempSync(join(tmpdir(), "cotangent-verify-"));
  try {
    const path = join(folder, "bundle.cjs");
    writeFileSync(path, code);
    const loaded: unknown = createRequire(pathToFileURL(path))(path);
    if (!isRecord(loaded)) throw new UsageError("the bundle exports nothing");
    return loaded;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`the module threw when it was loaded: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Compiles the module with these derivatives of a function. Returns what there is to say about the user's text; an error means that it is refused. */
export function compile(session: Session, path: string, text: string, described: FunctionDescription, derivatives: readonly Derivative[]): readonly Diagnostic[] {
  session.compiler.update(path, augmented(text, described, derivatives));
  const result = session.timed("transform", () => session.compiler.transform(path));
  return result.ok ? result.diagnostics.filter((x) => x.start < text.length) : result.diagnostics;
}

const isSubject = (value: unknown): value is Subject => isRecord(value) && typeof value["call"] === "function" && isRecord(value["derivatives"]);

/** Bundles and runs what was compiled. */
export async function runSubject(session: Session, path: string): Promise<Loaded> {
  const exports = load(await bundle(session, path));
  const subject = exports[HOOK];
  if (!isSubject(subject)) throw new UsageError(`${session.shown(path)} exports nothing that can be verified`);
  return { exports, subject };
}
