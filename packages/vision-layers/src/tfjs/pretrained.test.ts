import { memory, scope, type Tensor, ValueError, fromArray, FormatError } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { drawn } from "../testing/drawn.ts";
import { type NsfwjsModel, pretrained, type PretrainedName } from "./index.ts";
import fixtures from "./tfjs-fixtures.json" with { type: "json" };

/** In squares of 8 × 8 pixels, from 0 to 1: as tooling/oracle/tfjs/fixtures.mjs draws it. */
function picture(size: number): Tensor {
  const side = Math.ceil(size / 8);
  const squares = scope(() => drawn("picture", [3, side, side]).data());
  const values = new Float32Array(3 * size * size);
  let i = 0;
  for (let channel = 0; channel < 3; channel++) {
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        values[i++] = ((squares[(channel * side + (y >> 3)) * side + (x >> 3)] ?? NaN) + 1) / 2;
      }
    }
  }
  return fromArray(values, [1, 3, size, size]);
}

/** Elements at even distances, and the mean of all magnitudes. */
function sampled(tensor: Tensor): number[] {
  const flat = tensor.data();
  const at = Array.from({ length: 24 }, (_, i) => flat[Math.floor((i * (flat.length - 1)) / 23)] ?? NaN);
  return [...at, flat.reduce((sum, value) => sum + Math.abs(value), 0) / flat.length];
}

const distance = (got: Tensor, wanted: readonly number[]): number =>
  Math.max(...sampled(got).map((value, at) => Math.abs(value - (wanted[at] ?? NaN))));

describe(`the networks of nsfwjs give what tfjs ${fixtures.tfjs} gives`, () => {
  const end = { mobileNetV2: "out_relu", inceptionV3: "mixed10" };
  test.each(fixtures.nsfwjs.map((row) => [row.name as PretrainedName, row] as const))("%s", async (name, row) => {
    const { model, features, size } = await pretrained(name);
    expect(size).toBe(row.size);
    const x = picture(size);
    const { flatten_1: flat, dense_3: _, ...maps } = row.taps;
    scope(() => {
      const got = model.intermediates([...Object.keys(maps), "features"], x);
      for (const [tap, { shape, values }] of Object.entries(maps)) {
        expect({ tap, shape: got[tap]?.shape }).toEqual({ tap, shape });
        expect(distance(got[tap] as Tensor, values)).toBeLessThan(1e-3);
      }
      // Their pool over 8 × 8 or 7 × 7 places and what flattens it is our mean of each map.
      expect(got["features"]?.shape).toEqual([1, features]);
      expect(distance(got["features"] as Tensor, flat.values)).toBeLessThan(1e-3);
    });
    const before = memory().tensors;
    scope(() => void model.forward(x));
    expect(memory().tensors).toBe(before);
    expect(model.layerNames.at(-2)).toBe(end[name]);
    model.dispose();
    x.dispose();
  });

  test("with their head too, whose classes are", async () => {
    const { model } = await pretrained("mobileNetV2", { until: "dense_3", pool: false });
    const wanted = fixtures.nsfwjs[0]?.taps.dense_3;
    expect(distance(model.forward(picture(224)), wanted?.values ?? [])).toBeLessThan(1e-3);
    model.dispose();
  });

  test("other layers and other sizes of pictures", async () => {
    const { model, features } = await pretrained("mobileNetV2", { until: "block_5_add", pool: false });
    expect(features).toBe(32);
    expect(scope(() => model.forward(picture(64)).shape)).toEqual([1, 32, 8, 8]);
    expect(model.layerNames).not.toContain("out_relu");
    model.dispose();
  });
});

describe("a model that is given", () => {
  const topology = {
    class_name: "Sequential",
    config: { layers: [{ class_name: "Dense", config: { name: "out_relu", units: 1, batch_input_shape: [null, 2] } }] },
  };
  const specs = ["kernel", "bias"].map((name) => ({
    name: `out_relu/${name}`,
    shape: name === "bias" ? [1] : [2, 1],
    dtype: "float32",
  }));
  const json = { modelTopology: topology, weightsManifest: [{ paths: ["group1-shard1of1"], weights: specs }] };
  const base64 = Buffer.from(Float32Array.of(2, 3, 5).buffer).toString("base64");
  const from = (shard: unknown): NsfwjsModel => ({
    modelJson: async () => ({ default: json }),
    weightBundles: [async () => ({ default: shard })],
  });

  test("is what bundlers make of the package's modules", async () => {
    const { model } = await pretrained("mobileNetV2", { from: from(base64), pool: false });
    expect(scope(() => model.forward(fromArray(Float32Array.of(1, 1), [1, 2])).toArray())).toEqual([[10]]);
  });

  test("is refused by name where it is none", async () => {
    await expect(pretrained("mobileNetV2", { from: from("§") })).rejects.toThrow(FormatError);
    await expect(pretrained("mobileNetV2", { from: from("§") })).rejects.toThrow(/text in base64.*group1-shard1of1/s);
    await expect(pretrained("mobileNetV2", { from: { ...from(base64), weightBundles: [] } })).rejects.toThrow(
      /no such bundle/,
    );
    await expect(pretrained("mobileNetV2", { from: {} as never })).rejects.toThrow(ValueError);
    await expect(pretrained("resnet50" as never)).rejects.toThrow(/inceptionV3.*mobileNetV2/s);
    await expect(pretrained("mobileNetV2", { layer: "x" } as never)).rejects.toThrow(/options are until, pool, from/);
  });
});
