import { readFile } from "node:fs/promises";
import type { Locator } from "playwright";
import { PNG } from "pngjs";
import { expect, test } from "vitest";
import { en as frame } from "../src/frame/texts.en.ts";
import { en } from "../src/labs/edges/texts.en.ts";
import { open } from "./edges.ts";

/** Where the lab begins in a saved picture, in pixels of the page, and how many of its own each of those has. */
const [LEFT, TOP, SCALE] = [32, 32 + 52, 2] as const;

test("a saved picture has each thing where the page has it, and the frames around them", async () => {
  const { page, consoleErrors } = await open();
  const lab = await boxOf(page.locator(".lab"));
  const corner = await boxOf(page.getByRole("textbox", { name: en.weight(1, 1), exact: true }));
  const plane = await boxOf(page.locator(".lab .plane").first());
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: frame.savePicture }).click();
  const picture = PNG.sync.read(await readFile(await (await download).path()));
  /** The colour at a place of the page. */
  const at = (x: number, y: number): string => {
    const [column, row] = [SCALE * (LEFT + x - lab.x), SCALE * (TOP + y - lab.y)].map(Math.round);
    const begin = 4 * ((row ?? 0) * picture.width + (column ?? 0));
    return [...picture.data.subarray(begin, begin + 3)].join();
  };
  // Nothing lies over a square of the kernel, along its top: a button did whose row had broken in two.
  const along = Array.from({ length: 20 }, (_, i) => at(corner.x + ((i + 1) * corner.width) / 22, corner.y + 4));
  expect(new Set(along).size).toBe(1);
  // The picture stands at the lab's edge: the line around it goes all around.
  const middle = plane.y + plane.height / 2;
  expect(at(plane.x - 0.5, middle)).toBe(at(plane.x + plane.width + 0.25, middle));
  expect(at(plane.x - 0.5, middle)).not.toBe(at(plane.x - 3, middle));
  expect(consoleErrors).toEqual([]);
});

async function boxOf(part: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  const box = await part.boundingBox();
  if (box === null) throw new Error("it is not there");
  return box;
}
