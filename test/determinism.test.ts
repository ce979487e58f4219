// The same input gives the same bytes: whatever else the process compiles, in whatever order, with whatever line ends.
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { fixtureFiles, fixtures, STRICT_OPTIONS, type Fixture } from "./harness/fixtures.ts";
import { createWorkbench, type Outcome, type Workbench } from "./harness/workbench.ts";

const tagged: readonly Fixture[] = fixtures.filter(({ tags }) => tags.length > 0);
const calling: readonly Fixture[] = fixtures.filter(({ calls }) => calls);

/** What an outcome looks like from outside, places included. */
const bytesOf = (outcome: Outcome): string => {
  if (outcome.kind === "compiled") return outcome.code;
  if (outcome.kind === "crashed") return outcome.error.message;
  return outcome.diagnostics.map(({ code, file, line, column, message }) => `${file}(${line},${column}) ${code} ${message}`).join("\n");
};

const hash = (text: string): string => createHash("sha256").update(text).digest("hex");

const results = (workbench: Workbench, order: readonly Fixture[], normalized: (text: string) => string = (text) => text): ReadonlyMap<string, string> =>
  new Map(order.map(({ name, path, calls }) => [name, hash(normalized(bytesOf(calls ? workbench.transform(path) : workbench.generate(path))))]));

/** A text in which every line ended as on Windows, with other ends; a stray line end of another kind stays visible. */
const unixLines = (text: string): string => (/[^\r]\n/.test(text) ? text : text.replaceAll("\r\n", "\n"));

/** The names of what came out differently. */
const differing = (a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): readonly string[] => [...a].filter(([name, text]) => b.get(name) !== text).map(([name]) => name);

const every = <T>(step: number, items: readonly T[]): readonly T[] => items.filter((_, index) => index % step === 0);

const chosen: readonly Fixture[] = [...every(3, tagged), ...calling];

describe("the compiler", () => {
  it("gives the same bytes in two interleaved instances", () => {
    const first = createWorkbench(fixtureFiles, STRICT_OPTIONS);
    const second = createWorkbench(fixtureFiles, STRICT_OPTIONS);
    for (const fixture of chosen) expect(differing(results(second, [fixture]), results(first, [fixture]))).toEqual([]);
    first.dispose();
    second.dispose();
  });

  it("does not depend on the order of files or of requests", () => {
    const first = createWorkbench(fixtureFiles, STRICT_OPTIONS);
    const second = createWorkbench(Object.fromEntries(Object.entries(fixtureFiles).reverse()), STRICT_OPTIONS);
    expect(differing(results(second, chosen.toReversed()), results(first, chosen))).toEqual([]);
    first.dispose();
    second.dispose();
  });

  it("follows the line ends of the source and depends on them in nothing else", () => {
    const crlf = Object.fromEntries(Object.entries(fixtureFiles).map(([path, text]) => [path, text.replaceAll("\n", "\r\n")]));
    const unix = createWorkbench(fixtureFiles, STRICT_OPTIONS);
    const windows = createWorkbench(crlf, STRICT_OPTIONS);
    const ours = every(2, tagged);
    expect(differing(results(windows, ours, unixLines), results(unix, ours))).toEqual([]);
    unix.dispose();
    windows.dispose();
  });

  it("gives the same bytes after an unrelated file has changed, and again when asked again", () => {
    const workbench = createWorkbench({ ...fixtureFiles, "/fixtures/other.ts": "export const a = 1;\n" }, STRICT_OPTIONS);
    const before = results(workbench, chosen);
    expect(differing(before, results(workbench, chosen))).toEqual([]);
    workbench.update("/fixtures/other.ts", "export const a = 2;\nexport const lossGrad = 3;\n");
    expect(differing(before, results(workbench, chosen))).toEqual([]);
    workbench.dispose();
  });

  it("transforms once: what it wrote needs no more work", () => {
    const workbench = createWorkbench(fixtureFiles, STRICT_OPTIONS);
    for (const { path } of calling) {
      const outcome = workbench.transform(path);
      if (outcome.kind !== "compiled") continue;
      const again = createWorkbench({ ...fixtureFiles, [path]: outcome.code }, STRICT_OPTIONS);
      expect(again.transform(path)).toMatchObject({ kind: "compiled", changed: false, code: outcome.code });
      again.dispose();
    }
    workbench.dispose();
  });
});
