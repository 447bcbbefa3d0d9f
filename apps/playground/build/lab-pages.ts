import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Connect, Plugin } from "vite";
import { labs } from "../src/labs/list.ts";
import { folderOf, home, type Page } from "../src/pages.ts";
import { escape } from "./escape.ts";

/** Stands in index.html where a lab's own lines go. */
const PLACE = "<!-- lab -->";

/**
 * A page for each lab, with a title, a sentence and a picture of its own for where its link is pasted. `/` is what src/pages.ts says.
 * @param site where the pages will stand, such as "https://example.org/playground/": what fetches a link's picture wants a
 *   whole address; without one, the picture's address is relative
 */
export function labPages(site: string | undefined): Plugin {
  let root = ".";
  return {
    name: "lab-pages",
    enforce: "post",
    configResolved(config) {
      ({ root } = config);
    },
    configurePreviewServer(server) {
      server.middlewares.use(toFolder);
    },
    configureServer(server) {
      server.middlewares.use(toFolder);
      server.middlewares.use((request, _response, next) => {
        const path = (request.url ?? "/").split("?")[0] ?? "/";
        if (labs.some(({ id }) => path === `/${id}/`)) request.url = "/index.html";
        next();
      });
    },
    transformIndexHtml(html, { server, originalUrl = "/" }) {
      if (server === undefined) return html;
      const lab = labs.find(({ id }) => originalUrl.startsWith(`/${id}/`)) ?? home;
      return html.replace(PLACE, () => headOf(lab, "/", site));
    },
    generateBundle(_options, bundle) {
      const page = bundle["index.html"];
      if (page?.type !== "asset") throw new Error("the build has no index.html to make the labs' pages of");
      const html = String(page.source);
      page.source = html.replace(PLACE, () => headOf(home, "./", site));
      const card = (folder: string): Uint8Array => readFileSync(join(root, "src", folder, "card.png"));
      this.emitFile({ type: "asset", fileName: "card.png", source: card("home") });
      for (const lab of labs) {
        const own = html.replace(PLACE, () => headOf(lab, "../", site)).replaceAll(/(href|src)="\.\//g, '$1="../');
        this.emitFile({ type: "asset", fileName: `${lab.id}/index.html`, source: own });
        this.emitFile({ type: "asset", fileName: `${lab.id}/card.png`, source: card(`labs/${lab.id}`) });
      }
    },
  };
}

/** Sends `/digits` on to `/digits/`, as servers of files do: the page's links are relative to its folder. */
const toFolder: Connect.NextHandleFunction = (request, response, next) => {
  const [path = "", query] = (request.url ?? "/").split("?");
  if (!labs.some(({ id }) => path === `/${id}`)) return next();
  response.writeHead(302, { Location: `${path}/${query === undefined ? "" : `?${query}`}` }).end();
};

function headOf(page: Page, up: string, site: string | undefined): string {
  const { title, why } = page.texts.en;
  const picture = `${site ?? up}${folderOf(page)}card.png`;
  const named: Record<string, string> = { description: why, "twitter:card": "summary_large_image" };
  const open: Record<string, string> = {
    "og:title": `${title} · Unfold`,
    "og:description": why,
    "og:type": "website",
    "og:image": picture,
    "og:image:width": "1200",
    "og:image:height": "630",
    "og:image:alt": title,
  };
  return [
    `<title>${escape(title)} · Unfold</title>`,
    ...Object.entries(named).map(([name, value]) => `<meta name="${name}" content="${escape(value)}" />`),
    ...Object.entries(open).map(([name, value]) => `<meta property="${name}" content="${escape(value)}" />`),
  ].join("\n    ");
}
