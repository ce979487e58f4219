// Marks the functions of a module that knows nothing of derivatives: every function, method and arrow that a tag or a marker call can
// stand at, whatever its signature. The result may be wrong in many ways; the compiler has to say so and nothing else.
import { ts } from "ts-morph";

export type Mode = "grad" | "valueAndGrad" | "jvp" | "vjp";
export const MODES: readonly Mode[] = ["grad", "valueAndGrad", "jvp", "vjp"];

const isFunctionValue = (node: ts.Expression | undefined): boolean => node !== undefined && (ts.isArrowFunction(node) || ts.isFunctionExpression(node));

/**
 * A method as a function of its object, since it is no value of its own; any type will do for the parameters of its class. null where
 * it cannot be called from outside.
 */
function asFunction(of: ts.ClassDeclaration, member: ts.MethodDeclaration): string | null {
  const isHidden = (ts.getModifiers(member) ?? []).some((x) => x.kind === ts.SyntaxKind.PrivateKeyword || x.kind === ts.SyntaxKind.ProtectedKeyword || x.kind === ts.SyntaxKind.AbstractKeyword);
  if (of.name === undefined || isHidden || !ts.isIdentifier(member.name)) return null;
  const isStatic = ts.getModifiers(member)?.some((x) => x.kind === ts.SyntaxKind.StaticKeyword) === true;
  if (isStatic) return `${of.name.text}.${member.name.text}`;
  const self = of.typeParameters === undefined ? of.name.text : `${of.name.text}<${of.typeParameters.map(() => "any").join(", ")}>`;
  const name = member.name.text;
  const places = member.parameters.filter((x) => !(ts.isIdentifier(x.name) && x.name.text === "this")).map((_, i) => i);
  const parameters = places.map((i) => `, $${i}: Parameters<${self}["${name}"]>[${i}]`).join("");
  return `($self: ${self}${parameters}) => $self.${name}(${places.map((i) => `$${i}`).join(", ")})`;
}

/** what can be marked from outside: functions at the top level, methods of classes; and the places where a tag may stand */
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
      for (const member of s.members) {
        if (ts.isMethodDeclaration(member) || ts.isAccessor(member)) tags.push(member.getStart(file));
        if (ts.isMethodDeclaration(member)) names.push(asFunction(s, member) ?? "");
      }
    }
  }
  return { names: [...new Set(names)].filter((x) => x !== ""), tags: [...new Set(tags)] };
}

/** a text with marks, and how many functions have one */
export interface Marked {
  readonly text: string;
  readonly functions: number;
}

const parse = (path: string, text: string): ts.SourceFile => ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true);

/** with marker calls of all its functions at the end; null where there are none */
export function withCalls(path: string, text: string, mode: Mode): Marked | null {
  const { names } = functionsIn(parse(path, text));
  if (names.length === 0) return null;
  const calls = names.map((name, i) => `export const $d${i} = $mark(${name}${i % 3 === 1 && (mode === "grad" || mode === "valueAndGrad") ? ', { wrt: "all" }' : ""});`);
  return { text: `${text}\nimport { ${mode} as $mark } from "cotangent";\n${calls.join("\n")}\n`, functions: names.length };
}

/** with a tag before every function; null where there are none */
export function withTags(path: string, text: string, mode: Mode): Marked | null {
  const { tags } = functionsIn(parse(path, text));
  if (tags.length === 0) return null;
  let marked = text;
  for (const at of tags.toSorted((a, b) => b - a)) marked = `${marked.slice(0, at)}/** @${mode}${at % 3 === 1 ? ` as=d${at}` : ""} */\n${marked.slice(at)}`;
  return { text: marked, functions: tags.length };
}
