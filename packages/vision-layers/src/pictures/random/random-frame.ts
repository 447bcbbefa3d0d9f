import {
  assertBoolean,
  assertGenerator,
  checkOptions,
  type Generator,
  inCall,
  type OptionChecks,
  scope,
  type Tensor,
  ValueError,
} from "@unfoldjs/tensor-core";
import { aFill, aRange, aShare, type Range } from "../arguments/checks.ts";
import { crop, resizedCrop, sizeOfEither } from "../frame/crop.ts";
import { horizontalFlip, verticalFlip } from "../frame/flip.ts";
import { padded, type PicturePadding, type PicturePadOptions, sidesOf } from "../frame/pad.ts";
import type { Picture } from "../picture/picture.ts";
import { isOfBytes } from "../picture/tensors.ts";
import { INTERPOLATIONS, type PictureSize, type ResizeOptions, sizesOf } from "../resize/resize.ts";
import { eachPicture, happens, logUniform, uniform, whole } from "./draws.ts";
import { oneOf } from "@unfoldjs/tensor-core";

/** How often something is done. */
export interface ChanceOptions {
  /** The probability, for each picture of a batch by itself. Default 0.5. */
  readonly p?: number;
}

const CHANCE: OptionChecks<ChanceOptions> = { p: aShare };

/** Of one picture, or of each of a batch with draws of its own. */
function each<X extends Picture | Tensor>(op: string, x: X, f: <Y extends Picture | Tensor>(picture: Y) => Y): X {
  return inCall(op, () => (isOfBytes(op, "x", x) ? f(x) : (eachPicture(x, f) as X)));
}

/**
 * Each picture mirrored from left to right, or left as it is. torchvision's `RandomHorizontalFlip`.
 * @param x a picture, or f32 (…, channels, height, width) @throws ValueError
 */
export function randomHorizontalFlip<X extends Picture | Tensor>(
  x: X,
  generator: Generator,
  options: ChanceOptions = {},
): X {
  const op = "randomHorizontalFlip";
  assertChance(op, x, generator, options);
  return each(op, x, (picture) => (happens(generator, options.p ?? 0.5) ? horizontalFlip(picture) : picture));
}

/** Each picture upside down, or left as it is. torchvision's `RandomVerticalFlip`. @param x as for `randomHorizontalFlip` */
export function randomVerticalFlip<X extends Picture | Tensor>(
  x: X,
  generator: Generator,
  options: ChanceOptions = {},
): X {
  const op = "randomVerticalFlip";
  assertChance(op, x, generator, options);
  return each(op, x, (picture) => (happens(generator, options.p ?? 0.5) ? verticalFlip(picture) : picture));
}

function assertChance(op: string, x: Picture | Tensor, generator: Generator, options: ChanceOptions): void {
  isOfBytes(op, "x", x);
  assertGenerator(op, "generator", generator);
  checkOptions(op, options, CHANCE);
}

/** Options of `randomCrop`. */
export interface RandomCropOptions extends PicturePadOptions {
  /** A frame that is laid around first. */
  readonly padding?: PicturePadding;
}

const CROP_OPTIONS: OptionChecks<RandomCropOptions> = {
  padding: (op, _, value) => void sidesOf(op, value),
  paddingMode: /* @__PURE__ */ oneOf("constant", "edge", "reflect"),
  fill: aFill,
};

/**
 * A part of each picture, anywhere in it. torchvision's `RandomCrop`.
 * @param x a picture, or f32 (…, channels, height, width) @param size [height, width], or one number for both
 * @throws ValueError if it is larger than the picture with its frame
 */
export function randomCrop<X extends Picture | Tensor>(
  x: X,
  size: PictureSize,
  generator: Generator,
  options: RandomCropOptions = {},
): X {
  const op = "randomCrop";
  isOfBytes(op, "x", x);
  const [height, width] = sizesOf(op, "size", size);
  assertGenerator(op, "generator", generator);
  checkOptions(op, options, CROP_OPTIONS);
  const { padding = 0, paddingMode = "constant", fill = 0 } = options;
  const sides = sidesOf(op, padding);
  return inFrame(op, x, sides, { paddingMode, fill }, (framed) => {
    const [rows, columns] = sizeOfEither(op, framed);
    if (rows < height || columns < width) {
      const came = { size: [height, width], picture: [rows, columns] };
      throw new ValueError(op, came, "a part must not be larger than the picture", "give a padding, or resize first");
    }
    const place = (): Part => [
      whole(generator, 0, rows - height + 1),
      whole(generator, 0, columns - width + 1),
      height,
      width,
    ];
    if (isOfBytes(op, "x", framed) || framed.rank !== 4) return crop(framed, ...place());
    // Views, which are copied once, where they are stacked.
    return eachPicture(framed, (picture) => {
      const [top, left] = place();
      const across: Tensor = picture.slice(-2, top, top + height);
      return across.slice(-1, left, left + width);
    });
  });
}

/** What is made of a picture, or of all of a batch at once, in its frame; the frame goes afterwards. */
function inFrame<X extends Picture | Tensor>(
  op: string,
  x: X,
  sides: ReturnType<typeof sidesOf>,
  { paddingMode, fill }: Required<PicturePadOptions>,
  f: (framed: Picture | Tensor) => Picture | Tensor,
): X;
function inFrame(
  op: string,
  x: Picture | Tensor,
  sides: ReturnType<typeof sidesOf>,
  { paddingMode, fill }: Required<PicturePadOptions>,
  f: (framed: Picture | Tensor) => Picture | Tensor,
): Picture | Tensor {
  return inCall(op, () =>
    scope(() => f(sides.every((side) => side === 0) ? x : padded(op, x, sides, paddingMode, fill))),
  );
}

/** Options of `randomResizedCrop`. */
export interface RandomResizedCropOptions extends ResizeOptions {
  /** How large a share of the picture's area is kept. Default [0.08, 1]. */
  readonly scale?: Range;
  /** How many times as wide as high the part is. Default [3/4, 4/3]. */
  readonly ratio?: Range;
}

const RESIZED_OPTIONS: OptionChecks<RandomResizedCropOptions> = {
  scale: /* @__PURE__ */ aRange(1e-6, 1),
  ratio: /* @__PURE__ */ aRange(1e-3, 1e3),
  interpolation: /* @__PURE__ */ oneOf(...INTERPOLATIONS),
  antialias: assertBoolean,
};

/**
 * A part of each picture of any area and about square, resized: what most models of ImageNet are trained on (Szegedy et al. 2015, section
 * 6). torchvision's `RandomResizedCrop`.
 * @param x a picture, or f32 (…, channels, height, width) @param size [height, width], or one number for both @throws ValueError
 */
export function randomResizedCrop<X extends Picture | Tensor>(
  x: X,
  size: PictureSize,
  generator: Generator,
  options: RandomResizedCropOptions = {},
): X {
  const op = "randomResizedCrop";
  isOfBytes(op, "x", x);
  const target = sizesOf(op, "size", size);
  assertGenerator(op, "generator", generator);
  checkOptions(op, options, RESIZED_OPTIONS);
  const { scale = [0.08, 1], ratio = [3 / 4, 4 / 3], ...resizing } = options;
  return each(op, x, (picture) => {
    const [top, left, height, width] = partOf(sizeOfEither(op, picture), generator, scale, ratio);
    return resizedCrop(picture, top, left, height, width, target, resizing);
  });
}

type Part = readonly [top: number, left: number, height: number, width: number];

/** Ten tries, then the largest part in the middle that has such a ratio. */
function partOf([rows, columns]: readonly [number, number], generator: Generator, scale: Range, ratio: Range): Part {
  for (let tries = 0; tries < 10; tries++) {
    const area = rows * columns * uniform(generator, ...scale);
    const aspect = logUniform(generator, ...ratio);
    const [height, width] = [Math.round(Math.sqrt(area / aspect)), Math.round(Math.sqrt(area * aspect))];
    if (width < 1 || width > columns || height < 1 || height > rows) continue;
    return [whole(generator, 0, rows - height + 1), whole(generator, 0, columns - width + 1), height, width];
  }
  const aspect = Math.min(Math.max(columns / rows, ratio[0]), ratio[1]);
  const [height, width] =
    columns / rows < aspect
      ? [Math.max(1, Math.round(columns / aspect)), columns]
      : [rows, Math.max(1, Math.round(rows * aspect))];
  return [(rows - height) >> 1, (columns - width) >> 1, height, width];
}
