// Programs that only programs write: thousands of terms, arms and levels. Each says what its derivative at 1 is.

export interface Deep {
  readonly name: string;
  readonly source: string;
  /** f'(1) */
  readonly derivative: number;
  /** may be refused for its depth; the others have to compile */
  readonly mayRefuse?: true;
}

const repeat = (n: number, text: (i: number) => string, between = ""): string => Array.from({ length: n }, (_, i) => text(i)).join(between);
const returning = (expression: string): string => `export function f(x: number): number { return ${expression}; }\n`;

export const DEEP: readonly Deep[] = [
  { name: "a sum of 2,000 terms", source: returning(repeat(2000, (i) => `x * ${i % 7}`, " + ")), derivative: 5995 },
  { name: "a product of 500 factors", source: returning(repeat(500, () => "x", " * ")), derivative: 500 },
  { name: "500 else-ifs", source: `export function f(x: number): number {\n  let s = 0;\n  ${repeat(500, (i) => `if (x < ${i - 100}) s = ${i} * x;`, " else ")}\n  return s;\n}\n`, derivative: 102, mayRefuse: true },
  { name: "1,000 parentheses", source: returning(`${"(".repeat(1000)}x * x${")".repeat(1000)}`), derivative: 2, mayRefuse: true },
  { name: "1,000 parentheses with terms", source: returning(`${repeat(1000, () => "(x + ")}x${")".repeat(1000)}`), derivative: 1001, mayRefuse: true },
  { name: "1,000 calls inside each other", source: returning(`${repeat(1000, () => "Math.abs(")}x${")".repeat(1000)}`), derivative: 1, mayRefuse: true },
  { name: "40 choices inside each other", source: returning(`${repeat(40, (i) => `x > ${i + 1} ? ${i} : `)}3 * x`), derivative: 3, mayRefuse: true },
  { name: "100 blocks inside each other", source: `export function f(x: number): number {\n  let s = x;\n  ${repeat(100, (i) => `if (x > -${i}) { s += x; `)}${"}".repeat(100)}\n  return s;\n}\n`, derivative: 101, mayRefuse: true },
  { name: "200 early returns", source: `export function f(x: number): number {\n${repeat(200, (i) => `  if (x > ${i + 5}) return ${i} * x;\n`)}  return 7 * x;\n}\n`, derivative: 7, mayRefuse: true },
  { name: "1,000 minus signs", source: returning(`${repeat(1000, () => "- ")}x`), derivative: 1, mayRefuse: true },
  { name: "a chain of 100 functions", source: `function g0(x: number): number { return x; }\n${repeat(100, (i) => `function g${i + 1}(x: number): number { return g${i}(x) + x; }\n`)}export function f(x: number): number { return g100(x); }\n`, derivative: 101, mayRefuse: true },
];
