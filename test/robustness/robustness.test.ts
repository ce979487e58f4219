// The compiler never throws: neither on sources of packages that know nothing of derivatives, all of whose functions are marked, nor on
// damaged fixtures. Only diagnostics with code and place come out, and what is compiled parses.
//   COTANGENT_DAMAGED=5000 COTANGENT_DAMAGED_SEED=7   more damaged fixtures, others
//   COTANGENT_PACKAGES=/path/to/src:/another/src      more packages
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { createCompiler } from "@cotangent/compiler";
import { describe, expect, it } from "vitest";
import { FIXTURES } from "../harness/paths.ts";
import { createRandom } from "../harness/random.ts";
import { examine, type Problem } from "./examine.ts";
import { MODES, withCalls, withTags } from "./mark.ts";
import { mutate } from "./mutate.ts";

const OPTIONS = {
  target: "esnext", module: "esnext", moduleResolution: "bundler", strict: true, lib: ["esnext", "dom"], allowImportingTsExtensions: true, allowJs: true, noEmit: true, skipLibCheck: true,
} as const;

const NODE_MODULES = resolve(FIXTURES, "../node_modules");
const PACKAGES: readonly string[] = [
  join(NODE_MODULES, "@jridgewell/trace-mapping/src"),
  ...(process.env["COTANGENT_PACKAGES"] ?? "").split(":").filter((x) => x !== ""),
];

const sourcesIn = (folder: string): readonly string[] =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return name === "node_modules" ? [] : sourcesIn(path);
    return /\.[mc]?[jt]sx?$/.test(name) && !/\.d\.[mc]?ts$|\.min\./.test(name) ? [path] : [];
  });

describe("sources of packages", () => {
  it.each(PACKAGES)("%s", (folder) => {
    const files = Object.fromEntries(sourcesIn(folder).map((path) => [path.slice(folder.length), readFileSync(path, "utf8")]));
    const compiler = createCompiler({ files, compilerOptions: OPTIONS });
    const problems: Problem[] = [];
    Object.entries(files).forEach(([path, text], i) => {
      const mode = MODES[i % MODES.length]!;
      for (const [operation, marked] of [["transform", withCalls(path, text, mode)], ["generate", withTags(path, text, mode)]] as const) {
        if (marked === null) continue;
        compiler.update(path, marked.text);
        const found = examine(compiler, operation, path, (x) => (x === path ? marked.text : files[x]));
        if (found !== null) problems.push({ ...found, path: `${operation} ${mode} ${path}` });
        compiler.update(path, text);
      }
    });
    compiler.dispose();
    expect(problems).toEqual([]);
  }, 3_600_000);
});

describe("functions without numbers", () => {
  const source = `
export function isPositive(x: unknown): x is number { return typeof x === "number" && x > 0; }
export const isFunction = (x: any): x is (...given: any[]) => any => typeof x === "function";
function isLong(x: string | null, n: number): x is string { return n < 1 ? x !== null : isLong(x, n - 1); }
export function f(x: number): number { const y: unknown = x; return isPositive(y) && isLong("a", 2) ? y * y : x; }
interface Schema<T> { optional(): Optional<Schema<T>>; kept: T }
interface Optional<T> extends Schema<T | undefined> { inner: T }
export function firstOnes(items: Schema<unknown>[], n: number): Schema<unknown>[] { return items.map((item, i) => (i < n ? item : item.optional())); }
`;
  it.each(MODES)("%s", (mode) => {
    const marked = withCalls("/m.ts", source, mode)!;
    const compiler = createCompiler({ files: { "/m.ts": marked.text }, compilerOptions: OPTIONS });
    expect(examine(compiler, "transform", "/m.ts", () => marked.text)).toBeNull();
    compiler.dispose();
  });
});

describe("damaged fixtures", () => {
  const count = Number(process.env["COTANGENT_DAMAGED"] ?? 25);
  const seed = Number(process.env["COTANGENT_DAMAGED_SEED"] ?? 1);

  it(`${count} of them from seed ${seed}`, () => {
    const random = createRandom(seed);
    const fixtures = sourcesIn(FIXTURES).filter((path) => path.endsWith(".ts") && !path.endsWith(".grad.ts"));
    const compiler = createCompiler({ files: { "/m.ts": "" }, compilerOptions: OPTIONS });
    const problems: Problem[] = [];
    for (let i = 0; i < count; i++) {
      const path = random.pick(fixtures);
      const mode = random.pick(MODES);
      const text = mutate(readFileSync(path, "utf8").replaceAll(/@(?:grad|valueAndGrad|jvp|vjp)\b/g, `@${mode}`), random);
      compiler.update("/m.ts", text);
      for (const operation of ["generate", "transform"] as const) {
        const found = examine(compiler, operation, "/m.ts", (x) => (x === "/m.ts" ? text : undefined));
        if (found !== null) problems.push({ path, what: `${found.what}\n${operation} ${mode} of\n${text}` });
      }
    }
    compiler.dispose();
    expect(problems).toEqual([]);
  }, 3_600_000);
});
