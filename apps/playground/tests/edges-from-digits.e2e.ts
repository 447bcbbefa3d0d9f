import type { Page } from "playwright";
import { expect, onTestFinished, test } from "vitest";
import { en as digits } from "../src/labs/digits/texts.en.ts";
import { en } from "../src/labs/edges/texts.en.ts";
import { seriousProblems } from "./accessible.ts";
import { openLab } from "./harness.ts";

async function table(page: Page, name: string): Promise<number[]> {
  const cells = await page.getByRole("table", { name, exact: true }).locator("td").allTextContents();
  return cells.map((text) => Number(text.trim().replace("−", "-")));
}

test("a filter that reads digits is laid on a photo in Edges, as it was learned", async () => {
  const { page, consoleErrors, close } = await openLab("digits", { query: "steps=5" });
  onTestFinished(close);
  const map = page.getByRole("button", { name: digits.map(3), exact: true });
  await map.click({ position: { x: 30, y: 30 } });
  const link = page.getByRole("link", { name: digits.useInEdges });
  await link.waitFor();
  await expect.poll(async () => (await table(page, digits.products.kernel)).length).toBe(25);
  // The link's steps are done: the filter is what they made of it.
  await expect.poll(() => page.getByTestId("at").innerText()).toBe(digits.atStep("5"));
  await expect.poll(() => page.getByText(digits.replaying).count()).toBe(0);
  const learned = await table(page, digits.products.kernel);
  expect(learned.some((weight) => weight !== 0)).toBe(true);
  expect(await seriousProblems(page)).toEqual([]);
  await link.click();
  await page.getByRole("heading", { level: 1, name: en.title }).waitFor();
  await page.getByTestId("sum").waitFor();
  await page.getByText(en.sizes("202 × 256", "202 × 256")).waitFor();
  expect(await table(page, en.weights)).toEqual(learned);
  expect(consoleErrors).toEqual([]);
});
