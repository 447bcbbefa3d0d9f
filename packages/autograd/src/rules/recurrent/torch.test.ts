import {
  concat,
  Generator,
  gru,
  gruCell,
  lstm,
  lstmCell,
  memory,
  rnn,
  rnnCell,
  scope,
  stack,
  tensor,
  type Tensor,
} from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { grad } from "../../index.ts";
import fixtures from "./torch.json" with { type: "json" };

// tooling/oracle/recurrent says how the fixtures are made.

/** As `values` of the fixtures' script. */
function values(shape: readonly number[], salt: number): Tensor {
  const count = shape.reduce((product, size) => product * size, 1);
  return tensor(Array.from({ length: count }, (_, i) => Math.sin(12.9898 * i + 78.233 * salt) * 0.8)).reshape(shape);
}

const [TIME, BATCH, FEATURES, HIDDEN, PROJECTED] = [4, 3, 2, 3, 2];
const GATES: Readonly<Record<string, number>> = { rnn: 1, rnnRelu: 1, gru: 3, gruResetBefore: 3 };

type Inputs = Readonly<Record<string, Tensor>>;

function inputsOf(kind: string): Record<string, Tensor> {
  const isLstm = kind.startsWith("lstm");
  const state = kind === "lstmProjected" ? PROJECTED : HIDDEN;
  const rows = (GATES[kind] ?? 4) * HIDDEN;
  const shapes: Record<string, number[]> = { x: [TIME, BATCH, FEATURES] };
  for (const way of ["ahead", "back"]) {
    shapes[`${way}.weightIh`] = [rows, FEATURES];
    shapes[`${way}.weightHh`] = [rows, state];
    shapes[`${way}.biasIh`] = [rows];
    shapes[`${way}.biasHh`] = [rows];
    if (kind === "lstmProjected") shapes[`${way}.weightHr`] = [state, HIDDEN];
    shapes[`${way}.h0`] = [BATCH, state];
    if (isLstm) shapes[`${way}.c0`] = [BATCH, HIDDEN];
  }
  return Object.fromEntries(Object.entries(shapes).map(([name, shape], i) => [name, values(shape, 1 + i)]));
}

interface Found {
  readonly output: Tensor;
  readonly hLast: Tensor;
  readonly cLast?: Tensor;
}

/** One direction by the op under test. */
function run(
  kind: string,
  inputs: Inputs,
  way: "ahead" | "back",
  lengths: Tensor<readonly number[], "i32"> | undefined,
): Found {
  const of = (name: string): Tensor => inputs[`${way}.${name}`] as Tensor;
  const weights = {
    weightIh: of("weightIh"),
    weightHh: of("weightHh"),
    biasIh: of("biasIh"),
    biasHh: of("biasHh"),
    weightHr: inputs[`${way}.weightHr`],
  };
  const { weightHr: _, ...plain } = weights;
  const [x, options] = [inputs["x"] as Tensor, { h0: of("h0"), lengths, reverse: way === "back" }];
  if (kind.startsWith("lstm")) return lstm(x, weights, { ...options, c0: of("c0") });
  if (kind.startsWith("gru")) return gru(x, plain, { ...options, resetAfter: kind === "gru" });
  return rnn(x, plain, { ...options, nonlinearity: kind === "rnnRelu" ? "relu" : "tanh" });
}

/** Both directions: output, last h, last c, as PyTorch puts them together. */
function bothWays(kind: string, inputs: Inputs, lengths: readonly number[] | null): Tensor[] {
  const each = lengths === null ? undefined : tensor([...lengths], "i32");
  const [ahead, back] = [run(kind, inputs, "ahead", each), run(kind, inputs, "back", each)];
  const results = [concat([ahead.output, back.output], 2), stack([ahead.hLast, back.hLast])];
  return ahead.cLast && back.cLast ? [...results, stack([ahead.cLast, back.cLast])] : results;
}

const projection = (results: readonly Tensor[], salt: number): Tensor =>
  results.map((result, i) => result.mul(values(result.shape, salt + i)).sum()).reduce((sum, next) => sum.add(next));

/** Where `found` is not `wanted`, in words. */
function differences(found: Tensor | undefined, wanted: string, tolerance: number): string[] {
  const [got, numbers] = [Array.from(found?.data() ?? []), wanted.split(" ").map(Number)];
  if (got.length !== numbers.length) return [`${got.length} elements, not ${numbers.length}`];
  return got.flatMap((value, i) => {
    const want = numbers[i] as number;
    return Math.abs(value - want) < tolerance * (1 + Math.abs(want)) ? [] : [`element ${i} is ${value}, not ${want}`];
  });
}

/** As they are in the fixtures. */
const text = (one: Tensor | undefined): string => Array.from(one?.data() ?? []).join(" ");

/** The same for tensors by name. */
function allDifferences(found: Inputs, wanted: Readonly<Record<string, string>>, tolerance: number): string[] {
  return Object.entries(wanted).flatMap(([name, numbers]) =>
    differences(found[name], numbers, tolerance).map((wrong) => `${name}: ${wrong}`),
  );
}

const texts = (tensors: Inputs, which: (name: string) => boolean): Record<string, string> =>
  Object.fromEntries(Object.entries(tensors).flatMap(([name, one]) => (which(name) ? [[name, text(one)]] : [])));

describe.each(fixtures.rows)("$kind, lengths $lengths, as PyTorch", ({ kind, lengths, results, gradients, second }) => {
  const loss = (inputs: Inputs): Tensor => projection(bothWays(kind, inputs, lengths), 50);

  test("gives its values", () => {
    scope(() => {
      const found = bothWays(kind, inputsOf(kind), lengths);
      expect(found.flatMap((result, i) => differences(result, results[i] ?? "", 2e-6))).toEqual([]);
    });
  });

  test("gives its gradients", () => {
    scope(() => expect(allDifferences(grad(loss)(inputsOf(kind)), gradients, 5e-6)).toEqual([]));
  });

  test("gives its second gradients", () => {
    scope(() => {
      const along = (inputs: Inputs): Tensor => projection(Object.values(grad(loss)(inputs)), 80);
      expect(allDifferences(grad(along)(inputsOf(kind)), second, 2e-5)).toEqual([]);
    });
  });
});

describe.each(["rnn", "rnnRelu", "gru", "gruResetBefore", "lstm", "lstmProjected"])("%s", (kind) => {
  const way = "back";

  test("of a padded batch is each sequence alone, values and gradients, whatever stands beyond the lengths", () => {
    scope(() => {
      const lengths = [4, 0, 2];
      const inputs = inputsOf(kind);
      const padded = inputs["x"] as Tensor;
      const steps = tensor([[[0]], [[1]], [[2]], [[3]]]);
      const isWithin = steps.less(tensor(lengths).reshape([1, 3, 1]));
      const spoilt = tensor(
        Array.from(padded.data(), (value, i) => (isWithin.data()[Math.floor(i / FEATURES)] ? value : NaN)),
      );
      const whole = { ...inputs, x: spoilt.reshape(padded.shape) };
      const batch = (given: Inputs): Tensor[] => Object.values(run(kind, given, way, tensor(lengths, "i32")));
      const batchLoss = (given: Inputs): Tensor => projection(batch(given), 50);
      const found = grad(batchLoss)(whole);

      const alone = (given: Inputs): Tensor => {
        const parts = lengths.map((length, item) => {
          const own = Object.fromEntries(
            Object.entries(given).map(([name, value]) => [
              name,
              name === "x"
                ? value.slice(0, 0, length).slice(1, item, item + 1)
                : /[hc]0$/.test(name)
                  ? value.slice(0, item, item + 1)
                  : value,
            ]),
          );
          return Object.values(run(kind, own, way, undefined)).map((result, i) => {
            const factors = values([i === 0 ? TIME : 1, BATCH, result.shape.at(-1) ?? 0], 50 + i).slice(
              1,
              item,
              item + 1,
            );
            return result.mul(i === 0 ? factors.slice(0, 0, length) : factors.reshape(result.shape)).sum();
          });
        });
        return parts.flat().reduce((sum, next) => sum.add(next));
      };
      const wanted = texts(grad(alone)(inputs), (name) => name === "x" || name.startsWith(way));
      expect(allDifferences(found, wanted, 1e-5)).toEqual([]);
      expect(Math.abs(batchLoss(whole).item() - alone(inputs).item())).toBeLessThan(1e-5);
    });
  });

  test("step by step is the sequence, and so are the gradients, which are added up in place", () => {
    const before = memory().storages;
    scope(() => {
      const inputs = inputsOf(kind);
      const stepped = (given: Inputs): Tensor => {
        const of = (name: string): Tensor => given[`ahead.${name}`] as Tensor;
        const weights = {
          weightIh: of("weightIh"),
          weightHh: of("weightHh"),
          biasIh: of("biasIh"),
          biasHh: of("biasHh"),
        };
        let [h, c] = [of("h0"), given["ahead.c0"]];
        const outputs: Tensor[] = [];
        for (let t = 0; t < TIME; t++) {
          const x = (given["x"] as Tensor).slice(0, t, t + 1).squeeze(0);
          if (kind.startsWith("lstm")) {
            ({ h, c } = lstmCell(x, { h0: h, c0: c }, { ...weights, weightHr: given["ahead.weightHr"] }));
          } else if (kind.startsWith("gru")) h = gruCell(x, h, weights, { resetAfter: kind === "gru" });
          else h = rnnCell(x, h, weights, { nonlinearity: kind === "rnnRelu" ? "relu" : "tanh" });
          outputs.push(h);
        }
        return projection([stack(outputs), h, ...(c ? [c] : [])], 50);
      };
      const whole = (given: Inputs): Tensor => projection(Object.values(run(kind, given, "ahead", undefined)), 50);
      const wanted = texts(grad(whole)(inputs), (name) => name === "x" || name.startsWith("ahead"));
      expect(allDifferences(grad(stepped)(inputs), wanted, 1e-5)).toEqual([]);
    });
    expect(memory().storages).toBe(before);
  });
});

test("a large batch, whose weights are packed, has the gradients of its parts", () => {
  scope(() => {
    const generator = new Generator(4);
    const weights = { weightIh: generator.normal([68, 9]).mul(0.3), weightHh: generator.normal([68, 17]).mul(0.3) };
    const x: Tensor = generator.normal([6, 40, 9]);
    const of = (part: Tensor): Inputs =>
      grad((given: typeof weights) => lstm(part, given).output.square().sum())(weights);
    const whole = of(x);
    const parts = Array.from({ length: 20 }, (_, i) => of(x.slice(1, 2 * i, 2 * i + 2)));
    const wrong = ["weightIh", "weightHh"].flatMap((name) => {
      const sum = parts.map((part) => part[name] as Tensor).reduce((total, next) => total.add(next));
      return differences(whole[name], text(sum), 2e-5);
    });
    expect(wrong).toEqual([]);
  });
});
