// Checkpointed time steps: the peak of memory of a gradient over a million of them, and its time against the gradient that records, beside what the
// schedule predicts. Each peak is that of a process of its own, less what the process had before.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { evaluate } from "../../test/harness/evaluate.ts";
import { bundleProgram } from "../gradbench/tool/compile.ts";

const NUMBERS = 100;
const SLOTS = 100;
const LONG = 1_000_000;
/** as many steps as can be recorded */
const SHORT = 20_000;
const ROUNDS = 7;
const MOST_MEGABYTES = 64;

type Program = (x: Float64Array, steps: number) => unknown;
interface Programs {
  readonly values: Readonly<Record<string, Program>>;
  readonly gradients: Readonly<Record<string, (x: Float64Array, steps: number) => Float64Array>>;
}

const folder = fileURLToPath(new URL(".", import.meta.url));
const marked = await bundleProgram("programs.ts", { folder });
const recorded = await bundleProgram("programs.ts", { folder, edit: (text) => text.replace(/\/\*\* @checkpoint.*\*\//g, "") });

/** how often trips run before they are reversed, over the number of trips: r - (C(s + r, r - 1) - r) / l */
function predictedRuns(trips: number, slots: number): number {
  const choose = (n: number, k: number): number => Array.from({ length: k }, (_, i) => (n - k + i + 1) / (i + 1)).reduce((a, b) => a * b, 1);
  let r = 0;
  while (choose(slots + r, r) < trips + 1) r++;
  return (r * (trips + 1) - choose(slots + r, r - 1)) / trips;
}

interface Peak {
  /** over what the process had before, and all of it */
  readonly megabytes: number;
  readonly whole: number;
  readonly seconds: number;
}

function peakOf(name: string): Peak {
  const scratch = mkdtempSync(join(tmpdir(), "checkpoint-"));
  try {
    const file = join(scratch, "run.cjs");
    writeFileSync(file, `${marked}
const x = Float64Array.from({ length: ${NUMBERS} }, (_, i) => Math.sin(i));
module.exports.gradients.${name}(x, 100);
const before = process.resourceUsage().maxRSS;
const start = performance.now();
module.exports.gradients.${name}(x, ${LONG});
const whole = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ megabytes: whole - before / 1024, whole, seconds: (performance.now() - start) / 1000 }));
`);
    return JSON.parse(execFileSync(process.execPath, [file], { encoding: "utf8" })) as Peak;
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

const timed = (run: () => unknown): number => {
  const start = performance.now();
  run();
  return performance.now() - start;
};

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

const plain = evaluate(recorded, "recorded.ts") as Programs;
const again = evaluate(marked, "marked.ts") as Programs;
const x = Float64Array.from({ length: NUMBERS }, (_, i) => Math.sin(i));

console.log(`program      peak at ${LONG} steps   (with Node)   seconds   time / recorded   predicted`);
let isOver = false;
for (const [name, gradient] of Object.entries(again.gradients)) {
  const [value, reference] = [plain.values[name]!, plain.gradients[name]!];
  const expected = reference(x, SHORT);
  const largest = Math.max(...expected.map(Math.abs));
  const off = Math.max(...gradient(x, SHORT).map((g, i) => Math.abs(g - expected[i]!)));
  if (!(off <= 1e-9 * largest)) throw new Error(`${name}: gradients differ by ${off}`);
  const rounds = Array.from({ length: ROUNDS }, () => [timed(() => gradient(x, SHORT)), timed(() => reference(x, SHORT)), timed(() => value(x, SHORT))] as const);
  const ratio = median(rounds.map(([a, b]) => a / b));
  // a trip that is reversed is swept with a record of its own; all other runs are the primal's
  const predicted = median(rounds.map(([, b, c]) => 1 + (predictedRuns(SHORT, SLOTS) * c) / b));
  const peak = peakOf(name);
  isOver ||= peak.megabytes > MOST_MEGABYTES;
  console.log(`${name.padEnd(12)}${`${peak.megabytes.toFixed(1)} MB`.padStart(23)}${`${peak.whole.toFixed(0)} MB`.padStart(14)}${peak.seconds.toFixed(1).padStart(10)}${ratio.toFixed(2).padStart(18)}${predicted.toFixed(2).padStart(12)}`);
}
if (isOver) throw new Error(`a peak is above ${MOST_MEGABYTES} MB`);
