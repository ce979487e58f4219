// The generator itself: the same seed gives the same program, the probe turns away what differences cannot judge, and the
// checks find a wrong derivative and make its program small.
import { describe, expect, it } from "vitest";
import { derivative } from "../harness/differences.ts";
import { typeProblems } from "../harness/typecheck.ts";
import { PLAIN_OPTIONS } from "../harness/workbench.ts";
import { generate } from "./generate.ts";
import { leaf } from "./expressions.ts";
import { isFit } from "./probe.ts";
import { printFixture, printMarked, printProgram, type Program } from "./program.ts";
import { shrink } from "./shrink.ts";

const one = (body: string, probed = body, args = "[0.5]"): Program => ({
  declarations: [], functions: [{ name: "f", parameters: [{ name: "x", type: "number" }], result: "number", body: [{ text: body, probed, holes: [], blocks: [] }] }], args, check: "gradient", nesting: "third", resets: [], state: [], slots: 0,
});

describe("the generator", () => {
  it("gives the same program for the same seed, and another for another", () => {
    expect(printMarked(generate(42))).toBe(printMarked(generate(42)));
    expect(printMarked(generate(42))).not.toBe(printMarked(generate(43)));
  });

  it("finds many programs that are fit, and every kind of statement among them", () => {
    const programs = Array.from({ length: 900 }, (_, seed) => generate(seed)).filter(isFit);
    expect(programs.length).toBeGreaterThan(300);
    const all = programs.map((program) => printProgram(program, "plain")).join("\n");
    for (const piece of ["while (", "do {", "for (const", "break;", "continue;", "else {", ".push(", ".map(", ".reduce(", ".slice(", ".fill(", ".forEach(", "Float64Array", "[][]", "++", "??", " ? ", "return ",
      "switch (", "default:", "outer", "try {", "catch", "finally", "throw ", "new Map", "Record<", "new Body", "new Heavy", ".side = ", "const key in ", ".norm", "Shape", "interface Link", "Set<Point>", "Map<Point, number>", ".with(", ".at(", ".findLast(", ".entries()", ".length -= ", "yield*", "tagged`", ".bind(", ".apply(", "instanceof", "enum Mode", "enum Kind", "static count", "#mass", "state", "history", "undefined", ".subarray(", ".flatMap(", ".splice(", ".shift(", ".unshift(", ".sort(", ".toSorted(", ".reverse(", ".copyWithin(", "function*", "Object.values", "...a", "structuredClone(", "namespace ", "Differentiable<", "[Symbol.iterator]", "**= ",
      '=== "auto"', 'typeof ', ".message.length", "[number, number | null]", "[number, number?]", "?.(", "static all", "super.level = ", "{} as Point", "Partial<", "delete ", "extends Error", "Object.assign({}, ", "...(", "interface Tree", "interface Term", "const STUFF", "ORDERS[", "walked(", 'kind: "both"', "class {", "get area()", ".call("]) {
      expect(all.includes(piece), piece).toBe(true);
    }
  });

  it("writes programs that type-check, fit or not", () => {
    const texts = new Map(Array.from({ length: 900 }, (_, seed) => [`/p${seed}.ts`, printProgram(generate(seed), "plain")]));
    expect(typeProblems(texts, [...texts.keys()], PLAIN_OPTIONS).map(({ text }) => text)).toEqual([]);
  });
});

describe("the probe", () => {
  it("accepts smooth programs and refuses turns, large numbers, endless loops and what does not run", () => {
    expect(isFit(one("return x * x;"))).toBe(true);
    expect(isFit(one("return Math.max(x, 0.5);", "return probe.max(x, 0.5);"))).toBe(false);
    expect(isFit(one("x *= 1e6; return x;"))).toBe(false);
    expect(isFit(one("let y = x;\ntry {\n  y *= 1e6;\n} catch {} return x;"))).toBe(false); // and catches what the probe says
    expect(isFit(one("let y = x + 20;\ny **= 4;\ny = 0.7;\nreturn x + y;"))).toBe(false);
    expect(isFit(one("let y = x;\n({ y } = { y: x * 1e6 });\ny = 0.7;\nreturn x + y;"))).toBe(false);
    expect(isFit(one("let y = x;\n[y, x] = [x, y * 1e6];\nx = 0.7;\nreturn x + y;"))).toBe(false);
    expect(isFit(one("for (;;) {}", "for (;;) { probe.step(); }"))).toBe(false);
    expect(isFit(one("return y;"))).toBe(false);
    expect(isFit(one("let y = x * 0.5; for (let i = 0; i < 60; i++) {\n  y = 4 * y * (1 - y);\n} return x + Math.tanh(50 + y);"))).toBe(false); // chaos that is hidden
    expect(isFit(one("return new Set([x, 0.5]).size + x;"))).toBe(false); // a jump right here
  });
});

describe("shrinking", () => {
  it("keeps what makes a program fail and little else", () => {
    const program = Array.from({ length: 200 }, (_, seed) => generate(seed)).find((candidate) => isFit(candidate) && printProgram(candidate, "plain").includes("Math.tanh("));
    if (program === undefined) throw new Error("no program with a hyperbolic tangent");
    const small = shrink(program, (candidate) => isFit(candidate) && printProgram(candidate, "plain").includes("Math.tanh("), 2000);
    // what is called of the library stays whole
    expect(printProgram(small, "plain").split("\n").length).toBeLessThanOrEqual(15);
    expect(printFixture(small, "Shrunk.")).toContain("export const samples");
  });

  it("does not touch leaves", () => {
    expect(leaf("x")).toEqual({ text: "x", holes: [] });
    expect(derivative((t) => t * t + 2 * t).value).toBeCloseTo(2, 10);
  });
});
