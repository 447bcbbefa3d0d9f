import { grad, gradcheck } from "@unfoldjs/autograd";
import { backward, decodeModel, encodeModel, type Module } from "@unfoldjs/nn";
import {
  concat,
  DTypeError,
  Generator,
  IndexError,
  logicalNot,
  memory,
  ones,
  scope,
  type Shape,
  ShapeError,
  tensor,
  type Tensor,
  ValueError,
  zeros,
} from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { layers } from "../layers.ts";
import { lengthsToMask } from "../lengths/lengths-to-mask.ts";
import { values } from "../testing/pattern.ts";
import { AdditiveAttention } from "./additive-attention.ts";
import { CoverageAttention, coverageLoss } from "./coverage-attention.ts";
import { DotAttention, ScaledDotAttention } from "./dot-attention.ts";
import { GeneralAttention } from "./general-attention.ts";
import type { HistoryAttention } from "./history-attention.ts";
import { LocationAttention } from "./location-attention.ts";
import { MultiheadAttention } from "./multihead-attention.ts";

type Lengths = Tensor<[number], "i32">;
type Truths = Tensor<Shape, "bool">;
type Result = { readonly output: Tensor; readonly weights: Tensor };

/** All layers, called alike: query (batch, queries, 6), key and value (batch, keys, 6). */
interface Called {
  readonly layer: Module;
  readonly run: (
    query: Tensor,
    key: Tensor,
    value: Tensor,
    masks: { keyLengths?: Lengths; keyMask?: Truths },
  ) => Result;
}

const drawn = (): { generator: Generator } => ({ generator: new Generator(3) });
const heads = new MultiheadAttention(6, 2, { batchFirst: true, ...drawn() });
const scoring = [
  new AdditiveAttention(6, 6, 5, { bias: true, ...drawn() }),
  new DotAttention(),
  new ScaledDotAttention(),
  new GeneralAttention(6, 6, drawn()),
];
const remembering = [
  new LocationAttention(6, 6, 5, { filters: 2, kernelSize: 3, ...drawn() }),
  new CoverageAttention(6, 6, 5, drawn()),
];
const called: Called[] = [
  ...scoring.map((layer): Called => ({
    layer,
    run: (query, key, value, masks) => layer.forward(query, key, value, masks),
  })),
  ...remembering.map((layer): Called => ({ layer, run: (...inputs) => twoSteps(layer, ...inputs) })),
  {
    layer: heads,
    run: (query, key, value, { keyLengths, keyMask }) => {
      const keyPaddingMask = keyMask && logicalNot(keyMask);
      return heads.forward(query, key, value, { keyLengths, keyPaddingMask, needWeights: true });
    },
  },
];
const rows = called.map((each) => [each.layer.constructor.name, each] as const);

/** Two steps of a layer that knows where it has been: its output is that of the second, for each query alike. */
function twoSteps(layer: HistoryAttention, query: Tensor, key: Tensor, value: Tensor, masks: object): Result {
  const [first, second] = [0, 1].map((at) => query.slice(1, at, at + 1).squeeze(1)) as [Tensor, Tensor];
  const { history } = layer.forward(first, key, value, undefined, masks);
  return layer.forward(second, key, value, history, masks);
}

const numbers = (x: Tensor): number[] => [...x.data()];
const close = (x: Tensor): unknown[] => numbers(x).map((each) => expect.closeTo(each, 5));
const held = (): object => ({ tensors: memory().tensors, bytes: memory().bytes });
const finite = (x: Tensor): boolean => numbers(x).every(Number.isFinite);
const inputs = (keys = 4): [Tensor, Tensor, Tensor] => [
  values([3, 2, 6], 1),
  values([3, keys, 6], 2),
  values([3, keys, 6], 3),
];
const lengths = (): Lengths => tensor([4, 0, 2], "i32");

describe("attention", () => {
  test.each(rows)("of no key gives zeros and gradients that are numbers: %s", (_, { layer, run }) => {
    scope(() => {
      for (const masks of [{ keyLengths: lengths() }, { keyMask: lengthsToMask(tensor([4, 0, 2], "i32")) as Truths }]) {
        const { output, weights } = run(...inputs(), masks);
        const nothing = output.slice(0, 1, 2);
        const last = layer === heads ? nothing.sub<Shape, Shape>(heads.outProj.bias as Tensor) : nothing;
        expect(numbers(last).every((value) => value === 0)).toBe(true);
        expect(numbers(weights.slice(0, 1, 2)).every((value) => value === 0)).toBe(true);
        const gradients = grad((leaves: Tensor[]) => {
          const [query, key, value] = leaves as [Tensor, Tensor, Tensor];
          return run(query, key, value, masks).output.square().sum();
        })([...inputs(), ...layer.parameters()]) as Tensor[];
        expect(gradients.every(finite)).toBe(true);
        for (const at of [0, 1, 2]) {
          const ofNothing = numbers(gradients[at]?.slice(0, 1, 2) as Tensor);
          expect(ofNothing.every((value) => value === 0)).toBe(true);
        }
      }
    });
  });

  test.each(rows)("gives what it gives without the padding, whatever stands there: %s", (_, { run }) => {
    scope(() => {
      const [query, key, value] = inputs();
      const few = run(query, key.slice(1, 0, 2), value.slice(1, 0, 2), {});
      const two = (): Lengths => tensor([2, 2, 2], "i32");
      for (const filling of [0, 9, Number.NaN]) {
        const padded = (x: Tensor): Tensor =>
          concat<Tensor[], number>([x.slice(1, 0, 2), ones([3, 3, 6]).mul(filling)], 1);
        const byLengths = run(query, padded(key), padded(value), { keyLengths: two() });
        expect(numbers(byLengths.output)).toEqual(close(few.output));
        if (Number.isNaN(filling)) continue; // a mask may have holes: what it hides is multiplied by 0
        const byMask = run(query, padded(key), padded(value), { keyMask: lengthsToMask(two(), 5) as Truths });
        expect(numbers(byMask.output)).toEqual(close(few.output));
        expect(numbers(byMask.weights)).toEqual(close(byLengths.weights));
      }
    });
  });

  test.each(rows)("of a batch is that of each item: %s", (_, { run }) => {
    scope(() => {
      const [query, key, value] = inputs();
      const all = run(query, key, value, { keyLengths: lengths() });
      for (const [at, length] of [4, 0, 2].entries()) {
        const [q, k, v] = [query, key, value].map((x) => x.slice(0, at, at + 1)) as [Tensor, Tensor, Tensor];
        const alone = run(q, k, v, { keyLengths: tensor([length], "i32") });
        for (const name of ["output", "weights"] as const) {
          expect(numbers(alone[name])).toEqual(close(all[name].slice(0, at, at + 1)));
        }
      }
    });
  });

  test.each(rows)("has the gradients of differences, with lengths and without: %s", (_, { run }) => {
    for (const masks of [{}, { keyLengths: lengths() }]) {
      for (const name of ["output", "weights"] as const) {
        const { ok, report } = gradcheck((leaves: Tensor[]) => {
          const [query, key, value] = leaves as [Tensor, Tensor, Tensor];
          return run(query, key, value, masks)[name];
        }, inputs());
        expect(ok ? "" : report).toBe("");
      }
    }
  });

  test.each(rows)("leaves nothing behind, after gradients neither: %s", (_, { layer, run }) => {
    const step = (): void =>
      scope(() => {
        const [query, key, value] = inputs();
        void backward(layer, () => run(query, key, value, { keyLengths: lengths() }).output.square().sum());
      });
    if (layer.parameters().length === 0) return;
    step();
    const before = held();
    for (let at = 0; at < 5; at++) step();
    expect(held()).toEqual(before);
    scope(() => {
      expect(() => run(values([3, 2, 5], 1), values([3, 4, 6], 2), values([3, 4, 6], 3), {})).toThrow(ShapeError);
    });
    expect(held()).toEqual(before);
    for (const parameter of layer.parameters()) parameter.dropGrad();
  });

  test.each(rows)("is written to a file and read again as it was: %s", (_, { layer, run }) => {
    scope(() => {
      const built = decodeModel(encodeModel(layer, { layers }), { layers });
      expect(String(built)).toBe(String(layer));
      expect(Object.keys(built.stateDict())).toEqual(Object.keys(layer.stateDict()));
      const again = called.find((each) => each.layer === layer) as Called;
      expect(again.run).toBe(run);
      for (const [name, weight] of Object.entries(built.stateDict())) {
        expect(numbers(weight as Tensor)).toEqual(numbers(layer.stateDict()[name] as Tensor));
      }
      built.dispose();
    });
  });

  test.each(rows)("refuses what does not fit: %s", (_, { run }) => {
    const [query, key, value] = inputs();
    const off: (readonly [Tensor, Tensor, Tensor])[] = [
      [query, values([2, 4, 6], 2), value],
      [query, key, values([3, 5, 6], 3)],
      [query, values([3, 6], 2), value],
      [values([2, 2, 6], 1), key, value],
    ];
    for (const wrong of off) expect(() => run(...wrong, {})).toThrow(ShapeError);
    expect(() => run(query, key, value, { keyLengths: tensor([4, 4], "i32") as Lengths })).toThrow(ShapeError);
    expect(() => run(query, key, value, { keyLengths: tensor([4, 5, 1], "i32") as Lengths })).toThrow(IndexError);
    expect(() => run(query, key, value, { keyLengths: tensor([4, 5, 1]) as never })).toThrow(DTypeError);
    expect(() => run(query, key, value, { keyMask: zeros([3, 3], "bool") as Truths })).toThrow(ShapeError);
    expect(() => run(query, key, value, { mask: key } as never)).not.toThrow(TypeError);
  });
});

describe("layers of scores", () => {
  test("take a single query without its axis", () => {
    scope(() => {
      const [query, key, value] = inputs();
      for (const layer of scoring) {
        const all = layer.forward(query, key, value);
        const one = layer.forward(query.slice(1, 1, 2).squeeze(1), key, value);
        expect(one.output.shape).toEqual([3, 6]);
        expect(numbers(one.output)).toEqual(close(all.output.slice(1, 1, 2)));
        expect(numbers(one.weights)).toEqual(close(all.weights.slice(1, 1, 2)));
      }
    });
  });

  test("take masks by query together with those by key", () => {
    scope(() => {
      const [query, key, value] = inputs();
      const [keyMask, causal] = [
        lengthsToMask(tensor([4, 1, 2], "i32")) as Truths,
        tensor([
          [0, -Infinity, -Infinity, -Infinity],
          [0, 0, -Infinity, -Infinity],
        ]) as Tensor,
      ];
      for (const layer of scoring) {
        const { weights } = layer.forward(query, key, value, { keyMask, attnMask: causal });
        const other = layer.forward(query, key, value, { keyMask, isCausal: true });
        expect(numbers(weights)).toEqual(numbers(other.weights));
        expect(weights.toArray()).toMatchObject([
          [
            [1, 0, 0, 0],
            [expect.any(Number), expect.any(Number), 0, 0],
          ],
          [
            [1, 0, 0, 0],
            [1, 0, 0, 0],
          ],
          {},
        ]);
      }
    });
  });

  test("have the first values that they say", () => {
    const layer = new AdditiveAttention(16, 9, 25, drawn());
    expect(Object.entries(layer.stateDict()).map(([name, { shape }]) => [name, shape])).toEqual([
      ["weight", [25]],
      ["query_proj.weight", [25, 16]],
      ["key_proj.weight", [25, 9]],
    ]);
    const largest = (x: Tensor): number => Math.max(...numbers(x).map(Math.abs));
    expect(largest(layer.queryProj.weight)).toBeLessThanOrEqual(1 / 4);
    expect(largest(layer.keyProj.weight)).toBeLessThanOrEqual(1 / 3);
    expect(largest(layer.weight)).toBeLessThanOrEqual(1 / 5);
    expect(largest(layer.weight)).toBeGreaterThan(1 / 10);
    expect(() => new AdditiveAttention(0, 1, 1)).toThrow(ValueError);
    expect(() => new LocationAttention(1, 1, 1, { kernelSize: 2 })).toThrow(/odd/);
  });
});

test("the history of coverage is the sum of all weights, and its loss what they have in common", () => {
  const layer = remembering[1] as CoverageAttention;
  scope(() => {
    const [query, key] = inputs();
    const first = layer.forward(query.slice(1, 0, 1).squeeze(1), key);
    const second = layer.forward(query.slice(1, 1, 2).squeeze(1), key, key, first.history);
    expect(numbers(second.history)).toEqual(numbers(first.weights.add<Shape, Shape>(second.weights)));
    const same = coverageLoss(first.weights, first.history);
    expect(numbers(same)).toEqual([1, 1, 1].map((one) => expect.closeTo(one, 6)));
    expect(numbers(coverageLoss(first.weights, first.weights.mul(0)))).toEqual([0, 0, 0]);
    expect(() => coverageLoss(first.weights, key)).toThrow(ShapeError);
  });
});
