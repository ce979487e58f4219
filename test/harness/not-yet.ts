// Lists of programs that are refused today: one JSON file, by suite and by name, with the diagnostic that each gets.
// A list can only shrink by itself: what is listed must be refused with that diagnostic, what is not must be right.
// It cannot hold a wrong number or a crash.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { Verdict } from "./verdict.ts";

type Refusals = Readonly<Record<string, string>>;

export interface NotYet {
  /** what is wrong with a verdict, given the list; undefined where it is as it should be */
  readonly judge: (name: string, verdict: Verdict) => string | undefined;
  /** names on the list that the suite does not have */
  readonly stale: (names: readonly string[]) => readonly string[];
  /** after a whole suite ran: the totals in words; with `update` the list is rewritten from its refusals */
  readonly finish: (names: readonly string[]) => string;
}

const readLists = (file: string): Readonly<Record<string, Refusals>> =>
  existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Readonly<Record<string, Refusals>>) : {};

function countsOf(items: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a).map(([item, count]) => `${count} ${item}`).join(", ");
}

function summarize(suite: string, verdicts: ReadonlyMap<string, Verdict>): string {
  const all = [...verdicts.values()];
  const codes = countsOf(all.flatMap((verdict) => ("code" in verdict ? [verdict.code] : [])));
  const bad = [...verdicts].flatMap(([name, verdict]) => ("detail" in verdict ? [`  ${name} ${verdict.kind}: ${verdict.detail.split("\n")[0] ?? ""}`] : []));
  return [`${suite}: ${countsOf(all.map(({ kind }) => kind))}`, ...(codes === "" ? [] : [`  by diagnostic: ${codes}`]), ...bad].join("\n");
}

function refusalsOf(verdicts: ReadonlyMap<string, Verdict>): Refusals {
  const refused = [...verdicts].flatMap(([name, verdict]) => ("code" in verdict ? [[name, verdict.code] as const] : []));
  return Object.fromEntries(refused.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The list of one suite in `file`. With `update` refusals are not judged but become the new list. */
export function createNotYet(file: string, suite: string, update: boolean): NotYet {
  const listed = readLists(file)[suite] ?? {};
  const verdicts = new Map<string, Verdict>();
  return {
    judge: (name, verdict) => {
      verdicts.set(name, verdict);
      const code = listed[name];
      if ("detail" in verdict) return `${verdict.kind}: ${verdict.detail}`;
      if (update) return undefined;
      if (verdict.kind === "right") return code === undefined ? undefined : `right now, but still listed with ${code}: regenerate the list`;
      if (code === undefined) return `${verdict.kind} with ${verdict.code}, which is not listed`;
      return code === verdict.code ? undefined : `${verdict.kind} with ${verdict.code}, but listed with ${code}`;
    },
    stale: (names) => (update ? [] : Object.keys(listed).filter((name) => !names.includes(name))),
    finish: (names) => {
      const complete = names.every((name) => verdicts.has(name));
      if (update && complete) {
        const lists = { ...readLists(file), [suite]: refusalsOf(verdicts) };
        writeFileSync(file, `${JSON.stringify(lists, null, 2)}\n`);
      }
      return summarize(suite, verdicts);
    },
  };
}
