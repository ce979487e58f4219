// Prints the IR for people: --trace, --stage ir, tests. One statement per line, two spaces of indentation, deterministic:
// numbers after names count from the top of each printed function, so that dumps of two passes can be compared.
// Assumes nothing about the stage. Parsing the text back is not intended.
import type { Block, Callee, Exit, Expr, Func, LoopHeader, Place, Stmt, Type, Var } from "./ir.ts";

/** columns to the right of a statement, for facts */
export type Margin = (s: Stmt) => readonly string[];

interface Line {
  readonly text: string;
  readonly margin: readonly string[];
}

export function printFunc(func: Func, margin?: Margin): string {
  const printer = new Printer(margin ?? (() => []));
  printer.func(func);
  return layout(printer.lines);
}

export function printBlock(block: Block, margin?: Margin): string {
  const printer = new Printer(margin ?? (() => []));
  printer.block(block, 0);
  return layout(printer.lines);
}

/** an expression alone; names that occur twice are not told apart */
export function printExpr(e: Expr): string {
  return new Printer(() => []).expr(e);
}

/** the fields of an anonymous object type are shown at its outermost only: types may contain themselves */
export function printType(t: Type): string {
  return typeText(t, false);
}

function typeText(t: Type, inObject: boolean): string {
  const suffixed = (x: Type): string => (x.kind === "function" || x.kind === "union" || x.kind === "nullable" ? `(${typeText(x, inObject)})` : typeText(x, inObject));
  const list = (types: readonly Type[]): string => types.map((x) => typeText(x, inObject)).join(", ");
  switch (t.kind) {
    case "real": case "boolean": case "string": case "bigint": case "void": return t.kind;
    case "opaque": return t.text;
    case "array": return t.array === "Array" ? `${suffixed(t.element)}[]` : t.array;
    case "tuple": return `[${list(t.elements)}]`;
    case "struct": return t.name ?? (inObject ? "{…}" : `{ ${t.fields.map((f) => `${f.name}${f.optional ? "?" : ""}: ${typeText(f.type, true)}`).join(", ")} }`);
    case "map": return t.container.endsWith("Set") ? `${t.container}<${list([t.value])}>` : `${t.container === "Object" ? "Record" : t.container}<${list([t.key, t.value])}>`;
    case "function": return `(${list(t.params)}) => ${typeText(t.result, inObject)}`;
    case "nullable": return [suffixed(t.inner), ...t.nothing].join(" | ");
    case "union": return t.members.map(suffixed).join(" | ");
  }
}

/** numbers as JavaScript would have to write them, -0 and NaN included */
export function printConstant(value: number | boolean | string | bigint | null | undefined): string {
  switch (typeof value) {
    case "string": return JSON.stringify(value);
    case "bigint": return `${value}n`;
    case "number": return Object.is(value, -0) ? "-0" : String(value);
    default: return String(value);
  }
}

class Printer {
  readonly lines: Line[] = [];
  readonly #margin: Margin;
  readonly #names = new Map<Var, string>();
  readonly #taken = new Set<string>();

  constructor(margin: Margin) {
    this.#margin = margin;
  }

  name(v: Var): string {
    const known = this.#names.get(v);
    if (known !== undefined) return known;
    const base = v.name === "" ? "t" : v.name;
    let name = base;
    for (let k = 1; this.#taken.has(name); k++) name = `${base}_${k}`;
    this.#taken.add(name);
    this.#names.set(v, name);
    return name;
  }

  func(func: Func): void {
    this.#line(0, `${func.name}${this.#signature(func)}`);
    this.block(func.body, 1);
    if (func.result) this.#line(1, `result ${this.expr(func.result)}`);
  }

  #signature(func: Func): string {
    const params = func.params.map((p) => `${p.rest ? "..." : ""}${this.name(p.variable)}${p.optional ? "?" : ""}: ${printType(p.variable.type)}`);
    return `(${params.join(", ")}): ${printType(func.resultType)}`;
  }

  #line(depth: number, text: string, margin: readonly string[] = []): void {
    this.lines.push({ text: "  ".repeat(depth) + text, margin });
  }

  block(block: Block, depth: number): void {
    for (const s of block) this.#stmt(s, depth);
  }

  #stmt(s: Stmt, depth: number): void {
    const line = (text: string): void => this.#line(depth, text, this.#margin(s));
    switch (s.kind) {
      case "let": return line(`${s.variable.mutable ? "let mut" : "let"} ${this.name(s.variable)} = ${this.expr(s.value, depth)}`);
      case "assign": return line(`${this.name(s.variable)} = ${this.expr(s.value, depth)}`);
      case "store": return line(`${this.#place(s.place, depth)} = ${this.expr(s.value, depth)}`);
      case "accumulate": return line(`${this.#place(s.place, depth)} += ${this.expr(s.value, depth)}`);
      case "mutate": return line(`${this.#bound(s.result)}${this.expr(s.array, depth)}.${s.operation}(${this.#list(s.args, depth)})`);
      case "call": return line(`${this.#bound(s.result)}call ${this.#callee(s.callee, depth)}(${this.#list(s.args, depth)})`);
      case "if":
        line(`if ${this.expr(s.test, depth)}`);
        this.block(s.then, depth + 1);
        if (s.else.length === 0) return;
        this.#line(depth, "else");
        return this.block(s.else, depth + 1);
      case "loop":
        line(this.#header(s.header, depth));
        return this.#loopBody(s.header, s.body, depth + 1);
      case "block":
        line(`block ${s.target.label}`);
        this.block(s.body, depth + 1);
        if (s.landing.length > 0) { this.#line(depth, "left"); this.block(s.landing, depth + 1); }
        return;
      case "exit": return line(this.#exit(s.exit, depth));
      case "try":
        line("try");
        this.block(s.body, depth + 1);
        if (s.handler) { this.#line(depth, `catch ${s.caught ? this.name(s.caught) : ""}`.trimEnd()); this.block(s.handler, depth + 1); }
        if (s.finalizer) { this.#line(depth, "finally"); this.block(s.finalizer, depth + 1); }
        return;
      case "throw": return line(`throw ${this.expr(s.value, depth)}`);
      case "pair": return line(`pair ${this.expr(s.reference, depth)} with ${this.expr(s.companion, depth)}`);
    }
  }

  #bound(v: Var | null): string {
    return v ? `let ${this.name(v)} = ` : "";
  }

  #header(h: LoopHeader, depth: number): string {
    switch (h.kind) {
      case "general": return `loop ${h.target.label}${h.testFirst ? "" : " (test last)"}`;
      case "counted": {
        const start = this.expr(h.start, depth);
        const stop = this.expr(h.stop, depth);
        return `for ${this.name(h.index)} from ${start} while ${h.compare} ${stop} step ${h.step}`;
      }
      case "forever": return "forever";
      case "while": return h.testFirst ? `while ${this.expr(h.test, depth)}` : `repeat while ${this.expr(h.test, depth)}`;
    }
  }

  #loopBody(h: LoopHeader, body: Block, depth: number): void {
    if (h.kind !== "general") return this.block(body, depth);
    const part = (label: string, block: Block): void => {
      this.#line(depth, label);
      this.block(block, depth + 1);
    };
    const test = (): void => {
      if (h.before.length > 0) part("before", h.before);
      if (h.test) this.#line(depth, `test ${this.expr(h.test, depth)}`);
    };
    if (h.testFirst) test();
    part("body", body);
    if (!h.testFirst) test();
    if (h.update.length > 0) part("update", h.update);
  }

  #exit(exit: Exit, depth: number): string {
    return exit.kind === "return" ? `return ${exit.value ? this.expr(exit.value, depth) : ""}`.trimEnd() : `${exit.kind} ${exit.target.label}`.trimEnd();
  }

  #callee(c: Callee, depth: number): string {
    switch (c.kind) {
      case "function": return c.func;
      case "value": return this.expr(c.value, depth);
      case "external": return `external ${c.name}`;
      case "ruled": return `ruled ${c.primal}`;
    }
  }

  #place(p: Place, depth: number): string {
    switch (p.kind) {
      case "element": return `${this.expr(p.base, depth)}[${this.expr(p.index, depth)}]`;
      case "field": return `${this.expr(p.base, depth)}.${p.field}`;
      case "cell": return `cell ${p.cell.name}`;
    }
  }

  #list(args: readonly Expr[], depth: number): string {
    return args.map((a) => this.expr(a, depth)).join(", ");
  }

  expr(e: Expr, depth = 0): string {
    switch (e.kind) {
      case "const": return printConstant(e.value);
      case "var": return this.name(e.variable);
      case "op": return this.#op(e.op, e.args, depth);
      case "load": return `${this.#place(e.place, depth)}${e.mayMiss ? "?" : ""}`;
      case "length": return `${this.expr(e.array, depth)}.length`;
      case "keys": return `keys of ${this.expr(e.of, depth)}`;
      case "array": return `[${e.elements.map((x) => (x.spread ? "..." : "") + this.expr(x.value, depth)).join(", ")}]`;
      case "struct": return `{ ${e.fields.map((f) => `${f.name}: ${this.expr(f.value, depth)}`).join(", ")} }`;
      case "new": return `new ${printType(e.type)}(${this.expr(e.length, depth)})${e.zeroed ? " zeroed" : ""}`;
      case "copy": case "view": return `${e.kind} ${[e.source, ...(e.start ? [e.start] : []), ...(e.end ? [e.end] : [])].map((x) => this.expr(x, depth)).join(", ")}`;
      case "zeros": return `zeros like ${this.expr(e.like, depth)}`;
      case "runtime": return `${e.name}(${this.#list(e.args, depth)})`;
      case "function": return `function ${e.func}`;
      case "closure": return this.#closure(e.func, depth);
      case "derivative": return `${e.request.operator} ${this.expr(e.target, depth)} wrt ${String(e.request.wrt)}${e.request.mode ? ` ${e.request.mode}` : ""}${e.request.sparse ? " sparse" : ""}`;
    }
  }

  #op(name: string, args: readonly Expr[], depth: number): string {
    const shown = args.map((a) => (a.kind === "op" ? `(${this.expr(a, depth)})` : this.expr(a, depth)));
    const symbolic = !/[\w.]/.test(name);
    if (symbolic && shown.length === 2) return `${shown[0]} ${name} ${shown[1]}`;
    return symbolic || !/^(Math|Number|String)?\.?[A-Z.]/.test(name) ? [name, ...shown].join(" ") : `${name}(${args.map((a) => this.expr(a, depth)).join(", ")})`;
  }

  /** the body of a function literal stands on lines of its own, inside the text of the statement that makes it */
  #closure(func: Func, depth: number): string {
    const inner = new Printer(this.#margin);
    for (const [v, name] of this.#names) inner.#names.set(v, name);
    for (const name of this.#taken) inner.#taken.add(name);
    const head = `closure ${func.name}${inner.#signature(func)}`.trimEnd();
    inner.block(func.body, depth + 1);
    if (func.result) inner.#line(depth + 1, `result ${inner.expr(func.result)}`);
    for (const name of inner.#taken) this.#taken.add(name);
    return [head, ...inner.lines.map((l) => l.text)].join("\n");
  }
}

function layout(lines: readonly Line[]): string {
  const columns = Math.max(0, ...lines.map((l) => l.margin.length));
  if (columns === 0) return lines.map((l) => l.text).join("\n");
  const widthOf = (texts: readonly string[]): number => Math.min(72, Math.max(0, ...texts.map((t) => t.length)));
  const width = widthOf(lines.map((l) => l.text));
  const widths = Array.from({ length: columns }, (_, k) => widthOf(lines.map((l) => l.margin[k] ?? "")));
  return lines.map((l) => [l.text.padEnd(width), ...widths.map((w, k) => (l.margin[k] ?? "").padEnd(w))].join(" | ").trimEnd()).join("\n");
}
