// All rules under the names that operations have in the IR. The only place that knows how the tables are joined.
import type { OpName } from "../ir/ir.ts";
import { conversions, text } from "./builtins.ts";
import { math } from "./math.ts";
import { operators } from "./operators.ts";
import type { Rule } from "./rule.ts";

/** One table as the documentation shows it. */
export interface Chapter {
  readonly title: string;
  readonly rules: readonly (readonly [OpName, Rule])[];
}

export const chapters: readonly Chapter[] = [
  { title: "Operators and tests", rules: Object.entries(operators) },
  { title: "Math", rules: Object.entries(math).map(([name, rule]) => [`Math.${name}`, rule] as const) },
  { title: "Conversions and tests of numbers", rules: Object.entries(conversions) },
  { title: "Text", rules: Object.entries(text) },
];

const byName: ReadonlyMap<OpName, Rule> = new Map(chapters.flatMap((chapter) => chapter.rules));

/** The rule of an operation; undefined for what is not an operation. */
export function ruleOf(op: OpName): Rule | undefined {
  return byName.get(op);
}

/** ns per evaluation, 0 for what has no rule or is refused. */
export function costOf(op: OpName): number {
  const rule = byName.get(op);
  return rule === undefined || rule.kind === "refused" ? 0 : rule.cost;
}
