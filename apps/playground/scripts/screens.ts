import { chromiumOptions } from "@unfoldjs/config/chromium";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium } from "playwright";
import { labs } from "../src/labs/list.ts";
import { folderOf, home, type Page as Shown } from "../src/pages.ts";
import { setTestFonts } from "../tests/fonts.ts";
import { playground, servePages } from "./preview-server.ts";

// Takes every page at four widths in both schemes, to be looked at: CHROME_PATH=… pnpm --filter playground run screens. They lie
// in test-results/screens, which git ignores, and small on a sheet for each page in screens/, which is committed once all of it
// has been looked at.

const WIDTHS = [360, 820, 1280, 2560] as const;
const SCHEMES = ["light", "dark"] as const;
/** A state worth looking at, and what is there once it is. */
const STATES: Readonly<Record<string, { query: string; ready: string }>> = {
  "": { query: "", ready: "[data-testid=tile-step]:has-text('160')" },
  digits: { query: "steps=60&number=1.2.10.14&cell=4.9", ready: "[data-testid=at]:has-text('60')" },
  edges: { query: "at=90,40", ready: "[data-testid=sum]" },
};
/** How large a picture stands on its page's sheet. */
const ON_SHEET = { 360: 150, 820: 260, 1280: 360, 2560: 560 } as const;
const TALLEST = 620;

const full = join(playground, "test-results", "screens");
const kept = join(playground, "screens");
for (const folder of [full, kept]) mkdirSync(folder, { recursive: true });
/** Names of those that are wanted; all if there are none. */
const wanted = process.argv.slice(2);

const server = await servePages({ host: "127.0.0.1", port: 0 });
const chrome = await chromium.launch(chromiumOptions());
try {
  for (const shown of [home, ...labs].filter((page) => wanted.length === 0 || wanted.includes(nameOf(page)))) {
    for (const scheme of SCHEMES) {
      for (const width of WIDTHS) await take(chrome, shown, width, scheme);
    }
    await sheet(chrome, shown);
  }
} finally {
  await chrome.close();
  await server.close();
}

function nameOf({ id }: Shown): string {
  return id === "" ? "home" : id;
}

function fileOf(shown: Shown, width: number, scheme: string): string {
  return join(full, `${nameOf(shown)}-${width}-${scheme}.png`);
}

async function take(browser: Browser, shown: Shown, width: number, scheme: (typeof SCHEMES)[number]): Promise<void> {
  const page = await browser.newPage({
    viewport: { width, height: width < 800 ? 740 : width < 1000 ? 1180 : width < 2000 ? 800 : 1440 },
    locale: "en-US",
    colorScheme: scheme,
    reducedMotion: "reduce", // the first page then shows what its tiles come to
  });
  const { query, ready } = STATES[shown.id] ?? { query: "", ready: "main" };
  await page.goto(new URL(`${folderOf(shown)}?${query}`, server.resolvedUrls?.local[0]).href);
  for (const tile of await page.locator("article").all()) await tile.scrollIntoViewIfNeeded();
  await page.locator(ready).first().waitFor({ timeout: 120_000 });
  await page.waitForTimeout(500); // the last of it is drawn
  await setTestFonts(page);
  await page.evaluate(() => window.scrollTo(0, 0));
  // In a picture of the whole page, what stays in sight would lie over the middle of it.
  const style = ".strip, .bar { position: static !important }";
  await page.screenshot({ path: fileOf(shown, width, scheme), fullPage: true, animations: "disabled", style });
  await page.close();
}

/** All pictures of a page, small, light over dark. */
async function sheet(browser: Browser, shown: Shown): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1460, height: 2 * TALLEST + 60 } });
  const row = (scheme: string): string => {
    const pictures = WIDTHS.map((width) => {
      const data = readFileSync(fileOf(shown, width, scheme)).toString("base64");
      return `<img width="${ON_SHEET[width]}" src="data:image/png;base64,${data}">`;
    });
    return `<div>${pictures.join("")}</div>`;
  };
  await page.setContent(
    `<style>body { margin: 20px; background: #808080 } div { display: flex; gap: 20px; height: ${TALLEST}px; overflow: hidden;
    margin-bottom: 20px; align-items: start }</style>${SCHEMES.map(row).join("")}`,
  );
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality: 70 });
  writeFileSync(join(kept, `${nameOf(shown)}.webp`), Buffer.from(data, "base64"));
  await page.close();
}
