import { tensor } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { decodePicture, encodePicture, type Picture, readPicture, toPicture, toTensor } from "../../pictures.ts";
import expected from "../fixtures/expected.json";

// In Chromium, on the files that the tests in Node read.

const read: Readonly<Record<string, { height: number; width: number; channels: number; data: string }>> = expected.read;
async function fixture(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const answer = await fetch(new URL(`../fixtures/${name}`, import.meta.url));
  return new Uint8Array(await answer.arrayBuffer());
}

function apart(a: Picture, name: string): number {
  const b = read[name];
  if (b === undefined || a.height !== b.height || a.width !== b.width || a.channels !== b.channels) return Infinity;
  const bytes = Uint8Array.from(atob(b.data), (each) => each.charCodeAt(0));
  return a.data.reduce((most, byte, i) => Math.max(most, Math.abs(byte - (bytes[i] ?? 0))), 0);
}

/** What the browser rounds: colours under alpha by the canvas, of 16 bits, of CMYK, of halved colours. */
const ROUNDED: Readonly<Record<string, number>> = { "gray16.png": 1, "rgb16.png": 1, "cmyk.jpg": 4 };
const hasAlpha = (name: string): boolean => read[name]?.channels === 4;

test.each(Object.keys(read).filter((name) => !hasAlpha(name) && !name.startsWith("animated")))(
  "%s is what PIL reads",
  async (name) => {
    const lossy = name.endsWith("avif") || name === "lossy.webp" ? 4 : 0;
    expect(apart(await decodePicture(await fixture(name)), name)).toBeLessThanOrEqual(ROUNDED[name] ?? lossy);
  },
);

test("alpha itself is exact, and colours are where it is whole", async () => {
  const picture = await decodePicture(await fixture("palette-transparent.png"));
  const bytes = Uint8Array.from(atob(read["palette-transparent.png"]?.data ?? ""), (each) => each.charCodeAt(0));
  const isExact = (i: number): boolean => i % 4 === 3 || bytes[i - (i % 4) + 3] === 255;
  const exact = Array.from(bytes, (byte, i) => (isExact(i) ? byte : -1));
  expect(Array.from(picture.data, (byte, i) => (isExact(i) ? byte : -1))).toEqual(exact);
});

test("the first of several frames", async () => {
  expect(apart(await decodePicture(await fixture("animated.png")), "animated.png")).toBe(0);
});

describe("files that are not what they should be", () => {
  test("are refused before the browser shows half of them", async () => {
    const jpeg = await fixture("rgb.jpg");
    await expect(decodePicture(jpeg.slice(0, 600))).rejects.toThrow(/it was cut off/);
    await expect(decodePicture(await fixture("bomb.png"))).rejects.toThrow(/3600000000 pixels/);
    await expect(decodePicture(await fixture("picture.gif"))).rejects.toThrow(/this is a GIF/);
    const png = await fixture("rgb.png");
    png[80] = 255 - (png[80] ?? 0);
    await expect(decodePicture(png)).rejects.toThrow(/damaged/);
    await expect(readPicture("/there-is-no-such-file.png")).rejects.toThrow(/readPicture/);
  });
});

describe("what a page shows", () => {
  const red = (width: number, height: number): HTMLCanvasElement => {
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const context = canvas.getContext("2d");
    if (context === null) throw new Error("no canvas");
    context.fillStyle = "#ff8000";
    context.fillRect(0, 0, width, height);
    return canvas;
  };

  test("a canvas, an ImageBitmap, an ImageData, a File, an OffscreenCanvas, an img, a VideoFrame", async () => {
    const canvas = red(3, 2);
    const image = canvas.getContext("2d")?.getImageData(0, 0, 3, 2);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve));
    if (image === undefined || blob === null) throw new Error("no picture");
    const offscreen = new OffscreenCanvas(3, 2);
    offscreen.getContext("2d")?.drawImage(canvas, 0, 0);
    const img = new Image();
    img.src = URL.createObjectURL(blob);
    await img.decode();
    img.width = 300; // shown larger than it is
    const frame = new VideoFrame(canvas, { timestamp: 0 });
    const sources = [canvas, await createImageBitmap(canvas), image, new File([blob], "a.png"), offscreen, img, frame];
    for (const source of sources) {
      const picture = await decodePicture(source, { channels: 3 });
      expect(picture).toMatchObject({ height: 2, width: 3, channels: 3 });
      expect(Array.from(picture.data.subarray(0, 3))).toEqual([255, 128, 0]);
    }
    frame.close();
  });

  test("a video as it stands, and one that has not come yet", async () => {
    await expect(decodePicture(document.createElement("video"))).rejects.toThrow(/nothing to see in it yet/);
    const video = document.createElement("video");
    video.muted = true;
    video.srcObject = red(8, 6).captureStream(30);
    await video.play();
    const picture = await decodePicture(video);
    expect(picture).toMatchObject({ height: 6, width: 8, channels: 3 });
    expect(Math.abs((picture.data[1] ?? 0) - 128)).toBeLessThan(12);
    video.pause();
  });
});

test("PNG comes back as it was, and JPEG and WebP are written by the browser", async () => {
  const picture = toPicture(
    tensor([
      [0, 0.2],
      [0.5, 1],
    ]),
  );
  expect(await decodePicture(await encodePicture(picture))).toEqual(picture);
  expect(toTensor(picture).shape).toEqual([1, 2, 2]);
  const colours: Picture = { height: 8, width: 8, channels: 3, data: new Uint8Array(192).fill(90) };
  for (const format of ["jpeg", "webp"] as const) {
    const back = await decodePicture(await encodePicture(colours, { format }));
    expect(back).toMatchObject({ height: 8, width: 8 });
    expect(Math.abs((back.data[0] ?? 0) - 90)).toBeLessThan(4);
  }
  await expect(encodePicture(colours, { format: "avif" })).rejects.toThrow(/writes no such pictures/);
});
