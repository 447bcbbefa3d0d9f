import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { consumers } from "./consumers.ts";
import type { Project } from "./project.ts";
import { openFolder } from "./run/page.ts";
import { openWorkshop } from "./workshop.ts";

/** What the core's README asks for, with the page's own scripts and worker. */
const ENOUGH = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:";
const NO_WASM = "default-src 'self'; script-src 'self'; worker-src 'self' blob:";
const NO_THREADS = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'";

describe("a built page with a content security policy", () => {
  const workshop = openWorkshop();
  afterAll(workshop.close);

  test("computes under what the README asks for, and is told what is missing under less", async () => {
    const vite = consumers.find(({ short, needs }) => short === true && needs === "browser");
    if (vite === undefined) throw new Error("no short consumer opens a page");
    const printed: string[] = [];
    const failures: string[] = [];
    await workshop.attempt({
      ...vite,
      run: async (project: Project) => {
        const output = await vite.run(project);
        const folder = join(project.folder, "dist");
        for (const policy of [ENOUGH, NO_THREADS]) printed.push(await openFolder(folder, policy));
        await openFolder(folder, NO_WASM).catch((error: Error) => failures.push(error.message));
        return output;
      },
    });
    const [enough, withoutThreads] = printed;
    expect(enough).toMatch(/page: trained .*\n(.*\n)*.*worker: /);
    expect(withoutThreads).toMatch(/page: trained /);
    expect(failures).toHaveLength(1);
    expect(failures[0]).toMatch(/refused to compile the core.*add 'wasm-unsafe-eval'/s);
  });
});
