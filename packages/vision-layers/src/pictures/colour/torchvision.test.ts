import { grad } from "@unfoldjs/autograd";
import { interpolate, memory, scope, type Tensor } from "@unfoldjs/tensor-core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as pictures from "../../pictures.ts";
import { augmented, differing, unpacked } from "../testing/augmented.ts";
import { CHANGES } from "../random/trivial-augment.ts";

let before = memory();
beforeEach(() => {
  before = memory();
});
afterEach(() => {
  const { tensors, bytes } = memory();
  if (tensors > before.tensors || bytes > before.bytes) throw new Error(`${tensors - before.tensors} tensors are left`);
});

const functions = pictures as unknown as Readonly<Record<string, (x: Tensor, ...args: unknown[]) => Tensor>>;

describe("functions are torchvision's", () => {
  test.each(augmented.calls.map((call) => [call.name, call.of, JSON.stringify(call.args), call] as const))(
    "%s of %s %s",
    (name, of, _, call) => {
      scope(() => {
        const picture = unpacked(augmented.pictures[of]);
        const x: Tensor = name === "equalize" ? interpolate(picture, { size: [16, 18] }) : picture;
        const made = functions[name]?.(x, ...call.args);
        // The nearest pixel is another one where a place lies between two, but for rounding.
        const atEdge = call.args.some((each) => typeof each === "object" && JSON.stringify(each).includes("nearest"))
          ? 3
          : 0;
        expect(made && differing(made, call, 2e-5)).toBeLessThanOrEqual(atEdge);
      });
    },
  );
});

test.each(augmented.grids)("gridSample $mode, $paddingMode, alignCorners $alignCorners is PyTorch's", (grid) => {
  scope(() => {
    const { mode, paddingMode, alignCorners } = grid;
    const x = unpacked(augmented.pictures.rgb);
    const made = pictures.gridSample(x, unpacked(augmented.grid), { mode, paddingMode, alignCorners });
    expect(differing(made, grid, 1e-5)).toBe(0);
    const places = unpacked(augmented.grid);
    const sum = (each: Tensor, at: Tensor): Tensor =>
      pictures.gridSample(each, at, { mode, paddingMode, alignCorners }).square().sum();
    expect(differing(grad((each: Tensor) => sum(each, places))(x), grid.byPicture, 1e-4)).toBe(0);
    expect(differing(grad((at: Tensor) => sum(x, at))(places), grid.byGrid, 1e-3)).toBe(0);
  });
});

test.each(augmented.changes)("TrivialAugment's $name of $magnitude is torchvision's", (change) => {
  scope(() => {
    const apply = CHANGES.find(({ name }) => name === change.name)?.apply;
    const made = apply?.(unpacked(augmented.pictures.rgb).squeeze(0), change.magnitude, {});
    const isMoved = /Shear|Rotate/.test(change.name);
    expect(made && differing(made, change, 2e-5)).toBeLessThanOrEqual(isMoved ? 3 : 0);
  });
});

test("as many changes as torchvision has, in its order", () => {
  const names = [...new Set(augmented.changes.map(({ name }) => name))];
  expect(CHANGES.map(({ name }) => name)).toEqual(names);
});

test("TrivialAugment posterizes by half steps as torchvision rounds them, to the even number", () => {
  // torchvision 0.29: TrivialAugmentWide._AUGMENTATION_SPACE["Posterize"][0](13, 32, 32)
  const bits = [8, 8, 7, 6, 6, 6, 5, 4, 4, 4, 3, 2, 2];
  const posterize = CHANGES.find(({ name }) => name === "Posterize");
  scope(() => {
    const x = unpacked(augmented.pictures.rgb).squeeze(0);
    for (const [step, expected] of bits.entries()) {
      const made = posterize?.apply(x, 8 - step / 2, {});
      expect(made?.toArray()).toEqual(pictures.posterize(x, expected).toArray());
    }
  });
});
