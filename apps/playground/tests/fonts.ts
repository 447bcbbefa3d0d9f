import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Page } from "playwright";

/**
 * The page's own fonts are the system's, which differ from machine to machine, and a container may have none for 中文. Pictures
 * that are compared are taken in these instead, which come as packages.
 */
const FONTS = [
  { family: "Inter Variable", package: "@fontsource-variable/inter" },
  { family: "Noto Sans SC Variable", package: "@fontsource-variable/noto-sans-sc" },
].map(({ family, package: name }) => ({ family, name, folder: folderOf(name) }));

/** Where the page finds their files. */
const PLACE = "/test-fonts/";

/** Has a page draw all its text in fonts that are the same everywhere, and waits until it has. */
export async function setTestFonts(page: Page): Promise<void> {
  await page.unroute(isFont);
  await page.route(isFont, (route) => {
    const path = new URL(route.request().url()).pathname.slice(PLACE.length);
    const font = FONTS.find(({ name }) => path.startsWith(`${name}/`));
    return font === undefined
      ? route.abort()
      : route.fulfill({ path: join(font.folder, path.slice(font.name.length)) });
  });
  const faces = FONTS.map(({ name, folder }) =>
    readFileSync(join(folder, "index.css"), "utf8").replaceAll("url(./", `url(${PLACE}${name}/`),
  );
  const families = FONTS.map(({ family }) => `"${family}"`).join(", ");
  await page.addStyleTag({
    content: `${faces.join("\n")}\n*, ::before, ::after { font-family: ${families} !important; }`,
  });
  await page.evaluate(async () => {
    document.body.getBoundingClientRect(); // lays the page out, which asks for the fonts
    await document.fonts.ready;
    // What measures itself is told in the first frame, and has drawn itself in the second.
    for (let frame = 0; frame < 2; frame++) await new Promise((done) => requestAnimationFrame(done));
  });
}

function isFont(url: URL): boolean {
  return url.pathname.startsWith(PLACE);
}

function folderOf(name: string): string {
  return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
}
