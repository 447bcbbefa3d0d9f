import type * as inspect from "@unfoldjs/vision-layers/inspect";
import { Conv2d } from "@unfoldjs/vision-layers";
import { Flatten, Linear, ReLU, Sequential } from "@unfoldjs/nn";
import { Generator } from "@unfoldjs/tensor-core";
import * as kind from "../kinds.ts";
import { call, type Rows } from "../row.ts";

const { count, options, sizes, tensorOf, truth, word } = kind;

const model = kind.given(
  () => new Sequential(new Conv2d(2, 2, 3, { padding: 1 }), new ReLU(), new Flatten(), new Linear(32, 2)),
  "a module",
);
const x = tensorOf([1, 2, 4, 4]);
const inside = ["Linear", "linear", "Conv2d", "conv2d"] as const;
const generator = kind.given(() => new Generator(1));
/** A class, or classes; what else may be one is seen by the model's result. */
const target: kind.Kind = {
  make: () => 1,
  takes: ["zero", "two", "2 ** 40", "a function", "an async function", "an array of numbers", "an empty array"],
};
const forward = kind.callable((input: unknown) => (input as { flatten(start: number): unknown }).flatten(1));
const explained = { target, forward };
const fromOne = (value: number): kind.Kind => ({ ...count(value), takes: ["two", "2 ** 40"] });
const baseline: kind.Kind = { ...kind.finite(0), takes: [...kind.finite(0).takes, ...tensorOf([]).takes] };
const layer = kind.given(() => "0", "a word", "a module", "an empty string");
const cam = { target, layer, relu: truth(), upsample: truth() };
const map = tensorOf([4, 4]);
const colours = {
  map: word("gray"),
  range: { make: () => [0, 9], takes: ["an array of numbers"] } satisfies kind.Kind,
};
const share = { ...kind.from(0.5, "0"), takes: ["zero" as const, "half" as const] };

export const inspectRows: Rows<typeof inspect> = {
  featureMaps: call({ model, x, layers: kind.list(layer, 1, "an array of words") }, ...inside),
  features: call({ model, x, layer, options: options({ batchSize: fromOne(2) }) }, ...inside),
  saliency: call({ model, x, options: options({ ...explained, absolute: truth() }) }, ...inside),
  inputXGradient: call({ model, x, options: options(explained) }, ...inside),
  smoothGrad: call(
    {
      model,
      x,
      options: options({
        ...explained,
        samples: { ...fromOne(2), endless: ["2 ** 40"] },
        noise: kind.from(0.1, "0"),
        variant: word("square"),
        generator,
      }),
    },
    ...inside,
  ),
  integratedGradients: call(
    {
      model,
      x,
      options: options({
        ...explained,
        baseline,
        steps: { ...fromOne(3), takes: ["two"] },
        method: word("middle"),
        batchSize: fromOne(2),
      }),
    },
    ...inside,
  ),
  guidedBackprop: call({ model, x, options: options({ target }) }, ...inside),
  deconvnet: call({ model, x, options: options({ target }) }, ...inside),
  gradCam: call({ model, x, options: options(cam, "layer") }, ...inside),
  gradCamPlusPlus: call({ model, x, options: options(cam, "layer") }, ...inside),
  occlusion: call(
    {
      model,
      x,
      options: options({ ...explained, window: sizes(2), stride: sizes(2), baseline, batchSize: fromOne(2) }, "window"),
    },
    ...inside,
  ),
  maximiseActivation: call(
    {
      model: kind.given(() => new Conv2d(2, 2, 3), "a module"),
      options: options(
        {
          shape: { make: () => [2, 4, 4], takes: ["an array of numbers"] },
          layer: kind.given(() => "", "a word", "a module", "an empty string"),
          channel: { ...count(1), takes: ["zero", "two", "2 ** 40"] },
          steps: { make: () => 2, takes: ["zero", "two"], endless: ["2 ** 40"] },
          rate: kind.from(0.1, "0"),
          decay: kind.from(0.1, "0"),
          blur: { ...kind.from(0.5, "0"), takes: ["zero", "two", "half"] },
          blurEvery: fromOne(1),
          noise: kind.from(0.1, "0"),
          generator,
          onStep: kind.callable(() => undefined),
        },
        "shape",
      ),
    },
    ...inside,
  ),
  colourise: call({ values: map, options: options(colours) }),
  overlay: call({ picture: tensorOf([1, 4, 4]), map, options: options({ ...colours, opacity: share }) }),
  pictureOf: call({ picture: tensorOf([3, 4, 4]), options: options({ range: colours.range }) }),
  gridOf: call({
    maps: tensorOf([2, 4, 4]),
    options: options({
      ...colours,
      columns: fromOne(2),
      gap: count(1),
      zoom: { ...fromOne(2), takes: ["two"] },
      scale: word("all"),
      colour: truth(),
    }),
  }),
};
