import { chromiumOptions } from "@unfoldjs/config/chromium";
import { join } from "node:path";
import { chromium } from "playwright";
import { labs } from "../src/labs/list.ts";
import { folderOf, home } from "../src/pages.ts";
import { setTestFonts } from "../tests/fonts.ts";
import { playground, servePages } from "./preview-server.ts";

// Draws the card that a lab's link shows where it is pasted, from the lab as it is built: CHROME_PATH=… pnpm --filter playground
// run cards. Its name, its title and all of the lab within a margin; look at each, then commit it.

const CARD = { width: 1200, height: 630 };
const MARGIN = 40;
/** A state worth showing, and what in it is to be waited for. */
const SHOWN: Readonly<Record<string, { query: string; ready: string }>> = {
  "": { query: "", ready: "160" },
  digits: { query: "steps=300", ready: "step 300" },
  edges: { query: "at=90,40", ready: "−" },
};
/** The frame's controls, and what of a lab would make the rest too small. */
const HIDDEN =
  "nav, .choices, .corner, .controls, footer, .notice, .strip, .confusion, .challenges, .beginning, .why, .views, .heading p, .what .button, .labs-head, .begin";

const server = await servePages({ host: "127.0.0.1", port: 0 });
const chrome = await chromium.launch(chromiumOptions());
try {
  for (const shown of [home, ...labs]) {
    const { id } = shown;
    const { query, ready } = SHOWN[id] ?? { query: "", ready: "" };
    const page = await chrome.newPage({
      viewport: { width: 1280, height: 800 },
      locale: "en-US",
      colorScheme: "light",
      reducedMotion: "reduce", // the first page then shows what its tiles come to
    });
    await page.goto(new URL(`${folderOf(shown)}?${query}`, server.resolvedUrls?.local[0]).href);
    const main = page.locator(".lab, .home");
    await main.getByText(ready).first().waitFor({ timeout: 120_000 });
    await page.getByRole("progressbar").or(main).first().waitFor();
    await page.addStyleTag({
      content: `
        ${HIDDEN} { display: none !important }
        body { inline-size: ${CARD.width}px; block-size: ${CARD.height}px; overflow: hidden }
        header, main { padding: 0 !important; margin: 0 ${MARGIN}px !important; border: 0 !important }
        header { padding-block: ${MARGIN}px 8px !important; font-size: 22px }
        h1 { font-size: 40px }
      `,
    });
    await setTestFonts(page);
    await page.evaluate(
      ({ width, height, margin }) => {
        const lab = document.querySelector<HTMLElement>(".lab, .home");
        if (lab === null) throw new Error("the page has no lab");
        const { top } = lab.getBoundingClientRect();
        lab.style.inlineSize = "1232px";
        const zoom = Math.min((width - 2 * margin) / 1232, (height - margin - top) / lab.scrollHeight);
        lab.style.zoom = String(zoom);
        lab.style.marginInline = "auto";
      },
      { ...CARD, margin: MARGIN },
    );
    await page.screenshot({
      path: join(playground, "src", id === "" ? "home" : `labs/${id}`, "card.png"),
      clip: { x: 0, y: 0, ...CARD },
    });
    await page.close();
  }
} finally {
  await chrome.close();
  await server.close();
}
