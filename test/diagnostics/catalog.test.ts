// The catalog and its pages belong together: every code has one page, every page quotes the catalog, all messages read alike.
import { readFileSync } from "node:fs";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import * as catalog from "../../packages/compiler/src/diagnostics/catalog.ts";
import * as ofRules from "../../packages/compiler/src/diagnostics/catalog-of-rules.ts";
import type { Finding, Span } from "../../packages/compiler/src/diagnostics/diagnostic.ts";
import { explain, pageOf, pages, severityOf } from "../../packages/compiler/src/diagnostics/pages.ts";

const source = ["catalog.ts", "catalog-of-rules.ts"].map((name) => readFileSync(new URL(`../../packages/compiler/src/diagnostics/${name}`, import.meta.url), "utf8")).join("\n");
const codesOfCatalog = new Set(source.match(/CT\d{4}(?=")/g));

const here: Span = { file: "a.ts", start: 3, end: 5 };

/** what the functions take after the place; words, where nothing else is said */
const ARGUMENTS: Readonly<Record<string, readonly unknown[]>> = {
  wrtOutOfRange: ["f", 2, 1],
  wrtRepeated: [1],
  missingLibraries: [["Array"]],
  unknownOption: ["grad", "mode", ["wrt"]],
  unknownTagParameter: ["grad", "y", ["x"]],
  unknownFunction: ["f", ["g"]],
  unknownStage: ["adjoints", ["ir"]],
  typeError: [2322, "text"],
  syntaxError: [1005, "text"],
};
const OF_FILES: ReadonlySet<string> = new Set(["missingFile", "notSource", "unknownFunction", "unknownStage"]);

function sampleOf(name: string, make: unknown): Finding {
  if (typeof make !== "function") throw new Error(`${name} is not a function`);
  const found: unknown = Reflect.apply(make, undefined, [OF_FILES.has(name) ? "a.ts" : here, ...(ARGUMENTS[name] ?? ["one", "two", "three"])]);
  if (typeof found !== "object" || found === null || !("code" in found)) throw new Error(`${name} made no finding`);
  return found as Finding;
}

const findings = Object.entries({ ...catalog, ...ofRules }).map(([name, make]) => [name, sampleOf(name, make)] as const);

describe("the catalog", () => {
  it.each(findings)("%s has a page that quotes its code", (_name, finding) => {
    const page = pageOf(finding.code);
    expect(page).toBeDefined();
    expect(page?.says.map((x) => x.code)).toContain(finding.code);
    expect(page && severityOf(page)).toBe(finding.severity);
  });

  it.each(findings)("%s speaks as all others do", (_name, finding) => {
    for (const text of [finding.message, ...(finding.help === null ? [] : [finding.help])]) {
      expect(text).not.toMatch(/\.$|^\s|\s$|\n| {2}/);
      expect(text).not.toMatch(/(?<!`)(undefined|null)(?!`)|\[object/);
    }
    expect(finding.span.file).toBe("a.ts");
    if (finding.severity === "error" && /^CT[12]/.test(finding.code) && finding.code !== "CT1025") expect(finding.help).not.toBeNull();
  });

  it("uses warnings for what is allowed, in one range", () => {
    for (const [, finding] of findings) expect(finding.severity).toBe(finding.code.startsWith("CT21") ? "warning" : "error");
  });

  it("has its codes in its text", () => {
    expect(codesOfCatalog.size).toBeGreaterThan(60);
    for (const code of codesOfCatalog) expect(pageOf(code), code).toBeDefined();
  });
});

describe("the pages", () => {
  it("have codes of their own, in order", () => {
    const codes = pages.map((page) => page.code);
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes).toEqual([...codes].sort());
  });

  it.each(pages.map((page) => [page.code, page] as const))("%s is complete", (code, page) => {
    expect(page.title).toMatch(/^\S.*[^.]$/);
    expect(page.why).toMatch(/\.$/);
    if (code.startsWith("CT9")) expect(page.says).toEqual([]);
    else expect(codesOfCatalog.has(code)).toBe(true);
    for (const finding of page.says) expect(finding.code).toBe(code);
    for (const text of [page.example, page.rewrite]) {
      if (text === null) continue;
      const parsed = ts.transpileModule(text, { reportDiagnostics: true, compilerOptions: { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext } });
      expect((parsed.diagnostics ?? []).map((x) => ts.flattenDiagnosticMessageText(x.messageText, "\n"))).toEqual([]);
    }
    expect(explain(page)).toMatch(new RegExp(`^${code}: `));
  });

  it("are found as users type codes", () => {
    expect(pageOf("ct1009")?.code).toBe("CT1009");
    expect(pageOf("1009")?.code).toBe("CT1009");
    expect(pageOf("CT0000")).toBeUndefined();
  });
});
