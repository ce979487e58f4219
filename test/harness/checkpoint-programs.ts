// Programs with checkpoints, each a function `f(x: number[]): number` and where to look at it. Without its marks a program is the same
// function, recorded as any other: that is what it is held against.

export interface CheckpointProgram {
  readonly name: string;
  readonly text: string;
  readonly at: readonly number[];
  /** is a second reverse refused? */
  readonly isReversedOnce?: true;
}

const unmarked = (text: string): string => text.replace(/\/\*\* @checkpoint[^*]*\*\//g, "").replace(/\bcheckpoint\(/g, "(").replace(/import \{ checkpoint \} from "cotangent";/, "");

export const withoutMarks = (program: CheckpointProgram): CheckpointProgram => ({ ...program, text: unmarked(program.text) });

const MARK = 'import { checkpoint } from "cotangent";\n';

export const CHECKPOINT_PROGRAMS: readonly CheckpointProgram[] = [
  {
    name: "a scalar function", at: [0.7],
    text: `${MARK}const settle = (x: number): number => Math.sin(x) * Math.exp(-0.1 * x * x);
export const f = (x: number[]): number => checkpoint(settle)(x[0]!) ** 2 + x[0]!;`,
  },
  {
    name: "layers that make new arrays", at: [0.3, 0.7, -0.2],
    text: `${MARK}const layer = checkpoint((h: number[], w: number[]): number[] => h.map((x, i) => Math.tanh(x * w[i]! + 0.1)));
export function f(w: number[]): number {
  let h = [0.5, -0.3, 0.2];
  for (let k = 0; k < 4; k++) h = layer(h, w);
  return h[0]! * h[1]! + Math.sin(h[2]!);
}`,
  },
  {
    name: "an object that is worked on in place", at: [0.3, 0.7, 0.9],
    text: `${MARK}interface Body { x: number; v: number }
function kick(b: Body, k: number): void { b.v -= k * Math.sin(b.x); b.x += 0.1 * b.v; }
const bodies = (x: number[]): Body[] => [{ x: x[0]!, v: x[1]! }, { x: 0.2, v: x[0]! }];
export function f(x: number[]): number {
  const all = bodies(x);
  for (let i = 0; i < 5; i++) for (const b of all) checkpoint(kick)(b, x[2]!);
  return all[0]!.x * all[1]!.v;
}`,
  },
  {
    name: "objects that are replaced, their fields exchanged", at: [0.3, 0.7, 0.9],
    text: `${MARK}type State = { u: number[]; v: number[]; t: number };
function step(s: State, k: number): State {
  const next = { u: s.u.map((x, i) => x + 0.1 * s.v[i]!), v: s.v.slice(), t: s.t + 0.1 };
  for (let i = 0; i < next.v.length; i++) next.v[i] = next.v[i]! - 0.1 * k * Math.sin(next.u[i]!);
  [next.u, next.v] = [next.v, next.u];
  return next;
}
export function f(x: number[]): number {
  let s: State = { u: [x[0]!, 0.2], v: [x[1]!, 0.3], t: 0 };
  for (let i = 0; i < 6; i++) s = checkpoint(step)(s, x[2]! + s.t);
  return s.u[0]! * s.v[1]! + s.u[1]! ** 2 + s.t;
}`,
  },
  {
    name: "fields that change places, an array that grows, an alias from before", at: [0.3, 0.7, 0.9],
    text: `${MARK}type S = { a: number[]; b: number[]; log: number[] };
function swap(s: S, w: number): void {
  for (let i = 0; i < s.a.length; i++) s.b[i] = Math.sin(s.a[i]! * w) + s.b[i]! * 0.5;
  const t = s.a;
  s.a = s.b;
  s.b = t;
  s.log.push(s.a[0]! * w);
}
export function f(x: number[]): number {
  const s: S = { a: [x[0]!, 0.4], b: [0.1, x[1]!], log: [1] };
  const alias = s.a;
  for (let k = 0; k < 5; k++) {
    checkpoint(swap)(s, x[2]! + 0.1 * k);
    s.a[0]! *= 1.1;
  }
  let sum = 0;
  for (const e of s.log) sum += e * e;
  return sum + s.a[0]! * s.b[1]! + alias[0]!;
}`,
  },
  {
    name: "recursion", at: [0.7],
    text: `${MARK}function split(x: number, y: number): [number, number] { return [Math.sin(x) * y, Math.exp(-y * x)]; }
function deep(x: number, n: number): number {
  if (n === 0) return x;
  const [a, b] = checkpoint(split)(x, 0.5 + 0.1 * n);
  return checkpoint(deep)(a + b, n - 1) * Math.cos(b);
}
export const f = (x: number[]): number => deep(x[0]!, 4);`,
  },
  {
    name: "recursion over a tree, in place", at: [0.3, 0.8, 1.1],
    text: `${MARK}interface Node { w: number; left: Node | null; right: Node | null }
const grow = (x: number[], depth: number): Node => ({ w: x[depth % 3]! * (1 + 0.1 * depth), left: depth > 2 ? null : grow(x, depth + 1), right: depth > 1 ? null : grow(x, depth + 2) });
function settle(node: Node, above: number): number {
  node.w += 0.1 * Math.sin(above * node.w);
  let sum = node.w * node.w;
  if (node.left !== null) sum += checkpoint(settle)(node.left, node.w);
  if (node.right !== null) sum += checkpoint(settle)(node.right, sum);
  return sum;
}
export const f = (x: number[]): number => { const root = grow(x, 0); return settle(root, x[0]!) + settle(root, 1); };`,
  },
  {
    name: "a closure that captures", at: [0.4, 1.2],
    text: `${MARK}export function f(x: number[]): number {
  const scale = x[0]! * 2;
  const at = x.slice();
  const move = checkpoint((k: number): number => { at[0] = at[0]! + 0.1 * Math.sin(scale * at[1]! + k); return at[0]! * scale; });
  let sum = 0;
  for (let k = 0; k < 4; k++) sum += move(k);
  return sum * at[0]!;
}`,
  },
  {
    name: "in branches, with early returns", at: [0.4, 1.2],
    text: `${MARK}function bent(x: number, y: number): number {
  if (x > y) return x * y;
  for (let k = 0; k < 3; k++) { if (x * k > 0.5) return Math.sin(x) * k; x += 0.1 * y; }
  return x * x;
}
const g = checkpoint(bent);
export function f(x: number[]): number {
  let s = 0;
  for (let k = 0; k < 4; k++) s += x[0]! * k > 0.5 ? g(x[0]! + k, x[1]!) : g(x[1]! * 0.1, x[0]! + s);
  return s;
}`,
  },
  {
    name: "what is read is overwritten afterwards", at: [0.4, 1.2, 0.3],
    text: `${MARK}const norm = checkpoint((a: number[], w: number[]): number => a.reduce((s, v, i) => s + Math.sin(v * w[i]!), 0));
export function f(x: number[]): number {
  const a = x.slice();
  const w = [x[1]!, 2, 3];
  const first = norm(a, w);
  a[0] = 5; w[1] = x[2]!;
  const second = norm(a, w);
  a.length = 0;
  return first * second;
}`,
  },
  {
    name: "checkpoints in checkpoints", at: [0.4, 1.2],
    text: `${MARK}const inner = checkpoint((s: number[], k: number): void => { s[0] = s[0]! + 0.1 * Math.sin(s[1]! * k); s[1] = s[1]! * Math.cos(0.1 * s[0]!); });
const outer = checkpoint((s: number[], n: number): number => { for (let k = 1; k <= n; k++) inner(s, k); return s[0]! * s[1]!; });
export function f(x: number[]): number {
  const s = x.slice();
  let sum = 0;
  for (let n = 1; n < 4; n++) sum += outer(s, n);
  return sum;
}`,
  },
  {
    name: "numbers through a counted loop", at: [0.3, 0.7],
    text: `export function f(p: number[]): number {
  let x = p[0]!, y = 1, z = 0.5;
  /** @checkpoint */
  for (let k = 0; k < 50; k++) {
    const dx = p[1]! * (y - x), dy = x * (2 - z) - y, dz = x * y - z;
    x += 0.01 * dx; y += 0.01 * dy; z += 0.01 * dz;
  }
  return x * y + z;
}`,
  },
  {
    name: "buffers that change places", at: [0.3, 0.7, 0.9, -0.4, 0.2],
    text: `export function f(x: number[]): number {
  let u = Float64Array.from(x);
  let next = new Float64Array(u.length);
  const n = u.length;
  /** @checkpoint slots=3 */
  for (let k = 0; k < 20; k++) {
    next[0] = u[0]!; next[n - 1] = u[n - 1]!;
    for (let i = 1; i < n - 1; i++) next[i] = u[i]! + 0.1 * (u[i - 1]! - 2 * u[i]! + u[i + 1]!) + 0.01 * Math.sin(u[i]!);
    [u, next] = [next, u];
  }
  return u.reduce((s, v, i) => s + v * v * (i + 1), 0) + next[1]!;
}`,
  },
  {
    name: "typed buffers of two lengths that change places", at: [0.3, 0.7, 0.9, -0.4, 0.2],
    text: `export function f(x: number[]): number {
  let now = Float64Array.from(x.slice(0, 2));
  let next = Float64Array.from(x.slice(2));
  /** @checkpoint slots=3 */
  for (let k = 0; k < 11; k++) {
    for (let i = 0; i < next.length; i++) next[i] = Math.sin(now[i % now.length]! * x[k % 5]!) + 0.3 * next[i]!;
    [now, next] = [next, now];
  }
  return now.reduce((sum, item) => sum + item * item, 0) + 3 * next[0]! + now.length;
}`,
  },
  {
    name: "a buffer that is known by another name afterwards, and one that ends early", at: [0.3, 0.7, 0.9],
    text: `export function f(x: number[]): number {
  const first = Float64Array.from(x);
  let now = first;
  let next = new Float64Array(3);
  /** @checkpoint slots=2 */
  for (let k = 0; k < 9; k++) {
    for (let i = 0; i < 3; i++) next[i] = Math.cos(now[i]! + 0.5 * now[(i + 1) % 3]!);
    const held = now;
    now = next;
    next = held;
    if (now[0]! > 0.99) break;
  }
  return first[0]! * now[1]! + next[2]! * 5 + first[1]!;
}`,
  },
  {
    name: "buffers that change places now and then, by name, and not at all", at: [0.3, 0.7, 0.9],
    text: `export function f(x: number[]): number {
  let a = Float64Array.from(x), b = x.slice().map((q) => q * 2), c = x.slice(), d = c;
  /** @checkpoint slots=2 */
  for (let k = 0; k < 7; k++) {
    for (let i = 0; i < 3; i++) { a[i] = Math.sin(a[i]! + b[i]!); c[i] = c[i]! * 0.9 + d[(i + 1) % 3]! * 0.1; }
    if (a[0]! > 0.8) [b, c] = [c, b];
    [c, d] = [d, c];
  }
  return a[0]! * b[1]! + c[2]! + d[0]! * 3;
}`,
  },
  {
    name: "two names for one buffer that change places", at: [0.3, 0.7, 0.9],
    text: `export function f(x: number[]): number {
  let c = Float64Array.from(x), d = c;
  /** @checkpoint slots=2 */
  for (let k = 0; k < 7; k++) {
    for (let i = 0; i < 3; i++) c[i] = Math.sin(c[i]!) + d[(i + 1) % 3]! * 0.3;
    [c, d] = [d, c];
  }
  return c[0]! * c[1]! + d[2]! * 3;
}`,
  },
  {
    name: "buffers that change places, one of which has a name of its own in the loop", at: [0.3, 0.7, 0.9],
    text: `export function f(x: number[]): number {
  const first = Float64Array.from(x);
  let now = first, next = new Float64Array(3);
  /** @checkpoint slots=2 */
  for (let k = 0; k < 7; k++) {
    for (let i = 0; i < 3; i++) next[i] = Math.sin(now[i]! + 0.5 * first[k % 3]!);
    [now, next] = [next, now];
  }
  return now[0]! * now[1]! + next[2]! * 3;
}`,
  },
  {
    name: "buffers that change places, and rows that know them change places too", at: [0.3, 0.7, 0.9],
    text: `export function f(x: number[]): number {
  let now = Float64Array.from(x), next = Float64Array.from(x.slice().reverse());
  const rows = [now, next];
  /** @checkpoint slots=2 */
  for (let k = 0; k < 7; k++) {
    for (let i = 0; i < 3; i++) next[i] = Math.sin(now[i]! + 0.5 * rows[k % 2]![i]!);
    [now, next] = [next, now];
    if (k % 3 === 0) [rows[0], rows[1]] = [rows[1]!, rows[0]!];
  }
  return now[0]! * now[1]! + next[2]! * 3 + rows[0]![0]!;
}`,
  },
  {
    name: "records made by trips that hold an array around the loop", at: [0.3, 0.7, 0.9],
    text: `export function f(x: number[]): number {
  const w = x.map((q) => q * q);
  const all: { w: number[]; k: number }[] = [];
  /** @checkpoint slots=1 */
  for (let k = 0; k < 3; k++) all.push({ w, k });
  return all.reduce((sum, { w: row, k }) => sum * 0.5 + row[k]! * row[0]!, 0) + w[1]! * 3;
}`,
  },
  {
    name: "rows of a matrix carried by reference, two of which are one", at: [0.3, 0.7, 0.9],
    text: `export function f(x: number[]): number {
  const m = [x.slice(), x.map((q) => q * 2), x.map((q) => q + 1)];
  let a = m[0]!, b = m[1]!;
  let sum = 0;
  /** @checkpoint slots=2 */
  for (let k = 0; k < 6; k++) {
    sum = sum * 0.7 + a[0]! * b[1]! + m[k % 3]![2]!;
    a = b;
    b = m[(k * k) % 3]!;
  }
  return sum + a[1]! * b[0]!;
}`,
  },
  {
    name: "a labelled break out of a switch, where an array grows", at: [0.3, 0.7, 0.9],
    text: `export function f(x: number[]): number {
  const v = x.slice();
  let n = 5;
  /** @checkpoint slots=2 */
  around: while (n-- > 0) {
    switch (n % 2) {
      case 0: {
        v.splice(1, 0, v[0]! * 0.7, 0.7 * x[1]!);
        if (v.length > 6) break around;
      }
      default: {
      }
    }
    v[0] = Math.sin(v[1]! + v[2]!);
  }
  return v[0]! + v[1]! * v[2]! * 0.5;
}`,
  },
  {
    name: "trips that start from nothing", at: [0.3, 0.7, 0.9],
    text: `export function f(x: number[]): number {
  let last = 0;
  let sum = 0;
  for (let n = 0; n < 2; n++) {
    /** @checkpoint slots=2 */
    for (const item of x) last = Math.sin(item * (n + 1));
    sum += last * x[n]!;
  }
  return sum;
}`,
  },
  {
    name: "one of two arrays, whichever a number says", at: [0.3, 0.7, 0.9],
    text: `export function f(x: number[]): number {
  const w = Float64Array.from(x);
  let y = x[0]!;
  let z = x[1]!;
  /** @checkpoint slots=1 */
  for (let i = 0; i < 3; i++) {
    if (i > 1) {
      z *= 0.5;
      continue;
    }
    const halves = w.map((item) => item / (1.5 + y * y));
    const chosen = z ? halves : w;
    y += 0.3 * chosen[0]!;
  }
  return y + z * x[2]!;
}`,
  },
  {
    name: "single precision, three buffers in turn", at: [0.3, 0.7, 0.9],
    text: `export function f(x: number[]): number {
  let a = Float32Array.from(x), b = new Float32Array(3), c = new Float32Array(3);
  b[0] = 1;
  /** @checkpoint slots=2 */
  for (let k = 0; k < 7; k++) {
    for (let i = 0; i < 3; i++) c[i] = 2 * a[i]! - b[i]! + 0.1 * a[(i + 1) % 3]! * x[0]!;
    const t = b; b = a; a = c; c = t;
  }
  return a[0]! * b[1]! + c[2]!;
}`,
  },
  {
    name: "a while loop in place, with a protocol", at: [0.3, 0.7, 0.9],
    text: `export function f(p: number[]): number {
  const u = [p[0]!, 0.3, p[1]!];
  const out = new Float64Array(200);
  let err = 1;
  let k = 0;
  /** @checkpoint slots=4 */
  while (err > 0.05 && k < 100) {
    const old = u[1]!;
    for (let i = 0; i < 3; i++) u[i] = 0.9 * u[i]! + 0.1 * Math.cos(u[(i + 1) % 3]! * p[2]!);
    err = Math.abs(u[1]! - old) * 10;
    out[k] = u[0]! * u[2]!;
    k++;
  }
  let s = 0;
  for (let i = 0; i < k; i++) s += out[i]! * (1 + i);
  out.fill(0);
  return s + u[0]!;
}`,
  },
  {
    name: "particles, steps of three, a break, a checkpoint inside", at: [0.7, 1.9, 0.4],
    text: `${MARK}interface P { x: number; v: number }
const step = checkpoint((ps: P[], g: number): void => { for (const p of ps) { p.v -= g * Math.sin(p.x) * 0.1; p.x += 0.1 * p.v; } });
export function f(q: number[]): number {
  const ps: P[] = q.slice(0, 2).map((x) => ({ x, v: x * 0.5 }));
  let total = 0;
  /** @checkpoint slots=2 */
  for (let k = 2; k < 30; k += 3) {
    step(ps, q[2]! + 0.01 * k);
    total += ps[0]!.x * ps[1]!.v;
    if (total > 3) break;
  }
  return total + ps[1]!.x;
}`,
  },
  {
    name: "loops that count down, from no whole number, by twos", at: [0.7, 0.4],
    text: `export function f(x: number[]): number {
  let y = x[0]!;
  /** @checkpoint slots=2 */
  for (let k = 9; k >= 0; k--) y += 0.1 * Math.sin(y * k * x[1]!);
  /** @checkpoint slots=2 */
  for (let t = 0.1; t < 7.3; t += 1) y += 0.1 * Math.sin(y * t);
  /** @checkpoint slots=3 */
  for (let k = 1; k <= 8; k += 2) y *= 1 + 0.01 * k * x[1]!;
  /** @checkpoint */
  for (let k = 5; k > 5; k--) y *= 100;
  return y;
}`,
  },
  {
    name: "a loop that returns", at: [0.7, 0.4],
    text: `function until(x: number[]): number {
  let y = x[0]!;
  const seen = [0, 0];
  /** @checkpoint slots=3 */
  for (let k = 0; k < 40; k++) {
    y += 0.1 * Math.cos(y * x[1]!);
    if (y > 1.5) { seen[1] = y * y; return y * seen[0]! + seen[1]!; }
    if (k % 3 === 1) continue;
    seen[0] = seen[0]! + y * 0.1;
  }
  return seen[0]!;
}
export const f = (x: number[]): number => until(x) + until([x[1]! * 0.001, 0.5]);`,
  },
  {
    name: "loops in loops, both checkpointed", at: [0.7, 0.4],
    text: `export function f(x: number[]): number {
  let u = x.slice();
  let v = u.map((a) => a * 0.5);
  /** @checkpoint slots=2 */
  for (let k = 0; k < 6; k++) {
    /** @checkpoint slots=2 */
    for (let i = 0; i < 5; i++) {
      const t = u.map((a, j) => a + 0.1 * v[j]!);
      for (let j = 0; j < 2; j++) v[j] = v[j]! - 0.1 * Math.sin(t[j]!);
      u = t;
    }
    [u, v] = [v, u];
  }
  return u[0]! * v[1]!;
}`,
  },
  {
    name: "inside a loop that is recorded, what it reads changing from trip to trip", at: [0.7, 0.4, 1.1],
    text: `export function f(x: number[]): number {
  const w = x.slice();
  let total = 0;
  for (let epoch = 0; epoch < 4; epoch++) {
    let h = [1, w[0]!];
    /** @checkpoint slots=2 */
    for (let k = 0; k < 6; k++) h = [h[0]! + 0.1 * Math.tanh(h[1]! * w[k % 3]!), h[1]! * Math.cos(0.1 * w[1]!)];
    total += h[0]! * h[1]!;
    for (let i = 0; i < 3; i++) w[i] = w[i]! - 0.05 * h[0]! * w[(i + 1) % 3]!;
  }
  return total + w[0]!;
}`,
  },
  {
    name: "arrays that grow and shrink", at: [0.7, 0.4],
    text: `export function f(x: number[]): number {
  const stack = [x[0]!];
  let popped = 0;
  /** @checkpoint slots=3 */
  for (let k = 0; k < 12; k++) {
    stack.push(Math.sin(stack[stack.length - 1]! * x[1]!) + 0.1 * k);
    if (k % 3 === 2) popped += stack.pop()! * stack.shift()!;
  }
  return popped + stack.reduce((s, v) => s + v * v, 0);
}`,
  },
  {
    name: "typed arrays in place, with a number", at: [0.7, 0.4, 1.1],
    text: `export function f(x: number[]): number {
  const places = Float64Array.from(x), speeds = new Float32Array(3);
  let heat = x[0]! * 0.1;
  /** @checkpoint slots=3 */
  for (let k = 0; k < 25; k++) {
    let pull = 0;
    for (let i = 0; i < 3; i++) {
      const stretch = (i === 2 ? 0 : places[i + 1]!) - places[i]!;
      const push = stretch + heat * stretch * stretch * stretch;
      speeds[i] = speeds[i]! + 0.1 * (push - pull);
      pull = push;
    }
    for (let i = 0; i < 3; i++) places[i] = places[i]! + 0.1 * speeds[i]!;
    heat += 0.01 * pull * pull;
  }
  let only = Float64Array.of(x[1]!);
  /** @checkpoint slots=2 */
  for (let k = 0; k < 9; k++) only[0] = Math.sin(only[0]! * 2 + k);
  return places[0]! * speeds[1]! + heat + only[0]!;
}`,
  },
  {
    name: "maps and records", at: [0.7, 0.4], isReversedOnce: true,
    text: `export function f(x: number[]): number {
  const held = new Map<string, number>([["a", x[0]!]]);
  const record: Record<string, number[]> = { p: [x[1]!], q: [1] };
  /** @checkpoint slots=2 */
  for (let k = 0; k < 8; k++) {
    const key = "abc"[k % 3]!;
    held.set(key, Math.sin((held.get(key) ?? 0.5) * x[1]! + k));
    const p = record["p"]!;
    record["p"] = record["q"]!;
    record["q"] = p;
    p[0] = p[0]! + held.get(key)!;
  }
  let s = record["p"]![0]! * record["q"]![0]!;
  for (const v of held.values()) s += v * v;
  return s;
}`,
  },
  {
    name: "instances of classes", at: [0.7, 0.4],
    text: `${MARK}class Cell {
  level: number;
  next: Cell | null = null;
  constructor(level: number) { this.level = level; }
  drain(rate: number): void {
    const flow = rate * this.level * this.level;
    this.level -= flow;
    if (this.next !== null) this.next.level += flow;
  }
}
export function f(x: number[]): number {
  const a = new Cell(x[0]!), b = new Cell(1);
  a.next = b;
  b.next = new Cell(0);
  /** @checkpoint slots=2 */
  for (let k = 0; k < 9; k++) { a.drain(0.1 * x[1]!); checkpoint((cell: Cell): void => cell.drain(0.2))(b); }
  return b.level * b.next.level + a.level;
}`,
  },
  {
    name: "do while, for of, labels", at: [0.7, 0.4],
    text: `export function f(x: number[]): number {
  let y = x[0]!;
  let k = 0;
  /** @checkpoint slots=3 */
  do { y += 0.1 * Math.sin(y + x[1]! * k); k++; } while (y < 1.4 && k < 30);
  /** @checkpoint slots=2 */
  for (const c of [0.1, 0.2, 0.3, 0.4, 0.5]) y *= 1 + c * x[1]!;
  /** @checkpoint slots=2 */
  outer: for (let i = 0; i < 6; i++) {
    for (let j = 0; j < 4; j++) {
      if (j * y > 2.5 + i) continue outer;
      if (i === 4) break outer;
      y += 0.01 * Math.cos(y * j);
    }
  }
  return y;
}`,
  },
  {
    name: "exceptions that are caught", at: [0.7, 0.4],
    text: `${MARK}const careful = (x: number): number => { if (x > 1) throw new RangeError("large"); return Math.sin(x); };
function tried(x: number): number { try { return careful(x) * x; } catch { return x * x; } }
export function f(x: number[]): number {
  let y = 0;
  /** @checkpoint slots=2 */
  for (let k = 0; k < 5; k++) y += checkpoint(tried)(x[0]! * 0.4 * k + y * 0.1) * x[1]!;
  try { for (let k = 0; k < 5; k++) y += checkpoint(careful)(x[0]! * 0.4 * k); } catch { y += 10 * x[1]!; }
  return y;
}`,
  },
  {
    name: "a gradient inside", at: [0.7, 0.4],
    text: `import { grad } from "cotangent";
${MARK}const well = (v: number[]): number => Math.sin(v[0]!) * v[1]! + v[0]! ** 2;
export function f(x: number[]): number {
  let p = x.slice();
  /** @checkpoint slots=2 */
  for (let k = 0; k < 6; k++) { const g = grad(well)(p); p = p.map((v, i) => v - 0.1 * g[i]!); }
  const g = checkpoint(grad(well))(p);
  return p[0]! * p[1]! + g[0]!;
}`,
  },
  {
    name: "views, in place", at: [0.7, 0.4, 0.2, 0.9], isReversedOnce: true,
    text: `export function f(x: number[]): number {
  const all = Float64Array.from(x);
  const head = all.subarray(0, 2), tail = all.subarray(2);
  /** @checkpoint slots=2 */
  for (let k = 0; k < 5; k++) {
    for (let i = 0; i < 2; i++) head[i] = head[i]! + 0.1 * Math.sin(tail[i]! * all[1]!);
    for (let i = 0; i < 2; i++) tail[i] = tail[i]! * 0.9 + 0.1 * head[1 - i]!;
  }
  return all[0]! * all[3]!;
}`,
  },
  {
    name: "rows of a matrix that is not written, carried by reference", at: [0.7, 0.4, 0.2, 0.9],
    text: `export function f(x: number[]): number {
  const rows = [[x[0]!, x[1]!], [x[2]!, x[3]!], [1, 2]];
  let row = rows[0]!;
  let s = 0;
  /** @checkpoint slots=2 */
  for (let k = 0; k < 7; k++) {
    s += row[0]! * Math.sin(row[1]! + s);
    row = rows[(k * 2) % 3]!;
  }
  return s * row[0]!;
}`,
  },
  {
    name: "as a callback, as a parameter", at: [0.7, 0.4],
    text: `${MARK}const wave = (x: number): number => Math.sin(3 * x) * x;
const twice = (g: (x: number) => number, x: number): number => checkpoint(g)(checkpoint(g)(x));
export function f(x: number[]): number {
  const mapped = x.map(checkpoint(wave));
  return mapped[0]! * mapped[1]! + twice(wave, x[0]!) + twice((v) => v * x[1]!, 2);
}`,
  },
  {
    name: "the argument itself, given back", at: [0.7, 0.4, 1.3],
    text: `${MARK}function push(x: number[], k: number): number[] { for (let i = 1; i < x.length; i++) x[i] = x[i]! + 0.1 * Math.sin(x[i - 1]! * k); return x; }
export function f(x: number[]): number {
  const given = checkpoint(push)(x, 2);
  given[0] = given[0]! * given[1]!;
  /** @checkpoint slots=2 */
  for (let k = 0; k < 7; k++) { x[k % 3] = x[k % 3]! * Math.cos(x[(k + 1) % 3]!); if (k === 4) x.reverse(); }
  return checkpoint(push)(given, x[1]!)[2]! + x[0]!;
}`,
  },
  {
    name: "results that may be missing, of several types", at: [0.7, 0.4],
    text: `${MARK}type Shape = { kind: "disc"; r: number } | { kind: "box"; w: number; h: number } | null;
const shape = checkpoint((x: number, y: number): Shape => (x > y ? { kind: "disc", r: x * y } : x < 0 ? null : { kind: "box", w: Math.sin(x), h: y }));
const maybe = checkpoint((x: number): number | undefined => (x > 0.5 ? x * x : undefined));
function area(s: Shape): number { return s === null ? 1 : s.kind === "disc" ? s.r * s.r : s.w * s.h; }
export function f(x: number[]): number {
  let sum = 0;
  for (let k = -1; k < 3; k++) sum += area(shape(x[0]! * k, x[1]!)) + (maybe(x[0]! * k) ?? x[1]!);
  return sum;
}`,
  },
  {
    name: "a linked list, walked and changed", at: [0.7, 0.4, 0.2],
    text: `interface Link { value: number; next: Link | null }
export function f(x: number[]): number {
  let head: Link | null = null;
  for (const v of x) head = { value: v, next: head };
  let at: Link | null = head;
  let sum = 0;
  /** @checkpoint slots=2 */
  while (at !== null) {
    sum += at.value * Math.sin(sum + at.value);
    at.value *= 1 + 0.1 * sum;
    const rest: Link | null = at.next;
    if (rest !== null && rest.next !== null) { at.next = rest.next; rest.next = null; at = at.next; sum += rest.value; } else at = rest;
  }
  for (let l = head; l !== null; l = l.next) sum += l.value * l.value;
  return sum;
}`,
  },
  {
    name: "a matrix of rows that are exchanged and made anew", at: [0.7, 0.4, 0.2, 0.9],
    text: `export function f(x: number[]): number {
  const m = [[x[0]!, x[1]!], [x[2]!, x[3]!], [1, 0.5]];
  const kept = m[1]!;
  /** @checkpoint slots=3 */
  for (let k = 0; k < 8; k++) {
    const row = m[k % 3]!;
    m[k % 3] = m[(k + 1) % 3]!;
    m[(k + 1) % 3] = k % 4 === 3 ? row.map((v) => v * 1.1) : row;
    row[0] = row[0]! + 0.1 * Math.sin(row[1]! * m[0]![0]!);
  }
  kept[1] = kept[1]! * 2;
  return m[0]![0]! * m[1]![1]! + m[2]![0]! * kept[1]!;
}`,
  },
  {
    name: "two names for one array, one of them in a container", at: [0.7, 0.4, 0.2],
    text: `export function f(x: number[]): number {
  const a = x.slice();
  const box = { left: a, right: [1, x[1]!] };
  let b = a;
  /** @checkpoint slots=2 */
  for (let k = 0; k < 6; k++) {
    b[k % 2] = b[k % 2]! + 0.1 * Math.sin(box.left[2]! * box.right[0]!);
    box.left[2] = box.left[2]! * Math.cos(0.1 * b[0]!);
    if (k === 3) { b = box.right; box.right = box.left; }
  }
  return a[0]! * a[2]! + b[0]! * box.right[1]! + box.left[1]!;
}`,
  },
  {
    name: "one function with a checkpoint, called twice and in loops", at: [0.7, 0.4],
    text: `${MARK}const bend = checkpoint((s: { p: number; q: number }, w: number): void => { s.p += 0.1 * Math.sin(s.q * w); s.q -= 0.1 * s.p; });
function roll(p: number, w: number, n: number): number {
  const s = { p, q: w };
  /** @checkpoint slots=2 */
  for (let k = 0; k < n; k++) { bend(s, w); w *= 0.99; }
  return s.p * s.q + w;
}
export function f(x: number[]): number {
  let sum = roll(x[0]!, x[1]!, 5);
  for (let k = 0; k < 3; k++) sum += roll(sum * 0.1, x[1]! + k, k + 1);
  return sum;
}`,
  },
  {
    name: "a constant and a rule of one's own inside", at: [0.7, 0.4],
    text: `import { customRule, stopGradient } from "cotangent";
${MARK}const soft = customRule((x: number): number => Math.log(1 + Math.exp(x)), { vjp: ([x], _value, bar) => [bar / (1 + Math.exp(-x))], jvp: ([x], [dot]) => [Math.log(1 + Math.exp(x)), (dot ?? 0) / (1 + Math.exp(-x))] });
export function f(x: number[]): number {
  let y = x[0]!;
  /** @checkpoint slots=2 */
  for (let k = 0; k < 6; k++) y = soft(y * x[1]!) - 0.1 * stopGradient(y) * y;
  return y + checkpoint((v: number): number => soft(v) * v)(y);
}`,
  },
  {
    name: "entries made in every trip, beside an array that got shorter before", at: [0.7, 0.4], isReversedOnce: true,
    text: `export function f(x: number[]): number {
  const seen: Record<string, number> = { start: x[0]! };
  const v = [x[0]!, x[1]!];
  v.push(x[1]! ** 2, 0.5);
  let sum = v[2]!;
  v.length -= 2;
  /** @checkpoint slots=1 */
  for (let k = 0; k < 4; k++) { seen["sum"] = (seen["sum"] ?? 0) * seen["start"]! + v[k % 2]! ** 2; v[0] = Math.sin(v[0]!); }
  for (const y of Object.values(seen)) sum += y * v[1]!;
  return sum + v[0]! * v.length;
}`,
  },
];
