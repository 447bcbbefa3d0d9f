import { gzipSync } from "node:zlib";
import { linkSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileError, FormatError, memory, NotFoundError } from "@unfoldjs/tensor-core";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import fixture from "../fixtures/vectors.json" with { type: "json" };
import { WordVectors } from "../vectors/word-vectors.ts";
import { loadVectors, type LoadOptions } from "./load.ts";
import { saveVectors, type SaveFormat, vectorBytes } from "./save.ts";
import { openVectors } from "./vector-file.ts";
import { decodeVectors, encodeVectors } from "./unfold.ts";

const fixtures = join(import.meta.dirname, "../fixtures");
const folder = mkdtempSync(join(tmpdir(), "unfold-vectors-"));
afterAll(() => rmSync(folder, { recursive: true }));
let before = 0;
beforeEach(() => {
  before = memory().bytes;
});

const values = new Float32Array(Uint8Array.from(Buffer.from(fixture.vectors, "base64")).buffer);
const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(join(fixtures, name)));
const text = (content: string): Uint8Array => new TextEncoder().encode(content);

/** The bytes in pieces of a few, so that words and numbers lie across their borders. */
async function* pieces(bytes: Uint8Array, size = 7): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

function joined(parts: Iterable<Uint8Array>): Uint8Array {
  return new Uint8Array(Buffer.concat([...parts]));
}

describe("the first words, or some, are read of every format", () => {
  const all = (): WordVectors =>
    WordVectors.from(
      [
        ["a", [1, 2]],
        ["b", [-1, 4]],
        ["c", [5, 0.5]],
        ["d", [0, 1]],
      ],
      { counts: Int32Array.of(9, 8, 7, 6) },
    );
  const rules: readonly (readonly [LoadOptions, string])[] = [
    [{ limit: 2 }, "a b"],
    [{ only: new Set(["d", "b", "z"]) }, "b d"],
    [{ only: new Set(["d", "b"]), limit: 1 }, "b"],
    [{ only: new Set(["c"]), storage: "f16" }, "c"],
  ];
  test.each<[SaveFormat, "f32" | "i8"]>([
    ["unfold", "f32"],
    ["unfold", "i8"],
    ["glove", "f32"],
    ["word2vec-text", "f32"],
    ["word2vec-binary", "f32"],
    ["fasttext-binary", "f32"],
    ["keyed-vectors", "f32"],
  ])("%s of %s", async (format, dtype) => {
    const path = join(folder, `some-${format}-${dtype}`);
    const counted = format === "unfold" || format === "fasttext-binary" || format === "keyed-vectors";
    {
      using whole = all();
      using stored = whole.to(dtype);
      await saveVectors(stored, path, { format });
      for (const [options, wanted] of rules) {
        using some = await loadVectors(path, options);
        expect(some.words.join(" ")).toBe(wanted);
        expect(some.dtype).toBe(options.storage ?? (format === "unfold" ? dtype : "f32"));
        for (const [row, word] of some.words.entries()) {
          expect([...some.vector(word)]).toEqual(Array.from(stored.vector(word), (each) => expect.closeTo(each, 2)));
          expect(some.counts?.[row]).toBe(counted ? stored.counts?.[stored.words.indexOf(word)] : undefined);
        }
      }
    }
    expect(memory().bytes).toBe(before);
  });
});

describe("files of others", () => {
  test.each(["gensim.bin", "gensim.txt", "glove.txt"])(
    "%s has the words and vectors that gensim wrote",
    async (name) => {
      for (const source of [
        join(fixtures, name),
        pieces(bytesOf(name)),
        new Blob([bytesOf(name) as BlobPart]),
        new Uint8Array(gzipSync(bytesOf(name))),
      ]) {
        using vectors = await loadVectors(source);
        expect(vectors.words).toEqual(fixture.words);
        expect(vectors.rows.data()).toEqual(values);
      }
      expect(memory().bytes).toBe(before);
    },
  );

  test("a model of fastText has its words, counts and vectors, and those of words it never saw", async () => {
    using vectors = await loadVectors(join(fixtures, "fasttext.bin"));
    expect(vectors.words).toEqual(fixture.fasttext.words);
    expect(Array.from(vectors.counts ?? [])).toEqual(fixture.fasttext.counts);
    for (const [word, wanted] of Object.entries(fixture.fasttext.vectors)) {
      const vector = vectors.vector(word);
      for (const [at, each] of wanted.entries()) expect(vector[at]).toBeCloseTo(each, 6);
    }
  });

  test("our word2vec files are gensim's, byte for byte, and numbers in text come back the same", async () => {
    using vectors = await loadVectors(join(fixtures, "gensim.bin"));
    expect(joined(vectorBytes(vectors, "word2vec-binary"))).toEqual(bytesOf("gensim.bin"));
    using again = await loadVectors(joined(vectorBytes(vectors, "word2vec-text")));
    expect(again.rows.data()).toEqual(values);
  });
});

describe("what is written is read again", () => {
  test.each<SaveFormat>(["unfold", "glove", "word2vec-text", "word2vec-binary", "fasttext-binary"])(
    "%s",
    async (format) => {
      using vectors = await loadVectors(join(fixtures, "gensim.bin"));
      for (const gzip of [false, true]) {
        const path = join(folder, `${format}-${String(gzip)}`);
        await saveVectors(vectors, path, { format, gzip });
        using again = await loadVectors(path);
        expect(again.words).toEqual(vectors.words);
        expect(again.rows.data()).toEqual(values);
      }
    },
  );

  test("fastText's model, with its n-grams", async () => {
    using vectors = await loadVectors(join(fixtures, "fasttext.bin"));
    using again = await loadVectors(joined(vectorBytes(vectors, "fasttext-binary")));
    expect(again.counts).toEqual(vectors.counts);
    for (const word of [...vectors.words, ...fixture.fasttext.unknown]) {
      const [a, b] = [vectors.vector(word), again.vector(word)];
      for (const [at, each] of a.entries()) expect(b[at]).toBeCloseTo(each, 6);
    }
  });

  test.each(["f32", "f16", "i8"] as const)(
    "our own file keeps %s, scales, counts and n-grams, bit for bit",
    async (dtype) => {
      using made = await loadVectors(join(fixtures, "fasttext.bin"));
      using vectors = made.to(dtype);
      using again = decodeVectors(encodeVectors(vectors));
      expect(again.dtype).toBe(dtype);
      expect([again.words, again.counts, again.scales]).toEqual([vectors.words, vectors.counts, vectors.scales]);
      expect(again.rows.data()).toEqual(vectors.rows.data());
      expect(again.vector("häuser")).toEqual(vectors.vector("häuser"));
      expect(encodeVectors(again)).toEqual(encodeVectors(vectors));
    },
  );

  test("words with spaces in text, where the size is known or the first line says it", async () => {
    using vectors = WordVectors.from([
      ["new", [1, 2]],
      ["new york", [3, 4]],
      [". . .", [5, 6]],
    ]);
    for (const format of ["glove", "word2vec-text"] as const) {
      using again = await loadVectors(joined(vectorBytes(vectors, format)));
      expect(again.words).toEqual(vectors.words);
    }
    expect(() => joined(vectorBytes(vectors, "word2vec-binary"))).toThrow(/cannot hold words with spaces/);
  });

  test("a file is replaced as a whole: another name of the old one keeps what it said", async () => {
    using vectors = WordVectors.from([["a", [1]]]);
    const [path, other] = [join(folder, "replaced"), join(folder, "other-name")];
    writeFileSync(path, "old");
    linkSync(path, other);
    await saveVectors(vectors, path);
    expect(readFileSync(other, "utf8")).toBe("old");
    using again = await loadVectors(path);
    expect(again.words).toEqual(["a"]);
  });

  test("a file that cannot be written leaves what was there, and no other", async () => {
    using vectors = WordVectors.from([["a b", [1]]]);
    const path = join(folder, "kept");
    writeFileSync(path, "before");
    await expect(saveVectors(vectors, path, { format: "word2vec-binary" })).rejects.toThrow(FormatError);
    expect(readFileSync(path, "utf8")).toBe("before");
    await expect(saveVectors(vectors, join(path, "such"))).rejects.toThrow(FileError);
    await expect(saveVectors(vectors, join(path, "such"))).rejects.toThrow(/^saveVectors: /);
    expect(readdirSync(folder).filter((name) => name.endsWith(".part"))).toEqual([]);
  });
});

describe("words that readers trip over, as gensim writes them", () => {
  const odd = JSON.parse(readFileSync(join(fixtures, "odd-files.json"), "utf8")) as {
    readonly words: string[];
    readonly sizes: { size: number; rows: number[]; files: Record<SaveFormat, string> }[];
    readonly endOfLine: { model: string; vectors: Record<string, number[]> };
  };
  const decoded = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, "base64"));

  test.each(
    odd.sizes.flatMap((one) =>
      Object.entries(one.files).map(([format, file]) => [format, one.size, file, one.rows] as const),
    ),
  )(
    "%s of %i numbers: spaces of other alphabets, U+FEFF, letters of several bytes",
    async (format, size, file, rows) => {
      // Without a header nothing says how many numbers there are.
      const options: LoadOptions = format === "glove" ? { header: false, size } : {};
      using vectors = await loadVectors(decoded(file), options);
      expect(vectors.words).toEqual(odd.words);
      expect([...vectors.rows.data()]).toEqual(rows);
      const path = join(folder, `odd-${format}-${size}`);
      await saveVectors(vectors, path, { format: format as SaveFormat });
      using again = await loadVectors(path, options);
      expect(again.words).toEqual(odd.words);
      expect([...again.rows.data()]).toEqual(rows);
    },
  );

  test("the end of a line has no n-grams, as in fastText", async () => {
    using vectors = await loadVectors(decoded(odd.endOfLine.model));
    using again = await loadVectors(joined(vectorBytes(vectors, "fasttext-binary")));
    expect(vectors.has("</s>")).toBe(true);
    for (const [word, wanted] of Object.entries(odd.endOfLine.vectors)) {
      for (const [at, each] of wanted.entries()) {
        expect(vectors.vector(word)[at]).toBeCloseTo(each, 6);
        expect(again.vector(word)[at]).toBeCloseTo(each, 6);
      }
    }
    // fastText makes none of it for a model that has no such word, either.
    expect(vectors.subwords?.vectorOf("</s>")).toBeUndefined();
  });
});

describe("words that would not come back", () => {
  const formats: readonly SaveFormat[] = [
    "unfold",
    "glove",
    "word2vec-text",
    "word2vec-binary",
    "fasttext-binary",
    "keyed-vectors",
  ];
  // What ends a word in one format or another.
  const words = ["a\0b", "a\nb", "a b", " a", "a\t"];
  const cameBack = async (format: SaveFormat, word: string): Promise<string | undefined> => {
    using vectors = WordVectors.from([[word, [1, 2]]]);
    const path = join(folder, "odd-word");
    try {
      await saveVectors(vectors, path, { format });
    } catch (error) {
      if (error instanceof FormatError) return "refused";
      throw error;
    }
    using again = await loadVectors(path, format === "glove" ? { header: false, size: 2 } : {});
    return again.words[0];
  };

  test.each(formats.flatMap((format) => words.map((word) => [format, word] as const)))(
    "%s: %j is refused, or comes back",
    async (format, word) => expect([word, "refused"]).toContain(await cameBack(format, word)),
  );

  test.each(formats)("%s: half of a letter, of which any two would be the same", async (format) => {
    expect(await cameBack(format, "a\ud83d")).toBe("refused");
    expect(await cameBack(format, "\ude00")).toBe("refused");
    expect(await cameBack(format, "\ud83d\ude00")).toBe("\ud83d\ude00");
  });
});

describe("rules", () => {
  const lines = "a 1 2\nb 3 4\na 5 6\nc 7 8\n";

  test("the first of a word that comes again counts, unless that is refused", async () => {
    using vectors = await loadVectors(text(lines));
    expect(vectors.words).toEqual(["a", "b", "c"]);
    expect(Array.from(vectors.vector("a"))).toEqual([1, 2]);
    await expect(loadVectors(text(lines), { duplicates: "refuse" })).rejects.toThrow(/line\s+3/);
  });

  test("a limit, a choice of words, a dtype", async () => {
    using first = await loadVectors(text(lines), { limit: 2, storage: "f16" });
    expect([first.words, first.dtype]).toEqual([["a", "b"], "f16"]);
    using some = await loadVectors(text(lines), { only: new Set(["c", "b"]), storage: "i8" });
    expect(some.words).toEqual(["b", "c"]);
    expect(some.vector("c")[1]).toBeCloseTo(8, 5);
  });

  test("line ends of Windows, a header that is not one, no last line break", async () => {
    using windows = await loadVectors(text("2 2\r\na 1 2\r\nb 3 4"));
    expect(windows.words).toEqual(["a", "b"]);
    using numbers = await loadVectors(text("7 1\n8 2\n"), { header: false });
    expect(numbers.words).toEqual(["7", "8"]);
  });

  test("progress ends with all bytes, and a signal ends it", async () => {
    const seen: (readonly [number, number | undefined])[] = [];
    const source = bytesOf("gensim.txt");
    (await loadVectors(source, { onProgress: ({ bytes, of }) => seen.push([bytes, of]) })).dispose();
    expect(seen.at(-1)).toEqual([source.length, source.length]);
    await expect(loadVectors(source, { signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow("enough");
  });
});

describe("files that are not what they say", () => {
  const NAN = new Uint8Array(new Float32Array([NaN, 2]).buffer);
  const glove = "a 1 2\nb 3 4\n";
  test.each<[string, Uint8Array | string, RegExp, LoadOptions?]>([
    ["a line with too few numbers", "a 1 2\nb 3\n", /2 numbers are wanted[^]*line\s+2/],
    ["a field that is no number", "a 1 2\nb 3 x\n", /field 3 must be a finite number: "x"[^]*line\s+2/],
    ["a number of another base", "a 1 2\nb 0x3 4\n", /finite number: "0x3"[^]*line\s+2/],
    ["a tab for a number", "a 1 2\nb \t 4\n", /finite number[^]*line\s+2/],
    [
      "a wrong line below a header, with a word of several",
      "2 3\nnew york 1 2\nb 1 2 3\n",
      /finite number: "york"[^]*line\s+2/,
    ],
    ["a number that is not finite", "a 1 2\nb NaN 1\n", /finite number[^]*line\s+2/],
    ["two spaces", "a 1 2\nb 3  4\n", /finite number: ""[^]*line\s+2/],
    ["an empty line", "a 1 2\n\nb 3 4\n", /the line is empty[^]*line\s+2/],
    ["no word", "a 1 2\n 3 4\n", /no word before the numbers[^]*line\s+2/],
    ["fewer words than the header says", `3 2\n${glove}`, /the header says 3 words, and there are 2[^]*cut off/],
    ["more words than the header says", `1 2\n${glove}`, /the header says 1 words, and there are more[^]*line\s+3/],
    ["a header of another size", "2 3\na 1 2\nb 3 4\n", /3 numbers are wanted[^]*line\s+2/],
    ["nothing", "", /empty/],
    ["one word", "word", /a word and its numbers/],
    ["bytes that are no UTF-8", Uint8Array.of(0x61, 0x20, 0x31, 0x0a, 0xff, 0x20, 0x31, 0x0a), /not UTF-8[^]*line\s+2/],
    ["a binary file that ends in a vector", bytesOf("gensim.bin").subarray(0, 300), /cut off in the vector of word 6/],
    [
      "a binary file that ends between words",
      bytesOf("gensim.bin").subarray(0, 6 + 52),
      /the header says 32 words, and there are 1/,
    ],
    ["a binary file with more behind it", joined([bytesOf("gensim.bin"), text("more")]), /more behind them/],
    [
      "a binary file of a number that is none",
      joined([text("2 2\na "), new Uint8Array(new Float32Array([1, 2]).buffer), text("\nb "), NAN]),
      /vectors hold finite numbers[^]*byte\s+15[^]*word\s+b/,
    ],
    ["a model that is cut off", bytesOf("fasttext.bin").subarray(0, 700), /cut off/],
    [
      "a model of another version",
      joined([bytesOf("fasttext.bin").subarray(0, 4), Uint8Array.of(11, 0, 0, 0), bytesOf("fasttext.bin").subarray(8)]),
      /version 12/,
    ],
    [
      "a gzip that is cut off",
      new Uint8Array(gzipSync(bytesOf("gensim.txt"))).subarray(0, 500),
      /compressed bytes are cut off or damaged/,
    ],
  ])("%s", async (_, content, message, options = {}) => {
    const bytes = typeof content === "string" ? text(content) : content;
    await expect(loadVectors(bytes, options)).rejects.toThrow(message);
    await expect(loadVectors(pieces(bytes, 3), options)).rejects.toThrow(FormatError);
    expect(memory().bytes).toBe(before);
  });

  test("numbers that f16 has not", async () => {
    const large = text("a 1 2\nb 3 -65520\n");
    await expect(loadVectors(large, { storage: "f16" })).rejects.toThrow(/^loadVectors: [^]*up to 65504/);
    using vectors = await loadVectors(large);
    expect(() => vectors.to("f16")).toThrow(/^WordVectors\.to: /);
    using fits = (await loadVectors(text("a 1 65519\n"))).to("f16");
    expect([...fits.vector("a")]).toEqual([1, 65504]);
  });

  test("our own file, cut off and changed", async () => {
    using vectors = WordVectors.from([
      ["a", [1, 2]],
      ["b", [3, 4]],
    ]);
    const bytes = encodeVectors(vectors);
    await expect(loadVectors(bytes.subarray(0, -1))).rejects.toThrow(/loadVectors/);
    const changed = bytes.with(bytes.length - 3, 0xff); // among the words
    expect(() => decodeVectors(changed)).toThrow(FormatError);
    const twice = Uint8Array.from(bytes);
    twice[bytes.length - 1] = "a".codePointAt(0) ?? 0;
    expect(() => decodeVectors(twice)).toThrow(/do not fit together/);
  });

  test.each<[string, Uint8Array | string, RegExp]>([
    ["a zip, as GloVe is given out", Uint8Array.of(0x50, 0x4b, 3, 4, 20, 0, 0, 0, 8, 0), /zip archive[^]*unzip/],
    ["an .npy file", "\x93NUMPY\x01\x00v\x00{'descr'", /\(\.npy\)[^]*beside gensim's pickle/],
    ["a page of a server", "<!DOCTYPE html>\n<html></html>\n", /HTML[^]*the address/],
    ["a pointer of Git LFS", "version https://git-lfs.github.com/spec/v1\noid 1\n", /Git LFS/],
    ["JSON that is no file of vectors", '{ "words": [] }', /JSON/],
  ])("%s is called what it is, by both who read files", async (_, content, message) => {
    const bytes = typeof content === "string" ? new Uint8Array(Buffer.from(content, "latin1")) : content;
    await expect(loadVectors(bytes)).rejects.toThrow(message);
    await expect(loadVectors(bytes)).rejects.toThrow(
      /^loadVectors: this is not a file of word vectors\n {2}file {2}the bytes given\n {2}came /,
    );
    await expect(openVectors(bytes)).rejects.toThrow(message);
  });

  test("another format cannot be opened, and it says what can be done", async () => {
    const read = openVectors(text("king 0.1 0.9\nqueen 0.9 0.9\n"));
    await expect(read).rejects.toThrow(/openVectors[^]*loadVectors reads other formats, and saveVectors writes ours/);
  });

  test.each([loadVectors, openVectors])("a server that is not there: %o says why", async (read) => {
    const problem = await read("http://127.0.0.1:9/vectors").catch(String);
    expect(problem).toMatch(/cannot be reached[^]*(ECONNREFUSED|bad port)/);
  });

  test("no such file", async () => {
    await expect(loadVectors(join(folder, "none"))).rejects.toThrow(NotFoundError);
    await expect(loadVectors(folder)).rejects.toThrow(FileError);
  });
});
