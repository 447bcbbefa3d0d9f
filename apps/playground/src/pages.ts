import { en } from "./home/texts.en.ts";
import { zh } from "./home/texts.zh.ts";
import { type Lab, labs } from "./labs/list.ts";

/** A page: what stands in its head, and what it shows. Every lab is one. */
export type Page = Pick<Lab, "id" | "texts" | "view">;

/** What stands at `/`. */
export const home: Page = { id: "", texts: { en, zh }, view: () => import("./home/View.svelte") };

/** Where a page is, relative to the first one: "digits/", or nothing for that one itself. */
export function folderOf({ id }: Page): string {
  return id === "" ? "" : `${id}/`;
}

/** The page that an address's path names: with a slash at its end, or the file that servers show for it. */
export function pageAt(path: string): Page {
  return labs.find(({ id }) => asFolder(path).endsWith(`/${id}/`)) ?? home;
}

/** The way from a page at this path to the first one. */
export function rootFrom(path: string): string {
  return pageAt(path) === home ? "./" : "../";
}

function asFolder(path: string): string {
  return path.replace(/\/index\.html$/, "/");
}
