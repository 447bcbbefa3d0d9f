import { chromiumOptions } from "@unfoldjs/config/chromium";
import { type Browser, chromium } from "playwright";
import { labs } from "../src/labs/list.ts";
import { folderOf, home } from "../src/pages.ts";
import { HOME, pageSize, viewOf } from "./page-size.ts";
import { servePages } from "./preview-server.ts";

// Measures what a visitor waits for, on what is built: CHROME_PATH=… pnpm --filter playground run measure. Times are of this
// machine and of no network, so no test asserts them.

const VISITS = 9;

const server = await servePages({ host: "127.0.0.1", port: 0 });
const chrome = await chromium.launch(chromiumOptions());
try {
  for (const shown of [home, ...labs]) {
    const address = new URL(folderOf(shown), server.resolvedUrls?.local[0]).href;
    const paints: number[] = [];
    for (let visit = 0; visit < VISITS; visit++) paints.push(await firstPaint(chrome, address));
    paints.sort((a, b) => a - b);
    const [fastest, median, slowest] = [0, (VISITS - 1) / 2, VISITS - 1].map((place) =>
      Math.round(paints[place] ?? NaN),
    );
    const { page, workers } = pageSize(shown === home ? HOME : viewOf(shown.id));
    console.log(
      `/${folderOf(shown)}: first contentful paint ${median} ms (${fastest} to ${slowest}, ${VISITS} first visits); ` +
        `JavaScript ${((page + workers) / 1000).toFixed(1)} kB gzipped, without the core`,
    );
  }
} finally {
  await chrome.close();
  await server.close();
}

/** Milliseconds until something stands on the page, in a profile that has never seen it. */
async function firstPaint(browser: Browser, address: string): Promise<number> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.goto(address);
    return await page.evaluate(
      () =>
        new Promise<number>((done) => {
          const seen = new PerformanceObserver((list) => {
            const [paint] = list.getEntriesByName("first-contentful-paint");
            if (paint !== undefined) done(paint.startTime);
          });
          seen.observe({ type: "paint", buffered: true });
        }),
    );
  } finally {
    await context.close();
  }
}
