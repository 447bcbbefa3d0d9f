import {
  assertFinite,
  assertRecord,
  checkedLater,
  checkOptions,
  type OptionChecks,
  ValueError,
} from "@unfoldjs/tensor-core";

/** What was measured in a count: `CorpusCounts` has all of it but the cores. */
export interface MeasuredCount {
  /** Words of the corpus. */
  readonly words: number;
  /** Pairs with a count. */
  readonly length: number;
  /** Different words and pairs of each part, summed. */
  readonly partRows: { readonly words: number; readonly pairs: number };
  readonly seconds: { readonly words: number; readonly pairs: number; readonly merge: number };
}

export interface PlanOptions {
  /** Words of the corpus that is to be counted. */
  readonly words: number;
  /** A count of the same kind of text with the same window and vocabulary, of as many words as there was time for. */
  readonly measured: MeasuredCount;
  /** Cores that it ran on. Default 1. */
  readonly measuredCores?: number;
  /** Machines, each a shard. Default 8. */
  readonly nodes?: number;
  /** Of a machine. Default 16. */
  readonly cores?: number;
  /** Bytes of a machine. Default 64e9. */
  readonly memory?: number;
  /** Bytes of a machine. Default 2e12. */
  readonly disk?: number;
  /** Bytes a second into or out of a machine. Default 1.25e9, 10 Gbit/s. */
  readonly network?: number;
  /** Of a machine for an hour. Default 0.8. */
  readonly price?: number;
  /** Pairs a second that the counting process puts into Parquet, which comes after the cluster's work. Default 1,200,000. */
  readonly writing?: number;
  /** Pairs grow with this power of words. Default 0.8 (Pennington et al. 2014, section 3.2); two counts give one's own. */
  readonly growth?: number;
}

/** What a count of that size takes. */
export interface CountPlan {
  /** Of each step. The first is bound to the one process that reads and takes apart the documents. */
  readonly hours: {
    readonly words: number;
    readonly pairs: number;
    readonly merge: number;
    /** By the counting process, too. */
    readonly writing: number;
    readonly total: number;
  };
  /** Pairs of the whole, and of each machine's documents. */
  readonly pairs: { readonly whole: number; readonly node: number };
  readonly bytes: {
    /** To the machines: the words. */
    readonly loaded: number;
    /** Between machines: sums of pairs. */
    readonly exchanged: number;
    /** Of the result. */
    readonly result: number;
    /** On the disk of each machine. */
    readonly disk: number;
  };
  /** In the currency of `price`. */
  readonly cost: number;
  /** What each limit is used to, the fullest first: above 1 it breaks. */
  readonly limits: readonly { readonly what: string; readonly used: number; readonly remedy: string }[];
}

/** A word of text and what parts it. */
const WORD_BYTES = 6;
/** A pair of a part: two numbers of eight bytes; ClickHouse's LZ4 halves them, which is not counted on. */
const PAIR_BYTES = 16;
/** A pair of the result, as measured: in Parquet differences of what is sorted are small. */
const RESULT_BYTES = 2.6;
/** A group in a hash table, with the room that it keeps. */
const GROUP_BYTES = 48;
/** Pairs of one file of the result: what is put together at once. */
const FILE_PAIRS = 50_000_000;
/** Longer than this nobody waits. */
const DAY = 24;

const CHECKS: OptionChecks<PlanOptions> = {
  words: above,
  measured: checkedLater,
  measuredCores: above,
  nodes: above,
  cores: above,
  memory: above,
  disk: above,
  network: above,
  writing: above,
  price: (op, name, value) => assertFinite(op, name, value),
  growth: above,
};

/**
 * What it takes to count a corpus on a cluster, from rates that were measured: hours, bytes, cost, and what breaks first.
 * Work on documents grows with words and is shared by all cores; merging grows with the pairs that parts have.
 * @throws ValueError
 */
export function planCount(options: PlanOptions): CountPlan {
  const op = "planCount";
  checkOptions(op, options, CHECKS);
  const { words, measured, measuredCores = 1, nodes = 8, cores = 16, growth = 0.8, price = 0.8 } = options;
  const { memory = 64e9, disk = 2e12, network = 1.25e9, writing = 1.2e6 } = options;
  above(op, "words", words);
  assertRecord(op, "measured", measured, "counts, as countCorpus gives them");
  assertMeasured(op, measured);
  const scale = words / measured.words;
  const shared = measuredCores / (nodes * cores);
  const pairs = (of: number): number => measured.length * (of / measured.words) ** growth;
  const [whole, node] = [pairs(words), pairs(words / nodes)];
  // Parts are as large as the measured ones, so there are more of them.
  const partPairs = measured.partRows.pairs * scale;

  const exchanged = nodes === 1 ? 0 : node * (nodes - 1) * PAIR_BYTES;
  const mergeHours = Math.max((measured.seconds.merge * scale * shared) / 3600, exchanged / nodes / network / 3600);
  const hours = {
    words: (measured.seconds.words * scale) / 3600,
    pairs: (measured.seconds.pairs * scale * shared) / 3600,
    merge: mergeHours,
    writing: whole / writing / 3600,
  };
  const total = hours.words + hours.pairs + hours.merge + hours.writing;
  const onDisk = (words * WORD_BYTES + partPairs * PAIR_BYTES) / nodes;
  const limits = [
    {
      what: "hours of the one process that reads the documents",
      used: hours.words / DAY,
      remedy: "words by a regular expression; documents that are taken apart already; several counts, each of a share",
    },
    {
      what: "hours of the one process that writes the result",
      used: hours.writing / DAY,
      remedy: "a smaller vocabulary, or a narrower window",
    },
    {
      what: "disk of a machine",
      used: onDisk / disk,
      remedy: "more machines, or larger parts: fewer pairs are kept twice",
    },
    {
      what: "memory for the groups of a file of the result",
      used: (Math.min(FILE_PAIRS, whole) * GROUP_BYTES) / memory,
      remedy: "ClickHouse's max_bytes_before_external_group_by",
    },
    {
      what: "hours of counting and merging pairs",
      used: (hours.pairs + hours.merge) / DAY,
      remedy: "more machines, a narrower window, or a smaller vocabulary",
    },
  ];
  return {
    hours: { ...hours, total },
    pairs: { whole, node },
    bytes: { loaded: words * WORD_BYTES, exchanged, result: whole * RESULT_BYTES, disk: onDisk },
    cost: total * nodes * price,
    limits: limits.toSorted((a, b) => b.used - a.used),
  };
}

function above(op: string, name: string, value: unknown): void {
  assertFinite(op, name, value);
  if (value <= 0) throw new ValueError(op, { [name]: value }, `${name} must be above 0`);
}

function assertMeasured(op: string, { words, length, partRows, seconds }: MeasuredCount): void {
  above(op, "measured.words", words);
  above(op, "measured.length", length);
  assertRecord(op, "measured.partRows", partRows, "{ words, pairs }");
  assertRecord(op, "measured.seconds", seconds, "{ words, pairs, merge }");
  above(op, "measured.partRows.pairs", partRows.pairs);
  for (const step of ["words", "pairs", "merge"] as const) above(op, `measured.seconds.${step}`, seconds[step]);
}
