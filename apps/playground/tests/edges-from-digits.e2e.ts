import { mnist, subset } from "@unfoldjs/datasets";
import type { Page } from "playwright";
import { expect, onTestFinished, test } from "vitest";
import { TRAINING_PICTURES } from "../src/labs/digits/digit-files.ts";
import { readRun } from "../src/labs/digits/run.ts";
import { en as digits } from "../src/labs/digits/texts.en.ts";
import { Trainer } from "../src/labs/digits/trainer.ts";
import { en } from "../src/labs/edges/texts.en.ts";
import { value } from "../src/look/numbers.ts";
import { seriousProblems } from "./accessible.ts";
import { openLab } from "./harness.ts";

async function table(page: Page, name: string): Promise<number[]> {
  return (await page.getByRole("table", { name, exact: true }).locator("td").allTextContents()).map(numberOf);
}

/** A number as the page writes it, with a minus of its own. */
function numberOf(text: string): number {
  return Number(text.trim().replace("−", "-"));
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
  const trainer = new Trainer(
    readRun(new URLSearchParams()).state,
    subset(await mnist({ split: "train" }), 0, TRAINING_PICTURES),
  );
  while (trainer.step < 5) trainer.learn();
  const learned = Array.from(trainer.model.conv1.weight.at(2).data(), (weight) => numberOf(value(weight)));
  await expect.poll(() => table(page, digits.products.kernel)).toEqual(learned);
  // "… + 0.012 Bias =": the last number before the word.
  const terms = (await page.getByTestId("terms").innerText()).replace(/\s+/g, " ");
  const [, sign = "", size = ""] = /([−+]) ([\d.]+) bias/i.exec(terms) ?? [];
  const bias = `${sign === "−" ? "−" : ""}${size}`;
  expect(Number(size)).toBeGreaterThan(0);
  expect(await seriousProblems(page)).toEqual([]);
  await link.click();
  await page.getByRole("heading", { level: 1, name: en.title }).waitFor();
  await page.getByTestId("sum").waitFor();
  await page.getByText(en.sizes("202 × 256", "202 × 256")).waitFor();
  await expect.poll(() => table(page, en.weights)).toEqual(learned);

  // What is left out is said, with the bias that the network has; until the kernel is another one.
  const note = page.getByTestId("learned");
  await expect.poll(() => note.innerText()).toBe(en.learnedIn(bias));
  await page.getByRole("radiogroup", { name: en.padding }).getByText(en.valid, { exact: true }).click();
  await page.getByText(en.sizes("202 × 256", "198 × 252")).waitFor();
  await expect.poll(() => note.count()).toBe(1);
  await page.getByRole("textbox", { name: en.weight(1, 1), exact: true }).fill("1");
  await note.waitFor({ state: "detached" });
  await expect.poll(() => new URL(page.url()).searchParams.has("bias")).toBe(false);
  expect(consoleErrors).toEqual([]);
});
