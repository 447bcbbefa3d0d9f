import { existsSync } from "node:fs";
import { fashionMnist, ImageDataset, mnist, pick } from "@unfoldjs/datasets";
import { Generator } from "@unfoldjs/tensor-core";
import type { Options } from "./options.ts";

/** Ten classes of pictures. */
export interface Pictures {
  readonly name: "fashion" | "digits";
  readonly train: ImageDataset;
  readonly test: ImageDataset;
}

/** Where Debian's package dataset-fashion-mnist puts its files. */
const CLOTHES = "/usr/share/datasets/fashion-mnist";

/** The pictures that were asked for; clothes where they are installed, else digits, unless something was said. */
export async function loadPictures({ data, from }: Pick<Options, "data" | "from">): Promise<Pictures> {
  const name = data ?? (from !== undefined || existsSync(CLOTHES) ? "fashion" : "digits");
  const load = name === "fashion" ? fashionMnist : mnist;
  const [train, test] = await Promise.all([load({ split: "train", from }), load({ split: "test", from })]);
  return { name, train, test };
}

/** Five classes to learn first, and five to learn then, with labels 0 to 4 each. */
export interface Tasks {
  readonly first: ImageDataset;
  readonly next: ImageDataset;
  readonly unseenFirst: ImageDataset;
  readonly unseenNext: ImageDataset;
}

/** Deals the ten classes out, five and five, as Yosinski et al. 2014 do by chance. */
export function tasksOf(
  { train, test }: Pictures,
  seed: number,
  { pretrain, test: unseen }: Pick<Options, "pretrain" | "test">,
): Tasks {
  const generator = new Generator(seed);
  const order = [...permuted(10, generator)];
  const [own, others] = [order.slice(0, 5), order.slice(5)];
  return {
    first: drawn(ofClasses(train, own), pretrain / 5, generator),
    next: ofClasses(train, others),
    unseenFirst: drawn(ofClasses(test, own), unseen / 5, generator),
    unseenNext: drawn(ofClasses(test, others), unseen / 5, generator),
  };
}

/** So many pictures of each class, as far as there are. */
export function drawn(dataset: ImageDataset, each: number, generator: Generator): ImageDataset {
  const counts = new Map<number, number>();
  const places = permuted(dataset.length, generator).filter((place) => {
    const label = dataset.labels[place] ?? 0;
    const before = counts.get(label) ?? 0;
    counts.set(label, before + 1);
    return before < each;
  });
  return pick(dataset, places);
}

function ofClasses(dataset: ImageDataset, classes: readonly number[]): ImageDataset {
  const places = [...dataset.labels.keys()].filter((place) => classes.includes(dataset.labels[place] ?? -1));
  const chosen = pick(dataset, places);
  const { images, channels, height, width } = chosen;
  const labels = chosen.labels.map((label) => classes.indexOf(label));
  return new ImageDataset({
    images,
    labels,
    channels,
    height,
    width,
    classes: classes.map((at) => dataset.classes[at] ?? ""),
  });
}

function permuted(length: number, generator: Generator): Int32Array {
  const order = generator.permutation(length);
  try {
    return order.data();
  } finally {
    order.dispose();
  }
}
