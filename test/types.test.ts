// The types of `cotangent` as users of TypeScript 5.6, 6 and 7 see them: each compiler checks test/types/*.ts against the
// declarations that the build emits. A missing error is an error too, through @ts-expect-error.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const compiler = (name: string): string => join(ROOT, "node_modules", name, "bin/tsc");
const folder = mkdtempSync(join(tmpdir(), "cotangent-types-"));
const declarations = join(folder, "declarations");

interface Checked {
  readonly status: number | null;
  readonly output: string;
}

function check(name: string, files: readonly string[]): Checked {
  const config = join(folder, `tsconfig.${name}.json`);
  writeFileSync(config, JSON.stringify({
    extends: join(ROOT, "test/types/tsconfig.json"),
    compilerOptions: {
      paths: { cotangent: [join(declarations, "index.d.ts")], "cotangent/testing": [join(declarations, "testing.d.ts")], "expect-type": [join(ROOT, "node_modules/expect-type/dist/index.d.ts")] },
    },
    include: [],
    files,
  }));
  const { status, stdout } = spawnSync(process.execPath, [compiler(name), "-p", config, "--pretty", "false"], { cwd: folder, encoding: "utf8" });
  return { status, output: stdout };
}

beforeAll(() => {
  mkdirSync(declarations);
  execFileSync(process.execPath, [compiler("typescript"), "-p", join(ROOT, "packages/runtime"), "--outDir", declarations, "--tsBuildInfoFile", join(folder, "buildinfo")]);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const FILES = ["shapes.ts", "markers.ts", "mistakes.ts", "testing.ts"].map((file) => join(ROOT, "test/types", file));

test.each([["typescript5", "5.6"], ["typescript", "6.0"], ["typescript7", "7.0"]])("%s accepts the types", (name, version) => {
  const { version: installed } = JSON.parse(readFileSync(join(ROOT, "node_modules", name, "package.json"), "utf8")) as { readonly version: string };
  expect(installed.startsWith(`${version}.`)).toBe(true);
  expect(check(name, FILES)).toEqual({ status: 0, output: "" });
});

test("the check fails where it should", () => {
  const wrong = join(folder, "wrong.ts");
  writeFileSync(wrong, 'import { grad } from "cotangent";\nexport const n: string = grad((x: number) => x)(1);\n// @ts-expect-error nothing is wrong here\nexport const m: number = 1;\n');
  for (const name of ["typescript5", "typescript", "typescript7"]) {
    const { status, output } = check(name, [wrong]);
    expect(status).not.toBe(0);
    expect(output).toContain("TS2322");
    expect(output).toContain("TS2578");
  }
});
