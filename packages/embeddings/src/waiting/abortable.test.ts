import { describe, expect, test } from "vitest";
import { abortable, orAborted } from "./abortable.ts";

/** Numbers, of which the one at `hangs` never comes; tells what became of it. */
function numbers(count: number, hangs = Infinity): AsyncIterable<number> & { left: number } {
  return {
    left: 0,
    [Symbol.asyncIterator]() {
      let at = 0;
      return {
        next: async () => {
          if (at === hangs) await new Promise(() => undefined);
          return at < count ? { done: false as const, value: at++ } : { done: true as const, value: undefined };
        },
        return: async () => {
          this.left++;
          if (at === hangs) await new Promise(() => undefined);
          return { done: true as const, value: undefined };
        },
      };
    },
  };
}

describe("a sequence with a signal", () => {
  test.each([undefined, new AbortController().signal])("is what it is without", async (signal) => {
    const given = numbers(3);
    const found: number[] = [];
    for await (const each of abortable(given, signal)) found.push(each);
    expect([found, given.left]).toEqual([[0, 1, 2], 0]);
  });

  test("is let go of by who stops early", async () => {
    const given = numbers(3);
    for await (const _ of abortable(given, new AbortController().signal)) break;
    expect(given.left).toBe(1);
  });

  test.each([0, 2])("that hangs is left with the signal's reason, at %i", async (at) => {
    const [given, stop, reason] = [numbers(3, at), new AbortController(), new Error("enough")];
    setTimeout(() => stop.abort(reason), 10);
    const found: number[] = [];
    const walked = async (): Promise<void> => {
      for await (const each of abortable(given, stop.signal)) found.push(each);
    };
    await expect(walked()).rejects.toBe(reason);
    expect([found.length, given.left]).toEqual([at, 1]);
  });

  test("gives nothing more once it is aborted", async () => {
    const stop = new AbortController();
    const walked = async (): Promise<void> => {
      for await (const each of abortable(numbers(3), stop.signal)) if (each === 1) stop.abort();
    };
    await expect(walked()).rejects.toThrow(/abort/);
  });

  test("that throws is not asked to end", async () => {
    const own = new Error("own");
    let left = 0;
    const given = {
      [Symbol.asyncIterator]: () => ({
        next: () => Promise.reject(own),
        return: async () => ({ done: true as const, value: left++ }),
      }),
    };
    const walked = async (): Promise<void> => {
      for await (const _ of abortable(given, new AbortController().signal));
    };
    await expect(walked()).rejects.toBe(own);
    expect(left).toBe(0);
  });
});

test("a promise with a signal", async () => {
  const stop = new AbortController();
  expect(await orAborted(Promise.resolve(3), stop.signal)).toBe(3);
  const waiting = orAborted(new Promise(() => undefined), stop.signal);
  stop.abort(new Error("enough"));
  await expect(waiting).rejects.toThrow("enough");
  await expect(orAborted(Promise.resolve(3), stop.signal)).rejects.toThrow("enough");
});
