// Random programs as trees of templates: a piece of code with holes for expressions (`$0`, `$1`, …) and for blocks
// (`{0}`, `{1}`, …). Only the generator knows what a piece means; printing and shrinking work on holes alone.
// A piece may have a probed form, which calls a probe where the plain form compares or takes a maximum.

export interface Expression {
  readonly text: string;
  readonly probed?: string;
  readonly holes: readonly Expression[];
}

export interface Statement {
  readonly text: string;
  readonly probed?: string;
  readonly holes: readonly Expression[];
  readonly blocks: readonly Block[];
}

export type Block = readonly Statement[];

export interface Parameter {
  readonly name: string;
  readonly type: string;
}

export interface RandomFunction {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly result: string;
  readonly body: Block;
}

export interface Program {
  /** classes, generators, types: whole declarations, which only go or stay when a program is made small */
  readonly declarations: readonly string[];
  /** helpers first, the function under test last */
  readonly functions: readonly RandomFunction[];
  /** what the function under test does first, so that every call finds the same module */
  readonly resets: readonly string[];
  /** arguments of the function under test, as a JavaScript expression */
  readonly args: string;
  readonly check: Check;
  /** what is asked besides in programs whose second derivatives are checked */
  readonly nesting: Nesting;
  /** how many states each of the loops with a checkpoint keeps; 0 where no loop has one */
  readonly slots: number;
  /** variables of the module, which are compared after each call */
  readonly state: readonly string[];
}

/** What is asked of the function under test besides its tangent: its gradient; a pullback of one number or (`pair`, with the Jacobian) of two; the gradient and its tangent. */
export type Check = "gradient" | "pullback" | "pair" | "second";

export type Nesting = keyof typeof NESTINGS;

/** second and third derivatives by other ways than forward over reverse, as exports of the program; the Hessian is that of the first two inputs */
export const NESTINGS = {
  reverseOverReverse: 'export const product = hvp(f, { wrt: "all" });\n\nexport const reverseOverReverse = vjp(slope);',
  reverseOverForward: 'export const product = hvp(f, { wrt: "all" });\n\nexport const reverseOverForward = vjp(forward);',
  third: 'export const product = hvp(f, { wrt: "all" });\n\nexport const third = jvp(product);',
  matrix: "export const start = grad(f, { wrt: [0, 1] });\n\nexport const product = hvp(f, { wrt: [0, 1] });\n\nexport const matrix = hessian(f, { wrt: [0, 1] });",
} as const;

export type Form = "plain" | "probed";

/** Whether an expression can stand in any place without parentheses. */
const isAtomic = (text: string): boolean => /^[\w.]+(?:\[[^[\]]*\])*$|^[\w.]+\([^()]*\)$/.test(text);

export function printExpression({ text, probed, holes }: Expression, form: Form): string {
  const template = form === "probed" ? (probed ?? text) : text;
  return template.replaceAll(/\$(\d)/g, (_, index: string) => {
    const hole = holes[Number(index)];
    const inner = hole === undefined ? "" : printExpression(hole, form);
    return isAtomic(inner) ? inner : `(${inner})`;
  });
}

const indent = (text: string): string => text.replaceAll(/^(?=.)/gm, "  ");

function printStatement({ text, probed, holes, blocks }: Statement, form: Form): string {
  const template = form === "probed" ? (probed ?? text) : text;
  return template.replaceAll(/\$(\d)|\{(\d)\}/g, (_, hole: string | undefined, block: string | undefined, offset: number) => {
    if (block !== undefined) return `{\n${indent(printBlock(blocks[Number(block)] ?? [], form))}\n}`;
    const expression = holes[Number(hole)];
    if (expression === undefined) return "";
    const inner = printExpression(expression, form);
    const alone = /(?:[=([,{:]|=>|\breturn|\bthrow|^)\s*$/.test(template.slice(0, offset)) && /^\s*[;)\],}]/.test(template.slice(offset + 2));
    return alone || isAtomic(inner) ? inner : `(${inner})`;
  });
}

const printBlock = (block: Block, form: Form): string => block.map((statement) => printStatement(statement, form)).filter((text) => text !== "").join("\n");

function printFunction({ name, parameters, result, body }: RandomFunction, form: Form): string {
  const list = parameters.map((parameter) => `${parameter.name}: ${parameter.type}`).join(", ");
  return `${name === "f" ? "export " : ""}function ${name}(${list}): ${result} {\n${indent(printBlock(body, form))}\n}`;
}

/** The module without markers, but for rules and for what differentiates a function that it is given. A reset goes with the declaration of what it resets. */
export function printProgram({ declarations, functions, resets }: Program, form: Form, markers: readonly string[] = []): string {
  const used = (text: string): boolean => declarations.some((x) => x.includes(text));
  const imported = [...new Set([...markers, ...(used("customRule(") ? ["customRule"] : []), ...(used("grad(") ? ["grad"] : []), ...(used("Differentiable<") ? ["type Differentiable"] : [])])];
  const imports = imported.length > 0 ? [`import { ${imported.join(", ")} } from "cotangent";`] : [];
  const needed = resets.filter((text) => declarations.some((declaration) => new RegExp(`^(?:let|const|class) ${text.split(".")[0]?.split(" ")[0] ?? ""}\\b`).test(declaration)));
  const main = functions.at(-1);
  const reset = main === undefined ? [] : [{ ...main, body: [...needed.map((text): Statement => ({ text, holes: [], blocks: [] })), ...main.body] }];
  return [...imports, ...declarations, ...[...functions.slice(0, -1), ...reset].map((each) => printFunction(each, form))].join("\n\n");
}

/** every other loop with a checkpoint */
function checkpointed(text: string, slots: number): string {
  let count = 0;
  return slots === 0 ? text : text.replaceAll(/^( *)(?:\w+: )?(?:for|while|do)\b/gm, (loop, indented: string) => (count++ % 2 === 0 ? `${indented}/** @checkpoint slots=${slots} */\n${loop}` : loop));
}

/** The module with the markers under test. */
export function printMarked(program: Program): string {
  const { check, state, nesting } = program;
  const reverse = check === "gradient" || check === "second" ? 'valueAndGrad(f, { wrt: "all" })' : "vjp(f)";
  const second = check === "second" ? `\n\nexport const slope = grad(f, { wrt: "all" });\n\nexport const second = jvp(slope);\n\n${NESTINGS[nesting]}` : "";
  const rows = check === "pair" ? '\n\nexport const rows = jacobian(f, { wrt: "all", mode: "reverse" });\nexport const columns = jacobian(f, { wrt: "all", mode: "forward" });' : "";
  const markers = ["grad", "hessian", "hvp", "jacobian", "jvp", "valueAndGrad", "vjp"].filter((marker) => new RegExp(`\\b${marker}\\(`).test(`jvp(f) ${reverse}${second}${rows}`));
  const seen = state.length > 0 ? `\n\nexport const seen = (): unknown => [${state.join(", ")}];` : "";
  return `${checkpointed(printProgram(program, "plain", markers), program.slots)}${seen}\n\nexport const forward = jvp(f);\n\nexport const reverse = ${reverse};${second}${rows}\n`;
}

/** A file that can be put among the fixtures. */
export function printFixture(program: Program, comment: string): string {
  const tags = program.check === "gradient" || program.check === "second" ? " * @valueAndGrad" : " * @vjp";
  const text = printProgram(program, "plain").replace("export function f", `/**\n * ${comment}\n *\n${tags}\n * @jvp\n */\nexport function f`);
  return `${text}\n\nexport const samples: readonly Parameters<typeof f>[] = [${program.args}];\n`;
}
