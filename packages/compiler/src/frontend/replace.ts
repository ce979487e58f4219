// What stands where a marker call stood: the name of the generated function, or a function that binds captures first.
// Assumes a resolved marker call; the text is an expression that needs no parentheses around it.
import { ts } from "ts-morph";
import { hiddenCapture } from "../diagnostics/catalog.ts";
import type { Finding } from "../diagnostics/diagnostic.ts";
import type { FuncId } from "../ir/ir.ts";
import { functionsOf } from "./describe.ts";
import type { Capture } from "./lower/program.ts";
import type { Language, Range } from "./module.ts";
import { isDirectional, takesDirection, targetParameters, type MarkerCall } from "./markers.ts";
import { spanOf, thisContainer } from "./nodes.ts";

export const callRange = ({ node }: { readonly node: ts.Node }, file: ts.SourceFile): Range => ({ start: node.getStart(file), end: node.end });

/** functions of a module that generated code there calls by name; ids as the lowering makes them */
export function visibleFunctions(file: ts.SourceFile): ReadonlyMap<FuncId, string> {
  return new Map([...functionsOf(file)].filter(([name]) => name !== "default").map(([name]) => [`${file.fileName}#${name}`, name]));
}

export interface Replacement {
  readonly name: string;
  readonly captures: Captures;
  /** types of what a wrapper passes on, as texts; null where they cannot be written */
  readonly types: WrapperTypes;
}

/** variables around the target: those read come by value, those written in one object in front of them */
export interface Captures {
  readonly read: readonly Capture[];
  readonly written: readonly Capture[];
}

export interface WrapperTypes {
  readonly primals: string | null;
  /** of a derivative along a direction */
  readonly direction: string | null;
  /** the parameters behind the captures, where the source does not show them */
  readonly params: readonly { readonly name: string; readonly type: string | null }[];
}

/** the parameter as it is declared again in front of a call; a capture of the same name would be hidden, so it gets another */
function parameterName(x: ts.ParameterDeclaration, index: number, captures: readonly string[]): string {
  const name = ts.isIdentifier(x.name) ? x.name.text : `p${index}`;
  return captures.includes(name) ? `${name}_1` : name;
}

function parameterText(x: ts.ParameterDeclaration, name: string, language: Language): string {
  const type = language === "js" ? "" : `: ${x.type?.getText() ?? "number"}`;
  if (x.dotDotDotToken !== undefined) return `...${name}${type}`;
  const optional = language === "ts" && (x.questionToken !== undefined || x.initializer !== undefined);
  return `${name}${optional ? "?" : ""}${type}`;
}

/** captures that mean another variable where the marker stands */
export function hiddenCaptures({ node }: MarkerCall, { read, written }: Captures, checker: ts.TypeChecker): readonly Finding[] {
  const isHidden = (x: Capture): boolean => (x.isThis === true ? thisContainer(node) !== x.declaration : checker.resolveName(x.symbol.name, node, ts.SymbolFlags.Value, false) !== x.symbol);
  return [...read, ...written].filter(isHidden).map((x) => hiddenCapture(spanOf(node), captureName(x)));
}

const BOX = "captured";

/** how a capture is written where the marker stands */
const captureName = (x: Capture): string => (x.isThis === true ? "this" : x.symbol.name);

/** The expression that replaces a marker call: the generated function itself, or one that hands captures in front of the arguments. */
export function wrapperText({ target, request }: MarkerCall, { name, captures, types }: Replacement, language: Language): string {
  const outer = [...captures.written, ...captures.read].map(captureName);
  if (outer.length === 0) return name;
  const typed = (text: string | null, around: (text: string) => string): string => (language === "js" ? "" : around(text ?? "any"));
  const parameters = targetParameters(target).map((x, i) => ({ node: x, name: parameterName(x, i, [...outer, BOX]) }));
  const given = [...(captures.written.length > 0 ? [BOX] : []), ...captures.read.map(captureName)];
  const body = (call: string): string => {
    if (captures.written.length === 0) return call;
    const written = captures.written.map((x) => x.symbol.name);
    const back = written.map((x) => `${x} = ${BOX}.${x};`).join(" ");
    return `{ const ${BOX} = { ${written.join(", ")} }; try { return ${call}; } finally { ${back} } }`;
  };
  if (isDirectional(request.operator)) {
    const [primals, direction] = request.operator === "jvp" ? ["primals", "tangents"] : ["args", "v"];
    const list = `${primals}${typed(types.primals, (x) => `: ${x}`)}, ${direction}${typed(types.direction, (x) => `: ${x}`)}`;
    return `((${list}) => ${body(`${name}([${given.join(", ")}, ...${primals}], ${direction})`)})`;
  }
  if (takesDirection(target)) {
    const list = types.params.map((x) => x.name + typed(x.type, (text) => `: ${text}`)).join(", ");
    return `((${list}) => ${body(`${name}(${[...given, ...types.params.map((x) => x.name)].join(", ")})`)})`;
  }
  // parameters that their place gives a type are handed on as they come
  const isInferred = language === "ts" && parameters.some((x) => x.node.type === undefined && x.node.initializer === undefined);
  const list = isInferred ? `...args: ${types.primals ?? "any"}` : parameters.map((x) => parameterText(x.node, x.name, language)).join(", ");
  const args = [...given, ...(isInferred ? ["...args"] : parameters.map((x) => (x.node.dotDotDotToken === undefined ? x.name : `...${x.name}`)))].join(", ");
  return `((${list}) => ${body(`${name}(${args})`)})`;
}
