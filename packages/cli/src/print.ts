// `cotangent print`: the generated code of one function, or one stage of its compilation, to standard output.
import { Option } from "commander";
import { conclude, FINE, openSession, type CommonOptions } from "./session.ts";
import { UsageError, type Terminal } from "./terminal.ts";

export const OPERATORS = ["grad", "valueAndGrad", "jvp", "vjp", "jacobian", "hessian", "hvp"] as const;
export type OperatorName = (typeof OPERATORS)[number];

export interface PrintOptions extends CommonOptions {
  readonly op: OperatorName;
  readonly wrt?: string;
  readonly sparse?: boolean;
  readonly mode?: "forward" | "reverse";
  readonly stage?: string;
  readonly stdin?: boolean;
  readonly stdinFilename?: string;
}

export const operatorOption = (): Option => new Option("--op <operator>", "the derivative to take").choices([...OPERATORS]).default("grad");

export const modeOption = (): Option => new Option("--mode <mode>", "of jacobian: by columns or by rows; default: by shapes").choices(["forward", "reverse"]);

export interface Target {
  readonly file: string;
  readonly name: string | null;
}

/** `FILE#FUNCTION` */
export function parseTarget(text: string): Target {
  const at = text.lastIndexOf("#");
  return at < 0 ? { file: text, name: null } : { file: text.slice(0, at), name: text.slice(at + 1) || null };
}

/** `a,b`: names, or indices; one is an index, several a tuple */
export const parseWrt = (text: string | undefined): readonly string[] | undefined => text?.split(",").map((x) => x.trim()).filter((x) => x !== "");

function targetOf(given: string | undefined, options: PrintOptions): Target {
  if (options.stdin !== true) {
    if (given === undefined) throw new UsageError("print needs FILE#FUNCTION");
    const target = parseTarget(given);
    if (target.file === "") throw new UsageError(`print needs FILE#FUNCTION, got ${given}`);
    return target;
  }
  const target = given === undefined ? { file: "", name: null } : given.includes("#") ? parseTarget(given) : { file: "", name: given };
  return { file: options.stdinFilename ?? (target.file || "stdin.ts"), name: target.name };
}

export async function print(given: string | undefined, options: PrintOptions, terminal: Terminal): Promise<number> {
  const target = targetOf(given, options);
  const session = openSession(terminal, options);
  const path = session.absolute(target.file);
  if (options.stdin === true) session.compiler.update(path, await terminal.input());
  const wrt = parseWrt(options.wrt);
  const request = { op: options.op, ...(wrt === undefined ? {} : { wrt }), ...(options.sparse === true ? { sparse: true } : {}), ...(options.mode === undefined ? {} : { mode: options.mode }), ...(options.stage === undefined ? {} : { stage: options.stage }) };
  const result = session.timed("print", () => session.compiler.print(path, target.name, request));
  if (result.ok) session.reporter.result(result.text.endsWith("\n") ? result.text : `${result.text}\n`);
  return conclude(session, options, result.diagnostics, { text: result.ok ? result.text : null }, FINE);
}

