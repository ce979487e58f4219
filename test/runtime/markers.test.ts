// What markers do in a program that was not compiled, and what they advise in which surroundings.
import * as cotangent from "cotangent";
import { expect, test } from "vitest";
import { fix, runnerOf, type Surroundings } from "../../packages/runtime/src/runner.ts";

const loss = (x: number): number => x * x;

test("the first seven throw when called, not before", () => {
  const { grad, valueAndGrad, jvp, vjp, jacobian, hessian, hvp } = cotangent;
  const stand = { grad: grad(loss), valueAndGrad: valueAndGrad(loss), vjp: vjp(loss), jacobian: jacobian(loss), hessian: hessian(loss) };
  for (const [name, derivative] of Object.entries(stand)) {
    expect(() => derivative(1)).toThrow(`CT9001: ${name}(loss) reached run time: the file was not compiled. `);
  }
  expect(() => jvp(loss)([1], [1])).toThrow("CT9001: jvp(loss) reached");
  expect(() => hvp(loss)([1], 1)).toThrow("CT9001: hvp(loss) reached");
  expect(() => grad(grad(loss))(1)).toThrow("CT9001: grad(grad(loss)) reached");
  expect(() => grad((x: number) => x)(1)).toThrow("CT9001: grad(…) reached");
});

test("the error has a class and a code", () => {
  expect(() => cotangent.grad(loss)(1)).toThrow(cotangent.CotangentError);
  expect(() => cotangent.grad(loss)(1)).toThrow(expect.objectContaining({ code: "CT9001", name: "CotangentError" }));
});

test("under Vitest the advice is for Vitest", () => {
  expect(() => cotangent.grad(loss)(1)).toThrow(/Under Vitest: add `cotangent\(\)` from "@cotangent\/unplugin\/vite" to `plugins` in vitest\.config\.ts/);
});

test("customRule and checkpoint give the function back", () => {
  expect(cotangent.customRule(loss, { vjp: ([x], _value, c) => [2 * x * c] })).toBe(loss);
  expect(cotangent.checkpoint(loss)).toBe(loss);
});

class Account {
  balance = [1];
  total(): number {
    return this.balance.reduce((a, b) => a + b, 0);
  }
}

test("stopGradient gives the value: a copy, all the way down", () => {
  const { stopGradient } = cotangent;
  expect(stopGradient(3)).toBe(3);
  expect(stopGradient(loss)).toBe(loss);
  expect(stopGradient(Number.NaN)).toBeNaN();
  const value = { rows: [[1], [2]], ids: Int32Array.of(1), s: "x", account: new Account() };
  const stopped = stopGradient(value);
  expect(stopped).toStrictEqual(value);
  expect(stopped.rows[0]).not.toBe(value.rows[0]);
  expect(stopped.ids).not.toBe(value.ids);
  expect(stopped.account.total()).toBe(1);
  expect(stopped.account.balance).not.toBe(value.account.balance);
});

const OWN_STACK = "Error\n at here (/app/node_modules/cotangent/dist/index.js:1:1)";
const node = (process: object): Surroundings => ({ globals: { process: { versions: { node: "20" }, env: {}, execArgv: [], ...process } }, stack: OWN_STACK });

test.each<readonly [string, Surroundings]>([
  ["node", node({})],
  ["vitest", node({ env: { VITEST: "true" } })],
  ["jest", node({ env: { JEST_WORKER_ID: "1" } })],
  ["tsx", node({ execArgv: ["--import", "file:///app/node_modules/tsx/dist/loader.mjs"] })],
  ["tsx", node({ execArgv: ["--import=tsx"] })],
  ["tsx", node({ env: { NODE_OPTIONS: "--import tsx" } })],
  ["bun", node({ versions: { node: "22", bun: "1.2" } })],
  ["deno", { globals: { Deno: {}, process: { versions: { node: "22" } } }, stack: OWN_STACK }],
  ["vite", { globals: {}, stack: "Error\n at here (http://localhost:5173/node_modules/.vite/deps/cotangent.js?v=1:1:1)" }],
  ["vite", { globals: { document: { querySelector: (s: string) => (s.includes("/@vite/client") ? {} : null) } }, stack: "at https://app.test/a.js:1:1" }],
  ["bundler", { globals: { document: { querySelector: () => null } }, stack: "at https://app.test/main.js:1:1" }],
  ["bundler", { ...node({}), stack: "Error\n at here (/app/out/bundle.js:1:1)" }],
  ["bundler", { globals: {}, stack: "" }],
])("recognizes %s", (runner, surroundings) => {
  expect(runnerOf(surroundings)).toBe(runner);
  expect(fix(surroundings)).toMatch(/@cotangent\/unplugin|npx cotangent build/);
});
