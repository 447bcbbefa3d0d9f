import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromiumOptions } from "@unfoldjs/config/chromium";
import { modelFiles } from "@unfoldjs/example-kit";
import { type Browser, chromium, type Page } from "playwright";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { writeTinyModel } from "../testing/tiny-model.ts";
import { servePage } from "./serve.ts";

const folder = mkdtempSync(join(tmpdir(), "unfold-few-shot-page-"));
writeTinyModel(folder);
let browser: Browser;
let served: Awaited<ReturnType<typeof servePage>>;
let errors: string[] = [];

beforeAll(async () => {
  browser = await chromium.launch(chromiumOptions());
  served = await servePage(modelFiles("few-shot-text", folder), 0);
});
afterAll(async () => {
  await browser?.close();
  await served?.server.close();
  rmSync(folder, { recursive: true });
});
afterEach(() => {
  const found = errors.splice(0);
  if (found.length > 0) throw new Error(`the page has errors: ${found.join("; ")}`);
});

async function opened(before: (page: Page) => Promise<void> = async () => {}): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.on("pageerror", ({ message }) => errors.push(message));
  await before(page);
  await page.goto(served.address);
  return page;
}

const said = (page: Page) => (): Promise<string | null> => page.textContent("#learned");
const answered = (page: Page) => (): Promise<string | null> => page.textContent("#answer");

test("has learned and answered before anything is typed, and answers what is", async () => {
  const page = await opened();
  await expect.poll(said(page)).toMatch(/Learned 3 classes in \d+\.\d s\. .* \d+ % right/);
  await expect.poll(answered(page)).toMatch(/delivery\d+ %refund\d+ %praise\d+ %/);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  const before = await page.textContent("#answer");
  await page.fill("#asked", "Five stars, would buy again.");
  await expect.poll(answered(page)).not.toBe(before);
  await page.fill("#asked", " ");
  await expect.poll(answered(page)).toMatch(/Type a text/);
  await page.close();
});

test("says what is missing, and goes on when it is there", async () => {
  const page = await opened();
  await expect.poll(said(page)).toMatch(/Learned 3/);
  await page.click("#add");
  await expect.poll(said(page)).toMatch(/"class 4" has no text yet/);
  expect(await page.isDisabled("#tune")).toBe(true);
  await page.fill(".class:last-child textarea", "one two three\nfour five\n\nfour five");
  await expect.poll(said(page)).toMatch(/Learned 4/);
  expect(await page.textContent(".class:last-child .number")).toBe("2 texts");
  await page.fill(".class:last-child input", "refund");
  await expect.poll(said(page)).toMatch(/Two classes are called "refund"/);
  for (let count = 4; count > 1; count--) await page.click(".class:last-child button");
  await expect.poll(said(page)).toMatch(/two classes at least/);
  await page.close();
});

test("tunes, and takes it back", async () => {
  const page = await opened();
  await expect.poll(said(page)).toMatch(/Learned 3/);
  await expect.poll(answered(page)).toMatch(/praise/);
  const before = await page.textContent("#answer");
  await page.click("#tune");
  await expect.poll(said(page)).toMatch(/Tuned in \d+ s/);
  expect([await page.textContent("#tune"), await page.isVisible("#cancel")]).toEqual(["Tune it further", false]);
  await page.click("#undo");
  await expect.poll(() => page.isVisible("#undo")).toBe(false);
  expect(await page.textContent("#tune")).toBe("Tune the network");
  await expect.poll(answered(page)).toBe(before);
  await page.close();
});

test("stops tuning, and everything is as it was", async () => {
  const page = await opened();
  await expect.poll(said(page)).toMatch(/Learned 3/);
  for (const at of [0, 1, 2]) {
    const lines = Array.from({ length: 120 }, (_, line) => `text ${at} ${line} of some words`);
    await page.locator(".class textarea").nth(at).fill(lines.join("\n"));
  }
  await expect.poll(() => page.textContent(".class:last-child .number")).toBe("120 texts");
  await expect.poll(said(page)).toMatch(/Learned 3/);
  await expect.poll(answered(page)).toMatch(/praise/);
  await page.click("#tune");
  await expect.poll(() => page.textContent("#progress-text")).toMatch(/step \d+ of 225 · \d+ (s|min) left/);
  await page.click("#cancel");
  await expect.poll(said(page)).toBe("It was stopped, and the network is as it was.");
  expect([await page.textContent("#tune"), await page.isVisible("#undo")]).toEqual(["Tune the network", false]);
  await page.close();
});

test("says that the model did not come, and tries again", async () => {
  let isBroken = true;
  const page = await opened(async (each) => {
    await each.route("**/model/model.safetensors", (route) =>
      isBroken ? route.fulfill({ status: 503, body: "out of order" }) : route.continue(),
    );
  });
  await expect.poll(() => page.textContent("#notice")).toMatch(/model\.safetensors did not come: 503 out of order/);
  isBroken = false;
  await page.click("#notice button");
  await expect.poll(said(page)).toMatch(/Learned 3/);
  expect(await page.isVisible("#notice")).toBe(false);
  await page.close();
});

test("fits a phone without a bar to the side, what is asked first", async () => {
  const page = await browser.newPage({ viewport: { width: 360, height: 800 } });
  await page.goto(served.address);
  await expect.poll(said(page)).toMatch(/Learned 3/);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  const [asked, classes] = await Promise.all([
    page.locator("#asked").boundingBox(),
    page.locator("#classes").boundingBox(),
  ]);
  expect(asked?.y).toBeLessThan(classes?.y ?? 0);
  await page.close();
});
