import { correlate2d, fromArray } from "@unfoldjs/tensor-core";
import { edgeKernels } from "@unfoldjs/vision-layers";
import { expect, onTestFinished, test } from "vitest";
import { en } from "../src/labs/edges/texts.en.ts";
import { choose, FLAT, open, point, sum, table, upload } from "./edges.ts";
import { openLab } from "./harness.ts";
import { png } from "./png.ts";

test("the numbers at any point of an own photo are the library's", async () => {
  const [width, height] = [40, 30];
  const grey = (row: number, column: number): number => (row * row * 7 + column * 13 + row * column) % 256;
  const values = Float32Array.from({ length: width * height }, (_, i) => grey(Math.floor(i / width), i % width));
  const edges = correlate2d(fromArray(values, [height, width]), fromArray(edgeKernels.sobel.vertical.flat(), [3, 3]));
  const [, columns = 0] = edges.shape;
  const expected = edges.data();

  const { page, consoleErrors } = await open();
  await upload(page, "photo.png", png(width, height, grey));
  await page.getByText(en.sizes("40 × 30", "38 × 28")).waitFor();
  await page.getByText(en.ownStays).waitFor();
  for (const [row, column] of [
    [0, 0],
    [13, 7],
    [27, 37],
    [5, 30],
  ] as const) {
    await point(page, row, column);
    const value = expected[row * columns + column] ?? NaN;
    await expect.poll(() => sum(page)).toBe(value);
    const patch = [0, 1, 2].flatMap((y) => [0, 1, 2].map((x) => grey(row + y, column + x)));
    await expect.poll(() => table(page, en.patch)).toEqual(patch);
    const products = await table(page, en.products);
    expect(products).toEqual(patch.map((x, i) => x * (edgeKernels.sobel.vertical.flat()[i] ?? 0) || 0));
    expect(products.reduce((total, product) => total + product, 0)).toBe(value);
  }
  expect(consoleErrors).toEqual([]);
});

test("a convolution turns the kernel by 180°, and with it the result's sign", async () => {
  const { page } = await open({ query: `${FLAT}&at=1,1` });
  await expect.poll(() => sum(page)).toBe(30);
  await page.getByText(en.laidAsItIs, { exact: true }).waitFor();
  await choose(page, en.mode, en.convolution);
  await page.getByText(en.laidTurned, { exact: true }).waitFor();
  await expect.poll(() => sum(page)).toBe(-30);
  await expect.poll(() => table(page, en.weights)).toEqual(edgeKernels.prewitt.vertical.flat().toReversed());
  const plate = page.getByRole("img", { name: new RegExp(`^${en.laid}`) });
  await expect.poll(() => plate.evaluate((element) => getComputedStyle(element).rotate)).toBe("180deg");
});

test("what blurs, sharpens or leaves a picture as it is looks like one, and weights are fractions", async () => {
  const { page, consoleErrors } = await open({ query: `${FLAT}&at=1,1` });
  await choose(page, en.families.blur, en.forms.box);
  await page.getByText(en.cut).waitFor();
  await expect.poll(() => sum(page)).toBe(6.67); // 10, 10 and 0 in each row: 60 / 9
  await expect.poll(() => page.getByRole("textbox", { name: en.weight(1, 1) }).inputValue()).toBe("1/9");
  // Written as in the editor, wherever it stands.
  const weights = page.getByRole("table", { name: en.weights, exact: true }).locator("td");
  await expect
    .poll(async () => (await weights.allInnerTexts()).map((text) => text.trim()))
    .toEqual(Array.from({ length: 9 }, () => "1/9"));
  await expect.poll(() => new URL(page.url()).searchParams.get("kernel")).toBe("blur.box");
  await choose(page, en.families.plain, en.forms.identity);
  await expect.poll(() => sum(page)).toBe(10);
  await choose(page, en.families.plain, en.forms.sharpen);
  await expect.poll(() => sum(page)).toBe(20); // beyond white
  await page.getByRole("textbox", { name: en.weight(2, 2) }).fill("1/9");
  await expect.poll(() => new URL(page.url()).searchParams.get("kernel")).toBe("0,-1,0,-1,1/9,-1,0,-1,0");
  await page.getByText(en.cut).waitFor({ state: "detached" });
  expect(consoleErrors).toEqual([]);
});

test("a gradient is two Sobel results: how steep, and which way", async () => {
  const { page, consoleErrors } = await open({ query: "picture=step" });
  const grey = (row: number, column: number): number => 20 + 3 * column + 4 * row;
  await upload(page, "slope.png", png(12, 10, grey));
  await page.getByText(en.sizes("12 × 10", "10 × 8")).waitFor();
  await choose(page, en.gradient, en.forms.strength);
  await expect.poll(() => page.getByTestId("strength").innerText()).toBe("40"); // 8 · √(3² + 4²)
  await choose(page, en.gradient, en.forms.direction);
  await point(page, 2, 3);
  await expect.poll(() => page.getByTestId("degrees").innerText()).toBe("−53°"); // it gets brighter downwards to the right
  const parts = page.getByTestId("part");
  await expect.poll(() => parts.getByTestId("sum").allInnerTexts()).toEqual(["−24", "−32"]);
  await expect.poll(() => new URL(page.url()).searchParams.get("measure")).toBe("direction");
  await page.reload();
  await page.getByText(en.compass("10%")).waitFor();
  await choose(page, en.families.sobel, en.forms.vertical);
  await expect.poll(() => new URL(page.url()).searchParams.get("measure")).toBe(null);
  expect(consoleErrors).toEqual([]);
});

test("a kernel of 49 numbers is laid as any other, and says when it finds no room", async () => {
  const kernel = Array.from({ length: 49 }, (_, i) => (i - 24) / 10);
  const { page, consoleErrors } = await openLab("edges", { query: `picture=step&kernel=${kernel.join(",")}` });
  onTestFinished(() => page.context().close());
  await page.getByText(en.tooSmall("7 × 7", "6 × 6")).waitFor();
  await page.getByRole("button", { name: en.addZeros }).click();
  await page.getByText(en.sizes("6 × 6", "6 × 6")).waitFor();
  await point(page, 3, 3);
  // Rows 0 to 6 and columns 0 to 6, with zeros in the last row and column: weights of the first three columns and six rows.
  const expected = [0, 1, 2, 3, 4, 5].flatMap((row) => [0, 1, 2].map((column) => 10 * (kernel[7 * row + column] ?? 0)));
  await expect.poll(() => sum(page)).toBe(Math.round(expected.reduce((total, x) => total + x, 0)));
  await expect.poll(() => table(page, en.weights)).toHaveLength(49);
  expect(consoleErrors).toEqual([]);
});

test("“same” keeps the size, and shows the zeros around the picture", async () => {
  const { page } = await open({ query: FLAT });
  await page.getByText(en.sizes("6 × 6", "4 × 4")).waitFor();
  await choose(page, en.padding, en.same);
  await page.getByText(en.sizes("6 × 6", "6 × 6")).waitFor();
  await point(page, 0, 0);
  await expect.poll(() => table(page, en.patch)).toEqual([0, 0, 0, 0, 10, 10, 0, 10, 10]);
  await expect.poll(() => page.getByTestId("explanation").locator("td.added").count()).toBe(5);
  await expect.poll(() => sum(page)).toBe(-20);
});
