/** Strings of code points, found by walking: nodes are numbers, and the steps between them are in one open-addressed table. */
export class Trie {
  private steps: Int32Array;
  private mask: number;
  private used = 0;
  private ids: Int32Array = new Int32Array(1024).fill(-1);
  private nodes = 1;

  /** @param pieces strings; the id of one is its place. @param takes which of them are there; all if absent */
  constructor(pieces: Iterable<string>, takes: (id: number) => boolean = () => true) {
    this.mask = 4095;
    this.steps = new Int32Array(3 * 4096).fill(-1);
    let id = 0;
    for (const piece of pieces) {
      if (takes(id)) this.add(piece, id);
      id++;
    }
  }

  /** Where one comes to from a node (0 is the root) by a code point; −1 if nowhere. */
  step(node: number, point: number): number {
    const { steps, mask } = this;
    for (let slot = hash(node, point) & mask; ; slot = (slot + 1) & mask) {
      const from = steps[3 * slot] ?? -1;
      if (from === -1) return -1;
      if (from === node && steps[3 * slot + 1] === point) return steps[3 * slot + 2] ?? -1;
    }
  }

  /** The id of the string that ends at a node; −1 if none does. */
  id(node: number): number {
    return this.ids[node] ?? -1;
  }

  private add(piece: string, id: number): void {
    let node = 0;
    for (let i = 0; i < piece.length; i++) {
      const point = piece.codePointAt(i) ?? 0;
      if (point > 0xffff) i++;
      let next = this.step(node, point);
      if (next === -1) {
        next = this.nodes++;
        this.put(node, point, next);
      }
      node = next;
    }
    if (node >= this.ids.length) {
      const larger = new Int32Array(Math.max(2 * this.ids.length, node + 1)).fill(-1);
      larger.set(this.ids);
      this.ids = larger;
    }
    this.ids[node] = id;
  }

  private put(node: number, point: number, next: number): void {
    if (2 * ++this.used > this.mask) this.grow();
    this.place(node, point, next);
  }

  private place(node: number, point: number, next: number): void {
    const { steps, mask } = this;
    let slot = hash(node, point) & mask;
    while (steps[3 * slot] !== -1) slot = (slot + 1) & mask;
    steps[3 * slot] = node;
    steps[3 * slot + 1] = point;
    steps[3 * slot + 2] = next;
  }

  private grow(): void {
    const old = this.steps;
    this.mask = 2 * this.mask + 1;
    this.steps = new Int32Array(3 * (this.mask + 1)).fill(-1);
    for (let i = 0; i < old.length; i += 3) {
      if (old[i] !== -1) this.place(old[i] ?? 0, old[i + 1] ?? 0, old[i + 2] ?? 0);
    }
  }
}

function hash(node: number, point: number): number {
  let mixed = Math.imul(node, 0x9e3779b1) ^ Math.imul(point, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}
