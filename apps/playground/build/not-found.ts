import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Connect, Plugin } from "vite";
import { notFoundPage } from "./not-found-page.ts";

/** What hosts of plain files show where there is nothing: GitHub Pages, Cloudflare, Netlify and others know it by this name. */
const FILE = "404.html";

/**
 * The page for addresses at which there is none: among the built pages, and while they are served from here.
 * @param site where the pages will stand, as `labPages` takes it
 */
export function notFound(site: string | undefined): Plugin {
  let [root, built] = [".", "."];
  const style = (): string => readFileSync(join(root, "src", "look", "style.css"), "utf8");
  return {
    name: "not-found",
    configResolved(config) {
      root = config.root;
      built = join(root, config.build.outDir);
    },
    configureServer: (server) => () => {
      server.middlewares.use(answer(root, () => notFoundPage(style(), "/")));
    },
    configurePreviewServer: (server) => () => {
      const file = join(built, FILE);
      server.middlewares.use(answer(built, () => (existsSync(file) ? readFileSync(file, "utf8") : undefined)));
    },
    generateBundle() {
      this.emitFile({ type: "asset", fileName: FILE, source: notFoundPage(style(), site) });
    },
  };
}

/** Answers who asks for a page, once nobody else has. @param root where pages are that Vite is yet to send */
function answer(root: string, page: () => string | undefined): Connect.NextHandleFunction {
  return (request, response, next) => {
    const path = (request.url ?? "/").split("?")[0] ?? "/";
    const isThere = path.endsWith(".html") && existsSync(join(root, path));
    const isWanted = !isThere && request.headers.accept?.includes("text/html") === true;
    const text = isWanted ? page() : undefined;
    if (text === undefined) return next();
    response.writeHead(404, { "Content-Type": "text/html; charset=utf-8" }).end(text);
  };
}
