import { grad } from "@unfoldjs/autograd";
import { LayerNorm, type Module } from "@unfoldjs/nn";
import { scope, tensor, type Tensor, type Shape } from "@unfoldjs/tensor-core";
import { expect, test } from "vitest";
import fixtures from "../fixtures/transformer.json" with { type: "json" };
import { differences, fill, sortedWeights, values, weighted } from "../testing/pattern.ts";
import { type DecoderMasks, TransformerDecoderLayer } from "./decoder-layer.ts";
import { EncoderDecoder } from "./encoder-decoder.ts";
import { type EncoderMasks, TransformerEncoderLayer } from "./encoder-layer.ts";
import { GPT } from "./gpt.ts";
import type { TransformerLayerOptions } from "./layer-options.ts";
import { TransformerDecoder, TransformerEncoder } from "./stacks.ts";

// tooling/oracle/sequence-attention says how the fixtures are made.

interface Wanted {
  readonly output: string;
  readonly gradients: Readonly<Record<string, string>>;
}

/** Differences of the result, and of gradients by inputs and weights. */
function compare(
  module: Module,
  leaves: Readonly<Record<string, Tensor>>,
  run: (...leaves: Tensor[]) => Tensor,
  wanted: Wanted,
): string[] {
  return scope(() => {
    fill(module).eval();
    const weights = sortedWeights(module);
    const output = run(...Object.values(leaves));
    const all = [...Object.values(leaves), ...weights.map(([, weight]) => weight)];
    const gradients = grad((given: Tensor[]) => weighted(run(...given)))(all) as Tensor[];
    const names = [...Object.keys(leaves), ...weights.map(([name]) => name)];
    expect(names).toEqual(Object.keys(wanted.gradients));
    return [
      ...differences("output", output, wanted.output, 5e-5),
      ...names.flatMap((name, at) => differences(name, gradients[at], wanted.gradients[name] ?? "", 2e-4)),
    ];
  });
}

const [D, TIME, SOURCE] = [6, 4, 3];
const rows = (time: number, batchFirst = false): Shape => (batchFirst ? [2, time, D] : [time, 2, D]);
const truths = (list: readonly boolean[], shape: Shape): Tensor<Shape, "bool"> =>
  tensor(list, "bool").reshape<Shape, Shape>(shape);
const padding = (time: number): Tensor<Shape, "bool"> =>
  truths(
    [0, 1].flatMap((row) => Array.from({ length: time }, (_, at) => at >= time - row)),
    [2, time],
  );
const causal = (): Tensor<Shape, "bool"> =>
  truths(
    Array.from({ length: TIME * TIME }, (_, at) => at % TIME > Math.floor(at / TIME)),
    [TIME, TIME],
  );

/** Options of a layer, and whether there are two of them. */
const cases: Readonly<Record<keyof typeof fixtures.encoder, TransformerLayerOptions & { two?: true; masks?: true }>> = {
  "post norm, relu": {},
  "pre norm, gelu, batch first": { activation: "gelu", normFirst: true, batchFirst: true },
  "with masks": { batchFirst: true, masks: true },
  "without bias, another epsilon": { bias: false, layerNormEps: 0.1 },
  "two layers with a norm and masks": { two: true, masks: true, normFirst: true },
};

test.each(Object.entries(cases))(
  `an encoder (%s) is PyTorch's ${fixtures.torch}, and so are its gradients`,
  (name, { two, masks: isMasked, ...options }) => {
    const layer = new TransformerEncoderLayer(D, 2, { dimFeedforward: 5, ...options });
    const module = two === undefined ? layer : new TransformerEncoder(layer, 2, new LayerNorm(D));
    const leaves = { src: values(rows(TIME, options.batchFirst), 1) };
    const ways: EncoderMasks[] =
      isMasked === undefined
        ? [{}]
        : [
            { srcMask: causal(), srcKeyPaddingMask: padding(TIME) },
            { isCausal: true, srcLengths: tensor([4, 3], "i32") as Tensor<Shape, "i32"> },
          ];
    const wanted = fixtures.encoder[name as keyof typeof cases];
    for (const masks of ways) expect(compare(module, leaves, (src) => module.forward(src, masks), wanted)).toEqual([]);
  },
);

test.each(Object.entries(cases))(
  `a decoder (%s) is PyTorch's ${fixtures.torch}, and so are its gradients`,
  (name, { two, masks: isMasked, ...options }) => {
    const layer = new TransformerDecoderLayer(D, 2, { dimFeedforward: 5, ...options });
    const module = two === undefined ? layer : new TransformerDecoder(layer, 2, new LayerNorm(D));
    const leaves = {
      tgt: values(rows(TIME, options.batchFirst), 1),
      memory: values(rows(SOURCE, options.batchFirst), 2),
    };
    const lengths = (...each: [number, number]): Tensor<Shape, "i32"> => tensor(each, "i32");
    const ways: DecoderMasks[] =
      isMasked === undefined
        ? [{}]
        : [
            { tgtMask: causal(), tgtKeyPaddingMask: padding(TIME), memoryKeyPaddingMask: padding(SOURCE) },
            { tgtIsCausal: true, tgtLengths: lengths(4, 3), memoryLengths: lengths(3, 2) },
          ];
    const run =
      (masks: DecoderMasks) =>
      (...given: Tensor[]): Tensor =>
        module.forward(given[0] as Tensor, given[1] as Tensor, masks);
    const wanted = fixtures.decoder[name as keyof typeof cases];
    for (const masks of ways) expect(compare(module, leaves, run(masks), wanted)).toEqual([]);
  },
);

const tokens = tensor(
  [
    [1, 4, 0, 2, 6],
    [3, 3, 5, 1, 2],
  ],
  "i32",
) as Tensor<Shape, "i32">;
const target = tensor(
  [
    [1, 2, 4, 0],
    [1, 3, 3, 2],
  ],
  "i32",
) as Tensor<Shape, "i32">;

test("a GPT is what plain PyTorch computes with its weights, and so are its gradients", () => {
  const gpt = new GPT(7, { dModel: D, nhead: 2, numLayers: 2, maxLength: 8 });
  expect(compare(gpt, {}, () => gpt.forward(tokens), fixtures.models.GPT)).toEqual([]);
});

test("an encoder–decoder is what plain PyTorch computes with its weights, and so are its gradients", () => {
  const model = new EncoderDecoder(7, 5, { dModel: D, nhead: 2, numLayers: 1, dimFeedforward: 8 });
  const options = { sourceLengths: tensor([5, 3], "i32") as Tensor<Shape, "i32"> };
  expect(compare(model, {}, () => model.forward(tokens, target, options), fixtures.models.EncoderDecoder)).toEqual([]);
});
