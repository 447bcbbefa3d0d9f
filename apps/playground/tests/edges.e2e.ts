import { correlate2d, fromArray, type MemoryUse } from "@unfoldjs/tensor-core";
import { edgeKernels } from "@unfoldjs/vision-layers";
import { constants, crc32, deflateSync } from "node:zlib";
import type { Page } from "playwright";
import { expect, onTestFinished, test } from "vitest";
import { en as frame } from "../src/frame/texts.en.ts";
import { kernelNamed, namedKernels } from "../src/labs/edges/kernels.ts";
import { en } from "../src/labs/edges/texts.en.ts";
import { zh } from "../src/labs/edges/texts.zh.ts";
import { filterVolume } from "../src/labs/edges/volume-operation.ts";
import { EXAMPLES, FILTER_EXAMPLES } from "../src/labs/edges/volume.ts";
import { seriousProblems } from "./accessible.ts";
import { compareWithBaseline } from "./baseline.ts";
import { type OpenedLab, type Opening, openLab } from "./harness.ts";
import { isInSight } from "./in-sight.ts";
import { memoryOf } from "./library-memory.ts";

async function open(opening?: Opening): Promise<OpenedLab> {
  const lab = await openLab("edges", opening);
  onTestFinished(() => lab.close());
  await lab.page.getByTestId("sum").first().waitFor(); // a gradient has two
  return lab;
}

/** A PNG of one channel, without a package: 8 bits, no filter (PNG, third edition, W3C 2025). */
function png(width: number, height: number, grey: (row: number, column: number) => number): Buffer {
  const rows = Buffer.alloc((width + 1) * height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) rows[row * (width + 1) + 1 + column] = grey(row, column);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  const chunk = (name: string, content: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(name), content]);
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(content.length);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, check]);
  };
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const packed = deflateSync(rows, { level: constants.Z_BEST_SPEED });
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", packed), chunk("IEND", Buffer.alloc(0))]);
}

/** Numbers of a table, or of one text, as the page writes them: with a minus of its own, and ninths as fractions. */
function read(text: string): number {
  const [above = NaN, below = 1] = text.trim().replace("−", "-").split("/").map(Number);
  return above / below;
}

async function table(page: Page, name: string): Promise<number[]> {
  return (await page.getByRole("table", { name, exact: true }).locator("td").allTextContents()).map(read);
}

async function sum(page: Page): Promise<number> {
  return read(await page.getByTestId("sum").innerText());
}

/** Points at a number of the result, counted from 0. */
async function point(page: Page, row: number, column: number): Promise<void> {
  await moveTo(page, row, column);
  await page.getByRole("heading", { name: en.where(row + 1, column + 1) }).waitFor();
}

/** Presses a number of the result, which pins it. */
async function pin(page: Page, row: number, column: number): Promise<void> {
  await moveTo(page, row, column);
  await page.mouse.down();
  await page.mouse.up();
  await page.getByRole("heading", { name: en.where(row + 1, column + 1) }).waitFor();
}

async function moveTo(page: Page, row: number, column: number): Promise<void> {
  const plane = page.getByRole("button", { name: /^What the kernel makes/ });
  const [rows = 0, columns = 0] = await sizeOf(page);
  const box = await plane.boundingBox();
  if (box === null) throw new Error("the result is not there");
  await page.mouse.move(box.x + ((column + 0.5) * box.width) / columns, box.y + ((row + 0.5) * box.height) / rows);
}

/** Rows and columns of the result: "202 × 256 → 200 × 254". */
async function sizeOf(page: Page): Promise<number[]> {
  const text = await page.getByTestId("sizes").innerText();
  return text.split(" → ")[1]?.split(" × ").map(Number).toReversed() ?? [];
}

const choose = (page: Page, group: string, option: string): Promise<void> =>
  page.getByRole("radiogroup", { name: group, exact: true }).getByText(option, { exact: true }).click();

const upload = (page: Page, name: string, buffer: Buffer): Promise<void> =>
  page.locator("input[type=file]").setInputFiles({ name, mimeType: "image/png", buffer });

const FLAT = "picture=step&kernel=prewitt.vertical";

test("opens with the sample already filtered, and no error", async () => {
  const { page, consoleErrors } = await open();
  expect(await page.getByTestId("sizes").innerText()).toBe(en.sizes("202 × 256", "200 × 254"));
  expect(await table(page, en.weights)).toEqual(edgeKernels.sobel.vertical.flat());
  expect(await sum(page)).not.toBe(0);
  expect(consoleErrors).toEqual([]);
});

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
    expect(await table(page, en.patch)).toEqual(patch);
    const products = await table(page, en.products);
    expect(products).toEqual(patch.map((x, i) => x * (edgeKernels.sobel.vertical.flat()[i] ?? 0) || 0));
    expect(products.reduce((total, product) => total + product, 0)).toBe(value);
  }
  expect(consoleErrors).toEqual([]);
});

test("a kernel is typed, stepped and dragged, and the link holds it", async () => {
  const { page, consoleErrors } = await open({ query: `${FLAT}&at=0,1` });
  const middle = page.getByRole("textbox", { name: en.weight(2, 2) });
  await middle.fill("0.5");
  await expect.poll(() => sum(page)).toBe(35); // 30 + 0.5 · 10
  await expect.poll(() => new URL(page.url()).searchParams.get("kernel")).toBe("1,0,-1,1,0.5,-1,1,0,-1");
  await middle.press("ArrowUp");
  await expect.poll(() => sum(page)).toBe(45);
  await middle.fill("x");
  expect(await middle.getAttribute("aria-invalid")).toBe("true");
  await middle.blur();
  expect(await middle.inputValue()).toBe("1.5"); // the last number that it was
  const box = await middle.boundingBox();
  if (box === null) throw new Error("the kernel is not there");
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2 - 36, { steps: 6 });
  await page.mouse.up();
  await expect.poll(() => middle.inputValue()).toBe("4.5");
  await expect.poll(() => sum(page)).toBe(75);
  await expect.poll(() => new URL(page.url()).searchParams.get("kernel")).toBe("1,0,-1,1,4.5,-1,1,0,-1");

  await page.reload();
  await expect.poll(() => middle.inputValue()).toBe("4.5");
  await choose(page, en.families.sobel, en.forms.horizontal);
  await expect.poll(() => table(page, en.weights)).toEqual(edgeKernels.sobel.horizontal.flat());
  expect(consoleErrors).toEqual([]);
});

test("a kernel is painted, square by square, with one number", async () => {
  const { page, consoleErrors } = await open({ query: FLAT });
  await choose(page, en.paintWith, "2");
  const centre = async (row: number, column: number): Promise<[x: number, y: number]> => {
    const box = await page.getByRole("textbox", { name: en.weight(row, column) }).boundingBox();
    if (box === null) throw new Error("the kernel is not there");
    return [box.x + box.width / 2, box.y + box.height / 2];
  };
  await page.mouse.move(...(await centre(1, 1)));
  await page.mouse.down();
  await page.mouse.move(...(await centre(1, 3)), { steps: 12 });
  await page.mouse.move(...(await centre(3, 3)), { steps: 12 });
  await page.mouse.up();
  await page.mouse.move(...(await centre(2, 1)), { steps: 6 });
  await expect.poll(() => table(page, en.weights)).toEqual([2, 2, 2, 1, 0, 2, 1, 0, 2]);
  expect(consoleErrors).toEqual([]);
});

test("a convolution turns the kernel by 180°, and with it the result's sign", async () => {
  const { page } = await open({ query: `${FLAT}&at=1,1` });
  expect(await sum(page)).toBe(30);
  await page.getByText(en.laidAsItIs, { exact: true }).waitFor();
  await choose(page, en.mode, en.convolution);
  await page.getByText(en.laidTurned, { exact: true }).waitFor();
  await expect.poll(() => sum(page)).toBe(-30);
  expect(await table(page, en.weights)).toEqual(edgeKernels.prewitt.vertical.flat().toReversed());
  const plate = page.getByRole("img", { name: new RegExp(`^${en.laid}`) });
  await expect.poll(() => plate.evaluate((element) => getComputedStyle(element).rotate)).toBe("180deg");
});

test("what blurs, sharpens or leaves a picture as it is looks like one, and weights are fractions", async () => {
  const { page, consoleErrors } = await open({ query: `${FLAT}&at=1,1` });
  await choose(page, en.families.blur, en.forms.box);
  await page.getByText(en.cut).waitFor();
  await expect.poll(() => sum(page)).toBe(6.67); // 10, 10 and 0 in each row: 60 / 9
  expect(await page.getByRole("textbox", { name: en.weight(1, 1) }).inputValue()).toBe("1/9");
  // Written as in the editor, wherever it stands.
  const weights = page.getByRole("table", { name: en.weights, exact: true }).locator("td");
  expect((await weights.allInnerTexts()).map((text) => text.trim())).toEqual(Array.from({ length: 9 }, () => "1/9"));
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
  expect(await page.getByTestId("degrees").innerText()).toBe("−53°"); // it gets brighter downwards to the right
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
  expect(await table(page, en.weights)).toHaveLength(49);
  expect(consoleErrors).toEqual([]);
});

test("“same” keeps the size, and shows the zeros around the picture", async () => {
  const { page } = await open({ query: FLAT });
  await page.getByText(en.sizes("6 × 6", "4 × 4")).waitFor();
  await choose(page, en.padding, en.same);
  await page.getByText(en.sizes("6 × 6", "6 × 6")).waitFor();
  await point(page, 0, 0);
  await expect.poll(() => table(page, en.patch)).toEqual([0, 0, 0, 0, 10, 10, 0, 10, 10]);
  expect(await page.getByTestId("explanation").locator("td.added").count()).toBe(5);
  expect(await sum(page)).toBe(-20);
});

test("a volume is stepped through: 27 products a number, a plane for each filter", async () => {
  const { page, consoleErrors } = await open({ query: "view=volume" });
  const output = [...filterVolume(EXAMPLES.square, FILTER_EXAMPLES.every)];
  const planes = [en.filterName("vertical"), en.filterName("horizontal")];
  const shown = async (): Promise<number[]> => {
    const cells = await Promise.all(
      planes.map((name) => page.getByRole("table", { name }).locator("td").allTextContents()),
    );
    return cells
      .flat()
      .filter((text) => text.trim() !== "")
      .map(read);
  };
  for (let step = 0; step < 3; step++) {
    await page.getByText(en.stepOf(step + 1, 32)).waitFor();
    await expect.poll(() => sum(page)).toBe(output[step]);
    expect(await shown()).toEqual(output.slice(0, step + 1));
    expect(await page.getByRole("table", { name: en.products }).locator("td").count()).toBe(27);
    await page.getByRole("button", { name: en.step, exact: true }).click();
  }
  await page.getByRole("button", { name: en.back, exact: true }).click();
  await page.getByText(en.stepOf(3, 32)).waitFor();

  await page.getByRole("button", { name: `${planes[1]}: 4, 3` }).click();
  await page.getByText(en.stepOf(31, 32)).waitFor();
  await expect.poll(() => sum(page)).toBe(output[30]);
  await page.getByRole("button", { name: en.play }).click();
  await page.getByText(en.stepOf(32, 32)).waitFor();
  await page.getByRole("button", { name: en.play }).waitFor(); // it has stopped at the end
  expect(await shown()).toEqual(output);

  await page.getByRole("button", { name: en.pixel(1, 1, "blue") }).click();
  await expect.poll(() => new URL(page.url()).searchParams.get("colours")).toBe(`2${EXAMPLES.square.slice(1)}`);
  await expect.poll(shown).toEqual([...filterVolume(`2${EXAMPLES.square.slice(1)}`, FILTER_EXAMPLES.every)]);
  expect(consoleErrors).toEqual([]);
});

test("every number of both filters can be written, and the link holds them", async () => {
  const { page, consoleErrors } = await open({ query: "view=volume&step=0" });
  const before = filterVolume(EXAMPLES.square, FILTER_EXAMPLES.every)[0] ?? NaN;
  await expect.poll(() => sum(page)).toBe(before);
  expect(await page.locator(".filters input").count()).toBe(54);
  const blue = en.filterChannel(en.filterName("vertical"), en.channels.blue);
  await page.getByRole("textbox", { name: `${blue}: ${en.weight(1, 1)}` }).fill("4");
  // The corner pixel is blue, 10: with 4 for 1 there are 30 more.
  await expect.poll(() => sum(page)).toBe(before + 30);
  await page.getByRole("heading", { name: en.twentySeven(en.ownFilter(1)) }).waitFor();
  await expect.poll(() => new URL(page.url()).searchParams.get("filters")).toMatch(/^1,0,-1,.*,4,0,-1,1,0,-1,1,0,-1;/);
  await page.reload();
  await expect.poll(() => sum(page)).toBe(before + 30);
  // Painted: a whole row of red in the second filter.
  await choose(page, en.paintWith, "−2");
  const red = en.filterChannel(en.ownFilter(2), en.channels.red);
  const box = async (column: number): Promise<[x: number, y: number]> => {
    const found = await page.getByRole("textbox", { name: `${red}: ${en.weight(2, column)}` }).boundingBox();
    if (found === null) throw new Error("the filter is not there");
    return [found.x + found.width / 2, found.y + found.height / 2];
  };
  await page.mouse.move(...(await box(1)));
  await page.mouse.down();
  await page.mouse.move(...(await box(3)), { steps: 8 });
  await page.mouse.up();
  const numbers = async (): Promise<string[]> => {
    const squares = page.getByRole("group", { name: red, exact: true }).locator("input");
    return Promise.all((await squares.all()).map((square) => square.inputValue()));
  };
  await expect.poll(numbers).toEqual(["1", "1", "1", "−2", "−2", "−2", "−1", "−1", "−1"]);
  await choose(page, en.filterExamples, en.filterExampleNames.red);
  await expect.poll(() => new URL(page.url()).searchParams.get("filters")).toBe("red");
  expect(consoleErrors).toEqual([]);
});

test("a pressed number stays explained, in sight wherever one scrolls, until it is let go", async () => {
  const { page, consoleErrors } = await open({ query: FLAT, viewport: { width: 1280, height: 720 } });
  await pin(page, 1, 1);
  await moveTo(page, 3, 3);
  await page.mouse.move(5, 300);
  await page.mouse.wheel(0, 5000);
  await expect.poll(() => sum(page)).toBe(30);
  await page.getByRole("heading", { name: en.where(2, 2) }).waitFor();
  for (const down of [-5000, 5000]) {
    await page.mouse.wheel(0, down);
    await expect.poll(() => isInSight(page, page.getByTestId("sum"))).toBe(true);
  }
  await expect.poll(() => new URL(page.url()).searchParams.get("at")).toBe("1,1");
  await page.reload();
  await page.getByRole("button", { name: frame.letGo }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByText(frame.toPin).waitFor();
  await point(page, 0, 0);
  await expect.poll(() => sum(page)).toBe(0);
  expect(consoleErrors).toEqual([]);
});

test("on a phone a tapped number explains itself where it is tapped", async () => {
  const { page } = await open({ query: FLAT, viewport: { width: 360, height: 740 }, hasTouch: true });
  const plane = page.getByRole("button", { name: /^What the kernel makes/ });
  await plane.tap({ position: { x: 5, y: 5 } });
  await page.getByRole("heading", { name: en.where(1, 1) }).waitFor();
  expect(await isInSight(page, page.getByTestId("sum"))).toBe(true);
});

test.each([
  ["with a size", `width="40" height="30"`, en.sizes("40 × 30", "38 × 28")],
  ["without one", `viewBox="0 0 40 30"`, /→/],
  ["of a wall's size", `width="120000" height="90000"`, en.sizes("256 × 192", "254 × 190")],
])("a drawing (SVG) %s is a picture as any other", async (_what, size, sizes) => {
  const { page, consoleErrors } = await open({ query: FLAT });
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" ${size}><rect width="50%" height="100%" fill="#c8c8c8"/></svg>`;
  const file = { name: "drawing.svg", mimeType: "image/svg+xml", buffer: Buffer.from(drawing) };
  await page.locator("input[type=file]").setInputFiles(file);
  await page.getByText(en.ownStays).waitFor();
  await page.getByTestId("sizes").filter({ hasText: sizes }).waitFor();
  await pin(page, 5, 5);
  await expect.poll(() => table(page, en.patch)).toEqual(Array.from({ length: 9 }, () => 200));
  expect(consoleErrors).toEqual([]);
});

test("a text named .png is refused by name, and what was there stays", async () => {
  const { page, consoleErrors } = await open();
  const before = await sum(page);
  await upload(page, "letter.png", Buffer.from("Dear reader"));
  const notice = page.getByRole("alert").filter({ hasText: en.notPicture("letter.png") });
  await notice.getByRole("button", { name: en.openPhoto }).waitFor();
  expect(await page.getByTestId("picture-size").innerText()).toBe("202 × 256");
  expect(await sum(page)).toBe(before);
  expect(consoleErrors).toEqual([]);
});

test("a photo of a hundred megapixels is worked on in small", async () => {
  const { page, consoleErrors } = await open();
  await upload(
    page,
    "large.png",
    png(10_000, 10_000, (_row, column) => (column < 5000 ? 200 : 40)),
  );
  await page.getByText(en.sizes("256 × 256", "254 × 254")).waitFor({ timeout: 60_000 });
  await point(page, 100, 10);
  await expect.poll(() => table(page, en.patch)).toEqual(Array.from({ length: 9 }, () => 200));
  expect(consoleErrors).toEqual([]);
});

test("a photo is dropped and pasted as well as chosen", async () => {
  const { page, consoleErrors } = await open();
  const give = (kind: "drop" | "paste", width: number): Promise<void> =>
    page.evaluate(
      ({ kind: type, bytes }) => {
        const data = new DataTransfer();
        data.items.add(new File([Uint8Array.from(bytes)], "photo.png", { type: "image/png" }));
        const event =
          type === "drop"
            ? new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true })
            : new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
        document.body.dispatchEvent(event);
      },
      { kind, bytes: [...png(width, 8, (row) => 9 * row)] },
    );
  await give("drop", 12);
  await page.getByText(en.sizes("12 × 8", "10 × 6")).waitFor();
  await give("paste", 14);
  await page.getByText(en.sizes("14 × 8", "12 × 6")).waitFor();
  expect(consoleErrors).toEqual([]);
});

const FAKE_CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"];

test("the camera is filtered live, rests while the page is hidden, and stops", async () => {
  const { page, consoleErrors } = await open({ launchArgs: FAKE_CAMERA, permissions: ["camera"] });
  const isBlack = async (): Promise<boolean> => {
    const patch = await table(page, en.patch);
    return patch.every((x) => x === 0);
  };
  await page.getByRole("button", { name: en.camera, exact: true }).click();
  await page.getByTestId("rate").getByText("pictures/s").waitFor();
  await page.getByText(en.sizes("256 × 192", "254 × 190")).waitFor();
  await expect.poll(isBlack).toBe(false);
  await hide(page, true);
  await expect.poll(isBlack).toBe(true);
  await hide(page, false);
  await expect.poll(isBlack).toBe(false);
  await page.getByRole("button", { name: en.stopCamera }).click();
  await page.getByText(en.ownStays).waitFor();
  expect(consoleErrors).toEqual([]);
});

/** As if another tab had come before this one. */
async function hide(page: Page, isHidden: boolean): Promise<void> {
  await page.evaluate((hidden) => {
    Object.defineProperty(document, "hidden", { configurable: true, value: hidden });
    document.dispatchEvent(new Event("visibilitychange"));
  }, isHidden);
}

test.each([
  { what: "refused", launchArgs: ["--use-fake-device-for-media-stream"], text: en.cameraReasons.refused },
  { what: "not there", launchArgs: ["--use-fake-ui-for-media-stream"], text: en.cameraReasons.none },
])("a camera that is $what is a notice with a way out", async ({ launchArgs, text }) => {
  const { page, consoleErrors } = await open({ launchArgs });
  await page.getByRole("button", { name: en.camera, exact: true }).click();
  const notice = page.getByRole("alert").filter({ hasText: text });
  const chooser = page.waitForEvent("filechooser");
  await notice.getByRole("button", { name: en.openPhoto }).click();
  await chooser;
  expect(consoleErrors).toEqual([]);
});

test("a killed worker is started again, says so, and computes what was asked for meanwhile", async () => {
  const { page } = await open({ query: `${FLAT}&at=1,1` });
  await page.workers()[0]?.evaluate(() => self.close());
  await choose(page, en.mode, en.convolution);
  await page
    .getByRole("alert")
    .filter({ hasText: frame.workerLost("it does not answer any more") })
    .waitFor();
  await expect.poll(() => sum(page)).toBe(-30);
  await pin(page, 2, 0);
  await expect.poll(() => sum(page)).toBe(0);
});

test("holds no more memory after a hundred kernels than after ten", async () => {
  const { page, consoleErrors } = await open();
  const change = async (times: number): Promise<MemoryUse> => {
    for (let i = 0; i < times; i++) {
      const named = namedKernels[i % namedKernels.length];
      if (named === undefined) throw new Error("the library names no kernels");
      const { family, form, kernel } = named;
      await choose(page, en.families[family], en.forms[form]);
      await expect.poll(() => table(page, en.weights)).toEqual(kernel);
    }
    return memoryOf(page);
  };
  const early = await change(10);
  const late = await change(100);
  expect(late).toEqual(early);
  expect(consoleErrors).toEqual([]);
});

test("speaks the other language without losing its place", async () => {
  const { page } = await open({ query: `${FLAT}&at=1,1` });
  await page.getByRole("button", { name: "中文" }).click();
  await page.getByRole("heading", { level: 1, name: zh.title }).waitFor();
  await page.getByRole("heading", { name: zh.where(2, 2) }).waitFor();
  expect(await sum(page)).toBe(30);
});

test("goes by keyboard alone: kernel, padding and point", async () => {
  const { page } = await open({ query: `${FLAT}&at=1,1` });
  /** Presses Tab until what has the focus answers to the name. */
  const tabTo = async (name: RegExp): Promise<void> => {
    for (let presses = 0; presses < 60; presses++) {
      await page.keyboard.press("Tab");
      const focused = page.locator(":focus");
      const label = (await focused.getAttribute("aria-label")) ?? (await focused.locator("xpath=..").innerText());
      if (name.test(label)) return;
    }
    throw new Error(`Tab does not come to ${name}`);
  };
  await tabTo(/^vertical$/);
  await page.keyboard.press("ArrowRight");
  await expect.poll(() => table(page, en.weights)).toEqual(kernelNamed("prewitt.horizontal"));
  await page.keyboard.press("ArrowLeft");
  await expect.poll(() => sum(page)).toBe(30);
  await tabTo(/^valid$/);
  await page.keyboard.press("ArrowRight");
  await page.getByText(en.sizes("6 × 6", "6 × 6")).waitFor();
  await tabTo(/^What the kernel makes/);
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Enter"); // the link's number is pinned: this one takes its place
  await page.getByRole("heading", { name: en.where(2, 1) }).waitFor();
  await expect.poll(() => sum(page)).toBe(-30);
});

const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 360, height: 740 };

test.each([
  { name: "edges-plane-light", query: `${FLAT}&at=1,1`, viewport: DESKTOP, colorScheme: "light" },
  {
    name: "edges-gradient-dark",
    query: "measure=direction&picture=step&padding=same&at=2,2",
    viewport: DESKTOP,
    colorScheme: "dark",
  },
  { name: "edges-volume-dark", query: "view=volume&step=20", viewport: DESKTOP, colorScheme: "dark" },
  {
    name: "edges-plane-phone",
    query: `${FLAT}&at=0,1&padding=same&mode=convolution&lang=zh`,
    viewport: PHONE,
    colorScheme: "dark",
  },
  { name: "edges-volume-phone", query: "view=volume&step=5", viewport: PHONE, colorScheme: "light" },
] as const)("$name looks as it did, fits, and shuts nobody out", async ({ name, ...opening }) => {
  const { page, consoleErrors } = await open(opening);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(opening.viewport.width);
  expect(await seriousProblems(page)).toEqual([]);
  await compareWithBaseline(page, name);
  expect(consoleErrors).toEqual([]);
});
