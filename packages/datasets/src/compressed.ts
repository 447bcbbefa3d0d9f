import { FormatError, assertBytes, assertString, assertWhole } from "@unfoldjs/tensor-core";

/** Whether bytes begin as gzip does. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Decompresses gzip; bytes that are not gzip come back as they are.
 * @param file what errors call them
 * @param most how many bytes may come out: a thousand times as many as went in can. Default 1 GiB
 * @throws FormatError if they are cut off or damaged, or more come out; ValueError unless `most` is a whole number
 */
export async function gunzip(
  bytes: Uint8Array<ArrayBuffer>,
  file = "the bytes given",
  most: number = 2 ** 30,
): Promise<Uint8Array<ArrayBuffer>> {
  const op = "gunzip";
  assertBytes(op, "bytes", bytes);
  assertString(op, "name", file);
  assertWhole(op, "most", most);
  if (!isGzip(bytes)) return bytes;
  const content = await decompress(op, "gzip", bytes, file, most);
  if (content !== undefined) return content;
  throw new FormatError(
    op,
    { file, bytes: bytes.length, most },
    `more than ${most} bytes come out of it`,
    "if they are meant to, pass a larger number as the third argument",
  );
}

/** What comes out of compressed bytes, or undefined if it is more than `most`. @throws FormatError */
export async function decompress(
  op: string,
  format: "gzip" | "deflate",
  bytes: Uint8Array<ArrayBuffer>,
  file: string,
  most: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    return await readUpTo(new Blob([bytes]).stream().pipeThrough(new DecompressionStream(format)), most);
  } catch (cause) {
    throw new FormatError(
      op,
      { file, bytes: bytes.length, problem: String(cause) },
      "the compressed bytes are cut off or damaged",
      "fetch the file again",
      { cause },
    );
  }
}

/** All that a stream gives; undefined, and the stream is left, once it is more than `most` bytes. */
async function readUpTo(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  most: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    length += next.value.length;
    if (length > most) {
      await reader.cancel();
      return undefined;
    }
    chunks.push(next.value);
  }
  const content = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    content.set(chunk, at);
    at += chunk.length;
  }
  return content;
}
