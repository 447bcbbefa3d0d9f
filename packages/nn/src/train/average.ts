/** What an average needs to go on later. */
export interface AverageState {
  readonly sums: Readonly<Record<string, number>>;
  readonly examples: number;
}

/** Means over the examples of a pass, so that a smaller last batch counts as much as it has examples. */
export class Averages {
  private sums: Record<string, number> = {};
  examples = 0;

  add(values: Readonly<Record<string, number>>, examples: number): void {
    if (examples === 0) return; // the mean of nothing is NaN, and counts nothing
    for (const name in values) this.sums[name] = (this.sums[name] ?? 0) + (values[name] ?? 0) * examples;
    this.examples += examples;
  }

  /** NaN before the first example. */
  mean(name: string): number {
    return (this.sums[name] ?? 0) / this.examples;
  }

  means(names: readonly string[]): Record<string, number> {
    return Object.fromEntries(names.map((name) => [name, this.mean(name)]));
  }

  state(): AverageState {
    return { sums: { ...this.sums }, examples: this.examples };
  }

  static from(state: AverageState): Averages {
    const averages = new Averages();
    averages.sums = { ...state.sums };
    averages.examples = state.examples;
    return averages;
  }
}
