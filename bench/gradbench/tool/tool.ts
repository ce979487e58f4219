// A GradBench tool: answers the messages of the protocol, one JSON line each, in order.
// Assumes well-formed messages. Only the function itself is timed; what fails is answered, never thrown.
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { EVALS, FLAT_EVALS, type Evaluation, type Prepared } from "./evals.ts";

export interface Message {
  readonly id: number;
  readonly kind: string;
  readonly module?: string;
  readonly function?: string;
  readonly input?: unknown;
}

export interface Timing {
  readonly name: string;
  readonly nanoseconds: number;
}

export interface Answer {
  readonly id: number;
  readonly tool?: string;
  readonly success?: boolean;
  readonly output?: unknown;
  readonly error?: string;
  readonly timings?: readonly Timing[];
}

export interface ToolOptions {
  /** loads the differentiated exports of a program of this folder */
  readonly load: (file: string) => Promise<unknown>;
  /** matrices as flat typed arrays where a program for that exists */
  readonly flat?: boolean;
}

interface Defined {
  readonly evaluation: Evaluation;
  readonly exports: unknown;
}

const timed = (name: string, start: bigint): Timing => ({ name, nanoseconds: Number(process.hrtime.bigint() - start) });

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** How long and how often to run; `hello` sends a bare number and is run once. */
function demand(input: unknown): { readonly runs: number; readonly nanoseconds: number } {
  const { min_runs: runs = 1, min_seconds: seconds = 0 } =
    typeof input === "object" && input !== null ? (input as { readonly min_runs?: number; readonly min_seconds?: number }) : {};
  return { runs, nanoseconds: seconds * 1e9 };
}

function measure(prepared: Prepared, input: unknown): { readonly result: unknown; readonly timings: readonly Timing[] } {
  const wanted = demand(input);
  const timings: Timing[] = [];
  let elapsed = 0;
  let result: unknown;
  do {
    const start = process.hrtime.bigint();
    result = prepared.run();
    const timing = timed("evaluate", start);
    timings.push(timing);
    elapsed += timing.nanoseconds;
  } while (timings.length < wanted.runs || elapsed < wanted.nanoseconds);
  return { result, timings };
}

function evaluate({ id, function: name = "", input }: Message, { evaluation, exports }: Defined): Answer {
  const prepare = evaluation.functions[name];
  if (prepare === undefined) return { id, success: false, error: `there is no function ${name}` };
  const start = process.hrtime.bigint();
  const prepared = prepare(exports, input);
  const preparation = timed("prepare", start);
  const { result, timings } = measure(prepared, input);
  return { id, success: true, output: prepared.encode(result), timings: [preparation, ...timings] };
}

/** The function that answers one message after the other. */
export function createTool(options: ToolOptions): (message: Message) => Promise<Answer> {
  const evals = options.flat === true ? FLAT_EVALS : EVALS;
  const defined = new Map<string, Defined>();

  const define = async ({ id, module = "" }: Message): Promise<Answer> => {
    const evaluation = evals.get(module);
    if (evaluation === undefined) return { id, success: false, error: `there is no eval ${module}` };
    const start = process.hrtime.bigint();
    defined.set(module, { evaluation, exports: await options.load(`${evaluation.program}.ts`) });
    return { id, success: true, timings: [timed("compile", start)] };
  };

  return async (message) => {
    const { id, kind, module = "" } = message;
    try {
      if (kind === "start") return { id, tool: "cotangent" };
      if (kind === "define") return await define(message);
      if (kind !== "evaluate") return { id };
      const found = defined.get(module);
      return found === undefined ? { id, success: false, error: `${module} was not defined` } : evaluate(message, found);
    } catch (error) {
      return { id, success: false, error: messageOf(error) };
    }
  };
}

/** Serves the protocol until the input ends. */
export async function serve(input: Readable, output: Writable, options: ToolOptions): Promise<void> {
  const answer = createTool(options);
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    if (line.trim() === "") continue;
    output.write(`${JSON.stringify(await answer(JSON.parse(line) as Message))}\n`);
  }
}
