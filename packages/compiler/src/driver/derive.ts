// From a function and a request to code that is ready to emit: type errors first, then lowering, then the pipeline.
// Guarantees that variables of functions around the root come in as leading parameters, which are not differentiated.
import { hiddenClass, privateStorage, tooDeep } from "../diagnostics/catalog.ts";
import { CompilerBug, type Finding, isStackOverflow } from "../diagnostics/diagnostic.ts";
import { sharedClasses } from "../analysis/instances.ts";
import type { Block, Cell, Expr, Func, FuncId, Param, Program, Request, Stmt, StructType, Type, Var } from "../ir/ir.ts";
import { constant, define, element, field, load, parameterOf, REAL, store, Supply, typeOf, use } from "../ir/build.ts";
import { isPrivateName } from "../ir/facts.ts";
import { variablesAssigned } from "../ir/variables.ts";
import { mapStmt, visitExpr, visitExpressions } from "../ir/walk.ts";
import { type Capture, type Lowered as LoweredProgram, lowerProgram } from "../frontend/lower/program.ts";
import { boundOf, isDirectional, markerOf, targetFunction, targetName, typesOfMarker, type MarkerContext, type Target } from "../frontend/markers.ts";
import type { BoundTarget, FunctionNode, Node } from "../frontend/nodes.ts";
import { typeFindings } from "../frontend/problems.ts";
import type { OpenProgram } from "../frontend/project.ts";
import { sliceOf, type Slice } from "../frontend/slice.ts";
import { createTypeTable, type TypeTable } from "../frontend/types.ts";
import type { Tracer } from "../pass.ts";
import { Primal } from "../pipeline.ts";
import { hasErrors } from "./result.ts";

/** A derivative, ready to emit. */
export interface Derived {
  readonly func: Func;
  readonly auxiliary: readonly Func[];
  /** the functions of the program that was differentiated, as lowered */
  readonly program: Program;
  /** the lowered root; its parameters are those of the source, captures left out */
  readonly root: Func;
  readonly captures: BoundCaptures;
  readonly types: TypeTable;
  readonly classes: ClassFacts;
}

/** What emission must know of classes. */
export interface ClassFacts {
  /** the class of an object type as a variable of its module */
  readonly cellOf: (type: StructType) => Cell | null;
  /** are there instances of it that other code has made or will see? */
  readonly isShared: (type: StructType) => boolean;
}

/** Variables around the root, handed in before its parameters: those written in one object first, then those read, by value. */
export interface BoundCaptures {
  readonly read: readonly Capture[];
  readonly written: readonly Capture[];
}

export const captureCount = ({ read, written }: BoundCaptures): number => read.length + (written.length > 0 ? 1 : 0);

export interface Derivation {
  readonly derived: Derived | null;
  readonly findings: readonly Finding[];
  readonly slice: Slice;
}

/** the request, counted with `shift` more parameters in front */
function shifted(request: Request, shift: number, count: number): Request {
  const { wrt } = request;
  if (shift === 0) return request;
  if (typeof wrt === "number") return { ...request, wrt: wrt + shift };
  return { ...request, wrt: wrt === "all" ? Array.from({ length: count }, (_, i) => i + shift) : wrt.map((x) => x + shift) };
}

/** does a function assign a variable, in itself or in a closure? */
const assigns = (func: Func, variable: Var): boolean => variablesAssigned(func.body).has(variable);

/**
 * The root with what it captures as leading parameters. Variables that it only reads come in by value. Those that it assigns
 * travel in one object, read at entry and written back at every exit, so that the effect on them stays with the caller.
 */
function closed(root: Func, captures: readonly Capture[], supply: Supply): { readonly func: Func; readonly bound: BoundCaptures } {
  const written = captures.filter((x) => assigns(root, x.variable));
  const read = captures.filter((x) => !written.includes(x));
  const bound: BoundCaptures = { read, written };
  const enclosing = (variable: Var): Param => ({ ...parameterOf(variable), enclosing: true });
  const params = [...read.map((x) => (x.stays === true ? parameterOf(x.variable) : enclosing(x.variable))), ...root.params];
  if (written.length === 0) return { func: { ...root, params }, bound };
  const fields = written.map((x) => ({ name: x.variable.name, type: x.variable.type, optional: false }));
  const box = supply.fresh("captured", { kind: "struct", id: -3_000_000, name: null, isClass: false, fields });
  const { origin } = root;
  const enter = written.map((x) => define(x.variable, load(field(use(box), x.variable.name), x.variable.type), origin));
  const leave = written.map((x) => store(field(use(box), x.variable.name), use(x.variable), origin));
  const each = (block: Block): Block => block.flatMap((s) => (s.kind === "exit" && s.exit.kind === "return" ? [...leave, s] : [mapStmt(s, (e) => e, each)]));
  return { func: { ...root, params: [enclosing(box), ...params], body: [...enter, ...each(root.body), ...leave] }, bound };
}

/** what another marker's result takes and gives */
interface MarkerTypes {
  readonly params: readonly Type[];
  readonly result: Type;
}

type TypesOfMarker = (target: Target & { readonly kind: "derivative" }) => MarkerTypes;

/** A function that calls the derivative that `target` stands for: what `grad(grad(f))` differentiates. */
function throughMarkers(target: Target, root: FuncId, program: Program, supply: Supply, captures: number, typesOf: TypesOfMarker): { readonly root: FuncId; readonly program: Program } {
  if (target.kind === "function") return { root, program };
  const inner = throughMarkers(target.of, root, program, supply, captures, typesOf);
  const callee = inner.program.functions.get(inner.root);
  if (callee === undefined) return inner;
  const func = callOf(callee, target, captures, typesOf(target), supply);
  return { root: func.id, program: { functions: new Map([...inner.program.functions, [func.id, func]]) } };
}

/** captures come first in both; a derivative along a direction has them in front of the arguments that it takes together */
function callOf(callee: Func, target: Target & { readonly kind: "derivative" }, captures: number, types: MarkerTypes, supply: Supply): Func {
  const request = shifted(target.request, captures, callee.params.length - captures);
  const { origin } = callee;
  const body: Stmt[] = [];
  const captured = callee.params.slice(0, captures).map((p): Param => ({ ...p, variable: supply.like(p.variable, { mutable: false }) }));
  const { params, args } = isDirectional(request.operator) ? directional(callee, captured, types, supply, body) : plain(callee, captured, supply);
  const func: Expr = { kind: "function", func: callee.id, type: { kind: "function", params: callee.params.map((p) => p.variable.type), result: callee.resultType } };
  const derivative: Expr = { kind: "derivative", request, target: func, type: { kind: "function", params: args.map(typeOf), result: types.result } };
  const result = supply.fresh("result", types.result);
  body.push({ kind: "call", callee: { kind: "value", value: derivative }, args, result, origin }, { kind: "exit", exit: { kind: "return", value: use(result) }, origin });
  return { id: `${callee.id}$${request.operator}`, name: targetName(target), params, origin, body, result: null, resultType: types.result, resultText: null };
}

interface Passed {
  readonly params: readonly Param[];
  readonly args: readonly Expr[];
}

function plain(callee: Func, captured: readonly Param[], supply: Supply): Passed {
  const params = [...captured, ...callee.params.slice(captured.length).map((p): Param => ({ ...p, variable: supply.like(p.variable, { mutable: false }) }))];
  return { params, args: params.map((p) => use(p.variable)) };
}

function directional(callee: Func, captured: readonly Param[], types: MarkerTypes, supply: Supply, body: Stmt[]): Passed {
  const [primals, direction] = ["primals", "direction"].map((name, i) => parameterOf(supply.fresh(name, types.params[i] ?? REAL)));
  if (primals === undefined || direction === undefined) throw new CompilerBug("derive", "a direction without a type");
  if (captured.length === 0) return { params: [primals, direction], args: [use(primals.variable), use(direction.variable)] };
  const own = callee.params.slice(captured.length).map((p, i) => {
    const part = supply.like(p.variable, { mutable: false });
    body.push(define(part, load(element(use(primals.variable), constant(i)), part.type), callee.origin));
    return part;
  });
  const all = [...captured.map((p) => p.variable), ...own];
  const together = supply.fresh("primals", { kind: "tuple", elements: all.map((v) => v.type) });
  body.push(define(together, { kind: "array", type: together.type, elements: all.map((v) => ({ value: use(v), spread: false })) }, callee.origin));
  return { params: [...captured, primals, direction], args: [use(together), use(direction.variable)] };
}

function classFacts(root: Func, functions: readonly Func[], cells: ReadonlyMap<string, Cell | null>): ClassFacts {
  const shared = sharedClasses(root, functions);
  const key = (type: StructType): string => type.lineage?.[0] ?? "";
  return { cellOf: (type) => cells.get(key(type)) ?? null, isShared: (type) => shared.has(key(type)) };
}

/** real instances of classes that generated code cannot name, or that hold what only their own code may set */
function instancesThatCannotBeMade(func: Func, { cellOf }: ClassFacts): readonly Finding[] {
  const found: Finding[] = [];
  const check = (e: Expr): void => {
    if (e.kind !== "struct" || e.type.kind !== "struct" || e.instance === undefined) return;
    const hidden = e.type.fields.find((x) => isPrivateName(x.name));
    if (cellOf(e.type) === null) found.push(hiddenClass(func.origin.span, e.type.name ?? "expression"));
    else if (hidden !== undefined && e.instance === "shared") found.push(privateStorage(func.origin.span, hidden.name));
  };
  visitExpressions(func.body, check);
  if (func.result !== null) visitExpr(func.result, check);
  return found;
}

/** input that is nested deeper than the stack reaches is the input's fault, wherever in the compiler the stack ended */
export function derive(open: OpenProgram, target: Target, request: Request, context: MarkerContext, tracer: Tracer, mention: Node | null = null): Derivation {
  try {
    return deriveFrom(open, target, request, context, tracer, mention);
  } catch (error) {
    if (!isStackOverflow(error)) throw error;
    const node = targetFunction(target);
    const file = node.getSourceFile().fileName;
    return { derived: null, findings: [tooDeep({ file, start: node.getStart(), end: node.end }, `\`${targetName(target)}\``)], slice: { parts: [], files: [file] } };
  }
}

/** A function as lowered, whichever derivatives are asked of it. */
interface Lowering {
  readonly lowered: LoweredProgram;
  readonly supply: Supply;
  readonly types: TypeTable;
  /** null where it cannot be lowered */
  readonly entry: Entry | null;
}

/** the function that is differentiated, with what it captures as parameters */
interface Entry {
  readonly program: Program;
  readonly root: Func;
  readonly closed: Func;
  readonly captures: BoundCaptures;
  readonly primal: Primal;
}

const lowerings = new WeakMap<OpenProgram, Map<Node, Lowering>>();

/** once for all derivatives of a function */
function loweringOf(open: OpenProgram, node: FunctionNode, bound: BoundTarget | null, context: MarkerContext, tracer: Tracer): Lowering {
  const all = lowerings.get(open) ?? new Map<Node, Lowering>();
  lowerings.set(open, all);
  const key = bound?.expression ?? node;
  const known = all.get(key);
  if (known !== undefined) return known;
  const { program, checker, code } = open;
  const supply = new Supply();
  const types = createTypeTable(checker, program, code);
  const lowered = lowerProgram({ program, checker, supply, types, code, isMarker: (callee) => markerOf(callee, context) }, node, bound);
  const root = lowered.program.functions.get(lowered.root);
  const made = { lowered, supply, types, entry: hasErrors(lowered.findings) || root === undefined ? null : entryOf(lowered, root, supply, tracer) };
  all.set(key, made);
  return made;
}

function entryOf(lowered: LoweredProgram, root: Func, supply: Supply, tracer: Tracer): Entry {
  const { func, bound } = closed(root, lowered.captures, supply);
  const program: Program = { functions: new Map([...lowered.program.functions, [root.id, func]]) };
  return { program, root, closed: func, captures: bound, primal: new Primal(program, root.id, supply, tracer) };
}

function deriveFrom(open: OpenProgram, target: Target, request: Request, context: MarkerContext, tracer: Tracer, mention: Node | null): Derivation {
  const { program, checker, code } = open;
  const node = targetFunction(target);
  const bound = boundOf(target);
  // a rule stands beside its function
  const slice = sliceOf([node, ...(bound === null ? [] : [bound.expression])], checker, mention === null ? [] : [mention]);
  const later: Derivation = { derived: null, findings: [], slice };
  if (code.isOutdated) return later;
  const problems = typeFindings(slice, program);
  if (hasErrors(problems)) return { derived: null, findings: problems, slice };
  const { lowered, supply, types, entry } = loweringOf(open, node, bound, context, tracer);
  if (code.isOutdated) return later;
  if (entry === null) return { derived: null, findings: lowered.findings, slice };
  const { root, captures } = entry;
  const count = entry.closed.params.length - root.params.length;
  const marked = throughMarkers(target, root.id, entry.program, supply, count, (x) => {
    const found = typesOfMarker(x, checker);
    return found === null ? { params: [], result: REAL } : { params: found.params.map((t) => types.of(t)), result: types.of(found.result) };
  });
  const taken = marked.program.functions.get(marked.root)?.params.length ?? 0;
  const primal = marked.root === root.id ? entry.primal : new Primal(marked.program, marked.root, supply, tracer);
  const made = primal.differentiate(shifted(request, count, taken - count));
  const findings = [...lowered.findings, ...made.findings];
  if (made.func === null || hasErrors(findings)) return { derived: null, findings, slice };
  const emitted = [made.func, ...made.auxiliary];
  const classes = classFacts(entry.closed, emitted, lowered.classes);
  const unmade = emitted.flatMap((f) => instancesThatCannotBeMade(f, classes));
  if (unmade.length > 0) return { derived: null, findings: [...findings, ...unmade], slice };
  return { derived: { func: made.func, auxiliary: made.auxiliary, program: marked.program, root, captures, types, classes }, findings, slice };
}
