// Every way in which a program reaches code of its own: aliases, barrels, namespaces, enums, defaults, JavaScript with and
// without types. One project in memory; each line of the table is a function and its derivative at a point.
import { createCompiler, type Compiler } from "@cotangent/compiler";
import { build, type Plugin } from "esbuild";
import { posix } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { evaluate } from "../harness/evaluate.ts";

const OPTIONS = {
  target: "es2023", lib: ["es2023"], module: "esnext", moduleResolution: "bundler", strict: true, allowJs: true, checkJs: false, jsx: "preserve", noEmit: true,
  paths: { "@math/*": ["/lib/math/*"], "~": ["/lib/index.ts"] },
};

const FILES: Readonly<Record<string, string>> = {
  "/package.json": '{ "name": "app", "type": "module", "imports": { "#units": "./lib/units.ts", "#lib/*": "./lib/*.ts" } }',
  "/lib/math/square.ts": "export const square = (x: number): number => x * x;\nexport default (x: number): number => 3 * x * x;\n",
  "/lib/math/cube.mts": "export default function cube(x: number): number { return x * x * x; }\n",
  "/lib/view.tsx": "export const fade = (x: number): number => 1 - x * x;\n",
  "/lib/units.ts": "export enum Unit { Meter = 1, Kilometer = 1000 }\nexport const enum Scale { Half = 0.5, Twice = Half * 4 }\nexport const toMeters = (x: number, unit: Unit): number => x * unit;\nexport const inKilometers = (x: number): number => toMeters(x * x, Unit.Kilometer) * Scale.Twice;\n",
  "/lib/shapes.ts": "export namespace Shapes {\n  const half = 0.5;\n  export namespace Triangle { export function area(a: number, h: number): number { return half * a * h; } }\n  export const circle = (r: number): number => Math.PI * r ** 2;\n}\n",
  "/lib/index.ts": 'export * from "./math/square.js";\nexport { default as cube } from "./math/cube.mjs";\nexport * as units from "./units.ts";\nexport { Shapes } from "./shapes";\nexport { wave as ripple } from "./wave.js";\n',
  "/lib/wave.js": "/**\n * @param {number} x\n * @param {{ amplitude: number, phase?: number }} options\n */\nexport function wave(x, options = { amplitude: 2 }) {\n  var phase = options.phase === void 0 ? 0 : options.phase;\n  return options.amplitude * Math.sin(x + phase);\n}\n",
  "/lib/old.js": "import { wave } from './wave.js';\nvar EPS = 1e-6, scale = 2;\nexport function damped(x, rate) {\n  rate = rate === undefined ? 0.5 : rate;\n  var out = [0, 0], i;\n  for (i = 0; i < 2; i++) out[i] = +x * scale;\n  return norm(out) * decay(x, rate) + EPS + wave(x);\n}\nfunction norm(v) { return Math.sqrt(v[0] * v[0] + v[1] * v[1]); }\nconst decay = (t, rate) => Math.exp(-rate * t);\n",
  "/node_modules/vectors/package.json": '{ "name": "vectors", "version": "1.0.0", "type": "module", "main": "index.js", "types": "index.d.ts" }',
  "/node_modules/vectors/index.d.ts": "export declare class Vec { x: number; y: number; static unit: Vec; constructor(x?: number, y?: number); get length(): number; cross(other: Vec): number; scale(k: number, target?: Vec): Vec; static along(angle: number): Vec; }\nexport declare function total(values: Iterable<number>): number;\nexport declare function total<T>(values: Iterable<T>, of: (value: T) => number): number;\nexport declare function least(values: Iterable<string>): string | undefined;\nexport declare function least(values: Iterable<number>): number | undefined;\nexport declare const easeIn: { (t: number): number; of(e: number): unknown };\nexport declare const easeBoth: (t: number) => number;\nexport declare const mirrored: (ease: (t: number) => number) => (t: number) => number;\nexport declare function inUnits(x: number, unit?: \"m\" | \"km\"): number;\nexport declare function first(of: { at: number[] } | number[]): number;\n",
  "/node_modules/vectors/index.js": "class Vec {\n  constructor(x, y) {\n    if (x === void 0) x = 0;\n    if (y === void 0) y = 0;\n    this.x = x;\n    this.y = y;\n  }\n  get length() { return Math.hypot(this.x, this.y); }\n  cross(other) { return this.x * other.y - this.y * other.x; }\n  scale(k, target) {\n    if (target === void 0) target = new Vec();\n    target.x = k * this.x;\n    target.y = k * this.y;\n    return target;\n  }\n  static along(angle) { return new Vec(Math.cos(angle), Math.sin(angle)); }\n}\nVec.unit = new Vec(1, 0);\nclass Adder {\n  constructor() { this.parts = new Float64Array(4); this.n = 0; }\n  add(x) { this.parts[this.n++ % 4] += x; return this; }\n  valueOf() { return this.parts[0] + this.parts[1] + this.parts[2] + this.parts[3]; }\n}\nfunction total(values, of) {\n  const adder = new Adder();\n  if (of === undefined) for (let value of values) adder.add(+value);\n  else for (let value of values) adder.add(of(value));\n  return +adder;\n}\nfunction least(values) {\n  let found;\n  for (const value of values) if (value != null && (found > value || (found === undefined && value >= value))) found = value;\n  return found;\n}\nconst easeIn = (function of(e) {\n  function power(t) { return Math.pow(t, e); }\n  power.of = of;\n  return power;\n})(2.5);\nconst mirrored = (ease) => (t) => t <= 0.5 ? ease(2 * t) / 2 : (2 - ease(2 * (1 - t))) / 2;\nconst easeBoth = mirrored((t) => t * t * t);\nconst factors = { m: 1, km: 1e-3 };\nfunction inUnits(x, unit = \"m\") {\n  const factor = factors[unit];\n  if (!factor) throw new Error(unit);\n  return x * factor;\n}\nfunction first(of) {\n  if (!of) throw new Error(\"nothing\");\n  if (!Array.isArray(of)) return of.at[0];\n  return of[0];\n}\nexport { Vec, total, least, easeIn, easeBoth, mirrored, inUnits, first };\n",
  "/node_modules/points/package.json": '{ "name": "points", "version": "1.0.0", "type": "module", "main": "index.js", "types": "index.d.ts" }',
  "/node_modules/points/index.d.ts": "export interface PointLike { x: number; y: number }\nexport declare class Point implements PointLike { x: number; y: number; readonly isPoint: true; constructor(x?: number, y?: number); set(x: number, y: number): this; copy(from: PointLike): this; sub(other: PointLike): this; scale(k: number): this; dot(other: PointLike): number; shift(by: number | Point, y?: number): this; onto(other: PointLike): this; distanceTo(from: PointLike, to: PointLike): number; }\nexport declare class Turn { constructor(angle?: number, order?: string); get x(): number; get y(): number; times(other: Turn): Turn; }\nexport declare function extent(points: PointLike[]): number;\nexport declare function bend(at: PointLike): number;\n",
  "/node_modules/points/index.js": "class Point {\n  static {\n    this.prototype.isPoint = true;\n  }\n  constructor(x = 0, y = 0) {\n    this.x = x;\n    this.y = y;\n  }\n  set(x, y) { this.x = x; this.y = y; return this; }\n  copy(from) { return this.set(from.x, from.y); }\n  sub(other) { this.x -= other.x; this.y -= other.y; return this; }\n  scale(k) { return this.set(this.x * k, this.y * k); }\n  dot(other) { return this.x * other.x + this.y * other.y; }\n  shift(by, y) {\n    if (by.isPoint) return this.set(this.x + by.x, this.y + by.y);\n    this.x += by;\n    this.y += y;\n    return this;\n  }\n  onto(other) {\n    const size = other.x * other.x + other.y * other.y;\n    if (!(size > 0)) return this.set(0, 0);\n    const k = this.dot(other) / size;\n    return this.copy(other).scale(k);\n  }\n  distanceTo(from, to) {\n    _along.copy(to).sub(from);\n    _offset.copy(this).sub(from);\n    if (_along.dot(_along) > 0) {\n      _foot.copy(_offset).onto(_along);\n      _offset.sub(_foot);\n    }\n    return Math.sqrt(_offset.dot(_offset));\n  }\n}\nconst _along = /*@__PURE__*/ new Point(), _offset = /*@__PURE__*/ new Point();\nconst _foot = /*@__PURE__*/ new Point();\nfunction say(...parts) {\n  parts = gathered(parts);\n  if (parts.length > 0) console.warn('points: ' + parts.shift(), ...parts);\n}\nfunction gathered(parts) {\n  if (parts[1] && parts[1].isTrace) parts[0] += parts[1].where();\n  return parts;\n}\nclass Turn {\n  constructor(angle = 0, order = Turn.ORDER) {\n    this._angle = angle;\n    this._order = order;\n  }\n  get x() { return Math.cos(this._angle); }\n  get y() { return Math.sin(this._angle); }\n  times(other) {\n    switch (this._order) {\n      case 'left': return new Turn(this._angle + 2 * other._angle, other._order);\n      case 'right': return new Turn(2 * this._angle + other._angle, other._order);\n      default: say('no order', this._order);\n    }\n    return this;\n  }\n}\nTurn.ORDER = 'left';\nfunction extent(points) {\n  let low = Infinity, high = -Infinity;\n  for (let i = 0; i < points.length; i++) {\n    low = Math.min(low, points[i].x + 0.1 * points[i].y);\n    high = Math.max(high, points[i].y);\n  }\n  return high * low;\n}\nfunction bend(at) {\n  if (at instanceof Turn) return 3 * at._angle * at.times(at).x;\n  return at instanceof Point ? at.dot(at) : at.x;\n}\nexport { Point, Turn, bend, extent };\n",
};

/** subject: imports, an expression for a function of one number, its derivative at 0.7 */
const CASES: readonly (readonly [name: string, imports: string, f: string])[] = [
  ["a path alias", 'import { square } from "@math/square";', "(x: number): number => square(x)"],
  ["a default export through an alias", 'import triple from "@math/square";', "(x: number): number => triple(x)"],
  ["a barrel of everything", 'import { cube, square } from "~";', "(x: number): number => cube(x) * square(x)"],
  ["a namespace in a barrel", 'import { units } from "./lib/index.js";', "(x: number): number => units.inKilometers(x)"],
  ["all of a barrel", 'import * as lib from "./lib/index.ts";', "(x: number): number => lib.units.toMeters(x * x, lib.units.Unit.Kilometer) + lib.cube(x)"],
  ["namespaces in namespaces", 'import { Shapes } from "~";', "(x: number): number => Shapes.Triangle.area(x, x) + Shapes.circle(x)"],
  ["`imports` of package.json", 'import { Scale, Unit } from "#units";\nimport { inKilometers } from "#lib/units";', "(x: number): number => inKilometers(x) * Scale.Half + Unit.Meter * x"],
  [".mts and .tsx", 'import cube from "./lib/math/cube.mjs";\nimport { fade } from "./lib/view.js";', "(x: number): number => cube(x) * fade(x)"],
  ["JavaScript with JSDoc types", 'import { ripple } from "~";', "(x: number): number => ripple(x * x) + ripple(x, { amplitude: x, phase: 1 })"],
  ["classes of a package", 'import { Vec } from "vectors";', "(x: number): number => { const v = new Vec(x, 2).scale(x); return v.length + v.cross(Vec.along(x)) + new Vec(x).x; }"],
  ["overloads of a package, for whatever can be iterated", 'import { least, total } from "vectors";', "(x: number): number => total([x, x * x, 3]) * total([{ v: x }], (o) => o.v) + (least([4, x, x * x + 1]) ?? 0)"],
  ["functions that a package makes once", 'import { easeBoth, easeIn } from "vectors";', "(x: number): number => easeIn(x) * easeBoth(x)"],
  ["tables by names, and tests of what an argument is", 'import { first, inUnits } from "vectors";', '(x: number): number => inUnits(x * x, "km") + inUnits(x) + first([x * x]) * first({ at: [x] })'],
  ["objects that a package keeps to itself and fills before it looks", 'import { Point } from "points";', "(x: number): number => new Point(x, 2).distanceTo(new Point(x * x, 0.1), { x: 3, y: x }) + new Point(1, x).distanceTo(new Point(x, 0), new Point(x, 0))"],
  ["an interface that several classes of a package fit", 'import { extent, Point, Turn } from "points";', "(x: number): number => extent([new Point(x, 1), new Point(2, x * x), { x, y: 3 }]) + new Point(x, 1).dot(new Turn(x)) + extent([new Turn(x * x), new Turn(x)])"],
  ["arms for one of several classes", 'import { bend, Point, Turn } from "points";', "(x: number): number => bend(new Turn(x)) * bend(new Point(x, x * x)) + bend(new Point(1, x))"],
  ["an interface of the program that a class of a package fits", 'import { Turn } from "points";', "(x: number): number => { interface Place { readonly x: number; readonly y: number } const slope = (at: Place): number => at.y / at.x; const all: Place[] = [new Turn(x), { x: 2, y: x }]; return all.reduce((sum, at) => sum + slope(at), 0); }"],
  ["properties that tell numbers from objects", 'import { Point } from "points";', "(x: number): number => new Point(x, 1).shift(x, 2).shift(new Point(x * x, x)).dot({ x, y: 1 })"],
  ["members that stand behind their class, and functions that write to the console", 'import { Turn } from "points";', '(x: number): number => { const turn = new Turn(x).times(new Turn(2 * x, "right")).times(new Turn(x * x, "none")); return turn.x * turn.times(turn).y; }'],
  ["JavaScript without types", 'import { damped } from "./lib/old.js";', "(x: number): number => damped(x, 0.3) + damped(x * x)"],
];

const files: Readonly<Record<string, string>> = {
  ...FILES,
  ...Object.fromEntries(CASES.map(([, imports, f], i) => [`/case${i}.ts`, `import { grad, jvp } from "cotangent";\n${imports}\nexport const f = ${f};\nexport const gradient = grad(f);\nexport const forward = jvp(f);\n`])),
};

const TARGETS: readonly (readonly [pattern: RegExp, to: string])[] = [[/^@math\//, "/lib/math/"], [/^~$/, "/lib/index.ts"], [/^#units$/, "/lib/units.ts"], [/^#lib\//, "/lib/"], [/^(vectors|points)$/, "/node_modules/$1/index.js"]];

/** bundles files in memory as the options above resolve them */
function inMemory(textOf: (path: string) => string): Plugin {
  const find = (path: string): string => ["", ".ts", ".tsx", ".mts", ".js"].flatMap((x) => [path + x, path.replace(/\.([cm]?)js$/, `.$1ts${x === ".tsx" ? "x" : ""}`), path.replace(/\.js$/, x)]).find((x) => x in files) ?? path;
  return {
    name: "memory",
    setup: ({ onResolve, onLoad }) => {
      onResolve({ filter: /.*/ }, ({ path, importer }) => {
        const aliased = TARGETS.reduce((at, [pattern, to]) => at.replace(pattern, to), path);
        return { path: find(posix.resolve(posix.dirname(importer === "" ? "/x" : importer), aliased)), namespace: "memory" };
      });
      onLoad({ filter: /.*/, namespace: "memory" }, ({ path }) => ({ contents: textOf(path), loader: "ts" }));
    },
  };
}

const compiler: Compiler = createCompiler({ files, compilerOptions: OPTIONS });
afterAll(() => compiler.dispose());

describe("reaches", () => {
  it.each(CASES.map(([name], i) => [name, `/case${i}.ts`] as const))("%s", async (_, path) => {
    const result = compiler.transform(path);
    expect(result.diagnostics.map((x) => `${x.code} ${x.file}(${x.line},${x.column}) ${x.message}`)).toEqual([]);
    const textOf = (x: string): string => { const made = compiler.transform(x); return made.ok ? made.code : ""; };
    const { outputFiles } = await build({ entryPoints: [path], bundle: true, write: false, format: "cjs", platform: "node", plugins: [inMemory(textOf)] });
    const { f, gradient, forward } = evaluate(outputFiles[0]?.text ?? "", path) as {
      readonly f: (x: number) => number; readonly gradient: (x: number) => number; readonly forward: (x: [number], dx: [number]) => readonly [number, number];
    };
    const difference = (f(0.7 + 1e-5) - f(0.7 - 1e-5)) / 2e-5;
    expect(gradient(0.7)).toBeCloseTo(difference, 6);
    expect(forward([0.7], [1])[1]).toBeCloseTo(difference, 6);
    expect(forward([0.7], [1])[0]).toBe(f(0.7));
  });
});
