import { DTypeError, Generator, memory, tensor, ValueError, zeros } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import fixtures from "./colour-fixtures.json" with { type: "json" };
import { type ColourMapName, colourTable } from "./colour-maps.ts";
import { colourise, type ColourPicture, overlay, pictureOf } from "./colourise.ts";
import { gridOf } from "./grid-of.ts";

function sizeOf({ height, width, data }: ColourPicture): readonly number[] {
  return [height, width, data.length];
}

test.each(Object.entries(fixtures.tables))(`%s is matplotlib ${fixtures.matplotlib}'s to 2 of 255`, (name, table) => {
  const own = colourTable(name as ColourMapName);
  for (let at = 0; at < table.length / 6; at++) {
    for (const channel of [0, 1, 2]) {
      const wanted = Number.parseInt(table.slice(6 * at + 2 * channel, 6 * at + 2 * channel + 2), 16);
      expect(Math.abs((own[3 * 5 * at + channel] ?? NaN) - wanted)).toBeLessThanOrEqual(2);
    }
  }
});

describe("colourise", () => {
  test("spans the map over the numbers, or over a range", () => {
    const whole = colourise(tensor([[0, 1, 2]]), { map: "gray" });
    expect(whole).toMatchObject({ height: 1, width: 3, channels: 3 });
    expect([...whole.data]).toEqual([0, 0, 0, 128, 128, 128, 255, 255, 255]);
    const clipped = colourise(tensor([[-1, 0.5, 9]]), { map: "gray", range: [0, 1] });
    expect([...clipped.data]).toEqual([0, 0, 0, 128, 128, 128, 255, 255, 255]);
  });

  test("shows 0 as white and signs as blue and orange, whatever the largest magnitudes are", () => {
    const bytes = [...colourise(tensor([[-1, 0, 4]]), { map: "diverging" }).data];
    const [low, zero, high] = [bytes.slice(0, 3), bytes.slice(3, 6), bytes.slice(6)];
    expect(zero.every((channel) => channel >= 253)).toBe(true);
    expect(low[2]).toBeGreaterThan(low[0] ?? 255);
    expect(high[0]).toBeGreaterThan(high[2] ?? 255);
    const nothing = [...colourise(zeros([1, 1]), { map: "diverging" }).data];
    expect(nothing.every((channel) => channel >= 253)).toBe(true);
  });

  test("NaN and infinities do no harm", () => {
    const pixels = colourise(tensor([[NaN, -Infinity, 0, 1, Infinity]]), { map: "gray" });
    expect([...pixels.data]).toEqual([255, 0, 255, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255]);
  });
});

test("overlay lays the map on where it is large, and leaves the picture where it is least", () => {
  const picture = tensor([[[0.2, 0.4]]]);
  const pixels = overlay(picture, tensor([[0, 1]]), { map: "gray", opacity: 0.5 });
  expect([...pixels.data]).toEqual([51, 51, 51, 179, 179, 179]);
  expect(sizeOf(overlay(zeros([3, 8, 6]), new Generator(1).normal([1, 1, 2, 3])))).toEqual([8, 6, 144]);
});

test("pictureOf spreads a picture's numbers over black to white, channel beside channel", () => {
  const picture = tensor([[[[-1, 1]], [[0, 0]], [[1, -1]]]]);
  expect([...pictureOf(picture).data]).toEqual([0, 128, 255, 255, 128, 0]);
});

describe("gridOf", () => {
  test("lays maps beside each other with a gap, each in its own range", () => {
    const pixels = gridOf(tensor([[[0, 1]], [[0, 5]], [[3, 3]]]), { map: "gray", columns: 2, zoom: 2 });
    expect(sizeOf(pixels)).toEqual([7, 11, 231]);
    const gray = Array.from({ length: 11 }, (_, at) => pixels.data[3 * (11 + at)]);
    expect(gray).toEqual([255, 0, 0, 255, 255, 255, 0, 0, 255, 255, 255]);
  });

  test("shows filters of three channels in colour, and others as a row for each", () => {
    expect(sizeOf(gridOf(zeros([4, 3, 2, 2])))).toEqual([7, 7, 147]);
    expect(sizeOf(gridOf(zeros([4, 3, 2, 2]), { colour: false }))).toEqual([13, 10, 390]);
    expect(sizeOf(gridOf(zeros([1, 5, 2, 2])))).toEqual([7, 10, 210]);
  });
});

test("wrong maps are refused, and nothing is left behind", () => {
  const map = zeros([2, 4, 4]);
  const whole = zeros([4, 4], "i32");
  const before = memory();
  expect(() => colourise(map)).toThrow(/gridOf/);
  expect(() => colourise(whole as never)).toThrow(DTypeError);
  expect(() => colourise(map, { map: "jet" as never })).toThrow(ValueError);
  expect(() => colourise(map, { range: [1, 0] })).toThrow(/smaller one first/);
  expect(() => overlay(map, map)).toThrow(/1 or 3 channels/);
  expect(() => gridOf(map, { zoom: 9000 })).toThrow(/16384/);
  gridOf(map);
  expect(memory()).toMatchObject({ tensors: before.tensors, bytes: before.bytes });
});
