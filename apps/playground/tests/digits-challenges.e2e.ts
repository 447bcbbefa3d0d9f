import { mnist } from "@unfoldjs/datasets";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright";
import { expect, test } from "vitest";
import { type Challenge, CHALLENGES } from "../src/labs/digits/challenges.ts";
import { TEST_PICTURES } from "../src/labs/digits/digit-files.ts";
import { en } from "../src/labs/digits/texts.en.ts";
import { zh } from "../src/labs/digits/texts.zh.ts";
import { seriousProblems } from "./accessible.ts";
import { at, button, open, openTrained, text } from "./digits.ts";

/** A network that is soon good enough for challenges: 90 % of unseen digits. */
const QUICK = "filters=4&kernel=3&batch=32&lr=0.01&dropout=0";

const isSolved = async (page: Page, challenge: Challenge): Promise<boolean> =>
  (await page.getByTestId(`challenge-${challenge}`).getByText(en.lessons[challenge]).count()) > 0;

/** Draws lines on the sheet, each a way from point to point, in shares of its side. */
async function draw(page: Page, ...lines: readonly (readonly (readonly [x: number, y: number])[])[]): Promise<void> {
  const box = await page.getByRole("button", { name: en.draw }).boundingBox();
  if (box === null) throw new Error("there is nothing to draw on");
  const to = (x: number, y: number): [number, number] => [box.x + x * box.width, box.y + y * box.height];
  for (const [[x = 0, y = 0] = [], ...rest] of lines) {
    await page.mouse.move(...to(x, y));
    await page.mouse.down();
    for (const [nextX, nextY] of rest) await page.mouse.move(...to(nextX, nextY), { steps: 8 });
    await page.mouse.up();
  }
}

test("a digit that is read wrong, a 4 that becomes a 9, and a dot are noticed, explained and remembered", async () => {
  const { page, consoleErrors } = await openTrained(QUICK, 160);
  expect(Number.parseFloat(await text(page, "accuracy"))).toBeGreaterThan(90);
  for (const challenge of CHALLENGES) expect(await isSolved(page, challenge)).toBe(false);

  // A dot.
  await draw(page, [[0.5, 0.5]]);
  await expect.poll(() => isSolved(page, "dot")).toBe(true);
  await button(page, en.clear).click();

  // A 4, open at its top, which is then closed.
  await draw(
    page,
    [
      [0.32, 0.2],
      [0.28, 0.52],
      [0.68, 0.52],
    ],
    [
      [0.68, 0.2],
      [0.66, 0.88],
    ],
  );
  await expect.poll(() => text(page, "answer")).toContain("It reads 4,");
  expect(await isSolved(page, "border")).toBe(false);
  await draw(page, [
    [0.32, 0.2],
    [0.68, 0.2],
  ]);
  await expect.poll(() => text(page, "answer")).toContain("It reads 9,");
  await expect.poll(() => isSolved(page, "border")).toBe(true);

  // A mistake out of the table.
  const counts = await page.getByRole("grid").locator("tbody td").allInnerTexts();
  const place = counts.findIndex((count, i) => Number(count) > 0 && Math.floor(i / 10) !== i % 10);
  await page.getByRole("grid").locator("tbody td").nth(place).getByRole("button").click();
  const [was, read] = [String(Math.floor(place / 10)), String(place % 10)];
  await button(page, en.takeRead(was, read)).first().click();
  await expect.poll(() => isSolved(page, "fail")).toBe(true);
  expect(await isSolved(page, "fast")).toBe(false);
  expect(await seriousProblems(page)).toEqual([]);

  await page.reload();
  await at(page, 160);
  await expect.poll(() => isSolved(page, "dot")).toBe(true);
  await page.getByRole("button", { name: "中文" }).click();
  await page.getByText(zh.lessons.dot).waitFor();
  expect(consoleErrors).toEqual([]);
});

test("a network that has not learned solves nothing", async () => {
  const { page } = await open({ query: QUICK });
  await expect.poll(() => text(page, "answer")).toMatch(/^It reads/);
  for (const digit of ["1", "2", "3"]) await button(page, en.sample(digit)).click();
  await draw(page, [[0.5, 0.5]]);
  await expect.poll(() => page.url()).toContain("drawing=");
  await page.waitForTimeout(300);
  for (const challenge of CHALLENGES) expect(await isSolved(page, challenge)).toBe(false);
});

test("98% in 200 steps is noticed", async () => {
  const { page } = await open({ query: QUICK });
  // Few networks get there, and none soon: so all unseen digits are one, but for one of each other digit.
  const { images, labels } = await mnist({ split: "test" });
  const one = labels.indexOf(1);
  const places = Array.from({ length: TEST_PICTURES }, (_, i) => (i < 10 ? labels.indexOf(i) : one));
  const head = (...sizes: number[]): Buffer => {
    const bytes = Buffer.alloc(4 + 4 * sizes.length);
    bytes[2] = 8; // bytes (LeCun et al., "The MNIST database")
    bytes[3] = sizes.length;
    sizes.forEach((size, i) => bytes.writeUInt32BE(size, 4 + 4 * i));
    return bytes;
  };
  const pictures = places.map((place) => images.subarray(784 * place, 784 * (place + 1)));
  const files = {
    "test-images": [head(TEST_PICTURES, 28, 28), ...pictures],
    "test-labels": [head(TEST_PICTURES), Uint8Array.from(places, (place) => labels[place] ?? 0)],
  };
  for (const [name, parts] of Object.entries(files)) {
    await page.route(`**/${name}.idx`, (route) => route.fulfill({ body: gzipSync(Buffer.concat(parts)) }));
  }
  await page.reload();
  await expect.poll(() => text(page, "answer")).toMatch(/^It reads/);
  expect(await isSolved(page, "fast")).toBe(false);
  await button(page, en.start).click();
  await expect.poll(() => isSolved(page, "fast")).toBe(true);
});

test("each challenge has a link to where it begins", async () => {
  const { page } = await open({ query: "filters=2&kernel=3" });
  for (const challenge of CHALLENGES) {
    const link = page.getByTestId(`challenge-${challenge}`).getByRole("link");
    const { search, pathname } = new URL(await link.evaluate((element) => (element as HTMLAnchorElement).href));
    expect(pathname).toMatch(/\/digits\/$/);
    expect(search).toMatch(/^\?\w/);
  }
});
