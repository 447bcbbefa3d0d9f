import { type Estimate, estimate, type OutputFolder } from "@unfoldjs/example-kit";
import { FormatError } from "@unfoldjs/tensor-core";

/**
 * How a classifier was made: a head alone as scikit-learn's, one whose penalty is chosen on examples left out, or a head on an
 * encoder that was tuned before.
 */
export type Method = "head" | "chosen" | "tuned";

/** One classifier: a repetition, examples a class, and how. */
export interface Point {
  readonly seed: number;
  readonly amount: number;
  readonly method: Method;
  /** On unseen documents. */
  readonly accuracy: number;
  readonly seconds: number;
}

const FILE = "points.json";

/** The points of a study, each written to the folder of results as soon as it is there. */
export class Points {
  readonly all: Point[];
  readonly #folder: OutputFolder;
  readonly #settings: object;

  private constructor(folder: OutputFolder, settings: object, all: Point[]) {
    this.#folder = folder;
    this.#settings = settings;
    this.all = all;
  }

  /**
   * @param settings what all points follow from @param isResumed whether to go on from what is there
   * @throws FormatError if that is of a study with other settings, FileError if there is nothing
   */
  static async open(folder: OutputFolder, settings: object, isResumed: boolean): Promise<Points> {
    if (!isResumed) return new Points(folder, settings, []);
    const text = new TextDecoder().decode(await folder.read(FILE));
    const { settings: saved, points } = JSON.parse(text) as { settings: object; points: Point[] };
    const [own, other] = [JSON.stringify(settings), JSON.stringify(saved)];
    if (own === other) return new Points(folder, settings, points);
    throw new FormatError(
      "few-shot-text",
      { file: folder.file(FILE), saved: other, wanted: own },
      "the points in the folder of results are of a study with other options",
      "give the options that it had, or another folder with --out",
    );
  }

  find(seed: number, amount: number, method: Method): Point | undefined {
    return this.all.find((point) => point.seed === seed && point.amount === amount && point.method === method);
  }

  async add(point: Point): Promise<void> {
    this.all.push(point);
    const content = { settings: this.#settings, points: this.all };
    await this.#folder.write({ [FILE]: `${JSON.stringify(content, null, 1)}\n` });
  }
}

/** A mean over so many repetitions. */
export interface Accuracy extends Estimate {
  readonly repetitions: number;
}

/** The accuracy of a method at an amount; undefined where nobody tried it. */
export function accuracyOf(points: readonly Point[], amount: number, method: Method): Accuracy | undefined {
  const own = points.filter((point) => point.amount === amount && point.method === method);
  if (own.length === 0) return undefined;
  return { ...estimate(own.map(({ accuracy }) => accuracy)), repetitions: own.length };
}
