/** Where contenders run. */
export type Where = "node" | "chromium";

/** What this project has set itself for a case. A bar that is missed is shown, and fails nothing. */
export type Bar =
  /** time of the fastest peer, or of the one named, or of native code, ÷ ours */
  | { readonly ratio: number; readonly over?: string; readonly where?: Where }
  /** our time, in the unit of the case */
  | { readonly atMost: number; readonly where?: Where }
  /** our share of what the machine's own loop reaches */
  | { readonly share: number; readonly of: "arithmetic" | "memory"; readonly where?: Where }
  /** our GFLOP/s as a share of ours at another case of the same place */
  | {
      readonly share: number;
      readonly ofCase: { readonly suite: string; readonly case: string };
      readonly where?: Where;
    };

/** What came of a bar. `null` where something that it needs was not measured. */
export interface Verdict {
  readonly bar: Bar;
  /** in the bar's own terms: a ratio, a time or a share */
  readonly reached: number | null;
  readonly met: boolean | null;
}

/** What bars are judged by: the figures of a row, see `Row`. */
export interface Judged {
  readonly suite: string;
  readonly case: string;
  readonly where: Where;
  readonly ours: number | null;
  readonly ratio: number | null;
  readonly ratioAtLeast: number | null;
  readonly ceilingShare: number | null;
  readonly memory: { readonly share: number | null } | null;
  readonly oursGflops: number | null;
  readonly native: { readonly ratio: number | null } | null;
  readonly libraries: readonly { readonly name: string; readonly best: number }[];
}

/**
 * Judges the bars of a case that are set for the place of this row.
 * @param rows all rows of the run, in which other cases are looked up
 */
export function judge(row: Judged, bars: readonly Bar[], rows: readonly Judged[]): readonly Verdict[] {
  return bars
    .filter(({ where = "node" }) => where === row.where)
    .map((bar) => {
      const reached = reachedOf(bar, row, rows);
      if (reached === null && "ratio" in bar && bar.over === undefined) return byBound(bar, row.ratioAtLeast);
      return { bar, reached, met: reached === null ? null : isMet(bar, reached) };
    });
}

/** Where no peer was finished: a bar below the least that the ratio can be is met, one above it remains open. */
function byBound(bar: Bar & { readonly ratio: number }, atLeast: number | null): Verdict {
  return { bar, reached: null, met: atLeast !== null && atLeast >= bar.ratio ? true : null };
}

function reachedOf(bar: Bar, row: Judged, rows: readonly Judged[]): number | null {
  if ("atMost" in bar) return row.ours;
  if ("ratio" in bar) {
    if (bar.over === undefined) return row.ratio;
    if (bar.over === "native") return row.native?.ratio ?? null;
    const named = row.libraries.find(({ name }) => name === bar.over);
    return quotient(named?.best ?? null, row.ours);
  }
  if ("of" in bar) return bar.of === "arithmetic" ? row.ceilingShare : (row.memory?.share ?? null);
  const other = rows.find(
    ({ suite, case: name, where }) => suite === bar.ofCase.suite && name === bar.ofCase.case && where === row.where,
  );
  return quotient(row.oursGflops, other?.oursGflops ?? null);
}

function isMet(bar: Bar, reached: number): boolean {
  if ("atMost" in bar) return reached <= bar.atMost;
  return reached >= ("ratio" in bar ? bar.ratio : bar.share);
}

function quotient(above: number | null, below: number | null): number | null {
  return above === null || below === null ? null : above / below;
}
