import { createServer, type Server } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";
import { chromiumOptions } from "@unfoldjs/config/chromium";
import { chromium } from "playwright";
import { PATIENCE } from "./program.ts";

const html = '<!doctype html><title>Consumer</title><script type="module" src="./main.js"></script>\n';

/** What a page is made of. It prints what its main thread trained, then what its worker did. */
export function pageFiles(worker: string): Record<string, string> {
  return {
    "index.html": html,
    "dist/index.html": html, // for bundlers that leave it alone
    "main.js": `import { share, train } from "./training.js";
console.log("page: " + train());
share().then((line) => {
  console.log("page: " + line);
  const worker = ${worker};
  worker.onmessage = ({ data }) => console.log(data);
  worker.onerror = ({ message }) => console.log("failed: the worker: " + message);
});
`,
    "worker.js": `import { share, train } from "./training.js";
const trained = train();
share().then((line) => postMessage("worker: " + line + "\\n" + trained));
`,
  };
}

/** Workers as bundlers find them, and as a page without one starts them. */
export const BUNDLED_WORKER = 'new Worker(new URL("./worker.js", import.meta.url), { type: "module" })';
export const MODULE_WORKER = 'new Worker("./worker.js", { type: "module" })';
export const CLASSIC_WORKER = 'new Worker("./worker.js")';

/**
 * Opens a page in a browser of its own.
 * @returns the lines that the page and its worker printed
 * @throws Error if the page or its worker fails, or says nothing
 */
export async function openPage(url: string): Promise<string> {
  const browser = await chromium.launch(chromiumOptions());
  try {
    const page = await browser.newPage();
    const printed: string[] = [];
    const finished = new Promise<void>((done, fail) => {
      page.on("console", (message) => {
        printed.push(message.text());
        if (message.text().startsWith("worker: ")) done();
        if (message.text().startsWith("failed: ")) fail(new Error(printed.join("\n")));
      });
      page.on("pageerror", (error) => fail(new Error(`the page failed: ${error.message}`)));
      setTimeout(() => fail(new Error(`the page did not finish:\n${printed.join("\n")}`)), PATIENCE / 2).unref();
    });
    await Promise.all([page.goto(url), finished]);
    return printed.join("\n");
  } finally {
    await browser.close();
  }
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".wasm": "application/wasm",
};

/** Without these a page has no shared memory, and so no threads. */
const isolation = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

/**
 * Opens a folder's index.html as a server of files gives it that isolates its pages.
 * @param policy the content security policy of its pages, if they have one
 */
export async function openFolder(folder: string, policy?: string): Promise<string> {
  const secured = policy === undefined ? isolation : { ...isolation, "content-security-policy": policy };
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? "/", "http://localhost").pathname);
    const file = join(folder, path === "/" ? "index.html" : path);
    readFile(file).then(
      (content) =>
        response.writeHead(200, { "content-type": types[extname(file)] ?? "text/plain", ...secured }).end(content),
      () => response.writeHead(404).end(),
    );
  });
  const port = await listen(server);
  try {
    return await openPage(`http://localhost:${port}/`);
  } finally {
    server.close();
  }
}

function listen(server: Server): Promise<number> {
  return new Promise((done) => {
    server.listen(0, "localhost", () => {
      const address = server.address();
      done(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
}
