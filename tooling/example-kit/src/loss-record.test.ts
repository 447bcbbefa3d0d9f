import { Adam, fit, Linear, manualSeed } from "@unfoldjs/nn";
import { FormatError, tensor, type Tensor } from "@unfoldjs/tensor-core";
import { expect, test } from "vitest";
import { LossRecord } from "./loss-record.ts";

/** Four steps of a small training; a checkpoint is kept after so many. */
async function train(record: LossRecord, options: { keepAt?: number; resume?: Uint8Array } = {}): Promise<Uint8Array> {
  manualSeed(1);
  const model = new Linear<number, number>(2, 1);
  let kept = new Uint8Array();
  await fit(
    model,
    {
      length: 4,
      *[Symbol.iterator]() {
        for (let at = 0; at < 4; at++) yield { x: tensor([[at, 1]]) as Tensor };
      },
    },
    {
      epochs: 1,
      forward: ({ x }) => model.forward(x),
      loss: (y) => y.square().mean(),
      optimizer: new Adam(model.parameters()),
      callbacks: [
        record,
        { onStep: (run) => void (run.steps === options.keepAt && (kept = new Uint8Array(run.checkpoint()))) },
      ],
      ...(options.resume !== undefined && { resume: options.resume }),
    },
  );
  model.dispose();
  return kept;
}

test("a resumed training has the losses of one that was never stopped", async () => {
  const [whole, resumed] = [new LossRecord(), new LossRecord()];
  const checkpoint = await train(whole, { keepAt: 2 });
  expect(whole.losses.length).toBe(4);
  await train(resumed, { resume: checkpoint });
  expect(resumed.losses).toEqual(whole.losses);
});

test("a state of something else is refused", () => {
  expect(() => new LossRecord().loadState({ values: { losses: "none" }, tensors: {} })).toThrow(FormatError);
  expect(() => new LossRecord().loadState({ values: {}, tensors: {} })).toThrow(FormatError);
});
