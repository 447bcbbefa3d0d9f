import type { Page } from "playwright";
import { expect, onTestFinished, test } from "vitest";
import { en as frame } from "../src/frame/texts.en.ts";
import { kernelNamed } from "../src/labs/edges/kernels.ts";
import { en } from "../src/labs/edges/texts.en.ts";
import { seriousProblems } from "./accessible.ts";
import { compareWithBaseline } from "./baseline.ts";
import { type OpenedLab, type Opening, openLab } from "./harness.ts";
import { memoryOf } from "./library-memory.ts";

// Learning a kernel, in the lab of the edges.

async function open(query: string, opening: Opening = {}): Promise<OpenedLab> {
  const lab = await openLab("edges", { query: `view=learning&${query}`, ...opening });
  onTestFinished(() => lab.close());
  return lab;
}

const button = (page: Page, name: string): ReturnType<Page["getByRole"]> =>
  page.getByRole("button", { name, exact: true });

const choose = (page: Page, group: string, option: string): Promise<void> =>
  page.getByRole("radiogroup", { name: group, exact: true }).getByText(option, { exact: true }).click();

const standing = (page: Page): Promise<string> => page.getByTestId("standing").innerText();

async function steps(page: Page): Promise<number> {
  return Number((await page.getByTestId("steps").innerText()).replace(/\D/g, ""));
}

async function found(page: Page): Promise<number[]> {
  const texts = await page.getByRole("table", { name: en.found, exact: true }).locator("td").allTextContents();
  return texts.map((text) => Number(text.trim().replace("−", "-")));
}

const inAddress = (page: Page, name: string): string | null => new URL(page.url()).searchParams.get(name);

test("nine numbers are found from the boats and their edges", async () => {
  const { page, consoleErrors } = await open("picture=boats");
  await expect.poll(() => standing(page)).toContain(en.standings.begun);
  await page.getByText(en.noCurve).waitFor();
  await button(page, en.learn).click();
  await button(page, en.pause).waitFor();
  await expect.poll(() => standing(page)).toContain(en.standings.near);
  await expect.poll(() => standing(page), { timeout: 90_000 }).toContain(en.standings.found);
  const target = kernelNamed("sobel.vertical");
  for (const [i, weight] of (await found(page)).entries()) expect(weight).toBeCloseTo(target[i] ?? NaN, 1);
  await expect.poll(() => button(page, en.goOn).isDisabled()).toBe(true);

  // The link comes back to the same numbers.
  const [numbers, done] = [await found(page), await steps(page)];
  await expect.poll(() => inAddress(page, "steps")).toBe(String(done));
  await page.reload();
  await expect.poll(() => standing(page), { timeout: 60_000 }).toContain(en.standings.found);
  await expect.poll(() => found(page)).toEqual(numbers);
  await expect.poll(() => steps(page)).toBe(done);
  expect(consoleErrors).toEqual([]);
});

test("it goes step by step, stops, begins elsewhere, and from the start", async () => {
  const { page, consoleErrors } = await open("picture=boats");
  await expect.poll(() => button(page, en.step).isEnabled()).toBe(true);
  const first = await found(page);
  await button(page, en.step).click();
  await expect.poll(() => steps(page)).toBe(1);
  await expect.poll(() => found(page)).not.toEqual(first);
  await button(page, en.reset).click();
  await expect.poll(() => found(page)).toEqual(first);
  await expect.poll(() => steps(page)).toBe(0);
  await button(page, en.otherSeed).click();
  await expect.poll(() => inAddress(page, "seed")).toBe("2");
  await expect.poll(() => found(page)).not.toEqual(first);
  await button(page, en.learn).click();
  await expect.poll(() => steps(page)).toBeGreaterThan(4);
  await button(page, en.pause).click();
  await button(page, en.goOn).waitFor();
  const done = await steps(page);
  await page.waitForTimeout(300);
  await expect.poll(() => steps(page)).toBe(done);
  // Another kernel is another search.
  await choose(page, en.families.sobel, en.forms.horizontal);
  await expect.poll(() => steps(page)).toBe(0);
  expect(consoleErrors).toEqual([]);
});

test("presses are done one after the other, however fast they come", async () => {
  const { page, consoleErrors } = await open("picture=boats&momentum=0");
  await expect.poll(() => button(page, en.step).isEnabled()).toBe(true);
  for (const done of [1, 2, 3]) {
    await button(page, en.step).click();
    await expect.poll(() => steps(page)).toBe(done);
  }
  const numbers = await found(page);
  await button(page, en.reset).click();
  await expect.poll(() => steps(page)).toBe(0);
  await button(page, en.step).evaluate((step: HTMLElement) => [1, 2, 3].forEach(() => step.click()));
  await expect.poll(() => steps(page)).toBe(3);
  await expect.poll(() => found(page)).toEqual(numbers);

  // A search that is begun anew twice while it goes on goes on.
  await button(page, en.goOn).click();
  await button(page, en.otherSeed).evaluate((other: HTMLElement) => [1, 2].forEach(() => other.click()));
  await expect.poll(() => inAddress(page, "seed")).toBe("3");
  await expect.poll(() => steps(page)).toBeGreaterThan(10);
  await button(page, en.pause).click();
  await button(page, en.goOn).waitFor();
  expect(consoleErrors).toEqual([]);
});

test("while it learns it draws as often as eyes see, and nothing in between", async () => {
  const { page, consoleErrors } = await open("picture=boats&rate=0.01");
  await expect.poll(() => button(page, en.learn).isEnabled()).toBe(true);
  await button(page, en.learn).click();
  await expect.poll(() => steps(page)).toBeGreaterThan(10);
  const { looks, seconds, moving } = await page.getByTestId("steps").evaluate(async (text) => {
    const seen = { looks: 0, moving: new Set<string>() };
    const watch = new MutationObserver(() => seen.looks++);
    watch.observe(text, { characterData: true, subtree: true });
    const since = performance.now();
    const passed = (): number => (performance.now() - since) / 1000;
    while (passed() < 2 || seen.looks < 3) {
      await new Promise(requestAnimationFrame);
      for (const moved of document.getAnimations()) {
        if (moved instanceof CSSTransition) seen.moving.add(moved.transitionProperty);
      }
    }
    return { looks: seen.looks, seconds: passed(), moving: [...seen.moving] };
  });
  expect(looks).toBeLessThanOrEqual(20 * seconds + 1);
  expect(moving).toEqual([]);
  expect(consoleErrors).toEqual([]);
});

test("a number that was found says where its next step comes from, and the step is that", async () => {
  const { page, consoleErrors } = await open("picture=boats&steps=10");
  await expect.poll(() => button(page, en.goOn).isEnabled()).toBe(true);
  await page.getByText(en.weightHint).waitFor();
  const number = page.getByRole("table", { name: en.found, exact: true }).getByRole("button").nth(5);
  await number.click();
  await page.getByRole("heading", { name: en.weightWhere(2, 3) }).waitFor();
  await expect.poll(() => inAddress(page, "weight")).toBe("1,2");
  for (const name of [en.underLabel, en.offLabel, en.productsLabel]) await page.getByRole("img", { name }).waitFor();
  const read = async (id: string): Promise<number> => {
    const text = await page.getByTestId(id).innerText();
    return Number(text.replace("−", "-"));
  };
  const [slope, velocity, next] = [await read("slope"), await read("velocity"), await read("next-weight")];
  await page.reload();
  await expect.poll(() => read("next-weight")).toBe(next);
  await button(page, en.step).click();
  await expect.poll(() => steps(page)).toBe(11);
  await expect.poll(async () => (await found(page))[5]).toBe(next);

  // Without momentum the step is the slope alone, times the rate.
  await choose(page, en.momentum, "0");
  await expect.poll(() => steps(page)).toBe(0);
  await expect.poll(() => read("slope")).not.toBe(slope);
  await expect.poll(async () => (await read("velocity")) === (await read("slope"))).toBe(true);
  expect(velocity).not.toBe(slope);

  // It follows what is learned; another number takes its place, and it is let go.
  const begun = await read("next-weight");
  await button(page, en.learn).click();
  await expect.poll(() => read("next-weight")).not.toBe(begun);
  await button(page, en.pause).click();
  await page.getByRole("table", { name: en.found, exact: true }).getByRole("button").nth(0).click();
  await page.getByRole("heading", { name: en.weightWhere(1, 1) }).waitFor();
  await button(page, frame.letGo).click();
  await expect.poll(() => button(page, frame.letGo).count()).toBe(0);
  expect(consoleErrors).toEqual([]);
});

test("a rate that is too large diverges, says so, and leads to one that holds", async () => {
  const { page, consoleErrors } = await open("picture=boats");
  await expect.poll(() => button(page, en.learn).isEnabled()).toBe(true);
  await choose(page, en.learningRate, "0.5");
  await button(page, en.learn).click();
  await expect.poll(() => standing(page)).toContain(en.standings.diverged);
  await button(page, en.slower("0.1")).click();
  await expect.poll(() => standing(page)).toContain(en.standings.begun);
  await expect.poll(() => inAddress(page, "rate")).toBe(null);
  await button(page, en.learn).click();
  await expect.poll(() => standing(page), { timeout: 90_000 }).toContain(en.standings.found);
  expect(consoleErrors).toEqual([]);
});

test("the same edges by other numbers are told from the right ones", async () => {
  const { page, consoleErrors } = await open("picture=step&steps=1500");
  await expect.poll(() => standing(page), { timeout: 60_000 }).toContain(en.standings.alike);
  expect(consoleErrors).toEqual([]);
});

test("a kernel that finds no room in the picture says so", async () => {
  const kernel = Array.from({ length: 49 }, (_, i) => i % 5);
  const { page, consoleErrors } = await open(`picture=step&kernel=${kernel.join(",")}`);
  await page.getByText(en.tooSmall("7 × 7", "6 × 6")).waitFor();
  await expect.poll(() => button(page, en.learn).isDisabled()).toBe(true);
  await choose(page, en.samplePictures, en.samples.boats);
  await expect.poll(() => button(page, en.learn).isEnabled()).toBe(true);
  expect(consoleErrors).toEqual([]);
});

test("a lost worker is replaced, and what was found stays and goes on", async () => {
  const { page } = await open("picture=boats&steps=20");
  await expect.poll(() => steps(page)).toBe(20);
  await expect.poll(() => button(page, en.goOn).isEnabled()).toBe(true);
  const numbers = await found(page);
  await page.workers()[0]?.evaluate(() => self.close());
  await page
    .getByRole("alert")
    .filter({ hasText: frame.workerLost("it does not answer any more") })
    .waitFor();
  await expect.poll(() => found(page)).toEqual(numbers);
  await button(page, en.step).click();
  await expect.poll(() => steps(page)).toBe(21);
});

test("holds no more memory after two hundred steps than after twenty", async () => {
  const { page, consoleErrors } = await open("picture=boats&steps=20");
  await expect.poll(() => button(page, en.goOn).isEnabled()).toBe(true);
  const early = await memoryOf(page);
  await page.goto(page.url().replace("steps=20", "steps=200"));
  await expect.poll(() => steps(page)).toBeGreaterThan(100);
  await expect.poll(() => page.getByText(en.replaying).count()).toBe(0);
  await expect.poll(() => memoryOf(page)).toEqual(early);
  expect(consoleErrors).toEqual([]);
});

test.each([
  {
    name: "edges-learning-dark",
    query: "picture=step&steps=60&weight=0,2",
    viewport: { width: 1280, height: 800 },
    colorScheme: "dark",
  },
  {
    name: "edges-learning-phone",
    query: "picture=step&rate=0.5&steps=30&weight=1,1&lang=zh",
    viewport: { width: 360, height: 740 },
    colorScheme: "light",
  },
] as const)("$name looks as it did, fits, and shuts nobody out", async ({ name, query, ...opening }) => {
  const { page, consoleErrors } = await open(query, opening);
  await page.locator("canvas").nth(6).waitFor(); // three planes, those of one number, and the curves
  await expect.poll(() => steps(page)).toBeGreaterThan(1);
  await expect.poll(() => page.locator(".standing.begun").count()).toBe(0);
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(opening.viewport.width);
  expect(await seriousProblems(page)).toEqual([]);
  await compareWithBaseline(page, name);
  expect(consoleErrors).toEqual([]);
});
