import type * as Files from "node:fs";
import {
  assertFunction,
  assertGenerator,
  assertList,
  assertString,
  assertWhole,
  checkOptions,
  type Generator,
  isTensor,
  isUnfoldError,
  nearest,
  NotFoundError,
  type OptionChecks,
  type Shape,
  tensor,
  type Tensor,
  ValueError,
  wrongArgument,
} from "@unfoldjs/tensor-core";
import { assertPath, bytesNow, decodeFrom } from "../io/decode.ts";
import { fileSystem, pathOf } from "../io/host.ts";
import { DECODE_OPTIONS, type DecodeOptions } from "../io/options.ts";
import { type Channels, type Picture } from "../picture/picture.ts";
import { toTensor } from "../picture/tensors.ts";
import { decodeNow } from "./decode-now.ts";
import { PictureCache } from "./picture-cache.ts";

/** What a folder's pictures are read and made into. */
export interface ImageFolderOptions extends Pick<DecodeOptions, "background" | "maxPixels" | "orient" | "decoder"> {
  /** Gray (1), RGB (3) or RGBA (4). Default 3. */
  readonly channels?: Channels;
  /**
   * What becomes of a picture; pictures of a batch must come out of one size. Default `toTensor`. The generator is what `get` was given,
   * as `augmentedBatches` gives one to each example, or else the one of the options.
   */
  readonly transform?: (picture: Picture, generator: Generator) => Tensor;
  /** What a transform draws from where `get` was given no generator, as by `batches`: one after the other, in the order of the calls. */
  readonly generator?: Generator;
  /** Bytes of decoded pictures that are kept, those asked for last; 0 keeps none. Default 0. */
  readonly cache?: number;
  /** What is left out: paths below the folder, or what `findDamaged` gave. */
  readonly skip?: readonly (string | DamagedFile)[];
}

/** A picture and the number of its class. */
export interface LabelledPicture {
  readonly x: Tensor;
  readonly y: Tensor<[], "i32">;
}

/** A file that is no picture, or cannot be read. */
export interface DamagedFile {
  readonly path: string;
  readonly problem: string;
}

/** Pictures in folders of their classes, read when they are asked for: for `batches` of @unfoldjs/nn, and `augmentedBatches`. */
export interface ImageFolder {
  readonly length: number;
  /** Names of the folders, sorted as torchvision's `ImageFolder` sorts them. */
  readonly classes: readonly string[];
  /** Of each picture, below the folder. */
  readonly paths: readonly string[];
  /** Of each picture: a place in `classes`. */
  readonly labels: Int32Array;
  /** An example, now. @throws FormatError that names the file, if it is damaged */
  get(index: number, generator?: Generator): LabelledPicture;
  /** The same without keeping the thread waiting while it is decoded. */
  load(index: number, generator?: Generator): Promise<LabelledPicture>;
  /** Decodes each file once. @returns those that cannot be, to be left out by `skip` */
  findDamaged(): Promise<DamagedFile[]>;
  /** Two parts: `count` pictures and the others; with `shuffle` drawn at random. */
  split(count: number, options?: { readonly shuffle?: Generator }): [ImageFolder, ImageFolder];
}

const OPTIONS: OptionChecks<ImageFolderOptions> = {
  channels: DECODE_OPTIONS.channels,
  background: DECODE_OPTIONS.background,
  maxPixels: DECODE_OPTIONS.maxPixels,
  orient: DECODE_OPTIONS.orient,
  decoder: DECODE_OPTIONS.decoder,
  transform: assertFunction,
  generator: assertGenerator,
  cache: (op, name, value) => assertWhole(op, name, value),
  skip: (op, name, value) => {
    assertList(op, name, value, "a list of paths");
    for (const each of Array.from(value)) assertString(op, name, skippedPath(each));
  },
};

/** Its path, if it is one of those that `findDamaged` gives. */
function skippedPath(each: unknown): unknown {
  return typeof each === "object" && each !== null && "path" in each ? each.path : each;
}

const ENDINGS = /\.(png|jpe?g|webp|avif)$/i;
const op = "imageFolder";

/**
 * A data set of pictures in folders: `folder/class/…/picture.png`, classes numbered in the order of their names, as torchvision's
 * `ImageFolder`; folders whose names begin with a dot are left out, and links that lead back to a folder above them. Node only. Files are listed now, and decoded when they are asked for.
 *
 * @example
 * const flowers = imageFolder("flowers", { transform: (picture) => toTensor(resize(picture, [64, 64])) });
 * for (const { x, y } of batches(flowers, 32, { shuffle: 1 })) { … } // x (32, 3, 64, 64), y (32)
 * @throws NotFoundError if there is no such folder, no class in it, or one without a picture; ValueError on options, and on a path to be skipped
 * that there is not
 */
export function imageFolder(folder: string | URL, options: ImageFolderOptions = {}): ImageFolder {
  assertPath(op, "folder", folder);
  checkOptions(op, options, OPTIONS);
  const root = pathOf(folder);
  const files = fileSystem(op, root);
  const classes = namesIn(files, root)
    .filter(({ name, isFolder }) => isFolder && !isHidden(name))
    .map(({ name }) => name);
  if (classes.length === 0) {
    const rule = "the folder has no folders in it, of which each is a class";
    throw new NotFoundError(op, { folder: root }, rule, "put pictures into folder/class/picture.png");
  }
  const skipped = new Set((options.skip ?? []).map(skippedPath));
  const all: string[] = [];
  const paths: string[] = [];
  const labels: number[] = [];
  for (const [label, name] of classes.entries()) {
    const found = picturesBelow(files, root, name);
    if (found.length === 0) {
      const rule = "a class has no picture: no file that ends in .png, .jpg, .jpeg, .webp or .avif";
      throw new NotFoundError(op, { folder: root, class: name }, rule, "take its folder away, or fill it");
    }
    for (const path of found) {
      all.push(path);
      if (skipped.has(path)) continue;
      paths.push(path);
      labels.push(label);
    }
  }
  assertThere(options.skip ?? [], all);
  return new Folder(
    { root, classes, options, cache: new PictureCache(options.cache ?? 0) },
    paths,
    Int32Array.from(labels),
  );
}

/** @throws ValueError on a path to be skipped that is none of the pictures': what was meant would be read */
function assertThere(skip: readonly unknown[], paths: readonly string[]): void {
  if (skip.length === 0) return;
  const known = new Set(paths);
  const unknown = skip.map(skippedPath).find((path) => !known.has(path as string));
  if (unknown === undefined) return;
  const near = nearest(unknown as string, paths);
  const fix = near === undefined ? "paths are as in imageFolder(…).paths: below the folder" : `did you mean ${near}?`;
  throw new ValueError(
    op,
    { skip: unknown as string, pictures: paths.length },
    "there is no such picture to skip",
    fix,
  );
}

/** What all parts of a folder have in common. */
interface Shared {
  readonly root: string;
  readonly classes: readonly string[];
  readonly options: ImageFolderOptions;
  readonly cache: PictureCache;
}

class Folder implements ImageFolder {
  readonly paths: readonly string[];
  readonly labels: Int32Array;
  private readonly shared: Shared;

  constructor(shared: Shared, paths: readonly string[], labels: Int32Array) {
    this.shared = shared;
    this.paths = paths;
    this.labels = labels;
  }

  get length(): number {
    return this.paths.length;
  }

  get classes(): readonly string[] {
    return this.shared.classes;
  }

  get(index: number, generator?: Generator): LabelledPicture {
    const path = this.pathAt("get", index);
    const { cache } = this.shared;
    const kept = cache.get(path);
    return this.example(
      index,
      kept ?? cache.keep(path, decodeNow(op, bytesNow(op, path), this.reading(path))),
      generator,
    );
  }

  async load(index: number, generator?: Generator): Promise<LabelledPicture> {
    const path = this.pathAt("load", index);
    const { cache } = this.shared;
    const picture = cache.get(path) ?? cache.keep(path, await decodeFrom(op, bytesNow(op, path), this.reading(path)));
    return this.example(index, picture, generator);
  }

  async findDamaged(): Promise<DamagedFile[]> {
    const damaged: DamagedFile[] = [];
    for (const path of this.paths) {
      const whole = `${this.shared.root}/${path}`;
      try {
        await decodeFrom(op, bytesNow(op, whole), this.reading(whole));
      } catch (error) {
        if (!isUnfoldError(error)) throw error;
        damaged.push({ path, problem: error.rule });
      }
    }
    return damaged;
  }

  split(count: number, options: { readonly shuffle?: Generator } = {}): [ImageFolder, ImageFolder] {
    checkOptions("split", options, { shuffle: assertGenerator });
    assertWhole("split", "count", count);
    const { length } = this;
    if (count > length)
      throw new ValueError("split", { count, length }, "the first part must not have more pictures than there are");
    const order = options.shuffle?.permutation(length);
    const places = order?.data() ?? Int32Array.from({ length }, (_, i) => i);
    order?.dispose();
    const part = (chosen: Int32Array): ImageFolder =>
      new Folder(
        this.shared,
        Array.from(chosen, (place) => this.paths[place] ?? ""),
        chosen.map((place) => this.labels[place] ?? 0),
      );
    return [part(places.subarray(0, count)), part(places.subarray(count))];
  }

  private pathAt(method: string, index: number): string {
    const path = this.paths[index];
    if (path !== undefined) return `${this.shared.root}/${path}`;
    throw wrongArgument(method, "index", index, `a whole number from 0 up to, not including, ${this.length}`);
  }

  private reading(name: string): DecodeOptions {
    const { channels = 3, background, maxPixels, orient, decoder } = this.shared.options;
    return {
      channels,
      name,
      ...(background !== undefined && { background }),
      ...(maxPixels !== undefined && { maxPixels }),
      ...(orient !== undefined && { orient }),
      ...(decoder !== undefined && { decoder }),
    };
  }

  /** @throws ValueError if the transform takes a generator and there is none; one that takes none may be called without */
  private drawnFrom(transform: (...arguments_: never) => Tensor, given: Generator | undefined): Generator {
    const generator = given ?? this.shared.options.generator;
    if (generator === undefined && transform.length > 1) {
      const rule = "the transform draws, and there is no generator to draw from";
      throw new ValueError(
        op,
        { generator },
        rule,
        "imageFolder(…, { generator: new Generator(1) }), or augmentedBatches",
      );
    }
    return generator as Generator;
  }

  private example(index: number, picture: Picture, generator: Generator | undefined): LabelledPicture {
    const { transform } = this.shared.options;
    const x: Tensor<Shape> =
      transform === undefined ? toTensor(picture) : transform(picture, this.drawnFrom(transform, generator));
    if (!isTensor(x)) throw wrongArgument(op, "what transform gives", x, "a tensor", "toTensor(picture)");
    return { x, y: tensor(this.labels[index] ?? 0, "i32") };
  }
}

/** Folders that tools make, such as `.git` or `.ipynb_checkpoints`, are no classes; torchvision takes them for such. */
const isHidden = (name: string): boolean => name.startsWith(".");

interface Entry {
  readonly name: string;
  readonly isFolder: boolean;
}

/** What is in a folder, in the order of code points, as Python sorts; links count as what they lead to. */
function namesIn(files: typeof Files, folder: string): readonly Entry[] {
  let names: readonly string[];
  try {
    names = files.readdirSync(folder);
  } catch (cause) {
    const rule = "there is no such folder, or it cannot be read";
    throw new NotFoundError(op, { folder }, rule, "check the path", { cause });
  }
  const sorted = names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return sorted.map((name) => ({
    name,
    isFolder: leadsToFolder(files, `${folder}/${name}`),
  }));
}

/** A link that leads nowhere, or round and round, is a file: reading it says so. */
function leadsToFolder(files: typeof Files, path: string): boolean {
  try {
    return files.statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** Paths of pictures, below `root`: folder by folder in the order of their paths, in each by name. */
function picturesBelow(files: typeof Files, root: string, folder: string): readonly string[] {
  const folders: { readonly here: string; readonly above: readonly string[] }[] = [
    { here: folder, above: [files.realpathSync(root)] },
  ];
  const found = new Map<string, readonly string[]>();
  for (let place = folders.pop(); place !== undefined; place = folders.pop()) {
    const { here, above } = place;
    const real = files.realpathSync(`${root}/${here}`);
    if (above.includes(real)) continue; // a link back
    const entries = namesIn(files, `${root}/${here}`);
    for (const { name, isFolder } of entries)
      if (isFolder && !isHidden(name)) folders.push({ here: `${here}/${name}`, above: [...above, real] });
    found.set(
      here,
      entries.filter(({ name, isFolder }) => !isFolder && ENDINGS.test(name)).map(({ name }) => `${here}/${name}`),
    );
  }
  return [...found.keys()]
    .toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .flatMap((place) => found.get(place) ?? []);
}
