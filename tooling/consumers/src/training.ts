// What every consumer runs, in the language and the kind of module that it uses: ten steps of a small CNN, and of a translation.

import { valueAndGrad } from "@unfoldjs/autograd";
import { beamSearch, bleu, powerRule } from "@unfoldjs/decoding";
import { cosineSimilarity } from "@unfoldjs/embeddings";
import {
  Adam,
  backward,
  crossEntropy,
  decodeModel,
  encodeModel,
  Flatten,
  Linear,
  manualSeed,
  type Module,
  ReLU,
  Sequential,
} from "@unfoldjs/nn";
import { decodeSafetensors, Generator, runtime, scope, type Tensor, tensor } from "@unfoldjs/tensor-core";
import { AttentionSeq2Seq, CRF, layers as sequenceLayers, sequenceCrossEntropy } from "@unfoldjs/sequence-layers";
import { Conv2d, layers, MaxPool2d } from "@unfoldjs/vision-layers";
import { resize, toPicture, toTensor } from "@unfoldjs/vision-layers/pictures";

/** @returns `trained <build of the core> <how it rounds> <hash of the weights>` */
export function train(): string {
  assertResized();
  manualSeed(1);
  const model = new Sequential(
    new Conv2d(1, 4, 3, { padding: 1 }),
    new ReLU(),
    new MaxPool2d(2),
    new Flatten(),
    new Linear(4 * 6 * 6, 3),
  );
  const optimizer = new Adam(model.parameters());
  const pictures = new Generator(2).uniform([6, 1, 12, 12]);
  const labels = tensor([0, 1, 2, 0, 1, 2], "i32");
  const losses: number[] = [];
  for (let step = 0; step < 10; step++) {
    losses.push(backward(model, () => crossEntropy(model.forward(pictures), labels)));
    optimizer.step();
  }
  assertFalling(losses);
  const { gradient } = valueAndGrad((x: Tensor) => x.square().mean())(pictures);
  const weights = throughFile(model)
    .parameters()
    .map((parameter) => parameter.data());
  const hash = hashOf([...weights, gradient.data(), ...translate()]);
  return `trained ${runtime.info().build} ${rounding()} ${hash}`;
}

/**
 * Recurrence over sentences of two lengths, attention, and tags: ten steps, through a file, and one step of a search.
 * @returns the weights, and log-probabilities of a next word
 */
function translate(): readonly Float32Array[] {
  const model = new AttentionSeq2Seq(6, 5, 8, { generator: new Generator(5) });
  const tagger = new CRF(5, { batchFirst: true, generator: new Generator(6) });
  const optimizer = new Adam([...model.parameters(), ...tagger.parameters()], { learningRate: 0.01 });
  const words = (rows: number[][]): Tensor<readonly number[], "i32"> => tensor(rows, "i32");
  const source = words([
    [1, 4, 2, 3],
    [5, 2, 0, 0],
  ]);
  const before = words([
    [0, 3, 1],
    [0, 2, 4],
  ]);
  const target = words([
    [3, 1, 2],
    [2, 4, 1],
  ]);
  const lengths = tensor([4, 2], "i32");
  const losses: number[] = [];
  for (let step = 0; step < 10; step++) {
    losses.push(
      backward(model, () => {
        const { logits } = model.forward(source, before, { lengths });
        return sequenceCrossEntropy(logits, target).sub(tagger.forward(logits, target, { reduction: "token_mean" }));
      }),
    );
    optimizer.step();
  }
  assertFalling(losses);
  const built = decodeModel(encodeModel(model, { layers: sequenceLayers }), { layers: sequenceLayers });
  if (!(built instanceof AttentionSeq2Seq)) throw new Error(`a translation came back as ${built.constructor.name}`);
  const search = built.eval().start(source, { lengths });
  const { logProbabilities } = search.step(Int32Array.of(0, 0), search.state);
  return [...[...built.parameters(), ...tagger.parameters()].map((parameter) => parameter.data()), logProbabilities];
}

function assertFalling(losses: readonly number[]): void {
  if (losses.every((loss, step) => step === 0 || loss < (losses[step - 1] ?? 0))) return;
  throw new Error(`the loss did not fall at every step: ${losses.join(" ")}`);
}

/**
 * The model written to a file's bytes and built from them again.
 * @throws Error if the file has other names for layers than the program, as where a bundler has shortened them
 */
function throughFile(model: Module): Module {
  const bytes = encodeModel(model, { layers });
  const description = decodeSafetensors(bytes).metadata["unfold.model"] ?? "";
  const named = Array.from(description.matchAll(/"\$module":"(.*?)"/g), ([, name]) => name).join(" ");
  if (named !== LAYERS) throw new Error(`the file names layers "${named}"`);
  assertNamed(model);
  return decodeModel(bytes, { layers });
}

const LAYERS = "Sequential Conv2d ReLU MaxPool2d Flatten Linear";

/** @throws Error if a picture of two pixels is made larger otherwise than PIL does it */
function assertResized(): void {
  const two = { height: 1, width: 2, channels: 1, data: Uint8Array.of(0, 200) } as const;
  const four = toPicture(toTensor(resize(two, [1, 4], { interpolation: "bilinear" }))).data.join(" ");
  if (four !== "0 50 150 200") throw new Error(`a resized picture has ${four}`);
}

/** @throws Error if texts call layers or errors what a bundler has shortened their classes to */
function assertNamed(model: Module): void {
  const printed = Array.from(String(model).matchAll(/(\w+)\(/g), ([, name]) => name).join(" ");
  const summed = model
    .summary([1, 1, 12, 12])
    .rows.map((row) => row.class)
    .join(" ");
  let thrown = "";
  try {
    tensor([1, 2]).reshape([3] as number[]);
  } catch (error) {
    thrown = String(error).split(":")[0] ?? "";
  }
  const names = { printed, summed, thrown };
  const wanted = { printed: LAYERS, summed: LAYERS, thrown: "ShapeError" };
  if (JSON.stringify(names) !== JSON.stringify(wanted))
    throw new Error(`texts have other names: ${JSON.stringify(names)}`);
}

/**
 * Multiplies on one thread and, if a second one comes up within a few seconds, on both.
 * @returns `shared by <threads> threads`, and why there are not two
 * @throws Error if the number of threads changes a bit
 */
export async function share(): Promise<string> {
  await decode();
  compare();
  const [left, right] = [new Generator(3).normal([300, 300]), new Generator(4).normal([300, 300])];
  const product = (): string => scope(() => hashOf([left.matmul(right).data()]));
  runtime.configure({ threads: 1 });
  const alone = product();
  runtime.configure({ threads: 2 });
  const cannot = (): boolean => runtime.info().missing.some((each) => each.startsWith("threads"));
  for (let tries = 0; tries < 200 && runtime.info().threads < 2 && !cannot(); tries++) {
    product();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { threads, missing } = runtime.info();
  if (product() !== alone) throw new Error(`${threads} threads give another product than one`);
  return `shared by ${threads} threads ${missing.join("; ")}`.trim();
}

/**
 * Whether a product is rounded before it is added. Plain SIMD does so; relaxed SIMD leaves it to the engine, and where
 * there is no instruction for both at once, or the engine does not use it, the weights are those of plain SIMD.
 */
function rounding(): "fused" | "unfused" {
  const e = 2 ** -12; // (1 + e)² - (1 + 2e) = e², which the product's last bit does not reach
  const [sum = 0] = tensor([[-1, 1 + e]])
    .matmul(tensor([[1 + 2 * e], [1 + e]]))
    .data();
  return sum === 0 ? "unfused" : "fused";
}

/** FNV-1a, 32 bits, of all bytes. */
function hashOf(arrays: readonly Float32Array[]): string {
  let hash = 0x811c9dc5;
  for (const array of arrays) {
    for (const byte of new Uint8Array(array.buffer, array.byteOffset, array.byteLength)) {
      hash = Math.imul(hash ^ byte, 0x01000193);
    }
  }
  return (hash >>> 0).toString(16).padStart(8, "0");
}

/** A beam over a table, and its BLEU: of the package that needs none of the others. */
async function decode(): Promise<void> {
  const words = ["<end>", "<start>", "a", "cat", "sat"];
  const next = [[], [0, 0, 0.6, 0.4, 0], [0, 0, 0, 1, 0], [0.1, 0, 0, 0, 0.9], [1, 0, 0, 0, 0]];
  const step = (tokens: Int32Array): { logProbabilities: Float32Array; state: undefined } => ({
    logProbabilities: Float32Array.from(
      Array.from(tokens, (token) => (next[token] ?? []).map((each) => Math.log(each))).flat(),
    ),
    state: undefined,
  });
  const search = { prompts: [[1]], stopTokens: 0, maxLength: 6, width: 3, length: powerRule(0.7) };
  const { sentences } = await beamSearch({ model: { step }, ...search });
  const found = Array.from(sentences[0]?.hypotheses[0]?.tokens ?? [], (token) => words[token]).join(" ");
  if (found !== "a cat sat <end>" || bleu([found], [found]).score < 99.9) throw new Error(`decoding found ${found}`);
}

/** Two words that point the same way. */
function compare(): void {
  const similarity = cosineSimilarity(Float32Array.of(3, 4), [6, 8]);
  if (Math.abs(similarity - 1) > 1e-6) throw new Error(`a vector's double is ${similarity} like it`);
}
