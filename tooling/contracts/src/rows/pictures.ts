import type * as pictures from "@unfoldjs/vision-layers/pictures";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as kind from "../kinds.ts";
import { call, type Rows } from "../row.ts";

const { count, given, options, sizes, tensorOf, truth, word } = kind;

/** A small PNG, as a file and as its bytes. */
const path = join(import.meta.dirname, "../../../../packages/vision-layers/src/pictures/fixtures/rgb.png");
const place = given(() => path, "an empty string", "a word");
const bytes = given(() => new Uint8Array(readFileSync(path)), "a Uint8Array");
const source = given(() => new Uint8Array(readFileSync(path)), "a Uint8Array", "an ArrayBuffer");

const picture = kind.record({
  height: count(1),
  width: count(2),
  channels: { make: () => 3, takes: [] },
  data: given(() => new Uint8Array(6), "a Uint8Array"),
});
const byte: kind.Kind = { make: () => 7, takes: ["zero", "two"], said: ["background"] };
const background: kind.Kind = { make: () => [1, 2, 3], takes: [], element: byte };
const channels: kind.Kind = { make: () => 3, takes: [] };
const decoding = options({
  channels,
  background,
  maxPixels: count(1000),
  orient: truth(),
  animated: word("first"),
  decoder: word("sharp"),
  name: kind.text("a"),
});
const quality: kind.Kind = { make: () => 50, takes: ["two"] };
const encoding = options({ format: word("png"), quality });
const images = tensorOf([3, 4, 4]);

export const pictureRows: Rows<typeof pictures> = {
  withChannels: call({ picture, channels, options: options({ background }) }),
  toTensor: call({ picture: { ...picture, said: ["pictures"] }, options: options({ dtype: word("u8") }) }),
  toPicture: call({ x: images }),
  pictureHeader: call({ bytes, options: options({ name: kind.text("a") }) }),
  decodePicture: call({ source, options: decoding }),
  readPicture: call({ path: place, options: decoding }),
  encodePicture: call({ picture, options: encoding }),
  writePicture: call({
    // A word is a right name: it would be written to the working folder.
    path: { ...given(() => join(tmpdir(), "unfold-contracts.png")), endless: ["an empty string", "a word"] },
    picture,
    options: encoding,
  }),
  resize: call({
    x: images,
    size: sizes([2, 2]),
    options: options({ interpolation: word("box"), antialias: truth() }),
  }),
};
