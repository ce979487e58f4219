// Executes the IR at any stage on JavaScript values: raw exits and general loops, structured loops, joins, derivative code.
// The oracle for passes: a pass is right if the program means the same before and after. Written for clarity, not speed.
// Assumes IR as ir.ts describes it; anything else throws. Rest parameters receive the array that the caller built.
import * as runtime from "../../packages/runtime/src/index.ts";
import type { ArrayName, Block, Callee, Cell, Element, Exit, Expr, Func, FuncId, LoopHeader, Place, Program, Request, Stmt, Type, Var } from "../../packages/compiler/src/ir/ir.ts";

/** the classes of an object that a literal of the IR made */
const LINEAGE = Symbol("lineage");

export type Callable = (...args: readonly unknown[]) => unknown;

/** What the IR refers to and does not contain. */
export interface Host {
  readonly readCell?: (cell: Cell) => unknown;
  readonly writeCell?: (cell: Cell, value: unknown) => void;
  /** external callees; default: globals ("Math.random", "new Error") and methods of the first argument (".test") */
  readonly external?: (name: string, args: readonly unknown[], cell: Cell | null) => unknown;
  /** functions of the runtime; default: itself */
  readonly runtime?: (name: string, args: readonly unknown[]) => unknown;
  /** what a derivative value is, given the function that it differentiates (or, for stopGradient, the value) */
  readonly derivative?: (request: Request, target: unknown) => unknown;
  readonly paired?: (reference: unknown, companion: unknown) => void;
}

interface Reference {
  value: unknown;
}

/** The variables of one activation; those of the activations around it are seen as they were bound when the closure was made. */
interface Frame {
  readonly own: Map<Var, Reference>;
  readonly captured: ReadonlyMap<Var, Reference>;
  readonly outer: Frame | null;
}

interface Machine {
  readonly program: Program;
  readonly host: Host;
  readonly functions: Map<FuncId, Callable>;
}

/** The function of a program as something that can be called. */
export function callable(program: Program, id: FuncId, host: Host = {}): Callable {
  return functionOf(id, { program, host, functions: new Map() });
}

/** A function that stands alone, or that calls functions of a program. */
export function callableOf(func: Func, host: Host = {}, program: Program = { functions: new Map() }): Callable {
  return makeFunction(func, null, { program, host, functions: new Map() });
}

const unsupported = (what: string): never => {
  throw new Error(`interpreter: ${what}`);
};

function functionOf(id: FuncId, m: Machine): Callable {
  const known = m.functions.get(id);
  if (known !== undefined) return known;
  const func = m.program.functions.get(id) ?? unsupported(`there is no function ${id}`);
  const made = makeFunction(func, null, m);
  m.functions.set(id, made);
  return made;
}

function makeFunction(func: Func, outer: Frame | null, m: Machine): Callable {
  const captured = new Map(outer?.own);
  return (...args) => {
    const frame: Frame = { own: new Map(), captured, outer };
    func.params.forEach((p, i) => frame.own.set(p.variable, { value: args[i] }));
    const exit = execute(func.body, frame, m);
    if (exit?.kind === "return") return exit.value;
    if (exit !== null) return unsupported(`${exit.kind} leaves the function ${func.name}`);
    return func.result === null ? undefined : evaluate(func.result, frame, m);
  };
}

// ---------------------------------------------------------------------------------------------------- variables

function find(variable: Var, frame: Frame): Reference | undefined {
  for (let at: Frame | null = frame; at !== null; at = at.outer) {
    const found = at.own.get(variable) ?? at.captured.get(variable);
    if (found !== undefined) return found;
  }
  return undefined;
}

const reference = (variable: Var, frame: Frame): Reference => find(variable, frame) ?? unsupported(`${variable.name} (${variable.id}) is not declared`);

const declare = (variable: Var, value: unknown, frame: Frame): void => { frame.own.set(variable, { value }); };

// ---------------------------------------------------------------------------------------------------- statements

/** how a block was left; null at its end */
type Left = Exclude<Exit, { readonly kind: "return" }> | { readonly kind: "return"; readonly value: unknown };

function execute(block: Block, frame: Frame, m: Machine): Left | null {
  for (const s of block) {
    const left = step(s, frame, m);
    if (left !== null) return left;
  }
  return null;
}

function step(s: Stmt, frame: Frame, m: Machine): Left | null {
  const value = (e: Expr): unknown => evaluate(e, frame, m);
  switch (s.kind) {
    case "let": declare(s.variable, value(s.value), frame); return null;
    case "assign": reference(s.variable, frame).value = value(s.value); return null;
    case "store": store(s.place, () => value(s.value), frame, m); return null;
    case "accumulate": accumulate(s.place, value(s.value) as number, frame, m); return null;
    case "mutate": {
      const result = mutate(s.operation, value(s.array), s.args.map(value));
      if (s.result !== null) declare(s.result, result, frame);
      return null;
    }
    case "call": {
      const result = call(s.callee, s.args, frame, m);
      if (s.result !== null) declare(s.result, result, frame);
      return null;
    }
    case "if": return execute(value(s.test) === true ? s.then : s.else, frame, m);
    case "loop": return loop(s.header, s.body, frame, m);
    case "block": {
      const left = execute(s.body, frame, m);
      return left?.kind === "break" && left.target === s.target ? execute(s.landing, frame, m) : left;
    }
    case "exit": return s.exit.kind === "return" ? { kind: "return", value: s.exit.value === null ? undefined : value(s.exit.value) } : s.exit;
    case "try": return guarded(s, frame, m);
    case "throw": throw value(s.value);
    case "pair": m.host.paired?.(value(s.reference), value(s.companion)); return null;
  }
}

function guarded(s: Stmt & { readonly kind: "try" }, frame: Frame, m: Machine): Left | null {
  const attempt = (): Left | null => {
    if (s.handler === null) return execute(s.body, frame, m);
    try {
      return execute(s.body, frame, m);
    } catch (error) {
      if (s.caught !== null) declare(s.caught, error, frame);
      return execute(s.handler, frame, m);
    }
  };
  if (s.finalizer === null) return attempt();
  try {
    const left = attempt();
    return execute(s.finalizer, frame, m) ?? left;
  } catch (error) {
    const left = execute(s.finalizer, frame, m);
    if (left !== null) return left;
    throw error;
  }
}

function loop(header: LoopHeader, body: Block, frame: Frame, m: Machine): Left | null {
  switch (header.kind) {
    case "general": return generalLoop(header, body, frame, m);
    case "counted": return countedLoop(header, body, frame, m);
    case "forever": return repeat(() => true, () => true, body, frame, m);
    case "while": {
      const test = (): boolean => evaluate(header.test, frame, m) === true;
      return header.testFirst ? repeat(test, () => true, body, frame, m) : repeat(() => true, test, body, frame, m);
    }
  }
}

function repeat(before: () => boolean, after: () => boolean, body: Block, frame: Frame, m: Machine): Left | null {
  while (before()) {
    const left = execute(body, frame, m);
    if (left?.kind === "break") return null;
    if (left !== null && left.kind !== "continue") return left;
    if (!after()) return null;
  }
  return null;
}

function generalLoop(header: LoopHeader & { readonly kind: "general" }, body: Block, frame: Frame, m: Machine): Left | null {
  const test = (): boolean => {
    if (execute(header.before, frame, m) !== null) return unsupported("an exit in the header of a loop");
    return header.test === null || evaluate(header.test, frame, m) === true;
  };
  for (let first = true; ; first = false) {
    if ((header.testFirst || !first) && !test()) return null;
    const left = execute(body, frame, m);
    if (left !== null && !(left.kind === "continue" && left.target === header.target)) return left.kind === "break" && left.target === header.target ? null : left;
    if (execute(header.update, frame, m) !== null) return unsupported("an exit in the update of a loop");
  }
}

function countedLoop(header: LoopHeader & { readonly kind: "counted" }, body: Block, frame: Frame, m: Machine): Left | null {
  const start = evaluate(header.start, frame, m) as number;
  const stop = evaluate(header.stop, frame, m) as number;
  const runs = (i: number): boolean => {
    switch (header.compare) {
      case "<": return i < stop;
      case "<=": return i <= stop;
      case ">": return i > stop;
      case ">=": return i >= stop;
    }
  };
  for (let i = start; runs(i); i += header.step) {
    declare(header.index, i, frame);
    const left = execute(body, frame, m);
    if (left?.kind === "break") return null;
    if (left !== null && left.kind !== "continue") return left;
  }
  return null;
}

// ---------------------------------------------------------------------------------------------------- places

type Indexable = Record<PropertyKey, unknown>;

const indexable = (value: unknown): Indexable => {
  if (value === null || value === undefined) throw new TypeError(`cannot read properties of ${String(value)}`);
  return value as Indexable;
};

function locate(place: Place, frame: Frame, m: Machine): { readonly read: () => unknown; readonly write: (value: unknown) => void } {
  if (place.kind === "cell") {
    const { readCell, writeCell } = m.host;
    return {
      read: () => (readCell ?? (() => unsupported(`the cell ${place.cell.name} is not provided`)))(place.cell),
      write: (value) => (writeCell ?? (() => unsupported(`the cell ${place.cell.name} is not provided`)))(place.cell, value),
    };
  }
  const base = indexable(evaluate(place.base, frame, m));
  const key = place.kind === "field" ? place.field : (evaluate(place.index, frame, m) as number);
  if (base instanceof Map) return { read: () => base.get(key), write: (value) => { base.set(key, value); } };
  if (base instanceof Set) return { read: () => key, write: () => { base.add(key); } };
  return { read: () => base[key], write: (value) => { base[key] = value; } };
}

function store(place: Place, value: () => unknown, frame: Frame, m: Machine): void {
  const at = locate(place, frame, m);
  at.write(value());
}

function accumulate(place: Place, value: number, frame: Frame, m: Machine): void {
  const at = locate(place, frame, m);
  at.write(((at.read() ?? 0) as number) + value);
}

function mutate(operation: string, array: unknown, args: readonly unknown[]): unknown {
  const target = indexable(array);
  if (operation === "length") { target["length"] = args[0]; return undefined; }
  if (operation === "delete") return delete target[args[0] as PropertyKey];
  const method = target[operation];
  return typeof method === "function" ? Reflect.apply(method, target, args) : unsupported(`${operation} of ${String(array)}`);
}

// ---------------------------------------------------------------------------------------------------- calls

function call(callee: Callee, given: readonly Expr[], frame: Frame, m: Machine): unknown {
  switch (callee.kind) {
    case "function": return functionOf(callee.func, m)(...given.map((e) => evaluate(e, frame, m)));
    case "value": {
      const target = evaluate(callee.value, frame, m);
      if (typeof target !== "function") throw new TypeError("the callee is not a function");
      return Reflect.apply(target, undefined, given.map((e) => evaluate(e, frame, m))) as unknown;
    }
    case "ruled": return functionOf(callee.primal, m)(...given.map((e) => evaluate(e, frame, m)));
    case "external": return (m.host.external ?? callExternal)(callee.name, given.map((e) => evaluate(e, frame, m)), callee.cell);
  }
}

const lookUp = (path: string): unknown => path.split(".").reduce((owner: unknown, name) => indexable(owner)[name], globalThis);

function callRuntime(name: string, args: readonly unknown[]): unknown {
  const target = indexable(runtime)[name];
  return typeof target === "function" ? Reflect.apply(target, undefined, args) : unsupported(`the runtime has no ${name}`);
}

/** a global, a method (leading dot: of the first argument) or a constructor (leading `new`) */
export function callExternal(name: string, args: readonly unknown[]): unknown {
  if (name.startsWith("cotangent:")) return callRuntime(name.slice("cotangent:".length), args);
  if (name.startsWith(".")) {
    const [receiver, ...others] = args;
    const method = indexable(receiver)[name.slice(1)];
    return typeof method === "function" ? Reflect.apply(method, receiver, others) : unsupported(`${name} of ${String(receiver)}`);
  }
  const isNew = name.startsWith("new ");
  const target = lookUp(isNew ? name.slice(4) : name);
  if (typeof target !== "function") return unsupported(`there is no global ${name}`);
  if (isNew) return Reflect.construct(target, [...args]) as unknown;
  const owner = name.includes(".") ? lookUp(name.slice(0, name.lastIndexOf("."))) : undefined;
  return Reflect.apply(target, owner, args) as unknown;
}

// ---------------------------------------------------------------------------------------------------- expressions

function evaluate(e: Expr, frame: Frame, m: Machine): unknown {
  const value = (x: Expr): unknown => evaluate(x, frame, m);
  switch (e.kind) {
    case "const": return e.value;
    case "var": return reference(e.variable, frame).value;
    case "op": return operate(e.op, e.args, value);
    case "load": return locate(e.place, frame, m).read();
    case "length": return lengthOf(value(e.array));
    case "keys": return keysOf(value(e.of));
    case "array": return makeArray(e.elements, e.type, value);
    case "struct": {
      const object = Object.fromEntries(e.fields.map((f) => [f.name, value(f.value)]));
      const lineage = e.type.kind === "struct" ? e.type.lineage : undefined;
      return lineage === undefined ? object : Object.defineProperty(object, LINEAGE, { value: lineage });
    }
    case "new": return e.type.kind === "map" ? newMap(e.type.container) : newArray(arrayName(e.type), value(e.length) as number, e.zeroed);
    case "copy": return copy(value(e.source), e.start === null ? undefined : (value(e.start) as number), e.end === null ? undefined : (value(e.end) as number), arrayName(e.type));
    case "view": return (value(e.source) as Float64Array).subarray(e.start === null ? undefined : (value(e.start) as number), e.end === null ? undefined : (value(e.end) as number));
    case "zeros": return zeros(value(e.like), e.type);
    case "runtime": return (m.host.runtime ?? callRuntime)(e.name, e.args.map(value));
    case "function": return functionOf(e.func, m);
    case "closure": return makeFunction(e.func, frame, m);
    case "derivative": return (m.host.derivative ?? ((request) => unsupported(`${request.operator} is not provided`)))(e.request, value(e.target));
  }
}

const lengthOf = (value: unknown): unknown => (value instanceof Map || value instanceof Set ? value.size : indexable(value)["length"]);
const keysOf = (value: unknown): unknown[] => (value instanceof Map || value instanceof Set ? [...(value as Map<unknown, unknown>).keys()] : Object.keys(indexable(value)));
const newMap = (container: string): unknown => (container.endsWith("Map") ? new Map() : container.endsWith("Set") ? new Set() : {});

const arrayName = (type: Type): ArrayName => (type.kind === "array" ? type.array : "Array");

const TYPED = { Float64Array, Float32Array, Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array } as const;

const isTyped = (name: ArrayName): name is keyof typeof TYPED => name in TYPED;

function newArray(name: ArrayName, length: number, zeroed: boolean): unknown {
  if (isTyped(name)) return new TYPED[name](length);
  const made = new Array<unknown>(length);
  return zeroed || name === "Tape" ? made.fill(0) : made;
}

function makeArray(elements: readonly Element[], type: Type, value: (e: Expr) => unknown): unknown {
  const items = elements.flatMap((x) => (x.spread ? [...(value(x.value) as Iterable<unknown>)] : [value(x.value)]));
  const name = arrayName(type);
  return isTyped(name) ? TYPED[name].from(items as readonly number[]) : items;
}

function copy(source: unknown, start: number | undefined, end: number | undefined, name: ArrayName): unknown {
  const part = (source as readonly unknown[]).slice(start, end);
  if (isTyped(name)) return TYPED[name].from(part as readonly number[]);
  return Array.isArray(part) ? part : Array.from(part as ArrayLike<unknown>);
}

/** zeros where there are numbers; what holds none keeps its place as null */
function zeros(like: unknown, type: Type | null): unknown {
  if (typeof like === "number") return 0;
  if (ArrayBuffer.isView(like)) {
    const name = type?.kind === "array" && isTyped(type.array) ? type.array : like instanceof Float32Array ? "Float32Array" : "Float64Array";
    return new TYPED[name]((like as Float64Array).length);
  }
  if (Array.isArray(like)) return like.map((x) => zeros(x, type?.kind === "array" ? type.element : null));
  if (typeof like !== "object" || like === null) return null;
  return Object.fromEntries(Object.entries(like).filter(([, x]) => typeof x === "number" || typeof x === "object").map(([name, x]) => [name, zeros(x, null)]));
}

// ---------------------------------------------------------------------------------------------------- operations

type Binary = (a: number, b: number) => unknown;

/** `==` of primitives: null equals undefined, other types meet as numbers */
function looselyEqual(a: unknown, b: unknown): boolean {
  const [isNothing, isOther] = [a === null || a === undefined, b === null || b === undefined];
  if (isNothing || isOther) return isNothing && isOther;
  return typeof a === typeof b ? a === b : Number(a) === Number(b);
}

const BINARY: Readonly<Record<string, Binary>> = {
  "+": (a, b) => a + b, "-": (a, b) => a - b, "*": (a, b) => a * b, "/": (a, b) => a / b, "%": (a, b) => a % b, "**": (a, b) => a ** b,
  "<": (a, b) => a < b, "<=": (a, b) => a <= b, ">": (a, b) => a > b, ">=": (a, b) => a >= b,
  "===": (a, b) => a === b, "!==": (a, b) => a !== b, "==": (a, b) => looselyEqual(a, b), "!=": (a, b) => !looselyEqual(a, b),
  "&": (a, b) => a & b, "|": (a, b) => a | b, "^": (a, b) => a ^ b, "<<": (a, b) => a << b, ">>": (a, b) => a >> b, ">>>": (a, b) => a >>> b,
  in: (a, b) => a in (b as unknown as object),
};

const UNARY: Readonly<Record<string, (a: unknown) => unknown>> = {
  neg: (a) => -(a as number), defaulted: (a) => a, "~": (a) => ~(a as number), "!": (a) => !a, truthy: (a) => Boolean(a), isNullish: (a) => a === null || a === undefined, typeof: (a) => typeof a,
};

function operate(name: string, args: readonly Expr[], value: (e: Expr) => unknown): unknown {
  const [first, second, third] = args;
  if (first === undefined) return callExternal(name, []);
  if (name === "&&") return value(first) === true ? value(second ?? first) : false;
  if (name === "||") return value(first) === true ? true : value(second ?? first);
  if (name === "select") return value(first) === true ? value(second ?? first) : value(third ?? first);
  const values = args.map(value);
  const binary = BINARY[name];
  if (binary !== undefined) return binary(values[0] as number, values[1] as number);
  const unary = UNARY[name];
  if (unary !== undefined) return unary(values[0]);
  switch (name) {
    case "concat": return (values[0] as string) + (values[1] as string);
    case "template": return values.reduce((text: string, x, i) => text + (i % 2 === 0 ? (x as string) : `${x as string}`), "");
    case "instanceof": {
      const lineage = typeof values[1] === "function" ? (values[0] as { readonly [LINEAGE]?: readonly string[] } | null)?.[LINEAGE] : undefined;
      if (lineage !== undefined) return lineage.some((x) => x.includes(`#${(values[1] as { readonly name: string }).name}@`));
      if (typeof values[1] === "function") return values[0] instanceof values[1];
      return (values[0] as object) instanceof (lookUp(values[1] as string) as new () => object);
    }
    default: return callExternal(name, values);
  }
}
