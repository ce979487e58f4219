// The order into which `sort` would put an array, as positions, without moving anything: elements and their derivatives are moved
// by it afterwards. The engine's own sort runs over the positions with the same comparisons, so its order comes out to the last tie.

type Compare<T> = (a: T, b: T) => number;

/** numbers in a typed array: NaN last, -0 before 0 */
function compareNumbers(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  if (a === b) return a === 0 ? Number(Object.is(b, -0)) - Number(Object.is(a, -0)) : 0;
  return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
}

/**
 * `order[k]` is the position of the element that comes to position k. Without a comparator typed arrays sort by number and arrays
 * by text; undefined goes last, what is not there behind it. The array itself stays as it is.
 */
export function sortOrder<T>(array: ArrayLike<T>, compare?: Compare<T>): Uint32Array {
  const defined: number[] = [];
  const missing: number[] = [];
  const holes: number[] = [];
  for (let i = 0; i < array.length; i++) (array[i] !== undefined ? defined : i in array ? missing : holes).push(i);
  if (compare !== undefined) defined.sort((i, j) => compare(array[i]!, array[j]!));
  else if (ArrayBuffer.isView(array)) defined.sort((i, j) => compareNumbers(array[i] as number, array[j] as number));
  else {
    const texts = Array.from(array, String);
    defined.sort((i, j) => (texts[i]! < texts[j]! ? -1 : Number(texts[i]! > texts[j]!)));
  }
  return Uint32Array.from([...defined, ...missing, ...holes]);
}
