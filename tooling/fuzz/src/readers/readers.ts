import { randomFrom } from "@unfoldjs/op-cases";
import { memory, type MemoryUse, OutOfMemoryError, RuntimeError, UnfoldError } from "@unfoldjs/tensor-core";
import type { Exploration, Part } from "../part.ts";
import { chance, oneOf } from "../random.ts";
import { gzipReader, idxReader, npyReader, npzReader, safetensorsReader } from "./arrays.ts";
import { GROW, readCorpus, writeCorpus } from "./corpus.ts";
import { Coverage } from "./coverage.ts";
import { checkpointReader, modelReader } from "./models.ts";
import { mutated } from "./mutate.ts";
import { processorTimeSince } from "../processor-time.ts";
import { pytorchReader } from "./pytorch.ts";
import type { Reader } from "./reader.ts";
import { keyedVectorsReader, piecesReader } from "./text.ts";
import { ownVectorsReader, vectorsReader } from "./vectors.ts";

/** Files between two looks at what ran: a look takes as long as some hundred files. */
const BATCH = 400;
/** Milliseconds of the processor that one file may take. */
const SLOW = 1000;
/** How much more of the core's heap a file may take than it has bytes, and besides. */
const [TIMES, BESIDES] = [4 * 1032, 2 ** 26];

/** How a file fared. */
interface Read {
  readonly problems: readonly string[];
  /** What came of it, without what is this file's own: "FormatError the elements do not fill the shape". */
  readonly outcome: string;
}

/** Reads one file and judges what came: something that hangs together, or a refusal in words, and nothing left behind. */
async function judged(reader: Reader, bytes: Uint8Array): Promise<Read> {
  const before = memory();
  const start = process.cpuUsage();
  let problems: string[] = [];
  let outcome = "read";
  try {
    problems.push(...(await reader.read(bytes)));
  } catch (error) {
    ({ problems, outcome } = refusal(error));
  }
  const took = processorTimeSince(start);
  if (took > SLOW) problems.push(`it took ${Math.round(took)} ms`);
  problems.push(...left(before, memory(), bytes.length));
  return { problems: problems.map((problem) => `${reader.name}: ${problem}`), outcome };
}

function refusal(error: unknown): { problems: string[]; outcome: string } {
  if (!(error instanceof UnfoldError)) {
    const [, place = ""] =
      /((?:packages|tooling)\/[^)\n]+)/.exec(error instanceof Error ? (error.stack ?? "") : "") ?? [];
    const text = String(error).slice(0, 200);
    return { problems: [`a bare ${text} (${place})`], outcome: text };
  }
  const outcome = `${error.name} ${error.op} ${error.rule.replace(/\d+/g, "#").slice(0, 80)}`;
  const isOurs = !(error instanceof RuntimeError || error instanceof OutOfMemoryError);
  // What the file has, at which place: a name, a position, a size that came and one that was needed.
  const saysWhat = Object.keys(error.came).length > 0;
  const problems = isOurs ? (saysWhat ? [] : [`nothing is said of the file: ${error.message}`]) : [error.message];
  return { problems, outcome };
}

function left(before: MemoryUse, after: MemoryUse, length: number): string[] {
  const names = (["tensors", "storages", "bytes"] as const).filter((name) => after[name] !== before[name]);
  const grown = after.heapBytes - before.heapBytes;
  return [
    ...names.map((name) => `${name}: ${before[name]} before, ${after[name]} after`),
    ...(grown > TIMES * length + BESIDES ? [`${length} bytes took ${grown} of the heap`] : []),
  ];
}

/** Files mutated towards branches of a reader that none has reached. */
function readerPart(reader: Reader): Part<Uint8Array> {
  return {
    name: reader.name,
    accepts: (only) => only === reader.name || only === "readers",

    async explore({ seed, until, trying, tried, count }: Exploration<Uint8Array>) {
      const random = randomFrom(`${seed}/${reader.name}`);
      const first = await reader.files();
      const corpus = [...first, ...readCorpus(reader.name)];
      const outcomes = new Set<string>();
      const coverage = new Coverage();
      const run = async (bytes: Uint8Array): Promise<boolean> => {
        trying(bytes);
        const { problems, outcome } = await judged(reader, bytes);
        count("files");
        await tried(bytes, problems);
        const isNew = !outcomes.has(outcome);
        outcomes.add(outcome);
        return isNew;
      };
      for (const bytes of corpus) await run(bytes);
      coverage.look({ remember: true });
      const known = corpus.length;
      while (Date.now() < until) {
        const batch = Array.from({ length: BATCH }, () => {
          const parent = chance(random, 0.2) ? oneOf(random, first) : oneOf(random, corpus);
          if (reader.rewrite !== undefined && chance(random, 0.4)) return reader.rewrite(parent, random);
          return mutated(parent, random, reader.tokens, corpus);
        });
        for (const bytes of batch) {
          if (await run(bytes)) corpus.push(bytes);
          if (Date.now() > until) break;
        }
        if (coverage.look({ remember: false })) corpus.push(...(await reaching(reader, coverage, batch)));
      }
      coverage.look({ remember: true });
      coverage.end();
      count("outcomes", outcomes.size);
      count("kept for their branches", corpus.length - known);
      count("characters of the readers run", coverage.size);
      if (process.env[GROW] === "1") writeCorpus(reader.name, corpus.slice(first.length));
    },

    check: async (bytes) => (await judged(reader, bytes)).problems,
    simpler: shorter,
    describe: (bytes) =>
      `${bytes.length} bytes: ${JSON.stringify(Buffer.from(bytes.subarray(0, 240)).toString("latin1"))}`,
  };
}

/** Those of a batch that ran something new, by halves. */
async function reaching(reader: Reader, coverage: Coverage, batch: readonly Uint8Array[]): Promise<Uint8Array[]> {
  if (batch.length === 0) return [];
  for (const bytes of batch) await judged(reader, bytes);
  if (!coverage.look({ remember: batch.length === 1 })) return [];
  if (batch.length === 1) return [...batch];
  const middle = batch.length >> 1;
  return [
    ...(await reaching(reader, coverage, batch.slice(0, middle))),
    ...(await reaching(reader, coverage, batch.slice(middle))),
  ];
}

/** Files without a part, and with zeros for a byte. */
function* shorter(bytes: Uint8Array): Generator<Uint8Array> {
  for (let size = bytes.length >> 1; size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at + size <= bytes.length; at += size) {
      yield new Uint8Array([...bytes.subarray(0, at), ...bytes.subarray(at + size)]);
    }
  }
}

export const readers: readonly Part<Uint8Array>[] = [
  npyReader,
  npzReader,
  safetensorsReader,
  pytorchReader,
  idxReader,
  gzipReader,
  modelReader,
  checkpointReader,
  vectorsReader,
  ownVectorsReader,
  keyedVectorsReader,
  piecesReader,
].map(readerPart);
