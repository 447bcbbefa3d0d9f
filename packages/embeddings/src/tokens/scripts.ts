/** Scripts in the order in which they are looked for; letters of none of them are looked for in the rest. */
const SCRIPTS =
  "Latin Common Inherited Han Cyrillic Arabic Greek Devanagari Hangul Thai Hebrew Hiragana Katakana Armenian Bengali Gujarati Gurmukhi Kannada Malayalam Tamil Telugu Georgian Ethiopic Khmer Lao Myanmar Sinhala Tibetan Mongolian Bopomofo Adlam Ahom Anatolian_Hieroglyphs Avestan Balinese Bamum Bassa_Vah Batak Bhaiksuki Brahmi Braille Buginese Buhid Canadian_Aboriginal Carian Caucasian_Albanian Chakma Cham Cherokee Coptic Cuneiform Cypriot Deseret Duployan Egyptian_Hieroglyphs Elbasan Glagolitic Gothic Grantha Hanunoo Hatran Imperial_Aramaic Inscriptional_Pahlavi Inscriptional_Parthian Javanese Kaithi Kayah_Li Kharoshthi Khojki Khudawadi Lepcha Limbu Linear_A Linear_B Lisu Lycian Lydian Mahajani Mandaic Manichaean Marchen Meetei_Mayek Mende_Kikakui Meroitic_Cursive Meroitic_Hieroglyphs Miao Modi Mro Multani Nabataean New_Tai_Lue Newa Nko Ogham Ol_Chiki Old_Hungarian Old_Italic Old_North_Arabian Old_Permic Old_Persian Old_South_Arabian Old_Turkic Oriya Osage Osmanya Pahawh_Hmong Palmyrene Pau_Cin_Hau Phags_Pa Phoenician Psalter_Pahlavi Rejang Runic Samaritan Saurashtra Sharada Shavian Siddham SignWriting Sora_Sompeng Sundanese Syloti_Nagri Syriac Tagalog Tagbanwa Tai_Le Tai_Tham Tai_Viet Takri Tangut Thaana Tifinagh Tirhuta Ugaritic Vai Warang_Citi Yi".split(
    " ",
  );
const COMMON = 1;
const INHERITED = 2;
const HAN = 3;
const [HIRAGANA, KATAKANA] = [11, 12];

const tests: (RegExp | undefined)[] = [];
const known = /* @__PURE__ */ new Map<number, number>();

/** A number for the script of a code point, where Japanese ones are one with Han. Those that Unicode names no script for are common. */
export function scriptOf(point: number): number {
  const found = known.get(point);
  if (found !== undefined) return found;
  const letter = String.fromCodePoint(point);
  let script = SCRIPTS.findIndex((name, i) => (tests[i] ??= new RegExp(`\\p{Script=${name}}`, "u")).test(letter));
  if (script < 0) script = COMMON;
  if (script === HIRAGANA || script === KATAKANA || point === 0x30fc) script = HAN;
  known.set(point, script);
  return script;
}

/** True for marks that are of the script of what they stand on. */
export function isInherited(script: number): boolean {
  return script === INHERITED;
}
