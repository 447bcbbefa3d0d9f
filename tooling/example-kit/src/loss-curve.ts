const WIDTH = 720;
const HEIGHT = 360;
const MARGIN = { top: 40, right: 20, bottom: 44, left: 56 };
/** Points of the curve at most; each is the mean of the steps between two. */
const POINTS = 120;
/** Decades on the loss axis: at least, and at most. What lies below, 0 included, is drawn at the bottom. */
const DECADES = { least: 1, most: 6 };

/** The losses of a training run as an SVG picture, on a logarithmic axis. */
export function lossCurveToSvg(losses: readonly number[], epochs: number, title: string): string {
  const means = bucketMeans(losses, Math.min(POINTS, losses.length));
  const [low, high] = decadesOf(means);
  const x = (share: number): string => (MARGIN.left + share * (WIDTH - MARGIN.left - MARGIN.right)).toFixed(1);
  const y = (loss: number): string => {
    const exponent = loss > 0 ? Math.min(Math.max(Math.log10(loss), low), high) : low;
    const share = (high - exponent) / (high - low);
    return (MARGIN.top + share * (HEIGHT - MARGIN.top - MARGIN.bottom)).toFixed(1);
  };
  const bottom = HEIGHT - MARGIN.bottom;
  const grid: string[] = [];
  for (let exponent = low; exponent <= high; exponent++) {
    const at = y(10 ** exponent);
    grid.push(`<line x1="${x(0)}" y1="${at}" x2="${x(1)}" y2="${at}"/>`);
    grid.push(
      `<text x="${MARGIN.left - 8}" y="${at}" dy="4" text-anchor="end">${Number((10 ** exponent).toPrecision(1))}</text>`,
    );
  }
  const labelled = Math.ceil(epochs / 10); // at most ten numbers on the axis
  for (let epoch = 0; epoch <= epochs; epoch += labelled) {
    const at = x(epoch / epochs);
    grid.push(`<line x1="${at}" y1="${MARGIN.top}" x2="${at}" y2="${bottom}"/>`);
    grid.push(`<text x="${at}" y="${bottom + 18}" text-anchor="middle">${epoch}</text>`);
  }
  const points = means.map((mean, i) => `${x((i + 0.5) / means.length)},${y(mean)}`).join(" ");
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" font-family="system-ui, sans-serif" font-size="12">
<title>${escaped(title)}</title>
<rect width="100%" height="100%" fill="#fff"/>
<text x="${MARGIN.left}" y="24" font-size="15" fill="#222">${escaped(title)}</text>
<g stroke="#ddd" fill="#555" stroke-width="1" style="paint-order: stroke">
${grid.map((element) => element.replace("<text", '<text stroke="none"')).join("\n")}
</g>
<text x="${(WIDTH + MARGIN.left - MARGIN.right) / 2}" y="${HEIGHT - 8}" text-anchor="middle" fill="#555">epochs</text>
<polyline points="${points}" fill="none" stroke="#2166ac" stroke-width="2" stroke-linejoin="round"/>
</svg>
`;
}

/** Powers of ten between which the losses lie, as far as they are finite. */
function decadesOf(losses: readonly number[]): [low: number, high: number] {
  const exponents = losses.map(Math.log10).filter(Number.isFinite);
  if (exponents.length === 0) return [-DECADES.least, 0];
  const high = Math.ceil(Math.max(...exponents));
  const low = Math.floor(Math.min(...exponents));
  return [Math.max(Math.min(low, high - DECADES.least), high - DECADES.most), high];
}

/** Means of `count` consecutive parts that are as equally long as can be. */
function bucketMeans(values: readonly number[], count: number): number[] {
  return Array.from({ length: count }, (_, bucket) => {
    const part = values.slice(
      Math.floor((bucket * values.length) / count),
      Math.floor(((bucket + 1) * values.length) / count),
    );
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  });
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
