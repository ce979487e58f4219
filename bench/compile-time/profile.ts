// Where time goes: a sampling profile of one call, with each sample given to the innermost frame that belongs to the compiler or to
// TypeScript. Time below `ts.*` is TypeScript's, also where it is garbage collection right after; the rest is ours, by folder.
import { readFileSync } from "node:fs";
import { Session, type Profiler } from "node:inspector";
import { fileURLToPath } from "node:url";

export interface Spent {
  readonly typescript: number;
  readonly ours: number;
  /** by folder of the compiler */
  readonly phases: ReadonlyMap<string, number>;
  /** by function, own time */
  readonly functions: ReadonlyMap<string, number>;
}

/** the source file behind each line of the bundle that runs, from the comments that esbuild writes */
function sourcesByLine(bundle: string): readonly string[] {
  let source = "";
  return readFileSync(bundle, "utf8").split("\n").map((line) => {
    const named = /^\/\/ (\S+\.ts)$/.exec(line);
    if (named !== null) source = named[1]!;
    return source;
  });
}

const BUNDLE: string = fileURLToPath(import.meta.url);
const lineSources: readonly string[] = sourcesByLine(BUNDLE);

const COMPILER = "packages/compiler/src/";

/** "typescript", a folder or file of the compiler, or null for frames that belong to whoever called them */
function ownerOf(frame: Profiler.ProfileNode["callFrame"]): string | null {
  if (/\/typescript(\.[cm]?js|\/lib\/)/.test(frame.url) || frame.url.includes("ts-morph")) return "typescript";
  if (!frame.url.endsWith("main.mjs")) return null;
  const source = lineSources[frame.lineNumber] ?? "";
  return source.startsWith(COMPILER) ? source.slice(COMPILER.length).replace(/\/.*/, "") : null;
}

export function profiled<T>(run: () => T, interval: number): { readonly value: T; readonly spent: Spent } {
  const session = new Session();
  session.connect();
  session.post("Profiler.enable");
  session.post("Profiler.setSamplingInterval", { interval });
  session.post("Profiler.start");
  const before = process.cpuUsage();
  const value = run();
  const { user, system } = process.cpuUsage(before);
  let profile: Profiler.Profile | undefined;
  session.post("Profiler.stop", (_, result) => { profile = result.profile; });
  session.disconnect();
  if (profile === undefined) throw new Error("the profiler gave no profile");
  return { value, spent: attribute(profile, (user + system) / 1000) };
}

/** `total`: the processor time of all samples together, which other processes of the machine do not lengthen */
function attribute({ nodes, samples = [] }: Profiler.Profile, total: number): Spent {
  const owners = new Map<number, string | null>();
  const names = new Map<number, string>();
  const parents = new Map<number, Profiler.ProfileNode>();
  for (const node of nodes) for (const child of node.children ?? []) parents.set(child, node);
  for (const node of nodes) {
    const { callFrame } = node;
    names.set(node.id, `${callFrame.functionName || "(anonymous)"} ${lineSources[callFrame.lineNumber]?.replace(COMPILER, "") ?? ""}:${callFrame.lineNumber}`);
    // parents come before their children
    const parent = parents.get(node.id);
    owners.set(node.id, ownerOf(callFrame) ?? (parent === undefined ? null : (owners.get(parent.id) ?? null)));
  }
  const phases = new Map<string, number>();
  const functions = new Map<string, number>();
  const collections = new Set(nodes.filter((x) => x.callFrame.functionName === "(garbage collector)").map((x) => x.id));
  let typescript = 0;
  let ours = 0;
  let last: string | null = null;
  const idle = new Set(nodes.filter((x) => x.callFrame.functionName === "(idle)").map((x) => x.id));
  const time = total / samples.filter((id) => !idle.has(id)).length;
  samples.forEach((id) => {
    const isCollection = collections.has(id);
    const owner = isCollection ? last : (owners.get(id) ?? null);
    if (owner === null) return;
    last = owner;
    if (owner === "typescript") { typescript += time; return; }
    ours += time;
    phases.set(owner, (phases.get(owner) ?? 0) + time);
    const name = isCollection ? "(garbage collector)" : names.get(id)!;
    functions.set(name, (functions.get(name) ?? 0) + time);
  });
  return { typescript, ours, phases, functions };
}
