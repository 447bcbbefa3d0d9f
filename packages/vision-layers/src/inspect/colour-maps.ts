/** Colours for numbers from 0 to 1, or for "diverging" from −1 to 1. */
export type ColourMapName = "gray" | "viridis" | "turbo" | "diverging";

/** Red, green and blue, each from 0 to 255. */
export type Colour = readonly [red: number, green: number, blue: number];

/**
 * Colours at even distances, as hexadecimal numbers. Viridis is matplotlib's (Smith & van der Walt 2015, CC0), turbo Mikhailov's (2019,
 * Apache-2.0), both sampled by tooling/oracle/vision/colour_maps.py; between two they are within 2 of 255 of the whole tables. Diverging
 * goes from blue by white, its zero, to orange: seen alike with the common kinds of colour blindness.
 */
const STOPS: Readonly<Record<ColourMapName, string>> = {
  gray: "000000 ffffff",
  viridis:
    "440154 470c5f 481769 482172 472a7a 463480 433d84 404588 3d4e8a 39568c 355e8d 32658e 2e6d8e 2b748e 297b8e 26828e 23898e 21908c 1f978b 1f9e89 21a585 26ac81 2eb37c 39b976 46c06f 55c667 65cb5e 76d053 89d548 9cd93c b0dd2f c4e022 d8e219 ebe51a fde725",
  turbo:
    "30123b 392870 3f3e9c 4452c1 4666dd 477af1 458cfd 3c9ffd 2fb2f4 23c4e3 1ad4d0 18e1bc 22ebaa 37f493 52fa7a 6ffe61 8bff4b a3fd3c b7f735 caee34 dbe236 ead439 f5c53a fcb537 fea130 fd8b27 f9751d f25f14 e84b0c dc3c08 ce2d04 bd2102 a91601 930c01 7a0403",
  diverging: "08306b 2166ac 4393c3 92c5de d1e5f0 ffffff fee0c2 fdb863 f08c2e c85a0a 7f3b08",
};

const COUNT = 256;
const tables = new Map<ColourMapName, Uint8Array>();

/** 256 colours, three bytes each. */
export function colourTable(name: ColourMapName): Uint8Array {
  let table = tables.get(name);
  if (table === undefined) tables.set(name, (table = interpolated(STOPS[name].split(" ").map(colourOf))));
  return table;
}

function interpolated(stops: readonly Colour[]): Uint8Array {
  const table = new Uint8Array(3 * COUNT);
  for (let at = 0; at < COUNT; at++) {
    const place = (at / (COUNT - 1)) * (stops.length - 1);
    const below = Math.min(Math.floor(place), stops.length - 2);
    for (const channel of [0, 1, 2] as const) {
      const [from, to] = [stops[below]?.[channel] ?? 0, stops[below + 1]?.[channel] ?? 0];
      table[3 * at + channel] = Math.round(from + (place - below) * (to - from));
    }
  }
  return table;
}

function colourOf(text: string): Colour {
  const number = Number.parseInt(text, 16);
  return [number >> 16, (number >> 8) & 255, number & 255];
}

export const COLOUR_MAPS: readonly ColourMapName[] = ["gray", "viridis", "turbo", "diverging"];
