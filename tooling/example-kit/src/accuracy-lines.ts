import type { Estimate } from "./estimate.ts";

const [WIDTH, HEIGHT] = [800, 420];
const MARGIN = { top: 60, right: 210, bottom: 52, left: 64 };
const [RIGHT, BOTTOM] = [WIDTH - MARGIN.right, HEIGHT - MARGIN.bottom];
/** Told apart by those who do not see all colours too (Okabe & Ito 2008). */
const COLOURS = ["#666666", "#0072b2", "#56b4e9", "#009e73", "#e69f00", "#d55e00", "#cc79a7"];
/** Between the names of two lines, and between the intervals of two lines at one place. */
const [BETWEEN_NAMES, BETWEEN_INTERVALS] = [18, 4];

/** A line of a chart of accuracies. */
export interface AccuracyLine {
  readonly name: string;
  readonly dashed?: boolean;
  /** One of its own, so that two lines of one method are seen to be. */
  readonly colour?: string;
  /** By what there was to learn from. */
  readonly points: ReadonlyMap<number, Estimate>;
}

/**
 * Accuracy over how much there is to learn from, on a logarithmic axis, a line for each method with its intervals, as an SVG picture
 * for light pages and dark. Names stand where their lines end.
 */
export function accuracyLines(title: string, axisTitle: string, lines: readonly AccuracyLine[]): string {
  const amounts = [...new Set(lines.flatMap(({ points: of }) => [...of.keys()]))].toSorted((a, b) => a - b);
  const [first = 1, last = 10] = [amounts[0], amounts.at(-1)];
  const values = lines.flatMap(({ points: of }) => [...of.values()].map(({ mean }) => mean));
  const low = Math.max(0, Math.floor(10 * Math.min(1, ...values)) / 10);
  const high = Math.min(1, Math.ceil(10 * Math.max(0, ...values)) / 10);
  const span = Math.log(last / first) || 1;
  const across = (amount: number): number =>
    MARGIN.left + 12 + (Math.log(amount / first) / span) * (RIGHT - MARGIN.left - 24);
  const up = (value: number): number => {
    const share = (Math.min(high, Math.max(low, value)) - low) / (high - low || 1);
    return BOTTOM - share * (BOTTOM - MARGIN.top);
  };
  const step = high - low > 0.6 ? 0.2 : 0.1;
  const marks = Array.from({ length: Math.floor((high - low) / step + 1e-6) + 1 }, (_, at) => low + at * step);
  const grid = marks.map((value) => {
    const y = up(value).toFixed(1);
    return `<line class="grid" x1="${MARGIN.left}" y1="${y}" x2="${RIGHT}" y2="${y}"/><text x="${MARGIN.left - 8}" y="${y}" dy="4" text-anchor="end">${Math.round(100 * value)} %</text>`;
  });
  const axis = amounts.map(
    (amount) =>
      `<text x="${across(amount).toFixed(1)}" y="${BOTTOM + 18}" text-anchor="middle">${amount.toLocaleString("en")}</text>`,
  );
  const places = apart(lines.map(({ points: of }) => up([...of.values()].at(-1)?.mean ?? low)));
  const drawn = lines.map(({ name, dashed, colour: own, points: of }, at) => {
    const colour = own ?? COLOURS[at % COLOURS.length];
    const shift = BETWEEN_INTERVALS * (at - (lines.length - 1) / 2); // so that intervals do not hide one another
    const points = Array.from(of, ([amount, found]) => ({ x: (across(amount) + shift).toFixed(1), ...found }));
    const path = points.map(({ x, mean }) => `${x},${up(mean).toFixed(1)}`).join(" ");
    const dots = points.map(({ x, mean, interval }) => {
      const dot = `<circle cx="${x}" cy="${up(mean).toFixed(1)}" r="3" fill="${colour}"/>`;
      if (!Number.isFinite(interval)) return dot; // of one repetition none is known
      return `<line x1="${x}" y1="${up(mean - interval).toFixed(1)}" x2="${x}" y2="${up(mean + interval).toFixed(1)}" stroke="${colour}" opacity="0.45"/>${dot}`;
    });
    const y = (places[at] ?? 0).toFixed(1);
    const dash = dashed === true ? ' stroke-dasharray="5 4"' : "";
    return `${dots.join("")}<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"${dash}/>
<line x1="${RIGHT + 14}" y1="${y}" x2="${RIGHT + 36}" y2="${y}" stroke="${colour}" stroke-width="2"${dash}/><text x="${RIGHT + 42}" y="${y}" dy="4">${name}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" font-family="system-ui, sans-serif" font-size="12">
<title>${title}</title>
<style>text{fill:#333}.ground{fill:#fff}.grid{stroke:#ddd}.quiet{fill:#666}@media (prefers-color-scheme:dark){text{fill:#ddd}.ground{fill:#161616}.grid{stroke:#3a3a3a}.quiet{fill:#aaa}}</style>
<rect class="ground" width="100%" height="100%"/>
<text x="${MARGIN.left}" y="24" font-size="15">${title}</text>
<text class="quiet" x="${MARGIN.left}" y="42">accuracy; upright lines are 95 % intervals</text>
${[...grid, ...axis, ...drawn].join("\n")}
<text x="${(RIGHT + MARGIN.left) / 2}" y="${HEIGHT - 10}" text-anchor="middle">${axisTitle}</text>
</svg>
`;
}

/** Heights near the wanted ones, in their order, with room for a name between two. */
function apart(wanted: readonly number[]): number[] {
  const order = wanted.map((_, at) => at).toSorted((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
  const placed = [...wanted];
  // Downwards none comes too near to the one above it, and then upwards from the last that there is room for.
  let least = MARGIN.top;
  for (const at of order) least = (placed[at] = Math.max(placed[at] ?? 0, least)) + BETWEEN_NAMES;
  let most = BOTTOM;
  for (const at of order.toReversed()) most = (placed[at] = Math.min(placed[at] ?? 0, most)) - BETWEEN_NAMES;
  return placed;
}
