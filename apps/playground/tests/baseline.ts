import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import pixelmatch from "pixelmatch";
import type { Locator, Page } from "playwright";
import { PNG } from "pngjs";
import { setTestFonts } from "./fonts.ts";

const playground = join(import.meta.dirname, "..");
const kept = join(import.meta.dirname, "baselines");
const results = join(playground, "test-results", "baselines");

/**
 * How large a share of the pixels may differ: browsers of other versions draw edges of letters and lines a little otherwise,
 * which is far less than this; a label or a bar that is gone is more.
 */
const TOLERANCE = 0.005;
/** In bytes. They are kept in git for good. */
const LARGEST = 200_000;

/**
 * Compares the whole page as it looks now with `baselines/NAME.png`. Where there is none yet, this makes it, to be looked at and
 * committed; with UPDATE_BASELINES=1 it replaces one that differs.
 * @param mask what is different each time, a rate say: painted over
 * @throws Error that names the picture and its difference, if they differ; in CI also if there is no baseline
 */
export async function compareWithBaseline(
  page: Page,
  name: string,
  { mask = [] }: { mask?: Locator[] } = {},
): Promise<void> {
  await setTestFonts(page);
  const actual = await page.screenshot({
    fullPage: true,
    animations: "disabled",
    caret: "hide",
    scale: "css",
    mask,
    maskColor: "#808080",
    // In a picture of the whole page, what stays in sight would lie over the middle of it.
    style: ".strip, .bar { position: static !important }",
  });
  const file = join(kept, `${name}.png`);
  if (!existsSync(file)) {
    if (process.env["CI"]) throw new Error(`${shown(file)} is missing. ${advice(name)}`);
    keep(file, actual);
    return;
  }
  const difference = compare(PNG.sync.read(readFileSync(file)), PNG.sync.read(actual));
  if (difference === undefined) return;
  if (process.env["UPDATE_BASELINES"]) {
    keep(file, actual);
    return;
  }
  const found = save(`${name}.actual.png`, actual);
  const marked = difference.picture && save(`${name}.difference.png`, PNG.sync.write(difference.picture));
  throw new Error(
    `The page does not look like ${shown(file)}: ${difference.text}. It looks like ${found}` +
      `${marked === undefined ? "" : `, and differs where ${marked} is red`}. ${advice(name)}`,
  );
}

interface Difference {
  readonly text: string;
  readonly picture?: PNG;
}

function compare(baseline: PNG, actual: PNG): Difference | undefined {
  const { width, height } = baseline;
  if (actual.width !== width || actual.height !== height) {
    return { text: `it is ${actual.width} × ${actual.height} pixels, not ${width} × ${height}` };
  }
  const picture = new PNG({ width, height });
  const share = pixelmatch(baseline.data, actual.data, picture.data, width, height) / (width * height);
  if (share <= TOLERANCE) return undefined;
  return { text: `${(100 * share).toFixed(2)} % of its pixels differ, more than ${100 * TOLERANCE} %`, picture };
}

function keep(file: string, picture: Buffer): void {
  if (picture.length > LARGEST) {
    const size = Math.round(picture.length / 1000);
    throw new Error(`${shown(file)} would be ${size} kB, more than ${LARGEST / 1000} kB: take a smaller viewport`);
  }
  mkdirSync(kept, { recursive: true });
  writeFileSync(file, picture);
  console.log(`${shown(file)} is new: look at it, and commit it.`);
}

function save(name: string, picture: Buffer): string {
  mkdirSync(results, { recursive: true });
  writeFileSync(join(results, name), picture);
  return shown(join(results, name));
}

function shown(file: string): string {
  return relative(playground, file);
}

function advice(name: string): string {
  return (
    `If it should look as it does now, run in apps/playground: UPDATE_BASELINES=1 pnpm test:browser, ` +
    `look at tests/baselines/${name}.png, and commit it.`
  );
}
