import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { ImageDataset, pick } from "@unfoldjs/datasets";
import { type Generator, NotFoundError } from "@unfoldjs/tensor-core";
import { readPicture, resize, toTensor } from "@unfoldjs/vision-layers/pictures";

/** Height and width that pictures of 64 are brought to. */
const SIZE = 96;

/** Emoji with their categories. */
export interface Emoji {
  readonly dataset: ImageDataset;
  /** Of each picture what it is a variant of: pictures of one base are never in both of two parts. */
  readonly bases: readonly string[];
}

interface Entry {
  readonly unified: string;
  readonly image: string;
  readonly category: string;
  readonly has_img_twitter: boolean;
}

/**
 * Twitter's pictures (Twemoji) of the npm package `emoji-datasource-twitter`, without skin tones, on white.
 * @param from the unpacked package, where it is not installed @param most of each category, for a quick look @throws NotFoundError that says what to install
 */
export async function loadEmoji(from: string | undefined, most: number): Promise<Emoji> {
  const folder = from === undefined ? packageFolder() : resolve(from);
  if (!existsSync(join(folder, "emoji.json"))) throw notThere(folder);
  const entries = createRequire(import.meta.url)(join(folder, "emoji.json")) as readonly Entry[];
  const counts = new Map<string, number>();
  const chosen = entries.filter(({ category, has_img_twitter: isThere, image }) => {
    if (!isThere || category === "Component" || !existsSync(fileOf(folder, image))) return false;
    const before = counts.get(category) ?? 0;
    counts.set(category, before + 1);
    return before < most;
  });
  const classes = [...counts.keys()].toSorted();
  const pixels = 3 * SIZE * SIZE;
  const images = new Uint8Array(chosen.length * pixels);
  for (const [at, { image }] of chosen.entries()) {
    const picture = await readPicture(fileOf(folder, image), { channels: 3, background: [255, 255, 255] });
    const tensor = toTensor(resize(picture, [SIZE, SIZE]), { dtype: "u8" });
    images.set(tensor.data(), at * pixels);
    tensor.dispose();
  }
  const labels = Uint8Array.from(chosen, ({ category }) => classes.indexOf(category));
  const dataset = new ImageDataset({ images, labels, classes, channels: 3, height: SIZE, width: SIZE });
  return { dataset, bases: chosen.map(({ unified }) => baseOf(unified)) };
}

/** A sequence without skin tones and variation selectors; of joined ones (a man who …) the first of them. */
export function baseOf(unified: string): string {
  const points = unified.split("-").filter((point) => !/^(1F3F[B-F]|FE0F)$/.test(point));
  const joiner = points.indexOf("200D");
  return points.slice(0, joiner === -1 ? undefined : joiner).join("-");
}

/** For each class so many pictures to learn from, and others of other bases to test with. */
export function splitEmoji(
  { dataset, bases }: Emoji,
  amount: number,
  unseen: number,
  generator: Generator,
): { readonly few: ImageDataset; readonly test: ImageDataset } {
  const order = generator.permutation(dataset.length);
  const places = [...order.data()];
  order.dispose();
  const [few, test]: [number[], number[]] = [[], []];
  for (const label of dataset.classes.keys()) {
    const own = places.filter((place) => dataset.labels[place] === label);
    const names = [...new Set(own.map((place) => bases[place]))];
    const groups = names.map((name) => own.filter((place) => bases[place] === name));
    // Test pictures first, whole bases of them; what is learned from is drawn from the others.
    const forTest = takeWhole(groups, unseen);
    test.push(...forTest.flat());
    few.push(...groups.slice(forTest.length).flat().slice(0, amount));
  }
  return { few: pick(dataset, few), test: pick(dataset, test) };
}

/** The first groups, until they have so many in all. */
function takeWhole(groups: readonly number[][], count: number): number[][] {
  let sum = 0;
  const end = groups.findIndex((group) => (sum += group.length) >= count);
  return groups.slice(0, end + 1);
}

function fileOf(folder: string, image: string): string {
  return join(folder, "img", "twitter", "64", image);
}

function packageFolder(): string {
  for (const base of [`${process.cwd()}/package.json`, import.meta.url]) {
    try {
      return dirname(createRequire(base).resolve("emoji-datasource-twitter/package.json"));
    } catch {
      // Not installed as seen from there.
    }
  }
  throw notThere("not installed");
}

function notThere(folder: string): NotFoundError {
  return new NotFoundError(
    "transfer-learning",
    { package: "emoji-datasource-twitter", folder },
    "the pictures are in an npm package that is not there",
    "npm pack emoji-datasource-twitter@16 (62 MB), tar xzf emoji-datasource-twitter-16.0.0.tgz, and say --from package",
  );
}
