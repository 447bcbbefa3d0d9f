import { expect, test } from "vitest";
import { en as frame } from "../src/frame/texts.en.ts";
import { en } from "../src/labs/digits/texts.en.ts";
import { count } from "../src/look/numbers.ts";
import { at, button, open, openTrained, SMALL, text } from "./digits.ts";
import { heldObjects } from "./held-objects.ts";
import { hide } from "./hidden.ts";
import { memoryOf } from "./library-memory.ts";

test("goes on while the page is hidden, and shows it all afterwards", async () => {
  const { page, consoleErrors } = await open({ query: SMALL });
  await button(page, en.start).click();
  await page.getByTestId("progress").getByText(en.rate("")).waitFor();
  await hide(page, true);
  await button(page, en.goOn).waitFor({ timeout: 100_000 });
  const before = await text(page, "answer");
  await hide(page, false);
  await expect.poll(() => text(page, "answer")).not.toBe(before);
  expect(consoleErrors).toEqual([]);
});

test("a killed worker is started again, says so, and goes on from the last milestone", async () => {
  const { page } = await openTrained(SMALL, 45);
  const loss = await text(page, "loss");
  await page.workers()[0]?.evaluate(() => self.close());
  await page
    .getByRole("alert")
    .filter({ hasText: frame.workerLost("it does not answer any more") })
    .waitFor();
  await at(page, 45);
  await expect.poll(() => text(page, "loss")).toBe(loss);
  await button(page, en.step).click();
  await at(page, 46);
  const { page: other } = await openTrained(SMALL, 46);
  await expect.poll(() => text(page, "loss")).toBe(await text(other, "loss"));
});

test("holds no more after many runs than after a few", { timeout: 240_000 }, async () => {
  const { page, consoleErrors } = await open({ query: SMALL });
  await expect.poll(() => text(page, "answer")).toMatch(/^It reads/);
  const names = { step: en.step, reset: en.reset, samples: Array.from({ length: 10 }, (_, i) => en.sample(String(i))) };
  const places = { begun: en.atStep(count(0)), one: en.atStep(count(1)) };
  /** Begins so many runs, one after the other, within the page: quick. @returns what is held then */
  const begin = async (runs: number): Promise<{ tensors: number; objects: number }> => {
    await page.evaluate(
      async ([{ step, reset, samples }, { begun, one }, times]) => {
        const press = (name: string): void => {
          const isIt = (found: Element): boolean => [found.textContent.trim(), found.ariaLabel].includes(name);
          Array.from(document.querySelectorAll("button")).find(isIt)?.click();
        };
        const come = async (place: string): Promise<void> => {
          const shown = document.querySelector("[data-testid=at]");
          while (shown?.textContent.trim() !== place) await new Promise((done) => setTimeout(done, 4));
        };
        for (let i = 0; i < times; i++) {
          press(step);
          await come(one);
          press(reset);
          await come(begun);
          press(samples[i % 10] ?? "");
        }
      },
      [names, places, runs] as const,
    );
    return { tensors: (await memoryOf(page)).tensors, objects: await heldObjects(page) };
  };
  const RUNS = 60;
  const few = await begin(12); // until then the page still keeps what it made for the first time
  let before = few;
  const grown: number[] = [];
  // What is kept once, whenever that is, grows one round; what is kept of every run grows each of them.
  while (grown.length < 3 && !grown.some((objects) => objects < RUNS)) {
    const after = await begin(RUNS);
    expect(after.tensors).toBe(few.tensors);
    grown.push(after.objects - before.objects);
    before = after;
  }
  expect(Math.min(...grown), `objects more after each ${RUNS} runs: ${grown.join(", ")}`).toBeLessThan(RUNS); // not even one for each
  expect(consoleErrors).toEqual([]);
});
