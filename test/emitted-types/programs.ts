// Programs in which TypeScript and the compiler know different things: what may be absent, what is only read, which shape it is.
// Each exports `f`; none of them is meant to compute anything in particular.

/** sources by what they show */
export const PROGRAMS: Readonly<Record<string, string>> = {
  "literals that lack what their interface allows to lack": `
interface O {
  readonly scale?: number;
  readonly shift: number | null;
  readonly w?: number[];
}
function g(o: O, x: number): number {
  let s = x;
  if (o.scale !== undefined)
    s *= o.scale;
  if (o.shift !== null)
    s += o.shift;
  for (const w of o.w ?? [])
    s *= w;
  return s;
}
export function f(x: number, y: number, n: number): number {
  let s = 0;
  for (let i = 0; i < n; i++) {
    s += g(i % 2 === 0 ? { scale: x, shift: null } : { shift: y, w: [x, y] }, x * y);
  }
  return s + g({ shift: null }, x) + g({ scale: y, shift: x }, y);
}
`,
  "an optional array, mapped or replaced": `
interface O {
  v?: number[];
  k: number;
}
export function f(o: O, x: number): number {
  const r = o.v?.map((t) => t * o.k) ?? [x];
  let s = 0;
  for (const t of r)
    s += t * t;
  return s;
}
`,
  "a list from outside": `
interface Node {
  value: number;
  next: Node | null;
}
export function f(list: Node | null, x: number): number {
  let s = 0;
  for (let n = list; n !== null; n = n.next)
    s += n.value * n.value * x;
  return s;
}
`,
  "a list whose links are optional": `
interface Node {
  value: number;
  next?: Node;
}
export function f(xs: number[]): number {
  let head: Node | undefined;
  for (const x of xs) {
    const node: Node = { value: x * x };
    if (head)
      node.next = head;
    head = node;
  }
  let s = 0;
  for (let n = head; n !== undefined; n = n.next)
    s = s * 0.5 + n.value;
  return s;
}
`,
  "a tree that grows": `
interface Tree {
  left: Tree | null;
  right: Tree | null;
  w: number;
}
function insert(t: Tree | null, w: number): Tree {
  if (t === null)
    return { left: null, right: null, w };
  if (w < t.w)
    t.left = insert(t.left, w);
  else
    t.right = insert(t.right, w);
  return t;
}
function fold(t: Tree | null, d: number): number {
  return t === null ? 0 : t.w / d + fold(t.left, d + 1) + fold(t.right, d + 1);
}
export function f(ws: readonly number[]): number {
  let t: Tree | null = null;
  for (const w of ws)
    t = insert(t, w * 2);
  return fold(t, 1);
}
`,
  "a state of one of two shapes": `
type S = {
  kind: "a";
  p: number;
} | {
  kind: "b";
  q: number[];
};
export function f(x: number, n: number): number {
  let s: S = { kind: "a", p: x };
  for (let i = 0; i < n; i++) {
    s = s.kind === "a" ? { kind: "b", q: [s.p, x] } : { kind: "a", p: s.q[0]! * s.q[1]! };
  }
  return s.kind === "a" ? s.p : s.q[0]! + s.q[1]!;
}
`,
  "a test with a name that does not say all": `
export function f(x: number, xs: (number | undefined)[]): number {
  let best: number | undefined;
  for (const v of xs) {
    if (v === undefined)
      continue;
    const better = best === undefined || v * x > best;
    if (better)
      best = v * x;
  }
  return best ?? 0;
}
`,
  "the best of readonly rows": `
export function f(m: readonly (readonly number[])[]): number {
  let row: readonly number[] | null = null;
  for (const r of m)
    if (row === null || r[0]! > row[0]!)
      row = r;
  if (!row)
    return 0;
  let s = 0;
  for (const v of row)
    s += v * v;
  return s;
}
`,
  "a readonly matrix that a loop replaces": `
export function f(m: readonly (readonly number[])[], n: number): number {
  let a = m;
  for (let i = 0; i < n; i++) {
    const next: number[][] = [];
    for (const r of a)
      next.push(r.map((x) => Math.sin(x)));
    a = next;
  }
  let s = 0;
  for (const r of a)
    for (const x of r)
      s += x;
  return s;
}
`,
  "readonly tuples that a loop replaces": `
type V = readonly [
  number,
  number
];
export function f(vs: readonly V[], n: number): number {
  let q = vs;
  for (let i = 0; i < n; i++)
    q = q.map(([a, b]): V => [b * a, a]);
  let s = 0;
  for (const [a, b] of q)
    s += a * b;
  return s;
}
`,
  "readonly state through recursion": `
interface S {
  readonly p: readonly [
    number,
    number
  ];
  readonly t: number;
}
function step(s: S, n: number): S {
  return n <= 0 ? s : step({ p: [s.p[1], s.p[0] * s.t], t: s.t + 0.1 }, n - 1);
}
export function f(s: S, n: number): number {
  const r = step(s, n);
  return r.p[0] * r.p[1] + r.t;
}
`,
  "constant data": `
export function f(x: number, y: number, n: number): number {
  const pts = [[0.1, 1], [0.5, 2]] as const;
  let cur: readonly [
    number,
    number
  ] = pts[0];
  let s = 0;
  for (let i = 0; i < n; i++) {
    for (const [t, w] of pts)
      s += w * Math.exp(-t * x);
    s += cur[0] * y;
    cur = [cur[1], cur[0] * x];
  }
  return s;
}
`,
  "a record of numbered entries, read by their names": `
export function f(m: Record<number, number>, x: number): number {
  let s = 0;
  for (const k of Object.keys(m))
    s += m[Number(k)]! * x;
  for (const k in m)
    s += m[k]!;
  return s;
}
`,
  "a record of numbered entries, made here": `
export function f(xs: number[]): number {
  const m: Record<number, number> = {};
  for (let i = 0; i < xs.length; i++)
    m[i % 3] = (m[i % 3] ?? 0) + xs[i]! * xs[i]!;
  let s = 1;
  for (const [k, v] of Object.entries(m))
    s += v * Number(k);
  for (const v of Object.values(m))
    s *= v;
  return s;
}
`,
  "groups of a map that are made on demand": `
export function f(xs: number[]): number {
  const m = new Map<number, number[]>();
  for (let i = 0; i < xs.length; i++) {
    const k = i % 2;
    let l = m.get(k);
    if (!l) {
      l = [];
      m.set(k, l);
    }
    l.push(xs[i]! ** 2);
  }
  let s = 0;
  for (const [k, l] of m)
    for (const x of l)
      s += (k + 1) * x;
  return s;
}
`,
  "entries that may be null": `
export function f(xs: number[]): number {
  const m = new Map<string, number | null>();
  m.set("a", xs[0]!);
  m.set("b", null);
  const a = m.get("a");
  const b = m.get("b");
  return (a ?? 1) * (b ?? xs[1]!) + (a != null ? a * a : 0);
}
`,
  "objects of one of several classes": `
export abstract class Sh {
  abstract area(): number;
  constructor(readonly k: number) { }
}
export class Ci extends Sh {
  constructor(k: number, readonly r: number) {
    super(k);
  }
  area(): number {
    return this.k * this.r ** 2;
  }
}
export class Re extends Sh {
  constructor(k: number, readonly w: number, readonly h: number) {
    super(k);
  }
  area(): number {
    return this.k * this.w * this.h;
  }
}
export function f(ss: readonly Sh[]): number {
  let t = 0;
  for (const s of ss)
    t += s.area();
  return t;
}
`,
  "a generic list": `
interface Box<T> {
  readonly value: T;
  readonly next?: Box<T>;
}
function fold<T, R>(b: Box<T> | undefined, z: R, g: (r: R, t: T) => R): R {
  let r = z;
  for (let n = b; n; n = n.next)
    r = g(r, n.value);
  return r;
}
export function f(b: Box<number>, k: number): number {
  return fold(b, { s: k }, (r, t) => ({ s: r.s + t * t })).s;
}
`,
  "what may not be found": `
function first<T>(xs: readonly T[], ok: (x: T) => boolean): T | undefined {
  for (const x of xs)
    if (ok(x))
      return x;
  return undefined;
}
export function f(xs: {
  a: number;
  b?: number;
}[]): number {
  const p = first(xs, (x) => x.a > 0);
  const q = first(xs, (x) => x.b !== undefined);
  return (p?.a ?? 1) * (q?.b ?? 2) * (q ? q.a : 1);
}
`,
  "rows of text, numbers and flags": `
export function f(rows: [
  string,
  number,
  boolean
][]): number {
  let s = 0;
  for (const [name, v, on] of rows)
    if (on && name !== "x")
      s += v * v;
  const best = rows.find((r) => r[2]);
  return s + (best ? best[1] : 0);
}
`,
  "a result that may be missing, through recursion": `
interface T {
  l?: T;
  r?: T;
  v: number;
}
function deepest(t: T | undefined, d: number): {
  d: number;
  v: number;
} | undefined {
  if (!t)
    return undefined;
  const a = deepest(t.l, d + 1);
  const b = deepest(t.r, d + 1);
  if (!a && !b)
    return { d, v: t.v * t.v };
  if (!a)
    return b;
  if (!b)
    return a;
  return a.d >= b.d ? a : b;
}
export function f(t: T): number {
  return deepest(t, 0)?.v ?? 0;
}
`,
  "links that may be missing": `
interface C {
  readonly d?: {
    readonly e: number;
    readonly g?: readonly number[];
  } | null;
}
interface A {
  readonly b?: {
    readonly c: C | null;
  };
}
export function f(a: A, x: number): number {
  const e = a.b?.c?.d?.e;
  const g0 = a.b?.c?.d?.g?.[0];
  return (e ?? 1) * x + (g0 === undefined ? 0 : g0 * g0);
}
`,
  "links that may be missing, in a loop": `
interface Cell {
  readonly w?: number | null;
  readonly sub?: {
    readonly v: number;
  };
}
export function f(cells: readonly (Cell | null)[]): number {
  let s = 0;
  for (const c of cells) {
    const w = c?.w ?? 1;
    s += w * (c?.sub?.v ?? 0.5);
    if (c?.w != null && c.w > 0)
      s += c.w * c.w;
  }
  return s;
}
`,
  "a readonly result": `
export function f(v: readonly [
  number,
  number
]): readonly [
  number,
  number
] {
  return v[0] > v[1] ? v : [v[1], v[0] * 2];
}
`,
  "what was computed last, before an exception": `
function safe(x: number): number {
  if (x < 0)
    throw { code: x * 2 };
  return Math.sqrt(x);
}
export function f(xs: readonly number[]): number {
  let s = 0;
  let last: number | null = null;
  for (const x of xs) {
    try {
      last = safe(x);
      s += last;
    }
    catch (e) {
      s -= (e as {
        code: number;
      }).code;
    }
  }
  return s * (last ?? 1);
}
`,
  "properties that may be absent or undefined": `
interface W {
  a?: number | undefined;
  b?: number;
  c?: number[];
}
export function f(w: W, x: number): number {
  const v: W = w.a === undefined ? {} : { a: w.a * x };
  if (w.b !== undefined)
    v.b = w.b * w.b;
  if (w.c)
    v.c = w.c.map((t) => t * x);
  return (v.a ?? 1) + (v.b ?? 2) + (v.c?.[0] ?? 3);
}
`,
  "a protocol that is kept or not": `
interface Ctx {
  sum: number;
  log?: number[];
}
function visit(c: Ctx, x: number): void {
  if (x < 0)
    return;
  c.sum += x * x;
  c.log?.push(x);
}
export function f(xs: number[], log: boolean): number {
  const c: Ctx = log ? { sum: 0, log: [] } : { sum: 0 };
  for (const x of xs)
    visit(c, x);
  return c.sum + (c.log?.[0] ?? 0);
}
`,
  "instances with readonly arrays": `
class S {
  readonly pos: readonly [
    number,
    number
  ];
  readonly hist: readonly (readonly number[])[];
  constructor(pos: readonly [
    number,
    number
  ], hist: readonly (readonly number[])[]) {
    this.pos = pos;
    this.hist = hist;
  }
  next(h: number): S {
    const [x, v] = this.pos;
    return new S([x + h * v, v - h * x], [...this.hist, [x, v]]);
  }
}
export function f(p: readonly [
  number,
  number
], h: number): number {
  let s = new S(p, []);
  for (let i = 0; i < 4; i++)
    s = s.next(h);
  return s.pos[0] * s.hist[2]![1]!;
}
`,
  "a typed array that is not there at first": `
export function f(a: Float64Array, b: readonly number[] | null): number {
  let v: Float64Array | null = null;
  for (let k = 0; k < 3; k++) {
    const n = new Float64Array(a.length);
    for (let i = 0; i < a.length; i++)
      n[i] = (v ?? a)[i]! * 0.5 + (b?.[i] ?? 1);
    v = n;
  }
  return v![0]! * v![1]!;
}
`,
  "layers of three kinds": `
type Layer = {
  type: "dense";
  w: number[][];
  b: number[];
} | {
  type: "act";
  fn: "relu" | "tanh";
} | {
  type: "scale";
  k: number;
};
export function f(layers: readonly Layer[], x: readonly number[]): number {
  let h: readonly number[] = x;
  for (const l of layers) {
    switch (l.type) {
      case "dense":
        h = l.w.map((r, i) => r.reduce((s, w, j) => s + w * h[j]!, l.b[i]!));
        break;
      case "act":
        h = h.map((v) => (l.fn === "tanh" ? Math.tanh(v) : Math.max(v, 0)));
        break;
      default: h = h.map((v) => v * l.k);
    }
  }
  let s = 0;
  for (const v of h)
    s += v * v;
  return s;
}
`,
  "objects that are spread and replaced": `
interface S {
  readonly a: number;
  readonly b?: number;
  readonly c: readonly number[];
}
export function f(s: S, n: number): number {
  let t: S = { ...s, a: s.a * 2 };
  for (let i = 0; i < n; i++)
    t = { ...t, b: (t.b ?? 1) * t.a, c: [...t.c, t.a] };
  return t.a + (t.b ?? 0) + t.c.length * t.c[t.c.length - 1]!;
}
`,
  "shapes that are told apart by their kind": `
type Shape = {
  kind: "circle";
  r: number;
} | {
  kind: "rect";
  w: number;
  h: number;
} | {
  kind: "poly";
  pts: readonly [
    number,
    number
  ][];
};
function area(s: Shape): number {
  switch (s.kind) {
    case "circle": return Math.PI * s.r ** 2;
    case "rect": return s.w * s.h;
    case "poly": {
      let a = 0;
      for (let i = 0; i < s.pts.length; i++) {
        const [x, y] = s.pts[i]!;
        const [u, v] = s.pts[(i + 1) % s.pts.length]!;
        a += x * v - y * u;
      }
      return a / 2;
    }
  }
}
export function f(shapes: readonly Shape[]): number {
  let t = 0;
  for (const s of shapes)
    t += area(s);
  return t;
}
`,
  "a property that a loop has emptied for all that can be seen": `interface Link { value: number; next: Link | null }
function cut(link: Link): void { link.next = null; }
export function f(x: number, link: Link): number {
  let n = 3;
  do { link.value *= x; cut(link); n--; } while (n > 0 && link.value < 100);
  const last = link.next?.next ?? link;
  return last.value * x;
}`,
};
