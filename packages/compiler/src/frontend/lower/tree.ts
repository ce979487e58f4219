// Walks over syntax trees without recursion: a sum of thousands of terms is a tree of that depth.
import { ts } from "ts-morph";

/** visits a node and all under it in the order of the text; what `enter` answers false for is not entered */
export function eachNode(root: ts.Node, enter: (node: ts.Node) => boolean | void): void {
  const open: ts.Node[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (enter(node) === false) continue;
    const children: ts.Node[] = [];
    ts.forEachChild(node, (x) => { children.push(x); });
    open.push(...children.reverse());
  }
}

/** the first answer for a node under (or at) a root, in the order of the text */
export function findUnder<T>(root: ts.Node, answer: (node: ts.Node) => T | null): T | null {
  let found: T | null = null;
  eachNode(root, (node) => {
    if (found !== null) return false;
    found = answer(node);
    return found === null;
  });
  return found;
}

export const isUnder = (root: ts.Node, test: (node: ts.Node) => boolean): boolean => findUnder(root, (x) => (test(x) ? true : null)) ?? false;
