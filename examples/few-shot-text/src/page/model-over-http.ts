import type { Files } from "../encoder.ts";
import type { Progress } from "./messages.ts";

export const MODEL_FILES: readonly string[] = [
  "config.json",
  "tokenizer.json",
  "tokenizer_config.json",
  "model.safetensors",
];

/**
 * Fetches a model's files, one after the other, and tells how far it is.
 * @throws Error that says which file did not come, and what the server said
 */
export async function filesOverHttp(folder: string, report: (progress: Progress) => void): Promise<Files> {
  const files = new Map<string, Uint8Array>();
  for (const name of MODEL_FILES) {
    files.set(
      name,
      await fetched(`${folder}${name}`, (bytes, of) => {
        const megabytes = (count: number): string => (count / 1e6).toFixed(0);
        const size = of > 0 ? ` of ${megabytes(of)}` : "";
        if (of > 1e6) report({ share: bytes / of, text: `reading the model: ${megabytes(bytes)}${size} MB` });
      }),
    );
  }
  return (name) => {
    const file = files.get(name);
    if (file === undefined) throw new Error(`${name} is none of the model's files that were fetched.`);
    return file;
  };
}

async function fetched(address: string, onBytes: (bytes: number, of: number) => void): Promise<Uint8Array> {
  const response = await fetch(new URL(address, location.origin)).catch((cause: unknown) => {
    throw new Error(`${address} could not be fetched: is the program still running that serves this page?`, { cause });
  });
  if (!response.ok || response.body === null) {
    throw new Error(`${address} did not come: ${response.status} ${(await response.text()).slice(0, 200)}`);
  }
  const of = Number(response.headers.get("content-length") ?? 0);
  const parts: Uint8Array[] = [];
  let bytes = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    onBytes((bytes += value.length), of);
  }
  const all = new Uint8Array(bytes);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  if (of > 0 && bytes !== of) throw new Error(`${address} was cut off: ${bytes} of ${of} bytes came.`);
  return all;
}
