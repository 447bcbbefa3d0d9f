import { expect, test } from "vitest";
import { en as frame } from "../src/frame/texts.en.ts";
import { en } from "../src/labs/digits/texts.en.ts";
import { seriousProblems } from "./accessible.ts";
import { at, button, openTrained, probabilities, SMALL, text } from "./digits.ts";
import { isInSight, wheelTo } from "./in-sight.ts";

test("a pressed number stays explained, and leads on: bar, second layer, first layer, picture", async () => {
  const { page, consoleErrors } = await openTrained(SMALL, 20, { viewport: { width: 1280, height: 720 } });
  const strip = page.getByTestId("explanation");
  const square = (): Promise<void> => strip.getByRole("table").first().getByRole("button").nth(4).click();

  await page.getByRole("list", { name: en.probabilities }).getByRole("button", { name: /^3/ }).click();
  await expect.poll(() => text(page, "reading")).toContain(en.logit("3", ""));
  await expect.poll(() => isInSight(page, page.getByTestId("sum"))).toBe(true);
  await expect.poll(async () => (await text(page, "activation")) === (await probabilities(page))[3]).toBe(true);
  await expect.poll(() => strip.getByRole("group", { name: en.products.parts }).getByRole("button").count()).toBe(4);

  await square();
  await expect.poll(() => text(page, "reading")).toMatch(/^Map \d of the second layer, row \d+, column \d+: /);
  await square();
  await expect.poll(() => text(page, "reading")).toMatch(/^Map of filter \d, row \d+, column \d+: /);
  await expect.poll(() => page.getByRole("img", { name: en.seen }).locator(".mark").count()).toBe(1);
  const pinned = await text(page, "reading");

  // Neither the mouse nor scrolling takes it away.
  await page.getByRole("button", { name: en.deepMap(2), exact: true }).hover();
  for (const end of ["end", "beginning"] as const) {
    await wheelTo(page, end);
    await expect.poll(() => isInSight(page, page.getByTestId("sum"))).toBe(true);
    expect(await text(page, "reading")).toBe(pinned);
  }
  await expect.poll(() => page.url()).toMatch(/number=1\.\d/);
  const sum = await text(page, "sum");
  await page.reload();
  await at(page, 20);
  await expect.poll(() => text(page, "reading")).toBe(pinned);
  await expect.poll(() => text(page, "sum")).toBe(sum);
  expect(await seriousProblems(page)).toEqual([]);
  await button(page, frame.letGo).click();
  await page.getByRole("button", { name: en.deepMap(2), exact: true }).hover();
  await expect.poll(() => text(page, "reading")).toContain(en.deepMap(2));
  expect(consoleErrors).toEqual([]);
});

test("a square of a map says its number, and what it was made from is framed", async () => {
  const { page } = await openTrained(SMALL, 20);
  const map = page.getByRole("button", { name: en.map(1), exact: true });
  await map.focus();
  for (let i = 0; i < 13; i++) await map.press(i % 2 === 0 ? "ArrowDown" : "ArrowRight");
  await expect.poll(() => text(page, "reading")).toContain(`${en.map(1)}, row 8, column 7: `);
  await expect.poll(() => page.getByRole("img", { name: en.seen }).locator(".mark").count()).toBe(1);
  await map.press("Enter");
  await map.press("ArrowRight");
  await button(page, frame.letGo).waitFor();
  expect(await text(page, "reading")).toContain(`${en.map(1)}, row 8, column 7: `);
});
