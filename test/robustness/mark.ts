// Marks the functions of a module that knows nothing of derivatives: every function, method and arrow that a tag or a marker call can
// stand at, whatever its signature. The result may be wrong in many ways; the compiler has to say so and nothing else.
import { ts } from "ts-morph";

export type Mode = "grad" | "valueAndGrad" | "jvp" | "vjp";
export const MODES: readonly Mode[] = ["grad", "valueAndGrad", "jvp", "vjp"];

const isFunctionValue = (node: ts.Expression | undefined): boolean => node !== undefined && (ts.isArrowFunction(node) || ts.isFunctionExpression(node));

/** the names of functions at the top level, and the places where a tag may stand */
function functionsIn(file: ts.SourceFile): { readonly names: readonly string[]; readonly tags: readonly number[] } {
  const names: string[] = [];
  const tags: number[] = [];
  for (const s of file.statements) {
    if (ts.isFunctionDeclaration(s)) {
      tags.push(s.getStart(file));
      if (s.name !== undefined) names.push(s.name.text);
    } else if (ts.isVariableStatement(s)) {
      const made = s.declarationList.declarations.filter((x) => isFunctionValue(x.initializer));
      if (made.length > 0) tags.push(s.getStart(file));
      for (const x of made) if (ts.isIdentifier(x.name)) names.push(x.name.text);
    } else if (ts.isClassDeclaration(s)) {
      for (const member of s.members) if (ts.isMethodDeclaration(member) || ts.isAccessor(member)) tags.push(member.getStart(file));
    }
  }
  return { names: [...new Set(names)].filter((x) => x !== ""), tags: [...new Set(tags)] };
}

const parse = (path: string, text: string): ts.SourceFile => ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true);

/** with marker calls of all its functions at the end; null where there are none */
export function withCalls(path: string, text: string, mode: Mode): string | null {
  const { names } = functionsIn(parse(path, text));
  if (names.length === 0) return null;
  const calls = names.map((name, i) => `export const $d${i} = $mark(${name}${i % 3 === 1 && (mode === "grad" || mode === "valueAndGrad") ? ', { wrt: "all" }' : ""});`);
  return `${text}\nimport { ${mode} as $mark } from "cotangent";\n${calls.join("\n")}\n`;
}

/** with a tag before every function; null where there are none */
export function withTags(path: string, text: string, mode: Mode): string | null {
  const { tags } = functionsIn(parse(path, text));
  if (tags.length === 0) return null;
  let marked = text;
  for (const at of tags.toSorted((a, b) => b - a)) marked = `${marked.slice(0, at)}/** @${mode}${at % 3 === 1 ? ` as=d${at}` : ""} */\n${marked.slice(at)}`;
  return marked;
}
