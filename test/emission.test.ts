// Generated code reads like code that a person wrote: counted, not judged. Bounds on statements, no copies that only
// rename, and no tape where none is needed.
import { describe, expect, it } from "vitest";
import { fixtures, siblingOf, STRICT_OPTIONS, type Fixture } from "./harness/fixtures.ts";
import { countLoops, countStatements, renamingCopies } from "./harness/measure.ts";
import { storedGoldens } from "./harness/stored.ts";
import { createWorkbench } from "./harness/workbench.ts";

const MOST_STATEMENTS = 2.5;

/** The fixture with its `@grad` tag alone, so that its sibling holds the gradient and nothing else. */
const gradientOnly = (text: string): string => text.replaceAll(/^ \* @(?:valueAndGrad|jvp|vjp)\b.*\n/gm, "");

const counted: readonly Fixture[] = fixtures.filter(({ name, tags }) => /^(?:scalar|loops)\//.test(name) && tags.some(({ operator }) => operator === "grad"));

const workbench = createWorkbench(Object.fromEntries(counted.map(({ path, text }) => [path, gradientOnly(text)])), STRICT_OPTIONS);

function gradientOf({ path }: Fixture): string {
  const outcome = workbench.generate(path);
  if (outcome.kind === "crashed") throw outcome.error;
  if (outcome.kind === "refused") throw new Error(outcome.diagnostics.map(({ message }) => message).join("\n"));
  return outcome.code;
}

describe("the gradients of scalar and loop fixtures", () => {
  it.each(counted)("$name has at most 2.5 statements for each of the function", (fixture) => {
    const own = countStatements(fixture.text, (name) => name !== "slope");
    const generated = countStatements(gradientOf(fixture));
    expect(own).toBeGreaterThan(0);
    expect(generated / own, `${generated} statements for ${own}`).toBeLessThanOrEqual(MOST_STATEMENTS);
  });

  // the sum of the geometric mean enters a function after the loop, so that its seed is known only then
  it.each([["loops/rosenbrock", 1], ["loops/geometric-mean", 2]] as const)("%s has %i loops and no tape", (name, loops) => {
    const fixture = counted.find((candidate) => candidate.name === name);
    if (fixture === undefined) throw new Error(`there is no fixture ${name}`);
    const text = gradientOf(fixture);
    expect(countLoops(text)).toBe(loops);
    expect(text).not.toMatch(/Float64Array|[Tt]ape|\.push\(|from "cotangent"/);
  });
});

describe("stored goldens", () => {
  it.each(storedGoldens)("$name has no constant that only renames another", ({ text, fixture }) => {
    expect(renamingCopies(text, fixture.text)).toEqual([]);
  });

  it("stand beside their sources under the name of a sibling", () => {
    for (const { fixture, file } of storedGoldens) {
      if (fixture.tags.length > 0) expect(file.endsWith(siblingOf(fixture.path))).toBe(true);
    }
  });
});

describe("the measures", () => {
  const text = "import { a } from \"b\";\nexport function f(x: number): number {\n  let s = 0, t = 1;\n  for (let i = 0; i < 3; i++) {\n    if (i > 1) s += x;\n  }\n  return s * t;\n}\n";

  it("count statements as people do", () => {
    expect(countStatements(text)).toBe(6); // s, t, for, if, assignment, return
    expect(countLoops(text)).toBe(1);
  });

  it("find copies that only rename", () => {
    expect(renamingCopies("const f = (x: number, n: number) => { const y = x; let z = n; n++; const w = n; z += y; return z + w; };", "")).toEqual(["y = x"]);
    expect(renamingCopies("const f = (x: number) => { const y = x; return y; };", "const y = x;")).toEqual([]);
  });
});
