// Depth and length: long sums, chains of else-ifs and nests of parentheses compile to the right numbers, or are refused with a place.
import { afterAll, describe, expect, it } from "vitest";
import { functionOf } from "../harness/modules.ts";
import { isLocated } from "../harness/verdict.ts";
import { createWorkbench } from "../harness/workbench.ts";
import { DEEP } from "./deep.ts";

const MARKED = { grad: "grad(f)", jvp: "jvp(f)", vjp: "vjp(f)" } as const;

// one for all: the default libraries are parsed once
const workbench = createWorkbench({});
afterAll(() => workbench.dispose());

describe.each(Object.keys(MARKED) as readonly (keyof typeof MARKED)[])("%s of", (mode) => {
  it.each(DEEP)("$name", ({ source, derivative, mayRefuse }) => {
    workbench.update("/f.ts", `import { ${mode} } from "cotangent";\n${source}export const d = ${MARKED[mode]};\n`);
    const outcome = workbench.transform("/f.ts");
    if (outcome.kind === "crashed") throw outcome.error;
    if (outcome.kind === "refused") {
      expect(outcome.diagnostics.map((x) => [x.code, isLocated(x), mayRefuse])).toEqual([["CT1050", true, true]]);
      return;
    }
    const d = functionOf(workbench.load("/f.ts"), "d");
    const found = mode === "grad" ? d(1) : mode === "jvp" ? (d([1], [1]) as readonly number[])[1] : (d(1) as readonly [number, (bar: number) => readonly number[]])[1](1)[0];
    expect(found).toBeCloseTo(derivative, 6);
  }, 600_000);
});
