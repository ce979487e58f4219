// The array primitives of the runtime: structure, sharing, freshness. Expected structures are written out by hand.
import { addInto, copyOf, CotangentError, enterZeros, ravel, readSkeleton, requireDisjoint, skeletonOf, snapshot, Tape, toCotangent, zerosLike } from "cotangent";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

class Point {
  x = 1;
  readonly label = "p";
  norm(): number {
    return Math.abs(this.x);
  }
}

interface Ring {
  value: number;
  next: Ring | null;
}

function ring(): Ring {
  const first: Ring = { value: 1, next: null };
  first.next = { value: 2, next: first };
  return first;
}

describe("zerosLike", () => {
  test("mirrors numbers, arrays and typed arrays", () => {
    expect(zerosLike(3)).toBe(0);
    expect(zerosLike([1, 2, 3])).toEqual([0, 0, 0]);
    expect(zerosLike([])).toEqual([]);
    expect(zerosLike([[1], [2, 3], []])).toEqual([[0], [0, 0], []]);
    expect(zerosLike(Float64Array.of(1, 2))).toEqual(new Float64Array(2));
    expect(zerosLike(Float32Array.of(1, 2))).toEqual(new Float64Array(2));
  });

  test("gives null where there is nothing to differentiate", () => {
    for (const value of ["a", true, 1n, Symbol("s"), null, undefined, () => 1, new Date(0), /x/, new Int32Array(2), new ArrayBuffer(8), Promise.resolve(1)]) {
      expect(zerosLike<unknown>(value)).toBeNull();
    }
  });

  test("keeps every position of an array", () => {
    expect(zerosLike([1, "a", null, [2, "b"]])).toEqual([0, null, null, [0, null]]);
    expect(zerosLike(["a", "b"])).toEqual([null, null]);
  });

  test("drops fields that hold nothing differentiable, looking one level deep", () => {
    const value = {
      w: 1, name: "n", on: true, ids: new Uint8Array(2), tags: ["a", "b"], mixed: [1, "a"], none: null, absent: undefined,
      f: () => 1, at: new Date(0), inner: { s: "x" }, deep: [["x"]], empty: [],
    };
    expect(zerosLike(value)).toStrictEqual({ w: 0, mixed: [0, null], none: null, inner: {}, deep: [[null]], empty: [] });
  });

  test("makes plain objects of class instances, and mirrors maps", () => {
    const zeros = zerosLike(new Point());
    expect(zeros).toStrictEqual({ x: 0 });
    expect(Object.getPrototypeOf(zeros)).toBe(Object.prototype);
    expect(zerosLike(new Map<string, unknown>([["a", 1], ["b", [2]], ["c", "text"]]))).toEqual(new Map<string, unknown>([["a", 0], ["b", [0]], ["c", null]]));
    expect(zerosLike(new Set([1, 2]))).toStrictEqual({});
  });

  test("keeps sharing and cycles", () => {
    const row = [1, 2];
    const zeros = zerosLike([row, row, [1, 2]]);
    expect(zeros[0]).toBe(zeros[1]);
    expect(zeros[0]).not.toBe(zeros[2]);
    const mirrored = zerosLike(ring());
    expect(mirrored.next?.next).toBe(mirrored);
    expect(mirrored.next?.value).toBe(0);
  });

  test("a field called __proto__ is a field", () => {
    const value = JSON.parse('{"__proto__": 1, "a": 2}') as object;
    const zeros = zerosLike(value);
    expect(Object.keys(zeros)).toEqual(["__proto__", "a"]);
    expect(Object.getPrototypeOf(zeros)).toBe(Object.prototype);
  });
});

describe("copyOf", () => {
  test("shares nothing with the original and keeps its inner sharing", () => {
    const row = [1, 2];
    const original = { rows: [row, row], v: Float64Array.of(3), m: new Map([["k", [4]]]), n: null };
    const copied = copyOf(original);
    expect(copied).toEqual(original);
    expect(copied.rows[0]).toBe(copied.rows[1]);
    expect(copied.rows[0]).not.toBe(row);
    expect(copied.v).not.toBe(original.v);
    expect(copied.m.get("k")).not.toBe(original.m.get("k"));
  });

  test("holds single-precision arrays as doubles", () => {
    expect(copyOf(Float32Array.of(0.5))).toEqual(Float64Array.of(0.5));
  });
});

describe("addInto", () => {
  test("adds number by number and only reads the source", () => {
    const target = zerosLike({ a: 1, xs: [1, 2], v: new Float64Array(2), m: new Map([["k", 1]]) });
    const source = { a: 1, xs: [2, 3], v: Float64Array.of(4, 5), m: new Map([["k", 6]]) };
    addInto(target, source);
    addInto(target, source);
    expect(target).toEqual({ a: 2, xs: [4, 6], v: Float64Array.of(8, 10), m: new Map([["k", 12]]) });
    expect(source.xs).toEqual([2, 3]);
  });

  test("null is zero; what stands at positions without a derivative is ignored", () => {
    const target = zerosLike({ a: 1, s: "x", pair: [1, "y"], xs: [1] });
    addInto(target, { a: 2, s: 99, pair: [3, 99], xs: null });
    expect(target).toEqual({ a: 2, pair: [3, null], xs: [0] });
    addInto(target, null);
    expect(target.a).toBe(2);
  });

  test("a shared source object counts once in a shared target, two source objects count both", () => {
    const row = [1];
    const shared = zerosLike([row, row]);
    addInto(shared, [row, row]);
    expect(shared[0]).toEqual([1]);
    const other = zerosLike([row, row]);
    addInto(other, [[1], [1]]);
    expect(other[0]).toEqual([2]);
  });

  test("enters zeros where entries lack, beside arrays that are longer than what they are adjoints of", () => {
    const target = { m: new Map([["k", 2]]), r: { a: 3 }, xs: [1, 2, 3], v: Float64Array.of(4, 5) };
    enterZeros(target, { m: new Map([["k", 0], ["l", 0]]), r: { a: 0, b: 0 }, xs: [0, 0], v: new Float64Array(1) });
    expect(target).toEqual({ m: new Map([["k", 2], ["l", 0]]), r: { a: 3, b: 0 }, xs: [1, 2, 3], v: Float64Array.of(4, 5) });
  });

  test("refuses other lengths", () => {
    expect(() => addInto([0, 0], [1])).toThrow(RangeError);
    expect(() => addInto(new Float64Array(1), [1, 2])).toThrow(/has 2 elements where the value has 1/);
  });

  test("ends on cycles", () => {
    const target = zerosLike(ring());
    addInto(target, ring());
    expect([target.value, target.next?.value]).toEqual([1, 2]);
  });
});

describe("skeletons", () => {
  test("read the structure of the entry with the adjoints of the end", () => {
    const companion: number[][] = [[0], [0]];
    const [first, second] = companion;
    const skeleton = skeletonOf(companion);
    companion.reverse();
    companion.push([7]);
    second![0] = 3;
    second!.push(5);
    const gradient = readSkeleton(skeleton);
    expect(gradient).toEqual([[0], [3]]);
    expect(gradient[1]).not.toBe(second);
    expect(gradient[0]).not.toBe(first);
    expect(readSkeleton(skeleton)).toEqual(gradient);
  });

  test("fields, maps, sharing, cycles", () => {
    const row = [0];
    const companion: { a: number; r: number[] | null; s: number[]; m: Map<string, number> } = { a: 0, r: row, s: row, m: new Map([["k", 0]]) };
    const skeleton = skeletonOf(companion);
    companion.a = 1;
    companion.r = null;
    row[0] = 2;
    companion.m.set("k", 3).set("new", 4);
    const gradient = readSkeleton(skeleton);
    expect(gradient).toEqual({ a: 1, r: [2], s: [2], m: new Map([["k", 3]]) });
    expect(gradient.r).toBe(gradient.s);
    const cyclic = readSkeleton(skeletonOf(zerosLike(ring())));
    expect(cyclic.next?.next).toBe(cyclic);
  });

  test("toCotangent rounds single-precision arrays, and only those", () => {
    const primal = { a: Float32Array.of(1), b: Float64Array.of(1), list: [Float32Array.of(1)], m: new Map([["k", Float32Array.of(2)]]) };
    const companion = zerosLike(primal);
    for (const array of [companion.a, companion.b, companion.list[0]!, companion.m.get("k")!]) array[0] = 0.1;
    const gradient = toCotangent(companion, primal);
    const rounded = Float32Array.of(0.1);
    expect(gradient).toEqual({ a: rounded, b: Float64Array.of(0.1), list: [rounded], m: new Map([["k", rounded]]) });
    expect(companion.a[0]).toBe(0.1);
  });
});

describe("requireDisjoint", () => {
  const message = (run: () => void): string => {
    try {
      run();
    } catch (error) {
      return error instanceof CotangentError ? `${error.code} ${error.message}` : "another error";
    }
    return "";
  };

  test("lets pass what shares nothing, or only inside one argument, or only among the others", () => {
    const row = [1];
    const both = [2];
    requireDisjoint("f", { a: [row, row], b: [3] }, { c: both, d: both });
    requireDisjoint("f", { a: 1, b: 1 }, { c: "s", d: null });
    const buffer = new ArrayBuffer(32);
    requireDisjoint("f", { a: new Float64Array(buffer, 0, 2), b: new Float64Array(buffer, 16, 2) });
  });

  test("finds the same array, a nested row, overlapping views, shared map values", () => {
    const row = [1];
    const buffer = new ArrayBuffer(32);
    expect(message(() => requireDisjoint("f", { a: row, b: row }))).toMatch(/^CT9002 CT9002: f was called with `a` and `b` sharing memory/);
    expect(message(() => requireDisjoint("f", { a: [row] }, { rows: { deep: [row] } }))).toContain("`a` and `rows`");
    expect(message(() => requireDisjoint("f", { a: new Float64Array(buffer, 0, 3), b: new Float64Array(buffer, 16, 2) }))).toContain("CT9002");
    expect(message(() => requireDisjoint("f", { a: new Float64Array(buffer), b: new Uint8Array(buffer) }))).toContain("CT9002");
    expect(message(() => requireDisjoint("f", { a: new Map([["k", row]]), b: [row] }))).toContain("CT9002");
  });
});

describe("ravel", () => {
  test("lays a structure out and puts it back", () => {
    const value = { w: [1, 2], b: 3, v: Float32Array.of(4), m: new Map([["k", 5]]), name: "n", pair: [6, "s"], none: null };
    const [flat, unravel] = ravel(value);
    expect([...flat]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(unravel(flat)).toEqual(value);
    expect(unravel(flat)).not.toBe(value);
    expect(unravel([10, 20, 30, 40, 50, 60])).toEqual({ w: [10, 20], b: 30, v: Float32Array.of(40), m: new Map([["k", 50]]), name: "n", pair: [60, "s"], none: null });
    expect(() => unravel([1])).toThrow(RangeError);
  });

  test("keeps classes, lays shared objects out once, does not see later changes", () => {
    expect(ravel(new Point())[1]([5]).norm()).toBe(5);
    const row = [1, 2];
    const [flat, unravel] = ravel([row, row]);
    expect([...flat]).toEqual([1, 2]);
    row.push(3);
    const [a, b] = unravel([8, 9]);
    expect(a).toEqual([8, 9]);
    expect(a).toBe(b);
    expect(ravel(2)[1]([7])).toBe(7);
  });

  test("a value and its gradient have the same layout", () => {
    const value = { tags: ["a"], w: [[1], [2, 3]], at: new Date(0), ids: new Int32Array(2), b: 4 };
    const zeros = zerosLike(value);
    expect(ravel(zeros)[0].length).toBe(ravel(value)[0].length);
  });

  test("any structure of numbers survives", () => {
    fc.assert(
      fc.property(fc.object({ maxDepth: 3, values: [fc.double(), fc.string(), fc.constant(null), fc.float64Array()] }), (value) => {
        const [flat, unravel] = ravel(value);
        expect(unravel(flat)).toEqual(value);
        expect(ravel(zerosLike(value))[0].length).toBe(flat.length);
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});

test("a tape keeps what is pushed, in order", () => {
  const tape = new Tape();
  for (let i = 0; i < 1000; i++) tape.push(i / 3);
  expect(tape.length).toBe(1000);
  expect([...tape.data.subarray(0, tape.length)]).toEqual(Array.from({ length: 1000 }, (_, i) => i / 3));
  expect(new Tape(100).data.length).toBe(100);
});

test("a field that hides an accessor of its class is copied as a field", () => {
  class Body {
    #heft = 0.5;
    get heft(): number { return this.#heft; }
    set heft(value: number) { this.#heft = value; }
  }
  const made = Object.create(Body.prototype, { heft: { value: 2, writable: true, enumerable: true, configurable: true } }) as Body;
  const copied = snapshot(made);
  expect(Object.entries(copied)).toEqual([["heft", 2]]);
  expect(copied).toBeInstanceOf(Body);
});
