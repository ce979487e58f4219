// The checks of `cotangent/testing` on derivatives that are known: right ones pass, wrong ones are found and named, and what differences
// cannot tell is said. Closed forms only: no compiler takes part.
import { checkAdjoint, CheckError, checkGrad, checkHessian, checkHvp, checkJacobian, checkJvp, checkValueAndGrad, checkVjp, type CheckOptions, type Report } from "cotangent/testing";
import { describe, expect, it, test } from "vitest";

type Scalar = (x: number) => number;

/** the report, whether it was thrown or not */
function reportOf(run: () => Report): Report {
  try {
    return run();
  } catch (error) {
    if (error instanceof CheckError) return error.report;
    throw error;
  }
}

const scalar = (f: Scalar, derivative: Scalar, at: number, options: CheckOptions = {}): Report => reportOf(() => checkGrad(f, derivative, [at], options));

const softplus: Scalar = (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const relu: Scalar = (x) => Math.max(0, x);

const SMOOTH: readonly (readonly [name: string, f: Scalar, derivative: Scalar, points: readonly number[]])[] = [
  ["sin", Math.sin, Math.cos, [0, 1, -2, 1e-9, 1e-150, 100, 1e6, 1.7e9]],
  ["exp", Math.exp, Math.exp, [0, 1, -30, 20, 1e-12]],
  ["log", Math.log, (x) => 1 / x, [1, 1e-300, 1e300, 1e-8, 0.3]],
  ["sqrt", Math.sqrt, (x) => 0.5 / Math.sqrt(x), [1, 1e-12, 1e-150, 1e150]],
  ["x²", (x) => x * x, (x) => 2 * x, [0, 3, 1e150, 1e-150, -1e-12]],
  ["x³ with cancellation", (x) => (x + 1e4) ** 3 - 1e12, (x) => 3 * (x + 1e4) ** 2, [0, 1]],
  ["1 / x", (x) => 1 / x, (x) => -1 / (x * x), [1, 1e-100, -1e100, 1e-5]],
  ["softplus", softplus, (x) => 1 / (1 + Math.exp(-x)), [0, 1, -40, 40]],
  ["atan of a large multiple", (x) => Math.atan(1e6 * x), (x) => 1e6 / (1 + 1e12 * x * x), [0, 1e-6, 0.01, 1]],
  ["sin of a huge multiple", (x) => Math.sin(1e150 * x), (x) => 1e150 * Math.cos(1e150 * x), [1.3e-150]],
  ["tanh, saturated", Math.tanh, (x) => 1 / Math.cosh(x) ** 2, [0, 5, 15]],
  ["a narrow bell", (x) => Math.exp(-(((x - 1) / 1e-4) ** 2)), (x) => (-2e8 * (x - 1)) * Math.exp(-(((x - 1) / 1e-4) ** 2)), [1, 1.0001, 1.00005]],
  ["x |x|", (x) => x * Math.abs(x), (x) => 2 * Math.abs(x), [0, 1, -1e-9]],
  ["x |x| + sin x", (x) => x * Math.abs(x) + Math.sin(x), (x) => 2 * Math.abs(x) + Math.cos(x), [0, 1e-7]],
  ["|x|^1.5", (x) => Math.abs(x) ** 1.5, (x) => 1.5 * Math.sqrt(Math.abs(x)) * Math.sign(x), [0, 1e-10, 1]],
  ["a constant", () => 7, () => 0, [0, 1, 1e150]],
  ["a square about a large number", (x) => 1e12 + (x - 1) ** 2, (x) => 2 * (x - 1), [1]],
  ["oscillation", (x) => Math.sin(300 * x), (x) => 300 * Math.cos(300 * x), [0, 1, 7]],
];

describe("smooth functions", () => {
  const cases = SMOOTH.flatMap(([name, f, derivative, points]) => points.map((x) => ({ name, f, derivative, x })));

  it.each(cases)("$name at $x agrees", ({ f, derivative, x }) => {
    expect(scalar(f, derivative, x)).toMatchObject({ ok: true, failure: null, remarks: [], compared: 1 });
  });

  // where the slope is zero, or lost in rounding, nothing is off relative to it
  it.each(cases.filter(({ derivative, f, x }) => Math.abs(derivative(x) * (x || 1)) > 1e-3 * Math.abs(f(x))))("$name at $x: wrong slopes are found", ({ f, derivative, x }) => {
    // the last digits of a function with a large condition number are rounding errors
    const isWell = Math.abs((derivative(x) * x) / f(x)) < 1e5;
    for (const wrong of [(d: number) => -d, (d: number) => 2 * d, () => 0, ...(isWell ? [(d: number) => d * (1 + 1e-6), (d: number) => d * (1 - 1e-6)] : [])]) {
      expect(scalar(f, (y) => wrong(derivative(y)), x)).toMatchObject({ ok: false, failure: { what: "differences" } });
    }
  });

  it("huge values nearby hide nothing", () => {
    const f: Scalar = (x) => Math.exp(1 / Math.cos(x));
    const slope: Scalar = (x) => (f(x) * Math.sin(x)) / Math.cos(x) ** 2;
    for (const wrong of [-1, 0, 2, 1.01]) expect(scalar(f, (x) => wrong * slope(x), -1124640.8158913255)).toMatchObject({ ok: false });
  });

  it("slopes that are infinite or not a number fail", () => {
    for (const wrong of [Number.NaN, Infinity, -Infinity]) expect(scalar(Math.sin, () => wrong, 1)).toMatchObject({ ok: false, failure: { path: "args[0]" } });
  });
});

describe("kinks", () => {
  const kinks: readonly (readonly [name: string, f: Scalar, at: number, left: number, right: number])[] = [
    ["abs", Math.abs, 0, -1, 1],
    ["relu", relu, 0, 0, 1],
    ["a kink off zero", (x) => Math.abs(x - 1), 1, -1, 1],
    ["a kink on a slope", (x) => Math.abs(x - 1) + Math.sin(3 * x), 1, -1 + 3 * Math.cos(3), 1 + 3 * Math.cos(3)],
    ["a tie", (x) => Math.max(2 * x, x * x), 2, 2, 4],
    ["a kink under a large number", (x) => 1e6 + Math.abs(x - 3), 3, -1, 1],
  ];

  it.each(kinks)("%s: whatever lies between both slopes is a convention", (_, f, at, left, right) => {
    for (const d of [left, right, (left + right) / 2, 0.9 * left + 0.1 * right]) {
      expect(scalar(f, () => d, at)).toMatchObject({ ok: true, remarks: [{ kind: "kink", text: expect.stringContaining("kink") as unknown }] });
    }
  });

  it.each(kinks)("%s: what does not is wrong", (_, f, at, left, right) => {
    for (const d of [left - 0.01, right + 0.01, 10 * right + 1]) expect(scalar(f, () => d, at)).toMatchObject({ ok: false, failure: { expected: expect.closeTo(left, 4) as unknown } });
  });

  it.each([1e-2, 1e-4, 1e-5, 1e-7, 1e-9])("%d beside it the slope is known", (by) => {
    for (const side of [by, -by]) {
      const f: Scalar = (x) => Math.abs(x - 1) + Math.sin(3 * x);
      const slope = Math.sign(side) + 3 * Math.cos(3 * (1 + side));
      expect(scalar(f, () => slope, 1 + side)).toMatchObject({ ok: true, remarks: [] });
      expect(scalar(f, () => slope - 2 * Math.sign(side), 1 + side)).toMatchObject({ ok: false });
      expect(scalar(Math.abs, () => Math.sign(side), side)).toMatchObject({ ok: true, remarks: [] });
      expect(scalar(Math.abs, () => 0, side)).toMatchObject({ ok: false });
    }
  });

  it("a kink beside zero, among numbers of another size", () => {
    const f = (x: readonly number[]): number => Math.sin(Math.max(x[1]!, x[2]!));
    expect(checkGrad(f, () => [0, 0, 1], [[1.9e6, -9.9e-4, 0]])).toMatchObject({ ok: true, remarks: [] });
    expect(scalar((x) => 1e4 + relu(x), () => 0, -2e-8)).toMatchObject({ ok: true });
    expect(scalar((x) => 1e6 * x + relu(x), () => 1e6, 0)).toMatchObject({ ok: true, remarks: [{ kind: "kink" }] });
    expect(scalar((x) => relu(x) ** 2, () => 0, -1e-4)).toMatchObject({ ok: true });
    for (const g of [(x: number) => Math.cbrt(x * x), (x: number) => Math.sqrt(Math.abs(x))]) expect(scalar(g, () => 0, 0)).toMatchObject({ ok: true, remarks: [{ kind: "kink", text: expect.stringContaining("cusp") as unknown }] });
  });

  it("closer than rounding shows, it is a kink", () => {
    expect(scalar((x) => Math.abs(x - 1), () => 1, 1 + 1e-14)).toMatchObject({ ok: true, remarks: [{ kind: "kink" }] });
  });

  it("jumps: the slopes beside them are conventions", () => {
    for (const [f, at] of [[Math.floor, 1], [Math.sign, 0], [Math.round, 0.5]] as const) expect(scalar(f, () => 0, at)).toMatchObject({ ok: true });
    const f: Scalar = (x) => x * Math.floor(x);
    expect(scalar(f, () => 2.5, 2.5)).toMatchObject({ ok: false });
    expect(scalar((x) => x * (x < 0.5 ? 1 : 3), () => 3, 0.5)).toMatchObject({ ok: true, remarks: [{ kind: "kink", text: expect.stringContaining("jumps") as unknown }] });
    expect(scalar((x) => x * (x < 0.5 ? 1 : 3), () => 5, 0.5)).toMatchObject({ ok: false });
  });

  it("infinite slopes", () => {
    for (const f of [Math.sqrt, Math.cbrt]) {
      expect(scalar(f, () => Infinity, 0)).toMatchObject({ ok: true, remarks: [{ kind: "kink" }] });
      expect(scalar(f, () => 0, 0)).toMatchObject({ ok: false });
    }
    expect(scalar((x) => (x > 0 ? Math.sqrt(x) : 3 * x), () => 3, 0)).toMatchObject({ ok: true, remarks: [{ kind: "kink" }] });
  });

  it("the end of the domain has a slope on one side", () => {
    expect(scalar((x) => Math.sqrt(x) ** 3, () => 0, 0)).toMatchObject({ ok: true });
    expect(scalar((x) => (x >= 1 ? x * x : Number.NaN), () => 2, 1)).toMatchObject({ ok: true, remarks: [] });
    expect(scalar((x) => (x >= 1 ? x * x : Number.NaN), () => 1, 1)).toMatchObject({ ok: false });
    expect(scalar((x) => { if (x > 1) throw new RangeError("too far"); return x * x; }, () => 2, 1)).toMatchObject({ ok: true });
  });
});

describe("functions that round", () => {
  it("numbers kept in single precision have the slope that is seen from afar", () => {
    for (const at of [3, 1, 1e-3, 1e-6, 0]) {
      const f: Scalar = (x) => Math.fround(1 + x) * Math.fround(1 + x);
      expect(scalar(f, (x) => 2 * (1 + x), at)).toMatchObject({ ok: true });
      expect(scalar(f, () => 0, at)).toMatchObject({ ok: false });
    }
  });

  it("a staircase of small steps is no zero slope", () => {
    const report = scalar((x) => x * Number(x.toFixed(6)), (x) => x, 3);
    expect(report).toMatchObject({ ok: false, failure: { derivative: 3, expected: expect.closeTo(6, 2) as unknown, text: expect.stringContaining("staircase") as unknown } });
    expect(scalar((x) => Math.round(x * 1e6) / 1e6, () => 0, 0.3)).toMatchObject({ ok: false });
  });

  it("a table that is interpolated has the slope of its cell", () => {
    const table = Array.from({ length: 2001 }, (_, i) => Math.sin((3 * i) / 1000));
    const cell = (x: number): number => Math.floor(1000 * x);
    const f: Scalar = (x) => table[cell(x)]! + (1000 * x - cell(x)) * (table[cell(x) + 1]! - table[cell(x)]!);
    const slope: Scalar = (x) => 1000 * (table[cell(x) + 1]! - table[cell(x)]!);
    for (const at of [0.7123, 0.50001, 1.2345678]) {
      expect(scalar(f, slope, at)).toMatchObject({ ok: true });
      expect(scalar(f, (x) => 1.01 * slope(x), at)).toMatchObject({ ok: false });
    }
  });

  it("a coarse staircase without a slope is told", () => {
    expect(scalar((x) => Math.floor(100 * x), () => 0, 0.705)).toMatchObject({ ok: true, remarks: [{ kind: "kink", text: expect.stringContaining("staircase") as unknown }] });
  });

  it("rounding errors of a derivative that vanishes are none", () => {
    const softmax = (x: readonly number[]): number[] => { const e = x.map(Math.exp); const sum = e.reduce((s, v) => s + v, 0); return e.map((v) => v / sum); };
    const total = (x: readonly number[]): number => softmax(x).reduce((s, v) => s + v, 0);
    expect(checkGrad(total, (x) => x.map((_, i) => (i - 1) * 1.1e-16), [[1, 2, 3]])).toMatchObject({ ok: true, remarks: [] });
    expect(scalar((x) => x / x, (x) => 1 / x - x / (x * x) + 2e-9, 4e-9)).toMatchObject({ ok: true });
  });

  it("noise widens what agrees, and no more", () => {
    for (const noise of [1e-12, 1e-9, 1e-6, 1e-5]) {
      for (const at of [0.3, 1, 2.2]) {
        const f: Scalar = (x) => Math.sin(x) + noise * Math.sin(1e13 * x);
        expect(scalar(f, Math.cos, at)).toMatchObject({ ok: true });
        expect(scalar(f, (x) => 1.2 * Math.cos(x), at)).toMatchObject({ ok: false });
        expect(scalar(f, () => 0, at)).toMatchObject({ ok: false });
      }
    }
  });

  it("nothing is said where noise hides everything", () => {
    expect(scalar((x) => 1e14 + x, () => 1, 1)).toMatchObject({ ok: false, failure: { what: "point" } });
    expect(scalar((x) => 1e-3 * x + Math.sin(1e13 * x), () => 1e-3, 1)).toMatchObject({ ok: false, failure: { what: "point", text: expect.stringMatching(/settle|rounding/) as unknown } });
  });
});

describe("points at which there is nothing to compare with", () => {
  it("a value that is not finite fails", () => {
    expect(scalar(Math.sqrt, () => 1, -1)).toMatchObject({ ok: false, failure: { what: "point", text: "the function is NaN at this point" } });
    expect(scalar((x) => 1 / x, () => 1, 0)).toMatchObject({ ok: false, failure: { what: "point", text: "the function is Infinity at this point" } });
  });

  it("so does a function that answers differently the second time", () => {
    let calls = 0;
    expect(scalar((x) => x + calls++, () => 1, 1)).toMatchObject({ ok: false, failure: { what: "point", text: expect.stringContaining("gives 1 and then 2") as unknown } });
  });

  it("what the function throws at the point is the user's to see", () => {
    expect(() => checkGrad((x: number): number => { throw new RangeError(`no ${x}`); }, () => 1, [2])).toThrow(new RangeError("no 2"));
  });
});

// ---------------------------------------------------------------------------------------------------- structures

interface Entry {
  readonly label: string;
  x: number;
  readonly skip?: number;
}

interface Model {
  readonly w: Entry[];
  readonly table: Map<string, number[]>;
  readonly pair: readonly [number, string];
  readonly ids: Int32Array;
  readonly floats: Float64Array;
  readonly none: null;
  readonly next?: Model;
}

function score({ w, table, pair, ids, floats, next }: Model, scale: number): number {
  let sum = pair[0] ** 3;
  for (const e of w) sum += e.x * e.x * (e.skip ?? 1);
  for (const [key, row] of table) row.forEach((v, i) => { sum += key.length * v * v * (i + 1); });
  for (let i = 0; i < ids.length; i++) sum += floats[ids[i]!]! ** 2;
  w[0]!.x = 1e9;
  floats.fill(0);
  return scale * sum + (next === undefined ? 0 : score(next, scale));
}

interface Slope {
  w: { x: number; skip?: number }[];
  table: Map<string, number[]>;
  pair: [number, null];
  floats: Float64Array;
  none: null;
  next?: Slope;
}

function slopeOf({ w, table, pair, ids, floats, next }: Model, scale: number): Slope {
  const own = new Float64Array(floats.length);
  for (const i of ids) own[i]! += 2 * scale * floats[i]!;
  return {
    w: w.map(({ x, skip }) => ({ x: 2 * scale * x * (skip ?? 1), ...(skip === undefined ? {} : { skip: scale * x * x }) })),
    table: new Map([...table].map(([key, row]) => [key, row.map((v, i) => 2 * scale * key.length * v * (i + 1))])),
    pair: [3 * scale * pair[0] ** 2, null], floats: own, none: null,
    ...(next === undefined ? {} : { next: slopeOf(next, scale) }),
  };
}

const model = (next?: Model): Model => ({
  w: [{ label: "a", x: 1.5 }, { label: "b", x: -2, skip: 3 }], table: new Map([["one", [1, 2]], ["three", [0, -1e-3]]]), pair: [0.5, "p"],
  ids: Int32Array.of(2, 0, 2), floats: Float64Array.of(1, 5, -3), none: null, ...(next === undefined ? {} : { next }),
});

const damaged = (damage: (slope: Slope) => void) => (m: Model, scale: number): never => {
  const slope = slopeOf(m, scale);
  damage(slope);
  return slope as never;
};

describe("structures", () => {
  it("a right gradient agrees; the arguments stay as they were", () => {
    const args: [Model, number] = [model(model()), 2];
    expect(checkGrad(score, slopeOf as never, args)).toMatchObject({ ok: true, remarks: [], compared: 22 });
    expect(args).toStrictEqual([model(model()), 2]);
  });

  it.each<readonly [path: string, damage: (slope: Slope) => void]>([
    ["{…}.w[1].x".replace("{…}", "args[0]"), (s) => { s.w[1]!.x *= -1; }],
    ["args[0].w[1].skip", (s) => { s.w[1]!.skip = 0; }],
    ['args[0].table.get("three")[1]', (s) => { s.table.get("three")![1]! *= 1 + 1e-6; }],
    ["args[0].pair[0]", (s) => { s.pair[0] += 1e-4; }],
    ["args[0].floats[2]", (s) => { s.floats[2]! /= 2; }],
    ["args[0].floats[1]", (s) => { s.floats[1] = 1e-3; }],
    ["args[0].next.floats[0]", (s) => { s.next!.floats[0] = Number.NaN; }],
  ])("%s is named", (path, damage) => {
    expect(reportOf(() => checkGrad(score, damaged(damage), [model(model()), 2]))).toMatchObject({ ok: false, failure: { what: "differences", path } });
  });

  it.each<readonly [path: string, what: string, damage: (slope: Slope) => void]>([
    ["args[0].w", "shape", (s) => { s.w.pop(); }],
    ["args[0].w[0].x", "shape", (s) => { s.w[0]!.x = [1] as never; }],
    ["args[0].floats", "shape", (s) => { s.floats = 1 as never; }],
    ["args[0].w[1].x", "differences", (s) => { s.w[1] = null as never; }],
    ["args[0].pair[0]", "differences", (s) => { delete (s as Partial<Slope>).pair; }],
  ])("%s: what is missing or misshapen is named", (path, what, damage) => {
    expect(reportOf(() => checkGrad(score, damaged(damage), [model(), 2]))).toMatchObject({ ok: false, failure: { what, path } });
  });

  it("names come from the function, or from the options", () => {
    const f = (weights: number[], b = 2): number => weights[0]! * b;
    expect(reportOf(() => checkGrad(f, () => [0], [[1], 3])).failure?.path).toBe("weights[0]");
    expect(reportOf(() => checkGrad(f, () => [0], [[1], 3], { names: ["p"] })).failure?.path).toBe("p[0]");
    expect(reportOf(() => checkGrad(f, () => 0, [[1], 3], { wrt: 1 })).failure?.path).toBe("b");
  });

  it("wrt: a tuple, all, and what cannot be differentiated", () => {
    const f = (x: number, name: string, ys: readonly number[]): number => x * name.length + ys[0]! * x;
    expect(checkGrad(f, (x, name, ys) => [[x], name.length + ys[0]!] as never, [2, "abc", [4]], { wrt: [2, 0] })).toMatchObject({ compared: 2 });
    expect(checkGrad(f, (x, name, ys) => [name.length + ys[0]!, null, [x]] as never, [2, "abc", [4]], { wrt: "all" })).toMatchObject({ compared: 2 });
    expect(reportOf(() => checkGrad(f, (x, name, ys) => [name.length + ys[0]!, [x]] as never, [2, "abc", [4]], { wrt: [2, 0] })).ok).toBe(false);
  });

  it("an object by two paths is one; two arguments are two", () => {
    const shared = { v: 3 };
    const f = ({ a, b }: { readonly a: { readonly v: number }; readonly b: { readonly v: number } }): number => a.v * a.v + 5 * b.v;
    expect(checkGrad(f, ({ a }) => ({ a: { v: 2 * a.v + 5 }, b: { v: 2 * a.v + 5 } }), [{ a: shared, b: shared }])).toMatchObject({ compared: 1 });
    expect(reportOf(() => checkGrad(f, ({ a }) => ({ a: { v: 2 * a.v + 5 }, b: { v: 5 } }), [{ a: shared, b: shared }]))).toMatchObject({ failure: { what: "shape", path: "args[0].b.v" } });
    const g = (a: { readonly v: number }, b: { readonly v: number }): number => a.v * b.v * b.v;
    expect(checkGrad(g, (a, b): [{ v: number }, { v: number }] => [{ v: b.v * b.v }, { v: 2 * a.v * b.v }], [shared, shared], { wrt: [0, 1] })).toMatchObject({ compared: 2 });
  });

  it("a cycle is walked once", () => {
    interface Ring { v: number; next: Ring | null }
    const ring: Ring = { v: 2, next: { v: 3, next: null } };
    ring.next!.next = ring;
    const f = (r: Ring): number => r.v * r.next!.v * r.next!.next!.v;
    expect(checkGrad(f, (r) => ({ v: 2 * r.v * r.next!.v, next: { v: r.v ** 2, next: null } }) as never, [ring])).toMatchObject({ compared: 2 });
  });

  it("single precision: steps are those that the array can hold", () => {
    const f = (x: Float32Array): number => x.reduce((s, v) => s + Math.exp(v), 0);
    const x = Float32Array.of(0.1, 1 / 3, 1, 3.999999, 0, 1e-20, 1e10 ** -1);
    for (const options of [{}, { directions: 5 }]) {
      expect(checkGrad(f, (y) => y.map(Math.exp), [x], options)).toMatchObject({ ok: true, remarks: [] });
      expect(reportOf(() => checkGrad(f, (y) => y.map((v, i) => (i === 1 ? 1.001 : 1) * Math.exp(v)), [x], options)).failure?.path).toBe("x[1]");
    }
    expect(reportOf(() => checkGrad(f, (y) => y.map((v, i) => (i === 1 ? 1.00001 : 1) * Math.exp(v)), [x])).failure?.path).toBe("x[1]");
  });

  it("counts and indices are left alone", () => {
    const f = (x: readonly number[], n: number, at: number): number => x.slice(0, n).reduce((s, v) => s + v * v, 0) * x[at]!;
    const report = checkGrad(f, (x, n, at): [number[], number, number] => [x.map((v, i) => (i < n ? 2 * v * x[at]! : 0) + (i === at ? x.slice(0, n).reduce((s, w) => s + w * w, 0) : 0)), 0, 0], [[1, 2, 3], 2, 1], { wrt: "all" });
    expect(report.remarks.every((r) => r.kind === "index")).toBe(true);
    expect(report.compared).toBeGreaterThanOrEqual(3);
  });

  it("objects that cannot be copied are made anew", () => {
    class Noise {
      readonly #level = 2;
      level(): number {
        return this.#level;
      }
    }
    const f = (x: number, noise: Noise): number => x * x * noise.level();
    expect(checkGrad(f, (x, noise) => 2 * x * noise.level(), (): [number, Noise] => [3, new Noise()])).toMatchObject({ ok: true });
  });

  it("a rest parameter is one array", () => {
    const f = (k: number, ...xs: number[]): number => xs.reduce((s, x) => s + k * x * x, 0);
    const gradient = (k: number, ...xs: number[]): never => xs.map((x) => 2 * k * x) as never;
    expect(checkGrad(f, gradient, [2, 3, 4], { wrt: 1 })).toMatchObject({ compared: 2 });
  });
});

describe("many numbers", () => {
  const chain = (x: Float64Array): number => {
    let sum = 0;
    for (let i = 1; i < x.length; i++) sum += Math.sin(x[i]! * x[i - 1]!);
    return sum;
  };
  const slope = (x: Float64Array): Float64Array => {
    const r = new Float64Array(x.length);
    for (let i = 1; i < x.length; i++) {
      const c = Math.cos(x[i]! * x[i - 1]!);
      r[i]! += c * x[i - 1]!;
      r[i - 1]! += c * x[i]!;
    }
    return r;
  };
  const x = Float64Array.from({ length: 10_000 }, (_, i) => Math.sin(i) + 0.1);

  it("are compared along directions, with few runs", () => {
    let runs = 0;
    const report = checkGrad((v: Float64Array) => (runs++, chain(v)), slope as never, [x]);
    expect(report).toMatchObject({ ok: true, remarks: [] });
    expect(runs).toBeLessThan(200);
  });

  it.each([0, 4321, 9999])("x[%d] is found by halving", (at) => {
    for (const wrong of [0, 1.1, -1]) {
      const damagedSlope = (v: Float64Array): never => slope(v).map((d, i) => (i === at ? wrong * d : d)) as never;
      expect(reportOf(() => checkGrad(chain, damagedSlope, [x]))).toMatchObject({ ok: false, failure: { path: `v[${at}]`.replace("v", "x") } });
    }
  });

  it("a small part is not hidden by a large one", () => {
    const f = (p: { readonly large: Float64Array; readonly small: readonly number[] }): number => p.large.reduce((s, v) => s + v * v, 0) + 1e-6 * p.small[0]! ** 2;
    const report = reportOf(() => checkGrad(f, (p) => ({ large: p.large.map((v) => 2 * v), small: [0] }) as never, [{ large: x, small: [3] }]));
    expect(report.ok).toBe(false);
    const right = checkGrad((p: { readonly a: Float64Array }) => p.a.reduce((s, v) => s + v * v, 0), (p) => ({ a: p.a.map((v) => 2 * v) }) as never, [{ a: x }]);
    expect(right.ok).toBe(true);
  });
});

// ---------------------------------------------------------------------------------------------------- other operators

const turn = (x: readonly number[], k: number): number[] => [k * x[0]! * x[1]!, 1e-6 * Math.sin(x[1]!)];
const rows = (x: readonly number[], k: number): [number[], number[]] => [[k * x[1]!, k * x[0]!], [0, 1e-6 * Math.cos(x[1]!)]];
const byScale = (x: readonly number[]): [number, number] => [x[0]! * x[1]!, 0];
const turnJvp = ([x, k]: [readonly number[], number], [d, e]: [number[] | null, number | null]): [number[], number[]] => {
  const along = rows(x, k).map((row, i) => row[0]! * (d?.[0] ?? 0) + row[1]! * (d?.[1] ?? 0) + byScale(x)[i]! * (e ?? 0));
  return [turn(x, k), along];
};
const turnVjp = (x: readonly number[], k: number): [number[], (c: number[]) => [number[], number]] => {
  const [first, second] = rows(x, k);
  return [turn(x, k), ([a = 0, b = 0]) => [[a * first[0]! + b * second[0]!, a * first[1]! + b * second[1]!], a * byScale(x)[0] + b * byScale(x)[1]]];
};
const AT: [number[], number] = [[2, 3], 0.5];

test("checkJvp", () => {
  expect(checkJvp(turn, turnJvp, AT)).toMatchObject({ ok: true, compared: 3 });
  expect(reportOf(() => checkJvp(turn, (p, t) => { const [y, d] = turnJvp(p, t); return [y, [d[0]!, d[1]! * 1.00001]]; }, AT)).failure).toMatchObject({ what: "differences", path: "x[1], in result[1]" });
  expect(reportOf(() => checkJvp(turn, (p, t) => { const [y, d] = turnJvp(p, t); return [[y[0]! + 1e-6, y[1]!], d]; }, AT)).failure).toMatchObject({ what: "value", path: "value[0]" });
  expect(reportOf(() => checkJvp(turn, (p, t) => { const [y, d] = turnJvp(p, t); return [y, t[0]![0]! * t[0]![1]! === 0 ? d : [d[0]! * 2, d[1]!]]; }, AT)).failure).toMatchObject({ path: "a random direction" });
});

test("checkVjp", () => {
  expect(checkVjp(turn, turnVjp, AT)).toMatchObject({ ok: true, compared: 3 });
  const wrong = (x: readonly number[], k: number): ReturnType<typeof turnVjp> => {
    const [y, pull] = turnVjp(x, k);
    return [y, (c) => { const [a, b] = pull(c); return [a, b + 1e-3 * c[1]!]; }];
  };
  expect(reportOf(() => checkVjp(turn, wrong, AT)).failure).toMatchObject({ path: "k, in result[1]" });
  let calls = 0;
  const tired = (x: readonly number[], k: number): ReturnType<typeof turnVjp> => {
    const [y, pull] = turnVjp(x, k);
    return [y, (c) => { const [a, b] = pull(c); return [a, calls++ > 0 ? 2 * b : b]; }];
  };
  expect(reportOf(() => checkVjp(turn, tired, AT)).failure).toMatchObject({ what: "value", path: "k", text: expect.stringContaining("again") as unknown });
});

test("checkAdjoint finds what differences do not see", () => {
  expect(checkAdjoint(turn, turnJvp, turnVjp, AT)).toMatchObject({ ok: true });
  const wrong = (x: readonly number[], k: number): ReturnType<typeof turnVjp> => {
    const [y, pull] = turnVjp(x, k);
    return [y, (c) => { const [a, b] = pull(c); return [[a[0]!, a[1]! * (1 + 1e-8)], b]; }];
  };
  expect(reportOf(() => checkAdjoint(turn, turnJvp, wrong, AT)).failure).toMatchObject({ what: "modes", path: "x[1]" });
});

test("checkJacobian, dense and sparse", () => {
  expect(checkJacobian(turn, rows as never, AT)).toMatchObject({ ok: true, compared: 2 });
  expect(reportOf(() => checkJacobian(turn, ((x: readonly number[], k: number) => { const [[a, b], [c, d]] = rows(x, k) as [[number, number], [number, number]]; return [[a, c], [b, d]]; }) as never, AT)).ok).toBe(false);
  const sparse = (x: readonly number[], k: number, value = 1): never => ({ rows: Int32Array.of(0, 0, 1), cols: Int32Array.of(0, 1, 1), vals: Float64Array.of(k * x[1]!, k * x[0]!, value * 1e-6 * Math.cos(x[1]!)), starts: Int32Array.of(0, 2, 3), shape: [2, 2] }) as never;
  expect(checkJacobian(turn, (x, k) => sparse(x, k), AT)).toMatchObject({ ok: true, compared: 2 });
  expect(reportOf(() => checkJacobian(turn, (x, k) => sparse(x, k, 2), AT)).failure).toMatchObject({ path: "x[1], in result[1]" });
  expect(reportOf(() => checkJacobian(turn, (x, k) => ({ ...(sparse(x, k) as object), shape: [2, 3] }) as never, AT)).failure).toMatchObject({ what: "shape" });
  expect(checkJacobian(turn, ((x: readonly number[], k: number) => rows(x, k).map((row, i) => [row, byScale(x)[i]])) as never, AT, { wrt: [0, 1] })).toMatchObject({ compared: 3 });
});

const bowlGrad = (x: readonly number[]): number[] => [2 * x[0]! * x[1]!, x[0]! ** 2 + 3 * x[1]! ** 2];
const bowlHessian = (x: readonly number[]): number[][] => [[2 * x[1]!, 2 * x[0]!], [2 * x[0]!, 6 * x[1]!]];

test("checkHessian: against differences of the gradient, and its symmetry", () => {
  expect(checkHessian(bowlGrad, bowlHessian, [[2, 3]])).toMatchObject({ ok: true, compared: 2 });
  expect(reportOf(() => checkHessian(bowlGrad, (x) => [[6, 2 * x[0]!], [2 * x[0]! + 1e-5, 18]], [[2, 3]])).failure).toMatchObject({ what: "differences", path: "x[0], in result[1]" });
  expect(reportOf(() => checkHessian(bowlGrad, (x) => [[6, 2 * x[0]!], [2 * x[0]! + 1e-7, 18]], [[2, 3]])).failure).toMatchObject({ what: "symmetry", path: "x[0], x[1]" });
});

test("checkHvp", () => {
  const product = ([x]: [readonly number[]], v: number[]): number[] => bowlHessian(x).map((row) => row[0]! * v[0]! + row[1]! * v[1]!);
  expect(checkHvp(bowlGrad, product as never, [[2, 3]])).toMatchObject({ ok: true });
  expect(reportOf(() => checkHvp(bowlGrad, ((a: [readonly number[]], v: number[]) => [product(a, v)[0]!, 0]) as never, [[2, 3]])).failure).toMatchObject({ what: "differences", path: "x[0], in result[1]" });
});

test("checkValueAndGrad compares the value too", () => {
  expect(checkValueAndGrad(Math.sin, (x) => [Math.sin(x), Math.cos(x)], [1])).toMatchObject({ ok: true });
  expect(reportOf(() => checkValueAndGrad(Math.sin, (x) => [Math.sin(x) + 1e-6, Math.cos(x)], [1])).failure).toMatchObject({ what: "value" });
});

test("the message is one that a person can read", () => {
  const f = (w: readonly { readonly x: number }[]): number => w[1]!.x ** 2;
  expect(() => checkGrad(f, (w) => [{ x: 0 }, { x: w[1]!.x }], [[{ x: 1 }, { x: 3 }]])).toThrow(
    /^the gradient of f is wrong at w\[1\]\.x\n {2}derivative {3}3\n {2}differences {2}6 ± \d\.\de-\d+$/,
  );
  expect(checkGrad(relu, () => 0, [0]).message).toMatch(/^the gradient of relu: 1 derivative compared, largest relative difference 0\.0e\+0\n {2}at x: a kink: the slope is 0 on one side and 1 on the other$/);
});

test("the same seed gives the same check", () => {
  const f = (x: readonly number[]): number => x.reduce((s, v, i) => s + Math.sin(v * (i + 1)), 0);
  const gradient = (x: readonly number[]): number[] => x.map((v, i) => (i + 1) * Math.cos(v * (i + 1)));
  const once = (seed: number): number => checkGrad(f, gradient, [[1, 2, 3]], { seed, directions: 3 }).largest;
  expect(once(5)).toBe(once(5));
  expect(once(5)).not.toBe(once(6));
});
