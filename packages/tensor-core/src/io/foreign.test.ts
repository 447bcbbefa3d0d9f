import { gzipSync, zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { FormatError } from "../errors/index.ts";
import { tensor } from "../index.node.ts";
import { decodeNpy, encodeNpy } from "./npy.ts";
import { decodeNpz, encodeNpz } from "./npz.ts";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.ts";

const text = (content: string): Uint8Array => Uint8Array.from(content, (character) => character.charCodeAt(0));

const own: Readonly<Record<string, Uint8Array>> = {
  decodeNpy: encodeNpy(tensor([1])),
  decodeNpz: encodeNpz({ x: tensor([1]) }),
  decodeSafetensors: encodeSafetensors({ x: tensor([1]) }),
};
const readers: Readonly<Record<string, (bytes: Uint8Array) => unknown>> = { decodeNpy, decodeNpz, decodeSafetensors };

const others: [what: string, bytes: Uint8Array, said: RegExp][] = [
  [
    "a file of torch.save",
    zipSync({
      "archive/data.pkl": text("\x80\x02}q\x00."),
      "archive/data/0": new Uint8Array(400),
      "archive/version": text("3"),
    }),
    /a PyTorch file[^]*decodePyTorch\(bytes\)/,
  ],
  ["a file of torch.save before 1.6", text("\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."), /a PyTorch file/],
  ["HDF5", text("\x89HDF\r\n\x1a\n\x00\x00\x00"), /an HDF5 file/],
  ["GGUF", text("GGUF\x03\x00\x00\x00"), /a GGUF file/],
  ["TensorFlow Lite", text("\x1c\x00\x00\x00TFL3\x14\x00"), /a TensorFlow Lite model/],
  ["Parquet", text("PAR1\x15\x04"), /a Parquet table/],
  ["what gzip made", gzipSync(text("hello")), /compressed by gzip/],
  [
    "a pointer of Git LFS",
    text("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a"),
    /the file itself was not fetched/,
  ],
  ["a page that says 404", text("\n<!DOCTYPE html><html>Not found</html>"), /a server's answer/],
  ["JSON", text('{"error": "Repository not found"}'), /JSON: a server's answer/],
];

describe.each(Object.entries(readers))("%s", (name, read) => {
  test.each(others)("says what it was given: %s", (_, bytes, said) => {
    expect(() => read(bytes)).toThrow(FormatError);
    expect(() => read(bytes)).toThrow(said);
  });

  const kinds = Object.entries(own).filter(([kind]) => kind !== name);
  test.each(kinds)("says that it is %s that reads what it was given", (kind, bytes) => {
    expect(() => read(bytes)).toThrow(new RegExp(`fix: ${kind}\\(bytes\\)`));
  });

  test("does not take damaged files of its own for others, and knows nothing of noise", () => {
    const bytes = own[name] ?? new Uint8Array();
    for (let length = 12; length < bytes.length; length++) {
      expect(() => read(bytes.slice(0, length))).toThrow(FormatError);
      expect(() => read(bytes.slice(0, length))).not.toThrow(/this is not/);
    }
    for (const noise of [
      new Uint8Array(),
      new Uint8Array(100),
      Uint8Array.from({ length: 100 }, (_, i) => (i * 151) % 256),
    ]) {
      expect(() => read(noise)).toThrow(FormatError);
      expect(() => read(noise)).not.toThrow(/this is not/);
    }
  });
});
