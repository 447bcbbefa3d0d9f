import { mnist, subset } from "@unfoldjs/datasets";
import { expect, test } from "vitest";
import { en as frame } from "../src/frame/texts.en.ts";
import { TRAINING_PICTURES } from "../src/labs/digits/digit-files.ts";
import { inspect } from "../src/labs/digits/inspect.ts";
import { readRun } from "../src/labs/digits/run.ts";
import { en } from "../src/labs/digits/texts.en.ts";
import { Trainer } from "../src/labs/digits/trainer.ts";
import { percent, value } from "../src/look/numbers.ts";
import { seriousProblems } from "./accessible.ts";
import { compareWithBaseline } from "./baseline.ts";
import { at, button, open, openTrained, probabilities, SMALL, text } from "./digits.ts";
import { runAsSaid } from "./run-in-clone.ts";

test("trains on the press of a button, to more than nine in ten, and every digit has been tried", async () => {
  const { page, consoleErrors } = await open({ query: SMALL });
  await expect.poll(() => text(page, "answer")).toMatch(/^It reads \d/);
  await button(page, en.start).click();
  await page.getByTestId("progress").getByText(en.rate("")).waitFor();
  await button(page, en.goOn).waitFor({ timeout: 100_000 });
  await at(page, 3 * Math.ceil(TRAINING_PICTURES / 32));
  expect(Number.parseFloat(await text(page, "accuracy"))).toBeGreaterThan(90);
  const cells = await page.getByRole("grid").locator("tbody td").allInnerTexts();
  expect(cells.reduce((sum, cell) => sum + Number(cell), 0)).toBe(1000);
  expect(consoleErrors).toEqual([]);
});

test.each(["seed=3", "lr=0.01&changes=20:lr=0.001%26dropout=0.5;40:batch=16"])(
  "the code of %s, run in Node, has the losses and the accuracy that the page shows",
  async (settings) => {
    const { page } = await openTrained(`${SMALL}&${settings}`.replace("batch=32&lr", "batch=64&lr"), 50);
    await page.getByText(frame.showCode).click();
    const code = await page.getByRole("region", { name: frame.showCode }).innerText();
    const printed = runAsSaid(code);
    const losses = new Map(
      [...printed.matchAll(/step (\d+): loss (\S+)/g)].map(([, step, loss]) => [Number(step), Number(loss)]),
    );
    expect([...losses.keys()]).toEqual([20, 40, 50]);
    const recognised = Number(/recognises (\d+)/.exec(printed)?.[1]);
    await expect.poll(() => text(page, "accuracy")).toBe(percent(recognised / 1000));
    for (const step of [50, 40, 20]) {
      await at(page, step);
      await expect.poll(() => text(page, "loss")).toBe(value(losses.get(step) ?? Number.NaN));
      await page.getByRole("slider", { name: en.timeMachine }).press("ArrowLeft");
    }
    await at(page, 10);
  },
);

test("what the network makes of a digit is what the library makes of it in Node", async () => {
  const query = `${SMALL}&seed=5`;
  const { page } = await openTrained(query, 30);
  const trainer = new Trainer(
    readRun(new URLSearchParams(query)).state,
    subset(await mnist({ split: "train" }), 0, TRAINING_PICTURES),
  );
  while (trainer.step < 30) trainer.learn();
  const unseen = await mnist({ split: "test" });
  for (const digit of [7, 2, 0]) {
    const first = unseen.labels.indexOf(digit);
    const picture = Float32Array.from(unseen.images.subarray(784 * first, 784 * (first + 1)), (ink) => ink / 255);
    const { probabilities: wanted } = inspect(trainer.model, picture);
    await button(page, en.sample(String(digit))).click();
    await expect.poll(() => probabilities(page)).toEqual(Array.from(wanted, (share) => percent(share)));
  }
});

test("a network whose parts have died says so, and has a way back", async () => {
  const { page, consoleErrors } = await open({ query: `${SMALL}&lr=1` });
  await button(page, en.start).click();
  const alert = page.getByRole("alert").filter({ hasText: en.collapsed });
  await alert.getByRole("button", { name: en.beginAgain("0.002") }).click();
  await at(page, 0);
  await expect.poll(() => page.getByRole("slider", { name: en.lr }).getAttribute("aria-valuetext")).toBe("0.002");
  await expect.poll(() => alert.count()).toBe(0);

  // One that could read goes back to where it could.
  await page.goto(page.url().replace(/\?.*/, `?${SMALL}&lr=0.005&changes=60:lr=1&steps=60`));
  await at(page, 60);
  await button(page, en.goOn).click();
  await alert.getByRole("button", { name: en.backTo("60") }).click();
  await at(page, 60);
  expect(Number.parseFloat(await text(page, "accuracy"))).toBeGreaterThan(50);
  expect(consoleErrors).toEqual([]);
});

test("each setting says in a sentence what it does, and nothing moves", async () => {
  const { page } = await open({ query: SMALL });
  const heading = page.getByRole("heading", { name: en.input });
  await page.locator(".samples button").last().waitFor(); // they take the place of their outlines, a 64th of a pixel wider
  const before = await heading.boundingBox();
  for (const name of ["lr", "batch", "dropout", "filters", "kernel", "seed"] as const) {
    const sentence = page.getByText(en.whys[name], { exact: true });
    const control = page.getByLabel(en[name]).first();
    await expect.poll(() => sentence.isVisible()).toBe(false);
    await control.hover();
    await sentence.waitFor({ state: "visible" });
    await expect.poll(() => control.getAttribute("aria-describedby")).toBe(await sentence.getAttribute("id"));
    await expect.poll(() => heading.boundingBox()).toEqual(before);
  }
});

test.each([
  { name: "digits-light", colorScheme: "light", width: 1280, height: 800 },
  { name: "digits-dark", colorScheme: "dark", width: 1280, height: 800 },
  { name: "digits-phone", colorScheme: "light", width: 360, height: 740 },
] as const)("looks as it should: $name", async ({ name, colorScheme, width, height }) => {
  const { page, consoleErrors } = await openTrained("seed=1", 60, {
    colorScheme,
    viewport: { width, height },
    reducedMotion: "reduce",
  });
  expect(await seriousProblems(page)).toEqual([]);
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  await compareWithBaseline(page, name, { mask: [page.getByTestId("progress")] });
  expect(consoleErrors).toEqual([]);
});
