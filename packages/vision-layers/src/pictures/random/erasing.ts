import {
  assertGenerator,
  assertWhole,
  checkOptions,
  fromArray,
  type Generator,
  type OptionChecks,
  type Shape,
  tensor,
  type Tensor,
  ValueError,
  where,
} from "@unfoldjs/tensor-core";
import { aFill, aRange, aShare, type Fill, fillOf, type Range } from "../arguments/checks.ts";
import { within } from "../colour/adjust.ts";
import { assertImages } from "../picture/tensors.ts";
import { spatial } from "../resize/resize.ts";
import { eachPicture, happens, logUniform, uniform, whole } from "./draws.ts";
import type { ChanceOptions } from "./random-frame.ts";

/**
 * A rectangle of each picture in one colour, as torchvision's `erase`.
 * @param x f32 (…, channels, height, width) @param value of all channels, or of each @throws ValueError unless it lies within
 */
export function erase(x: Tensor, top: number, left: number, height: number, width: number, value: Fill = 0): Tensor {
  const op = "erase";
  assertImages(op, "x", x);
  for (const [name, each] of Object.entries({ top, left, height, width })) assertWhole(op, name, each);
  aFill(op, "value", value);
  const [rows, columns] = spatial(x);
  if (top + height > rows || left + width > columns) {
    throw new ValueError(op, { x: x.shape, top, left, height, width }, "the rectangle must lie within the picture");
  }
  const channels = x.shape.at(-3) ?? 1;
  return within(op, () =>
    erased(x, [top, left, height, width], tensor(fillOf(op, value, channels).slice()).reshape([channels, 1, 1])),
  );
}

type Rectangle = readonly [top: number, left: number, height: number, width: number];

/** @param values (channels, 1, 1) or of the pictures' own size */
function erased(x: Tensor, [top, left, height, width]: Rectangle, values: Tensor): Tensor {
  const [rows, columns] = spatial(x);
  return where<"f32", Shape, Shape, Shape>(maskOf([[top, left, height, width]], rows, columns), values, x);
}

/** A batch in one pass. @param rectangles of each picture, or undefined where it stays whole @param values (channels, 1, 1) */
function erasedEach(x: Tensor, rectangles: readonly (Rectangle | undefined)[], values: Tensor): Tensor {
  const [rows, columns] = spatial(x);
  return where<"f32", Shape, Shape, Shape>(maskOf(rectangles, rows, columns), values, x);
}

/** True within the rectangles: (pictures, 1, rows, columns), or (rows, columns) for one. */
function maskOf(rectangles: readonly (Rectangle | undefined)[], rows: number, columns: number): Tensor<Shape, "bool"> {
  const mask = new Uint8Array(rectangles.length * rows * columns);
  for (const [at, rectangle] of rectangles.entries()) {
    const [top, left, height, width] = rectangle ?? [0, 0, 0, 0];
    for (let row = at * rows + top; row < at * rows + top + height; row++)
      mask.fill(1, row * columns + left, row * columns + left + width);
  }
  const shape = rectangles.length === 1 ? [rows, columns] : [rectangles.length, 1, rows, columns];
  return fromArray<Shape, "bool">(mask, shape, "bool");
}

/** Options of `randomErasing`. */
export interface RandomErasingOptions extends ChanceOptions {
  /** How large a share of the picture's area goes. Default [0.02, 0.33]. */
  readonly scale?: Range;
  /** How many times as high as wide. Default [0.3, 3.3]. */
  readonly ratio?: Range;
  /** What stands there: numbers, or "random", normal noise. Default 0. */
  readonly value?: Fill | "random";
}

const ERASING: OptionChecks<RandomErasingOptions> = {
  p: aShare,
  scale: /* @__PURE__ */ aRange(0, 1),
  ratio: /* @__PURE__ */ aRange(1e-3, 1e3),
  value: (op, name, value) => void (value === "random" || aFill(op, name, value)),
};

/**
 * A rectangle of each picture goes, or none (Zhong et al. 2020, "Random Erasing Data Augmentation"). torchvision's `RandomErasing`.
 * @param x f32 (…, channels, height, width) @throws ShapeError, ValueError
 */
export function randomErasing(x: Tensor, generator: Generator, options: RandomErasingOptions = {}): Tensor {
  const op = "randomErasing";
  assertImages(op, "x", x);
  assertGenerator(op, "generator", generator);
  checkOptions(op, options, ERASING);
  const { p = 0.5, scale = [0.02, 0.33], ratio = [0.3, 3.3], value = 0 } = options;
  const [rows, columns] = spatial(x);
  const channels = x.shape.at(-3) ?? 1;
  /** @param between what is drawn between sizes and place */
  const drawn = (between = (): void => {}): Rectangle | undefined => {
    if (!happens(generator, p)) return undefined;
    for (let tries = 0; tries < 10; tries++) {
      const area = rows * columns * uniform(generator, ...scale);
      const aspect = logUniform(generator, ...ratio);
      const [height, width] = [Math.round(Math.sqrt(area * aspect)), Math.round(Math.sqrt(area / aspect))];
      if (height >= rows || width >= columns) continue;
      between();
      return [whole(generator, 0, rows - height + 1), whole(generator, 0, columns - width + 1), height, width];
    }
    return undefined;
  };
  return within(op, () => {
    if (value !== "random") {
      const rectangles = Array.from({ length: picturesIn(x) }, () => drawn());
      return erasedEach(x, rectangles, tensor(fillOf(op, value, channels).slice()).reshape([channels, 1, 1]));
    }
    return eachPicture(x, (picture) => {
      let noise: Tensor | undefined;
      const rectangle = drawn(() => (noise = generator.normal([channels, rows, columns])));
      return rectangle === undefined || noise === undefined ? picture.clone() : erased(picture, rectangle, noise);
    });
  });
}

/** How many have draws of their own. */
function picturesIn(x: Tensor): number {
  return x.rank === 4 ? (x.shape[0] ?? 0) : 1;
}

/** Options of `cutout`. */
export interface CutoutOptions extends ChanceOptions {
  /** What stands there. Default 0. */
  readonly fill?: Fill;
}

/**
 * A square of each picture goes, whose middle is anywhere in it, so that it may reach beyond the border (DeVries & Taylor 2017, "Improved
 * Regularization of Convolutional Neural Networks with Cutout").
 * @param x f32 (…, channels, height, width) @param size of the square's side, in pixels @param options p is 1 if not said
 */
export function cutout(x: Tensor, size: number, generator: Generator, options: CutoutOptions = {}): Tensor {
  const op = "cutout";
  assertImages(op, "x", x);
  assertWhole(op, "size", size, 1);
  assertGenerator(op, "generator", generator);
  checkOptions<CutoutOptions>(op, options, { p: aShare, fill: aFill });
  const { p = 1, fill = 0 } = options;
  const [rows, columns] = spatial(x);
  const channels = x.shape.at(-3) ?? 1;
  return within(op, () => {
    const squares = Array.from({ length: picturesIn(x) }, (): Rectangle | undefined => {
      const isCut = happens(generator, p);
      const [top, height] = span(whole(generator, 0, rows), size, rows);
      const [left, width] = span(whole(generator, 0, columns), size, columns);
      return isCut ? [top, left, height, width] : undefined;
    });
    return erasedEach(x, squares, tensor(fillOf(op, fill, channels).slice()).reshape([channels, 1, 1]));
  });
}

/** What of a length about a middle lies within. */
function span(middle: number, size: number, length: number): readonly [start: number, size: number] {
  const start = Math.max(0, middle - Math.floor(size / 2));
  return [start, Math.min(length, middle - Math.floor(size / 2) + size) - start];
}
