import { Generator } from "@unfoldjs/tensor-core";
import { foldBatchNorm, GoogLeNet, MobileNetV2, ResNet } from "@unfoldjs/vision-layers";
import { describe, expect, test } from "vitest";
import { disagreement } from "./measure/agreement.ts";
import type { NetworkStepProblem } from "./network-problems.ts";
import { posed } from "./networks.ts";
import { networkStepInWorker } from "./peers/in-worker.ts";
import { jaxJs } from "./peers/jax-js.ts";
import { onnxruntimeWeb } from "./peers/onnxruntime-web.ts";
import { networkTflite } from "./peers/tflite-network.ts";
import { tfjsCpu } from "./peers/tfjs-cpu.ts";
import { tfjsWasm } from "./peers/tfjs-wasm.ts";
import { networkLogits } from "./reference/network.ts";
import { networkStep } from "./reference/network-step.ts";

/** The bench's networks, small: with the operations and paddings of the whole ones. */
const generator = new Generator(4);
const models = {
  GoogLeNet: () => new GoogLeNet({ classes: 5, auxLogits: false, dropout: 0, generator }),
  MobileNetV2: () => new MobileNetV2({ classes: 5, widthMultiplier: 0.1, dropout: 0, generator }),
  "ResNet-18": () => new ResNet(18, { classes: 5, width: 4, generator }),
};

describe.each(Object.keys(models) as (keyof typeof models)[])("%s, small, is to others what it is to us", (name) => {
  const model = models[name]();
  foldBatchNorm(model, [1, 3, 40, 40]);
  const problem = posed(name, model, 1, 40);
  const expected = networkLogits(problem);

  test.each([tfjsWasm, onnxruntimeWeb])("$name", async (peer) => {
    const ways = await peer.load(1);
    const contender = await ways.network?.(problem);
    expect(disagreement((await contender?.outputs()) ?? {}, expected, 1e-4)).toBeUndefined();
    await contender?.run();
    await contender?.dispose();
  });

  test("as a file of TensorFlow Lite it holds each weight once", () => {
    const weights = problem.parameters.reduce((sum, { values }) => sum + values.byteLength, 0);
    const bytes = networkTflite(problem).length;
    expect(bytes).toBeGreaterThan(weights);
    expect(bytes).toBeLessThan(weights + 100_000);
  });
});

describe.each(["MobileNetV2", "ResNet-18"] as const)("a step of %s, small", (name) => {
  const problem: NetworkStepProblem = { ...posed(name, models[name](), 2, 32), labels: Int32Array.of(1, 4) };
  const expected = networkStep(problem);

  test("is that of ours", async () => {
    const { unfold } = await import("./peers/unfold.ts");
    await unfold.load(1);
    const { stepOf } = await import("./peers/unfold-training.ts");
    const { crossEntropy } = await import("@unfoldjs/nn");
    const { fromArray } = await import("@unfoldjs/tensor-core");
    const model = models[name]();
    const [x, labels] = [fromArray(problem.images, [...problem.shape]), fromArray(problem.labels, [2])];
    const loss = () => crossEntropy(model.forward(x), labels);
    const { loss: before, gradients } = await stepOf(model, problem.parameters, [x, labels], loss, {
      strict: false,
    }).outputs();
    expect(disagreement({ loss: before ?? [], gradients: gradients ?? [] }, expected, 1e-3)).toBeUndefined();
  });

  // In a thread of its own, compilation included.
  test.each([jaxJs, tfjsCpu])("is that of $name", { timeout: 120_000 }, async (peer) => {
    const ways = await peer.load(1);
    const contender = await ways.networkStep?.({ ...problem, labels: problem.labels });
    const { loss, gradients } = (await contender?.outputs()) ?? {};
    expect(disagreement({ loss: loss ?? [], gradients: gradients ?? [] }, expected, 1e-3)).toBeUndefined();
    expect(await contender?.time?.(1)).toBeGreaterThan(0);
    await contender?.dispose();
  });

  test("that takes too long is ended", async () => {
    const contender = await networkStepInWorker("tfjs-cpu", problem, 1);
    await expect(Promise.resolve(contender.outputs())).rejects.toThrow("not finished after 0.001 s");
  });
});
