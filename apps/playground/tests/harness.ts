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
  /** Opened from another machine over plain http, which is no secure context. */
  readonly isForeign?: boolean;
  /** As with cookies blocked: a page may keep nothing. */
  readonly isForgetful?: boolean;
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

/** Not localhost, nor in any network (RFC 6761, § 6.4): the browser is told that it is this machine. */
const FOREIGN = "playground.test";

/** One browser for each set of arguments, for all tests of a file. */
const browsers = new Map<string, Promise<Browser>>();

afterAll(async () => {
  for (const browser of browsers.values()) await (await browser).close();
});

/** Opens a lab's page as a person does, in a profile of its own. @param id a lab's folder; "" for the first page */
export async function openLab(id: string, opening: Opening = {}): Promise<OpenedLab> {
  const { query = "", permissions = [], isolated = true, isForeign = false, isForgetful = false, ...more } = opening;
  const { launchArgs = [], ...rest } = more;
  const mapping = isForeign ? [`--host-resolver-rules=MAP ${FOREIGN} 127.0.0.1`] : [];
  const browser = await browserWith([...launchArgs, ...mapping]);
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    locale: "en-US",
    ...rest,
    permissions: [...permissions],
  });
  context.setDefaultTimeout(PATIENCE);
  if (!isolated) await context.route("**/*", withoutIsolation);
  if (isForgetful) await context.addInitScript(blockStorage);
  const page = await context.newPage();
  const consoleErrors = errorsOf(page);
  const folder = id === "" ? "" : `${id}/`;
  const site = isForeign ? inject("site").replace("127.0.0.1", FOREIGN) : inject("site");
  await page.goto(`${site}${folder}${query === "" ? "" : `?${query}`}`);
  return { page, context, consoleErrors, close: () => context.close() };
}

/** Within the page: what browsers do whose cookies are blocked. */
function blockStorage(): void {
  Object.defineProperty(window, "localStorage", {
    get() {
      throw new DOMException("Access is denied for this document.", "SecurityError");
    },
  });
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
