import { gradcheck } from "@unfoldjs/autograd";
import { Generator, memory, scope, type Tensor, zeros } from "@unfoldjs/tensor-core";
import { crc32 } from "node:zlib";
import { describe, expect, test } from "vitest";
import { resize, toPicture, toTensor } from "../../pictures.ts";
import { resizedByPil, wanted } from "../testing/fixtures.ts";
import { sineOfTurns } from "./sine.ts";

test.each(resizedByPil)("$file to $width × $height, $filter, byte for byte as PIL", (row) => {
  const { file, width, height, filter, crc } = row;
  const picture = resize(wanted(file), [height, width], { interpolation: filter });
  expect([picture.height, picture.width]).toEqual([height, width]);
  expect(crc32(picture.data)).toBe(crc);
});

test("sines are Math.sin's to the last bits", () => {
  for (let turn = -1.6; turn < 1.6; turn += 0.0137) {
    expect(Math.abs(sineOfTurns(turn) - Math.sin(2 * Math.PI * turn))).toBeLessThan(2e-15);
  }
});

test("one number is the shorter side's", () => {
  const picture = wanted("rgb.png"); // 11 × 15
  expect(resize(picture, 22)).toMatchObject({ height: 22, width: 30 });
  expect(resize(picture, 5)).toMatchObject({ height: 5, width: 6 }); // 6.8, rounded down
  expect(scope(() => resize(toTensor(picture), 5).shape)).toEqual([3, 5, 6]);
});

describe("sizes that nothing could hold are refused before anything is made", () => {
  const picture = wanted("rgb.png");
  const planes = toTensor(picture).unsqueeze(0);
  test.each([
    [1e6, undefined],
    [[1e6, 1e6], undefined],
    [[40_000, 40_000], "nearest"],
    [[2 ** 52, 1], "box"],
  ] as const)("%j", (size, interpolation) => {
    const before = memory();
    for (const resized of [
      () => resize(picture, size, { ...(interpolation && { interpolation }) }),
      () => resize(planes, size, { ...(interpolation && { interpolation }) }),
    ]) {
      expect(resized).toThrow(/^resize: this takes room for \d+ numbers at once/);
      expect(resized).toThrow(/choose a smaller size/);
    }
    expect(memory()).toMatchObject({ tensors: before.tensors, bytes: before.bytes });
  });

  test("also by what is made on the way: a matrix of weights, or a pass along one axis", () => {
    using wide = zeros([1, 1, 20_000, 2]);
    expect(() => resize(wide, [200_000, 2], { interpolation: "lanczos" })).toThrow(/takes room for 4000000000 numbers/);
    expect(() => resize(wide, [1, 100_000])).toThrow(/takes room for 2000000000 numbers/);
  });
});

describe("tensors", () => {
  test.each(["nearest", "box", "bilinear", "hamming", "bicubic", "lanczos"] as const)(
    "%s is what is done to bytes, but for rounding",
    (interpolation) => {
      const picture = wanted("rgb.png");
      for (const size of [
        [7, 5],
        [22, 30],
        [5, 33],
      ] as const) {
        const bytes = resize(picture, size, { interpolation });
        const floats = scope(() => toPicture(resize(toTensor(picture), size, { interpolation })));
        // PIL rounds and cuts off between the two passes too; the nearest pixel is counted from edges by PyTorch, from middles by PIL.
        const allowed =
          interpolation === "nearest" ? 255 : interpolation === "lanczos" || interpolation === "bicubic" ? 40 : 1;
        bytes.data.forEach((byte, i) => expect(Math.abs(byte - (floats.data[i] ?? 0))).toBeLessThanOrEqual(allowed));
      }
    },
  );

  test("they can be derived from, and nothing is left behind", () => {
    const before = memory();
    for (const interpolation of ["bilinear", "lanczos", "box"] as const) {
      scope(() => {
        const x = new Generator(1).uniform([2, 3, 6, 5]);
        const { ok, report } = gradcheck((each: Tensor) => resize(each, [4, 7], { interpolation }), x);
        expect({ ok, report }).toMatchObject({ ok: true });
      });
    }
    expect(memory()).toMatchObject({ tensors: before.tensors, bytes: before.bytes });
  });
});
