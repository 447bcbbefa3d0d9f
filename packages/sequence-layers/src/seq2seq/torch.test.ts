import { grad } from "@unfoldjs/autograd";
import { memory, scope, type Shape, type Tensor, tensor } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { close, pattern } from "../testing/pattern.ts";
import fixtures from "../fixtures/seq2seq.json" with { type: "json" };
import { sequenceCrossEntropy } from "../losses/sequence-cross-entropy.ts";
import { AttentionSeq2Seq } from "./attention-seq2seq.ts";
import { Seq2Seq, type Seq2SeqOptions } from "./seq2seq.ts";

// As in tooling/oracle/sequence/seq2seq_fixtures.py.
const [SOURCE_WORDS, TARGET_WORDS, HIDDEN, EMBEDDED, ATTENTION] = [5, 4, 3, 2, 4];
const whole = (rows: readonly (readonly number[])[]): Tensor<Shape, "i32"> =>
  tensor(rows.flat(), "i32").reshape([2, rows[0]?.length ?? 0]);
const source = whole([
  [1, 4, 2, 3],
  [3, 2, 0, 0],
]);
const inputs = whole([
  [1, 3, 2],
  [1, 2, 0],
]);
const targets = whole([
  [3, 2, 0],
  [2, 0, -1],
]);

type Row = (typeof fixtures.rows)[number];

function make({
  cell,
  numLayers,
  bidirectional,
  initial,
  attends,
  inputFeeding,
  tiedEmbeddings,
}: Row): Seq2Seq | AttentionSeq2Seq {
  const options: Seq2SeqOptions = {
    cell: cell as "lstm" | "gru",
    numLayers,
    bidirectional,
    tiedEmbeddings,
    embeddingSize: tiedEmbeddings ? HIDDEN : EMBEDDED,
  };
  if (!attends) return new Seq2Seq(SOURCE_WORDS, TARGET_WORDS, HIDDEN, options);
  const initialState = initial ? "encoder" : "zeros";
  return new AttentionSeq2Seq(SOURCE_WORDS, TARGET_WORDS, HIDDEN, {
    ...options,
    inputFeeding,
    initialState,
    attentionSize: ATTENTION,
  });
}

const title = (row: Row): string =>
  Object.entries(row)
    .flatMap(([name, value]) =>
      name === "cell" || typeof value === "number" ? [`${name} ${String(value)}`] : value === true ? [name] : [],
    )
    .filter((word) => !word.startsWith("loss"))
    .join(", ");

describe(`translation as a plain model in PyTorch ${fixtures.torch} does it`, () => {
  test.each(fixtures.rows.map((row) => [title(row), row] as const))("%s: logits, weights, all gradients", (_, row) => {
    const before = memory();
    const model = make(row);
    scope(() => {
      const named = Object.entries(model.stateDict()).toSorted(([a], [b]) => (a < b ? -1 : 1));
      // PyTorch names a parameter that two layers share once.
      const own = named.filter(([name]) => name in row.gradients);
      expect(own.map(([name]) => name)).toEqual(Object.keys(row.gradients));
      expect(new Set(named.map(([, parameter]) => parameter)).size).toBe(own.length);
      own.forEach(([, parameter], at) => (parameter as Tensor).assign(pattern(parameter.shape, 40 + at)));
      const lengths = row.lengths === null ? undefined : tensor(row.lengths, "i32");
      const found: { readonly logits: Tensor; readonly weights?: Tensor } = model.forward(source, inputs, { lengths });
      expect([...found.logits.data()]).toEqual(close(row.logits));
      expect(found.weights === undefined ? null : [...found.weights.data()]).toEqual(row.weights && close(row.weights));
      const loss = (): Tensor =>
        sequenceCrossEntropy(model.forward(source, inputs, { lengths }).logits, targets, { ignoreIndex: -1 });
      expect(loss().item()).toBeCloseTo(row.loss, 5);
      const derived = grad((_leaves: readonly Tensor[]) => loss())(
        own.map(([, parameter]) => parameter as Tensor),
      ) as Tensor[];
      own.forEach(([name], at) => {
        const values = [...(derived[at] as Tensor).data()];
        expect({ name, values }).toEqual({ name, values: close(Reflect.get(row.gradients, name) as number[]) });
      });
    });
    model.dispose();
    expect(memory()).toMatchObject({ tensors: before.tensors, bytes: before.bytes });
  });
});
