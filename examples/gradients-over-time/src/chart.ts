const [WIDTH, HEIGHT] = [720, 380];
const MARGIN = { top: 40, right: 220, bottom: 48, left: 64 };
/** Told apart by those who do not see all colours too (Okabe & Ito 2008). */
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];
/** A line ends where it falls below. */
const LEAST = 1e-12;

/** One line of a chart. */
export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** Lines over an axis of steps, on a logarithmic one, as an SVG picture. */
export function chart(title: string, along: string, lines: readonly Line[]): string {
  const all = lines.flatMap(({ points }) => points);
  const exponents = all.map(([, y]) => Math.log10(Math.max(y, LEAST)));
  const [low, high] = [Math.floor(Math.min(...exponents)), Math.ceil(Math.max(...exponents))];
  const end = Math.max(...all.map(([x]) => x));
  const across = (x: number): string => (MARGIN.left + (x / end) * (WIDTH - MARGIN.left - MARGIN.right)).toFixed(1);
  const up = (y: number): string => {
    const share = (high - Math.log10(Math.max(y, LEAST))) / Math.max(high - low, 1);
    return (MARGIN.top + share * (HEIGHT - MARGIN.top - MARGIN.bottom)).toFixed(1);
  };
  const every = Math.ceil((high - low) / 8);
  const marks = Array.from({ length: Math.floor((high - low) / every) + 1 }, (_, i) => low + i * every);
  const grid = marks.map((exponent) => {
    const y = up(10 ** exponent);
    return `<line x1="${across(0)}" y1="${y}" x2="${across(end)}" y2="${y}" stroke="#ddd"/><text x="${MARGIN.left - 8}" y="${y}" dy="4" text-anchor="end">10${raised(exponent)}</text>`;
  });
  const bottom = HEIGHT - MARGIN.bottom;
  const steps = Array.from({ length: 5 }, (_, i) => Math.round((end * i) / 4));
  const axis = steps.map((step) => `<text x="${across(step)}" y="${bottom + 18}" text-anchor="middle">${step}</text>`);
  const drawn = lines.map(({ name, points }, at) => {
    const colour = COLOURS[at % COLOURS.length];
    const below = points.findIndex(([, value]) => value < LEAST);
    const path = points.slice(0, below === -1 ? undefined : below + 1).map(([x, value]) => `${across(x)},${up(value)}`);
    const y = MARGIN.top + 16 * at;
    return `<polyline points="${path.join(" ")}" fill="none" stroke="${colour}" stroke-width="2"/>
<line x1="${WIDTH - MARGIN.right + 12}" y1="${y}" x2="${WIDTH - MARGIN.right + 30}" y2="${y}" stroke="${colour}" stroke-width="2"/><text x="${WIDTH - MARGIN.right + 36}" y="${y}" dy="4">${name}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" font-family="system-ui, sans-serif" font-size="12" fill="#333">
<title>${title}</title>
<rect width="100%" height="100%" fill="#fff"/>
<text x="${MARGIN.left}" y="22" font-size="15">${title}</text>
${[...grid, ...axis, ...drawn].join("\n")}
<text x="${across(end / 2)}" y="${HEIGHT - 8}" text-anchor="middle">${along}</text>
</svg>
`;
}

function raised(exponent: number): string {
  return String(exponent).replaceAll(/./g, (sign) => (sign === "-" ? "⁻" : ("⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(sign)] ?? sign)));
}
