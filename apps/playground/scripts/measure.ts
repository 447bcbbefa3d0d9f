import { chromiumOptions } from "@unfoldjs/config/chromium";
import { chromium, type Page } from "playwright";
import { labs } from "../src/labs/list.ts";
import { folderOf, home, type Page as Shown } from "../src/pages.ts";
import { HOME, pageSize, viewOf } from "./page-size.ts";
import { servePages } from "./preview-server.ts";
import { type Vitals, visit } from "./vitals.ts";

// Measures what a visitor waits for, on what is built: CHROME_PATH=… pnpm --filter playground run measure. Times are of this
// machine and of no network, so no test asserts them.

const VISITS = 5;
/** What a page should stay under, on a machine that does nothing else. */
const BARS = { largestPaint: 1000, shift: 0.02, interaction: 100 } as const;

interface Visited {
  readonly shown: Shown;
  readonly query?: string;
  /** Begins what goes on while the rest is pressed. */
  readonly first?: string;
  /** What is pressed over and over. */
  readonly often: string;
}

/** By the name that it is asked for with. Whatever trains does so while it is pressed. */
const VISITED: Readonly<Record<string, Visited>> = {
  home: { shown: home, often: ".labs-head button" },
  digits: {
    shown: labNamed("digits"),
    first: ".controls .primary:enabled",
    often: ".samples button, .answer li button",
  },
  edges: { shown: labNamed("edges"), often: ".lab .choice label" },
  // Another target or rate is learned at once.
  learning: {
    shown: labNamed("edges"),
    query: "view=learning",
    first: ".course .primary:enabled",
    often: ".families label, .settings label",
  },
};
const PRESSES = 16;

/** Names of those that are wanted; all if there are none. */
const wanted = process.argv.slice(2);

const server = await servePages({ host: "127.0.0.1", port: 0 });
const chrome = await chromium.launch(chromiumOptions());
try {
  for (const [name, visited] of Object.entries(VISITED)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const { shown, query } = visited;
    const path = query === undefined ? folderOf(shown) : `${folderOf(shown)}?${query}`;
    const address = new URL(path, server.resolvedUrls?.local[0]).href;
    const visits: Vitals[] = [];
    for (let i = 0; i < VISITS; i++) visits.push(await visit(chrome, address, (page) => press(page, visited)));
    const { page, workers } = pageSize(shown === home ? HOME : viewOf(shown.id));
    const size = `JavaScript ${((page + workers) / 1000).toFixed(1)} kB gzipped, without the core`;
    console.log(
      [
        `/${path} (${VISITS} first visits, median and slowest; ${size})`,
        `  first contentful paint    ${line(visits, "firstPaint", milliseconds)}`,
        `  largest contentful paint  ${line(visits, "largestPaint", milliseconds, BARS.largestPaint)}`,
        `  layout shift              ${line(visits, "shift", (shift) => shift.toFixed(3), BARS.shift)}`,
        `  press to next paint       ${line(visits, "interaction", milliseconds, BARS.interaction)}`,
      ].join("\n"),
    );
  }
} finally {
  await chrome.close();
  await server.close();
}

function labNamed(id: string): Shown {
  const lab = labs.find((candidate) => candidate.id === id);
  if (lab === undefined) throw new Error(`there is no lab ${id}`);
  return lab;
}

async function press(page: Page, { first, often }: Visited): Promise<void> {
  if (first !== undefined) {
    await page.locator(first).click();
    await page.waitForTimeout(1000);
  }
  const all = page.locator(often);
  const count = await all.count();
  for (let i = 0; i < PRESSES; i++) {
    const one = all.nth(i % count);
    await one.scrollIntoViewIfNeeded();
    const box = await one.boundingBox();
    // By the mouse alone: Playwright's own click looks about in the page while that answers.
    if (box !== null) await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    await page.waitForTimeout(100);
  }
}

/** Median and slowest, and whether the slowest is over the bar. */
function line(visits: readonly Vitals[], name: keyof Vitals, show: (x: number) => string, bar = Infinity): string {
  const sorted = visits.map((vitals) => vitals[name]).toSorted((a, b) => a - b);
  const [median = NaN, slowest = NaN] = [sorted[(VISITS - 1) / 2], sorted.at(-1)];
  const told = bar === Infinity ? "" : slowest < bar ? ` (bar ${show(bar)})` : ` – OVER THE BAR of ${show(bar)}`;
  return `${show(median)}, ${show(slowest)}${told}`;
}

function milliseconds(time: number): string {
  return time === 0 ? "under 16 ms" : `${Math.round(time)} ms`;
}
