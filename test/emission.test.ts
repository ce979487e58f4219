// Generated code reads like code that a person wrote: counted, not judged. Bounds on statements, no copies that only
// rename, and no tape where none is needed.
import { describe, expect, it } from "vitest";
import { fixtures, siblingOf, STRICT_OPTIONS, type Fixture } from "./harness/fixtures.ts";
import { countLoops, countStatements, renamingCopies } from "./harness/measure.ts";
import { derivative } from "./harness/differences.ts";
import { functionOf } from "./harness/modules.ts";
import { storedGoldens } from "./harness/stored.ts";
import { createWorkbench } from "./harness/workbench.ts";

const MOST_STATEMENTS = 2.5;

/** The fixture with its `@grad` tag alone, so that its sibling holds the gradient and nothing else. */
const gradientOnly = (text: string): string => text.replaceAll(/^ \* @(?:valueAndGrad|jvp|vjp)\b.*\n/gm, "");

const counted: readonly Fixture[] = fixtures.filter(({ name, tags }) => /^(?:scalar|loops)\//.test(name) && tags.some(({ operator }) => operator === "grad"));

const workbench = createWorkbench(Object.fromEntries(counted.map(({ path, text }) => [path, gradientOnly(text)])), STRICT_OPTIONS);

function gradientOf({ path }: Fixture): string {
  const outcome = workbench.generate(path);
  if (outcome.kind === "crashed") throw outcome.error;
  if (outcome.kind === "refused") throw new Error(outcome.diagnostics.map(({ message }) => message).join("\n"));
  return outcome.code;
}

describe("the gradients of scalar and loop fixtures", () => {
  it.each(counted)("$name has at most 2.5 statements for each of the function", (fixture) => {
    const own = countStatements(fixture.text, (name) => name !== "slope");
    const generated = countStatements(gradientOf(fixture));
    expect(own).toBeGreaterThan(0);
    expect(generated / own, `${generated} statements for ${own}`).toBeLessThanOrEqual(MOST_STATEMENTS);
  });

  // the sum of the geometric mean enters a function after the loop, so that its seed is known only then
  it.each([["loops/rosenbrock", 1], ["loops/geometric-mean", 2]] as const)("%s has %i loops and no tape", (name, loops) => {
    const fixture = counted.find((candidate) => candidate.name === name);
    if (fixture === undefined) throw new Error(`there is no fixture ${name}`);
    const text = gradientOf(fixture);
    expect(countLoops(text)).toBe(loops);
    expect(text).not.toMatch(/Float64Array|[Tt]ape|\.push\(|from "cotangent"/);
  });
});

describe("loops that count", () => {
  // each with its counter in another shape; by hand none of these gradients keeps anything
  const FORMS: Readonly<Record<string, string>> = {
    "a bound in a field": "let s = 0; for (let i = 0; i < m.xs.length; i++) s += Math.sin(m.xs[i]!); return s;",
    "a number in a field": "let s = 0; for (let i = 0; i < m.n; i++) s += Math.sin(m.xs[i]!); return s;",
    "rows of their own lengths": "let s = 0; for (let i = 0; i < m.rows.length; i++) for (let j = 0; j < m.rows[i]!.length; j++) s += Math.sin(m.rows[i]![j]!); return s;",
    "a while loop": "let s = 0; let i = 0; while (i < m.xs.length) { s += Math.sin(m.xs[i]!); i++; } return s;",
    "downwards": "let s = 0; for (let i = m.xs.length - 1; i >= 0; --i) s += Math.sin(m.xs[i]!); return s;",
    "until it is there": "let s = 0; for (let i = 0, n = m.xs.length; i !== n; i++) s += Math.sin(m.xs[i]!); return s;",
    "a bound that another loop has found": "let n = 0; for (let i = 0; i < m.n; i++) n += i % 2; let s = 0; for (let i = 0; i < n; i++) s += Math.sin(m.xs[i]!); return s;",
    "steps that both branches take": "let s = 0; let i = 0; while (i < m.xs.length) { if (i % 2 === 0) { s += Math.sin(m.xs[i]!); i++; } else { s -= Math.cos(m.xs[i]!); i++; } } return s;",
    "an offset": "let s = 0; for (let i = 0; i + 1 < m.xs.length; i++) s += Math.sin(m.xs[i]! * m.xs[i + 1]!); return s;",
    "a window of any width": "let s = 0; for (let i = 0; i + m.n < m.xs.length; i++) s += Math.sin(m.xs[i]!); return s;",
    "stores where the counter is": "const y = m.xs.slice(); for (let i = 0; i < y.length; i++) y[i] = 2 * m.xs[i]!; let s = 0; for (let i = 0; i < y.length; i++) s += Math.sin(y[i]!); return s;",
    "elements that are appended": "const y: number[] = []; for (const x of m.xs) y.push(2 * x); let s = 0; for (const v of y) s += Math.sin(v); return s;",
    "two at a time, in two loops": "const y: number[] = []; for (let i = 0; i < m.n; i++) { for (let j = 0; j < 2; j++) y.push(m.xs[i]! * j, m.xs[j]!); } y.push(1); let s = 0; for (let i = 0; i < y.length; i++) s += Math.sin(y[i]! * (i + 1)); return s;",
    "appended in two places": "const y: number[] = []; let i = 0; while (i + m.n <= m.xs.length + 2) { y.push(m.xs[i]!); y.push(i * m.xs[i]!); i++; } let s = 0; for (let k = 0; k < y.length; k++) s += Math.sin(y[k]! * (k + 1)); return s;",
    "appended anew by each row": "let s = 0; for (const row of m.rows) { const y: number[] = []; for (const x of row) y.push(x * x); for (const v of y) s += Math.sin(v); } return s;",
    "an error on the way": "let s = 0; for (let i = 0; i < m.xs.length; i++) { if (m.xs[i]! > 100) throw new RangeError('far'); s += Math.sin(m.xs[i]!); } return s;",
  };
  const head = 'import { grad } from "cotangent";\ninterface Model { readonly xs: number[]; readonly n: number; readonly rows: number[][] }\n';
  const text = Object.values(FORMS).map((body, i) => `function f${i}(m: Model): number { ${body} }\nexport const g${i} = grad(f${i});\nexport const p${i} = f${i};`).join("\n");
  const bench = createWorkbench({ "/forms.ts": head + text });
  const outcome = bench.transform("/forms.ts");

  it.each(Object.keys(FORMS).map((title, i) => [title, i] as const))("%s needs no tape, and is differentiated right", (_, i) => {
    if (outcome.kind !== "compiled") throw new Error(outcome.kind);
    const [, own = ""] = new RegExp(`function f${i}Grad\\([^]*?\\{\\n([^]*?)\\n\\}`).exec(outcome.code) ?? [];
    expect(own).toContain("Bar");
    expect(own).not.toMatch(/Tape|trips/);
    const exports = bench.load("/forms.ts");
    const at = (x: number, k: number): unknown => ({ xs: [0.3, -0.4, 0.5, 0.6].map((v, j) => (j === k ? v + x : v)), n: 3, rows: [[0.1, 0.2], [0.3 + (k === 4 ? x : 0)]] });
    const { xs, rows } = functionOf(exports, `g${i}`)(at(0, -1)) as { readonly xs: readonly number[]; readonly rows: readonly (readonly number[])[] };
    [...xs, rows[1]?.[0]].forEach((value, k) => { expect(value).toBeCloseTo(derivative((t) => functionOf(exports, `p${i}`)(at(t, k)) as number).value, 8); });
  });
});

describe("stored goldens", () => {
  it.each(storedGoldens)("$name has no constant that only renames another", ({ text, fixture }) => {
    expect(renamingCopies(text, fixture.text)).toEqual([]);
  });

  it("stand beside their sources under the name of a sibling", () => {
    for (const { fixture, file } of storedGoldens) {
      if (fixture.tags.length > 0) expect(file.endsWith(siblingOf(fixture.path))).toBe(true);
    }
  });
});

describe("the measures", () => {
  const text = "import { a } from \"b\";\nexport function f(x: number): number {\n  let s = 0, t = 1;\n  for (let i = 0; i < 3; i++) {\n    if (i > 1) s += x;\n  }\n  return s * t;\n}\n";

  it("count statements as people do", () => {
    expect(countStatements(text)).toBe(6); // s, t, for, if, assignment, return
    expect(countLoops(text)).toBe(1);
  });

  it("find copies that only rename", () => {
    expect(renamingCopies("const f = (x: number, n: number) => { const y = x; let z = n; n++; const w = n; z += y; return z + w; };", "")).toEqual(["y = x"]);
    expect(renamingCopies("const f = (x: number) => { const y = x; return y; };", "const y = x;")).toEqual([]);
  });
});
