// Which calls stay calls: those of functions that call themselves, and of functions too long to stand wherever they are called.
import type { Func, FuncId, Program } from "../ir/ir.ts";
import { type CallGraph, callGraph, reaches, recursiveFunctions } from "../ir/call-graph.ts";
import { tooLongToCopy } from "../ir/inlined-size.ts";
import { structsIn } from "../analysis/instances.ts";
import { isHigherOrder } from "./functions/residue.ts";

/**
 * Functions that take or give functions are settled by inlining; instances that never leave our code are plain objects, which a function of
 * its own could not take by their class; and what is left out is not a number.
 */
const isBoundToCopies = (func: Func): boolean =>
  isHigherOrder(func) || func.params.some((p) => p.optional) || [...structsIn([func.resultType, ...func.params.map((p) => p.variable.type)])].some((t) => t.isClass);

export class Calls {
  readonly #program: Program;
  readonly #graph: CallGraph;
  readonly #recursive: Set<FuncId>;
  readonly #large: Set<FuncId>;
  readonly #pending = new Map<FuncId, boolean>();

  private constructor(program: Program, graph: CallGraph, recursive: Set<FuncId>, large: Set<FuncId>) {
    this.#program = program;
    this.#graph = graph;
    this.#recursive = recursive;
    this.#large = large;
  }

  static of(program: Program, root: FuncId): Calls {
    const graph = callGraph(program.functions.values());
    return new Calls(program, graph, recursiveFunctions(graph), tooLongToCopy(program.functions, root, isBoundToCopies));
  }

  /** for a compilation that goes on from here: functions are added to each on its own */
  copy(): Calls {
    return new Calls(this.#program, this.#graph, new Set(this.#recursive), new Set(this.#large));
  }

  isRecursive(id: FuncId): boolean {
    return this.#recursive.has(id);
  }

  stays(id: FuncId): boolean {
    return this.#recursive.has(id) || this.#large.has(id);
  }

  /** recursive functions that take or give function values, and those that call themselves through such */
  isPending(id: FuncId): boolean {
    const known = this.#pending.get(id);
    if (known !== undefined) return known;
    const isPending = this.#recursive.has(id)
      && [...this.#program.functions].some(([other, f]) => isHigherOrder(f) && (other === id || (reaches(this.#graph, id, other) && reaches(this.#graph, other, id))));
    this.#pending.set(id, isPending);
    return isPending;
  }

  /** functions that function values of `root` became */
  add(functions: readonly Func[], root: Func): void {
    for (const id of recursiveFunctions(callGraph(functions))) this.#recursive.add(id);
    for (const id of tooLongToCopy(new Map([...functions, root].map((f) => [f.id, f])), root.id, isBoundToCopies)) if (functions.some((f) => f.id === id)) this.#large.add(id);
  }
}
