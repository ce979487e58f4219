// Between `vjp(f)(x)` and its pullback the caller does what it likes with anything but the arguments: with the result, with what
// `f` reads around it, with the state of modules. The pullback is of the function as it was. Held against differences taken before.
import { expect, it } from "vitest";
import { numericGradient } from "./harness/differences.ts";
import { functionOf } from "./harness/modules.ts";
import { createWorkbench, describeDiagnostic } from "./harness/workbench.ts";

/** a program defines `f(x: number[])`, whose result `total` weighs, and `disturb(y)`, which is called in between */
const PROGRAMS: Readonly<Record<string, string>> = {
  "an array of the module, in a loop": `
    const table = [2, 3, 5];
    export function f(x: number[]): number { let s = 0; for (let i = 0; i < 3; i++) s += Math.sin(x[i]!) * table[i]!; return s; }
    export function disturb(): void { table[0] = 50; table.length = 1; }`,
  "an array of the module whose length is the bound": `
    export const table = [2, 3, 5];
    export function f(x: number[]): number { let s = 1; for (let i = 0; i < table.length; i++) s *= x[i]! + table[i]!; return s; }
    export function disturb(): void { table.push(7, 8); table[1] = 9; }`,
  "an array of the module, in callbacks": `
    const table = [2, 3, 5];
    export const f = (x: number[]): number[] => x.map((v, i) => v * v * table[i]!);
    export function disturb(): void { table.reverse(); }`,
  "rows of the module": `
    const rows = [[1, 2, 3], [4, 5, 6]];
    export const f = (x: number[]): number[] => rows.map((row) => row.reduce((sum, a, i) => sum + a * x[i]! ** 2, 0));
    export function disturb(): void { rows[0] = [7, 7, 7]; rows[1]![2] = 70; rows.pop(); }`,
  "an object of the module": `
    const state = { k: 2, inner: { weights: new Float64Array([1, 2, 3]) } };
    export function f(x: number[]): number { let s = 0; for (let i = 0; i < x.length; i++) s += x[i]! ** 2 * state.k * state.inner.weights[i]!; return s; }
    export function disturb(): void { state.k = 20; state.inner.weights[0] = 10; state.inner = { weights: new Float64Array(3) }; }`,
  "a map of the module": `
    const prices = new Map([["a", 2], ["b", 3]]);
    export function f(x: number[]): number { let s = 0; for (const [key, price] of prices) s += price * x[key === "a" ? 0 : 1]! ** 2; return s * x[2]!; }
    export function disturb(): void { prices.set("a", 20); prices.delete("b"); prices.set("c", 1); }`,
  "a variable of the module": `
    let scale = 2;
    let table = [1, 2, 3];
    export function f(x: number[]): number { let s = 0; for (let i = 0; i < 3; i++) s += x[i]! ** 2 * scale * table[i]!; return s; }
    export function disturb(): void { scale = 7; table = [9, 9, 9]; }`,
  "recursion that reads the module": `
    const table = [2, 3, 5];
    const down = (x: number[], n: number): number => (n < 0 ? 1 : table[n]! * x[n]! ** 2 + down(x, n - 1) * table[n]! * x[n]!);
    export const f = (x: number[]): number => down(x, 2);
    export function disturb(): void { table[1] = 50; table[2] = 60; }`,
  "what the result is made of": `
    export function f(x: number[]): number[] {
      const y = x.map((v) => v * v);
      for (let i = 1; i < 3; i++) y[0] = y[0]! + y[i]! * Math.sin(y[i]! * x[0]!);
      return y;
    }
    export function disturb(y: number[]): void { y[0] = 99; y[1] = 98; y[2] = 97; }`,
  "an object that the result holds": `
    interface Scene { readonly energy: number; readonly bodies: { mass: number; at: number[] }[] }
    export function f(x: number[]): Scene {
      const bodies = x.map((v) => ({ mass: v * v, at: [v, 2 * v] }));
      let energy = 0;
      for (const b of bodies) energy += b.mass * b.at[0]! * b.at[1]! * Math.cos(b.mass);
      return { energy, bodies };
    }
    export function disturb(y: Scene): void { for (const b of y.bodies) { b.mass = 9; b.at[0] = 8; b.at = [7, 7]; } y.bodies.pop(); }`,
  "an argument that the result shares": `
    const table = [2, 3, 5];
    export function f(x: number[]): { x: number[]; s: number[] } { const s = x.slice(); for (let i = 1; i < 3; i++) s[i] = s[i]! * s[i - 1]! * table[i]!; return { x, s }; }
    export function disturb(y: { s: number[] }): void { y.s.fill(40); table.fill(1); }`,
  "a rule of one's own that is handed the module's": `
    import { customRule } from "cotangent";
    const table = [2, 3, 5];
    const dot = customRule((a: number[], b: number[]): number => a.reduce((s, v, i) => s + v * b[i]!, 0), { vjp: ([a, b], _value, c) => [b.map((v) => c * v), a.map((v) => c * v)] });
    export const f = (x: number[]): number => dot(x, table) ** 2;
    export function disturb(): void { table[0] = 50; }`,
};

const TOTAL = `
const weigh = (y: unknown): unknown => (typeof y === "number" ? 1.5 : Array.isArray(y) ? y.map(weigh) : Object.fromEntries(Object.entries(y as object).map(([key, z]) => [key, weigh(z)])));
const sum = (y: unknown): number => (typeof y === "number" ? 1.5 * y : Object.values(y as object).reduce((total: number, z) => total + sum(z), 0));
export const total = (x: number[]): number => sum(f(x));
const pulled = vjp(f);
export function gradient(x: number[]): unknown {
  const [y, pullback] = pulled(x);
  const seed = weigh(y);
  disturb(y as never);
  return [pullback(seed as never)[0], pullback(seed as never)[0]];
}
`;

const CHECKPOINTED = (type: string): string => `import { grad, vjp } from "cotangent";
export const table${type} = [0.2, 0.3, 0.5];
function f(x: number[]): number {
  let s = x[0]!;
  /** @checkpoint slots=1 */
  for (let i = 0; i < 6; i++) s = Math.sin(s + table[i % 3]! * x[i % 3]!);
  return s;
}
`;

const around = (program: string): string => `import { vjp } from "cotangent";\n${program}\n${TOTAL}`;

const AT: readonly number[] = [0.7, 1.3, -0.4];

function refusals(text: string): readonly string[] {
  const bench = createWorkbench({ "/a.ts": text });
  try {
    const outcome = bench.transform("/a.ts");
    return outcome.kind === "refused" ? outcome.diagnostics.map(describeDiagnostic) : [];
  } finally {
    bench.dispose();
  }
}

function answers(text: string): { readonly found: unknown; readonly expected: readonly number[] } {
  const bench = createWorkbench({ "/a.ts": text });
  try {
    const outcome = bench.transform("/a.ts");
    if (outcome.kind === "crashed") throw outcome.error;
    if (outcome.kind === "refused") throw new Error(outcome.diagnostics.map(describeDiagnostic).join("\n"));
    const exports = bench.load("/a.ts");
    const expected = [...numericGradient(functionOf(exports, "total"), [AT]).values()].map(({ value }) => value);
    return { found: functionOf(exports, "gradient")([...AT]), expected };
  } finally {
    bench.dispose();
  }
}

it.each(Object.entries(PROGRAMS))("%s", (_, program) => {
  const { found, expected } = answers(around(program));
  for (const gradient of found as readonly (readonly number[])[]) {
    const isClose = gradient.length === 3 && gradient.every((x, i) => Math.abs(x - expected[i]!) < 1e-7 * (1 + Math.abs(expected[i]!)));
    expect(isClose ? [] : [gradient, expected]).toEqual([]);
  }
});

const WEIGHED = (declaration: string, rest = ""): string => `import { vjp } from "cotangent";
${declaration}
${rest}
export const pulled = vjp((x: number[]): number => { let s = 0; for (let i = 0; i < table.length; i++) s += x[i]! ** 2 * table[i]!; return s; });
`;

it.each([
  ["made of literals and only read", WEIGHED("const table = [2, 3, 5];", "export const first = (): number => table[0]!; export const all = (): number[] => table.map((x) => 2 * x);"), false],
  ["as its type says", WEIGHED("export const table: readonly number[] = [2, 3, 5];"), false],
  ["around the function, and only read", `import { vjp } from "cotangent";\nexport function at(x: number[]): unknown { const table = new Float64Array([2, 3, 5]); return vjp((y: number[]): number => { let s = 0; for (let i = 0; i < 3; i++) s += y[i]! ** 2 * table[i]!; return s; })(x); }`, false],
  ["exported", WEIGHED("export const table = [2, 3, 5];"), true],
  ["exported in a list", WEIGHED("const table = [2, 3, 5];", "export { table };"), true],
  ["handed out", WEIGHED("const table = [2, 3, 5];", "export const all = (): number[] => table;"), true],
  ["handed to a callback", WEIGHED("const table = [2, 3, 5];", "export const all = (): void => table.forEach((x, i, each) => { each[i] = x + 1; });"), true],
  ["handed to a callback that has a name", WEIGHED("const table = [2, 3, 5];", "function double(x: number, i: number, each: number[]): void { each[i] = 2 * x; }\nexport const all = (): void => table.forEach(double);"), true],
  ["read by callbacks that have names", WEIGHED("const table = [2, 3, 5];", "const double = (x: number): number => 2 * x;\nexport const all = (): number[] => [...table.map(double), ...table.map(Math.sqrt)];"), false],
  ["handed to who may write", WEIGHED("const table = [2, 3, 5];", "export const sorted = (): number[] => Object.assign(table, [1]);"), true],
  ["written by its file", WEIGHED("const table = [2, 3, 5];", "export const reset = (): void => { [table[0]] = [1]; };"), true],
  ["written through a pattern with a default", WEIGHED("const table = [2, 3, 5];", "export const reset = (o: { a?: number }): void => { ({ a: table[0] = 1 } = o); };"), true],
  ["written in a loop's head", WEIGHED("const table = [2, 3, 5];", "export const reset = (): void => { for (table[0] of [1, 2]) ; };"), true],
  ["made of what others know", WEIGHED("const given = [2, 3, 5];\nconst table = given;", "export { given };"), true],
])("an array %s: is it kept?", (_, text, isKept) => {
  const bench = createWorkbench({ "/a.ts": text });
  const outcome = bench.transform("/a.ts");
  bench.dispose();
  if (outcome.kind !== "compiled") throw new Error(outcome.kind);
  expect(outcome.code.includes("Tape")).toBe(isKept);
});

it("what trips read again must still be there, or its type must say so", () => {
  const [kept, consumed] = ["export const pulled = vjp(f);", "export const slope = grad(f);"];
  expect(refusals(CHECKPOINTED("") + kept)).toEqual([expect.stringMatching(/CT2030.*`table`.*`readonly`/)]);
  expect(refusals(CHECKPOINTED("") + consumed)).toEqual([]);
  expect(refusals(CHECKPOINTED(": readonly number[]") + kept)).toEqual([]);
});
