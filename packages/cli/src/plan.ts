// What a build is asked for, and what it is about to do: decided in full before anything is written.
import type { Diagnostic } from "@cotangent/compiler";
import type { CommonOptions } from "./session.ts";
import type { Output } from "./write.ts";

export interface BuildOptions extends CommonOptions {
  readonly outDir?: string;
  readonly prune?: boolean;
}

export interface Plan {
  readonly outputs: readonly Output[];
  readonly deletions: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}
