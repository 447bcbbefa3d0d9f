import { grad } from "@unfoldjs/autograd";
import { stateKey } from "@unfoldjs/nn";
import { memory, scope, type Tensor, tensor } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { close, pattern } from "../testing/pattern.ts";
import fixtures from "../fixtures/recurrent.json" with { type: "json" };
import { GRU } from "./gru.ts";
import { LSTM } from "./lstm.ts";
import type { RecurrentOptions } from "./options.ts";
import type { Passed } from "./recurrent-layer.ts";
import { RNN } from "./rnn.ts";

const [TIME, BATCH, FEATURES, HIDDEN, PROJECTED] = [4, 3, 2, 3, 2];
type Made = RNN | GRU | LSTM;

function make(kind: string, options: RecurrentOptions): Made {
  if (kind === "rnn relu") return new RNN(FEATURES, HIDDEN, { ...options, nonlinearity: "relu" });
  if (kind === "rnn tanh") return new RNN(FEATURES, HIDDEN, options);
  if (kind === "gru") return new GRU(FEATURES, HIDDEN, options);
  return new LSTM(FEATURES, HIDDEN, kind === "lstm" ? options : { ...options, projSize: PROJECTED });
}

const title = ({ kind, layers, bidirectional, batchFirst, lengths }: (typeof fixtures.rows)[number]): string =>
  [
    kind,
    `${layers} layers`,
    bidirectional && "bidirectional",
    batchFirst && "batch first",
    lengths !== null && "lengths",
  ]
    .filter(Boolean)
    .join(", ");

describe(`recurrent layers as PyTorch ${fixtures.torch} has them`, () => {
  test.each(fixtures.rows.map((row) => [title(row), row] as const))(
    "%s: results and all gradients",
    (_, { kind, layers, bidirectional, batchFirst, lengths, results, gradients }) => {
      const layer = make(kind, { numLayers: layers, bidirectional, batchFirst });
      const before = memory();
      scope(() => {
        layer.parameters().forEach((parameter, at) => parameter.assign(pattern(parameter.shape, 20 + at)));
        const keys = layer.namedParameters().map(([path]) => stateKey(path));
        const count = layers * (bidirectional ? 2 : 1);
        const [x, h0] = [
          pattern(batchFirst ? [BATCH, TIME, FEATURES] : [TIME, BATCH, FEATURES], 1),
          pattern([count, BATCH, kind === "lstm projected" ? PROJECTED : HIDDEN], 2),
        ];
        const c0 = kind.startsWith("lstm") ? [pattern([count, BATCH, HIDDEN], 3)] : [];
        const run = ([given, hidden, cells]: readonly Tensor[]): Passed => {
          const inputs = { h0: hidden, lengths: lengths === null ? undefined : tensor(lengths, "i32") };
          return layer.forward(given as Tensor, cells === undefined ? inputs : { ...inputs, c0: cells });
        };
        const found = Object.entries(run([x, h0, ...c0]));
        expect(found.map(([name]) => name)).toEqual(Object.keys(results));
        for (const [name, result] of found as [keyof typeof results, Tensor][]) {
          expect([...result.data()]).toEqual(close(results[name] as number[]));
        }
        const names = ["x", "h0", ...(c0.length === 0 ? [] : ["c0"]), ...keys];
        expect(names).toEqual(Object.keys(gradients));
        const derived = grad((leaves: readonly Tensor[]) =>
          (Object.values(run(leaves.slice(0, 2 + c0.length))) as Tensor[])
            .map((result, at) => result.mul(pattern(result.shape, 7 + at)).sum())
            .reduce((sum, part) => sum.add(part)),
        )([x, h0, ...c0, ...layer.parameters()]) as Tensor[];
        names.forEach((name, at) => {
          const values = [...(derived[at] as Tensor).data()];
          expect({ name, values }).toEqual({ name, values: close(Reflect.get(gradients, name) as number[]) });
        });
      });
      expect(memory()).toMatchObject({ tensors: before.tensors, bytes: before.bytes });
      layer.dispose();
    },
  );
});
