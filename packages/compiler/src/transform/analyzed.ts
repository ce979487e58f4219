// A function that can be differentiated, with what is known of it: what all transforms begin with.
import type { Func } from "../ir/ir.ts";
import type { Activity } from "../analysis/activity.ts";
import type { Alias } from "../analysis/alias.ts";

export interface Analyzed {
  readonly primal: Func;
  /** it and those that it calls */
  readonly functions: readonly Func[];
  readonly alias: Alias;
  readonly activity: Activity;
  /** module variables that are fields of an object here (thread-state.ts) */
  readonly threaded: ReadonlySet<string>;
}
