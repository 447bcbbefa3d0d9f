import { conv2d, correlate2d, memory, scope, tensor, type Tensor, ValueError } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { distance } from "../testing/drawn.ts";
import { effectKernels } from "./effect-kernels.ts";
import fixtures from "./filter-fixtures.json" with { type: "json" };
import { gaborBank, gaborKernel } from "./gabor-kernels.ts";
import { boxKernel, differenceOfGaussians, gaussianKernel, laplacianOfGaussian } from "./smoothing-kernels.ts";

const sum = (x: Tensor): number => x.data().reduce((total, value) => total + value, 0);
const values = (x: Tensor): number[] => [...x.data()];
/** x² + y² around the middle: its Laplacian is 4 everywhere. */
const bowl = (size: number): Tensor => {
  const at = Array.from({ length: size }, (_, i) => i - (size - 1) / 2);
  return tensor(at.map((y) => at.map((x) => x * x + y * y)));
};

describe("smoothing", () => {
  test("a box is a mean", () => {
    expect(
      correlate2d(
        tensor([
          [1, 2, 3],
          [4, 5, 6],
          [7, 8, 12],
        ]),
        boxKernel(3),
      ).item(),
    ).toBeCloseTo(48 / 9, 6);
  });

  test("the Gaussian is scipy's, of its size", () => {
    expect(gaussianKernel(1.5).shape).toEqual([13, 13]);
    expect(distance(values(gaussianKernel(1.5)), fixtures.kernels.gaussian)).toBeLessThan(1e-7);
    expect(sum(gaussianKernel(0.8, { size: 4 }))).toBeCloseTo(1, 6);
  });
});

describe("Laplacians", () => {
  test("the Laplacian of a Gaussian is scipy's, but for its correction of what is cut off", () => {
    expect(distance(values(laplacianOfGaussian(1.5)), fixtures.kernels.laplacianOfGaussian)).toBeLessThan(1e-4);
  });

  test.each([1, 1.5, 2])("at σ = %s it finds the curvature of a bowl, and nothing in an even picture", (sigma) => {
    const kernel = laplacianOfGaussian(sigma, { size: 25 });
    expect(correlate2d(bowl(25), kernel).item()).toBeCloseTo(4, 3);
    expect(sum(kernel)).toBeCloseTo(0, 5);
  });

  test("the difference of Gaussians is scikit-image's", () => {
    const ours = values(differenceOfGaussians(1, 1.6, { size: 15 }));
    expect(distance(ours, fixtures.kernels.differenceOfGaussians)).toBeLessThan(1e-5);
    expect(differenceOfGaussians(1).shape).toEqual([13, 13]);
    expect(correlate2d(bowl(31), differenceOfGaussians(1, 2, { size: 31 })).item()).toBeCloseTo(-6, 3); // 2 · (1 − 4)
  });
});

describe("Gabor", () => {
  test("the kernel is scikit-image's, without its factor", () => {
    const { shape, values: wanted } = fixtures.kernels.gabor;
    const [rows = 0, columns = 0] = shape;
    const size = Math.max(rows, columns);
    const whole = gaborKernel({
      wavelength: 6,
      orientation: 0.6,
      sigma: 2.4,
      aspectRatio: 0.5,
      phase: 0.3,
      size,
    });
    const [top, left] = [(size - rows) / 2, (size - columns) / 2];
    const part = whole.slice(0, top, top + rows).slice(1, left, left + columns);
    expect(distance(values(part.contiguous()), wanted)).toBeLessThan(1e-6);
  });

  test("each of a bank answers most to its own stripes", () => {
    const bank = gaborBank({ wavelengths: [6], orientations: 4 });
    const size = bank.shape[2];
    expect(bank.shape).toEqual([4, 1, size, size]);
    const stripes = [0, 1, 2, 3].map((turn) => {
      const [cosine, sine] = [Math.cos((turn * Math.PI) / 4), Math.sin((turn * Math.PI) / 4)];
      const at = Array.from({ length: size }, (_, i) => i - (size - 1) / 2);
      return tensor([at.map((y) => at.map((x) => Math.cos((2 * Math.PI * (x * cosine + y * sine)) / 6)))]);
    });
    const strongest = stripes.map((picture) => conv2d(picture.unsqueeze(0), bank).abs().argmax().item());
    expect(strongest).toEqual([0, 1, 2, 3]);
    expect(gaborBank().shape.slice(0, 2)).toEqual([8, 1]);
  });
});

describe("effects", () => {
  test.each(Object.entries(effectKernels))("%s keeps the brightness of an even picture", (_, kernel) => {
    expect(
      correlate2d(
        tensor([
          [7, 7, 7],
          [7, 7, 7],
          [7, 7, 7],
        ]),
        tensor(kernel),
      ).item(),
    ).toBe(7);
  });

  test("sharpening takes off the Laplacian, embossing lights edges from the upper left", () => {
    const corner = tensor([
      [0, 0, 0],
      [0, 8, 8],
      [0, 8, 8],
    ]);
    expect(correlate2d(corner, tensor(effectKernels.sharpen)).item()).toBe(24);
    expect(correlate2d(corner, tensor(effectKernels.emboss)).item()).toBe(40);
    expect(correlate2d(corner.flip(), tensor(effectKernels.emboss)).item()).toBe(-24);
  });
});

test("wrong sizes are refused in the name of what was called, and nothing else is kept", () => {
  expect(() => gaussianKernel(0)).toThrow(ValueError);
  expect(() => gaussianKernel(1, { size: 2.5 })).toThrow(/gaussianKernel/);
  expect(() => boxKernel(0)).toThrow(/boxKernel/);
  expect(() => differenceOfGaussians(2, 1)).toThrow(/highSigma/);
  expect(() => gaborKernel({ wavelength: -1 })).toThrow(/wavelength must be above 0/);
  expect(() => gaborBank({ wavelengths: [] })).toThrow(/gaborBank/);
  scope(() => {
    const before = memory().tensors;
    gaborBank();
    laplacianOfGaussian(1);
    expect(memory().tensors).toBe(before + 2);
  });
});
