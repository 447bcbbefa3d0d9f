import type { Page } from "playwright";
import { expect, test } from "vitest";
import { en as frame } from "../src/frame/texts.en.ts";
import { en } from "../src/labs/digits/texts.en.ts";
import { at, button, open, openTrained, SMALL, text } from "./digits.ts";
import { memoryOf } from "./library-memory.ts";

test("goes on while the page is hidden, and shows it all afterwards", async () => {
  const { page, consoleErrors } = await open({ query: SMALL });
  await button(page, en.start).click();
  await page.getByTestId("progress").getByText(en.rate("")).waitFor();
  await hide(page, true);
  await button(page, en.goOn).waitFor({ timeout: 100_000 });
  const before = await text(page, "answer");
  await hide(page, false);
  await expect.poll(() => text(page, "answer")).not.toBe(before);
  expect(consoleErrors).toEqual([]);
});

/** As if another tab had come before this one. */
async function hide(page: Page, isHidden: boolean): Promise<void> {
  await page.evaluate((hidden) => {
    Object.defineProperty(document, "hidden", { configurable: true, value: hidden });
    document.dispatchEvent(new Event("visibilitychange"));
  }, isHidden);
}

test("a killed worker is started again, says so, and goes on from the last milestone", async () => {
  const { page } = await openTrained(SMALL, 45);
  const loss = await text(page, "loss");
  await page.workers()[0]?.evaluate(() => self.close());
  await page
    .getByRole("alert")
    .filter({ hasText: frame.workerLost("it does not answer any more") })
    .waitFor();
  await at(page, 45);
  expect(await text(page, "loss")).toBe(loss);
  await button(page, en.step).click();
  await at(page, 46);
  const { page: other } = await openTrained(SMALL, 46);
  expect(await text(page, "loss")).toBe(await text(other, "loss"));
});

test("holds no more memory after many runs than after a few", async () => {
  const { page, consoleErrors } = await open({ query: SMALL });
  await expect.poll(() => text(page, "answer")).toMatch(/^It reads/);
  const round = async (): Promise<number> => {
    for (let i = 0; i < 3; i++) {
      await button(page, en.step).click();
      await at(page, 1);
      await button(page, en.reset).click();
      await at(page, 0);
      await button(page, en.sample(String(i))).click();
    }
    return (await memoryOf(page)).tensors;
  };
  const few = await round();
  await round();
  const heap = await heapOf(page);
  for (let i = 0; i < 8; i++) await round();
  expect(await round()).toBe(few);
  expect(await heapOf(page)).toBeLessThan(heap + 500_000);
  expect(consoleErrors).toEqual([]);
});

/** Bytes that the page's own script holds, once what it dropped has been collected. */
async function heapOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  await session.detach();
  return usedSize;
}
