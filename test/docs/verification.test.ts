// The example of docs/verification.md runs, each line that ends in a comment has the value that the comment says, and what the page lists exists.
import * as testing from "cotangent/testing";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { createWorkbench, describeDiagnostic, PLAIN_OPTIONS } from "../harness/workbench.ts";

const page = readFileSync(fileURLToPath(new URL("../../docs/verification.md", import.meta.url)), "utf8");
const SAYS = /^(?!const |import )(.+); \/\/ (.+)$/gm;

test("the example of docs/verification.md does what it says", () => {
  const example = /^```ts\n([^]*?)^```$/m.exec(page)?.[1] ?? "";
  const expected = [...example.matchAll(SAYS)].map(([, , value = ""]) => JSON.parse(value) as unknown);
  expect(expected.length).toBeGreaterThan(0);
  let count = 0;
  const text = example.replace(SAYS, (_, expression: string) => `export const said${count++} = ${expression};`);
  const bench = createWorkbench({ "/example.ts": text }, PLAIN_OPTIONS, { adapt: (code) => code, packages: { "cotangent/testing": testing } });
  const outcome = bench.transform("/example.ts");
  expect(outcome.kind === "refused" ? outcome.diagnostics.map(describeDiagnostic) : outcome.kind).toBe("compiled");
  const said = bench.load("/example.ts");
  expect(expected.map((_, i) => said[`said${i}`])).toEqual(expected);
  bench.dispose();
});

test("the page lists every check", () => {
  const listed = [...page.matchAll(/^\| `(check\w+)\(/gm)].map(([, name]) => name);
  expect(listed.sort()).toEqual(Object.keys(testing).filter((x) => x.startsWith("check")).sort());
});

test("the report on the page is what a wrong gradient gets", () => {
  const loss = (model: { readonly w: readonly { readonly x: number; readonly y: number }[] }, scale: number): number => model.w.reduce((sum, { x, y }) => sum + scale * x * x * y, 0.5);
  const half = (model: { readonly w: readonly { readonly x: number; readonly y: number }[] }, scale: number): never =>
    ({ w: model.w.map(({ x, y }, i) => ({ x: 2 * scale * x * y, y: (i === 1 ? 0.5 : 1) * scale * x * x })) }) as never;
  const shown = /^the gradient of loss is wrong[^]*?(?= ±)/m.exec(page)?.[0] ?? "none";
  expect(() => testing.checkGrad(loss, half, [{ w: [{ x: 1, y: 2 }, { x: 3, y: -1 }] }, 2])).toThrow(shown);
});
