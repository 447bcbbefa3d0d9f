import { expect, test } from "vitest";
import { en } from "../src/labs/digits/texts.en.ts";
import { button, open, openTrained, probabilities, SMALL, text } from "./digits.ts";

test("a drawing is read, explained, kept in the link, and cleared", async () => {
  const { page, context, consoleErrors } = await openTrained("lr=0.005", 150);
  const pad = page.getByRole("button", { name: en.draw });
  const box = await pad.boundingBox();
  if (box === null) throw new Error("there is nothing to draw on");
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y - 60);
  await page.mouse.down();
  await page.mouse.move(x - 5, y + 60, { steps: 12 });
  await page.mouse.up();
  await expect.poll(() => text(page, "answer")).toMatch(/^It reads 1/);
  await expect.poll(() => page.url()).toContain("drawing=");
  const shares = await probabilities(page);

  const sent = await context.newPage();
  await sent.goto(page.url());
  await expect.poll(() => probabilities(sent)).toEqual(shares);

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
