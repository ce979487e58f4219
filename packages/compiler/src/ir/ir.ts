// The intermediate representation: every type of it, and nothing else. Read this file first.
//
// Structured statements over A-normal expressions. All nodes are immutable; a Var is one shared object, compared by
// identity. The same grammar serves every stage: lowered primal, derivative, derivative of a derivative.
//
// Stages (verify.ts checks them):
//   raw         out of the frontend: source variables are mutable where the source assigns them; exits anywhere;
//               loops have general headers.
//   structured  out of normalize: no `exit` but tail `break`; one `result` at the end of a function; counted loops found.
//   versioned   out of normalize: every variable is defined once, except joins (`mutable`), which are declared before an
//               `if` or a loop and assigned only at ends of its blocks. All analyses and both transforms work on this.
//   nested      out of optimize: operands may be trees again and joins are merged with the user's variables; only emitted.

import type { Span } from "../diagnostics/diagnostic.ts";

// ---------------------------------------------------------------------------------------------------- types

export type FloatArrayName = "Float64Array" | "Float32Array";
export type IntegerArrayName =
  | "Int8Array" | "Uint8Array" | "Uint8ClampedArray" | "Int16Array" | "Uint16Array" | "Int32Array" | "Uint32Array";
/** `Tape` is the runtime's growable stack of doubles: pushed in the sweep, read by index in reverse. */
export type ArrayName = "Array" | FloatArrayName | IntegerArrayName | "Tape";

export type Type =
  | { readonly kind: "real"; readonly literals?: Literals } // every TypeScript `number`, integers included
  | { readonly kind: "boolean"; readonly literals?: Literals }
  | StringType
  | { readonly kind: "bigint" }
  | { readonly kind: "void" } // only undefined or null
  /** inert values (Date, RegExp, symbols, …); carry no derivative. `of`: what stands in the text, where it is a type with numbers that are not looked at through this */
  | { readonly kind: "opaque"; readonly text: string; readonly of?: Type }
  | ArrayType
  | { readonly kind: "tuple"; readonly elements: readonly Type[]; /** how many at the end may be left out */ readonly optional?: number; /** as in `ArrayType` */ readonly readonly?: true }
  | StructType
  | MapType
  | { readonly kind: "function"; readonly params: readonly Type[]; readonly result: Type }
  | { readonly kind: "nullable"; readonly inner: Type; readonly nothing: readonly ("null" | "undefined")[] }
  | UnionType;

/** One object per declared alias, as with object types. */
export interface UnionType {
  readonly kind: "union";
  readonly members: readonly Type[];
  /** of an interface that classes fit: the properties that it declares, all that TypeScript sees of what goes by its name */
  readonly shows?: ReadonlyMap<string, "readonly" | "writable">;
}

/** all that a property may be that is declared as one of a few: the `kind` of an object. Nothing but the text of types depends on it. */
export type Literals = readonly (string | number | boolean)[];

export interface ArrayType {
  readonly kind: "array";
  readonly array: ArrayName;
  readonly element: Type;
  /** the program says that it only reads through this type. Nothing but the text of types depends on it: the same array may be writable elsewhere */
  readonly readonly?: true;
}

/** Keyed data whose keys are known at run time only: `Object` is a record (`Record<string, T>`, an index signature), whose entries are
    properties. In a `Set` every element is its own key; the companion of a set is a map from element to companion. */
export interface MapType {
  readonly kind: "map";
  readonly container: "Map" | "Set" | "WeakMap" | "WeakSet" | "Object";
  readonly key: Type;
  readonly value: Type;
}

export interface StringType {
  readonly kind: "string";
  readonly literals?: Literals;
  /** of members of an enumeration: its id among declared types, and which of them, by name; null for all */
  readonly enumeration?: { readonly id: number; readonly members: readonly string[] | null };
}

/** An object type. One object per declared type, so recursive types are cyclic: never walk `fields` without a visited set. */
export interface StructType {
  readonly kind: "struct";
  readonly id: number;
  /** the declared name (interface, alias or class), null for literals */
  readonly name: string | null;
  readonly isClass: boolean;
  /** of a class: itself and the classes that it extends, nearest first, by keys that tell classes apart */
  readonly lineage?: readonly string[];
  /** has properties that accessors compute: its name shows more than its fields */
  readonly hasAccessors?: true;
  /** filled once, right after creation */
  readonly fields: readonly Field[];
  /** derivative code: what the runtime remembers of a structure of this type */
  readonly skeletonOf?: Type;
  /** what comes of a call that may throw (handlers.ts) */
  readonly isOutcome?: true;
  /** what the runtime exports under this name */
  readonly runtime?: string;
  /** the static members of a class: to the runtime the object is a function, which holds nothing */
  readonly isStatic?: true;
}

export interface Field {
  readonly name: string;
  readonly type: Type;
  readonly optional: boolean;
  /** declared so; only what is printed depends on it */
  readonly readonly?: true;
  /** private or protected: TypeScript lets only `o["x"]` through from outside of the class */
  readonly hidden?: true;
  /** of a package's class: the package does not declare it, so that TypeScript knows of no such property */
  readonly undeclared?: true;
  /** of a hidden field: the class that declares it; those of two classes are two, whatever their name */
  readonly owner?: string;
}

// ---------------------------------------------------------------------------------------------------- variables

/** A variable. `name` is the user's, made unique only at emission; identity is the object. */
export interface Var {
  readonly id: number;
  readonly name: string;
  readonly type: Type;
  /** raw: assigned after its declaration; versioned: a join */
  readonly mutable: boolean;
  /** made by differentiation (`Supply.deriving`): its zeros have no sign and its sums no order. A user's `thetaDot` is none. */
  readonly derivative?: true;
  /** made by differentiation, whatever it holds: what is asked of it the user did not write */
  readonly derived?: true;
  /** made for a tangent of which there is one for each direction (`Supply.inLanes`, transform/lanes.ts) */
  readonly lane?: true;
}

/** A variable of a module (`let`, `const` at top level, imported bindings): storage that outlives a call. */
export interface Cell {
  /** as the module itself writes it: of what stands in namespaces, a path */
  readonly name: string;
  readonly file: string;
  readonly type: Type;
  /** a module-level `let`/`var`, or a namespace import's live binding */
  readonly mutable: boolean;
  readonly exported: boolean;
  /** it stands in a namespace that keeps it to itself: no code outside of that can name it */
  readonly isInside?: true;
  /** how `file` itself gets it, when imported: the module specifier and the exported name */
  readonly imported: { readonly specifier: string; readonly name: string } | null;
  /** an import whose package ships no code that can be read: the file, and why */
  readonly unreadable?: { readonly file: string; readonly why: string };
  /** nobody writes to its memory */
  readonly stays?: true;
  /** an object of numbers that a module of a package makes once and does not export: nothing outside of the package can name it */
  readonly scratch?: true;
  /** a class: the lineage of its instances, as in `StructType` */
  readonly lineage?: readonly string[];
  /** a class whose constructor does nothing but put its arguments, in this order, into these fields, which are all that there are */
  readonly positional?: readonly string[];
}

// ---------------------------------------------------------------------------------------------------- places

/**
 * Where a load reads and a store writes. `base` and `index` are atoms outside the nested stage. An element of a map is the entry under
 * the key `index`: a load may miss, a store inserts, an accumulation starts from zero where there is no entry. An element of an object
 * is a field whose name is known at run time only.
 */
export type Place =
  | { readonly kind: "element"; readonly base: Expr; readonly index: Expr }
  | { readonly kind: "field"; readonly base: Expr; readonly field: string }
  | { readonly kind: "cell"; readonly cell: Cell };

// ---------------------------------------------------------------------------------------------------- expressions

/**
 * Scalar and inert operations are rows of the rule tables (`rules/`), named as below:
 *   operators   + - * / % ** neg  < <= > >= === !== == != !  & | ^ << >> >>> ~  select && ||
 *   tests       truthy isNullish typeof Array.isArray in .has
 *   Math        "Math.sin", … (one per function of `Math`)
 *   builtins    "Number", "Number.isFinite", "String", "template", ".charCodeAt" (leading dot: first operand is the receiver), …
 * `select c a b` prints as `c ? a : b`; `&&` and `||` are over booleans and lazy in their second operand.
 */
export type OpName = string;

export type Expr =
  /** `member`: the name that the program has for it; only what is printed depends on it */
  /** `type`: of null and undefined that stand for a variable, what the variable was declared to hold */
  | { readonly kind: "const"; readonly value: number | boolean | string | bigint | null | undefined; readonly member?: Member; readonly type?: Type }
  | { readonly kind: "var"; readonly variable: Var }
  | { readonly kind: "op"; readonly op: OpName; readonly args: readonly Expr[]; readonly type: Type }
  /** `mayMiss`: the program tests the result for undefined, so the element may be absent (SEMANTICS §2) */
  | { readonly kind: "load"; readonly place: Place; readonly mayMiss: boolean; readonly type: Type }
  /** of an array, a text; the size of a map or set */
  | { readonly kind: "length"; readonly array: Expr }
  /** the keys that a map, set or object has now, in its order, as a fresh array */
  | { readonly kind: "keys"; readonly of: Expr; readonly type: Type }
  /** `[a, ...b]` */
  | { readonly kind: "array"; readonly elements: readonly Element[]; readonly type: Type }
  /** `{ a, b }`; spreads are written out by the frontend */
  | { readonly kind: "struct"; readonly fields: readonly FieldValue[]; readonly type: Type; /** of a class: a real instance, because code of the program asks (`tested`) or others get hold of it (`shared`) */ readonly instance?: "tested" | "shared" }
  /**
   * `new Float64Array(length)`, `new Array(length)`: zeros; holes for `Array` unless `zeroed` (derivative code); an empty map.
   * `filled`: each element is written before it is read, so that nobody counts on the zeros
   */
  | { readonly kind: "new"; readonly length: Expr; readonly zeroed: boolean; readonly filled?: true; readonly type: Type }
  /** a fresh shallow copy of elements start (default 0) to end (default length): `slice`, `[...a]`, `Array.from(a)`, `new Float64Array(a)` */
  | { readonly kind: "copy"; readonly source: Expr; readonly start: Expr | null; readonly end: Expr | null; readonly type: Type }
  /** `subarray`: a typed array over elements start (default 0) to end (default length) of another's memory; to points-to it is the same object */
  | { readonly kind: "view"; readonly source: Expr; readonly start: Expr | null; readonly end: Expr | null; readonly type: Type }
  /** derivative code: a structure of zeros shaped as `like` (its companion) */
  | { readonly kind: "zeros"; readonly like: Expr; readonly type: Type }
  /** a call of a function exported by the runtime that has no effects; an argument may be a closure without effects (`sortOrder`) */
  | { readonly kind: "runtime"; readonly name: string; readonly args: readonly Expr[]; readonly type: Type }
  | { readonly kind: "function"; readonly func: FuncId; readonly type: Type }
  /** a function literal; free variables of its body are captured by reference */
  | { readonly kind: "closure"; readonly func: Func; readonly type: Type }
  /** a marker as a value: `grad(f, { wrt })` */
  | { readonly kind: "derivative"; readonly request: Request; readonly target: Expr; readonly type: Type };

/** A member of an enumeration: `Kind.Disc` is `.Disc` of `Kind`, `shapes.Kind.Disc` is `.Kind.Disc` of `shapes`. Where the enumeration is not in reach, its value does for it. */
export interface Member {
  readonly of: Cell;
  readonly path: string;
}

export interface Element {
  readonly value: Expr;
  readonly spread: boolean;
}

export interface FieldValue {
  readonly name: string;
  readonly value: Expr;
}

/** What a marker asks for. `wrt` counts declared parameters, `this` excluded. */
export interface Request {
  readonly operator: Operator;
  readonly wrt: number | readonly number[] | "all";
  readonly mode: "forward" | "reverse" | null;
  /** `jacobian`, `hessian`: as a matrix of what may differ from zero */
  readonly sparse?: true;
}

export type Operator = "grad" | "valueAndGrad" | "jvp" | "vjp" | "jacobian" | "hessian" | "hvp" | "stopGradient" | "customRule" | "checkpoint";

// ---------------------------------------------------------------------------------------------------- statements

export type Block = readonly Stmt[];

export type Stmt =
  /** declares `variable` */
  | { readonly kind: "let"; readonly variable: Var; readonly value: Expr; readonly origin: Origin }
  /** sets a mutable variable that is already declared */
  | { readonly kind: "assign"; readonly variable: Var; readonly value: Expr; readonly origin: Origin }
  | { readonly kind: "store"; readonly place: Place; readonly value: Expr; readonly origin: Origin }
  /** `place += value`; accumulations commute */
  | { readonly kind: "accumulate"; readonly place: Place; readonly value: Expr; readonly origin: Origin }
  /** in-place operation on an array or map: a row of `rules/builtins.ts` (push, pop, shift, unshift, splice, fill, reverse, sort, set, copyWithin, length=) */
  | { readonly kind: "mutate"; readonly operation: MutationName; readonly array: Expr; readonly args: readonly Expr[]; readonly result: Var | null; readonly origin: Origin }
  | { readonly kind: "call"; readonly callee: Callee; readonly args: readonly Expr[]; readonly result: Var | null; readonly origin: Origin }
  | { readonly kind: "if"; readonly test: Expr; readonly then: Block; readonly else: Block; readonly origin: Origin }
  | { readonly kind: "loop"; readonly header: LoopHeader; readonly body: Block; readonly origin: Origin; readonly checkpoint?: Checkpoint }
  /** raw: a block that `exit` can leave (labelled statements, `switch`); `landing` runs where it was left (what `throw` becomes under a handler) */
  | { readonly kind: "block"; readonly target: Target; readonly body: Block; readonly landing: Block; readonly origin: Origin }
  /** raw: leaves the target (break), goes to its update (continue) or leaves the function; structured: only `break` of the innermost loop, in tail position */
  | { readonly kind: "exit"; readonly exit: Exit; readonly origin: Origin }
  /** raw: as written; structured: no finalizer, no exits but tail breaks; `caught` is in scope after the statement too. versioned: only around what may
      throw without saying so, inert: the body does that and assigns joins at its end, the handler notes what was thrown */
  | { readonly kind: "try"; readonly body: Block; readonly caught: Var | null; readonly handler: Block | null; readonly finalizer: Block | null; readonly origin: Origin }
  | { readonly kind: "throw"; readonly value: Expr; readonly origin: Origin }
  /** derivative code: pairs a reference with its companion by identity, where they cannot travel together */
  | { readonly kind: "pair"; readonly reference: Expr; readonly companion: Expr; readonly origin: Origin };

export type MutationName =
  | "push" | "pop" | "shift" | "unshift" | "splice" | "length" | "fill" | "reverse" | "sort" | "set" | "copyWithin" | "delete" | "clear";

/** Where a statement comes from; derivative statements keep the origin of the primal statement that they serve. */
export interface Origin {
  readonly span: Span;
  /** the user's comments that stand right before the statement, without indentation; only on the first statement of a source statement */
  readonly comments: readonly string[];
}

/** What a raw `exit` names: a loop, a labelled block, a switch. Compared by identity. */
export interface Target {
  readonly label: string;
}

export type Exit =
  | { readonly kind: "break"; readonly target: Target }
  | { readonly kind: "continue"; readonly target: Target }
  | { readonly kind: "return"; readonly value: Expr | null };

export type LoopHeader =
  /** raw: `for (; test; update) body`, `while`, `do … while` (`testFirst` false). `test` holds the value of the statements in `before`. */
  | { readonly kind: "general"; readonly target: Target; readonly before: Block; readonly test: Expr | null; readonly testFirst: boolean; readonly update: Block }
  /** structured: `for (let index = start; index < stop; index += step)`; start and stop are evaluated once, step is a nonzero constant;
      `index` is defined per iteration and never assigned; the body may break */
  | { readonly kind: "counted"; readonly index: Var; readonly start: Expr; readonly stop: Expr; readonly compare: "<" | "<=" | ">" | ">=" ; readonly step: number }
  /** structured: repeats until a tail `break` */
  | { readonly kind: "forever" }
  /** nested only: `while (test) body`, or `do body while (test)` (`testFirst` false) */
  | { readonly kind: "while"; readonly test: Expr; readonly testFirst: boolean };

/** What the user asked to be run again in reverse instead of being recorded: a call, which is a loop of one trip meanwhile, or the trips of a loop. */
export type Checkpoint =
  | { readonly kind: "call" }
  /** `slots`: how many states are kept; null where the runtime chooses */
  | { readonly kind: "loop"; readonly slots: number | null };

export type FuncId = string;

export type Callee =
  /** a function of the program whose body is known */
  | { readonly kind: "function"; readonly func: FuncId }
  /** a function value: a closure, a parameter, a derivative */
  | { readonly kind: "value"; readonly value: Expr; readonly method?: Method }
  /** a global, a method of an inert value, or an import without readable source: may have effects, carries no derivative.
      `name` as for ops: "console.log", ".test", "Date.now"; `cell` when it is imported */
  | { readonly kind: "external"; readonly name: string; readonly cell: Cell | null; /** known to do no more than that; `iterate`: steps an iterator of the compiler's own */ readonly does?: "compute" | "iterate"; /** its only argument is the array of what it is called with: `f(...args)` */ readonly spreads?: true }
  /** a function whose derivative the program gives (`customRule`) */
  | Ruled;

/** `jvp(primals, tangents)` gives value and tangent, `vjp(args, value, cotangent)` an entry per argument. What the three capture comes after that,
    and after the arguments of the primal: the last `captured` arguments of the call, of which the rule says nothing. */
export interface Ruled {
  readonly kind: "ruled";
  readonly name: string;
  readonly primal: FuncId;
  readonly jvp: FuncId | null;
  readonly vjp: FuncId | null;
  readonly captured: number;
}

/** a function that was read from an object and called at once: where it is the caller's, it receives the object as `this` */
export interface Method {
  readonly receiver: Expr;
  readonly name: string;
}

// ---------------------------------------------------------------------------------------------------- functions

export interface Param {
  readonly variable: Var;
  /** the name as written, for emission (a destructured parameter gets a made-up one) */
  readonly name: string;
  /** the declared type as source text, null where it was inferred */
  readonly typeText: string | null;
  readonly optional: boolean;
  readonly rest: boolean;
  /** of a number that is declared as one of a few: which. Nothing but the text depends on it */
  readonly literals?: Literals;
  /** has a default, at which it is differentiated where it is left out */
  readonly defaulted?: true;
  /** stands for an object around the function, while it is derived (transform/captures.ts) */
  readonly captured?: true;
  /** holds what a variable around the function held when it was called: nobody promises to leave it alone, as callers do with arguments */
  readonly enclosing?: true;
}

export interface Func {
  readonly id: FuncId;
  readonly name: string;
  readonly params: readonly Param[];
  readonly body: Block;
  /** structured and later: the value returned at the end, null if none; raw: null, returns are exits */
  readonly result: Expr | null;
  readonly resultType: Type;
  /** the declared result type as source text, null where it was inferred */
  readonly resultText: string | null;
  readonly origin: Origin;
}

/** All functions that a root reaches, closures excepted (they stand in the functions that make them). */
export interface Program {
  readonly functions: ReadonlyMap<FuncId, Func>;
}
