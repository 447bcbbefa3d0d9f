import { Adam, backward } from "@unfoldjs/nn";
import { memory, runtime, scope, type Shape, tensor, type Tensor } from "@unfoldjs/tensor-core";
import { afterAll, expect, test } from "vitest";
import fixtures from "../fixtures/tiny-bert.json" with { type: "json" };
import { differences } from "../testing/pattern.ts";
import { loadBert } from "./load-bert.ts";
import { SentenceEncoder } from "./sentence-encoder.ts";

// As bert.test.ts has it in Node, on the packages as they are built for a page: the file comes by fetch, as a page's user has it.

const file = await fetch(new URL("../fixtures/tiny-bert.safetensors", import.meta.url).href);
const encoder = new SentenceEncoder(loadBert(fixtures.config, new Uint8Array(await file.arrayBuffer())));
afterAll(() => encoder.dispose());

const tokens = (): Tensor<Shape, "i32"> => tensor(fixtures.tokens, "i32");
const lengths = (): Tensor<Shape, "i32"> => tensor(fixtures.lengths, "i32");

test("a BERT that a page has fetched gives transformers' sentence vectors", () => {
  expect(runtime.info().build).toBe("relaxed");
  encoder.eval();
  scope(() => {
    const tokenTypeIds: Tensor<Shape, "i32"> = tensor(fixtures.tokenTypeIds, "i32");
    const vectors = encoder.forward(tokens(), { lengths: lengths(), tokenTypeIds });
    expect(differences("vectors", vectors, fixtures.vectors)).toEqual([]);
  });
});

test("it is tuned further in the page: two sentences come nearer than a third, and nothing is left behind", () => {
  const optimizer = new Adam(encoder.parameters(), { learningRate: 1e-3 });
  const likeness = (): [near: Tensor, far: Tensor] => {
    const vectors = encoder.forward(tokens(), { lengths: lengths() });
    const [first, second, third] = [0, 1, 2].map((at) => vectors.slice(0, at, at + 1)) as [Tensor, Tensor, Tensor];
    return [first.mul<Shape, Shape>(second).sum(), first.mul<Shape, Shape>(third).sum()];
  };
  const step = (): number =>
    scope(() => {
      // The softmax of both likenesses, of which the first is the right one (van den Oord et al. 2018), at temperature 0.1.
      const loss = backward(encoder, () => {
        const [near, far] = likeness();
        return far.sub<Shape, Shape>(near).mul(10).softplus().sum();
      });
      optimizer.step();
      return loss;
    });
  const first = step();
  step();
  const before = { tensors: memory().tensors, bytes: memory().bytes };
  for (let at = 0; at < 30; at++) step();
  expect({ tensors: memory().tensors, bytes: memory().bytes }).toEqual(before);
  expect(step()).toBeLessThan(first / 4);
  scope(() => {
    const [near, far] = likeness();
    expect(near.item()).toBeGreaterThan(far.item());
  });
});
