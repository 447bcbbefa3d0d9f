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
/** A state worth showing, what in it is to be waited for, and what would make the rest too small. */
const SHOWN: Readonly<Record<string, { query: string; ready: string; hidden: string }>> = {
  "": { query: "", ready: "160", hidden: ".what .button, .labs-head, .begin" },
  digits: { query: "steps=300", ready: "step 300", hidden: ".strip, .confusion, .challenges, .beginning, .why" },
  edges: {
    query: "picture=boats",
    ready: "Sum",
    hidden: ".families, .brushes, .actions, .choice, .padding, .own > .quiet, .strip .head > :not(h2)",
  },
};
/** The frame's controls. */
const FRAME = "nav, .choices, .corner, .controls, footer, .notice, .views, .heading p";

/** Names of those that are wanted; all if there are none. */
const wanted = process.argv.slice(2);

const server = await servePages({ host: "127.0.0.1", port: 0 });
const chrome = await chromium.launch(chromiumOptions());
try {
  for (const shown of [home, ...labs].filter(({ id }) => wanted.length === 0 || wanted.includes(id || "home"))) {
    const { id } = shown;
    const { query, ready, hidden } = SHOWN[id] ?? { query: "", ready: "", hidden: ".strip" };
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
        ${FRAME}, ${hidden} { display: none !important }
        .strip { position: static !important; border: 0 !important }
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
