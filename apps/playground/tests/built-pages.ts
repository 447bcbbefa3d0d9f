import type { TestProject } from "vitest/node";
import { buildMissingPages } from "../scripts/build-missing.ts";
import { servePages } from "../scripts/preview-server.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the built pages are while tests run, with a slash at the end. */
    site: string;
  }
}

/** Serves the built pages once for all tests. @returns what ends it */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  buildMissingPages();
  const server = await servePages({ host: "127.0.0.1", port: 0 });
  const [address] = server.resolvedUrls?.local ?? [];
  if (address === undefined) throw new Error("the server of the built pages has no address");
  project.provide("site", address);
  return () => server.close();
}
