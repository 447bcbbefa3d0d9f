import { fromArray, type Tensor } from "@unfoldjs/tensor-core";

/** A picture of a fixture, rows of hexadecimal bytes, as brightness from 0 to 1. */
export function decoded(rows: readonly string[]): Tensor<[number, number]> {
  const width = (rows[0]?.length ?? 0) / 2;
  const bytes = rows.flatMap((row) => row.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16) / 255);
  return fromArray(Float32Array.from(bytes), [rows.length, width]);
}
