// `cotangent verify`: runs a function and its generated derivative, and compares: differences leaf by leaf, and the two modes by the
// dot-product identity. The only command that executes the user's code; it bundles it with esbuild into a temporary file first.
import type { Diagnostic, FunctionDescription } from "@cotangent/compiler";
import { build, type Plugin } from "esbuild";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, extname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { checkGradient, clone, dot, randomLike, randomNumbers, type Disagreement } from "./numeric.ts";
import { pointFromJson, pointsFromExport, randomPoints, type Point } from "./points.ts";
import { parseTarget } from "./print.ts";
import { conclude, FINE, openSession, WRONG, type CommonOptions, type Session } from "./session.ts";
import { UsageError, type Terminal } from "./terminal.ts";

export interface VerifyOptions extends CommonOptions {
  readonly at?: string;
  readonly export?: string;
}

/** what the bundle hands back */
interface Subject {
  readonly call: (...args: readonly unknown[]) => unknown;
  readonly vjp: (...args: readonly unknown[]) => readonly [unknown, (cotangent: unknown) => readonly unknown[]];
  readonly jvp: ((primals: readonly unknown[], tangents: readonly unknown[]) => readonly [unknown, unknown]) | null;
  readonly samples: readonly Point[];
}

const HOOK = "__cotangent_verify";

/** the module with one more export: the function, its derivatives and its samples */
function augmented(text: string, { name, samples }: FunctionDescription, withTangent: boolean): string {
  return `${text}
import { vjp as ${HOOK}_vjp, jvp as ${HOOK}_jvp } from "cotangent";
export const ${HOOK} = { call: ${name}, vjp: ${HOOK}_vjp(${name}), jvp: ${withTangent ? `${HOOK}_jvp(${name})` : "null"}, samples: [${samples.map((x) => `[${x}]`).join(", ")}] };
`;
}

const LOADERS: ReadonlyMap<string, "ts" | "tsx" | "js" | "jsx"> = new Map([[".ts", "ts"], [".mts", "ts"], [".cts", "ts"], [".tsx", "tsx"], [".js", "js"], [".mjs", "js"], [".cjs", "js"], [".jsx", "jsx"]]);

function transformed(session: Session, main: string): Plugin {
  const work = new Set(session.compiler.files().filter((x) => x.calls.length > 0 || x.demanded.length > 0).map((x) => session.absolute(x.path)));
  return {
    name: "cotangent-verify",
    setup: ({ onLoad }) => {
      onLoad({ filter: /\.[cm]?[jt]sx?$/ }, ({ path }) => {
        const at = path.replaceAll("\\", "/");
        if (at !== main && !work.has(at)) return undefined;
        const result = session.compiler.transform(at);
        if (!result.ok) return { errors: result.diagnostics.map((x) => ({ text: `${x.code}: ${x.message}`, location: { file: x.file, line: x.line, column: x.column - 1 } })) };
        return { contents: result.code, loader: LOADERS.get(extname(path)) ?? "ts", resolveDir: dirname(path) };
      });
    },
  };
}

/** `cotangent` as the user has it installed, else as this command has it */
const RUNTIME: Plugin = {
  name: "cotangent-runtime",
  setup: (builder) => {
    builder.onResolve({ filter: /^cotangent$/ }, async ({ path, pluginData, ...rest }) => {
      if (pluginData === RUNTIME) return undefined;
      const { importer, kind, namespace, resolveDir } = rest;
      const found = await builder.resolve(path, { importer, kind, namespace, resolveDir, pluginData: RUNTIME });
      return found.errors.length === 0 ? found : { path: fileURLToPath(import.meta.resolve("cotangent")) };
    });
  },
};

async function bundle(session: Session, main: string): Promise<string> {
  const result = await build({
    entryPoints: [main], plugins: [transformed(session, main), RUNTIME], bundle: true, write: false, format: "cjs", platform: "node", target: "node20", logLevel: "silent", sourcemap: "inline",
  }).catch((error: unknown) => {
    throw new UsageError(`the function cannot be bundled: ${error instanceof Error ? error.message : String(error)}`);
  });
  const [output] = result.outputFiles;
  if (output === undefined) throw new UsageError(`nothing was bundled from ${main}`);
  return output.text;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

/** runs a bundle and returns what it exports */
function load(code: string): Record<string, unknown> {
  const folder = mkdtempSync(join(tmpdir(), "cotangent-verify-"));
  try {
    const path = join(folder, "bundle.cjs");
    writeFileSync(path, code);
    const loaded: unknown = createRequire(pathToFileURL(path))(path);
    if (!isRecord(loaded)) throw new UsageError("the bundle exports nothing");
    return loaded;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** the number that is differentiated: the result, weighted by `weights` where it is a structure */
const weighed = (value: unknown, weights: unknown): number => (typeof value === "number" ? value * (typeof weights === "number" ? weights : 1) : dot(value, weights).sum);

interface PointReport {
  readonly leaves: number;
  readonly largest: number;
  readonly failure: Disagreement | null;
}

function verifyPoint({ call, vjp, jvp }: Subject, args: Point, names: readonly string[], random: () => number): PointReport {
  const value = call(...args.map(clone));
  if (typeof value === "number" && Number.isNaN(value)) return { leaves: 0, largest: Number.NaN, failure: { path: "the value", derivative: Number.NaN, expected: Number.NaN, what: "differences" } };
  const weights = typeof value === "number" ? 1 : randomLike(value, random);
  const gradient = vjp(...args.map(clone))[1](clone(weights));
  const checked = checkGradient((x) => weighed(call(...x), weights), args, gradient, names);
  if (checked.failure !== null || jvp === null) return checked;
  const direction = gradient.map((x) => randomLike(x, random));
  const forward = dot(jvp(args.map(clone), direction)[1], weights);
  const backward = dot(gradient, direction);
  const size = Math.max(forward.size, backward.size, Number.MIN_VALUE);
  const agree = Math.abs(forward.sum - backward.sum) <= 1e-9 * size;
  return agree ? checked : { ...checked, failure: { path: "⟨ȳ, Jẋ⟩ = ⟨Jᵀȳ, ẋ⟩", derivative: backward.sum, expected: forward.sum, what: "dot product" } };
}

function pointsFor(described: FunctionDescription, options: VerifyOptions, loaded: Record<string, unknown>, { samples }: Subject, random: () => number): readonly Point[] {
  if (options.at !== undefined) return [pointFromJson(options.at, described)];
  const name = options.export ?? "samples";
  if (loaded[name] !== undefined) return pointsFromExport(loaded[name], name);
  if (options.export !== undefined) throw new UsageError(`the module has no export \`${options.export}\``);
  return samples.length > 0 ? samples : randomPoints(described, random);
}

/** compiles with both modes, or, where the forward mode is refused, with the reverse mode alone */
function compile(session: Session, path: string, text: string, described: FunctionDescription): readonly Diagnostic[] {
  for (const withTangent of [true, false]) {
    session.compiler.update(path, augmented(text, described, withTangent));
    const result = session.timed("transform", () => session.compiler.transform(path));
    if (result.ok) return result.diagnostics.filter((x) => x.start < text.length);
    if (!withTangent) return result.diagnostics;
  }
  return [];
}

function describe(session: Session, path: string, given: string, name: string | null): { readonly described: FunctionDescription | null; readonly diagnostics: readonly Diagnostic[] } {
  if (name === null) throw new UsageError(`verify needs FILE#FUNCTION, got ${given}`);
  const found = session.compiler.describe(path, name);
  return found.ok ? { described: found.description, diagnostics: [] } : { described: null, diagnostics: found.diagnostics };
}

const isSubject = (value: unknown): value is Subject => isRecord(value) && typeof value["call"] === "function" && typeof value["vjp"] === "function";

async function runSubject(session: Session, path: string): Promise<{ readonly loaded: Record<string, unknown>; readonly subject: Subject }> {
  const code = await bundle(session, path);
  let loaded: Record<string, unknown>;
  try {
    loaded = load(code);
  } catch (error) {
    throw new UsageError(`the module threw when it was loaded: ${error instanceof Error ? error.message : String(error)}`);
  }
  const subject = loaded[HOOK];
  if (!isSubject(subject)) throw new UsageError(`${session.shown(path)} exports nothing that can be verified`);
  return { loaded, subject };
}

export async function verify(given: string, options: VerifyOptions, terminal: Terminal): Promise<number> {
  const { file, name } = parseTarget(given);
  const session = openSession(terminal, options);
  const path = session.absolute(file);
  const { described, diagnostics } = describe(session, path, given, name);
  if (described === null) return conclude(session, options, diagnostics, { ok: false }, WRONG);
  const refused = compile(session, path, readFileSync(path, "utf8"), described);
  if (refused.some((x) => x.severity === "error")) return conclude(session, options, refused, { ok: false }, WRONG);
  const { loaded, subject } = await runSubject(session, path);
  const random = randomNumbers(20_240_601);
  const points = pointsFor(described, options, loaded, subject, random);
  const names = described.params.map((x) => x.name);
  const reports = points.map((args) => session.timed("verify", () => verifyPoint(subject, args, names, random)));
  const failed = reports.findIndex((x) => x.failure !== null);
  const failure = reports[failed]?.failure ?? null;
  const leaves = reports.reduce((sum, x) => sum + x.leaves, 0);
  const summary = `${points.length} point${points.length === 1 ? "" : "s"}, ${leaves} derivative${leaves === 1 ? "" : "s"}`;
  if (failure !== null) {
    const how = failure.what === "differences" ? `the derivative is ${failure.derivative}, differences give ${failure.expected}` : `${failure.derivative} in reverse, ${failure.expected} forward`;
    session.reporter.result(`failed ${given}: at point ${failed + 1}, ${failure.path}: ${how}\n`);
  } else {
    session.reporter.result(`ok ${given}: ${summary}, largest difference ${Math.max(0, ...reports.map((x) => x.largest)).toExponential(1)}${subject.jvp === null ? "" : ", both modes agree"}\n`);
  }
  return conclude(session, options, refused, { ok: failure === null, points: points.length, leaves, failure }, failure === null ? FINE : WRONG);
}
