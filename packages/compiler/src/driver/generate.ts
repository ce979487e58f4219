// `generate`: the sibling of a file with JSDoc tags, a module of its own.
// Guarantees the same bytes on every machine, imports of nothing but what is used, and a header from which `check` can tell
// whether the functions and types behind it have changed.
import type { Finding } from "../diagnostics/diagnostic.ts";
import * as catalog from "../diagnostics/catalog.ts";
import { reaches } from "../frontend/cycles.ts";
import { Home } from "../frontend/home.ts";
import { languageOf, newlineOf } from "../frontend/module.ts";
import type { SourceFile } from "../frontend/nodes.ts";
import { basename } from "../frontend/path.ts";
import { checkRequest, type Target } from "../frontend/markers.ts";
import { syntaxFindings } from "../frontend/problems.ts";
import type { OpenProgram, Workspace } from "../frontend/project.ts";
import { signatureOf } from "../frontend/signature.ts";
import { sliceOf, sliceText } from "../frontend/slice.ts";
import type { TagRequest } from "../frontend/tags.ts";
import type { Param, Request } from "../ir/ir.ts";
import type { Tracer } from "../pass.ts";
import { SPARSE_MATRIX } from "../transform/separable.ts";
import { derive } from "./derive.ts";
import { headerText } from "./header.ts";
import { hasErrors, type SourceMap } from "./result.ts";
import { rewrite } from "./rewrite.ts";
import { Section } from "./section.ts";
import { contextOf, markersIn } from "./work.ts";

export interface Generated {
  /** null: no tags, or it failed */
  readonly code: string | null;
  readonly map: SourceMap | null;
  readonly findings: readonly Finding[];
  readonly files: readonly string[];
}

/** `loss.mts` → `loss.grad.mts`, `loss.tsx` → `loss.grad.ts` */
export function siblingPath(path: string): string {
  const flavor = /\.([cm]?[jt]s)x?$/.exec(path)?.[1] ?? "ts";
  return path.replace(/\.[cm]?[jt]sx?$/, `.grad.${flavor}`);
}

function docOf({ request, name }: TagRequest, parameters: readonly Param[]): readonly string[] {
  const { operator, wrt, sparse } = request;
  const last = parameters.at(-1);
  const again = last?.variable.type === SPARSE_MATRIX ? [`\`${last.name}\`: a matrix that it gave before, whose plan is used again where it fits.`] : [];
  const named = (indices: Request["wrt"]): string =>
    indices === "all" ? "all parameters" : (typeof indices === "number" ? [indices] : indices).map((i) => `\`${parameters[i]?.name ?? i}\``).join(", ");
  switch (operator) {
    case "grad": return [`The gradient of \`${name}\` with respect to ${named(wrt)}.`];
    case "valueAndGrad": return [`The value of \`${name}\`, and its gradient with respect to ${named(wrt)}.`];
    case "jvp": return [`The value of \`${name}\`, and its derivative along \`tangents\`.`];
    case "vjp": return [`The value of \`${name}\`, and the function that pulls a cotangent of it back to the parameters.`];
    case "jacobian": return [`The Jacobian of \`${name}\` with respect to ${named(wrt)}: ${sparse ? "a matrix of what may differ from zero" : "its output with a derivative in place of each number"}.`, ...again];
    case "hessian": return [`The Hessian of \`${name}\` with respect to ${named(wrt)}${sparse ? ", a matrix of what may differ from zero" : ""}.`, ...again];
    case "hvp": return [`The Hessian of \`${name}\` with respect to ${named(wrt)}, times \`v\`.`];
    default: return [`The ${operator} of \`${name}\`.`];
  }
}

export function generateSibling(workspace: Workspace, open: OpenProgram, file: SourceFile, tracer: Tracer, sourceName: (path: string) => string): Generated {
  const context = contextOf(workspace, open);
  const { tags, uses } = markersIn(file, context);
  const files = new Set([file.fileName]);
  if (tags.requests.length + tags.findings.length === 0) return { code: null, map: null, findings: [], files: [...files] };
  const syntax = syntaxFindings(file, open.program);
  if (syntax.length > 0) return { code: null, map: null, findings: [...syntax, ...open.findings], files: [...files] };
  const language = languageOf(file.fileName);
  const path = siblingPath(file.fileName);
  const taken = new Set(tags.requests.map((x) => x.exportName));
  const home = new Home({ path, scope: null, style: file, checker: open.checker, program: open.program, code: open.code, javaScript: language === "js", taken });
  const section = new Section({ home, language, uncheckedIndex: language === "ts", exactOptional: language === "ts", taken, visible: new Map(), sibling: basename(path) });
  const findings: Finding[] = [...open.findings, ...tags.findings];
  for (const tag of tags.requests) {
    const wrong = callsInside(tag, uses.calls);
    if (wrong !== null) findings.push(wrong);
    const target: Target = { kind: "function", node: tag.node, name: tag.name, inline: false };
    const unfit = checkRequest(tag.request, target, tag.node.name ?? tag.node, tag.node.name ?? tag.node, open.checker);
    if (unfit !== null) {
      findings.push(unfit);
      continue;
    }
    const { derived, findings: found, slice } = derive(open, target, tag.request, context, tracer);
    findings.push(...(tags.silenced.has(tag.node) ? found.filter((x) => x.severity === "error") : found));
    for (const x of slice.files) files.add(x);
    if (derived === null) continue;
    const signature = signatureOf(tag.node, home, open.checker, derived.captures);
    findings.push(...signature.findings);
    section.add(derived, { name: tag.exportName, exported: true, doc: docOf(tag, derived.root.params), signature, request: tag.request });
  }
  findings.push(...section.findings, ...cycleFindings(home, open, file, path));
  if (hasErrors(findings)) return { code: null, map: null, findings, files: [...files] };
  const newline = newlineOf(file.text);
  const slice = sliceOf(tags.requests.map((x) => x.node), open.checker);
  const requests = tags.requests.map((x) => `${x.exportName} ${JSON.stringify(x.request)}`).join("\n");
  const header = headerText(`./${basename(file.fileName)}`, `${sliceText(slice)}\n\n${requests}`, language, newline);
  home.dropUnmentioned(section.entries.map((x) => x.text));
  // sections are joined with plain line ends; the file's own are put in when they are written
  const copies = home.copies.map((text) => ({ text: text.replaceAll("\r\n", "\n"), mappings: [] }));
  const opening = home.imports.length > 0 ? header + newline : header;
  const { code, map } = rewrite({
    path, text: opening, edits: [], imports: home.imports, importAt: opening.length, entries: [...copies, ...section.entries], newline,
    sourceName, textOf: (x) => (x === path ? opening : workspace.text(x)),
  });
  return { code, map, findings, files: [...files] };
}

/** values that the sibling would import from modules that import the sibling */
function cycleFindings(home: Home, { program, checker }: OpenProgram, file: SourceFile, sibling: string): readonly Finding[] {
  const isSibling = (path: string): boolean => path === sibling || path.replace(/\.d\.ts$/, "") === sibling.replace(/\.[cm]?[jt]s$/, "");
  return home.imports.flatMap((x) => {
    const module = x.typeOnly || !x.specifier.startsWith(".") ? undefined : home.moduleFile(x.specifier);
    const from = module === undefined ? undefined : program.getSourceFile(module);
    if (from === undefined || !reaches(from, isSibling, checker)) return [];
    return [catalog.importCycle({ file: file.fileName, start: 0, end: 0 }, x.name, basename(sibling))];
  });
}

/** a tagged function that calls a marker would call it uncompiled */
function callsInside({ node, name, tag }: TagRequest, calls: readonly { readonly node: { readonly pos: number; readonly end: number } }[]): Finding | null {
  const inside = calls.some((x) => x.node.pos >= node.pos && x.node.end <= node.end);
  return inside ? catalog.callsInSibling({ file: node.getSourceFile().fileName, start: tag.pos, end: tag.tagName.end }, name) : null;
}
