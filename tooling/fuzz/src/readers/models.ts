import {
  Adam,
  decodeModel,
  Dropout,
  Embedding,
  encodeModel,
  Flatten,
  fit,
  GELU,
  LayerNorm,
  Linear,
  manualSeed,
  type Module,
  ReLU,
  Sequential,
  SGD,
} from "@unfoldjs/nn";
import { checkpointing, earlyStopping } from "@unfoldjs/nn";
import { Generator, type Tensor } from "@unfoldjs/tensor-core";
import { Conv2d, layers, MaxPool2d } from "@unfoldjs/vision-layers";
import { rewrittenHeader } from "./header-json.ts";
import type { Reader } from "./reader.ts";

const TOKENS = [
  "$module",
  "arguments",
  "Linear",
  "Sequential",
  "Conv2d",
  "Dropout",
  "unfold.model",
  "unfold.training",
  '"',
  '\\"',
  "null",
  "true",
  "[",
  "]",
  "{",
  "}",
  "0.weight",
  "/optimizer/",
];

function models(): Module[] {
  manualSeed(1);
  return [
    new Sequential(new Linear(2, 3), new ReLU(), new Linear(3, 1, { bias: false })),
    new Sequential(new Conv2d(1, 2, 2), new MaxPool2d(2), new GELU(), new Flatten(), new Dropout(0.3)),
    new Sequential(new LayerNorm(2)),
    new Embedding(3, 2),
    new Linear(1, 1),
  ];
}

export const modelReader: Reader = {
  name: "model",
  files: () =>
    Promise.resolve(
      models().map((model) => {
        const bytes = encodeModel(model, { layers });
        model.dispose();
        return bytes;
      }),
    ),
  tokens: TOKENS,
  read(bytes) {
    const model = decodeModel(bytes, { layers });
    try {
      encodeModel(model, { layers });
      String(model);
    } finally {
      model.dispose();
    }
    return [];
  },
  rewrite: rewrittenHeader,
};

const EPOCHS = 2;

/** A training that is over after two epochs, from where it was if there is something to go on from. */
async function train(
  kind: number,
  more: { readonly resume?: Uint8Array; readonly saved?: Uint8Array[] },
): Promise<void> {
  manualSeed(3);
  const model = new Linear(2, 1);
  const parameters = model.parameters();
  const optimizer =
    kind === 0
      ? new SGD(parameters, { learningRate: 0.1, momentum: 0.9 })
      : new Adam(parameters, { learningRate: 0.01 });
  const { saved, resume } = more;
  const x = new Generator(2).normal([2, 2]);
  try {
    await fit(model, [x, x], {
      epochs: EPOCHS,
      optimizer,
      forward: (batch: Tensor) => model.forward(batch),
      loss: (out: Tensor) => out.square().mean(),
      callbacks: [
        earlyStopping({ patience: 5 }),
        ...(saved === undefined ? [] : [checkpointing((bytes) => void saved.push(bytes))]),
      ],
      ...(resume === undefined ? {} : { resume }),
    } as never);
  } finally {
    x.dispose();
    optimizer.dispose();
    model.dispose();
  }
}

export const checkpointReader: Reader = {
  name: "checkpoint",
  async files() {
    const saved: Uint8Array[] = [];
    for (const kind of [0, 1]) await train(kind, { saved });
    return saved;
  },
  tokens: [...TOKENS, "progress", "averages", "history", "generators", "parts", "epochSteps", "callbacks.0"],
  async read(bytes) {
    await train((bytes.at(-1) ?? 0) & 1, { resume: bytes });
    return [];
  },
  rewrite: rewrittenHeader,
};
