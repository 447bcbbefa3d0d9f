import { expect, test } from "vitest";
import { en } from "../src/labs/digits/texts.en.ts";
import { button, open, SMALL, text } from "./digits.ts";

test("nothing moves by itself while it loads and while it trains", async () => {
  const { page, context } = await open({ query: SMALL });
  await context.addInitScript(() => {
    const moved: string[] = [];
    Object.assign(window, { moved });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & {
        readonly value: number;
        readonly hadRecentInput: boolean;
        readonly sources: readonly { readonly node: Node | null }[];
      })[]) {
        const nodes = entry.sources.map(({ node }) => (node instanceof Element ? node.outerHTML.slice(0, 80) : ""));
        if (!entry.hadRecentInput) moved.push(`${entry.value} ${nodes.join(" | ")}`);
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
  // As on a slow connection: the page stands long before its digits do.
  await page.route(/\.idx$|\/assets\/View-/, async (route) => {
    await new Promise((done) => setTimeout(done, 500));
    await route.continue();
  });
  await page.reload();
  await expect.poll(() => text(page, "answer")).toMatch(/^It reads/);
  await page.waitForTimeout(600); // what is pressed counts for half a second
  await button(page, en.start).click();
  await expect.poll(async () => Number(/\d+/.exec(await text(page, "at"))?.[0])).toBeGreaterThan(100);
  await page.waitForTimeout(600);
  const moved = await page.evaluate(() => Reflect.get(window, "moved") as string[]);
  const sum = moved.reduce((total, entry) => total + Number.parseFloat(entry), 0);
  expect(sum < 0.02 ? [] : moved).toEqual([]); // "good" ends at 0.1 (web.dev/cls)
});
