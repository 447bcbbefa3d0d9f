/** What one training came to: the build of the core that ran, how the engine rounds in it, the hash of the weights. */
export interface Result {
  readonly variant: string;
  readonly rounding: string;
  readonly hash: string;
}

/** All results that a consumer printed. @throws Error if there are fewer than expected */
export function readResults(output: string, expected: number): readonly Result[] {
  const results = [...output.matchAll(/trained (\w+) (\w+) ([0-9a-f]{8})$/gm)].map(
    ([, variant = "", rounding = "", hash = ""]) => ({ variant, rounding, hash }),
  );
  if (results.length !== expected) throw new Error(`expected ${expected} results, and this was printed:\n${output}`);
  return results;
}

/** @throws Error if the work was shared by other numbers of threads than expected, each time that a consumer tried */
export function checkThreads(output: string, expected: readonly number[]): void {
  const threads = [...output.matchAll(/shared by (\d+) threads/g)].map(([, count]) => Number(count));
  if (threads.join() === expected.join()) return;
  throw new Error(`expected work shared by ${expected.join(", ")} threads, and this was printed:\n${output}`);
}

/**
 * Relaxed SIMD may round a product and a sum once, plain SIMD rounds twice: the only reason for different weights. Those
 * whose engines round alike agree bit for bit, whichever build they ran.
 * @returns for each way of rounding that gave more than one hash, what it gave
 */
export function disagreements(results: readonly Result[]): readonly string[] {
  const hashes = new Map<string, Set<string>>();
  for (const { rounding, hash } of results) hashes.set(rounding, (hashes.get(rounding) ?? new Set()).add(hash));
  return [...hashes]
    .filter(([, given]) => given.size > 1)
    .map(([rounding, given]) => `${rounding} sums gave different weights: ${[...given].join(", ")}`);
}
