// Functions of the library that a marker may take: `grad(Math.sin)`. They have no source, so each program carries a module in
// which they are written out as the one-line functions that they are; everything behind the front door sees ordinary functions.

/** Where the module stands in every program; no disk has this folder. */
export const LIBRARY_FUNCTIONS_FILE = "/@cotangent/library/math.ts";

const UNARY = [
  "abs", "acos", "acosh", "asin", "asinh", "atan", "atanh", "cbrt", "ceil", "cos", "cosh", "exp", "expm1", "floor", "fround", "log", "log10", "log1p", "log2", "round",
  "sign", "sin", "sinh", "sqrt", "tan", "tanh", "trunc",
];
const BINARY: readonly (readonly [name: string, a: string, b: string])[] = [["atan2", "y", "x"], ["pow", "x", "y"]];

export const LIBRARY_FUNCTIONS_TEXT: string = [
  ...UNARY.map((name) => `export const ${name} = (x: number): number => Math.${name}(x);`),
  ...BINARY.map(([name, a, b]) => `export const ${name} = (${a}: number, ${b}: number): number => Math.${name}(${a}, ${b});`),
  "",
].join("\n");
