// Small helpers for the tests of the compiler's doors: in-memory compilers with answers that throw where none was expected.
import { createCompiler, type Compiler, type Result, type Success } from "@cotangent/compiler";
import { createLoader, type Exports } from "../harness/modules.ts";

export type Files = Readonly<Record<string, string>>;

export const compilerOf = (files: Files, compilerOptions: object = { strict: true }): Compiler => createCompiler({ files: { ...files }, compilerOptions });

export const codesOf = (result: { readonly diagnostics: readonly { readonly code: string }[] }): readonly string[] => result.diagnostics.map((x) => x.code);

export function succeeded(result: Result): Success {
  if (result.ok) return result;
  throw new Error(result.diagnostics.map((x) => `${x.file}(${x.line},${x.column}): ${x.code}: ${x.message}`).join("\n"));
}

/** the transformed text of a file */
export const transformed = (files: Files, path: string, compilerOptions?: object): string => succeeded(compilerOf(files, compilerOptions).transform(path)).code;

/** Transforms every file as a bundler would and runs one of them. */
export function run(files: Files, entry: string, compilerOptions?: object): Exports {
  const compiler = compilerOf(files, compilerOptions);
  const read = (path: string): string | undefined => (files[path] === undefined ? undefined : succeeded(compiler.transform(path)).code);
  return createLoader(read).load(entry);
}

type Callable = (...args: readonly unknown[]) => unknown;

export function callable(value: unknown): Callable {
  if (typeof value !== "function") throw new Error(`expected a function, got ${typeof value}`);
  return (...args) => Reflect.apply(value, undefined, args) as unknown;
}
