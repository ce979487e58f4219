// Names: every variable gets a readable identifier of its own where it is visible. The user's names survive; a second one of the
// same name in a scope gets a number. Sibling blocks may use the same names.
// Assumes the nested stage. Guarantees that no local hides what the function refers to outside itself.
import type { Block, Expr, Func, Var } from "../ir/ir.ts";
import { isPrivateName } from "../ir/facts.ts";
import { blocks, declared, expressions, operands, statements } from "../ir/walk.ts";

export type Names = ReadonlyMap<Var, string>;

const RESERVED: ReadonlySet<string> = new Set(
  ("break case catch class const continue debugger default delete do else enum export extends false finally for function if import in instanceof new null return super switch "
    + "this throw true try typeof var void while with implements interface let package private protected public static yield await async of arguments eval undefined NaN Infinity "
    + "Math Number String Boolean BigInt Array Object Map Set JSON Symbol Date Float64Array Float32Array Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array "
    + "Uint32Array parseFloat parseInt isNaN isFinite globalThis console").split(" "),
);

/** an identifier that reads like `name` */
export function identifierOf(name: string, fallback = "t"): string {
  const cleaned = name.replace(/[^\p{ID_Continue}$]/gu, "").replace(/^(\d)/, "_$1");
  return cleaned === "" ? fallback : cleaned;
}

export const isReserved = (name: string): boolean => RESERVED.has(name);

/** the key of a property as it stands in a literal or a type; private storage of classes is a plain property here */
export function propertyText(name: string): string {
  const key = propertyName(name);
  return isIdentifier(key) ? key : JSON.stringify(key);
}

export const propertyName = (name: string): string => (isPrivateName(name) ? name.slice(1) : name);

export const isIdentifier = (name: string): boolean => /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name);

/** a name that `isTaken` leaves free: `x`, `x_1`, `x_2`, … */
export function freeName(wanted: string, isTaken: (name: string) => boolean, first: (base: string) => number = () => 1): string {
  if (!isTaken(wanted)) return wanted;
  const base = wanted.replace(/_\d+$/, "");
  for (let k = first(base); ; k++) if (!isTaken(`${base}_${k}`)) return `${base}_${k}`;
}

const INDICES: readonly string[] = ["i", "j", "k", "l", "m"];
const NONE: ReadonlySet<string> = new Set();

/** names of the indices of loops in a block, at any depth */
function indexNames(block: Block): Set<string> {
  const found = new Set<string>();
  for (const s of statements(block)) if (s.kind === "loop" && s.header.kind === "counted") found.add(s.header.index.name);
  return found;
}

class Scope {
  readonly #outer: Scope | null;
  readonly #names = new Set<string>();
  readonly #numbers = new Map<string, number>();
  readonly #free = new Map<string, number>();

  constructor(outer: Scope | null) {
    this.#outer = outer;
  }

  has(name: string): boolean {
    return this.#names.has(name) || (this.#outer?.has(name) ?? false);
  }

  add(name: string): void {
    this.#names.add(name);
    const [, base, number] = /^(.*)_(\d+)$/.exec(name) ?? [];
    if (base !== undefined) this.#numbers.set(base, Number(number) + 1);
  }

  /** the first number that may be free behind a name */
  first(base: string): number {
    return this.#numbers.get(base) ?? this.#outer?.firstFree(base) ?? 1;
  }

  /** the first number that is free behind a name; names are never given back, so that each number is asked about once */
  firstFree(base: string): number {
    let k = this.#free.get(base) ?? this.#outer?.firstFree(base) ?? 1;
    while (this.has(`${base}_${k}`)) k++;
    this.#free.set(base, k);
    return k;
  }
}

/** `outside`: names that the function refers to beyond its own variables; `unused`: parameters that nobody reads */
export function assignNames(func: Func, outside: ReadonlySet<string>, unused: ReadonlySet<Var>): Names {
  const names = new Map<Var, string>();
  const declare = (v: Var, scope: Scope, wanted = identifierOf(v.name), kept: ReadonlySet<string> = NONE): void => {
    const name = freeName(wanted, (n) => RESERVED.has(n) || outside.has(n) || kept.has(n) || scope.has(n), (base) => scope.first(base));
    scope.add(name);
    names.set(v, name);
  };
  /** nested loops count with i, j, k, … */
  const indexName = (v: Var, scope: Scope): string => {
    const wanted = identifierOf(v.name);
    const at = INDICES.indexOf(wanted);
    return at < 0 ? wanted : INDICES.slice(at).find((n) => !scope.has(n) && !outside.has(n)) ?? wanted;
  };
  const expr = (e: Expr, scope: Scope): void => {
    if (e.kind === "closure") visit(e.func, new Scope(scope));
    else for (const o of operands(e)) expr(o, scope);
  };
  const block = (b: Block, scope: Scope): void => {
    // indices of loops keep their names: what collides with one gets a number
    const indices = indexNames(b);
    for (const s of b) {
      // a closure may call itself by the name that it is given
      if (s.kind === "let") declare(s.variable, scope, identifierOf(s.variable.name), indices);
      for (const e of expressions(s)) expr(e, scope);
      if (s.kind === "call" || s.kind === "mutate") for (const v of declared(s)) declare(v, scope);
      if (s.kind === "loop" || s.kind === "try") {
        const own = new Scope(scope);
        for (const v of declared(s)) declare(v, own, indexName(v, scope));
        for (const inner of blocks(s)) block(inner, new Scope(own));
      } else for (const inner of blocks(s)) block(inner, new Scope(scope));
    }
  };
  const visit = (f: Func, scope: Scope): void => {
    for (const p of f.params) {
      const wanted = identifierOf(p.name);
      declare(p.variable, scope, unused.has(p.variable) && !wanted.startsWith("_") ? `_${wanted}` : wanted);
    }
    block(f.body, scope);
    if (f.result) expr(f.result, scope);
  };
  visit(func, new Scope(null));
  return names;
}
