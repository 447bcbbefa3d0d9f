import type { Browser, Page } from "playwright";

/** What a visit is felt by (web.dev/vitals). */
export interface Vitals {
  /** Milliseconds until something stands on the page. */
  readonly firstPaint: number;
  /** Milliseconds until the largest thing that is there before anybody does anything. */
  readonly largestPaint: number;
  /** How much things moved by themselves: shares of the window, each times the share of its height that it moved by, summed. */
  readonly shift: number;
  /** Milliseconds from the slowest press to the picture that answers it; less than 16 are not measured, and are 0. */
  readonly interaction: number;
}

/** What browsers tell of it, beyond what TypeScript's own types know. */
interface Observed {
  firstPaint: number;
  largestPaint: number;
  shift: number;
  interaction: number;
}

declare global {
  interface Window {
    observed: Observed;
  }
}

/**
 * Visits a page in a profile that has never seen it.
 * @param act what is done there, once it has loaded
 */
export async function visit(browser: Browser, address: string, act: (page: Page) => Promise<void>): Promise<Vitals> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "en-US" });
  try {
    const page = await context.newPage();
    await page.addInitScript(observe);
    await page.goto(address);
    await page.waitForLoadState("networkidle");
    await page.waitForTimeout(500);
    // The first press ends the search for the largest paint.
    await act(page);
    await page.waitForTimeout(500);
    return await page.evaluate(() => window.observed);
  } finally {
    await context.close();
  }
}

/** Within the page: gathers entries from the very beginning. */
function observe(): void {
  const observed: Observed = { firstPaint: NaN, largestPaint: NaN, shift: 0, interaction: 0 };
  window.observed = observed;
  const each = (type: string, hear: (entry: PerformanceEntry) => void): void => {
    const options = { type, buffered: true, durationThreshold: 16 };
    new PerformanceObserver((list) => list.getEntries().forEach(hear)).observe(options);
  };
  each("paint", ({ name, startTime }) => {
    if (name === "first-contentful-paint") observed.firstPaint = startTime;
  });
  each("largest-contentful-paint", ({ startTime }) => (observed.largestPaint = startTime));
  each("layout-shift", (entry) => {
    const { value, hadRecentInput } = entry as PerformanceEntry & { value: number; hadRecentInput: boolean };
    if (!hadRecentInput) observed.shift += value;
  });
  each("event", (entry) => {
    const { interactionId, duration } = entry as PerformanceEntry & { interactionId: number };
    if (interactionId > 0) observed.interaction = Math.max(observed.interaction, duration);
  });
}
