import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromiumOptions } from "@unfoldjs/config/chromium";
import { sentenceModelFiles } from "@unfoldjs/example-kit";
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
  served = await servePage(sentenceModelFiles("few-shot-text", folder), 0);
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

test("keeps what is written in the address: reloads, links and going back bring it back, and no server sees it", async () => {
  const asked: string[] = [];
  const page = await opened(async (each) => {
    each.on("request", (request) => void asked.push(request.url()));
    await each.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  });
  await expect.poll(said(page)).toMatch(/Learned 3/);
  expect(new URL(page.url()).hash).toBe("");
  await page.fill("#asked", "secret words & more");
  await page.click(".class:last-child button");
  await page.locator(".class textarea").first().fill("one text\nanother text");
  await page.locator(".class input").first().fill("mine");
  await expect.poll(() => page.url()).toMatch(/#class=mine.*asked=secret/);
  await page.click("#copy");
  await expect.poll(() => page.textContent("#copied")).toMatch(/Copied/);
  const link = await page.evaluate(() => navigator.clipboard.readText());
  await page.reload();
  const written = async (each: Page): Promise<unknown> => ({
    asked: await each.inputValue("#asked"),
    names: await each.locator(".class input").evaluateAll((all) => all.map((one) => (one as HTMLInputElement).value)),
    first: await each.locator(".class textarea").first().inputValue(),
  });
  const mine = { asked: "secret words & more", names: ["mine", "refund"], first: "one text\nanother text" };
  expect(await written(page)).toEqual(mine);
  await expect.poll(said(page)).toMatch(/Learned 2/);
  await expect.poll(answered(page)).toMatch(/^mine\d+ %refund\d+ %$/);
  await page.click("#again");
  await expect.poll(said(page)).toMatch(/Learned 3/);
  await page.goBack();
  await expect.poll(said(page)).toMatch(/Learned 2/);
  expect(await written(page)).toEqual(mine);
  const other = await opened();
  await other.goto(link);
  await expect.poll(() => written(other)).toEqual(mine);
  expect(asked.filter((url) => url.includes("secret"))).toEqual([]);
  await other.close();
  await page.close();
});

test.each<[string, string, RegExp]>([
  ["breaks", "setTimeout(() => { throw new Error('broken by the test'); })", /broken by the test/],
  ["answers no more", "setTimeout(() => { for (;;); })", /does not answer any more/],
])("a worker that %s is started again, and the texts are as they were", async (_, act, reason) => {
  const page = await opened();
  await expect.poll(said(page)).toMatch(/Learned 3/);
  await page.fill("#asked", "before it broke");
  await page.click("#tune");
  await expect.poll(said(page)).toMatch(/Tuned/);
  await expect.poll(() => page.workers().length).toBeGreaterThan(0);
  await page.workers()[0]?.evaluate(act);
  await expect.poll(() => page.textContent("#notice")).toMatch(reason);
  expect(await page.textContent("#notice")).toMatch(/started again.*no longer tuned/s);
  await expect.poll(said(page)).toMatch(/Learned 3/);
  await expect.poll(answered(page)).toMatch(/delivery\d+ %/);
  expect([await page.inputValue("#asked"), await page.textContent("#tune")]).toEqual([
    "before it broke",
    "Tune the network",
  ]);
  errors = errors.filter((message) => !reason.test(message)); // ours
  await page.close();
});

test("a text that is typed while the network is tuned waits, and says so", async () => {
  const page = await opened();
  await expect.poll(said(page)).toMatch(/Learned 3/);
  for (const at of [0, 1]) {
    const texts = Array.from({ length: 120 }, (_, line) => `text ${at} ${line} of some words`);
    await page.locator(".class textarea").nth(at).fill(texts.join("\n"));
  }
  await expect.poll(() => page.textContent(".class:nth-child(2) .number")).toBe("120 texts");
  await expect.poll(said(page)).toMatch(/Learned 3/);
  await page.click("#tune");
  await expect.poll(() => page.textContent("#progress-text")).toMatch(/step \d+/);
  await page.fill("#asked", "Five stars, would buy again.");
  await expect.poll(answered(page)).toMatch(/when tuning has ended/);
  await page.click("#cancel");
  await expect.poll(answered(page)).toMatch(/praise\d+ %/);
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
