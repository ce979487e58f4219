// Types as comments that TypeScript reads in JavaScript.
import { ts } from "ts-morph";
import type { StructType, Type } from "../ir/ir.ts";
import type { FunctionNode } from "./nodes.ts";
import { sameType } from "../ir/facts.ts";
import { orUndefined, type TypeTable } from "./types.ts";

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
    case "function": return type.params.every(inner) && (type.result.kind === "void" || inner(type.result));
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

function textOf(type: Type, types: TypeTable, open: readonly StructType[] = []): string {
  const text = (x: Type): string => textOf(x, types, open);
  const suffixed = (x: Type): string => (x.kind === "function" || x.kind === "union" || x.kind === "nullable" ? `(${text(x)})` : text(x));
  switch (type.kind) {
    case "real": return "number";
    case "boolean": case "string": case "bigint": return type.kind;
    case "void": return "undefined";
    case "opaque": return type.text;
    case "array": return type.array === "Array" || type.array === "Tape" ? `${suffixed(type.element)}[]` : type.array;
    case "tuple": return `[${type.elements.map(text).join(", ")}]`;
    case "map": return `Map<${text(type.key)}, ${text(type.value)}>`;
    case "function": return `(${type.params.map((x, i) => `p${i}: ${text(x)}`).join(", ")}) => ${type.result.kind === "void" ? "void" : text(type.result)}`;
    case "nullable": return [suffixed(type.inner), ...type.nothing].join(" | ");
    case "union": return type.members.map(suffixed).join(" | ");
    case "struct": return structText(type, types, open);
  }
}

function structText(type: StructType, types: TypeTable, open: readonly StructType[]): string {
  if (open.includes(type)) return "any";
  const declaration = types.symbolOf(type.id)?.declarations?.[0];
  const isExported = declaration !== undefined && (ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Export) !== 0 && ts.isSourceFile(declaration.parent);
  if (isExported && type.name !== null) return `import(${JSON.stringify(declaration.getSourceFile().fileName)}).${type.name}`;
  const fields = type.fields.map((x) => `${JSON.stringify(x.name)}${x.optional ? "?" : ""}: ${textOf(x.type, types, [...open, type])}`);
  return `{ ${fields.join("; ")} }`;
}

export const typeComment = (type: Type, types: TypeTable): string => `/** @type {${textOf(type, types)}} */ `;

/** a comment on one line: a line break after `return` would end the statement */
export function commentOf(node: FunctionNode, params: readonly (Type | null)[], result: Type | null, types: TypeTable): string {
  const tags = node.parameters.map((x, i) => {
    const type = params[i] ?? null;
    const shown = type?.kind === "nullable" && x.initializer !== undefined ? type.inner : type;
    const text = shown === null ? "any" : textOf(shown, types);
    const packed = x.dotDotDotToken !== undefined && shown?.kind === "array" ? `...${textOf(shown.element, types)}` : text;
    const name = ts.isIdentifier(x.name) ? x.name.text : `pattern${i}`;
    const isOptional = x.initializer !== undefined || shown?.kind === "void" || (shown?.kind === "nullable" && shown.nothing.includes("undefined"));
    return `@param {${packed}} ${isOptional ? `[${name}]` : name}`;
  });
  const returned = result === null ? [] : [`@returns {${textOf(result, types)}}`];
  return `/** ${[...tags, ...returned].join(" ")} */ `;
}
