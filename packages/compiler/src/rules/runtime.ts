// The functions of the runtime that derivative code calls for their effects, as far as analyses and both modes ask.
import type { Stmt, Type } from "../ir/ir.ts";
import { isConst, REAL } from "../ir/build.ts";

/** the second argument is added into the first, structure into structure */
export const ADDING: ReadonlySet<string> = new Set(["cotangent:addInto", "cotangent:addToSkeleton"]);

/** linear in the numbers that they touch: the tangent is the same call on tangents, and so is the adjoint of those that clear */
export const CLEARING: ReadonlySet<string> = new Set(["cotangent:clear", "cotangent:clearSkeleton"]);

/** the same on sets */
export const UNITING: ReadonlyMap<string, string> = new Map([["cotangent:addInto", "cotangent:uniteInto"], ["cotangent:addToSkeleton", "cotangent:uniteIntoSkeleton"]]);

/** makes places in the first argument that hold zero; the tangent is the same call on the tangent of that argument */
export const ENTERING = "cotangent:enterZeros";

export const isLinearCall = (name: string): boolean => ADDING.has(name) || CLEARING.has(name) || name === ENTERING;

export const isRuntimeCall = (name: string): boolean => name.startsWith("cotangent:");

/** what these hand back holds what they were given, to analyses */
export const HOLDING: ReadonlySet<string> = new Set(["copyOf", "skeletonOf", "readSkeleton", "snapshot"]);

/** only looks at what it is given */
export const isRequirement = (name: string): boolean => name.startsWith("cotangent:require");

export const ADD_ENTRY = "cotangent:addEntry";

export const RESTART_ROW = "cotangent:restartRow";

/** what functions of the runtime take, where compiled code would say it less strictly; null where anything goes */
const PARAMETERS: ReadonlyMap<string, readonly (Type | null)[]> = new Map([[ADD_ENTRY, [null, REAL, REAL, REAL]]]);

export const runtimeParameters = (name: string): readonly (Type | null)[] => PARAMETERS.get(name) ?? [];

/** what puts numbers into a sparse matrix */
export const COLLECTING: ReadonlySet<string> = new Set([ADD_ENTRY, "cotangent:collect"]);

/** an entry of a sparse matrix that is zero whatever the input is none */
export const isZeroEntry = (s: Stmt & { readonly kind: "call" }): boolean => s.callee.kind === "external" && s.callee.name === ADD_ENTRY && s.args[3] !== undefined && isConst(s.args[3], 0);
