/** What a script of tooling/oracle/decoding has transformers' `generate` find: random models as tables, with settings and results. */
export interface TransformersFixture<Settings, Score extends number | null> {
  readonly models: readonly {
    readonly kind: "decoder" | "encoder-decoder";
    readonly start: number;
    readonly stop: number;
    readonly maxLength: number;
    readonly sentences: readonly (readonly number[])[];
    readonly table: Readonly<Record<string, readonly number[]>>;
    readonly cases: readonly { readonly settings: Settings; readonly results: readonly (readonly Found<Score>[])[] }[];
  }[];
}

interface Found<Score> {
  readonly tokens: readonly number[];
  readonly score: Score;
}
