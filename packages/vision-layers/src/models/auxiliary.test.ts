import { backward } from "@unfoldjs/nn";
import { memory, scope, type Tensor, tensor } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { distance, drawn, fill, sampled } from "../testing/drawn.ts";
import fixtures from "./auxiliary-fixtures.json" with { type: "json" };
import { GoogLeNet, type GoogLeNetLogits } from "./googlenet.ts";
import { InceptionV3, type InceptionV3Logits } from "./inception-v3.ts";

const MODELS = {
  GoogLeNet: () => new GoogLeNet({ classes: 5, torchvision: true, dropout: 0, dropoutAux: 0 }),
  InceptionV3: () => new InceptionV3({ classes: 5, dropout: 0 }),
};

/** In torchvision's order: the last logits, then those on the way. */
function inOrder(all: GoogLeNetLogits | InceptionV3Logits): Tensor[] {
  const onTheWay = "auxLogits" in all ? [all.auxLogits] : [all.auxLogits2, all.auxLogits1];
  return [all.logits, ...onTheWay.filter((each) => each !== undefined)];
}

/** The largest difference, relative to the largest number: gradients may be small altogether. */
function relative(got: readonly number[], wanted: readonly number[]): number {
  const largest = Math.max(...wanted.map(Math.abs));
  const scaled = (values: readonly number[]): number[] => values.map((value) => value / largest);
  return distance(scaled(got), scaled(wanted));
}

describe(`classifiers on the way are torchvision ${fixtures.torchvision}'s while learning`, () => {
  const rows = fixtures.rows.map((row) => [row.model, row.normsLearn ? "" : ", the norms in use", row] as const);
  test.each(rows)(
    "%s%s",
    (name, _, { shape, normsLearn, loss, logits, gradients }) => {
      const model = fill(MODELS[name as keyof typeof MODELS]());
      const labels = tensor(
        Array.from({ length: shape[0] ?? 0 }, (_each, at) => at),
        "i32",
      );
      const x = drawn("input", shape);
      model.train();
      if (!normsLearn) for (const [path, module] of model.namedModules()) if (path.endsWith("bn")) module.eval();
      const before = memory().tensors;
      scope(() => {
        const all = inOrder(model.allLogits(x));
        expect(all.length).toBe(logits.length);
        for (const [at, each] of all.entries()) expect(relative(sampled(each), logits[at] ?? [])).toBeLessThan(2e-4);
      });
      expect(memory().tensors).toBe(before);
      expect(Math.abs(backward(model, () => model.loss(x, labels)) / loss - 1)).toBeLessThan(1e-4);
      const parameters = new Map(model.namedParameters());
      for (const [key, wanted] of Object.entries(gradients)) {
        const grad = parameters.get(key)?.grad;
        if (grad === undefined) throw new Error(`${key} has no gradient`);
        expect([key, relative(sampled(grad), wanted) < tolerance(key, normsLearn)]).toEqual([key, true]);
      }
      model.dispose();
    },
    240_000,
  );
});

/** PyTorch's own f32 is as far from the fixture's f64: batch statistics of four, and rectifiers on the edge in the first layer. */
function tolerance(key: string, normsLearn: boolean): number {
  if (normsLearn) return 5e-4;
  return key === "Conv2d_1a_3x3.conv.weight" ? 3e-3 : 1e-4;
}
