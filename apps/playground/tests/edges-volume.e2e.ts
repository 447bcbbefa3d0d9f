import type { Locator } from "playwright";
import { expect, test } from "vitest";
import { en } from "../src/labs/edges/texts.en.ts";
import { filterVolume } from "../src/labs/edges/volume-operation.ts";
import { EXAMPLES, FILTER_EXAMPLES } from "../src/labs/edges/volume.ts";
import { choose, open, read, sum } from "./edges.ts";

test("a volume is stepped through: 27 products a number, a plane for each filter", async () => {
  const { page, consoleErrors } = await open({ query: "view=volume" });
  const output = [...filterVolume(EXAMPLES.square, FILTER_EXAMPLES.every)];
  const planes = [en.filterName("vertical"), en.filterName("horizontal")];
  const shown = async (): Promise<number[]> => {
    const cells = await Promise.all(
      planes.map((name) => page.getByRole("table", { name }).locator("td").allTextContents()),
    );
    return cells
      .flat()
      .filter((text) => text.trim() !== "")
      .map(read);
  };
  for (let step = 0; step < 3; step++) {
    await page.getByText(en.stepOf(step + 1, 32)).waitFor();
    await expect.poll(() => sum(page)).toBe(output[step]);
    await expect.poll(() => shown()).toEqual(output.slice(0, step + 1));
    await expect.poll(() => page.getByRole("table", { name: en.products }).locator("td").count()).toBe(27);
    await page.getByRole("button", { name: en.step, exact: true }).click();
  }
  await page.getByRole("button", { name: en.back, exact: true }).click();
  await page.getByText(en.stepOf(3, 32)).waitFor();

  await page.getByRole("button", { name: `${planes[1]}: 4, 3` }).click();
  await page.getByText(en.stepOf(31, 32)).waitFor();
  await expect.poll(() => sum(page)).toBe(output[30]);
  await page.getByRole("button", { name: en.play }).click();
  await page.getByText(en.stepOf(32, 32)).waitFor();
  await page.getByRole("button", { name: en.play }).waitFor(); // it has stopped at the end
  await expect.poll(() => shown()).toEqual(output);

  await page.getByRole("button", { name: en.pixel(1, 1, "blue") }).click();
  await expect.poll(() => new URL(page.url()).searchParams.get("colours")).toBe(`2${EXAMPLES.square.slice(1)}`);
  await expect.poll(shown).toEqual([...filterVolume(`2${EXAMPLES.square.slice(1)}`, FILTER_EXAMPLES.every)]);
  expect(consoleErrors).toEqual([]);
});

test("every number of both filters can be written, and the link holds them", async () => {
  const { page, consoleErrors } = await open({ query: "view=volume&step=0" });
  const before = filterVolume(EXAMPLES.square, FILTER_EXAMPLES.every)[0] ?? NaN;
  await expect.poll(() => sum(page)).toBe(before);
  await expect.poll(() => page.locator(".filters input").count()).toBe(54);
  const blue = en.filterChannel(en.filterName("vertical"), en.channels.blue);
  await page.getByRole("textbox", { name: `${blue}: ${en.weight(1, 1)}` }).fill("4");
  // The corner pixel is blue, 10: with 4 for 1 there are 30 more.
  await expect.poll(() => sum(page)).toBe(before + 30);
  await page.getByRole("heading", { name: en.twentySeven(en.ownFilter(1)) }).waitFor();
  await expect.poll(() => new URL(page.url()).searchParams.get("filters")).toMatch(/^1,0,-1,.*,4,0,-1,1,0,-1,1,0,-1;/);
  await page.reload();
  await expect.poll(() => sum(page)).toBe(before + 30);
  // Painted: a whole row of red in the second filter.
  await choose(page, en.paintWith, "−2");
  const red = en.filterChannel(en.ownFilter(2), en.channels.red);
  const box = async (column: number): Promise<[x: number, y: number]> => {
    const found = await page.getByRole("textbox", { name: `${red}: ${en.weight(2, column)}` }).boundingBox();
    if (found === null) throw new Error("the filter is not there");
    return [found.x + found.width / 2, found.y + found.height / 2];
  };
  await page.mouse.move(...(await box(1)));
  await page.mouse.down();
  await page.mouse.move(...(await box(3)), { steps: 8 });
  await page.mouse.up();
  const numbers = async (): Promise<string[]> => {
    const squares = page.getByRole("group", { name: red, exact: true }).locator("input");
    return Promise.all((await squares.all()).map((square) => square.inputValue()));
  };
  await expect.poll(numbers).toEqual(["1", "1", "1", "−2", "−2", "−2", "−1", "−1", "−1"]);
  await choose(page, en.filterExamples, en.filterExampleNames.red);
  await expect.poll(() => new URL(page.url()).searchParams.get("filters")).toBe("red");
  expect(consoleErrors).toEqual([]);
});

test("the strip leaves both filters in sight, and on small screens shows one channel and what each adds", async () => {
  const { page, consoleErrors } = await open({ query: "view=volume&step=0", viewport: { width: 1280, height: 800 } });
  const boxOf = async (part: Locator): Promise<{ y: number; height: number }> => {
    const box = await part.boundingBox();
    if (box === null) throw new Error("it is not there");
    return box;
  };
  const strip = page.getByTestId("explanation");
  const { y: top } = await boxOf(strip);
  for (const square of await page.locator(".filters input").all()) {
    const { y, height } = await boxOf(square);
    expect(y + height).toBeLessThanOrEqual(top);
  }
  await expect.poll(() => page.getByRole("table", { name: en.products, exact: true }).count()).toBe(3);

  for (const viewport of [
    { width: 820, height: 1180 },
    { width: 360, height: 740 },
  ]) {
    await page.setViewportSize(viewport);
    await expect.poll(() => page.getByRole("table", { name: en.products, exact: true }).count()).toBe(1);
    await expect.poll(async () => (await boxOf(strip)).height).toBeLessThan(0.4 * viewport.height);
    const parts = page.getByRole("group", { name: en.parts });
    // Light in red and in green is −10 − 10 under the window's right column; blue is lit where those are not.
    await parts.getByRole("button", { name: `${en.channels.green}: −20` }).waitFor();
    await parts.getByRole("button", { name: `${en.channels.blue}: 20` }).click();
    await expect
      .poll(() => page.getByRole("table", { name: en.products, exact: true }).locator("td").allInnerTexts())
      .toEqual(["10", "0", "−10", "10", "0", "0", "10", "0", "0"]);
  }
  expect(consoleErrors).toEqual([]);
});
