import { gradcheck } from "@unfoldjs/autograd";
import { isModule, type Layer } from "@unfoldjs/nn";
import { Generator, memory, scope, type Shape, ShapeError, type Tensor, zeros } from "@unfoldjs/tensor-core";
import { afterAll, describe, expect, test } from "vitest";
import blockFixtures from "./blocks/block-fixtures.json" with { type: "json" };
import * as exported from "./index.ts";
import { layers } from "./layers.ts";
import { layerRows } from "./testing/layer-rows.ts";

/** They are made of the layers, and have tests of their own beside them, a step of learning among these. */
const models = [
  "AlexNet",
  "GoogLeNet",
  "InceptionV3",
  "LeNet5",
  "MobileNetV2",
  "ResNet",
  "UNet",
  "VGG",
  "VisionTransformer",
];

test("each class that files may name has a row or is a model, and each layer that the package exports is one", () => {
  const rowsOf = new Set(Object.keys(layerRows).map((name) => name.split(",")[0] ?? ""));
  expect(Object.keys(layers).toSorted()).toEqual([...rowsOf, ...models].toSorted());
  const exportedLayers = Object.entries(exported).filter(
    ([, value]) => typeof value === "function" && isModule((value as { prototype?: unknown }).prototype),
  );
  expect(exportedLayers.map(([name]) => name).toSorted()).toEqual(Object.keys(layers).toSorted());
});

/**
 * Their gradients are compared with PyTorch's, beside them: relu's kinks lie within any step that a difference of so many sums
 * in f32 can take. The last two are parts of others.
 */
const compared: ReadonlySet<string> = new Set([
  ...blockFixtures.rows.map(({ block }) => block),
  "BasicConv2d",
  "DenseLayer",
]);

describe.each(Object.entries(layerRows).filter(([name]) => !compared.has(name)))("%s", (_, { make, shape }) => {
  const layer = make(new Generator(1));
  const x: Tensor = new Generator(2).normal(shape).keep();
  afterAll(() => [layer, x].forEach((each) => each.dispose()));

  test.each(["learning", "in use"])("%s: its gradients, by what it takes and by its parameters, are slopes", (mode) => {
    layer.train(mode === "learning");
    const byInput = gradcheck((at: { x: Tensor }) => layer.forward(at.x), { x }, { samples: 6 });
    expect(byInput.ok ? "" : byInput.report).toBe("");
    if (layer.parameters().length === 0) return;
    const byParameters = gradcheck((at: Layer) => at.forward(x), layer, { samples: 6 });
    expect(byParameters.ok ? "" : byParameters.report).toBe("");
  });
});

describe.each(Object.entries(layerRows))("%s", (name, { make, shape, refused, named }) => {
  const layer = make(new Generator(1));
  afterAll(() => layer.dispose());
  // Its function is called as it is but for capitals; where one of the two is meant, they count.
  const refuser = named === undefined ? new RegExp(`^${name}: `, "i") : new RegExp(`^${named}: `);

  test.each(refused.map((each) => [`[${each.join(", ")}]`, each] as const))(
    "refuses %s by its name or its function's",
    (_, wrong) => {
      const call = (): unknown => scope(() => layer.forward(zeros<Shape>(wrong)));
      expect(call).toThrow(ShapeError);
      expect(call).toThrow(refuser);
    },
  );

  test("leaves nothing behind, whether it worked or not", () => {
    const before = memory().tensors;
    for (const each of [shape, ...refused]) {
      scope(() => {
        const given: Tensor = new Generator(3).normal(each);
        try {
          layer.forward(given);
        } catch (error) {
          if (!(error instanceof ShapeError)) throw error;
        }
      });
    }
    expect(memory().tensors).toBe(before);
  });
});
