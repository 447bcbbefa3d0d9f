import type { Page } from "playwright";
import { expect, onTestFinished, test } from "vitest";
import { en } from "../src/labs/edges/texts.en.ts";
import { seriousProblems } from "./accessible.ts";
import { compareWithBaseline } from "./baseline.ts";
import { type OpenedLab, type Opening, openLab } from "./harness.ts";

// Padding and stride, in the lab of the edges.

async function open(query: string, opening: Opening = {}): Promise<OpenedLab> {
  const lab = await openLab("edges", { query: `view=sliding&${query}`, ...opening });
  onTestFinished(() => lab.close());
  await lab.page.getByTestId("reasons").waitFor();
  return lab;
}

const choose = (page: Page, group: string, option: string): Promise<void> =>
  page.getByRole("radiogroup", { name: group, exact: true }).getByText(option, { exact: true }).click();

const formula = async (page: Page): Promise<string> =>
  (await page.getByTestId("formula").innerText()).replaceAll(/\s+/g, " ");

/** The row of the table that begins with a name. */
async function reason(page: Page, name: string): Promise<string[]> {
  const row = page.getByTestId("reasons").getByRole("row").filter({ hasText: name });
  return row.locator("td").allInnerTexts();
}

const at = (page: Page): Promise<string> => page.getByTestId("window").innerText();

test("sizes fill the formula in, and the two reasons for padding are numbers", async () => {
  const { page, consoleErrors } = await open("");
  await expect.poll(() => formula(page)).toContain("⌊(6 + 2·0 − 3) / 1⌋ + 1 = 4");
  // The notes: 6 × 6 becomes 4 × 4, and a corner is used once where the middle is nine times.
  await expect.poll(() => reason(page, en.valid)).toEqual(["0", "4 × 4", "2", "1 ×", "9 ×"]);
  await expect.poll(() => reason(page, en.same)).toEqual(["1", "6 × 6", en.anyNumber, "4 ×", "9 ×"]);
  await choose(page, en.sizeNames.p, "1");
  await expect.poll(() => formula(page)).toContain("⌊(6 + 2·1 − 3) / 1⌋ + 1 = 6");
  await expect.poll(() => reason(page, en.chosenNow)).toEqual(["1", "6 × 6", en.anyNumber, "4 ×", "9 ×"]);
  await choose(page, en.sizeNames.s, "2");
  await expect.poll(() => formula(page)).toContain("⌊(6 + 2·1 − 3) / 2⌋ + 1 = 3");
  await page.getByText(en.steppedOver(1)).waitFor();
  await choose(page, en.sizeNames.d, "2");
  await expect.poll(() => formula(page)).toContain("2·(3 − 1) + 1 = 5");
  await choose(page, en.sizeNames.f, "2");
  await choose(page, en.sizeNames.d, "1");
  await page.getByText(en.noMiddle).waitFor();
  await expect.poll(() => new URL(page.url()).search).toBe("?view=sliding&f=2&p=1&s=2");
  await page.reload();
  await expect.poll(() => formula(page)).toContain("⌊(6 + 2·1 − 2) / 2⌋ + 1 = 4");
  expect(consoleErrors).toEqual([]);
});

test("the window goes by buttons, by the arrow keys and by the mouse, and explains each number", async () => {
  const { page, consoleErrors } = await open("n=4&p=1");
  const sum = (): Promise<string> => page.getByTestId("sum").innerText();
  await expect.poll(sum).toBe("−20"); // a column of zeros, and two pixels of 10 on its right
  await expect.poll(() => page.getByTestId("explanation").locator("td.added").count()).toBe(5);
  await page.getByRole("button", { name: en.step, exact: true }).click();
  await expect.poll(() => at(page)).toBe(en.windowOf(2, 16));
  const output = page.getByRole("button", { name: en.slidingOutput("4 × 4") });
  await output.focus();
  await page.keyboard.press("ArrowDown");
  await expect.poll(() => at(page)).toBe(en.windowOf(6, 16));
  await expect.poll(sum).toBe("30");
  await page.keyboard.press("ArrowRight");
  await expect.poll(() => at(page)).toBe(en.windowOf(7, 16));
  const picture = page.getByRole("button", { name: en.slidingPicture("4 × 4") });
  const box = await picture.boundingBox();
  if (box === null) throw new Error("the picture is not there");
  await page.mouse.move(box.x + 0.9 * box.width, box.y + 0.9 * box.height);
  await expect.poll(() => at(page)).toBe(en.windowOf(16, 16));
  await expect.poll(sum).toBe("0");
  await picture.focus();
  await page.keyboard.press("ArrowUp");
  await expect.poll(() => at(page)).toBe(en.windowOf(12, 16));
  await expect.poll(() => new URL(page.url()).searchParams.get("window")).toBe("11");
  expect(consoleErrors).toEqual([]);
});

test("it slides by itself to the end, and a person's hand stops it", async () => {
  const { page, consoleErrors } = await open("n=4&f=3");
  await page.getByRole("button", { name: en.slide }).click();
  await expect.poll(() => at(page)).toBe(en.windowOf(4, 4));
  await page.getByRole("button", { name: en.slide }).click(); // at the end: from the beginning
  await page.getByRole("button", { name: en.pause }).waitFor();
  await page.getByRole("button", { name: en.slidingOutput("2 × 2") }).click({ position: { x: 5, y: 5 } });
  await page.getByRole("button", { name: en.slide }).waitFor();
  expect(consoleErrors).toEqual([]);
});

test("with reduced motion the window is at once where it goes", async () => {
  const { page } = await open("", { reducedMotion: "reduce" });
  const durations = (): Promise<string[]> =>
    page.evaluate(() =>
      [...document.querySelectorAll(".mark")].map((mark) => getComputedStyle(mark).transitionDuration),
    );
  await expect.poll(async () => new Set(await durations())).toEqual(new Set(["0s"]));
});

test("where not one window fits it says so, and one press makes room", async () => {
  const { page, consoleErrors } = await open("n=4&f=5&window=9");
  await page.getByText(en.noWindow(5, 4)).waitFor();
  await expect.poll(() => page.getByRole("button", { name: en.slide }).isDisabled()).toBe(true);
  await page.getByRole("button", { name: en.padBy(1) }).click();
  await expect.poll(() => formula(page)).toContain("⌊(4 + 2·1 − 5) / 1⌋ + 1 = 2");
  await page.getByTestId("sum").waitFor();
  expect(consoleErrors).toEqual([]);
});

test.each([
  { name: "edges-sliding-light", query: "p=1&window=8", viewport: { width: 1280, height: 800 }, colorScheme: "light" },
  {
    name: "edges-sliding-phone",
    query: "n=7&f=3&s=2&d=2&p=2&window=5&lang=zh",
    viewport: { width: 360, height: 740 },
    colorScheme: "dark",
  },
] as const)("$name looks as it did, fits, and shuts nobody out", async ({ name, query, ...opening }) => {
  const { page, consoleErrors } = await open(query, opening);
  await page.getByTestId("sum").waitFor();
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(opening.viewport.width);
  expect(await seriousProblems(page)).toEqual([]);
  await compareWithBaseline(page, name);
  expect(consoleErrors).toEqual([]);
});
