import { expect, onTestFinished, test } from "vitest";
import { en as frame } from "../src/frame/texts.en.ts";
import { en } from "../src/home/texts.en.ts";
import { zh } from "../src/home/texts.zh.ts";
import { en as digits } from "../src/labs/digits/texts.en.ts";
import { labs } from "../src/labs/list.ts";
import { seriousProblems } from "./accessible.ts";
import { compareWithBaseline } from "./baseline.ts";
import { type OpenedLab, type Opening, openLab } from "./harness.ts";
import { runAsSaid } from "./run-in-clone.ts";

async function open(opening?: Opening): Promise<OpenedLab> {
  const home = await openLab("", opening);
  onTestFinished(() => home.close());
  return home;
}

type Page = OpenedLab["page"];

/** What a lab's tile shows, as text and as pictures. */
function seen(page: Page, id: string): Promise<string> {
  return page.getByTestId(`tile-${id}`).evaluate((tile) => {
    const pictures = Array.from(tile.querySelectorAll("canvas"), (canvas) => canvas.toDataURL());
    return [tile.textContent, ...pictures].join("\n");
  });
}

const step = async (page: Page): Promise<number> => {
  const text = await page.getByTestId("tile-step").innerText();
  return Number(/\d+/.exec(text)?.[0]);
};
const arrived = (page: Page, id: string): Promise<void> =>
  page.getByTestId(`tile-${id}`).locator("canvas").last().waitFor();

test("every lab has a tile that computes, and rests when it is told to or out of view", async () => {
  const { page, consoleErrors } = await open();
  for (const { id } of labs) {
    await arrived(page, id);
    const before = await seen(page, id);
    await expect.poll(() => seen(page, id)).not.toBe(before);
  }
  await page.getByRole("button", { name: en.rest, exact: true }).click();
  await expectStill(page);
  await page.getByRole("button", { name: en.goOn, exact: true }).click();
  const rested = await step(page);
  await expect.poll(() => step(page)).not.toBe(rested);

  await page.setViewportSize({ width: 360, height: 300 });
  await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
  await expectStill(page);
  expect(consoleErrors).toEqual([]);
});

/** What is under way is waited for; then nothing moves while a moving tile would have moved several times. */
async function expectStill(page: Page): Promise<void> {
  for (const { id } of labs) {
    await expect.poll(() => page.getByTestId(`tile-${id}`).getAttribute("data-running")).toBe("false");
  }
  const all = async (): Promise<string> => (await Promise.all(labs.map(({ id }) => seen(page, id)))).join();
  await expect
    .poll(async () => {
      const before = await all();
      await page.waitForTimeout(900);
      return (await all()) === before;
    })
    .toBe(true);
}

test("where nothing is to move a tile shows what comes of it: the network has learned", async () => {
  const { page, consoleErrors } = await open({ reducedMotion: "reduce" });
  for (const { id } of labs) await arrived(page, id);
  await expect.poll(() => step(page)).toBe(160);
  await expectStill(page);
  const right = await page.getByTestId("tile-digits").locator("figure.right").count();
  expect(right).toBeGreaterThanOrEqual(7);
  await expect.poll(() => page.getByRole("button", { name: en.rest, exact: true }).count()).toBe(0);
  expect(consoleErrors).toEqual([]);
});

test("a tile leads to its lab, and so does the first thing to press", async () => {
  const { page } = await open();
  for (const { id, texts } of labs) {
    await page.getByTestId(`tile-${id}`).click();
    await page.getByRole("heading", { level: 1, name: texts.en.title }).waitFor();
    expect(page.url()).toMatch(new RegExp(`/${id}/$`));
    await page.goBack();
  }
  await page.getByRole("link", { name: en.first }).click();
  await page.getByRole("heading", { level: 1, name: digits.title }).waitFor();
});

test("a link that was made while Digits stood here opens Digits as it was", async () => {
  const { page, consoleErrors } = await open({ query: "filters=2&kernel=3&steps=40&lang=en" });
  await expect.poll(() => page.getByTestId("at").innerText()).toBe(digits.atStep("40"));
  expect(new URL(page.url()).pathname).toMatch(/\/digits\/$/);
  expect(new URL(page.url()).searchParams.get("filters")).toBe("2");
  expect(consoleErrors).toEqual([]);
});

test("the ten lines are ten, and learn when they are run in Node as they say", async () => {
  const { page } = await open({ permissions: ["clipboard-read", "clipboard-write"] });
  const code = await page.getByRole("region", { name: en.code }).innerText();
  expect(code.split("\n").filter((line) => line !== "" && !line.startsWith("//"))).toHaveLength(10);
  const losses = runAsSaid(code).trim().split("\n").map(Number);
  expect(losses).toHaveLength(Math.ceil(6_000 / 64));
  expect(losses[0]).toBeGreaterThan(2);
  expect(Math.max(...losses.slice(-5))).toBeLessThan(1);
  await page.getByRole("button", { name: frame.copyCode }).click();
  await page.getByRole("status").filter({ hasText: frame.copied }).waitFor();
  expect((await page.evaluate(() => navigator.clipboard.readText())).trim()).toBe(code.trim());
});

test.each([360, 820, 1280, 2560])(
  "it fits %i pixels in both languages and both schemes, and axe finds nothing",
  async (width) => {
    for (const [colorScheme, texts, lang] of [
      ["light", en, "en"],
      ["dark", zh, "zh"],
    ] as const) {
      const { page, consoleErrors } = await open({
        query: `lang=${lang}`,
        colorScheme,
        reducedMotion: "reduce",
        viewport: { width, height: 900 },
      });
      await page.getByRole("heading", { level: 1, name: texts.title }).waitFor();
      for (const { id } of labs) {
        await page.getByTestId(`tile-${id}`).scrollIntoViewIfNeeded();
        await arrived(page, id);
      }
      await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      expect(await seriousProblems(page)).toEqual([]);
      expect(consoleErrors).toEqual([]);
    }
  },
);

test.each([
  ["home-light", { viewport: { width: 920, height: 700 } }],
  ["home-phone", { locale: "zh-CN", colorScheme: "dark", viewport: { width: 360, height: 740 } }],
] as const)("it looks as it should: %s", async (name, opening) => {
  const { page } = await open({ ...opening, reducedMotion: "reduce" });
  for (const { id } of labs) {
    await page.getByTestId(`tile-${id}`).scrollIntoViewIfNeeded();
    await arrived(page, id);
  }
  await expect.poll(() => step(page)).toBe(160);
  // A photograph's edges do not pack well: one of the two pictures has them.
  const mask = name === "home-light" ? [page.getByTestId("tile-edges").locator("canvas")] : [];
  await compareWithBaseline(page, name, { mask });
});

test("a tile that cannot run says so, and the page stands", async () => {
  const { page } = await open({ query: "lang=en" });
  await page.route(/\/assets\/Tile-[\w-]+\.js$/, (route) => route.abort());
  await page.reload();
  await expect.poll(() => page.getByText(frame.notLoaded).count()).toBe(labs.length);
  await page.getByRole("region", { name: en.code }).waitFor();
});
