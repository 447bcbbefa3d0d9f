import type { Page } from "playwright";
import { expect, onTestFinished, test } from "vitest";
import { en as digits } from "../src/labs/digits/texts.en.ts";
import { en as edges } from "../src/labs/edges/texts.en.ts";
import { openLab } from "./harness.ts";

// Nothing moves by itself: what comes later has its room from the beginning.

/** Shares of the window that moved, each times how far (web.dev/cls); 0.1 is where people notice. */
const HARDLY = 0.005;

/** All that has moved since the page was opened, and what moved most. */
async function shiftOf(page: Page): Promise<{ shift: number; worst: string }> {
  return page.evaluate(async () => {
    interface Shift extends PerformanceEntry {
      readonly value: number;
      readonly sources: readonly { readonly node: Node | null }[];
    }
    const entries = await new Promise<Shift[]>((resolve) => {
      const observer = new PerformanceObserver((list) => resolve(list.getEntries() as Shift[]));
      observer.observe({ type: "layout-shift", buffered: true });
      setTimeout(() => resolve([]), 1000); // nothing has moved
    });
    const worst = entries.toSorted((a, b) => b.value - a.value)[0];
    const text = worst?.sources.map(({ node }) => node?.textContent?.trim().slice(0, 40)).join(" | ");
    return { shift: entries.reduce((sum, { value }) => sum + value, 0), worst: text ?? "" };
  });
}

const PAGES = [
  { lab: "digits", query: "steps=20", ready: (page: Page) => page.getByRole("button", { name: digits.goOn }) },
  { lab: "edges", query: "", ready: (page: Page) => page.getByTestId("sum") },
  { lab: "edges", query: "picture=boats&padding=same", ready: (page: Page) => page.getByTestId("sum") },
  { lab: "edges", query: "view=volume", ready: (page: Page) => page.getByTestId("sum") },
  { lab: "edges", query: "view=sliding", ready: (page: Page) => page.getByTestId("sum") },
  {
    lab: "edges",
    query: "view=learning&steps=30",
    ready: (page: Page) => page.getByRole("button", { name: edges.goOn }),
  },
] as const;
const WIDTHS = [360, 820, 1280, 2560] as const;

test.each(PAGES.flatMap((page) => WIDTHS.map((width) => ({ ...page, width }))))(
  "nothing moves on $lab?$query at $width pixels",
  async ({ lab, query, ready, width }) => {
    const { page, consoleErrors, close } = await openLab(lab, {
      query,
      viewport: { width, height: width < 800 ? 740 : 800 },
    });
    onTestFinished(close);
    await ready(page).first().waitFor();
    await page.waitForTimeout(300);
    const { shift, worst } = await shiftOf(page);
    expect({ moved: shift < HARDLY ? "" : `${shift.toFixed(4)}: ${worst}` }).toEqual({ moved: "" });
    expect(consoleErrors).toEqual([]);
  },
);
