// How messages call operations and types.

/** an operation or external function as the user writes it */
export function spoken(name: string): string {
  if (name.startsWith(".")) return `\`${name.slice(1)}()\``;
  return /^[\w.]+$/.test(name) && !NAMED.has(name) ? `\`${name}()\`` : `\`${name}\``;
}

const NAMED: ReadonlySet<string> = new Set(["typeof", "in", "instanceof", "truthy", "isNullish", "template", "concat", "neg", "select"]);

/** a kind of type as the user would call it */
export const typeWord = (kind: string): string => TYPE_WORDS[kind] ?? kind;

const TYPE_WORDS: Readonly<Record<string, string>> = {
  real: "a number", boolean: "a boolean", string: "a string", bigint: "a bigint", void: "undefined", array: "an array", tuple: "a tuple",
  struct: "an object", map: "a map", function: "a function", opaque: "an object without numbers", nullable: "a value that may be missing",
  union: "a value of several types",
};
