import { readFile } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
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
    void answer(path, path.startsWith(LITERT_FOLDER) ? join(liteRT, basename(path)) : undefined, files, response);
  });
  await new Promise<void>((done, fail) => server.once("error", fail).listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, close: () => void server.close() };
}

/** @param file where the contents are, if they are not one of the bundle's */
async function answer(
  path: string,
  file: string | undefined,
  files: ReadonlyMap<string, string | Uint8Array>,
  response: ServerResponse,
): Promise<void> {
  const body = file === undefined ? files.get(path) : await readFile(file).catch(() => undefined);
  // Isolated: shared memory is to be had, and the clock ticks every 5 µs instead of every 100.
  response.writeHead(body === undefined ? 404 : 200, {
    "content-type": TYPES[extname(path)] ?? TYPES[".html"],
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
  });
  response.end(body);
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
