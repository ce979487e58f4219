// The 150 pitfalls: each is right in reverse and in forward mode, or refused with the diagnostic that not-yet.json says.
//   UPDATE_PITFALLS=1             rewrites not-yet.json from the refusals of this run; wrong numbers and crashes still fail
//   COTANGENT_PITFALLS=a,b        which suites run: plain, dead-code, one-trip-loop, callee, closure, finally,
//                                 forward-over-reverse, or all (the default)
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { functionOf } from "../harness/modules.ts";
import { createNotYet } from "../harness/not-yet.ts";
import { worst } from "../harness/verdict.ts";
import { createWorkbench, type Workbench } from "../harness/workbench.ts";
import { readPitfalls, type Pitfall } from "./cases.ts";
import { DISGUISES, type Disguise } from "./disguises.ts";
import { filesOf, runPitfall, type Mode } from "./run.ts";

interface Suite {
  readonly name: string;
  readonly disguise: Disguise;
  readonly modes: readonly Mode[];
  readonly cases: (pitfalls: readonly Pitfall[]) => readonly Pitfall[];
}

const SUITES: readonly Suite[] = [
  ...DISGUISES.map((disguise): Suite => ({ name: disguise, disguise, modes: ["reverse", "forward"], cases: (all) => all })),
  { name: "forward-over-reverse", disguise: "plain", modes: ["forward-over-reverse"], cases: (all) => all.filter(({ smooth }) => smooth) },
];

const LIST = fileURLToPath(new URL("not-yet.json", import.meta.url));

const asked = (process.env["COTANGENT_PITFALLS"] ?? "all").split(",");
const update = process.env["UPDATE_PITFALLS"] === "1";
const pitfalls = readPitfalls();

function filesOfSuite({ disguise, modes }: Suite, cases: readonly Pitfall[]): Record<string, string> {
  return Object.assign({}, ...cases.flatMap((pitfall) => modes.map((mode) => filesOf(pitfall, disguise, mode)))) as Record<string, string>;
}

if (pitfalls === undefined) console.warn("../shared/pitfalls does not lie beside the project: the pitfalls are not tested");

const suites = SUITES.filter(({ name }) => pitfalls !== undefined && (asked.includes(name) || asked.includes("all")));

describe.each(suites)("pitfalls, $name", (suite) => {
  const cases = suite.cases(pitfalls ?? []);
  const names = cases.map(({ id, name }) => `${id} ${name}`);
  const notYet = createNotYet(LIST, suite.name, update);
  const benches: Workbench[] = [];

  beforeAll(() => {
    benches.push(createWorkbench(filesOfSuite(suite, cases)));
  });

  it.each(cases.map((pitfall, index) => ({ name: names[index] ?? "", pitfall })))("$name", ({ name, pitfall }) => {
    const [workbench] = benches;
    if (workbench === undefined) throw new Error("there is no compiler");
    const verdict = worst(suite.modes.map((mode) => runPitfall(workbench, pitfall, mode)));
    expect(notYet.judge(name, verdict)).toBeUndefined();
  });

  it("lists only cases that exist", () => {
    expect(notYet.stale(names)).toEqual([]);
  });

  afterAll(() => {
    for (const workbench of benches) workbench.dispose();
    console.log(`pitfalls, ${notYet.finish(names)}`);
  });
});

describe("the cost of a gradient", () => {
  const program = `
    import { grad } from "cotangent";
    export function f(v: number[]): number { let s = 0; for (let i = 0; i < v.length; i++) s += v[i] * v[i]; return s; }
    export const gradient = grad(f);`;

  it("grows with the number of reads, not with its square", () => {
    const workbench = createWorkbench({ "/cost.ts": program });
    const gradient = functionOf(workbench.load("/cost.ts"), "gradient");
    const v = Array.from({ length: 200_000 }, (_, i) => i % 7);
    const start = performance.now();
    expect(gradient(v)).toEqual(v.map((x) => 2 * x));
    expect(performance.now() - start).toBeLessThan(2_000);
    workbench.dispose();
  });
});
