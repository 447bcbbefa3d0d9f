import type { Page } from "playwright";
import { expect, test } from "vitest";
import { en } from "../src/labs/digits/texts.en.ts";
import { at, button, open, openTrained, SMALL, text } from "./digits.ts";

/** The runs in the list, by name; the one that is looked at has an asterisk. */
async function listed(page: Page): Promise<string[]> {
  const names = page.getByRole("button", { name: /^Show run / });
  return names.evaluateAll((all) =>
    all.map((name) => `${name.textContent.trim()}${name.getAttribute("aria-pressed") === "true" ? "*" : ""}`),
  );
}

const compared = (page: Page): string[] => new URL(page.url()).searchParams.getAll("compare");

/** Another seed, and a step with it. */
async function another(page: Page, name: string): Promise<void> {
  await button(page, en.newSeed).click();
  await at(page, 0);
  await button(page, en.step).click();
  await at(page, 1);
  await button(page, en.chooseRun(name)).waitFor();
}

test("runs keep their names in a link, whichever is looked at and whichever are gone", async () => {
  const { page, consoleErrors } = await openTrained(SMALL, 20);
  await another(page, "B");
  await another(page, "C");
  await button(page, en.remove("B")).click();
  await expect.poll(() => listed(page)).toEqual(["A", "C*"]);
  const written = (name: string): string | null => new URL(page.url()).searchParams.get(name);
  await expect.poll(() => [written("name"), written("steps")]).toEqual(["C", "1"]);
  await expect.poll(() => compared(page)).toHaveLength(1);
  await page.reload();
  await button(page, en.goOn).waitFor();
  await expect.poll(async () => (await listed(page)).toSorted()).toEqual(["A", "C*"]);
  await another(page, "D");
  await expect.poll(async () => (await listed(page)).toSorted()).toEqual(["A", "C", "D*"]);
  expect(consoleErrors).toEqual([]);
});

test("what is not compared any more is not in the address: a run that is removed, and one without a step", async () => {
  const { page } = await openTrained(SMALL, 20);
  await another(page, "B");
  await expect.poll(() => compared(page)).toHaveLength(1);
  await button(page, en.remove("A")).click();
  await expect.poll(() => compared(page)).toEqual([]);

  await button(page, en.newSeed).click();
  await at(page, 0);
  await button(page, en.chooseRun("B")).click();
  await at(page, 1);
  await expect.poll(() => page.getByRole("button", { name: /^Show run / }).count()).toBe(0); // one alone is no list
  await expect.poll(() => compared(page)).toEqual([]);

  await page.goto(page.url().replace(/\?.*/, `?${SMALL}&steps=20&compare=`));
  await at(page, 20);
  await expect.poll(() => new URL(page.url()).searchParams.has("compare")).toBe(false);
});

test("what Reset took away comes back with Undo, until the new run takes a step", async () => {
  const { page, consoleErrors } = await openTrained(SMALL, 45);
  await page.getByRole("slider", { name: en.timeMachine }).press("ArrowLeft");
  await at(page, 40);
  const [loss, accuracy] = [await text(page, "loss"), await text(page, "accuracy")];
  await button(page, en.reset).click();
  await at(page, 0);
  await button(page, en.undo).click();
  await at(page, 40);
  await expect.poll(async () => [await text(page, "loss"), await text(page, "accuracy")]).toEqual([loss, accuracy]);
  await button(page, en.step).click();
  await at(page, 46);
  const { page: other } = await openTrained(SMALL, 46);
  await expect.poll(() => text(page, "loss")).toBe(await text(other, "loss"));

  await button(page, en.reset).click();
  await at(page, 0);
  await page.getByRole("slider", { name: en.lr }).press("ArrowRight"); // a setting does not take it away
  await button(page, en.undo).waitFor();
  await button(page, en.step).click();
  await at(page, 1);
  await button(page, en.reset).waitFor();
  await expect.poll(() => button(page, en.undo).count()).toBe(0);
  expect(consoleErrors).toEqual([]);
});

test(
  "a link that takes hours to train again says so, and can be stopped where it is",
  { timeout: 240_000 },
  async () => {
    const { page, consoleErrors } = await open({ query: "filters=16&kernel=7&batch=256&steps=75000" });
    const notice = page.getByRole("status").filter({ hasText: "75,000" });
    await notice.waitFor({ timeout: 120_000 }); // it is said once twenty of its slow steps are done
    await expect.poll(() => notice.innerText()).toMatch(/\d+ hr \d+ min/);
    await expect.poll(() => text(page, "progress")).toMatch(/\d+ hr \d+ min left/);
    expect(new URL(page.url()).searchParams.get("steps")).toBe("75000");
    await button(page, en.stopHere).click();
    await button(page, en.goOn).waitFor();
    const stopped = await text(page, "at");
    await expect.poll(() => Number(new URL(page.url()).searchParams.get("steps"))).toBeLessThan(200);
    await expect.poll(() => notice.count()).toBe(0);
    await page.waitForTimeout(500);
    expect(await text(page, "at")).toBe(stopped);
    expect(consoleErrors).toEqual([]);
  },
);
