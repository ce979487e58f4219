// What the makers of random statements share: a statement with the scope that follows it, and where names and chance come from.
import type { Random } from "../harness/random.ts";
import type { Block, Expression, Statement } from "./program.ts";
import type { Scope } from "./scope.ts";

/** A statement, and the scope of those that follow it. */
export interface Step {
  readonly statement: Statement;
  readonly scope: Scope;
}

export type Maker = () => Step;

/** Fresh names within one program. */
export type Names = (prefix: string) => string;

export interface Context {
  readonly random: Random;
  readonly names: Names;
}

/** A block inside of a statement, over the scope around it with these changes; by default one level deeper. */
export type InnerBlock = (extra: Partial<Scope>, nesting?: number) => Block;

export const simple = (text: string, holes: readonly Expression[] = [], probed?: string): Statement =>
  (probed === undefined ? { text, holes, blocks: [] } : { text, probed, holes, blocks: [] });

export const nested = (text: string, holes: readonly Expression[], blocks: readonly Block[], probed?: string): Statement =>
  (probed === undefined ? { text, holes, blocks } : { text, probed, holes, blocks });
