import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";
import { coreInWorkers } from "./build/core-in-workers.ts";
import { digitFiles } from "./build/digit-files.ts";
import { labPages } from "./build/lab-pages.ts";
import { notFound } from "./build/not-found.ts";

/** With these a page may share memory between threads. */
const isolation = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };

/** Where the built pages will stand, if that is known. */
const site = process.env["SITE"];

export default defineConfig({
  base: "./",
  plugins: [svelte(), labPages(site), notFound(site), digitFiles(), coreInWorkers()],
  build: { target: "es2022", assetsInlineLimit: 0, reportCompressedSize: false, manifest: true },
  worker: { format: "es" },
  server: { headers: isolation },
  preview: { headers: isolation },
  appType: "mpa", // an address that is no page's is an error, as it will be wherever the pages are put
});
