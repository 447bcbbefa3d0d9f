import { expect, test } from "vitest";
import { batchMatMul, oneOperatorTflite, operators } from "./tflite-model.ts";

/** A table of a flatbuffer, read by the numbers of its fields: its first word leads back to where they are listed. */
class Table {
  readonly #bytes: DataView;
  readonly #place: number;
  constructor(bytes: DataView, place: number) {
    this.#bytes = bytes;
    this.#place = place;
  }

  int(field: number): number {
    return this.#word(this.#at(field));
  }

  byte(field: number): number {
    return this.#bytes.getInt8(this.#at(field));
  }

  /** Offset of the first element, and how many there are. */
  list(field: number): { readonly start: number; readonly length: number } {
    const place = this.#follow(this.#at(field));
    return { start: place + 4, length: this.#word(place) };
  }

  ints(field: number): readonly number[] {
    const { start, length } = this.list(field);
    return Array.from({ length }, (_, i) => this.#word(start + 4 * i));
  }

  table(field: number, index: number): Table {
    return new Table(this.#bytes, this.#follow(this.list(field).start + 4 * index));
  }

  #at(field: number): number {
    const fields = this.#place - this.#word(this.#place);
    return this.#place + this.#bytes.getUint16(fields + 4 + 2 * field, true);
  }

  #follow(place: number): number {
    return place + this.#word(place);
  }

  #word(place: number): number {
    return this.#bytes.getInt32(place, true);
  }
}

function open(model: Uint8Array): Table {
  const bytes = new DataView(model.buffer, model.byteOffset, model.byteLength);
  return new Table(bytes, bytes.getInt32(0, true));
}

test("constants are aligned parts of the model, and what is given is not", () => {
  const weight = { shape: [1, 3], values: Float32Array.of(1, 2, 3) };
  const model = oneOperatorTflite(operators.fullyConnected, [{ shape: [2, 3] }, weight], { shape: [2, 1] });
  const root = open(model);
  expect(new TextDecoder().decode(model.subarray(4, 8))).toBe("TFL3");
  expect(root.int(0)).toBe(3);
  expect(root.table(1, 0).int(3)).toBe(9);
  const graph = root.table(2, 0);
  expect([graph.list(0).length, graph.ints(1), graph.ints(2)]).toEqual([3, [0], [2]]);
  expect([0, 1, 2].map((i) => graph.table(0, i).int(2))).toEqual([0, 1, 0]);
  const { start, length } = root.table(4, 1).list(0);
  expect(start % 16).toBe(0);
  expect(new Float32Array(model.slice(start, start + length).buffer)).toEqual(weight.values);
});

test("an operator is named by its code, in the old place and the new, and has its options", () => {
  const model = oneOperatorTflite(batchMatMul(true, false), [{ shape: [3, 2] }, { shape: [3, 1] }], { shape: [2, 1] });
  const code = open(model).table(1, 0);
  expect([code.byte(0), code.int(3)]).toEqual([126, 126]);
  expect(open(model).table(2, 0).table(3, 0).byte(3)).toBe(101);
});
