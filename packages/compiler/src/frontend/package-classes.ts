// What types need to know of the classes of packages, whose declarations stand apart from their code.
import type { ClassNode } from "./classes.ts";

export interface PackageClasses {
  /** the class behind one that a package declares; the class itself where it is no package's, or its code cannot be had */
  readonly classBehind: (node: ClassNode) => ClassNode;
  /** is a property of a package's class one that its declaration does not tell of? */
  readonly isUndeclared: (node: ClassNode, name: string) => boolean;
}

export const NO_PACKAGES: PackageClasses = { classBehind: (x) => x, isUndeclared: () => false };
