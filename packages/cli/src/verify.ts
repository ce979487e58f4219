// `cotangent verify`: runs a function and its generated derivatives at some points and compares them with differences, by the checks of
// `cotangent/testing`. Here is what is asked for and how it is told.
import type { Diagnostic, FunctionDescription } from "@cotangent/compiler";
import * as testing from "cotangent/testing";
import type { Failure, Remark, Report } from "cotangent/testing";
import { Option } from "commander";
import { readFileSync } from "node:fs";
import { pointFromJson, pointsFromExport, randomPoints, type Point } from "./points.ts";
import { OPERATORS, parseTarget, parseWrt, type OperatorName } from "./print.ts";
import { conclude, FINE, openSession, WRONG, type CommonOptions, type Session } from "./session.ts";
import { compile, runSubject, type Callable, type Derivative, type Loaded, type Subject } from "./subject.ts";
import { UsageError, type Terminal } from "./terminal.ts";

export interface VerifyOptions extends CommonOptions {
  readonly op?: OperatorName;
  readonly wrt?: string;
  readonly sparse?: boolean;
  readonly at?: string;
  readonly export?: string;
  readonly tolerance?: string;
}

/** of derivatives, `vjp` with `jvp` where nothing is said */
export const verifyOperatorOption = (): Option => new Option("--op <operator>", "the derivative to check; default: vjp, and jvp against it").choices([...OPERATORS]);

type Wrt = number | readonly number[] | "all";

/** one derivative of one function */
interface Task {
  readonly name: string;
  readonly operator: OperatorName | null;
  readonly wrt: Wrt;
  readonly sparse: boolean;
}

/** Each check takes functions of any type: the compiler made them for one another. */
type Check = (...args: readonly unknown[]) => Report;

const CHECKS = testing as unknown as { readonly [name: string]: Check };
const check = (name: string, ...args: readonly unknown[]): Report => {
  const run = CHECKS[name];
  if (run === undefined) throw new Error(`there is no check ${name}`);
  return run(...args);
};

const MARKERS: { readonly [K in OperatorName]: readonly OperatorName[] } = {
  grad: ["grad"], valueAndGrad: ["valueAndGrad"], jvp: ["jvp"], vjp: ["vjp"], jacobian: ["jacobian"], hessian: ["grad", "hessian"], hvp: ["grad", "hvp"],
};

const TAKES_WRT: ReadonlySet<string> = new Set<OperatorName>(["grad", "valueAndGrad", "jacobian", "hessian", "hvp"]);

function derivativesOf({ operator, wrt, sparse }: Task): readonly Derivative[] {
  const markers = operator === null ? ["vjp", "jvp"] : MARKERS[operator];
  return markers.map((marker) => {
    const isSparse = sparse && marker === operator;
    const options = [...(TAKES_WRT.has(marker) ? [`wrt: ${JSON.stringify(wrt)}`] : []), ...(isSparse ? ["sparse: true"] : [])];
    return { marker, options: options.length === 0 ? "" : `, { ${options.join(", ")} }` };
  });
}

/** everything that there is to check of a derivative at a point */
function reportsAt({ operator, wrt }: Task, { call, derivatives }: Subject, point: Point, options: object): readonly Report[] {
  const of = (name: OperatorName): Callable | undefined => derivatives[name];
  const withWrt = { ...options, wrt };
  switch (operator) {
    case null: {
      const reverse = check("checkVjp", call, of("vjp"), point, options);
      return of("jvp") === undefined ? [reverse] : [reverse, check("checkAdjoint", call, of("jvp"), of("vjp"), point, options)];
    }
    case "grad": return [check("checkGrad", call, of("grad"), point, withWrt)];
    case "valueAndGrad": return [check("checkValueAndGrad", call, of("valueAndGrad"), point, withWrt)];
    case "jvp": return [check("checkJvp", call, of("jvp"), point, options)];
    case "vjp": return [check("checkVjp", call, of("vjp"), point, options)];
    case "jacobian": return [check("checkJacobian", call, of("jacobian"), point, withWrt)];
    case "hessian": return [check("checkGrad", call, of("grad"), point, withWrt), check("checkHessian", of("grad"), of("hessian"), point, withWrt)];
    case "hvp": return [check("checkGrad", call, of("grad"), point, withWrt), check("checkHvp", of("grad"), of("hvp"), point, withWrt)];
  }
}

interface Verified {
  readonly target: string;
  readonly operator: OperatorName | null;
  readonly ok: boolean;
  readonly points: number;
  readonly compared: number;
  readonly largest: number;
  readonly failure: (Omit<Failure, "what"> & { readonly what: Failure["what"] | "error"; readonly point: number }) | null;
  readonly remarks: readonly (Remark & { readonly point: number })[];
  readonly modes: boolean;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** the points in order, until one fails */
function verifyPoints(target: string, task: Task, subject: Subject, points: readonly Point[], options: object): Verified {
  let [compared, largest] = [0, 0];
  const remarks: Verified["remarks"][number][] = [];
  const verified = (failure: Verified["failure"]): Verified =>
    ({ target, operator: task.operator, ok: failure === null, points: points.length, compared, largest, failure, remarks, modes: task.operator === null && subject.derivatives["jvp"] !== undefined });
  for (const [i, point] of points.entries()) {
    try {
      const [first, ...others] = reportsAt(task, subject, point, options);
      for (const report of [first, ...others]) {
        if (report === undefined) continue;
        if (!(task.operator === null && report !== first)) compared += report.compared;
        largest = Math.max(largest, report.largest);
        remarks.push(...report.remarks.map((x) => ({ point: i + 1, ...x })));
      }
    } catch (error) {
      const failure = error instanceof testing.CheckError ? error.report.failure : null;
      if (failure !== null) return verified({ point: i + 1, ...failure });
      const text = `the function or its derivative threw: ${messageOf(error)}`;
      return verified({ point: i + 1, what: "error", path: "", derivative: Number.NaN, expected: Number.NaN, error: Number.NaN, text });
    }
  }
  return verified(null);
}

const counted = (count: number, name: string): string => `${count} ${name}${count === 1 ? "" : "s"}`;

function failureText({ point, what, path, derivative, expected, error, text }: NonNullable<Verified["failure"]>): string {
  const at = `at point ${point}${path === "" ? "" : `, ${path}`}`;
  const spread = error > 0 && Number.isFinite(error) ? ` ± ${error.toExponential(1)}` : "";
  const reason = text === "" ? "" : `\n  ${text}`;
  switch (what) {
    case "differences": return `${at}: the derivative is ${derivative}, differences give ${expected}${spread}${reason}`;
    case "modes": return `${at}: ${derivative} in reverse, ${expected} forward`;
    case "symmetry": return `${at}: ${derivative} one way, ${expected} the other: second derivatives do not depend on the order`;
    case "value": return `${at}: ${text === "" ? "the value" : text}: ${derivative}, it is ${expected}`;
    case "shape": case "point": case "error": return `${at}: ${text}`;
  }
}

function textOf({ target, operator, points, compared, largest, failure, remarks, modes }: Verified): string {
  const what = operator === null ? target : `${target} ${operator}`;
  if (failure !== null) return `failed ${what}: ${failureText(failure)}\n`;
  const told = remarks.filter((x) => x.kind !== "index").map((x) => `  at point ${x.point}, ${x.path}: ${x.text}\n`);
  return `ok ${what}: ${counted(points, "point")}, ${counted(compared, "derivative")}, largest difference ${largest.toExponential(1)}${modes ? ", both modes agree" : ""}\n${told.join("")}`;
}

// ---------------------------------------------------------------------------------------------------- what to check

/** parameters by name or index */
function wrtOf(text: string | undefined, { name, params }: FunctionDescription): Wrt {
  const list = parseWrt(text);
  if (list === undefined) return 0;
  const names = params.map((x) => x.name);
  if (list.length === 1 && list[0] === "all" && !names.includes("all")) return "all";
  const indices = list.map((x) => (/^\d+$/.test(x) ? Number(x) : names.indexOf(x)));
  const unknown = list.find((_, i) => (indices[i] ?? -1) < 0 || (indices[i] ?? 0) >= names.length);
  if (unknown !== undefined) throw new UsageError(`${name} has no parameter \`${unknown}\`; its parameters: ${names.join(", ")}`);
  return indices.length === 1 ? (indices[0] ?? 0) : indices;
}

function tasksOf(session: Session, path: string, given: string, options: VerifyOptions): readonly Task[] {
  const found = session.compiler.files([path]).flatMap((x) => x.tags);
  const tasks = found.flatMap(({ request }) => {
    const operator = OPERATORS.find((x) => x === request?.operator);
    return request === null || operator === undefined ? [] : [{ name: request.of, operator, wrt: request.wrt, sparse: request.sparse === true }];
  });
  if (options.op !== undefined || options.wrt !== undefined || options.at !== undefined) throw new UsageError(`--op, --wrt and --at are about one function: FILE#FUNCTION, got ${given}`);
  if (tasks.length === 0) throw new UsageError(`no function in ${given} has a tag (@grad, @jvp, …): name one, FILE#FUNCTION`);
  return tasks;
}

function pointsFor(described: FunctionDescription, options: VerifyOptions, { exports, subject }: Loaded): readonly Point[] {
  if (options.at !== undefined) return [pointFromJson(options.at, described)];
  const name = options.export ?? "samples";
  if (exports[name] !== undefined) return pointsFromExport(exports[name], name);
  if (options.export !== undefined) throw new UsageError(`the module has no export \`${options.export}\``);
  return subject.samples.length > 0 ? subject.samples : randomPoints(described);
}

function checkOptions({ tolerance }: VerifyOptions, { params }: FunctionDescription): object {
  const number = tolerance === undefined ? undefined : Number(tolerance);
  if (number !== undefined && !(number > 0)) throw new UsageError(`--tolerance is a positive number, got ${tolerance}`);
  return { names: params.map((x) => x.name), ...(number === undefined ? {} : { tolerance: number }) };
}

interface Outcome {
  readonly diagnostics: readonly Diagnostic[];
  readonly verified: Verified | null;
}

const isError = (x: Diagnostic): boolean => x.severity === "error";

async function verifyOne(session: Session, path: string, text: string, options: VerifyOptions, name: string, chosen: Task | null): Promise<Outcome> {
  session.compiler.update(path, text);
  const found = session.compiler.describe(path, name);
  if (!found.ok) return { diagnostics: found.diagnostics, verified: null };
  const { description } = found;
  const task = chosen ?? { name, operator: options.op ?? null, wrt: wrtOf(options.wrt, description), sparse: options.sparse === true };
  const settings = checkOptions(options, description);
  // where forward mode is refused reverse mode is checked alone
  const wanted = derivativesOf(task);
  let diagnostics = compile(session, path, text, description, wanted);
  if (task.operator === null && diagnostics.some(isError)) diagnostics = compile(session, path, text, description, wanted.slice(0, 1));
  if (diagnostics.some(isError)) return { diagnostics, verified: null };
  const loaded = await runSubject(session, path);
  const points = pointsFor(description, options, loaded);
  const target = `${session.shown(path)}#${name}`;
  return { diagnostics, verified: session.timed("verify", () => verifyPoints(target, task, loaded.subject, points, settings)) };
}

export async function verify(given: string, options: VerifyOptions, terminal: Terminal): Promise<number> {
  const { file, name } = parseTarget(given);
  if (options.op === undefined && (options.wrt !== undefined || options.sparse === true)) throw new UsageError("--wrt and --sparse need --op: which derivative?");
  const session = openSession(terminal, options);
  const path = session.absolute(file);
  const diagnostics: Diagnostic[] = [];
  const results: Verified[] = [];
  const read = (): string => {
    try {
      return readFileSync(path, "utf8");
    } catch {
      throw new UsageError(`there is no file ${file}`);
    }
  };
  const text = read();
  const tasks = name === null ? tasksOf(session, path, given, options) : [null];
  for (const task of tasks) {
    const outcome = await verifyOne(session, path, text, options, task?.name ?? name ?? "", task);
    diagnostics.push(...outcome.diagnostics);
    if (outcome.verified === null) break;
    results.push(outcome.verified);
    session.reporter.result(textOf(outcome.verified));
  }
  const ok = results.length === tasks.length && results.every((x) => x.ok);
  return conclude(session, options, distinct(diagnostics), { ok, results }, ok ? FINE : WRONG);
}

const distinct = (found: readonly Diagnostic[]): readonly Diagnostic[] => [...new Map(found.map((x) => [JSON.stringify([x.code, x.file, x.start, x.message]), x])).values()];
