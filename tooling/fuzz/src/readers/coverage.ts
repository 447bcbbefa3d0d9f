import { Session } from "node:inspector";

/** What the inspector says of a script (Profiler.ScriptCoverage of the DevTools protocol). */
interface ScriptCoverage {
  readonly url: string;
  readonly functions: readonly {
    readonly ranges: readonly { readonly startOffset: number; readonly endOffset: number; readonly count: number }[];
  }[];
}

/** Sources of the readers; what the core or the fuzzer runs through says nothing about files. */
const WATCHED =
  /\/packages\/(?:tensor-core\/src\/(?:io|create)|nn\/src\/(?:save|state|train|module)|datasets\/src|embeddings\/src\/(?:formats|sources|subwords))\//;

/** Which characters of the readers' sources have run: V8 counts each block of each function. */
export class Coverage {
  readonly #session = new Session();
  readonly #seen = new Map<string, Uint8Array>();

  constructor() {
    this.#session.connect();
    this.#session.post("Profiler.enable");
    this.#session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  }

  /** Whether something ran since the last look that never had. */
  look({ remember }: { readonly remember: boolean }): boolean {
    let result: readonly ScriptCoverage[] = [];
    this.#session.post("Profiler.takePreciseCoverage", (_, taken) => (result = taken.result));
    let isNew = false;
    for (const script of result) {
      if (!WATCHED.test(script.url)) continue;
      const now = charactersOf(script);
      const seen = this.#seen.get(script.url);
      if (seen !== undefined && seen.length >= now.length && now.every((one, at) => one <= (seen[at] ?? 0))) continue;
      isNew = true;
      if (!remember) break;
      const all = new Uint8Array(Math.max(now.length, seen?.length ?? 0));
      all.set(seen ?? []);
      now.forEach((one, at) => (all[at] = Math.max(one, all[at] ?? 0)));
      this.#seen.set(script.url, all);
    }
    return isNew;
  }

  /** Characters that have run. */
  get size(): number {
    return [...this.#seen.values()].reduce((sum, seen) => sum + seen.reduce((a, b) => a + b, 0), 0);
  }

  end(): void {
    this.#session.disconnect();
  }
}

/** 1 for each character that ran; blocks stand within those around them. */
function charactersOf({ functions }: ScriptCoverage): Uint8Array {
  const ranges = functions.flatMap((one) => one.ranges);
  const characters = new Uint8Array(Math.max(0, ...ranges.map(({ endOffset }) => endOffset)));
  const outerFirst = ranges.toSorted((a, b) => a.startOffset - b.startOffset || b.endOffset - a.endOffset);
  for (const { startOffset, endOffset, count } of outerFirst)
    characters.fill(Math.min(1, count), startOffset, endOffset);
  return characters;
}
