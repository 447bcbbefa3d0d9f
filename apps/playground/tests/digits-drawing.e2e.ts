import { expect, test } from "vitest";
import { en } from "../src/labs/digits/texts.en.ts";
import { CLIPBOARD, copiedLink } from "./clipboard.ts";
import { button, open, openTrained, probabilities, SMALL, text } from "./digits.ts";

test("a drawing is read, explained, kept in the link, and cleared", async () => {
  const { page, context, consoleErrors } = await openTrained("lr=0.005", 150, { permissions: CLIPBOARD });
  const pad = page.getByRole("button", { name: en.draw });
  const box = await pad.boundingBox();
  if (box === null) throw new Error("there is nothing to draw on");
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y - 60);
  await page.mouse.down();
  await page.mouse.move(x - 5, y + 60, { steps: 12 });
  await page.mouse.up();
  await expect.poll(() => text(page, "answer")).toMatch(/^It reads 1/);
  // The address follows a line a moment later; a copied link holds it as it is.
  const link = await copiedLink(page);
  expect(link).toContain("drawing=");
  const sent = await context.newPage();
  await sent.goto(link);
  // The last of the line may still be read.
  const shares = async (): Promise<string[]> =>
    Promise.all([page, sent].map(async (one) => (await probabilities(one)).join()));
  await expect.poll(async () => new Set(await shares()).size).toBe(1);

  await page.getByRole("list", { name: en.probabilities }).getByRole("button", { name: /^7/ }).click();
  await page.getByText(en.saliencyWhy("7")).waitFor();
  await button(page, en.clear).click();
  await page.getByText(en.nothingDrawn).waitFor();
  expect(consoleErrors).toEqual([]);
});

test("a finger draws too, and so do keys", async () => {
  const { page } = await open({ query: SMALL, viewport: { width: 360, height: 740 }, hasTouch: true });
  await expect.poll(() => text(page, "answer")).toMatch(/^It reads/);
  const pad = page.getByRole("button", { name: en.draw });
  await pad.tap();
  await expect.poll(() => page.url()).toContain("drawing=");
  const dot = page.url();
  await pad.press("Delete");
  await expect.poll(() => text(page, "answer")).toBe(en.nothingDrawn);
  for (const key of [" ", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowRight"]) await page.keyboard.press(key);
  await expect.poll(() => text(page, "answer")).toMatch(/^It reads/);
  await expect.poll(() => page.url() !== dot && page.url().includes("drawing=")).toBe(true);
});

test("only the main button and the first finger draw", async () => {
  const { page, context } = await open({ query: SMALL, hasTouch: true });
  await expect.poll(() => text(page, "answer")).toMatch(/^It reads/);
  const pad = page.getByRole("button", { name: en.draw });
  const box = await pad.boundingBox();
  if (box === null) throw new Error("there is nothing to draw on");
  /** Pixels of the sheet from a share of its width on that are not blank. */
  const ink = (from: number): Promise<number> =>
    pad.locator("canvas").evaluate((element, share) => {
      const canvas = element as HTMLCanvasElement;
      const [left, rows] = [share * canvas.width, canvas.height];
      const pixels = canvas.getContext("2d")?.getImageData(left, 0, canvas.width - left, rows).data ?? [];
      return pixels.filter((part, i) => i % 4 === 3 && part > 0).length;
    }, from);

  for (const name of ["right", "middle"] as const) {
    await page.mouse.move(box.x + 40, box.y + 40);
    await page.mouse.down({ button: name });
    await page.mouse.move(box.x + 90, box.y + 90, { steps: 4 });
    await page.mouse.up({ button: name });
  }
  expect(await ink(0)).toBe(0);

  // Two fingers, as the browser hears of them: one draws a line down on the left, the other one rests on the right.
  const fingers = await context.newCDPSession(page);
  const at = (x: number, y: number, id: number) => ({ x: box.x + x, y: box.y + y, id });
  const send = async (type: "touchStart" | "touchMove" | "touchEnd", touchPoints: ReturnType<typeof at>[]) => {
    await fingers.send("Input.dispatchTouchEvent", { type, touchPoints });
  };
  await send("touchStart", [at(30, 30, 0)]);
  await send("touchStart", [at(30, 30, 0), at(140, 30, 1)]);
  for (const y of [60, 90, 120]) await send("touchMove", [at(30, y, 0), at(140, y, 1)]);
  await send("touchEnd", []);
  await expect.poll(() => ink(0)).toBeGreaterThan(500);
  expect(await ink(0.5)).toBe(0);
});
