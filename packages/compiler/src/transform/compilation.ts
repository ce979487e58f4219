// One compilation: the functions made so far, each stage from those before, and what was found on the way.
//   structure → inline, settle, version, simplify → alias, activity, recording → tangent | adjoint → version, simplify
// Calls that stay calls (recursion) are split and registered; a nested marker is derived when the call of it is inlined.
import type { Func, FuncId, Program, Request, StructType, Type, Var } from "../ir/ir.ts";
import type { Supply } from "../ir/build.ts";
import { callsOf } from "../ir/call-graph.ts";
import { printFunc } from "../ir/print.ts";
import { variablesDeclared } from "../ir/variables.ts";
import { analyzeActivity } from "../analysis/activity.ts";
import { findAppends } from "../analysis/appends.ts";
import { analyzeAlias } from "../analysis/alias.ts";
import { storesBeyondEnd } from "../analysis/growth.ts";
import { findHidden } from "../analysis/hidden.ts";
import { analyzeIntegers } from "../analysis/integer.ts";
import { analyzeRanges } from "../analysis/ranges.ts";
import { changesOf } from "../analysis/changes.ts";
import { analyzeRecording } from "../analysis/recording.ts";
import { findPrivateStorage, makesInstances, markInstances } from "../analysis/instances.ts";
import { findRuleFindings } from "../analysis/ruled.ts";
import { findRefusals } from "../analysis/refusals.ts";
import { findWarnings } from "../analysis/warnings.ts";
import { CompilerBug, type Finding } from "../diagnostics/diagnostic.ts";
import { pass, type Tracer } from "../pass.ts";
import { activityMargin, printDecisions } from "../stages.ts";
import { deriveGradient, derivePullback, planStatement, wrtIndices } from "./adjoint.ts";
import type { Analyzed } from "./analyzed.ts";
import type { Decision, Shared, SplitInfo } from "./adjoint/context.ts";
import { derivePiece } from "./adjoint/piece.ts";
import { deriveSplit, type OpenRecord, splitInfo } from "./adjoint/split.ts";
import type { Calls } from "./calls.ts";
import { CompanionTypes } from "./companion.ts";
import { capturedObjects, closeCaptures, withCaptures } from "./captures.ts";
import { replacedFunctions } from "./functions/residue.ts";
import type { Outcome } from "./handlers.ts";
import { normalizeDerivative, normalizePrimal, type NormalizeContext } from "./normalize.ts";
import { Outcomes } from "./outcomes.ts";
import { structure } from "./structure.ts";
import { threadState } from "./thread-state.ts";
import { deriveByColumns, deriveForward, type ForwardContext, isForward } from "./forward.ts";
import type { Directional } from "./pushforward.ts";
import { callsRuled, promoteAll, withoutRules } from "./ruled.ts";
import { type Rules, rulesOf } from "./rules.ts";
import { deriveRows } from "./rows.ts";
import { deriveSparse } from "./sparse.ts";

/** types that are made for function values count from here: no declared type has such a number */
const MADE_IDS = 50_000_000;

/**
 * What becomes of a record: it is reversed once and at once, or several times by generated code that does nothing else in between, or
 * whoever holds it does what it likes before, between and after.
 */
type Discipline = "consumed" | "kept" | "held";

export class Compilation {
  readonly findings: Finding[] = [];
  readonly #program: Program;
  readonly #supply: Supply;
  readonly #tracer: Tracer;
  readonly #structured = new Map<FuncId, Func>();
  /** functions that stay calls, versioned */
  readonly #kept = new Map<FuncId, Func>();
  /** the same as they were before */
  readonly #sources = new Map<FuncId, Func>();
  /** the normal form of a function, for the first that asks for it: who asks again wants variables of its own */
  #ready: { readonly of: Func; readonly made: Func } | null = null;
  readonly #outcomes: Outcomes;
  readonly #calls: Calls;
  /** where functions are stored: names of fields, and elements */
  readonly #replaced: ReadonlySet<string>;
  /** gradients that keep values on tapes */
  readonly #recording = new WeakSet<Func>();
  readonly #rules: Rules;
  readonly #hasRules: boolean;
  readonly #types = new CompanionTypes();
  #records = 0;
  #made = 0;

  constructor(program: Program, calls: Calls, supply: Supply, tracer: Tracer) {
    this.#program = program;
    this.#supply = supply;
    this.#tracer = tracer;
    this.#calls = calls;
    this.#replaced = replacedFunctions(program.functions.values());
    this.#outcomes = new Outcomes({
      supply, sourceOf: (id) => this.#sources.get(id), structured: (id) => this.structured(id),
      keep: (func) => this.#kept.set(func.id, func), normalize: (func, outcome) => this.#normalize(func, outcome),
    });
    this.#hasRules = [...program.functions.values()].some(callsRuled);
    this.#rules = rulesOf({ supply, structured: (id) => this.structured(id), normalize: (func) => this.#normalize(func), kept: (id) => this.#kept.get(id), reachable: (func) => this.reachable(func) });
  }

  /** a compilation that goes on from here, on its own */
  fork(): Compilation {
    const fork = new Compilation(this.#program, this.#calls.copy(), this.#supply, this.#tracer);
    fork.findings.push(...this.findings);
    for (const [id, func] of this.#structured) fork.#structured.set(id, func);
    for (const [id, func] of this.#kept) fork.#kept.set(id, func);
    for (const [id, func] of this.#sources) fork.#sources.set(id, func);
    fork.#outcomes.takeOver(this.#outcomes);
    [fork.#ready, fork.#records, fork.#made] = [this.#ready, this.#records, this.#made];
    return fork;
  }

  /** makes the normal form of a function ahead of its derivatives */
  prepare(target: Func): void {
    if (capturedObjects(target).length === 0) this.#ready = { of: target, made: this.#normalize(target) };
  }

  structured(id: FuncId): Func | undefined {
    const known = this.#structured.get(id);
    if (known) return known;
    const raw = this.#program.functions.get(id);
    if (!raw) return undefined;
    const made = pass("structure", "structured", this.#tracer, () => structure(raw, this.#supply));
    this.#structured.set(id, made);
    return made;
  }

  /** the derivative of a structured function, versioned; null after reporting why there is none */
  derive(target: Func, request: Request): Func | null {
    const captured = capturedObjects(target);
    if (captured.length === 0) return this.#derive(target, request);
    // what the function writes into objects around it carries derivatives until it returns: they are parameters meanwhile
    const { func, stands } = withCaptures(target, captured, this.#supply);
    const wrt = request.wrt === "all" ? wrtIndices(request, target) : request.wrt;
    const derived = this.#derive(func, { ...request, wrt });
    return derived && closeCaptures(derived, stands);
  }

  #derive(target: Func, request: Request): Func | null {
    const { wrt } = request;
    switch (request.operator) {
      case "grad": case "valueAndGrad": case "vjp": return this.#reverse(target, request, request.operator === "vjp" ? "held" : "consumed");
      case "jvp": return this.#forward(target, wrtIndices(request, target), { kind: "jvp" });
      case "jacobian": return this.#jacobian(target, request);
      case "hvp": case "hessian": {
        const gradient = this.#reverse(target, { operator: "grad", wrt, mode: null }, "consumed");
        return gradient && (request.operator === "hvp" ? this.#forward(gradient, wrtIndices(request, gradient), { kind: "product", wrt }) : this.#jacobian(gradient, request));
      }
      default: throw new CompilerBug("derive", `${request.operator} is no derivative`);
    }
  }

  #sparse(target: Func, request: Request): Func | null {
    const wrt = wrtIndices(request, target);
    const analyzed = this.#differentiable(target, wrt);
    return analyzed && deriveSparse(target, wrt, request.operator === "hessian", analyzed, {
      supply: this.#supply, types: this.#types, rules: this.#rules,
      rowsOf: (piece, inputs) => {
        const facts = this.#analyzed(piece.func, piece.func.params.flatMap((p, i) => (inputs.has(p.variable) ? [i] : [])));
        return facts.threaded.size > 0 ? null : derivePiece(piece, inputs, this.#shared(facts, "kept").shared);
      },
      normalized: (func) => this.#normalized(func),
      inlined: (func) => this.#normalize(func),
      pushed: (kind) => this.#forward(target, wrt, { kind }),
      pulled: () => this.#reverse(target, { operator: "vjp", wrt, mode: null }, "kept"),
      report: (finding) => this.findings.push(finding),
    });
  }

  /** one sweep, and a reverse for each number of the output */
  #jacobian(target: Func, request: Request): Func | null {
    if (request.sparse) return this.#sparse(target, request);
    const columns = isForward(target, request) ? this.#columns(target, request) : null;
    if (columns !== null || this.findings.some((f) => f.severity === "error")) return columns;
    const pullback = this.#reverse(target, { operator: "vjp", wrt: typeof request.wrt === "number" ? [request.wrt] : request.wrt, mode: null }, "kept");
    if (pullback === null) return null;
    const rows = deriveRows(pullback, request.wrt, { supply: this.#supply, freshId: () => MADE_IDS + this.#made++, types: this.#types });
    if ("finding" in rows) this.findings.push(rows.finding);
    return "finding" in rows ? null : this.#normalize(rows.func);
  }

  /** one sweep with a tangent for each number of the input */
  #columns(target: Func, request: Request): Func | null {
    const wrt = wrtIndices(request, target);
    const before = this.findings.length;
    const analyzed = this.#differentiable(target, wrt);
    const made = analyzed && this.#supply.deriving(() => deriveByColumns(analyzed, this.#recording.has(target), request, wrt, this.#forwardContext()));
    // what else is found will be found again by rows
    if (analyzed !== null && made === null) this.findings.length = before;
    return made;
  }

  #reverse(target: Func, request: Request, discipline: Discipline): Func | null {
    const analyzed = this.#differentiable(target, wrtIndices(request, target));
    return analyzed && this.#supply.deriving(() => this.#adjoint(analyzed, request, discipline));
  }

  #forward(target: Func, wrt: readonly number[], form: Directional["form"]): Func | null {
    const analyzed = this.#differentiable(target, wrt);
    return analyzed && this.#supply.deriving(() => deriveForward(analyzed, { wrt, form }, this.#forwardContext()));
  }

  /** a function that can be differentiated, with all that is known of it; null after reporting why it cannot */
  #differentiable(target: Func, wrt: readonly number[]): Analyzed | null {
    const normal = this.#normalize(target);
    if (this.findings.some((f) => f.severity === "error")) return null;
    const analyzed = this.#analyzed(normal, wrt);
    const { primal, functions, alias, activity } = analyzed;
    const refused = functions.flatMap((f) => findRefusals(f, activity, (id) => this.#kept.get(id), alias));
    refused.push(...findPrivateStorage(functions, alias), ...findRuleFindings(functions, activity, alias, this.#rules.factsOf));
    this.findings.push(...refused);
    if (refused.some((f) => f.severity === "error")) return null;
    this.findings.push(...functions.flatMap((f) => [...findWarnings(f, activity), ...findHidden(f, activity, alias)]));
    this.#tracer.show?.("activity", primal.name, printFunc(primal, (s) => activityMargin(s, activity)));
    return analyzed;
  }

  /** what is known of a function and of those that it calls, once module state that carries a derivative is handed on to them */
  #analyzed(given: Func, wrt: readonly number[]): Analyzed {
    const normal = this.#throughout(given, (f) => (this.#hasRules ? this.#rules.withState(f) : f));
    const functionOf = (id: FuncId): Func | undefined => this.#kept.get(id);
    const varied = new Set<Var>(wrt.flatMap((i) => (normal.params[i] ? [normal.params[i].variable] : [])));
    const of = (primal: Func, threaded: ReadonlySet<string>): Analyzed => {
      const functions = [primal, ...this.reachable(primal)];
      const alias = analyzeAlias(functions, functionOf);
      return { primal, functions, alias, activity: analyzeActivity(functions, functionOf, alias, { varied, useful: [primal] }), threaded };
    };
    const found = of(normal, new Set());
    const state = threadState(normal, found.functions.slice(1), found.activity, this.#supply, () => MADE_IDS + this.#made++);
    if (state === null) return found;
    for (const [id, func] of state.functions) this.#kept.set(id, func);
    return of(state.root, state.cells);
  }

  /** functions that a function calls, transitively, among those that stay calls */
  reachable(func: Func): Func[] {
    const found = new Map<FuncId, Func>();
    const visit = (f: Func): void => {
      for (const id of callsOf(f)) {
        const callee = this.#kept.get(id);
        if (!callee || found.has(id)) continue;
        found.set(id, callee);
        visit(callee);
      }
    };
    visit(func);
    return [...found.values()];
  }

  /** nothing is derived any more: functions with a rule are called like others */
  opened(func: Func): Func {
    return this.#throughout(func, (f) => (callsRuled(f) ? this.#normalized(withoutRules(f, { supply: this.#supply, ...this.#rules })) : f));
  }

  /** in the function and in those that it calls */
  #throughout(func: Func, change: (f: Func) => Func): Func {
    for (const f of this.reachable(func)) this.#kept.set(f.id, change(f));
    return change(func);
  }

  /** the functions that are emitted, with literals marked that must be instances of their classes */
  marked(functions: readonly Func[]): readonly Func[] {
    if (!functions.some(makesInstances)) return functions;
    const functionOf = (id: FuncId): Func | undefined => this.#kept.get(id);
    const alias = analyzeAlias(functions, functionOf);
    return functions.map((f) => markInstances(f, functions, alias, functionOf));
  }

  // ------------------------------------------------------------------------------------------------ primal

  #normalize(func: Func, outcome: Outcome | null = null): Func {
    if (this.#ready?.of === func && outcome === null) {
      const { made } = this.#ready;
      this.#ready = null;
      return made;
    }
    const context: NormalizeContext = {
      supply: this.#supply,
      functionOf: (id) => this.structured(id),
      paramsOf: (id) => this.#sources.get(id)?.params ?? [],
      staysCall: (id) => { if (this.#calls.stays(id)) this.#keep(id); return this.#kept.has(id) || this.#calls.isRecursive(id); },
      addFunction: (lifted) => { this.#keepFunction(lifted.id, lifted); },
      derive: (target, request) => this.derive(target, request),
      isPending: (id) => this.#calls.isPending(id),
      isReplaced: (key) => this.#replaced.has(key),
      adopt: (functions, made) => this.#adopt(functions, made),
      isHarmless: (callee) => { const { isPure, writes } = this.#rules.factsOf(callee); return isPure && !writes; },
      freshId: () => MADE_IDS + this.#made++,
      report: (finding) => this.findings.push(finding),
      outcomeOf: (id) => this.#outcomes.of(id),
      unforeseen: (outcome) => this.#outcomes.unforeseen(outcome),
      mayThrow: (id) => this.#outcomes.typesOf(id).length > 0,
    };
    return pass("normalize", "versioned", this.#tracer, () => normalizePrimal(func, context, outcome));
  }

  /** a function that stays a call is normalized once */
  #keep(id: FuncId): void {
    if (this.#kept.has(id)) return;
    const func = this.structured(id);
    if (func) this.#keepFunction(id, func);
  }

  /** functions that function values became: some call themselves */
  #adopt(functions: readonly Func[], root: Func): void {
    for (const f of functions) this.#structured.set(f.id, f);
    this.#calls.add(functions, root);
  }

  #keepFunction(id: FuncId, func: Func): void {
    this.#sources.set(id, func);
    this.#kept.set(id, func); // known while its own body is normalized
    this.#kept.set(id, this.#normalize(func));
  }

  // ------------------------------------------------------------------------------------------------ reverse mode

  #adjoint(analyzed: Analyzed, request: Request, discipline: Discipline): Func {
    const { primal } = analyzed;
    const { shared, decisions } = this.#shared(analyzed, discipline);
    const raw = pass("adjoint", "structured", this.#tracer, () =>
      request.operator === "vjp" ? derivePullback(primal, wrtIndices(request, primal), shared) : deriveGradient(primal, request, shared, request.operator === "valueAndGrad"));
    this.#tracer.show?.("recording", primal.name, printDecisions(decisions));
    const made = this.#settled(raw);
    if (decisions.some((x) => x.how.startsWith("tape"))) this.#recording.add(made);
    return made;
  }

  #shared({ primal, functions, alias, activity, threaded }: Analyzed, discipline: Discipline): { readonly shared: Shared; readonly decisions: readonly Decision[] } {
    const recording = analyzeRecording(functions, primal, alias, discipline === "held");
    const integers = analyzeIntegers(functions);
    const ranges = analyzeRanges(functions);
    const { growing, missing } = storesBeyondEnd(functions);
    const appends = new Map(functions.flatMap((f) => [...findAppends(f, alias, recording, growing)]));
    const known = new Set<Var>(functions.flatMap((f) => [...f.params.map((p) => p.variable), ...variablesDeclared(f.body)]));
    const decisions: Decision[] = [];
    const splits = new Map<FuncId, SplitInfo | null>();
    const shared: Shared = {
      planStatement,
      isKept: discipline !== "consumed",
      decided: (decision) => decisions.push(decision),
      rules: this.#rules,
      supply: this.#supply, functions, freshId: () => MADE_IDS + this.#made++, alias, activity, threaded, recording, integers, ranges, growing, missing, appends, types: this.#types,
      isPrimal: (v) => known.has(v),
      report: (finding) => this.findings.push(finding),
      changes: (holder) => changesOf(holder, functions, alias, growing),
      split: (id) => this.#split(id, splits, shared),
    };
    return { shared, decisions };
  }

  #split(id: FuncId, splits: Map<FuncId, SplitInfo | null>, shared: Shared): SplitInfo | null {
    const known = splits.get(id);
    if (known !== undefined) return known;
    const func = this.#kept.get(id);
    if (!func) return null;
    const record = this.#openRecord();
    const unique = this.#records;
    const found = splitInfo(func, record, shared);
    const isNeeded = found.hasActiveResult || found.hasResultCompanion || found.activeParams.length > 0 || found.companionParams.length > 0;
    const info = isNeeded ? { ...found, sweepId: `${found.sweepId}${unique}`, reverseId: `${found.reverseId}${unique}` } : null;
    splits.set(id, info);
    if (!info) return null;
    const { sweep, reverse } = deriveSplit(func, info, record, shared);
    this.#kept.set(info.sweepId, this.#settled(sweep));
    this.#kept.set(info.reverseId, this.#settled(reverse));
    return info;
  }

  /** what a transform made, versioned */
  #settled(raw: Func): Func {
    return this.#normalized(this.#hasRules ? promoteAll(raw, this.#supply) : raw);
  }

  #normalized(raw: Func): Func {
    return pass("normalize", "versioned", this.#tracer, () => normalizeDerivative(raw, this.#supply));
  }

  #openRecord(): OpenRecord {
    const fields: { name: string; type: Type; optional: boolean }[] = [];
    const type: StructType = { kind: "struct", id: -2_000_000 - this.#records++, name: null, isClass: false, fields };
    return { type, fields };
  }

  // ------------------------------------------------------------------------------------------------ forward mode

  #forwardContext(): ForwardContext {
    return {
      supply: this.#supply, types: this.#types, rules: this.#rules,
      functionOf: (id) => this.#kept.get(id),
      keep: (func) => { this.#kept.set(func.id, func); },
      openRecord: () => this.#openRecord(),
      freshId: () => MADE_IDS + this.#made++,
      structured: (make) => pass("tangent", "structured", this.#tracer, make),
      normalized: (func) => this.#settled(func),
    };
  }
}
