import { expect, test } from "vitest";
import { en } from "../src/labs/digits/texts.en.ts";
import { at, button, openTrained, SMALL, text } from "./digits.ts";

test("goes back in time, branches with another setting, and the link has both runs", async () => {
  const { page, context, consoleErrors } = await openTrained(SMALL, 60);
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
  expect(new URL(page.url()).searchParams.get("changes")).toBe("20:lr=0.005");
  const lossAfter = await text(page, "loss");

  const sent = await context.newPage();
  await sent.goto(page.url());
  await expect.poll(() => text(sent, "loss")).toBe(lossAfter);
  await button(sent, en.chooseRun("A")).click();
  await at(sent, 60);
  expect(await text(sent, "accuracy")).toBe(accuracyAtEnd);
  const past = sent.getByRole("slider", { name: en.timeMachine });
  await past.press("ArrowLeft");
  await past.press("ArrowLeft");
  await at(sent, 20);
  expect(await text(sent, "loss")).toBe(lossThen);
  expect(consoleErrors).toEqual([]);
});

test("a run goes on from its past with the same bits", async () => {
  const { page } = await openTrained(SMALL, 40);
  await page.getByRole("slider", { name: en.timeMachine }).press("Home");
  await at(page, 0);
  await button(page, en.step).click();
  await at(page, 41);
  const { page: other } = await openTrained(SMALL, 41);
  expect(await text(page, "loss")).toBe(await text(other, "loss"));
});
