// Code that nobody here wrote: functions of installed packages, unmodified, called from programs as users write them, with
// both modes against differences. What the compiler refuses of them is a list of its own, which only shrinks.
import { readdirSync } from "node:fs";
import { build } from "esbuild";
import { afterAll, describe, expect, it } from "vitest";
import { evaluate } from "../harness/evaluate.ts";
import { ROOT } from "../harness/paths.ts";
import { checkSubject, createBench } from "./bench.ts";

const FOLDER = `${ROOT}/test/wild/programs`.replaceAll("\\", "/").replaceAll("//", "/");

type Samples = Readonly<Record<string, readonly (readonly unknown[])[]>>;

/** what a program exports besides its functions */
interface Program {
  readonly path: string;
  readonly samples: Samples;
  /** functions that are refused today, with the code of the first reason */
  readonly refused: Readonly<Record<string, string>>;
}

async function open(name: string): Promise<Program> {
  const path = `${FOLDER}/${name}`;
  const { outputFiles } = await build({ entryPoints: [path], bundle: true, write: false, format: "cjs", platform: "node", mainFields: ["module", "main"], logLevel: "silent" });
  const exports = evaluate(outputFiles[0]?.text ?? "", name) as { readonly samples: Samples; readonly refused?: Readonly<Record<string, string>> };
  return { path, samples: exports.samples, refused: exports.refused ?? {} };
}

const names = readdirSync(FOLDER).filter((x) => x.endsWith(".ts"));
const programs = await Promise.all(names.map(open));
const bench = createBench(FOLDER);
afterAll(() => bench.dispose());

describe.each(programs.map((x, i) => ({ ...x, name: names[i] ?? "" })))("$name", ({ path, samples, refused }) => {
  it.each(Object.entries(samples))("%s", async (subject, points) => {
    const verdict = await checkSubject(bench, path, subject, points);
    if (verdict.kind === "refused") expect(verdict.diagnostics.filter((x) => x.severity === "error").map((x) => `${x.code} ${x.file}(${x.line}): ${x.message}`)).toEqual([]);
    expect(verdict.kind === "wrong" ? verdict.problems : []).toEqual([]);
  }, 180_000);

  it.each(Object.entries(refused))("%s is refused, with a place", (subject, code) => {
    const compiled = bench.compile(path, subject, true);
    const errors = "refused" in compiled ? compiled.refused.filter((x) => x.severity === "error") : [];
    expect(errors[0]?.code).toBe(code);
    expect(errors.every((x) => x.end > x.start && x.line > 0)).toBe(true);
  });
});
