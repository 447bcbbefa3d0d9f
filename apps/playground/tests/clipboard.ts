import type { Page } from "playwright";
import { en } from "../src/frame/texts.en.ts";

/** What a page must be allowed for its copied link to be read. */
export const CLIPBOARD = ["clipboard-read", "clipboard-write"];

/** The link that "Copy link" puts into the clipboard. */
export async function copiedLink(page: Page): Promise<string> {
  await page.getByRole("button", { name: en.copyLink, exact: true }).click();
  await page.getByRole("status").filter({ hasText: en.copied }).waitFor();
  return page.evaluate(() => navigator.clipboard.readText());
}
