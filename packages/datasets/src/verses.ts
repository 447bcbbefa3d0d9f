import { FormatError, NotFoundError, assertFunction, assertOneOf, checkOptions, oneOf } from "@unfoldjs/tensor-core";
import { type FileSource, firstFolder } from "./files.ts";
import { readSwordEntries } from "./sword.ts";

/** A verse of the Bible. */
export interface Verse {
  /** Book, chapter and verse as OSIS names them, such as `"Gen.1.1"`: the same in every translation. */
  readonly reference: string;
  /** Plain text without notes, titles and markup. */
  readonly text: string;
  /**
   * The text in pieces, each with the numbers of the Hebrew and Greek words that it translates (Strong 1890), such as
   * `["H7225"]`; none where the translators added it. What two translations gave for one number is a small dictionary.
   */
  readonly pieces: readonly { readonly text: string; readonly numbers: readonly string[] }[];
}

/** Which translation to load, and from where. */
export interface VersesOptions {
  /** `"kingJames"`: English, 1769; `"reinaValera"`: Spanish, 1909. Both are in the public domain. */
  readonly translation: keyof typeof TRANSLATIONS;
  /** A folder with the six files of a zText module of the SWORD project, or a function that gives them by name. */
  readonly from?: FileSource | undefined;
}

/** The Debian package of each, and where it puts its files. */
const TRANSLATIONS = {
  kingJames: { package: "sword-text-kjv", folder: "engKJV2006eb" },
  reinaValera: { package: "sword-text-sparv", folder: "spaRV1909eb" },
} as const;

const MODULES = "/usr/share/sword/modules/texts/ztext";

/**
 * The verses of a translation of the Bible in their order: about 31,100, 790,000 words, which is enough to learn small
 * word vectors from; two translations, paired by `reference`, are parallel text. Without `from`, from where Debian's
 * packages `sword-text-kjv` and `sword-text-sparv` put them. Verses that a translation leaves out are left out.
 * @throws NotFoundError that says what to install, FormatError on a broken file
 */
export async function verses(options: VersesOptions): Promise<Verse[]> {
  const op = "verses";
  checkOptions(op, options, { translation: oneOf("kingJames", "reinaValera"), from: aSource });
  assertOneOf(op, "translation", options.translation, ["kingJames", "reinaValera"]);
  const { package: name, folder } = TRANSLATIONS[options.translation];
  const source = options.from ?? firstFolder(op, [`${MODULES}/${folder}`]);
  if (source === undefined) {
    throw new NotFoundError(
      op,
      { folder: `${MODULES}/${folder}` },
      "the translation is not installed",
      `apt-get install ${name}, or give { from: folder } with its ot.* and nt.* files`,
    );
  }
  const testaments = await Promise.all([readSwordEntries(op, source, "ot"), readSwordEntries(op, source, "nt")]);
  return testaments.flatMap((entries) => versesOf(op, entries));
}

function aSource(op: string, name: string, value: unknown): void {
  if (typeof value !== "string") assertFunction(op, name, value);
}

/** The head of a chapter names it; its verses follow, one an entry. Heads of books and of the module come before them. */
function versesOf(op: string, entries: readonly string[]): Verse[] {
  const found: Verse[] = [];
  let chapter: string | undefined;
  let verse = 0;
  for (const entry of entries) {
    const head = /<chapter [^>]*osisID="([^"]+)"/.exec(entry)?.[1];
    if (head !== undefined) [chapter, verse] = [head, 0];
    else if (/<div [^>]* sID="[^>]*type="book"/.test(entry)) chapter = undefined;
    else if (chapter !== undefined) {
      verse++;
      const read = new MarkedVerse(`${chapter}.${verse}`, entry);
      if (read.text !== "") found.push(read);
    }
  }
  if (found.length > 0 || entries.length === 0) return found;
  throw new FormatError(
    op,
    { entries: entries.length },
    "no entry is the head of a chapter",
    "the module must be a Bible in OSIS markup",
  );
}

/** What readers of the text itself do not see: notes and titles with all that is in them. */
const ASIDE = /<(note|title)\b[^>]*?(?:\/>|>.*?<\/\1>)/gs;
/** A tag, or the sign of a paragraph that some translations print. */
const MARKS = /<[^>]*>|¶/g;
/** A word or phrase with its numbers, or text up to the next tag, or a tag. */
const PART = /<w ([^>]*)>(.*?)<\/w>|([^<]+)|<[^>]*>/gs;

/** A verse out of its markup; its pieces are taken apart when they are asked for, which few readers do. */
class MarkedVerse implements Verse {
  readonly reference: string;
  readonly text: string;
  readonly #entry: string;

  constructor(reference: string, entry: string) {
    this.reference = reference;
    this.#entry = entry.replaceAll(ASIDE, "");
    this.text = plain(this.#entry).replaceAll(/\s+/g, " ").trim();
  }

  get pieces(): Verse["pieces"] {
    return [...this.#entry.matchAll(PART)].flatMap(([, attributes = "", marked = "", between = ""]) => {
      const text = plain(marked + between);
      return text === "" ? [] : [{ text, numbers: [...attributes.matchAll(/[HG]\d+/g)].map(([number]) => number) }];
    });
  }
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function plain(marked: string): string {
  return marked.replaceAll(MARKS, "").replaceAll(/&(lt|gt|amp|quot|apos);/g, (_, name: string) => ENTITIES[name] ?? "");
}
