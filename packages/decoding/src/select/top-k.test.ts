import fc from "fast-check";
import { expect, test } from "vitest";
import { TopK } from "./top-k.ts";

test("keeps what a stable sort puts first, with ties, −∞ and any k", () => {
  const value = fc.oneof(
    fc.integer({ min: -3, max: 3 }),
    fc.constant(-Infinity),
    fc.float({ noNaN: true, noDefaultInfinity: true }),
  );
  fc.assert(
    fc.property(
      fc.array(fc.array(value, { maxLength: 30 }), { maxLength: 4 }),
      fc.integer({ min: 0, max: 20 }),
      (rows, k) => {
        const top = new TopK(k);
        const bases = rows.map((_, row) => row / 8);
        for (const [row, values] of rows.entries())
          expect(top.offerRow(row, bases[row] as number, Float32Array.from(values))).toBe(-1);
        top.sort();
        const all = rows.flatMap((values, row) =>
          Array.from(Float32Array.from(values), (each, token) => ({
            score: (bases[row] as number) + each,
            row,
            token,
          })),
        );
        const expected = all
          .filter(({ score }) => score !== -Infinity)
          .toSorted((a, b) => b.score - a.score)
          .slice(0, k);
        expect(
          Array.from({ length: top.size }, (_, at) => ({
            score: top.score(at),
            row: top.row(at),
            token: top.token(at),
          })),
        ).toEqual(expected);
      },
    ),
    { numRuns: 500 },
  );
});

test("finds NaN wherever it is", () => {
  for (let at = 0; at < 5; at++) {
    const values = Float32Array.of(3, 1, 2, 5, 4);
    values[at] = NaN;
    expect(new TopK(1).offerRow(0, 0, values)).toBe(at);
  }
});
