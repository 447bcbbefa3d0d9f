import {
  assertGenerator,
  assertWhole,
  checkOptions,
  type Generator,
  inCall,
  type OptionChecks,
  type Tensor,
} from "@unfoldjs/tensor-core";
import { aFill } from "../arguments/checks.ts";
import {
  adjustBrightness,
  adjustContrast,
  adjustSaturation,
  assertColours,
  autocontrast,
  posterize,
  solarize,
} from "../colour/adjust.ts";
import { adjustSharpness } from "../colour/blur.ts";
import { equalize } from "../colour/equalize.ts";
import { affineOf, rotate, type SamplingOptions } from "../geometry/affine.ts";
import { interpolationCheck } from "../geometry/options.ts";
import { eachPicture, uniform, whole } from "./draws.ts";

/** Options of `trivialAugmentWide`. */
export interface TrivialAugmentOptions extends SamplingOptions {
  /** Steps of a change's size. Default 31. */
  readonly numMagnitudeBins?: number;
}

/** A change by name, its largest size, and whether it goes both ways. */
interface Change {
  readonly name: string;
  readonly from?: number;
  readonly to?: number;
  readonly signed?: true;
  readonly apply: (x: Tensor, magnitude: number, sampling: SamplingOptions) => Tensor;
}

const upright = { angle: 0, tangentX: 0, tangentY: 0 };
const corner = { center: [0, 0] } as const;
const op = "trivialAugmentWide";

/** Müller & Hutter 2021, table 6, "wide", in torchvision's order. */
export const CHANGES: readonly Change[] = [
  { name: "Identity", apply: (x) => x.clone() },
  {
    name: "ShearX",
    to: 0.99,
    signed: true,
    apply: (x, m, sampling) => affineOf(op, x, { ...upright, ...corner, ...sampling, tangentX: m }),
  },
  {
    name: "ShearY",
    to: 0.99,
    signed: true,
    apply: (x, m, sampling) => affineOf(op, x, { ...upright, ...corner, ...sampling, tangentY: m }),
  },
  {
    name: "TranslateX",
    to: 32,
    signed: true,
    apply: (x, m, sampling) => affineOf(op, x, { ...upright, ...sampling, translate: [Math.trunc(m), 0] }),
  },
  {
    name: "TranslateY",
    to: 32,
    signed: true,
    apply: (x, m, sampling) => affineOf(op, x, { ...upright, ...sampling, translate: [0, Math.trunc(m)] }),
  },
  { name: "Rotate", to: 135, signed: true, apply: (x, m, sampling) => rotate(x, m, sampling) },
  { name: "Brightness", to: 0.99, signed: true, apply: (x, m) => adjustBrightness(x, 1 + m) },
  { name: "Color", to: 0.99, signed: true, apply: (x, m) => adjustSaturation(x, 1 + m) },
  { name: "Contrast", to: 0.99, signed: true, apply: (x, m) => adjustContrast(x, 1 + m) },
  { name: "Sharpness", to: 0.99, signed: true, apply: (x, m) => adjustSharpness(x, 1 + m) },
  { name: "Posterize", from: 8, to: 2, apply: (x, m) => posterize(x, halfToEven(m)) },
  { name: "Solarize", from: 1, to: 0, apply: (x, m) => solarize(x, m) },
  { name: "AutoContrast", apply: (x) => autocontrast(x) },
  { name: "Equalize", apply: (x) => equalize(x) },
];

/** Rounded as torch.round does: 6.5, which even numbers of steps have, is 6. */
function halfToEven(x: number): number {
  const rounded = Math.round(x);
  return Math.abs(x % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

const OPTIONS: OptionChecks<TrivialAugmentOptions> = {
  interpolation: interpolationCheck,
  fill: aFill,
  numMagnitudeBins: (_, name, value) => assertWhole(op, name, value, 2),
};

/**
 * One change of each picture, of a size that is drawn too, and nothing to be tuned (Müller & Hutter 2021, "TrivialAugment: Tuning-free Yet
 * State-of-the-Art Data Augmentation"). torchvision's `TrivialAugmentWide`: sheared, moved, turned, brighter, more or less colour,
 * contrast or sharpness, posterized, solarized, spread, equalized, or left as it is.
 *
 * @param x f32 (…, 1 or 3 channels, height, width), 0 … 1 @throws ShapeError, ValueError
 */
export function trivialAugmentWide(x: Tensor, generator: Generator, options: TrivialAugmentOptions = {}): Tensor {
  assertColours(op, x);
  assertGenerator(op, "generator", generator);
  checkOptions(op, options, OPTIONS);
  const { numMagnitudeBins: bins = 31, ...sampling } = options;
  return inCall(op, () =>
    eachPicture(x, (picture) => {
      const change = CHANGES[whole(generator, 0, CHANGES.length)] ?? CHANGES[0];
      const { from = 0, to = 0, signed, apply } = change as Change;
      const size = from + ((to - from) * whole(generator, 0, bins)) / (bins - 1);
      const isNegative = uniform(generator, 0, 1) <= 0.5;
      return apply(picture, signed === true && isNegative ? -size : size, sampling);
    }),
  );
}
