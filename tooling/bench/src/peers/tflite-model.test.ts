import { ByteBuffer } from "flatbuffers";
import { expect, test } from "vitest";
import { batchMatMul, oneOperatorTflite, operators } from "./tflite-model.ts";

/** A table of the model, by the numbers of its fields. */
class Table {
  readonly #bytes: ByteBuffer;
  readonly #place: number;
  constructor(bytes: ByteBuffer, place: number) {
    this.#bytes = bytes;
    this.#place = place;
  }

  at(field: number): number {
    return this.#place + this.#bytes.__offset(this.#place, 4 + 2 * field);
  }

  int(field: number): number {
    return this.#bytes.readInt32(this.at(field));
  }

  list(field: number): { readonly start: number; readonly length: number } {
    const place = this.at(field);
    return { start: this.#bytes.__vector(place), length: this.#bytes.__vector_len(place) };
  }

  table(field: number, index: number): Table {
    return new Table(this.#bytes, this.#bytes.__indirect(this.list(field).start + 4 * index));
  }
}

function open(model: Uint8Array): { readonly root: Table; readonly bytes: ByteBuffer } {
  const bytes = new ByteBuffer(model);
  return { root: new Table(bytes, bytes.readInt32(0)), bytes };
}

test("constants are aligned parts of the model, and what is given is not", () => {
  const weight = { shape: [1, 3], values: Float32Array.of(1, 2, 3) };
  const model = oneOperatorTflite(operators.fullyConnected, [{ shape: [2, 3] }, weight], { shape: [2, 1] });
  const { root, bytes } = open(model);
  expect(new TextDecoder().decode(model.subarray(4, 8))).toBe("TFL3");
  expect(root.int(0)).toBe(3);
  expect(root.table(1, 0).int(3)).toBe(9);
  const graph = root.table(2, 0);
  expect(graph.list(0).length).toBe(3);
  expect([graph.list(1).length, bytes.readInt32(graph.list(1).start)]).toEqual([1, 0]);
  expect([graph.list(2).length, bytes.readInt32(graph.list(2).start)]).toEqual([1, 2]);
  expect([0, 1, 2].map((i) => graph.table(0, i).int(2))).toEqual([0, 1, 0]);
  const { start, length } = root.table(4, 1).list(0);
  expect((bytes.position() + start) % 16).toBe(0);
  expect(new Float32Array(model.slice(start, start + length).buffer)).toEqual(weight.values);
});

test("an operator is named by its code, in the old place and the new, and has its options", () => {
  const model = oneOperatorTflite(batchMatMul(true, false), [{ shape: [3, 2] }, { shape: [3, 1] }], { shape: [2, 1] });
  const { root, bytes } = open(model);
  const code = root.table(1, 0);
  expect([bytes.readInt8(code.at(0)), code.int(3)]).toEqual([126, 126]);
  const operator = root.table(2, 0).table(3, 0);
  expect(bytes.readInt8(operator.at(3))).toBe(101);
});
