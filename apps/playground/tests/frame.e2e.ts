import { readFile } from "node:fs/promises";
import { PNG } from "pngjs";
import { expect, inject, onTestFinished, test } from "vitest";
import { en } from "../src/frame/texts.en.ts";
import { zh } from "../src/frame/texts.zh.ts";
import { labs } from "../src/labs/list.ts";
import { folderOf, home } from "../src/pages.ts";
import { seriousProblems } from "./accessible.ts";
import { compareWithBaseline } from "./baseline.ts";
import { CLIPBOARD, copiedLink } from "./clipboard.ts";
import { type OpenedLab, type Opening, openLab } from "./harness.ts";

// What is the same around every lab. What a lab does is tested in a file of its own.

const ids = labs.map(({ id }) => id);
const [first] = labs;
if (first === undefined) throw new Error("there is no lab");

async function open(id: string, opening?: Opening): Promise<OpenedLab> {
  const lab = await openLab(id, opening);
  onTestFinished(() => lab.close());
  return lab;
}

test("from the first page to every lab and back, by its links", async () => {
  const { page, consoleErrors } = await open("");
  for (const { id, texts } of [...labs, first]) {
    await page.getByRole("navigation").getByRole("link", { name: texts.en.name }).click();
    await page.getByRole("heading", { level: 1, name: texts.en.title }).waitFor();
    expect(page.url()).toMatch(new RegExp(`/${id}/$`));
    await expect.poll(() => page.title()).toBe(`${texts.en.title} · Unfold`);
    await expect.poll(() => page.locator("nav [aria-current=page]").allTextContents()).toEqual([texts.en.name]);
  }
  await page.getByRole("link", { name: en.product }).click();
  await page.getByRole("heading", { level: 1, name: home.texts.en.title }).waitFor();
  expect(page.url()).toBe(inject("site"));
  await expect.poll(() => page.locator("nav [aria-current=page]").count()).toBe(0);
  expect(consoleErrors).toEqual([]);
});

test("the language is the browser's, then the one chosen, and an address's before both", async () => {
  const { page, context, consoleErrors } = await open(first.id, { locale: "zh-CN" });
  const language = (): Promise<string> => page.evaluate(() => document.documentElement.lang);
  await page.getByRole("heading", { level: 1, name: first.texts.zh.title }).waitFor();
  await expect.poll(() => language()).toBe("zh-CN");
  await expect.poll(() => page.title()).toBe(`${first.texts.zh.title} · Unfold`);

  await page.getByRole("button", { name: "English" }).click();
  await page.getByRole("heading", { level: 1, name: first.texts.en.title }).waitFor();
  await expect.poll(() => language()).toBe("en");
  await page.reload();
  await page.getByRole("button", { name: "中文" }).waitFor();
  await expect.poll(() => page.title()).toBe(`${first.texts.en.title} · Unfold`);

  const sent = await context.newPage();
  await sent.goto(`${page.url().split("?")[0]}?lang=zh`);
  await sent.getByRole("heading", { level: 1, name: first.texts.zh.title }).waitFor();
  expect(consoleErrors).toEqual([]);
});

test.each(["light", "dark"] as const)(
  "in a %s system the other scheme is one press away, and stays",
  async (colorScheme) => {
    const { page, consoleErrors } = await open(first.id, { colorScheme });
    const ground = (): Promise<string> =>
      page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const other = page.getByRole("button", { name: colorScheme === "light" ? en.dark : en.light, exact: true });
    await other.waitFor();
    const before = await ground();
    await other.click();
    await expect
      .poll(async () => Math.sign(lightness(await ground()) - lightness(before)))
      .toBe(colorScheme === "dark" ? 1 : -1);
    const after = await ground();
    await page.reload();
    await page.getByRole("button", { name: colorScheme === "light" ? en.light : en.dark, exact: true }).waitFor();
    await expect.poll(() => ground()).toBe(after);
    expect(consoleErrors).toEqual([]);
  },
);

/** The sum of red, green and blue of "rgb(18, 20, 24)". */
function lightness(colour: string): number {
  return [...colour.matchAll(/\d+/g)].slice(0, 3).reduce((sum, [part]) => sum + Number(part), 0);
}

test.each([home, ...labs])(
  "a link to /$id shows its title, a sentence and a picture where it is pasted",
  async (shown) => {
    const { texts } = shown;
    const address = `${inject("site")}${folderOf(shown)}`;
    const head = await (await fetch(address)).text();
    const content = (name: string): string => {
      const text = new RegExp(`<meta (?:property|name)="${name}" content="([^"]*)"`).exec(head)?.[1] ?? "";
      return text.replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&amp;", "&");
    };
    expect(head).toContain("<title>");
    expect(content("og:title")).toBe(`${texts.en.title} · Unfold`);
    expect(content("og:description")).toBe(texts.en.why);
    expect(content("description")).toBe(texts.en.why);
    expect(texts.en.why).not.toBe("");
    expect(content("twitter:card")).toBe("summary_large_image");
    const picture = await fetch(new URL(content("og:image"), address));
    expect(picture.headers.get("Content-Type")).toBe("image/png");
    const { width, height } = PNG.sync.read(Buffer.from(await picture.arrayBuffer()));
    expect([width, height].map(String)).toEqual([content("og:image:width"), content("og:image:height")]);
  },
);

test.each(ids)("%s without JavaScript says that it needs it", async (id) => {
  const { page } = await open(id, { javaScriptEnabled: false });
  expect(await page.innerText("body")).toContain("it needs JavaScript"); // what is rendered
});

test.each(labs)("$id fits a phone in both languages, and axe finds nothing serious", async ({ id, texts }) => {
  for (const colorScheme of ["light", "dark"] as const) {
    for (const language of ["en", "zh"] as const) {
      const { page, consoleErrors } = await open(id, {
        query: `lang=${language}`,
        viewport: { width: 360, height: 740 },
        hasTouch: true,
        colorScheme,
      });
      await page.getByRole("heading", { level: 1, name: texts[language].title }).waitFor();
      await page.getByText((language === "en" ? en : zh).showCode).waitFor();
      await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
      expect(await seriousProblems(page)).toEqual([]);
      expect(consoleErrors).toEqual([]);
    }
  }
});

test.each(ids)("%s gives away its link and its code", async (id) => {
  const { page, consoleErrors } = await open(id, { permissions: CLIPBOARD });
  const copied = async (): Promise<string> => {
    await page.getByRole("status").filter({ hasText: en.copied }).waitFor();
    return page.evaluate(() => navigator.clipboard.readText());
  };
  expect(await copiedLink(page)).toBe(page.url());

  await page.getByRole("button", { name: en.copyCode }).click();
  await expect.poll(copied).toContain("@unfoldjs/");
  await page.getByText(en.showCode).click();
  await expect.poll(() => copied()).toBe(await page.getByRole("region", { name: en.showCode }).textContent());
  expect(consoleErrors).toEqual([]);
});

test.each(ids)("%s opened over plain http says why it cannot copy, and has the link selected", async (id) => {
  const { page, consoleErrors } = await open(id, { isForeign: true });
  expect(await page.evaluate(() => isSecureContext)).toBe(false);
  await page.getByText(en.showCode).waitFor();
  await page.getByRole("button", { name: en.copyLink }).click();
  await page.getByText(en.insecureCopy).waitFor();
  const selected = (): Promise<string> =>
    page.getByRole("textbox", { name: en.toSelect }).evaluate((field) => {
      const { value, selectionStart, selectionEnd } = field as HTMLTextAreaElement;
      return document.activeElement === field ? value.slice(selectionStart, selectionEnd) : "";
    });
  await expect.poll(() => selected()).toBe(page.url());
  await page.getByRole("button", { name: en.copyCode }).click();
  await expect.poll(selected).toContain("@unfoldjs/");
  expect(await seriousProblems(page)).toEqual([]);
  await page.getByRole("alert").getByRole("button", { name: en.close }).click();
  await expect.poll(() => page.getByText(en.insecureCopy).count()).toBe(0);
  // Browsers themselves say that the headers for threads are ignored here.
  expect(consoleErrors.filter((text) => !text.includes("Cross-Origin-Opener-Policy"))).toEqual([]);
});

test.each(ids)("%s works where it may keep nothing, and its choices hold while it is open", async (id) => {
  const { page, consoleErrors } = await open(id, { isForgetful: true, colorScheme: "light" });
  await page.getByRole("button", { name: en.dark, exact: true }).click();
  await page.getByRole("button", { name: "中文" }).click();
  await page.getByRole("button", { name: zh.light, exact: true }).waitFor();
  await page.getByText(zh.showCode).waitFor();
  await expect.poll(() => page.evaluate(() => document.documentElement.dataset["scheme"])).toBe("dark");
  expect(consoleErrors).toEqual([]);
});

test.each(ids)("%s saves a picture in the page's colours, with its title, its name and a margin", async (id) => {
  const { page, consoleErrors } = await open(id, { colorScheme: "light" });
  await page.getByText(en.showCode).waitFor();
  await page.getByRole("button", { name: en.dark, exact: true }).click();
  await page.getByRole("button", { name: en.light, exact: true }).waitFor();
  const ground = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: en.savePicture }).click();
  const saved = await download;
  expect(saved.suggestedFilename()).toMatch(/\.png$/);
  const picture = PNG.sync.read(await readFile(await saved.path()));
  expect(picture.width).toBeGreaterThan(2 * 1232); // twice as sharp as the screen
  expect(`rgb(${colourAt(picture, 0, 0).join(", ")})`).toBe(ground);
  // The green that browsers give to what a copy of the page has lost the style of (HTML's progress element).
  expect(picture.data.includes(Buffer.from([0, 128, 0, 255]))).toBe(false);
  expect(drawnRows(picture, 0, 60)).toBe(0); // a margin of 32 pixels of the page
  expect(drawnRows(picture, 64, 64 + 56)).toBeGreaterThan(30); // the title
  expect(drawnRows(picture, picture.height - 64 - 40, picture.height - 64)).toBeGreaterThan(15); // the name
  expect(drawnRows(picture, picture.height - 60, picture.height)).toBe(0);
  expect(consoleErrors).toEqual([]);
});

test.each([home, ...labs])(
  "the card that a link to /$id shows has a margin all around: nothing is cropped",
  async (shown) => {
    const address = `${inject("site")}${folderOf(shown)}card.png`;
    const card = PNG.sync.read(Buffer.from(await (await fetch(address)).arrayBuffer()));
    expect([card.width, card.height]).toEqual([1200, 630]);
    const margin = 24;
    expect(drawnRows(card, 0, margin)).toBe(0);
    expect(drawnRows(card, card.height - margin, card.height)).toBe(0);
    expect(drawnColumns(card, 0, margin)).toBe(0);
    expect(drawnColumns(card, card.width - margin, card.width)).toBe(0);
  },
);

function colourAt({ data, width }: PNG, x: number, y: number): number[] {
  return [...data.subarray(4 * (y * width + x), 4 * (y * width + x) + 3)];
}

function isGround(picture: PNG, x: number, y: number): boolean {
  return colourAt(picture, x, y).every((part, i) => part === colourAt(picture, 0, 0)[i]);
}

/** How many of these rows of a picture have more on them than its ground. */
function drawnRows(picture: PNG, from: number, to: number): number {
  const rows = Array.from({ length: to - from }, (_, i) => from + i);
  const columns = Array.from({ length: picture.width }, (_, x) => x);
  return rows.filter((y) => columns.some((x) => !isGround(picture, x, y))).length;
}

function drawnColumns(picture: PNG, from: number, to: number): number {
  const columns = Array.from({ length: to - from }, (_, i) => from + i);
  const rows = Array.from({ length: picture.height }, (_, y) => y);
  return columns.filter((x) => rows.some((y) => !isGround(picture, x, y))).length;
}

test.each([
  ["digits", "seed=none"],
  ["edges", "padding=none"],
])("%s says which settings of its link make no sense", async (id, query) => {
  const { page, consoleErrors } = await open(id, { query });
  const [name = ""] = query.split("=");
  await page
    .getByRole("status")
    .filter({ hasText: en.refused(name) })
    .waitFor();
  expect(consoleErrors).toEqual([]);
});

test("without the headers that isolate a page, digits runs and says what is missing", async () => {
  const { page, consoleErrors } = await open("digits", { isolated: false });
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
  await page.getByRole("status").filter({ hasText: "Cross-Origin-Opener-Policy" }).waitFor();
  expect(consoleErrors).toEqual([]);

  const { page: isolated } = await open("digits");
  expect(await isolated.evaluate(() => crossOriginIsolated)).toBe(true);
});

// Only x64 has processors without SIMD; V8 does without SIMD if it is told that it has none of these instructions.
test.skipIf(process.arch !== "x64").each(ids)("%s in a browser without SIMD says so", async (id) => {
  const { page } = await open(id, { launchArgs: ["--js-flags=--no-enable-sse4-1"] });
  const alert = page.getByRole("alert").first();
  await alert.waitFor();
  await expect.poll(() => alert.textContent()).toContain("SIMD");
});

test.each([
  ["not-loaded", en, {}],
  ["not-loaded-phone", zh, { locale: "zh-CN", colorScheme: "dark", viewport: { width: 360, height: 640 } }],
] as const)("a lab whose program does not come says so, and can be tried again: %s", async (name, texts, opening) => {
  const { page } = await open(first.id, opening);
  const program = /\/assets\/View-[\w-]+\.js$/;
  await page.route(program, (route) => route.abort());
  await page.reload();
  await page.getByRole("alert").filter({ hasText: texts.notLoaded }).waitFor();
  await compareWithBaseline(page, name);
  await page.unroute(program);
  await page.getByRole("button", { name: texts.again }).click();
  await page.getByText(texts.showCode).waitFor();
  await expect.poll(() => page.getByText(texts.notLoaded).count()).toBe(0);
});
