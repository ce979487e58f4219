// The functions of the runtime that derivative code calls for their effects, as far as analyses and both modes ask.

/** the second argument is added into the first, structure into structure */
export const ADDING: ReadonlySet<string> = new Set(["cotangent:addInto", "cotangent:addToSkeleton"]);

/** linear in the numbers that they touch: the tangent is the same call on tangents, and so is the adjoint of those that clear */
export const CLEARING: ReadonlySet<string> = new Set(["cotangent:clear", "cotangent:clearSkeleton"]);

export const isLinearCall = (name: string): boolean => ADDING.has(name) || CLEARING.has(name);
