// A function as the text of a module-level declaration, with what the module has to provide for it.
// Assumes the nested stage (optimize/index.ts, `finish`). Guarantees the same text for the same function and options.
import type { Block, Cell, Expr, Func, FuncId, StringType, StructType, Type, UnionType, Var } from "../ir/ir.ts";
import type { Span } from "../diagnostics/diagnostic.ts";
import { countUses } from "../ir/uses.ts";
import { variablesAssigned } from "../ir/variables.ts";
import { eachExpression, eachOperand, statements } from "../ir/walk.ts";
import { Buffers } from "./buffers.ts";
import type { EmitContext, Found } from "./context.ts";
import { type Doc, group, hard, indent, join, line, type Mapping, render, softline } from "./layout.ts";
import { assignNames, freeName, identifierOf, isReserved } from "./names.ts";
import { parameter, StatementPrinter, trailingComma } from "./statement.ts";
import { createTypePrinter } from "./types.ts";
import { Narrowing } from "./narrowing.ts";
import { typingOf } from "./typing.ts";

export interface EmitOptions {
  readonly exported: boolean;
  /** names that the module uses already */
  readonly taken: ReadonlySet<string>;
  readonly language: "ts" | "js";
  /** the function's own name, used as it is; otherwise made from `func.name` */
  readonly name?: string;
  /** the result type as text; otherwise the declared or inferred one */
  readonly resultText?: string;
  /** lines of a doc comment */
  readonly doc?: readonly string[];
  /** levels of indentation of the whole text */
  readonly indent?: number;
  /** does the text have to satisfy noUncheckedIndexedAccess? */
  readonly uncheckedIndex?: boolean;
  /** does the text have to satisfy exactOptionalPropertyTypes? */
  readonly exactOptional?: boolean;
  readonly functionName?: (id: FuncId) => string;
  readonly parametersOf?: (id: FuncId) => readonly Type[];
  readonly cellName?: (cell: Cell) => string;
  readonly enumName?: (cell: Cell) => string | null;
  readonly classOf?: (type: StructType) => Cell | null;
  /** the name of an object type; null: its structure is written out */
  readonly typeName?: (type: StringType | StructType | UnionType) => string | null;
}

export interface Emitted {
  readonly name: string;
  readonly text: string;
  /** names to import from the runtime */
  readonly runtime: ReadonlySet<string>;
  readonly cells: ReadonlySet<Cell>;
  /** functions that the text calls */
  readonly functions: ReadonlySet<FuncId>;
  /** declared types that the text names */
  readonly types: ReadonlySet<StructType>;
  readonly mappings: readonly { readonly offset: number; readonly span: Span }[];
}

const WIDTH = 100;

export function emitFunction(func: Func, options: EmitOptions): Emitted {
  const name = options.name ?? freeName(identifierOf(func.name, "derivative"), (n) => options.taken.has(n) || isReserved(n));
  const functionName = options.functionName ?? lastPart;
  const cellName = options.cellName ?? ((cell: Cell) => cell.name);
  const enumName = options.enumName ?? cellName;
  const facts = collect(func, functionName, cellName, enumName, options.classOf ?? (() => null));
  const found: Found = { runtime: new Set(), cells: new Set(), functions: new Set(), types: new Set() };
  const types = createTypePrinter(options.typeName);
  const typing = typingOf(func);
  const context: EmitContext = {
    names: assignNames(func, new Set([...facts.outside, name]), facts.unused),
    types, typing, found, functionName, cellName, enumName,
    narrowing: new Narrowing(func, facts.assigned, { typing, types, language: options.language }),
    buffers: new Buffers(func, typing),
    classOf: options.classOf ?? (() => null),
    parametersOf: options.parametersOf ?? (() => []),
    language: options.language,
    uncheckedIndex: options.uncheckedIndex ?? false,
    exactOptional: options.exactOptional ?? false,
    assigned: facts.assigned,
    read: facts.read,
    commented: new Set(),
    inlined: new Map(),
    uses: countUses(func),
  };
  const { text, mappings } = render(indented(declaration(func, name, options, context), options.indent ?? 0), WIDTH);
  return { name, text, mappings: distinct(mappings), runtime: found.runtime, cells: found.cells, functions: found.functions, types: types.named };
}

/** the part of an id that a reader would call its name */
const lastPart = (id: FuncId): string => identifierOf(id.slice(Math.max(id.lastIndexOf("#"), id.lastIndexOf("/")) + 1), "derivative");

function indented(doc: Doc, levels: number): Doc {
  return levels === 0 ? doc : ["  ".repeat(levels), Array.from({ length: levels }).reduce<Doc>((d) => indent(d), doc)];
}

function declaration(func: Func, name: string, options: EmitOptions, context: EmitContext): Doc {
  const params = func.params.map((p) => parameter(p, context));
  const result = options.resultText ?? func.resultText ?? (func.resultType.kind === "void" ? "void" : context.types.text(func.resultType));
  const list: Doc = group("(", indent(softline, join([",", line], params), trailingComma(func)), softline, ")", context.language === "ts" ? `: ${result}` : "");
  const head: Doc = [options.exported ? "export " : "", `function ${name}`, list, " "];
  const body = new StatementPrinter(context).body(func);
  const isEmpty = func.body.length === 0 && !func.result;
  return [docComment(func, result, options, context), head, isEmpty ? "{}" : ["{", indent(hard, body), hard, "}"]];
}

function docComment(func: Func, result: string, options: EmitOptions, context: EmitContext): Doc {
  const tags = options.language === "ts" ? [] : [
    ...func.params.map((p) => `@param {${p.rest ? "..." : ""}${p.typeText ?? context.types.text(p.variable.type)}${p.optional ? "=" : ""}} ${context.names.get(p.variable) ?? p.name}`),
    `@returns {${result}}`,
  ];
  const lines = [...(options.doc ?? []), ...tags].flatMap((l) => l.replaceAll("*/", "*\\/").split("\n"));
  if (lines.length === 0) return "";
  if (lines.length === 1) return [`/** ${lines[0]} */`, hard];
  return ["/**", hard, lines.map((l): Doc => [` * ${l}`.trimEnd(), hard]), " */", hard];
}

// ------------------------------------------------------------------------------------------------ what a function refers to

interface Facts {
  readonly assigned: ReadonlySet<Var>;
  readonly read: ReadonlySet<Var>;
  readonly unused: ReadonlySet<Var>;
  /** names beyond the function's variables */
  readonly outside: ReadonlySet<string>;
}

function collect(func: Func, functionName: (id: FuncId) => string, cellName: (cell: Cell) => string, enumName: (cell: Cell) => string | null, classOf: (type: StructType) => Cell | null): Facts {
  const read = new Set<Var>();
  const params: Var[] = [];
  const outside = new Set<string>();
  const addGlobal = (name: string): void => { if (!name.startsWith(".")) outside.add(/^[\w$]*/.exec(name)![0]); };
  const expr = (e: Expr): void => {
    switch (e.kind) {
      case "var": read.add(e.variable); break;
      case "const": { const name = e.member === undefined ? null : enumName(e.member.of); if (name !== null) outside.add(name); break; }
      case "load": if (e.place.kind === "cell") addGlobal(cellName(e.place.cell)); break;
      case "op": addGlobal(e.op); break;
      case "runtime": outside.add(e.name); break;
      case "struct": { const cell = e.instance !== undefined && e.type.kind === "struct" ? classOf(e.type) : null; if (cell) { outside.add("Object"); addGlobal(cellName(cell)); } break; }
      case "zeros": outside.add("zerosLike"); break;
      case "new": outside.add("Tape"); break;
      case "function": outside.add(functionName(e.func)); break;
      case "closure": visit(e.func); break;
      default: break;
    }
    eachOperand(e, expr);
  };
  const block = (b: Block): void => {
    for (const s of statements(b)) {
      eachExpression(s, expr);
      if ((s.kind === "store" || s.kind === "accumulate") && s.place.kind === "cell") addGlobal(cellName(s.place.cell));
      if (s.kind === "pair") outside.add("pair");
      if (s.kind === "call" && s.callee.kind === "function") outside.add(functionName(s.callee.func));
      if (s.kind === "call" && s.callee.kind === "external") addGlobal(s.callee.cell ? cellName(s.callee.cell) : s.callee.name.replace(/^(cotangent:|new )/, ""));
    }
  };
  const visit = (f: Func): void => {
    params.push(...f.params.map((p) => p.variable));
    block(f.body);
    if (f.result) expr(f.result);
  };
  visit(func);
  return { read, assigned: variablesAssigned(func.body), unused: new Set(params.filter((p) => !read.has(p))), outside };
}

/** one mapping for each place of the text */
function distinct(mappings: readonly Mapping[]): readonly Mapping[] {
  return mappings.filter((m, i) => m.span.file !== "" && mappings[i + 1]?.offset !== m.offset);
}
