// A growable stack of doubles: compiled code pushes what its reverse sweep needs and cannot know the number of beforehand.
// Read by index through `data`, below `length`. Nothing but `push` changes a tape, so a reverse sweep may run any number of times.

const SMALLEST = 16;

export class Tape {
  /** the values; longer than `length`, and another array after a push that had no room */
  data: Float64Array;
  length: number;

  constructor(capacity: number = SMALLEST) {
    this.data = new Float64Array(Math.max(capacity, SMALLEST));
    this.length = 0;
  }

  push(value: number): void {
    if (this.length === this.data.length) {
      const larger = new Float64Array(2 * this.length);
      larger.set(this.data);
      this.data = larger;
    }
    this.data[this.length++] = value;
  }
}
