import type { Page } from "playwright";
import { onTestFinished } from "vitest";
import { en } from "../src/labs/edges/texts.en.ts";
import { type OpenedLab, type Opening, openLab } from "./harness.ts";

// How tests of the lab of the edges open it and read it.

/** A picture and a kernel whose results can be worked out in one's head. */
export const FLAT = "picture=step&kernel=prewitt.vertical";

/** Opens the lab, until the test ends, and waits until it has computed. */
export async function open(opening?: Opening): Promise<OpenedLab> {
  const lab = await openLab("edges", opening);
  onTestFinished(() => lab.close());
  await lab.page.getByTestId("sum").first().waitFor(); // a gradient has two
  return lab;
}

/** Numbers of a table, or of one text, as the page writes them: with a minus of its own, and ninths as fractions. */
export function read(text: string): number {
  const [above = NaN, below = 1] = text.trim().replace("−", "-").split("/").map(Number);
  return above / below;
}

export async function table(page: Page, name: string): Promise<number[]> {
  return (await page.getByRole("table", { name, exact: true }).locator("td").allTextContents()).map(read);
}

export async function sum(page: Page): Promise<number> {
  return read(await page.getByTestId("sum").innerText());
}

/** Points at a number of the result, counted from 0. */
export async function point(page: Page, row: number, column: number): Promise<void> {
  await moveTo(page, row, column);
  await page.getByRole("heading", { name: en.where(row + 1, column + 1) }).waitFor();
}

/** Presses a number of the result, which pins it. */
export async function pin(page: Page, row: number, column: number): Promise<void> {
  await moveTo(page, row, column);
  await page.mouse.down();
  await page.mouse.up();
  await page.getByRole("heading", { name: en.where(row + 1, column + 1) }).waitFor();
}

/** Moves the mouse to a number of the result, counted from 0. */
export async function moveTo(page: Page, row: number, column: number): Promise<void> {
  const plane = page.getByRole("button", { name: /^What the kernel makes/ });
  const [rows = 0, columns = 0] = await sizeOf(page);
  const box = await plane.boundingBox();
  if (box === null) throw new Error("the result is not there");
  await page.mouse.move(box.x + ((column + 0.5) * box.width) / columns, box.y + ((row + 0.5) * box.height) / rows);
}

/** Rows and columns of the result: "202 × 256 → 200 × 254". */
async function sizeOf(page: Page): Promise<number[]> {
  const text = await page.getByTestId("sizes").innerText();
  return text.split(" → ")[1]?.split(" × ").map(Number).toReversed() ?? [];
}

/** Presses one of several choices. */
export const choose = (page: Page, group: string, option: string): Promise<void> =>
  page.getByRole("radiogroup", { name: group, exact: true }).getByText(option, { exact: true }).click();

/** The lab is given a file. */
export const upload = (page: Page, name: string, buffer: Buffer): Promise<void> =>
  page.locator("input[type=file]").setInputFiles({ name, mimeType: "image/png", buffer });
