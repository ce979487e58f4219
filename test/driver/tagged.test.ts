// Tagged templates, and functions of the library as values. Numbers come from closed forms.
import { expect, it } from "vitest";
import { callable, run } from "./compile.ts";

const at = (body: string, x: number): unknown =>
  callable(run({ "/main.ts": `import { grad } from "cotangent";\nconst scaled = (k: number, x: number): number => k * x * x;\nfunction f(x: number): number { ${body} }\nexport const g = grad(f);` }, "/main.ts")["g"])(x);

it.each([
  ["a tag", "const weighted = (texts: TemplateStringsArray, a: number, b: number): number => texts[0]!.length * a * b; return weighted`abc${x}:${x}`;", 12],
  ["Math.max where a function of two numbers is expected", "const fold = (h: (a: number, b: number) => number): number => h(x * x, x); return fold(Math.max) + fold(Math.min);", 5],
])("%s", (_, body, slope) => {
  expect(at(body, 2)).toBe(slope);
});
