// Generated code passes where its source passes: the stored goldens under the strictest flags of TypeScript and under a
// linter's eye for unused bindings; the GradBench programs under the flags that users have.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { STRICT_OPTIONS } from "./harness/fixtures.ts";
import { BENCH, ROOT } from "./harness/paths.ts";
import { storedGoldens, type Stored } from "./harness/stored.ts";

/** Siblings stand alone. A rewritten file keeps the user's own bindings and asks other files for hidden exports. */
const siblings: readonly Stored[] = storedGoldens.filter(({ fixture }) => fixture.tags.length > 0);

const resolution = { customConditions: ["@cotangent/source"] };

function compilerOptions(json: Readonly<Record<string, unknown>>): ts.CompilerOptions {
  const { options, errors } = ts.convertCompilerOptionsFromJson({ ...json, ...resolution }, ROOT);
  if (errors.length > 0) throw new Error(messagesOf(errors).join("\n"));
  return options;
}

const messagesOf = (diagnostics: readonly ts.Diagnostic[]): readonly string[] => diagnostics.map(({ file, start = 0, messageText, code }) => {
  const place = file?.getLineAndCharacterOfPosition(start);
  return `${file?.fileName ?? ""}(${(place?.line ?? 0) + 1},${(place?.character ?? 0) + 1}): TS${code}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
});

/** The problems of these files alone, not those of what they import. */
function typeProblems(files: readonly string[], options: ts.CompilerOptions): readonly string[] {
  const program = ts.createProgram([...files], options);
  return files.flatMap((name) => {
    const file = program.getSourceFile(name);
    if (file === undefined) return [`${name} is not part of the program`];
    return messagesOf([...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file), ...program.getDeclarationDiagnostics(file)]);
  });
}

const SUPPRESSIONS = /\/\*+ *(?:eslint|oxlint)-disable.*?\*\/|\/\/ *(?:eslint|oxlint)-disable.*|\/\/ *@ts-nocheck.*/g;

/** What the linter says about unused bindings once the suppressions in the header are taken away. */
function lintProblems(texts: readonly { readonly name: string; readonly text: string }[]): string {
  const folder = mkdtempSync(join(tmpdir(), "cotangent-lint-"));
  try {
    for (const { name, text } of texts) writeFileSync(join(folder, `${name.replaceAll("/", "-")}.ts`), text.replaceAll(SUPPRESSIONS, ""));
    execFileSync(process.execPath, [resolve(ROOT, "node_modules/oxlint/bin/oxlint"), "-A", "all", "-D", "no-unused-vars", "--no-ignore", "."], { cwd: folder, encoding: "utf8" });
    return "";
  } catch (error) {
    if (typeof error === "object" && error !== null && "stdout" in error) return String(error.stdout);
    throw error;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("stored siblings", () => {
  it("pass the strictest flags together with their sources", () => {
    const files = siblings.flatMap(({ fixture, file }) => [resolve(ROOT, fixture.path.slice(1)), file]);
    expect(typeProblems(files, compilerOptions(STRICT_OPTIONS))).toEqual([]);
  });

  it("have no unused binding", () => {
    expect(lintProblems(siblings)).toBe("");
  });

  it("would be caught with one, under a suppression too", () => {
    const text = "/* eslint-disable */\nexport function f(x: number): number {\n  const xBar = 2 * x;\n  return x;\n}\n";
    expect(lintProblems([{ name: "canary", text }])).toContain("xBar");
  });
});

describe("the GradBench programs", () => {
  it("pass the flags that users have", () => {
    const { config } = ts.readConfigFile(resolve(BENCH, "tsconfig.json"), (path) => ts.sys.readFile(path)) as { readonly config: { readonly compilerOptions: Record<string, unknown> } };
    const files = ts.sys.readDirectory(BENCH, [".ts"], [], ["*.ts"]);
    expect(files.length).toBeGreaterThan(8);
    expect(typeProblems(files, compilerOptions(config.compilerOptions))).toEqual([]);
  });
});
