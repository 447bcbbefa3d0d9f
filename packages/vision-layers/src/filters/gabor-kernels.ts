import {
  assertFinite,
  assertList,
  assertWhole,
  checkedLater,
  checkOptions,
  inCall,
  type OptionChecks,
  scope,
  sizeOf,
  stack,
  type Tensor,
  wrongArgument,
} from "@unfoldjs/tensor-core";
import { assertPositive, assertSize, kernelOf, type KernelSize, sampled, sizeFor } from "./sampled-kernel.ts";
import { joined } from "../layers/checks.ts";

/** What Gabor kernels have in common. */
export interface GaborShape extends KernelSize {
  /** Width σ of the Gaussian along the wave, in pixels. Default 0.56 wavelengths: a band of one octave. */
  readonly sigma?: number;
  /** Width along the wave divided by the width along its stripes, γ. Default 0.5: stripes twice as long. */
  readonly aspectRatio?: number;
  /** Of the wave in the middle, ψ, in radians: 0 finds bright lines, π / 2 edges. Default 0. */
  readonly phase?: number;
}

/** Options of `gaborKernel`. */
export interface GaborOptions extends GaborShape {
  /** Distance between two bright stripes, λ, in pixels. */
  readonly wavelength: number;
  /** Way the wave goes, θ, in radians: 0 to the right, for stripes from top to bottom; π / 2 downwards. Default 0. */
  readonly orientation?: number;
}

/** Options of `gaborBank`. */
export interface GaborBankOptions extends GaborShape {
  /** Default 4 and 8 pixels. */
  readonly wavelengths?: readonly number[];
  /** How many ways between 0 and π. Default 4: every 45°. */
  readonly orientations?: number;
}

const SHAPE: OptionChecks<GaborShape> = {
  size: assertSize,
  sigma: assertPositive,
  aspectRatio: assertPositive,
  phase: assertFinite,
};
const ONE: OptionChecks<GaborOptions> = /* @__PURE__ */ joined(SHAPE, {
  wavelength: assertPositive,
  orientation: assertFinite,
});
const BANK: OptionChecks<GaborBankOptions> = /* @__PURE__ */ joined(SHAPE, {
  wavelengths: checkedLater,
  orientations: (op: string, name: string, value: unknown) => assertWhole(op, name, value, 1),
});

/**
 * A wave under a Gaussian, which finds lines and textures of one size and way, as simple cells of the visual cortex do (Gabor
 * 1946; in two axes Daugman 1985): exp(−(x′² + γ² y′²) / 2σ²) · cos(2π x′ / λ + ψ), where x′ = x cos θ + y sin θ and
 * y′ = y cos θ − x sin θ.
 *
 * @returns (size, size); size is 4 deviations of the longer way on each side, unless said
 * @throws ValueError unless wavelength, sigma and aspectRatio are above 0, and size a whole number from 1 to 4096
 */
export function gaborKernel(options: GaborOptions): Tensor<[number, number]> {
  checkOptions("gaborKernel", options, ONE);
  if (options.wavelength === undefined) {
    throw wrongArgument("gaborKernel", "wavelength", options.wavelength, "a length in pixels");
  }
  return inCall("gaborKernel", () => kernelAt("gaborKernel", options, sizeOfGabor(options)));
}

/**
 * Gabor kernels of some wavelengths, each in some orientations: a weight for `conv2d` on pictures of one channel, whose maps
 * tell textures apart (Jain & Farrokhnia 1991, "Unsupervised texture segmentation using Gabor filters").
 *
 * @returns (wavelengths · orientations, 1, size, size), orientations of the first wavelength first; size as the longest needs
 * @throws ValueError unless each wavelength, sigma and aspectRatio is above 0, and orientations and size whole numbers from 1 up, size to 4096
 * @example conv2d(picture, gaborBank({ orientations: 8 }), undefined, { padding: "same" })
 */
export function gaborBank(options: GaborBankOptions = {}): Tensor<[number, 1, number, number]> {
  const op = "gaborBank";
  checkOptions(op, options, BANK);
  const { wavelengths = [4, 8], orientations = 4, ...shape } = options;
  assertList(op, "wavelengths", wavelengths, "an array of lengths in pixels");
  const lengths = Array.from(wavelengths, (length: unknown): number => {
    assertPositive(op, "wavelengths", length);
    return length;
  });
  if (lengths.length === 0) throw wrongArgument(op, "wavelengths", wavelengths, "at least one length in pixels");
  const size = sizeOfGabor({ ...shape, wavelength: Math.max(...lengths) });
  return inCall(op, () =>
    scope(() => {
      sizeOf([lengths.length * orientations, size, size]); // refuses too many before the first is made
      const kernels: Tensor<[number, number]>[] = [];
      for (const wavelength of lengths) {
        for (let turn = 0; turn < orientations; turn++) {
          kernels.push(kernelAt(op, { ...shape, wavelength, orientation: (turn * Math.PI) / orientations }, size));
        }
      }
      return stack(kernels).unsqueeze(1);
    }),
  );
}

function kernelAt(op: string, options: GaborOptions, size: number): Tensor<[number, number]> {
  const { wavelength, orientation = 0, sigma = 0.56 * wavelength, aspectRatio = 0.5, phase = 0 } = options;
  const [cosine, sine] = [Math.cos(orientation), Math.sin(orientation)];
  const values = sampled(op, size, (x, y) => {
    const [along, across] = [x * cosine + y * sine, y * cosine - x * sine];
    const envelope = Math.exp(-(along ** 2 + (aspectRatio * across) ** 2) / (2 * sigma ** 2));
    return envelope * Math.cos((2 * Math.PI * along) / wavelength + phase);
  });
  return kernelOf(size, values);
}

function sizeOfGabor({ size, wavelength, sigma = 0.56 * wavelength, aspectRatio = 0.5 }: GaborOptions): number {
  return size ?? sizeFor(sigma / Math.min(1, aspectRatio));
}
