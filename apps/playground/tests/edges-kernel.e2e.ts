import { edgeKernels } from "@unfoldjs/vision-layers";
import { expect, test } from "vitest";
import { en } from "../src/labs/edges/texts.en.ts";
import { choose, FLAT, open, sum, table } from "./edges.ts";

test("a kernel is typed, stepped and dragged, and the link holds it", async () => {
  const { page, consoleErrors } = await open({ query: `${FLAT}&at=0,1` });
  const middle = page.getByRole("textbox", { name: en.weight(2, 2) });
  await middle.fill("0.5");
  await expect.poll(() => sum(page)).toBe(35); // 30 + 0.5 · 10
  await expect.poll(() => new URL(page.url()).searchParams.get("kernel")).toBe("1,0,-1,1,0.5,-1,1,0,-1");
  await middle.press("ArrowUp");
  await expect.poll(() => sum(page)).toBe(45);
  await middle.fill("x");
  await expect.poll(() => middle.getAttribute("aria-invalid")).toBe("true");
  await middle.blur();
  await expect.poll(() => middle.inputValue()).toBe("1.5"); // the last number that it was
  const box = await middle.boundingBox();
  if (box === null) throw new Error("the kernel is not there");
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2 - 36, { steps: 6 });
  await page.mouse.up();
  await expect.poll(() => middle.inputValue()).toBe("4.5");
  await expect.poll(() => sum(page)).toBe(75);
  await expect.poll(() => new URL(page.url()).searchParams.get("kernel")).toBe("1,0,-1,1,4.5,-1,1,0,-1");

  await page.reload();
  await expect.poll(() => middle.inputValue()).toBe("4.5");
  await choose(page, en.families.sobel, en.forms.horizontal);
  await expect.poll(() => table(page, en.weights)).toEqual(edgeKernels.sobel.horizontal.flat());
  expect(consoleErrors).toEqual([]);
});

test("a kernel is painted, square by square, with one number", async () => {
  const { page, consoleErrors } = await open({ query: FLAT });
  await choose(page, en.paintWith, "2");
  const centre = async (row: number, column: number): Promise<[x: number, y: number]> => {
    const box = await page.getByRole("textbox", { name: en.weight(row, column) }).boundingBox();
    if (box === null) throw new Error("the kernel is not there");
    return [box.x + box.width / 2, box.y + box.height / 2];
  };
  await page.mouse.move(...(await centre(1, 1)));
  await page.mouse.down();
  await page.mouse.move(...(await centre(1, 3)), { steps: 12 });
  await page.mouse.move(...(await centre(3, 3)), { steps: 12 });
  await page.mouse.up();
  await page.mouse.move(...(await centre(2, 1)), { steps: 6 });
  await expect.poll(() => table(page, en.weights)).toEqual([2, 2, 2, 1, 0, 2, 1, 0, 2]);
  expect(consoleErrors).toEqual([]);
});
