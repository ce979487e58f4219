// What the printers of one function share: names, types, options, and what the text turns out to refer to.
import type { Cell, FuncId, StructType, Type, Var } from "../ir/ir.ts";
import type { Buffers } from "./buffers.ts";
import type { Doc } from "./layout.ts";
import type { Names } from "./names.ts";
import type { Uses } from "../ir/uses.ts";
import type { Narrowing } from "./narrowing.ts";
import type { TypePrinter } from "./types.ts";
import type { Typing } from "./typing.ts";

export interface EmitContext {
  readonly names: Names;
  readonly types: TypePrinter;
  readonly typing: Typing;
  readonly buffers: Buffers;
  /** what is known at the point that is being printed */
  readonly narrowing: Narrowing;
  readonly language: "ts" | "js";
  /** elements read as values get a `!`, for noUncheckedIndexedAccess */
  readonly uncheckedIndex: boolean;
  /** what is stored to an optional property is never undefined, for exactOptionalPropertyTypes */
  readonly exactOptional: boolean;
  readonly assigned: ReadonlySet<Var>;
  readonly read: ReadonlySet<Var>;
  readonly functionName: (id: FuncId) => string;
  /** the types of a function's parameters; none where they are not known */
  readonly parametersOf: (id: FuncId) => readonly Type[];
  readonly cellName: (cell: Cell) => string;
  /** the name of an enumeration; null where it is not in reach */
  readonly enumName: (cell: Cell) => string | null;
  /** the class of an object type, as a variable of its module; null where it cannot be named */
  readonly classOf: (type: StructType) => Cell | null;
  /** calls whose results stand in the next statement, and nowhere else */
  readonly inlined: Map<Var, Doc>;
  /** how often variables are read; many times inside closures */
  readonly uses: Uses;
  /** filled while printing */
  readonly found: Found;
  /** comments that stand in the text already */
  readonly commented: Set<readonly string[]>;
}

export interface Found {
  readonly runtime: Set<string>;
  readonly cells: Set<Cell>;
  readonly functions: Set<FuncId>;
  readonly types: Set<StructType>;
}
