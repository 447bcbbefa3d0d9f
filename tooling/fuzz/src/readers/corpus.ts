import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const FOLDER: string = fileURLToPath(new URL("../../corpus", import.meta.url));
/** The variable of the environment that has workers write what they found. */
export const GROW = "UNFOLD_FUZZ_GROW";
/** Files of a reader, and bytes of one, that are kept. */
const MOST = 150;
const LARGEST = 1200;

/** Files that earlier runs found to reach a branch of their own. */
export function readCorpus(name: string): Uint8Array[] {
  const file = `${FOLDER}/${name}.json`;
  if (!existsSync(file)) return [];
  return (JSON.parse(readFileSync(file, "utf8")) as string[]).map(
    (text) => new Uint8Array(Buffer.from(text, "base64")),
  );
}

/** Keeps the small ones. */
export function writeCorpus(name: string, files: readonly Uint8Array[]): void {
  mkdirSync(FOLDER, { recursive: true });
  const texts = files.filter(({ length }) => length <= LARGEST).map((bytes) => Buffer.from(bytes).toString("base64"));
  writeFileSync(`${FOLDER}/${name}.json`, `${JSON.stringify([...new Set(texts)].slice(0, MOST), null, 1)}\n`);
}
