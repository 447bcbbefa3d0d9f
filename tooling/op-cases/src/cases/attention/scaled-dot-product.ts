import {
  DTypeError,
  Generator,
  IndexError,
  scaledDotProductAttention,
  scaledDotProductAttentionGradient,
  type scaledDotProductOps,
  scope,
  ShapeError,
  ValueError,
} from "@unfoldjs/tensor-core";
import { elements, integers, real, truth, uniform } from "../../draw.ts";
import { type CasesOf, opCase } from "../../op-case.ts";
import { attentionGradientsOf, attentionOf, type Way } from "../../reference/attention.ts";

const plain: Way = {};
const causal: Way = { isCausal: true };
const SEED = 42;

interface How {
  readonly scale: number;
  readonly isCausal: boolean;
}
const ALL = ["query", "key", "value", "attnMask"] as const;
/** As a row's largest score, and one over a sum of exponentials: whatever it is, the kernel computes with it. */
const share = uniform(0.1, 0.9);

export const scaledDotProductCases: CasesOf<typeof scaledDotProductOps> = {
  scaledDotProductAttention: [
    opCase({
      draws: [real, real, real],
      call: ([query, key, value], way: Way) => ({ output: scaledDotProductAttention(query, key, value, way) }),
      reference: ([query, key, value], way) => ({ output: attentionOf({ query, key, value }, way).output }),
      gradient: "second",
      rows: [
        {
          inputs: [
            [3, 2],
            [4, 2],
            [4, 3],
          ],
          attributes: plain,
        },
        {
          inputs: [
            [2, 5, 3],
            [2, 5, 3],
            [2, 5, 2],
          ],
          attributes: causal,
        },
        {
          inputs: [
            [2, 2, 3, 2],
            [2, 1, 4, 2],
            [4, 9],
          ],
          attributes: { scale: -0.7 },
        },
        {
          inputs: [
            [6, 9],
            [3, 9],
            [3, 1],
          ],
          attributes: causal,
        },
      ],
      empty: [
        {
          inputs: [
            [0, 2],
            [4, 2],
            [4, 3],
          ],
          attributes: plain,
        },
        {
          inputs: [
            [3, 2],
            [0, 2],
            [0, 3],
          ],
          attributes: causal,
        },
        {
          inputs: [
            [3, 0],
            [4, 0],
            [4, 3],
          ],
          attributes: plain,
        },
        {
          inputs: [
            [3, 2],
            [4, 2],
            [4, 0],
          ],
          attributes: plain,
        },
        {
          inputs: [
            [0, 3, 2],
            [0, 4, 2],
            [0, 4, 3],
          ],
          attributes: causal,
        },
      ],
      errors: [
        {
          inputs: [
            [3, 2],
            [4, 3],
            [4, 3],
          ],
          attributes: plain,
          throws: ShapeError,
          message: /as many features: 2 and 3/,
        },
        {
          inputs: [
            [3, 2],
            [4, 2],
            [5, 3],
          ],
          attributes: plain,
          throws: ShapeError,
          message: /one value for each of 4 keys/,
        },
        {
          inputs: [[2], [4, 2], [4, 3]],
          attributes: plain,
          throws: ShapeError,
          message: /query needs at least two axes/,
        },
        {
          inputs: [
            [2, 3, 2],
            [3, 4, 2],
            [4, 3],
          ],
          attributes: plain,
          throws: ShapeError,
          message: /do not broadcast/,
        },
        {
          inputs: [[3, 2], { shape: [4, 2], draw: integers(0, 3) }, [4, 3]],
          attributes: plain,
          throws: DTypeError,
          message: /takes f32/,
        },
      ],
      speed: [
        {
          inputs: [
            [4, 8, 256, 64],
            [4, 8, 256, 64],
            [4, 8, 256, 64],
          ],
          attributes: plain,
        },
      ],
    }),
    opCase({
      variant: "with what is added and weights",
      draws: [real, real, real, real],
      call: ([query, key, value, attnMask], way: Way) =>
        scaledDotProductAttention(query, key, value, { attnMask, needWeights: true, ...way }),
      reference: ([query, key, value, added], way) => attentionOf({ query, key, value, added }, way),
      gradient: "second",
      rows: [
        {
          inputs: [
            [3, 2],
            [4, 2],
            [4, 3],
            [3, 4],
          ],
          attributes: plain,
        },
        {
          inputs: [
            [2, 3, 2],
            [2, 5, 2],
            [2, 5, 2],
            [2, 1, 5],
          ],
          attributes: causal,
        },
        {
          inputs: [
            [2, 2, 3, 2],
            [2, 2, 4, 2],
            [2, 2, 4, 3],
            [2, 1, 3, 1],
          ],
          attributes: plain,
        },
        {
          // The second query attends to nothing.
          inputs: [
            [2, 2],
            [3, 2],
            [3, 2],
            { shape: [2, 3], draw: elements([0.5, -1, 2, -Infinity, -Infinity, -Infinity]) },
          ],
          attributes: plain,
          smooth: false,
        },
      ],
      empty: [
        {
          inputs: [
            [3, 2],
            [0, 2],
            [0, 3],
            [3, 0],
          ],
          attributes: plain,
        },
        {
          inputs: [
            [0, 2],
            [4, 2],
            [4, 3],
            [0, 4],
          ],
          attributes: plain,
        },
      ],
      errors: [
        {
          inputs: [
            [3, 2],
            [4, 2],
            [4, 3],
            [4, 3],
          ],
          attributes: plain,
          throws: ShapeError,
          message: /attnMask|do not broadcast/,
        },
        {
          inputs: [
            [3, 2],
            [4, 2],
            [4, 3],
            [2, 3, 4],
          ],
          attributes: plain,
          throws: ShapeError,
          message: /attnMask must broadcast to \[3, 4\]/,
        },
        {
          inputs: [[3, 2], [4, 2], [4, 3], { shape: [3, 4], draw: integers(0, 2) }],
          attributes: plain,
          throws: DTypeError,
          message: /attnMask must be bool/,
        },
      ],
    }),
    opCase({
      variant: "with a mask and lengths",
      draws: [real, real, real, truth, integers(0, 5)],
      call: ([query, key, value, attnMask, keyLengths], way: Way) => ({
        output: scaledDotProductAttention(query, key, value, { attnMask, keyLengths, ...way }),
      }),
      reference: ([query, key, value, takingPart, keyLengths], way) => {
        const lengths = { ...keyLengths, shape: [...keyLengths.shape, ...query.shape.slice(1, -2).map(() => 1)] };
        return { output: attentionOf({ query, key, value, takingPart, lengths }, way).output };
      },
      gradient: "second",
      rows: [
        { inputs: [[3, 3, 2], [3, 4, 2], [3, 4, 3], [3, 4], [3]], attributes: plain },
        { inputs: [[5, 2, 4, 2], [5, 2, 4, 2], [5, 2, 4, 2], [5, 1, 1, 4], [5]], attributes: causal },
      ],
      empty: [
        { inputs: [[0, 3, 2], [0, 4, 2], [0, 4, 3], [3, 4], [0]], attributes: plain },
        { inputs: [[3, 0, 2], [3, 4, 2], [3, 4, 3], [1, 4], [3]], attributes: plain },
        {
          inputs: [[2, 3, 2], [2, 0, 2], [2, 0, 3], [3, 0], { shape: [2], draw: integers(0, 1) }],
          attributes: plain,
        },
      ],
      errors: [
        {
          inputs: [[2, 3, 2], [2, 4, 2], [2, 4, 3], [3, 4], { shape: [2], draw: elements([1, 5], "i32") }],
          attributes: plain,
          throws: IndexError,
          message: /keyLengths must be in 0…4/,
        },
        {
          inputs: [[2, 3, 2], [2, 4, 2], [2, 4, 3], [3, 4], [3]],
          attributes: plain,
          throws: ShapeError,
          message: /one of keyLengths for each item/,
        },
        {
          inputs: [[2, 3, 2], [2, 4, 2], [2, 4, 3], [3, 4], { shape: [2], draw: real }],
          attributes: plain,
          throws: DTypeError,
          message: /keyLengths must be i32/,
        },
      ],
    }),
    opCase({
      variant: "with dropout",
      draws: [real, real, real],
      call: ([query, key, value], { probability }: { readonly probability: number }) =>
        scaledDotProductAttention(query, key, value, {
          dropoutP: probability,
          generator: new Generator(SEED),
          needWeights: true,
        }),
      reference: ([query, key, value], { probability }) =>
        attentionOf({ query, key, value }, { dropout: { seed: SEED, probability } }),
      gradient: "second",
      rows: [
        {
          inputs: [
            [2, 3, 2],
            [2, 5, 2],
            [2, 5, 3],
          ],
          attributes: { probability: 0.4 },
        },
        {
          inputs: [
            [3, 2],
            [9, 2],
            [9, 2],
          ],
          attributes: { probability: 0.7 },
        },
      ],
      empty: [
        {
          inputs: [
            [3, 2],
            [0, 2],
            [0, 2],
          ],
          attributes: { probability: 0.4 },
        },
      ],
      errors: [
        {
          inputs: [
            [3, 2],
            [4, 2],
            [4, 2],
          ],
          attributes: { probability: 1.5 },
          throws: ValueError,
          message: /dropoutP must be a probability/,
        },
      ],
    }),
    opCase({
      variant: "of heads in groups",
      draws: [real, real, real, real],
      call: ([query, key, value, attnMask]) => ({
        output: scaledDotProductAttention(query, key, value, { attnMask, enableGqa: true }),
      }),
      reference: ([query, key, value, added]) => {
        const [heads, shared] = [query.shape.at(-3) ?? 0, key.shape.at(-3) ?? 0];
        const repeated = (x: typeof key): typeof key => {
          const size = x.values.length / shared;
          const values = Array.from({ length: heads }, (_, i) => Math.floor(i / (heads / shared)));
          return {
            shape: [heads, ...x.shape.slice(-2)],
            values: values.flatMap((head) => x.values.slice(head * size, (head + 1) * size)),
          };
        };
        return { output: attentionOf({ query, key: repeated(key), value: repeated(value), added }, {}).output };
      },
      gradient: "second",
      rows: [
        {
          inputs: [
            [4, 3, 2],
            [2, 4, 2],
            [2, 4, 3],
            [4, 3, 4],
          ],
        },
        {
          inputs: [
            [3, 3, 2],
            [1, 4, 2],
            [1, 4, 3],
            [1, 3, 4],
          ],
        },
      ],
      empty: [
        {
          inputs: [
            [4, 3, 2],
            [2, 0, 2],
            [2, 0, 3],
            [3, 0],
          ],
        },
      ],
      errors: [
        {
          inputs: [
            [3, 3, 2],
            [2, 4, 2],
            [2, 4, 3],
            [3, 4],
          ],
          throws: ShapeError,
          message: /multiple of those of keys/,
        },
      ],
    }),
  ],
  scaledDotProductAttentionGradient: [
    opCase({
      draws: [real, real, real, real, real, share, real, integers(0, 5)],
      call: ([dOutput, query, key, value, output, rows, attnMask, keyLengths], how: How) => {
        const forward = { query, key, value, output, rows, attnMask, keyLengths };
        return scaledDotProductAttentionGradient(ALL, forward, dOutput, { ...how, dropoutP: 0 });
      },
      reference: ([dOutput, query, key, value, output, rows, added, lengths], way) =>
        attentionGradientsOf({ query, key, value, added, lengths }, { dOutput, output, rows }, way),
      gradient: { none: "a gradient kernel: who derives further goes by the composition" },
      rows: [
        {
          inputs: [[2, 3, 3], [2, 3, 2], [2, 4, 2], [2, 4, 3], [2, 3, 3], [2, 3, 2], [3, 4], [2]],
          attributes: { scale: 0.5, isCausal: false },
        },
        {
          inputs: [
            [3, 2, 5, 1],
            [3, 2, 5, 9],
            [3, 1, 4, 9],
            [4, 1],
            [3, 2, 5, 1],
            [3, 2, 5, 2],
            [2, 1, 4],
            [3, 1],
          ],
          attributes: { scale: -0.3, isCausal: true },
        },
      ],
      empty: [
        {
          inputs: [[2, 0, 3], [2, 0, 2], [2, 4, 2], [2, 4, 3], [2, 0, 3], [2, 0, 2], [0, 4], [2]],
          attributes: { scale: 0.5, isCausal: false },
        },
      ],
      errors: [
        {
          inputs: [[2, 3, 3], [2, 3, 2], [2, 4, 2], [2, 4, 3], [2, 3, 3], [2, 3, 3], [3, 4], [2]],
          attributes: { scale: 0.5, isCausal: false },
          throws: ShapeError,
          message: /rows must be \[2, 3, 2\]/,
        },
        {
          inputs: [
            [2, 3, 3],
            [2, 3, 2],
            [2, 4, 2],
            [2, 4, 3],
            [2, 3, 3],
            [2, 3, 2],
            [3, 4],
            { shape: [2], draw: integers(5, 9) },
          ],
          attributes: { scale: 0.5, isCausal: false },
          throws: IndexError,
          message: /keyLengths must be in 0…4/,
        },
        {
          inputs: [
            [2, 3, 3],
            [2, 3, 2],
            [2, 4, 2],
            [2, 4, 3],
            { shape: [2, 3, 3], draw: integers(0, 3) },
            [2, 3, 2],
            [3, 4],
            [2],
          ],
          attributes: { scale: 0.5, isCausal: false },
          throws: DTypeError,
          message: /takes f32/,
        },
      ],
    }),
    opCase({
      variant: "with a mask and dropout",
      draws: [real, real, real, real, real, share, truth],
      call: ([dOutput, query, key, value, output, rows, attnMask], how: How) => {
        return scope(() => {
          const dropoutStream = new Generator(SEED).stream(0);
          const forward = { query, key, value, output, rows, attnMask, dropoutStream };
          return scaledDotProductAttentionGradient(ALL, forward, dOutput, { ...how, dropoutP: 0.4 });
        });
      },
      reference: ([dOutput, query, key, value, output, rows, takingPart], way) => {
        const dropout = { seed: SEED, probability: 0.4 };
        return attentionGradientsOf({ query, key, value, takingPart }, { dOutput, output, rows }, { ...way, dropout });
      },
      gradient: { none: "a gradient kernel: who derives further goes by the composition" },
      rows: [
        {
          inputs: [
            [2, 3, 3],
            [2, 3, 2],
            [2, 5, 2],
            [2, 5, 3],
            [2, 3, 3],
            [2, 3, 2],
            [3, 5],
          ],
          attributes: { scale: 0.5, isCausal: false },
        },
      ],
      empty: [
        {
          inputs: [
            [3, 0],
            [3, 2],
            [5, 2],
            [5, 0],
            [3, 0],
            [3, 2],
            [3, 5],
          ],
          attributes: { scale: 0.5, isCausal: true },
        },
      ],
    }),
  ],
};
