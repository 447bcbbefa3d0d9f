import { en } from "../src/frame/texts.en.ts";
import { zh } from "../src/frame/texts.zh.ts";
import type { Language } from "../src/frame/languages.ts";
import { labs } from "../src/labs/list.ts";
import { escape } from "./escape.ts";

/** By the language's tag in HTML. */
const TEXTS = [
  { tag: "en", language: "en", own: en },
  { tag: "zh-CN", language: "zh", own: zh },
] as const satisfies readonly { tag: string; language: Language; own: typeof en }[];

/** A file that no other site has at this place. */
const LANDMARK = `${labs[0]?.id ?? ""}/card.png`;

/**
 * A page for any address at which there is none. It is one file: it may be shown at any depth, from where no other file's place
 * is known.
 * @param style the pages' own style sheet
 * @param root where the first page is; undefined if that is known only where the pages stand: then they are looked for from the
 *   host's root down
 */
export function notFoundPage(style: string, root: string | undefined): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <meta name="robots" content="noindex" />
    <title>${escape(`${en.nowhere} · ${en.product}`)}</title>
    <style>
${style}
${OWN_STYLE}
    </style>
    <script>
${choices()}
    </script>
  </head>
  <body>
${TEXTS.map(section).join("\n")}
    <script>
      const path = location.pathname;
      for (const place of document.querySelectorAll("code")) place.textContent = path;
      const lead = (root) => {
        for (const link of document.querySelectorAll("a")) link.href = new URL(link.dataset.to, root);
      };
      lead(new URL(${JSON.stringify(root ?? "/")}, location));
${root === undefined ? SEARCH : ""}
    </script>
  </body>
</html>
`;
}

/** Before anything is drawn: the language and the scheme as the other pages have them. */
function choices(): string {
  return `      const chosen = (name) => {
        try {
          return localStorage.getItem(name);
        } catch {
          return null;
        }
      };
      const language = new URLSearchParams(location.search).get("lang") ?? chosen("unfold.language") ?? navigator.language;
      document.documentElement.lang = language.startsWith("zh") ? "zh-CN" : "en";
      if (document.documentElement.lang !== "en") document.title = ${JSON.stringify(`${zh.nowhere} · ${zh.product}`)};
      const scheme = chosen("unfold.scheme");
      if (scheme === "light" || scheme === "dark") document.documentElement.dataset.scheme = scheme;`;
}

function section({ tag, language, own }: (typeof TEXTS)[number]): string {
  const links = labs.map(({ id, texts }) => {
    const { name, title } = texts[language];
    return `<li><a href="/${id}/" data-to="${id}/">${escape(name)}</a> <span class="quiet">${escape(title)}</span></li>`;
  });
  return `    <div lang="${tag}">
      <header>
        <a class="product" href="/" data-to=".">${escape(own.product)}</a> <span class="quiet">${escape(own.tagline)}</span>
      </header>
      <main>
        <h1>${escape(own.nowhere)}</h1>
        <p><code></code></p>
        <p>${escape(own.nowhereWhy)}</p>
        <a class="button primary" href="/" data-to=".">${escape(own.toHome)}</a>
        <h2>${escape(own.labs)}</h2>
        <ul>
          ${links.join("\n          ")}
        </ul>
      </main>
    </div>`;
}

const SEARCH = `      const folders = path.split("/").slice(1, -1);
      void (async () => {
        for (let depth = 0; depth <= folders.length; depth++) {
          const root = new URL(["", ...folders.slice(0, depth), ""].join("/"), location);
          const found = await fetch(new URL("${LANDMARK}", root), { method: "HEAD" }).then(
            ({ ok }) => ok,
            () => false,
          );
          if (found) return lead(root);
        }
      })();`;

const OWN_STYLE = `:root[data-scheme="light"] { color-scheme: light; }
:root[data-scheme="dark"] { color-scheme: dark; }
:root:not([lang="en"]) body > [lang="en"], :root[lang="en"] body > [lang="zh-CN"] { display: none; }
header { padding: 16px 24px; border-block-end: 1px solid var(--hairline); }
.product { margin-inline-end: 8px; color: inherit; font-weight: 600; text-decoration: none; }
main { display: grid; gap: 16px; justify-items: start; max-inline-size: 1232px; margin: 0 auto; padding: 48px 24px; }
code { overflow-wrap: anywhere; padding: 4px 8px; border-radius: 4px; background: var(--ground); font-size: var(--small); }
h2 { margin-block-start: 16px; }
ul { display: grid; gap: 8px; margin: 0; padding: 0; list-style: none; }
ul a { color: var(--accent); margin-inline-end: 8px; }
.button { display: inline-grid; place-items: center; text-decoration: none; }`;
