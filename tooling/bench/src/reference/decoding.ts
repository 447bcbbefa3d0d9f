import type { BeamProblem, SampleProblem } from "../work.ts";

/** The best output of a beam, found by a full sort of all that each step weighs. */
export function beamBySorting({ width, vocabulary, steps, rows }: BeamProblem): { tokens: number[]; score: number } {
  let beam: { readonly tokens: readonly number[]; readonly score: number }[] = [{ tokens: [], score: 0 }];
  const scores = new Float64Array(width * vocabulary);
  for (let step = 0; step < steps; step++) {
    const count = beam.length * vocabulary;
    for (const [row, { score }] of beam.entries()) {
      for (let at = row * vocabulary; at < (row + 1) * vocabulary; at++) scores[at] = score + (rows[at] ?? 0);
    }
    // Numbers are sorted without their places, which is the fastest sort that there is here; the places are looked up.
    const least = scores.slice(0, count).sort()[count - width] ?? -Infinity;
    const next: typeof beam = [];
    for (let at = 0; at < count; at++) {
      const score = scores[at] ?? 0;
      if (score < least) continue;
      const parent = beam[Math.floor(at / vocabulary)]?.tokens ?? [];
      next.push({ tokens: [...parent, at % vocabulary], score });
    }
    beam = next.sort((a, b) => b.score - a.score).slice(0, width);
  }
  const [best] = beam;
  return { tokens: [...(best?.tokens ?? [])], score: best?.score ?? Number.NaN };
}

/** The k likeliest tokens of a row, with their probabilities at the temperature. */
function likeliest({ vocabulary, rows, k, temperature }: SampleProblem, row: number): Map<number, number> {
  const values = rows.subarray(row * vocabulary, (row + 1) * vocabulary);
  const tokens = Array.from(values.keys())
    .sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0))
    .slice(0, k);
  const weights = tokens.map((token) => Math.exp((values[token] ?? 0) / temperature));
  const total = weights.reduce((sum, each) => sum + each, 0);
  return new Map(tokens.map((token, at) => [token, (weights[at] ?? 0) / total]));
}

/** What draws have in common whatever was drawn: `kept`, the share of tokens that may come, and their mean `surprise` in nats. */
export interface Draws {
  readonly kept: readonly [number];
  readonly surprise: readonly [number];
}

export function expectedDraws(problem: SampleProblem): Draws {
  const entropies = Array.from({ length: problem.batch }, (_, row) =>
    [...likeliest(problem, row).values()].reduce((sum, p) => sum - p * Math.log(p), 0),
  );
  return { kept: [1], surprise: [entropies.reduce((sum, each) => sum + each, 0) / problem.batch] };
}

/** @param drawn of each row, the tokens that were drawn for it */
export function drawsOf(problem: SampleProblem, drawn: readonly (readonly number[])[]): Draws {
  const surprises = drawn.flatMap((tokens, row) => {
    const known = likeliest(problem, row);
    return tokens.map((token) => -Math.log(known.get(token) ?? 0));
  });
  const kept = surprises.filter((each) => each < Infinity);
  return {
    kept: [kept.length / surprises.length],
    surprise: [kept.reduce((sum, each) => sum + each, 0) / kept.length],
  };
}
