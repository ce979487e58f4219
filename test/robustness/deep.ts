// Programs that only programs write: hundreds of terms, arms and levels. Each says what its derivative at 1 is.
//   COTANGENT_DEEP=1   several times as many

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

const isLarge = process.env["COTANGENT_DEEP"] !== undefined;
const size = (usual: number, large: number): number => (isLarge ? large : usual);
const TERMS = size(500, 2000);
const FACTORS = size(200, 500);
const ARMS = size(150, 500);
const BLOCKS = size(40, 100);
const RETURNS = size(50, 200);
const CALLS = size(40, 100);
const LEVELS = size(14, 18);
const NESTED = size(12, 30);

/** the sum of i % 7 below n */
const sumOfRests = (n: number): number => Array.from({ length: n }, (_, i) => i % 7).reduce((a, b) => a + b, 0);

export const DEEP: readonly Deep[] = [
  { name: `a sum of ${TERMS} terms`, source: returning(repeat(TERMS, (i) => `x * ${i % 7}`, " + ")), derivative: sumOfRests(TERMS) },
  { name: `a product of ${FACTORS} factors`, source: returning(repeat(FACTORS, () => "x", " * ")), derivative: FACTORS },
  { name: `${ARMS} else-ifs`, source: `export function f(x: number): number {\n  let s = 0;\n  ${repeat(ARMS, (i) => `if (x < ${i - 100}) s = ${i} * x;`, " else ")}\n  return s;\n}\n`, derivative: 102, mayRefuse: true },
  { name: "1,000 parentheses", source: returning(`${"(".repeat(1000)}x * x${")".repeat(1000)}`), derivative: 2, mayRefuse: true },
  { name: "1,000 parentheses with terms", source: returning(`${repeat(1000, () => "(x + ")}x${")".repeat(1000)}`), derivative: 1001, mayRefuse: true },
  { name: "1,000 calls inside each other", source: returning(`${repeat(1000, () => "Math.abs(")}x${")".repeat(1000)}`), derivative: 1, mayRefuse: true },
  { name: "40 choices inside each other", source: returning(`${repeat(40, (i) => `x > ${i + 1} ? ${i} : `)}3 * x`), derivative: 3, mayRefuse: true },
  { name: `${BLOCKS} blocks inside each other`, source: `export function f(x: number): number {\n  let s = x;\n  ${repeat(BLOCKS, (i) => `if (x > -${i}) { s += x; `)}${"}".repeat(BLOCKS)}\n  return s;\n}\n`, derivative: BLOCKS + 1, mayRefuse: true },
  { name: `${RETURNS} early returns`, source: `export function f(x: number): number {\n${repeat(RETURNS, (i) => `  if (x > ${i + 5}) return ${i} * x;\n`)}  return 7 * x;\n}\n`, derivative: 7, mayRefuse: true },
  { name: "1,000 minus signs", source: returning(`${repeat(1000, () => "- ")}x`), derivative: 1, mayRefuse: true },
  { name: `a chain of ${CALLS} functions`, source: `function g0(x: number): number { return x; }\n${repeat(CALLS, (i) => `function g${i + 1}(x: number): number { return g${i}(x) + x; }\n`)}export function f(x: number): number { return g${CALLS}(x); }\n`, derivative: CALLS + 1, mayRefuse: true },
  { name: `${LEVELS} levels of functions that call the next one twice`, source: `function g0(x: number): number { return x; }\n${repeat(LEVELS, (i) => `function g${i + 1}(x: number): number { return 0.5 * g${i}(x) + 0.5 * g${i}(x); }\n`)}export function f(x: number): number { return g${LEVELS}(x); }\n`, derivative: 1 },
  { name: `${LEVELS} levels of closures that call the next one twice`, source: `export function f(x: number): number {\n  const g0 = (y: number): number => y * x;\n${repeat(LEVELS, (i) => `  const g${i + 1} = (y: number): number => g${i}(y) + g${i}(y + 1);\n`)}  return g${LEVELS}(x);\n}\n`, derivative: 2 ** (LEVELS + 1) + LEVELS * 2 ** (LEVELS - 1) },
  { name: `${NESTED} closures that call each other`, source: `export function f(x: number): number {\n${repeat(NESTED, (i) => `  function g${i}(y: number, d: number): number { return d < 1 ? y * x : g${(i + 1) % NESTED}(y, d - 1) + g${(i + 2) % NESTED}(y, d - 1); }\n`)}  return g0(x, 3);\n}\n`, derivative: 16 },
  { name: `${NESTED} loops inside each other`, source: `export function f(x: number): number {\n  let s = x;\n  ${repeat(NESTED, (i) => `while (s < ${i + 3}) { s += x; if (s > 100) break; `)}${"}".repeat(NESTED)}\n  return s;\n}\n`, derivative: NESTED + 2 },
  { name: `${NESTED} handlers inside each other`, source: `export function f(x: number): number {\n  let s = x;\n  ${repeat(NESTED, (i) => `try { if (s > ${i + 90}) throw new Error("high"); s += x; if (s < -${i}) throw new Error("low"); `)}${repeat(NESTED, () => "} catch { s += 1; } ")}\n  return s;\n}\n`, derivative: NESTED + 1 },
];
