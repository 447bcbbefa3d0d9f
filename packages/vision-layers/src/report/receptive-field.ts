import type { AnyModule } from "@unfoldjs/nn";
import type { Sizes2d } from "@unfoldjs/tensor-core";
import { windowsIn, type WindowSizes } from "./windows.ts";

/** What an element behind a layer sees of the picture; rows and columns. */
export interface ReceptiveField {
  /** The layer's name: its class, or "window". */
  readonly layer: string;
  /** Pixels that one element depends on. */
  readonly size: Sizes2d;
  /** Pixels from what one element sees to what its neighbour does. */
  readonly jump: Sizes2d;
  /** The first pixel that the first element sees; negative where that is padding. */
  readonly start: Sizes2d;
}

/**
 * How much of a picture an element behind each of some layers sees (Araujo, Norris & Sim 2019, "Computing Receptive Fields of
 * Convolutional Neural Networks"): behind a window of k elements at dilation d the field grows by (k − 1) · d times the jump, and
 * the jump by the stride.
 *
 * @param layers one after the other: `Conv2d`, poolings, blocks of one convolution, `Sequential`s of these, layers that work in
 * place, or windows as plain sizes
 * @returns a row for each window, in order
 * @throws ValueError on layers that have no one window, such as branches
 * @example receptiveField([new Conv2d(3, 8, 3), new Conv2d(8, 8, 3)]).at(-1)?.size // [5, 5]
 */
export function receptiveField(layers: readonly (AnyModule | WindowSizes)[]): readonly ReceptiveField[] {
  const rows: ReceptiveField[] = [];
  let [size, jump, start]: [Sizes2d, Sizes2d, Sizes2d] = [
    [1, 1],
    [1, 1],
    [0, 0],
  ];
  for (const [layer, window] of windowsIn("receptiveField", layers)) {
    const { kernel, stride, before, dilation } = window;
    const of = (at: 0 | 1): readonly [number, number, number] => [
      size[at] + (kernel[at] - 1) * dilation[at] * jump[at],
      start[at] - before[at] * jump[at],
      jump[at] * stride[at],
    ];
    const [down, across] = [of(0), of(1)];
    [size, start, jump] = [
      [down[0], across[0]],
      [down[1], across[1]],
      [down[2], across[2]],
    ];
    rows.push({ layer, size, jump, start });
  }
  return rows;
}
