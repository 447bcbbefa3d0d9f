import type { Page } from "playwright";
import { expect, onTestFinished } from "vitest";
import { en } from "../src/labs/digits/texts.en.ts";
import { count } from "../src/look/numbers.ts";
import { type OpenedLab, type Opening, openLab } from "./harness.ts";

// How tests of the lab of the digits open it and read it.

/** A network that is quick to train. */
export const SMALL = "filters=2&kernel=3&batch=32";

/** Opens the lab, until the test ends. */
export async function open(opening?: Opening): Promise<OpenedLab> {
  const lab = await openLab("digits", opening);
  onTestFinished(() => lab.close());
  return lab;
}

export const button = (page: Page, name: string): ReturnType<Page["getByRole"]> =>
  page.getByRole("button", { name, exact: true });

export async function text(page: Page, id: string): Promise<string> {
  return (await page.getByTestId(id).innerText()).trim();
}

/** Waits until the lab looks at a step. */
export async function at(page: Page, step: number): Promise<void> {
  await expect.poll(() => text(page, "at")).toBe(en.atStep(count(step)));
}

/** Opens a link that has trained for so many steps, and waits until it has been trained again. */
export async function openTrained(query: string, steps: number, opening: Opening = {}): Promise<OpenedLab> {
  const lab = await open({ ...opening, query: `${query}&steps=${steps}` });
  await at(lab.page, steps);
  await button(lab.page, en.goOn).waitFor();
  return lab;
}

/** The probabilities that the bars show. */
export async function probabilities(page: Page): Promise<string[]> {
  const bars = page.getByRole("list", { name: en.probabilities }).getByRole("listitem").locator(".number");
  return bars.allInnerTexts();
}
