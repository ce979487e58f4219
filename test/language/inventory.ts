// What there is to have a row: the kinds of syntax of the installed TypeScript, the members of its library, the kinds in a text.
import ts from "typescript";
import { ROOT } from "../harness/paths.ts";

/** names of all kinds, without the names of ranges (`FirstAssignment`) */
export const kindsOfSyntax = (): readonly string[] => [...namesOfKinds().values()];

function namesOfKinds(): ReadonlyMap<ts.SyntaxKind, string> {
  const names = new Map<ts.SyntaxKind, string>();
  for (const [name, kind] of Object.entries(ts.SyntaxKind)) {
    if (typeof kind === "number" && !/^(First|Last)[A-Z]|^Count$/.test(name) && !names.has(kind)) names.set(kind, name);
  }
  return names;
}

/** the kinds of all nodes and tokens */
export function kindsIn(text: string, extension: ".ts" | ".tsx"): ReadonlySet<string> {
  const names = namesOfKinds();
  const file = ts.createSourceFile(`program${extension}`, text, ts.ScriptTarget.Latest, true);
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    const name = names.get(node.kind);
    if (name !== undefined) found.add(name);
    for (const child of node.getChildren(file)) visit(child);
  };
  visit(file);
  return found;
}

const OWNERS = [
  "Array", "ArrayConstructor", "Float64Array", "Float64ArrayConstructor", "Math", "Number", "NumberConstructor", "Object", "ObjectConstructor",
  "Map", "MapConstructor", "Set", "SetConstructor", "String", "StringConstructor", "JSON",
];

/** `Owner.member` for all members that the library of the latest target declares */
export function membersOfLibrary(): readonly string[] {
  const path = `${ROOT}test/language/nothing.ts`;
  const host = ts.createCompilerHost({});
  const { getSourceFile, fileExists } = host;
  host.getSourceFile = (name, language, ...rest) => (name === path ? ts.createSourceFile(name, "export {};", language) : getSourceFile(name, language, ...rest));
  host.fileExists = (name) => name === path || fileExists(name);
  const program = ts.createProgram([path], { lib: ["lib.esnext.d.ts"], target: ts.ScriptTarget.ESNext, types: [] }, host);
  const checker = program.getTypeChecker();
  return OWNERS.flatMap((owner) => {
    const symbol = checker.resolveName(owner, program.getSourceFile(path), ts.SymbolFlags.Interface, false);
    if (symbol === undefined) throw new Error(`the library declares no ${owner}`);
    return checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(symbol)).map(({ name }) => `${owner}.${memberName(name)}`);
  });
}

/** `__@iterator@7` is how the checker writes `[Symbol.iterator]` */
const memberName = (name: string): string => name.replace(/^__@(\w+)@\d+$/, "[Symbol.$1]");
