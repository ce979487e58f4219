// The index of what there is to do: tags and marker calls of every file of the project.
// Assumes a workspace; guarantees that a file with anything to do, or anything wrong in what there is to do, is listed.
import type { Finding } from "../diagnostics/diagnostic.ts";
import { placeOf } from "../diagnostics/places.ts";
import type { Operator, Request } from "../ir/ir.ts";
import { functionsOf } from "../frontend/describe.ts";
import { type Arrival, carriedCall, type CarriedCall, findArrivals, Places } from "../frontend/differentiable.ts";
import { importsMarkers } from "../frontend/imports.ts";
import { LIBRARY_FUNCTIONS_FILE } from "../frontend/library-functions.ts";
import { Made, madeCall } from "../frontend/made.ts";
import { findMarkers, type MarkerCall, type MarkerContext } from "../frontend/markers.ts";
import type { OpenProgram, Workspace } from "../frontend/project.ts";
import { findTags, mayHaveTags, type Tags } from "../frontend/tags.ts";
import type { SourceFile } from "../frontend/nodes.ts";

interface At {
  readonly start: number;
  readonly line: number;
  readonly column: number;
}

/** a tag; `name` is what the sibling will export, `request` what of which function, both null where the tag is wrong */
export interface TagWork extends At {
  readonly operator: Operator | null;
  readonly name: string | null;
  readonly request: (Request & { readonly of: string }) | null;
}

/** a marker call; `operator` is null where the call is wrong */
export interface CallWork extends At {
  readonly operator: Operator | null;
}

export interface FileWork {
  readonly path: string;
  readonly tags: readonly TagWork[];
  readonly calls: readonly CallWork[];
  /** names of hidden exports that other files' markers need of this file */
  readonly demanded: readonly string[];
}

export interface FileMarkers {
  readonly tags: Tags;
  readonly uses: Uses;
}

/** what there is to do in a file but for tags */
export interface Uses {
  readonly calls: readonly MarkerCall[];
  /** marker calls of functions that come in with their derivatives */
  readonly carried: readonly CarriedCall[];
  /** functions to which derivatives are attached */
  readonly arrivals: readonly Arrival[];
  readonly findings: readonly Finding[];
}

/** derivatives that a file's code needs by name */
export const neededBy = ({ calls, arrivals }: Uses): readonly MarkerCall[] => [...calls, ...arrivals.flatMap((x) => x.calls)];

/** What the doors ask of a program. */
export interface WorkContext extends MarkerContext {
  readonly places: () => Places;
  readonly made: () => Made;
}

const NO_TAGS: Tags = { requests: [], findings: [], silenced: new Set() };
const contexts = new WeakMap<OpenProgram, WorkContext>();
const found = new WeakMap<WorkContext, Map<SourceFile, FileMarkers>>();

/** one for each program, since what was found out about its files hangs on it */
export function contextOf(workspace: Workspace, open: OpenProgram): WorkContext {
  const known = contexts.get(open);
  if (known !== undefined) return known;
  const { checker, program, code } = open;
  let places: Places | null = null;
  let made: Made | null = null;
  const context: WorkContext = {
    checker,
    code,
    isMarkerFile: (path) => workspace.isMarkerFile(path),
    libraryFunction: (name) => {
      const file = program.getSourceFile(LIBRARY_FUNCTIONS_FILE);
      return file === undefined ? null : (functionsOf(file).get(name) ?? null);
    },
    places: () => (places ??= new Places(program, context)),
    made: () => (made ??= new Made(program, context)),
  };
  contexts.set(open, context);
  return context;
}

function usesIn(file: SourceFile, context: WorkContext): Uses {
  const { calls, unresolved, findings } = importsMarkers(file, context) ? findMarkers(file, context) : { calls: [], unresolved: [], findings: [] };
  const arrived = findArrivals(file, context, context.places());
  const carried: CarriedCall[] = [];
  const wrong: Finding[] = [...findings];
  for (const x of unresolved) {
    const call = carriedCall(x.node, x.operator, context) ?? madeCall(x.node, x.operator, context);
    if (call === null) wrong.push(x.finding);
    else if ("code" in call) wrong.push(call);
    else carried.push(call);
  }
  return { calls, carried, arrivals: [...arrived.arrivals, ...context.made().arrivalsIn(file)], findings: [...wrong, ...arrived.findings] };
}

/** tags and marker calls of one file */
export function markersIn(file: SourceFile, context: WorkContext): FileMarkers {
  const files = found.get(context) ?? new Map<SourceFile, FileMarkers>();
  found.set(context, files);
  const known = files.get(file) ?? { tags: mayHaveTags(file.text) ? findTags(file) : NO_TAGS, uses: usesIn(file, context) };
  files.set(file, known);
  return known;
}

/** one file's entry in the index; null if there is nothing to do */
export function workOf(file: SourceFile, path: string, { tags, uses }: FileMarkers, demanded: readonly string[]): FileWork | null {
  const at = (start: number): At => ({ start, ...placeOf(file.text, start) });
  const wrong = (x: Finding): At => at(x.span.start);
  const work: FileWork = {
    path,
    tags: [
      ...tags.requests.map((x) => ({ operator: x.request.operator, name: x.exportName, request: { ...x.request, of: x.name }, ...at(x.tag.pos) })),
      ...tags.findings.map((x) => ({ operator: null, name: null, request: null, ...wrong(x) })),
    ],
    calls: [
      ...[...uses.calls, ...uses.carried, ...uses.arrivals.flatMap((x) => x.calls)].map((x) => ({ operator: x.request.operator, ...at(x.node.getStart(file)) })),
      ...uses.findings.map((x) => ({ operator: null, ...wrong(x) })),
    ],
    demanded,
  };
  return work.tags.length + work.calls.length + demanded.length === 0 ? null : work;
}
