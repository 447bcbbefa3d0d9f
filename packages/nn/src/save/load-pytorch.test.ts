import { fromArray, Generator, ones, type Tensor, tensor, ValueError, zeros } from "@unfoldjs/tensor-core";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Linear } from "../layers/linear.ts";
import { Sequential } from "../layers/sequential.ts";
import { Buffer } from "../module/buffer.ts";
import { Module } from "../module/module.ts";
import { Parameter } from "../module/parameter.ts";
import { loadPyTorch } from "./load-pytorch.ts";
import fixtures from "./pytorch-files.json" with { type: "json" };

const fileOf = (name: keyof typeof fixtures.files): Uint8Array =>
  Uint8Array.from(atob(fixtures.files[name]), (character) => character.charCodeAt(0));

/** Holds what PyTorch's BatchNorm1d holds. */
class Norm extends Module {
  readonly weight = new Parameter(ones([2]));
  readonly bias = new Parameter(zeros([2]));
  readonly runningMean = new Buffer(zeros([2]));
  readonly runningVar = new Buffer(ones([2]));
  readonly numBatchesTracked = new Buffer(tensor(5, "i32"));
  override forward(x: Tensor): Tensor {
    return x;
  }
}

/** One vector of three. */
class Weighed extends Module {
  readonly weight = new Parameter(zeros([3]));
  override forward(x: Tensor): Tensor {
    return x.mul(this.weight);
  }
}

test("fills a model from a state dict, long whole numbers among it", async () => {
  const model = new Sequential(new Linear(3, 2, { generator: new Generator(1) }), new Norm());
  expect(await loadPyTorch(model, fileOf("stateDict"))).toEqual({ missing: [], unexpected: [] });
  const held = Object.fromEntries(Object.entries(model.stateDict()).map(([key, value]) => [key, value.toArray()]));
  expect(held).toEqual(fixtures.state);
});

test("fills it from a file, and from where the state dict is within one", async () => {
  const folder = await mkdtemp(join(tmpdir(), "unfold-pytorch-"));
  try {
    const path = join(folder, "checkpoint.pt");
    await writeFile(path, fileOf("checkpoint"));
    const model = new Weighed();
    await loadPyTorch(model, path, { within: "model" });
    expect(model.weight.toArray()).toEqual([1.5, -2, 0.25]);
    await expect(loadPyTorch(model, join(folder, "none.pt"))).rejects.toThrow(/^loadPyTorch: there is no such file/);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("says where the state dict is, if it is within, and which names are nearest", async () => {
  const model = new Weighed();
  await expect(loadPyTorch(model, fileOf("checkpoint"), { within: "net" })).rejects.toThrow(
    /begin with model, optimizer/,
  );
  const linear = new Sequential(new Linear(3, 2));
  const report = await loadPyTorch(linear, fileOf("stateDict"), { strict: false });
  expect(report.missing).toEqual([]);
  expect(report.unexpected).toContain("1.running_mean");
  await expect(loadPyTorch(new Sequential(new Linear(3, 4)), fileOf("stateDict"), { strict: false })).rejects.toThrow(
    /0\.weight is f32 \[2, 3\], wanted f32 \[4, 3\]/,
  );
  await expect(loadPyTorch(model, fileOf("module"))).rejects.toThrow(/^loadPyTorch: .*nothing of it was run/);
});

test("a state dict whose names all begin alike is told how to take that off; others get the nearest names", () => {
  const model = new Weighed();
  const values = fromArray([1, 2, 3], [3]);
  expect(() => model.loadStateDict({ "module.weight": values })).toThrow(/within: "module"/);
  class Two extends Module {
    readonly encoder = new Weighed();
    readonly decoder = new Weighed();
    override forward(x: Tensor): Tensor {
      return this.decoder.forward(this.encoder.forward(x));
    }
  }
  const wrong = { "encodr.weight": values, "decoder.weight": values };
  expect(() => new Two().loadStateDict(wrong)).toThrow(ValueError);
  expect(() => new Two().loadStateDict(wrong)).toThrow(/nearest\s+encodr\.weight for encoder\.weight/);
  const report = new Two().loadStateDict(wrong, { strict: false });
  expect(report).toEqual({
    missing: ["encoder.weight"],
    unexpected: ["encodr.weight"],
    nearest: { "encoder.weight": "encodr.weight" },
  });
});
