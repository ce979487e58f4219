// What is null, or left out, has null in its place in every derivative, whatever the function writes there (absent fields stay absent).
import { describe, expect, it } from "vitest";
import { functionOf } from "./harness/modules.ts";
import { createWorkbench, describeDiagnostic, PLAIN_OPTIONS } from "./harness/workbench.ts";

function run(source: string): unknown {
  const workbench = createWorkbench({ "/a.ts": `import { grad, hessian, hvp, jacobian, jvp, vjp } from "cotangent";\nexport const run = (): unknown => ${source};` }, PLAIN_OPTIONS, { adapt: (code) => code, packages: {} });
  try {
    const outcome = workbench.transform("/a.ts");
    if (outcome.kind !== "compiled") throw new Error(outcome.kind === "refused" ? outcome.diagnostics.map(describeDiagnostic).join("\n") : String(outcome.kind));
    return functionOf(workbench.load("/a.ts"), "run")();
  } finally {
    workbench.dispose();
  }
}

const SQUARES = "(v: (number | null)[]): number => { let s = 0; for (const x of v) if (x !== null) s += x * x; return s; }";
const RATED = "(o: { a: number | null; b: number }): number => (o.a ?? 2) * o.b * o.b";
const FILLED = "(x: number): [number, string, number | undefined] => { const t: [number, string, number | undefined] = [x, '', undefined]; if (x > 1) { t[1] = 'filled'; t[2] = x * x * 1.5; } return t; }";
const NOTED = "(x: number, k: number): { a: number; note?: string; on: boolean | null } => { const o: { a: number; note?: string; on: boolean | null } = { a: x, on: null }; if (k > 0) o.note = 'n'; o.a *= x; o.on = true; return o; }";

const ENDED = "(v: [number, number?], y: number): [number, number?] => (v[1] === undefined ? [v[0] * y] : [v[0] * y, v[1] * v[0]])";

const cases: readonly (readonly [name: string, source: string, expected: unknown])[] = [
  ["an element of an array", `grad(${SQUARES})([1, null, 3])`, [2, null, 6]],
  ["an element, in a pullback asked twice", `(([, pull]) => [pull(1), pull(2)])(vjp(${SQUARES})([1, null, 3]))`, [[[2, null, 6]], [[4, null, 12]]]],
  ["an element, by rows and by columns", `[jacobian(${SQUARES}, { mode: "reverse" })([1, null, 3]), jacobian(${SQUARES}, { mode: "forward" })([1, null, 3])]`, [[2, null, 6], [2, null, 6]]],
  ["an element, in a product", `hvp(${SQUARES})([[1, null, 3]], [5, null, 7])`, [10, null, 14]],
  ["an element that is written", "grad((v: (number | null)[]) => { v.push(3); v[1] = 2 * v[0]!; return v[1]! * v[0]!; })([1, null, 3])", [4, null, 0]],
  ["elements that change places", "grad((v: (number | null)[]) => { v.reverse(); return (v[0] ?? 5) * (v[1] ?? 7) * (v[2] ?? 1); })([1, null, 3])", [21, null, 7]],
  ["elements of both kinds", "grad((v: (number | null | undefined)[]) => { let s = 0; v.forEach((x, i) => { s += (x ?? i) * 2; }); return s; })([1, undefined, null])", [2, null, null]],
  ["an element of rows", "grad((m: (number | null)[][]) => (m[0]![0] ?? 3) * (m[1]![0] ?? 4))([[null], [5]])", [[null], [3]]],
  ["a field", `grad(${RATED})({ a: null, b: 3 })`, { a: null, b: 12 }],
  ["a field that is there", `grad(${RATED})({ a: 1, b: 3 })`, { a: 9, b: 6 }],
  ["a field, in a Hessian", `hessian(${RATED})({ a: null, b: 3 })`, { a: null, b: { a: null, b: 4 } }],
  ["a field that is absent", "grad((o: { a?: number; b: number }) => (o.a ?? 2) * o.b)({ b: 3 })", { b: 2 }],
  ["a position of a tuple", "grad((o: [number | null, number]) => (o[0] ?? 2) * o[1])([null, 3])", [null, 2]],
  ["a position of a tuple that is filled in", `(([, pull]) => pull([1, null, 1]))(vjp(${FILLED})(3))`, [10]],
  ["a position of a tuple that is filled in, along a direction", `jvp(${FILLED})([3], [1])[1]`, [1, null, 9]],
  ["a position of a tuple of strings that is written", 'jvp((x: number): [number, string] => { const t: [number, string] = [x, "a"]; t[1] = "b"; t[0] *= x; return t; })([3], [1])[1]', [6, null]],
  ["an end of a tuple that is left out", `[jacobian(${ENDED}, { mode: "reverse" })([2], 5), jacobian(${ENDED}, { mode: "forward" })([2], 5)]`, [[[5]], [[5]]]],
  ["an end of a tuple that is there", `[jacobian(${ENDED}, { mode: "reverse" })([2, 3], 5), jacobian(${ENDED}, { mode: "forward" })([2, 3], 5)]`, [[[5, 0], [3, 2]], [[5, 0], [3, 2]]]],
  ["an end of a tuple, in a pullback asked twice", `(([, pull]) => [pull([1]), pull([2])])(vjp(${ENDED})([2], 5))`, [[[5], 2], [[10], 4]]],
  ["an end of a tuple, in a Hessian", "[[2], [2, 3]].map((v) => hessian((v: [number, number?]): number => v[0] ** 3 * (v[1] ?? 2))(v as [number, number?]))", [[[24]], [[36, 12], [12, 0]]]],
  ["a position of a tuple that is null, or left out, and is written", "[grad((o: [number, number?]) => { o[1] = 2; return o[0] * o[1]; })([4]), vjp((o: [number | null, number], x: number) => { o[0] = x; return o[0] * o[1]; })([null, 2], 3)[1](1)]", [[2], [[null, 3], 2]]],
  ["what is stored of a text, along a direction", '(["auto", 3] as const).map((w) => jvp((x: number, w: number | "auto") => { const o: { width: number | "auto"; x: number } = { width: 1, x }; o.width = w; return [o, [w, x]] as [{ width: number | "auto"; x: number }, (number | "auto")[]]; })([1, w], [1, 5])[1])', [[{ width: null, x: 1 }, [null, 1]], [{ width: 5, x: 1 }, [5, 1]]]],
  ["a gradient of nothing, along a direction", '[jvp(grad((x: number, w: number | null) => (w === null ? x * x : w * x * x), { wrt: [0, 1] }))([1, null], [1, 0])[1], jvp(grad((x: number, w: number | "auto") => (w === "auto" ? x * x : w * x * x), { wrt: [0, 1] }))([1, 3], [1, 0])[1]]', [[2, null], [6, 2]]],
  ["a field of strings that is written", `jvp(${NOTED})([3, 1], [1, null])[1]`, { a: 6 }],
  ["a field of strings that is written, in a pullback", `(([q, pull]) => [q, pull({ a: 1 })])(vjp(${NOTED})(3, 1))`, [{ a: 9, note: "n", on: true }, [6, 0]]],
  ["a field that is absent and is filled by a name known at run time", 'grad((x: number, o: { a?: number; b?: number }) => { for (const key of ["a", "b"] as const) o[key] ??= x; return o.a! * o.b!; }, { wrt: [0, 1] })(3, { a: 2 })', [2, { a: 3 }]],
  ["an entry of a record", 'grad((o: Record<string, number | null>) => (o["a"] ?? 2) * o["b"]!)({ a: null, b: 3 })', { a: null, b: 2 }],
  ["an argument", "grad((x: number | null, y: number) => (x ?? 2) * y, { wrt: [0, 1] })(null, 3)", [null, 2]],
  ["an argument that is there", "grad((x: number | null, y: number) => (x ?? 2) * y, { wrt: [0, 1] })(4, 3)", [3, 4]],
  ["an argument that is a text", '[3, "auto"].map((w) => grad((x: number, width: number | "auto") => x * x * (width === "auto" ? 0.5 : width), { wrt: [0, 1] })(2, w as number | "auto"))', [[12, 4], [2, null]]],
  ["an argument that is a text, in a pullback", '(([, pull]) => pull(1))(vjp((x: number, width: number | string | null) => (typeof width === "number" ? x * width : x))(2, "wide"))', [1, null]],
  ["an argument that is left out", "grad((y: number, x?: number) => (x ?? 2) * y, { wrt: [0, 1] })(3)", [2, null]],
  ["an argument with a default that is null", "grad((y: number, x: number | null = 2) => (x ?? 7) * y, { wrt: [0, 1] })(3, null)", [7, null]],
  ["an argument that is left out, with a default", "grad((y: number, x = 2) => x * y, { wrt: [0, 1] })(3)", [2, 3]],
  ["a default, along a direction", "jvp((y: number, x = 2) => x * x * y)([3, undefined], [1, 10])", [12, 124]],
  ["a default, at second order", "hessian((y: number, x = 2) => x * x * y, { wrt: [0, 1] })(3)", [[0, 4], [4, 6]]],
  ["a default that depends on another argument", "grad((a: number, b = a * 0.5) => a * b, { wrt: [0, 1] })(4)", [4, 4]],
  ["a default that is not used", "grad((a: number, b = a * 0.5) => a * b, { wrt: [0, 1] })(4, 3)", [3, 4]],
];

describe("null mirrors as null", () => {
  it.each(cases)("%s", (_name, source, expected) => { expect(run(source)).toStrictEqual(expected); });
});
