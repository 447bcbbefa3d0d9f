import { escaped } from "../trace/beam-tree.ts";

/** One line of a chart. */
export interface ChartLine {
  readonly label: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [480, 300, 60, 110, 16, 44];
const [FEW_NAMES, MOST_NAMES, LONGEST, NAMES_ROOM] = [6, 30, 10, 36];
const COLOURS = ["#2563eb", "#dc2626", "#15803d", "#9333ea", "#b45309", "#0f766e"];

/** A line chart as a whole `<svg>` element. @param names in place of the numbers 0, 1 … along x */
export function lineChart(
  title: string,
  xLabel: string,
  yLabel: string,
  lines: readonly ChartLine[],
  names: readonly string[] = [],
): string {
  // Slanted names need room below.
  const height = HEIGHT + (names.length > FEW_NAMES ? NAMES_ROOM : 0);
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
      ...(names.length > 0
        ? []
        : [`<text x="${x.place(atX)}" y="${HEIGHT - BOTTOM + 16}" text-anchor="middle">${short(atX)}</text>`]),
      `<text x="${LEFT - 6}" y="${y.place(atY) + 4}" text-anchor="end">${short(atY)}</text>`,
      `<path d="M${LEFT} ${y.place(atY)}H${WIDTH - RIGHT}" stroke="#e5e7eb"/>`,
    ];
  });
  // Of many names only so many as can be read.
  const every = Math.ceil(names.length / MOST_NAMES);
  for (const [at, name] of names.entries()) {
    if (at % every > 0) continue;
    const place = `translate(${x.place(at)} ${HEIGHT - BOTTOM + 14}) rotate(${names.length > FEW_NAMES ? 35 : 0})`;
    const anchor = names.length > FEW_NAMES ? "start" : "middle";
    ticks.push(`<text transform="${place}" text-anchor="${anchor}">${escaped(shortened(name))}</text>`);
  }
  const drawn = lines.map(({ label, points: own }, at) => {
    const colour = COLOURS[at % COLOURS.length] as string;
    const path = own.filter((point) => point.every(Number.isFinite)).map(([px, py]) => `${x.place(px)},${y.place(py)}`);
    const dots = path.map(
      (place) => `<circle cx="${place.split(",")[0]}" cy="${place.split(",")[1]}" r="2.5" fill="${colour}"/>`,
    );
    const legend = `<text x="${WIDTH - RIGHT + 10}" y="${TOP + 14 + 16 * at}" fill="${colour}">${escaped(label)}</text>`;
    return `<polyline points="${path.join(" ")}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join("")}${legend}`;
  });
  const axes = `<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${height - 8}" text-anchor="middle">${escaped(xLabel)}</text><text transform="translate(14 ${(HEIGHT - BOTTOM) / 2}) rotate(-90)" text-anchor="middle">${escaped(yLabel)}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="12" role="img" aria-label="${escaped(title)}">${ticks.join("")}${drawn.join("")}${axes}</svg>`;
}

function axis(
  values: readonly number[],
  start: number,
  end: number,
): { low: number; high: number; place: (value: number) => number } {
  const low = values.length > 0 ? values.reduce((least, value) => Math.min(least, value), Infinity) : 0;
  const most = values.length > 0 ? values.reduce((largest, value) => Math.max(largest, value), -Infinity) : 1;
  const high = most === low ? low + 1 : most;
  return {
    low,
    high,
    place: (value) => Math.round(10 * (start + ((value - low) / (high - low)) * (end - start))) / 10,
  };
}

function shortened(name: string): string {
  const letters = Array.from(name);
  return letters.length <= LONGEST ? name : `${letters.slice(0, LONGEST - 1).join("")}…`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
