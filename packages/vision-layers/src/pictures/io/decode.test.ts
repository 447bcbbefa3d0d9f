import { FormatError, NotFoundError, ValueError } from "@unfoldjs/tensor-core";
import { existsSync, linkSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { crc32, deflateSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import {
  decodePicture,
  encodePicture,
  type Picture,
  pictureHeader,
  readPicture,
  withChannels,
  writePicture,
} from "../../pictures.ts";
import { fixture, fixturePath, readByPil, wanted } from "../testing/fixtures.ts";

/** The largest difference of two pictures' bytes; Infinity if they are of other sizes. */
function apart(a: Picture, b: Picture): number {
  if (a.height !== b.height || a.width !== b.width || a.channels !== b.channels) return Infinity;
  return a.data.reduce((most, byte, i) => Math.max(most, Math.abs(byte - (b.data[i] ?? 0))), 0);
}

const all = Object.keys(readByPil);
const isAnimatedAvif = (name: string): boolean => name === "animated.avif";

function chunk(name: string, body: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name), body]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(body.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}

describe("by sharp", () => {
  test.each(all.filter((name) => !isAnimatedAvif(name)))("%s is what PIL reads", async (name) => {
    const picture = await decodePicture(fixture(name), { decoder: "sharp" });
    const pil = wanted(name);
    // PIL reads the first frame of an animation without the alpha that its header announces.
    expect(apart(withChannels(picture, pil.channels), pil)).toBeLessThanOrEqual(name.endsWith(".avif") ? 1 : 0);
    expect(picture.channels).toBe(pictureHeader(fixture(name)).channels);
  });

  test("an AVIF of several frames is refused in words", async () => {
    await expect(decodePicture(fixture("animated.avif"))).rejects.toThrow(/sharp reads no AVIF of several frames/);
  });
});

describe("purely", () => {
  test.each(all.filter((name) => name.endsWith(".png")))("%s is what PIL reads", async (name) => {
    expect(apart(await decodePicture(fixture(name), { decoder: "pure" }), wanted(name))).toBe(0);
  });

  test.each(all.filter((name) => name.endsWith(".jpg")))("%s is nearly what PIL reads", async (name) => {
    const picture = await decodePicture(fixture(name), { decoder: "pure" });
    // jpeg-js repeats colours of half the size, where PIL draws them between; and adds in other fixed points.
    const isHalved = name === "rgb.jpg" || name === "progressive.jpg";
    expect(apart(picture, wanted(name))).toBeLessThanOrEqual(isHalved ? 150 : 4);
    expect(mean(picture, wanted(name))).toBeLessThan(isHalved ? 17 : 0.8);
  });

  // What lies under alpha stays, as in files that have a channel of it; of files written by PIL and byte by byte.
  test.each([
    [
      "RGB",
      "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAABnRSTlMAyABkADIwypb3AAAAFklEQVR42mNkZGI+nqTPcCLFiJODHQAUsALWbwLTkQAAAABJRU5ErkJggg==",
      [1, 2, 3, 255, 200, 100, 50, 0, 200, 100, 50, 0, 9, 8, 7, 255],
    ],
    [
      "gray",
      "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAAAAABX3VL4AAAAAnRSTlMABQb5ObcAAAAOSURBVHjaY2RlZGL6DwABMgEL/i1Q+gAAAABJRU5ErkJggg==",
      [5, 5, 5, 0, 6, 6, 6, 255, 7, 7, 7, 255, 5, 5, 5, 0],
    ],
    [
      "gray of 4 bits",
      "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABBAAAAAAUuc1XAAAAAnRSTlMACpZGJCYAAAAKSURBVHicY4gCAABcAFvYtFZaAAAAAElFTkSuQmCC",
      [85, 85, 85, 255, 170, 170, 170, 0],
    ],
    [
      "RGB of 16 bits",
      "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABEAIAAAAr0DSeAAAABnRSTlMSNFZ4mryJ5E7mAAAAFUlEQVR4nGMQMgmrmLWHgZGBiYEZABS3AnFzHEk3AAAAAElFTkSuQmCC",
      [18, 86, 154, 0, 0, 0, 0, 255],
    ],
  ])("a colour that counts as transparent is kept as it is: %s", async (_, file, pixels) => {
    for (const decoder of ["pure", "sharp"] as const) {
      const picture = await decodePicture(new Uint8Array(Buffer.from(file, "base64")), { decoder });
      expect(picture.channels).toBe(4);
      expect([...picture.data]).toEqual(pixels);
    }
  });

  test("WebP and AVIF say what reads them", async () => {
    const reading = decodePicture(fixture("rgb.webp"), { decoder: "pure" });
    await expect(reading).rejects.toThrow(NotFoundError);
    await expect(reading).rejects.toThrow(/WebP is read by the package sharp/);
  });
});

function mean(a: Picture, b: Picture): number {
  return a.data.reduce((sum, byte, i) => sum + Math.abs(byte - (b.data[i] ?? 0)), 0) / a.data.length;
}

describe("headers", () => {
  test.each(all)("%s says its size without being decoded", (name) => {
    const { height, width } = wanted(name);
    expect(pictureHeader(fixture(name))).toMatchObject({ height, width });
  });

  test("they say colours, depth, orientation and frames", () => {
    const facts = (name: string): unknown[] => {
      const { format, colour, channels, bitDepth, orientation, animated } = pictureHeader(fixture(name));
      return [format, colour, channels, bitDepth, orientation, animated];
    };
    expect(facts("cmyk.jpg")).toEqual(["jpeg", "cmyk", 3, 8, 1, false]);
    expect(facts("rgba16.png")).toEqual(["png", "rgba", 4, 16, 1, false]);
    expect(facts("palette-transparent.png")).toEqual(["png", "rgba", 4, 8, 1, false]);
    expect(facts("turned-7.jpg")).toEqual(["jpeg", "rgb", 3, 8, 7, false]);
    expect(facts("turned.webp")).toEqual(["webp", "rgb", 3, 8, 8, false]);
    expect(facts("animated.png")).toEqual(["png", "rgb", 3, 8, 1, true]);
    expect(facts("animated.webp").at(-1)).toBe(true);
    expect(facts("animated.avif").at(-1)).toBe(true);
    expect(facts("rgba.avif")).toEqual(["avif", "rgba", 4, 8, 1, false]);
  });
});

describe("options", () => {
  test("orient: false leaves a picture as it lies", async () => {
    for (const decoder of ["sharp", "pure"] as const) {
      const lying = await decodePicture(fixture("turned-6.jpg"), { orient: false, decoder });
      expect([lying.height, lying.width]).toEqual([11, 15]);
    }
  });

  test("channels and background", async () => {
    const rgba = await decodePicture(fixture("rgba.png"));
    const gray = await decodePicture(fixture("rgb.png"), { channels: 1 });
    expect([gray.channels, gray.data.length]).toEqual([1, 165]);
    const laid = await decodePicture(fixture("rgba.png"), { channels: 3, background: [255, 255, 255] });
    const dropped = await decodePicture(fixture("rgba.png"), { channels: 3 });
    const [red = 0, , , alpha = 0] = rgba.data;
    expect(dropped.data[0]).toBe(red);
    expect(laid.data[0]).toBe(Math.round((red * alpha + 255 * (255 - alpha)) / 255));
  });

  test("several frames can be refused", async () => {
    await expect(decodePicture(fixture("animated.png"), { animated: "refuse" })).rejects.toThrow(FormatError);
    await expect(decodePicture(fixture("rgb.png"), { animated: "refuse" })).resolves.toMatchObject({ width: 15 });
  });
});

describe("files that are not what they should be", () => {
  const decoders = ["sharp", "pure"] as const;

  test("a bomb is refused by its header, before anything is decoded", async () => {
    const { rss } = process.memoryUsage();
    for (const decoder of decoders) {
      const reading = decodePicture(fixture("bomb.png"), { decoder, name: "bomb.png" });
      await expect(reading).rejects.toThrow(/3600000000 pixels, and 89478485 may be decoded[^]*bomb\.png/);
    }
    expect(process.memoryUsage().rss - rss).toBeLessThan(200e6); // not 3.6 GB
    await expect(decodePicture(fixture("rgb.png"), { maxPixels: 164 })).rejects.toThrow(ValueError);
    await expect(decodePicture(fixture("rgb.png"), { maxPixels: 165 })).resolves.toMatchObject({ width: 15 });
  });

  test.each(["rgb.png", "rgb.jpg", "progressive.jpg", "rgb.webp", "rgb.avif"])("%s cut off anywhere", async (name) => {
    const bytes = fixture(name);
    for (const share of [0.1, 0.3, 0.5, 0.8, 0.95, 0.999]) {
      const part = bytes.slice(0, Math.floor(bytes.length * share));
      await expect(decodePicture(part), `${share} of it`).rejects.toThrow(FormatError);
    }
  });

  test("a PNG with less pixels than its header says, and one with another header behind it", async () => {
    const header = (width: number, height: number): Buffer => {
      const body = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0]);
      body.writeUInt32BE(width, 0);
      body.writeUInt32BE(height, 4);
      return chunk("IHDR", body);
    };
    const start = fixture("rgb.png").subarray(0, 8);
    const [few, end] = [chunk("IDAT", deflateSync(Buffer.alloc(700))), chunk("IEND", Buffer.alloc(0))];
    const short = new Uint8Array(Buffer.concat([start, header(20, 20), few, end]));
    const double = new Uint8Array(Buffer.concat([start, header(20, 20), header(60_000, 60_000), few, end]));
    for (const decoder of decoders) {
      await expect(decodePicture(short, { decoder })).rejects.toThrow(/damaged/);
      await expect(decodePicture(double, { decoder })).rejects.toThrow(/no size, or several/);
    }
  });

  test("a JPEG with another frame, before its scan and behind it", async () => {
    const frame = [0xff, 0xc0, 0, 11, 8, 0xea, 0x60, 0xea, 0x60, 1, 1, 0xff, 0]; // 60,000 × 60,000, gray
    const bytes = fixture("gray.jpg");
    const first = Uint8Array.from([...bytes.subarray(0, 2), ...frame, ...bytes.subarray(2)]);
    const last = Uint8Array.from([...bytes.subarray(0, -2), ...frame, ...bytes.subarray(-2)]);
    for (const decoder of decoders) {
      await expect(decodePicture(first, { decoder })).rejects.toThrow(/no size, or several/);
    }
    await expect(decodePicture(last, { decoder: "pure" })).rejects.toThrow(/damaged/);
  });

  test.each(["rgb.png", "gray16.png"])("%s with a flipped bit in its pixels", async (name) => {
    const bytes = fixture(name);
    bytes[bytes.length - 30] = (bytes[bytes.length - 30] ?? 0) ^ 16;
    for (const decoder of decoders) await expect(decodePicture(bytes, { decoder })).rejects.toThrow(/damaged/);
  });

  test.each(["rgb.png", "rgba.png", "rgb.jpg", "cmyk.jpg", "rgb.webp", "rgb.avif"])(
    "%s with any byte changed is read, or refused by an error of ours",
    async (name) => {
      const original = fixture(name);
      const strange: string[] = [];
      for (let at = 0; at < original.length; at += name.endsWith("avif") ? 31 : 13) {
        const bytes = original.slice();
        bytes[at] = 255 - (bytes[at] ?? 0);
        for (const decoder of decoders) {
          const outcome = await decodePicture(bytes, { decoder, maxPixels: 10_000 }).catch(String);
          const isOurs = typeof outcome !== "string" || /^(Format|Value|NotFound)Error: decodePicture/.test(outcome);
          if (!isOurs) strange.push(`byte ${at}: ${outcome}`);
        }
      }
      expect(strange).toEqual([]);
    },
    60_000,
  );

  test.each([
    [new Uint8Array(), /the file is empty/],
    [fixture("picture.gif"), /this is a GIF/],
    [fixture("picture.bmp"), /this is a BMP/],
    [fixture("picture.tiff"), /this is a TIFF/],
    [new TextEncoder().encode("<!DOCTYPE html><title>404</title>"), /a page of HTML/],
    [new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"/>'), /this is an SVG/],
    [new TextEncoder().encode("version https://git-lfs.github.com/spec/v1"), /Git LFS/],
    [new Uint8Array(400), /this is none of them/],
    [fixture("rgb.png").slice(0, 20), /header of this PNG is damaged/],
    [fixture("rgb.jpg").slice(0, 20), /header of this JPEG is damaged/],
  ])("what is no picture is called what it is (%#)", async (bytes, message) => {
    await expect(decodePicture(bytes)).rejects.toThrow(FormatError);
    await expect(decodePicture(bytes)).rejects.toThrow(message);
  });

  test("a path, a promise or a number in place of bytes", async () => {
    await expect(decodePicture("cat.png" as never)).rejects.toThrow(/readPicture\(path\)/);
    await expect(decodePicture(Promise.resolve(fixture("rgb.png")) as never)).rejects.toThrow(/await it/);
    await expect(decodePicture(7 as never)).rejects.toThrow(ValueError);
    await expect(decodePicture(fixture("rgb.png"), { chanels: 3 } as never)).rejects.toThrow(/did you mean channels/);
  });
});

describe("from where they are", () => {
  const folder = mkdtempSync(join(tmpdir(), "unfold-pictures-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  test("a path, a URL, an ArrayBuffer, a Buffer, a Blob", async () => {
    const rgb = wanted("rgb.png");
    const path = fixturePath("rgb.png");
    const buffer = readFileSync(path);
    for (const picture of [
      await readPicture(path),
      await readPicture(pathToFileURL(path)),
      await decodePicture(fixture("rgb.png").buffer),
      await decodePicture(buffer),
      await decodePicture(new Blob([fixture("rgb.png")])),
    ]) {
      expect(picture).toEqual(rgb);
    }
  });

  test("a wrong ending does not matter, and a file that is not there is named", async () => {
    const path = join(folder, "really-a-png.jpg");
    const picture = wanted("rgb.png");
    await writePicture(path, picture, { format: "png" });
    expect(await readPicture(path)).toEqual(picture);
    await expect(readPicture(join(folder, "none.png"))).rejects.toThrow(/no such file[^]*none\.png/);
    await expect(readPicture(folder)).rejects.toThrow(/cannot be read/);
    await expect(writePicture(join(folder, "a.bmp"), picture)).rejects.toThrow(/ends in .png, .jpg, .webp or .avif/);
    expect(existsSync(join(folder, "a.bmp"))).toBe(false);
  });

  test.each(["png", "jpg"])("what was appended to a %s is passed over by each decoder", async (ending) => {
    const bytes = fixture(`rgb.${ending}`);
    const noise = Buffer.from("a line that a server added, and \0\0\0\x04IDATmore");
    for (const decoder of ["sharp", "pure"] as const) {
      const [plain, longer] = [bytes, Buffer.concat([bytes, noise])].map((file) => decodePicture(file, { decoder }));
      expect(await longer).toEqual(await plain);
    }
  });

  // What another name of the old file says is left: bytes are never written into a file that somebody may be reading.
  test("a file is replaced as a whole, or not at all", async () => {
    const [path, other] = [join(folder, "replaced.png"), join(folder, "other-name.png")];
    writeFileSync(path, "old");
    linkSync(path, other);
    await writePicture(path, wanted("rgb.png"));
    expect(readFileSync(other, "utf8")).toBe("old");
    expect(await readPicture(path)).toEqual(wanted("rgb.png"));
    await expect(writePicture(join(path, "inside.png"), wanted("rgb.png"))).rejects.toThrow(
      /^writePicture: .*ENOTDIR/s,
    );
    expect(readdirSync(folder).filter((name) => name.endsWith(".part"))).toEqual([]);
  });

  test.each([1, 3, 4] as const)("PNG of %i channels comes back as it was", async (channels) => {
    const picture = withChannels(wanted("rgba.png"), channels);
    const bytes = await encodePicture(picture);
    for (const decoder of ["sharp", "pure"] as const) {
      expect(await decodePicture(bytes, { decoder })).toEqual(picture);
    }
  });

  test.each(["jpeg", "webp"] as const)("what is too large for %s is refused in words", async (format) => {
    const wide: Picture = { height: 1, width: 70_000, channels: 1, data: new Uint8Array(70_000) };
    const written = encodePicture(wide, { format });
    await expect(written).rejects.toThrow(ValueError);
    await expect(written).rejects.toThrow(/does not take this picture[^]*70000 × 1/);
  });

  test.each(["jpeg", "webp", "avif"] as const)("%s comes back nearly as it was", async (format) => {
    const picture = withChannels(wanted("rgb.png"), 1);
    const bytes = await encodePicture(picture, { format, quality: 95 });
    expect(pictureHeader(bytes)).toMatchObject({ format, width: 15, height: 11 });
    expect(mean(await decodePicture(bytes, { channels: 1 }), picture)).toBeLessThan(5);
    const less = await encodePicture(picture, { format, quality: 20 });
    expect(less.length).toBeLessThan(bytes.length);
  });
});
