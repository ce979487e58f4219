// Every page's example gets the message that it explains, and its rewrite gets none: the pages cannot fall behind the compiler.
import { createCompiler, type Diagnostic } from "@cotangent/compiler";
import { describe, expect, it } from "vitest";
import { pages } from "../../packages/compiler/src/diagnostics/pages.ts";

const FILE = "/src/example.ts";

function diagnosticsOf(code: string): readonly Diagnostic[] {
  const compiler = createCompiler({ files: { [FILE]: `${code}\n` }, compilerOptions: { strict: true, target: "esnext", module: "esnext" } });
  try {
    return [...compiler.generate(FILE).diagnostics, ...(code.includes('from "cotangent"') ? compiler.transform(FILE).diagnostics : [])];
  } finally {
    compiler.dispose();
  }
}

const codes = (found: readonly Diagnostic[]): readonly string[] => found.map((x) => `${x.code}: ${x.message}`);

/** what the compiler does not look for yet; an entry that it does find fails */
const NOT_REPORTED: ReadonlySet<string> = new Set(["CT4002"]);

describe("examples", () => {
  it.each(pages.flatMap((page) => (page.example === null ? [] : [[page.code, page.example] as const])))("of %s get it, with a place", (code, example) => {
    const found = diagnosticsOf(example);
    if (NOT_REPORTED.has(code)) {
      expect(codes(found)).toEqual([]);
      return;
    }
    expect(codes(found)).toContainEqual(expect.stringMatching(new RegExp(`^${code}: `)));
    const own = found.find((x) => x.code === code);
    expect(own?.file).toBe(FILE);
    expect(own?.end).toBeGreaterThan(own?.start ?? Infinity);
  });

  it.each(pages.flatMap((page) => (page.rewrite === null ? [] : [[page.code, page.rewrite] as const])))("rewritten for %s are accepted", (_code, rewrite) => {
    expect(codes(diagnosticsOf(rewrite))).toEqual([]);
  });
});
