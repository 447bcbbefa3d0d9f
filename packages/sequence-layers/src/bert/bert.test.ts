import { readFileSync } from "node:fs";
import { join } from "node:path";
import { grad } from "@unfoldjs/autograd";
import { Adam, backward, decodeModel, encodeModel } from "@unfoldjs/nn";
import {
  decodeSafetensors,
  encodeSafetensors,
  FormatError,
  Generator,
  IndexError,
  memory,
  scope,
  type Shape,
  ShapeError,
  tensor,
  type Tensor,
  ValueError,
} from "@unfoldjs/tensor-core";
import { afterAll, describe, expect, test } from "vitest";
import fixtures from "../fixtures/tiny-bert.json" with { type: "json" };
import { layers } from "../layers.ts";
import { differences, sortedWeights, weighted } from "../testing/pattern.ts";
import { BertModel } from "./bert-model.ts";
import { bertOptionsOf, loadBert } from "./load-bert.ts";
import { SentenceEncoder } from "./sentence-encoder.ts";

// tooling/oracle/sequence-attention says how the fixtures are made: transformers wrote the file, and computed with it.

type Tokens = Tensor<Shape, "i32">;
type Truths = Tensor<Shape, "bool">;
const bytes = new Uint8Array(readFileSync(join(import.meta.dirname, "../fixtures/tiny-bert.safetensors")));
const bert = loadBert(fixtures.config, bytes);
const encoder = new SentenceEncoder(bert);
afterAll(() => bert.dispose());

const tokens = (): Tokens => tensor(fixtures.tokens, "i32") as Tokens;
const tokenTypeIds = (): Tokens => tensor(fixtures.tokenTypeIds, "i32") as Tokens;
const lengths = (): Tokens => tensor(fixtures.lengths, "i32") as Tokens;
const attentionMask = (): Truths =>
  tensor(
    fixtures.lengths.map((length) => [0, 1, 2, 3, 4].map((at) => at < length)),
    "bool",
  ) as Truths;
/** What stands in the padding means nothing. */
const withoutPadding = (hidden: Tensor): Tensor => hidden.mul<Shape, Shape>(attentionMask().to("f32").unsqueeze(2));
const numbers = (x: Tensor): number[] => [...x.data()];
const close = (x: Tensor): unknown[] => numbers(x).map((each) => expect.closeTo(each, 5));

describe(`a small BERT of transformers ${fixtures.transformers}`, () => {
  test("has the names of its file", () => {
    expect(Object.keys(bert.stateDict()).toSorted()).toEqual([...decodeSafetensors(bytes).tensors.keys()].toSorted());
  });

  test.each([
    ["lengths", () => ({ lengths: lengths() })],
    ["a mask", () => ({ attentionMask: attentionMask() })],
  ])("gives the same vectors for tokens and sentences, with %s", (_, masks) => {
    scope(() => {
      const inputs = { ...masks(), tokenTypeIds: tokenTypeIds() };
      const hidden = bert.forward(tokens(), inputs);
      expect(differences("hidden", withoutPadding(hidden), fixtures.hidden)).toEqual([]);
      expect(differences("pooled", bert.pool(hidden), fixtures.pooled)).toEqual([]);
      expect(differences("vectors", encoder.forward(tokens(), inputs), fixtures.vectors)).toEqual([]);
      const plain = bert.forward(tokens().slice(0, 0, 1));
      expect(differences("plain", plain, fixtures.plain)).toEqual([]);
    });
  });

  test("has the same gradients by every weight", () => {
    scope(() => {
      const weights = sortedWeights(bert);
      const gradients = grad((given: Tensor[]) => {
        expect(given.length).toBe(weights.length);
        const hidden = bert.forward(tokens(), { lengths: lengths(), tokenTypeIds: tokenTypeIds() });
        return weighted(withoutPadding(hidden)).add<Shape, Shape>(weighted(bert.pool(hidden), 8));
      })(weights.map(([, weight]) => weight)) as Tensor[];
      expect(weights.map(([name]) => name)).toEqual(Object.keys(fixtures.gradients));
      const wanted: Readonly<Record<string, string>> = fixtures.gradients;
      const wrong = weights.flatMap(([name], at) => differences(name, gradients[at], wanted[name] ?? "", 2e-4));
      expect(wrong).toEqual([]);
    });
  });
});

test("a batch is its sentences, whatever stands in the padding, and holes in a mask leave tokens out", () => {
  scope(() => {
    const all = encoder.forward(tokens(), { lengths: lengths() });
    for (const [at, length] of fixtures.lengths.entries()) {
      const alone = encoder.forward(
        tokens()
          .slice(0, at, at + 1)
          .slice(1, 0, length),
      );
      expect(numbers(alone)).toEqual(close(all.slice(0, at, at + 1)));
    }
    const other = tensor(
      fixtures.tokens.map((row, at) => row.map((id, step) => (step < (fixtures.lengths[at] ?? 0) ? id : 17))),
      "i32",
    ) as Tokens;
    expect(numbers(encoder.forward(other, { lengths: lengths() }))).toEqual(close(all));
    const both = encoder.forward(tokens(), { lengths: lengths(), attentionMask: attentionMask() });
    expect(numbers(both)).toEqual(close(all));
    // A sentence without a token has no direction.
    const none = encoder.forward(tokens(), { lengths: tensor([0, 3, 4], "i32") as Tokens });
    expect(numbers(none.slice(0, 0, 1)).every((value) => value === 0)).toBe(true);
    expect(numbers(none.slice(0, 1, 3))).toEqual(close(all.slice(0, 1, 3)));
  });
});

test("it can be tuned further: sentences that mean the like come nearer, and nothing is left behind", () => {
  const model = new SentenceEncoder(loadBert(fixtures.config, bytes));
  const optimizer = new Adam(model.parameters(), { learningRate: 1e-3 });
  const likeness = (): Tensor => {
    const vectors = model.forward(tokens(), { lengths: lengths() });
    return vectors
      .slice(0, 0, 1)
      .mul<Shape, Shape>(vectors.slice(0, 1, 2))
      .sum();
  };
  const step = (): number =>
    scope(() => {
      const loss = backward(model, () => likeness().neg().add(1));
      optimizer.step();
      return loss;
    });
  const first = step();
  step();
  const before = { tensors: memory().tensors, bytes: memory().bytes };
  for (let at = 0; at < 20; at++) step();
  expect({ tensors: memory().tensors, bytes: memory().bytes }).toEqual(before);
  expect(step()).toBeLessThan(first / 4);
  expect(model.parameters().filter(({ grad: gradient }) => gradient === undefined).length).toBe(2); // the pooler's
  model.train();
  const learning = (): number[] => scope(() => numbers(model.forward(tokens(), { lengths: lengths() })));
  expect(learning()).not.toEqual(learning()); // dropout, of weights too
  model.dispose();
});

test("models are written to a file and read again as they were", () => {
  scope(() => {
    const built = decodeModel(encodeModel(encoder, { layers }), { layers }) as SentenceEncoder;
    expect(String(built)).toBe(String(encoder));
    const inputs = { lengths: lengths() };
    expect(numbers(built.eval().forward(tokens(), inputs))).toEqual(numbers(encoder.forward(tokens(), inputs)));
    built.dispose();
  });
});

describe("files", () => {
  /** The file's weights by other names. */
  const renamed = (name: (key: string) => string | undefined): Uint8Array =>
    scope(() => {
      const entries = [...decodeSafetensors(bytes).tensors].flatMap(([key, stored]) => {
        const other = name(key);
        return other === undefined ? [] : [[other, stored.tensor()] as const];
      });
      return encodeSafetensors(Object.fromEntries(entries));
    });
  const vectors = (model: BertModel): number[] => scope(() => numbers(model.forward(tokens(), { lengths: lengths() })));

  test("with a prefix, old names of norms and heads on top are read", () => {
    const old = (key: string): string =>
      `bert.${key}`.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta");
    const model = loadBert(fixtures.config, renamed(old));
    expect(vectors(model)).toEqual(vectors(bert));
    const withHead = scope(() => {
      const own = [...decodeSafetensors(bytes).tensors].map(([key, stored]) => [key, stored.tensor()] as const);
      return encodeSafetensors(
        Object.fromEntries([
          ...own,
          ["cls.predictions.bias", tensor([1, 2])],
          ["embeddings.position_ids", tensor([[0, 1]], "i32")],
        ]),
      );
    });
    const other = loadBert(fixtures.config, withHead);
    expect(vectors(other)).toEqual(vectors(bert));
    for (const each of [model, other]) each.dispose();
  });

  test("without a pooler are read, without another weight refused, and nothing is left behind", () => {
    const model = loadBert(
      fixtures.config,
      renamed((key) => (key.startsWith("pooler") ? undefined : key)),
    );
    expect(vectors(model)).toEqual(vectors(bert));
    model.dispose();
    const lacking = renamed((key) => (key.endsWith("1.output.dense.weight") ? undefined : key));
    const before = memory().tensors;
    expect(() => loadBert(fixtures.config, lacking)).toThrow(/missing +encoder.layer.1.output.dense.weight/);
    expect(() => loadBert({ ...fixtures.config, hidden_size: 16 }, bytes)).toThrow(/disagree about embeddings.word/);
    expect(() => loadBert({ ...fixtures.config, intermediate_size: 16 }, bytes)).toThrow(ValueError);
    expect(() => loadBert(fixtures.config, bytes.subarray(0, 900))).toThrow(FormatError);
    expect(memory().tensors).toBe(before);
  });

  test("of other models are refused", () => {
    expect(() => bertOptionsOf({ ...fixtures.config, model_type: "roberta" })).toThrow(/model_type bert/);
    expect(() => bertOptionsOf({ vocab_size: 20 })).toThrow(/model_type +none/);
    expect(() => bertOptionsOf({ ...fixtures.config, position_embedding_type: "relative_key" })).toThrow(FormatError);
    expect(() => loadBert({ ...fixtures.config, hidden_act: "swish" }, bytes)).toThrow(/hiddenAct/);
    expect(bertOptionsOf(fixtures.config)).toMatchObject({ vocabSize: 20, hiddenSize: 8, layerNormEps: 1e-12 });
  });
});

test("first values are BERT's, and what does not fit is refused", () => {
  const sizes = { vocabSize: 50, hiddenSize: 24, numHiddenLayers: 1, intermediateSize: 30, maxPositionEmbeddings: 8 };
  const model = new BertModel({ ...sizes, generator: new Generator(1) });
  const deviation = (x: Tensor): number => Math.sqrt(numbers(x).reduce((sum, value) => sum + value ** 2, 0) / x.size);
  expect(deviation(model.embeddings.word_embeddings.weight)).toBeCloseTo(0.02, 2);
  expect(deviation(model.pooler.dense.bias as Tensor)).toBe(0);
  expect(deviation(model.embeddings.LayerNorm.weight as Tensor)).toBe(1);
  expect(() => model.forward(tensor([[50]], "i32") as Tokens)).toThrow(IndexError);
  expect(() => model.forward(tensor([[1, 1, 1, 1, 1, 1, 1, 1, 1]], "i32") as Tokens)).toThrow(/8 positions/);
  expect(() => model.forward(tokens(), { lengths: tensor([1], "i32") as Tokens })).toThrow(ShapeError);
  expect(() => model.forward(tokens(), { lengths: tensor([6, 1, 1], "i32") as Tokens })).toThrow(IndexError);
  expect(() => new BertModel({ ...sizes, numAttentionHeads: 5 })).toThrow(/heads must divide/);
  expect(() => new SentenceEncoder(new Generator(1) as never)).toThrow(/a BertModel/);
});
