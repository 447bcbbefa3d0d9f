import { mnist, subset } from "@unfoldjs/datasets";
import type { Page } from "playwright";
import { expect, onTestFinished, test } from "vitest";
import { en as frame } from "../src/frame/texts.en.ts";
import { TRAINING_PICTURES } from "../src/labs/digits/digit-files.ts";
import { inspect } from "../src/labs/digits/inspect.ts";
import { readRun } from "../src/labs/digits/run.ts";
import { en } from "../src/labs/digits/texts.en.ts";
import { Trainer } from "../src/labs/digits/trainer.ts";
import { count, percent, value } from "../src/look/numbers.ts";
import { seriousProblems } from "./accessible.ts";
import { compareWithBaseline } from "./baseline.ts";
import { type OpenedLab, type Opening, openLab } from "./harness.ts";
import { isInSight } from "./in-sight.ts";
import { memoryOf } from "./library-memory.ts";
import { runAsSaid } from "./run-in-clone.ts";

declare global {
  interface Window {
    /** What charts have written, in the test that listens. */
    written: string[];
  }
}

/** A network that is quick to train. */
const SMALL = "filters=2&kernel=3&batch=32";

async function open(opening?: Opening): Promise<OpenedLab> {
  const lab = await openLab("digits", opening);
  onTestFinished(() => lab.close());
  return lab;
}

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const text = async (page: Page, id: string): Promise<string> => (await page.getByTestId(id).innerText()).trim();
const at = (page: Page, step: number) => expect.poll(() => text(page, "at")).toBe(en.atStep(count(step)));

/** Opens a link that has trained for so many steps, and waits until it has been trained again. */
async function openTrained(query: string, steps: number, opening: Opening = {}): Promise<OpenedLab> {
  const lab = await open({ ...opening, query: `${query}&steps=${steps}` });
  await at(lab.page, steps);
  await button(lab.page, en.goOn).waitFor();
  return lab;
}

/** The probabilities that the bars show. */
async function probabilities(page: Page): Promise<string[]> {
  const bars = page.getByRole("list", { name: en.probabilities }).getByRole("listitem").locator(".number");
  return bars.allInnerTexts();
}

test("trains on the press of a button, to more than nine in ten, and every digit has been tried", async () => {
  const { page, consoleErrors } = await open({ query: SMALL });
  await expect.poll(() => text(page, "answer")).toMatch(/^It reads \d/);
  await button(page, en.start).click();
  await page.getByTestId("progress").getByText(en.rate("")).waitFor();
  await button(page, en.goOn).waitFor({ timeout: 100_000 });
  await at(page, 3 * Math.ceil(TRAINING_PICTURES / 32));
  expect(Number.parseFloat(await text(page, "accuracy"))).toBeGreaterThan(90);
  const cells = await page.getByRole("table").locator("tbody td").allInnerTexts();
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
    expect(await text(page, "accuracy")).toBe(percent(recognised / 1000));
    for (const step of [50, 40, 20]) {
      await at(page, step);
      expect(await text(page, "loss")).toBe(value(losses.get(step) ?? Number.NaN));
      await page.getByRole("slider", { name: en.timeMachine }).press("ArrowLeft");
    }
    await at(page, 0);
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
  await button(sent, en.chooseRun("B")).click();
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

test("a drawing is read, explained, kept in the link, and cleared", async () => {
  const { page, context, consoleErrors } = await openTrained("lr=0.005", 150);
  const pad = page.getByRole("button", { name: en.draw });
  const box = await pad.boundingBox();
  if (box === null) throw new Error("there is nothing to draw on");
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y - 60);
  await page.mouse.down();
  await page.mouse.move(x - 5, y + 60, { steps: 12 });
  await page.mouse.up();
  await expect.poll(() => text(page, "answer")).toMatch(/^It reads 1/);
  await expect.poll(() => page.url()).toContain("drawing=");
  const shares = await probabilities(page);

  const sent = await context.newPage();
  await sent.goto(page.url());
  await expect.poll(() => probabilities(sent)).toEqual(shares);

  await page.getByRole("list", { name: en.probabilities }).getByRole("button", { name: /^7/ }).click();
  await page.getByText(en.saliencyWhy("7")).waitFor();
  await button(page, en.clear).click();
  await page.getByText(en.nothingDrawn).waitFor();
  expect(consoleErrors).toEqual([]);
});

test("a finger draws too, and so do keys", async () => {
  const { page } = await open({ query: SMALL, viewport: { width: 360, height: 740 }, hasTouch: true });
  await expect.poll(() => text(page, "answer")).toMatch(/^It reads/);
  const pad = page.getByRole("button", { name: en.draw });
  await pad.tap();
  await expect.poll(() => page.url()).toContain("drawing=");
  const dot = page.url();
  await pad.press("Delete");
  await expect.poll(() => text(page, "answer")).toBe(en.nothingDrawn);
  for (const key of [" ", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowRight"]) await page.keyboard.press(key);
  await expect.poll(() => text(page, "answer")).toMatch(/^It reads/);
  await expect.poll(() => page.url() !== dot && page.url().includes("drawing=")).toBe(true);
});

/** How many pixels of the chart have a colour that the style sheet has now. */
async function pixelsOf(page: Page, colour: "--loss" | "--accuracy" | "--quiet"): Promise<number> {
  return page.locator(".curves canvas").evaluate((element, name) => {
    const canvas = element as HTMLCanvasElement;
    const probe = document.createElement("span");
    probe.style.color = `var(${name})`;
    canvas.append(probe);
    const wanted = [...getComputedStyle(probe).color.matchAll(/\d+/g)].map(Number);
    probe.remove();
    const pixels = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
    let found = 0;
    for (let i = 0; i < pixels.length; i += 4) {
      if (pixels[i + 3] === 255 && wanted.every((part, j) => Math.abs(part - (pixels[i + j] ?? 0)) < 3)) found++;
    }
    return found;
  }, colour);
}

test("curves stay when the theme, the language or the run changes, in the colours of the theme", async () => {
  const { page, consoleErrors } = await openTrained(SMALL, 60, { colorScheme: "light" });
  const drawn = async (): Promise<void> => {
    for (const colour of ["--loss", "--accuracy"] as const) {
      await expect.poll(() => pixelsOf(page, colour)).toBeGreaterThan(200);
    }
    await expect.poll(() => pixelsOf(page, "--quiet")).toBeGreaterThan(20);
  };
  await drawn();
  await page.emulateMedia({ colorScheme: "dark" });
  await drawn();
  await button(page, frame.light).click();
  await drawn();
  await button(page, "中文").click();
  await drawn();
  await button(page, "English").click();
  await page.getByRole("slider", { name: en.timeMachine }).press("ArrowLeft");
  await drawn();
  await page.getByRole("slider", { name: en.lr }).press("ArrowRight"); // a branch
  await button(page, en.chooseRun("B")).waitFor();
  await drawn();
  await button(page, en.chooseRun("A")).click();
  await drawn();
  await page.setViewportSize({ width: 820, height: 1180 });
  await drawn();
  expect(consoleErrors).toEqual([]);
});

test("an empty chart says what will be there, and has an axis", async () => {
  const { page, context } = await open({ query: SMALL });
  await context.addInitScript(() => {
    const written: string[] = [];
    window.written = written;
    const { fillText } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.fillText = function write(label, ...rest) {
      written.push(label);
      fillText.call(this, label, ...rest);
    };
  });
  await page.reload();
  await page.getByText(en.noCurves).waitFor();
  await expect.poll(() => text(page, "answer")).toMatch(/^It reads/);
  const written = await page.evaluate(() => window.written);
  expect(written).toContain("100\u202F%");
  expect(new Set(written)).toContain("2.0"); // of ln 10, the loss of guessing
  expect(written.filter((label) => label === "0.1")).toEqual([]);
  await button(page, en.step).click();
  await at(page, 1);
  await button(page, en.step).click();
  await at(page, 2);
  expect(await page.getByText(en.noCurves).count()).toBe(0);
});

test("a pressed number stays explained, and leads on: bar, second layer, first layer, picture", async () => {
  const { page, consoleErrors } = await openTrained(SMALL, 20, { viewport: { width: 1280, height: 720 } });
  const strip = page.getByTestId("explanation");
  const square = (): Promise<void> => strip.getByRole("table").first().getByRole("button").nth(4).click();

  await page.getByRole("list", { name: en.probabilities }).getByRole("button", { name: /^3/ }).click();
  await expect.poll(() => text(page, "reading")).toContain(en.logit("3", ""));
  expect(await isInSight(page, page.getByTestId("sum"))).toBe(true);
  expect(await text(page, "activation")).toBe((await probabilities(page))[3]);
  expect(await strip.getByRole("group", { name: en.products.parts }).getByRole("button").count()).toBe(4);

  await square();
  await expect.poll(() => text(page, "reading")).toMatch(/^Map \d of the second layer, row \d+, column \d+: /);
  await square();
  await expect.poll(() => text(page, "reading")).toMatch(/^Map of filter \d, row \d+, column \d+: /);
  await expect.poll(() => page.getByRole("img", { name: en.seen }).locator(".mark").count()).toBe(1);
  const pinned = await text(page, "reading");

  // Neither the mouse nor scrolling takes it away.
  await page.getByRole("button", { name: en.deepMap(2), exact: true }).hover();
  await page.mouse.wheel(0, 5000);
  await page.mouse.wheel(0, -5000);
  expect(await text(page, "reading")).toBe(pinned);
  expect(await isInSight(page, page.getByTestId("sum"))).toBe(true);
  await expect.poll(() => page.url()).toMatch(/number=1\.\d/);
  const sum = await text(page, "sum");
  await page.reload();
  await at(page, 20);
  await expect.poll(() => text(page, "reading")).toBe(pinned);
  expect(await text(page, "sum")).toBe(sum);
  expect(await seriousProblems(page)).toEqual([]);
  await button(page, frame.letGo).click();
  await page.getByRole("button", { name: en.deepMap(2), exact: true }).hover();
  await expect.poll(() => text(page, "reading")).toContain(en.deepMap(2));
  expect(consoleErrors).toEqual([]);
});

test("the address is what is on the screen: while it trains, when it is copied, after it is loaded again", async () => {
  const { page, context, consoleErrors } = await open({
    query: SMALL,
    permissions: ["clipboard-read", "clipboard-write"],
  });
  const steps = (): number => Number(new URL(page.url()).searchParams.get("steps"));
  await button(page, en.start).click();
  await expect.poll(steps).toBeGreaterThan(30);
  await button(page, frame.copyLink).click();
  await page.getByRole("status").filter({ hasText: frame.copied }).waitFor();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  await button(page, en.pause).click();
  await button(page, en.goOn).waitFor();
  const linked = Number(new URL(link).searchParams.get("steps"));
  expect(linked).toBeGreaterThan(30);
  await expect.poll(async () => en.atStep(count(steps()))).toBe(await text(page, "at"));

  const loss = await text(page, "loss");
  const end = steps();
  await page.reload();
  await at(page, end);
  expect(await text(page, "loss")).toBe(loss);

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
  expect(await text(page, "answer")).toBe(en.nothingDrawn);
});

test("a network whose parts have died says so, and has a way back", async () => {
  const { page, consoleErrors } = await open({ query: `${SMALL}&lr=1` });
  await button(page, en.start).click();
  const alert = page.getByRole("alert").filter({ hasText: en.collapsed("").split("into")[1] ?? "" });
  await alert.getByRole("button", { name: en.beginAgain(0.002) }).click();
  await at(page, 0);
  expect(await page.getByRole("slider", { name: en.lr }).getAttribute("aria-valuetext")).toBe("0.002");
  expect(await alert.count()).toBe(0);

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
  const before = await heading.boundingBox();
  for (const name of ["lr", "batch", "dropout", "filters", "kernel", "seed"] as const) {
    const sentence = page.getByText(en.whys[name], { exact: true });
    const control = page.getByLabel(en[name]).first();
    expect(await sentence.isVisible()).toBe(false);
    await control.hover();
    await sentence.waitFor({ state: "visible" });
    expect(await control.getAttribute("aria-describedby")).toBe(await sentence.getAttribute("id"));
    expect(await heading.boundingBox()).toEqual(before);
  }
});

test("on a phone the answer and the curves stay in sight of who draws, and what is tapped explains itself there", async () => {
  const { page } = await open({ query: SMALL, viewport: { width: 360, height: 740 }, hasTouch: true });
  await expect.poll(() => text(page, "glance")).toMatch(/^It reads/);
  const pad = page.getByRole("button", { name: en.draw });
  await pad.scrollIntoViewIfNeeded();
  await pad.tap();
  await expect.poll(() => page.url()).toContain("drawing=");
  for (const id of ["glance", "spark"]) expect(await isInSight(page, page.getByTestId(id))).toBe(true);
  const before = await page.getByTestId("spark").innerHTML();
  await button(page, en.step).tap();
  await at(page, 1);
  await button(page, en.step).tap();
  await at(page, 2);
  expect(await page.getByTestId("spark").innerHTML()).not.toBe(before);
  expect(await isInSight(page, pad)).toBe(true);

  await page.getByRole("button", { name: en.deepMap(4), exact: true }).tap();
  await expect.poll(() => text(page, "reading")).toContain(en.deepMap(4));
  expect(await isInSight(page, page.getByTestId("sum"))).toBe(true);
  expect(await isInSight(page, page.getByTestId("glance"))).toBe(true);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
});

test("a tablet has two columns, and a wide screen is used", async () => {
  const { page } = await open({ query: SMALL, viewport: { width: 820, height: 1180 } });
  const place = async (name: string) => {
    const box = await page.getByRole("heading", { level: 2, name, exact: true }).boundingBox();
    return box ?? { x: NaN, y: NaN };
  };
  await expect.poll(() => text(page, "glance")).toMatch(/^It reads/);
  const [input, network, curves, output] = await Promise.all([en.input, en.network, en.curves, en.output].map(place));
  expect(network?.y).toBe(input?.y);
  expect(output?.x).toBe(input?.x);
  expect(curves?.x).toBe(network?.x);
  expect(network?.x).toBeGreaterThan(400);

  await page.setViewportSize({ width: 2560, height: 1440 });
  const wide = await Promise.all([en.input, en.network, en.curves, en.output].map(place));
  for (const { y } of wide) expect(Math.abs(y - (wide[0]?.y ?? NaN))).toBeLessThan(8); // side by side
  expect((wide[3]?.x ?? 0) - (wide[0]?.x ?? 0)).toBeGreaterThan(1600);
  expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBeLessThanOrEqual(1440);
});

test("a square of a map says its number, and what it was made from is framed", async () => {
  const { page } = await openTrained(SMALL, 20);
  const map = page.getByRole("button", { name: en.map(1), exact: true });
  await map.focus();
  for (let i = 0; i < 13; i++) await map.press(i % 2 === 0 ? "ArrowDown" : "ArrowRight");
  await expect.poll(() => text(page, "reading")).toContain(`${en.map(1)}, row 8, column 7: `);
  await expect.poll(() => page.getByRole("img", { name: en.seen }).locator(".mark").count()).toBe(1);
  await map.press("Enter");
  await map.press("ArrowRight");
  await button(page, frame.letGo).waitFor();
  expect(await text(page, "reading")).toContain(`${en.map(1)}, row 8, column 7: `);
});

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

/** As if another tab had come before this one. */
async function hide(page: Page, isHidden: boolean): Promise<void> {
  await page.evaluate((hidden) => {
    Object.defineProperty(document, "hidden", { configurable: true, value: hidden });
    document.dispatchEvent(new Event("visibilitychange"));
  }, isHidden);
}

test("a killed worker is started again, says so, and goes on from the last milestone", async () => {
  const { page } = await openTrained(SMALL, 45);
  const loss = await text(page, "loss");
  await page.workers()[0]?.evaluate(() => self.close());
  await page
    .getByRole("alert")
    .filter({ hasText: frame.workerLost("it does not answer any more") })
    .waitFor();
  await at(page, 45);
  expect(await text(page, "loss")).toBe(loss);
  await button(page, en.step).click();
  await at(page, 46);
  const { page: other } = await openTrained(SMALL, 46);
  expect(await text(page, "loss")).toBe(await text(other, "loss"));
});

test("holds no more memory after many runs than after a few", async () => {
  const { page, consoleErrors } = await open({ query: SMALL });
  await expect.poll(() => text(page, "answer")).toMatch(/^It reads/);
  const round = async (): Promise<number> => {
    for (let i = 0; i < 3; i++) {
      await button(page, en.step).click();
      await at(page, 1);
      await button(page, en.reset).click();
      await at(page, 0);
      await button(page, en.sample(String(i))).click();
    }
    return (await memoryOf(page)).tensors;
  };
  const few = await round();
  await round();
  const heap = await heapOf(page);
  for (let i = 0; i < 8; i++) await round();
  expect(await round()).toBe(few);
  expect(await heapOf(page)).toBeLessThan(heap + 500_000);
  expect(consoleErrors).toEqual([]);
});

/** Bytes that the page's own script holds, once what it dropped has been collected. */
async function heapOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  await session.detach();
  return usedSize;
}

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
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  await compareWithBaseline(page, name, { mask: [page.getByTestId("progress")] });
  expect(consoleErrors).toEqual([]);
});
