import { onGrey, type Terminal } from "@unfoldjs/example-kit";

const SHADES = " .:-=+*#%@";

/** The heat map for a terminal: a row for each character that was written. */
export function drawAttention(
  text: string,
  written: string,
  attention: readonly Float32Array[],
  { colour }: Pick<Terminal, "colour">,
): string {
  const characters = Array.from(text);
  const rows = Array.from(written).map((character, row) => {
    const cells = characters.map((_, column) => {
      const share = attention[row]?.[column] ?? 0;
      const shade = SHADES[Math.min(Math.floor(share * SHADES.length), SHADES.length - 1)] ?? " ";
      return colour ? onGrey(" ", share) : shade;
    });
    return `  ${character}  ${cells.join("")}`;
  });
  return [`     ${text}`, ...rows].join("\n");
}
