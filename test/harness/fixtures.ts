// The fixtures as values: what each file differentiates, with respect to what, and at which points.
// Assumes the convention of fixtures/README.md: one exported function per file, `samples`, perhaps `expected`.
import { readFileSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { type FunctionDeclaration, ModifierFlags, ScriptTarget, createSourceFile, getCombinedModifierFlags, isFunctionDeclaration } from "typescript";
import { FIXTURES } from "./paths.ts";

export const OPERATORS = ["grad", "valueAndGrad", "jvp", "vjp", "jacobian", "hessian", "hvp"] as const;
export type Operator = (typeof OPERATORS)[number];

export interface Tag {
  readonly operator: Operator;
  /** indices of parameters; what the operator takes when nothing is said is the first */
  readonly wrt: readonly number[];
  /** whether parameters were named, so that the gradient is a tuple when there are several */
  readonly named: number;
}

export interface Fixture {
  /** folder and file without extension, such as `loops/rosenbrock` */
  readonly name: string;
  /** where it lies in the in-memory project and, below the root, on disk */
  readonly path: string;
  readonly text: string;
  /** the exported function that is differentiated */
  readonly subject: string;
  readonly tags: readonly Tag[];
  /** the parameters that derivatives of the subject are about */
  readonly wrt: readonly number[];
  /** whether the file calls markers itself */
  readonly calls: boolean;
  /** whether it stops derivatives: differences see those all the same */
  readonly stops: boolean;
}

const GENERATED = /\.(grad|transformed)\.ts$/;

export const isGenerated = (name: string): boolean => GENERATED.test(name);

export const siblingOf = (path: string): string => path.replace(/\.ts$/, ".grad.ts");

export const transformedOf = (path: string): string => path.replace(/\.ts$/, ".transformed.ts");

function sourcesIn(folder: string): readonly string[] {
  return readdirSync(resolve(FIXTURES, folder), { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? sourcesIn(`${folder}${entry.name}/`) : [`${folder}${entry.name}`]))
    .filter((name) => name.endsWith(".ts") && !isGenerated(name))
    .sort();
}

const isExported = (declaration: FunctionDeclaration): boolean => (getCombinedModifierFlags(declaration) & ModifierFlags.Export) !== 0;

function tagsOf(comment: string, parameters: readonly string[]): readonly Tag[] {
  return [...comment.matchAll(/@(grad|valueAndGrad|jvp|vjp|jacobian|hessian|hvp)\b([^\n*@]*)/g)].map(([, operator = "", options = ""]) => {
    const names = /wrt=([\w,]+)/.exec(options)?.[1]?.split(",") ?? [];
    const wrt = names.map((name) => parameters.indexOf(name));
    return { operator: operator as Operator, wrt: wrt.length === 0 ? [0] : wrt, named: names.length };
  });
}

function parse(name: string): Fixture | undefined {
  const text = readFileSync(resolve(FIXTURES, name), "utf8");
  const file = createSourceFile(name, text, ScriptTarget.Latest, true);
  const [subject, ...others] = file.statements.filter(isFunctionDeclaration).filter(isExported);
  if (subject?.name === undefined || others.length > 0) throw new Error(`fixtures/${name} must export one function`);
  const parameters = subject.parameters.map((parameter) => parameter.name.getText());
  const tags = tagsOf(text.slice(subject.pos, subject.getStart()), parameters);
  return {
    name: name.replace(/\.ts$/, ""),
    path: `/fixtures/${name}`,
    text,
    subject: subject.name.text,
    tags,
    wrt: tags.find(({ operator }) => operator === "grad")?.wrt ?? (tags.some(({ operator }) => operator === "vjp") ? parameters.map((_, index) => index) : [0]),
    stops: /\bstopGradient\(/.test(text),
    calls: /^import .* from "cotangent";$/m.test(text) && tags.length === 0,
  };
}

const isSupport = (name: string): boolean => name.includes("/lib/");

const names: readonly string[] = sourcesIn("").filter((name) => !name.startsWith("refused/"));

export const fixtures: readonly Fixture[] = names.filter((name) => !isSupport(name)).flatMap((name) => parse(name) ?? []);

/** All fixtures and what they import, as one in-memory project. */
export const fixtureFiles: Readonly<Record<string, string>> =
  Object.fromEntries(names.map((name) => [`/fixtures/${name}`, readFileSync(resolve(FIXTURES, name), "utf8")]));

interface Configuration { readonly compilerOptions: Readonly<Record<string, unknown>> }

/** The strictest flags; fixtures pass them, and so must what is generated from fixtures. */
export const STRICT_OPTIONS: Readonly<Record<string, unknown>> =
  (JSON.parse(readFileSync(resolve(FIXTURES, "tsconfig.json"), "utf8")) as Configuration).compilerOptions;

/** Exported points and closed forms of a loaded fixture. */
export interface Points {
  readonly samples: readonly (readonly unknown[])[];
  /** gradients with respect to `wrt`, one for each sample */
  readonly expected: readonly unknown[] | undefined;
  readonly expectedValues: readonly unknown[] | undefined;
  /** Jacobians and Hessians with respect to what their tags name, one for each sample */
  readonly jacobians: readonly unknown[] | undefined;
  readonly hessians: readonly unknown[] | undefined;
  /** how far differences may be off, where the function itself rounds */
  readonly tolerance: number | undefined;
}

export function pointsOf(exports: Readonly<Record<string, unknown>>): Points {
  const { samples, expected, expectedValues, jacobians, hessians, tolerance } = exports as Partial<Points>;
  if (samples === undefined || samples.length === 0) throw new Error("the fixture exports no samples");
  return { samples, expected, expectedValues, jacobians, hessians, tolerance };
}
