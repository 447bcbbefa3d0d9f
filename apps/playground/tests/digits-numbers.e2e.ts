import { mnist, subset } from "@unfoldjs/datasets";
import { expect, test } from "vitest";
import { TRAINING_PICTURES } from "../src/labs/digits/digit-files.ts";
import { readRun } from "../src/labs/digits/run.ts";
import { en } from "../src/labs/digits/texts.en.ts";
import { zh } from "../src/labs/digits/texts.zh.ts";
import { Trainer } from "../src/labs/digits/trainer.ts";
import { button, open, openTrained, SMALL, text } from "./digits.ts";

test("the loss that is written is where the curve is, and the batch's own stands beside it by its name", async () => {
  const { page } = await openTrained(SMALL, 50);
  const trainer = new Trainer(
    readRun(new URLSearchParams(SMALL)).state,
    subset(await mnist({ split: "train" }), 0, TRAINING_PICTURES),
  );
  const losses = Array.from({ length: 50 }, () => trainer.learn().loss);
  /** An exponential mean over about ten steps, as a sum. */
  const mean = (steps: number): number =>
    losses.slice(0, steps).reduce((sum, loss, i) => sum + 0.1 * 0.9 ** (steps - 1 - i) * loss, 0) +
    0.9 ** steps * (losses[0] ?? NaN);

  const written = async (id: string): Promise<number> => Number(await text(page, id));
  await expect.poll(() => written("mean-loss")).toBeCloseTo(mean(50), 2);
  await expect.poll(() => written("loss")).toBeCloseTo(losses[49] ?? NaN, 2);
  await page.getByText(en.lossOfBatch).waitFor();

  // How high the curve ends, as a share of how high it goes.
  const share = (): Promise<number> =>
    page.locator(".curves canvas").evaluate((element) => {
      const canvas = element as HTMLCanvasElement;
      const pixels = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
      const probe = document.createElement("span");
      probe.style.color = "var(--loss)";
      canvas.append(probe);
      const colour = [...getComputedStyle(probe).color.matchAll(/\d+/g)].map(Number);
      probe.remove();
      const found: { x: number; y: number }[] = [];
      for (let i = 0; i < canvas.width * canvas.height; i++) {
        if (pixels[4 * i + 3] === 255 && colour.every((part, j) => Math.abs(part - (pixels[4 * i + j] ?? 0)) < 3)) {
          found.push({ x: i % canvas.width, y: Math.floor(i / canvas.width) });
        }
      }
      const bottom = canvas.height - 24 * devicePixelRatio; // under it stands the axis
      const [top, last] = [Math.min(...found.map(({ y }) => y)), Math.max(...found.map(({ x }) => x))];
      const end = found.filter(({ x }) => x >= last - 2).map(({ y }) => y);
      return (bottom - end.reduce((sum, y) => sum + y, 0) / end.length) / (bottom - top);
    });
  const highest = Math.max(...losses.map((_, i) => mean(i + 1)));
  await expect.poll(share).toBeCloseTo((await written("mean-loss")) / highest, 1);
});

test.each([
  ["en", en],
  ["zh", zh],
] as const)("each quantity has one spelling, wherever it stands: %s", async (lang, texts) => {
  const small = "filters=2&kernel=3";
  const beside = encodeURIComponent(`${small}&steps=20`);
  const { page } = await open({
    query: `${small}&changes=20:dropout=0.5&steps=40&compare=${beside}&lang=${lang}`,
  });
  await button(page, texts.chooseRun("B")).waitFor();
  await button(page, texts.goOn).waitFor();
  await expect.poll(() => text(page, "at")).toBe(texts.atStep("40"));
  const runs = await page.getByRole("listitem").filter({ hasText: texts.seed }).allInnerTexts();
  expect(runs).toHaveLength(2);
  for (const run of runs) {
    expect(run).toContain(`${texts.dropout} 25%`);
    expect(run).toContain(`${texts.kernel} 3 × 3`);
  }
  expect(runs.join("")).toContain(`${texts.dropout} 50%`);
  await expect.poll(() => page.getByRole("slider", { name: texts.dropout }).getAttribute("aria-valuetext")).toBe("50%");
  await expect
    .poll(() => page.getByRole("slider", { name: texts.kernel }).getAttribute("aria-valuetext"))
    .toBe("3 × 3");

  await button(page, texts.goOn).click();
  await expect.poll(() => text(page, "progress")).toMatch(/\d,\d{3}/); // the goal, and pictures in a second
  const all = await page.getByRole("main").innerText();
  expect(all.match(/\d{4,}|\d[\u202F\u00A0 ]\d{3}\b|\d\s%/g)).toBeNull();
});
