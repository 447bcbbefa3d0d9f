import { expect, test } from "vitest";
import { en } from "../src/labs/digits/texts.en.ts";
import { count } from "../src/look/numbers.ts";
import { CLIPBOARD, copiedLink } from "./clipboard.ts";
import { at, button, open, openTrained, SMALL, text } from "./digits.ts";

test("the address is what is on the screen: while it trains, when it is copied, after it is loaded again", async () => {
  const { page, context, consoleErrors } = await open({
    query: SMALL,
    permissions: CLIPBOARD,
  });
  const steps = (): number => Number(new URL(page.url()).searchParams.get("steps"));
  await button(page, en.start).click();
  await expect.poll(steps).toBeGreaterThan(30);
  const link = await copiedLink(page);
  await button(page, en.pause).click();
  await button(page, en.goOn).waitFor();
  const linked = Number(new URL(link).searchParams.get("steps"));
  expect(linked).toBeGreaterThan(30);
  await expect.poll(async () => en.atStep(count(steps()))).toBe(await text(page, "at"));

  const loss = await text(page, "loss");
  const end = steps();
  await page.reload();
  await at(page, end);
  await expect.poll(() => text(page, "loss")).toBe(loss);

  const sent = await context.newPage();
  await sent.goto(link);
  await at(sent, linked);
  expect(consoleErrors).toEqual([]);
});

/** A query whose fields stand in one order. */
function sorted(query: string): string {
  const fields = new URLSearchParams(query);
  fields.sort();
  return fields.toString();
}

test("opening a link leaves it as it is, also while it is trained again", async () => {
  const query = `lr=0.005&batch=32&filters=2&kernel=3&steps=300&at=40&why=3&number=2.1.3.4&compare=${encodeURIComponent("batch=32&filters=2&kernel=3&steps=40")}`;
  const { page } = await open({ query });
  const wanted = sorted(query);
  const seen = new Set<string>();
  for (;;) {
    seen.add(sorted(new URL(page.url()).search));
    if ((await page.getByTestId("at").innerText()) === en.atStep("40") && (await button(page, en.goOn).count()) > 0)
      break;
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(done)));
  }
  await at(page, 40);
  seen.add(sorted(new URL(page.url()).search));
  expect([...seen]).toEqual([wanted]);
});

test("an emptied sheet and the very beginning are in the link too", async () => {
  const { page } = await openTrained(SMALL, 20);
  await button(page, en.clear).click();
  await page.getByRole("slider", { name: en.timeMachine }).press("Home");
  await at(page, 0);
  await expect.poll(() => page.url()).toContain("at=0");
  await expect.poll(() => page.url()).toContain("sample=none");
  await page.reload();
  await at(page, 0);
  await expect.poll(() => text(page, "answer")).toBe(en.nothingDrawn);
});
