/** What Digits keeps in its address: it stood at `/` before there was a home page. */
const OF_DIGITS = [
  "lr",
  "batch",
  "dropout",
  "filters",
  "kernel",
  "seed",
  "changes",
  "steps",
  "at",
  "sample",
  "drawing",
  "why",
  "number",
  "compare",
];

/** Where a link to `/` leads that was made while Digits stood there, relative to `/`; undefined for any other. */
export function movedTo(query: URLSearchParams): string | undefined {
  return OF_DIGITS.some((name) => query.has(name)) ? `digits/?${query}` : undefined;
}
