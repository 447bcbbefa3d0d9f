import type { Scheme } from "../frame/scheme.svelte.ts";

/** What a picture's numbers are: signed values around zero, magnitudes from zero up, ink on paper, light from none up,
 * or angles in degrees, which come round to where they began. */
export type RampName = "signed" | "magnitude" | "ink" | "light" | "angle";

/** Colours of 256 steps, as an ImageData's 32-bit words. */
export type Ramp = Uint32Array;

const STEPS = 256;
/** Those of a circle of angles: one is left for what has none. */
const WHEEL = STEPS - 1;

/** A photo's greys, which are no other in the dark: each is a stop, since sRGB's own steps are what it was taken in. */
const GREYS = Array.from({ length: STEPS }, (_, grey) => `#${grey.toString(16).padStart(2, "0").repeat(3)}`);

/** sRGB stops at equal distances. Between them colours are mixed in OKLab, in which equal steps look equal (Ottosson 2020). */
const STOPS: Readonly<Record<Scheme, Readonly<Record<Exclude<RampName, "angle">, readonly string[]>>>> = {
  light: {
    // Blue and orange are told apart with any of the common kinds of colour blindness; the middle is the page's own ground.
    signed: ["#0b3d91", "#4f8ff0", "#f6f7f9", "#f0953a", "#8f3d00"],
    magnitude: ["#f6f7f9", "#a9d3cf", "#3f9aa6", "#1d5a86", "#1b1f4b"],
    ink: ["#ffffff", "#14161a"],
    light: GREYS,
  },
  dark: {
    signed: ["#a8ccff", "#3478e0", "#1b1e24", "#d9791c", "#ffd0a0"],
    magnitude: ["#1b1e24", "#1f4f73", "#2d8c96", "#8fd0b8", "#f4fbe8"],
    ink: ["#0d0f12", "#f2f4f7"],
    light: GREYS,
  },
};

const made = new Map<string, Ramp>();

export function ramp(name: RampName, scheme: Scheme): Ramp {
  const key = `${name} ${scheme}`;
  const colours = made.get(key) ?? (name === "angle" ? wheel(scheme) : mix(STOPS[scheme][name]));
  made.set(key, colours);
  return colours;
}

/**
 * Where a value stands in a ramp.
 * @param most what the ramp's end stands for; a signed ramp's beginning stands for −most
 */
export function stepOf(name: RampName, value: number, most: number): number {
  if (name === "angle")
    return Number.isNaN(value) ? 0 : 1 + (Math.round((((value % 360) + 360) / 360) * WHEEL) % WHEEL);
  if (!(most > 0) || Number.isNaN(value)) return name === "signed" ? STEPS / 2 : 0;
  const share = name === "signed" ? (value / most + 1) / 2 : value / most;
  return Math.round(Math.min(1, Math.max(0, share)) * (STEPS - 1));
}

/** A square's colour in style sheets' words, and what can be read on it: black or white, whichever stands out more. */
export function paint(name: RampName, scheme: Scheme, value: number, most: number): { ground: string; text: string } {
  const word = ramp(name, scheme)[stepOf(name, value, most)] ?? 0;
  const [red = 0, green = 0, blue = 0] = [0, 8, 16].map((shift) => (word >>> shift) & 255);
  // WCAG 2.2: relative luminance, of which 0.179 has the same contrast with black and with white.
  const [r = 0, g = 0, b = 0] = [red, green, blue].map((part) => linear(part / 255));
  const text = 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "#000000" : "#ffffff";
  return { ground: `rgb(${red} ${green} ${blue})`, text };
}

function linear(share: number): number {
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}

/** Hues in a circle, all as light and as strong; before them the page's own ground, for what has no angle. */
function wheel(scheme: Scheme): Ramp {
  const lightness = scheme === "dark" ? 0.72 : 0.68;
  const hues = Array.from({ length: WHEEL }, (_, i) => {
    const angle = (2 * Math.PI * i) / WHEEL;
    return toWord([lightness, 0.12 * Math.cos(angle), 0.12 * Math.sin(angle)]);
  });
  return Uint32Array.from([toWord(toOklab(STOPS[scheme].magnitude[0] ?? "")), ...hues]);
}

function mix(stops: readonly string[]): Ramp {
  const points = stops.map(toOklab);
  return Uint32Array.from({ length: STEPS }, (_, step) => {
    const at = (step / (STEPS - 1)) * (points.length - 1);
    const from = Math.min(Math.floor(at), points.length - 2);
    const [a, b] = [points[from] ?? [0, 0, 0], points[from + 1] ?? [0, 0, 0]];
    return toWord([0, 1, 2].map((i) => (a[i] ?? 0) + (at - from) * ((b[i] ?? 0) - (a[i] ?? 0))));
  });
}

function toOklab(hex: string): number[] {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((i) => linear(Number.parseInt(hex.slice(i, i + 2), 16) / 255));
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

/** An ImageData's word: alpha, blue, green, red from the highest byte down, on little-endian machines, which all are. */
function toWord([lightness = 0, a = 0, b = 0]: readonly number[]): number {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const [red = 0, green = 0, blue = 0] = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map((light) => {
    const share = light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055;
    return Math.round(255 * Math.min(1, Math.max(0, share)));
  });
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}
