// The programs that are compiled: one function of n statements of one kind, or one file of n functions.
// Guarantees that the work grows with n alone: each statement is of a fixed size and refers to a fixed number of others.

/** Programs of one kind, by size. */
export interface Shape {
  readonly name: string;
  readonly sizes: readonly number[];
  /** the text of a module that exports its root as `f`; or, with `each`, functions `f0`, `f1`, … that are all differentiated */
  readonly source: (n: number) => string;
  readonly each?: true;
}

const STATEMENTS: readonly number[] = [100, 1000, 5000];
const FUNCTIONS: readonly number[] = [10, 100, 1000];

const lines = (n: number, line: (i: number) => string): string => Array.from({ length: n }, (_, i) => line(i)).join("\n");

/** TypeScript follows a variable back through at most 2,000 assignments: after so many statements all have new ones */
const CHAPTER = 100;

/** statements that read `x` and `xs` and assign `s` */
function root(n: number, statement: (i: number) => string, before = ""): string {
  const written = (i: number): string => {
    const at = Math.floor(i / CHAPTER);
    const opening = i % CHAPTER === 0 && i > 0 ? `  let s${at} = s${at - 1};\n  const x${at} = x${at - 1};\n  const xs${at} = xs${at - 1};\n` : "";
    return opening + statement(i).replaceAll(/\b(?:s|x|xs)\b/g, (name) => `${name}${at}`);
  };
  return `${before}export function f(x0: number, xs0: number[]): number {\n  let s0 = x0;\n  const v0 = x0;\n${lines(n, written)}\n  return s${Math.floor((n - 1) / CHAPTER)};\n}\n`;
}

const OPERATIONS: readonly ((i: number) => string)[] = [
  (i) => `  const v${i + 1} = Math.sin(v${i}) * x + ${i % 7};`,
  (i) => `  const v${i + 1} = v${i} * 0.5 - s / (1 + v${i} * v${i});`,
  (i) => `  s += v${i} * x;\n  const v${i + 1} = v${i};`,
  (i) => `  const v${i + 1} = Math.exp(-v${i} * v${i});`,
];
const STEPS: readonly ((i: number) => string)[] = [
  (i) => `  s += Math.sin(s * x) * ${i % 7};`,
  (i) => `  s -= x / (${i % 5} + s * s);`,
  () => `  s *= 0.5;`,
  (i) => `  const t${i} = s + x; s = t${i} * t${i};`,
];
const CHANGES: readonly ((i: number) => string)[] = [
  (i) => `  if (s > ${i}) s = s * 0.5; else s = s + x;`,
  (i) => `  if (x < ${i}) { s += Math.sin(s); }`,
  (i) => `  if (s < x) { s = Math.cos(s); } else if (x > ${i}) { s = s * x; } else { s -= 1; }`,
];
const LOOPS: readonly ((i: number) => string)[] = [
  (i) => `  for (let i = 0; i < xs.length; i++) s += xs[i]! * ${i + 1};`,
  () => `  for (let i = 1; i < xs.length; i++) xs[i] = xs[i - 1]! * x;`,
  () => `  for (const e of xs) s = Math.sin(s + e);`,
];
const ACCESSES: readonly ((i: number) => string)[] = [
  (i) => `  xs[${i % 5}] = s * x;`,
  (i) => `  s += xs[${i % 3}]! * 0.5;`,
];

const pick = (from: readonly ((i: number) => string)[]) => (i: number): string => from[i % from.length]!(i);
/** one in five: TypeScript does not check functions of more than 2,000 branches one after the other */
const among = (few: readonly ((i: number) => string)[], many: readonly ((i: number) => string)[]) => (i: number): string => (i % 5 === 0 ? few[(i / 5) % few.length]! : many[i % many.length]!)(i);

export const SHAPES: readonly Shape[] = [
  { name: "straight", sizes: STATEMENTS, source: (n) => root(n, pick(OPERATIONS)) },
  { name: "branches", sizes: STATEMENTS, source: (n) => root(n, among(CHANGES, STEPS)) },
  { name: "loops and arrays", sizes: STATEMENTS, source: (n) => root(n, among(LOOPS, ACCESSES)) },
  { name: "closures", sizes: STATEMENTS, source: (n) => root(n / 2, (i) => `  const g${i} = (t: number): number => t * x + ${i % 9};\n  s += g${i}(s);`) },
  {
    name: "calls", sizes: STATEMENTS,
    source: (n) => root(n, (i) => `  s = h${i % 10}(s, x);`, `${lines(10, (i) => `function h${i}(a: number, b: number): number { return Math.sin(a) * b + ${i}; }`)}\n`),
  },
  { name: "terms of a sum", sizes: STATEMENTS, source: (n) => `export function f(x: number): number { return ${Array.from({ length: n }, (_, i) => `x * ${i + 1}`).join(" + ")}; }\n` },
  {
    name: "arms of else-if", sizes: [100, 300, 800],
    source: (n) => `export function f(x: number): number {\n  let s = x;\n  ${Array.from({ length: n }, (_, i) => `if (x < ${i}) s = s * ${i + 2};`).join(" else ")}\n  return s;\n}\n`,
  },
  {
    name: "blocks inside each other", sizes: [25, 50, 100],
    source: (n) => `export function f(x: number): number {\n  let s = x;\n  ${Array.from({ length: n }, (_, i) => `if (x > -${i}) { s += x; `).join("")}${"}".repeat(n)}\n  return s;\n}\n`,
  },
  { name: "early returns", sizes: [25, 50, 100], source: (n) => `export function f(x: number): number {\n${lines(n, (i) => `  if (x > ${i + 5}) return ${i} * x;`)}\n  return 7 * x;\n}\n` },
  { name: "choices inside each other", sizes: [25, 50, 100], source: (n) => `export function f(x: number): number { return ${lines(n, (i) => `x > ${i + 1} ? ${i} :`)} 3 * x; }\n` },
  { name: "functions apart", sizes: FUNCTIONS, each: true, source: (n) => lines(n, (i) => `export function f${i}(x: number, y: number): number { return Math.sin(x) * y + ${i} * x; }`) },
  {
    name: "functions in a chain", sizes: FUNCTIONS,
    source: (n) => `function g0(x: number): number { return Math.sin(x); }\n${lines(n, (i) => `function g${i + 1}(x: number): number { const y = g${i}(x) * 0.5; return y + x; }`)}\nexport function f(x: number): number { return g${n}(x); }\n`,
  },
  {
    name: "functions of one root", sizes: FUNCTIONS,
    source: (n) => `${lines(n, (i) => `function g${i}(x: number): number { const y = Math.sin(x); return y * ${i + 1} + x; }`)}\nexport function f(x: number): number {\n  let s = 0;\n${lines(n, (i) => `  s += g${i}(x);`)}\n  return s;\n}\n`,
  },
];

/** the module with a marker for each root */
export function marked(shape: Shape, n: number, operator: string): string {
  const roots = shape.each ? Array.from({ length: n }, (_, i) => `f${i}`) : ["f"];
  return `import { ${operator} } from "cotangent";\n${shape.source(n)}\n${roots.map((x) => `export const d_${x} = ${operator}(${x});`).join("\n")}\n`;
}

/** the module with a tag before each root */
export function tagged(shape: Shape, n: number, operator: string): string {
  return shape.source(n).replaceAll(/^export function f/gm, `/** @${operator} */\nexport function f`);
}
