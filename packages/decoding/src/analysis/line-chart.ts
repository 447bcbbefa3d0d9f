import { escaped } from "../trace/beam-tree.ts";

/** One line of a chart. */
export interface ChartLine {
  readonly label: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [480, 300, 60, 110, 16, 44];
const COLOURS = ["#2563eb", "#dc2626", "#15803d", "#9333ea", "#b45309", "#0f766e"];

/** A line chart as a whole `<svg>` element. */
export function lineChart(title: string, xLabel: string, yLabel: string, lines: readonly ChartLine[]): string {
  const points = lines.flatMap((line) => line.points).filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y));
  const x = axis(
    points.map(([value]) => value),
    LEFT,
    WIDTH - RIGHT,
  );
  const y = axis(
    points.map(([, value]) => value),
    HEIGHT - BOTTOM,
    TOP,
  );
  const ticks = [0, 0.5, 1].flatMap((part) => {
    const [atX, atY] = [x.low + part * (x.high - x.low), y.low + part * (y.high - y.low)];
    return [
      `<text x="${x.place(atX)}" y="${HEIGHT - BOTTOM + 16}" text-anchor="middle">${short(atX)}</text>`,
      `<text x="${LEFT - 6}" y="${y.place(atY) + 4}" text-anchor="end">${short(atY)}</text>`,
      `<path d="M${LEFT} ${y.place(atY)}H${WIDTH - RIGHT}" stroke="#e5e7eb"/>`,
    ];
  });
  const drawn = lines.map(({ label, points: own }, at) => {
    const colour = COLOURS[at % COLOURS.length] as string;
    const path = own.filter((point) => point.every(Number.isFinite)).map(([px, py]) => `${x.place(px)},${y.place(py)}`);
    const dots = path.map(
      (place) => `<circle cx="${place.split(",")[0]}" cy="${place.split(",")[1]}" r="2.5" fill="${colour}"/>`,
    );
    const legend = `<text x="${WIDTH - RIGHT + 10}" y="${TOP + 14 + 16 * at}" fill="${colour}">${escaped(label)}</text>`;
    return `<polyline points="${path.join(" ")}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join("")}${legend}`;
  });
  const names = `<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 8}" text-anchor="middle">${escaped(xLabel)}</text><text transform="translate(14 ${(HEIGHT - BOTTOM) / 2}) rotate(-90)" text-anchor="middle">${escaped(yLabel)}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" font-family="sans-serif" font-size="12" role="img" aria-label="${escaped(title)}">${ticks.join("")}${drawn.join("")}${names}</svg>`;
}

function axis(
  values: readonly number[],
  start: number,
  end: number,
): { low: number; high: number; place: (value: number) => number } {
  const low = values.length > 0 ? Math.min(...values) : 0;
  const most = values.length > 0 ? Math.max(...values) : 1;
  const high = most === low ? low + 1 : most;
  return {
    low,
    high,
    place: (value) => Math.round(10 * (start + ((value - low) / (high - low)) * (end - start))) / 10,
  };
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
