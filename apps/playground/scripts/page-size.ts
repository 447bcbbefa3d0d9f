import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Manifest } from "vite";
import { playground } from "./preview-server.ts";

/** The JavaScript that a lab's page loads before anybody has done anything: gzipped bytes, without the core. */
export interface PageSize {
  /** The frame and the lab's view, with all that they import. */
  readonly page: number;
  /** The lab's workers. */
  readonly workers: number;
}

/**
 * The core in a built file: base64 of gzip, whose first bytes 1f 8b 08 are always "H4sI", in a string literal. It is the `bytes`
 * of one build of the core and the `patch` that makes the other, and has a budget of its own in packages/tensor-core.
 */
const CORE = /(["'`])H4sI[A-Za-z0-9+/=]{1000,}\1/g;

/** @throws Error if there is no build, or the lab is not in it */
export function pageSize(id: string): PageSize {
  const manifest = readManifest();
  const found = new Set<string>();
  collect(manifest, "index.html", found);
  collect(manifest, `src/labs/${id}/View.svelte`, found);
  const chunks = [...found].map((key) => manifest[key]).filter((chunk) => chunk !== undefined);
  // Vite counts a chunk's workers among its assets: each is one file with all that it imports.
  const workers = chunks.flatMap(({ assets = [] }) => assets).filter((file) => file.endsWith(".js"));
  return { page: gzipped(chunks.map(({ file }) => file)), workers: gzipped(workers) };
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
    const source = readFileSync(join(playground, "dist", file), "utf8");
    return gzipSync(source.replaceAll(CORE, '""')).length;
  });
  return sizes.reduce((sum, size) => sum + size, 0);
}

function readManifest(): Manifest {
  const file = join(playground, "dist/.vite/manifest.json");
  if (!existsSync(file)) throw new Error(`${file} is missing: run \`pnpm --filter playground build\``);
  return JSON.parse(readFileSync(file, "utf8")) as Manifest;
}
