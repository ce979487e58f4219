// What random programs may use besides functions made at random: classes, types, generators, higher-order functions, state of the
// module. A program keeps the declarations that it mentions, directly or through others; each declares names that stand at the start of a line.

const TYPES = [
  "interface Point { x: number; y: number }",
  "interface Link { value: number; next: Link | null }",
  "interface Part { w: number; k?: number; inner: { v: number } | null }",
  "interface Ops { up: (q: number) => number; down(q: number): number }",
  "type Shape = { readonly kind: \"disc\"; readonly r: number } | { readonly kind: \"box\"; readonly w: number; readonly h: number };\nfunction area(shape: Shape): number { return shape.kind === \"disc\" ? shape.r * shape.r : shape.w * shape.h; }",
  "enum Mode { Slow, Fast = 4 }",
  "enum Kind { Disc = \"disc\", Box = \"box\" }",
  "interface Piece { kind: Kind; w: number; last?: Kind | null }",
  "const SCALES = { [Kind.Disc]: (q: number) => q * q, [Kind.Box]: (q: number) => q * 0.7 };",
  "const RATES: Readonly<Record<Kind, number>> = { [Kind.Disc]: 0.6, [Kind.Box]: 1.2 };",
  "function isOf(piece: Piece, kind: Kind): boolean { return piece.kind === kind; }",
  "function weighed(piece: Piece): number {\n  switch (piece.kind) {\n    case Kind.Disc:\n      return piece.w * piece.w;\n    case Kind.Box:\n      return piece.last === Kind.Disc ? piece.w * 0.4 : piece.w;\n  }\n}",
  "interface Term { degree: 1 | 2 | 3; sign: -1 | 1; w: number }",
  "function isSquare(term: Term): boolean { return term.degree === 2; }",
  "const ORDERS = [2, 3] as const;",
  "const STUFF = { wood: { rate: 0.6, grain: { w: 0.3 } }, iron: { rate: 1.2, order: 2 } } as const;",
  "function raised(term: Term, q: number): number { return term.w * term.sign * (1.5 + Math.sin(q)) ** term.degree; }",
  "interface Style { width: number | \"auto\"; gap?: number | string }",
  "interface Tool { v: number; fn?: (q: number) => number; held: ((q: number) => number) | null }",
  "interface Tree { v: number; left: Tree | null; right: Tree | null }",
  "type Order = { kind: \"shift\"; by: number } | { kind: \"turn\"; angle: number; about?: Point } | { kind: \"both\"; first: Order; second: Order } | { kind: \"rest\" };",
  "declare function structuredClone<T>(value: T): T;",
];

const STATE = [
  "let state = 0.4;", "const history: number[] = [0.3, 0.7];", "const log: number[] = [];",
  "function note(q: number): number {\n  log.push(q);\n  return q * 0.9;\n}",
];

const CLASSES = [
  // an interface would be that of all programs of a test at once
  "abstract class Field {\n  abstract at(q: number): number;\n  abstract tune(by: number): void;\n  between(q: number): number { return (this.at(q) + this.at(q + 1)) * 0.5; }\n}",
  `class Body {
  static count = 0;
  #heft = 0.5;
  x: number;
  constructor(x: number, public y = 0.5) { this.x = x; Body.count++; }
  scale(k: number): this { this.x *= k; this.y *= 0.5; return this; }
  shift(by: number): this { this.y += by * this.x; return this; }
  get norm(): number { return this.x * this.x + this.weight() * this.y; }
  set side(value: number) { this.x = value; this.y = value * 0.5; }
  get heft(): number { return this.#heft * this.y; }
  set heft(value: number) { this.#heft = value; }
  weight(): number { return 0.5 + this.#heft; }
  pull(q: number): number { return this.x * q - this.#bend(q); }
  #bend(q: number): number { return Math.sin(q * this.y); }
  *items(): Generator<number> { yield this.x; yield this.norm; yield* [this.y, 0.5]; }
  static mix(a: Body, b: Body, t: number): number { return a.norm * t + b.x * (1 - t); }
}`,
  `class Heavy extends Body {
  #mass: number;
  constructor(x: number, y: number, mass: number) { super(x, y + mass); this.#mass = mass; }
  override weight(): number { this.#mass *= 0.9; return this.#mass * this.x + super.weight(); }
  override get norm(): number { return super.norm * 0.5 + this.#mass; }
  override set side(value: number) { this.x = value * 0.9; this.#mass += value; }
  inertia(q: number): number { return this.#mass * q + super.pull(q); }
}`,
  "class Wave extends Field {\n  constructor(public amp: number) { super(); }\n  at(q: number): number { return this.amp * Math.sin(q); }\n  tune(by: number): void { this.amp += by; }\n}",
  "class Ramp extends Field {\n  readonly #parts: number[];\n  constructor(a: number, b: number) { super(); this.#parts = [a, b]; }\n  at(q: number): number { return this.#parts[0] + this.#parts[1] * q; }\n  tune(by: number): void { this.#parts.reverse(); this.#parts[0] *= by; }\n}",
  "class Sum extends Field {\n  constructor(readonly a: Field, readonly b: Field) { super(); }\n  at(q: number): number { return this.a.at(q) + this.b.at(q * 0.5); }\n  tune(by: number): void { this.a.tune(by); this.b.tune(-by); }\n}",
  "function slopeOf(field: Field, q: number): number { return field instanceof Wave ? field.amp * Math.cos(q) : field.at(1) - field.at(0); }",
  "class Holder<T> {\n  constructor(public value: T) {}\n  map<U>(g: (value: T) => U): Holder<U> { return new Holder(g(this.value)); }\n  swap(by: T): T {\n    const old = this.value;\n    this.value = by;\n    return old;\n  }\n}",
  "class Trail {\n  static step: number;\n  static { this.step = 0.3; }\n  readonly #from: number;\n  constructor(from: number, private readonly to: number) { this.#from = from; }\n  *[Symbol.iterator](): Generator<number> {\n    for (let t = 0; t <= 0.7; t += Trail.step) yield this.#from * (1 - t) + this.to * t;\n  }\n}",
  `class Spring {
  static all: Spring[] = [];
  static last: Spring | null = null;
  static pull = 0.5;
  constructor(public rest: number, public k = 0.7) {
    Spring.all.push(this);
    Spring.last = this;
  }
  force(q: number): number { return this.k * (q - this.rest) * Spring.pull; }
  static energy(q: number): number {
    let sum = 0;
    for (const spring of Spring.all) sum += spring.force(q) ** 2;
    return sum;
  }
}`,
  `class Gauge {
  #level: number;
  constructor(level: number) { this.#level = level; }
  get level(): number { return this.#level; }
  set level(value: number) { this.#level = value * 0.9; }
  read(q: number): number { return this.level * q; }
}`,
  `class Lagging extends Gauge {
  #lag = 0.3;
  get lag(): number { return this.#lag; }
  override get level(): number { return super.level - this.#lag; }
  override set level(value: number) { super.level = value + this.#lag; this.#lag *= 0.5; }
  override read(q: number): number { super.level += 0.1 * q; return super.read(q) + this.#lag; }
}`,
  `class Fine extends Lagging {
  constructor(level: number) { super(level * 0.5); this.level = level; }
  override get level(): number { return super.level * 0.7; }
  override set level(value: number) { super.level = value; super.level *= 0.9; }
}`,
  "class Overflow extends Error {}",
  "class Underflow extends Overflow {\n  constructor() { super(\"under\"); }\n}",
  "class Fault {\n  constructor(readonly amount: number) {}\n}",
];

const GENERATORS = [
  "function* damped(v: readonly number[], k: number): Generator<number> {\n  let d = 1;\n  for (const item of v) {\n    d *= 0.8;\n    yield item * d + k;\n  }\n}",
  "function* pairs(v: readonly number[], k: number): Generator<number> {\n  for (let at = 1; at < v.length; at++) yield v[at] * v[at - 1] * k;\n  yield k;\n}",
  "function* climb(v: number[], k: number): Generator<number> {\n  try {\n    for (let at = 0; at < v.length; at++) {\n      v[at] *= 0.9;\n      yield v[at] * k;\n    }\n  } finally {\n    v[0] += k;\n  }\n}",
  "function* both(v: number[], k: number): Generator<number> {\n  yield* damped(v, k);\n  yield k;\n  yield* v;\n}",
  "function* walked(tree: Tree | null, k = 4): Generator<number> {\n  if (tree === null || k === 0) return;\n  yield* walked(tree.left, k - 1);\n  yield tree.v;\n  yield* walked(tree.right, k - 1);\n}",
  "function* endless(k: number): Generator<number> {\n  for (let q = k; ; q = Math.sin(q) + 1) yield q;\n}",
  "function* take(items: Iterable<number>, count: number): Generator<number> {\n  for (const item of items) {\n    if (count-- <= 0) return;\n    yield item * 0.9;\n  }\n}",
];

const FUNCTIONS = [
  "function nest(a: number, b: number, k = 2): number { return k <= 0 ? a : Math.sin(nest(a * 0.9, b, k - 1)) + b * 0.5; }",
  "function even(a: number, b: number, k = 3): number { return k === 0 ? a : odd(a * b * 0.5, b, k - 1); }",
  "function odd(a: number, b: number, k: number): number { return k <= 0 ? b : even(a + 0.3 * b, Math.tanh(a), k - 1); }",
  "function binary(a: number, k: number): number { return k <= 1 ? Math.cos(a) : binary(a * 0.9, k - 1) * 0.5 + binary(a + 0.1, k - 2) * a; }",
  "function depthOf(a: number): number {\n  if (a * a > 40) return 1;\n  return a + 0.3 * depthOf(a * a + 1.7);\n}",
  "function far(link: Link | null, k = 3): number { return link === null || k === 0 ? 0.5 : link.value * 0.7 + far(link.next, k - 1); }",
  "function chain(a: number, b: number): Link {\n  const first: Link = { value: a, next: null };\n  first.next = { value: b, next: first };\n  return first;\n}",
  "function total(...items: number[]): number { let sum = 0; for (const item of items) sum += Math.cos(item) * item; return sum; }",
  "function spread(a: number, b = a * 0.5, ...rest: number[]): number { return a * b + rest.reduce((p, q) => p + q, 0.5); }",
  "function sum(items: Iterable<number>): number { let all = 0; for (const item of items) all = all * 0.5 + item; return all; }",
  "function bent(a: number, k = a * 0.5, { x = 0.3, y: deep = a * x }: { x?: number; y?: number } = {}): number { return Math.sin(a) * k + x * deep; }",
  "function tagged(strings: TemplateStringsArray, ...values: number[]): number { return values.reduce((p, q, at) => p + q * strings[at].length, 0); }",
  "function weigh({ x, y }: Point, k: number): number { return x * k + y; }",
  "function inner([a, b = 1]: ArrayLike<number> & Iterable<number>): number { return a * b; }",
  "function cut(link: Link): void { link.next = null; }",
  "function halves(v: readonly number[]): number[] { return v.map((item) => item * 0.5); }",
  "function bump(v: number[], k: number): void {\n  v[0] += k;\n  v[v.length - 1] *= k;\n}",
  "function turned(point: Point, k: number): Point {\n  if (k > 0.4) return point;\n  return { x: -point.y, y: point.x * k };\n}",
  "function move(point: Point, by: number): void {\n  point.x += by;\n  point.y *= by;\n}",
  "function pick<T>(first: boolean, a: T, b: T): T { return first ? a : b; }",
  "function compose(g: (q: number) => number, h: (q: number) => number): (q: number) => number { return (q) => g(h(q)); }",
  "const curry = (k: number) => (q: number): number => k * q - 0.5;",
  "function scaled(k: number, q: number): number { return Math.cos(k) * q; }",
  "function counter(start: number): (q: number) => number {\n  let count = start;\n  return (q) => {\n    count += 0.5 * q;\n    return count * q;\n  };\n}",
  "function memo(g: (q: number) => number): (q: number) => number {\n  let last: number | undefined;\n  return (q) => (last ??= g(q));\n}",
  "function twice(g: (q: number) => number, q: number): number { return g(g(q) * 0.5); }",
  "function repeat(count: number, g: (q: number) => void): void { for (let at = 0; at < count; at++) g(at * 0.5); }",
  "function guarded(g: (q: number) => number, q: number): number {\n  try {\n    return g(q);\n  } catch {\n    return q * 0.5;\n  }\n}",
  "function apply(ops: Ops, q: number): number { return ops.up(ops.down(q)); }",
  "namespace Gears {\n  export const ratio = 0.7;\n  const slack = (q: number): number => Math.sin(q) * 0.1;\n  export function mesh(q: number): number { return q * ratio + slack(q); }\n}",
  "function descend(energy: Differentiable<(q: number) => number>, q: number): number {\n  for (let at = 0; at < 2; at++) q -= 0.3 * grad(energy)(q);\n  return q;\n}",
  "function settle(energy: Differentiable<(point: Point) => number>, point: Point): number {\n  const slope = grad(energy)(point);\n  return (point.x - 0.2 * slope.x) * slope.y;\n}",
  "function sized(width: number | \"auto\", k: number): number { return width === \"auto\" ? k * 0.5 : width * k; }",
  "function lengthOf(mark: number | string): number {\n  if (typeof mark === \"string\") return mark.length * 0.1;\n  return mark;\n}",
  "function fitted(style: Style, k: number): Style { return { ...style, width: style.width === \"auto\" ? k : style.width * 0.5 }; }",
  "function spanned([from, to]: [number, number | null], k: number): number { return to === null ? from * k : from + to * k; }",
  "function ended([a, b = a * 0.5]: [number, number?]): number { return a * b; }",
  "function used(tool: Tool, q: number): number { return tool.fn?.(q) ?? tool.v * q; }",
  "function lent(tool: Tool): ((q: number) => number) | null { return tool.held; }",
  "function planted(tree: Tree | null, v: number, k = 4): Tree {\n  if (tree === null || k === 0) return { v, left: null, right: null };\n  if (v < tree.v) return { ...tree, left: planted(tree.left, v, k - 1) };\n  return { ...tree, right: planted(tree.right, v, k - 1) };\n}",
  "function plant(tree: Tree, v: number, k = 4): void {\n  if (v < tree.v) {\n    if (tree.left === null || k === 0) tree.left = { v, left: null, right: null };\n    else plant(tree.left, v, k - 1);\n  } else if (tree.right === null || k === 0) tree.right = { v, left: null, right: null };\n  else plant(tree.right, v, k - 1);\n}",
  "function folded(tree: Tree | null, k = 4): number { return tree === null || k === 0 ? 0.5 : tree.v * folded(tree.left, k - 1) + 0.7 * folded(tree.right, k - 1); }",
  "function drained(tree: Tree | null, k: number, depth = 4): number {\n  if (tree === null || depth === 0) return k;\n  tree.v *= 0.9;\n  drained(tree.left, k * tree.v, depth - 1);\n  return drained(tree.right, k, depth - 1) * tree.v;\n}",
  "function mirrored(tree: Tree, k = 3): Tree { return k === 0 ? tree : { ...tree, left: tree.right && mirrored(tree.right, k - 1), right: tree.left && mirrored(tree.left, k - 1) }; }",
  `function effort(order: Order, k: number): number {
  let all = k;
  switch (order.kind) {
    case "both":
      all += effort(order.first, k) * effort(order.second, all);
    // falls through
    default:
      all *= 0.9;
      break;
    case "turn":
      all += order.angle * (order.about?.x ?? 0.5);
    // falls through
    case "shift":
      all -= order.kind === "shift" ? order.by : 0.3;
  }
  return all;
}`,
  `function obeyed(order: Order, point: Point): Point {
  switch (order.kind) {
    case "rest":
      return point;
    case "both":
      return obeyed(order.second, obeyed(order.first, point));
    case "shift":
      return { x: point.x + order.by, y: point.y };
    case "turn": {
      const { angle, about = { x: 0.1, y: 0.2 } } = order;
      return { x: about.x + point.x * Math.cos(angle), y: point.y - about.y * angle };
    }
  }
}`,
  "function strict(q: number): number {\n  if (q > 0.9) throw new Overflow(\"over\");\n  if (q < -0.9) throw new Underflow();\n  return q * 0.7;\n}",
  "function told(caught: unknown): number {\n  if (caught instanceof Underflow) return 0.2;\n  if (caught instanceof Overflow) return caught.message.length * 0.1;\n  return caught instanceof Fault ? caught.amount : typeof caught === \"number\" ? caught : 0.4;\n}",
  "function risky(q: number): number {\n  if (q > 0.5) throw new Fault(q * 0.3);\n  return q * q;\n}",
  "function switched(mode: Mode, q: number): number {\n  switch (mode) {\n    case Mode.Fast:\n      q *= 2;\n    // falls through\n    case Mode.Slow:\n      return q * q;\n  }\n}",
];

/** functions with rules that are their derivatives */
const RULES = [
  "const leaky = customRule((a: number, b: number): number => Math.tanh(a) * b, { vjp: ([a, b], _value, c) => [c * b * (1 - Math.tanh(a) ** 2), c * Math.tanh(a)] });",
  "const steep = customRule((a: number): number => Math.sin(a) * a, { jvp: ([a], [s]) => [Math.sin(a) * a, s * (Math.cos(a) * a + Math.sin(a))] });",
  "const blurred = customRule((v: readonly number[], k: number): number[] => v.map((item, at) => item * k + at), {\n  jvp: ([v, k], [s, t]) => [v.map((item, at) => item * k + at), v.map((item, at) => s[at] * k + item * t)],\n});",
  "const squares = customRule((v: readonly number[]): number[] => v.map((item) => item * item * 0.5), { vjp: ([v], _squares, c) => [v.map((item, at) => item * c[at])] });",
  "const sheared = customRule((point: Point, k: number): Point => ({ x: point.x - k * point.y, y: point.y }), { vjp: ([point, k], _sheared, c) => [{ x: c.x, y: c.y - k * c.x }, -c.x * point.y] });",
  "const norm2 = customRule((point: Point): number => Math.sqrt(0.5 + point.x ** 2 + point.y ** 2), { vjp: ([point], value, c) => [{ x: (c * point.x) / value, y: (c * point.y) / value }] });",
];

const LIBRARY = [...TYPES, ...STATE, ...CLASSES, ...GENERATORS, ...FUNCTIONS, ...RULES];

/** what the function under test must do first, so that every call finds the same module */
const RESETS: readonly (readonly [name: string, text: string])[] = [
  ["state", "state = 0.4;"], ["history", "history.length = 0;\nhistory.push(0.3, 0.7);"], ["log", "log.length = 0;"], ["Body", "Body.count = 0;"],
  ["Spring", "Spring.all.length = 0;\nSpring.last = null as Spring | null;\nSpring.pull = 0.5;"],
];

const mentions = (text: string, name: string): boolean => new RegExp(`\\b${name}\\b`).test(text);

/** The declarations that the text needs, in order; what must be reset; what can be seen of the state of the module from outside. */
export function libraryFor(text: string): { readonly declarations: readonly string[]; readonly resets: readonly string[]; readonly state: readonly string[] } {
  const names = (declaration: string): readonly string[] => [...declaration.matchAll(/^(?:(?:abstract )?class|type|interface|enum|namespace|const|let|function\*?|declare function) (\w+)/gm)].map(([, name = ""]) => name);
  const kept = new Set<string>();
  for (let all = text, before = -1; kept.size > before;) {
    before = kept.size;
    for (const declaration of LIBRARY) if (!kept.has(declaration) && names(declaration).some((name) => mentions(all, name))) kept.add(declaration);
    all = [text, ...kept].join("\n");
  }
  const all = [text, ...kept].join("\n");
  const touched = RESETS.filter(([name]) => mentions(all, name));
  return {
    declarations: LIBRARY.filter((declaration) => kept.has(declaration)), resets: touched.map(([, reset]) => reset), state: touched.map(([name]) => name).filter((name) => /^[a-z]/.test(name)),
  };
}
