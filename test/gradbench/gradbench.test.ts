// The GradBench programs, differentiated, give the expected numbers through the tool's own protocol, in process.
// A few small cases live here; where the full set lies beside the project all of it is run.
import { readFileSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { compileProgram } from "../../bench/gradbench/tool/compile.ts";
import { createTool, type Answer } from "../../bench/gradbench/tool/tool.ts";
import { BENCH, beside } from "../harness/paths.ts";
import { compareOutputs } from "./compare.ts";

interface Case {
  readonly module: string;
  readonly function: string;
  readonly description: string;
  readonly input: unknown;
  readonly expected: unknown;
}

const EVALS = ["hello", "llsq", "lse", "gmm", "ba", "lstm", "kmeans", "ode"] as const;

const here = fileURLToPath(new URL("cases", import.meta.url));
const full = beside("gradbench");

function casesOf(name: string): readonly Case[] {
  const file = full === undefined ? resolve(here, `${name}.jsonl`) : resolve(full, name, "cases.jsonl");
  return readFileSync(file, "utf8").split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as Case);
}

const load = (file: string): Promise<unknown> => compileProgram(file, { folder: BENCH, conditions: ["@cotangent/source"] });

const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown;

async function problemsOf(name: string, flat: boolean): Promise<readonly string[]> {
  const answer = createTool({ load, flat });
  const defined = await answer({ id: 0, kind: "define", module: name });
  if (defined.success !== true) return [defined.error ?? "not defined"];
  const problems: string[] = [];
  for (const { function: name_, description, input, expected } of casesOf(name)) {
    const reply = await answer({ id: 1, kind: "evaluate", module: name, function: name_, input });
    problems.push(...problemsOfReply(reply, expected).map((problem) => `${name_} at ${description}: ${problem}`));
  }
  return problems;
}

function problemsOfReply({ success, output, error }: Answer, expected: unknown): readonly string[] {
  return success === true ? compareOutputs(expected, asJson(output)) : [error ?? "failed without a reason"];
}

describe("the programs of GradBench", () => {
  it.each(EVALS)("%s has the expected values and derivatives", async (name) => {
    expect(await problemsOf(name, false)).toEqual([]);
  });

  it("gmm has them with flat typed arrays too", async () => {
    expect(await problemsOf("gmm", true)).toEqual([]);
  });

  it("has cases of its own for every eval", () => {
    expect(readdirSync(here).sort()).toEqual(EVALS.map((name) => `${name}.jsonl`).sort());
  });
});

describe("the protocol", () => {
  it("answers unknown messages with their id alone, and errors as errors", async () => {
    const answer = createTool({ load });
    expect(await answer({ id: 4, kind: "analysis" })).toEqual({ id: 4 });
    expect(await answer({ id: 5, kind: "define", module: "nothing" })).toMatchObject({ id: 5, success: false });
    expect(await answer({ id: 6, kind: "evaluate", module: "lse", function: "primal", input: { x: [1] } })).toMatchObject({ id: 6, success: false });
  });

  it("runs a function as often and as long as it is asked to", async () => {
    const answer = createTool({ load: () => Promise.resolve({ primal: (x: readonly number[]) => x.length }) });
    await answer({ id: 0, kind: "define", module: "lse" });
    const often = await answer({ id: 1, kind: "evaluate", module: "lse", function: "primal", input: { x: [1], min_runs: 7, min_seconds: 0 } });
    expect(often.output).toBe(1);
    expect(often.timings?.filter(({ name }) => name === "evaluate")).toHaveLength(7);
    const long = await answer({ id: 2, kind: "evaluate", module: "lse", function: "primal", input: { x: [1], min_runs: 1, min_seconds: 0.01 } });
    const total = (long.timings ?? []).reduce((sum, { name, nanoseconds }) => sum + (name === "evaluate" ? nanoseconds : 0), 0);
    expect(total).toBeGreaterThanOrEqual(1e7);
  });
});
