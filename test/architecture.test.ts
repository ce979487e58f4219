// The shape of the house, checked: layers and their directions, doors to the street, and the rules that no compiler flag knows.
// The linter is asked about forbidden imports that stand in a copy of the tree, so that a rule which lost its teeth is noticed.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { ts } from "ts-morph";
import { describe, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");

const OUTSIDE: ReadonlySet<string> = new Set(["node_modules", "dist", "compiled", ".git"]);

function filesIn(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return OUTSIDE.has(entry.name) ? [] : filesIn(path);
    return entry.isFile() ? [path] : [];
  });
}

const files: readonly string[] = filesIn("");
const sources: readonly string[] = files.filter((path) => /^packages\/[^/]+\/src\/.*\.ts$/.test(path));

// ---------------------------------------------------------------------------------------------------- the linter

interface Report {
  readonly diagnostics: readonly { readonly code: string; readonly filename: string }[];
}

/** the rules that oxlint reports for files with these texts, by file */
function lint(texts: ReadonlyMap<string, string>): ReadonlyMap<string, readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), "cotangent-lint-"));
  try {
    copyFileSync(join(ROOT, ".oxlintrc.json"), join(folder, ".oxlintrc.json"));
    for (const [path, text] of texts) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const { stdout } = spawnSync(join(ROOT, "node_modules/.bin/oxlint"), ["-f", "json"], { cwd: folder, encoding: "utf8" });
    const found = new Map<string, string[]>();
    for (const { code, filename } of (JSON.parse(stdout) as Report).diagnostics) found.set(filename, [...(found.get(filename) ?? []), code]);
    return found;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const COMPILER = "packages/compiler/src";
const imports = (specifier: string): string => `import { x } from "${specifier}";\nexport const y: unknown = x;\n`;

/** a file of each layer and an import that it must not have */
const FORBIDDEN: readonly (readonly [file: string, specifier: string])[] = [
  ["diagnostics/canary.ts", "../ir/ir.ts"],
  ["diagnostics/pages/canary.ts", "../../rules/table.ts"],
  ["ir/canary.ts", "../rules/rule.ts"],
  ["ir/canary2.ts", "../verify.ts"],
  ["rules/canary.ts", "../analysis/activity.ts"],
  ["analysis/canary.ts", "../transform/adjoint.ts"],
  ["analysis/canary2.ts", "../frontend/types.ts"],
  ["transform/canary.ts", "../pipeline.ts"],
  ["transform/adjoint/canary.ts", "../../emit/names.ts"],
  ["transform/adjoint/canary2.ts", "../../frontend/types.ts"],
  ["frontend/canary.ts", "../emit/names.ts"],
  ["frontend/lower/canary.ts", "../../optimize/index.ts"],
  ["frontend/canary3.ts", "typescript"],
  ["optimize/canary.ts", "../transform/adjoint.ts"],
  ["optimize/canary2.ts", "../emit/names.ts"],
  ["emit/canary.ts", "../frontend/types.ts"],
  ["emit/canary2.ts", "../optimize/index.ts"],
  ["pipeline.ts", "./driver/compiler.ts"],
  ["verify.ts", "./transform/adjoint.ts"],
  ["driver/canary.ts", "../index.ts"],
  ["driver/canary2.ts", "ts-morph"],
  ["emit/canary3.ts", "ts-morph"],
  ["transform/canary3.ts", "typescript"],
  ["rules/canary3.ts", "node:fs"],
  ["index.ts", "node:path"],
  ["frontend/canary4.ts", "node:fs"],
  ["node.ts", "ts-morph"],
];

const ALLOWED: readonly (readonly [file: string, specifier: string])[] = [
  ["ir/good.ts", "../diagnostics/diagnostic.ts"],
  ["rules/good.ts", "../ir/ir.ts"],
  ["analysis/good.ts", "../rules/table.ts"],
  ["transform/adjoint/good.ts", "../../analysis/activity.ts"],
  ["frontend/lower/good.ts", "ts-morph"],
  ["emit/good.ts", "../ir/ir.ts"],
  ["optimize/good.ts", "../analysis/alias.ts"],
  ["driver/good.ts", "../frontend/project.ts"],
];

describe("the linter", () => {
  const text = (list: typeof FORBIDDEN): [string, string][] => list.map(([file, specifier]) => [`${COMPILER}/${file}`, imports(specifier)]);
  const reported = lint(new Map([
    ...text(FORBIDDEN), ...text(ALLOWED),
    ["packages/runtime/src/canary.ts", imports("ts-morph")],
    ["packages/cli/src/canary.ts", imports("../../compiler/src/index.ts")],
    ["packages/cli/src/canary2.ts", imports("typescript")],
    ["packages/unplugin/src/canary.ts", imports("ts-morph")],
    [`${COMPILER}/ir/round.ts`, 'import { b } from "./trip.ts";\nexport const a: number = b;\n'],
    [`${COMPILER}/ir/trip.ts`, 'import { a } from "./round.ts";\nexport const b: number = a;\n'],
    [`${COMPILER}/ir/default.ts`, "export default 1;\n"],
    [`${COMPILER}/ir/any.ts`, "export const x: any = 1;\n"],
    [`${COMPILER}/ir/ignored.ts`, "// @ts-ignore\nexport const x: number = 1;\n"],
    ["test/only.test.ts", 'import { expect, test } from "vitest";\ntest.only("x", () => expect(1).toBe(1));\n'],
    ["test/skip.test.ts", 'import { expect, test } from "vitest";\ntest.skip("x", () => expect(1).toBe(1));\n'],
  ]));

  test.each(FORBIDDEN)("%s must not import %s", (file) => {
    expect(reported.get(`${COMPILER}/${file}`)).toContain("eslint(no-restricted-imports)");
  });

  test.each(ALLOWED)("%s may import %s", (file) => {
    expect(reported.get(`${COMPILER}/${file}`)).toBeUndefined();
  });

  test.each([
    ["packages/runtime/src/canary.ts", "eslint(no-restricted-imports)"],
    ["packages/cli/src/canary.ts", "eslint(no-restricted-imports)"],
    ["packages/cli/src/canary2.ts", "eslint(no-restricted-imports)"],
    ["packages/unplugin/src/canary.ts", "eslint(no-restricted-imports)"],
    [`${COMPILER}/ir/round.ts`, "import(no-cycle)"],
    [`${COMPILER}/ir/default.ts`, "import(no-default-export)"],
    [`${COMPILER}/ir/any.ts`, "typescript(no-explicit-any)"],
    [`${COMPILER}/ir/ignored.ts`, "typescript(ban-ts-comment)"],
    ["test/only.test.ts", "vitest(no-focused-tests)"],
    ["test/skip.test.ts", "vitest(no-disabled-tests)"],
  ])("finds in %s: %s", (file, rule) => {
    expect(reported.get(file)).toContain(rule);
  });
});

// ---------------------------------------------------------------------------------------------------- doors

const syntaxOf = (path: string): ts.SourceFile => ts.createSourceFile(path, read(path), ts.ScriptTarget.Latest, true);

function importedBy(file: ts.SourceFile): readonly string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier !== undefined && ts.isStringLiteral(node.moduleSpecifier)) found.push(node.moduleSpecifier.text);
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword && node.arguments[0] !== undefined && ts.isStringLiteral(node.arguments[0])) found.push(node.arguments[0].text);
    node.forEachChild(visit);
  };
  visit(file);
  return found;
}

const isBuiltin = (specifier: string): boolean => specifier.startsWith("node:") || builtinModules.includes(specifier);

describe("doors", () => {
  test("in the compiler only node.ts knows Node: neither its modules nor its globals stand anywhere else", () => {
    const GLOBALS: ReadonlySet<string> = new Set(["process", "Buffer", "require", "__dirname", "__filename", "setImmediate"]);
    for (const path of sources.filter((file) => file.startsWith(COMPILER) && file !== `${COMPILER}/node.ts` && !file.endsWith(".test.ts"))) {
      const file = syntaxOf(path);
      expect(importedBy(file).filter(isBuiltin), path).toEqual([]);
      const globals: string[] = [];
      const visit = (node: ts.Node): void => {
        const isMember = ts.isIdentifier(node) && ts.isPropertyAccessExpression(node.parent) && node.parent.name === node;
        if (ts.isIdentifier(node) && GLOBALS.has(node.text) && !isMember) globals.push(node.text);
        node.forEachChild(visit);
      };
      visit(file);
      expect(globals, path).toEqual([]);
    }
  });

  test("TypeScript is imported in frontend/ alone", () => {
    const importers = sources.filter((path) => importedBy(syntaxOf(path)).some((x) => /^(ts-morph|typescript)(\/|$)/.test(x)));
    expect(importers.length).toBeGreaterThan(0);
    expect(importers.filter((path) => !path.startsWith(`${COMPILER}/frontend/`))).toEqual([]);
  });

  test("the compiler bundles for a browser", async () => {
    const { metafile } = await build({
      entryPoints: [join(ROOT, COMPILER, "index.ts")], bundle: true, write: false, metafile: true, format: "esm", platform: "browser", packages: "external", logLevel: "silent",
    });
    const outside = Object.values(metafile.outputs).flatMap((output) => output.imports.map((x) => x.path));
    expect(outside.filter(isBuiltin)).toEqual([]);
    const { dependencies } = JSON.parse(read("packages/compiler/package.json")) as { readonly dependencies: { readonly [name: string]: string } };
    expect(outside.filter((x) => !Object.hasOwn(dependencies, x))).toEqual([]);
  });

  test("the runtime imports nothing, does nothing on import, and gives only what is asked for", async () => {
    const bundle = async (contents: string): Promise<string> => {
      const { outputFiles } = await build({
        stdin: { contents, resolveDir: ROOT, loader: "ts" }, bundle: true, write: false, format: "esm", platform: "browser", conditions: ["@cotangent/source"], minifySyntax: true, legalComments: "none", logLevel: "silent",
      });
      return outputFiles[0]?.text ?? "";
    };
    expect((await bundle('import "cotangent";')).trim()).toBe("");
    expect((await bundle('import { Tape, grad } from "cotangent"; export { Tape };'))).not.toMatch(/CT9001|unravel|Skeleton/);
    expect((await bundle('export { stopGradient } from "cotangent";'))).not.toMatch(/CT9001|class Tape/);
    expect((await bundle('import "cotangent/testing";')).trim()).toBe("");
    expect((await bundle('export * from "cotangent";'))).not.toMatch(/CheckError/);
    expect((await bundle('export { checkAdjoint } from "cotangent/testing";'))).not.toMatch(/CT9001|class Tape|byDirections/);
  });
});

// ---------------------------------------------------------------------------------------------------- house rules

describe("house rules", () => {
  test("no module-level let or var", () => {
    const offenders = sources.filter((path) => syntaxOf(path).statements.some((s) => ts.isVariableStatement(s) && (s.declarationList.flags & ts.NodeFlags.Const) === 0));
    expect(offenders).toEqual([]);
  });

  test("every source file opens with what it is", () => {
    expect(sources.filter((path) => !/^(#!.*\n)?(\/\/|\/\*\*?) ?\S/.test(read(path)))).toEqual([]);
  });

  test("files stay short", () => {
    const isGenerated = (text: string): boolean => text.startsWith("// Generated by");
    const long = sources.filter((path) => read(path).split("\n").length > 400 && !isGenerated(read(path)));
    expect(long).toEqual([]);
  });

  test("names say what things are, and nothing is left for later", () => {
    expect(sources.filter((path) => /util|helper|manager/i.test(basename(path)))).toEqual([]);
    const words = new RegExp(`\\b(${["TO" + "DO", "FIX" + "ME", "XX" + "X", "@ts-" + "ignore"].join("|")})\\b`);
    expect(files.filter((path) => /\.(ts|mjs|md)$/.test(path) && words.test(read(path)))).toEqual([]);
  });

  test("TypeScript is pinned through ts-morph, in the compiler alone", () => {
    const manifest = (name: string): { readonly dependencies?: { readonly [name: string]: string } } => JSON.parse(read(`packages/${name}/package.json`)) as { readonly dependencies?: { readonly [name: string]: string } };
    expect(manifest("compiler").dependencies?.["ts-morph"]).toMatch(/^\d+\.\d+\.\d+$/);
    for (const name of ["runtime", "cli", "unplugin"]) expect(manifest(name).dependencies?.["ts-morph"]).toBeUndefined();
    expect(manifest("runtime").dependencies).toBeUndefined();
  });

  test("the lockfile names no registry", () => {
    expect(read("pnpm-lock.yaml")).not.toMatch(/https?:|tarball:/);
  });
});
