// Objects that a module of a package makes once, keeps to itself and reuses: `const _v = new Vector3()`, which every call fills before it
// looks. Nothing that is written outside of the package can name one, and nothing has to: a function that sets each field before it reads it
// works as well with an object of its own, which then becomes numbers (promote.ts).
// Assumes the structured stage after inlining. Guarantees that no field of an object that is replaced is read before the function has set
// it, and that no call in between could have set it; others stay, and are refused where they are named. The package's own object keeps
// what it held: who reads it without setting it sees nothing of what derivative code computes (ADR 33).
import type { Block, Cell, Expr, Func, Place, Stmt, StructType, Type, Var } from "../ir/ir.ts";
import { constant, define, FALSE, isAtom, type Supply, use, ZERO } from "../ir/build.ts";
import { cellKey, shortName } from "../ir/facts.ts";
import { assignedInClosures, valuesGiven } from "../ir/variables.ts";
import { eachExpression, eachOperand, kept, mapOperands, mapStmt, statements } from "../ir/walk.ts";

type Key = string;

export function ownScratch(func: Func, supply: Supply): Func {
  const found = new Map<Key, Cell>();
  for (const s of statements(func.body)) eachExpression(s, (e) => { const cell = scratchIn(e); if (cell !== null) found.set(cellKey(cell), cell); });
  if (found.size === 0) return func;
  const search = new Search(namesOf(func));
  search.block(func.body, new Map());
  if (func.result !== null) search.value(func.result);
  const made = new Map<Key, Var>();
  const start: Stmt[] = [];
  for (const [key, cell] of found) {
    if (search.spoilt.has(key)) continue;
    const type = cell.type as StructType;
    const variable = supply.fresh(shortName(cell).replace(/^_+|\W.*$/g, ""), type);
    made.set(key, variable);
    start.push(define(variable, { kind: "struct", fields: type.fields.map((x) => ({ name: x.name, value: NEVER_READ[x.type.kind] ?? ZERO })), type }, func.origin));
  }
  if (made.size === 0) return func;
  const own = (e: Expr): Expr => {
    const key = search.keyOf(e);
    const variable = key === null ? undefined : made.get(key);
    return variable === undefined ? mapOperands(e, own) : use(variable);
  };
  const isName = (s: Stmt): boolean => { const key = s.kind === "let" || s.kind === "assign" ? search.names.get(s.variable) : undefined; return key !== undefined && made.has(key); };
  const each = (block: Block): Block => kept(block, block.flatMap((s) => (isName(s) ? [] : [mapStmt(s, own, each)])));
  return { ...func, body: [...start, ...each(func.body)], result: func.result && own(func.result) };
}

const NEVER_READ: Readonly<Partial<Record<Type["kind"], Expr>>> = { boolean: FALSE, string: constant("") };

/** variables that stand for one such object, whatever path assigns them: `return this` at several ends */
function namesOf(func: Func): ReadonlyMap<Var, Key> {
  const names = new Map<Var, Key>();
  const captured = assignedInClosures(func.body);
  const given = [...valuesGiven(func.body)].filter(([v]) => !captured.has(v));
  const keyOf = (e: Expr): Key | null | undefined => {
    const cell = scratchIn(e);
    if (cell !== null) return cellKey(cell);
    // the declaration of what branches assign holds nothing yet
    return e.kind === "var" ? names.get(e.variable) ?? null : e.kind === "const" && e.value === undefined ? undefined : null;
  };
  for (let isChanged = true; isChanged;) {
    isChanged = false;
    for (const [v, values] of given) {
      const [first, ...others] = values.map(keyOf).filter((x) => x !== undefined);
      if (names.has(v) || first === undefined || first === null || others.some((x) => x !== first)) continue;
      names.set(v, first);
      isChanged = true;
    }
  }
  return names;
}

/** the object that an expression loads, if it is one that its package keeps to itself */
const scratchIn = (e: Expr): Cell | null => (e.kind === "load" && e.place.kind === "cell" && e.place.cell.scratch === true ? e.place.cell : null);

/** which fields are set, by object */
type Fields = ReadonlyMap<Key, ReadonlySet<string>>;

const NONE: ReadonlySet<string> = new Set();

class Search {
  readonly spoilt = new Set<Key>();
  readonly names: ReadonlyMap<Var, Key>;

  constructor(names: ReadonlyMap<Var, Key>) {
    this.names = names;
  }

  /** the object that an operand stands for */
  keyOf(e: Expr): Key | null {
    const cell = scratchIn(e);
    return cell !== null ? cellKey(cell) : e.kind === "var" ? this.names.get(e.variable) ?? null : null;
  }

  /** an object that is used as a whole may be kept, or read, by anybody */
  value(e: Expr): void {
    const key = this.keyOf(e);
    if (key !== null) this.spoilt.add(key);
    else if (e.kind === "closure") for (const s of statements(e.func.body)) eachExpression(s, (x) => this.value(x));
    else eachOperand(e, (x) => this.value(x));
  }

  /** what is set at the end of a block; null where its end is not reached */
  block(block: Block, before: Fields): Fields | null {
    let fields: Fields | null = before;
    for (const s of block) {
      if (fields === null) break;
      fields = this.#statement(s, fields);
    }
    return fields;
  }

  #statement(s: Stmt, fields: Fields): Fields | null {
    switch (s.kind) {
      case "let": case "assign":
        if (!this.names.has(s.variable)) this.#reads(s.value, fields);
        return fields;
      case "store": {
        this.#reads(s.value, fields);
        return this.#set(s.place, fields);
      }
      case "accumulate": {
        this.#reads(s.value, fields);
        this.#readPlace(s.place, fields);
        return fields;
      }
      case "call":
        eachExpression(s, (e) => this.#reads(e, fields));
        // whatever is called may fill the object in turn
        return s.callee.kind === "external" ? fields : new Map();
      case "if": {
        this.#reads(s.test, fields);
        const [then, otherwise] = [this.block(s.then, fields), this.block(s.else, fields)];
        return then === null ? otherwise : otherwise === null ? then : meet(then, otherwise);
      }
      case "loop": {
        eachExpression(s, (e) => this.#reads(e, fields));
        const { header } = s;
        const entered = header.kind === "general" ? this.block(header.before, fields) ?? fields : fields;
        // a call in the body may have filled the object before the next trip
        const inside = statements(s.body).some((x) => x.kind === "call" && x.callee.kind !== "external") ? new Map<Key, ReadonlySet<string>>() : entered;
        this.block(s.body, inside);
        if (header.kind === "general") this.block(header.update, inside);
        return inside;
      }
      case "block": return meet(this.block(s.body, fields) ?? fields, this.block(s.landing, fields) ?? fields);
      case "try": {
        const body = this.block(s.body, fields);
        const handler = s.handler === null ? null : this.block(s.handler, new Map());
        if (s.finalizer !== null) return this.block(s.finalizer, new Map());
        return body === null ? handler : handler === null ? body : meet(body, handler);
      }
      case "exit": case "throw":
        eachExpression(s, (e) => this.#reads(e, fields));
        return null;
      default:
        eachExpression(s, (e) => this.#reads(e, fields));
        return fields;
    }
  }

  #set(place: Place, fields: Fields): Fields {
    const key = place.kind === "field" ? this.keyOf(place.base) : null;
    if (place.kind !== "field" || key === null) {
      if (place.kind !== "cell") this.#reads(place.base, fields);
      if (place.kind === "element") this.#reads(place.index, fields);
      return fields;
    }
    return new Map([...fields, [key, new Set([...fields.get(key) ?? NONE, place.field])]]);
  }

  #readPlace(place: Place, fields: Fields): void {
    if (place.kind === "cell") return;
    const key = this.keyOf(place.base);
    if (key === null) this.#reads(place.base, fields);
    else if (place.kind !== "field" || fields.get(key)?.has(place.field) !== true) this.spoilt.add(key);
    if (place.kind === "element") this.#reads(place.index, fields);
  }

  #reads(e: Expr, fields: Fields): void {
    if (isAtom(e) || this.keyOf(e) !== null) this.value(e);
    else if (e.kind === "load") this.#readPlace(e.place, fields);
    else if (e.kind === "closure") this.value(e);
    else eachOperand(e, (x) => this.#reads(x, fields));
  }
}

const meet = (a: Fields, b: Fields): Fields => new Map([...a].map(([key, fields]) => [key, new Set([...fields].filter((x) => b.get(key)?.has(x) === true))] as const));
