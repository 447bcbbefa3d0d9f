import { chromiumOptions } from "@unfoldjs/config/chromium";
import { type Browser, type BrowserContext, chromium, type Page, type Route } from "playwright";
import { afterAll, inject } from "vitest";

export interface Opening {
  /** The address's query, without its question mark: "lang=zh&seed=2". */
  readonly query?: string;
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly colorScheme?: "light" | "dark";
  readonly reducedMotion?: "reduce" | "no-preference";
  readonly locale?: string;
  /** What the person allows without being asked: "camera", "clipboard-read". */
  readonly permissions?: readonly string[];
  /** Further arguments of the browser's command line, for which it is started anew. */
  readonly launchArgs?: readonly string[];
  readonly hasTouch?: boolean;
  readonly javaScriptEnabled?: boolean;
  /** Whether pages come with the headers that give them shared memory; they do unless this is false. */
  readonly isolated?: boolean;
}

export interface OpenedLab {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the console called an error, and what nobody caught, until now. A test ends by expecting none. */
  readonly consoleErrors: string[];
  close(): Promise<void>;
}

/** How long something may take to appear, in milliseconds; less than a test may take, so that what did not appear is named. */
const PATIENCE = 30_000;

/** One browser for each set of arguments, for all tests of a file. */
const browsers = new Map<string, Promise<Browser>>();

afterAll(async () => {
  for (const browser of browsers.values()) await (await browser).close();
});

/** Opens a lab's page as a person does, in a profile of its own. @param id a lab's folder; "" for the first page */
export async function openLab(id: string, opening: Opening = {}): Promise<OpenedLab> {
  const { query = "", launchArgs = [], permissions = [], isolated = true, ...rest } = opening;
  const browser = await browserWith(launchArgs);
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    locale: "en-US",
    ...rest,
    permissions: [...permissions],
  });
  context.setDefaultTimeout(PATIENCE);
  if (!isolated) await context.route("**/*", withoutIsolation);
  const page = await context.newPage();
  const consoleErrors = errorsOf(page);
  const folder = id === "" ? "" : `${id}/`;
  await page.goto(`${inject("site")}${folder}${query === "" ? "" : `?${query}`}`);
  return { page, context, consoleErrors, close: () => context.close() };
}

function browserWith(launchArgs: readonly string[]): Promise<Browser> {
  const key = launchArgs.join(" ");
  const browser = browsers.get(key) ?? chromium.launch(chromiumOptions(launchArgs));
  browsers.set(key, browser);
  return browser;
}

function errorsOf(page: Page): string[] {
  const errors: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(`${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => errors.push(error.stack ?? error.message));
  page.on("crash", () => errors.push("the page crashed"));
  return errors;
}

/** Serves pages as a host does that can set no headers. What they load may keep its headers: they are about pages. */
async function withoutIsolation(route: Route): Promise<void> {
  if (!route.request().isNavigationRequest()) return route.continue();
  const response = await route.fetch();
  const headers = { ...response.headers() };
  delete headers["cross-origin-opener-policy"];
  delete headers["cross-origin-embedder-policy"];
  await route.fulfill({ response, headers });
}
