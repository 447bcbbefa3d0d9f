import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { decode, encode } from "./json.ts";
import type { Failure } from "./worker.ts";

const FOLDER: string = fileURLToPath(new URL("../kept", import.meta.url));

/** A failure of the past: one file of the folder `kept`, tried each time that tests run. */
export interface Kept {
  readonly file: string;
  readonly part: string;
  readonly subject: unknown;
  /** What was wrong when it was found. */
  readonly was: string;
}

export function readKept(): Kept[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(".json"))
    .map((file) => ({ file, ...(decode(readFileSync(join(FOLDER, file), "utf8")) as Omit<Kept, "file">) }));
}

/** Writes a failure to the folder. @returns the file, from the package's folder */
export function keepFailure(part: string, { subject, problems }: Failure): string {
  const text = encode(subject);
  const name = `${part}-${createHash("sha256").update(text).digest("hex").slice(0, 10)}.json`;
  mkdirSync(FOLDER, { recursive: true });
  const [was = ""] = problems;
  writeFileSync(join(FOLDER, name), `${encode({ part, was, subject })}\n`);
  return join("kept", name);
}
