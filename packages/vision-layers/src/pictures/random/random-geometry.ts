import {
  assertGenerator,
  checkOptions,
  type Generator,
  inCall,
  type OptionChecks,
  type Tensor,
} from "@unfoldjs/tensor-core";
import { aFill, aRange, aShare, type Range, someNumbers } from "../arguments/checks.ts";
import { affine, rotate, type SamplingOptions } from "../geometry/affine.ts";
import { interpolationCheck } from "../geometry/options.ts";
import { perspective } from "../geometry/perspective.ts";
import { assertImages } from "../picture/tensors.ts";
import { spatial } from "../resize/resize.ts";
import { eachPicture, happens, uniform, whole } from "./draws.ts";
import type { ChanceOptions } from "./random-frame.ts";

/** Options of `randomAffine`. */
export interface RandomAffineOptions extends SamplingOptions {
  /** Degrees, [from, to]. Default [0, 0]. */
  readonly degrees?: Range;
  /** The largest share of width and height that a picture is moved by. Default [0, 0]. */
  readonly translate?: readonly [x: number, y: number];
  /** How many times larger. Default [1, 1]. */
  readonly scale?: Range;
  /** Degrees along x. Default [0, 0]. */
  readonly shear?: Range;
}

const pair = /* @__PURE__ */ someNumbers(2, "two shares, [x, y]");
const degrees = /* @__PURE__ */ aRange(-1e6, 1e6);
const SAMPLING: OptionChecks<SamplingOptions> = { interpolation: interpolationCheck, fill: aFill };

/**
 * Each picture turned, moved, scaled and sheared otherwise. torchvision's `RandomAffine`.
 * @param x f32 (…, channels, height, width) @throws ShapeError, ValueError
 * @example randomAffine(x, generator, { degrees: [-15, 15], translate: [0.1, 0.1], scale: [0.9, 1.1] })
 */
export function randomAffine(x: Tensor, generator: Generator, options: RandomAffineOptions): Tensor {
  const op = "randomAffine";
  assertImages(op, "x", x);
  assertGenerator(op, "generator", generator);
  checkOptions<RandomAffineOptions>(op, options, {
    ...SAMPLING,
    degrees,
    translate: (_, name, value) => {
      pair(op, name, value);
      for (const each of value as Range) aShare(op, name, each);
    },
    scale: aRange(1e-3, 1e3),
    shear: aRange(-89, 89),
  });
  const { degrees: angles = [0, 0], translate = [0, 0], scale = [1, 1], shear = [0, 0], ...sampling } = options;
  const [height, width] = spatial(x);
  const moved = (share: number, size: number): number =>
    Math.round(uniform(generator, -(share * size), share * size)) + 0;
  return inCall(op, () =>
    eachPicture(x, (picture) =>
      affine(picture, {
        angle: uniform(generator, ...angles),
        translate: [moved(translate[0], width), moved(translate[1], height)],
        scale: uniform(generator, ...scale),
        shear: [uniform(generator, ...shear), 0],
        ...sampling,
      }),
    ),
  );
}

/** Each picture turned by another angle. torchvision's `RandomRotation`. @param angles degrees, [from, to] @throws ShapeError, ValueError */
export function randomRotation(x: Tensor, angles: Range, generator: Generator, options: SamplingOptions = {}): Tensor {
  const op = "randomRotation";
  assertImages(op, "x", x);
  degrees(op, "angles", angles);
  assertGenerator(op, "generator", generator);
  checkOptions(op, options, SAMPLING);
  return inCall(op, () => eachPicture(x, (picture) => rotate(picture, uniform(generator, ...angles), options)));
}

/** Options of `randomPerspective`. */
export interface RandomPerspectiveOptions extends SamplingOptions, ChanceOptions {
  /** How far corners come in, 0 … 1: 1 up to the middle. Default 0.5. */
  readonly distortionScale?: number;
}

/** Each picture seen from elsewhere, or left as it is. torchvision's `RandomPerspective`. @param x f32 (…, channels, height, width) */
export function randomPerspective(x: Tensor, generator: Generator, options: RandomPerspectiveOptions = {}): Tensor {
  const op = "randomPerspective";
  assertImages(op, "x", x);
  assertGenerator(op, "generator", generator);
  checkOptions<RandomPerspectiveOptions>(op, options, { ...SAMPLING, p: aShare, distortionScale: aShare });
  const { p = 0.5, distortionScale = 0.5, ...sampling } = options;
  const [height, width] = spatial(x);
  const [down, across] = [height, width].map((size) => Math.floor(distortionScale * Math.floor(size / 2)) + 1) as [
    number,
    number,
  ];
  const near = (bound: number): number => whole(generator, 0, bound);
  const far = (bound: number, size: number): number => whole(generator, size - bound, size);
  const corners = [
    [0, 0],
    [width - 1, 0],
    [width - 1, height - 1],
    [0, height - 1],
  ] as const;
  return inCall(op, () =>
    eachPicture(x, (picture) => {
      const isSeen = happens(generator, p);
      const upper = [
        [near(across), near(down)],
        [far(across, width), near(down)],
      ] as const;
      const lower = [
        [far(across, width), far(down, height)],
        [near(across), far(down, height)],
      ] as const;
      return isSeen ? perspective(picture, corners, [...upper, ...lower], sampling) : picture.clone();
    }),
  );
}
