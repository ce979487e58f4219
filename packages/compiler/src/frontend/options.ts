// Compiler options: out of objects, out of tsconfig texts, and what every program of ours needs on top.
// A `target` or `lib` that the carried TypeScript does not know yet is mapped to the newest one that it knows: left as it is,
// TypeScript would drop every library and type all of `Array` and `Math` as errors without a word (checked again in project.ts).
import { ts } from "ts-morph";

/** What an in-memory project without options of its own is checked with. */
const DEFAULTS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ESNext,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  strict: true,
};

const FORCED: ts.CompilerOptions = {
  noEmit: true,
  allowJs: true,
  allowImportingTsExtensions: true,
  skipLibCheck: true,
  ignoreDeprecations: "6.0",
};

/** options about output; they may contradict `noEmit` and say nothing about types */
const ABOUT_OUTPUT = ["composite", "incremental", "tsBuildInfoFile", "declaration", "declarationMap", "emitDeclarationOnly", "isolatedDeclarations"];

export function programOptions(options: ts.CompilerOptions): ts.CompilerOptions {
  const kept = Object.fromEntries(Object.entries(options).filter(([name]) => !ABOUT_OUTPUT.includes(name)));
  // TypeScript 5 included every package of @types; "*" keeps that for projects that rely on it
  return { ...(options.types === undefined ? { types: ["*"] } : {}), ...kept, ...FORCED };
}

export const defaultOptions = (): ts.CompilerOptions => DEFAULTS;

const accepts = (name: string, value: unknown): boolean => ts.convertCompilerOptionsFromJson({ [name]: value }, "/").errors.length === 0;

function knownLibrary(name: string): string {
  if (accepts("lib", [name])) return name;
  const family = name.split(".")[0] ?? "";
  return accepts("lib", [family]) ? family : "esnext";
}

const NEWEST: ReadonlyMap<string, string> = new Map([["target", "esnext"], ["module", "esnext"], ["moduleResolution", "bundler"], ["jsx", "preserve"]]);

/** options as written in a tsconfig, unknown values mapped; null if nothing was unknown */
function known(options: Readonly<Record<string, unknown>>): Record<string, unknown> | null {
  const changes: Record<string, unknown> = {};
  for (const [name, newest] of NEWEST) {
    const value = options[name];
    if (typeof value === "string" && !accepts(name, value)) changes[name] = newest;
  }
  const { lib } = options;
  if (Array.isArray(lib)) {
    const names = lib.filter((x): x is string => typeof x === "string");
    if (names.some((x) => !accepts("lib", [x]))) changes["lib"] = [...new Set(names.map(knownLibrary))];
  }
  return Object.keys(changes).length === 0 ? null : { ...options, ...changes };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);

/** The text of a tsconfig with unknown values mapped; the text itself where there are none. */
export function knownConfigText(path: string, text: string): string {
  const { config } = ts.parseConfigFileTextToJson(path, text) as { readonly config?: unknown };
  if (!isRecord(config) || !isRecord(config["compilerOptions"])) return text;
  const options = known(config["compilerOptions"]);
  return options === null ? text : JSON.stringify({ ...config, compilerOptions: options });
}

export interface ConvertedOptions {
  readonly options: ts.CompilerOptions;
  /** what TypeScript says about values that it cannot read */
  readonly errors: readonly string[];
}

/** Options given as an object: as in a tsconfig (`"es2022"`), or TypeScript's numbers. */
export function convertOptions(given: object, folder: string): ConvertedOptions {
  const entries = Object.entries(given) as readonly (readonly [string, unknown])[];
  const numbers = entries.filter(([name, value]) => typeof value === "number" || (name === "lib" && Array.isArray(value) && value.some((x) => typeof x === "string" && x.startsWith("lib."))));
  const names = Object.fromEntries(entries.filter((entry) => !numbers.includes(entry)));
  const { options, errors } = ts.convertCompilerOptionsFromJson(known(names) ?? names, folder);
  return {
    options: { ...options, ...(Object.fromEntries(numbers) as ts.CompilerOptions) },
    errors: errors.map((x) => ts.flattenDiagnosticMessageText(x.messageText, " ")),
  };
}
