// `customRule`: the derivative that a program gives is the one that is used, in both modes, at any order, wherever the function is called; and
// nothing of the function's own derivative is. Expected values are closed forms of what the rules say.
import { describe, expect, it } from "vitest";
import { functionOf, type Exports } from "./harness/modules.ts";
import { typeProblems } from "./harness/typecheck.ts";
import { createWorkbench, describeDiagnostic, PLAIN_OPTIONS } from "./harness/workbench.ts";

const HEAD = `import { customRule, grad, hessian, hvp, jacobian, jvp, valueAndGrad, vjp } from "cotangent";
`;

/** what was made, to be type-checked in the end */
const emitted = new Map<string, string>();

function run(source: string, files: Readonly<Record<string, string>> = {}, packages: Exports = {}): unknown {
  const workbench = createWorkbench({ ...files, "/a.ts": HEAD + source }, { ...PLAIN_OPTIONS, noUncheckedIndexedAccess: true }, { adapt: (code) => code, packages });
  try {
    const outcome = workbench.transform("/a.ts");
    if (outcome.kind === "compiled" && Object.keys(files).length === 0) emitted.set(`/rules/${emitted.size}.ts`, outcome.code);
    if (outcome.kind !== "compiled") throw new Error(outcome.kind === "refused" ? outcome.diagnostics.map(describeDiagnostic).join("\n") : String(outcome.kind));
    return functionOf(workbench.load("/a.ts"), "run")();
  } finally {
    workbench.dispose();
  }
}

function refusals(source: string): readonly string[] {
  const workbench = createWorkbench({ "/a.ts": HEAD + source }, {});
  try {
    const outcome = workbench.transform("/a.ts");
    return outcome.kind === "refused" ? outcome.diagnostics.map((x) => x.code) : [];
  } finally {
    workbench.dispose();
  }
}

/** numbers to twelve digits: 0.1 * 10 * 10 is not quite 10 */
const rounded = (value: unknown): unknown => (typeof value === "number" ? Number(value.toPrecision(12)) : Array.isArray(value) ? value.map(rounded) : value instanceof Object ? Object.fromEntries(Object.entries(value).map(([key, x]) => [key, rounded(x)])) : value);

/** its derivative is said to be 10, which it is not: who uses the function's own is seen */
const TENFOLD_VJP = "const f = customRule((x: number): number => x * x, { vjp: (_args, _value, c) => [10 * c] });\n";
const TENFOLD_JVP = "const f = customRule((x: number): number => x * x, { jvp: ([x], [t]) => [x * x, 10 * t] });\n";
/** of an array, entry by entry: 3 to the value, 5 to the factor */
const SCALED_VJP = "const f = customRule((v: number[], k: number): number[] => v.map((x) => x * k), { vjp: (_args, _value, c) => [c.map((x) => 3 * x), 5 * (c[0] ?? 0)] });\n";
const SCALED_JVP = "const f = customRule((v: number[], k: number): number[] => v.map((x) => x * k), { jvp: ([v, k], [t, s]) => [v.map((x) => x * k), v.map((_, i) => 3 * t[i]! + (i === 0 ? 5 * s : 0))] });\n";

const numbers: readonly (readonly [name: string, rest: string, expected: unknown])[] = [
  ["in straight-line code", "export const run = () => grad((x: number) => 2 * f(x) + x)(3);", 21],
  ["as the function itself", "export const run = () => grad(f)(3);", 10],
  ["as the function itself, with its value", "export const run = () => valueAndGrad(f)(3);", [9, 10]],
  ["along a direction", "export const run = () => jvp((x: number) => f(x) * f(x))([3], [0.5]);", [81, 2 * 9 * 10 * 0.5]],
  ["pulled back twice", "export const run = () => { const [y, pull] = vjp((x: number) => f(x) * x)(3); return [y, pull(1), pull(2)]; };", [27, [9 + 30], [18 + 60]]],
  ["in a loop that carries it", "export const run = () => grad((x: number) => { let y = x; for (let i = 0; i < 3; i++) y = f(y) * 0.1; return y; })(2);", 1],
  ["in an independent loop", "export const run = () => grad((v: number[]) => { let s = 0; for (const x of v) s += x * f(x); return s; })([1, 2]);", [1 + 10, 4 + 20]],
  ["after the sum of a loop was squared", "export const run = () => grad((v: number[]) => { let s = 0; for (const x of v) s += f(x); return s * s; })([1, 2]);", [100, 100]],
  ["under a branch", "export const run = () => [3, -3].map((at) => grad((x: number) => (x > 0 ? f(x) : x))(at));", [10, 1]],
  ["in a callback", "export const run = () => grad((v: number[]) => v.map((x) => f(x)).reduce((a, x) => a + x, 0))([1, 2]);", [10, 10]],
  ["handed to map itself", "export const run = () => grad((v: number[]) => v.map(f).reduce((a, x) => a + x, 0))([1, 2]);", [10, 10]],
  ["through a helper and a table", "const table = { f, g: (x: number) => x }; const h = (x: number, k: \"f\" | \"g\") => table[k](x);\nexport const run = () => [grad((x: number) => h(x, \"f\"))(3), grad((x: number) => h(x, \"g\"))(3)];", [10, 1]],
  ["in recursion", "const down = (x: number, n: number): number => (n === 0 ? x : f(down(x, n - 1)) * 0.2);\nexport const run = () => [grad((x: number) => down(x, 3))(1), jvp((x: number) => down(x, 3))([1], [1])[1]];", [8, 8]],
  ["under a marker, at second order", "export const run = () => grad((x: number) => grad((y: number) => f(y) * y)(x))(3);", 20],
  ["under a product", "export const run = () => hvp((v: number[]) => f(v[0]!) * v[1]!)([[3, 4]], [1, 2]);", [20, 10]],
  ["under a Hessian", "export const run = () => hessian((v: number[]) => f(v[0]!) * v[1]!)([3, 4]);", [[0, 10], [10, 0]]],
  ["under a Jacobian", "export const run = () => jacobian((v: number[]) => [f(v[0]!), v[0]! * f(v[1]!)])([3, 4]);", [[10, 0], [16, 30]]],
  ["under a Jacobian by columns", "export const run = () => jacobian((v: number[]) => [f(v[0]!), v[0]! * f(v[1]!)], { mode: \"forward\" })([3, 4]);", [[10, 0], [16, 30]]],
  ["forward over reverse", "export const run = () => jvp(grad((x: number) => f(x) * f(x)))([3], [1]);", [180, 200]],
  ["in differentiated code that makes it", "export const run = () => grad((x: number) => customRule((y: number): number => y * y, { vjp: (_a, _v, c) => [7 * c] })(x))(3);", 7],
];

const arrays: readonly (readonly [name: string, rest: string, expected: unknown])[] = [
  ["of all arguments", "export const run = () => grad((v: number[], k: number) => { const y = f(v, k); return y[0]! * y[1]!; }, { wrt: [0, 1] })([1, 2], 2);", [[12, 6], 20]],
  ["along a direction", "export const run = () => jvp((v: number[], k: number) => { const y = f(v, k); return y[0]! * y[1]!; })([[1, 2], 2], [[1, 0], 1]);", [8, (3 + 5) * 4]],
  ["whose result is written to", "export const run = () => grad((v: number[]) => { const y = f(v, 2); y[0] = v[1]! * y[1]!; y.push(1); return y[0]! + y[1]!; })([1, 2]);", [0, 4 + 3 * 2 + 3]],
  ["whose argument is written to afterwards", "export const run = () => grad((v: number[]) => { const w = v.slice(); const y = f(w, 2); w[0] = 9; return y[0]! + w[0]!; })([1, 2]);", [3, 0]],
  ["whose argument is written to before", "export const run = () => grad((v: number[]) => { const w = v.slice(); w[0]! *= 2; const y = f(w, 2); return y[0]!; })([1, 2]);", [6, 0]],
  ["in a loop of swapped buffers", "export const run = () => grad((v: number[]) => { let a = v.slice(); let b = f(a, 0.5); for (let i = 0; i < 2; i++) { [a, b] = [f(b, 0.5), a]; } return a[0]! + b[1]!; })([1, 2]);", [3, 9]],
  ["pulled back twice", "export const run = () => { const [, pull] = vjp((v: number[], k: number) => f(v, k))([1, 2], 2); return [pull([1, 0]), pull([0, 1]), pull([1, 0])]; };", [[[3, 0], 5], [[0, 3], 0], [[3, 0], 5]]],
  ["whose result the caller changes", "export const run = () => { const g = vjp((v: number[]) => { const y = f(v, 2); return y.map((x) => x * y[0]!); }); const [y, pull] = g([1, 2]); y[0] = 99; return pull([1, 0]); };", [[12, 0]]],
  ["under a Jacobian, whatever its mode", "export const run = () => [jacobian((v: number[]) => f(v, v[0]!), { mode: \"forward\" })([1, 2]), jacobian((v: number[]) => f(v, v[0]!), { mode: \"reverse\" })([1, 2])];", [[[8, 0], [0, 3]], [[8, 0], [0, 3]]]],
  ["whose argument something else holds", "export const run = () => grad((v: number[]) => { const held = { row: v.slice() }; const y = f(held.row, 2); held.row = [v[1]! * 7, 0]; return y[0]! + held.row[0]!; })([1, 2]);", [3, 7]],
  ["under a Hessian", "export const run = () => hessian((v: number[]) => { const y = f(v, 2); return y[0]! * y[1]! + v[0]! * y[0]!; })([1, 2]);", [[6, 9], [9, 0]]],
];

/** product and quotient: what the rule reads must be what it was at the call */
const READING = "const f = customRule((v: number[]): number[] => v.map((x) => 1 / x), { vjp: ([v], y, c) => [v.map((x, i) => (-c[i]! * y[i]!) / x)] });\n";
const reading: readonly (readonly [name: string, rest: string, expected: unknown])[] = [
  ["plainly", "export const run = () => grad((v: number[]) => f(v)[0]!)([2, 1]);", [-0.25, 0]],
  ["its argument changes afterwards", "export const run = () => grad((v: number[]) => { const w = v.slice(); const y = f(w); w[0] = 7; return y[0]! + w[1]!; })([2, 1]);", [-0.25, 1]],
  ["its result changes afterwards", "export const run = () => grad((v: number[]) => { const y = f(v); const z = y[0]! * y[0]!; y[0] = 3; return z + y[0]!; })([2, 1]);", [-0.25, 0]],
  ["its result is sorted, and grows", "export const run = () => grad((v: number[]) => { const y = f(v); y.push(v[0]!); y.reverse(); return y[0]! + 2 * y[2]!; })([2, 1]);", [1 - 0.5, 0]],
  ["the caller changes the result", "export const run = () => { const [y, pull] = vjp((v: number[]) => f(v))([2, 1]); y[0] = 5; return [pull([1, 0]), pull([1, 0])]; };", [[[-0.25, 0]], [[-0.25, 0]]]],
  ["its result is spliced, and pulled back twice", "export const run = () => { const [, pull] = vjp((v: number[]): [number, number] => { const y = f(v); const z = y[0]! * y[1]!; y.splice(1, 1, v[0]!); return [z, y[1]!]; })([2, 1]); return [pull([1, 10]), pull([1, 0])]; };", [[[-0.25 + 10, -0.5]], [[-0.25, -0.5]]]],
  ["in a loop that works in place", "export const run = () => grad((v: number[]) => { const w = v.slice(); let s = 0; for (let i = 0; i < 3; i++) { const y = f(w); s += y[0]!; w[0]! *= 2; } return s; })([2, 1]);", [-0.25 * (1 + 1 / 2 + 1 / 4), 0]],
  ["at second order", "export const run = () => hessian((v: number[]) => { const w = v.slice(); const y = f(w); w[0] = 9; return y[0]!; })([2, 1]);", [[0.25, 0], [0, 0]]],
  ["forward over reverse, without a jvp", "export const run = () => hvp((v: number[]) => { const w = v.slice(); const y = f(w); w[0] = 9; return y[0]!; })([[2, 1]], [1, 1]);", [0.25, 0]],
];

/** what the rule reads beside its arguments must be what it was at the call, too */
const around: readonly (readonly [name: string, source: string, expected: unknown])[] = [
  ["takes fewer arguments than it is given, and captures", "export const run = () => [grad((x: number) => { const k = Math.floor(x); const f = customRule((y: number): number => y * y, { vjp: () => [k] }); return f(x); })(3.5), jvp((x: number) => { const k = Math.floor(x); const f = customRule((y: number): number => y * y, { jvp: ([y]) => [y * y, k] }); return f(x); })([3.5], [1])];", [3, [12.25, 3]]],
  ["is a function with a name, beside one that captures", "const twice = ([y]: readonly [number], [t]: readonly [number]): [number, number] => [2 * y, 7 * t];\nexport const run = () => jvp((x: number) => { const k = Math.floor(x); const f = customRule((y: number): number => k * y, { jvp: twice, vjp: (_a, _v, c) => [k * c] }); return f(x); })([3.5], [2]);", [10.5, 14]],
  ["has a parameter that nobody gives", "export const run = () => grad((x: number) => { const k = Math.floor(x); const f = customRule((y: number): number => y * y, { vjp: (_a: readonly [number], _v: number, c: number, by = 2): [number] => [c * by * k] }); return f(x); })(3.5);", 6],
  ["reads a variable of the module that is assigned afterwards", "let scale = 3;\nconst f = customRule((y: number): number => y * scale, { vjp: (_a, _v, c) => [c * scale] });\nexport const run = () => { const once = grad((x: number) => { scale = 5; const y = f(x); scale = 100; return y; })(3); scale = 6; const [, pull] = vjp((x: number) => f(x))(3); scale = 7; return [once, pull(1)]; };", [5, [6]]],
  ["reads a variable of the module in a jvp that is transposed", "let scale = 3;\nconst f = customRule((y: number): number => y * scale, { jvp: ([y], [t]) => [y * scale, t * scale] });\nexport const run = () => grad((x: number) => { let s = 0; for (let i = 1; i < 4; i++) { scale = i; s += f(x); } scale = 100; return s; })(3);", 6],
  ["reads an array of the module that is written afterwards", "const K = [1, 2];\nconst f = customRule((y: number): number => y * K[0]!, { vjp: (_a, _v, c) => [c * K[0]!] });\nexport const run = () => grad((x: number) => { K[0] = 5; const y = f(x); K[0] = 100; return y; })(3);", 5],
  ["reads an array around it that is written afterwards", "export const run = () => grad((x: number) => { const k = [1, 2]; const f = customRule((y: number): number => y * k[0]!, { vjp: (_a, _v, c) => [c * k[0]!] }); const y = f(x); k[0] = 9; return y; })(3);", 1],
  ["counts its calls in the module", "let calls = 0;\nconst f = customRule((y: number): number => y * y, { vjp: ([y], _v, c) => { calls++; return [2 * y * c]; } });\nexport const run = () => [grad((v: number[]) => v.reduce((s, x) => s + f(x), 0))([1, 2, 3]), calls];", [[2, 4, 6], 3]],
  ["is one of two for a function", "const K = { a: 2 };\nconst square = (y: number): number => y * y;\nconst f = customRule(square, { vjp: ([y], _v, c) => [c * y] });\nconst g = customRule(square, { vjp: ([y], _v, c) => [c * y * K.a] });\nexport const run = () => grad((x: number) => { const y = f(x) + g(x); K.a = 9; return y; })(3);", 3 + 6],
];

const shapes: readonly (readonly [name: string, source: string, expected: unknown])[] = [
  ["takes and gives objects", `
type P = { x: number; y: number };
const turn = customRule((p: P, by: number): P => ({ x: p.x - by * p.y, y: p.y + by * p.x }), { vjp: ([p], _v, c) => [{ x: 2 * c.x, y: 3 * c.y }, c.x * p.y] });
export const run = () => grad((p: P, by: number) => { const q = turn(p, by); q.x *= 2; return q.x + q.y; }, { wrt: [0, 1] })({ x: 1, y: 5 }, 0.5);`, [{ x: 4, y: 3 }, 10]],
  ["takes objects, along a direction", `
type P = { x: number; y: number };
const turn = customRule((p: P, by: number): P => ({ x: p.x - by * p.y, y: p.y + by * p.x }), { vjp: ([p], _v, c) => [{ x: 2 * c.x, y: 3 * c.y }, c.x * p.y] });
export const run = () => jvp((p: P, by: number) => { const q = turn(p, by); return q.x + q.y; })([{ x: 1, y: 5 }, 0.5], [{ x: 1, y: 10 }, 100]);`, [4, 2 + 30 + 500]],
  ["reads the texts and methods of what changes afterwards", `
class Gauge { constructor(public level: number, readonly unit: string) {} factor(): number { return this.unit === "m" ? 100 : 1; } }
const inches = customRule((g: Gauge, o: { x: number; name: string }): number => g.level * g.factor() * o.x, { vjp: ([g, o], _v, c) => [{ level: c * g.factor() * o.x }, { x: o.name === "a" ? c * g.level * g.factor() : 0 }] });
export const run = () => { const f = grad((v: number[]) => { const g = new Gauge(v[0]!, "m"); const o = { x: v[1]!, name: "a" }; const y = inches(g, o); g.level = 7; o.x = 9; o.name = "b"; return y + g.level * o.x; }); return [f([2, 3]), jvp((v: number[]) => { const g = new Gauge(v[0]!, "m"); const o = { x: v[1]!, name: "a" }; return inches(g, o); })([[2, 3]], [[1, 0]])]; };`, [[300, 200], [600, 300]]],
  ["takes rows", `
const trace = customRule((m: number[][]): number => m[0]![0]! + m[1]![1]!, { vjp: ([m], _v, c) => [m.map((row, i) => row.map((_, j) => (i === j ? 2 * c : 0)))] });
export const run = () => grad((v: number[]) => { const m = [v.slice(), v.map((x) => x * 10)]; const t = trace(m); [m[0], m[1]] = [m[1]!, m[0]!]; m[0]![0] = 5; return t + m[0]![0]!; })([1, 2]);`, [2, 20]],
  ["gives rows", `
const outer = customRule((v: number[]): number[][] => v.map((x) => v.map((y) => x * y)), { vjp: ([v], _m, c) => [v.map((_, i) => c[i]!.reduce((a, x) => a + x, 0))] });
export const run = () => grad((v: number[]) => { const m = outer(v); m[0]![1] = 7; return m[0]![0]! + m[0]![1]! + 3 * m[1]![0]!; })([1, 2]);`, [1, 3]],
  ["works on typed arrays", `
const twice = customRule((v: Float64Array): Float64Array => v.map((x) => 2 * x), { vjp: (_a, _v, c) => [c.map((x) => 5 * x)] });
export const run = () => [...grad((v: Float64Array) => { const y = twice(v); return y[0]! * y[1]!; })(Float64Array.of(1, 2))];`, [20, 10]],
  ["says that there is nothing, with null", `
const f = customRule((x: number, y: number): number => x * y, { vjp: ([x], _v, c) => [x > 0 ? 2 * c : null, null] });
export const run = () => [grad((x: number, y: number) => f(x, y) + y, { wrt: [0, 1] })(3, 4), grad((x: number, y: number) => f(x, y) + x, { wrt: [0, 1] })(-3, 4)];`, [[2, 1], [1, 0]]],
  ["takes texts and flags", `
const unit = customRule((x: number, kind: "a" | "b", on: boolean): number => (on ? x : kind === "a" ? 2 * x : 3 * x), { vjp: ([, kind, on], _v, c) => [on ? c : kind === "a" ? 20 * c : 30 * c, null, null] });
export const run = () => [grad((x: number) => unit(x, "a", false))(1), grad((x: number) => unit(x, "b", false))(1), jvp((x: number) => unit(x, "b", true))([1], [4])];`, [20, 30, [1, 4]]],
  ["has an argument that may be left out", `
const power = customRule((x: number, n = 2): number => x ** n, { vjp: ([x, n], _v, c) => [(n ?? 2) * 10 * c * x, null] });
export const run = () => [grad((x: number) => power(x))(3), grad((x: number) => power(x, 3))(1)];`, [60, 30]],
  ["reads the value", `
const exp = customRule((x: number): number => Math.exp(x), { vjp: (_a, value, c) => [value * c * 2] });
export const run = () => [grad((x: number) => exp(x))(0), hessian((v: number[]) => exp(v[0]!))([0])];`, [2, [[4]]]],
  ["calls the function that it is for", `
const exp: (x: number) => number = customRule((x: number): number => Math.exp(x), { vjp: ([x], _value, c) => [2 * exp(x) * c] });
export const run = () => [grad((x: number) => exp(x))(0), grad((x: number) => grad((y: number) => exp(y))(x))(0)];`, [2, 4]],
  ["stands in a const, its functions with names", `
function f0(x: number): number { return x * x; }
function vjp0([x]: [number], _v: number, c: number): [number] { return [c * x * 5]; }
const rule = { vjp: vjp0 };
const f = customRule(f0, rule);
export const run = () => [grad((x: number) => f(x))(3), grad((x: number) => f0(x))(3)];`, [15, 6]],
  ["is written with methods", `
const f = customRule((x: number): number => x * x, { jvp([x], [t]) { return [x * x, 4 * t]; }, vjp([x], _v, c) { return [x * c]; } });
export const run = () => [grad((x: number) => f(x))(3), jvp((x: number) => f(x))([3], [1])];`, [3, [9, 4]]],
  ["is for a function of the library", `
const sine = customRule(Math.sin, { vjp: (_a, _v, c) => [8 * c] });
export const run = () => grad((x: number) => sine(2 * x))(0);`, 16],
  ["uses what is around it", `
export const run = () => grad((x: number) => { const k = [3, 4]; let n = 0; n += 2; const f = customRule((y: number): number => y * k[0]! * n, { vjp: (_a, _v, c) => [c * k[1]! * n] }); n = 100; return f(x) + f(2 * x); })(1);`, 1200],
  ["uses what is around the marker", `
export function run() { const k = 3; const f = customRule((y: number): number => y * k, { vjp: (_a, _v, c) => [c * k * 2] }); return [grad((x: number) => f(x))(1), grad(f)(1)]; }`, [6, 6]],
  ["is used beside an object that reverse reads", "const f = customRule((x: number): number => 2 * x, { vjp: (_a, _v, c) => [7 * c] });\nexport const run = () => jacobian((x: number, v: number[]) => { const p = { x: x < 2 ? f(x) : x, y: x }; for (let i = v.length - 1; i >= 0; i--) if (v[i]! < 0) return 1; if (p.y > v[0]!) return v[1]!; return x + p.x * 0.5; }, { wrt: [0, 1] })(1, [2, 3]);", [4.5, [0, 0]]],
  ["is used once, with its effects", `
let calls = 0;
const f = customRule((x: number): number => { calls++; return x * x; }, { vjp: ([x], _v, c) => [2 * x * c] });
export const run = () => { const g = grad((v: number[]) => { let s = 0; for (const x of v) s += f(x); return s * s; })([1, 2]); return [g, calls]; };`, [[20, 40], 2]],
  ["is for a function that throws", `
const f = customRule((x: number): number => { if (x < 0) throw new RangeError("negative"); return Math.sqrt(x); }, { vjp: (_a, value, c) => [c / value] });
export const run = () => { const g = grad((x: number) => f(x) * 2); try { return [g(4), g(-1)]; } catch (e) { return (e as Error).message; } };`, "negative"],
];

const refused: readonly (readonly [name: string, source: string, code: string])[] = [
  ["a rule without functions", "const f = customRule((x: number) => x, {});\nexport const run = () => grad((x: number) => f(x))(1);", "CT5001"],
  ["a rule that is not written out", "const rules: { vjp: (a: [number], v: number, c: number) => [number] }[] = [];\nconst f = customRule((x: number) => x, rules[0]!);\nexport const run = () => grad((x: number) => f(x))(1);", "CT5002"],
  ["a function that is not known", "export const g = (h: (x: number) => number) => grad((x: number) => customRule(h, { vjp: (_a, _v, c) => [c] })(x))(1);", "CT5003"],
  ["a rest parameter", "const f = customRule((...v: number[]) => v[0]!, { vjp: (_a, _v, c) => [c] });\nexport const run = () => grad((x: number) => f(x, 2))(1);", "CT5004"],
  ["functions as arguments", "const f = customRule((x: number, h: (x: number) => number) => h(x), { vjp: (_a, _v, c) => [c, null] });\nexport const run = () => grad((x: number) => f(x, Math.sin))(1);", "CT5004"],
  ["assignments around it", "export const run = () => grad((x: number) => { let n = 0; const f = customRule((y: number) => { n += y; return y; }, { vjp: (_a, _v, c) => [c] }); return f(x) + n; })(1);", "CT5005"],
  ["arguments that it changes", "const f = customRule((v: number[]) => { v[0] = 2; return v[1]!; }, { vjp: (_a, _v, c) => [[0, c]] });\nexport const run = () => grad((v: number[]) => f(v))([1, 2]);", "CT5005"],
  ["an argument that it returns", "const f = customRule((v: number[]) => v, { vjp: (_a, _v, c) => [c] });\nexport const run = () => grad((v: number[]) => f(v)[0]!)([1, 2]);", "CT5006"],
  ["functions of a function around it", "export const run = () => grad((x: number) => { const h = (y: number) => y * 2; const f = customRule((y: number) => h(y), { vjp: (_a, _v, c) => [c] }); return f(x); })(1);", "CT5007"],
  ["an active variable around it", "export const run = () => grad((x: number) => { const k = x * 2; const f = customRule((y: number) => k * y, { vjp: (_a, _v, c) => [c] }); return f(x); })(1);", "CT5008"],
  ["active state of the module", "let k = 1;\nconst f = customRule((y: number) => k * y, { vjp: (_a, _v, c) => [c * k] });\nexport const run = () => grad((x: number) => { k = x; return f(x); })(1);", "CT5008"],
  ["several runs of what has effects", "let n = 0;\nconst f = customRule((v: number[]) => { n++; return v.map((x) => x * x); }, { vjp: ([v], _y, c) => [v.map((x, i) => 2 * x * c[i]!)] });\nexport const run = () => jacobian((v: number[]) => f(v), { sparse: true })([1, 2]);", "CT2022"],
  ["a throw under a handler", "const f = customRule((x: number) => { if (x < 0) throw new Error(); return x; }, { vjp: (_a, _v, c) => [c] });\nexport const run = () => grad((x: number) => { try { return f(x); } catch { return 2 * x; } })(1);", "CT5009"],
];

describe("a rule", () => {
  describe.each([["vjp", TENFOLD_VJP], ["jvp", TENFOLD_JVP]])("that gives %s", (_kind, head) => {
    it.each(numbers)("%s", (_name, rest, expected) => { expect(rounded(run(head + rest))).toEqual(expected); });
  });
  describe.each([["vjp", SCALED_VJP], ["jvp", SCALED_JVP]])("of an array that gives %s", (_kind, head) => {
    it.each(arrays)("%s", (_name, rest, expected) => { expect(rounded(run(head + rest))).toEqual(expected); });
  });
  describe("reads what it was given", () => {
    it.each(reading)("%s", (_name, rest, expected) => { expect(rounded(run(READING + rest))).toEqual(expected); });
  });
  it("is the derivative of code that cannot be read", () => {
    const files = { "/node_modules/special/package.json": '{ "name": "special", "types": "index.d.ts" }', "/node_modules/special/index.d.ts": "export declare function erf(x: number): number;" };
    const source = `import { erf } from "special";
const f = customRule(erf, { vjp: ([x], _v, c) => [c * x * x] });
const g = customRule((x: number): number => erf(x) + 1, { vjp: ([x], _v, c) => [c * x * x] });
export const run = () => [valueAndGrad((x: number) => f(x) * 2)(3), jvp((x: number) => g(x))([3], [1])];`;
    expect(run(source, files, { special: { erf: (x: number) => 3 * x } })).toEqual([[18, 18], [10, 9]]);
  });
  it("asks for sparse matrices", () => {
    const source = `const f = customRule((x: number, y: number): number => Math.round(x), { vjp: (_a, _v, c) => [c, 2 * c] });
export const run = () => { const m = jacobian((v: number[]) => v.map((x, i) => f(x, v[(i + 1) % v.length]!)), { sparse: true })([1, 2, 3]); return [...m.rows].map((r, k) => [r, m.cols[k], m.vals[k]]).sort((a, b) => a[0]! - b[0]! || a[1]! - b[1]!); };`;
    expect(run(source)).toEqual([[0, 0, 1], [0, 1, 2], [1, 1, 1], [1, 2, 2], [2, 0, 2], [2, 2, 1]]);
  });
  it("of arrays, asks for sparse matrices", () => {
    const source = `const f = customRule((v: readonly number[]): number[] => v.map((x) => x * x), { vjp: ([v], _y, c) => [v.map((x, i) => 2 * x * c[i]!)] });
export const run = () => { const m = jacobian((v: number[]) => { const a = f(v.slice(0, 2)); const b = f([v[2]!]); return [a[0]! * b[0]!, b[0]!, a[1]!]; }, { sparse: true })([1, 2, 3]); return [...m.rows].map((r, k) => [r, m.cols[k], m.vals[k]]).filter(([, , x]) => x !== 0).sort((a, b) => a[0]! - b[0]! || a[1]! - b[1]!); };`;
    expect(run(source)).toEqual([[0, 0, 18], [0, 2, 6], [1, 2, 6], [2, 1, 4]]);
  });
  it.each(around)("%s", (_name, source, expected) => { expect(rounded(run(source))).toEqual(expected); });
  it.each(shapes)("%s", (_name, source, expected) => { expect(rounded(run(source))).toEqual(expected); });
  it.each(refused)("is refused: %s", (_name, source, code) => { expect(refusals(source)).toEqual([code]); });
  it("type-checks where it was compiled", () => {
    expect(emitted.size).toBeGreaterThan(80);
    expect(typeProblems(emitted, [...emitted.keys()], { ...PLAIN_OPTIONS, noUncheckedIndexedAccess: true }).map(({ text }) => text)).toEqual([]);
  });
});
