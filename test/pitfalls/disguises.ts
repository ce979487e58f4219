// Ways to write the same function differently, none of which may change its gradient. Works on the text of a module that
// declares `export function f`; everything outside the body of f stays as it is.
import { type FunctionDeclaration, type ParameterDeclaration, ScriptTarget, createSourceFile, isFunctionDeclaration, isIdentifier } from "typescript";

export const DISGUISES = ["plain", "dead-code", "one-trip-loop", "callee", "closure", "finally"] as const;
export type Disguise = (typeof DISGUISES)[number];

export interface Disguised {
  readonly code: string;
  /** the exported function to differentiate */
  readonly target: string;
}

interface Parts {
  readonly declaration: FunctionDeclaration;
  /** offsets of the body without its braces */
  readonly bodyStart: number;
  readonly bodyEnd: number;
  readonly result: string;
}

function partsOf(code: string): Parts {
  const declaration = createSourceFile("case.ts", code, ScriptTarget.Latest, true).statements
    .filter(isFunctionDeclaration)
    .find(({ name }) => name?.text === "f");
  if (declaration?.body === undefined || declaration.type === undefined) throw new Error("the module declares no function f with a result type");
  const { body, type } = declaration;
  return { declaration, bodyStart: body.getStart() + 1, bodyEnd: body.getEnd() - 1, result: type.getText() };
}

/** Code that computes what nobody asks for, from the function's first argument where its type is known to carry numbers. */
function deadCode([first]: readonly ParameterDeclaration[]): string {
  const passive = "let unusedSum = 1; for (let unused = 0; unused < 3; unused++) { unusedSum *= 0.5; if (unusedSum > 10) unusedSum = 0; }";
  if (first === undefined || !isIdentifier(first.name)) return passive;
  const name = first.name.text;
  switch (first.type?.getText()) {
    case "number": return `${passive} let unusedValue = ${name} * unusedSum; unusedValue = Math.exp(unusedValue) / ${name};`;
    case "number[]": return `${passive} const unusedCopy = [...${name}]; unusedCopy[0] = Math.sin(unusedSum); unusedCopy.push(1);`;
    default: return passive;
  }
}

/** A function of the same parameters that only calls f. */
function caller({ declaration, result }: Parts): string {
  const names = declaration.parameters.map((_, index) => `p${index}`);
  const parameters = declaration.parameters.map(({ type, initializer, questionToken }, index) => {
    const optional = initializer !== undefined || questionToken !== undefined ? "?" : "";
    return `${names[index] ?? ""}${optional}: ${type?.getText() ?? "number"}`;
  });
  return `export function disguised(${parameters.join(", ")}): ${result} { return f(${names.join(", ")}); }`;
}

export function disguise(code: string, as: Disguise): Disguised {
  if (as === "plain") return { code, target: "f" };
  const parts = partsOf(code);
  if (as === "callee") return { code: `${code}\n${caller(parts)}\n`, target: "disguised" };
  const body = code.slice(parts.bodyStart, parts.bodyEnd);
  const rewritten = {
    "dead-code": () => ` ${deadCode(parts.declaration.parameters)}${body}`,
    "one-trip-loop": () => ` for (let trip = 0; trip < 1; trip++) {${body}} throw new Error("the only trip returns"); `,
    "closure": () => ` const run = (): ${parts.result} => {${body}}; return run(); `,
    "finally": () => ` let finished = false; try {${body}} finally { finished = true; } `,
  }[as]();
  return { code: code.slice(0, parts.bodyStart) + rewritten + code.slice(parts.bodyEnd), target: "f" };
}
