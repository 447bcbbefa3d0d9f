import type { Ranges } from "./ranges.ts";

/** A place to keep pages in, such as `await caches.open("vectors")` of a page. */
export interface PageCache {
  match(request: string): Promise<Response | undefined>;
  put(request: string, response: Response): Promise<void>;
}

/** What pages take. */
export interface PageOptions {
  readonly pageBytes: number;
  /** Pages that stay in memory. */
  readonly pages: number;
  readonly cache: PageCache | undefined;
  readonly onRead: ((bytes: number) => void) | undefined;
}

/** Pages that are asked for at once: a server far away answers one as soon as many. */
const TOGETHER = 8;

/** Ranges by pages, of which the last that were used stay in memory, and all in a cache where there is one. */
export class Pages {
  private readonly ranges: Ranges;
  private readonly options: PageOptions;
  /** By number, the one that was used longest ago first. */
  private readonly held = new Map<number, Promise<Uint8Array>>();

  constructor(ranges: Ranges, options: PageOptions) {
    this.ranges = ranges;
    this.options = options;
  }

  /** Bytes start … end − 1, in an array of their own. */
  async read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    const { pageBytes } = this.options;
    const bytes = new Uint8Array(end - start);
    const [first, last] = [Math.floor(start / pageBytes), Math.floor((end - 1) / pageBytes)];
    const numbers = Array.from({ length: end > start ? last - first + 1 : 0 }, (_, at) => first + at);
    for (let at = 0; at < numbers.length; at += TOGETHER) {
      await Promise.all(
        numbers.slice(at, at + TOGETHER).map(async (number) => {
          const page = await this.page(number);
          const begin = number * pageBytes;
          const from = Math.max(0, start - begin);
          bytes.set(page.subarray(from, Math.min(page.length, end - begin)), begin + from - start);
        }),
      );
    }
    return bytes;
  }

  private async page(number: number): Promise<Uint8Array> {
    const there = this.held.get(number);
    this.held.delete(number);
    const page = there ?? this.fetched(number);
    this.held.set(number, page);
    const [oldest] = this.held.keys();
    if (this.held.size > this.options.pages && oldest !== undefined) this.held.delete(oldest);
    try {
      return await page;
    } catch (error) {
      this.held.delete(number); // it is tried again when it is asked for again
      throw error;
    }
  }

  private async fetched(number: number): Promise<Uint8Array> {
    const { pageBytes, cache, onRead } = this.options;
    const [start, end] = [number * pageBytes, Math.min(this.ranges.size, (number + 1) * pageBytes)];
    const { name, version } = this.ranges;
    // Without a version pages of one file would be taken for another's.
    const key =
      version === undefined
        ? undefined
        : `/unfold-vectors?of=${encodeURIComponent(name)}&version=${encodeURIComponent(version)}&bytes=${start}-${end}`;
    const kept = key === undefined ? undefined : await fromCache(cache, key);
    if (kept?.length === end - start) return kept;
    const bytes = await this.ranges.read(start, end);
    onRead?.(bytes.length);
    if (key !== undefined) await intoCache(cache, key, bytes);
    return bytes;
  }
}

/** What a cache has. It works without: one that fails is as one that is empty. */
async function fromCache(cache: PageCache | undefined, key: string): Promise<Uint8Array | undefined> {
  try {
    const kept = await cache?.match(key);
    return kept === undefined ? undefined : new Uint8Array(await kept.arrayBuffer());
  } catch {
    return undefined;
  }
}

/** No room: it works without. */
async function intoCache(cache: PageCache | undefined, key: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  try {
    await cache?.put(key, new Response(bytes));
  } catch {
    // as above
  }
}
