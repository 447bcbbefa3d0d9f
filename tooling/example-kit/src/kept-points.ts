import { FormatError } from "@unfoldjs/tensor-core";
import type { OutputFolder } from "./output-folder.ts";

const FILE = "points.json";

/** The points of a study, each written to the folder of results as soon as it is there. */
export class KeptPoints<Point> {
  readonly #folder: OutputFolder;
  readonly #settings: string;
  readonly #all: Point[];

  private constructor(folder: OutputFolder, settings: string, all: Point[]) {
    this.#folder = folder;
    this.#settings = settings;
    this.#all = all;
  }

  /**
   * @param program the example, for errors @param settings what all points follow from: those of another study are not kept
   * @param isResumed whether to go on from what is there @throws FormatError if that is of another study, FileError if there is nothing
   */
  static async open<Point>(
    program: string,
    folder: OutputFolder,
    settings: object,
    isResumed: boolean,
  ): Promise<KeptPoints<Point>> {
    const own = JSON.stringify(settings);
    if (!isResumed) return new KeptPoints<Point>(folder, own, []);
    const text = new TextDecoder().decode(await folder.read(FILE));
    const { settings: saved, points } = JSON.parse(text) as { settings: object; points: Point[] };
    if (JSON.stringify(saved) === own) return new KeptPoints(folder, own, points);
    throw new FormatError(
      program,
      { file: folder.file(FILE), saved: JSON.stringify(saved), wanted: own },
      "the points in the folder of results are of a study with other options",
      "give the options that it had, or another folder with --out",
    );
  }

  /** All, also those of an earlier run. */
  get all(): readonly Point[] {
    return this.#all;
  }

  async add(point: Point): Promise<void> {
    this.#all.push(point);
    await this.save();
  }

  /** Writes them: so that there is something to go on from before there is a point. */
  async save(): Promise<void> {
    const content = { settings: JSON.parse(this.#settings) as object, points: this.#all };
    await this.#folder.write({ [FILE]: `${JSON.stringify(content, null, 1)}\n` });
  }
}
