import type { Series } from "./report.ts";

const [WIDTH, HEIGHT] = [800, 420];
const MARGIN = { top: 44, right: 210, bottom: 52, left: 64 };

/** Accuracy over examples a class, on a logarithmic axis, a line for each method with its intervals, as an SVG picture. */
export function accuracyChart(title: string, series: readonly Series[], amounts: readonly number[]): string {
  const means = series.flatMap((each) => amounts.flatMap((amount) => each.at(amount)?.mean ?? []));
  const low = Math.max(0, Math.floor(10 * Math.min(...means)) / 10);
  const high = Math.min(1, Math.ceil(10 * Math.max(...means)) / 10);
  const [first = 1, last = 10] = [amounts[0], amounts.at(-1)];
  const span = Math.log2(last / first) || 1;
  const across = (amount: number): number =>
    MARGIN.left + (Math.log2(amount / first) / span) * (WIDTH - MARGIN.left - MARGIN.right);
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
  const spread = (interval: number): number => (Number.isFinite(interval) ? interval : 0); // of one repetition none is known
  const lines = series.map(({ name, colour, isOurs, at }, row) => {
    const shift = 2 * (row - series.length / 2); // so that intervals do not hide one another
    const points = amounts.flatMap((amount) => {
      const found = at(amount);
      return found === undefined ? [] : [{ x: (across(amount) + shift).toFixed(1), ...found }];
    });
    const bars = points.map(
      ({ x, mean, interval }) =>
        `<line x1="${x}" y1="${up(mean - spread(interval)).toFixed(1)}" x2="${x}" y2="${up(mean + spread(interval)).toFixed(1)}" stroke="${colour}" opacity="0.4"/><circle cx="${x}" cy="${up(mean).toFixed(1)}" r="3" fill="${colour}"/>`,
    );
    const path = points.map(({ x, mean }) => `${x},${up(mean).toFixed(1)}`).join(" ");
    const [y, dash] = [MARGIN.top + 20 * row, isOurs ? "" : ' stroke-dasharray="5 4"'];
    return `${bars.join("")}<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"${dash}/>
<line x1="${WIDTH - MARGIN.right + 14}" y1="${y}" x2="${WIDTH - MARGIN.right + 36}" y2="${y}" stroke="${colour}" stroke-width="2"${dash}/><text x="${WIDTH - MARGIN.right + 42}" y="${y}" dy="4">${name}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" font-family="system-ui, sans-serif" font-size="12" fill="#333">
<title>${title}</title>
<rect width="100%" height="100%" fill="#fff"/>
<text x="${MARGIN.left}" y="24" font-size="15">${title}</text>
${[...grid, ...axis, ...lines].join("\n")}
<text x="${(WIDTH - MARGIN.right + MARGIN.left) / 2}" y="${HEIGHT - 10}" text-anchor="middle">examples of each class to learn from</text>
</svg>
`;
}
