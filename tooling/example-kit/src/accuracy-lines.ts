import type { Estimate } from "./estimate.ts";

const [WIDTH, HEIGHT] = [760, 420];
const MARGIN = { top: 44, right: 170, bottom: 52, left: 64 };
/** Told apart by those who do not see all colours too (Okabe & Ito 2008). */
const COLOURS = ["#666666", "#0072b2", "#56b4e9", "#009e73", "#e69f00", "#d55e00", "#cc79a7"];

/** A line of a chart of accuracies. */
export interface AccuracyLine {
  readonly name: string;
  readonly dashed?: boolean;
  /** By what there was to learn from. */
  readonly points: ReadonlyMap<number, Estimate>;
}

/** Accuracy over how much there is to learn from, on a logarithmic axis, a line for each method with its intervals, as an SVG picture. */
export function accuracyLines(title: string, axisTitle: string, lines: readonly AccuracyLine[]): string {
  const amounts = [...new Set(lines.flatMap(({ points: of }) => [...of.keys()]))].toSorted((a, b) => a - b);
  const [first = 1, last = 10] = [amounts[0], amounts.at(-1)];
  const values = lines.flatMap(({ points: of }) => [...of.values()].map(({ mean }) => mean));
  const low = Math.max(0, Math.floor(10 * Math.min(...values)) / 10);
  const high = Math.min(1, Math.ceil(10 * Math.max(...values)) / 10);
  const span = Math.log(last / first) || 1;
  const across = (amount: number): number =>
    MARGIN.left + (Math.log(amount / first) / span) * (WIDTH - MARGIN.left - MARGIN.right);
  const up = (value: number): number => {
    const share = (Math.min(high, Math.max(low, value)) - low) / (high - low || 1);
    return HEIGHT - MARGIN.bottom - share * (HEIGHT - MARGIN.top - MARGIN.bottom);
  };
  const marks = Array.from({ length: Math.round((high - low) * 10) + 1 }, (_, at) => low + at / 10);
  const grid = marks.map((value) => {
    const y = up(value).toFixed(1);
    return `<line x1="${MARGIN.left}" y1="${y}" x2="${WIDTH - MARGIN.right}" y2="${y}" stroke="#ddd"/><text x="${MARGIN.left - 8}" y="${y}" dy="4" text-anchor="end">${Math.round(100 * value)} %</text>`;
  });
  const axis = amounts.map(
    (amount) =>
      `<text x="${across(amount).toFixed(1)}" y="${HEIGHT - MARGIN.bottom + 18}" text-anchor="middle">${amount}</text>`,
  );
  const drawn = lines.map(({ name, dashed, points: of }, at) => {
    const colour = COLOURS[at % COLOURS.length];
    const shift = 2 * (at - lines.length / 2); // so that intervals do not hide one another
    const points = Array.from(of, ([amount, found]) => ({ x: (across(amount) + shift).toFixed(1), ...found }));
    const path = points.map(({ x, mean }) => `${x},${up(mean).toFixed(1)}`).join(" ");
    const bars = points.map(
      ({ x, mean, interval }) =>
        `<line x1="${x}" y1="${up(mean - interval).toFixed(1)}" x2="${x}" y2="${up(mean + interval).toFixed(1)}" stroke="${colour}" opacity="0.5"/>`,
    );
    const y = MARGIN.top + 18 * at;
    const dash = dashed === true ? ' stroke-dasharray="5 4"' : "";
    return `${bars.join("")}<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"${dash}/>
<line x1="${WIDTH - MARGIN.right + 14}" y1="${y}" x2="${WIDTH - MARGIN.right + 36}" y2="${y}" stroke="${colour}" stroke-width="2"${dash}/><text x="${WIDTH - MARGIN.right + 42}" y="${y}" dy="4">${name}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" font-family="system-ui, sans-serif" font-size="12" fill="#333">
<title>${title}</title>
<rect width="100%" height="100%" fill="#fff"/>
<text x="${MARGIN.left}" y="24" font-size="15">${title}</text>
${[...grid, ...axis, ...drawn].join("\n")}
<text x="${(WIDTH - MARGIN.right + MARGIN.left) / 2}" y="${HEIGHT - 10}" text-anchor="middle">${axisTitle}</text>
</svg>
`;
}
