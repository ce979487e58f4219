// `transform`: a module with its marker calls replaced by generated functions that stand at its end.
// Guarantees that exports, names and hoisting of the user's code stay, that generated names are fresh in the whole module,
// and that the output has nothing left to transform.
import { CompilerBug, type Finding } from "../diagnostics/diagnostic.ts";
import { generatedName, targetFunction, targetName, type MarkerCall } from "../frontend/markers.ts";
import { isIdentifier } from "../emit/names.ts";
import { Home } from "../frontend/home.ts";
import { importPosition, languageOf, markerImportEdits, namesOf, newlineOf, type Edit } from "../frontend/module.ts";
import type { SourceFile } from "../frontend/nodes.ts";
import { syntaxFindings } from "../frontend/problems.ts";
import type { OpenProgram, Workspace } from "../frontend/project.ts";
import { callRange, hiddenCaptures, visibleFunctions, wrapperText, type Replacement } from "../frontend/replace.ts";
import { signatureOfTarget } from "../frontend/signature.ts";
import { carriedEdits, labelOf, requestKey } from "../frontend/differentiable.ts";
import { type Demand, type Derivations, hiddenName, keyOf, placeOfCode } from "./demand.ts";
import type { Derived } from "./derive.ts";
import { PACKAGE } from "../frontend/program.ts";
import { hasErrors } from "./result.ts";
import { rewrite, type Rewritten } from "./rewrite.ts";
import { Section } from "./section.ts";
import { contextOf, markersIn, type FileMarkers } from "./work.ts";

export interface Transformed {
  /** null: there was nothing to do, or it failed */
  readonly rewritten: Rewritten | null;
  readonly findings: readonly Finding[];
  readonly files: readonly string[];
}

interface Job {
  readonly workspace: Workspace;
  readonly open: OpenProgram;
  readonly file: SourceFile;
  readonly derivations: Derivations;
}

/** a module that generated code goes into */
interface Into {
  readonly checker: OpenProgram["checker"];
  readonly home: Home;
  readonly section: Section;
  readonly taken: Set<string>;
}

function enter({ open, file }: Pick<Job, "open" | "file">, taken: Set<string> = namesOf(file)): Into {
  const options = open.program.getCompilerOptions();
  const language = languageOf(file.fileName);
  const home = new Home({ path: file.fileName, scope: file, style: file, checker: open.checker, program: open.program, code: open.code, javaScript: language === "js", taken });
  const section = new Section({ home, language, uncheckedIndex: options.noUncheckedIndexedAccess === true, exactOptional: options.exactOptionalPropertyTypes === true, taken, visible: visibleFunctions(file), sibling: null });
  return { checker: open.checker, home, section, taken };
}

/** generates the derivative of a call here */
function place({ section, home, checker }: Into, call: MarkerCall, derived: Derived, name: string, exported: boolean): Replacement {
  const types = section.add(derived, { name, exported, doc: [], signature: signatureOfTarget(call.target, home, checker, derived.captures), request: call.request });
  return { name, captures: derived.captures, types };
}

/** the derivative stands in the module that owns the state it needs; it is imported from there under its hidden name */
function placeElsewhere(job: Job, into: Into, call: MarkerCall, derived: Derived, owner: string): { readonly replacement: Replacement; readonly findings: readonly Finding[] } {
  const file = job.open.program.getSourceFile(owner);
  if (file === undefined) throw new CompilerBug("transform", `${owner} is not part of the program`);
  const there = enter({ ...job, file });
  const hidden = hiddenName(call, owner);
  const made = place(there, call, derived, hidden, true);
  const local = into.home.importName(into.home.specifier(owner), hidden, generatedName(targetName(call.target), call.request.operator), false);
  return { replacement: { ...made, name: local }, findings: there.section.findings };
}

/** generates what a marker of another file demands; seen from the program of that marker, which need not be this file's own */
function placeDemand({ file }: Job, { taken }: Into, { open, call, derived }: Demand): Into {
  const into = enter({ open, file: open.program.getSourceFile(file.fileName) ?? file }, taken);
  place(into, call, derived, hiddenName(call, file.fileName), true);
  return into;
}

const audible = (findings: readonly Finding[], silenced: boolean): readonly Finding[] => (silenced ? findings.filter((x) => x.severity === "error") : findings);

const quotedKey = (key: string): string => (isIdentifier(key) ? key : JSON.stringify(key));

interface Calls {
  readonly edits: readonly Edit[];
  readonly findings: readonly Finding[];
  readonly files: readonly string[];
}

/** generates what the module's own marker calls ask for, once for all calls that ask for the same */
function placeCalls(job: Job, into: Into, { uses, tags }: FileMarkers): Calls {
  const { file, open, derivations, workspace } = job;
  const context = contextOf(workspace, open);
  const made = new Map<string, Replacement | null>();
  const findings: Finding[] = [];
  const files: string[] = [];
  const edits: Edit[] = [];
  const make = (call: MarkerCall): Replacement | null => {
    const { derived, findings: found, slice } = derivations.of(open, call, context);
    findings.push(...audible(found, tags.silenced.has(targetFunction(call.target))));
    files.push(...slice.files);
    if (derived === null) return null;
    const owner = placeOfCode(derived, file.fileName, open.code);
    if (owner === file.fileName) return place(into, call, derived, into.section.allocate(generatedName(targetName(call.target), call.request.operator)), false);
    const elsewhere = placeElsewhere(job, into, call, derived, owner);
    findings.push(...elsewhere.findings);
    return elsewhere.replacement;
  };
  const replaced = (call: MarkerCall): Replacement | null => {
    const key = keyOf(call);
    const known = made.get(key);
    const replacement = known === undefined ? make(call) : known;
    made.set(key, replacement);
    if (replacement !== null) findings.push(...hiddenCaptures(call, replacement.captures, open.checker));
    return replacement;
  };
  const language = languageOf(file.fileName);
  for (const call of uses.calls) {
    const replacement = replaced(call);
    if (replacement !== null) edits.push({ ...callRange(call, file), text: wrapperText(call, replacement, language) });
  }
  for (const call of uses.carried) {
    const derivativeOf = into.home.importName(PACKAGE, "derivativeOf", "derivativeOf", false);
    edits.push(...carriedEdits(call, { derivativeOf, importType: (name) => into.home.importName(PACKAGE, name, name, true) }, language, open.checker));
  }
  for (const { node, calls } of uses.arrivals) {
    const entries = calls.flatMap((call) => {
      const replacement = replaced(call);
      return replacement === null ? [] : [`${quotedKey(requestKey(call.request))}: ${wrapperText(call, replacement, language)}`];
    });
    const { start, end } = callRange({ node }, file);
    const attach = into.home.importName(PACKAGE, "differentiable", "differentiable", false);
    edits.push({ start, end: start, text: `${labelOf(node)}${attach}(` }, { start: end, end, text: `, { ${entries.join(", ")} })` });
  }
  return { edits, findings, files };
}

export function transformFile(workspace: Workspace, open: OpenProgram, file: SourceFile, derivations: Derivations, sourceName: (path: string) => string): Transformed {
  const markers = markersIn(file, contextOf(workspace, open));
  const demands = derivations.demandedOf(open, file.fileName);
  const { calls, carried, arrivals } = markers.uses;
  if (calls.length + carried.length + arrivals.length + markers.uses.findings.length + demands.length === 0) return { rewritten: null, findings: [], files: [file.fileName] };
  const syntax = syntaxFindings(file, open.program);
  if (syntax.length > 0) return { rewritten: null, findings: [...syntax, ...open.findings], files: [file.fileName] };
  const job: Job = { workspace, open, file, derivations };
  const into = enter(job);
  const placed = placeCalls(job, into, markers);
  const hidden = demands.map((x) => placeDemand(job, into, x));
  const files = [...new Set([file.fileName, ...placed.files, ...demands.map((x) => targetFunction(x.call.target).getSourceFile().fileName)])];
  const sections = [into, ...hidden];
  const findings = [...open.findings, ...markers.uses.findings, ...placed.findings, ...sections.flatMap((x) => x.section.findings)];
  if (hasErrors(findings)) return { rewritten: null, findings, files };
  const edits = [...placed.edits, ...markerImportEdits(file, contextOf(workspace, open), placed.edits)];
  for (const { home, section } of sections) home.dropUnmentioned([...section.entries, ...edits].map((x) => x.text));
  const rewritten = rewrite({
    path: file.fileName, text: file.text, edits, imports: sections.flatMap((x) => x.home.imports), importAt: importPosition(file),
    constants: sections.flatMap((x) => x.home.constants), entries: [...sections.flatMap((x) => x.home.copiedTypes).map((text) => ({ text, mappings: [] })), ...sections.flatMap((x) => x.section.entries)], newline: newlineOf(file.text),
    sourceName, textOf: (path) => workspace.text(path),
  });
  return { rewritten, findings, files };
}
