// Which program is running this code, and what its user does so that markers are compiled there.
// Asked only when an uncompiled marker has been called. Assumes nothing: in a browser there is no `process`, and every look is guarded.

type Runner = "vitest" | "jest" | "vite" | "tsx" | "node" | "bun" | "deno" | "bundler";

/** What is known about the surroundings. Tests hand in others. */
export interface Surroundings {
  readonly globals: { readonly [name: string]: unknown };
  /** of an error made in this package */
  readonly stack: string;
}

interface ProcessLike {
  readonly env?: { readonly [name: string]: string | undefined };
  readonly versions?: { readonly [name: string]: string | undefined };
  readonly execArgv?: readonly string[];
}

interface DocumentLike {
  readonly querySelector?: (selector: string) => unknown;
}

const here = (): Surroundings => ({ globals: globalThis as unknown as { readonly [name: string]: unknown }, stack: new Error("here").stack ?? "" });

/** served by Vite's development server, to a browser or in server-side rendering */
function isVite({ globals, stack }: Surroundings): boolean {
  if (/[\\/]\.vite[\\/]deps|[\\/]@fs[\\/]|[\\/]@id[\\/]|\bvite[\\/]dist[\\/]/.test(stack)) return true;
  const document = globals["document"] as DocumentLike | undefined;
  return typeof document?.querySelector === "function" && Boolean(document.querySelector('script[src$="/@vite/client"]'));
}

const hasTsx = ({ execArgv = [], env = {} }: ProcessLike): boolean =>
  [...execArgv, ...(env["NODE_OPTIONS"] ?? "").split(" ")].some((option) => /(^|[\\/=])tsx([\\/]|$)/.test(option));

/** a file of this package on the stack: it was not bundled with the program */
const isUnbundled = (stack: string): boolean => /[\\/](cotangent|runtime)[\\/](dist|src)[\\/]/.test(stack);

export function runnerOf(surroundings: Surroundings): Runner {
  const { globals, stack } = surroundings;
  const process = (globals["process"] ?? {}) as ProcessLike;
  const { env = {}, versions = {} } = process;
  if (globals["__vitest_worker__"] !== undefined || env["VITEST"] !== undefined) return "vitest";
  if (env["JEST_WORKER_ID"] !== undefined) return "jest";
  if (isVite(surroundings)) return "vite";
  if (globals["Deno"] !== undefined) return "deno";
  if (versions["bun"] !== undefined) return "bun";
  if (versions["node"] === undefined || !isUnbundled(stack)) return "bundler";
  return hasTsx(process) ? "tsx" : "node";
}

const COMMIT = "tag the function with /** @grad */ instead of calling the marker, run `npx cotangent build`, and import the generated sibling file.";
const MIRROR = "run `npx cotangent build --out-dir compiled` and start the program from there.";

const FIXES: { readonly [runner in Runner]: string } = {
  vitest: 'Under Vitest: add `cotangent()` from "@cotangent/unplugin/vite" to `plugins` in vitest.config.ts.',
  vite: 'Under Vite: add `cotangent()` from "@cotangent/unplugin/vite" to `plugins` in vite.config.ts.',
  jest: `Jest runs no bundler plugin: ${COMMIT}`,
  tsx: `tsx only strips types: ${MIRROR} Or: ${COMMIT}`,
  node: `In plain Node: ${MIRROR} Or: ${COMMIT}`,
  bun: `Under Bun: ${COMMIT}`,
  deno: `Under Deno: ${COMMIT}`,
  bundler: `The program was bundled without the compiler: put \`cotangent()\` from "@cotangent/unplugin/esbuild" or "@cotangent/unplugin/vite" first among your bundler's plugins. Or: ${COMMIT}`,
};

/** One or two sentences: what to change in the setup that this code finds itself in. */
export function fix(surroundings: Surroundings = here()): string {
  return FIXES[runnerOf(surroundings)];
}
