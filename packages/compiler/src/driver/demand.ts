// Where derivative code lives. It stands in the marker's file unless it touches state that only another module can reach:
// then that module exports it under a hidden name, and the marker's file imports it (SEMANTICS §8).
// Guarantees that the same text comes out whichever file is transformed first: hidden names follow from what they mean.
import type { MarkerCall, MarkerContext } from "../frontend/markers.ts";
import { boundOf, generatedName, targetFunction, targetName } from "../frontend/markers.ts";
import { moduleState } from "../frontend/module.ts";
import type { Code } from "../frontend/code.ts";
import type { SourceFile } from "../frontend/nodes.ts";
import { dirname, relative } from "../frontend/path.ts";
import type { OpenProgram, Workspace } from "../frontend/project.ts";
import { originalSlice } from "../frontend/sources.ts";
import { sliceOf } from "../frontend/slice.ts";
import type { Cell, Expr, Func } from "../ir/ir.ts";
import { statements, visitExpr, visitExpressions } from "../ir/walk.ts";
import type { Tracer } from "../pass.ts";
import { derive, type Derivation, type Derived } from "./derive.ts";
import { sha256 } from "./sha256.ts";
import { contextOf, markersIn, neededBy } from "./work.ts";

/** what tells one derivative from another */
export function keyOf(call: MarkerCall): string {
  const { target, request } = call;
  const node = targetFunction(target);
  const bound = boundOf(target);
  const at = bound === null ? "" : `${call.node.getSourceFile().fileName} ${bound.expression.pos} `;
  const nested = target.kind === "derivative" ? `${targetName(target)} ${JSON.stringify(target.request)} ` : "";
  return `${node.getSourceFile().fileName} ${node.pos} ${at}${nested}${JSON.stringify(request)}`;
}

/**
 * The name under which the owner of the state exports a derivative. It follows from where the function stands relative to the owner, from
 * its text, and from how many of the same text stand before it: not from positions, so that unrelated edits keep it.
 */
export function hiddenName({ target, request }: MarkerCall, owner: string): string {
  const node = targetFunction(target);
  const file = node.getSourceFile();
  const text = originalSlice(file, node.getStart(file), node.end);
  const bound = boundOf(target);
  const ordinal = originalSlice(file, 0, node.getStart(file)).split(text).length;
  const key = `${relative(dirname(owner), file.fileName)}\n${text}\n${ordinal}\n${targetName(target)}\n${JSON.stringify(request)}${bound === null ? "" : `\n${bound.expression.getText()}`}`;
  return `${generatedName(targetName(target), request.operator)}_${sha256(key).slice(0, 8)}`;
}

function cellsIn({ func, auxiliary, classes }: Derived): { readonly used: ReadonlySet<Cell>; readonly assigned: ReadonlySet<Cell> } {
  const used = new Set<Cell>();
  const assigned = new Set<Cell>();
  const visit = (f: Func): void => {
    const expr = (e: Expr): void => {
      if (e.kind === "load" && e.place.kind === "cell") used.add(e.place.cell);
      const made = e.kind === "struct" && e.type.kind === "struct" && e.instance !== undefined ? classes.cellOf(e.type) : null;
      if (made !== null) used.add(made);
    };
    visitExpressions(f.body, expr);
    if (f.result !== null) visitExpr(f.result, expr);
    const each = (block: Func["body"]): void => {
      for (const s of statements(block)) if ((s.kind === "store" || s.kind === "accumulate") && s.place.kind === "cell") assigned.add(s.place.cell);
    };
    each(f.body);
    visitExpressions(f.body, (e) => { if (e.kind === "closure") each(e.func.body); });
  };
  for (const f of [func, ...auxiliary]) visit(f);
  return { used, assigned };
}

/** The file that must hold the code: the marker's own, or the one that owns state which cannot be reached from there. */
export function placeOfCode(derived: Derived, file: string, code: Code): string {
  const { used, assigned } = cellsIn(derived);
  const unreachable = [...used].filter((x) => x.file !== file && !x.exported && x.imported === null);
  // packages are not rewritten: what cannot be reached in them is refused where it is written
  const owners = new Set([...unreachable, ...[...assigned].filter((x) => x.file !== file)].filter((x) => !code.isPackageCode(x.file)).map((x) => x.file));
  const [owner] = owners;
  return owners.size === 1 && owner !== undefined ? owner : file;
}

export interface Demand {
  /** the program of the marker */
  readonly open: OpenProgram;
  readonly call: MarkerCall;
  readonly derived: Derived;
}

/** Derivations of one compiler, made once per program and request. */
export class Derivations {
  readonly #workspace: Workspace;
  readonly #tracer: Tracer;
  readonly #known = new WeakMap<object, Map<string, Derivation>>();
  readonly #demands = new WeakMap<object, ReadonlyMap<string, readonly Demand[]>>();

  constructor(workspace: Workspace, tracer: Tracer) {
    this.#workspace = workspace;
    this.#tracer = tracer;
  }

  of(open: OpenProgram, call: MarkerCall, context: MarkerContext): Derivation {
    const known = this.#known.get(open.program) ?? new Map<string, Derivation>();
    this.#known.set(open.program, known);
    const key = keyOf(call);
    const found = known.get(key) ?? derive(open, call.target, call.request, context, this.#tracer, call.node);
    known.set(key, found);
    return found;
  }

  /** what markers of other files, in whichever project of the solution, ask of a file; each once */
  demandedOf(open: OpenProgram, path: string): readonly Demand[] {
    const programs = new Map([open, ...this.#workspace.programs().map((x) => x.program)].map((x) => [x.program, x]));
    const found = new Map<string, Demand>();
    for (const x of programs.values()) {
      const known = this.#demands.get(x.program) ?? this.#collect(x);
      this.#demands.set(x.program, known);
      for (const demand of known.get(path) ?? []) {
        const name = hiddenName(demand.call, path);
        if (!found.has(name)) found.set(name, demand);
      }
    }
    return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, x]) => x);
  }

  #collect(open: OpenProgram): ReadonlyMap<string, readonly Demand[]> {
    const found = new Map<string, Demand[]>();
    const context = contextOf(this.#workspace, open);
    for (const file of open.program.getSourceFiles()) {
      if (file.isDeclarationFile || this.#workspace.isMarkerFile(file.fileName)) continue;
      for (const call of neededBy(markersIn(file, context).uses)) {
        if (!this.#mayReachState(call, file, open)) continue;
        const { derived } = this.of(open, call, context);
        const owner = derived === null ? file.fileName : placeOfCode(derived, file.fileName, open.code);
        if (derived === null || owner === file.fileName) continue;
        found.set(owner, [...(found.get(owner) ?? []), { open, call, derived }]);
      }
    }
    return found;
  }

  /** does the slice hold variables of other modules at all? Most do not, and need not be derived to know. */
  #mayReachState({ target }: MarkerCall, file: SourceFile, open: OpenProgram): boolean {
    return sliceOf([targetFunction(target)], open.checker).parts.some((x) => x.file !== file.fileName && moduleState(x.node));
  }
}
