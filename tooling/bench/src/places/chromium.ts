import { chromium, type Page } from "playwright";
import type { Loops } from "../measure/loops.ts";
import type { Place } from "./place.ts";
import type { PlainLoops } from "./page-api.ts";
import { servePage } from "./page-server.ts";

/**
 * A page in a Chromium of its own: our packages as built for a page, and the libraries that run nowhere else.
 * @param executable a Chromium, Chrome or Edge
 */
export async function openChromium(executable: string, loops: Loops, threads: number): Promise<Place> {
  const server = await servePage();
  const closers: (() => void | Promise<void>)[] = [() => server.close()];
  const close = async (): Promise<void> => {
    for (const each of closers.toReversed()) await each();
  };
  try {
    const browser = await chromium.launch({
      executablePath: executable,
      args: ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    });
    closers.push(() => browser.close());
    const page = await browser.newPage();
    await page.goto(server.url);
    // Modules may still be loading when the page says that it is loaded.
    await page.waitForFunction(() => "bench" in globalThis);
    return await placeOf(page, loops, threads, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function placeOf(page: Page, loops: Loops, threads: number, close: Place["close"]): Promise<Place> {
  if (!(await page.evaluate(() => crossOriginIsolated))) throw new Error("the page is not isolated");
  const { instruction } = await page.evaluate(([plain, count]) => globalThis.bench.open(plain, count), [
    plainOf(loops),
    threads,
  ] as const);
  return {
    where: "chromium",
    instruction,
    async measure({ name: suite }, { name, traffic }, effort) {
      const measurement = await page.evaluate(
        ([ofSuite, ofCase, how, counted]) => globalThis.bench.measure(ofSuite, ofCase, how, counted),
        [suite, name, effort, { traffic: traffic !== undefined }] as const,
      );
      const peers = measurement?.standings.length ?? 0;
      return peers > 1 || measurement?.leftOut.length ? measurement : undefined;
    },
    close,
  };
}

function plainOf({ fused, multiplyThenAdd, memory }: Loops): PlainLoops {
  return { fused: [...fused], multiplyThenAdd: [...multiplyThenAdd], memory: [...memory] };
}
