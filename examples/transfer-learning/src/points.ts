import { type OutputFolder } from "@unfoldjs/example-kit";
import { FormatError } from "@unfoldjs/tensor-core";
import type { Method, Point } from "./summary.ts";

const FILE = "points.json";

/** The points of a study, each written to the folder of results as soon as it is there. */
export class Points {
  readonly #folder: OutputFolder;
  readonly #settings: string;
  readonly #all: Point[];

  private constructor(folder: OutputFolder, settings: string, all: Point[]) {
    this.#folder = folder;
    this.#settings = settings;
    this.#all = all;
  }

  /**
   * @param settings what all points follow from: those of another study are not kept
   * @param isResumed whether to go on from what is there @throws FormatError if that is of another study, FileError if there is nothing
   */
  static async open(folder: OutputFolder, settings: object, isResumed: boolean): Promise<Points> {
    const own = JSON.stringify(settings);
    if (!isResumed) return new Points(folder, own, []);
    const text = new TextDecoder().decode(await folder.read(FILE));
    const { settings: saved, points } = JSON.parse(text) as { settings: object; points: Point[] };
    if (JSON.stringify(saved) === own) return new Points(folder, own, points);
    throw new FormatError(
      "transfer-learning",
      { file: folder.file(FILE), saved: JSON.stringify(saved), wanted: own },
      "the points in the folder of results are of a study with other options",
      "give the options that it had, or another folder with --out",
    );
  }

  /** Those of some repetitions, amounts and methods: the folder may have more, of an earlier run. */
  of(first: number, seeds: number, amounts: readonly number[], methods: readonly Method[]): Point[] {
    return this.#all.filter(
      ({ seed, amount, method }) =>
        seed >= first && seed < first + seeds && amounts.includes(amount) && methods.includes(method),
    );
  }

  find(seed: number, amount: number, method: Method): Point | undefined {
    return this.#all.find((point) => point.seed === seed && point.amount === amount && point.method === method);
  }

  async add(point: Point): Promise<void> {
    this.#all.push(point);
    const content = { settings: JSON.parse(this.#settings) as object, points: this.#all };
    await this.#folder.write({ [FILE]: `${JSON.stringify(content, null, 1)}\n` });
  }
}
