// Compiles a program of this folder as a bundler would: marker calls replaced by the compiler, everything bundled by
// esbuild into one script. Works in memory; a refusal is thrown with all its diagnostics, one per line.
import { readFileSync, readdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { createCompiler } from "@cotangent/compiler";
import { build, type Plugin } from "esbuild";
import { evaluate } from "../../../test/harness/evaluate.ts";

const COMPILER_OPTIONS = { target: "es2022", module: "esnext", moduleResolution: "bundler", strict: true, allowImportingTsExtensions: true };

/** Every TypeScript file of `folder`, as a file of the root of an in-memory project. */
function programs(folder: string, edit: (text: string) => string): Record<string, string> {
  const files: Record<string, string> = {};
  for (const name of readdirSync(folder)) {
    if (name.endsWith(".ts")) files[`/${name}`] = edit(readFileSync(resolve(folder, name), "utf8"));
  }
  return files;
}

function differentiated(files: Record<string, string>, folder: string): Plugin {
  return {
    name: "cotangent-in-memory",
    setup({ onResolve, onLoad, onEnd }) {
      const compiler = createCompiler({ files, compilerOptions: COMPILER_OPTIONS });
      onResolve({ filter: /^\.{0,2}\// }, ({ path, importer, namespace, kind }) => {
        const memory = kind === "entry-point" || namespace === "program";
        return memory ? { path: resolve(dirname(importer || "/"), path), namespace: "program" } : undefined;
      });
      onLoad({ filter: /.*/, namespace: "program" }, ({ path }) => {
        const result = compiler.transform(path);
        if (result.ok) return { contents: result.code, loader: "ts", resolveDir: folder };
        return { errors: result.diagnostics.map(({ code, message, file, line, column, help }) => ({
          text: `${code}: ${message}${help === null || help === undefined ? "" : ` (${help})`}`,
          location: { file, line, column: column - 1 },
        })) };
      });
      onEnd(() => compiler.dispose());
    },
  };
}

export interface CompileOptions {
  readonly folder?: string;
  /** export conditions by which packages are resolved, beside the usual ones */
  readonly conditions?: readonly string[];
  /** what becomes of the texts before they are compiled */
  readonly edit?: (text: string) => string;
}

/** The exports of `file`, a TypeScript file of the programs' folder, after differentiation. */
export const compileProgram = async (file: string, options: CompileOptions = {}): Promise<unknown> => evaluate(await bundleProgram(file, options), file);

/** The same as the text of one CommonJS script. */
export async function bundleProgram(file: string, options: CompileOptions = {}): Promise<string> {
  const folder = options.folder ?? fileURLToPath(new URL("..", import.meta.url));
  const result = await build({
    entryPoints: [`/${file}`],
    plugins: [differentiated(programs(folder, options.edit ?? ((text) => text)), folder)],
    conditions: [...(options.conditions ?? [])],
    bundle: true, format: "cjs", target: "es2022", write: false, logLevel: "silent",
  });
  const [output] = result.outputFiles;
  if (output === undefined) throw new Error(`${file}: esbuild wrote nothing`);
  return output.text;
}
