import { existsSync } from "node:fs";
import { deflateSync } from "node:zlib";
import { FormatError, NotFoundError, ValueError } from "@unfoldjs/tensor-core";
import { describe, expect, test, vi } from "vitest";
import { type Verse, verses } from "./verses.ts";

const heads = ["", "<milestone/>"];
const genesis = [
  `<div canonical="true" osisID="Gen" sID="g1" type="book"/><title>Genesis</title>`,
  `<chapter n="1" osisID="Gen.1" sID="Gen.1"/>`,
  `¶ In <w lemma="strong:H7225 strong:H0001">the <hi>beginning</hi></w>,<note n="1">or: at first</note> &amp; then.`,
  ``,
  `And <transChange type="added">it was</transChange>   so.<chapter eID="Gen.1"/>`,
  `<chapter n="2" osisID="Gen.2" sID="Gen.2"/>`,
  `Thus.<div canonical="true" eID="g1" osisID="Gen" type="book"/>`,
];

/** The three files of a testament whose entries stand in two blocks, as SWORD's tools write them. */
function testament(name: string, entries: readonly string[]): Record<string, Uint8Array<ArrayBuffer>> {
  const half = Math.ceil(entries.length / 2);
  const index = Buffer.alloc(10 * entries.length);
  const places: Buffer[] = [];
  const packed: Buffer[] = [];
  for (const block of [0, 1]) {
    let text = Buffer.alloc(0);
    for (const [at, entry] of entries.entries()) {
      if (Math.floor(at / half) !== block) continue;
      const bytes = Buffer.from(entry);
      index.writeUInt32LE(block, 10 * at);
      index.writeUInt32LE(text.length, 10 * at + 4);
      index.writeUInt16LE(bytes.length, 10 * at + 8);
      text = Buffer.concat([text, bytes]);
    }
    const content = Buffer.concat([deflateSync(text), Buffer.alloc(1024)]);
    const place = Buffer.alloc(12);
    place.writeUInt32LE(Buffer.concat(packed).length, 0);
    place.writeUInt32LE(content.length, 4);
    place.writeUInt32LE(text.length, 8);
    places.push(place);
    packed.push(content);
  }
  const files = { bzs: Buffer.concat(places), bzv: index, bzz: Buffer.concat(packed) };
  return Object.fromEntries(Object.entries(files).map(([end, bytes]) => [`${name}.${end}`, new Uint8Array(bytes)]));
}

const files = { ...testament("ot", [...heads, ...genesis]), ...testament("nt", heads) };
const load = async (changed: Record<string, Uint8Array<ArrayBuffer>> = {}): Promise<Verse[]> =>
  await verses({
    translation: "kingJames",
    from: async (file) => await Promise.resolve({ ...files, ...changed }[file] ?? new Uint8Array()),
  });

describe("verses", () => {
  test("are plain text by reference, without notes, titles and what a translation leaves out", async () => {
    const found = await load({ "nt.bzs": new Uint8Array(), "nt.bzv": new Uint8Array() });
    expect(found.map(({ reference, text }) => [reference, text])).toEqual([
      ["Gen.1.1", "In the beginning, & then."],
      ["Gen.1.3", "And it was so."],
      ["Gen.2.1", "Thus."],
    ]);
    expect(found[0]?.pieces).toEqual([
      { text: " In ", numbers: [] },
      { text: "the beginning", numbers: ["H7225", "H0001"] },
      { text: ", & then.", numbers: [] },
    ]);
  });

  test("of a module without chapters are refused", async () => {
    await expect(load()).rejects.toThrow(/no entry is the head of a chapter/);
  });

  test.each([
    ["an index that is cut off", { "ot.bzv": files["ot.bzv"]?.slice(0, -3) }, /rows of 10 bytes/],
    ["blocks that are cut off", { "ot.bzz": files["ot.bzz"]?.slice(0, -1100) }, /the file ends before the block does/],
    ["a damaged block", { "ot.bzz": files["ot.bzz"]?.map((byte, at) => (at === 9 ? 255 - byte : byte)) }, /damaged/],
    [
      "a block that says it is shorter",
      { "ot.bzs": files["ot.bzs"]?.with(8, 9) },
      /9 bytes must come out of the block/,
    ],
    ["an entry outside of its block", { "ot.bzv": files["ot.bzv"]?.with(10 * 4 + 6, 1) }, /must lie in one of the/],
  ])("%s is said", async (_, changed, rule) => {
    const broken = Object.fromEntries(Object.entries(changed).map(([name, bytes = new Uint8Array()]) => [name, bytes]));
    const loading = load(broken);
    await expect(loading).rejects.toThrow(FormatError);
    await expect(loading).rejects.toThrow(rule);
  });

  test("say what to install, and which translations there are", async () => {
    vi.spyOn(process, "getBuiltinModule").mockReturnValue({ existsSync: () => false });
    const loading = verses({ translation: "reinaValera" });
    await expect(loading).rejects.toThrow(NotFoundError);
    await expect(loading).rejects.toThrow(/apt-get install sword-text-sparv/);
    vi.restoreAllMocks();
    // @ts-expect-error: no such translation.
    await expect(verses({ translation: "vulgate" })).rejects.toThrow(ValueError);
  });
});

const installed = existsSync("/usr/share/sword/modules/texts/ztext/spaRV1909eb");

test.runIf(installed)("two translations pair by reference", async () => {
  const [english, spanish] = await Promise.all([
    verses({ translation: "kingJames" }),
    verses({ translation: "reinaValera" }),
  ]);
  expect(english).toHaveLength(31_102);
  const partner = new Map(spanish.map((verse) => [verse.reference, verse.text]));
  expect(english.filter(({ reference }) => partner.has(reference)).length).toBeGreaterThan(31_050);
  expect(english[0]?.text).toBe("In the beginning God created the heaven and the earth.");
  expect(partner.get("Gen.1.1")).toBe("EN el principio crió Dios los cielos y la tierra.");
  expect([...english, ...spanish].filter(({ text }) => /[<>&¶]/.test(text))).toEqual([]);
});
