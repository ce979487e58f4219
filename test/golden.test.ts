// The generated siblings of the fixtures are stored beside them and read in review; here they are generated again and
// compared to the byte. What is stored is no truth: numeric.test.ts runs it, strictness.test.ts type-checks it.
//   UPDATE_GOLDENS=1   writes the siblings, removes orphans, and rewrites goldens-not-yet.json from the refusals
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { fixtureFiles, fixtures, isGenerated, siblingOf, STRICT_OPTIONS, transformedOf, type Fixture } from "./harness/fixtures.ts";
import { createNotYet } from "./harness/not-yet.ts";
import { FIXTURES, ROOT } from "./harness/paths.ts";
import { RIGHT, failureOf, wrong, type Verdict } from "./harness/verdict.ts";
import { createWorkbench, type Outcome, type Workbench } from "./harness/workbench.ts";

const update = process.env["UPDATE_GOLDENS"] === "1";
const LIST = fileURLToPath(new URL("goldens-not-yet.json", import.meta.url));

interface Golden {
  readonly fixture: Fixture;
  readonly name: string;
  /** where the generated file is stored */
  readonly file: string;
  readonly make: (workbench: Workbench) => Outcome;
}

/** A fixture with tags has a sibling; one that calls markers has a rewritten copy. */
function goldenOf(fixture: Fixture): Golden | undefined {
  const { name, path, tags, calls } = fixture;
  if (tags.length > 0) return { fixture, name, file: resolve(ROOT, siblingOf(path).slice(1)), make: (workbench) => workbench.generate(path) };
  if (calls) return { fixture, name, file: resolve(ROOT, transformedOf(path).slice(1)), make: (workbench) => workbench.transform(path) };
  return undefined;
}

const goldens: readonly Golden[] = fixtures.flatMap((fixture) => goldenOf(fixture) ?? []);

const textOf = (file: string): string | undefined => (existsSync(file) ? readFileSync(file, "utf8") : undefined);

function compare({ file, make }: Golden, workbench: Workbench): Verdict {
  const outcome = make(workbench);
  const failure = failureOf([outcome]);
  const stored = textOf(file);
  if (failure !== undefined || outcome.kind !== "compiled") {
    if (update) rmSync(file, { force: true });
    else if (stored !== undefined) return wrong(`${file} is stored, but its fixture does not compile: ${JSON.stringify(failure)}`);
    return failure ?? wrong("nothing was generated");
  }
  if (update && stored !== outcome.code) writeFileSync(file, outcome.code);
  else if (stored === undefined) return wrong(`${file} is not stored yet: run with UPDATE_GOLDENS=1`);
  if (!update) expect(stored).toBe(outcome.code);
  return RIGHT;
}

describe("goldens", () => {
  const notYet = createNotYet(LIST, "siblings", update);
  const names = goldens.map(({ name }) => name);
  const workbench = createWorkbench(fixtureFiles, STRICT_OPTIONS);

  it.each(goldens)("$name", (golden) => {
    expect(notYet.judge(golden.name, compare(golden, workbench))).toBeUndefined();
  });

  it("lists only fixtures that exist", () => {
    expect(notYet.stale(names)).toEqual([]);
  });

  it("belong to a fixture each", () => {
    const files = new Set(goldens.map(({ file }) => file));
    const orphans = readdirSync(FIXTURES, { recursive: true, encoding: "utf8" }).filter(isGenerated).map((name) => resolve(FIXTURES, name)).filter((file) => !files.has(file));
    if (update) for (const orphan of orphans) rmSync(orphan);
    else expect(orphans).toEqual([]);
  });

  afterAll(() => {
    workbench.dispose();
    console.log(notYet.finish(names));
  });
});
