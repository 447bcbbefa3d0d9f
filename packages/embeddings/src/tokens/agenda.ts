/**
 * A heap whose greatest is taken out first, with the swaps of the C++ standard library's `push_heap` and `pop_heap`: of what is
 * equally great the one is taken that sentencepiece takes.
 */
export class Agenda<T> {
  private readonly held: T[] = [];
  private readonly isLess: (a: T, b: T) => boolean;

  constructor(isLess: (a: T, b: T) => boolean) {
    this.isLess = isLess;
  }

  get size(): number {
    return this.held.length;
  }

  push(value: T): void {
    this.held.push(value);
    this.rise(this.held.length - 1, value);
  }

  pop(): T | undefined {
    const last = this.held.pop();
    const top = this.held[0];
    if (last === undefined || top === undefined) return last;
    // The hole of the greatest sinks to the bottom, and what was last rises from there.
    const count = this.held.length;
    let hole = 0;
    for (let child = 2; child < count; child = 2 * hole + 2) {
      const [right, left] = [this.held[child] as T, this.held[child - 1] as T];
      if (this.isLess(right, left)) child--;
      this.held[hole] = this.held[child] as T;
      hole = child;
    }
    if (2 * hole + 2 === count) {
      this.held[hole] = this.held[count - 1] as T;
      hole = count - 1;
    }
    this.rise(hole, last);
    return top;
  }

  private rise(from: number, value: T): void {
    let hole = from;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      const above = this.held[parent] as T;
      if (!this.isLess(above, value)) break;
      this.held[hole] = above;
      hole = parent;
    }
    this.held[hole] = value;
  }
}
