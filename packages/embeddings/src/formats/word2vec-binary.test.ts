import { expect, test } from "vitest";
import { loadVectors } from "./load.ts";

test("behind the last vector there may be a line break, and nothing else", async () => {
  const file = (...behind: readonly number[]): Uint8Array =>
    Uint8Array.of(...new TextEncoder().encode("1 1\na "), 0, 0, 0x80, 0x3f, ...behind);
  for (const behind of [[], [0x0a]]) {
    using vectors = await loadVectors(file(...behind), { format: "word2vec-binary" });
    expect([...vectors.vector("a")]).toEqual([1]);
  }
  for (const behind of [[0x78], [0x0a, 0x0a], [0x20]]) {
    await expect(loadVectors(file(...behind), { format: "word2vec-binary" })).rejects.toThrow(/there is more behind/);
  }
});
