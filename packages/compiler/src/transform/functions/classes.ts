// Classes of places that hold the same function values (Steensgaard 1996): variables, elements and fields that values move
// between are one class, so that they can have one representation. Only places whose type holds functions have a class.
import type { Origin, Type } from "../../ir/ir.ts";

/** the key of all elements of an array or tuple; fields use their names */
export const ELEMENTS = "[]";

interface Content<A> {
  readonly alternatives: Set<A>;
  /** the type under which functions come in that are not known here: the caller's, a module's */
  unknown: Type | null;
  /** it is read where nothing may stand: beyond the end of an array */
  absent: boolean;
  /** the place belongs to somebody else, so what stands in it stays as it is */
  foreign: boolean;
  /** where its values are handed to code that is not known */
  escapes: Origin | null;
  readonly parts: Map<string, Class<A>>;
}

export class Class<A> {
  #parent: Class<A> | null = null;
  #content: Content<A> = { alternatives: new Set(), unknown: null, absent: false, foreign: false, escapes: null, parts: new Map() };

  get root(): Class<A> {
    if (this.#parent === null) return this;
    this.#parent = this.#parent.root;
    return this.#parent;
  }

  get content(): Readonly<Content<A>> {
    return this.root.#content;
  }

  /** is nothing known to stand in it, or to be asked of it? */
  get isEmpty(): boolean {
    const { alternatives, unknown, foreign, parts } = this.content;
    return alternatives.size === 0 && unknown === null && !foreign && parts.size === 0;
  }

  /** the class of the elements, or of a field; where elements are asked for by name as well as by a key, any may be any */
  part(key: string): Class<A> {
    const { parts } = this.content;
    const known = parts.get(ELEMENTS) ?? parts.get(key);
    if (known) return known.root;
    const made = new Class<A>();
    parts.set(key, made);
    return made;
  }

  /** each of these answers whether anything changed */
  unify(other: Class<A>): boolean {
    const [a, b] = [this.root, other.root];
    if (a === b) return false;
    b.#parent = a;
    const from = b.#content;
    for (const x of from.alternatives) a.#content.alternatives.add(x);
    a.#content.unknown ??= from.unknown;
    a.#content.absent ||= from.absent;
    a.#content.foreign ||= from.foreign;
    a.#content.escapes ??= from.escapes;
    for (const [key, part] of from.parts) {
      const mine = a.#content.parts.get(key);
      if (mine) mine.unify(part);
      else a.#content.parts.set(key, part);
    }
    if (a.#content.parts.has(ELEMENTS)) a.open();
    return true;
  }

  /** a key that is computed may name any field: all parts become one */
  open(): boolean {
    const { parts } = this.content;
    const named = [...parts].filter(([key]) => key !== ELEMENTS);
    if (named.length === 0 && parts.has(ELEMENTS)) return false;
    const elements = parts.get(ELEMENTS) ?? new Class<A>();
    parts.set(ELEMENTS, elements);
    for (const [key, part] of named) {
      parts.delete(key);
      elements.unify(part);
    }
    return true;
  }

  add(alternative: A): boolean {
    const { alternatives } = this.content;
    if (alternatives.has(alternative)) return false;
    alternatives.add(alternative);
    return true;
  }

  /** functions of this type come in from outside */
  admit(type: Type): boolean {
    const content = this.root.#content;
    if (content.unknown !== null) return false;
    content.unknown = type.kind === "nullable" ? type.inner : type;
    return true;
  }

  mayMiss(): boolean {
    const content = this.root.#content;
    if (content.absent) return false;
    content.absent = true;
    return true;
  }

  leaveAsIs(): boolean {
    const content = this.root.#content;
    if (content.foreign) return false;
    content.foreign = true;
    return true;
  }

  escape(origin: Origin): boolean {
    const content = this.root.#content;
    if (content.escapes !== null) return false;
    content.escapes = origin;
    return true;
  }
}
