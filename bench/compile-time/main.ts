// Compile time by size: every shape in every operator, with the exponent that a line through the measured points has.
// Prints a table; exits 1 where a shape failed to compile or an exponent is above the limit.
import { createCompiler } from "@cotangent/compiler";
import { profiled, type Spent } from "./profile.ts";
import { marked, SHAPES, tagged, type Shape } from "./sources.ts";

const LIMIT = 1.15;
const argv: readonly string[] = process.argv.slice(2);
const isQuick = argv.includes("--quick");
const isHot = argv.includes("--hot");
const option = (name: string): string | null => (argv.includes(name) ? (argv[argv.indexOf(name) + 1] ?? null) : null);
const only = option("--only");
const onlyOperator = option("--operator");

const OPERATORS: readonly string[] = isQuick ? ["grad", "jvp"] : ["grad", "valueAndGrad", "vjp", "jvp"];

interface Point {
  readonly n: number;
  readonly spent: Spent;
}

// one for all: the default libraries are parsed and bound once
const compiler = createCompiler({ files: { "/main.ts": "" }, compilerOptions: { strict: true } });

/** one compilation; the module is parsed, bound and checked by TypeScript within it */
function compile(shape: Shape, n: number, operator: string): Spent {
  const isTagged = operator.startsWith("@");
  const text = isTagged ? tagged(shape, n, operator.slice(1)) : marked(shape, n, operator);
  compiler.update("/main.ts", `${text}// ${compilations++}\n`);
  const { value, spent } = profiled(() => (isTagged ? compiler.generate("/main.ts") : compiler.transform("/main.ts")), 200);
  if (!value.ok) throw new Error(`${shape.name} ${n} ${operator}: ${value.diagnostics.map((x) => `${x.code} ${x.message}`).slice(0, 3).join("\n")}`);
  return spent;
}

let compilations = 0;

const LEAST = 3;

/** the cheapest of several compilations, of large ones too: noise only adds, and the first may run code that is not compiled yet */
function measure(shape: Shape, n: number, operator: string): Point {
  const start = performance.now();
  let best = compile(shape, n, operator);
  for (let i = 1; i < LEAST || (i < 10 && performance.now() - start < 500); i++) {
    const again = compile(shape, n, operator);
    if (again.ours < best.ours) best = again;
  }
  return { n, spent: best };
}

/** the slope of the line through the points, both axes logarithmic */
function exponent(points: readonly Point[]): number {
  const xs = points.map((p) => Math.log(p.n));
  const ys = points.map((p) => Math.log(p.spent.ours));
  const mean = (v: readonly number[]): number => v.reduce((s, x) => s + x, 0) / v.length;
  const [mx, my] = [mean(xs), mean(ys)];
  return xs.reduce((s, x, i) => s + (x - mx) * (ys[i]! - my), 0) / xs.reduce((s, x) => s + (x - mx) ** 2, 0);
}

const ms = (x: number): string => x.toFixed(x < 10 ? 1 : 0);

function hottest(spent: Spent): string {
  const top = [...spent.functions].sort((a, b) => b[1] - a[1]).slice(0, 14);
  return top.map(([name, time]) => `      ${ms(time).padStart(8)} ${name}`).join("\n");
}

function run(): boolean {
  let fine = true;
  for (const operator of OPERATORS) for (const shape of SHAPES) if (only === null || shape.name.includes(only)) if (onlyOperator === null || operator === onlyOperator) compile(shape, shape.each ? 5 : 20, operator);
  console.log(`milliseconds outside of TypeScript (inside), and the exponent of their growth\n`);
  for (const shape of SHAPES) {
    if (only !== null && !shape.name.includes(only)) continue;
    for (const operator of [...OPERATORS, ...(shape.each ? ["@grad", "@jvp"] : [])]) {
      if (onlyOperator !== null && operator !== onlyOperator) continue;
      const points: Point[] = [];
      for (const n of isQuick ? shape.sizes.slice(0, 2) : shape.sizes) {
        try {
          points.push(measure(shape, n, operator));
        } catch (error) {
          fine = false;
          console.log(`${shape.name} ${n} ${operator}: ${error instanceof Error ? ((isHot ? error.stack : undefined) ?? error.message).slice(0, 600) : String(error)}`);
          break;
        }
      }
      const slope = points.length > 1 ? exponent(points) : NaN;
      if (!(slope <= LIMIT)) fine = false;
      const shown = points.map(({ n, spent }) => `${n}: ${ms(spent.ours)} (${ms(spent.typescript)})`.padEnd(24)).join(" ");
      console.log(`${shape.name.padEnd(22)} ${operator.padEnd(13)} ${shown} ${slope.toFixed(2)}${slope > LIMIT ? " !" : ""}`);
      const largest = points.at(-1)?.spent;
      if (isHot && largest !== undefined) {
        console.log(`    ${[...largest.phases].sort((a, b) => b[1] - a[1]).map(([name, time]) => `${name} ${ms(time)}`).join(", ")}`);
        console.log(hottest(largest));
      }
    }
  }
  return fine;
}

process.exitCode = run() ? 0 : 1;
