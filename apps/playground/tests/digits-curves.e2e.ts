import type { Page } from "playwright";
import { expect, test } from "vitest";
import { en as frame } from "../src/frame/texts.en.ts";
import { en } from "../src/labs/digits/texts.en.ts";
import { at, button, open, openTrained, SMALL, text } from "./digits.ts";

declare global {
  interface Window {
    /** What charts have written, in the test that listens. */
    written: string[];
  }
}

/** What draws curves. */
const PLOT = /\/assets\/plot-[\w-]+\.js$/;

/** How many pixels of the chart have a colour that the style sheet has now. */
async function pixelsOf(page: Page, colour: "--loss" | "--accuracy" | "--quiet"): Promise<number> {
  return page.locator(".curves canvas").evaluate((element, name) => {
    const canvas = element as HTMLCanvasElement;
    const probe = document.createElement("span");
    probe.style.color = `var(${name})`;
    canvas.append(probe);
    const wanted = [...getComputedStyle(probe).color.matchAll(/\d+/g)].map(Number);
    probe.remove();
    const pixels = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
    let found = 0;
    for (let i = 0; i < pixels.length; i += 4) {
      if (pixels[i + 3] === 255 && wanted.every((part, j) => Math.abs(part - (pixels[i + j] ?? 0)) < 3)) found++;
    }
    return found;
  }, colour);
}

test("curves stay when the theme, the language or the run changes, in the colours of the theme", async () => {
  const { page, consoleErrors } = await openTrained(SMALL, 60, { colorScheme: "light" });
  const drawn = async (): Promise<void> => {
    for (const colour of ["--loss", "--accuracy"] as const) {
      await expect.poll(() => pixelsOf(page, colour)).toBeGreaterThan(200);
    }
    await expect.poll(() => pixelsOf(page, "--quiet")).toBeGreaterThan(20);
  };
  await drawn();
  await page.emulateMedia({ colorScheme: "dark" });
  await drawn();
  await button(page, frame.light).click();
  await drawn();
  await button(page, "中文").click();
  await drawn();
  await button(page, "English").click();
  await page.getByRole("slider", { name: en.timeMachine }).press("ArrowLeft");
  await drawn();
  await page.getByRole("slider", { name: en.lr }).press("ArrowRight"); // a branch
  await button(page, en.chooseRun("B")).waitFor();
  await drawn();
  await button(page, en.chooseRun("A")).click();
  await drawn();
  await page.setViewportSize({ width: 820, height: 1180 });
  await drawn();
  expect(consoleErrors).toEqual([]);
});

test("an empty chart says what will be there, has an axis, and needs nothing that draws curves", async () => {
  const { page, context, consoleErrors } = await open({ query: SMALL });
  await context.addInitScript(() => {
    const written: string[] = [];
    window.written = written;
    const { fillText } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.fillText = function write(label, ...rest) {
      written.push(label);
      fillText.call(this, label, ...rest);
    };
  });
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  const isAsked = (): boolean => asked.some((url) => PLOT.test(url));
  await page.reload();
  await page.getByText(en.noCurves).waitFor();
  await expect.poll(() => text(page, "answer")).toMatch(/^It reads/);
  const curves = page.locator(".curves").filter({ hasText: en.noCurves });
  for (const label of ["0%", "100%", "0.0", "2.0"]) await curves.getByText(label, { exact: true }).waitFor(); // ln 10: guessing
  await expect.poll(() => curves.locator("canvas").count()).toBe(0);
  expect(isAsked()).toBe(false);

  await button(page, en.step).click();
  await at(page, 1);
  await button(page, en.step).click();
  await at(page, 2);
  await expect.poll(() => pixelsOf(page, "--loss")).toBeGreaterThan(20);
  expect(isAsked()).toBe(true);
  await expect.poll(() => page.getByText(en.noCurves).count()).toBe(0);
  const written = await page.evaluate(() => window.written);
  expect(new Set(written)).toContain("100%");
  expect(written.filter((label) => label === "0.1")).toEqual([]);
  expect(consoleErrors).toEqual([]);
});

test("curves that cannot be drawn say so, and can be tried again", async () => {
  const { page } = await open({ query: SMALL });
  await page.route(PLOT, (route) => route.abort());
  await expect.poll(() => text(page, "answer")).toMatch(/^It reads/);
  for (const step of [1, 2]) {
    await button(page, en.step).click();
    await at(page, step);
  }
  await page.getByText(frame.curvesMissing).waitFor();
  await page.unroute(PLOT);
  await button(page, frame.again).click();
  await expect.poll(() => pixelsOf(page, "--loss")).toBeGreaterThan(20);
  await expect.poll(() => page.getByText(frame.curvesMissing).count()).toBe(0);
});
