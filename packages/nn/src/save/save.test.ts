import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  decodeSafetensors,
  encodeSafetensors,
  FileError,
  FormatError,
  memory,
  NotFoundError,
  type Shape,
  tensor,
  type Tensor,
  UnfoldError,
  ValueError,
  type WithFeatures,
} from "@unfoldjs/tensor-core";
import fc from "fast-check";
import { afterAll, describe, expect, test, vi } from "vitest";
import { defaultGenerator, manualSeed } from "../initialise/default-generator.ts";
import { GELU, LeakyReLU, ReLU } from "../layers/activation.ts";
import { Dropout } from "../layers/dropout.ts";
import { Linear } from "../layers/linear.ts";
import { type Layer, Sequential } from "../layers/sequential.ts";
import { Buffer } from "../module/buffer.ts";
import { Module } from "../module/module.ts";
import { decodeModel, encodeModel } from "./model-file.ts";
import { load, save } from "./save.ts";

const folder = mkdtempSync(join(tmpdir(), "nn-save-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const x = tensor([
  [1, -2],
  [0.5, 3],
]) as Tensor;
const model = new Sequential(
  new Linear(2, 4, { bias: false }),
  new LeakyReLU(0.2),
  new Dropout(0.3),
  new GELU({ approximate: "tanh" }),
  new Sequential(new Linear(4, 1), new ReLU()),
).eval();

describe("a saved model", () => {
  test("is built again from its file, and computes the same", async () => {
    const path = join(folder, "deep", "er", "model.safetensors");
    await save(model, path);
    const loaded = (await load(path)).eval() as Sequential;
    expect(String(loaded)).toBe(String(model));
    expect(loaded.forward(x).toArray()).toEqual(model.forward(x).toArray());
    expect(readdirSync(join(folder, "deep", "er"))).toEqual(["model.safetensors"]);
  });

  test("has PyTorch's names and texts of one's own in its file", () => {
    const { tensors, metadata } = decodeSafetensors(encodeModel(model, { metadata: { note: "of mine" } }));
    expect([...tensors.keys()].toSorted()).toEqual(["0.weight", "4.0.bias", "4.0.weight"]);
    expect(metadata["note"]).toBe("of mine");
  });

  test("gives the same bytes each time", () => {
    expect(encodeModel(decodeModel(encodeModel(model)))).toEqual(encodeModel(model));
  });

  test("of a class of one's own goes to a file and back by its record", async () => {
    class Doubled extends Linear {
      override forward<S extends Shape>(input: Tensor<S>): Tensor<WithFeatures<S, number>> {
        return super.forward(input as Tensor<Shape>).mul(2) as Tensor<never>;
      }
    }
    const path = join(folder, "own.safetensors");
    await expect(save(new Doubled(2, 1), path)).rejects.toThrow(/no record of layers/);
    const layers = { Doubled };
    await save(new Doubled(2, 1), path, { layers, metadata: { note: "mine" } });
    await expect(load(path)).rejects.toThrow(/not known here/);
    expect(await load(path, { layers })).toBeInstanceOf(Doubled);
    expect(decodeSafetensors(readFileSync(path)).metadata["note"]).toBe("mine");
  });

  test("leaves the default generator where it was, and nothing in memory but itself", () => {
    const bytes = encodeModel(model);
    manualSeed(5);
    const untouched = defaultGenerator().uniform([3]).toArray();
    manualSeed(5);
    const before = memory();
    decodeModel(bytes).dispose();
    expect(memory()).toMatchObject({ tensors: before.tensors, bytes: before.bytes });
    expect(defaultGenerator().uniform([3]).toArray()).toEqual(untouched);
  });

  test("fills a model that was built by hand from PyTorch's file", () => {
    const layer = new Linear(2, 1);
    layer.loadStateDict(decodeSafetensors(encodeSafetensors({ weight: tensor([[3, 4]]), bias: tensor([5]) })).tensors);
    expect(layer.forward(tensor([[1, 1]])).item()).toBe(12);
  });

  test.for(["widen", "keep"] as const)("fills it from a file in half precision, read to %s", (storage) => {
    const layer = new Linear(2, 1);
    const before = memory();
    const bytes = encodeSafetensors({ weight: tensor([[0.1, 4]], "f16"), bias: tensor([0.1], "bf16") });
    layer.loadStateDict(decodeSafetensors(bytes, { storage }).tensors);
    expect([layer.weight.toArray(), layer.bias?.toArray()]).toEqual([[[0.0999755859375, 4]], [0.10009765625]]);
    expect(memory().tensors).toBe(before.tensors + 2); // what was saved
    expect(() => layer.loadStateDict({ weight: tensor([[1, 2]], "i8"), bias: tensor([1], "f16") })).toThrow(
      /weight is i8 \[1, 2\], wanted f32/,
    );
  });

  test("comes back with buffers in any dtype", () => {
    class Scaled extends Module {
      readonly scale = new Buffer(tensor([0.1], "f16"));
      readonly zero = new Buffer(tensor([-3], "i8"));
      override forward(input: Tensor): Tensor {
        return input;
      }
      override config(): [] {
        return [];
      }
    }
    const layers = { Scaled };
    const loaded = decodeModel(encodeModel(new Scaled(), { layers }), { layers }) as Scaled;
    expect([String(loaded.scale), String(loaded.zero)]).toEqual([
      "tensor([0.1000], dtype=f16)",
      "tensor([-3], dtype=i8)",
    ]);
  });
});

/** Any nest of layers from two features to two. */
const layers = fc.letrec<{ layer: Layer; nest: Layer }>((tie) => ({
  layer: fc.oneof(
    { depthSize: "small" },
    fc.boolean().map((bias) => new Linear(2, 2, { bias })),
    fc.double({ min: 0, max: 2, noNaN: true }).map((slope) => new LeakyReLU(slope)),
    fc.constantFrom("none" as const, "tanh" as const).map((approximate) => new GELU({ approximate })),
    fc.double({ min: 0, max: 1, noNaN: true }).map((probability) => new Dropout(probability)),
    tie("nest"),
  ),
  nest: fc.array(tie("layer"), { maxLength: 4 }).map((list) => new Sequential(...list)),
}));

test("any nest of layers is built again as it was", () => {
  fc.assert(
    fc.property(layers.nest, (net) => {
      const built = decodeModel(encodeModel(net)) as Layer;
      expect(String(built)).toBe(String(net));
      expect(built.eval().forward(x).toArray()).toEqual(net.eval().forward(x).toArray());
    }),
    { seed: 1 },
  );
});

describe("files that are wrong", () => {
  test("are refused with what is wrong", async () => {
    const good = encodeModel(model);
    const named = (description: string): Uint8Array => encodeSafetensors({}, { "unfold.model": description });
    await expect(load(join(folder, "nothing.safetensors"))).rejects.toThrow(NotFoundError);
    await expect(load(folder)).rejects.toThrow(FileError);
    await expect(load(good.slice(0, good.length - 1))).rejects.toThrow(FormatError);
    await expect(load(encodeSafetensors({ weight: tensor([1]) }))).rejects.toThrow(
      /does not say how to build its model/,
    );
    await expect(load(named("{"))).rejects.toThrow(/metadata is damaged/);
    await expect(load(named('"Linear"'))).rejects.toThrow(/does not describe a model/);
    await expect(load(named('{"$module":"Nothing","arguments":[]}'))).rejects.toThrow(/layers: \{ Nothing \}/);
    await expect(load(named('{"$module":"Linear","arguments":[-1,2]}'))).rejects.toThrow(FormatError);
    await expect(load(named('{"$module":"Linear","arguments":[1,2]}'))).rejects.toThrow(/missing +weight, bias/);
  });

  test("do not leave a half-built model behind", async () => {
    const before = memory();
    await expect(
      load(encodeSafetensors({ weight: tensor([1]) }, { "unfold.model": '{"$module":"Linear","arguments":[1,2]}' })),
    ).rejects.toThrow(/missing/);
    expect(memory().bytes - before.bytes).toBeLessThanOrEqual(4); // the test's own tensor
  });

  test("leave nothing of a model that holds what is no layer", async () => {
    const linear = '{"$module":"Linear","arguments":[1,2]}';
    const description = `{"$module":"Sequential","arguments":[${linear},3,${linear}]}`;
    const before = memory().tensors;
    await expect(load(encodeSafetensors({}, { "unfold.model": description }))).rejects.toThrow(UnfoldError);
    expect(memory().tensors).toBe(before);
  });

  test("are not made where a folder cannot be written to, and what was there stays", async () => {
    const file = join(folder, "taken");
    writeFileSync(file, "a file");
    await expect(save(model, join(file, "model.safetensors"))).rejects.toThrow(FileError);
    expect(readFileSync(file, "utf8")).toBe("a file");
  });

  test("are not looked for where there is no file system", async () => {
    vi.stubGlobal("process", {});
    const [reading, writing] = [load("model.safetensors"), save(model, "model.safetensors")];
    vi.unstubAllGlobals();
    await expect(reading).rejects.toThrow(/there are no files here[\s\S]*decodeModel/);
    await expect(writing).rejects.toThrow(NotFoundError);
  });

  test("leave no temporary file behind where they cannot take their place", async () => {
    const taken = join(folder, "is-a-folder");
    mkdirSync(join(taken, "with-something-in-it"), { recursive: true });
    const before = readdirSync(folder);
    await expect(save(model, taken)).rejects.toThrow(/cannot be written/);
    expect(readdirSync(folder)).toEqual(before);
  });

  test("refuse metadata under a name that is taken", () => {
    for (const name of ["unfold.model", "unfold.training"]) {
      expect(() => encodeModel(model, { metadata: { [name]: "mine" } })).toThrow(ValueError);
    }
  });
});
