// `print`: the derivative of one function as text, without a module around it, or what a pass made of it on the way.
import * as catalog from "../diagnostics/catalog.ts";
import type { Finding } from "../diagnostics/diagnostic.ts";
import { Home } from "../frontend/home.ts";
import { checkRequest, generatedName, type MarkerContext, type Target } from "../frontend/markers.ts";
import { languageOf, namesOf } from "../frontend/module.ts";
import { targetsOf } from "../frontend/named.ts";
import { countedParameters, type FunctionNode, type SourceFile } from "../frontend/nodes.ts";
import { syntaxFindings } from "../frontend/problems.ts";
import type { OpenProgram, Workspace } from "../frontend/project.ts";
import { visibleFunctions } from "../frontend/replace.ts";
import { signatureOf } from "../frontend/signature.ts";
import type { Operator, Request } from "../ir/ir.ts";
import type { StageName, Tracer } from "../pass.ts";
import { derive } from "./derive.ts";
import { hasErrors } from "./result.ts";
import { Section } from "./section.ts";
import { contextOf } from "./work.ts";

export interface PrintRequest {
  /** default: grad */
  readonly op?: Operator;
  /** names or indices of parameters; one is an index, several a tuple */
  readonly wrt?: number | string | readonly (number | string)[];
  /** of `jacobian` and `hessian`: as a matrix of what may differ from zero */
  readonly sparse?: boolean;
  /** of `jacobian`: by columns or by rows */
  readonly mode?: Request["mode"];
  /** the name of a pass, or `ir` for all of them */
  readonly stage?: string;
}

export interface Printed {
  readonly text: string | null;
  readonly findings: readonly Finding[];
}

function wrtOf(given: PrintRequest["wrt"], node: FunctionNode, operator: Operator, path: string): Request["wrt"] | Finding {
  const names = countedParameters(node).map((x) => x.name.getText());
  if (given === undefined) return operator === "jvp" || operator === "vjp" ? "all" : 0;
  if (given === "all") return "all";
  const list = typeof given === "object" ? given : [given];
  if (list.length === 1 && list[0] === "all" && !names.includes("all")) return "all";
  const indices = list.map((x) => (typeof x === "number" ? x : /^\d+$/.test(x) ? Number(x) : names.indexOf(x)));
  const unknown = list.find((_, i) => (indices[i] ?? -1) < 0);
  if (unknown !== undefined) return catalog.unknownTagParameter({ file: path, start: node.getStart(), end: node.getStart() }, operator, String(unknown), names);
  return indices.length === 1 ? (indices[0] ?? 0) : indices;
}

const isFinding = (x: Request["wrt"] | Finding): x is Finding => typeof x === "object" && "code" in x;

/** the function that is meant: by name, or the only one */
function chosen(file: SourceFile, name: string | null, context: MarkerContext): (Target & { readonly kind: "function" }) | Finding {
  const targets = targetsOf(file, context);
  const [only] = targets.values();
  if (name === null && targets.size === 1 && only !== undefined) return only;
  return (name === null ? undefined : targets.get(name)) ?? catalog.unknownFunction(file.fileName, name ?? "", [...targets.keys()]);
}

const STAGES: readonly StageName[] = ["structure", "normalize", "activity", "adjoint", "recording", "tangent", "split", "finish"];

/** what every pass made, in order; `stage` picks one */
function recorder(stage: string, verify: boolean): { readonly tracer: Tracer; readonly text: () => string } {
  const parts: string[] = [];
  const show: Tracer["show"] = (pass, func, text) => {
    if (stage === pass || (stage === "ir" && pass !== "activity" && pass !== "recording")) parts.push(`-- ${pass} ${func}\n${text}`);
  };
  return { tracer: { show, verify }, text: () => parts.join("\n\n") };
}

export function printFunction(workspace: Workspace, open: OpenProgram, file: SourceFile, name: string | null, request: PrintRequest, tracer: Tracer): Printed {
  const syntax = syntaxFindings(file, open.program);
  if (syntax.length > 0) return { text: null, findings: syntax };
  const context = contextOf(workspace, open);
  const target = chosen(file, name, context);
  if ("code" in target) return { text: null, findings: [target] };
  const { node } = target;
  const operator = request.op ?? "grad";
  const wrt = wrtOf(request.wrt, node, operator, file.fileName);
  if (isFinding(wrt)) return { text: null, findings: [wrt] };
  const asked: Request = { operator, wrt, mode: request.mode ?? null, ...(request.sparse === true ? { sparse: true } : {}) };
  const wrong = checkRequest(asked, target, node.name ?? node, node.name ?? node, open.checker);
  if (wrong !== null) return { text: null, findings: [wrong] };
  const recording = request.stage === undefined ? null : recorder(request.stage, tracer.verify);
  const { derived, findings } = derive(open, target, asked, context, recording?.tracer ?? tracer);
  const all = [...open.findings, ...findings];
  if (recording !== null) {
    const text = recording.text();
    const unknown = text === "" && !hasErrors(all) ? [catalog.unknownStage(file.fileName, request.stage ?? "", ["ir", ...STAGES])] : [];
    return { text, findings: [...all, ...unknown] };
  }
  if (derived === null || hasErrors(all)) return { text: null, findings: all };
  const language = languageOf(file.fileName);
  const taken = namesOf(file);
  const options = open.program.getCompilerOptions();
  const home = new Home({ path: file.fileName, scope: file, style: file, checker: open.checker, program: open.program, code: open.code, javaScript: language === "js", taken });
  const section = new Section({ home, language, uncheckedIndex: options.noUncheckedIndexedAccess === true, exactOptional: options.exactOptionalPropertyTypes === true, taken, visible: visibleFunctions(file), sibling: null });
  const signature = signatureOf(node, home, open.checker, derived.captures);
  section.add(derived, { name: section.allocate(generatedName(target.name, operator)), exported: false, doc: [], signature, request: asked });
  return { text: section.entries.map((x) => x.text).join("\n\n"), findings: [...all, ...section.findings] };
}
