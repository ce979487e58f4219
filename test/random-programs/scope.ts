// What random code can refer to at a point: variables by kind, with what is known of their lengths, and where it stands.

export interface ArrayVariable {
  readonly name: string;
  /** at least so many elements, now and later */
  readonly length: number;
  /** whether `push` exists */
  readonly grows: boolean;
}

export interface HelperSignature {
  readonly name: string;
  /** kinds of the parameters */
  readonly parameters: readonly ("number" | "array")[];
  readonly result: "number" | "array" | "void";
}

export interface Scope {
  readonly scalars: readonly string[];
  /** scalars that may be assigned */
  readonly mutable: readonly string[];
  readonly arrays: readonly ArrayVariable[];
  /** rows of at least two elements, at least two rows */
  readonly matrices: readonly string[];
  /** objects { x: number; y: number } */
  readonly points: readonly string[];
  /** instances of the classes that every program may declare; points besides */
  readonly bodies: readonly string[];
  /** of type Map<string, number>, with the keys "a" and "b" */
  readonly maps: readonly string[];
  /** of type Record<string, number>, with the keys "a" and "b" */
  readonly records: readonly string[];
  /** variables that hold a function of one number */
  readonly functions: readonly string[];
  /** arrays of two functions of one number */
  readonly tables: readonly string[];
  /** objects of a type that is one of two */
  readonly shapes: readonly string[];
  /** numbers that may be absent */
  readonly absent: readonly string[];
  /** functions of the module that give a number for two */
  readonly library: readonly string[];
  /** generators of the module, of an array and a number */
  readonly generators: readonly string[];
  /** counters, with the array whose indices they run through where there is one */
  readonly counters: readonly { readonly name: string; readonly array: string | null }[];
  readonly helpers: readonly HelperSignature[];
  readonly inLoop: boolean;
  /** inside a loop whose end depends on a length, where nothing may grow */
  readonly lengthsFixed: boolean;
  /** what an early return must be; null where it is not allowed */
  readonly returns: "number" | null;
}

export const EMPTY: Scope = {
  scalars: [], mutable: [], arrays: [], matrices: [], points: [], bodies: [], maps: [], records: [], functions: [], tables: [], shapes: [], absent: [], library: [], generators: [], counters: [], helpers: [], inLoop: false, lengthsFixed: false, returns: null,
};
