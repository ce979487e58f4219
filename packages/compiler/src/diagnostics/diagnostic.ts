// What the compiler says to users, and what it throws when it is itself wrong.
// A Diagnostic carries IR spans (file and offsets); line and column are computed where texts are at hand.

/** A piece of source text: UTF-16 offsets into `file`. */
export interface Span {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

export type Severity = "error" | "warning";

export interface Note {
  readonly message: string;
  readonly span: Span | null;
}

/** A message about the user's program. Made only by the functions of `catalog.ts`. */
export interface Finding {
  readonly code: `CT${number}`;
  readonly severity: Severity;
  readonly message: string;
  readonly span: Span;
  readonly notes: readonly Note[];
  /** the rewrite, in the imperative */
  readonly help: string | null;
}

/** A defect of the compiler: names the pass that broke its promise. Never caused by input alone. */
export class CompilerBug extends Error {
  readonly pass: string;
  constructor(pass: string, message: string, options?: ErrorOptions) {
    super(`${pass}: ${message}`, options);
    this.name = "CompilerBug";
    this.pass = pass;
  }
}

/** did the engine's stack end? Engines have different words for it */
export function isStackOverflow(error: unknown): boolean {
  if (error instanceof CompilerBug) return isStackOverflow(error.cause);
  return error instanceof Error && /call stack|too much recursion/i.test(error.message);
}

export function invariant(condition: boolean, pass: string, message: string): asserts condition {
  if (!condition) throw new CompilerBug(pass, message);
}

export function unreachable(value: never, pass: string): never {
  throw new CompilerBug(pass, `unexpected ${JSON.stringify(value)}`);
}
