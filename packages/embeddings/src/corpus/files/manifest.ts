import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeFile } from "@unfoldjs/nn";
import { FileError, FormatError, ValueError } from "@unfoldjs/tensor-core";

/** What decides the counts, and in which pieces they are made: the same when a count goes on as when it began. */
export interface CountSettings {
  readonly engine: string;
  readonly window: number;
  readonly symmetric: boolean;
  readonly minCount: number;
  /** None if 0. */
  readonly maxSize: number;
  readonly partWords: number;
  readonly filePairs: number;
  /** How texts are taken apart. */
  readonly words: string;
  /** Servers, in order: a part lies on the one whose turn it was. */
  readonly servers: readonly string[];
}

/** A range of documents. */
export interface PartRecord {
  readonly documents: number;
  readonly words: number;
  /** Characters of its documents as they were given, by which another corpus is noticed. */
  readonly characters: number;
  /** Different words, and pairs of words once they are counted. */
  readonly counts: number;
  pairs?: number;
  /** What the engine had of it is gone, and it must be made again. */
  lost?: boolean;
}

/** Seconds that each step took, over all runs. */
export interface StepSeconds {
  words: number;
  vocabulary: number;
  pairs: number;
  merge: number;
}

/** How far a count has come. It is a file, which is written anew after each part. */
export interface Manifest {
  readonly kind: string;
  /** Of tables on servers. */
  readonly id: string;
  readonly settings: CountSettings;
  readonly parts: PartRecord[];
  readonly seconds: StepSeconds;
  /** Whether all documents are in parts. */
  complete: boolean;
  /** Words of words.parquet, once it is there. */
  vocabulary?: number;
  /** The first words of the files that the pairs are merged into, and at the end how many words there are. */
  ranges?: number[];
  /** Pairs of each file that is there. */
  readonly merged: number[];
  finished: boolean;
}

const KIND = "unfold.corpus.1";
const MANIFEST = "manifest.json";
const STEPS = ["words", "vocabulary", "pairs", "merge"];

/**
 * The manifest of a folder, or a new one.
 * @throws ValueError if the folder holds counts by other settings
 */
export function openManifest(op: string, folder: string, settings: CountSettings): Manifest {
  const found = readManifest(op, folder);
  if (found === undefined) {
    made(op, folder);
    const id = crypto.randomUUID().replaceAll("-", "").slice(0, 12);
    const seconds = { words: 0, vocabulary: 0, pairs: 0, merge: 0 };
    return { kind: KIND, id, settings, parts: [], seconds, complete: false, merged: [], finished: false };
  }
  for (const [name, value] of Object.entries(settings)) {
    const before: unknown = found.settings[name as keyof CountSettings];
    if (JSON.stringify(before) === JSON.stringify(value)) continue;
    throw new ValueError(
      op,
      { folder, [`${name} now`]: JSON.stringify(value), [`${name} before`]: JSON.stringify(before) },
      "the folder holds a count by other options",
      "the same options go on with it; else give another folder, or remove this one",
    );
  }
  return found;
}

function made(op: string, folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (cause) {
    const problem = String((cause as { readonly code?: unknown }).code ?? cause);
    if (problem === "ENOSPC") throw cause;
    throw new FileError(op, { folder, problem }, "the folder cannot be made", "choose one that you may write to", {
      cause,
    });
  }
}

/** The manifest of a folder, if there is one. @throws FormatError on another file of that name */
export function readManifest(op: string, folder: string): Manifest | undefined {
  const path = join(folder, MANIFEST);
  if (!existsSync(path)) return undefined;
  let found: unknown;
  try {
    found = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new FormatError(op, { path }, "the manifest cannot be read", "remove the folder to begin anew", {
      cause: error,
    });
  }
  const { kind } = (found ?? {}) as Partial<Manifest>;
  if (kind !== KIND)
    throw new FormatError(op, { path, kind: String(kind) }, `the manifest of a count says so: kind is ${KIND}`);
  if (isManifest(found)) return found;
  throw new FormatError(op, { path }, "the manifest is damaged", "remove the folder to begin anew");
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;
const isMissingOr = (is: (value: unknown) => boolean, value: unknown): boolean => value === undefined || is(value);
const areCounts = (value: unknown): boolean => Array.isArray(value) && value.every(isCount);

function isManifest(value: unknown): value is Manifest {
  const { id, settings, parts, seconds, complete, vocabulary, ranges, merged, finished } = value as Partial<Manifest>;
  const { window, symmetric, minCount, maxSize, partWords, filePairs, servers } = fieldsOf(settings);
  const spent = fieldsOf(seconds);
  return (
    /^[0-9a-f]{12}$/.test(String(id)) && // tables are called by it
    [window, minCount, maxSize, partWords, filePairs].every(isCount) &&
    [symmetric, complete, finished].every((truth) => typeof truth === "boolean") &&
    Array.isArray(servers) &&
    Array.isArray(parts) &&
    parts.every(isPart) &&
    STEPS.every((step) => Number.isFinite(spent[step])) &&
    isMissingOr(isCount, vocabulary) &&
    isMissingOr(areCounts, ranges) &&
    areCounts(merged)
  );
}

function isPart(value: unknown): boolean {
  const { documents, words, characters, counts, pairs } = fieldsOf(value);
  return [documents, words, characters, counts].every(isCount) && isMissingOr(isCount, pairs);
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

export async function saveManifest(op: string, folder: string, manifest: Manifest): Promise<void> {
  await writeFile(join(folder, MANIFEST), JSON.stringify(manifest, null, 1), op);
}
