// Maps and sets for walks over branches: what a branch changes is taken back when the walk leaves it, at a cost of what was changed.
// Copying the whole map at each branch instead makes every pass quadratic in the length of a function.

export class ScopedMap<K, V> {
  readonly #values = new Map<K, V>();
  readonly #log: { readonly key: K; readonly had: boolean; readonly value: V | undefined }[] = [];
  #isMarked = false;

  get(key: K): V | undefined {
    return this.#values.get(key);
  }

  has(key: K): boolean {
    return this.#values.has(key);
  }

  set(key: K, value: V): void {
    this.#note(key);
    this.#values.set(key, value);
  }

  delete(key: K): void {
    if (!this.#values.has(key)) return;
    this.#note(key);
    this.#values.delete(key);
  }

  /** a point that `undo` comes back to */
  mark(): number {
    this.#isMarked = true;
    return this.#log.length;
  }

  undo(mark: number): void {
    while (this.#log.length > mark) {
      const { key, had, value } = this.#log.pop()!;
      if (had) this.#values.set(key, value as V);
      else this.#values.delete(key);
    }
  }

  /** nothing comes back to what was before the first mark */
  #note(key: K): void {
    if (this.#isMarked) this.#log.push({ key, had: this.#values.has(key), value: this.#values.get(key) });
  }
}

/** What is live, for walks against the order of the text. `changed` hears of every change, those taken back included. */
export class LiveSet<K> {
  readonly #live = new Set<K>();
  readonly #log: { readonly key: K; readonly wasLive: boolean }[] = [];
  readonly #changed: (key: K, isLive: boolean) => void;
  #isMarked = false;

  constructor(changed: (key: K, isLive: boolean) => void = () => undefined) {
    this.#changed = changed;
  }

  has(key: K): boolean {
    return this.#live.has(key);
  }

  keys(): ReadonlySet<K> {
    return this.#live;
  }

  add(key: K): void {
    if (this.#live.has(key)) return;
    this.#note(key, false);
    this.#put(key, true);
  }

  delete(key: K): void {
    if (!this.#live.has(key)) return;
    this.#note(key, true);
    this.#put(key, false);
  }

  /** from now on these and no others */
  become(keys: ReadonlySet<K>): void {
    for (const key of this.#live) if (!keys.has(key)) this.delete(key);
    for (const key of keys) this.add(key);
  }

  mark(): number {
    this.#isMarked = true;
    return this.#log.length;
  }

  undo(mark: number): void {
    while (this.#log.length > mark) {
      const { key, wasLive } = this.#log.pop()!;
      this.#put(key, wasLive);
    }
  }

  /** what became live since the mark and still is */
  addedSince(mark: number): readonly K[] {
    return [...this.#before(mark)].flatMap(([key, wasLive]) => (!wasLive && this.#live.has(key) ? [key] : []));
  }

  /** what is live before either of two branches, each walked from the same end */
  either(first: () => void, second: () => void): void {
    const mark = this.mark();
    first();
    const changed = new Map([...this.#before(mark).keys()].map((key) => [key, this.#live.has(key)]));
    this.undo(mark);
    second();
    for (const [key, wasLive] of this.#before(mark)) if (wasLive && !this.#live.has(key) && !changed.has(key)) this.add(key);
    for (const [key, isLive] of changed) if (isLive) this.add(key);
  }

  /** the state at the mark of what changed since */
  #before(mark: number): Map<K, boolean> {
    const found = new Map<K, boolean>();
    for (let i = mark; i < this.#log.length; i++) {
      const { key, wasLive } = this.#log[i]!;
      if (!found.has(key)) found.set(key, wasLive);
    }
    return found;
  }

  #note(key: K, wasLive: boolean): void {
    if (this.#isMarked) this.#log.push({ key, wasLive });
  }

  #put(key: K, isLive: boolean): void {
    if (isLive) this.#live.add(key);
    else this.#live.delete(key);
    this.#changed(key, isLive);
  }
}
