// The language in which the tables of constructs are written: TypeScript with places to fill in.
//
//   %num %less          a random number, a random comparison; `%num{q r}` may use these names besides
//   %point %list{3}     a name of the kind that is in scope (an array of at least three elements); the row is of no use where there is none
//   %point+ %list+{3}   a fresh name, known after the statement;  %point~ one that is known in the rest of the row;  %name~ a name of no kind
//   %1                  the first of these names again, and so on (an index counts as a name)
//   %at %two            an index of the array named last; of something that has two elements
//   %block{loop q}      a block: `loop` of a loop, `through` along the indices of the array named last, `fixed` nothing grows, `switch`, `try` may throw and does,
//                       `called` by others, `back` a callback that may return, `body` a function body that gives a number, `without` the names of the row; other words are numbers to use
//   %exit               leaves what may be left here;  %label~ a label
//   %key %small %op     "a" or "b"; 1 to 4; an assignment operator;  %either{a|b} one of the texts;  %grow  not where lengths are fixed
//   %apart{p q}         nothing, but the probe sees the comparison
import type { Random } from "../harness/random.ts";
import type { Block, Expression, Statement } from "./program.ts";
import { called, enter, index, kindOf, named, type ArrayVariable, type Kind, type Scope } from "./scope.ts";

interface Place {
  readonly word: string;
  readonly mark: "" | "+" | "~";
  readonly detail: string;
}

export interface Row {
  readonly pieces: readonly (string | Place)[];
  /** what must be in scope */
  readonly needs: readonly { readonly kind: Kind | "array" | "counter"; readonly length: number }[];
  /** what it declares */
  readonly gives: readonly Kind[];
  readonly hasBlock: boolean;
}

type MakeExpression = (random: Random, scope: Scope, depth: number) => Expression;

export interface Context {
  readonly random: Random;
  readonly number: MakeExpression;
  readonly comparison: MakeExpression;
  /** fresh names within one program */
  readonly names: (prefix: string) => string;
  /** statements over a scope, one level deeper */
  readonly block: (scope: Scope, nesting: number) => Block;
}

const PLACE = /%(?:(\d)|([a-z]+)((?:[+~](?![+=]))?)(?:\{([^}]*)\})?)/g;
const WORDS = new Set(["num", "less", "at", "two", "block", "exit", "label", "key", "small", "op", "either", "grow", "apart", "name"]);

const isUse = ({ word, mark }: Place): boolean => mark === "" && !WORDS.has(word) && !/^\d/.test(word);

export function parseRow(text: string): Row {
  const pieces: (string | Place)[] = [];
  let end = 0;
  for (const match of text.matchAll(PLACE)) {
    const [whole, position, word = position ?? "", mark = "", detail = ""] = match;
    pieces.push(text.slice(end, match.index), { word, mark: mark as Place["mark"], detail });
    end = match.index + whole.length;
  }
  pieces.push(text.slice(end));
  const places = pieces.filter((piece) => typeof piece !== "string");
  const kind = (word: string): Kind | "array" | "counter" => (word === "array" || word === "counter" ? word : kindOf(word));
  return {
    pieces,
    needs: places.filter(isUse).map(({ word, detail }) => ({ kind: kind(word), length: Number(detail || "2") })),
    gives: places.filter(({ word, mark }) => mark === "+" && word !== "name").map(({ word }) => kindOf(word)),
    hasBlock: places.some(({ word }) => word === "block"),
  };
}

export const parseRows = (texts: readonly string[]): readonly Row[] => texts.map(parseRow);

/** The rows by the kind of the first name that they use, or declare. */
export function rowsBy(which: "needs" | "gives", texts: readonly string[]): readonly (readonly Row[])[] {
  const groups = new Map<string, Row[]>();
  for (const row of parseRows(texts)) {
    const key = which === "gives" ? row.gives[0] : row.needs[0]?.kind;
    groups.set(key ?? "none", [...(groups.get(key ?? "none") ?? []), row]);
  }
  return [...groups.values()];
}

/** Whether everything that the row uses is in scope. */
export function fits({ pieces, needs, gives, hasBlock }: Row, scope: Scope, nesting: number): boolean {
  if (hasBlock && nesting <= 0) return false;
  const has = (word: string): boolean => pieces.some((piece) => typeof piece !== "string" && piece.word === word);
  if (has("exit") && scope.exits.length === 0) return false;
  if (has("grow") && scope.lengthsFixed) return false;
  return gives.every((kind) => scope.theme.has(kind)) && needs.every(({ kind, length }) => named(scope, kind, length).length > 0);
}

const PREFIXES: Partial<Record<string, string>> = { scalar: "t", mutable: "t", list: "a", floats: "w", slot: "s", matrix: "m", body: "b", counter: "i", label: "outer", name: "n", fn: "g", table: "fs", action: "act" };
const OPERATORS = ["=", "=", "=", "+=", "-=", "*="] as const;

/** Fills in one row; everything that it needs must be in scope. */
class Filling {
  text = "";
  probed = "";
  readonly holes: Expression[] = [];
  readonly blocks: Block[] = [];
  /** the scope of what follows */
  after: Scope;
  /** the scope of the row itself */
  private inner: Scope;
  private readonly context: Context;
  private readonly depth: number;
  private readonly nesting: number;
  private readonly used: string[] = [];
  private readonly pending: ((scope: Scope) => Scope)[] = [];
  private labels: readonly string[] = [];
  private array: ArrayVariable | undefined;
  private counter: string | undefined;

  constructor(context: Context, scope: Scope, depth: number, nesting: number) {
    this.context = context;
    this.inner = scope;
    this.after = scope;
    this.depth = depth;
    this.nesting = nesting;
  }

  write(text: string, probed = text): void {
    if (text.includes(";")) this.settle();
    this.text += text;
    this.probed += probed;
  }

  /** Names of the row are known after the statement that declares them, and in blocks. */
  private settle(): void {
    for (const step of this.pending.splice(0)) this.inner = step(this.inner);
  }

  private hole(expression: Expression): string {
    this.holes.push(expression);
    return `$${this.holes.length - 1}`;
  }

  private use(name: string): void {
    this.used.push(name);
    this.write(name);
  }

  private refer(text: string): string {
    return text.replaceAll(/%(\d)/g, (_, position: string) => this.used[Number(position) - 1] ?? "missing");
  }

  private with(detail: string): Scope {
    const extra = this.refer(detail).split(" ").filter((word) => word !== "");
    return { ...this.inner, scalars: [...this.inner.scalars, ...extra, ...extra] };
  }

  place({ word, mark, detail }: Place): void {
    const { random } = this.context;
    if (/^\d/.test(word)) return this.write(this.used[Number(word) - 1] ?? "missing");
    if (mark !== "") return this.declare(word, mark, detail);
    switch (word) {
      case "num": return this.write(this.hole(this.context.number(random, this.with(detail), this.depth)));
      case "less": return this.write(this.hole(this.context.comparison(random, this.with(detail), this.depth)));
      case "at": return this.use(this.array === undefined ? "0" : index(random, this.inner, this.array));
      case "two": return this.use(this.inner.counters.length > 0 && random.chance(0.5) ? `${random.pick(this.inner.counters).name} % 2` : String(random.below(2)));
      case "key": return this.use(random.pick(['"a"', '"b"']));
      case "small": return this.write(String(1 + random.below(4)));
      case "op": return this.write(random.pick(OPERATORS));
      case "either": return this.write(this.refer(random.pick(detail.split("|"))));
      case "grow": return undefined;
      case "apart": return this.write("", `probe.less(${this.refer(detail).replace(" ", ", ")}), `);
      case "exit": return this.exit(this.inner);
      case "block": return this.block(this.refer(detail).split(" ").filter((each) => each !== ""));
      default: return this.pick(word === "array" || word === "counter" ? word : kindOf(word), Number(detail || "2"));
    }
  }

  private pick(kind: Kind | "array" | "counter", length: number): void {
    const name = this.context.random.pick(named(this.inner, kind, length));
    this.array = this.inner.arrays.find((each) => each.name === name) ?? this.array;
    this.use(name);
  }

  private declare(word: string, mark: "+" | "~", detail: string): void {
    const name = this.context.names(PREFIXES[word] ?? word.slice(0, 1));
    this.use(name);
    if (word === "name") return;
    if (word === "label") this.labels = [...this.labels, name];
    else if (word === "counter") {
      this.counter = name;
      this.inner = { ...this.inner, counters: [...this.inner.counters, { name, array: null }] };
    } else if (mark === "~") this.pending.push((scope) => enter(scope, kindOf(word), name, Number(detail || "2")));
    else if (mark === "+") this.after = enter(this.after, kindOf(word), name, Number(detail || "2"));
  }

  private exit(scope: Scope): void {
    const { random } = this.context;
    const exit = random.pick(scope.exits);
    const small = (): string => this.hole(this.context.number(random, scope, 2));
    if (exit === "throw") this.write(random.pick([() => `throw ${small()}`, () => `throw new Fault(${small()})`, () => 'throw new Error("far")', () => 'throw new Overflow("over")', () => "throw new Underflow()"])());
    else if (exit !== "return" || scope.result === "nothing") this.write(exit);
    else this.write(scope.result === "number" ? `return ${small()}` : `return [${small()}, ${small()}]`);
  }

  /** how the block of a row may be left, and what it knows */
  private scopeOfBlock(words: readonly string[]): Scope {
    let scope = this.with(words.filter((word) => !BLOCK_WORDS.has(word)).join(" "));
    const has = (word: string): boolean => words.includes(word);
    if (has("called") || has("back") || has("body")) scope = called(scope);
    if (has("back")) scope = { ...scope, exits: [...scope.exits, "return"], result: "nothing" };
    if (has("body")) scope = { ...scope, exits: [...scope.exits, "return"], result: "number" };
    if (has("loop")) scope = { ...scope, exits: [...scope.exits.filter((exit) => !/^(?:break|continue)$/.test(exit)), "break", "continue", ...this.labels.flatMap((label) => [`break ${label}`, `continue ${label}`])] };
    else if (this.labels.length > 0) scope = { ...scope, exits: [...scope.exits, ...this.labels.map((label) => `break ${label}`)] };
    if (has("switch")) scope = { ...scope, exits: scope.exits.filter((exit) => exit !== "break") };
    if (has("try")) scope = { ...scope, exits: [...scope.exits, "throw"] };
    if (has("through")) scope = { ...scope, counters: scope.counters.map((each) => (each.name === this.counter ? { ...each, array: this.array?.name ?? null } : each)) };
    if (has("without")) {
      const others = ({ name }: { readonly name: string }): boolean => !this.used.includes(name) || name === this.counter;
      scope = { ...scope, arrays: scope.arrays.filter(others), things: scope.things.filter((thing) => others(thing) || thing.kind === "point") };
    }
    return has("fixed") || has("through") ? { ...scope, lengthsFixed: true } : scope;
  }

  private block(words: readonly string[]): void {
    const outside = this.inner;
    this.settle();
    const { random } = this.context;
    const scope = this.scopeOfBlock(words);
    const body = this.context.block(scope, words.includes("called") ? 0 : this.nesting - 1);
    const leave = (exits: readonly string[]): Block => (exits.length === 0 || !random.chance(0.75) ? [] : [fill(LEAVE, this.context, { ...scope, exits }, 1, 0).statement]);
    const left = words.includes("try") ? leave(["throw"]) : this.labels.length > 0 ? leave(scope.exits.filter((exit) => exit.includes(" "))) : [];
    const first = words.includes("loop") ? [{ text: "", probed: "probe.step();", holes: [], blocks: [] }] : [];
    const last = words.includes("body") ? [{ text: "return $0;", holes: [this.context.number(random, scope, 2)], blocks: [] }] : [];
    this.blocks.push([...first, ...body.slice(0, 1), ...left, ...body.slice(1), ...last]);
    this.inner = outside;
    this.write(`{${this.blocks.length - 1}}`);
  }
}

const BLOCK_WORDS = new Set(["loop", "through", "fixed", "switch", "try", "called", "back", "body", "without"]);
const LEAVE = parseRow("if (%less) { %exit; }");

/** A statement made of the row, and the scope of those that follow it. */
export function fill({ pieces }: Row, context: Context, scope: Scope, depth: number, nesting: number): { readonly statement: Statement; readonly scope: Scope } {
  const filling = new Filling(context, scope, depth, nesting);
  for (const piece of pieces) {
    if (typeof piece === "string") filling.write(piece);
    else filling.place(piece);
  }
  const { text, probed, holes, blocks, after } = filling;
  return { statement: { text, ...(text === probed ? {} : { probed }), holes, blocks }, scope: after };
}

const nothing = (): never => {
  throw new Error("an expression has no blocks");
};

/** An expression made of the row. */
export function fillExpression(row: Row, random: Random, makers: Pick<Context, "number" | "comparison">, scope: Scope, depth: number): Expression {
  return fill(row, { random, ...makers, names: nothing, block: nothing }, scope, depth, 0).statement;
}
