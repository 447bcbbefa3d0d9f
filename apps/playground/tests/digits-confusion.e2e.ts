import type { Page } from "playwright";
import { expect, test } from "vitest";
import { en } from "../src/labs/digits/texts.en.ts";
import { seriousProblems } from "./accessible.ts";
import { at, button, openTrained, probabilities, SMALL, text } from "./digits.ts";

interface Counted {
  readonly was: number;
  readonly read: number;
  readonly count: number;
}

async function cells(page: Page): Promise<Counted[]> {
  const counts = await page.getByRole("grid").locator("tbody td").allInnerTexts();
  return counts.map((count, i) => ({ was: Math.floor(i / 10), read: i % 10, count: Number(count) }));
}

/** The mistake that is made most often, of those that are all laid out. */
async function mistake(page: Page): Promise<Counted> {
  const mistakes = (await cells(page)).filter(({ was, read, count }) => was !== read && count <= 24);
  const [most] = mistakes.toSorted((a, b) => b.count - a.count);
  if (most === undefined) throw new Error("the network makes no mistakes");
  return most;
}

const laidOut = (page: Page, { was, read }: Counted) =>
  page.getByRole("button", { name: en.takeRead(String(was), String(read)), exact: true });

const cellOf = (page: Page, { was, read }: Counted) =>
  page.getByRole("grid").locator("tbody tr").nth(was).getByRole("button").nth(read);

test("a cell that is pressed lays out those very digits, and the network reads the one that is taken as it says", async () => {
  const { page, consoleErrors } = await openTrained(SMALL, 40);
  const most = await mistake(page);
  await cellOf(page, most).click();
  await expect.poll(() => laidOut(page, most).count()).toBe(most.count);
  for (const i of [0, most.count - 1]) {
    await laidOut(page, most).nth(i).click();
    await expect.poll(() => text(page, "answer")).toContain(`It reads ${most.read},`);
  }
  await expect.poll(() => new URL(page.url()).searchParams.get("cell")).toBe(`${most.was}.${most.read}`);
  await expect.poll(() => new URL(page.url()).searchParams.get("unseen")).toMatch(/^\d+$/);
  expect(await seriousProblems(page)).toEqual([]);

  // The link has the very picture, and the cell.
  const shares = await probabilities(page);
  await page.reload();
  await at(page, 40);
  await expect.poll(() => probabilities(page)).toEqual(shares);
  await expect.poll(() => laidOut(page, most).count()).toBe(most.count);
  await expect.poll(() => laidOut(page, most).last().getAttribute("aria-pressed")).toBe("true");
  expect(consoleErrors).toEqual([]);
});

test("the cells follow the time machine, and an empty one says so", async () => {
  const { page } = await openTrained(SMALL, 40);
  const most = await mistake(page);
  await cellOf(page, most).click();
  await expect.poll(() => laidOut(page, most).count()).toBe(most.count);
  await page.getByRole("slider", { name: en.timeMachine }).press("ArrowLeft");
  await at(page, 20);
  const then = (await cells(page)).find(({ was, read }) => was === most.was && read === most.read)?.count ?? 0;
  await expect.poll(() => laidOut(page, most).count()).toBe(Math.min(24, then));

  const empty = (await cells(page)).find(({ count }) => count === 0);
  if (empty === undefined) throw new Error("no cell is empty");
  await cellOf(page, empty).click();
  await page.getByText(en.cellNone(String(empty.was), String(empty.read))).waitFor();
  await cellOf(page, empty).click(); // once more lets it go
  await expect.poll(() => page.getByText(en.cellNone(String(empty.was), String(empty.read))).count()).toBe(0);
});

test("the table is one stop of the Tab key, and arrow keys go from cell to cell, which says what it counts", async () => {
  const { page } = await openTrained(SMALL, 40);
  const all = await cells(page);
  const grid = page.getByRole("grid");
  await expect.poll(() => grid.locator("button[tabindex='0']").count()).toBe(1);
  await grid.locator("button[tabindex='0']").focus();
  for (const key of [
    "ArrowDown",
    "ArrowDown",
    "ArrowRight",
    "ArrowUp",
    "End",
    "Home",
    "ArrowRight",
    "ArrowLeft",
    "ArrowLeft",
  ]) {
    await page.keyboard.press(key);
  }
  const focused = page.locator("*:focus");
  const count = all.find(({ was, read }) => was === 1 && read === 0)?.count ?? NaN;
  const total = all.filter(({ was }) => was === 1).reduce((sum, cell) => sum + cell.count, 0);
  const sentence = en.confusionCell("1", "0", count, total);
  await expect.poll(() => focused.getAttribute("aria-label")).toBe(sentence);
  await expect.poll(() => grid.locator("button[tabindex='0']").count()).toBe(1);
  await page.getByText(sentence, { exact: true }).waitFor();
  await page.keyboard.press("ArrowRight"); // the ones that are read as ones
  await page.keyboard.press("Enter");
  await button(page, en.takeRead("1", "1")).first().waitFor();
  await page.keyboard.press("Tab");
  await expect.poll(() => page.locator("*:focus").getAttribute("aria-label")).toBe(en.takeRead("1", "1"));
});
