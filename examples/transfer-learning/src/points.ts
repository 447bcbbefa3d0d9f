import { KeptPoints, type OutputFolder } from "@unfoldjs/example-kit";
import type { Method, Point } from "./summary.ts";

/** The points of a study, kept in the folder of results. */
export class Points {
  readonly #kept: KeptPoints<Point>;

  private constructor(kept: KeptPoints<Point>) {
    this.#kept = kept;
  }

  /** @param settings what all points follow from @throws FormatError, FileError as `KeptPoints` */
  static async open(folder: OutputFolder, settings: object, isResumed: boolean): Promise<Points> {
    return new Points(await KeptPoints.open<Point>("transfer-learning", folder, settings, isResumed));
  }

  /** Those of some repetitions, amounts and methods: the folder may have more, of an earlier run. */
  of(first: number, seeds: number, amounts: readonly number[], methods: readonly Method[]): Point[] {
    return this.#kept.all.filter(
      ({ seed, amount, method }) =>
        seed >= first && seed < first + seeds && amounts.includes(amount) && methods.includes(method),
    );
  }

  find(seed: number, amount: number, method: Method): Point | undefined {
    return this.#kept.all.find((point) => point.seed === seed && point.amount === amount && point.method === method);
  }

  async add(point: Point): Promise<void> {
    await this.#kept.add(point);
  }
}
