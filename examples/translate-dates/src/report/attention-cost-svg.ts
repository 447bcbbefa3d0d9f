import { escaped } from "./attention-svg.ts";
import type { Cost } from "./attention-cost.ts";

const [WIDTH, HEIGHT] = [640, 380];
const MARGIN = { top: 56, right: 120, bottom: 48, left: 72 };

/** Milliseconds of the decoder against the length of the source, a line for each length of the target; both axes logarithmic. */
export function attentionCostToSvg(costs: readonly Cost[]): string {
  const lengths = [...new Set(costs.map(({ sourceLength }) => sourceLength))];
  const all = costs.map(({ milliseconds }) => Math.log2(milliseconds));
  const [low, high] = [Math.floor(Math.min(...all)), Math.ceil(Math.max(...all))];
  const x = (length: number): number =>
    MARGIN.left + (lengths.indexOf(length) / Math.max(1, lengths.length - 1)) * (WIDTH - MARGIN.left - MARGIN.right);
  const y = (milliseconds: number): number =>
    MARGIN.top + ((high - Math.log2(milliseconds)) / Math.max(1, high - low)) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const grid = Array.from({ length: high - low + 1 }, (_, i) => 2 ** (low + i)).map(
    (value) =>
      `<line x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${y(value).toFixed(1)}" y2="${y(value).toFixed(1)}" stroke="#ddd"/><text x="${MARGIN.left - 8}" y="${(y(value) + 4).toFixed(1)}" text-anchor="end">${Number(value.toPrecision(3))} ms</text>`,
  );
  const lines = lengths.map((target) => {
    const of = costs.filter(({ targetLength }) => targetLength === target);
    const points = of.map((cost) => `${x(cost.sourceLength).toFixed(1)},${y(cost.milliseconds).toFixed(1)}`).join(" ");
    const last = of.at(-1);
    const label =
      last === undefined
        ? ""
        : `<text x="${WIDTH - MARGIN.right + 8}" y="${(y(last.milliseconds) + 4).toFixed(1)}">Ty = ${target}</text>`;
    return `<polyline points="${points}" fill="none" stroke="#2166ac" stroke-width="2"/>${label}`;
  });
  const ticks = lengths.map(
    (length) =>
      `<text x="${x(length).toFixed(1)}" y="${HEIGHT - MARGIN.bottom + 20}" text-anchor="middle">${length}</text>`,
  );
  const title = "The decoder's time by the lengths of source (Tx) and target (Ty)";
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" font-family="system-ui, sans-serif" font-size="12" fill="#444">
<title>${escaped(title)}</title>
<rect width="100%" height="100%" fill="#fff"/>
<text x="24" y="24" font-size="14" fill="#222">${escaped(title)}</text>
${[...grid, ...lines, ...ticks].join("\n")}
<text x="${(WIDTH - MARGIN.right + MARGIN.left) / 2}" y="${HEIGHT - 8}" text-anchor="middle">Tx, characters of the source</text>
</svg>
`;
}
