import { grad } from "@unfoldjs/autograd";
import { Generator, ones, type Tensor, zeros } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { Dropout2d, DropPath } from "./dropout2d.ts";

const values = (x: Tensor): number[] => [...x.data()];

describe("dropout of whole channels and examples", () => {
  test("zeroes channels whole, about as many as it says, and scales the others", () => {
    const dropped = values(new Dropout2d(0.25, { generator: new Generator(1) }).forward(ones([40, 50, 2, 3])));
    const channels = Array.from({ length: 2000 }, (_, at) => new Set(dropped.slice(at * 6, at * 6 + 6)));
    expect(channels.every((channel) => channel.size === 1)).toBe(true);
    const kept = channels.filter((channel) => channel.has(Math.fround(4 / 3))).length;
    expect(channels.filter((channel) => channel.has(0)).length + kept).toBe(2000);
    expect(Math.abs(kept - 1500)).toBeLessThan(4 * Math.sqrt(2000 * 0.25 * 0.75)); // four deviations
  });

  test("leaves out examples whole", () => {
    const dropped = values(new DropPath(0.5, { generator: new Generator(2) }).forward(ones([400, 2, 3])));
    const examples = Array.from({ length: 400 }, (_, at) => dropped.slice(at * 6, at * 6 + 6).join());
    const [kept, left] = ["2,2,2,2,2,2", "0,0,0,0,0,0"].map((all) => examples.filter((each) => each === all).length);
    expect((kept ?? 0) + (left ?? 0)).toBe(400);
    expect(Math.abs((kept ?? 0) - 200)).toBeLessThan(40);
  });

  test("hands the gradient on where something was kept", () => {
    const layer = new DropPath(0.5, { generator: new Generator(3) });
    const again = new DropPath(0.5, { generator: new Generator(3) });
    const mask = values(layer.forward(ones([8, 2])));
    const gradient = grad((x: Tensor) => again.forward(x).sum())(ones([8, 2]));
    expect(values(gradient)).toEqual(mask);
  });

  test("does nothing in use, and nothing without a probability", () => {
    const x = ones([2, 3, 2, 2]);
    expect(new Dropout2d().eval().forward(x)).toBe(x);
    expect(new DropPath().forward(x)).toBe(x);
  });

  test("refuses what is no probability, and too few axes", () => {
    expect(() => new Dropout2d(20)).toThrow(/share, not a percentage/);
    expect(() => new DropPath(-0.1)).toThrow(/DropPath/);
    expect(() => new Dropout2d(0.5).forward(zeros([2, 3]))).toThrow(/\(batch, channels, …places\)/);
  });
});
