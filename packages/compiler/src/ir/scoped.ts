// Maps and sets for walks over branches: what a branch changes is taken back when the walk leaves it, at a cost of what was changed.
// Copying the whole map at each branch instead makes every pass quadratic in the length of a function.

/** The changes since the first mark, latest last: nobody comes back to what was before it, so those are not kept. */
export class Trail<T> {
  readonly #changes: T[] = [];
  #isKept = false;

  /** a point that `undo` comes back to */
  mark(): number {
    this.#isKept = true;
    return this.#changes.length;
  }

  note(change: () => T): void {
    if (this.#isKept) this.#changes.push(change());
  }

  undo(mark: number, takeBack: (change: T) => void): void {
    while (this.#changes.length > mark) takeBack(this.#changes.pop()!);
  }

  since(mark: number): readonly T[] {
    return this.#changes.slice(mark);
  }
}

export class ScopedMap<K, V> {
  readonly #values = new Map<K, V>();
  readonly #trail = new Trail<{ readonly key: K; readonly had: boolean; readonly value: V | undefined }>();

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
    return this.#trail.mark();
  }

  undo(mark: number): void {
    this.#trail.undo(mark, ({ key, had, value }) => {
      if (had) this.#values.set(key, value as V);
      else this.#values.delete(key);
    });
  }

  #note(key: K): void {
    this.#trail.note(() => ({ key, had: this.#values.has(key), value: this.#values.get(key) }));
  }
}

/** What is live, for walks against the order of the text. `changed` hears of every change, those taken back included. */
export class LiveSet<K> {
  readonly #live = new Set<K>();
  readonly #trail = new Trail<{ readonly key: K; readonly wasLive: boolean }>();
  readonly #changed: (key: K, isLive: boolean) => void;

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
    this.#trail.note(() => ({ key, wasLive: false }));
    this.#put(key, true);
  }

  delete(key: K): void {
    if (!this.#live.has(key)) return;
    this.#trail.note(() => ({ key, wasLive: true }));
    this.#put(key, false);
  }

  /** from now on these and no others */
  become(keys: ReadonlySet<K>): void {
    for (const key of this.#live) if (!keys.has(key)) this.delete(key);
    for (const key of keys) this.add(key);
  }

  mark(): number {
    return this.#trail.mark();
  }

  undo(mark: number): void {
    this.#trail.undo(mark, ({ key, wasLive }) => { this.#put(key, wasLive); });
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
    for (const { key, wasLive } of this.#trail.since(mark)) if (!found.has(key)) found.set(key, wasLive);
    return found;
  }

  #put(key: K, isLive: boolean): void {
    if (isLive) this.#live.add(key);
    else this.#live.delete(key);
    this.#changed(key, isLive);
  }
}
