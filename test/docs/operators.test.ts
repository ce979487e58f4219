// The pages of the operators: each example is compiled and run, and each line that ends in a comment has the value that the comment says.
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { close } from "../harness/compare.ts";
import { leavesOf } from "../harness/structure.ts";
import { createWorkbench, describeDiagnostic } from "../harness/workbench.ts";

const folder = fileURLToPath(new URL("../../docs/operators/", import.meta.url));
const pages = readdirSync(folder).filter((name) => name !== "README.md");

const exampleOf = (page: string): string => /^```ts\n([^]*?)^```$/m.exec(readFileSync(`${folder}${page}`, "utf8"))?.[1] ?? "";

const SAYS = /^(?!const |import )(.+); \/\/ (.+)$/gm;

describe("the example of", () => {
  it.each(pages)("%s does what it says", (page) => {
    const example = exampleOf(page);
    const expected = [...example.matchAll(SAYS)].map(([, , value = ""]) => JSON.parse(value) as unknown);
    expect(expected.length).toBeGreaterThan(0);
    let count = 0;
    const bench = createWorkbench({ "/example.ts": example.replace(SAYS, (_, expression: string) => `export const said${count++} = ${expression};`) });
    const outcome = bench.transform("/example.ts");
    expect(outcome.kind === "refused" ? outcome.diagnostics.map(describeDiagnostic) : outcome.kind).toBe("compiled");
    const said = bench.load("/example.ts");
    expected.forEach((value, i) => {
      const [actual, wanted] = [leavesOf(said[`said${i}`]), leavesOf(value)];
      expect([...actual.keys()]).toEqual([...wanted.keys()]);
      for (const [path, number] of wanted) expect(close(actual.get(path) ?? Number.NaN, number, 1e-12, 1), `${page}, line ${i + 1}, at ${path}`).toBe(true);
    });
    bench.dispose();
  });

  it("every operator has a page", () => {
    const links = [...readFileSync(`${folder}README.md`, "utf8").matchAll(/\]\((.+\.md)\)/g)].map(([, file]) => file);
    expect([...new Set(links)].sort()).toEqual([...pages].sort());
  });
});
