import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { createServer as createDevServer } from "vite";
import { expect, inject, onTestFinished, test } from "vitest";
import { playground } from "../scripts/preview-server.ts";
import { en } from "../src/frame/texts.en.ts";
import { zh } from "../src/frame/texts.zh.ts";
import { labs } from "../src/labs/list.ts";
import { home } from "../src/pages.ts";
import { seriousProblems } from "./accessible.ts";
import { compareWithBaseline } from "./baseline.ts";
import { type OpenedLab, type Opening, openLab } from "./harness.ts";

/** Opens the first page, and from there an address at which there is nothing. */
async function openNowhere(address: string, opening?: Opening): Promise<OpenedLab> {
  const opened = await openLab("", opening);
  onTestFinished(() => opened.close());
  const response = await opened.page.goto(address);
  expect(response?.status()).toBe(404);
  return opened;
}

test.each(["nope/", "nope", "digits/nope/deeper/", "nope.html"])(
  "at /%s there is a page that says so, and leads on",
  async (path) => {
    const { page } = await openNowhere(`${inject("site")}${path}`);
    await page.getByRole("heading", { level: 1, name: en.nowhere }).waitFor();
    await expect.poll(() => page.title()).toBe(`${en.nowhere} · Unfold`);
    await page.getByRole("code").getByText(`/${path}`, { exact: true }).waitFor();
    expect(await seriousProblems(page)).toEqual([]);
    for (const { texts } of labs) {
      await page.getByRole("main").getByRole("link", { name: texts.en.name, exact: true }).click();
      await page.getByRole("heading", { level: 1, name: texts.en.title }).waitFor();
      await page.goBack();
    }
    await page.getByRole("link", { name: en.toHome }).click();
    await page.getByRole("heading", { level: 1, name: home.texts.en.title }).waitFor();
    expect(page.url()).toBe(inject("site"));
  },
);

test.each([
  ["not-found", en, { colorScheme: "light", viewport: { width: 820, height: 560 } }],
  ["not-found-phone", zh, { locale: "zh-CN", colorScheme: "dark", viewport: { width: 360, height: 560 } }],
] as const)("it looks as it should: %s", async (name, texts, opening) => {
  const { page } = await openNowhere(`${inject("site")}nope/`, opening);
  await page.getByRole("heading", { level: 1, name: texts.nowhere }).waitFor();
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(opening.viewport.width);
  expect(await seriousProblems(page)).toEqual([]);
  await compareWithBaseline(page, name);
});

test("it keeps the language and the scheme that were chosen", async () => {
  const { page } = await openLab("", { colorScheme: "light" }).then((opened) => {
    onTestFinished(() => opened.close());
    return opened;
  });
  await page.getByRole("button", { name: en.dark, exact: true }).click();
  await page.getByRole("button", { name: "中文" }).click();
  await page.getByRole("button", { name: zh.light, exact: true }).waitFor();
  const ground = (): Promise<string> => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const before = await ground();
  await page.goto(`${inject("site")}nope/`);
  await page.getByRole("heading", { level: 1, name: zh.nowhere }).waitFor();
  await expect.poll(() => ground()).toBe(before);
});

test("a host of plain files shows it at any depth, wherever the pages stand", async () => {
  const site = await plainHost("/some/where/");
  const { page } = await openNowhere(`${site}nope/deeper/`);
  await page.getByRole("heading", { level: 1, name: en.nowhere }).waitFor();
  const link = page.getByRole("link", { name: en.toHome });
  await expect.poll(() => link.evaluate((element) => (element as HTMLAnchorElement).href)).toBe(site);
  await link.click();
  await page.getByRole("heading", { level: 1, name: home.texts.en.title }).waitFor();
});

/** Serves the built pages under a path, as hosts do that know nothing of them: files, folders' index.html, 404.html. */
async function plainHost(under: string): Promise<string> {
  const built = join(playground, "dist");
  const types: Record<string, string> = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css" };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const file = join(built, pathname.startsWith(under) ? pathname.slice(under.length) : "404.html");
    const index = pathname.endsWith("/") ? join(file, "index.html") : file;
    const isThere = pathname.startsWith(under) && existsSync(index) && statSync(index).isFile();
    const sent = isThere ? index : join(built, "404.html");
    response.writeHead(isThere ? 200 : 404, { "Content-Type": types[extname(sent)] ?? "application/octet-stream" });
    response.end(readFileSync(sent));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the host of plain files has no port");
  return `http://127.0.0.1:${address.port}${under}`;
}

test("it is there too while somebody works on the pages, and they are still found", async () => {
  const server = await createDevServer({
    root: playground,
    configFile: join(playground, "vite.config.ts"),
    configLoader: "native",
    logLevel: "silent",
    server: { port: 0, host: "127.0.0.1", ws: false },
  });
  onTestFinished(() => server.close());
  await server.listen();
  const site = server.resolvedUrls?.local[0] ?? "";
  const visit = (path: string): Promise<Response> => fetch(`${site}${path}`, { headers: { Accept: "text/html" } });
  const nowhere = await visit("nope/");
  expect(nowhere.status).toBe(404);
  expect(await nowhere.text()).toContain(en.nowhere);
  for (const path of ["", ...labs.map(({ id }) => `${id}/`)]) expect((await visit(path)).status).toBe(200);
});
