import { mnist, subset } from "@unfoldjs/datasets";
import { expect, test } from "vitest";
import { TRAINING_PICTURES } from "../src/labs/digits/digit-files.ts";
import { inspect } from "../src/labs/digits/inspect.ts";
import { readRun } from "../src/labs/digits/run.ts";
import { en } from "../src/labs/digits/texts.en.ts";
import { Trainer } from "../src/labs/digits/trainer.ts";
import { count, percent } from "../src/look/numbers.ts";
import { CLIPBOARD, copiedLink } from "./clipboard.ts";
import { at, button, openTrained, probabilities, SMALL, text } from "./digits.ts";

test("goes back in time, branches with another setting, and the link has both runs", async () => {
  const { page, context, consoleErrors } = await openTrained(SMALL, 60, { permissions: CLIPBOARD });
  const accuracyAtEnd = await text(page, "accuracy");
  const slider = page.getByRole("slider", { name: en.timeMachine });
  await slider.press("ArrowLeft");
  await slider.press("ArrowLeft");
  await at(page, 20);
  const lossThen = await text(page, "loss");
  await page.getByRole("slider", { name: en.lr }).press("ArrowRight");
  await button(page, en.chooseRun("B")).waitFor();
  await at(page, 20);
  await button(page, en.step).click();
  await at(page, 21);
  await expect.poll(() => page.url()).toContain("compare=");
  await expect.poll(() => new URL(page.url()).searchParams.get("changes")).toBe("20:lr=0.005");
  const lossAfter = await text(page, "loss");

  const sent = await context.newPage();
  await sent.goto(await copiedLink(page));
  await expect.poll(() => text(sent, "loss")).toBe(lossAfter);
  await button(sent, en.chooseRun("A")).click();
  await at(sent, 60);
  await expect.poll(() => text(sent, "accuracy")).toBe(accuracyAtEnd);
  const past = sent.getByRole("slider", { name: en.timeMachine });
  await past.press("ArrowLeft");
  await past.press("ArrowLeft");
  await at(sent, 20);
  await expect.poll(() => text(sent, "loss")).toBe(lossThen);
  expect(consoleErrors).toEqual([]);
});

test("a run goes on from its past with the same bits", async () => {
  const { page } = await openTrained(SMALL, 40);
  await page.getByRole("slider", { name: en.timeMachine }).press("Home");
  await at(page, 0);
  await button(page, en.step).click();
  await at(page, 41);
  const { page: other } = await openTrained(SMALL, 41);
  await expect.poll(() => text(page, "loss")).toBe(await text(other, "loss"));
});

test("the beginning can be gone back to step by step: by keys, and by a button for each", async () => {
  const { page, consoleErrors } = await openTrained(SMALL, 40);
  const trainer = new Trainer(
    readRun(new URLSearchParams(SMALL)).state,
    subset(await mnist({ split: "train" }), 0, TRAINING_PICTURES),
  );
  const unseen = await mnist({ split: "test" });
  const seven = unseen.labels.indexOf(7);
  const picture = Float32Array.from(unseen.images.subarray(784 * seven, 784 * (seven + 1)), (ink) => ink / 255);
  const slider = page.getByRole("slider", { name: en.timeMachine });
  const beginning = page.getByRole("group", { name: en.beginning });
  await slider.press("Home");
  for (const step of [0, 1, 2, 5, 10, 20, 40]) {
    await at(page, step);
    while (trainer.step < step) trainer.learn();
    const wanted = Array.from(inspect(trainer.model, picture).probabilities, (share) => percent(share));
    await expect.poll(() => probabilities(page)).toEqual(wanted);
    await slider.press("ArrowRight");
  }
  for (const step of [2, 0, 10]) {
    await beginning.getByRole("button", { name: en.atStep(count(step)), exact: true }).click();
    await at(page, step);
  }
  await expect.poll(() => beginning.getByRole("button").allInnerTexts()).toEqual(["0", "1", "2", "5", "10", "20"]);
  await expect.poll(() => new URL(page.url()).searchParams.get("at")).toBe("10");
  expect(consoleErrors).toEqual([]);
});
