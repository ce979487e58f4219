// The whole compiler between its two doors: structured functions in, derivative functions out.
//   transform/compilation.ts: the derivative, versioned → finish
import type { Func, FuncId, Program, Request } from "./ir/ir.ts";
import type { Supply } from "./ir/build.ts";
import type { Finding } from "./diagnostics/diagnostic.ts";
import { finish } from "./optimize/index.ts";
import { pass, SILENT, type Tracer } from "./pass.ts";
import { Calls } from "./transform/calls.ts";
import { dissolveRegions } from "./transform/checkpointed.ts";
import { Compilation } from "./transform/compilation.ts";

export interface Derivation {
  /** nested stage: ready to emit; null after errors */
  readonly func: Func | null;
  /** further functions that it calls */
  readonly auxiliary: readonly Func[];
  readonly findings: readonly Finding[];
}

/** A function of a program. What all of its derivatives begin with is made once, however many are asked for. */
export class Primal {
  readonly #program: Program;
  readonly #root: FuncId;
  readonly #supply: Supply;
  readonly #tracer: Tracer;
  #begun: Compilation | null = null;

  constructor(program: Program, root: FuncId, supply: Supply, tracer: Tracer = SILENT) {
    this.#program = program;
    this.#root = root;
    this.#supply = supply;
    this.#tracer = tracer;
  }

  differentiate(request: Request): Derivation {
    // a trace shows each derivative from its beginning
    const begun = this.#tracer.show === null ? (this.#begun ??= this.#begin()) : this.#begin();
    const compilation = begun.fork();
    const target = compilation.structured(this.#root);
    if (!target) return { func: null, auxiliary: [], findings: compilation.findings };
    const derived = compilation.derive(target, request);
    if (!derived || compilation.findings.some((f) => f.severity === "error")) return { func: null, auxiliary: [], findings: compilation.findings };
    const finished = (f: Func): Func => pass("finish", "nested", this.#tracer, () => finish(dissolveRegions(f, this.#supply), this.#supply));
    const opened = compilation.opened(derived);
    const [func = opened, ...auxiliary] = compilation.marked([opened, ...compilation.reachable(opened)]);
    return { func: finished(func), auxiliary: auxiliary.map(finished), findings: compilation.findings };
  }

  #begin(): Compilation {
    const compilation = new Compilation(this.#program, Calls.of(this.#program, this.#root), this.#supply, this.#tracer);
    const target = compilation.structured(this.#root);
    if (target) compilation.prepare(target);
    return compilation;
  }
}
