import { expect, test } from "vitest";
import { en } from "../src/labs/digits/texts.en.ts";
import { button, openTrained, SMALL, text } from "./digits.ts";

test("all bars lie on one scale: the stressed one's track begins and ends where the others' do", async () => {
  const { page } = await openTrained(SMALL, 20);
  const bars = page.getByRole("list", { name: en.probabilities });
  for (const digit of ["", "3"]) {
    if (digit !== "") {
      await bars.getByRole("button", { name: new RegExp(`^${digit}`) }).click();
      await page.getByText(en.saliencyWhy(digit)).waitFor();
    }
    const tracks = await bars.locator(".track").evaluateAll((all) =>
      all.map((track) => {
        const { left, right } = track.getBoundingClientRect();
        return `${left} to ${right}`;
      }),
    );
    expect(tracks).toHaveLength(10);
    expect(new Set(tracks).size).toBe(1);
  }
});

test("while nothing is drawn nothing is said of it: no probabilities, no reasons", async () => {
  const { page } = await openTrained(SMALL, 20);
  const reasons = page.getByText(/speak for \d/);
  await reasons.waitFor();
  await button(page, en.clear).click();
  await expect.poll(() => text(page, "answer")).toBe(en.nothingDrawn);
  await page.getByText(en.saliencyNone).waitFor();
  await expect.poll(() => reasons.count()).toBe(0);
  const numbers = page.getByRole("list", { name: en.probabilities }).locator(".number");
  await expect.poll(async () => new Set(await numbers.allInnerTexts())).toEqual(new Set(["–"]));
  await button(page, en.sample("3")).click();
  await reasons.waitFor();
});
