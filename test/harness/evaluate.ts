// Runs JavaScript that was made in memory: one CommonJS text in, its exports out.
// Assumes text without top-level await. The code runs in this realm (typed arrays and errors are the caller's own)
// and is compiled under the given name, so that stack traces can be read.
import { compileFunction } from "node:vm";

export type Require = (specifier: string) => unknown;

const refuse: Require = (specifier) => {
  throw new Error(`nothing can be imported here, asked for ${specifier}`);
};

/** The exports of a CommonJS module given as text. */
export function evaluate(code: string, filename: string, require: Require = refuse): unknown {
  const module: { exports: unknown } = { exports: {} };
  const run: unknown = compileFunction(code, ["module", "exports", "require"], { filename });
  if (typeof run !== "function") throw new Error(`${filename} did not compile to a function`);
  Reflect.apply(run, undefined, [module, module.exports, require]);
  return module.exports;
}
