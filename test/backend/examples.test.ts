// Programs written in IR by hand, as lowering and the transforms leave them, and the text that a person would have written.
import { describe, expect, it } from "vitest";
import { emitFunction } from "../../packages/compiler/src/emit/module.ts";
import { finish } from "../../packages/compiler/src/optimize/index.ts";
import { BOOLEAN, length } from "../../packages/compiler/src/ir/build.ts";
import type { Func } from "../../packages/compiler/src/ir/ir.ts";
import { $, at, FLOATS, num, NUMBERS, ops, Writer } from "./writing.ts";

const print = (func: Func, w: Writer): string => emitFunction(finish(func, w.supply), { exported: true, taken: new Set(), language: "ts" }).text;

describe("loops", () => {
  it("prints the gradient of power with its tape", () => {
    const w = new Writer();
    const x = w.variable("x");
    const n = w.variable("n");
    const tape = w.variable("tTape", FLOATS);
    const t = w.join("t");
    const [t1, t2] = [w.variable("t"), w.variable("t")];
    const i = w.variable("i");
    const sweep = w.statement();
    const tBar = w.join("tBar");
    const xBar = w.join("xBar");
    const [tBar1, xBar1, product, xBar2, tBar2, again, last, j] = [w.variable("tBar"), w.variable("xBar"), w.variable("xBar"), w.variable("xBar"), w.variable("tBar"), w.variable("t"), w.variable("i"), w.variable("i")];
    const pair = w.variable("gradient", { kind: "tuple", elements: [{ kind: "real" }, { kind: "real" }] });
    const func = w.func("powerValueAndGrad", [x, n], [
      w.let(tape, { kind: "new", length: $(n), zeroed: false, type: FLOATS }),
      w.let(t, num(1)),
      w.for(i, num(0), $(n), [
        w.let(t1, $(t), sweep),
        w.store(tape, $(i), $(t1), sweep),
        w.let(t2, ops("*", $(t1), $(x)), sweep),
        w.set(t, $(t2), sweep),
      ]),
      w.let(last, ops("-", $(n), num(1)), sweep),
      w.let(tBar, num(1), sweep),
      w.let(xBar, num(0), sweep),
      w.down(j, $(last), num(0), [
        w.let(tBar1, $(tBar), sweep),
        w.let(xBar1, $(xBar), sweep),
        w.let(again, at(tape, $(j)), sweep),
        w.let(product, ops("*", $(again), $(tBar1)), sweep),
        w.let(xBar2, ops("+", $(xBar1), $(product)), sweep),
        w.let(tBar2, ops("*", $(x), $(tBar1)), sweep),
        w.set(xBar, $(xBar2), sweep),
        w.set(tBar, $(tBar2), sweep),
      ], sweep),
      w.let(pair, { kind: "array", elements: [{ value: $(t), spread: false }, { value: $(xBar), spread: false }], type: pair.type }, sweep),
    ], $(pair), pair.type);
    expect(print(func, w)).toMatchInlineSnapshot(`
      "export function powerValueAndGrad(x: number, n: number): [number, number] {
        const tTape = new Float64Array(n);
        let t = 1;
        for (let i = 0; i < n; i++) {
          tTape[i] = t;
          t *= x;
        }

        let tBar = 1;
        let xBar = 0;
        for (let i = n - 1; i >= 0; i--) {
          xBar += tTape[i] * tBar;
          tBar *= x;
        }
        return [t, xBar];
      }"
    `);
  });

  it("keeps the temporary of a swap, and no other", () => {
    const w = new Writer();
    const n = w.variable("n");
    const [a, b, i] = [w.join("a"), w.join("b"), w.variable("i")];
    const [a1, b1, sum] = [w.variable("a"), w.variable("b"), w.variable("sum")];
    const func = w.func("fibonacci", [n], [
      w.let(a, num(0)), w.let(b, num(1)),
      w.for(i, num(0), $(n), [
        w.let(a1, $(a)), w.let(b1, $(b)),
        w.let(sum, ops("+", $(a1), $(b1))),
        w.set(a, $(b1)), w.set(b, $(sum)),
      ]),
    ], $(a));
    expect(print(func, w)).toMatchInlineSnapshot(`
      "export function fibonacci(n: number): number {
        let a = 0;
        let b = 1;
        for (let i = 0; i < n; i++) {
          const sum = a + b;
          a = b;
          b = sum;
        }
        return a;
      }"
    `);
  });

  it("prints an endless loop that tests first as while", () => {
    const w = new Writer();
    const [x, eps] = [w.variable("x"), w.variable("eps")];
    const [y, y1, d, test, y2] = [w.join("y"), w.variable("y"), w.variable("difference"), w.variable("isGreater", BOOLEAN), w.variable("y")];
    const [abs, q, s, h] = [w.variable("abs"), w.variable("quotient"), w.variable("sum"), w.variable("product")];
    const head = w.statement();
    const body = w.statement();
    const func = w.func("root", [x, eps], [
      w.let(y, $(x)),
      w.forever([
        w.let(y1, $(y), head),
        w.let(h, ops("*", $(y1), $(y1)), head),
        w.let(d, ops("-", $(h), $(x)), head),
        w.let(abs, ops("Math.abs", $(d)), head),
        w.let(test, ops(">", $(abs), $(eps)), head),
        w.if(test, [
          w.let(q, ops("/", $(x), $(y1)), body),
          w.let(s, ops("+", $(y1), $(q)), body),
          w.let(y2, ops("*", num(0.5), $(s)), body),
          w.set(y, $(y2), body),
        ], [w.break()], head),
      ], head),
    ], $(y));
    expect(print(func, w)).toMatchInlineSnapshot(`
      "export function root(x: number, eps: number): number {
        let y = x;
        while (Math.abs(y * y - x) > eps) {
          y = 0.5 * (y + x / y);
        }
        return y;
      }"
    `);
  });

  it("accumulates over arrays", () => {
    const w = new Writer();
    const x = w.variable("x", NUMBERS);
    const [s, s1, s2, i, n, xi, sq] = [w.join("s"), w.variable("s"), w.variable("s"), w.variable("i"), w.variable("length"), w.variable("xi"), w.variable("product")];
    const [xi2, xBar, len, dbl, j] = [w.variable("xi"), w.variable("xBar", NUMBERS), w.variable("xLength"), w.variable("xBar"), w.variable("i")];
    const loop = w.statement("// the sum of squares");
    const body = w.statement();
    const pair = w.variable("result", { kind: "tuple", elements: [{ kind: "real" }, NUMBERS] });
    const func = w.func("squares", [x], [
      w.let(xBar, { kind: "zeros", like: $(x), type: NUMBERS }),
      w.let(s, num(0)),
      w.let(n, length($(x)), loop),
      w.for(i, num(0), $(n), [
        w.let(s1, $(s), body),
        w.let(xi, at(x, $(i)), body),
        w.let(xi2, at(x, $(i)), body),
        w.let(sq, ops("*", $(xi), $(xi2)), body),
        w.let(s2, ops("+", $(s1), $(sq)), body),
        w.set(s, $(s2), body),
      ], loop),
      w.let(len, length($(x)), loop),
      w.for(j, num(0), $(len), [
        w.let(dbl, ops("*", num(2), at(x, $(j))), body),
        w.add(xBar, $(j), $(dbl), body),
      ], loop),
      w.let(pair, { kind: "array", elements: [{ value: $(s), spread: false }, { value: $(xBar), spread: false }], type: pair.type }),
    ], $(pair), pair.type);
    expect(print(func, w)).toMatchInlineSnapshot(`
      "export function squares(x: number[]): [number, number[]] {
        const xBar = new Array<number>(x.length).fill(0);
        let s = 0;
        // the sum of squares
        for (let i = 0; i < x.length; i++) {
          const xi = x[i];
          s += xi * xi;
        }

        for (let i = 0; i < x.length; i++) {
          xBar[i] += 2 * x[i];
        }
        return [s, xBar];
      }"
    `);
  });
});
