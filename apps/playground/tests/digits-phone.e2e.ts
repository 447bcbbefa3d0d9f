import { expect, test } from "vitest";
import { en } from "../src/labs/digits/texts.en.ts";
import { at, button, open, SMALL, text } from "./digits.ts";
import { isInSight } from "./in-sight.ts";

test("on a phone the answer and the curves stay in sight of who draws, and what is tapped explains itself there", async () => {
  const { page } = await open({ query: SMALL, viewport: { width: 360, height: 740 }, hasTouch: true });
  await expect.poll(() => text(page, "glance")).toMatch(/^It reads/);
  const pad = page.getByRole("button", { name: en.draw });
  await pad.scrollIntoViewIfNeeded();
  await pad.tap();
  await expect.poll(() => page.url()).toContain("drawing=");
  for (const id of ["glance", "spark"]) await expect.poll(() => isInSight(page, page.getByTestId(id))).toBe(true);
  const before = await page.getByTestId("spark").innerHTML();
  await button(page, en.step).tap();
  await at(page, 1);
  await button(page, en.step).tap();
  await at(page, 2);
  await expect.poll(() => page.getByTestId("spark").innerHTML()).not.toBe(before);
  await expect.poll(() => isInSight(page, pad)).toBe(true);

  await page.getByRole("button", { name: en.deepMap(4), exact: true }).tap();
  await expect.poll(() => text(page, "reading")).toContain(en.deepMap(4));
  await expect.poll(() => isInSight(page, page.getByTestId("sum"))).toBe(true);
  await expect.poll(() => isInSight(page, page.getByTestId("glance"))).toBe(true);
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
});

test("a tablet has two columns, and a wide screen is used", async () => {
  const { page } = await open({ query: SMALL, viewport: { width: 820, height: 1180 } });
  const place = async (name: string) => {
    const box = await page.getByRole("heading", { level: 2, name, exact: true }).boundingBox();
    return box ?? { x: NaN, y: NaN };
  };
  await expect.poll(() => text(page, "glance")).toMatch(/^It reads/);
  const [input, network, curves, output] = await Promise.all([en.input, en.network, en.curves, en.output].map(place));
  expect(network?.y).toBe(input?.y);
  expect(output?.x).toBe(input?.x);
  expect(curves?.x).toBe(network?.x);
  expect(network?.x).toBeGreaterThan(400);

  await page.setViewportSize({ width: 2560, height: 1440 });
  const wide = (): Promise<{ x: number; y: number }[]> =>
    Promise.all([en.input, en.network, en.curves, en.output].map(place));
  await expect.poll(async () => ((await wide())[3]?.x ?? 0) - ((await wide())[0]?.x ?? 0)).toBeGreaterThan(1600);
  const heights = async (): Promise<number[]> => (await wide()).map(({ y }) => y);
  await expect.poll(async () => Math.max(...(await heights())) - Math.min(...(await heights()))).toBeLessThan(8); // side by side
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollHeight)).toBeLessThanOrEqual(1440);
});
