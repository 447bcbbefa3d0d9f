import type { Random } from "@unfoldjs/op-cases";
import { between, chance, oneOf, shuffled } from "../random.ts";
import { recurrentRows } from "./recurrent-rows.ts";
import type { Varied } from "./sizes.ts";

type Make = (random: Random) => Varied;

/** A shape of up to `most` axes with few elements. */
function shape(random: Random, most: number, least = 0): number[] {
  const rank = between(random, least, most);
  return Array.from({ length: rank }, () => (chance(random, 0.05) ? 0 : between(random, 1, rank > 3 ? 4 : 9)));
}

/** A whole number written as lists of prime factors are spread over axes. */
function factored(random: Random, count: number, rank: number): number[] {
  const sizes = new Array<number>(rank).fill(1);
  let rest = count;
  for (let factor = 2; rest > 1;) {
    if (rest % factor !== 0) {
      factor++;
      continue;
    }
    const axis = between(random, 0, rank - 1);
    sizes[axis] = (sizes[axis] ?? 1) * factor;
    rest /= factor;
  }
  return sizes;
}

function reshaped(random: Random): Varied {
  const from = shape(random, 5);
  const count = from.reduce((product, size) => product * size, 1);
  const rank = between(random, count === 1 ? 0 : 1, 5);
  const to = count === 0 ? shuffled(random, [0, ...shape(random, 3)]) : factored(random, count, rank);
  return { shapes: [from], attributes: { to } };
}

function permuted(random: Random): Varied {
  const from = shape(random, 5);
  return {
    shapes: [from],
    attributes: {
      order: shuffled(
        random,
        from.map((_, axis) => axis),
      ),
    },
  };
}

function sliced(random: Random): Varied {
  const from = shape(random, 4, 1);
  const axis = between(random, 0, from.length - 1);
  const size = from[axis] ?? 0;
  const bound = (): number => between(random, -size - 2, size + 2);
  return { shapes: [from], attributes: { axis, start: bound(), stop: bound(), step: between(random, 1, 4) } };
}

function expanded(random: Random): Varied {
  const to = shape(random, 4);
  const own = to.slice(between(random, 0, to.length)).map((size) => (chance(random, 0.5) ? 1 : size));
  return { shapes: [own], attributes: { to } };
}

function padded(random: Random): Varied {
  const from = shape(random, 4);
  const margins = from.slice(between(random, 0, from.length)).map(() => [between(random, 0, 4), between(random, 0, 4)]);
  const mode = oneOf(random, [undefined, "constant", "reflect", "replicate", "circular"]);
  const value = chance(random, 0.3) ? { value: oneOf(random, [-1.5, Infinity, NaN, 7]) } : {};
  return { shapes: [from], attributes: { margins, ...(mode === undefined ? {} : { mode }), ...value } };
}

/** A convolution over some axes: the shapes of x, weight and y, and options as the cases give them. */
function convolution(random: Random, axes: number) {
  const each = <T>(f: () => T): T[] => Array.from({ length: axes }, f);
  const groups = oneOf(random, [1, 1, 1, 2, 3]);
  const [inGroup, outGroup] = [between(random, 1, 4), between(random, 1, 5)];
  const kernel = each(() => between(random, 1, 4));
  const stride = each(() => oneOf(random, [1, 1, 1, 2, 3]));
  const dilation = each(() => oneOf(random, [1, 1, 1, 2, 3]));
  const padding = Array.from({ length: 2 * axes }, () => oneOf(random, [0, 0, 1, 2, 5]));
  const image = kernel.map((size, axis) => {
    const least = (dilation[axis] ?? 1) * (size - 1) + 1 - (padding[axis] ?? 0) - (padding[axis + axes] ?? 0);
    return Math.max(0, least) + oneOf(random, [0, 1, 2, 3, 5, 8, 14]);
  });
  const y = image.map((size, axis) => {
    const room = size + (padding[axis] ?? 0) + (padding[axis + axes] ?? 0);
    return Math.floor((room - (dilation[axis] ?? 1) * ((kernel[axis] ?? 1) - 1) - 1) / (stride[axis] ?? 1)) + 1;
  });
  const batch = oneOf(random, [0, 1, 1, 2, 3]);
  const many = chance(random, 0.1) ? 16 : 1; // where tiles take over
  const x = [batch, groups * inGroup * many, ...image];
  const weight = [groups * outGroup, inGroup * many, ...kernel];
  const sliding = { stride, padding, dilation, groups };
  return { x, weight, dy: [batch, groups * outGroup, ...y], given: { options: sliding, sliding } };
}

function maxPooled(random: Random, axes: number): Varied {
  const kernel = between(random, 1, 4);
  const padding = between(random, 0, Math.floor(kernel / 2));
  const [stride, dilation] = [between(random, 1, 4), oneOf(random, [1, 1, 2, 3])];
  const ceilMode = chance(random, 0.4);
  const least = Math.max(1, dilation * (kernel - 1) + 1 - 2 * padding);
  const image = Array.from({ length: axes }, () => least + oneOf(random, [0, 1, 2, 3, 5, 7]));
  return {
    shapes: [[oneOf(random, [0, 1, 2]), oneOf(random, [0, 1, 3]), ...image]],
    attributes: {
      options: { kernel, stride, padding, dilation, ceilMode },
      windows: [kernel, stride, padding, dilation, ceilMode],
    },
  };
}

function productOf(random: Random): Varied {
  const [rows, depth, columns] = [0, 0, 0].map(() => oneOf(random, [0, 1, 2, 3, 5, 7, 8, 13, 16, 17, 33, 64])) as [
    number,
    number,
    number,
  ];
  const batch = shape(random, 3);
  const broadcast = (): number[] =>
    batch.slice(between(random, 0, batch.length)).map((size) => (chance(random, 0.3) ? 1 : size));
  return {
    shapes: [
      [...broadcast(), rows, depth],
      [...broadcast(), depth, columns],
    ],
    attributes: undefined,
  };
}

/** Rows of cases whose shapes depend on their attributes in ways that other sizes alone do not find. */
const makers: Readonly<Record<string, Make>> = {
  viewAs: reshaped,
  permute: permuted,
  slice: sliced,
  expand: expanded,
  pad: padded,
  matmul: productOf,
  ...recurrentRows,
  maxPool1d: (random) => maxPooled(random, 1),
  maxPool2d: (random) => maxPooled(random, 2),
  ...Object.fromEntries(
    [1, 2].flatMap((axes): [string, Make][] => [
      [
        `conv${axes}d`,
        (random) => {
          const { x, weight, given } = convolution(random, axes);
          return { shapes: [x, weight, weight.slice(0, 1)], attributes: given };
        },
      ],
      [
        `conv${axes}d without bias`,
        (random) => {
          const { x, weight, given } = convolution(random, axes);
          return { shapes: [x, weight], attributes: given };
        },
      ],
      [
        `conv${axes}dInputGradient`,
        (random) => {
          const { x, weight, dy, given } = convolution(random, axes);
          return { shapes: [dy, weight], attributes: { ...given, to: x } };
        },
      ],
      [
        `conv${axes}dFilterGradient`,
        (random) => {
          const { x, weight, dy, given } = convolution(random, axes);
          return { shapes: [x, dy], attributes: { ...given, to: weight } };
        },
      ],
    ]),
  ),
};

/** A row of the case that is made for it, if there is a way to make one. */
export function madeRow(name: string, random: Random): Varied | undefined {
  return makers[name]?.(random);
}
