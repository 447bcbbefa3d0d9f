import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Manifest } from "vite";
import { playground } from "./preview-server.ts";

/** The JavaScript that a page loads before anybody has done anything: gzipped bytes, without the core. */
export interface PageSize {
  /** The frame and the view, with all that they import. */
  readonly page: number;
  /** Its workers. */
  readonly workers: number;
}

/**
 * The core in a built file: base64 of gzip, whose first bytes 1f 8b 08 are always "H4sI", in a string literal. It is the `bytes`
 * of one build of the core and the `patch` that makes the other, and has a budget of its own in packages/tensor-core.
 */
const CORE = /(["'`])H4sI[A-Za-z0-9+/=]{1000,}\1/g;

/** Where the view of a lab is in the manifest. */
export const viewOf = (id: string): string => `src/labs/${id}/View.svelte`;

/** Where its tile on the first page is. */
export const tileOf = (id: string): string => `src/labs/${id}/Tile.svelte`;

/** Where the first page's own view is. */
export const HOME = "src/home/View.svelte";

/**
 * @param views what the page shows, and what comes to it later
 * @throws Error if there is no build, or one of them is not in it
 */
export function pageSize(...views: readonly string[]): PageSize {
  const manifest = readManifest();
  const found = new Set<string>();
  collect(manifest, "index.html", found);
  for (const view of views) collect(manifest, view, found);
  const chunks = [...found].map((key) => manifest[key]).filter((chunk) => chunk !== undefined);
  // Vite counts a chunk's workers among its assets: each is one file with all that it imports.
  const workers = chunks.flatMap(({ assets = [] }) => assets).filter((file) => file.endsWith(".js"));
  const files = chunks.map(({ file }) => file);
  const heavy = files.find((file) => read(file).match(CORE) !== null);
  if (heavy !== undefined) {
    throw new Error(
      `${heavy} has the core in it, which is for workers only: something that the page imports is not left out although it is ` +
        "unused. Calls and spreads at the top of a package's module are kept unless they are marked /* @__PURE__ */",
    );
  }
  return { page: gzipped(files), workers: gzipped(workers) };
}

/** A chunk of the manifest, and those that it imports at once. */
function collect(manifest: Manifest, key: string, found: Set<string>): void {
  if (found.has(key)) return;
  const chunk = manifest[key];
  if (chunk === undefined) throw new Error(`the build has no chunk of ${key}: run \`pnpm --filter playground build\``);
  found.add(key);
  for (const imported of chunk.imports ?? []) collect(manifest, imported, found);
}

function gzipped(files: readonly string[]): number {
  const sizes = [...new Set(files)].map((file) => {
    return gzipSync(read(file).replaceAll(CORE, '""')).length;
  });
  return sizes.reduce((sum, size) => sum + size, 0);
}

function read(file: string): string {
  return readFileSync(join(playground, "dist", file), "utf8");
}

function readManifest(): Manifest {
  const file = join(playground, "dist/.vite/manifest.json");
  if (!existsSync(file)) throw new Error(`${file} is missing: run \`pnpm --filter playground build\``);
  return JSON.parse(readFileSync(file, "utf8")) as Manifest;
}
