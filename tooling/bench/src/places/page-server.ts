import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Rolldown } from "vite";
import { LITERT_FOLDER } from "../peers/litert-folder.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".wasm": "application/wasm",
};

export interface PageServer {
  readonly url: string;
  close(): void;
}

/** Serves the page on the loopback address, with the libraries as a bundler packs them for one. */
export async function servePage(): Promise<PageServer> {
  const files = await bundle();
  const liteRT = join(dirname(fileURLToPath(import.meta.resolve("@litertjs/core"))), "..", "wasm");
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://page").pathname;
    const contents = path.startsWith(LITERT_FOLDER) ? readFile(join(liteRT, basename(path))) : files.get(path);
    Promise.resolve(contents)
      .then((body) => {
        // Isolated: shared memory is to be had, and the clock ticks every 5 µs instead of every 100.
        response.writeHead(body === undefined ? 404 : 200, {
          "content-type": TYPES[extname(path)] ?? TYPES[".html"],
          "cross-origin-opener-policy": "same-origin",
          "cross-origin-embedder-policy": "require-corp",
        });
        response.end(body);
      })
      .catch(() => response.writeHead(404).end());
  });
  await new Promise<void>((done, fail) => server.once("error", fail).listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, close: () => void server.close() };
}

/** The page's files by path. Nothing is written and nothing is minified. */
async function bundle(): Promise<ReadonlyMap<string, string | Uint8Array>> {
  const output = (await build({
    configFile: false,
    logLevel: "error",
    root: join(import.meta.dirname, "../.."),
    build: {
      write: false,
      minify: false,
      target: "esnext",
      modulePreload: false,
      rolldownOptions: {
        input: join(import.meta.dirname, "page.ts"),
        output: { entryFileNames: "page.js" },
      },
    },
  })) as Rolldown.RolldownOutput;
  const html = '<!doctype html><title>Bench</title><script type="module" src="/page.js"></script>\n';
  return new Map<string, string | Uint8Array>([
    ["/", html],
    ...output.output.map((file) => [`/${file.fileName}`, file.type === "chunk" ? file.code : file.source] as const),
  ]);
}
