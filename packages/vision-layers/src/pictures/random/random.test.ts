import { gradcheck } from "@unfoldjs/autograd";
import { crossEntropy } from "@unfoldjs/nn";
import { concat, Generator, memory, scope, tensor, type Tensor } from "@unfoldjs/tensor-core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as pictures from "../../pictures.ts";
import { augmented, differing, unpacked } from "../testing/augmented.ts";
import { wanted } from "../testing/fixtures.ts";
import { beta, mixedCut, mixedUp } from "./mix.ts";

let before = memory();
beforeEach(() => {
  before = memory();
});
afterEach(() => {
  const { tensors, bytes } = memory();
  if (tensors > before.tensors || bytes > before.bytes) throw new Error(`${tensors - before.tensors} tensors are left`);
});

/** Each augmentation, on a picture or a batch. */
const augmentations: Readonly<Record<string, (x: Tensor, generator: Generator) => Tensor>> = {
  randomHorizontalFlip: (x, g) => pictures.randomHorizontalFlip(x, g),
  randomVerticalFlip: (x, g) => pictures.randomVerticalFlip(x, g),
  randomCrop: (x, g) => pictures.randomCrop(x, [12, 14], g, { padding: 2, fill: [0.1, 0.2, 0.3] }),
  randomResizedCrop: (x, g) => pictures.randomResizedCrop(x, [12, 14], g),
  colorJitter: (x, g) =>
    pictures.colorJitter(x, g, { brightness: 0.4, contrast: [0.5, 1.5], saturation: 0.3, hue: 0.1 }),
  randomGrayscale: (x, g) => pictures.randomGrayscale(x, g, { p: 0.5 }),
  randomGaussianBlur: (x, g) => pictures.randomGaussianBlur(x, 5, g),
  randomAffine: (x, g) =>
    pictures.randomAffine(x, g, { degrees: [-30, 30], translate: [0.2, 0.1], scale: [0.7, 1.2], shear: [-9, 9] }),
  randomRotation: (x, g) => pictures.randomRotation(x, [-90, 90], g, { interpolation: "bilinear", fill: 0.5 }),
  randomPerspective: (x, g) => pictures.randomPerspective(x, g, { p: 0.8 }),
  randomErasing: (x, g) => pictures.randomErasing(x, g, { value: "random" }),
  cutout: (x, g) => pictures.cutout(x, 6, g),
  trivialAugmentWide: (x, g) => pictures.trivialAugmentWide(x, g),
};

const at = (x: Tensor, i: number): Tensor => x.slice(0, i, i + 1).squeeze(0);

describe.each(Object.entries(augmentations))("%s", (_, augment) => {
  const batch = (count: number): Tensor => new Generator(5).uniform([count, 3, 16, 15]);

  test("the same seed gives the same bits, and another one other pictures", () => {
    scope(() => {
      const x = batch(8);
      const made = augment(x, new Generator(1)).data();
      expect(augment(x, new Generator(1)).data()).toEqual(made);
      expect(augment(x, new Generator(2)).data()).not.toEqual(made);
    });
  });

  test("each picture of a batch has draws of its own, the same as one after the other", () => {
    scope(() => {
      const x = batch(5);
      const together = augment(x, new Generator(3));
      const generator = new Generator(3);
      for (let i = 0; i < 5; i++) {
        const alone = augment(at(x, i), generator);
        expect(alone.data()).toEqual(at(together, i).data());
      }
    });
  });

  test("leaves what it was given as it was, and gives something of its own", () => {
    scope(() => {
      const x = batch(3);
      const values = x.data();
      for (let seed = 0; seed < 6; seed++) {
        const made = augment(x, new Generator(seed));
        expect(made).not.toBe(x);
        made.mul(0).data();
      }
      expect(x.data()).toEqual(values);
    });
  });
});

test("chances are what they should be", () => {
  scope(() => {
    const x = tensor(Array.from({ length: 2000 }, () => [[[0, 1]]])) as Tensor; // 2,000 pictures of one row
    const flipped = pictures.randomHorizontalFlip(x, new Generator(1), { p: 0.3 }).mean(0).data();
    expect(flipped[0]).toBeGreaterThan(0.27);
    expect(flipped[0]).toBeLessThan(0.33);
  });
});

test("pictures of bytes and tensors are cut at the same places", () => {
  scope(() => {
    const picture = wanted("rgb.png");
    const x = pictures.toTensor(picture);
    for (let seed = 0; seed < 20; seed++) {
      const bytes = pictures.randomCrop(picture, [7, 9], new Generator(seed), { padding: 3, paddingMode: "reflect" });
      const floats = pictures.randomCrop(x, [7, 9], new Generator(seed), { padding: 3, paddingMode: "reflect" });
      expect(pictures.toPicture(floats)).toEqual(bytes);
      expect(pictures.toPicture(pictures.randomHorizontalFlip(x, new Generator(seed)))).toEqual(
        pictures.randomHorizontalFlip(picture, new Generator(seed)),
      );
      const part = pictures.randomResizedCrop(picture, 8, new Generator(seed), { interpolation: "nearest" });
      expect(part).toMatchObject({ height: 8, width: 8, channels: 3 });
    }
  });
});

test("areas and ratios of randomResizedCrop and randomErasing are within their ranges", () => {
  scope(() => {
    const x = tensor(Array.from({ length: 40 }, (_, row) => Array.from({ length: 40 }, () => row))).reshape([
      1, 40, 40,
    ]);
    for (let seed = 0; seed < 50; seed++) {
      const part = pictures.randomResizedCrop(x, 40, new Generator(seed), {
        scale: [0.25, 0.25],
        ratio: [1, 1],
        antialias: false,
      });
      const [least, most] = [part.min().item(), part.max().item()];
      expect(Math.abs(most - least - 19)).toBeLessThanOrEqual(1); // 20 of 40 rows
      const shares = pictures
        .randomErasing(x.mul(0).add(1), new Generator(seed), { p: 1, scale: [0.1, 0.2] })
        .mean()
        .item();
      expect(shares).toBeGreaterThan(0.77);
      expect(shares).toBeLessThan(0.92);
    }
  });
});

describe("mixtures", () => {
  test("are torchvision's", () => {
    scope(() => {
      const x = unpacked(augmented.pictures.rgb);
      const batch: Tensor = concat([x, x.mul(0.5), x.neg().add(1)], 0);
      const y = tensor([
        [1, 0, 0],
        [0, 0, 1],
        [0, 1, 0],
      ]);
      const up = mixedUp(batch, y, 0.3);
      expect(differing(up.x, augmented.mixes.mixUp.x, 1e-6)).toBe(0);
      expect(differing(up.y, augmented.mixes.mixUp.y, 1e-6)).toBe(0);
      const cut = mixedCut(batch, y, [2, 1, 6, 5]);
      expect(differing(cut.x, augmented.mixes.cutMix.x, 1e-6)).toBe(0);
      expect(differing(cut.y, augmented.mixes.cutMix.y, 1e-6)).toBe(0);
    });
  });

  test("labels say how much of which picture there is", () => {
    scope(() => {
      const x = tensor([0, 1, 2, 3]).reshape([4, 1, 1, 1]).expand([4, 1, 10, 10]).clone();
      const labels = tensor([0, 1, 2, 3], "i32");
      for (const mix of [pictures.mixUp, pictures.cutMix]) {
        for (const alpha of [0.2, 1, 3]) {
          const made = mix(x, labels, new Generator(7), { numClasses: 4, alpha });
          const expected = made.y.matmul(tensor([[0], [1], [2], [3]])).data();
          made.x
            .mean([1, 2, 3])
            .data()
            .forEach((mean, i) => expect(mean).toBeCloseTo(expected[i] ?? NaN, 5));
          expect(Number.isFinite(crossEntropy(made.y.mul(2), made.y).item())).toBe(true);
        }
      }
    });
  });

  test("shares are from Beta(alpha, alpha)", () => {
    const generator = new Generator(11);
    for (const alpha of [0.2, 0.7, 1, 4]) {
      const shares = Array.from({ length: 3000 }, () => beta(generator, alpha));
      const mean = shares.reduce((sum, each) => sum + each, 0) / shares.length;
      const variance = shares.reduce((sum, each) => sum + (each - mean) ** 2, 0) / shares.length;
      expect(mean).toBeGreaterThan(0.47);
      expect(mean).toBeLessThan(0.53);
      const wantedVariance = 1 / (4 * (2 * alpha + 1)); // of Beta(a, a)
      expect(variance / wantedVariance).toBeGreaterThan(0.92);
      expect(variance / wantedVariance).toBeLessThan(1.08);
    }
  });
});

// Those of places are compared with PyTorch's, beside the values: at many of them there is a kink near by.
test("pixels have gradients through a grid", () => {
  scope(() => {
    const x = new Generator(1).uniform([2, 2, 5, 4]);
    const { ok, report } = gradcheck(
      (each: Tensor) => pictures.affine(each, { angle: 20, interpolation: "bilinear" }),
      x,
    );
    expect(ok ? "" : report).toBe("");
  });
});

test("wrong calls are told in words", () => {
  scope(() => {
    const x = new Generator(1).uniform([3, 8, 8]);
    const generator = new Generator(1);
    const bytes = x.mul(255).to("u8") as unknown as Tensor;
    expect(() => pictures.adjustHue(bytes, 0.1)).toThrow(/x must be f32[^]*div\(255\)/);
    expect(() => pictures.colorJitter(x, generator, { hue: 0.7 })).toThrow(/colorJitter: hue/);
    expect(() => pictures.randomCrop(x, 9, generator)).toThrow(/randomCrop: a part must not be larger/);
    expect(() => pictures.randomErasing(x, generator, { scale: [0.5, 0.2] })).toThrow(
      /scale must be \[low, high\], in order/,
    );
    expect(() => pictures.randomAffine(x, generator, { degres: [0, 1] } as never)).toThrow(/did you mean degrees/);
    expect(() => pictures.mixUp(x.unsqueeze(0), tensor([1], "i32"), generator)).toThrow(/give numClasses/);
    expect(() =>
      pictures.perspective(
        x,
        [
          [0, 0],
          [1, 1],
          [2, 2],
          [3, 3],
        ],
        [
          [0, 0],
          [1, 1],
          [2, 2],
          [3, 3],
        ],
      ),
    ).toThrow(/on a line/);
    expect(() => pictures.normalize(x, "imagnet" as never)).toThrow(/imagenet/);
    expect(() => pictures.trivialAugmentWide(x, 7 as never)).toThrow(/generator/);
    expect(() => pictures.gaussianBlur(x, 4)).toThrow(/odd/);
  });
});
