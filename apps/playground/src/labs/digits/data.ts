import { type ImageDataset, mnist, subset } from "@unfoldjs/datasets";
import { DIGIT_FILES } from "./digit-files.ts";

/** Bytes that have come, and how many there are. */
export interface Loaded {
  readonly bytes: number;
  readonly of: number;
}

/** All that there are, or those few that the first page shows a network learn: a thirteenth to fetch. */
export type Amount = "all" | "few";

/** Of the few, how many are learned from; it is tried on the rest. */
const FEW = 800;

/** The digits that a network learns from, and those that it is tried on. */
export interface Digits {
  readonly training: ImageDataset;
  readonly test: ImageDataset;
}

/**
 * Fetches the digits.
 * @param base the address that their files' names are relative to
 * @throws Error that names the file, if one is not there
 */
export async function fetchDigits(base: string, report: (loaded: Loaded) => void, amount: Amount): Promise<Digits> {
  const amounts = new Map<string, Loaded>();
  const from = (file: string): Promise<Uint8Array<ArrayBuffer>> => {
    const name = DIGIT_FILES.find((digits) => digits.from === file)?.name ?? file;
    return fetchBytes(new URL(name, base).href, (loaded) => {
      amounts.set(name, loaded);
      const all = [...amounts.values()];
      report({ bytes: sum(all.map(({ bytes }) => bytes)), of: sum(all.map(({ of }) => of)) });
    });
  };
  if (amount === "few") {
    const few = await mnist({ split: "test", from });
    return { training: subset(few, 0, FEW), test: subset(few, FEW, few.length) };
  }
  const [training, test] = await Promise.all([mnist({ split: "train", from }), mnist({ split: "test", from })]);
  return { training, test };
}

async function fetchBytes(address: string, report: (loaded: Loaded) => void): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(address).catch((cause: unknown) => {
    throw new Error(`${address} could not be fetched`, { cause });
  });
  if (!response.ok || response.body === null) throw new Error(`${address} could not be fetched: ${response.status}`);
  const of = Number(response.headers.get("Content-Length") ?? 0);
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  const reader = response.body.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    chunks.push(next.value);
    bytes += next.value.length;
    report({ bytes, of: Math.max(of, bytes) });
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
