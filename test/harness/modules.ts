// Runs TypeScript modules that exist only in memory: types are stripped by esbuild, relative imports are resolved among
// the given files. Assumes `/`-separated absolute paths. Every load makes new module instances, so that module state
// starts afresh.
import { posix } from "node:path";
import * as cotangent from "cotangent";
import { transformSync } from "esbuild";
import { evaluate } from "./evaluate.ts";

/** The text of a module, asked for by its path; undefined where there is none. */
export type ReadModule = (path: string) => string | undefined;

/** A module's exports by name. */
export type Exports = Readonly<Record<string, unknown>>;

const EXTENSIONS: readonly (readonly [written: RegExp, actual: string])[] = [[/$/, ""], [/$/, ".ts"], [/\.js$/, ".ts"], [/\.mjs$/, ".mts"]];

function resolve(specifier: string, importer: string, read: ReadModule): string {
  const base = posix.join(posix.dirname(importer), specifier);
  for (const [written, actual] of EXTENSIONS) {
    const path = base.replace(written, actual);
    if (read(path) !== undefined) return path;
  }
  throw new Error(`${importer} imports ${specifier}, which does not exist`);
}

export interface Loader {
  readonly load: (path: string) => Exports;
}

/** A loader that remembers the stripped text of each module, never an instance. */
export function createLoader(read: ReadModule, additional: Exports = {}): Loader {
  const packages: Exports = { cotangent, ...additional };
  const stripped = new Map<string, string>();
  const textOf = (path: string): string => {
    const known = stripped.get(path);
    if (known !== undefined) return known;
    const text = read(path);
    if (text === undefined) throw new Error(`there is no module ${path}`);
    const { code } = transformSync(text, { loader: "ts", format: "cjs", target: "es2022", sourcefile: path });
    stripped.set(path, code);
    return code;
  };
  return {
    load: (entry) => {
      const instances = new Map<string, unknown>();
      const instance = (path: string): unknown => {
        if (instances.has(path)) return instances.get(path);
        instances.set(path, {});
        const exports = evaluate(textOf(path), path, (specifier) => {
          if (Object.hasOwn(packages, specifier)) return packages[specifier];
          return instance(resolve(specifier, path, read));
        });
        instances.set(path, exports);
        return exports;
      };
      return instance(entry) as Exports;
    },
  };
}

/** The function of this name; an error says what is there instead. */
export function functionOf(exports: Exports, name: string): (...args: readonly unknown[]) => unknown {
  const value = exports[name];
  if (typeof value !== "function") throw new Error(`expected a function ${name}, got ${typeof value}; there are ${Object.keys(exports).join(", ")}`);
  return (...args) => Reflect.apply(value, undefined, args) as unknown;
}
