/** Writes pickles of protocol 4 (PEP 3154) of what Python's `pickle` reads: texts, whole numbers, lists, dicts, objects, arrays. */
export class PickleWriter {
  private bytes = new Uint8Array(1 << 16);
  private filled = 0;
  private places = 0;

  constructor() {
    this.put(0x80, 4);
  }

  /** An object of a class, with attributes that `attributes` writes: names and values. */
  object(module: string, name: string, attributes: () => void): this {
    this.global(module, name).put(0x29, 0x81); // EMPTY_TUPLE NEWOBJ
    return this.dict(attributes).put(0x62); // BUILD
  }

  /** A dict, of keys and values that `entries` writes. */
  dict(entries: () => void): this {
    this.put(0x7d, 0x28);
    entries();
    return this.put(0x75);
  }

  /** A list, of what `write` writes of each. @returns what it gave */
  list<T, R>(values: readonly T[], write: (value: T) => R): R[] {
    this.put(0x5d, 0x28);
    const given = values.map(write);
    this.put(0x65);
    return given;
  }

  text(value: string): this {
    const bytes = new TextEncoder().encode(value);
    return this.put(0x58).u32(bytes.length).raw(bytes);
  }

  /** A text that can be recalled. @returns its place */
  remembered(value: string): number {
    this.text(value).put(0x72).u32(this.places);
    return this.places++;
  }

  recalled(place: number): this {
    return this.put(0x6a).u32(place);
  }

  /** A whole number below 2³¹. */
  whole(value: number): this {
    return this.put(0x4a).u32(value);
  }

  none(): this {
    return this.put(0x4e);
  }

  /** Whole numbers as an array of NumPy's, i8: in the way that both NumPy 1 and 2 read. */
  array(values: ArrayLike<number>): this {
    this.global("numpy.core.multiarray", "_reconstruct").global("numpy", "ndarray");
    this.whole(0).put(0x85); // (0,)
    this.put(0x43, 1, 0x62, 0x87, 0x52); // b"b", a tuple of the three, REDUCE
    this.put(0x28).whole(1).whole(values.length).put(0x85);
    this.global("numpy", "dtype").text("i8").put(0x89, 0x88, 0x87, 0x52);
    this.put(0x28).whole(3).text("<").none().none().none().whole(-1).whole(-1).whole(0).put(0x74, 0x62);
    const bytes = new Uint8Array(8 * values.length);
    const view = new DataView(bytes.buffer);
    for (let at = 0; at < values.length; at++) view.setBigInt64(8 * at, BigInt(values[at] ?? 0), true);
    return this.put(0x89, 0x42).u32(bytes.length).raw(bytes).put(0x74, 0x62);
  }

  finish(): Uint8Array<ArrayBuffer> {
    this.put(0x2e);
    return this.bytes.slice(0, this.filled);
  }

  private global(module: string, name: string): this {
    return this.put(0x63).raw(new TextEncoder().encode(`${module}\n${name}\n`));
  }

  private u32(value: number): this {
    return this.put(value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, (value >>> 24) & 0xff);
  }

  private put(...bytes: readonly number[]): this {
    return this.raw(bytes);
  }

  private raw(bytes: ArrayLike<number>): this {
    if (this.filled + bytes.length > this.bytes.length) {
      const larger = new Uint8Array(Math.max(2 * this.bytes.length, this.filled + bytes.length));
      larger.set(this.bytes);
      this.bytes = larger;
    }
    this.bytes.set(bytes, this.filled);
    this.filled += bytes.length;
    return this;
  }
}
