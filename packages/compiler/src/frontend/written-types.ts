// Types as comments that TypeScript reads in JavaScript.
import { ts } from "ts-morph";
import type { StructType, Type } from "../ir/ir.ts";
import { orUndefined, sameType } from "../ir/facts.ts";
import { walked } from "../ir/walkable.ts";
import type { ParameterizedNode } from "./nodes.ts";
import type { TypeTable } from "./types.ts";

/** can the type be written down without losing what numbers are in it? */
export function isWritable(type: Type, seen: ReadonlySet<StructType> = new Set()): boolean {
  const inner = (x: Type): boolean => isWritable(x, seen);
  switch (type.kind) {
    case "real": case "boolean": case "string": case "bigint": return true;
    case "void": return true;
    case "opaque": return !/\b(any|unknown|never)\b/.test(type.text);
    case "array": return inner(type.element);
    case "tuple": return type.elements.every(inner);
    case "map": return inner(type.key) && inner(type.value);
    case "function": {
      const walk = walked(type);
      if (walk !== null) return inner(walk.element);
      return type.params.every(inner) && (type.result.kind === "void" || inner(type.result));
    }
    case "nullable": return inner(type.inner);
    case "union": return type.members.every(inner);
    case "struct": return seen.has(type) || (type.name !== null && type.isClass) || type.fields.every((x) => isWritable(x.type, new Set([...seen, type])));
  }
}

/** is every value of one type a value of the other? When in doubt: no. */
export function covers(wide: Type, narrow: Type): boolean {
  if (sameType(wide, narrow)) return true;
  if (wide.kind === "nullable" && narrow.kind === "void") return wide.nothing.includes("undefined");
  if (wide.kind === "nullable") return covers(wide.inner, narrow.kind === "nullable" && narrow.nothing.every((x) => wide.nothing.includes(x)) ? narrow.inner : narrow);
  if (wide.kind === "union") return narrow.kind === "union" ? narrow.members.every((x) => covers(wide, x)) : wide.members.some((x) => covers(x, narrow));
  if (wide.kind === "function" && narrow.kind === "function") return true;
  if (wide.kind === "array" && narrow.kind === "array") return wide.array === narrow.array && covers(wide.element, narrow.element);
  return wide.kind === "struct" && narrow.kind === "struct" && wide.fields.every((x) => narrow.fields.some((y) => y.name === x.name && covers(x.type, y.type)));
}

export function joined(a: Type, b: Type): Type {
  if (a.kind === "void" || b.kind === "void") return orUndefined(a.kind === "void" ? b : a);
  if (a.kind === "nullable" || b.kind === "nullable") {
    const [x, y] = [a.kind === "nullable" ? a.inner : a, b.kind === "nullable" ? b.inner : b];
    const nothing = [...new Set([...(a.kind === "nullable" ? a.nothing : []), ...(b.kind === "nullable" ? b.nothing : [])])];
    return { kind: "nullable", inner: covers(x, y) ? x : joined(x, y), nothing };
  }
  return { kind: "union", members: [...(a.kind === "union" ? a.members : [a]), ...(b.kind === "union" ? b.members : [b])] };
}

/** What names stand for in the comments of a file. */
export interface Naming {
  readonly types: TypeTable;
  readonly checker: ts.TypeChecker;
  readonly file: ts.SourceFile;
}

function textOf(type: Type, naming: Naming, open: readonly StructType[] = []): string {
  const text = (x: Type): string => textOf(x, naming, open);
  const suffixed = (x: Type): string => (x.kind === "function" || x.kind === "union" || x.kind === "nullable" ? `(${text(x)})` : text(x));
  switch (type.kind) {
    case "real": return "number";
    case "boolean": case "string": case "bigint": return type.kind;
    case "void": return "undefined";
    case "opaque": return type.text;
    case "array": return type.array === "Array" || type.array === "Tape" ? `${suffixed(type.element)}[]` : type.array;
    case "tuple": return `[${type.elements.map(text).join(", ")}]`;
    case "map": return `Map<${text(type.key)}, ${text(type.value)}>`;
    case "function": {
      const walk = walked(type);
      if (walk !== null) return `Iterable<${text(walk.element)}>`;
      return `(${type.params.map((x, i) => `p${i}: ${text(x)}`).join(", ")}) => ${type.result.kind === "void" ? "void" : text(type.result)}`;
    }
    case "nullable": return [suffixed(type.inner), ...type.nothing].join(" | ");
    case "union": return type.members.map(suffixed).join(" | ");
    case "struct": return structText(type, naming, open);
  }
}

function structText(type: StructType, naming: Naming, open: readonly StructType[]): string {
  if (open.includes(type)) return "any";
  const name = nameOf(type, naming);
  if (name !== null) return name;
  const fields = type.fields.map((x) => `${JSON.stringify(x.name)}${x.optional ? "?" : ""}: ${textOf(x.type, naming, [...open, type])}`);
  return `{ ${fields.join("; ")} }`;
}

/** how a file says a declared type: by its own name for it, else by an import of what the declaring module exports */
function nameOf(type: StructType, { types, checker, file }: Naming): string | null {
  const symbol = types.symbolOf(type.id);
  const declaration = symbol?.declarations?.[0];
  if (symbol === null || declaration === undefined || !ts.isSourceFile(declaration.parent)) return null;
  const home = declaration.getSourceFile();
  if (home === file) return symbol.name;
  const module = checker.getSymbolAtLocation(home);
  const exported = module === undefined ? undefined : checker.getExportsOfModule(module).find((x) => ((x.flags & ts.SymbolFlags.Alias) !== 0 ? checker.getAliasedSymbol(x) : x) === symbol);
  return exported === undefined ? null : `import(${JSON.stringify(home.fileName)}).${exported.name}`;
}

export const typeComment = (type: Type, naming: Naming): string => `/** @type {${textOf(type, naming)}} */ `;

/** a comment on one line: a line break after `return` would end the statement */
export function commentOf(node: ParameterizedNode, params: readonly (Type | null)[], result: Type | null, naming: Naming): string {
  const tags = node.parameters.map((x, i) => {
    const type = params[i] ?? null;
    const shown = type?.kind === "nullable" && x.initializer !== undefined ? type.inner : type;
    const text = shown === null ? "any" : textOf(shown, naming);
    const packed = x.dotDotDotToken !== undefined && shown?.kind === "array" ? `...${textOf(shown.element, naming)}` : text;
    const name = ts.isIdentifier(x.name) ? x.name.text : `pattern${i}`;
    const isOptional = x.initializer !== undefined || shown?.kind === "void" || (shown?.kind === "nullable" && shown.nothing.includes("undefined"));
    return `@param {${packed}} ${isOptional ? `[${name}]` : name}`;
  });
  const returned = result === null ? [] : [`@returns {${textOf(result, naming)}}`];
  return `/** ${[...tags, ...returned].join(" ")} */ `;
}
