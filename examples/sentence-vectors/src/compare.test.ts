import { deflateRawSync } from "node:zlib";
import { BertModel, SentenceEncoder } from "@unfoldjs/sequence-layers";
import { Generator } from "@unfoldjs/tensor-core";
import { expect, test } from "vitest";
import { compare, cosine, vectorsOf } from "./compare.ts";
import fixtures from "./transformers.json" with { type: "json" };
import { fileInZip } from "@unfoldjs/example-kit";

test("sentences of a padded batch are those alone, and are compared one by one", () => {
  const sizes = { hiddenSize: 384, numHiddenLayers: 1, intermediateSize: 8 };
  const encoder = new SentenceEncoder(new BertModel({ ...sizes, generator: new Generator(1) })).eval();
  const vectors = vectorsOf(encoder, fixtures.rows);
  expect(vectors.map(({ length }) => length)).toEqual(fixtures.rows.map(() => 384));
  for (const at of [0, 5]) {
    const [alone] = vectorsOf(encoder, fixtures.rows.slice(at, at + 1));
    expect(cosine(alone as Float32Array, vectors[at] as Float32Array)).toBeCloseTo(1, 5);
  }
  const own = fixtures.rows.map((row, at) => ({ ...row, vector: (vectors[at] as Float32Array).join(" ") }));
  expect(compare(encoder, own).map((row) => row.cosine)).toEqual(own.map(() => expect.closeTo(1, 6)));
  // These weights know nothing: so near only the right ones come.
  for (const row of compare(encoder, fixtures.rows)) expect(Math.abs(row.cosine)).toBeLessThan(0.5);
  encoder.dispose();
});

test("the cosine is that of the angle", () => {
  expect(cosine(Float32Array.of(3, 0), Float32Array.of(5, 5))).toBeCloseTo(Math.SQRT1_2, 6);
});

/** A zip archive of one file after another. */
function zip(files: Readonly<Record<string, { readonly content: Uint8Array; readonly method: number }>>): Uint8Array {
  const parts: number[] = [];
  const directory: number[] = [];
  const number = (value: number, size: number): number[] =>
    Array.from({ length: size }, (_, at) => (value >>> (8 * at)) & 255);
  for (const [name, { content, method }] of Object.entries(files)) {
    const letters = [...new TextEncoder().encode(name)];
    const stored = method === 8 ? deflateRawSync(content) : content;
    const sizes = [
      ...number(0, 4),
      ...number(stored.length, 4),
      ...number(content.length, 4),
      ...number(letters.length, 2),
    ];
    const common = [...number(20, 2), ...number(0, 2), ...number(method, 2), ...number(0, 4), ...sizes];
    directory.push(...number(0x02014b50, 4), ...number(20, 2), ...common, ...number(0, 12));
    directory.push(...number(parts.length, 4), ...letters);
    parts.push(...number(0x04034b50, 4), ...common, ...number(0, 2), ...letters, ...stored);
  }
  const count = Object.keys(files).length;
  const end = [...number(0x06054b50, 4), ...number(0, 4), ...number(count, 2), ...number(count, 2)];
  const rest = [...number(directory.length, 4), ...number(parts.length, 4), ...number(0, 2)];
  return Uint8Array.from([...parts, ...directory, ...end, ...rest]);
}

test("files of a wheel are read, packed and as they are", () => {
  const [a, b] = [new TextEncoder().encode("aaaaaaaaaaaaaaaa"), Uint8Array.of(1, 2, 3)];
  const archive = zip({ "x/model/a.json": { content: a, method: 8 }, "x/model/b": { content: b, method: 0 } });
  expect(fileInZip(archive, "model/a.json")).toEqual(a);
  expect(fileInZip(archive, "model/b")).toEqual(b);
  expect(() => fileInZip(archive, "model/c")).toThrow(/no file/);
  expect(() => fileInZip(b, "a")).toThrow(/no zip archive/);
  expect(() => fileInZip(zip({ a: { content: a, method: 14 } }), "a")).toThrow(/method 14/);
});
