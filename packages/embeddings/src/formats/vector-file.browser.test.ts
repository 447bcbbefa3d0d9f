import { expect, test } from "vitest";
import { encodeVectors, loadVectors, openVectors, WordVectors } from "../index.ts";

const [WORDS, SIZE] = [3000, 20];
const CACHE = "unfold-vectors-test";

/** A file at an address that gives ranges, as a server's. */
function served(): { readonly address: string; readonly words: readonly string[] } {
  using vectors = WordVectors.from(
    Array.from({ length: WORDS }, (_, word) => [
      `word${word}`,
      Float32Array.from({ length: SIZE }, (__, at) => Math.sin(word * 0.001 * (at + 1) + at)),
    ]),
  );
  using half = vectors.to("f16");
  const bytes = encodeVectors(half);
  return { address: URL.createObjectURL(new Blob([bytes])), words: vectors.words };
}

test("a page reads what it is asked for, and of what it keeps nothing again", async () => {
  await caches.delete(CACHE);
  const cache = await caches.open(CACHE);
  const { address } = served();
  const read: number[] = [];
  const options = {
    cache,
    pageBytes: 4096,
    onProgress: ({ bytes, of }: { bytes: number; of: number }) => void read.push(bytes / of),
  };
  const file = await openVectors(address, options);
  const opened = read.length;
  const first = await file.vector("word1234");
  expect(read.length).toBeGreaterThan(opened);
  expect(read.at(-1)).toBeLessThan(0.5); // of the vectors one page
  await file.close();

  read.length = 0;
  const again = await openVectors(address, options);
  expect(await again.vector("word1234")).toEqual(first);
  expect(read).toEqual([]);
  await again.vector("word7"); // lies in a page that nobody asked for
  expect(read.length).toBe(1);
  await again.close();
  await caches.delete(CACHE);
  URL.revokeObjectURL(address);
});

test("neighbours in a page are those that each vector by itself gives", async () => {
  const { address, words } = served();
  using vectors = await loadVectors(address);
  const found = vectors.mostSimilar("word1500", [], { count: 3 });
  const query = vectors.vector("word1500");
  const cosine = (other: Float32Array): number => {
    const dot = (x: Float32Array, y: Float32Array): number => x.reduce((sum, each, at) => sum + each * (y[at] ?? 0), 0);
    return dot(query, other) / Math.sqrt(dot(query, query) * dot(other, other));
  };
  const wanted = words
    .filter((word) => word !== "word1500")
    .map((word) => ({ word, similarity: cosine(vectors.vector(word)) }))
    .toSorted((a, b) => b.similarity - a.similarity)
    .slice(0, 3);
  expect(found.map(({ word }) => word).toSorted()).toEqual(wanted.map(({ word }) => word).toSorted());
  URL.revokeObjectURL(address);
});
