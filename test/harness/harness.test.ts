// The harness itself: it accepts right derivatives and finds wrong ones. The derivatives here are written by hand.
import { describe, expect, it } from "vitest";
import { close, sameBits } from "./compare.ts";
import { derivative, directional, numericGradient } from "./differences.ts";
import { checkDerivatives, TOLERANCES, type Derivatives, type Tolerances } from "./identities.ts";
import { createLoader, functionOf } from "./modules.ts";
import * as numericMarkers from "./numeric-markers.ts";
import { createRandom } from "./random.ts";
import { aliases, cellsOf, copyOf, leavesOf, moved, scribble, tangentOf } from "./structure.ts";
import { typeProblems } from "./typecheck.ts";
import { PLAIN_OPTIONS } from "./workbench.ts";

interface Sample { readonly w: number[]; readonly label: string; readonly bias: number }

const primal = (s: Sample, k: number): number => k * Math.sin(s.bias) * (s.w[0] ?? 0) + (s.w[1] ?? 0) ** 2;

const gradient = (s: Sample, k: number): unknown[] => [
  { w: [k * Math.sin(s.bias), 2 * (s.w[1] ?? 0)], bias: k * Math.cos(s.bias) * (s.w[0] ?? 0) },
  Math.sin(s.bias) * (s.w[0] ?? 0),
];

const tangent = (s: Sample, k: number, sDot: Sample, kDot: number): number => {
  const numbers = leavesOf(gradient(s, k));
  let sum = 0;
  for (const [path, number] of leavesOf([sDot, kDot])) sum += number * (numbers.get(path) ?? 0);
  return sum;
};

type Loose = (...args: readonly unknown[]) => unknown;

/** Hand-written derivatives, each of which can be spoiled. */
function derivatives(spoiled: Partial<Derivatives> = {}): Derivatives {
  return {
    primal: primal as Loose,
    valueAndGrad: ((s: Sample, k: number) => [primal(s, k), gradient(s, k)]) as Loose,
    jvp: (([s, k]: [Sample, number], [sDot, kDot]: [Sample, number]) => [primal(s, k), tangent(s, k, sDot, kDot)]) as Loose,
    vjp: ((s: Sample, k: number) => {
      const all = leavesOf(gradient(s, k));
      return [primal(s, k), (seed: number) => tangentOf([s, k], new Map([...all].map(([path, number]) => [path, seed * number])))];
    }) as Loose,
    ...spoiled,
  };
}

const args: readonly unknown[] = [{ w: [1.5, -0.7], label: "a", bias: 0.4 }, 2];
const check = (spoiled: Partial<Derivatives>, tolerances?: Tolerances): readonly string[] => checkDerivatives(derivatives(spoiled), args, createRandom(7), tolerances);

describe("identities", () => {
  it("accept right derivatives", () => {
    expect(check({})).toEqual([]);
  });

  it("find a gradient that is wrong in one component", () => {
    const wrong = (s: Sample, k: number): unknown => {
      const [sBar, kBar] = gradient(s, k) as [Sample, number];
      return [primal(s, k), [{ ...sBar, bias: sBar.bias * (1 + 1e-5) }, kBar]];
    };
    const problems = check({ valueAndGrad: wrong as Loose });
    expect(problems.some((problem) => problem.includes("differences say"))).toBe(true);
    expect(problems.some((problem) => problem.includes("forward mode says"))).toBe(true);
  });

  it("find a tangent of the wrong sign, a value that differs in the last bit, a missing field", () => {
    const negated = (([s, k]: [Sample, number], [sDot, kDot]: [Sample, number]) => [primal(s, k), -tangent(s, k, sDot, kDot)]) as Loose;
    expect(check({ jvp: negated }).length).toBeGreaterThan(1);
    const inexact = ((s: Sample, k: number) => [primal(s, k) * (1 + Number.EPSILON), gradient(s, k)]) as Loose;
    expect(check({ valueAndGrad: inexact }).join()).toContain("returns the value");
    const short = ((s: Sample, k: number) => [primal(s, k), [{ w: [1, 2] }, 3]]) as Loose;
    expect(check({ valueAndGrad: short }).join()).toContain("no number at /0/bias");
  });

  it("find effects on arguments, tangents and seeds", () => {
    const writes = ((s: Sample, k: number) => {
      const result = [primal(s, k), gradient(s, k)];
      s.w.push(1);
      return result;
    }) as Loose;
    expect(check({ valueAndGrad: writes }).join()).toContain("leaves the arguments");
    const consumes = (([s, k]: [Sample, number], [sDot, kDot]: [Sample, number]) => {
      const result = [primal(s, k), tangent(s, k, sDot, kDot)];
      sDot.w[0] = 0;
      return result;
    }) as Loose;
    expect(check({ jvp: consumes }).join()).toContain("writes the tangents");
    const once = ((s: Sample, k: number) => {
      let calls = 0;
      const all = leavesOf(gradient(s, k));
      const pullback = (seed: number): unknown => tangentOf([s, k], new Map([...all].map(([path, number]) => [path, seed * number])));
      return [primal(s, k), (seed: number) => pullback(calls++ === 0 ? seed : 0)];
    }) as Loose;
    expect(check({ vjp: once }).join()).toContain("differently the second time");
  });

  it("find a gradient that is not a number, also where differences need not settle", () => {
    const nothing = ((s: Sample, k: number) => [primal(s, k), [{ w: [Number.NaN, 0], bias: 1 }, 3]]) as Loose;
    expect(check({ valueAndGrad: nothing }, { ...TOLERANCES, settle: false }).join()).toContain("differences say");
  });

  it("do not call a kink smooth", () => {
    const kink: Derivatives = { primal: ((x: number) => Math.abs(x)) as Loose, valueAndGrad: ((x: number) => [Math.abs(x), [7]]) as Loose };
    expect(checkDerivatives(kink, [0], createRandom(1))).not.toEqual([]);
  });
});

describe("differences", () => {
  it("are accurate to ten digits on smooth functions", () => {
    expect(close(derivative((t) => Math.exp(Math.sin(1 + t))).value, Math.cos(1) * Math.exp(Math.sin(1)), 1e-10)).toBe(true);
    expect(close(derivative((t) => Math.log(0.01 + t)).value, 100, 1e-9)).toBe(true);
    expect(close(derivative((t) => (1 + t) ** 7).value, 7, 1e-10)).toBe(true);
    // stairs, which coarse steps take for a slope
    expect(close(derivative((t) => t + Math.round(t * 80) / 80).value, 1, 1e-9)).toBe(true);
    // oscillates within all steps but the finest; coarse ones agree with themselves by accident
    const oscillating = (x: number): number => (2 + Math.cos(x)) ** Math.sin(0.49 - x) + 1.7 * x;
    expect(close(derivative((t) => oscillating(3014 * t)).value, 3014 * (1.7 - 3 ** Math.sin(0.49) * Math.log(3) * Math.cos(0.49)), 1e-7)).toBe(true);
  });

  it("give each cell its slope", () => {
    const numbers = numericGradient((v) => (v as number[]).reduce((a, b) => a * b), [[2, 3, 5]]);
    expect([...numbers.values()].map(({ value }) => Math.round(value * 1e6) / 1e6)).toEqual([15, 10, 6]);
  });

  it("do without steps to where there is nothing", () => {
    const root = (x: unknown): number => { if (Number(x) < 0.95) throw new RangeError("too small"); return Math.sqrt(Number(x)); };
    const along = new Map([...cellsOf([1]).keys()].map((path) => [path, 1]));
    expect(close(directional(root, [1], along).value, 0.5, 1e-9)).toBe(true);
    expect(directional(root, [0.5], along).value).toBeNaN();
  });
});

describe("structures", () => {
  const row = [1, 2];
  const value = { rows: [row, row], map: new Map([["a", 3]]), floats: Float64Array.of(4, 5), name: "x", count: Int32Array.of(9), none: null };

  it("list every number, shared ones at each path or once", () => {
    expect(leavesOf(value).size).toBe(7);
    expect([...cellsOf(value).values()]).toEqual([1, 2, 3, 4, 5]);
  });

  it("copy and move without untying what is shared", () => {
    const copy = copyOf(value);
    expect(sameBits(copy, value)).toBe(true);
    expect(copy.rows[0]).toBe(copy.rows[1]);
    expect(aliases(copy, value)).toBe(false);
    const further = moved(value, new Map([["/rows/0/1", 2], ["/floats/0", -1]]), 0.5);
    expect(further.rows[1]).toEqual([1, 3]);
    expect([...further.floats]).toEqual([3.5, 5]);
    expect(value.rows[1]).toEqual([1, 2]);
  });

  it("keep views of one buffer together", () => {
    const whole = Float64Array.of(1, 2, 3);
    const [copy, view] = copyOf([whole, whole.subarray(1)]) as [Float64Array, Float64Array];
    view[0] = 7;
    expect(copy[1]).toBe(7);
    expect(whole[1]).toBe(2);
  });

  it("are scribbled over but for what is spared", () => {
    const spared = { row: [1, 2], view: Float64Array.of(1, 2) };
    const all = { row: spared.row, list: [3, { k: 4 }], view: spared.view.subarray(1), own: Float64Array.of(5), map: new Map([["a", 6]]) };
    scribble(all, spared);
    expect(spared).toEqual({ row: [1, 2], view: Float64Array.of(1, 2) });
    expect(all).toEqual({ row: [1, 2], list: [Number.NaN, Number.NaN, Number.NaN], view: Float64Array.of(2), own: Float64Array.of(Number.NaN), map: new Map() });
  });

  it("shape tangents like their value", () => {
    const shaped = tangentOf(value, new Map([["/map/\"a\"", 5]])) as { map: Map<string, number>; name: unknown; rows: number[][]; floats: Float64Array };
    expect(shaped.map.get("a")).toBe(5);
    expect(shaped.name).toBe(null);
    expect(shaped.rows).toEqual([[0, 0], [0, 0]]);
    expect(shaped.floats).toBeInstanceOf(Float64Array);
  });
});

describe("modules in memory", () => {
  const files = new Map([
    ["/a.ts", `import { grad } from "cotangent"; import { square } from "./lib/b.js"; export let calls = 0; export const f = (x: number): number => { calls++; return square(x); }; export const df = grad(f);`],
    ["/lib/b.ts", `export function square(x: number): number { return x * x; }`],
  ]);
  const loader = createLoader((path) => files.get(path), { cotangent: numericMarkers });

  it("resolve each other, know the runtime and start afresh with every load", () => {
    const first = loader.load("/a.ts");
    expect(functionOf(first, "f")(3)).toBe(9);
    expect(first["calls"]).toBe(1);
    expect(functionOf(first, "df")(3)).toBeCloseTo(6, 8);
    expect(loader.load("/a.ts")["calls"]).toBe(0);
    expect(() => functionOf(first, "calls")).toThrow("expected a function calls");
  });
});

describe("types of modules in memory", () => {
  const files = new Map([
    ["/a.ts", 'import { grad } from "cotangent";\nimport { square } from "./lib/b.ts";\nexport const slope: (x: number) => string = grad(square);\nexport const s: string = square(2) satisfies number;\n'],
    ["/lib/b.ts", "export const square = (x: number): number => x * x;\nexport const wrong: string = square(2);\n"],
    ["/c.ts", 'import { square } from "./lib/b.ts";\nexport const four: number = square(2);\n'],
  ]);

  it("have their problems where they are, each with its text", () => {
    const found = typeProblems(files, ["/a.ts", "/c.ts"], PLAIN_OPTIONS);
    expect(found.map(({ path }) => path)).toEqual(["/a.ts", "/a.ts"]);
    expect(found[0]?.text).toMatch(/^\/a\.ts\(3\): TS2322: .*\n +Type 'number'.*\n {2}export const slope/);
    expect(found[1]?.text).toMatch(/^\/a\.ts\(4\): TS2322: .*\n {2}export const s: string/);
    expect(typeProblems(files, ["/lib/b.ts"], PLAIN_OPTIONS)).toHaveLength(1);
    expect(typeProblems(files, ["/c.ts"], PLAIN_OPTIONS)).toEqual([]);
  });

  it("are not taken for right where the compiler does not run", () => {
    expect(() => typeProblems(files, ["/c.ts"], { ...PLAIN_OPTIONS, target: "es1" })).toThrow("does not run");
  });
});
