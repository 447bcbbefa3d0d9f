import { scope, tensor } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { directBias, neutralise } from "./bias/bias.ts";
import { kMeans } from "./cluster/k-means.ts";
import { pearson, spearman } from "./evaluate/correlation.ts";
import { WordVectors } from "./vectors/word-vectors.ts";

describe("what is not finite is refused by name, and by nobody else's", () => {
  const rows = tensor([
    [0, 1],
    [2, 3],
    [4, 4],
  ]);
  const vectors = new WordVectors(["a", "b", "c"], rows);
  const nowhere = Float32Array.of(NaN, 1);
  test.each<[string, () => undefined]>([
    ["WordVectors.mostSimilar", () => void vectors.mostSimilar(nowhere)],
    ["WordVectors.mostSimilar", () => void vectors.mostSimilar("a", Float32Array.of(Infinity, 1))],
    ["WordVectors.analogy", () => void vectors.analogy("a", "b", nowhere)],
    ["directBias", () => void directBias(vectors, ["a"], nowhere)],
    ["neutralise", () => void neutralise(nowhere, [1, 1])],
    ["neutralise", () => void neutralise([1, 1], nowhere)],
    ["kMeans", () => void kMeans(rows, 1, { start: tensor([[NaN, 1]]) })],
    ["kMeans", () => void kMeans(tensor([[1], [2]]).to("i32") as never, 1)],
  ])("%s", (name, call) => {
    expect(() => scope(call)).toThrow(new RegExp(`^${name}: .*(?:finite|must be f32)`));
  });

  test("and NaN has no rank", () => {
    expect(spearman([NaN, 1, 2], [1, 2, 3])).toBeNaN();
    expect(pearson([1, 2, 3], [1, NaN, 3])).toBeNaN();
  });
});
