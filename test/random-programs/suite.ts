// The random programs of one test file. Several files share the work so that they run side by side.
//   COTANGENT_RANDOM_COUNT   programs per run, all files together (default 1000)
//   COTANGENT_RANDOM_SEED    where the seeds begin (default 1)
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { typeProblems } from "../harness/typecheck.ts";
import { PLAIN_OPTIONS } from "../harness/workbench.ts";
import { fitPrograms, shrinkFailure, tryPrograms, type Tried } from "./check.ts";
import { printFixture, printProgram } from "./program.ts";

const count = Number(process.env["COTANGENT_RANDOM_COUNT"] ?? 1000);
const firstSeed = Number(process.env["COTANGENT_RANDOM_SEED"] ?? 1) * 1_000_000;

const BATCH = 100;
const MOST_SHRUNK = 3;
/** Every construct of the generator is differentiated, so that refusals are the exception. */
const MOST_REFUSED = 0.01;
const TIME_LIMIT = 900_000;

function groupBy<K, T>(items: readonly T[], keyOf: (item: T) => K): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

const isBad = ({ verdict }: Tried): boolean => verdict.kind === "wrong" || verdict.kind === "crashed";

function report(failures: readonly Tried[]): string {
  const shown = failures.slice(0, MOST_SHRUNK).map((tried) => {
    const { program, verdict } = shrinkFailure(tried);
    return `seed ${tried.seed}, ${verdict.kind}: ${"detail" in verdict ? verdict.detail : ""}\n${printFixture(program, `Random program ${tried.seed}, shrunk.`)}`;
  });
  return [`${failures.length} programs fail: seeds ${failures.slice(0, 20).map(({ seed }) => seed).join(", ")}`, ...shown].join("\n\n");
}

const pathOf = (seed: number): string => `/emitted-${seed}.ts`;

/** Shard `shard` of `shards`: every so many-th seed. */
export function testRandomPrograms(shard: number, shards: number): void {
  describe(`random programs, ${shard + 1} of ${shards}`, () => {
    const tried: Tried[] = [];

    beforeAll(() => {
      const programs = fitPrograms(firstSeed + shard, shards, Math.ceil(count / shards));
      for (let at = 0; at < programs.length; at += BATCH) tried.push(...tryPrograms(programs.slice(at, at + BATCH)));
    }, TIME_LIMIT);

    it("have right derivatives in both modes", () => {
      const failures = tried.filter(isBad);
      expect(failures.length === 0 ? "" : report(failures)).toBe("");
    }, TIME_LIMIT);

    it("are hardly ever refused", () => {
      const refused = tried.filter(({ verdict }) => verdict.kind === "refused");
      const byCode = groupBy(refused, ({ verdict }) => ("code" in verdict ? verdict.code : ""));
      const examples = [...byCode].map(([code, [example, ...others]]) => `${others.length + 1} with ${code}, for example seed ${example?.seed ?? ""}:\n${example === undefined ? "" : printProgram(example.program, "plain")}`);
      expect(refused.length <= MOST_REFUSED * tried.length ? "" : examples.join("\n\n")).toBe("");
    });

    it("are emitted as code that type-checks", () => {
      const modules = new Map<string, string>();
      for (const { seed, code } of tried) if (code !== undefined) modules.set(pathOf(seed), code);
      expect(typeProblems(modules, [...modules.keys()], PLAIN_OPTIONS).map(({ text }) => text)).toEqual([]);
    }, TIME_LIMIT);

    afterAll(() => {
      const kinds = groupBy(tried, ({ verdict }) => verdict.kind);
      console.log(`random programs, ${shard + 1} of ${shards}: ${[...kinds].map(([kind, all]) => `${all.length} ${kind}`).join(", ")}`);
    });
  });
}
