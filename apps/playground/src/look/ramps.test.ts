import { expect, test } from "vitest";
import { paint, type RampName } from "./ramps.ts";

const ramps = (["signed", "magnitude", "ink", "light", "angle"] as const satisfies readonly RampName[]).flatMap(
  (ramp) => (["light", "dark"] as const).map((scheme) => ({ ramp, scheme })),
);

/** WCAG 2.2, relative luminance. */
function luminance(channels: readonly number[]): number {
  const [r = 0, g = 0, b = 0] = channels
    .map((channel) => channel / 255)
    .map((share) => (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

test.each(ramps)(
  "numbers can be read on every colour of $ramp in $scheme: contrast 4.5 and more",
  ({ ramp, scheme }) => {
    for (let x = -100; x <= 100; x++) {
      const { ground, text } = paint(ramp, scheme, x, 100);
      const behind = luminance([...ground.matchAll(/\d+/g)].map(Number));
      const [bright, dim] = text === "#ffffff" ? [1, behind] : [behind, 0];
      expect((bright + 0.05) / (dim + 0.05)).toBeGreaterThanOrEqual(4.5);
    }
  },
);

test("greys are exactly those that a photo has", () => {
  for (let grey = 0; grey <= 255; grey++) {
    expect(paint("light", "dark", grey, 255).ground).toBe(`rgb(${grey} ${grey} ${grey})`);
  }
});
