import {
  type AnyTensor,
  bincount,
  type bincountOps,
  DTypeError,
  IndexError,
  scope,
  searchSorted,
  type searchSortedOps,
  ShapeError,
  type Tensor,
  unique,
  type uniqueOps,
} from "@unfoldjs/tensor-core";
import { type Draw, elements, integers, real, truth } from "../../draw.ts";
import { type ByName, type CasesOf, type OpCase, opCase } from "../../op-case.ts";
import { type Exact, total, upTo } from "../../reference/exact.ts";
import { orderOf } from "../../reference/gather.ts";

const none = { none: "whole numbers, and elements whose number changes" } as const;
const places = { none: "places" } as const;
const counted = { none: "PyTorch has none for weights either" } as const;
/** Ties, infinities, both zeros and NaN. */
const TIED = elements([3, 1, NaN, -0, 0, 3, -Infinity, Infinity, 1, -2, NaN]);

/** Equal elements stand together once they are in order. */
function different({ shape, values }: Exact): ByName<Exact> {
  const found: number[] = [];
  const counts: number[] = [];
  const inverse = new Array<number>(values.length);
  for (const at of orderOf(values, false)) {
    const value = values[at] as number;
    if (found.at(-1) !== value) {
      found.push(value);
      counts.push(0);
    }
    counts[found.length - 1] = (counts.at(-1) ?? 0) + 1;
    inverse[at] = found.length - 1;
  }
  return {
    values: { shape: [found.length], values: found },
    inverse: { shape, values: inverse },
    counts: { shape: [found.length], values: counts },
  };
}

function uniqueCase<D extends "f32" | "i32">(variant: string, draw: Draw<D>): OpCase {
  return opCase<readonly [Draw<D>]>({
    variant,
    draws: [draw],
    call: ([x]) => scope((): ByName<AnyTensor> => ({ ...unique(x as Tensor) })),
    reference: ([x]) => different(x),
    gradient: none,
    rows: [
      { inputs: [[9]] },
      { inputs: [[3, 7]] },
      { inputs: [[2, 3, 5]] },
      { inputs: [[]] },
      { inputs: [[1]] },
    ] as never,
    empty: [{ inputs: [[0]] }, { inputs: [[3, 0]] }] as never,
    errors: [{ inputs: [{ shape: [3], draw: truth }], throws: DTypeError, message: /takes f32 and i32/ }] as never,
    speed: [{ inputs: [[10_000]] }] as never,
  });
}

/** Sums of weights by whole numbers, up to the largest. */
function binned(x: Exact, minLength: number, weights?: Exact): Exact {
  const length = x.values.reduce((most, each) => Math.max(most, each + 1), minLength);
  const sumOf = (bin: number): number =>
    total(x.values.map((each, i) => (each === bin ? (weights?.values[i] ?? 1) : 0)));
  return { shape: [length], values: upTo(length).map(sumOf) };
}

/** In order, as a sequence must be. */
function ordered<D extends "f32" | "i32">(draw: Draw<D>): Draw<D> {
  return { ...draw, draw: (size, random) => draw.draw(size, random).toSorted((a, b) => a - b) };
}

interface SearchAttributes {
  readonly right: boolean;
}

/** By halves, as PyTorch's: of a sequence that does not ascend it is whatever they find. */
function searched(sequence: Exact, values: Exact, right: boolean): Exact {
  const size = sequence.shape.at(-1) ?? 0;
  const count = values.shape.at(-1) ?? 1;
  const start = (at: number): number => (sequence.shape.length === 1 ? 0 : Math.floor(at / count) * size);
  return {
    shape: values.shape,
    values: values.values.map((value, at) => {
      const own = sequence.values.slice(start(at), start(at) + size);
      let [low, high] = [0, size];
      while (low < high) {
        const middle = Math.floor((low + high) / 2);
        const there = own[middle] ?? NaN;
        if (right ? there > value : there >= value) high = middle;
        else low = middle + 1;
      }
      return low;
    }),
  };
}

function searchCase<D extends "f32" | "i32">(variant: string, draw: Draw<D>): OpCase {
  return opCase<readonly [Draw<D>, Draw<D>], SearchAttributes>({
    variant,
    draws: [ordered(draw), draw],
    call: ([sequence, values], { right }) => searchSorted(sequence as Tensor, values as Tensor, { right }),
    reference: ([sequence, values], { right }) => searched(sequence, values, right),
    gradient: places,
    rows: [
      { inputs: [[7], [9]], attributes: { right: false } },
      { inputs: [[7], [2, 3, 2]], attributes: { right: true } },
      { inputs: [[7], []], attributes: { right: true } },
      {
        inputs: [
          [2, 1],
          [2, 5],
        ],
        attributes: { right: false },
      },
      {
        inputs: [
          [1, 2, 1],
          [1, 2, 4],
        ],
        attributes: { right: true },
      },
    ] as never,
    empty: [
      { inputs: [[0], [3]], attributes: { right: false } },
      { inputs: [[4], [0]], attributes: { right: false } },
      {
        inputs: [
          [0, 4],
          [0, 2],
        ],
        attributes: { right: true },
      },
    ] as never,
    errors: [
      { inputs: [[], [3]], attributes: { right: false }, throws: ShapeError, message: /must have an axis/ },
      {
        inputs: [
          [2, 3],
          [3, 3],
        ],
        attributes: { right: false },
        throws: ShapeError,
        message: /alike but for the last/,
      },
      {
        inputs: [[3], { shape: [3], draw: truth }],
        attributes: { right: false },
        throws: DTypeError,
        message: /the same dtype/,
      },
    ] as never,
    speed: [{ inputs: [[1000], [10_000]], attributes: { right: false } }] as never,
  });
}

export const uniqueCases: CasesOf<typeof uniqueOps> = {
  unique: [uniqueCase("", TIED), uniqueCase("i32", integers(-3, 4))],
};

export const bincountCases: CasesOf<typeof bincountOps> = {
  bincount: [
    opCase({
      draws: [integers(0, 9)],
      call: ([x], { minLength }) => bincount(x, { minLength }),
      reference: ([x], { minLength }) => binned(x, minLength),
      gradient: counted,
      rows: [
        { inputs: [[40]], attributes: { minLength: 0 } },
        { inputs: [[3]], attributes: { minLength: 12 } },
      ],
      empty: [
        { inputs: [[0]], attributes: { minLength: 0 } },
        { inputs: [[0]], attributes: { minLength: 3 } },
      ],
      errors: [
        { inputs: [[2, 3]], attributes: { minLength: 0 }, throws: ShapeError, message: /takes a list/ },
        {
          inputs: [{ shape: [3], draw: real }],
          attributes: { minLength: 0 },
          throws: DTypeError,
          message: /must be i32/,
        },
        {
          inputs: [{ shape: [3], draw: elements([1, -2, 5], "i32") }],
          attributes: { minLength: 0 },
          throws: IndexError,
          message: /must be in 0…5/,
        },
      ],
      speed: [{ inputs: [[100_000]], attributes: { minLength: 0 } }],
    }),
    opCase({
      variant: "with weights",
      draws: [integers(0, 5), real],
      call: ([x, weights], { minLength }) => bincount(x, { weights, minLength }),
      reference: ([x, weights], { minLength }) => binned(x, minLength, weights),
      gradient: counted,
      rows: [
        { inputs: [[40], [40]], attributes: { minLength: 0 } },
        { inputs: [[1], [1]], attributes: { minLength: 7 } },
      ],
      empty: [{ inputs: [[0], [0]], attributes: { minLength: 2 } }],
      errors: [
        { inputs: [[4], [3]], attributes: { minLength: 0 }, throws: ShapeError, message: /one weight for each/ },
        {
          inputs: [[3], { shape: [3], draw: integers(0, 3) }],
          attributes: { minLength: 0 },
          throws: DTypeError,
          message: /takes f32/,
        },
      ],
    }),
  ],
};

export const searchSortedCases: CasesOf<typeof searchSortedOps> = {
  searchSorted: [
    searchCase("", real),
    searchCase("i32", integers(-4, 5)),
    opCase({
      variant: "with a sorter",
      // In the order 1, 2, 0, 3 the elements ascend.
      draws: [elements([3, -1, 2, 7]), elements([1, 2, 0, 3], "i32"), real],
      fixed: ["sorter"],
      call: ([x, sorter, values]) => searchSorted(x, values, { sorter }),
      reference: ([x, sorter, values]) =>
        searched({ ...x, values: sorter.values.map((at) => x.values[at] ?? NaN) }, values, false),
      gradient: places,
      rows: [{ inputs: [[4], [4], [9]] }],
      empty: [{ inputs: [[4], [4], [0]] }],
      errors: [
        { inputs: [[4], [3], [2]], throws: ShapeError, message: /the sorter has the sequence's shape/ },
        {
          inputs: [[4], { shape: [4], draw: elements([1, 2, 0, 4], "i32") }, [2]],
          throws: IndexError,
          message: /must be in 0…3/,
        },
      ],
    }),
  ],
};
