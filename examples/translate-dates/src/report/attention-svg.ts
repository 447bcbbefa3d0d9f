const CELL = 22;
const MARGIN = { top: 52, left: 64, right: 16, bottom: 16 };

/** A heat map of attention: what is written from above to below, what is read from left to right. */
export function attentionToSvg(text: string, written: string, attention: readonly Float32Array[]): string {
  const [columns, rows] = [Array.from(text), Array.from(written)];
  const width = MARGIN.left + columns.length * CELL + MARGIN.right;
  const height = MARGIN.top + rows.length * CELL + MARGIN.bottom;
  const cells = rows.flatMap((character, row) =>
    columns.map((read, column) => {
      const share = attention[row]?.[column] ?? 0;
      const [x, y] = [MARGIN.left + column * CELL, MARGIN.top + row * CELL];
      const title = `${character} from ${read}: ${(100 * share).toFixed(1)} %`;
      return `<rect x="${x}" y="${y}" width="${CELL - 1}" height="${CELL - 1}" fill="#2166ac" fill-opacity="${share.toFixed(3)}"><title>${escaped(title)}</title></rect>`;
    }),
  );
  const read = columns.map(
    (character, column) =>
      `<text x="${MARGIN.left + (column + 0.5) * CELL}" y="${MARGIN.top - 8}">${escaped(character)}</text>`,
  );
  const wrote = rows.map(
    (character, row) =>
      `<text x="${MARGIN.left - 16}" y="${MARGIN.top + (row + 0.7) * CELL}">${escaped(character)}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="ui-monospace, monospace" font-size="14">
<title>${escaped(`Where the model looked while it wrote ${written} for “${text}”`)}</title>
<rect width="100%" height="100%" fill="#fff"/>
<text x="${MARGIN.left}" y="20" font-family="system-ui, sans-serif" font-size="13" fill="#222">${escaped("Each row: a character that was written, and where the model looked for it")}</text>
<g fill="#222" text-anchor="middle">
${[...read, ...wrote].join("\n")}
</g>
<g>
${cells.join("\n")}
</g>
</svg>
`;
}

export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
