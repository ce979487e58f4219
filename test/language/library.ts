// One program for every member of the library that numbers meet: `Array`, typed arrays, `Math`, `Number`, `Object`, `Map`, `Set`,
// `String`, `JSON`. The typed arrays share their methods; Float64Array stands for all.
import { active, inert, type Row } from "./row.ts";

const ORDER = "const order = v.slice();\n";
const FIXED = "const w = new Float64Array([x, v[0]!, x * x]);\n";
const POINTS = "const points = v.map((a) => ({ a: a * x, label: \"p\" }));\n";

const arrays: readonly Row[] = [
  inert("Array.length", "s *= v.length;"),
  inert("Array.toString", "if (v.toString().length > 3) s *= x;"),
  inert("Array.toLocaleString", "if ([1, 2].toLocaleString().length > 1) s *= x;"),
  active("Array.pop", `${ORDER}s *= order.pop()!;`),
  active("Array.push", `${ORDER}order.push(x * x);\nfor (const a of order) s += a * a;`),
  active("Array.concat", "for (const a of v.concat([x * x], x)) s += a * a;"),
  inert("Array.join", "if ([1, 2].join(\"-\") === \"1-2\") s *= x;"),
  active("Array.reverse", `${ORDER}order.reverse();\ns += order[0]! * x + order[1]!;`),
  active("Array.shift", `${ORDER}s += order.shift()! * x + order[0]! * order[0]!;`),
  active("Array.slice", "for (const a of v.slice(1)) s += a * x;"),
  active("Array.sort", `${ORDER}order.sort((a, b) => a - b);\ns += order[0]! * x + order[2]! ** 2;`),
  active("Array.splice", `${ORDER}const [gone] = order.splice(1, 1, x, x * x);\ns += gone! * order[2]! + order[1]!;`),
  active("Array.unshift", `${ORDER}order.unshift(x * x);\ns += order[0]! * order[1]!;`),
  inert("Array.indexOf", "if ([1, 2].indexOf(2) === 1) s *= x;"),
  inert("Array.lastIndexOf", "if ([1, 2].lastIndexOf(2) === 1) s *= x;"),
  active("Array.every", "if (v.every((a) => a < 5)) s *= x;"),
  active("Array.some", "if (v.some((a) => a < 0)) s *= x;"),
  active("Array.forEach", "v.forEach((a, i) => { s += a * x * i; });"),
  active("Array.map", "for (const a of v.map((b) => b * x)) s += a * a;"),
  active("Array.filter", "for (const a of v.filter((b) => b > 0)) s += a * a;"),
  active("Array.reduce", "s = v.reduce((sum, a) => sum + a * x, s);"),
  active("Array.reduceRight", "s = v.reduceRight((sum, a) => sum * 0.5 + a * x, s);"),
  active("Array.find", "s *= v.find((a) => a > 1) ?? 1;"),
  active("Array.findIndex", "s *= v[v.findIndex((a) => a > 1)]!;"),
  active("Array.findLast", "s *= v.findLast((a) => a > 0) ?? 1;"),
  active("Array.findLastIndex", "s *= v[v.findLastIndex((a) => a > 0)]!;"),
  active("Array.fill", `${ORDER}order.fill(x * x, 1);\nfor (const a of order) s += a * a;`),
  active("Array.copyWithin", `${ORDER}order.copyWithin(0, 1);\nfor (const a of order) s += a * a;`),
  active("Array.entries", "for (const [i, a] of v.entries()) s += i * a * x;"),
  active("Array.keys", "for (const i of v.keys()) s += v[i]! * x;"),
  active("Array.values Array.[Symbol.iterator]", "for (const a of v.values()) s += a * x;"),
  inert("Array.includes", "if ([1, 2].includes(2)) s *= x;"),
  active("Array.flatMap", "for (const a of v.flatMap((b) => [b, b * x])) s += a * a;"),
  active("Array.flat", "for (const a of [v, [x * x]].flat()) s += a * a;"),
  active("Array.at", "s *= v.at(-1)!;"),
  active("Array.toReversed", "s += v.toReversed()[0]! * x;"),
  active("Array.toSorted", "s += v.toSorted((a, b) => a - b)[0]! * x;"),
  active("Array.toSpliced", "for (const a of v.toSpliced(1, 1, x)) s += a * a;"),
  active("Array.with", "for (const a of v.with(1, x * x)) s += a * a;"),
  inert("Array.[Symbol.unscopables]", "if (Symbol.unscopables in v) s *= x;"),
  inert("ArrayConstructor.isArray", "if (Array.isArray(v)) s *= x;"),
  inert("ArrayConstructor.prototype", "if (Array.prototype !== null) s *= x;"),
  active("ArrayConstructor.from", "for (const a of Array.from({ length: 3 }, (_, i) => x * i)) s += a * a;"),
  active("ArrayConstructor.of", "for (const a of Array.of(x, v[0]!)) s += a * a;"),
  inert("ArrayConstructor.fromAsync", "void Array.fromAsync(v);\ns *= x;", { recent: true }),
  inert("ArrayConstructor.[Symbol.species]", "if (Array[Symbol.species] !== undefined) s *= x;"),
  active("Array.sort Float64Array.sort", `${POINTS}points.sort((p, q) => p.a - q.a);\ns += points[0]!.a * x + points[2]!.a;`),
];

const typed: readonly Row[] = [
  inert("Float64Array.BYTES_PER_ELEMENT Float64Array.buffer Float64Array.byteLength Float64Array.byteOffset", `${FIXED}if (w.byteLength / w.BYTES_PER_ELEMENT === 3 && w.byteOffset === 0 && w.buffer.byteLength > 0) s *= x;`),
  active("Float64Array.copyWithin", `${FIXED}w.copyWithin(0, 1);\nfor (const a of w) s += a * a;`),
  active("Float64Array.every Float64Array.some", `${FIXED}if (w.every((a) => a > 0) && w.some((a) => a > 1)) s *= x;`),
  active("Float64Array.fill", `${FIXED}w.fill(x * x, 1);\nfor (const a of w) s += a * a;`),
  active("Float64Array.filter", `${FIXED}for (const a of w.filter((b) => b > 1)) s += a * a;`),
  active("Float64Array.find Float64Array.findLast", `${FIXED}s *= w.find((a) => a > 1)! + w.findLast((a) => a > 0.5)!;`),
  active("Float64Array.findIndex Float64Array.findLastIndex", `${FIXED}s *= w[w.findIndex((a) => a > 1)]! + w[w.findLastIndex((a) => a < 1)]!;`),
  active("Float64Array.forEach", `${FIXED}w.forEach((a) => { s += a * a; });`),
  inert("Float64Array.indexOf Float64Array.lastIndexOf Float64Array.includes", "const w = new Float64Array([1, 2]);\nif (w.indexOf(2) === 1 && w.lastIndexOf(1) === 0 && w.includes(2)) s *= x;"),
  inert("Float64Array.join Float64Array.toString Float64Array.toLocaleString", "const w = new Float64Array([1, 2]);\nif (w.join(\"-\") === \"1-2\" && w.toString() === \"1,2\" && w.toLocaleString() !== \"\") s *= x;"),
  inert("Float64Array.length", `${FIXED}s *= w.length;`),
  active("Float64Array.map", `${FIXED}for (const a of w.map((b) => b * x)) s += a * a;`),
  active("Float64Array.reduce Float64Array.reduceRight", `${FIXED}s = w.reduce((sum, a) => sum + a * x, s) + w.reduceRight((sum, a) => sum * 0.5 + a);`),
  active("Float64Array.reverse", `${FIXED}w.reverse();\ns += w[0]! * x + w[1]!;`),
  active("Float64Array.set", `${FIXED}w.set([x * x, x], 1);\nfor (const a of w) s += a * a;`),
  active("Float64Array.slice", `${FIXED}for (const a of w.slice(1)) s += a * a;`),
  active("Float64Array.sort", `${FIXED}w.sort();\ns += w[0]! * x + w[2]! ** 2;`),
  active("Float64Array.subarray", `${FIXED}const tail = w.subarray(1);\ntail[0] = x * x * x;\nfor (const a of w) s += a * a;`),
  inert("Float64Array.valueOf Float64Array.[Symbol.toStringTag]", `${FIXED}if (w.valueOf() === w && w[Symbol.toStringTag] === "Float64Array") s *= x;`),
  active("Float64Array.entries Float64Array.keys Float64Array.values Float64Array.[Symbol.iterator]", `${FIXED}for (const [i, a] of w.entries()) s += i * a * x;\nfor (const i of w.keys()) s += w[i]!;\nfor (const a of w.values()) s += a * a;`),
  active("Float64Array.at", `${FIXED}s *= w.at(-1)!;`),
  active("Float64Array.toReversed", `${FIXED}s += w.toReversed()[0]! * x;`),
  active("Float64Array.toSorted", `${FIXED}s += w.toSorted()[0]! * x;`),
  active("Float64Array.with", `${FIXED}for (const a of w.with(1, x * x)) s += a * a;`),
  inert("Float64ArrayConstructor.prototype Float64ArrayConstructor.BYTES_PER_ELEMENT", "s *= Float64Array.BYTES_PER_ELEMENT;\nif (Float64Array.prototype !== null) s *= x;"),
  active("Float64ArrayConstructor.of", "for (const a of Float64Array.of(x, v[0]!)) s += a * a;"),
  active("Float64ArrayConstructor.from", "for (const a of Float64Array.from(v, (b) => b * x)) s += a * a;"),
];

const MATH_OF_ONE: Readonly<Record<string, string>> = {
  abs: "x - 3", acos: "x - 1", acosh: "x", asin: "x - 1", asinh: "x", atan: "x", atanh: "x - 1", cbrt: "x", cos: "x", cosh: "x", exp: "x", expm1: "x", log: "x",
  log10: "x", log1p: "x", log2: "x", sin: "x", sinh: "x", sqrt: "x", tan: "x", tanh: "x",
};
const STEPS = ["ceil", "floor", "round", "sign", "trunc", "clz32"];
const CONSTANTS = ["E", "LN10", "LN2", "LOG2E", "LOG10E", "PI", "SQRT1_2", "SQRT2"];

const math: readonly Row[] = [
  ...Object.entries(MATH_OF_ONE).map(([name, at]) => active(`Math.${name}`, `s *= Math.${name}(${at});`)),
  ...STEPS.map((name) => inert(`Math.${name}`, `s *= Math.${name}(x + 1.4);`)),
  inert(CONSTANTS.map((name) => `Math.${name}`).join(" "), `s *= ${CONSTANTS.map((name) => `Math.${name}`).join(" + ")};`),
  active("Math.fround", "s *= Math.fround(x);", { unsettled: true }),
  active("Math.atan2", "s *= Math.atan2(x, v[0]!);"),
  active("Math.hypot", "s *= Math.hypot(x, v[0]!, 2);"),
  active("Math.max", "s *= Math.max(x, ...v);"),
  active("Math.min", "s *= Math.min(x, v[0]!);"),
  active("Math.pow", "s *= Math.pow(x, v[1]!);"),
  active("Math.f16round", "s *= Math.f16round(x);", { recent: true }),
  inert("Math.random", "s *= Math.random() >= 0 ? x : 0;"),
  inert("Math.imul", "s *= Math.imul(3, v.length);"),
  inert("Math.[Symbol.toStringTag]", "if (Math[Symbol.toStringTag] === \"Math\") s *= x;"),
];

const numbers: readonly Row[] = [
  inert("Number.toString Number.toLocaleString Number.toFixed Number.toExponential Number.toPrecision", "const n = v.length;\nif (n.toString() + n.toFixed(1) + n.toExponential() + n.toPrecision(2) + n.toLocaleString() !== \"\") s *= x;"),
  active("Number.valueOf", "s *= x.valueOf();"),
  inert("NumberConstructor.prototype", "if (Number.prototype !== null) s *= x;"),
  inert("NumberConstructor.MAX_VALUE NumberConstructor.MIN_VALUE NumberConstructor.NaN NumberConstructor.NEGATIVE_INFINITY NumberConstructor.POSITIVE_INFINITY NumberConstructor.EPSILON NumberConstructor.MAX_SAFE_INTEGER NumberConstructor.MIN_SAFE_INTEGER",
    "let best = Number.POSITIVE_INFINITY;\nif (x < best && x > Number.NEGATIVE_INFINITY && x < Number.MAX_VALUE && x > Number.MIN_VALUE) best = Number.MAX_SAFE_INTEGER + Number.MIN_SAFE_INTEGER;\nif (!Number.isNaN(Number.NaN)) best = 1;\ns = x * x + best + Number.EPSILON;"),
  inert("NumberConstructor.isFinite NumberConstructor.isNaN NumberConstructor.isInteger NumberConstructor.isSafeInteger", "if (Number.isFinite(x) && !Number.isNaN(x) && Number.isInteger(v.length) && Number.isSafeInteger(3)) s *= x;"),
  inert("NumberConstructor.parseFloat NumberConstructor.parseInt", "s *= Number.parseFloat(\"1.5\") + Number.parseInt(\"12\", 10);"),
];

const objects: readonly Row[] = [
  inert("Object.constructor Object.toString Object.toLocaleString Object.valueOf", "const box: object = {};\nif (box.constructor === Object && box.toString() !== box.toLocaleString() + \"?\" && box.valueOf() === box) s *= x;"),
  inert("Object.hasOwnProperty Object.propertyIsEnumerable Object.isPrototypeOf", "const p: { a?: number } = { a: 1 };\nif (p.hasOwnProperty(\"a\") && p.propertyIsEnumerable(\"a\") && !p.isPrototypeOf(p)) s *= x;"),
  active("ObjectConstructor.keys", "const p: Record<string, number> = { a: x, b: x * x };\nfor (const key of Object.keys(p)) s += p[key]! * 2;"),
  active("ObjectConstructor.values", "const p: Record<string, number> = { a: x, b: x * x };\nfor (const a of Object.values(p)) s += a * a;"),
  active("ObjectConstructor.entries", "const p: Record<string, number> = { a: x, b: x * x };\nfor (const [key, a] of Object.entries(p)) s += a * key.length;"),
  active("ObjectConstructor.fromEntries", "const p = Object.fromEntries([[\"a\", x * x]]);\ns += p[\"a\"]!;"),
  active("ObjectConstructor.assign", "const p = { a: x, b: 1 };\nObject.assign(p, { b: x * x });\ns += p.a * p.b;"),
  active("ObjectConstructor.freeze", "const p = Object.freeze({ a: x * x });\ns += p.a * x;"),
  active("ObjectConstructor.seal ObjectConstructor.preventExtensions", "const q = Object.seal(Object.preventExtensions({ b: x }));\ns += q.b * x;"),
  inert("ObjectConstructor.isFrozen ObjectConstructor.isSealed ObjectConstructor.isExtensible", "const p = { a: 1 };\nif (!Object.isFrozen(p) && !Object.isSealed(p) && Object.isExtensible(p)) s *= x;"),
  inert("ObjectConstructor.is", "if (Object.is(v, v)) s *= x;"),
  inert("ObjectConstructor.hasOwn", "const p: { a?: number } = { a: 1 };\nif (Object.hasOwn(p, \"a\")) s *= x;"),
  inert("ObjectConstructor.prototype ObjectConstructor.getPrototypeOf ObjectConstructor.getOwnPropertyNames ObjectConstructor.getOwnPropertySymbols", "const box: object = {};\nif (Object.getPrototypeOf(box) === Object.prototype && Object.getOwnPropertyNames(box).length === 0 && Object.getOwnPropertySymbols(box).length === 0) s *= x;"),
  inert("ObjectConstructor.getOwnPropertyDescriptor ObjectConstructor.getOwnPropertyDescriptors", "const p = { a: 1 };\nif (Object.getOwnPropertyDescriptor(p, \"a\") !== undefined && Object.getOwnPropertyDescriptors(p).a.writable === true) s *= x;"),
  active("ObjectConstructor.create ObjectConstructor.setPrototypeOf", "const p = Object.create(null) as { a: number };\np.a = x * x;\nObject.setPrototypeOf(p, null);\ns += p.a;"),
  active("ObjectConstructor.defineProperty ObjectConstructor.defineProperties", "const p = { a: 1 };\nObject.defineProperty(p, \"a\", { value: x * x });\nObject.defineProperties(p, {});\ns += p.a;"),
  active("ObjectConstructor.groupBy", "const groups = Object.groupBy(v, (a) => (a > 0 ? \"up\" : \"down\"));\nfor (const a of groups.up ?? []) s += a * a;", { recent: true }),
];

const SPARSE = "const m = new Map<string, number>([[\"a\", x * x], [\"b\", v[0]!]]);\n";

const maps: readonly Row[] = [
  active("Map.get Map.set", `${SPARSE}m.set("a", m.get("a")! * x);\ns += m.get("a")! * m.get("b")!;`),
  active("Map.has Map.delete Map.size", `${SPARSE}if (m.has("a")) m.delete("a");\ns += (m.get("a") ?? x) * m.size;`),
  active("Map.clear", `${SPARSE}s += m.get("a")!;\nm.clear();\nm.set("a", x);\ns *= m.get("a")!;`),
  active("Map.forEach", `${SPARSE}m.forEach((a) => { s += a * a; });`),
  active("Map.entries Map.[Symbol.iterator]", `${SPARSE}for (const [key, a] of m) s += a * key.length;\nfor (const [, a] of m.entries()) s += a * a;`),
  active("Map.keys", `${SPARSE}for (const key of m.keys()) s += m.get(key)! * 2;`),
  active("Map.values", `${SPARSE}for (const a of m.values()) s += a * a;`),
  active("Map.getOrInsert Map.getOrInsertComputed", `${SPARSE}s += m.getOrInsert("c", x * x) + m.getOrInsertComputed("d", () => x * x);`, { recent: true }),
  inert("Map.[Symbol.toStringTag] MapConstructor.prototype MapConstructor.[Symbol.species]", `${SPARSE}if (m[Symbol.toStringTag] === "Map" && Map.prototype !== null && Map[Symbol.species] !== undefined) s *= x;`),
  active("MapConstructor.groupBy", "for (const a of Map.groupBy(v, (b) => b > 0).get(true) ?? []) s += a * a;", { recent: true }),
  active("Set.add Set.size", "const seen = new Set<number>();\nfor (const a of v) seen.add(a * x);\nfor (const a of seen) s += a * seen.size;"),
  inert("Set.has Set.delete", "const seen = new Set<string>([\"a\"]);\nif (seen.has(\"a\")) seen.delete(\"a\");\nif (!seen.has(\"a\")) s *= x;"),
  active("Set.clear Set.values", "const seen = new Set<number>([x]);\nseen.clear();\nseen.add(x * x);\nfor (const a of seen.values()) s += a;"),
  active("Set.forEach", "new Set<number>(v).forEach((a) => { s += a * x; });"),
  active("Set.entries Set.keys Set.[Symbol.iterator]", "const seen = new Set<number>(v);\nfor (const [a, b] of seen.entries()) s += a * b;\nfor (const a of seen.keys()) s += a;\nfor (const a of seen) s += a * x;"),
  active("Set.union Set.intersection Set.difference Set.symmetricDifference", "const a = new Set<number>(v);\nconst b = new Set<number>([x]);\nfor (const c of a.union(b).difference(a.intersection(b)).symmetricDifference(new Set<number>())) s += c * c;", { recent: true }),
  inert("Set.isSubsetOf Set.isSupersetOf Set.isDisjointFrom", "const a = new Set<string>([\"a\"]);\nif (a.isSubsetOf(a) && a.isSupersetOf(a) && !a.isDisjointFrom(a)) s *= x;", { recent: true }),
  inert("Set.[Symbol.toStringTag] SetConstructor.prototype SetConstructor.[Symbol.species]", "const a = new Set<string>();\nif (a[Symbol.toStringTag] === \"Set\" && Set.prototype !== null && Set[Symbol.species] !== undefined) s *= x;"),
];

/** calls on `t`, each a test that holds */
const TEXTS: Readonly<Record<string, string>> = {
  toString: "t.toString() === t", valueOf: "t.valueOf() === t", charAt: "t.charAt(0) === \"a\"", charCodeAt: "t.charCodeAt(0) === 97", codePointAt: "t.codePointAt(0) === 97",
  concat: "t.concat(\"d\") === \"abcd\"", indexOf: "t.indexOf(\"b\") === 1", lastIndexOf: "t.lastIndexOf(\"b\") === 1", localeCompare: "t.localeCompare(t) === 0",
  match: "t.match(/b/) !== null", matchAll: "[...t.matchAll(/b/g)].length === 1", replace: "t.replace(\"a\", \"b\") === \"bbc\"", replaceAll: "t.replaceAll(\"a\", \"b\") === \"bbc\"", search: "t.search(/b/) === 1",
  slice: "t.slice(1) === \"bc\"", split: "t.split(\"\").length === 3", substring: "t.substring(1) === \"bc\"", substr: "t.substr(1) === \"bc\"",
  toLowerCase: "t.toLowerCase() === t", toLocaleLowerCase: "t.toLocaleLowerCase() === t", toUpperCase: "t.toUpperCase() === \"ABC\"", toLocaleUpperCase: "t.toLocaleUpperCase() === \"ABC\"",
  trim: "t.trim() === t", trimEnd: "t.trimEnd() === t", trimStart: "t.trimStart() === t", trimLeft: "t.trimLeft() === t", trimRight: "t.trimRight() === t",
  length: "t.length === 3", includes: "t.includes(\"b\")", endsWith: "t.endsWith(\"c\")", startsWith: "t.startsWith(\"a\")", normalize: "t.normalize() === t",
  repeat: "t.repeat(2).length === 6", padStart: "t.padStart(4).length === 4", padEnd: "t.padEnd(4).length === 4", at: "t.at(0) === \"a\"", "[Symbol.iterator]": "[...t].length === 3",
};
const RECENT_TEXTS = ["isWellFormed", "toWellFormed"];
const MARKUP = ["anchor", "big", "blink", "bold", "fixed", "fontcolor", "fontsize", "italics", "link", "small", "strike", "sub", "sup"];

const strings: readonly Row[] = [
  ...Object.entries(TEXTS).map(([name, test]) => inert(`String.${name}`, `const t = "abc";\nif (${test}) s *= x;`)),
  inert(RECENT_TEXTS.map((name) => `String.${name}`).join(" "), "const t = \"abc\";\nif (t.isWellFormed() && t.toWellFormed() === t) s *= x;"),
  inert(MARKUP.map((name) => `String.${name}`).join(" "), `const t = "abc";\nif ((${MARKUP.map((name) => `t.${name}(${["anchor", "fontcolor", "fontsize", "link"].includes(name) ? "\"1\"" : ""})`).join(" + ")}).length > 3) s *= x;`),
  inert("StringConstructor.prototype StringConstructor.fromCharCode StringConstructor.fromCodePoint StringConstructor.raw", "if (String.fromCharCode(97) + String.fromCodePoint(97) === String.raw`aa` && String.prototype !== null) s *= x;"),
];

const json: readonly Row[] = [
  active("globalThis.structuredClone", "const p = structuredClone({ a: x * x, rows: [v] });\ns += p.a * p.rows[0]![0]!;", { before: "declare function structuredClone<T>(value: T): T;" }),
  inert("JSON.stringify", "if (JSON.stringify({ a: 1 }).length > 2) s *= x;"),
  inert("JSON.parse", "const options = JSON.parse(\"{\\\"scale\\\": 2}\") as { scale: number };\ns *= options.scale;"),
  inert("JSON.[Symbol.toStringTag]", "if (JSON[Symbol.toStringTag] === \"JSON\") s *= x;"),
];

export const library: readonly Row[] = [...arrays, ...typed, ...math, ...numbers, ...objects, ...maps, ...strings, ...json];
