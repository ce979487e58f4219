// Groups of rows or columns that one product tells apart.
//   rows or columns of a Jacobian: sequential distance-2 coloring, largest first (Curtis, Powell and Reid 1974; Welsh and Powell 1967)
//   columns of a Hessian: sequential star coloring (Coleman and More 1984; Gebremedhin, Tarafdar, Manne and Pothen, New acyclic and star coloring
//   algorithms, SIAM J. Sci. Comput. 29(3), 2007, algorithm 4.1)

import { sorted } from "./matrix.ts";

/** Lists by number: those of list `i` stand from `starts[i]` to `starts[i + 1]`. */
export interface Lists {
  readonly starts: Int32Array;
  readonly items: Int32Array;
}

/** The other way round: which lists an item is in, ascending. */
export function transposed({ starts, items }: Lists, count: number): Lists {
  const next = new Int32Array(count + 1);
  for (const item of items) next[item + 1]!++;
  for (let i = 0; i < count; i++) next[i + 1]! += next[i]!;
  const made = { starts: next.slice(), items: new Int32Array(items.length) };
  for (let list = 0; list + 1 < starts.length; list++) for (let k = starts[list]!; k < starts[list + 1]!; k++) made.items[next[items[k]!]!++] = list;
  return made;
}

/** the length of the longest list: no coloring of the items takes fewer colors */
export function longest({ starts }: Lists): number {
  let most = 0;
  for (let i = 0; i + 1 < starts.length; i++) most = Math.max(most, starts[i + 1]! - starts[i]!);
  return most;
}

/** the smallest color that is not marked with `mark` */
function smallestFree(forbidden: Int32Array, mark: number): number {
  let color = 0;
  while (forbidden[color] === mark) color++;
  return color;
}

/** A color for each list, such that no two lists with an item in common have the same. */
export function colorLists(lists: Lists, byItem: Lists): Int32Array {
  const count = lists.starts.length - 1;
  const colors = new Int32Array(count).fill(-1);
  const forbidden = new Int32Array(count + 1).fill(-1);
  const most = longest(lists);
  const missing = Int32Array.from({ length: count }, (_, i) => most - lists.starts[i + 1]! + lists.starts[i]!);
  for (const list of sorted(Int32Array.from({ length: count }, (_, i) => i), missing, most + 1)) {
    for (let k = lists.starts[list]!; k < lists.starts[list + 1]!; k++) {
      const item = lists.items[k]!;
      for (let j = byItem.starts[item]!; j < byItem.starts[item + 1]!; j++) {
        const color = colors[byItem.items[j]!]!;
        if (color >= 0) forbidden[color] = list;
      }
    }
    colors[list] = smallestFree(forbidden, list);
  }
  return colors;
}

/** A color for each vertex of a symmetric pattern: neighbors differ, and no path over four vertices has two colors. */
export function starColoring({ starts, items }: Lists): Int32Array {
  const count = starts.length - 1;
  const colors = new Int32Array(count).fill(-1);
  const forbidden = new Int32Array(count + 1).fill(-1);
  const each = (v: number, visit: (w: number) => void): void => {
    for (let k = starts[v]!; k < starts[v + 1]!; k++) if (items[k] !== v) visit(items[k]!);
  };
  for (let v = 0; v < count; v++) {
    each(v, (w) => {
      const own = colors[w]!;
      if (own >= 0) forbidden[own] = v;
      each(w, (x) => {
        const second = colors[x]!;
        if (x === v || second < 0) return;
        // over an uncolored vertex, or where the path could go on in two colors
        if (own < 0) forbidden[second] = v;
        else each(x, (y) => { if (y !== w && colors[y] === own) forbidden[second] = v; });
      });
    });
    colors[v] = smallestFree(forbidden, v);
  }
  return colors;
}
